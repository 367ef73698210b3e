"""Rehearse every key of a chain through the whole stack: the right connector is green, each careless one is red."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from matching import KEYS, Matching, by, fields, number, phone, text
from rig import DATE, EMAIL, LONG, NUMBER, PHONE, TEXT, WHOLE, Integration, Rig, chart, failed, unproven

ROWS = [
    ("name", "->", "name", "same text", "yes"),
    ("badge", "->", "badge", "same text", ""),
    ("last", "->", "last", "same text", ""),
    ("phone", "->", "phone", "same phone", ""),
    ("mail", "<->", "mail", "same email, ATS wins", ""),
    ("number", "->", "number", "same number", ""),
    ("born", "->", "born", "same date", ""),
    ("hobby", "<->", "hobby", "same text, app wins", ""),
]

OWN: Mapping[str, Mapping[str, Any]] = {
    "badge": TEXT,
    "last": TEXT,
    "phone": PHONE,
    "mail": EMAIL,
    "number": NUMBER,
    "born": DATE,
    "hobby": TEXT,
}
CHAIN = "external_id, then badge, then last and same phone, then same mail, then same number and same date born"


def written(chain: str) -> Integration:
    return Integration(
        (),
        documents={"member": chart("Keys", ROWS)},
        fields=OWN,
        taken={**OWN, "name": LONG},
        binding=f"Given each Person is a member, matched by {chain}",
    )


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    folder: Path = tmp_path_factory.mktemp("keys")
    return Rig(folder, written(CHAIN))


def made(**keys: Any) -> Any:
    return type("Now", (Matching,), {"fields": fields(), "keys": tuple(keys.values())})


def connector(**altered: Any) -> Any:
    return made(**{name: one for name, one in {**KEYS, **altered}.items() if one is not None})


def test_a_right_connector_is_green(rig: Rig) -> None:
    assert unproven(rig.rehearsed(connector())) == {}


def test_a_key_of_few_numbers_is_tried_with_one_that_nobody_else_has(tmp_path: Path) -> None:
    one = written("external_id, then same number")
    rig = Rig(tmp_path, replace(one, fields={**one.fields, "number": WHOLE}, taken={**one.taken, "number": WHOLE}))
    keys = {"link": KEYS["link"], "number": by(number=number)}
    assert unproven(rig.rehearsed(made(**keys))) == {}
    assert failed(rig.rehearsed(made(link=KEYS["link"]))) == {"member:once"}


WITHOUT = {name: {name: None} for name in KEYS if name != "link"}
CARELESS: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "a phone letter by letter": ({"name and phone": by(last=text, phone=text)}, "member:once"),
    "a phone as it would be written": (
        {"name and phone": lambda person, member: text(person["last"]) == text(member["last"]) is not None
         and phone(person["phone"]) == member["phone"] is not None},
        "member:once",
    ),
    "the phone alone": ({"name and phone": by(phone=phone)}, "member:arrive"),
    "the name alone": ({"name and phone": by(last=text)}, "member:arrive"),
    "an e-mail letter by letter": ({"mail": by(mail=text)}, "member:once"),
    "a badge with its blanks": ({"badge": by(badge=lambda value: value)}, "member:once"),
}  # fmt: skip


@pytest.mark.defects
@pytest.mark.parametrize("name", WITHOUT)
def test_a_key_that_is_not_asked_is_red(rig: Rig, name: str) -> None:
    found = rig.rehearsed(connector(**{name: None}))
    assert failed(found) == {"member:once"}


@pytest.mark.defects
@pytest.mark.parametrize("wrong", CARELESS)
def test_a_key_that_is_asked_carelessly_is_red(rig: Rig, wrong: str) -> None:
    keys, statement = CARELESS[wrong]
    assert failed(rig.rehearsed(connector(**keys))) == {statement}


ORDER = list(KEYS)


@pytest.mark.defects
@pytest.mark.parametrize("at", range(1, len(ORDER) - 1), ids=ORDER[1:-1])
def test_a_key_that_is_asked_after_the_next_one_is_red(rig: Rig, at: int) -> None:
    names = [*ORDER[:at], ORDER[at + 1], ORDER[at], *ORDER[at + 2 :]]
    assert failed(rig.rehearsed(made(**{name: KEYS[name] for name in names}))) == {"member:once"}


@pytest.mark.defects
def test_a_link_that_is_asked_after_a_key_is_red(rig: Rig) -> None:
    names = [*ORDER[1:2], *ORDER[:1], *ORDER[2:]]
    # The app takes no external id twice, so that the person gets nobody's record, is named, and is tried for ever.
    found = rig.rehearsed(made(**{name: KEYS[name] for name in names}))
    assert failed(found) == {"member:held", "member:settle"}


@pytest.mark.defects
@pytest.mark.parametrize("name", ["hobby", "mail"])
def test_the_wrong_side_that_leads_when_two_meet_is_red_in_its_row(rig: Rig, name: str) -> None:
    wrong = type("Now", (Matching,), {"fields": fields(), "leads": frozenset({name})})
    assert failed(rig.rehearsed(wrong)) == {f"member.{name}"}
