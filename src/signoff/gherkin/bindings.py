"""Read `Given each Candidate is a worker, …`: which record of one side is which of the other."""

from __future__ import annotations

import re

from signoff.errors import Place, Problem, nearest
from signoff.scope import Binding

_HEAD = re.compile(r"each\s+(?P<item>item\s+of\s+)?(?P<source>.+?)\s+is\s+an?\s+(?P<target>.+)", re.IGNORECASE)
_LINKED = re.compile(
    r"with\s+(?:their|its|the)\s+(?P<pick>\w+)\s+(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)
_MATCHED = re.compile(r"matched\s+by\s+(?P<key>.+)", re.IGNORECASE)
_THEN = re.compile(r"then\s+(?P<key>.+)", re.IGNORECASE)
_STARTED = re.compile(r"started\s+in\s+(?P<where>.+)", re.IGNORECASE)
_WHERE = re.compile(r"\s+where\s+", re.IGNORECASE)
_BY = re.compile(r"\s+by\s+", re.IGNORECASE)
_PICKS = ("latest", "only", "first", "primary")
_PHRASES = (
    "with their latest ENTITY",
    "matched by KEY",
    "then KEY",
    "started in the ATS",
    "started in the app",
    "started in either system",
)
_EXAMPLE = "Given each Candidate is a worker, with their latest Placement by dateBegin, matched by external_id"


def is_binding(step: str) -> bool:
    """Tell whether a step's text is meant as a binding."""
    return re.match(r"each\s", step, re.IGNORECASE) is not None


def split_parts(text: str) -> list[str]:
    """Split at commas that stand outside quotes, back-ticks and parentheses; parts come trimmed."""
    parts: list[str] = []
    here, quote, depth = "", "", 0
    for sign in text:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"`'" and (sign != "'" or not here[-1:].isalnum()):
            quote = sign
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth = max(0, depth - 1)
        elif sign == "," and not depth:
            parts.append(here.strip())
            here = ""
            continue
        here += sign
    return [*parts, here.strip()]


def read_binding(step: str, place: Place, group: str = "") -> tuple[Binding | None, list[Problem]]:
    """Read a binding step without its keyword; return it, or None and what is wrong."""
    head, *rest = split_parts(step)
    matched_head = _HEAD.fullmatch(head)
    if matched_head is None:
        return None, [
            Problem(
                place, f"a binding such as `{_EXAMPLE}`", f'"{step}"', how="Say which record is which.", code="binding"
            )
        ]
    problems: list[Problem] = []
    linked: dict[str, str] = {}
    keys: list[str] = []
    started = ""
    before = ""
    for part in rest:
        if matched := _LINKED.fullmatch(part):
            if linked:
                problems.append(_twice(place, part))
            linked, wrong = _linked(matched, place)
            problems += wrong
            before = "with"
        elif matched := _MATCHED.fullmatch(part):
            if keys:
                problems.append(_twice(place, part))
            keys.append(_single_blanks(matched["key"]))
            before = "matched"
        elif before == "matched" and (matched := _THEN.fullmatch(part)):
            keys.append(_single_blanks(matched["key"]))
        elif matched := _STARTED.fullmatch(part):
            if started:
                problems.append(_twice(place, part))
            started, wrong = _started(matched["where"], place)
            problems += wrong
            before = "started"
        else:
            problems.append(_unknown(part, place))
    if problems:
        return None, problems
    source = _single_blanks(matched_head["source"])
    binding = Binding(
        place=place,
        source=source,
        target=_single_blanks(matched_head["target"]),
        matched=tuple(keys),
        started=started or "ats",
        item_of=source if matched_head["item"] else "",
        text=_single_blanks(step),
        group=group,
        **linked,
    )
    return binding, []


def _linked(matched: re.Match[str], place: Place) -> tuple[dict[str, str], list[Problem]]:
    pick = matched["pick"].lower()
    if pick not in _PICKS:
        close = nearest(pick, _PICKS)
        return {}, [
            Problem(
                place,
                "with their latest, only, first or primary ENTITY",
                f'"with their {matched["pick"]}"',
                f"with their {close} …" if close else None,
                code="binding",
            )
        ]
    named, *where = _WHERE.split(matched["rest"], maxsplit=1)
    entity, *by = _BY.split(named, maxsplit=1)
    found = {
        "linked_pick": pick,
        "linked": _single_blanks(entity),
        "linked_by": _single_blanks(by[0]) if by else "",
        "linked_where": where[0].strip() if where else "",
    }
    return found, []


def _started(where: str, place: Place) -> tuple[str, list[Problem]]:
    words = _single_blanks(where).lower()
    if words in ("the ats", "the app"):
        return words.removeprefix("the "), []
    if words == "either system":
        return "either", []
    close = nearest(words, ("the ATS", "the app", "either system"))
    return "", [
        Problem(
            place,
            "started in the ATS, the app or either system",
            f'"started in {where}"',
            f"started in {close}" if close else None,
            code="binding",
        )
    ]


def _unknown(part: str, place: Place) -> Problem:
    close = nearest(" ".join(part.split()[:2]), ("with their", "matched by", "started in"))
    return Problem(
        place,
        f"one of: {', '.join(_PHRASES)}",
        f'"{part}"' if part else "nothing after the comma",
        f"{close} …" if close else None,
        how=f"For instance: `{_EXAMPLE}`.",
        code="binding",
    )


def _twice(place: Place, part: str) -> Problem:
    return Problem(place, "this part of a binding once", f'a second one: "{part}"', how="Keep one.", code="binding")


def _single_blanks(text: str) -> str:
    return " ".join(text.split())
