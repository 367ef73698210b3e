"""Weigh what is no field: worked examples, goals and access, each by the check that judges it, again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set
from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property

from signoff.agreement.matters import BoundGoal
from signoff.agreement.resolved import Agreement, Pair
from signoff.agreement.statement import Kind, Statement
from signoff.checks.access import check_access
from signoff.checks.case import Case
from signoff.checks.goals import MEASURED, check_goals
from signoff.checks.ledger import Ledger
from signoff.checks.worked import WORKED, check_worked
from signoff.expressions import walk
from signoff.history import History, Key, Tried
from signoff.record import ABSENT, Value, blank, get
from signoff.rules.reading import id_of
from signoff.schema import Type
from signoff.sensitivity.again import Ears, SecondCase
from signoff.sensitivity.cut import Cutter
from signoff.sensitivity.disturbed import Disturbed
from signoff.sensitivity.draft import Draft
from signoff.sensitivity.message import other_than
from signoff.sensitivity.scene import Scene, Spot
from signoff.sensitivity.weight import ANYTHING, Weight
from signoff.verdict import Outcome

_NOTHING = "nothing is written"
_GREEN = (Outcome.VERIFIED, Outcome.ASSUMED)
_MOST_SPOTS = 12
"""So many records of a phase are tried, one after the other, until a goal's figure differs."""
_COMPANY = 4
"""So many others are there when a record is altered, so that the figure has something to be computed from."""
_LATER = 400
"""So many days later a day stands in another week, month and year."""


def _worked(scene: Scene, _: Cutter, statement: Statement, weight: Weight) -> None:
    """Let an example say something else than the rule gives; the history plays no part in it."""
    matters = scene.agreement.matters
    one = next(found for found in matters.worked if found.statement == statement.id)

    def red(result: str) -> bool:
        case = copy(scene.case)
        case.agreement = replace(scene.agreement, matters=replace(matters, worked=(replace(one, result=result),)))
        return statement.id in _heard(check_worked, case)

    for name, results in _other_results(one.result):
        if any(map(red, results)):
            weight.noticed.setdefault(WORKED, []).append(name)
        else:
            weight.missed.append((WORKED, name, f"the example in {one.place.file}:{one.place.line}"))


def _other_results(result: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield results that an example does not have: a unit more or less in the last place, blank, nothing at all.

    Of several ways to write another one, some may say the same still: a phone with a sign behind it is that phone.
    """
    told = bool(result) and result.lower() not in (_NOTHING, "left out")
    try:
        number = Decimal(result)
        unit = Decimal(1).scaleb(int(number.as_tuple().exponent))
        yield "a unit more in the last place", (f"{number + unit:f}",)
        yield "a unit less in the last place", (f"{number - unit:f}",)
    except (InvalidOperation, ValueError, TypeError):
        yield "another result", (_another_digit(result), f"{result}x", "another value") if told else ("1",)
    if result:
        yield "blank", ("",)
    if told or not result:
        yield _NOTHING, (_NOTHING,)


def _another_digit(text: str) -> str:
    """Return a text with another last digit; the same text where it has none."""
    return re.sub(r"[0-9](?=[^0-9]*$)", lambda found: str((int(found[0]) + 1) % 10), text)


def _heard(check: Callable[[Case, Ledger], None], case: Case) -> set[str]:
    ears = Ears()
    check(case, ears)
    return {statement for statement, _ in ears.heard}


def _access(scene: Scene, _: Cutter, statement: Statement, weight: Weight) -> None:
    """Let each try be refused, and let it never have been made."""
    one = next(found for found in scene.agreement.matters.access if found.statement == statement.id)
    known = next((found for found in scene.history.access if found.statement == statement.id), None)
    if known is None:
        return
    for operation in one.may:
        left = tuple(done for done in known.done if done != operation)
        for name, trouble in (("refused", f"{operation}: refused"), ("not tried", "")):
            altered = replace(known, done=left, trouble=trouble)
            if _access_is_green(scene, statement, _with_access(scene.history, statement, altered)):
                weight.missed.append((operation, name, one.entity))
            else:
                weight.noticed.setdefault(operation, []).append(name)


def _with_access(history: History, statement: Statement, altered: Tried) -> History:
    tries = tuple(altered if one.statement == statement.id else one for one in history.access)
    return replace(history, access=tries)


def _access_is_green(scene: Scene, statement: Statement, history: History) -> bool:
    case, ledger = copy(scene.case), Ledger()
    case.history = history
    check_access(case, ledger)
    only: Agreement = replace(scene.agreement, statements=(statement,))
    return ledger.verdicts(only, history.started.date())[statement.id].outcome in _GREEN


def _goal(scene: Scene, cutter: Cutter, statement: Statement, weight: Weight) -> None:
    """Let a record that is measured be missing on the receiving side, and each value that is read be another one.

    Only the check of goals is asked: a value that is wrong by its own row is told of that row first. What leaves the
    figure as it is would be right; where nothing at all changes it, the goal would be met whatever arrives.
    """
    goal = next(one for one in scene.agreement.matters.goals if one.statement == statement.id)
    found = Measured(scene, cutter, goal)
    for name, pair, ways in found.attempts():
        if any(found.notices(pair, *way) for way in ways):
            weight.noticed.setdefault(MEASURED, []).append(name)
        else:
            weight.unfitting.append((MEASURED, name))
    if not weight.noticed:
        weight.missed.append((MEASURED, ANYTHING, ""))


class Measured:
    """Alter what one goal is measured from."""

    def __init__(self, scene: Scene, cutter: Cutter, goal: BoundGoal) -> None:
        self._scene = scene
        self._goal = goal
        self._cutter = cutter
        self._found: dict[str, list[Spot]] = {}

    def attempts(self) -> Iterator[tuple[str, Pair, Iterator[tuple[Spot, str]]]]:
        """Yield what can be wrong by name, with the places at which it can be."""
        goal, agreement = self._goal, self._scene.agreement
        pair = agreement.pair(goal.pair)
        ends = agreement.pair(goal.end_pair) if goal.end_pair else pair
        # Without a record whose days begin, those in which they end wait for it: then nothing is measured.
        yield "a record missing", ends, ((spot, "") for spot in self._spots(ends))
        for part, both in goal.fields.items():
            holder = ends if part in ("end", "link") else pair
            yield f"another {both.receiving}", holder, self._filled(holder, both.receiving)
        for used in walk.names(goal.wheres[1]) if goal.wheres is not None else ():
            yield f"another {used.name}", pair, self._filled(pair, used.name)

    def _spots(self, pair: Pair) -> list[Spot]:
        """Return some pairs of records of each phase, in which the figure is computed anew."""
        if pair.name not in self._found:
            many: Counter[str] = Counter()
            found = self._found[pair.name] = []
            starts = self._goal.end_pair and pair.name == self._goal.pair
            for one in self._scene.pairs_of(pair):
                if starts and _of(one) not in self._ends:
                    continue
                many[one.phase.label] += 1
                if many[one.phase.label] <= _MOST_SPOTS:
                    found.append(one)
        return self._found[pair.name]

    def _filled(self, pair: Pair, path: str) -> Iterator[tuple[Spot, str]]:
        return ((spot, path) for spot in self._spots(pair) if not blank(get(spot.receiver_record, path)))

    def notices(self, pair: Pair, spot: Spot, path: str) -> bool:
        """Tell whether the goal's figure differs once a record is missing, or a value of it is another one."""
        history = self._cutter.cut(self._company(pair, spot), spot.phase.label, frozenset(), printed=False)
        label = spot.phase.label
        if self._red(history, frozenset(), label):
            return False  # it would be red without anything wrong
        values: tuple[Value, ...]
        if path:
            held = get(spot.receiver_record, path)
            kind = self._scene.agreement.entity(pair.sender.other, pair.target).field_at(path)
            days = kind is not None and kind.type in (Type.DATE, Type.INSTANT)
            values = (_days_later(held) if days else other_than(held), ABSENT)
        else:
            values = (ABSENT,)
        drafts = (self._altered(history, spot, path, value) for value in values)
        return any(self._red(one.history(), one.altered | {spot.sender_key}, label) for one in drafts)

    def _altered(self, history: History, spot: Spot, path: str, value: Value) -> Draft:
        draft = Draft(history)
        if path:
            draft.set_value(spot.phase.label, "settled", spot.receiver_key, path, value)
        else:
            draft.set_record(spot.phase.label, "settled", spot.receiver_key, None)
        return draft

    def _company(self, pair: Pair, spot: Spot) -> set[Key]:
        others = [one for one in self._spots(pair) if one.phase is spot.phase][:_COMPANY]
        return {spot.sender_key, *(one.sender_key for one in others), *self._ends.get(_of(spot), ())}

    @cached_property
    def _ends(self) -> Mapping[tuple[str, str], list[Key]]:
        """Return the records in which the days of a record end, by phase and receiving record."""
        found: dict[tuple[str, str], list[Key]] = {}
        goal = self._goal
        if goal.end_pair:
            for one in self._scene.pairs_of(self._scene.agreement.pair(goal.end_pair)):
                link = id_of(get(one.receiver_record, goal.fields["link"].receiving))
                found.setdefault((one.phase.label, str(link)), []).append(one.sender_key)
        return found

    def _red(self, history: History, altered: Set[Key], label: str) -> bool:
        disturbed = Disturbed(self._scene.case, history, altered, label, self._cutter.rest_in)
        return self._goal.statement in _heard(check_goals, SecondCase(self._scene.case, history, disturbed))


def _of(spot: Spot) -> tuple[str, str]:
    return spot.phase.label, spot.receiver


def _days_later(value: Value) -> Value:
    """Return a day that stands in another week, month and year, written as the system writes it."""
    if isinstance(value, int):
        return value + _LATER * 86_400_000
    try:
        return (date.fromisoformat(str(value)[:10]) + timedelta(days=_LATER)).isoformat() + str(value)[10:]
    except (ValueError, OverflowError):
        return other_than(value)


_ALONE: Mapping[Kind, Callable[[Scene, Cutter, Statement, Weight], None]] = {
    Kind.WORKED: _worked,
    Kind.ACCESS: _access,
    Kind.GOAL: _goal,
}


def weigh_matter(scene: Scene, cutter: Cutter, statement: Statement) -> Weight:
    """Return what was noticed and missed for a statement that is no field; nothing for all others."""
    weight = Weight()
    if statement.kind in _ALONE:
        _ALONE[statement.kind](scene, cutter, statement, weight)
    return weight
