"""Give every feature of value tables, and items picked by key, a row, right and wrong."""

from __future__ import annotations

from typing import Any

import figure_cases
from copying import KEEP, Held, Row
from rig import DATE, LONG, TEXT, VALUES, WHOLE, Case, Integration, many, thing, to, values

NAME = Case("name", "same text", lambda r: r.a, (lambda r: r.a + "!",), required=True)


def looked(
    case: str, rows: Any, right: Any, *wrong: Any, reds: tuple[str, ...], more: tuple[str, ...] = (), **rest: Any
) -> tuple[Case, str]:
    """Return a case with a table of its own, and the table's text."""
    made = Case(case, f'look up in "{case}"', right, wrong, gives=rest.pop("gives", LONG), reds=reds, **rest)
    return made, values(case, *rows, more=more)


def of(table: dict[str, Any], otherwise: Any) -> Any:
    """Return a function that looks up; `otherwise` is called with the row for a filled value that is not listed."""
    return lambda r: None if r.a is None else table[r.a.strip()] if r.a.strip() in table else otherwise(r)


def held() -> Any:
    raise Held("not in the table")


def refused(r: Row) -> Any:
    raise Held("not in the table")


def band(r: Row, *bands: tuple[int, str]) -> Any:
    fitting = [name for least, name in bands if r.a >= least]
    return fitting[-1] if fitting else refused(r)


_TABLES = (
    looked(
        "strict",
        [("Active", "S on"), ("Gone", "S off"), ("anything else", "error")],
        of({"Active": "S on", "Gone": "S off"}, refused),
        of({"Active": "S off", "Gone": "S off"}, refused),
        of({"Active": "S on", "Gone": "S on"}, refused),
        of({"Active": "S on", "Gone": "S off"}, lambda r: "S on"),
        reds=("strict:active", "strict:gone", "strict:anything-else"),
    ),
    looked(
        "blanks",
        [("Active", "B on"), ("(blank)", "B none"), ("anything else", "B other")],
        lambda r: {None: "B none", "Active": "B on"}.get(r.a and r.a.strip(), "B other"),
        lambda r: {None: "B other", "Active": "B on"}.get(r.a and r.a.strip(), "B other"),
        lambda r: {None: "B none", "Active": "B on"}.get(r.a and r.a.strip(), "B none"),
        reds=("blanks:blank", "blanks:anything-else"),
        on_blank=True,
    ),
    looked(
        "same",
        [("Active", "E on"), ("anything else", "the same value")],
        of({"Active": "E on"}, lambda r: r.a),
        of({"Active": "E on"}, lambda r: "E on"),
        reds=("same:anything-else",),
    ),
    looked(
        "kept",
        [("Active", "K on"), ("Gone", "K off"), ("anything else", "kept as it is")],
        of({"Active": "K on", "Gone": "K off"}, lambda r: KEEP),
        of({"Active": "K on", "Gone": "K off"}, lambda r: "K on"),
        of({"Active": "K on", "Gone": "K off"}, lambda r: None),
        reds=("kept:anything-else", "kept:anything-else"),
    ),
    looked(
        "out",
        [("Active", "O on"), ("Gone", "O off"), ("anything else", "left out")],
        of({"Active": "O on", "Gone": "O off"}, lambda r: KEEP),
        of({"Active": "O on", "Gone": "O off"}, lambda r: "O on"),
        of({"Active": "O on", "Gone": "O off"}, lambda r: None),
        reds=("out:anything-else", "out:anything-else"),
    ),
    looked(
        "folded",
        [("Active", "F on", "ignoring case"), ("Gone", "F off", ""), ("anything else", "F other", "")],
        lambda r: "F on" if r.a.strip().lower() == "active" else "F off" if r.a.strip() == "Gone" else "F other",
        lambda r: "F on" if r.a.strip() == "Active" else "F off" if r.a.strip() == "Gone" else "F other",
        reds=("folded:active",),
        more=("match",),
    ),
    looked(
        "within",
        [("perm", "P", "contains"), ("temp", "T", "contains, ignoring case"), ("anything else", "W other", "")],
        lambda r: "P" if "perm" in r.a else "T" if "temp" in r.a.lower() else "W other",
        lambda r: "P" if r.a == "perm" else "T" if "temp" in r.a.lower() else "W other",
        lambda r: "P" if "perm" in r.a else "T" if "temp" in r.a else "W other",
        reds=("within:perm", "within:temp"),
        more=("match",),
    ),
    looked(
        "bands",
        [("0", "small", "from"), ("10", "large", "from"), ("anything else", "error", "")],
        lambda r: band(r, (0, "small"), (10, "large")),
        lambda r: band(r, (0, "small"), (11, "large")),
        reds=("bands:10",),
        more=("match",),
        sends={"a": WHOLE},
    ),
)
TABLES = Integration(
    (NAME, *(case for case, _ in _TABLES)),
    documents={"tables": "Feature: Tables\n" + VALUES + "".join(text for _, text in _TABLES)},
)

PAIRS = many(thing(name=TEXT, value=TEXT))


def keyed(r: Row, key: str, value: Any) -> Any:
    """Return the receiving list with one item by its key set, the others as they are."""
    others = [one for one in (r.before or []) if one.get("name") != key]
    if value is None:
        return others
    return [*others, {"name": key, "value": value}]


NESTED = Integration(
    (
        NAME,
        Case(
            "street",
            "same text",
            lambda r: (r.a or {}).get("street"),
            (lambda r: (r.a or {}).get("city"),),
            {"a": thing(street=TEXT, city=TEXT)},
            cell="{a}.street",
            on_blank=True,
        ),
        Case(
            "line",
            "address on one line",
            lambda r: (
                ", ".join(
                    one.strip() for one in ((r.a or {}).get("street"), (r.a or {}).get("city")) if one and one.strip()
                )
                or None
            ),
            (lambda r: (r.a or {}).get("street"),),
            {"a": thing(street=TEXT, city=TEXT)},
            cell="{a}.street, {a}.city",
            on_blank=True,
        ),
        Case(
            "tags",
            "same text",
            lambda r: keyed(r, "size", r.a),
            (
                lambda r: [{"name": "size", "value": r.a}] if r.a else [],
                lambda r: keyed(r, "size", r.a and r.a.lower()),
            ),
            {"a": TEXT},
            PAIRS,
            into='tags[name is "size"].value',
            on_blank=True,
            named="member.tags.size.value",
        ),
    )
)


def tagged(r: Row, key: str) -> Any:
    """Return the value of the item of the sending list that has a key; of several, of the first."""
    return next((one.get("value") for one in r.raw("a") or [] if one.get("name") == key), None)


def first(r: Row) -> Any:
    return next((one.get("value") for one in r.raw("a") or []), None)


def roughly(r: Row, key: str) -> Any:
    return next((one.get("value") for one in r.raw("a") or [] if str(one.get("name")).lower() == key), None)


def in_place(r: Row, key: str, at: int) -> Any:
    """Return the value of an item by its key only where the item stands in one place of the list."""
    items = r.raw("a") or []
    return items[at].get("value") if items and items[at].get("name") == key else None


def office_tag(r: Row) -> Any:
    office = next((one for one in r.run.all("https://ats.example", "offices") if one["id"] == r.a), {})
    return next((one.get("value") for one in office.get("tags") or [] if one.get("name") == "size"), None)


KEYED = Integration(
    (
        NAME,
        Case(
            "size",
            "same text",
            lambda r: tagged(r, "size"),
            (
                first,
                lambda r: roughly(r, "size"),
                lambda r: in_place(r, "size", 0),
                lambda r: in_place(r, "size", -1),
                lambda r: tagged(r, "size") or first(r),
                lambda r: tagged(r, "size") if r.new else KEEP,
                lambda r: tagged(r, "size") or KEEP,
            ),
            {"a": PAIRS},
            cell='{a}[name is "size"].value',
            on_blank=True,
        ),
        Case(
            "begins",
            "same date",
            lambda r: dated(tagged(r, "start")),
            (lambda r: dated(tagged(r, "start")) and "2001-02-03", lambda r: dated(tagged(r, "start")) or KEEP),
            {"a": PAIRS},
            DATE,
            cell='{a}[name is "start"].value',
            on_blank=True,
        ),
        Case(
            "level",
            'look up in "levels"',
            lambda r: leveled(tagged(r, "level")),
            (lambda r: (leveled(tagged(r, "level")), KEEP)[not r.new],),
            {"a": PAIRS},
            cell='{a}[name is "level"].value',
            on_blank=True,
        ),
        Case(
            "must",
            "same text",
            lambda r: tagged(r, "must"),
            (lambda r: tagged(r, "must") or first(r),),
            {"a": PAIRS},
            cell='{a}[name is "must"].value',
            required=True,
            on_blank=True,
            reds=("member:held",),
        ),
        Case(
            "office_size",
            "same text",
            office_tag,
            (lambda r: (office_tag(r) or "")[:-1] or None, lambda r: office_tag(r) if r.new else KEEP),
            {"a": to("Office")},
            cell='{a}.tags[name is "size"].value',
            on_blank=True,
        ),
    ),
    others={
        ("ats", "Office"): {"name": TEXT, "tags": PAIRS},
        ("app", "Site"): {"external_id": TEXT, "name": LONG},
    },
    toml="""
[entities.site]
ats = "Office"
app = "Site"
seeded = true
link = "id -> external_id"
""",
    documents={
        "tables": "Feature: Tables\n"
        + VALUES
        + values("levels", ("A", "high"), ("B", "low"), ("(blank)", "none"), ("anything else", "error"))
    },
)


def dated(value: Any) -> Any:
    return figure_cases.iso(value) if (value or "").strip() else None


def leveled(value: Any) -> Any:
    return {"": "none", "A": "high", "B": "low"}.get((value or "").strip()) or held()
