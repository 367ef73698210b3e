"""Weigh every green verdict: put wrong values in its evidence, and see whether the checks notice them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import chain, islice

from signoff.agreement.statement import Kind, Statement
from signoff.checks.case import Case
from signoff.history import Key
from signoff.sensitivity import (
    addresses,
    binding,
    connector,
    lifecycle,
    policy,
    population,
    protected,
    rows,
    transitions,
    values,
)
from signoff.sensitivity.again import heard
from signoff.sensitivity.attempt import Attempt, Way, attempts
from signoff.sensitivity.cut import Cutter
from signoff.sensitivity.disturbed import Disturbed
from signoff.sensitivity.draft import Draft
from signoff.sensitivity.matters import weigh_matter
from signoff.sensitivity.scene import Scene
from signoff.sensitivity.weight import Weight, with_weight
from signoff.verdict import Outcome, Verdict

KINDS = (addresses, binding, connector, lifecycle, policy, population, protected, rows, transitions, values)
"""The modules whose alterations are registered by being imported."""

MOST_WAYS = 4
"""So many records are tried in company before a wrong value is tried alone."""
AHEAD = 12
"""So many records are looked at for one that disturbs nobody else."""
GREEN = (Outcome.VERIFIED, Outcome.ASSUMED)


def parts(case: Case, verdicts: Mapping[str, Verdict]) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """Return the statements whose verdict is green, in two parts that can be weighed side by side.

    Rows of value tables take about half of the time, because only one wrong value of a table can be judged at once.
    The parts are the same wherever they are weighed: what is judged together must not rest on the machine.
    """
    green = [
        one
        for one in case.agreement.statements
        if (verdict := verdicts.get(one.id)) is not None and verdict.outcome in GREEN
    ]
    tables = tuple(one for one in green if one.kind is Kind.VALUE)
    return tuple(one for one in green if one.kind is not Kind.VALUE), tables


def weigh(scene: Scene, statements: Sequence[Statement]) -> dict[str, Weight]:
    """Return what was noticed and missed for some statements whose verdict is green."""
    case = scene.case
    cutter = Cutter(case)
    weights: dict[str, Weight] = {}
    waiting: list[Attempt] = []
    for statement in statements:
        weights[statement.id] = weigh_matter(scene, cutter, statement)
        waiting += attempts(scene, statement)
    alone: list[Attempt] = []
    while waiting:
        company: dict[str, list[tuple[Attempt, Way]]] = {}
        left: list[Attempt] = []
        taken: dict[str, tuple[set[Hashable], set[Hashable]]] = {}
        for one in waiting:
            if len(one.tried) < MOST_WAYS and _joins(company, taken, one):
                left.append(one)
            elif one.tried:
                alone.append(one)
            else:
                _nowhere(weights[one.statement], one)
        noticed = {id(one) for batch in company.values() for one in _noticed(case, cutter, batch)}
        for batch in company.values():
            for one, way in batch:
                if id(one) in noticed:
                    weights[one.statement].noticed.setdefault(one.phase, []).append(one.name)
                else:
                    one.tried.append(way)
        waiting = [one for one in left if id(one) not in noticed]
    for one in alone:
        # By itself first: who stands by may be of the very case of which nobody is to be left.
        if any(_noticed(case, cutter, [(one, way)], fuller) for fuller in (False, True) for way in one.tried):
            weights[one.statement].noticed.setdefault(one.phase, []).append(one.name)
        else:
            record = sorted(one.tried[0].marks)[0]
            weights[one.statement].missed.append((one.phase, one.name, record))
    return weights


def _nowhere(weight: Weight, one: Attempt) -> None:
    if one.fitting:
        weight.missed.append((one.phase, one.name, one.fitting))
    else:
        weight.unfitting.append((one.phase, one.name))


def _joins(
    company: dict[str, list[tuple[Attempt, Way]]], taken: dict[str, tuple[set[Hashable], set[Hashable]]], one: Attempt
) -> bool:
    """Let the first way of an attempt that disturbs nobody join those that are judged together up to its phase.

    Return whether it has a way at all; where none joins, it waits for the next round.
    """
    passed: list[Way] = []
    joined = False
    for way in islice(one.ways, AHEAD):
        spoilt, used = taken.setdefault(way.until, (set(), set()))
        if not (way.spoils & (spoilt | used) or way.uses & spoilt):
            spoilt |= way.spoils
            used |= way.uses
            company.setdefault(way.until, []).append((one, way))
            joined = True
            break
        passed.append(way)
    one.ways = chain(passed, one.ways)
    return joined or bool(passed)


def _noticed(case: Case, cutter: Cutter, batch: list[tuple[Attempt, Way]], fuller: bool = False) -> list[Attempt]:
    """Return the attempts of a batch that the checks notice when all are judged together."""
    until = case.history.phases[-1] if fuller else batch[0][1].until
    subjects: set[Key] = {key for _, way in batch for key in way.subjects}
    exchanges = frozenset(number for _, way in batch for number in way.exchanges)
    printed = any(way.printed for _, way in batch)
    if fuller:
        subjects |= _bystanders(case)
    draft = Draft(cutter.cut(subjects, until, exchanges, printed))
    for _, way in batch:
        for edit in way.edits:
            edit(draft)
    history = draft.history()
    altered = (draft.altered | draft.messages).union(*(way.subjects for _, way in batch))
    disturbed = Disturbed(case, history, altered, batch[0][1].until, cutter.rest_in, draft.messages)
    told = {name for one, _ in batch for name in (one.statement, *one.told_of)}
    found = heard(case, history, disturbed, {one.kind for one in case.agreement.statements if one.id in told})
    return [
        one
        for one, way in batch
        if any((statement, who) in found for statement in (one.statement, *one.told_of) for who in way.marks)
    ]


def _bystanders(case: Case) -> set[Key]:
    """Return some records of each binding that arrived, so that one who is altered is not the only one there."""
    found: set[Key] = set()
    for pair in case.agreement.pairs:
        for phase in case.phases:
            found |= {case.sender_key(pair, one) for one in list(phase.settled.paired(pair).partners)[:3]}
    return found


def weighed(case: Case, verdicts: Mapping[str, Verdict]) -> dict[str, Verdict]:
    """Return the verdicts with what was noticed; green ones that missed something are not exercised."""
    scene = Scene(case)
    first, tables = parts(case, verdicts)
    return with_weights(verdicts, {**weigh(scene, first), **weigh(scene, tables)})


def with_weights(verdicts: Mapping[str, Verdict], weights: Mapping[str, Weight]) -> dict[str, Verdict]:
    """Return the verdicts with their weights; green ones that missed something are not exercised."""
    return {name: with_weight(verdict, weights.get(name)) for name, verdict in verdicts.items()}
