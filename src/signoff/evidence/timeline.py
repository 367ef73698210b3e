"""Draw what depends on days and months: a population row's boundary, how late a lifecycle row was, a goal's targets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from signoff.evidence import svg
from signoff.evidence.outline import Line
from signoff.evidence.svg import WIDTH, Drawing
from signoff.evidence.wording import number
from signoff.verdict import BOUNDARIES, FOLLOWED, Outcome, Verdict

_TODAY = {-1: "yesterday", 0: "today", 1: "tomorrow"}
_OTHER = {-1: "the day before", 0: "the day itself", 1: "the day after"}
_IN_TIME = "in time"
_FIGURE = re.compile(r"-?\d+(?:[.,]\d+)*")


def boundaries(verdict: Verdict | None) -> tuple[Mapping[str, Any], ...]:
    """Return on which days around its boundaries a population row was tried; none for other statements."""
    found: tuple[Mapping[str, Any], ...] = verdict.facts.get(BOUNDARIES, ()) if verdict is not None else ()
    return found


def followed(verdict: Verdict | None) -> Mapping[str, Any] | None:
    """Return when it happened that a lifecycle row tells of, and when the other side followed; None where never."""
    found: Mapping[str, Any] | None = verdict.facts.get(FOLLOWED) if verdict is not None else None
    return found


def drawings(line: Line, anchor: str) -> tuple[Drawing, ...]:
    """Return a time line for each test of a day in a population row, and one of how late a lifecycle row was."""
    days = (_days(one, f"{anchor}-{at}") for at, one in enumerate(boundaries(line.verdict)))
    told = followed(line.verdict)
    return (*days, *([_following(told, f"{anchor}-followed")] if told is not None else ()))


def _following(told: Mapping[str, Any], name: str) -> Drawing:
    """Draw from left to right when the other side followed: too early, in time, late, or not at all."""
    wide = WIDTH / len(told["when"])
    parts: list[Markup] = []
    said: list[str] = []
    for at, one in enumerate(told["when"]):
        x, many = wide * at, number(one["records"], "record") if one["records"] else "nobody"
        parts += [
            svg.area(x + 1, 22, wide - 2, 26, "d-in" if one["late"] == _IN_TIME else "d-out"),
            svg.words(x + wide / 2, 15, one["late"], "d-soft", "middle"),
            svg.words(x + wide / 2, 70, many, "d-soft", "middle"),
            svg.line(x + wide / 2, 50, x + wide / 2, 58),
        ]
        if one["verdict"] is not None:
            parts.append(svg.mark(x + wide / 2, 35, svg.word_for(one["verdict"]), f"{one['late']}: {many}"))
        said.append(f"{one['late']}: {many}")
    parts.append(svg.line(0, 54, WIDTH, 54))
    title = f"{told['words']}: when {told['system']} followed"
    late = _late(told)
    return Drawing(name, title, f"{title}. {'; '.join(said)}.{late and ' ' + late}", 76, tuple(parts), late)


def _late(told: Mapping[str, Any]) -> str:
    """Return one record that was not followed in time, with both days; "" where there is none."""
    one = told["example"]
    if one is None:
        return ""
    then = f"followed on {one['followed_on']}" if one["followed_on"] else "never followed"
    return f"{one['record']}: {told['happened']} on {one['happened_on']}, {then}."


def _days(one: Mapping[str, Any], name: str) -> Drawing:
    names = _TODAY if one["today"] else _OTHER
    third = WIDTH / 3
    parts: list[Markup] = []
    told: list[str] = []
    for at, day in enumerate(one["days"]):
        x = third * at
        word = svg.word_for(day["verdict"])
        tried = f"tried with {number(day['tried'], 'record')}" if day["tried"] else "never tried"
        said = "holds" if day["holds"] else "does not hold"
        wrong = ", wrong" if day["verdict"] == Outcome.FAILED.value else ""
        parts += [
            svg.area(x + 1, 22, third - 2, 34, "d-in" if day["holds"] else "d-out"),
            svg.words(x + third / 2, 15, names[day["day"]], "d-head", "middle"),
            svg.words(x + 28, 43, said, ""),
            svg.mark(x + 14, 39, word, f"{names[day['day']]}: the test {said}, {tried}{wrong}"),
            svg.words(x + third / 2, 70, f"{tried}{wrong}", "d-soft", "middle"),
        ]
        told.append(f"{names[day['day']]} the test {said}, {tried}{wrong}")
    edges = [third * at for at in (1, 2) if one["days"][at - 1]["holds"] is not one["days"][at]["holds"]]
    parts += [svg.line(x, 18, x, 60, "d-line d-edge") for x in edges]
    title = f"{one['field']} {one['test']}"
    return Drawing(name, title, f"{title}: {'; '.join(told)}.", 76, tuple(parts))


def targets(line: Line, anchor: str) -> Drawing | None:
    """Return a goal's targets as columns side by side; None where they are no figures."""
    pairs = [(name, text, _figure(text)) for name, text in line.statement.matter.targets]
    known = [(name, text, figure) for name, text, figure in pairs if figure is not None]
    if len(known) < 2 or len(known) != len(pairs) or any(figure < 0 for _, _, figure in known):
        return None
    return _columns(line.statement.title, known, f"{anchor}-targets")


def _columns(title: str, known: Sequence[tuple[str, str, float]], name: str) -> Drawing:
    most = max(figure for _, _, figure in known) or 1.0
    wide = WIDTH / len(known)
    parts: list[Markup] = []
    for at, (heading, text, figure) in enumerate(known):
        x, tall = wide * at, max(2.0, 48 * figure / most)
        parts += [
            svg.area(x + wide * 0.25, 66 - tall, wide * 0.5, tall, "d-bar" if at else "d-base"),
            svg.words(x + wide / 2, 61 - tall, text, "d-head", "middle"),
            svg.words(x + wide / 2, 80, heading, "d-soft", "middle"),
        ]
    parts.append(svg.line(0, 66, WIDTH, 66))
    told = ", ".join(f"{heading} {text}" for heading, text, _ in known)
    return Drawing(name, f"{title}: targets", f"{told}.", 86, tuple(parts))


def _figure(text: str) -> float | None:
    found = _FIGURE.search(text)
    if found is None:
        return None
    digits = found[0]
    # 1,200 is a thousand and two hundred; 1,5 is one and a half.
    digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    return float(digits) if digits.count(".") < 2 else None
