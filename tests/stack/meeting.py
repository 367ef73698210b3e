"""Be a plain, honest connector that carries fields both ways between two OpenAPI systems, merging field by field.

It knows nothing of Signoff. What was last agreed on is kept in a file; whoever differs from it has changed the field.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from copying import APP, ATS, TOKENS, blank, listed, read, signed, written

Record = dict[str, Any]
Wins = Callable[[Record, Record], bool]
"""Tell of the two records whether the ATS's value goes before the app's where both were changed."""


def ats_wins(ats: Record, app: Record) -> bool:
    return True


def app_wins(ats: Record, app: Record) -> bool:
    return False


def latest_wins(ats: Record, app: Record) -> bool:
    return bool(ats["updated_at"] >= app["updated_at"])


def earliest_wins(ats: Record, app: Record) -> bool:
    return bool(ats["updated_at"] < app["updated_at"])


def same(value: Any) -> Any:
    return None if blank(value) else value.strip() if isinstance(value, str) else value


@dataclass(frozen=True)
class Field:
    """Say how one field travels; both sides call it by its name."""

    there: Callable[[Any], Any] = same
    back: Callable[[Any], Any] | None = same
    """None: it goes to the app only."""
    wins: Wins = ats_wins
    kept: str = ""
    """When what people change over there is put right: "" never, "now", or "next" with another change."""


class Meeting:
    """Merge persons and members."""

    fields: Mapping[str, Field] = {}
    required = ""

    def __init__(self, settings: Mapping[str, str], state: Path) -> None:
        TOKENS.update({ATS: settings["ATS_TOKEN"], APP: settings["APP_TOKEN"]})
        self.file = state / "agreed.json"

    def sync(self) -> dict[str, Any]:
        agreed = json.loads(self.file.read_text(encoding="utf-8")) if self.file.exists() else {}
        members = {one["external_id"]: one for one in listed(APP, "members")}
        failed = []
        for person in list(listed(ATS, "persons")):
            key = str(person["id"])
            if blank(person[self.required]):
                failed.append({"system": "ats", "entity": "Person", "id": key, "reason": f"{self.required} is blank"})
                continue
            agreed[key] = self._merged(person, members.get(key), agreed.get(key))
            self.file.write_text(json.dumps(agreed), encoding="utf-8")
        return {"ok": True, "failed": failed}

    def _merged(self, person: Record, member: Record | None, before: Record | None) -> Record:
        ours = {name: same(person[name]) for name in self.fields}
        if member is None:
            new = {name: one.there(ours[name]) for name, one in self.fields.items()}
            filled = {name: value for name, value in new.items() if value is not None}
            self._sent("POST", f"{APP}/members", {**filled, "external_id": str(person["id"])})
            return {"ats": ours, "app": new}
        theirs = {name: same(member[name]) for name in self.fields}
        known = before or {"ats": {}, "app": {}}
        to_app: Record = {}
        to_ats: Record = {}
        moved = before is None or any(ours[name] != known["ats"].get(name) for name in self.fields)
        for name, one in self.fields.items():
            here = before is None or ours[name] != known["ats"].get(name)
            there = before is not None and theirs[name] != known["app"].get(name)
            if one.back is None:
                if here or one.kept == "now" or (one.kept == "next" and moved):
                    to_app[name] = one.there(ours[name])
            elif here and not (there and not one.wins(person, member)):
                to_app[name] = one.there(ours[name])
            elif there:
                to_ats[name] = one.back(theirs[name])
        to_app = {name: value for name, value in to_app.items() if value != theirs[name]}
        to_ats = {name: value for name, value in to_ats.items() if value != ours[name]}
        if to_app:
            self._sent("PATCH", f"{APP}/members/{member['id']}", to_app)
        if to_ats:
            self._sent("PATCH", f"{ATS}/persons/{person['id']}", to_ats)
        return {"ats": {**ours, **to_ats}, "app": {**theirs, **to_app}}

    def _sent(self, method: str, url: str, body: Record) -> Any:
        origin = ATS if url.startswith(ATS) else APP
        answer = requests.request(method, url, data=written(body), headers=signed(origin), timeout=30)
        answer.raise_for_status()
        return read(answer)
