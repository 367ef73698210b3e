"""Give references, modifiers, value tables, lists by key and types without a rule a row, right and wrong."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import figure_cases
import people_cases
from copying import KEEP, Held, Link, Row
from rig import (
    AMOUNT,
    DATE,
    EMAIL,
    FILE,
    INSTANT,
    LONG,
    NUMBER,
    PHONE,
    STATE,
    TEXT,
    VALUES,
    WHOLE,
    YES_NO,
    Case,
    Integration,
    chart,
    choice,
    many,
    to,
    values,
)

from signoff.verdict import Outcome

NAME = Case("name", "same text", lambda r: r.a, (lambda r: r.a + "!",), required=True)
SITE_CHART = "Feature: Sites\n\n  Background:\n    Given each Office is a site\n" + chart(
    "Sites", [("id", "->", "external_id", "as text", "yes"), ("name", "->", "name", "same text", "yes")]
)


def found(r: Row, collection: str, wanted: Any) -> Any:
    one = r.run.partner(collection, wanted) if wanted is not None else None
    return one["id"] if one else None


def office(r: Row) -> Any:
    return next((one for one in r.run.all("https://ats.example", "offices") if one["id"] == r.a), None)


def another(r: Row, collection: str) -> Any:
    """Return a receiving record that is not the one referred to."""
    return next(
        (one["id"] for one in r.run.all("https://app.example", collection) if one.get("external_id") != r.a), None
    )


REFERENCES = Integration(
    (
        NAME,
        Case(
            "site",
            "the site with the same id",
            lambda r: found(r, "sites", r.a),
            (lambda r: another(r, "sites"),),
            {"a": to("Office")},
            to("Site"),
            required=True,
        ),
        Case(
            "base",
            "the site with the same name",
            lambda r: found(r, "sites", r.a),
            (lambda r: None if r.new else KEEP, lambda r: another(r, "sites")),
            {"a": to("Office")},
            to("Site"),
        ),
        Case(
            "created",
            "match or create the site by name",
            lambda r: found(r, "sites", r.a),
            (lambda r: another(r, "sites"),),
            {"a": to("Office")},
            to("Site"),
        ),
        Case(
            "must",
            "the site with the same id, must already exist, else nothing is written",
            lambda r: (found(r, "sites", r.a) or KEEP) if r.a else None,
            (lambda r: another(r, "sites"),),
            {"a": to("Office")},
            to("Site"),
            on_blank=True,
        ),
        Case(
            "lead",
            "the lead with the same id",
            lambda r: found(r, "leads", r.a),
            (lambda r: another(r, "leads"), lambda r: found(r, "leads", r.a) if r.new else KEEP),
            {"a": to("Boss")},
            to("Lead"),
        ),
        Case(
            "site_name",
            "same text",
            lambda r: (office(r) or {}).get("name"),
            (lambda r: r.a, lambda r: (office(r) or {}).get("name") if r.new else KEEP),
            {"a": to("Office")},
            cell="{a}.name",
        ),
    ),
    documents={"sites": SITE_CHART},
    others={
        ("ats", "Office"): {"name": TEXT},
        ("app", "Site"): {"external_id": TEXT, "name": LONG},
        ("ats", "Boss"): {"name": TEXT},
        ("app", "Lead"): {"external_id": TEXT, "name": TEXT},
    },
    links=(
        Link(
            "Office",
            "offices",
            "sites",
            {"name": lambda r: r.record["name"] if (r.record["name"] or "").strip() else None},
            frozenset({"name"}),
        ),
    ),
    toml="""
[entities.site]
ats = "Office"
app = { schema = "Site", unique = ["external_id"] }
[entities.lead]
ats = "Boss"
app = "Lead"
seeded = true
link = "id -> external_id"
""",
)


KNOWN = ("Nursing", "Cooking")


def written(r: Row) -> bool:
    return bool(r.b == "Perm")


MODIFIERS = Integration(
    (
        NAME,
        Case(
            "only_when",
            'same text, only when {b} is "Perm"',
            lambda r: r.a if written(r) else KEEP,
            (lambda r: r.a, lambda r: r.a if written(r) else None),
            {"a": TEXT, "b": TEXT},
            on_blank=True,
            cell="{a}, {b}",
        ),
        Case(
            "cleared",
            'same text, only when {b} is "Perm", else blank',
            lambda r: r.a if written(r) else None,
            (lambda r: r.a if written(r) else KEEP, lambda r: r.a),
            {"a": TEXT, "b": TEXT},
            on_blank=True,
            cell="{a}, {b}",
        ),
        Case(
            "on_create",
            "same text, on create only",
            lambda r: r.a if r.new else KEEP,
            (lambda r: r.a, lambda r: KEEP),
            {"a": TEXT},
            on_blank=True,
        ),
        Case(
            "only_blank",
            "same text, only if blank",
            lambda r: r.a if blank(r.before) else KEEP,
            (lambda r: r.a, lambda r: r.a if r.new else KEEP),
            {"a": TEXT},
            on_blank=True,
        ),
        Case(
            "newer",
            "same text, only if newer",
            lambda r: r.a if newer(r) else KEEP,
            (lambda r: KEEP if not r.new else r.a,),
            {"a": TEXT},
            on_blank=True,
        ),
        Case(
            "added",
            "every item, add, never remove",
            lambda r: (
                [*(r.before or []), *(one for one in r.a if one not in (r.before or []))]
                if people_cases.items(r.a)
                else KEEP
            ),
            (lambda r: r.a, lambda r: r.a if r.new else KEEP),
            {"a": many(TEXT)},
            many(TEXT),
            cell="{a}[]",
            on_blank=True,
        ),
        Case(
            "clears",
            "same text, blank clears",
            lambda r: r.a,
            (lambda r: r.a if r.a else KEEP,),
            {"a": TEXT},
            on_blank=True,
        ),
        Case(
            "ignored",
            "same text, blank is ignored",
            lambda r: r.a if r.a else KEEP,
            (lambda r: r.a,),
            {"a": TEXT},
            on_blank=True,
        ),
        Case(
            "dated",
            "same text, from its effective date {b}",
            lambda r: KEEP if r.b and r.b > r.run.today.isoformat() else r.a,
            (lambda r: r.a, lambda r: KEEP if r.b and r.b >= r.run.today.isoformat() else r.a),
            {"a": TEXT, "b": DATE},
            on_blank=True,
            cell="{a}, {b}",
        ),
        Case(
            "exists",
            "same text, must already exist",
            lambda r: known(r.a),
            (lambda r: known(r.a) and "Nursing",),
            {"a": choice("Nursing", "Cooking", "Flying")},
            choice("Nursing", "Cooking"),
        ),
        Case(
            "exists_out",
            "same text, must already exist, else left out",
            lambda r: r.a if r.a in KNOWN else KEEP if r.a else None,
            (lambda r: r.a if r.a in KNOWN else None,),
            {"a": choice("Nursing", "Cooking", "Flying")},
            choice("Nursing", "Cooking"),
            on_blank=True,
        ),
        Case(
            "exists_else",
            "same text, must already exist, else nothing is written",
            lambda r: r.a if r.a in KNOWN else KEEP if r.a else None,
            (lambda r: r.a if r.a in KNOWN else None,),
            {"a": choice("Nursing", "Cooking", "Flying")},
            choice("Nursing", "Cooking"),
            on_blank=True,
        ),
    )
)


def known(value: str) -> str:
    if value not in KNOWN:
        raise Held("unknown over there")
    return value


def blank(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def newer(r: Row) -> bool:
    if r.partner is None:
        return True
    return figure_cases.instant(r.record["updated_at"]) > figure_cases.instant(r.partner["updated_at"])


def default(name: str, sends: Any, gives: Any, right: Any, *wrong: Any, **more: Any) -> Case:
    return Case(name, "", right, wrong, {"a": sends}, gives, outcome=Outcome.ASSUMED, **more)


def figure(r: Row) -> Any:
    try:
        return Decimal(str(r.a).strip())
    except ArithmeticError:
        raise Held("no number") from None


DEFAULTS = Integration(
    (
        NAME,
        default("text", TEXT, LONG, lambda r: r.a, lambda r: r.a.lower()),
        default("mail", EMAIL, EMAIL, lambda r: r.a, lambda r: "x" + r.a),
        default("phone", PHONE, PHONE, lambda r: people_cases.dialled(r.a), lambda r: people_cases.dialled(r.a)[:-1]),
        default("day", DATE, DATE, lambda r: r.a, lambda r: figure_cases.shifted(r.a, 1)),
        default(
            "at",
            INSTANT,
            INSTANT,
            lambda r: r.a,
            lambda r: (figure_cases.instant(r.a) + datetime.timedelta(hours=1)).isoformat(),
        ),
        default("pay", AMOUNT, AMOUNT, lambda r: r.a, lambda r: int(r.a)),
        default("number", NUMBER, NUMBER, lambda r: r.a, lambda r: r.a * 100),
        default("whole", WHOLE, NUMBER, lambda r: r.a, lambda r: r.a + 1),
        default("yes", YES_NO, YES_NO, lambda r: r.a, lambda r: not r.a),
        default("choice", choice("A", "B"), choice("A", "B"), lambda r: r.a, lambda r: "A"),
        default("state", STATE, STATE, lambda r: people_cases.placed(r.a), lambda r: people_cases.placed(r.a) and "OH"),
        default("file", FILE, FILE, lambda r: r.a, lambda r: r.a[:-8]),
        default("list", many(TEXT), many(TEXT), lambda r: r.a, lambda r: r.a[:1], cell="{a}[]"),
        default("one_in_list", TEXT, many(TEXT), lambda r: [r.a], lambda r: [r.a, "x"]),
        default("number_text", NUMBER, LONG, lambda r: plain(r.a), lambda r: f"{r.a:.2f}"),
        default("yes_text", YES_NO, LONG, lambda r: "true" if r.a else "false", lambda r: "Yes" if r.a else "No"),
        default("day_text", DATE, LONG, lambda r: r.a, lambda r: "/".join(r.a.split("-"))),
        default(
            "instant_day",
            INSTANT,
            DATE,
            lambda r: figure_cases.instant(r.a).astimezone(datetime.UTC).date().isoformat(),
            lambda r: figure_cases.shifted(figure_cases.instant(r.a).astimezone(datetime.UTC).date().isoformat(), -1),
        ),
        default(
            "text_mail",
            TEXT,
            EMAIL,
            lambda r: people_cases.mailed_plainly(r.a),
            lambda r: "x" + people_cases.mailed_plainly(r.a),
        ),
        default(
            "text_phone", TEXT, PHONE, lambda r: people_cases.dialled(r.a), lambda r: people_cases.dialled(r.a)[:-1]
        ),
        default(
            "text_day",
            TEXT,
            DATE,
            lambda r: figure_cases.iso(r.a),
            lambda r: figure_cases.shifted(figure_cases.iso(r.a), 1),
        ),
        default("text_number", TEXT, NUMBER, lambda r: figure(r), lambda r: figure(r) + 1),
        default(
            "by_table",
            TEXT,
            choice("on", "off"),
            lambda r: {"Active": "on", "Gone": "off"}.get(r.a) or held(),
            lambda r: None if {"Active": "off", "Gone": "on"}.get(r.a) else held(),
        ),
    ),
    documents={
        "tables": "Feature: Tables\n"
        + VALUES
        + values("by_table", ("Active", "on"), ("Gone", "off"), ("anything else", "error"))
    },
)


def plain(value: Any) -> str:
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def held() -> Any:
    raise Held("not in the table")
