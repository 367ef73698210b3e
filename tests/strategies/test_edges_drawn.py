"""Ways with several linked records, and ways on the edge of one test: each does what it is drawn for."""

from typing import Any

import pytest
from test_witness import FIELDS, TODAY, Seen, ways

from signoff.errors import Place
from signoff.expressions import tree as t
from signoff.expressions.evaluate import holds
from signoff.expressions.parse import parse_condition
from signoff.schema import Field, Type
from signoff.strategies.alone import NEARLY, ON_BOUNDARY, Alone, nearly
from signoff.strategies.siblings import Siblings
from signoff.strategies.witness import Demand, Way, Witness, settled


def field_of(_: str, name: str) -> Field | None:
    return FIELDS.get(name)


def condition(text: str) -> Any:
    return parse_condition(text, Place("x"))


def siblings(text: str, truth: bool) -> list[Way]:
    return Siblings(field_of, TODAY).ways(condition(text), truth, "Candidate")


def alone(text: str, truth: bool, edge: str) -> list[Way]:
    usual, on_boundary = Witness(field_of, TODAY), Witness(field_of, TODAY, boundary=True)
    return list(Alone(usual, on_boundary, field_of, edge).ways(condition(text), truth, "Candidate"))


RUNNING = 'status is "Active" and (ends is blank or ends is on or after today)'


@pytest.mark.parametrize("quantifier", ["some", "no", "every"])
@pytest.mark.parametrize("truth", [True, False])
def test_a_condition_on_several_linked_records_has_siblings(quantifier: str, truth: bool) -> None:
    text = f"{quantifier} Placement has ({RUNNING})"
    tree = condition(text)
    found = siblings(text, truth)
    assert found
    assert all(len(way) > 1 for way in found)
    assert [holds(tree, Seen(way)) for way in found] == [truth] * len(found)


def test_the_fitting_sibling_is_the_last_and_the_first() -> None:
    inner = condition(RUNNING)
    fits = [[holds(inner, Seen(one.inner)) for one in way] for way in siblings(f"some Placement has ({RUNNING})", True)]
    assert fits[:2] == [[False, False, True], [True, False, False]]


def test_each_part_is_fulfilled_by_one_and_no_one_fulfils_all() -> None:
    [way] = siblings(f"some Placement has ({RUNNING})", False)
    parts = condition(RUNNING).parts
    assert [[holds(part, Seen(one.inner)) for part in parts] for one in way] == [[False, True], [True, False]]


def test_an_end_that_is_neither_blank_nor_to_come_is_in_the_past() -> None:
    found = ways("ends is blank or ends is on or after today", False)
    assert [one.value < TODAY for way in found for one in way] == [True] * len(found)
    assert found


def test_any_filled_value_gives_way_to_one_that_is_asked_for() -> None:
    asked, filled = Demand("ends", TODAY), Demand("ends", "filled", any=True)
    assert settled((filled, asked)) == (asked,)
    assert settled((filled,)) == (filled,)
    assert settled((filled, Demand("ends", None))) == (filled, Demand("ends", None))


@pytest.mark.parametrize("text", [f"begins is on or before today and {RUNNING}", f"some Placement has ({RUNNING})"])
@pytest.mark.parametrize("truth", [True, False])
def test_on_a_boundary_a_condition_is_as_true_as_asked(text: str, truth: bool) -> None:
    tree = condition(text)
    found = alone(text, truth, ON_BOUNDARY)
    assert found
    assert [holds(tree, Seen(way)) for way in found] == [truth] * len(found)


def test_every_day_around_both_ends_is_tried_alone() -> None:
    text = f"begins is on or before today and {RUNNING}"
    days = {
        (one.path, (one.value - TODAY).days if one.value else None)
        for truth in (True, False)
        for way in alone(text, truth, ON_BOUNDARY)
        for one in way
        if one.path != "status" and (not one.value or abs((one.value - TODAY).days) <= 1)
    }
    assert days == {
        *(("begins", step) for step in (-1, 0, 1, None)),
        *(("ends", step) for step in (-1, 0, 1, None)),
    }


def test_texts_that_are_nearly_the_one_asked_for() -> None:
    plain, short = Field("kind", Type.TEXT), Field("kind", Type.TEXT, max_length=8)
    test = condition('kind is "Contract"')
    assert isinstance(test, t.Is)
    assert nearly(test, plain) == ["Contract ", "cONTRACT", "Contract x"]
    assert nearly(test, short) == ["cONTRACT"]
    listed = Field("kind", Type.PICKLIST, choices=("Perm", "Contract", "Contract to Hire"))
    assert nearly(test, listed) == ["Contract to Hire"]
    assert alone('name is "Ana" and ready is yes', True, NEARLY) == []
    assert [way[0].value for way in alone('name is "Ana" and ready is yes', False, NEARLY)] == ["Ana ", "aNA", "Ana x"]
