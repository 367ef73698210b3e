"""Write what the code knows into the documentation: `python docs/generate.py`, or `--check` to see what is stale.

Whole pages: the rules, the codes of lint, the planted defects, the schema of signoff.json. Blocks between
`<!-- generated: NAME -->` and `<!-- end -->` in the other pages: verdicts, command-line options, keys of the toml,
types. So no page can say other than the program does.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from _pytest.config.argparsing import Parser

import signoff.evidence
from signoff.agreement.told import _OWN as OWN_STATEMENTS
from signoff.evidence.acceptance import REFUSED, GateLevel
from signoff.evidence.wording import WORDS
from signoff.gherkin import workflows
from signoff.lint import reference as lint
from signoff.plugin.options import add_options
from signoff.rules import reference as rules
from signoff.schema import Type, Wire
from signoff.settings import keys
from signoff.verdict import Outcome

ROOT = Path(__file__).resolve().parent.parent
DEFECTS = ROOT / "tests" / "defects"
REFERENCE = ROOT / "docs" / "reference"
SCHEMA = Path(signoff.evidence.__file__).parent / "signoff.schema.json"
_BLOCK = re.compile(r"(<!-- generated: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
_ENDS: Mapping[Outcome, str] = {
    Outcome.FAILED: "failed",
    Outcome.BLOCKED: "error",
    Outcome.NOT_EXERCISED: "failed",
    Outcome.WAIVED: "skipped",
    Outcome.OPEN: "skipped",
    Outcome.ASSUMED: "passed",
    Outcome.VERIFIED: "passed",
}


def verdicts() -> str:
    """Return the table of verdicts, best first: its sign, what it means, how pytest shows it, who refuses it."""
    lines = ["| verdict | when | in pytest | refused by the gate |", "|---|---|---|---|"]
    for outcome in reversed(Outcome):
        word = WORDS[outcome]
        levels = [level.value for level in GateLevel if outcome in REFUSED[level]]
        gate = ", ".join(f"`{level}`" for level in levels) or "never"
        lines.append(f"| {word.icon} **{word.name}** | {word.meaning} | {_ENDS[outcome]} | {gate} |")
    return "\n".join(lines)


def options() -> str:
    """Return the harness's own command-line options."""
    parser = Parser(_ispytest=True)
    add_options(parser)
    lines = ["| option | meaning |", "|---|---|"]
    for group in parser._groups:
        for option in group.options:
            said = option.attrs()
            value = said.get("metavar") or "|".join(said.get("choices") or ())
            name = f"{option.names()[0]} {value}".strip().replace("|", "\\|")
            lines.append(f"| `{name}` | {str(said['help']).capitalize()} |")
    return "\n".join(lines)


def types() -> str:
    """Return the words that `[types]` takes."""
    named = ", ".join(f"`{one.value}`" for one in Type)
    wires = ", ".join(f"`{one.value}`" for one in Wire)
    return f"Types: {named}, or `reference to ENTITY`.\n\nAfter `as`, how a type is written on the wire: {wires}."


def own() -> str:
    """Return the statements that every binding makes without being asked."""
    lines = ["| id | promise |", "|---|---|"]
    for suffix, _, sentence in OWN_STATEMENTS:
        said = sentence.format("worker", "Candidate", "Worker")
        lines.append(f"| `worker:{suffix}` | {said} |")
    return "\n".join(lines)


def sentences() -> str:
    """Return the vocabulary of workflows."""
    lines = ["| after | sentence | meaning | for instance |", "|---|---|---|---|"]
    for one in workflows.SHAPES:
        words = [word.capitalize() for word in one.roles]
        shown = one.shown.replace("|", "\\|")
        lines.append(f"| {', '.join(words)} | `{shown}` | {one.meaning} | `{one.example}` |")
    return "\n".join(lines)


BLOCKS: Mapping[str, Callable[[], str]] = {
    "verdicts": verdicts,
    "options": options,
    "toml": keys.reference,
    "types": types,
    "own-statements": own,
    "sentences": sentences,
}


def planted_defects() -> str:
    """Return the page of planted defects; what it reads belongs to the tests, and is no part of the package."""
    if str(DEFECTS) not in sys.path:
        sys.path.insert(0, str(DEFECTS))
    bench, witnesses = importlib.import_module("bench"), importlib.import_module("witnesses")
    return str(witnesses.page(bench.bound()[1]))


def pages() -> Iterator[tuple[Path, str]]:
    """Yield every page that holds something generated, as it should be. Raises KeyError for an unknown block."""
    yield REFERENCE / "rules.md", rules.markdown()
    yield REFERENCE / "lint.md", lint.markdown()
    yield REFERENCE / "planted-defects.md", planted_defects()
    yield REFERENCE / "signoff.schema.json", SCHEMA.read_text(encoding="utf-8")
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = page.read_text(encoding="utf-8")
        if page.name not in ("rules.md", "lint.md", "planted-defects.md") and _BLOCK.search(text):
            yield page, _BLOCK.sub(lambda found: f"{found[1]}{BLOCKS[found[2]]()}\n{found[3]}", text)


def stale() -> list[Path]:
    """Return the pages that say other than the code does, from the root."""
    return [
        page.relative_to(ROOT)
        for page, text in pages()
        if not page.is_file() or page.read_text(encoding="utf-8") != text
    ]


def main() -> int:
    """Write the pages, or with --check only name the stale ones; 0, or 1 when some are."""
    parser = argparse.ArgumentParser(prog="docs/generate.py", description="Write the generated pages.")
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 when a page is stale")
    found = stale()
    if parser.parse_args().check:
        for page in found:
            sys.stdout.write(f"stale: {page}\n")
        return 1 if found else 0
    for page, text in list(pages()):
        page.write_text(text, encoding="utf-8")
    sys.stdout.write(f"docs: {len(found)} of {len(list(pages()))} generated pages changed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
