"""Seven verdicts, worst first."""

from itertools import permutations

import pytest

from signoff.verdict import WORST_FIRST, Counterexample, Finding, Outcome, Verdict, merged

ORDER = ("failed", "blocked", "not exercised", "waived", "open", "assumed", "verified")


def test_the_order_is_the_language_s() -> None:
    assert tuple(one.value for one in WORST_FIRST) == ORDER


@pytest.mark.parametrize("position", range(7))
def test_the_worst_wins_in_whatever_order(position: int) -> None:
    several = [Outcome(one) for one in ORDER[position : position + 3]]
    for one in permutations(several):
        assert merged(one) == Outcome(ORDER[position])


def test_nothing_shown_is_not_exercised() -> None:
    assert merged([]) is Outcome.NOT_EXERCISED


def test_the_counterexample_of_a_verdict_is_its_first_finding_s() -> None:
    shown = Counterexample("Candidate 1", "a", "b")
    assert Verdict("x", Outcome.FAILED, (Finding("x", "missing", shown),)).counterexample is shown
    assert Verdict("x", Outcome.VERIFIED).counterexample is None
