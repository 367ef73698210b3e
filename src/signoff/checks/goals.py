"""Check that goals can be measured: the figure from what arrived is the figure from what was sent."""

from __future__ import annotations

from signoff.agreement.matters import BoundGoal
from signoff.agreement.resolved import Pair
from signoff.checks.case import FINISHES, Case, Phase
from signoff.checks.ledger import Ledger
from signoff.checks.telling import WHEN, reproduce
from signoff.model.figures import Figure, figure
from signoff.model.sight import Sight
from signoff.record import RecordId
from signoff.rules.context import Context, zone_named
from signoff.verdict import Counterexample

MEASURED = "measured on both sides"


def check_goals(case: Case, ledger: Ledger) -> None:
    """Compute every goal's figure on both sides after each phase; to be run last, when all other findings are known.

    Only records that are to arrive count, and that nobody has edited over there: who is out of scope or held back is
    no part of what can be measured, and a difference that people made may stay. A figure that differs because a row
    or a binding's own statement fails belongs to that statement.
    """
    for goal in case.agreement.matters.goals:
        if goal.lacking or not goal.pair:
            ledger.promise(goal.statement, MEASURED, "; ".join(goal.lacking) or "a binding of these records")
            continue
        ledger.promise(goal.statement, MEASURED, f"records with everything that `{_words(case, goal)}` reads")
        for phase in case.phases:
            _measured(case, ledger, goal, phase)


def _measured(case: Case, ledger: Ledger, goal: BoundGoal, phase: Phase) -> None:
    pair = case.agreement.pair(goal.pair)
    end = case.agreement.pair(goal.end_pair) if goal.end_pair else None
    zone = zone_named(case.agreement.integration.zone)
    records = _records(case, goal, phase, pair)
    ends = _records(case, goal, phase, end) if end is not None else ([], [])
    truth, arrived = (
        figure(goal, mine, others, sending, zone)
        for mine, others, sending in zip(records, ends, (True, False), strict=True)
    )
    causes = _causes(case, ledger, [one for one in (pair, end) if one is not None])
    if truth.parts == arrived.parts:
        if truth.used:
            ledger.exercise(goal.statement, MEASURED, truth.used)
            ledger.figures[goal.statement] = truth.text
        for cause in causes if not truth.used else ():
            ledger.lose(goal.statement, MEASURED, cause)
        return
    if causes:
        ledger.spoil(goal.statement, MEASURED)
        for cause in causes:
            ledger.lose(goal.statement, MEASURED, cause)
        return
    ledger.exercise(goal.statement, MEASURED, max(truth.used, arrived.used))
    if ledger.once(goal.statement, "figure"):
        ledger.find(goal.statement, "wrong figure", lambda: _example(case, goal, phase, pair, truth, arrived))


def _records(case: Case, goal: BoundGoal, phase: Phase, pair: Pair) -> tuple[list[Context], list[Context]]:
    """Return the records, of the sending and of the receiving side, that are meant to be on both and the same there.

    On the receiving side a record counts unless it belongs to a sender that does not, or people made it there.
    """
    now = phase.settled
    partners = now.paired(pair).partners
    side = pair.sender.other
    ours = case.made_there(pair)
    apart = _edited(case, goal, phase, pair) | ours
    counts = {
        one
        for one in case.due(pair, phase)
        if not apart.intersection(partners.get(one, ())) and not _left_out(now, goal, pair, one)
    }
    others = {one for sender, found in partners.items() if sender not in counts for one in found} | ours
    return (
        [now.context(pair, record_id) for record_id in now.senders(pair) if record_id in counts],
        [
            Context(now.worlds[side], pair.target, record, now.moments[side])
            for record_id, record in now.receivers(pair).items()
            if record_id not in others
        ],
    )


def _left_out(now: Sight, goal: BoundGoal, pair: Pair, record_id: RecordId) -> bool:
    """Tell whether the bad-data table leaves out, or cuts, what the goal reads of a record: it differs by agreement."""
    return bool(pair.policy) and any(
        one is not None and one.policy and one.row.statement in goal.rests_on
        for one in now.promises(pair, record_id).values()
    )


def _edited(case: Case, goal: BoundGoal, phase: Phase, pair: Pair) -> set[RecordId]:
    """Return the receiving records in which people have edited what the goal reads: a difference there may stay."""
    read = {row.target_top for row in pair.rows if row.statement in goal.rests_on}
    side, found = pair.sender.other, set[RecordId]()
    for one in case.phases[: case.phases.index(phase) + 1]:
        for key, names in one.touched.items():
            if key.side is side and key.entity == pair.target and names & read:
                found.add(key.id)
    return found


def _causes(case: Case, ledger: Ledger, pairs: list[Pair]) -> list[str]:
    """Return the statements of these bindings, of their tables and of the connector that have a finding."""
    mine: list[str] = [FINISHES]
    for pair in pairs:
        mine += [row.statement for row in pair.rows] + [one.statement for one in pair.population]
        mine += [pair.statement(suffix) for suffix in ("arrive", "once", "outside", "held")]
        mine += [one.statement for one in pair.policy]
        tables = {row.rule.table for row in pair.rows if row.rule is not None and row.rule.table}
        mine += [one.statement for one in case.agreement.value_rows if one.table in tables]
    return [one for one in mine if ledger.failed(one)]


def _words(case: Case, goal: BoundGoal) -> str:
    statement = case.agreement.statement(goal.statement)
    return statement.matter.measured_as if statement is not None else ""


def _example(case: Case, goal: BoundGoal, phase: Phase, pair: Pair, truth: Figure, arrived: Figure) -> Counterexample:
    systems = case.agreement.integration.systems
    expected, found = truth.apart(arrived)
    return Counterexample(
        record=f"all records of {pair.source} that are to arrive",
        expected=f"{expected}, as in {systems[pair.sender].name}",
        found=f"{found}, from what arrived in {systems[pair.sender.other].name}",
        given=(("measured as", _words(case, goal)),),
        phase=WHEN.get(phase.label, phase.label),
        reproduce=reproduce(case, goal.statement),
    )
