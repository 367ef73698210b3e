"""Be a plain, honest connector between two OpenAPI systems: list, work each field out, write what differs, say so.

It knows nothing of Signoff. What each receiving field gets is a Python function that the case gives it.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import requests

ATS, APP = "https://ats.example", "https://app.example"
KEEP: Final = object()
"""Returned where nothing is to be written into a field."""


class Held(Exception):
    """Raised for a record that must not be written."""


def blank(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


class Row:
    """Show a record to a case's function: `r.a` is the value of the case's field `a`, None when blank."""

    def __init__(self, case: str, record: Mapping[str, Any], run: Run, before: Mapping[str, Any] | None) -> None:
        self.case, self.record, self.run = case, record, run
        self.partner = before
        self.new = before is None
        self.before = None if before is None else before.get(case)

    def __getattr__(self, letter: str) -> Any:
        value = self.record.get(f"{self.case}_{letter}")
        return None if blank(value) else value

    def raw(self, letter: str) -> Any:
        return self.record.get(f"{self.case}_{letter}")


@dataclass
class Link:
    """Say how one kind of record travels. `writes` gives a receiving field's value by its name."""

    entity: str
    source: str
    target: str
    writes: Mapping[str, Callable[[Row], Any]]
    required: frozenset[str] = frozenset()
    scope: Callable[[Mapping[str, Any], Run], bool] = lambda record, run: True
    sender: str = ATS
    link: str = "external_id"
    into: Mapping[str, str] = field(default_factory=dict)
    """Receiving field by the name of the case, where they differ."""


@dataclass
class Run:
    """Hold what one run has read. `records[origin, collection]` are lists; `today` is the day in `zone`."""

    zone: str
    records: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def today(self) -> datetime.date:
        return datetime.datetime.now(ZoneInfo(self.zone)).date()

    def all(self, origin: str, collection: str) -> list[dict[str, Any]]:
        if (origin, collection) not in self.records:
            self.records[origin, collection] = list(listed(origin, collection))
        return self.records[origin, collection]

    def partner(self, collection: str, sender_id: Any, origin: str = APP, link: str = "external_id") -> Any:
        """Return the receiving record made for an id, or None."""
        return next((one for one in self.all(origin, collection) if one.get(link) == str(sender_id)), None)


def listed(origin: str, collection: str) -> Iterator[dict[str, Any]]:
    asked: dict[str, Any] = {"limit": 100}
    while True:
        answer = requests.get(f"{origin}/{collection}", params=asked, headers=signed(origin), timeout=30)
        answer.raise_for_status()
        page = read(answer)
        yield from page["items"]
        if not page.get("next"):
            return
        asked["cursor"] = page["next"]


TOKENS: dict[str, str] = {}


def signed(origin: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKENS[origin]}", "Content-Type": "application/json"}


def written(fields: Mapping[str, Any]) -> bytes:
    """Write JSON with exact decimals, which the standard library would make floats of."""
    text = json.dumps(fields, default=lambda value: f"@exact {value:f}@")
    return re.sub(r'"@exact (-?[\d.]+)@"', r"\1", text).encode()


def read(answer: requests.Response) -> Any:
    return answer.json(parse_float=Decimal)


class Connector:
    """Take everything over, record by record; a record that cannot be written is named and stops nobody."""

    links: tuple[Link, ...] = ()
    zone = "America/Chicago"
    app_id = "id"
    """What the app calls the id of its records."""

    def __init__(self, settings: Mapping[str, str], state: Path) -> None:
        TOKENS.update({ATS: settings["ATS_TOKEN"], APP: settings["APP_TOKEN"]})

    def sync(self) -> dict[str, Any]:
        run = Run(self.zone)
        failed = [one for link in self.links for one in self._carried(run, link)]
        return {"ok": True, "failed": failed}

    def _carried(self, run: Run, link: Link) -> Iterator[dict[str, str]]:
        receiver = APP if link.sender == ATS else ATS
        for record in list(run.all(link.sender, link.source)):
            if not link.scope(record, run):
                continue
            there = run.partner(link.target, record["id"], receiver, link.link)
            try:
                wanted = {
                    link.into.get(name, name): value
                    for name, make in link.writes.items()
                    if (value := made(make, Row(name, record, run, there), name in link.required)) is not KEEP
                }
                self._write(run, receiver, link, there, {**wanted, link.link: str(record["id"])})
            except Held as reason:
                name = "ats" if link.sender == ATS else "app"
                yield {"system": name, "entity": link.entity, "id": str(record["id"]), "reason": str(reason)}

    def _write(self, run: Run, receiver: str, link: Link, there: Any, wanted: Mapping[str, Any]) -> None:
        base = f"{receiver}/{link.target}"
        if there is None:
            sent = {name: value for name, value in wanted.items() if value is not None}
            answer = requests.post(base, data=written(sent), headers=signed(receiver), timeout=30)
        else:
            changed = {name: value for name, value in wanted.items() if differs(there.get(name), value)}
            if not changed:
                return
            answer = requests.patch(
                f"{base}/{there[self.app_id if receiver == APP else 'id']}",
                data=written(changed),
                headers=signed(receiver),
                timeout=30,
            )
        if answer.status_code == 422:
            raise Held("the receiving system refuses it")
        answer.raise_for_status()
        if there is None:
            run.all(receiver, link.target).append(read(answer))
        else:
            there.update(read(answer))


def made(make: Callable[[Row], Any], row: Row, required: bool) -> Any:
    value = make(row)
    if required and value is None:
        raise Held(f"{row.case} is blank")
    return value


def differs(held: Any, wanted: Any) -> bool:
    """Tell whether something must be sent; blank is blank, however it is written."""
    return held != wanted and not (blank(held) and blank(wanted) and wanted is None)


Now: Any = Connector
"""What the tiny integrations' toml names: the connector of the moment."""
