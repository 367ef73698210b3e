"""Read one feature file into a Document, or say everything that is wrong with it.

pytest-bdd passes many slips in silence (one of two scenarios of a name is lost, an Examples table without rows
runs once, the last of two equal columns wins); here each is an error with its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from signoff.chart import Chart, ValueTable
from signoff.errors import Place, Problem, ScopeError
from signoff.gherkin.bindings import is_binding, read_binding
from signoff.gherkin.matters import MattersRead
from signoff.gherkin.policy import policy
from signoff.gherkin.populations import lifecycle, population
from signoff.gherkin.sentences import check_steps, unknown_placeholders
from signoff.gherkin.syntax import outline_keywords, parse
from signoff.gherkin.tables import chart, exceptions, read_table, value_table
from signoff.gherkin.tags import KINDS, MATTERS, NOT_YET, Level, check, described, kind_of, labels, level
from signoff.gherkin.workflows import WorkflowsRead
from signoff.scope import Agreed, Binding, Document, Lifecycle, Policy, Population

LONGEST: Final = 100_000
"""Characters of a line; that of a table with a dozen cells has some hundred."""
_NO_HEADINGS: Final[Mapping[str, str]] = {}


@dataclass(slots=True)
class _Reading:
    """Gather what a document holds while it is walked."""

    file: str
    sides: Mapping[str, str]
    own: Sequence[str]
    outlines: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)
    bindings: list[Binding] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    tables: list[ValueTable] = field(default_factory=list)
    populations: list[Population] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    lifecycles: list[Lifecycle] = field(default_factory=list)
    exceptions: list[Agreed] = field(default_factory=list)
    scenarios: dict[str, int] = field(default_factory=dict)
    matters: MattersRead = field(default_factory=MattersRead)
    workflows: WorkflowsRead = field(default_factory=WorkflowsRead)


def read_document(
    text: str, file: str, headings: Mapping[str, str] = _NO_HEADINGS, own_tags: Sequence[str] = ()
) -> Document:
    """Read the text of a feature file into a Document, in any language that Gherkin knows.

    `file` is what places show, relative to the suite's root. `headings` (the toml's, in lower case) name the side,
    `ats` or `app`, of a column by its whole heading or its first words, so that swapped columns are noticed.
    `own_tags` are the team's, without @. Raises `ScopeError` with all problems of the file.
    """
    problems = [
        Problem(
            Place(file, number),
            f"a line of at most {LONGEST:,} characters",
            f"{len(line):,}",
            how="Put values into a table of their own, or divide the row.",
            code="too-long",
        )
        for number, line in enumerate(text.split("\n"), 1)
        if len(line) > LONGEST
    ]
    if problems:
        raise ScopeError(problems)
    feature = parse(text, file)
    reading = _Reading(file, headings, own_tags, outline_keywords(feature["language"]))
    top = level(feature)
    reading.problems += check([top], file, own_tags)
    if not feature["name"].strip():
        place = Place(file, feature["location"]["line"])
        reading.problems.append(Problem(place, "a name after Feature:", "none", code="no-name"))
    _walk(reading, feature["children"], [top], "")
    _bound(reading)
    if reading.problems:
        raise ScopeError(sorted(reading.problems, key=lambda one: one.where.line))
    return Document(
        file=file,
        name=feature["name"].strip(),
        description=described(feature),
        bindings=tuple(reading.bindings),
        charts=tuple(reading.charts),
        tables=tuple(reading.tables),
        populations=tuple(reading.populations),
        exceptions=tuple(reading.exceptions),
        scenarios=tuple(reading.scenarios.items()),
        tags=tuple(tag for tag, _ in top.tags),
        matters=reading.matters.all(),
        workflows=tuple(reading.workflows.found),
        policies=tuple(reading.policies),
        lifecycles=tuple(reading.lifecycles),
    )


def _walk(reading: _Reading, children: Sequence[Mapping[str, Any]], levels: list[Level], group: str) -> None:
    for child in children:
        if background := child.get("background"):
            _background(reading, background, group)
        elif rule := child.get("rule"):
            here = level(rule)
            reading.problems += check([here], reading.file, reading.own)
            name = rule["name"].strip()
            if not name:
                place = Place(reading.file, rule["location"]["line"])
                reading.problems.append(Problem(place, "a name after Rule:", "none", code="no-name"))
            _walk(reading, rule["children"], [*levels, here], name)
        elif scenario := child.get("scenario"):
            _scenario(reading, scenario, levels, group)


def _background(reading: _Reading, background: Mapping[str, Any], group: str) -> None:
    reading.problems += check_steps(background["steps"], reading.file)
    found = [step for step in background["steps"] if is_binding(step["text"])]
    reading.workflows.background[group] = [step for step in background["steps"] if not is_binding(step["text"])]
    for number, step in enumerate(found):
        place = Place(reading.file, step["location"]["line"])
        if number:
            reading.problems.append(
                Problem(
                    place,
                    "one binding for each Feature or Rule",
                    f'another: "{step["text"]}"',
                    how="Put each binding and its charts under a Rule: of its own.",
                    code="two-bindings",
                )
            )
            continue
        binding, problems = read_binding(step["text"], place, group)
        reading.problems += problems
        if binding is not None:
            reading.bindings.append(binding)


def _scenario(reading: _Reading, scenario: Mapping[str, Any], above: list[Level], group: str) -> None:
    here = level(scenario)
    line = scenario["location"]["line"]
    place = Place(reading.file, line)
    name = scenario["name"].strip()
    tables = [(examples, level(examples)) for examples in scenario["examples"]]
    reading.problems += check([here, *(tags for _, tags in tables)], reading.file, reading.own)
    reading.problems += check_steps(scenario["steps"], reading.file)
    if not scenario["steps"]:
        reading.problems.append(
            Problem(place, "at least one step", f'"{name}" without steps', how="Add its steps.", code="no-steps")
        )
    reading.problems += [
        Problem(
            Place(reading.file, step["location"]["line"]),
            "a binding in the Background of its Feature or Rule",
            f'"{step["text"]}" in a scenario',
            how="Move it under Background:.",
            code="binding",
        )
        for step in scenario["steps"]
        if is_binding(step["text"])
    ]
    kinds = [kind_of([*above, here, tags]) for _, tags in tables] or [kind_of([*above, here])]
    waiting = [kind for kind in dict.fromkeys(kinds) if kind in NOT_YET]
    if waiting:
        reading.problems += [_not_yet(place, kind) for kind in waiting]
        return
    if not tables and (scenario["keyword"] in reading.outlines or kind_of([here])):
        reading.problems.append(
            Problem(
                place,
                "an Examples: table with rows",
                f'the empty chart or table "{name}"',
                how="Add its Examples: table, or write Scenario: instead.",
                code="empty-table",
            )
        )
        return
    if not tables or not any(kinds):
        _named_once(reading, name, place)
        reading.problems += reading.workflows.add(
            scenario, reading.file, group, labels([*above, here]), here.description
        )
    unsaid = [examples for (examples, _), kind in zip(tables, kinds, strict=False) if not kind] if any(kinds) else []
    reading.problems += [
        Problem(
            Place(reading.file, examples["location"]["line"]),
            f"a tag that says what this table holds: {', '.join(f'@{kind}' for kind in KINDS)}",
            "none",
            how="Put the tag above the Scenario Outline.",
            code="untagged-table",
        )
        for examples in unsaid
    ]
    if not name:
        reading.problems.append(Problem(place, "a name", "none", how="Name the scenario.", code="no-name"))
    reading.problems += unknown_placeholders(scenario, reading.file)
    for examples, tags in tables:
        _table(reading, scenario, examples, [*above, here, tags], group)


def _table(
    reading: _Reading, scenario: Mapping[str, Any], examples: Mapping[str, Any], levels: list[Level], group: str
) -> None:
    kind = kind_of(levels)
    description = next((one.description for one in reversed(levels[-2:]) if one.description), "")
    table, problems = read_table(examples, reading.file, labels(levels), description, group)
    reading.problems += problems
    if kind in KINDS:
        reading.problems += check_steps(scenario["steps"], reading.file, kind, examples["location"]["line"])
    if kind == "chart":
        found, wrong = chart(table, reading.sides)
        reading.charts.append(found)
        reading.problems += wrong
    elif kind == "values":
        values, wrong = value_table(table, reading.sides)
        reading.tables.append(values)
        reading.problems += wrong
    elif kind == "population":
        who, wrong = population(table)
        reading.populations.append(who)
        reading.problems += wrong
    elif kind == "bad-data":
        what, wrong = policy(table)
        reading.policies.append(what)
        reading.problems += wrong
    elif kind == "lifecycle":
        becomes, wrong = lifecycle(table)
        reading.lifecycles.append(becomes)
        reading.problems += wrong
    elif kind == "exceptions":
        agreed, wrong = exceptions(table)
        reading.exceptions += agreed
        reading.problems += wrong
    elif kind in MATTERS:
        reading.problems += reading.matters.add(kind, table)


def _named_once(reading: _Reading, name: str, place: Place) -> None:
    if name in reading.scenarios:
        reading.problems.append(
            Problem(
                place,
                "each scenario's name once in a file",
                f'"{name}", which also stands in line {reading.scenarios[name]}',
                how="Rename one: of two scenarios of one name only the last would run.",
                code="duplicate-scenario",
            )
        )
    else:
        reading.scenarios[name] = place.line


def _not_yet(place: Place, kind: str) -> Problem:
    return Problem(
        place,
        f"a table that this version can test: {', '.join(f'@{one}' for one in KINDS)}",
        f"@{kind}, which the language knows and this version cannot test yet",
        how="Take it out of the document for now; it would only look tested.",
        code="not-yet",
    )


def _bound(reading: _Reading) -> None:
    """Report charts and populations that no binding covers."""
    groups = {binding.group for binding in reading.bindings}
    broken = any(problem.code in ("binding", "not-yet", "two-bindings") for problem in reading.problems)
    if "" in groups or broken:
        return
    for what, name, place, group in _needing(reading):
        if group not in groups:
            reading.problems.append(
                Problem(
                    place,
                    "a binding in the Background of its Feature or Rule",
                    f'the {what} "{name}" without one',
                    how="Write under Background: for instance `Given each Candidate is a worker`.",
                    code="unbound",
                )
            )


def _needing(reading: _Reading) -> Iterator[tuple[str, str, Place, str]]:
    for one in reading.charts:
        yield "chart", one.name, one.place, one.group
    for who in reading.populations:
        yield "population", who.name, who.place, who.group
    for what in reading.policies:
        yield "bad-data table", what.name, what.place, what.group
    for becomes in reading.lifecycles:
        yield "lifecycle", becomes.name, becomes.place, becomes.group
