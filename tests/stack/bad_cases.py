"""Be a careful connector of a tiny integration whose documents say what becomes of each kind of bad data.

What it does with each kind is a word in `becomes`: "held", "left out", "cut", "nothing", or a wrong one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import copying
import phonenumbers
from copying import APP, ATS, Held, Run, blank
from rig import AMOUNT, DATE, LONG, NUMBER, PHONE, TEXT, VALUES, WHOLE, Integration, chart, table, to, values

BAD_DATA = """
  @bad-data
  Scenario Outline: <bad data> <then>
    When the connector has been rehearsed
    Then this row of the bad-data policy holds

    Examples: Bad data
"""

WORDS = {
    "held": "the record is held back and reported",
    "left out": "the field is left out",
    "cut": "the text is cut",
    "removed": "the characters are removed",
    "nothing": "nothing is written",
}
KINDS = {
    "blank": "a required field is blank",
    "long": "a text is too long",
    "breaks": "a value breaks the receiving schema",
    "table": "a value is not in its table",
    "phone": "a phone cannot be read",
    "date": "a date cannot be read",
    "email": "an e-mail cannot be read",
    "number": "a number cannot be read",
    "nowhere": "a reference leads nowhere",
    "key": "two records share a key",
    "hidden": "a text has characters that cannot be shown",
    "below": "score < 0",
    "test": 'kind contains "TEST"',
}
IDS = {
    "below": "member:bad:score-0",
    "test": "member:bad:kind-contains-test",
    **{name: f"member:bad:{words.replace(' ', '-')}" for name, words in KINDS.items() if name not in ("below", "test")},
}
CHART = [
    ("name", "->", "name", "same text", "yes"),
    ("nick", "->", "nick", "same text", ""),
    ("town", "->", "town", "same text", ""),
    ("mail", "->", "mail", "same email", ""),
    ("phone", "->", "phone", "same phone", ""),
    ("born", "->", "born", "same date", ""),
    ("standing", "->", "standing", 'look up in "Standing"', ""),
    ("score", "->", "score", "same number", ""),
    ("kind", "->", "kind", "same text", ""),
    ("rate", "->", "rate", "same amount", ""),
    ("lead", "->", "lead_id", "the lead with the same id", ""),
]
ONLY_BY_ROW = ("key", "below", "test", "hidden")
TEXTS = ("name", "nick", "town", "kind", "mail", "phone", "born", "standing", "rate")
STANDING = {"Active": "on", "Gone": "off"}
TOML = """unique = ["mail"]
[entities.lead]
ats = "Lead"
app = { schema = "Chief" }
seeded = true
link = "id -> external_id"
"""
SHORT = 40


def bad_data(rows: Mapping[str, str]) -> str:
    return BAD_DATA + table([("bad data", "then"), *((KINDS[kind], WORDS[then]) for kind, then in rows.items())])


def written(rows: Mapping[str, str]) -> Integration:
    """Return the integration whose bad-data table has these rows, kind → outcome."""
    return Integration(
        (),
        documents={
            "member": chart("More", CHART)
            + VALUES
            + values("Standing", ("Active", "on"), ("Gone", "off"), ("anything else", "error"))
            + bad_data(rows)
        },
        fields={
            "nick": TEXT,
            "town": TEXT,
            "mail": {"type": "string", "x-type": "email"},
            "phone": PHONE,
            "born": TEXT,
            "standing": TEXT,
            "score": NUMBER,
            "kind": TEXT,
            "rate": TEXT,
            "lead": {"type": "integer", "x-type": "reference to Lead"},
        },
        taken={
            "name": LONG,
            "nick": {"type": "string", "maxLength": SHORT},
            "town": LONG,
            "mail": {**LONG, "x-type": "email"},
            "phone": PHONE,
            "born": DATE,
            "standing": LONG,
            "score": {**NUMBER, "maximum": 500},
            "kind": LONG,
            "rate": AMOUNT,
            "lead_id": to("Chief"),
        },
        others={("ats", "Lead"): {"name": TEXT}, ("app", "Chief"): {"external_id": TEXT, "name": TEXT}},
        binding="Given each Person is a member, matched by external_id, then same mail",
        toml=TOML,
        ids=WHOLE,
    )


class Nothing(Exception):
    """Raised for a record of which nothing is to be written or said."""


class Careful(copying.Connector):
    """Carry people over as the rows say; `becomes` is what it does with each kind of bad data."""

    becomes: Mapping[str, str] = {}
    looked_through: Run | None = None
    lowest: dict[str, int]

    def sync(self) -> dict[str, Any]:
        run = Run(self.zone)
        failed = []
        for record in sorted(run.all(ATS, "persons"), key=lambda one: int(one["id"])):
            there = run.partner("members", record["id"]) or self.known(record, run)
            try:
                wanted = self.fields(record, run, there)
                if wanted is not None:
                    link = copying.Link("Person", "persons", "members", {})
                    self._write(run, APP, link, there, {**wanted, "external_id": str(record["id"])})
            except Held as reason:
                failed.append({"system": "ats", "entity": "Person", "id": str(record["id"]), "reason": str(reason)})
            except Nothing:
                continue
        return {"ok": True, "failed": failed}

    def known(self, record: Mapping[str, Any], run: Run) -> Any:
        """Return the member that was there before the connector and has the same address, or None."""
        key = (filled(record.get("mail")) or "").casefold()
        free = [one for one in run.all(APP, "members") if blank(one.get("external_id"))]
        return next((one for one in free if key and (filled(one.get("mail")) or "").casefold() == key), None)

    def fields(self, record: Mapping[str, Any], run: Run, there: Any) -> dict[str, Any]:
        del there
        record, left_out = self.hidden(record)
        found: dict[str, Any] = {name: filled(record.get(name)) for name in ("name", "nick", "town", "kind", "score")}
        if found["name"] is None:
            self.bad("blank", "name", found, None)
        if found["score"] is not None and found["score"] < 0:
            self.bad("below", "score", found, found["score"])
        if "TEST" in (record.get("kind") or ""):
            self.bad("test", "kind", found, found["kind"])
        if found["nick"] is not None and len(found["nick"]) > SHORT:
            self.bad("long", "nick", found, found["nick"])
        if found["score"] is not None and found["score"] > 500:
            self.bad("breaks", "score", found, found["score"])
        self.standing(record, found)
        self.phone(record, found)
        self.mail(record, found, run)
        self.born(record, found)
        self.rate(record, found)
        lead = filled(record.get("lead"))
        found["lead_id"] = None
        if lead is not None:
            chief = run.partner("chiefs", lead)
            if chief is None:
                self.bad("nowhere", "lead_id", found, None)
            else:
                found["lead_id"] = chief["id"]
        return {name: value for name, value in found.items() if name not in left_out}

    def hidden(self, record: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[str]]:
        """Return a record without what nobody can show, and the fields to leave out; or do what else is agreed."""
        clean, left_out, then = dict(record), [], self.becomes.get("hidden")
        for name in TEXTS:
            text = record.get(name)
            if text is not None and any(map(_hidden, text)):
                if then == "left out":
                    clean[name] = None
                    left_out.append(name)
                elif then == "removed":
                    clean[name] = "".join(one for one in text if not _hidden(one))
                else:
                    # What many a library makes of half a pair, which no system would take.
                    self.bad("hidden", name, clean, re.sub("[\ud800-\udfff]", "\ufffd", text))
        return clean, left_out

    def standing(self, record: Mapping[str, Any], found: dict[str, Any]) -> None:
        value = filled(record.get("standing"))
        found["standing"] = STANDING.get(value) if value is not None else None
        if value is not None and value not in STANDING:
            self.bad("table", "standing", found, None)

    def phone(self, record: Mapping[str, Any], found: dict[str, Any]) -> None:
        value = filled(record.get("phone"))
        found["phone"] = None
        if value is None:
            return
        try:
            number = phonenumbers.parse(value, "US")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            self.bad("phone", "phone", found, value)
        else:
            found["phone"] = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def mail(self, record: Mapping[str, Any], found: dict[str, Any], run: Run) -> None:
        value = filled(record.get("mail"))
        found["mail"] = value.lower() if value else None
        if value is None:
            return
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
            self.bad("email", "mail", found, value)
        if self.first(run)[value.casefold()] < int(record["id"]):
            self.bad("key", "mail", found, found.get("mail"))

    def first(self, run: Run) -> Mapping[str, int]:
        """Return the lowest id of each address, read once a run."""
        if self.looked_through is not run:
            self.looked_through, self.lowest = run, {}
            for one in run.all(ATS, "persons"):
                key, own = (filled(one.get("mail")) or "").casefold(), int(one["id"])
                self.lowest[key] = min(own, self.lowest.get(key, own))
        return self.lowest

    def born(self, record: Mapping[str, Any], found: dict[str, Any]) -> None:
        value = filled(record.get("born"))
        day = re.match(r"\d{4}-\d\d-\d\d", value or "")
        found["born"] = day[0] if day else None
        if value is not None and day is None:
            self.bad("date", "born", found, None)

    def rate(self, record: Mapping[str, Any], found: dict[str, Any]) -> None:
        value = filled(record.get("rate"))
        found["rate"] = number(value) if value is not None else None
        if value is not None and found["rate"] is None:
            begins = re.match(r"\d+(\.\d+)?", value)  # what many languages make of it
            self.bad("number", "rate", found, Decimal(begins[0]) if begins else Decimal(0))

    def bad(self, kind: str, name: str, found: dict[str, Any], value: Any) -> None:
        """Do what is agreed with bad data; `value` is what somebody careless would write."""
        # Without a row, a key, a condition or a reference that nobody requires is nothing bad.
        then = self.becomes.get(kind, {"nowhere": "cleared"}.get(kind, "none" if kind in ONLY_BY_ROW else "held"))
        if then == "none":
            return
        if then == "held":
            raise Held(KINDS[kind])
        if then == "nothing":
            raise Nothing
        if then == "cut":
            found[name] = value[:SHORT].rstrip()
        elif then == "cut in UTF-16":
            found[name] = value.encode("utf-16-le")[: 2 * SHORT].decode("utf-16-le", "ignore").rstrip()
        elif then == "left out":
            found.pop(name, None)
        elif then == "cleared":
            found[name] = None
        elif then == "written":
            found[name] = value
        else:
            raise AssertionError(then)


def _hidden(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\t\n\r"


def number(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def filled(value: Any) -> Any:
    if blank(value):
        return None
    return value.strip() if isinstance(value, str) else value
