"""Check that planted defects redden what they declare: all declarations always, one seed of each with -m defects."""

from __future__ import annotations

from collections import Counter

import pytest
from bench import CORRECT, bound, trial
from planted.register import BENIGN, DEFECTS

SEED = 1
EFFORT = "quick"


def test_many_defects_and_nine_variants_are_declared() -> None:
    assert len(DEFECTS) >= 130
    assert len(BENIGN) >= 9


def test_every_declared_id_is_a_statement() -> None:
    known = {one.id for one in bound()[1].statements}
    unknown = {name: one.reddens - known for name, one in DEFECTS.items() if one.reddens - known}
    assert unknown == {}


def test_every_defect_declares_something_and_no_variant_does() -> None:
    assert [name for name, one in DEFECTS.items() if not one.reddens] == []
    assert [name for name, one in BENIGN.items() if one.reddens] == []


def test_the_classes_of_defects_are_covered() -> None:
    classes = Counter(one.klass for one in DEFECTS.values())
    assert set(classes) == {
        *("MAP", "ENUM", "NULL", "ENC", "LEN", "TYPE", "MULTI", "MONEY", "TIME"),
        *("PAGE", "CURSOR", "SCOPE", "MATCH", "FK", "BIDIR", "LIFE", "PII", "FAIL", "ADDRESS", "HOOK"),
    }


@pytest.mark.defects
@pytest.mark.parametrize("name", [CORRECT.name, *BENIGN])
def test_what_is_right_stays_green(name: str) -> None:
    found = trial(name, SEED, EFFORT)
    assert found.surplus == (), found.shown


@pytest.mark.defects
@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_reddens_exactly_what_it_declares(name: str) -> None:
    found = trial(name, SEED, EFFORT)
    assert found.witnessed > 0, "the altered line never ran with effect"
    assert (found.missed, found.surplus) == ((), ()), found.shown
