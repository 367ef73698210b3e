"""Hold conditions joined by `and` and `or`, each for an integration that has nothing but its row and a plain one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from copying import KEEP, Row
from figure_cases import asked, day
from rig import DATE, EMAIL, NUMBER, TEXT, YES_NO, Case

LETTER = {"type": "string", "maxLength": 1}


def above(value: Any, least: int) -> bool:
    return value is not None and value > least


def since(text: str | None) -> bool:
    return (text or "") >= "2026-01-01"


def past(r: Row, text: str | None) -> bool:
    found = day(text)
    return found is not None and found < r.run.today


def only(name: str, condition: str, right: Callable[[Row], Any], *wrong: Callable[[Row], Any], **sends: Any) -> Case:
    def kept(test: Callable[[Row], Any]) -> Callable[[Row], Any]:
        return lambda r: r.a if test(r) else KEEP

    rule, cell = f"same text, only when {condition}", ", ".join(f"{{{letter}}}" for letter in ("a", *sends))
    return Case(name, rule, kept(right), tuple(map(kept, wrong)), {"a": TEXT, **sends}, cell=cell, on_blank=True)


ALONE = (
    asked(
        "texts",
        '{a} is one of "A" or "B" and {b} is "X"',
        lambda r: r.a in ("A", "B") and r.b == "X",
        lambda r: r.a in ("A", "B"),
        lambda r: r.b == "X",
        a=TEXT,
        b=TEXT,
    ),
    asked(
        "dated",
        '{a} is one of "A" or "B" and {b} is on or after 2026-01-01',
        lambda r: r.a in ("A", "B") and since(r.b),
        lambda r: r.a in ("A", "B"),
        lambda r: since(r.b),
        a=TEXT,
        b=DATE,
    ),
    asked(
        "numbered",
        '{a} is "A" and {b} > 5',
        lambda r: r.a == "A" and above(r.b, 5),
        lambda r: r.a == "A",
        lambda r: above(r.b, 5),
        a=TEXT,
        b=NUMBER,
    ),
    asked(
        "three",
        '{a} is "A" and {b} > 5 and {c} is before today',
        lambda r: r.a == "A" and above(r.b, 5) and past(r, r.c),
        lambda r: r.a == "A" and above(r.b, 5),
        lambda r: r.a == "A" and past(r, r.c),
        lambda r: above(r.b, 5) and past(r, r.c),
        a=TEXT,
        b=NUMBER,
        c=DATE,
    ),
    asked(
        "either",
        '{a} is "A" or {b} is "B"',
        lambda r: r.a == "A" or r.b == "B",
        lambda r: r.a == "A",
        lambda r: r.b == "B",
        a=TEXT,
        b=TEXT,
    ),
    asked(
        "mixed",
        '({a} is "A" or {b} > 5) and not {c} is "C"',
        lambda r: (r.a == "A" or above(r.b, 5)) and r.c != "C",
        lambda r: r.a == "A" and r.c != "C",
        lambda r: r.a == "A" or above(r.b, 5),
        lambda r: above(r.b, 5) and r.c != "C",
        a=TEXT,
        b=NUMBER,
        c=TEXT,
    ),
    asked(
        "flagged",
        '{a} is yes and {b} contains "perm"',
        lambda r: r.a is True and "perm" in (r.b or ""),
        lambda r: r.a is True,
        lambda r: "perm" in (r.b or ""),
        a=YES_NO,
        b=TEXT,
    ),
    asked(
        "mailed",
        '{a} is "ana@example.org" and {b} is "B"',
        lambda r: r.a == "ana@example.org" and r.b == "B",
        lambda r: r.a == "ana@example.org",
        lambda r: r.b == "B",
        a=EMAIL,
        b=TEXT,
    ),
    asked(
        "short",
        '{a} is one of "A" or "B" and {b} is filled',
        lambda r: r.a in ("A", "B") and r.b is not None,
        lambda r: r.a in ("A", "B"),
        lambda r: r.b is not None,
        a=LETTER,
        b=EMAIL,
    ),
    only(
        "only",
        '{b} is one of "A" or "B" and {c} is on or after 2026-01-01',
        lambda r: r.b in ("A", "B") and since(r.c),
        lambda r: r.b in ("A", "B"),
        lambda r: since(r.c),
        b=TEXT,
        c=DATE,
    ),
    only(
        "only_either",
        '{b} is "B" or {c} > 5',
        lambda r: r.b == "B" or above(r.c, 5),
        lambda r: r.b == "B",
        lambda r: above(r.c, 5),
        b=TEXT,
        c=NUMBER,
    ),
)
