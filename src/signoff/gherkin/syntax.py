"""Parse Gherkin text by gherkin-official and say in plain words what is broken.

The official parser names its token classes (`#TableRow`); an author needs "a table row".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from gherkin.dialect import DIALECTS, Dialect
from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser

from signoff.errors import Place, Problem, ScopeError, nearest

_WORDS = {
    "#FeatureLine": "Feature:",
    "#RuleLine": "Rule:",
    "#BackgroundLine": "Background:",
    "#ScenarioLine": "Scenario: or Scenario Outline:",
    "#ExamplesLine": "Examples:",
    "#StepLine": "a step (Given, When, Then, And, But)",
    "#TableRow": "a table row",
    "#DocStringSeparator": 'a text block (""")',
    "#TagLine": "a line of tags",
    "#Language": "a language line",
}
_GOT = re.compile(r"expected: (?P<expected>.*), got '(?P<got>.*)'$", re.DOTALL)
_NAMED = re.compile(r"\s*#\s*language\s*:\s*([\w-]+)")
_ESCAPED = re.compile(r"\\.")
_POSITION = re.compile(r"^\(\d+:\d+\): ")


def parse(text: str, file: str) -> dict[str, Any]:
    """Return the feature of a document as gherkin-official's dictionaries.

    Raises `ScopeError` with one problem for each syntax error, each with line and column.
    """
    try:
        parsed = Parser().parse(text.removeprefix("\ufeff"))
    except CompositeParserException as error:
        raise ScopeError([_problem(one, text, file) for one in error.errors]) from None
    except ParserException as error:
        raise ScopeError(_problem(error, text, file)) from None
    if "feature" not in parsed:
        raise ScopeError(
            Problem(
                Place(file, 1),
                "a document that begins with Feature:",
                "no Feature",
                how="Give the document a name: `Feature: Workers`.",
                code="no-feature",
            )
        )
    return dict(parsed["feature"])


def outline_keywords(language: str) -> frozenset[str]:
    """Return the words that begin a Scenario Outline in a language that Gherkin knows."""
    dialect = Dialect.for_name(language)
    return frozenset(dialect.scenario_outline_keywords) if dialect else frozenset({"Scenario Outline"})


def _language(text: str) -> str:
    """Return the language that the first lines name; English where they name none that Gherkin knows."""
    named = _NAMED.match(text.removeprefix("\ufeff"))
    return named[1] if named and Dialect.for_name(named[1]) else "en"


def _problem(error: ParserException, text: str, file: str) -> Problem:
    line, column = int(error.location["line"]), int(error.location.get("column", 0) or 0)
    message = _POSITION.sub("", str(error))
    place = Place(file, line, column=column)
    matched = _GOT.match(message)
    if matched:
        words = [_WORDS[token] for token in matched["expected"].split(", ") if token in _WORDS]
        expected = ", ".join(words) or "the end of the document"
        how = _begin(_language(text)) if "#FeatureLine" in matched["expected"] else _advice(matched["got"])
        return Problem(place, expected, f'"{matched["got"]}"', how=how, code="syntax")
    if "inconsistent cell count" in message:
        return Problem(
            place,
            "as many cells in this row as in the table's heading",
            _uneven(text.split("\n"), line),
            how="Look for a missing | or write a | inside a cell as \\|.",
            code="uneven-row",
        )
    if message.startswith("unexpected end of file"):
        return Problem(
            place,
            "something after the tags, or the end of a text block",
            "the end of the document",
            how="Complete the document, or remove the last line.",
            code="syntax",
        )
    if message.startswith("Language not supported: "):
        named = message.removeprefix("Language not supported: ")
        return Problem(
            place,
            "a language that Gherkin knows",
            named,
            nearest(named.partition("_")[0], DIALECTS),
            "Write its code, such as `de` or `en-au`; without the line it is English.",
            "language",
        )
    return Problem(place, "Gherkin", message, code="syntax")


def _uneven(lines: Sequence[str], number: int) -> str:
    """Return how many cells the row of a line has, and how many the heading of its table."""
    first = number
    while first > 1 and lines[first - 2].lstrip().startswith(("|", "#")):
        first -= 1
    heading = next(line for line in lines[first - 1 :] if line.lstrip().startswith("|"))
    own, wanted = (_ESCAPED.sub("", line.partition("|")[2]).count("|") for line in (lines[number - 1], heading))
    return f"{own} cell{'' if own == 1 else 's'}, and {wanted} in the heading"


def _advice(got: str) -> str:
    if got.startswith("Feature"):
        return "Put each Feature into a file of its own."
    if got.startswith("Background"):
        return "Keep one Background, before the first Scenario of its Feature or Rule."
    if got.startswith("|"):
        return "A table stands under Examples: or under a step."
    return "Begin the line with one of these words, or with # if it is a comment."


def _begin(language: str) -> str:
    """Say how a document begins, where a line stands before its Feature that may not stand there."""
    dialect = Dialect.for_name(language)
    word = dialect.feature_keywords[0] if dialect else "Feature"
    asked = f", as `# language: {language}` asks for, or remove that" if language != "en" else ""
    return f"Begin the document with `{word}:` and its name{asked}."
