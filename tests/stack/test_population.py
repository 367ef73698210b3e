"""Rehearse populations, flows and branches through the whole stack: right green, wrong red, in exactly its row."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import copying
import pytest
import requests
from copying import Link, Row, Run
from figure_cases import day
from rig import (
    DATE,
    EMAIL,
    LONG,
    NUMBER,
    TEXT,
    VALUES,
    YES_NO,
    Case,
    Integration,
    Rig,
    chart,
    choice,
    failed,
    population,
    to,
    unproven,
    values,
)

from signoff.errors import ScopeError

NAME = Case("name", "same text", lambda r: r.a, required=True)
Scope = Callable[[Any, Run], bool]


def jobs(record: Any, run: Run, fits: Callable[[Any], bool] = lambda one: True) -> int:
    """Count the placements of a person that fit."""
    return sum(1 for one in run.all(copying.ATS, "placements") if one["person"] == record["id"] and fits(one))


def mentored(record: Any, run: Run) -> int:
    """Count the approved placements that a person is the mentor of."""
    return sum(1 for one in run.all(copying.ATS, "placements") if one["mentor"] == record["id"] and approved(one))


def distance(record: Any, name: str, run: Run) -> int | None:
    found = day(record[name])
    return None if found is None else (found - run.today).days


def letters(text: str) -> bool:
    return len(text) > 1 and all(unicodedata.category(one).startswith("L") for one in text)


def approved(one: Any) -> bool:
    return bool(one["status"] == "Approved")


def within(record: Any, run: Run, test: Callable[[int], bool]) -> bool:
    found = distance(record, "since", run)
    return found is not None and test(found)


PLACED: dict[tuple[str, str], Any] = {
    ("ats", "Placement"): {"status": choice("Approved", "Lost"), "person": to("Person"), "mentor": to("Person")},
    ("app", "Shift"): {"external_id": TEXT},
}
FIELDS = {
    "status": choice("Active", "Gone", "Other"),
    "kind": TEXT,
    "nick": TEXT,
    "since": DATE,
    "until": DATE,
    "score": NUMBER,
    "limit": NUMBER,
    "vip": YES_NO,
}

WHO: dict[str, tuple[str, Scope, tuple[Scope, ...]]] = {
    "is": ('status is "Active"', lambda p, r: p["status"] == "Active", (lambda p, r: p["status"] != "Gone",)),
    "is_not": ('status is not "Gone"', lambda p, r: p["status"] != "Gone", (lambda p, r: p["status"] == "Active",)),
    "one_of": (
        'status is one of "Active" or "Gone"',
        lambda p, r: p["status"] in ("Active", "Gone"),
        (lambda p, r: p["status"] == "Active",),
    ),
    "yes": ("vip is yes", lambda p, r: p["vip"] is True, (lambda p, r: p["vip"] is not False,)),
    "blank": ("kind is blank", lambda p, r: not (p["kind"] or "").strip(), (lambda p, r: p["kind"] is None,)),
    "filled": ("kind is filled", lambda p, r: bool((p["kind"] or "").strip()), (lambda p, r: p["kind"] is not None,)),
    "contains": (
        'kind contains "perm"',
        lambda p, r: "perm" in (p["kind"] or ""),
        (lambda p, r: "perm" in (p["kind"] or "").lower(),),
    ),
    "matches": (
        'kind matches "[A-Z]+"',
        lambda p, r: (p["kind"] or "").isascii() and (p["kind"] or "").isalpha() and p["kind"].isupper(),
        (lambda p, r: bool(p["kind"]),),
    ),
    "matches_letters": (
        r'kind matches "\p{Lu}\p{L}+"',
        lambda p, r: letters(p["kind"] or "") and unicodedata.category(p["kind"][0]) == "Lu",
        (lambda p, r: bool(p["kind"]), lambda p, r: letters(p["kind"] or "") and p["kind"].isupper()),
    ),
    "above": ("score > 5", lambda p, r: (p["score"] or 0) > 5, (lambda p, r: (p["score"] or 0) >= 5,)),
    "at_least": ("score >= 5", lambda p, r: (p["score"] or 0) >= 5, (lambda p, r: (p["score"] or 0) > 5,)),
    "fixed": (
        "since is on or after 2026-03-01",
        lambda p, r: (p["since"] or "") >= "2026-03-01",
        (lambda p, r: (p["since"] or "") > "2026-03-01",),
    ),
    "today": (
        "since is on or before today",
        lambda p, r: within(p, r, lambda n: n <= 0),
        (lambda p, r: within(p, r, lambda n: n < 0), lambda p, r: within(p, r, lambda n: n <= 10)),
    ),
    "within": (
        "since is within 14 days",
        lambda p, r: within(p, r, lambda n: abs(n) <= 14),
        (lambda p, r: within(p, r, lambda n: n <= 14),),
    ),
    "some": (
        'some Placement has (status is "Approved")',
        lambda p, r: jobs(p, r, approved) > 0,
        (lambda p, r: jobs(p, r) > 0, lambda p, r: True),
    ),
    "no": (
        'no Placement has (status is "Approved")',
        lambda p, r: jobs(p, r, approved) == 0,
        (lambda p, r: jobs(p, r) == 0, lambda p, r: True),
    ),
    "every": (
        'every Placement has (status is "Approved")',
        lambda p, r: jobs(p, r, approved) == jobs(p, r),
        (lambda p, r: True,),
    ),
    "more": (
        'more than 1 Placements have (status is "Approved")',
        lambda p, r: jobs(p, r, approved) > 1,
        (lambda p, r: jobs(p, r, approved) > 0,),
    ),
    "fewer": ("fewer than 2 Placements", lambda p, r: jobs(p, r) < 2, (lambda p, r: jobs(p, r) < 3, lambda p, r: True)),
    "not": (
        'not (status is "Gone" or vip is yes)',
        lambda p, r: p["status"] != "Gone" and p["vip"] is not True,
        (lambda p, r: p["status"] != "Gone",),
    ),
    "both": (
        'status is "Active" and vip is yes',
        lambda p, r: p["status"] == "Active" and p["vip"] is True,
        (lambda p, r: p["status"] == "Active", lambda p, r: p["vip"] is True),
    ),
    "not_one_of": (
        'status is not one of "Active" or "Gone"',
        lambda p, r: p["status"] not in ("Active", "Gone"),
        (lambda p, r: p["status"] == "Other", lambda p, r: p["status"] != "Gone"),
    ),
    "a_field": (
        "kind is nick",
        lambda p, r: bool(p["kind"]) and p["kind"] == p["nick"],
        (lambda p, r: p["kind"] == p["nick"], lambda p, r: bool(p["kind"])),
    ),
    "a_number": ("score is 5", lambda p, r: p["score"] == 5, (lambda p, r: (p["score"] or 0) >= 5,)),
    "no_": ("vip is no", lambda p, r: p["vip"] is False, (lambda p, r: p["vip"] is not True,)),
    "not_yes": ("vip is not yes", lambda p, r: p["vip"] is not True, (lambda p, r: p["vip"] is False,)),
    "not_blank": (
        "kind is not blank",
        lambda p, r: bool((p["kind"] or "").strip()),
        (lambda p, r: p["kind"] is not None,),
    ),
    "contains_not": (
        'kind does not contain "perm"',
        lambda p, r: "perm" not in (p["kind"] or ""),
        (lambda p, r: p["kind"] is not None and "perm" not in p["kind"],),
    ),
    "matches_not": (
        'kind does not match "[A-Z]+"',
        lambda p, r: not ((p["kind"] or "").isascii() and (p["kind"] or "").isalpha() and p["kind"].isupper()),
        (lambda p, r: not p["kind"],),
    ),
    "below": (
        "score < 5",
        lambda p, r: p["score"] is not None and p["score"] < 5,
        (
            lambda p, r: p["score"] is not None and p["score"] <= 5,
            lambda p, r: (p["score"] or 0) < 5,
        ),
    ),
    "at_most": (
        "score <= 5",
        lambda p, r: p["score"] is not None and p["score"] <= 5,
        (
            lambda p, r: p["score"] is not None and p["score"] < 5,
            lambda p, r: (p["score"] or 0) <= 5,
        ),
    ),
    "above_a_field": (
        "score > limit",
        lambda p, r: p["score"] is not None and p["limit"] is not None and p["score"] > p["limit"],
        (lambda p, r: p["score"] is not None and p["limit"] is not None and p["score"] >= p["limit"],),
    ),
    "before": (
        "since is before 2026-03-01",
        lambda p, r: bool(p["since"]) and p["since"] < "2026-03-01",
        (lambda p, r: bool(p["since"]) and p["since"] <= "2026-03-01", lambda p, r: (p["since"] or "") < "2026-03-01"),
    ),
    "no_end": (
        "until is on or after 9999-12-31",
        lambda p, r: p["until"] == "9999-12-31",
        (lambda p, r: (p["until"] or "") >= "9999-12-30", lambda p, r: bool(p["until"])),
    ),
    "some_end": (
        "until is before 9999-12-31",
        lambda p, r: bool(p["until"]) and p["until"] < "9999-12-31",
        (lambda p, r: bool(p["until"]), lambda p, r: (p["until"] or "") < "9999-12-31"),
    ),
    "from_the_first_day": (
        "since is after 0001-01-01",
        lambda p, r: bool(p["since"]) and p["since"] > "0001-01-01",
        (lambda p, r: bool(p["since"]),),
    ),
    "after": (
        "since is after today",
        lambda p, r: within(p, r, lambda n: n > 0),
        (lambda p, r: within(p, r, lambda n: n >= 0),),
    ),
    "not_after": (
        "since is not after today",
        lambda p, r: not within(p, r, lambda n: n > 0),
        (lambda p, r: within(p, r, lambda n: n <= 0),),
    ),
    "ahead": (
        "since is on or after in 5 days",
        lambda p, r: within(p, r, lambda n: n >= 5),
        (lambda p, r: within(p, r, lambda n: n > 5), lambda p, r: within(p, r, lambda n: n >= 4)),
    ),
    "ago": (
        "since is before 5 days ago",
        lambda p, r: within(p, r, lambda n: n < -5),
        (lambda p, r: within(p, r, lambda n: n <= -5), lambda p, r: within(p, r, lambda n: n < -6)),
    ),
    "after_a_field": (
        "since is on or before until",
        lambda p, r: bool(p["since"] and p["until"]) and p["since"] <= p["until"],
        (
            lambda p, r: bool(p["since"] and p["until"]) and p["since"] < p["until"],
            lambda p, r: bool(p["since"]) and (not p["until"] or p["since"] <= p["until"]),
        ),
    ),
    "within_exclusive": (
        "since is within 14 days exclusive",
        lambda p, r: within(p, r, lambda n: abs(n) < 14),
        (lambda p, r: within(p, r, lambda n: abs(n) <= 14),),
    ),
    "not_within": (
        "since is not within 14 days",
        lambda p, r: not within(p, r, lambda n: abs(n) <= 14),
        (lambda p, r: within(p, r, lambda n: abs(n) > 14), lambda p, r: not within(p, r, lambda n: abs(n) < 14)),
    ),
    "by": (
        'some Placement by mentor has (status is "Approved")',
        lambda p, r: mentored(p, r) > 0,
        (lambda p, r: jobs(p, r, approved) > 0,),
    ),
    "fewer_who": (
        'fewer than 2 Placements have (status is "Approved")',
        lambda p, r: jobs(p, r, approved) < 2,
        (lambda p, r: jobs(p, r) < 2, lambda p, r: jobs(p, r, approved) < 1),
    ),
    "more_than": ("more than 1 Placements", lambda p, r: jobs(p, r) > 1, (lambda p, r: jobs(p, r) > 0,)),
    "either": (
        'status is "Active" or vip is yes',
        lambda p, r: p["status"] == "Active" or p["vip"] is True,
        (lambda p, r: p["status"] == "Active", lambda p, r: p["vip"] is True),
    ),
    "order": (
        'not status is "Gone" and vip is yes or kind is filled',
        lambda p, r: (p["status"] != "Gone" and p["vip"] is True) or bool((p["kind"] or "").strip()),
        (lambda p, r: p["status"] != "Gone" and (p["vip"] is True or bool((p["kind"] or "").strip())),),
    ),
    "setting": ("kind is setting office", lambda p, r: (p["kind"] or "").strip() == "Peoria", (lambda p, r: True,)),
}


def written(who: str) -> Integration:
    return Integration(
        (NAME,),
        documents={"member": population((who, "reaches the app"), ("anyone else", "never reaches the app"))},
        fields=FIELDS,
        others=PLACED,
        toml='[entities.placement]\nats = "Placement"\napp = "Shift"\n[settings]\noffice = "Peoria"\n',
    )


@pytest.mark.parametrize("form", WHO)
def test_who_reaches_the_app(form: str, tmp_path: Path) -> None:
    who, right, wrong = WHO[form]
    rig = Rig(tmp_path, written(who))
    found = rig.verdicts(scope=right)
    assert unproven(found) == {}
    rows = {name for name in found if ":who:" in name}
    for one in wrong:
        found = rig.verdicts(scope=one)
        red = failed(found)
        assert red & rows or "member:arrive" in red, f"not noticed: {form}"
        # Bad records that a wrong scope leaves out are not named either.
        assert red <= rows | {"member:arrive", "member:held"}, unproven(found)


class Asks(copying.Connector):
    """Be right, and ask the app about everybody whom the population keeps out."""

    @staticmethod
    def asks(person: Any) -> None:
        """Ask nothing."""

    def _carried(self, run: Run, link: Link) -> Any:
        for record in run.all(link.sender, link.source):
            if not link.scope(record, run):
                self.asks(record)
        yield from super()._carried(run, link)


def by_external_id(person: Any) -> None:
    asked = {"external_id": str(person["id"])}
    requests.get(f"{copying.APP}/members", params=asked, headers=copying.signed(copying.APP), timeout=30)


def by_path(person: Any) -> None:
    requests.get(f"{copying.APP}/members/{person['id']}", headers=copying.signed(copying.APP), timeout=30)


def in_a_header(person: Any) -> None:
    told = {**copying.signed(copying.APP), "X-Person": f"name={person['name_a']}"}
    requests.get(f"{copying.APP}/members", headers=told, timeout=30)


def in_vain(person: Any) -> None:
    """Try to make a member, which the app refuses for another field."""
    body = copying.written({"external_id": str(person["id"]), "name": 7})
    requests.post(f"{copying.APP}/members", data=body, headers=copying.signed(copying.APP), timeout=30)


@pytest.mark.parametrize(
    ("asks", "red"),
    [
        (Asks.asks, set()),
        (by_external_id, {"member:who:anyone-else"}),
        (by_path, {"member:who:anyone-else"}),
        (in_a_header, {"member:who:anyone-else"}),
        (in_vain, {"member:who:anyone-else"}),
    ],
)
def test_whoever_is_kept_out_stands_in_no_request(asks: Callable[[Any], None], red: set[str], tmp_path: Path) -> None:
    rig = Rig(tmp_path, written(WHO["yes"][0]))
    one = rig.integration
    main = Link(
        "Person",
        "persons",
        "members",
        {case.name: case.right for case in one.cases},
        frozenset({"name"}),
        WHO["yes"][1],
    )
    found = rig.rehearsed(type("Now", (Asks,), {"links": (main,), "zone": one.zone, "asks": staticmethod(asks)}))
    # What the app does not know of, or refuses, is a fault of its own.
    assert failed(found) - {"member:contract", "connector:finishes"} == red
    if red:
        shown = found["member:who:anyone-else"].counterexample
        assert shown is not None
        assert shown.expected.startswith("in no request to the other side, because ")
        assert "/members" in shown.found


BRANCH = chart("In Chicago", [("nick", "->", "nick", "upper case", "")], tags="@branch:chicago")
BRANCH_VALUES = VALUES.replace("@values", "@values @branch:chicago") + values(
    "Standing", ("Active", "CHI on"), ("Gone", "CHI off"), ("anything else", "error")
)


def nick(r: Row) -> Any:
    value = (r.record["nick"] or "").strip() or None
    return value.upper() if value and r.record["office"] == "CHI" else value


STANDING = {"Active": "on", "Gone": "off", "Other": "other"}
CHICAGO_STANDING = {"Active": "CHI on", "Gone": "CHI off"}


def standing(r: Row) -> Any:
    value = r.record["standing"]
    if value is None:
        return None
    table_ = CHICAGO_STANDING if r.record["office"] == "CHI" else STANDING
    if value not in table_:
        raise copying.Held("not in Chicago's table")
    return table_[value]


def general(r: Row) -> Any:
    return STANDING.get(r.record["standing"])


BRANCHES = Integration(
    (NAME,),
    documents={
        "member": chart(
            "More",
            [("nick", "->", "nick", "same text", ""), ("standing", "->", "standing", 'look up in "Standing"', "")],
        )
        + BRANCH
        + VALUES
        + values("Standing", ("Active", "on"), ("Gone", "off"), ("anything else", "other"))
        + BRANCH_VALUES
    },
    fields={"nick": TEXT, "standing": choice("Active", "Gone", "Other"), "office": TEXT},
    taken={"nick": LONG, "standing": LONG},
    toml="[branches.chicago]\nwhere = 'office is \"CHI\"'\n",
)


def more(rig: Rig, **writes: Any) -> Any:
    one = rig.integration
    every = {"name": NAME.made(NAME.right), **writes}
    return rig.verdicts(links=(), main=Link("Person", "persons", "members", every, frozenset({"name"}), one.scope))


def test_branches_have_rows_and_tables_of_their_own(tmp_path: Path) -> None:
    rig = Rig(tmp_path, BRANCHES)
    assert unproven(more(rig, nick=nick, standing=standing)) == {}
    found = more(rig, nick=lambda r: (r.record["nick"] or "").strip() or None, standing=standing)
    assert failed(found) == {"member.nick/chicago"}
    found = more(rig, nick=nick, standing=lambda r: general(r) if r.record["standing"] != "Other" else standing(r))
    assert failed(found) == {"standing:active/chicago", "standing:gone/chicago"}, unproven(found)
    found = more(rig, nick=nick, standing=lambda r: standing(r) if r.record["standing"] != "Other" else general(r))
    # Nobody names the record either: whoever takes the value for a known one has nothing to name.
    assert failed(found) == {"standing:anything-else/chicago"}, unproven(found)


FLOWS = Integration(
    (NAME,),
    documents={
        "member": chart(
            "Flows",
            [("secret", "never", "", "", ""), ("vip", "never", "", "", ""), ("", "kept", "token", "", "")],
        ),
    },
    fields={"secret": TEXT, "vip": YES_NO},
    taken={"token": LONG, "note": LONG},
)
"""A protected text, a protected yes/no, and a field of the app's own."""


def test_never_and_kept(tmp_path: Path) -> None:
    rig = Rig(tmp_path, FLOWS)
    assert unproven(more(rig)) == {}
    assert failed(more(rig, note=lambda r: r.record["secret"])) >= {"member.secret:never"}
    assert failed(more(rig, token=lambda r: "connector's")) == {"member.token:kept"}


def test_what_starts_in_the_app_flows_to_the_ats(tmp_path: Path) -> None:
    one = Integration(
        (),
        documents={
            "notes": "Feature: Notes\n\n  Background:\n    Given each message is a note, started in the app\n"
            + chart(
                "Notes", [("external_id", "<-", "id", "as text", "yes"), ("text", "<-", "body", "first word", "yes")]
            )
        },
        others={
            ("ats", "Note"): {"external_id": TEXT, "text": LONG},
            ("app", "Message"): {"body": TEXT},
        },
        toml='[entities.note]\nats = "Note"\napp = "Message"\n',
    )
    rig = Rig(tmp_path, one)

    def link(make: Any) -> Link:
        return Link("Message", "messages", "notes", {"text": make}, frozenset({"text"}), sender=copying.APP)

    def first(r: Row) -> Any:
        return (r.record["body"] or "").split()[0] if (r.record["body"] or "").strip() else None

    found = rig.verdicts(links=(link(first),))
    assert {name for name in unproven(found) if name.startswith("note")} == set()
    found = rig.verdicts(links=(link(lambda r: first(r) and r.record["body"].split()[-1]),))
    assert failed(found) == {"note.body"}


CUSTOM = {"type": "object", "properties": {"shirt": TEXT, "shoes": NUMBER, "locker": TEXT}}
TAKEN = {"type": "object", "properties": {"shirt": LONG, "shoes": NUMBER, "badge": LONG}}


def custom(shirt: Callable[[Any], Any]) -> Callable[[Row], Any]:
    def made(r: Row) -> Any:
        held, others = r.record.get("custom") or {}, r.before or {}
        return {**others, "shirt": shirt(held.get("shirt")), "shoes": held.get("shoes")}

    return made


def test_every_field_of_a_level_is_a_statement_of_its_own(tmp_path: Path) -> None:
    one = Integration(
        (NAME,),
        documents={"member": chart("Custom", [("custom.*", "->", "custom.*", "", "")])},
        fields={"custom": CUSTOM},
        taken={"custom": TAKEN},
    )
    rig = Rig(tmp_path, one)
    rows = {one.id for one in rig.agreement.statements if one.id.startswith("member.custom")}
    assert rows == {"member.custom.shirt", "member.custom.shoes"}
    assert unproven(more(rig, custom=custom(lambda value: value))) == {}
    found = more(rig, custom=custom(lambda value: value and value.upper()))
    assert failed(found) == {"member.custom.shirt"}, unproven(found)


def test_a_level_on_one_side_alone_is_refused(tmp_path: Path) -> None:
    one = Integration(
        (NAME,),
        documents={
            "member": chart("Custom", [("custom.*", "->", "shirt", "", ""), ("shirt.*", "->", "custom.*", "", "")])
        },
        fields={"custom": CUSTOM, "shirt": TEXT},
        taken={"custom": TAKEN, "shirt": TEXT},
    )
    with pytest.raises(ScopeError) as caught:
        Rig(tmp_path, one)
    assert [problem.expected for problem in caught.value.problems] == [
        "`.*` on both sides, or on none",
        "a level with fields, of which both sides have some",
    ]


def test_a_level_can_be_protected(tmp_path: Path) -> None:
    one = Integration(
        (NAME,), documents={"member": chart("Custom", [("custom.*", "never", "", "", "")])}, fields={"custom": CUSTOM}
    )
    rig = Rig(tmp_path, one)
    rows = {one.id for one in rig.agreement.statements if one.id.startswith("member.custom")}
    assert rows == {"member.custom.shirt:never", "member.custom.shoes:never", "member.custom.locker:never"}


REACHABLE = (
    NAME,
    Case(
        "mail",
        "same email",
        lambda r: r.a.strip().lower(),
        (lambda r: "x@example.com",),
        sends={"a": EMAIL},
        gives=EMAIL,
    ),
)


def test_a_row_that_decides_who_reaches_the_app_is_never_seen_to_be_cleared(tmp_path: Path) -> None:
    def reachable(record: Any, run: Run) -> bool:
        return bool((record["mail_a"] or "").strip())

    rows = population(("mail_a is blank", "never reaches the app"), ("anyone else", "reaches the app"))
    rig = Rig(tmp_path, Integration(REACHABLE, documents={"member": rows}))
    assert unproven(rig.verdicts(scope=reachable)) == {}
    assert failed(rig.verdicts({"mail": REACHABLE[1].wrong[0]}, scope=reachable)) == {"member.mail"}
    assert "member:who:mail_a-is-blank" in failed(rig.verdicts(scope=lambda record, run: True))
