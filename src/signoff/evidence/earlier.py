"""Read an earlier sheet, and mark in a new one what is new or changed since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from signoff.errors import Place, Problem, ScopeError
from signoff.evidence.acceptance import Acceptance, Since
from signoff.evidence.data import INDEX_SCHEMA, SCHEMA, statements
from signoff.evidence.difference import Kind, compare


def sheets(file: Path, shown: str = "") -> dict[str, Mapping[str, Any]]:
    """Return the sheets that a `signoff.json` holds or lists, by integration; raises `ScopeError`.

    `shown` is how the file is named in messages.
    """
    name = shown or str(file)
    document = _read(file, name)
    if document.get("schema") == SCHEMA:
        return {document["integration"]: document}
    found: dict[str, Mapping[str, Any]] = {}
    for entry in document["integrations"]:
        found.update(sheets(file.parent / entry["file"], f"{name}: {entry['file']}"))
    return found


def _read(file: Path, name: str) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _wrong(name, error.strerror or type(error).__name__) from None
    except ValueError:
        raise _wrong(name, "text that is no JSON") from None
    schema = document.get("schema") if isinstance(document, dict) else None
    known = {SCHEMA: ("integration", "statements", "started"), INDEX_SCHEMA: ("integrations",)}
    if schema not in known or any(key not in document for key in known[schema]):
        raise _wrong(name, f"the schema {schema}" if isinstance(schema, str) else "JSON of another kind")
    return dict(document)


def _wrong(name: str, found: str) -> ScopeError:
    return ScopeError(
        Problem(
            Place(name),
            f"a sheet of an earlier run: a signoff.json of the schema {SCHEMA}",
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
