"""Be a plain, honest connector that looks for who is there already by a chain of keys, before it makes anybody.

It knows nothing of Signoff. Each key is a plain function of the two records; the first that finds somebody counts.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import phonenumbers
import requests
from copying import APP, ATS, blank, listed
from meeting import Field, Meeting, Record, app_wins, same

Agree = Callable[[Record, Record], bool]
"""Tell whether a person and a member of the app agree in a key."""


def text(value: Any) -> str | None:
    return None if blank(value) else unicodedata.normalize("NFC", str(value)).strip()


def number(value: Any) -> Decimal | None:
    return None if blank(value) else Decimal(str(value))


def phone(value: Any) -> str | None:
    """Return a number as E.164. Raises ValueError for what is none."""
    if blank(value):
        return None
    try:
        read = phonenumbers.parse(value, "US")
    except phonenumbers.NumberParseException as trouble:
        raise ValueError("a phone that cannot be read") from trouble
    if not phonenumbers.is_valid_number(read):
        raise ValueError("a phone that is no valid number")
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)


def mail(value: Any) -> str | None:
    return None if blank(value) else str(value).strip().casefold()


def day(value: Any) -> date | None:
    return None if blank(value) else date.fromisoformat(value)


def by(**read: Callable[[Any], Any]) -> Agree:
    """Return what tells whether all of some fields are filled and say the same."""

    def agree(person: Record, member: Record) -> bool:
        both = [(one(person[name]), one(member.get(name))) for name, one in read.items()]
        return all(ours is not None and ours == theirs for ours, theirs in both)

    return agree


LINK: Agree = lambda person, member: str(person["id"]) == member.get("external_id")  # noqa: E731 - one of the keys
KEYS: Mapping[str, Agree] = {
    "link": LINK,
    "badge": by(badge=text),
    "name and phone": by(last=text, phone=phone),
    "mail": by(mail=mail),
    "number and day": by(number=number, born=day),
}


class Matching(Meeting):
    """Match persons and members by keys, and merge them."""

    keys: Sequence[Agree] = tuple(KEYS.values())
    leads: frozenset[str] = frozenset()
    """Fields of which the app's value leads when the two records meet."""
    required = "name"

    def sync(self) -> dict[str, Any]:
        agreed = json.loads(self.file.read_text(encoding="utf-8")) if self.file.exists() else {}
        members = list(listed(APP, "members"))
        persons = list(listed(ATS, "persons"))
        linked = {one["member"] for one in agreed.values()}
        failed = []
        for person in persons:
            key = str(person["id"])
            if blank(person[self.required]):
                failed.append({"system": "ats", "entity": "Person", "id": key, "reason": f"{self.required} is blank"})
                continue
            try:
                self._synced(person, members, agreed, linked)
            except (requests.HTTPError, ValueError) as trouble:
                failed.append({"system": "ats", "entity": "Person", "id": key, "reason": str(trouble)})
        return {"ok": True, "failed": failed}

    def _synced(self, person: Record, members: list[Record], agreed: dict[str, Any], linked: set[str]) -> None:
        key = str(person["id"])
        before = agreed.get(key)
        member = self.found(person, members, before, linked)
        if member is not None and before is None:
            if member.get("external_id") != key:
                self._sent("PATCH", f"{APP}/members/{member['id']}", {"external_id": key})
            # Nothing was agreed on yet: all of the leading side is new, and nothing of the other.
            before = {
                "ats": {name: same(person[name]) if name in self.leads else "?" for name in self.fields},
                "app": {name: "?" if name in self.leads else same(member[name]) for name in self.fields},
                "member": member["id"],
            }
        merged = self._merged(person, member, before)
        there = member["id"] if member is not None else self.written
        agreed[key] = {**merged, "member": there}
        linked.add(there)
        self.file.write_text(json.dumps(agreed, default=float), encoding="utf-8")

    def found(self, person: Record, members: list[Record], before: Any, linked: set[str]) -> Record | None:
        """Return the member who is this person: by what was noted, else by the first key that finds one."""
        if before is not None:
            return next((one for one in members if one["id"] == before["member"]), None)
        loose = [one for one in members if one["id"] not in linked]
        for agree in self.keys:
            fitting = [one for one in loose if agree(person, one)]
            if len(fitting) == 1:
                return fitting[0]
        return None

    def _sent(self, method: str, url: str, body: Record) -> Any:
        answer = super()._sent(method, url, body)
        self.written = answer["id"]
        return answer

    written = ""


def fields(**altered: Field) -> Mapping[str, Field]:
    """Return how each field travels; a phone goes to the app as E.164."""
    one_way = Field(back=None)
    return {
        "name": one_way,
        "badge": one_way,
        "last": one_way,
        "phone": Field(phone, back=None),
        "mail": Field(),
        "number": Field(lambda value: value, back=None),
        "born": one_way,
        "hobby": Field(wins=app_wins),
        **altered,
    }
