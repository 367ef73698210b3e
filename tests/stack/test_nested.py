"""Rehearse fields inside objects, and updates that replace the whole record: right green, wrong red in its row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
import requests
from bad_cases import bad_data
from copying import APP, ATS, TOKENS, blank, listed, read, signed, written
from meeting import Field, Meeting, app_wins, same
from rig import PHONE, TEXT, Integration, Rig, chart, failed, thing, unproven

ROWS: Mapping[str, tuple[str, str, Field]] = {
    "contact.mail": ("<->", "same text, app wins", Field(wins=app_wins)),
    "contact.desk": ("<->", "same text, ATS wins", Field()),
    "plain": ("->", "same text", Field(back=None)),
    "contact.room": ("->", "same text", Field(back=None)),
}
FIELDS = {name: one for name, (_, _, one) in ROWS.items()}
NOTHING: Mapping[str, Any] = {}
OWNED = {
    "token": "member.token:kept",
    "contact.nickname": "member.contact.nickname:kept",
    "other": "member:outside",
    "contact.unnamed": "member:outside",
}
CHART = chart(
    "Nested",
    [
        *[(name, flow, name, rule, "yes" if name == "plain" else "") for name, (flow, rule, _) in ROWS.items()],
        ("", "kept", "token", "", ""),
        ("", "kept", "contact.nickname", "", ""),
    ],
)


def tiny(update: str) -> Integration:
    inner = dict.fromkeys(("mail", "desk", "room"), TEXT)
    return Integration(
        (),
        documents={"member": CHART},
        fields={"contact": thing(**inner), "plain": TEXT},
        taken={
            "contact": thing(**inner, nickname=TEXT, unnamed=TEXT),
            "plain": TEXT,
            "token": TEXT,
            "other": TEXT,
        },
        update=update,
    )


@pytest.fixture(scope="module", params=["patch", "put"])
def rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rig:
    folder: Path = tmp_path_factory.mktemp(request.param)
    return Rig(folder, tiny(request.param))


class Nested(Meeting):
    """Merge objects part by part, and send the whole record where an update replaces it."""

    fields: Mapping[str, Field] = FIELDS
    required = "plain"
    whole = False
    dropped: tuple[str, ...] = ()
    """What an update forgets of what stands in the app."""
    spoilt: Mapping[str, Any] = NOTHING
    """What an update sends besides."""

    def _merged(self, person: dict[str, Any], member: dict[str, Any] | None, before: Any) -> dict[str, Any]:
        self.held = member
        return super()._merged(flat(person), None if member is None else flat(member), before)

    def _sent(self, method: str, url: str, body: dict[str, Any]) -> Any:
        held = self.held if url.startswith(APP) and method == "PATCH" else None
        if held is not None and self.whole:
            method = "PUT"
            kept = {name: value for name, value in flat(held).items() if name not in ("id", "updated_at")}
            body = {name: value for name, value in (kept | body).items() if name not in self.dropped}
        return super()._sent(method, url, nested({**body, **(self.spoilt if held is not None else {})}))


def flat(record: Mapping[str, Any]) -> dict[str, Any]:
    inner = record.get("contact") or {}
    parts = {f"contact.{name}": inner.get(name) for name in ("mail", "desk", "room", "nickname", "unnamed")}
    return {name: value for name, value in record.items() if name != "contact"} | parts


def nested(body: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in body.items():
        head, dot, rest = name.partition(".")
        if dot:
            found.setdefault(head, {})[rest] = value
        else:
            found[name] = value
    return found


def connector(rig: Rig, altered: Mapping[str, Field] | None = None, dropped: tuple[str, ...] = ()) -> Any:
    fields = {**FIELDS, **(altered or {})}
    return type("Now", (Nested,), {"fields": fields, "whole": rig.integration.update == "put", "dropped": dropped})


def test_a_right_connector_is_green(rig: Rig) -> None:
    assert unproven(rig.rehearsed(connector(rig))) == {}


@pytest.mark.defects
@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("contact.mail", Field(back=None)),
        ("contact.mail", Field()),
        ("contact.desk", Field(back=lambda value: same(value) and value.upper())),
    ],
    ids=["nothing goes back", "the other side wins", "it goes back in capitals"],
)
def test_a_wrong_two_way_row_of_a_part_is_red_and_nothing_else_is(rig: Rig, name: str, wrong: Field) -> None:
    found = rig.rehearsed(connector(rig, {name: wrong}))
    statement = f"member.{name}"
    assert failed(found) == {statement}
    assert unproven(found, {statement}) == {}


def test_what_a_replacing_update_forgets_is_red_in_its_row(rig: Rig) -> None:
    if rig.integration.update != "put":
        pytest.skip("an update that merges forgets nothing")
    for name, statement in OWNED.items():
        found = rig.rehearsed(connector(rig, dropped=(name,)))
        assert failed(found) == {statement}
        shown = found[statement].counterexample
        assert shown is not None
        assert f"{name} was not sent, and holds" in shown.found


@pytest.mark.parametrize("name", OWNED)
def test_what_an_update_overwrites_is_red_in_its_row(rig: Rig, name: str) -> None:
    wrong = type("Now", (connector(rig),), {"spoilt": {name: "spoilt"}})
    found = rig.rehearsed(wrong)
    assert failed(found) == {OWNED[name]}
    shown = found[OWNED[name]].counterexample
    assert shown is not None
    assert f'{name} was sent as "spoilt"' in shown.found


LEFT_OUT = "member:bad:a-phone-cannot-be-read"


def leaving_out(update: str) -> Integration:
    rows = [
        ("plain", "->", "plain", "same text", "yes"),
        ("room", "->", "contact.room", "same text", ""),
        ("phone", "->", "contact.phone", "same phone", ""),
    ]
    return Integration(
        (),
        documents={"member": chart("Nested", rows) + bad_data({"phone": "left out"})},
        fields={"plain": TEXT, "room": TEXT, "phone": PHONE},
        taken={"plain": TEXT, "contact": thing(room=TEXT, phone={"type": "string", "maxLength": 80})},
        toml='[types]\n"Member.contact.phone" = "phone"\n',
        update=update,
    )


class LeavingOut:
    """Carry persons over without phones that nobody can call; the record is sent whole where an update replaces it."""

    whole = False
    unreadable = "left out"

    def __init__(self, settings: Mapping[str, str], state: Path) -> None:
        TOKENS.update({ATS: settings["ATS_TOKEN"], APP: settings["APP_TOKEN"]})

    def sync(self) -> dict[str, Any]:
        members = {one["external_id"]: one for one in listed(APP, "members")}
        failed = []
        for person in listed(ATS, "persons"):
            key = str(person["id"])
            if blank(person["plain"]):
                failed.append({"system": "ats", "entity": "Person", "id": key, "reason": "plain is blank"})
                continue
            contact = {"room": same(person["room"]), **self.phone(same(person["phone"]))}
            self.write({"external_id": key, "plain": same(person["plain"]), "contact": contact}, members.get(key))
        return {"ok": True, "failed": failed}

    def phone(self, text: str | None) -> dict[str, Any]:
        if text is None:
            return {"phone": None}
        try:
            number = phonenumbers.parse(text, "US")
        except phonenumbers.NumberParseException:
            number = phonenumbers.PhoneNumber()
        if phonenumbers.is_valid_number(number):
            return {"phone": phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)}
        wrong: dict[str, dict[str, Any]] = {"left out": {}, "cleared": {"phone": None}, "sent": {"phone": text}}
        return wrong[self.unreadable]

    def write(self, wanted: dict[str, Any], member: dict[str, Any] | None) -> None:
        method, url = ("POST", f"{APP}/members") if member is None else ("PATCH", f"{APP}/members/{member['id']}")
        if member is not None:
            held = member["contact"] or {}
            whole = {**member, **wanted, "contact": {**held, **wanted["contact"]}}
            if whole == member:
                return
            if self.whole:
                method = "PUT"
                wanted = {name: value for name, value in whole.items() if name not in ("id", "updated_at")}
        answer = requests.request(method, url, data=written(wanted), headers=signed(APP), timeout=30)
        answer.raise_for_status()
        read(answer)


@pytest.mark.parametrize("update", ["patch", "put"])
def test_a_part_is_left_out_beside_others_that_are_sent(tmp_path: Path, update: str) -> None:
    rig = Rig(tmp_path, leaving_out(update))
    own = {"whole": update == "put"}
    assert unproven(rig.rehearsed(type("Now", (LeavingOut,), own))) == {}
    for wrong in ("cleared", "sent"):
        found = rig.rehearsed(type("Now", (LeavingOut,), {**own, "unreadable": wrong}))
        assert failed(found) == {LEFT_OUT}
