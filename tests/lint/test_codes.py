"""Every problem of a document has a code, every code is explained, and none is explained in vain."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from signoff.lint import reference, run
from signoff.lint.codes import CODES, OTHER, RULES, Code

SOURCE = Path(__file__).parents[2] / "src" / "signoff"
READING = ("gherkin", "agreement", "expressions", "rules", "settings")
SYSTEMS = (
    "systems/registry.py",
    "systems/bullhorn/schemas.py",
    "systems/openapi/description.py",
    "systems/openapi/document.py",
    "systems/openapi/options.py",
    "systems/openapi/parsing.py",
    "systems/openapi/sound.py",
    "systems/openapi/validation.py",
    "systems/keys.py",
    "trial/filled.py",
    "plugin/agreeing.py",
    "plugin/environments.py",
    "connectors/sought.py",
)
"""Where a problem can be made while documents are read and bound."""
WORKED_OUT = (
    *("rule-syntax", "condition-syntax", "formula-syntax", "cell-syntax"),
    *("no-then", "then-before-sync", "unknown-person", "twice-named", "workflow-value"),
    *("lifecycle-when", "lifecycle-then", "lifecycle-twice"),
    *("too-long", "too-many-terms", "too-deep", "count", "number", "date", "regex"),
)
"""Codes that the source puts together, f"{kind}-syntax", or hands over: those of workflows, lifecycles and limits."""

assert run.LOADED


def _files() -> Iterator[Path]:
    for room in READING:
        yield from sorted((SOURCE / room).rglob("*.py"))
    yield from (SOURCE / name for name in SYSTEMS)


def _problems() -> Iterator[tuple[str, str | None]]:
    """Yield where each problem is made, and its code: None where it has none, "" where it is worked out."""
    for file in _files():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
                given = [one.value for one in node.keywords if one.arg == "code"] + node.args[5:]
                where = f"{file.relative_to(SOURCE)}:{node.lineno}"
                yield where, (getattr(given[0], "value", "") if given else None)


def test_every_problem_of_reading_and_binding_has_a_code() -> None:
    assert [where for where, code in _problems() if code is None] == []


def test_every_code_in_the_source_is_explained() -> None:
    assert {code for _, code in _problems() if isinstance(code, str) and code} - set(CODES) == set()


def test_no_code_is_explained_that_nothing_has() -> None:
    used = {code for _, code in _problems()} | {one.code for one in RULES} | {OTHER, *WORKED_OUT}
    assert set(CODES) - used == set()


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.name)
def test_a_code_is_explained_in_sentences(code: Code) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code.name)
    for text in (code.what, code.why, code.fix):
        assert text.endswith((".", "?"))
    assert code.bad or code.name == OTHER


def test_the_page_has_a_heading_for_every_code() -> None:
    page = reference.markdown()
    assert [name for name in CODES if f"\n### {name}\n" not in page or f"](#{name})" not in page] == []
