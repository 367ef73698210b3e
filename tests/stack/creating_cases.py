"""Give rows that match what they refer to or create it: from a text, a path, a reference; with a chart and without."""

from __future__ import annotations

from typing import Any

import requests
from copying import APP, Held, Row, blank, read, signed, written
from named_cases import named, then_kept
from record_cases import NAME, REFERENCES, SITE_CHART
from rig import LONG, TEXT, Case, Integration, to

Made = Any


def create(r: Row, collection: str, name: Any, **more: Any) -> Any:
    """Create a record of a name, and return its id."""
    sent = {"name": name.strip(), **more}
    answer = requests.post(f"{APP}/{collection}", data=written(sent), headers=signed(APP), timeout=30)
    answer.raise_for_status()
    made = read(answer)
    r.run.all(APP, collection).append(made)
    CREATED_IDS.add(made["id"])
    return made["id"]


def matched(r: Row, collection: str, name: Any) -> Any:
    """Return the record of a name; one is created where there is none."""
    if blank(name):
        return None
    return named(r, collection, "name", name) or create(r, collection, name)


def twice(r: Row, collection: str, name: Any) -> Any:
    """Do as `matched`, and create a second one besides, to which nobody refers."""
    there = one_of(r, collection, name)
    if there:
        return there
    made = create(r, collection, name)
    create(r, collection, name)
    return made


def anew(r: Row, collection: str, name: Any) -> Any:
    """Create one for every record that comes, whether there is one or not, but for names that several have."""
    there, done = one_of(r, collection, name), CREATED_FOR.get((collection, r.record["id"]))
    if r.new and (done is None or done not in [one["id"] for one in r.run.all(APP, collection)]):
        done = CREATED_FOR[collection, r.record["id"]] = create(r, collection, name)
    return done if r.new else r.before or there or create(r, collection, name)


def one_of(r: Row, collection: str, name: Any) -> Any:
    """Return the record of a name; of several that the connector has created itself, the first."""
    try:
        return named(r, collection, "name", name)
    except Held:
        fitting = [one for one in r.run.all(APP, collection) if (one.get("name") or "").strip() == name.strip()]
        ours = [one["id"] for one in fitting if one["id"] in CREATED_IDS]
        if len(fitting) - len(ours) > 1:
            raise
        return next((one["id"] for one in fitting if one["id"] not in ours), ours[0])


CREATED_IDS: set[str] = set()
CREATED_FOR: dict[tuple[str, str], str] = {}


def boss(r: Row) -> Any:
    return next((one for one in r.run.all("https://ats.example", "bosss") if one["id"] == r.a), {})


CREATED = Integration(
    (
        NAME,
        Case(
            "client",
            "match or create the client by name",
            lambda r: matched(r, "clients", r.a),
            (
                lambda r: named(r, "clients", "name", r.a),
                lambda r: twice(r, "clients", r.a),
                lambda r: anew(r, "clients", r.a),
                lambda r: then_kept(r, matched(r, "clients", r.a)),
                lambda r: named(r, "clients", "name", r.a) or create(r, "clients", r.a, code="A7"),
                lambda r: (matched(r, "clients", r.a), matched(r, "clients", "Nobody & Sons"))[0],
            ),
            {"a": TEXT},
            to("Client"),
            reds=("member.client",) * 4 + ("member:outside",) * 2,
        ),
        Case(
            "lead",
            "match or create the lead by name",
            lambda r: matched(r, "leads", boss(r).get("name")),
            (
                lambda r: named(r, "leads", "name", boss(r).get("name")),
                lambda r: twice(r, "leads", boss(r).get("name")),
                lambda r: anew(r, "leads", boss(r).get("name")),
            ),
            {"a": to("Boss")},
            to("Lead"),
        ),
        Case(
            "site",
            "match or create the site by name",
            lambda r: matched(r, "sites", r.a),
            (
                lambda r: named(r, "sites", "name", r.a),
                lambda r: twice(r, "sites", r.a),
                lambda r: anew(r, "sites", r.a),
            ),
            {"a": TEXT},
            to("Site"),
        ),
    ),
    documents={"sites": SITE_CHART},
    others={
        ("ats", "Office"): {"name": TEXT},
        ("app", "Site"): {"external_id": TEXT, "name": LONG},
        ("ats", "Boss"): {"name": TEXT},
        ("app", "Lead"): {"name": TEXT, "code": TEXT},
        ("ats", "Customer"): {"name": TEXT},
        ("app", "Client"): {"name": TEXT, "code": TEXT},
    },
    links=REFERENCES.links,
    toml="""
[entities.site]
ats = "Office"
app = { schema = "Site", unique = ["external_id"] }
[entities.lead]
ats = "Boss"
app = "Lead"
[entities.client]
ats = "Customer"
app = "Client"
""",
)
