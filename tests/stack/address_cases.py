"""Be a connector that asks an address service, rightly or in one of the ways that go wrong in the field.

It knows the service by Google's documents alone: `POST /v1:validateAddress`, verdict, postal address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import copying
import pycountry
import requests
from copying import Held, Link, Row
from rig import STATE, TEXT, Integration, chart, choice, table

PARTS = ("street", "city", "state", "postal_code")
CELL = "street, city, state, zip, country"
ROWS = [(CELL, "->", part, "address corrected", "") for part in PARTS]
POLICY = """
  @address
  Scenario Outline: <answer>: <then>
    Then this row holds

    Examples: Addresses
"""
AGREED = (
    ("corrected", "the corrected address arrives"),
    ("uncertain", "the address arrives as it was and is reported"),
    ("unknown", "the address arrives as it was and is reported"),
    ("no answer", "the address arrives as it was"),
)
SERVICE = '[systems.address]\ndialect = "google-address"\nname = "Google"\n'
SETTINGS = {"ADDRESS_URL": "{address.url}", "ADDRESS_KEY": "{address.key}"}
COUNTRIES = {"": "US", "United States": "US", "Canada": "CA"}
COUNTRY = {**choice("United States", "Canada"), "x-type": "country"}
SENDS = {"street": TEXT, "city": TEXT, "state": STATE, "zip": TEXT, "country": COUNTRY, "ssn": TEXT, "nick": TEXT}
TAKES = {"street": TEXT, "city": TEXT, "state": STATE, "postal_code": TEXT, "nick": TEXT}


def integration(
    rows: Sequence[tuple[str, ...]] = ROWS, agreed: tuple[tuple[str, str], ...] = AGREED, toml: str = SERVICE
) -> Integration:
    more = [*rows, ("nick", "->", "nick", "same text", ""), ("ssn", "never", "", "", "")]
    text = chart("Where they live", more)
    if agreed:
        text += POLICY + table([("answer", "then"), *agreed])
    return Integration(
        (),
        documents={"addresses": f"Feature: Addresses\n\n  Background:\n    Given each Person is a member\n{text}"},
        toml=toml,
        fields=SENDS,
        taken=TAKES,
        settings=SETTINGS if toml else {},
    )


def asked(record: Mapping[str, Any]) -> dict[str, str]:
    """Return the address as the service is asked about it."""
    found = {name: str(record.get(name) or "").strip() for name in ("street", "city", "state", "zip", "country")}
    return {**found, "country": COUNTRIES[found["country"]]}


def a_state(text: str, country: str) -> bool:
    subdivisions: Any = pycountry.subdivisions
    states = subdivisions.get(country_code=country)
    words = {word.lower() for one in states for word in (one.code, one.code.partition("-")[2], one.name)}
    return not text or text.lower() in words


class Asking(copying.Connector):
    """Ask about each address once a run; take what the service is sure of, leave the rest as it was, and say so."""

    def __init__(self, settings: Mapping[str, str], state: Path) -> None:
        super().__init__(settings, state)
        self.settings = settings
        self.said: dict[tuple[str, ...], Any] = {}
        writes: dict[str, Callable[[Row], Any]] = {part: self._part(part) for part in PARTS}
        writes["nick"] = lambda row: row.record.get("nick") or None
        self.links = (Link("Person", "persons", "members", writes),)
        self.reported: list[dict[str, str]] = []

    def sync(self) -> dict[str, Any]:
        self.said, self.reported = {}, []
        return {**super().sync(), "reported": self.reported}

    def _part(self, part: str) -> Callable[[Row], Any]:
        return lambda row: self.written(row)[part] or None

    def written(self, row: Row) -> dict[str, str]:
        typed = asked(row.record)
        as_it_was = dict(zip(PARTS, (typed[one] for one in ("street", "city", "state", "zip")), strict=True))
        if not any(as_it_was.values()):
            return as_it_was
        if not a_state(typed["state"], typed["country"]):
            raise Held("the state is none of its country")
        key = tuple(typed.values())
        if key not in self.said:
            self.said[key] = self.answer(typed)
            self.report(row, self.said[key])
        return self.taken(row, as_it_was, self.said[key])

    def answer(self, typed: Mapping[str, str]) -> Any:
        """Return the result, None where there is none."""
        body = {
            "regionCode": typed["country"],
            "addressLines": [typed["street"]],
            "locality": typed["city"],
            "administrativeArea": typed["state"],
            "postalCode": typed["zip"],
        }
        answer = requests.post(
            f"{self.settings['ADDRESS_URL']}/v1:validateAddress",
            params={"key": self.settings["ADDRESS_KEY"]},
            json={"address": body},
            timeout=5,
        )
        return answer.json()["result"] if answer.status_code == 200 else None

    def sure(self, result: Any) -> bool:
        verdict = result["verdict"]
        return (
            verdict.get("addressComplete", False)
            and verdict["validationGranularity"] in ("PREMISE", "SUB_PREMISE")
            and not verdict.get("hasUnconfirmedComponents", False)
        )

    def report(self, row: Row, result: Any) -> None:
        if result is not None and not self.sure(result):
            reason = "the address is not certain"
            self.reported.append({"entity": "Person", "id": str(row.record["id"]), "reason": reason})

    def taken(self, row: Row, as_it_was: dict[str, str], result: Any) -> dict[str, str]:
        return self.told(result) if result is not None and self.sure(result) else as_it_was

    @staticmethod
    def told(result: Any) -> dict[str, str]:
        postal = result["address"]["postalAddress"]
        return {
            "street": " ".join(postal.get("addressLines", ())),
            "city": postal.get("locality", ""),
            "state": postal.get("administrativeArea", ""),
            "postal_code": postal.get("postalCode", ""),
        }


class NeverAsks(Asking):
    """Takes every address as it was, and reports as if it had asked."""

    def taken(self, row: Row, as_it_was: dict[str, str], result: Any) -> dict[str, str]:
        return as_it_was


class TakesEverything(Asking):
    """Takes whatever the service shows, sure or not; what it does not know stays as it was."""

    def taken(self, row: Row, as_it_was: dict[str, str], result: Any) -> dict[str, str]:
        known = result is not None and result["verdict"]["validationGranularity"] != "OTHER"
        return self.told(result) if known else as_it_was


class TakesScraps(Asking):
    """Takes what is left of an unknown address."""

    def taken(self, row: Row, as_it_was: dict[str, str], result: Any) -> dict[str, str]:
        if result is not None and result["verdict"]["validationGranularity"] == "OTHER":
            return self.told(result)
        return super().taken(row, as_it_was, result)


class SaysNothing(Asking):
    """Reports nobody."""

    def report(self, row: Row, result: Any) -> None:
        return


class ReportsUnknownOnly(Asking):
    """Reports what the service does not know, and not what it is unsure of."""

    def report(self, row: Row, result: Any) -> None:
        if result is not None and result["verdict"]["validationGranularity"] == "OTHER":
            super().report(row, result)


class SkipsWithoutAnswer(Asking):
    """Leaves a record alone as long as the service does not answer."""

    def taken(self, row: Row, as_it_was: dict[str, str], result: Any) -> dict[str, str]:
        if result is None:
            raise Held("the address service does not answer")
        return super().taken(row, as_it_was, result)

    def _carried(self, run: Any, link: Link) -> Iterator[dict[str, str]]:
        for one in super()._carried(run, link):
            if "service" not in one["reason"]:
                yield one


class BlanksWithoutAnswer(Asking):
    """Blanks the address as long as the service does not answer."""

    def taken(self, row: Row, as_it_was: dict[str, str], result: Any) -> dict[str, str]:
        return dict.fromkeys(PARTS, "") if result is None else super().taken(row, as_it_was, result)


class StopsWithoutAnswer(Asking):
    """Raises where the service does not answer."""

    def answer(self, typed: Mapping[str, str]) -> Any:
        found = super().answer(typed)
        if found is None:
            raise RuntimeError("no answer from the address service")
        return found


class SwapsCity(Asking):
    """Writes the state where the city belongs."""

    def taken(self, row: Row, as_it_was: dict[str, str], result: Any) -> dict[str, str]:
        found = super().taken(row, as_it_was, result)
        return {**found, "city": found["state"]}


class TellsTheService(Asking):
    """Sends the service more than the address."""

    def answer(self, typed: Mapping[str, str]) -> Any:
        return super().answer(typed)

    def written(self, row: Row) -> dict[str, str]:
        requests.post(
            f"{self.settings['ADDRESS_URL']}/v1:validateAddress",
            params={"key": self.settings["ADDRESS_KEY"]},
            json={"address": {"regionCode": "US", "recipients": [str(row.record.get("ssn"))], "postalCode": "61602"}},
            timeout=5,
        )
        return super().written(row)


class Remembers(Asking):
    """Keeps answers over an outage: what was corrected stays corrected."""

    def __init__(self, settings: Mapping[str, str], state: Path) -> None:
        super().__init__(settings, state)
        self.kept: dict[tuple[str, ...], Any] = {}

    def answer(self, typed: Mapping[str, str]) -> Any:
        key = tuple(typed.values())
        found = super().answer(typed)
        if found is not None:
            self.kept[key] = found
        return self.kept.get(key)
