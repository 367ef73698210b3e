"""Bind lifecycle tables: what happens to a record, by the words of its binding, and what becomes of its partner."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from signoff.agreement.conditions import ConditionBinder
from signoff.agreement.ids import lifecycle_id
from signoff.agreement.resolved import LifeRow, Pair, Then, When
from signoff.agreement.states import StateBinder
from signoff.agreement.words import plural, split_at_capitals, words_of
from signoff.errors import Place, Problem, nearest
from signoff.expressions.tree import Condition
from signoff.schema import Side
from signoff.scope import Integration, Lifecycle, LifecycleRow

_WHEN: Final = (
    (When.LEAVES, r"an? (?P<one>.+) leaves the population"),
    (When.GONE_THERE, r"an? (?P<other>.+) is deleted in the (?P<system>.+)"),
    (When.DELETED, r"an? (?P<one>.+) is deleted"),
    (When.ARCHIVED, r"an? (?P<one>.+) is archived"),
    (When.BACK, r"an? (?P<one>.+) comes back"),
    (When.MERGED, r"two (?P<many>.+) are merged"),
    (When.EXTENDED, r"an? (?P<one>.+) is extended"),
    (When.ENDS_EARLY, r"an? (?P<one>.+) ends early"),
    (When.ENDS, r"an? (?P<one>.+) ends"),
)
_THEN: Final = (
    (Then.AGAIN, r"the same (?P<other>.+) becomes (?P<state>.+) again"),
    (Then.BECOMES, r"the (?P<other>.+) becomes (?P<state>.+)"),
    (Then.REMOVED, r"the (?P<other>.+) is removed"),
    (Then.REMAINS, r"one (?P<other>.+) remains, with the survivor['’]s details"),
    (Then.UNTOUCHED, r"the (?P<one>.+) is untouched"),
    (Then.BACK, r"the (?P<other>.+) comes back"),
)
_KEPT: Final = " and is still kept up to date"

FITTING: Final = {
    When.LEAVES: (Then.BECOMES, Then.REMOVED),
    When.DELETED: (Then.BECOMES, Then.REMOVED),
    When.ARCHIVED: (Then.BECOMES, Then.REMOVED),
    When.BACK: (Then.AGAIN, Then.BACK),
    When.MERGED: (Then.REMAINS,),
    When.GONE_THERE: (Then.UNTOUCHED, Then.BACK),
    When.ENDS: (Then.BECOMES, Then.REMOVED),
    When.ENDS_EARLY: (Then.BECOMES, Then.REMOVED),
    When.EXTENDED: (Then.AGAIN,),
}
"""What may follow from what."""

_BY_PERIOD: Final = (When.ENDS, When.ENDS_EARLY, When.EXTENDED)


def an(word: str) -> str:
    """Return a word of people with its article."""
    return f"{'an' if word[:1].lower() in 'aeiou' else 'a'} {word}"


@dataclass(slots=True)
class LifecycleBinder:
    """Bind the lifecycle tables of one integration."""

    integration: Integration
    conditions: ConditionBinder
    problems: list[Problem]
    states: StateBinder = field(init=False)

    def __post_init__(self) -> None:
        self.states = StateBinder(self.integration, self.conditions.schemas, self.problems)

    def rows(self, table: Lifecycle, pair: Pair) -> list[tuple[LifecycleRow, LifeRow]]:
        """Return the rows of a table that could be bound."""
        found: list[tuple[LifecycleRow, LifeRow]] = []
        for row in table.rows:
            bound = self._row(row, pair)
            if bound is None:
                continue
            known = next((one for one in (*pair.life, *(two for _, two in found)) if one.when is bound.when), None)
            if known is not None:
                self._wrong(
                    row.when.place,
                    "each case once",
                    f'"{row.when.text}" again',
                    None,
                    "Remove one of the two rows: nobody could say which of them counts.",
                    "lifecycle-twice",
                )
                continue
            found.append((row, bound))
        return found

    def _row(self, row: LifecycleRow, pair: Pair) -> LifeRow | None:
        when, then = self._when(row, pair), self._then(row, pair)
        if when is None or then is None:
            return None
        what, state, kept = then
        if what not in FITTING[when]:
            fitting = [self._said_then(one, pair) for one in FITTING[when]]
            self._wrong(
                row.then.place,
                f"what can follow when {row.when.text}: {_either(fitting)}",
                f'"{row.then.text}"',
                nearest(row.then.text, fitting),
                "Say what becomes of the record on the other side.",
                "lifecycle-then",
            )
            return None
        bound_state = self.states.state(pair, state, row.then.place) if state else None
        if state and bound_state is None:
            return None
        told = self._condition(when, row, pair)
        if isinstance(told, bool):
            return None
        statement = row.id or lifecycle_id(pair.name, row.when.text)
        return LifeRow(statement, when, what, bound_state, kept, told, row.when.text)

    def _when(self, row: LifecycleRow, pair: Pair) -> When | None:
        text = " ".join(row.when.text.split())
        for when, pattern in _WHEN:
            matched = re.fullmatch(pattern, text, re.IGNORECASE)
            if matched is None:
                continue
            parts = matched.groupdict()
            ours = parts.get("one") or parts.get("many")
            if ours is not None and ours.lower() not in words_of(pair.entity, pair.sender):
                break
            theirs = parts.get("other")
            if theirs is not None and not (
                theirs.lower() in words_of(pair.entity, pair.sender.other)
                and parts["system"].lower() in self._names(pair.sender.other)
            ):
                break
            return when
        known = [self._said_when(one, pair) for one in When]
        self._wrong(
            row.when.place,
            f"something that happens to {an(_word(pair, pair.sender))}: {_either(known)}",
            f'"{row.when.text}"',
            nearest(text, known),
            "Write it in these words, with the names of the binding.",
            "lifecycle-when",
        )
        return None

    def _then(self, row: LifecycleRow, pair: Pair) -> tuple[Then, str, bool] | None:
        text = " ".join(row.then.text.split())
        kept = text.lower().endswith(_KEPT)
        bare = text[: -len(_KEPT)] if kept else text
        for then, pattern in _THEN:
            matched = re.fullmatch(pattern, bare, re.IGNORECASE)
            if matched is None:
                continue
            parts = matched.groupdict()
            side = pair.sender if "one" in parts else pair.sender.other
            word = parts.get("one") or parts["other"]
            if word.lower() not in words_of(pair.entity, side) or (kept and then not in (Then.BECOMES, Then.AGAIN)):
                break
            return then, parts.get("state") or "", kept
        known = [self._said_then(one, pair) for one in Then]
        known += [f"{one}{_KEPT}" for one in known[:2]]
        self._wrong(
            row.then.place,
            f"what becomes of {an(_word(pair, pair.sender.other))}: {_either(known)}",
            f'"{row.then.text}"',
            nearest(text, known),
            "Write it in these words, with the names of the binding.",
            "lifecycle-then",
        )
        return None

    def _condition(self, when: When, row: LifecycleRow, pair: Pair) -> Condition | bool | None:
        """Return how to tell by a record that it has happened; None: nothing tells, False: something lacks."""
        kind = self.conditions.schemas[pair.sender].entities[pair.source]
        where = Place(self.integration.file, cell=f"[entities.{pair.entity.name}]")
        text = ""
        if when is When.DELETED and kind.deleted_flag:
            text = f"`{kind.deleted_flag}` is yes"
        elif when is When.ARCHIVED:
            text = pair.entity.archived or kind.archived
            if not text:
                self._wrong(
                    row.when.place,
                    f"a way to tell that {an(_word(pair, pair.sender))} is archived",
                    "none",
                    None,
                    f"Add to [entities.{pair.entity.name}] for instance `archived = 'status is \"Archive\"'`.",
                    "lifecycle-when",
                )
                return False
        elif when in _BY_PERIOD:
            if not pair.entity.ends:
                self._wrong(
                    row.when.place,
                    f"the period of {an(_word(pair, pair.sender))}",
                    "none",
                    None,
                    f'Add to [entities.{pair.entity.name}]: `period = {{ begins = "FIELD", ends = "FIELD" }}`.',
                    "lifecycle-when",
                )
                return False
            text = f"`{pair.entity.ends}` is before today"
        if not text:
            return None
        found = self.conditions.condition(text, where)
        unknown = self.conditions.unknown(found, pair.source, pair.sender, where) if found is not None else []
        self.problems += unknown
        return False if found is None or unknown else self.conditions.plain(found, pair.source, pair.sender)

    def _names(self, side: Side) -> set[str]:
        return {side.value, self.integration.systems[side].name.lower()}

    def _said_when(self, when: When, pair: Pair) -> str:
        one = _word(pair, pair.sender)
        if when is When.MERGED:
            return f"two {plural(one)} are merged"
        if when is When.GONE_THERE:
            return f"{an(_word(pair, pair.sender.other))} is deleted in the {pair.sender.other}"
        return f"{an(one)} {when.value}"

    def _said_then(self, then: Then, pair: Pair) -> str:
        one, other = _word(pair, pair.sender), _word(pair, pair.sender.other)
        state = next(iter(self.states.of(pair)), "STATE")
        return {
            Then.BECOMES: f"the {other} becomes {state}",
            Then.AGAIN: f"the same {other} becomes {state} again",
            Then.REMOVED: f"the {other} is removed",
            Then.REMAINS: f"one {other} remains, with the survivor's details",
            Then.UNTOUCHED: f"the {one} is untouched",
            Then.BACK: f"the {other} comes back",
        }[then]

    def _wrong(self, place: Place, expected: str, found: str, close: str | None, how: str, code: str) -> None:
        self.problems.append(Problem(place, expected, found, close, how=how, code=code))


def _word(pair: Pair, side: Side) -> str:
    """Return what people call a record of one side of a binding."""
    if side is Side.APP:
        return pair.entity.name.replace("_", " ")
    return f"item of {pair.entity.items_of}" if pair.entity.items_of else split_at_capitals(pair.entity.ats)


def _either(said: list[str]) -> str:
    return ", ".join(f"`{one}`" for one in said)
