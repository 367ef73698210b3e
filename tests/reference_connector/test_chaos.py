"""People, faults and crashes in any order; afterwards the app holds what a first run into an empty app would give."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

PLAIN = {
    "workers": (
        *("external_id", "first_name", "phone", "skills", "pay_rate", "assigned_since", "recruiter_id"),
        *("nickname", "city", "email_opt_out", "preferred_shift", "desired_pay"),
    ),
    "jobs": ("external_id", "title", "contact_name", "status", "openings"),
    "assignments": ("external_id", "job_title", "pay_rate", "status", "ends_on"),
    "worksites": ("external_id", "name", "parent_name"),
    "site-contacts": ("external_id", "worksite_id", "first_name", "last_name", "title", "email", "email_opt_out"),
}


class KilledError(BaseException):
    """The process ends here."""


def shown(app: Any) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for collection, fields in PLAIN.items():
        rows = [{name: row.get(name) for name in fields} for row in app.rows.get(collection, {}).values()]
        found[collection] = sorted(rows, key=lambda row: row["external_id"])
    return found


def build(world: Any) -> None:
    ats = world.ats
    for key in (5, 6):
        world.app.put("recruiters", name=f"R{key}", external_id=str(key))
    for key in range(31, 36):
        ats.put("Skill", key, name=f"Skill {key}")
        ats.put(
            "ClientContact", key, firstName="Gus", lastName=f"L{key}", clientCorporation={"id": 10}, isDeleted=False
        )
    for key in range(10, 13):
        ats.put("ClientCorporation", key, name=f"Client {key}", status="Active Account")
    for key in range(20, 24):
        ats.put(
            "JobOrder",
            key,
            title=f"Job {key}",
            isOpen=True,
            employmentType="Contract",
            status="Hold",
            clientCorporation={"id": 10 + key % 3},
            clientContact={"id": 31 + key % 5},
            owner={"id": 5},
        )
    for key in range(1, 9):
        ats.put(
            "Candidate",
            key,
            firstName=f"N{key}",
            lastName="L",
            status="Active",
            isDeleted=False,
            primarySkills=[31 + key % 5],
            owner={"id": 5},
        )
    for key in range(100, 112):
        place(ats, key, key % 8 + 1, 20 + key % 4)


def place(ats: Any, key: int, candidate: int, job: int) -> None:
    ats.put(
        "Placement",
        key,
        candidate={"id": candidate},
        jobOrder={"id": job},
        status="Approved",
        dateBegin=key * 86_400_000,
        payRate=key,
    )


def edit_in_app(world: Any, chance: random.Random) -> None:
    """Do what workers and supervisors do: edit themselves, edit and add contacts, spoil what is Bullhorn's."""
    app, one, number = world.app, chance.choice, chance.randrange(10_000)
    rows = {name: list(app.rows.get(name, {})) for name in ("workers", "site-contacts", "worksites")}
    fields: list[dict[str, Any]] = [
        {"nickname": one([f"W{number}", None])},
        {"phone": one(["+13125550142", "+17735550123", None])},
        {"city": one([f"Town {number}", None])},
        {"email_opt_out": one([True, False, None])},
        {"preferred_shift": one(["day", "evening", "night", None])},
        {"desired_pay": one(["0", f"{number}.5", None])},
        {"first_name": f"X{number}"},
    ]
    about: list[dict[str, Any]] = [
        {"title": f"T{number}"},
        {"last_name": f"W{number}"},
        {"email_opt_out": one([True, False])},
    ]
    kind = chance.randrange(4)
    if kind < 2 and rows["workers"]:
        app.edit("workers", id=one(rows["workers"]), **one(fields))
    elif kind == 2 and rows["site-contacts"]:
        app.edit("site-contacts", id=one(rows["site-contacts"]), **one(about))
    elif rows["worksites"]:
        mail = one([f"m{number}@x.com", None])
        app.put(
            "site-contacts", worksite_id=one(rows["worksites"]), first_name=f"E{number}", last_name="Ek", email=mail
        )


def edit(world: Any, chance: random.Random) -> None:
    ats, one = world.ats, chance.choice
    number = chance.randrange(1000)
    if chance.random() < 0.5:
        edit_in_app(world, chance)
        return
    deeds: list[Callable[[], Any]] = [
        lambda: ats.put("Candidate", one(range(1, 9)), firstName=f"F{number}"),
        lambda: ats.put("Candidate", one(range(1, 9)), mobile=one(["312-555-0142", "773-555-0199", None])),
        lambda: ats.put("Candidate", one(range(1, 9)), primarySkills=chance.sample(range(31, 36), 2)),
        lambda: ats.put("Candidate", one(range(1, 9)), owner={"id": one([5, 6])}),
        lambda: ats.put("Skill", one(range(31, 36)), name=f"S{number}"),
        lambda: ats.put("ClientContact", one(range(31, 36)), lastName=f"C{number}"),
        lambda: ats.put(
            "ClientContact", one(range(31, 36)), email=f"c{number}@x.com", massMailOptOut=one([True, False])
        ),
        lambda: ats.put("Candidate", one(range(1, 9)), nickName=f"A{number}", hourlyRate=one([None, 0, number])),
        lambda: ats.put("Candidate", one(range(1, 9)), customText3=one(["Days", "1st shift", "Nights", None])),
        lambda: ats.put("Candidate", one(range(1, 9)), address={"city": f"C{number}"}),
        lambda: ats.put("ClientCorporation", one(range(10, 13)), name=f"Corp {number}"),
        lambda: ats.put("ClientCorporation", 11, parentClientCorporation=one([{"id": 12}, None])),
        lambda: ats.put("JobOrder", one(range(20, 24)), title=f"T{number}"),
        lambda: ats.put("JobOrder", one(range(20, 24)), numOpenings=one([None, 0, 3])),
        lambda: ats.put("Placement", one(range(100, 112)), payRate=number),
        lambda: ats.put("Placement", one(range(100, 112)), dateEnd=one([None, world.clock.ms() + 90 * 86_400_000])),
        lambda: place(ats, 112 + number % 20, number % 8 + 1, 20 + number % 4),
    ]
    one(deeds)()


@pytest.mark.parametrize("seed", range(8))
def test_it_always_settles(
    world: Any, connect: Any, fakes: Any, package: Any, tmp_path: Path, settings: Any, seed: int
) -> None:
    chance = random.Random(seed)
    build(world)
    world.ats.page_cap, world.app.page_cap = chance.choice([2, 5, 500]), chance.choice([2, 100])
    faults: list[Any] = [
        (502, {}, ""),
        requests.ReadTimeout(),
        (429, {"Retry-After": "7"}, "{}"),
        (200, {}, '{"da'),
        (200, {}, "empty"),
        KilledError(),
    ]
    level = [0.0]

    def trouble(method: str, url: str) -> Any:
        if chance.random() < 0.02:
            edit(world, chance)
        if chance.random() >= level[0]:
            return None
        fault = chance.choice(faults)
        if isinstance(fault, BaseException):
            raise fault
        if fault[2] == "empty":
            empty: dict[str, Any] = {"items": [], "next_cursor": None, "data": [], "total": 0, "start": 0, "count": 0}
            looked_for = "clientContacts" in url  # after a lost create an empty answer would be believed
            return fakes.reply(200, empty) if method == "GET" and "oauth" not in url and not looked_for else None
        return fault

    connector = connect()
    for _ in range(12):
        for _ in range(chance.randrange(4)):
            edit(world, chance)
        level[0] = chance.choice([0, 0.05, 0.2])
        world.before[:] = [trouble] * chance.randrange(2)
        world.after[:] = [trouble] * chance.randrange(2)
        try:
            connector.sync()
        except KilledError:
            connector = connect()
        world.clock.seconds += chance.choice([0, 1, 400, 900])
    world.before.clear()
    world.after.clear()
    world.clock.seconds += 900
    assert connector.sync().ok
    assert connector.sync().ok
    world.forget()
    assert connector.sync() == package.Result(True, ())
    assert world.writes() == []
    reached = shown(world.app)
    known = {str(key) for key in world.ats.rows["ClientContact"]}
    assert [one["external_id"] for one in reached["site-contacts"]] == sorted(known)
    sites = {row["id"]: row["external_id"] for row in world.app.rows["worksites"].values()}
    recruiters = world.app.rows["recruiters"]
    world.app.rows = {"recruiters": recruiters}
    assert package.Connector(settings, tmp_path / "anew").sync().ok
    anew = shown(world.app)
    sites |= {row["id"]: row["external_id"] for row in world.app.rows["worksites"].values()}
    for one in [*reached["site-contacts"], *anew["site-contacts"]]:
        one["worksite_id"] = sites[one["worksite_id"]]
    assert reached == anew
