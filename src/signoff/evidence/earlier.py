"""Read an earlier sheet, and mark in a new one what is new or changed since."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from signoff.errors import Place, Problem, ScopeError
from signoff.evidence.acceptance import Acceptance, Since
from signoff.evidence.data import INDEX_SCHEMA, SCHEMA, statements
from signoff.evidence.difference import LABELS, Kind, compare


def sheets(file: Path, shown: str = "") -> dict[str, Mapping[str, Any]]:
    """Return the sheets that a `signoff.json` holds or lists, by integration; raises `ScopeError`.

    What is compared of a sheet is sound afterwards, so that nothing can go wrong with it when a run has ended.
    `shown` is how the file is named in messages.
    """
    name = shown or str(file)
    document = _read(file, name)
    if document.get("schema") == SCHEMA:
        return {document["integration"]: document}
    found: dict[str, Mapping[str, Any]] = {}
    for entry in document["integrations"]:
        inner = f"{name}: {entry['file']}"
        sheet = _read(file.parent / entry["file"], inner)
        if sheet.get("schema") != SCHEMA:
            raise _wrong(inner, f"the schema {sheet['schema']}: a list of sheets within a list")
        found[sheet["integration"]] = sheet
    return found


def _read(file: Path, name: str) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _wrong(name, error.strerror or type(error).__name__) from None
    except (ValueError, RecursionError):
        raise _wrong(name, "text that is no JSON") from None
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema == SCHEMA:
        wrong = next(_wrong_in_sheet(document), None)
    elif schema == INDEX_SCHEMA:
        wrong = next(_wrong_in_index(document), None)
    else:
        raise _wrong(name, f"the schema {schema}" if isinstance(schema, str) else "JSON of another kind")
    if wrong is not None:
        key, expected, found = wrong
        raise _wrong(name, found, f"{expected} as its {key}")
    return dict(document)


_TEXTS = ("id", "kind", "title", "file")
_TEXTS_OR_NONE = ("sentence", "hash", "verdict", *LABELS)
_Wrong = tuple[str, str, str]
"""A key, what it should hold, and what it holds."""


def _wrong_in_sheet(document: Mapping[str, Any]) -> Iterator[_Wrong]:
    yield from _unless(document, "integration", str, "a text")
    yield from _unless(document, "started", str, "a text")
    yield from _unless(document, "statements", list, "a list")
    for number, one in enumerate(document["statements"]):
        here = f"statements[{number}]"
        if not isinstance(one, dict):
            yield here, "a table", _said(one)
        for key in _TEXTS:
            yield from _unless(one, key, str, "a text", here)
        yield from _unless(one, "line", int, "a whole number", here)
        yield from _unless(one, "cells", dict, "a table of texts", here)
        yield from _unless({"grounds": None} | one, "grounds", dict | None, "a table of texts or null", here)
        for table in ("cells", "grounds"):
            for heading, text in (one.get(table) or {}).items():
                if not isinstance(text, str):
                    yield f"{here}.{table}.{heading}", "a text", _said(text)
        for key in _TEXTS_OR_NONE:
            yield from _unless({key: None} | one, key, str | None, "a text or null", here)


def _wrong_in_index(document: Mapping[str, Any]) -> Iterator[_Wrong]:
    yield from _unless(document, "integrations", list, "a list")
    for number, entry in enumerate(document["integrations"]):
        here = f"integrations[{number}]"
        if not isinstance(entry, dict):
            yield here, "a table", _said(entry)
        yield from _unless(entry, "file", str, "a text", here)


def _unless(table: Mapping[str, Any], key: str, kind: Any, expected: str, here: str = "") -> Iterator[_Wrong]:
    place = f"{here}.{key}" if here else key
    if key not in table:
        yield place, expected, f"no {key}"
    elif not isinstance(table[key], kind) or isinstance(table[key], bool):
        yield place, expected, _said(table[key])


def _said(value: Any) -> str:
    names = {dict: "a table", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _wrong(name: str, found: str, wanted: str = "") -> ScopeError:
    return ScopeError(
        Problem(
            Place(name),
            f"a sheet of an earlier run: a signoff.json of the schema {SCHEMA}"
            + (f", with {wanted}" if wanted else ""),
            found,
            how="Name a file that a run wrote, for instance reports/signoff.json of the last sign-off, kept elsewhere.",
            code="earlier-sheet",
        )
    )


def sheet_of(integration: str, file: Path, shown: str = "") -> Mapping[str, Any]:
    """Return the earlier sheet of one integration; raises `ScopeError` if the file holds none."""
    found = sheets(file, shown)
    if integration not in found:
        raise ScopeError(
            Problem(
                Place(shown or str(file)),
                f"a sheet of {integration}",
                f"one of {', '.join(found) or 'no integration'}",
                how="Name the earlier sheet of the same integration.",
                code="earlier-sheet",
            )
        )
    return found[integration]


def since(acceptance: Acceptance, earlier: Mapping[str, Any]) -> Since:
    """Return what is new or changed in an acceptance since an earlier sheet, and what is gone."""
    changes = compare(earlier["statements"], statements(acceptance))
    marks = {
        one.id: "new" if one.kind is Kind.ADDED else "changed"
        for one in changes
        if one.kind is Kind.ADDED or (one.kind is Kind.CHANGED and one.stale)
    }
    gone = tuple(one.id for one in changes if one.kind is Kind.REMOVED)
    return Since(str(earlier["started"]), marks, gone, bool(earlier.get("verdict") == "accepted"))
