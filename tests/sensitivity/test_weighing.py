"""Wrong values are put into a small rehearsal that went right: a verdict that does not notice them is not green."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from stories import CHANGES, TODAY, Story, agree, integration, plain_agreement

from signoff.agreement.resolved import Pair
from signoff.checks import judge as judging
from signoff.checks import mapping
from signoff.checks.case import Case, Phase
from signoff.checks.held import check_held
from signoff.checks.judge import judge
from signoff.checks.ledger import Ledger
from signoff.checks.outside import check_outside
from signoff.checks.privacy import check_privacy
from signoff.checks.settling import check_contract, check_settling
from signoff.checks.unmentioned import check_unmentioned
from signoff.history import History
from signoff.model.promise import Promise
from signoff.schema import Side
from signoff.sensitivity import weigh as weighing
from signoff.sensitivity.attempt import Attempt, Way
from signoff.sensitivity.cut import Cutter
from signoff.sensitivity.weigh import weighed
from signoff.verdict import Outcome, Verdict


def weighed_story(history: History) -> dict[str, Verdict]:
    case = Case(plain_agreement(), history)
    return weighed(case, judge(plain_agreement(), history, TODAY, case=case)[0])


@pytest.fixture(scope="module")
def history() -> History:
    return Story().play()


@pytest.fixture(scope="module")
def right(history: History) -> dict[str, Verdict]:
    return weighed_story(history)


def test_every_statement_of_a_good_rehearsal_is_sensitive(right: dict[str, Verdict]) -> None:
    dull = {name: (one.outcome.value, one.would_exercise) for name, one in right.items() if not one.sensitive}
    assert dull == {"worker:leaving": ("open", "")}


@pytest.mark.parametrize(
    ("statement", "phase", "names"),
    [
        ("worker.first_name", "created", {"missing", "stranger", "the last character lost", "other case"}),
        ("worker.first_name", "changed", {"missing", "stale", "stranger", "the last character lost"}),
        ("worker.phone", "created", {"missing", "last digit", "last digit lost", "other country", "trunk zero"}),
        ("worker.phone", "cleared", {"stale", "stranger"}),
        ("worker.phone", "edited on the other side", {"missing", "stranger", "last digit"}),
        ("assignment.pay_rate", "created", {"missing", "a cent more", "a cent less", "the other sign", "zero"}),
        ("assignment.worker_id", "changed", {"stale", "another record"}),
        ("worker.external_id", "created", {"missing", "the last character lost"}),
        ("worker-status:active", "created", {"another row's value"}),
        ("worker-status:placed", "changed into", {"another row's value"}),
        ("worker-status:anything-else", "held back", {"delivered"}),
        ("worker:who:status-is-dnu", "kept out", {"arrived", "asked about"}),
        ("worker:who:kind-is-temp", "in scope", {"all of them missing"}),
        ("worker:arrive", "arrived", {"missing"}),
        ("worker:once", "changed", {"a second one", "made anew"}),
        ("worker:outside", "created", {"a field of no chart"}),
        ("worker:outside", "changed", {"a field of no chart"}),
        ("worker:settle", "further sync", {"written again"}),
        ("worker:contract", "update", {"an objection of the schema"}),
        ("worker:held", "held back", {"delivered"}),
        ("worker:held", "named in the result", {"not named", "named though it arrived"}),
        ("worker.push_token:kept", "created", {"filled"}),
        ("worker.push_token:kept", "filled by its owner", {"overwritten"}),
        ("worker.ssn:never", "searched", {"in a request", "in a printed line"}),
        ("worker.ssn:never", "changed alone", {"written after"}),
        (
            "connector:finishes",
            "finished",
            {"crashed", "another host asked", "an invented name", "a thread left running"},
        ),
    ],
)
def test_what_was_put_in_and_noticed(right: dict[str, Verdict], statement: str, phase: str, names: set[str]) -> None:
    assert names <= set(right[statement].noticed.get(phase, ()))


def blind_in(phase: str) -> Callable[..., None]:
    """Return the field check with one phase left out."""
    seeing = mapping._field

    def blind(case: Case, ledger: Ledger, pair: object, at: Phase, *more: object) -> None:
        if at.label != phase:
            seeing(case, ledger, pair, at, *more)  # type: ignore[arg-type]

    return blind


def test_a_check_that_skips_a_phase_leaves_its_rows_not_exercised(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case(plain_agreement(), history)
    verdicts, _ = judge(plain_agreement(), history, TODAY, case=case)
    monkeypatch.setattr(mapping, "_field", blind_in("first"))
    found = weighed(case, verdicts)["assignment.pay_rate"]
    assert (found.outcome, found.sensitive) == (Outcome.NOT_EXERCISED, False)
    assert "edited on the other side: missing, in Placement 205" in found.would_exercise
    assert "missing" in found.noticed["created"]
    assert found.note == "a wrong value would not have been noticed"


@pytest.mark.parametrize(
    ("check", "statement", "said"),
    [
        (check_held, "worker:held", "held back: delivered, in Candidate 114"),
        (check_outside, "worker:outside", "created: a field of no chart, in Worker w101"),
        (check_outside, "worker.push_token:kept", "filled by its owner: overwritten, in Worker w111"),
        (check_privacy, "worker.ssn:never", "searched: in a request, in Candidate 101"),
        (check_settling, "worker:settle", "further sync: written again, in Worker w101"),
        (check_unmentioned, "worker:who:status-is-dnu", "kept out: asked about, in Candidate 113"),
        (check_contract, "worker:contract", "create: an objection of the schema, in Worker w101"),
    ],
)
def test_a_check_that_is_left_out_is_missed_by_what_it_alone_judges(
    history: History,
    monkeypatch: pytest.MonkeyPatch,
    check: Callable[[Case, Ledger], None],
    statement: str,
    said: str,
) -> None:
    case = Case(plain_agreement(), history)
    verdicts, _ = judge(plain_agreement(), history, TODAY, case=case)
    assert verdicts[statement].outcome is Outcome.VERIFIED
    monkeypatch.setattr(judging, "CHECKS", tuple(one for one in judging.CHECKS if one is not check))
    found = weighed(case, verdicts)[statement]
    assert found.outcome is Outcome.NOT_EXERCISED
    assert said in found.would_exercise


def test_a_case_of_which_company_spoils_the_wrong_value_is_weighed_by_itself(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who stands by, or is altered beside, may be of the very case of which nobody is to be left."""
    really = weighing._noticed

    def alone(case: Case, cutter: Cutter, batch: list[tuple[Attempt, Way]], *fuller: bool) -> list[Attempt]:
        return really(case, cutter, batch, *fuller) if fuller else []

    case = Case(plain_agreement(), history)
    verdicts, _ = judge(plain_agreement(), history, TODAY, case=case)
    everybody = {
        case.sender_key(pair, one) for pair in case.agreement.pairs for one in case.phases[0].settled.senders(pair)
    }
    monkeypatch.setattr(weighing, "_noticed", alone)
    monkeypatch.setattr(weighing, "_bystanders", lambda _: everybody)
    reaches = [name for name in verdicts if name.startswith("worker:who:") and "dnu" not in name]
    found = weighed(case, {name: verdicts[name] for name in reaches} | {"worker.phone": verdicts["worker.phone"]})
    assert [found[name].missed for name in reaches] == [{}] * len(reaches)
    assert {found[name].noticed["in scope"] for name in reaches} == {("all of them missing",)}


def test_what_is_not_green_is_not_weighed(history: History) -> None:
    case = Case(plain_agreement(), history)
    verdicts = dict(judge(plain_agreement(), history, TODAY, case=case)[0])
    verdicts["worker.phone"] = Verdict("worker.phone", Outcome.FAILED)
    assert weighed(case, verdicts)["worker.phone"].sensitive is None


def test_the_recorded_history_stays_as_it_was(history: History) -> None:
    before = repr(history)
    weighed_story(history)
    assert repr(history) == before


def test_a_wrong_value_is_put_in_after_every_change_that_the_effort_promises() -> None:
    told = integration(transitions={"Candidate.status": ("Active -> Placed", "Placed -> Active")})
    agreement = agree(settings=told)
    case = Case(agreement, Story(effort="standard").play())
    found = weighed(case, judge(agreement, case.history, TODAY, case=case)[0])
    assert found["worker-status:placed"].noticed["Active → Placed"] == ("another row's value",)
    assert found["worker-status:active"].noticed["Placed → Active"] == ("another row's value",)


def test_a_change_after_which_nobody_looks_is_not_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that takes whoever becomes Placed at its word leaves that change unproven, and says so."""
    right = mapping._field

    def blind(case: Case, ledger: Ledger, pair: Pair, phase: Phase, promise: Promise, sender: str, to: str) -> None:
        if promise.row.target == "status" and phase.settled.senders(pair)[sender]["status"] == "Placed":
            return
        right(case, ledger, pair, phase, promise, sender, to)

    told = integration(transitions={"Candidate.status": ("Active -> Placed", "Placed -> Active")})
    agreement = agree(settings=told)
    case = Case(agreement, Story(effort="standard").play())
    verdicts = judge(agreement, case.history, TODAY, case=case)[0]
    monkeypatch.setattr(mapping, "_field", blind)
    found = weighed(case, verdicts)["worker-status:placed"]
    assert found.outcome is Outcome.NOT_EXERCISED
    assert "Active → Placed: another row's value, in Candidate 106" in found.would_exercise


def test_a_change_into_what_is_held_back_is_weighed_by_what_is_written_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turning = (Side.ATS, "Candidate", "110", {"status": "Retired"})
    monkeypatch.setitem(CHANGES, "second", (*CHANGES["second"], turning))
    told = integration(transitions={"Candidate.status": ("Active -> Retired", "Retired -> Active")})
    agreement = agree(settings=told)
    case = Case(agreement, Story(effort="standard").play())
    verdicts = judge(agreement, case.history, TODAY, case=case)[0]
    found = weighed(case, verdicts)["worker-status:anything-else"]
    assert found.noticed["Active → Retired"] == ("another row's value",)
    assert (found.sensitive, found.weak) == (True, {})
    monkeypatch.setattr(judging, "CHECKS", tuple(one for one in judging.CHECKS if one is not check_held))
    found = weighed(case, verdicts)["worker-status:anything-else"]
    assert found.missed["Active → Retired"] == ("another row's value",)
