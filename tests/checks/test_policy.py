"""Bad-data tables: a finding belongs to the row that decides about the record, and to no other statement."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stories import (
    CHANGES,
    WORKERS,
    Edit,
    Errand,
    Story,
    agree,
    failed,
    judged,
    not_exercised,
    only,
    without,
    worker_fields,
)

from signoff.agreement.resolved import Agreement
from signoff.history import Run
from signoff.schema import Side
from signoff.verdict import Verdict

TABLE = """
  @bad-data
  Scenario Outline: <bad data> <then>
    When the connector has been rehearsed
    Then this row of the bad-data policy holds

    Examples: Bad people
      | bad data | then |
"""
HELD, LEFT_OUT, NOTHING = "the record is held back and reported", "the field is left out", "nothing is written"
BLANK, PHONE = "worker:bad:a-required-field-is-blank", "worker:bad:a-phone-cannot-be-read"


def table(**rows: str) -> Agreement:
    words = {
        "blank": "a required field is blank",
        "phone": "a phone cannot be read",
        "table": "a value is not in its table",
        "key": "two records share a key",
        "kind": 'kind is "test"',
    }
    return agree(WORKERS + TABLE + "".join(f"      | {words[kind]} | {then} |\n" for kind, then in rows.items()))


def edited(**more: tuple[Edit, ...]) -> dict[str, tuple[Edit, ...]]:
    return {label: (*edits, *more.get(label, ())) for label, edits in CHANGES.items()}


def candidate(number: int, **fields: Any) -> Edit:
    return Side.ATS, "Candidate", str(number), fields


def delivering(number: int) -> Story:
    return Story(lambda errand: worker_fields(errand.sender) if errand.id == number else errand.wanted)


def unnamed(number: str) -> Any:
    def told(run: Run) -> Run:
        return replace(run, failed=tuple(one for one in run.failed if one.id != number))

    return told


def test_a_record_that_was_delivered_is_the_row_s() -> None:
    verdicts = judged(delivering(115), table(blank=HELD))
    assert failed(verdicts) == {BLANK}
    shown = verdicts[BLANK].counterexample
    assert shown is not None
    assert (shown.record, shown.found) == ("Candidate 115", "Worker w115 was created")
    assert shown.expected == "nothing of it is written, because first_name is required"


def test_a_record_that_was_not_named_is_the_row_s_unless_it_need_not_be() -> None:
    assert failed(judged(Story(told=unnamed("115")), table(blank=HELD))) == {BLANK}
    assert failed(judged(Story(told=unnamed("115")), table(blank=NOTHING))) == set()
    assert failed(judged(Story(told=unnamed("115")), table(phone=HELD))) == {"worker:held"}


def test_a_value_of_no_table_is_the_table_s_if_it_was_taken_for_another_and_the_row_s_else() -> None:
    listed = "worker:bad:a-value-is-not-in-its-table"
    assert failed(judged(delivering(114), table(table=HELD))) == {"worker-status:anything-else"}

    def bare(errand: Errand) -> dict[str, Any] | None:
        bad = errand.sender.get("status") == "Retired"
        return {**worker_fields(errand.sender), "status": None} if bad else errand.wanted

    assert failed(judged(Story(bare), table(table=HELD))) == {listed}
    assert failed(judged(Story(told=unnamed("114")), table(table=HELD))) == {listed}


BAD_PHONES = (
    candidate(102, phone="ask reception", firstName="Bob"),
    candidate(103, phone="ask reception", firstName="Cleopatra"),
)
REPAIRED = (candidate(102, phone="+13125550702"), candidate(103, phone="+13125550703"))


def leaving_out(errand: Errand) -> dict[str, Any] | None:
    if errand.wanted is not None and errand.wanted.get("phone") == "ask reception":
        return {name: value for name, value in errand.wanted.items() if name != "phone"}
    return errand.wanted


def phones(twist: Any, agreement: Agreement | None = None) -> dict[str, Verdict]:
    story = Story(twist, edits=edited(first=BAD_PHONES, second=REPAIRED))
    return judged(story, agreement or table(phone=LEFT_OUT))


def test_a_field_that_is_left_out_stays_and_the_record_arrives() -> None:
    verdicts = phones(leaving_out)
    assert failed(verdicts) == set()
    assert verdicts[PHONE].exercised == {"turned bad": 2, "good again": 2}
    assert not_exercised(verdicts) == {PHONE: ()}  # nobody arrives with a bad phone in this story


def test_a_field_that_was_written_or_cleared_is_the_row_s() -> None:
    assert failed(phones(lambda errand: errand.wanted)) == {PHONE}

    def clearing(errand: Errand) -> dict[str, Any] | None:
        left = leaving_out(errand)
        return (
            {**left, "phone": None}
            if left is not None and "phone" in (errand.wanted or {}) and "phone" not in left
            else left
        )

    verdicts = phones(clearing)
    assert failed(verdicts) == {PHONE}
    shown = verdicts[PHONE].counterexample
    assert shown is not None
    assert shown.expected == 'what it held before: "+13125550102"'
    assert shown.note == "because of the row: a phone cannot be read: the field is left out"


def holding(*numbers: int) -> Any:
    def twist(errand: Errand) -> dict[str, Any] | None:
        held = errand.id in numbers and errand.wanted is not None and errand.wanted.get("phone") == "ask reception"
        return None if held else leaving_out(errand)

    return twist


def test_records_that_are_all_held_back_are_the_row_s() -> None:
    verdicts = phones(holding(102, 103))
    assert failed(verdicts) == {PHONE}
    shown = verdicts[PHONE].counterexample
    assert shown is not None
    assert shown.found == "held back; the connector said: nothing"


def test_a_record_that_the_row_lets_arrive_and_that_never_came_is_told_with_its_bad_value() -> None:
    def twist(errand: Errand) -> dict[str, Any] | None:
        return None if errand.id in (102, 103) else errand.wanted

    verdicts = judged(Story(twist, edits={"seed": BAD_PHONES, **CHANGES}), table(phone=LEFT_OUT))
    assert failed(verdicts) == {PHONE}
    shown = verdicts[PHONE].counterexample
    assert shown is not None
    assert shown.expected == "a Worker of its own: where a phone cannot be read, the field is left out"
    assert shown.given == (("phone", '"ask reception"'),)


def test_one_record_that_was_lost_has_nothing_to_do_with_its_data() -> None:
    assert failed(phones(holding(102))) == {"worker.first_name"}


def test_what_is_bad_in_two_ways_is_decided_by_the_upper_row() -> None:
    both = edited(first=(candidate(115, status="Retired"),), second=(candidate(115, firstName="Oda"),))

    def silent(run: Run) -> Run:
        return unnamed("115")(run) if run.phase != "seed" else run

    assert failed(judged(Story(edits=both, told=silent), table(table=NOTHING, blank=HELD))) == set()
    assert failed(judged(Story(edits=both, told=silent), table(blank=HELD, table=NOTHING))) == {BLANK}


def test_of_two_with_one_key_the_higher_id_is_held_back() -> None:
    shared = edited(first=(candidate(110, email="PERSON102@example.com"),))
    verdicts = judged(Story(edits=shared), table(key=HELD))
    assert failed(verdicts) == {"worker:bad:two-records-share-a-key"}
    shown = verdicts["worker:bad:two-records-share-a-key"].counterexample
    assert shown is not None
    assert (shown.record, shown.expected) == (
        "Candidate 110, Jon",
        "nothing of it is written, because Candidate 102 has the same key",
    )

    def twist(errand: Errand) -> dict[str, Any] | None:
        return None if errand.id == 110 and errand.phase != "seed" else errand.wanted

    verdicts = judged(Story(twist, edits=shared), table(key=NOTHING))
    assert failed(verdicts) == set()


def test_a_condition_keeps_a_record_back() -> None:
    turned = edited(first=(candidate(102, kind="test", firstName="Bob"),))
    kept = "worker:bad:kind-is-test"
    assert failed(judged(Story(edits=turned), table(kind=NOTHING))) == {kept}
    quiet = Story(lambda errand: None if errand.id == 102 and errand.phase != "seed" else errand.wanted, edits=turned)
    verdicts = judged(quiet, table(kind=NOTHING))
    assert failed(verdicts) == set()
    assert verdicts[kept].exercised == {"turned bad": 1}


def test_those_who_are_missing_for_another_reason_are_not_the_row_s() -> None:
    assert failed(judged(Story(without(102)), table(phone=LEFT_OUT))) == {"worker:arrive"}
    assert failed(judged(Story(only(104, phone="+13125550000")), table(phone=LEFT_OUT))) == {"worker.phone"}
