"""Judge a whole history: run every check, then give every statement its verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from signoff.agreement.resolved import Agreement
from signoff.agreement.statement import Kind
from signoff.checks.access import check_access
from signoff.checks.addresses import check_addresses
from signoff.checks.arrival import check_arrival
from signoff.checks.boundaries import with_boundaries
from signoff.checks.case import Case
from signoff.checks.creating import check_creating
from signoff.checks.following import with_following
from signoff.checks.goals import check_goals
from signoff.checks.held import check_held
from signoff.checks.honesty import check_honesty
from signoff.checks.ledger import MOST_FINDINGS, Ledger
from signoff.checks.lifecycle import check_lifecycle
from signoff.checks.lost import check_lost
from signoff.checks.mapping import check_mapping
from signoff.checks.matters import with_matters
from signoff.checks.named import check_named
from signoff.checks.outside import check_outside
from signoff.checks.paths import with_paths
from signoff.checks.policy import check_policy
from signoff.checks.privacy import check_privacy, mask_of
from signoff.checks.settling import check_contract, check_settling
from signoff.checks.transitions import check_transitions, with_transitions
from signoff.checks.twoway import check_two_way
from signoff.checks.unfit import check_unfit
from signoff.checks.unmentioned import check_unmentioned
from signoff.checks.unwritten import check_unwritten
from signoff.checks.values import check_values
from signoff.checks.worked import check_worked
from signoff.history import History
from signoff.verdict import Verdict

CHECKS: tuple[Callable[[Case, Ledger], None], ...] = (
    check_access,
    check_honesty,
    check_arrival,
    check_lost,
    check_lifecycle,
    check_mapping,
    check_two_way,
    check_unwritten,
    check_values,
    check_transitions,
    check_addresses,
    check_held,
    check_unfit,
    check_named,
    check_policy,
    check_outside,
    check_creating,
    check_privacy,
    check_unmentioned,
    check_settling,
    check_contract,
    check_worked,
    check_goals,
)
"""Every check, in the order in which they look; each is a function of case and ledger."""

SPEAK_OF: Mapping[Callable[[Case, Ledger], None], frozenset[Kind]] = {
    check_honesty: frozenset({Kind.CONNECTOR}),
    check_named: frozenset({Kind.CONNECTOR, Kind.BINDING}),
    check_privacy: frozenset({Kind.NEVER}),
    check_unmentioned: frozenset({Kind.POPULATION}),
    check_settling: frozenset({Kind.BINDING}),
    check_contract: frozenset({Kind.BINDING}),
    check_worked: frozenset({Kind.WORKED}),
    check_goals: frozenset({Kind.GOAL}),
}
"""The checks that find statements of some kinds only wrong, and whose findings no check of others asks about."""

COUNTING = (check_access, check_lost, check_unfit, check_values)
"""The checks that only count evidence, and say what took it away: what is wrong is found by the others."""


def judge(
    agreement: Agreement, history: History, today: date, most: int = MOST_FINDINGS, case: Case | None = None
) -> tuple[Mapping[str, Verdict], int]:
    """Return a verdict for every statement and the number of comparisons made. Pure: the same input, the same answer.

    `today` decides about waivers only; what the world's day is stands in the history. `most` findings are kept for
    each statement. `case` is the history laid out, for a caller that will look at it again.
    """
    case = case or Case(agreement, history)
    ledger = Ledger(most)
    for check in CHECKS:
        ledger.check = check.__name__
        check(case, ledger)
    for looking, decide in ledger.undecided:
        ledger.check = looking
        decide()
    found = with_boundaries(case, with_transitions(case, ledger, ledger.verdicts(agreement, today)))
    found = with_matters(agreement, with_paths(case, with_following(case, found)), ledger.figures, today)
    if any(verdict.findings for verdict in found.values()):
        mask = mask_of(case)
        found = {name: _masked(verdict, mask) for name, verdict in found.items()}
    return found, ledger.comparisons


def _masked(verdict: Verdict, mask: Callable[[str], str]) -> Verdict:
    """Return a verdict in whose counterexamples no never-value stands."""
    if not verdict.findings:
        return verdict
    return replace(
        verdict,
        findings=tuple(
            replace(
                one,
                counterexample=replace(
                    one.counterexample,
                    record=mask(one.counterexample.record),
                    expected=mask(one.counterexample.expected),
                    found=mask(one.counterexample.found),
                    given=tuple((name, mask(text)) for name, text in one.counterexample.given),
                    exchange=mask(one.counterexample.exchange),
                    note=mask(one.counterexample.note),
                ),
            )
            for one in verdict.findings
        ),
    )
