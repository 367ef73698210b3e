"""The tables of what the planted defects prove: only a defect that one check alone catches is a witness for it."""

from bench import Trial, bound
from planted.register import BENIGN, DEFECTS
from witnesses import CLASSES, by_check, caught_by, page, phrases


def caught(name: str, *checks: str) -> Trial:
    return Trial(name, "MAP", 1, ("worker.phone",), (), (), 0, 1, 0.1, checks)


def test_a_defect_that_two_checks_catch_is_a_witness_for_neither() -> None:
    found = caught_by([caught("One", "check_mapping"), caught("Two", "check_mapping", "check_held")])
    assert found["check_mapping"] == ["One"]
    assert found["check_held"] == []


def test_a_check_without_a_witness_is_named() -> None:
    lines = by_check([caught("One", "check_mapping")]).splitlines()
    assert [line.split() for line in lines if line.startswith("check_privacy")] == [["check_privacy", "0", "NONE"]]


def test_a_phrase_counts_the_defects_of_its_rows_and_of_its_tables() -> None:
    found = phrases(bound()[1])
    assert "P04UnknownIsAvailable" in found["look up in"]
    assert "OwnEntryOverwritten" in found["only if blank"]


def test_the_page_names_every_planted_defect_and_what_each_class_is() -> None:
    shown = page(bound()[1])
    for one in (*DEFECTS.values(), *BENIGN.values()):
        assert f"| {one.name} | " in shown
    assert {one.klass for one in DEFECTS.values()} == set(CLASSES)
