"""Give rows that name a record of the other side by a field that is equal: from a text, a list, through a reference."""

from __future__ import annotations

from typing import Any

from copying import KEEP, Held, Row, blank
from record_cases import NAME, REFERENCES, SITE_CHART, another
from rig import EMAIL, LONG, TEXT, WHOLE, Case, Integration, many, to


def named(r: Row, collection: str, by: str, wanted: Any) -> Any:
    """Return the id of the one receiving record that has a value in a field, None where none has it."""
    if blank(wanted):
        return None
    fitting = [
        one["id"]
        for one in r.run.all("https://app.example", collection)
        if (one.get(by) or "").strip() == str(wanted).strip()
    ]
    if len(fitting) > 1:
        raise Held("several fit")
    return fitting[0] if fitting else None


def any_of(r: Row, collection: str, by: str, wanted: Any) -> Any:
    """Return the first of the records that have a value, where several do."""
    return next(
        (
            one["id"]
            for one in r.run.all("https://app.example", collection)
            if (one.get(by) or "").strip() == wanted.strip()
        ),
        None,
    )


def folded(r: Row, collection: str, wanted: str) -> Any:
    """Return the record of a name in whatever case."""
    return next(
        (
            one["id"]
            for one in r.run.all("https://app.example", collection)
            if (one.get("name") or "").lower() == wanted.strip().lower()
        ),
        None,
    )


def then_kept(r: Row, found: Any) -> Any:
    return found if r.new else KEEP


def boss(r: Row) -> Any:
    return next((one for one in r.run.all("https://ats.example", "bosss") if one["id"] == r.a), {})


def mailed(r: Row, wanted: str) -> Any:
    """Return the one record of an e-mail, ignoring case."""
    leads = r.run.all("https://app.example", "leads")
    fitting = [one["id"] for one in leads if (one.get("mail") or "").lower() == wanted.strip().lower()]
    if len(fitting) > 1:
        raise Held("several fit")
    return fitting[0] if fitting else None


def must(found: Any) -> Any:
    if found is None:
        raise Held("nobody has it")
    return found


BY_FIELD = Integration(
    (
        NAME,
        Case(
            "lead",
            "the lead with the same name",
            lambda r: named(r, "leads", "name", r.a),
            (
                lambda r: named(r, "leads", "name", r.a) and None,
                lambda r: then_kept(r, named(r, "leads", "name", r.a)),
                lambda r: named(r, "leads", "name", r.a) and another(r, "leads"),
                lambda r: any_of(r, "leads", "name", r.a),
                lambda r: named(r, "leads", "name", r.a) or folded(r, "leads", r.a),
                lambda r: named(r, "leads", "name", r.a) or KEEP,
            ),
            {"a": TEXT},
            to("Lead"),
            reds=("member.lead", "member.lead", "member.lead", "member:held"),
        ),
        Case(
            "mail",
            "the lead with the same mail",
            lambda r: named(r, "leads", "mail", boss(r).get("mail")),
            (
                lambda r: named(r, "leads", "mail", boss(r).get("mail")) and another(r, "leads"),
                lambda r: then_kept(r, named(r, "leads", "mail", boss(r).get("mail"))),
            ),
            {"a": to("Boss")},
            to("Lead"),
            cell="{a}.mail",
        ),
        Case(
            "addressed",
            "the lead with the same mail",
            lambda r: mailed(r, r.a),
            (
                lambda r: mailed(r, r.a) and any_of(r, "leads", "mail", r.a),
                lambda r: then_kept(r, mailed(r, r.a)),
                lambda r: mailed(r, r.a) or KEEP,
            ),
            {"a": EMAIL},
            to("Lead"),
        ),
        Case(
            "chief",
            "the lead with the same name",
            lambda r: named(r, "leads", "name", r.a),
            (lambda r: named(r, "leads", "name", r.a) and another(r, "leads"),),
            {"a": TEXT},
            to("Lead"),
            required=True,
        ),
        Case(
            "agent",
            "the lead with the same name, must already exist in the app by name, else held back",
            lambda r: must(named(r, "leads", "name", r.a)),
            (lambda r: named(r, "leads", "name", r.a),),
            {"a": TEXT},
            to("Lead"),
            reds=("member:held",),
        ),
        Case(
            "site",
            "the site with the same name",
            lambda r: named(r, "sites", "name", r.a),
            (
                lambda r: named(r, "sites", "name", r.a) and another(r, "sites"),
                lambda r: then_kept(r, named(r, "sites", "name", r.a)),
                lambda r: any_of(r, "sites", "name", r.a),
            ),
            {"a": TEXT},
            to("Site"),
            reds=("member.site", "member.site", "member:held"),
        ),
    ),
    documents={"sites": SITE_CHART},
    others={
        ("ats", "Office"): {"name": TEXT},
        ("app", "Site"): {"external_id": TEXT, "name": LONG},
        ("ats", "Boss"): {"name": TEXT, "mail": EMAIL},
        ("app", "Lead"): {"external_id": TEXT, "name": TEXT, "mail": EMAIL},
    },
    links=REFERENCES.links,
    toml=REFERENCES.toml,
)

LEADS: dict[tuple[str, str], dict[str, dict[str, Any]]] = {
    ("ats", "Boss"): {"name": TEXT},
    ("app", "Lead"): {"external_id": TEXT, "name": TEXT, "code": WHOLE},
}


def every(r: Row) -> Any:
    """Return the records that a list names, without those that nobody is."""
    return [found for one in r.a or [] if (found := named(r, "leads", "name", one))]


def coded(r: Row) -> Any:
    leads = r.run.all("https://app.example", "leads")
    fitting = [one["id"] for one in leads if str(one.get("code")) == r.a.strip()]
    if len(fitting) > 1:
        raise Held("several fit")
    return fitting[0] if fitting else None


def there(r: Row) -> Any:
    leads = r.run.all("https://app.example", "leads")
    return r.a if any((one.get("name") or "").strip() == r.a.strip() for one in leads) else must(None)


BY_MORE = Integration(
    (
        NAME,
        Case(
            "leads",
            "the lead with the same name, every filled item",
            lambda r: every(r) or None,
            (lambda r: every(r)[:1] or None, lambda r: then_kept(r, every(r) or None)),
            {"a": many(TEXT)},
            many(to("Lead")),
            cell="{a}[]",
        ),
        Case(
            "either",
            "first filled of {a} or {b}, the lead with the same name",
            lambda r: named(r, "leads", "name", r.a or r.b),
            (lambda r: named(r, "leads", "name", r.a or r.b) and any_of(r, "leads", "name", r.b or r.a),),
            {"a": TEXT, "b": TEXT},
            to("Lead"),
        ),
        Case(
            "lead",
            "same text, must already exist by name",
            there,
            (lambda r: r.a, lambda r: then_kept(r, there(r))),
            sends={"a": TEXT},
            reds=("member:held",),
        ),
        Case(
            "code",
            "the lead with the same code",
            coded,
            (lambda r: coded(r) and another(r, "leads"), lambda r: then_kept(r, coded(r))),
            sends={"a": TEXT},
            gives=to("Lead"),
        ),
    ),
    others=LEADS,
    toml="""
[entities.lead]
ats = "Boss"
app = "Lead"
seeded = true
link = "id -> external_id"
""",
)
