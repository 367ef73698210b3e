"""Write the reference page of codes."""

from __future__ import annotations

from collections.abc import Iterator

from signoff.lint.codes import CODES, Code
from signoff.lint.run import LOADED

assert LOADED

_HEAD = """\
# Lint

`signoff lint` reads the documents, the toml and the schemas as a compiler reads a program, and touches no system. Each
finding has a place, a code and a way to go on. The same checks are the first step of every `pytest`.

| level | means | `signoff lint` ends with | `pytest` |
|---|---|---|---|
| error | the documents cannot be tested as they are | 1 | stops before any system is touched |
| warning | it can be tested, and is probably not what was meant | 0, with `--strict` 1 | says how many there are |
| note | worth knowing; nothing is wrong | 0 | says nothing |

A wrong use of the command (no suite here, no such integration) ends with 2. In messages, the example of a code is what
the code is found in.

| code | level | what |
|---|---|---|
"""


def markdown() -> str:
    """Return `docs/reference/lint.md`."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    rows = [
        f"| [{one.name}](#{one.name}) | {one.level.value} | {one.what} |" for one in sorted(CODES.values(), key=_name)
    ]
    yield _HEAD + "\n".join(rows)
    for section in ("Documents", "Names and rules", "Agreements", "The toml and the systems"):
        yield ""
        yield f"## {section}"
        for one in sorted((one for one in CODES.values() if one.section == section), key=_name):
            yield from _entry(one)


def _name(one: Code) -> str:
    return one.name


def _entry(one: Code) -> Iterator[str]:
    yield ""
    yield f"### {one.name}"
    yield ""
    yield f"*{one.level.value}* · {one.what} {one.why}"
    yield ""
    if one.bad:
        yield f"Found in: {one.bad}"
        yield ""
    yield f"To go on: {one.fix}"
