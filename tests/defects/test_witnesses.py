"""The tables of what the planted defects prove: only a defect that one check alone catches is a witness for it."""

from bench import Trial, bound
from planted.register import BENIGN, DEFECTS
from witnesses import CLASSES, WITHOUT, by_check, caught_by, page, phrases, unshown


def caught(name: str, *checks: str) -> Trial:
    return Trial(name, "MAP", 1, ("worker.phone",), (), (), 0, 1, 0.1, checks)


def test_a_defect_that_two_checks_catch_is_a_witness_for_neither() -> None:
    found = caught_by([caught("One", "check_mapping"), caught("Two", "check_mapping", "check_held")])
    assert found["check_mapping"] == ["One"]
    assert found["check_held"] == []


def test_a_check_without_a_witness_is_named() -> None:
    lines = by_check([caught("One", "check_mapping")]).splitlines()
    assert [line.split() for line in lines if line.startswith("check_privacy")] == [["check_privacy", "0", "NONE"]]


def test_a_check_that_no_connector_can_fail_says_why_it_has_no_defect() -> None:
    lines = by_check([]).splitlines()
    [line] = [line for line in lines if line.startswith("check_worked")]
    assert line.split(maxsplit=2)[1:] == ["0", f"none: {WITHOUT['check_worked']}"]


def test_what_lacks_a_defect_is_told_unless_there_can_be_none() -> None:
    known = caught_by([])
    assert WITHOUT.keys() == {"check_access", "check_goals", "check_worked"}
    assert unshown([]) == sorted(known.keys() - WITHOUT.keys())
    shown = [caught(name, name) for name in known if name not in ("check_privacy", "check_goals")]
    assert unshown(shown) == ["check_privacy"]
    both = [*shown, caught("Both", "check_privacy", "check_mapping")]
    assert unshown(both) == ["check_privacy"]


def test_a_phrase_counts_the_defects_of_its_rows_and_of_its_tables() -> None:
    found = phrases(bound()[1])
    assert "P04UnknownIsAvailable" in found["look up in"]
    assert "OwnEntryOverwritten" in found["only if blank"]


def test_the_page_names_every_planted_defect_and_what_each_class_is() -> None:
    shown = page(bound()[1])
    for one in (*DEFECTS.values(), *BENIGN.values()):
        assert f"| {one.name} | " in shown
    assert {one.klass for one in DEFECTS.values()} == set(CLASSES)
