"""Read plain scenarios in the vocabulary of workflows: people by name, what is done to them, what must then be so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from signoff.chart import Cell, Labels
from signoff.errors import Place, Problem, nearest
from signoff.scope import Sentence, Workflow

DAY: Final = r"(?:today|tomorrow|yesterday|in \d+ days?|\d+ days? ago|\d{4}-\d\d-\d\d)"
_NAME: Final = r'"(?P<name>[^"]+)"'
_SIDE: Final = r"(?P<side>ATS|app)"
_IN: Final = rf"(?:in the {_SIDE} )?"
_WITHIN: Final = r"(?: within (?P<count>\d+) (?P<unit>minute|hour|day)s?)?"

ROLES: Final = ("given", "when", "then")


@dataclass(frozen=True, slots=True)
class Shape:
    """Describe one sentence of the vocabulary: when it may stand, how it is read, how it is shown to people."""

    kind: str
    roles: tuple[str, ...]
    pattern: re.Pattern[str]
    shown: str
    meaning: str
    example: str


def _shape(kind: str, roles: str, pattern: str, shown: str, meaning: str, example: str) -> Shape:
    return Shape(kind, tuple(roles.split()), re.compile(pattern, re.IGNORECASE), shown, meaning, example)


SHAPES: Final[tuple[Shape, ...]] = (
    _shape(
        "person",
        "given when",
        rf"{_IN}an? (?P<word>[^\"]+?) {_NAME}(?: (?:is added|arrives))?(?P<scope> in scope)?(?: with)?:?",
        'a WORD "NAME" [in scope] [with]',
        "Make a record with the fields of the table below; what else it needs is drawn. `in scope`: so that it reaches "
        "the other side. Of a word of the receiving side: one that only that side has.",
        'Given a candidate "Maria Lopez" in scope with',
    ),
    _shape(
        "many",
        "given",
        r"(?P<count>\d+) (?P<word>[^\"]+?) in scope",
        "N WORDS in scope",
        "Make so many records that reach the other side.",
        "Given 120 candidates in scope",
    ),
    _shape(
        "becomes",
        "given when",
        rf"{_IN}{_NAME}'s (?P<field>.+?) becomes (?P<value>.+)",
        'in the ATS|app "NAME"\'s FIELD becomes VALUE',
        "Change one field on one side. `Placement.dateEnd` is a field of the latest placement of that person.",
        'When in the app "Maria Lopez"\'s phone becomes "+13125550142"',
    ),
    _shape(
        "placed",
        "given when",
        rf"{_IN}{_NAME} is placed in a job(?: \"(?P<job>[^\"]+)\")?(?: that)? starts (?P<starts>{DAY})"
        rf"(?: and ends (?P<ends>{DAY}))?",
        '"NAME" is placed in a job ["NAME"] that starts DAY [and ends DAY]',
        "Make an approved placement in a job of that name, or in a new one.",
        'When "Maria Lopez" is placed in a job that starts tomorrow and ends in 30 days',
    ),
    _shape(
        "deleted",
        "given when",
        rf"{_IN}{_NAME} is deleted",
        'in the ATS|app "NAME" is deleted',
        "Delete the record as the system does it: softly where it has a mark for that.",
        'When in the ATS "Maria Lopez" is deleted',
    ),
    _shape(
        "back",
        "given when",
        rf"{_IN}{_NAME} comes back",
        '"NAME" comes back',
        "Take the mark of a soft deletion away.",
        'When in the ATS "Maria Lopez" comes back',
    ),
    _shape(
        "merged",
        "given when",
        rf"{_IN}{_NAME} is merged into \"(?P<other>[^\"]+)\"",
        '"NAME" is merged into "NAME"',
        "Let what refers to the first refer to the second, and delete the first.",
        'When in the ATS "M. Lopez" is merged into "Maria Lopez"',
    ),
    _shape(
        "pass",
        "given when",
        r"(?P<count>\d+|an?|one) (?P<unit>minute|hour|day)s? pass(?:es)?",
        "N minutes|hours|days pass",
        "Let the world's time pass. The connector is not run meanwhile.",
        "When 3 days pass",
    ),
    _shape(
        "syncs",
        "given when",
        r"the connector syncs(?: (?P<times>once|twice|\d+ times|until it settles))?",
        "the connector syncs [twice | N times | until it settles]",
        "Run the connector; until it settles: as often as the toml's `settles_within` says.",
        "When the connector syncs until it settles",
    ),
    _shape(
        "lists",
        "given when",
        r"(?:the )?(?P<system>\S[^\"]*?) answers (?:every list|(?P<first>its first)(?: (?P<count>\d+))? lists?)"
        r"(?: of (?P<word>[^\"]+?))? with (?P<answer>an error|nothing)",
        "SYSTEM answers every list|its first N lists [of WORDS] with an error|nothing",
        "Answer so in the next sync, by status 500 or by a page without records, whoever asks for a list, also for one "
        "of what changed or fits a query. A record that is asked for by its id is given. Afterwards every list is "
        "answered again, also in the run of `nothing more is written`. The connector may say that it did not go well.",
        "When Bullhorn answers every list of candidates with nothing",
    ),
    _shape(
        "restarted",
        "given when",
        r"the connector is restarted",
        "the connector is restarted",
        "Begin the next run with a new connector on the same state.",
        "When the connector is restarted",
    ),
    _shape(
        "killed",
        "when",
        r"the connector is killed after (?P<count>\d+) requests?",
        "the connector is killed after N requests",
        "Run the connector and end it, as a killed program is ended, with that request: it is carried out, and the "
        "answer is not heard. What was saved by then is what the next run finds.",
        "When the connector is killed after 40 requests",
    ),
    _shape(
        "has",
        "then",
        rf"in the {_SIDE} {_NAME} has (?P<field>.+?) "
        rf"(?P<value>\"[^\"]*\"|-?\d+(?:\.\d+)?|yes|no|blank|{DAY}){_WITHIN}",
        'in the ATS|app "NAME" has FIELD VALUE [within DURATION]',
        "What one field of that side's record must hold. A duration counts from the last change to the end of the run.",
        'Then in the app "Maria Lopez" has status "assigned" within 5 minutes',
    ),
    _shape(
        "there",
        "then",
        rf"{_NAME} is (?P<not>not )?in the {_SIDE}{_WITHIN}",
        '"NAME" is [not] in the ATS|app',
        "Whether that side has a record that belongs to the person.",
        'Then "Maria Lopez" is in the app',
    ),
    _shape(
        "named",
        "then",
        rf"the connector (?P<not>does not name|names) {_NAME}",
        'the connector names|does not name "NAME"',
        "Whether the last run told of the record in its result, as one that it could not bring over.",
        'Then the connector names "Maria Lopez"',
    ),
    _shape(
        "agree",
        "then",
        r"both systems agree",
        "both systems agree",
        "Every statement of the documents holds for every record of the scenario.",
        "Then both systems agree",
    ),
    _shape(
        "nothing",
        "then",
        r"nothing more is written",
        "nothing more is written",
        "One further run of the connector writes nothing.",
        "Then nothing more is written",
    ),
    _shape(
        "once",
        "then",
        r"nothing was created twice",
        "nothing was created twice",
        "No record has two records on the other side, and none there belongs to nobody.",
        "Then nothing was created twice",
    ),
    _shape(
        "nobody",
        "then",
        r"nobody was removed by mistake",
        "nobody was removed by mistake",
        "The connector deleted nothing, and nobody who had arrived and is in scope is gone.",
        "Then nobody was removed by mistake",
    ),
)
"""The whole vocabulary, in the order in which sentences are tried."""

_ROLE: Final = {"Context": "given", "Action": "when", "Outcome": "then"}
_OPTIONAL: Final = re.compile(r" \[[^\]]*\]")
_QUOTED: Final = re.compile(r'"[^"]*"')
_PLACEHOLDER: Final = re.compile(r"<([^<>]+)>")


@dataclass(slots=True)
class WorkflowsRead:
    """Gather the workflows of one document. `background` are the steps before each scenario, by Gherkin Rule."""

    background: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    found: list[Workflow] = field(default_factory=list)

    def add(
        self, scenario: Mapping[str, Any], file: str, group: str, marked: Labels, description: str
    ) -> list[Problem]:
        """Read a plain scenario if it speaks the vocabulary; return what is wrong. Others are the team's own."""
        steps = [*self.background.get("", ()), *(self.background.get(group, ()) if group else ()), *scenario["steps"]]
        if not any(_shape_of(_sample(step["text"], scenario), None) for step in scenario["steps"]):
            return []
        problems: list[Problem] = []
        for line, cells in _rows(scenario):
            read = [one for step in _roles(steps) if (one := _sentence(*step, file, cells, problems)) is not None]
            place = Place(file, line, scenario["name"].strip() if cells else "")
            self.found.append(Workflow(scenario["name"].strip(), place, tuple(read), cells, marked, description))
        return list(dict.fromkeys(problems))


def _sample(text: str, scenario: Mapping[str, Any]) -> str:
    _, cells = _rows(scenario)[0]
    return _filled(text, cells)


def _rows(scenario: Mapping[str, Any]) -> list[tuple[int, Mapping[str, str]]]:
    """Return line and cells of every row of an outline's tables; a plain scenario is one row without cells."""
    found: list[tuple[int, Mapping[str, str]]] = []
    for examples in scenario["examples"]:
        headings = [cell["value"] for cell in (examples.get("tableHeader") or {"cells": []})["cells"]]
        for row in examples.get("tableBody", ()):
            cells = [cell["value"] for cell in row["cells"]]
            found.append((row["location"]["line"], dict(zip(headings, cells, strict=False))))
    return found or [(scenario["location"]["line"], {})]


def _filled(text: str, cells: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: cells.get(match[1], match[0]), text).strip()


def _roles(steps: Sequence[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    found: list[tuple[str, Mapping[str, Any]]] = []
    role = "given"
    for step in steps:
        role = _ROLE.get(step["keywordType"], role)
        found.append((role, step))
    return found


def _shape_of(text: str, role: str | None) -> tuple[Shape, re.Match[str]] | None:
    for shape in SHAPES:
        if role is None or role in shape.roles:
            matched = shape.pattern.fullmatch(text)
            if matched is not None:
                return shape, matched
    return None


def _sentence(
    role: str, step: Mapping[str, Any], file: str, cells: Mapping[str, str], problems: list[Problem]
) -> Sentence | None:
    text = _filled(step["text"], cells)
    place = Place(file, step["location"]["line"], cell=text)
    found = _shape_of(text, role)
    if found is None:
        problems.append(_unknown(role, text, place))
        return None
    shape, matched = found
    table = (step.get("dataTable") or {}).get("rows", ())
    pairs = _pairs(table, file, cells, shape, text, place, problems)
    parts = {name: value for name, value in matched.groupdict().items() if value is not None}
    return Sentence(place, role, shape.kind, text, parts, pairs)


def _pairs(
    rows: Sequence[Mapping[str, Any]],
    file: str,
    cells: Mapping[str, str],
    shape: Shape,
    text: str,
    place: Place,
    problems: list[Problem],
) -> tuple[tuple[Cell, Cell], ...]:
    found: list[tuple[Cell, Cell]] = []
    if rows and shape.kind != "person":
        problems.append(
            Problem(
                place,
                "a table below a sentence that makes a record",
                f'one below "{text}"',
                how="Take the table away, or put its fields below `Given a … with`.",
                code="workflow-table",
            )
        )
        return ()
    for row in rows:
        line = row["location"]["line"]
        read = [Cell(_filled(cell["value"], cells), Place(file, line, cell=cell["value"])) for cell in row["cells"]]
        if len(read) != 2 or not read[0].text:
            problems.append(
                Problem(
                    Place(file, line),
                    "two cells, a field and its value",
                    f"{len(read)} cells" if len(read) != 2 else "no field",
                    how="Write one field on each line: `| status | Active |`.",
                    code="workflow-table",
                )
            )
            continue
        found.append((read[0], read[1]))
    return tuple(found)


def _unknown(role: str, text: str, place: Place) -> Problem:
    elsewhere = _shape_of(text, None)
    fitting = [shape for shape in SHAPES if role in shape.roles]
    if elsewhere is not None:
        words = " or ".join(one.capitalize() for one in elsewhere[0].roles)
        return Problem(
            place,
            f"this sentence after {words}",
            f"{role.capitalize()} {text}",
            how="Given and When say what is done, Then says what must be so.",
            code="unknown-sentence",
        )
    return Problem(
        place,
        f"a sentence of workflows after {role.capitalize()}",
        f'"{text}"',
        did_you_mean=_in_quotes(text, role) or _most_like(text, fitting),
        how="The others are: " + "; ".join(f"`{shape.shown}`" for shape in fitting) + ". Sentences of your own team's "
        "steps/ cannot stand in one scenario with these.",
        code="unknown-sentence",
    )


def _in_quotes(text: str, role: str) -> str | None:
    """Return a sentence of the vocabulary with its last words in quotes, where it lacks only these."""
    words = text.split(" ")
    for first in range(len(words) - 1, 0, -1):
        quoted = f'{" ".join(words[:first])} "{" ".join(words[first:])}"'
        if '"' not in "".join(words[first:]) and _shape_of(quoted, role) is not None:
            return quoted
    return None


def _most_like(text: str, shapes: Sequence[Shape]) -> str | None:
    """Return the sentence of the vocabulary that is most like a text, whatever stands in quotes."""
    known = [*(shape.example.partition(" ")[2] for shape in shapes), *(_OPTIONAL.sub("", one.shown) for one in shapes)]
    meant = {_QUOTED.sub('""', one): one for one in reversed(known)}
    return meant.get(nearest(_QUOTED.sub('""', text), meant) or "")
