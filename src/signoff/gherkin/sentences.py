"""Check the steps of a scenario as far as the text alone shows: order, presence, placeholders."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from signoff.errors import Place, Problem, nearest

REHEARSED: Final = "the connector has been rehearsed"

HOLDS: Final[Mapping[str, str]] = {
    "chart": "this row of the chart holds",
    "values": "this row of the table holds",
    "population": "this row of the population holds",
    "lifecycle": "this row of the lifecycle holds",
    "bad-data": "this row of the bad-data policy holds",
    **dict.fromkeys(("exceptions", "questions", "checklist", "worked", "goals", "access", "address"), "this row holds"),
}
"""The sentence that judges a row, by the kind of its table."""

_FIRST = ("Context", "Action", "Outcome")
_PLACEHOLDER = re.compile(r"<([^<>]+)>")
_ARROW = re.compile(r"<->|<-|->")


def check_steps(steps: Sequence[Mapping[str, Any]], file: str, kind: str = "", line: int = 0) -> list[Problem]:
    """Return what is wrong with these steps.

    Without `kind`: a first step that continues nothing, and arrows (pytest-bdd takes `<-` for the beginning of a
    placeholder). With `kind`: the sentences that the rows of such a table at `line` need and do not have.
    """
    if kind:
        return _missing(steps, file, kind, line)
    problems = []
    if steps and steps[0]["keywordType"] not in _FIRST:
        problems.append(
            Problem(
                Place(file, steps[0]["location"]["line"]),
                "a first step with Given, When or Then",
                f'"{steps[0]["keyword"].strip()} {steps[0]["text"]}"',
                how="And and But only continue the step before.",
                code="first-step",
            )
        )
    problems += [
        Problem(
            Place(file, step["location"]["line"]),
            "a step in words",
            f'the arrow {matched[0]} in "{step["text"]}"',
            how="Arrows stand in the cells of a chart only.",
            code="arrow-in-step",
        )
        for step in steps
        if (matched := _ARROW.search(step["text"]))
    ]
    return problems


def unknown_placeholders(scenario: Mapping[str, Any], file: str) -> list[Problem]:
    """Return the `<names>` of an outline's title and steps that no column of any of its tables has."""
    rows = [examples["tableHeader"]["cells"] for examples in scenario["examples"] if examples.get("tableHeader")]
    headings = list(dict.fromkeys(cell["value"] for row in rows for cell in row))
    texts = [(scenario["name"], scenario["location"]["line"])]
    texts += [(step["text"], step["location"]["line"]) for step in scenario["steps"]]
    return [
        Problem(
            Place(file, line),
            f"a column of the table: {', '.join(headings)}",
            f"<{name}>",
            f"<{close}>" if (close := nearest(name, headings)) else None,
            how="A name in angle brackets stands for the cell of that column.",
            code="placeholder",
        )
        for text, line in texts
        for name in _PLACEHOLDER.findall(text)
        if headings and name not in headings
    ]


def _missing(steps: Sequence[Mapping[str, Any]], file: str, kind: str, line: int) -> list[Problem]:
    wanted = [("When", REHEARSED)] if HOLDS[kind] != "this row holds" else []
    wanted.append(("Then", HOLDS[kind]))
    texts = [step["text"].strip() for step in steps]
    if not texts:
        return []
    return [
        Problem(
            Place(file, line),
            f"the step `{keyword} {sentence}` for the rows of @{kind}",
            f'"{close}"' if (close := nearest(sentence, [text for text in texts if text != REHEARSED])) else "none",
            how="Add it to the Scenario Outline.",
            code="missing-step",
        )
        for keyword, sentence in wanted
        if sentence not in texts
    ]
