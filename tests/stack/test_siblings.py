"""Rehearse conditions on several linked records through the whole stack: which of them decides, and that one must."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import copying
import pytest
from copying import Run
from figure_cases import day
from rig import DATE, Integration, Rig, choice, failed, population, to, unproven
from test_population import NAME

Scope = Callable[[Any, Run], bool]

PLACED: dict[tuple[str, str], Any] = {
    ("ats", "Placement"): {
        "status": choice("Approved", "Lost"),
        "begin": DATE,
        "until": DATE,
        "person": to("Person"),
    },
    ("app", "Shift"): {"external_id": {"type": "string"}},
}
RUNNING = 'status is "Approved" and begin is on or before today and (until is blank or until is on or after today)'


def written(who: str) -> Integration:
    return Integration(
        (NAME,),
        documents={"member": population((who, "reaches the app"), ("anyone else", "never reaches the app"))},
        others=PLACED,
        toml='[entities.placement]\nats = "Placement"\napp = "Shift"\n',
    )


def of(person: Any, run: Run) -> list[Any]:
    return [one for one in run.all(copying.ATS, "placements") if one["person"] == person["id"]]


def approved(one: Any) -> bool:
    return bool(one["status"] == "Approved")


def on(one: Any, run: Run, begin: int = 0, until: int = 0) -> bool:
    """Tell whether a placement lasts today; `begin` and `until` move its boundaries by days."""
    first, last = day(one["begin"]), day(one["until"])
    return (
        first is not None and (first - run.today).days <= begin and (last is None or (last - run.today).days >= until)
    )


def running(one: Any, run: Run) -> bool:
    return approved(one) and on(one, run)


def late(one: Any) -> str:
    return one["begin"] or ""


SOME: dict[str, Scope] = {
    "the last": lambda p, r: any(running(one, r) for one in of(p, r)[-1:]),
    "the first": lambda p, r: any(running(one, r) for one in of(p, r)[:1]),
    "the last approved": lambda p, r: any(on(one, r) for one in [*filter(approved, of(p, r))][-1:]),
    "the first approved": lambda p, r: any(on(one, r) for one in [*filter(approved, of(p, r))][:1]),
    "the last that lasts": lambda p, r: any(approved(one) for one in [o for o in of(p, r) if on(o, r)][-1:]),
    "the latest approved": lambda p, r: any(
        on(one, r) for one in sorted(filter(approved, of(p, r)), key=late)[-1:]
    ),
    "every instead of some": lambda p, r: bool(of(p, r)) and all(running(one, r) for one in of(p, r)),
    "status of one, dates of another": lambda p, r: any(map(approved, of(p, r)))
    and any(on(one, r) for one in of(p, r)),
    "begin of one, end of another": lambda p, r: any(
        approved(one) and on(one, r, until=-99999) for one in of(p, r)
    )
    and any(approved(one) and on(one, r, begin=99999) for one in of(p, r)),
}  # fmt: skip
ENDS: dict[str, Scope] = {
    name: (lambda p, r, begin=begin, until=until: any(approved(one) and on(one, r, begin, until) for one in of(p, r)))  # type: ignore[misc]
    for name, begin, until in (
        ("begins before today", -1, 0),
        ("begins tomorrow", 1, 0),
        ("ends after today", 0, 1),
        ("ended yesterday", 0, -1),
    )
}
BLANK: dict[str, Scope] = {
    "a blank end is over": lambda p, r: any(running(one, r) and one["until"] for one in of(p, r)),
    "a blank begin has begun": lambda p, r: any(
        running({**one, "begin": one["begin"] or "1990-01-01"}, r) for one in of(p, r)
    ),
}


def test_which_of_several_placements_decides(tmp_path: Path) -> None:
    rig = Rig(tmp_path, written(f"some Placement has ({RUNNING})"))
    assert unproven(rig.verdicts(scope=lambda p, r: any(running(one, r) for one in of(p, r)))) == {}
    for name, wrong in {**SOME, **ENDS, **BLANK}.items():
        found = rig.verdicts(scope=wrong)
        assert failed(found) - {"member:held"} in ({"member:arrive"}, {"member:who:anyone-else"}), (
            name,
            unproven(found),
        )


NONE: dict[str, tuple[str, Scope, dict[str, Scope]]] = {
    "no": (
        f"no Placement has ({RUNNING})",
        lambda p, r: not any(running(one, r) for one in of(p, r)),
        {
            "the last": lambda p, r: not any(running(one, r) for one in of(p, r)[-1:]),
            "the first": lambda p, r: not any(running(one, r) for one in of(p, r)[:1]),
            "not every": lambda p, r: not of(p, r) or not all(running(one, r) for one in of(p, r)),
            "status of one, dates of another": lambda p, r: (
                not (any(map(approved, of(p, r))) and any(on(one, r) for one in of(p, r)))
            ),
        },
    ),
    "every": (
        'every Placement has (status is "Approved" and begin is filled)',
        lambda p, r: all(approved(one) and one["begin"] for one in of(p, r)),
        {
            "the last": lambda p, r: all(approved(one) and one["begin"] for one in of(p, r)[-1:]),
            "the first": lambda p, r: all(approved(one) and one["begin"] for one in of(p, r)[:1]),
            "some": lambda p, r: not of(p, r) or any(approved(one) and one["begin"] for one in of(p, r)),
            "only one": lambda p, r: len(of(p, r)) < 2 and all(approved(one) and one["begin"] for one in of(p, r)),
        },
    ),
}


@pytest.mark.parametrize("form", NONE)
def test_none_or_every_one_of_several_placements(form: str, tmp_path: Path) -> None:
    who, right, wrong = NONE[form]
    rig = Rig(tmp_path, written(who))
    assert unproven(rig.verdicts(scope=right)) == {}
    for name, one in wrong.items():
        found = rig.verdicts(scope=one)
        assert failed(found) - {"member:held"} in ({"member:arrive"}, {"member:who:anyone-else"}), (
            name,
            unproven(found),
        )
