"""Rehearse bad-data tables through the whole stack: a right connector green, a wrong one red in exactly its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import copying
import pytest
from bad_cases import IDS, KINDS, Careful, bad_data, written
from rig import TEXT, WHOLE, Case, Integration, Rig, failed, many, thing, unproven
from table_cases import TABLES as WITH_TABLES

from signoff.verdict import Verdict

HELD = dict.fromkeys(KINDS, "held")
ARRIVING = {
    **HELD,
    **dict.fromkeys(("breaks", "table", "phone", "date", "email", "number", "nowhere"), "left out"),
    "long": "cut",
    "hidden": "removed",
}
SILENT = dict.fromkeys(KINDS, "nothing")
SHORTENED = {
    "hidden": "left out",
    "long": "left out",
    "phone": "left out",
    "blank": "held",
    "below": "nothing",
    "test": "held",
}

TABLES: dict[str, Mapping[str, str]] = {"held": HELD, "arriving": ARRIVING, "silent": SILENT, "few": SHORTENED}
"""Between them, every kind with every outcome that means something for it."""

WRONG = {"held": ("nothing", "written"), "left out": ("held", "cleared"), "cut": ("held", "cut in UTF-16"),
         "removed": ("held", "written"),
         "nothing": ("written",)}  # fmt: skip
REFUSED = ("breaks", "long")
"""Kinds of which the receiving system refuses what is written all the same: that is `:contract`'s matter too."""


def rehearsed(rig: Rig, becomes: Mapping[str, str], weighed: bool = False) -> Mapping[str, Verdict]:
    copying.Now = type("Now", (Careful,), {"becomes": dict(becomes)})
    rehearsal = rig._rehearsal()
    history = rehearsal.play(rig.script())
    return (rehearsal.weighed if weighed else rehearsal.judged)(history)[0]


@pytest.fixture(scope="module", params=TABLES)
def table(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Rig, Mapping[str, str]]:
    rows = TABLES[request.param]
    return Rig(tmp_path_factory.mktemp(request.param), written(rows)), rows


def test_a_right_connector_proves_every_row(table: tuple[Rig, Mapping[str, str]]) -> None:
    rig, rows = table
    found = rehearsed(rig, rows, weighed=True)
    assert unproven(found) == {}
    for kind, then in rows.items():
        one = found[IDS[kind]]
        assert one.sensitive, kind
        assert set(one.exercised) >= {"made bad", "turned bad", "good again"}
        assert ("named in the result" in one.exercised) is (then == "held")


def altered(rows: Mapping[str, str]) -> list[dict[str, str]]:
    """Return what becomes of each kind in connectors that are wrong in every third row, in one way after another."""
    found = []
    for turn in range(2):
        wrong = [
            (kind, WRONG[then][turn])
            for kind, then in rows.items()
            if turn < len(WRONG[then]) and not (kind in REFUSED and WRONG[then][turn] == "written")
        ]
        found += [dict(wrong[start::3]) for start in range(3) if wrong[start::3]]
    return found


@pytest.mark.parametrize("turn", range(6))
def test_a_wrong_connector_reddens_exactly_its_rows(table: tuple[Rig, Mapping[str, str]], turn: int) -> None:
    rig, rows = table
    each = altered(rows)
    if turn >= len(each):
        pytest.skip("this table has fewer wrong connectors")
    found = rehearsed(rig, {**rows, **each[turn]})
    assert failed(found) == {IDS[kind] for kind in each[turn]}, unproven(found)


def test_what_no_row_names_is_held_back(tmp_path: Path) -> None:
    rows = {"phone": "left out"}
    rig = Rig(tmp_path, written(rows))
    assert unproven(rehearsed(rig, rows)) == {}
    found = rehearsed(rig, {**rows, "email": "left out"})
    assert failed(found) == {"member:held"}, unproven(found)


HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def shown_only(value: Any) -> Any:
    return [HIDDEN.sub("", one) for one in value] if isinstance(value, list) else HIDDEN.sub("", value)


def with_question_marks(value: Any) -> Any:
    return [HIDDEN.sub("?", one) for one in value] if isinstance(value, list) else HIDDEN.sub("?", value)


IN_LISTS = (
    Case(
        "skills",
        "every item, in order",
        lambda row: shown_only(row.a),
        (lambda row: with_question_marks(row.a),),
        {"a": many(TEXT)},
        many(TEXT),
    ),
    Case(
        "degree",
        "the first one",
        lambda row: shown_only(row.a[0].get("name") or "").strip() or None,
        (lambda row: with_question_marks(row.a[0].get("name") or "").strip() or None,),
        {"a": many(thing(name=TEXT, school=TEXT))},
        cell="{a}.name",
    ),
)


@pytest.mark.parametrize("case", IN_LISTS, ids=lambda one: one.name)
def test_characters_that_cannot_be_shown_are_tried_in_lists_where_there_is_no_other_text(
    case: Case, tmp_path: Path
) -> None:
    documents = {"member": bad_data({"hidden": "removed"})}
    rig = Rig(tmp_path, Integration((case,), documents, ids=WHOLE))
    found = rig.verdicts()
    assert set(unproven(found)) <= {"member:held"}  # nobody is held back here
    assert set(found[IDS["hidden"]].exercised) >= {"made bad", "turned bad", "good again"}
    assert failed(rig.verdicts({case.name: case.wrong[0]})) == {IDS["hidden"]}


def test_an_unknown_value_that_is_taken_for_a_known_one_is_told_of_its_row_alone_where_nobody_else_is_bad(
    tmp_path: Path,
) -> None:
    case = next(one for one in WITH_TABLES.cases if one.name == "strict")
    alone = Integration((Case("name", "same text", lambda row: row.a), case), WITH_TABLES.documents)
    text = alone.documents["tables"].partition("    Examples: blanks")[0]
    rig = Rig(tmp_path, replace(alone, documents={"tables": text}))
    assert unproven(rig.verdicts()) == {}
    found = rig.verdicts({"strict": case.wrong[2]})
    assert failed(found) == {"strict:anything-else"}
    assert unproven(found, {"strict:anything-else"}) == {}
