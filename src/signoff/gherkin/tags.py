"""Read tags: which kind of table an outline holds, and who owns, grades and waives it.

Tags of Feature, Rule, outline and Examples all apply; of those that can have one value only, the nearest wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from signoff.chart import Labels
from signoff.errors import Place, Problem, nearest

MATTERS: Final = ("questions", "checklist", "worked", "goals", "access", "address")
"""Tables of agreements that are not fields."""

KINDS: Final = ("chart", "values", "population", "lifecycle", "bad-data", "exceptions", *MATTERS)
"""Tables that are read and tested."""

NOT_YET: Final = ("faults",)
"""Tables that the language knows and this version cannot test; never passed over in silence."""

GRADES: Final = ("must", "should", "could")

WITH_VALUE: Final = ("owner", "ticket", "severity", "branch", "waived")

SEVERITIES: Final = ("blocker", "critical", "normal", "minor", "trivial")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Level:
    """Hold the tags of one element (Feature, Rule, outline, Examples) with their lines, and its description."""

    tags: tuple[tuple[str, int], ...]
    description: str = ""


def level(element: Mapping[str, Any]) -> Level:
    """Return the tags that stand on one Gherkin element."""
    tags = tuple((tag["name"].removeprefix("@"), tag["location"]["line"]) for tag in element.get("tags", ()))
    return Level(tags, described(element))


def described(element: Mapping[str, Any]) -> str:
    """Return an element's description without its indentation."""
    return "\n".join(line.strip() for line in element.get("description", "").splitlines()).strip()


def real_day(text: str) -> bool:
    """Tell whether a text is a day of the calendar, written YYYY-MM-DD."""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def check(levels: Iterable[Level], file: str, own: Sequence[str] = ()) -> list[Problem]:
    """Return what is wrong with the tags of these elements: unknown names, missing values, two of a kind."""
    problems: list[Problem] = []
    for one in levels:
        problems += [problem for tag, line in one.tags if (problem := _unreadable(tag, Place(file, line), own))]
        problems += _contradictions(one, file)
        if any(tag.startswith("waived:") for tag, _ in one.tags) and not one.description:
            line = next(line for tag, line in one.tags if tag.startswith("waived:"))
            problems.append(
                Problem(
                    Place(file, line),
                    "a reason for the waiver in the description below",
                    "no description",
                    how="Write under the heading why this may fail until then, and who agreed.",
                    code="waiver-reason",
                )
            )
    return problems


def kind_of(levels: Sequence[Level]) -> str:
    """Return the kind of table that the nearest kind tag names, farthest element first in `levels`; "" if none."""
    for one in reversed(levels):
        for tag, _ in one.tags:
            if tag in KINDS or tag in NOT_YET:
                return tag
    return ""


def labels(levels: Sequence[Level]) -> Labels:
    """Return what the tags of all levels say together, farthest element first in `levels`."""
    inforce: dict[str, str] = {}
    said: dict[str, str] = {}
    for one in levels:
        for tag, _ in one.tags:
            word, colon, value = tag.partition(":")
            group = _group(tag)
            inforce.pop(group, None)
            inforce[group] = tag
            if tag in GRADES:
                said["must"] = tag
            elif colon and word == "waived":
                said["waived_until"] = value.removeprefix("until=")
                said["waived_reason"] = one.description
            elif colon and word in WITH_VALUE:
                said[word] = value
    return Labels(tags=tuple(inforce.values()), **said)


def _group(tag: str) -> str:
    """Return what only one tag can say, so that the nearer one replaces the farther one."""
    word, colon, _ = tag.partition(":")
    if tag in KINDS or tag in NOT_YET:
        return "kind"
    if tag in GRADES:
        return "grade"
    return f"{word}:" if colon and word in WITH_VALUE else tag


def _unreadable(tag: str, place: Place, own: Sequence[str]) -> Problem | None:
    word, colon, value = tag.partition(":")
    if not colon and (tag in KINDS or tag in NOT_YET or tag in GRADES or tag in own):
        return None
    if tag in own:
        return None
    if word == "waived":
        day = value.removeprefix("until=")
        if value.startswith("until=") and real_day(day):
            return None
        return Problem(
            place,
            "@waived:until=YYYY-MM-DD with a day of the calendar",
            f"@{tag}",
            how="Write the last day on which the waiver holds.",
            code="waiver-day",
        )
    if word in WITH_VALUE:
        if not value:
            return Problem(place, f"@{word}: and a name", f"@{tag}", how=f"Write @{word}:NAME.", code="tag-value")
        if word == "severity" and value not in SEVERITIES:
            close = nearest(value, SEVERITIES)
            return Problem(
                place,
                f"@severity: with one of {', '.join(SEVERITIES)}",
                f"@{tag}",
                f"@severity:{close}" if close else None,
                code="tag-value",
            )
        return None
    known = (*KINDS, *NOT_YET, *GRADES, *(f"{one}:" for one in WITH_VALUE), *own)
    close = nearest(word + colon, known)
    return Problem(
        place,
        "a tag that the language knows",
        f"@{tag}",
        f"@{close}{value if close.endswith(':') else ''}" if close else None,
        how='Correct it, or name your own tags in the toml: tags = ["smoke"].',
        code="unknown-tag",
    )


def _contradictions(one: Level, file: str) -> list[Problem]:
    groups: dict[str, dict[str, int]] = {}
    for tag, line in one.tags:
        word, colon, _ = tag.partition(":")
        if tag in KINDS or tag in NOT_YET:
            groups.setdefault("kind of table", {})[tag] = line
        elif tag in GRADES:
            groups.setdefault("must, should or could", {})[tag] = line
        elif colon and word in WITH_VALUE and word != "ticket":
            groups.setdefault(f"@{word}:", {})[tag] = line
    return [
        Problem(
            Place(file, max(found.values())),
            f"one {what} on one element",
            " and ".join(f"@{tag}" for tag in found),
            how="Keep one of them.",
            code="two-tags",
        )
        for what, found in groups.items()
        if len(found) > 1
    ]
