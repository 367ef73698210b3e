"""Read an OpenAPI document: YAML or JSON, version 3.0 or 3.1, every reference followed, lines kept for errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.systems.openapi.parsing import Pointer, line_of, parsed
from signoff.systems.openapi.structure import slips

_MOST_SLIPS: Final = 20
"""A document that was written by a broken program has thousands, all alike."""

_METHODS: Final = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """Hold a checked document. `minor` is 0 or 1; `root` has text keys only."""

    file: str
    minor: int
    root: Mapping[str, Any]
    text: str

    def place(self, pointer: Pointer) -> Place:
        """Return the place of a spot, with the line of it or of the nearest thing around it."""
        return Place(self.file, line_of(self.text, pointer), cell="/".join(pointer))

    def find(self, reference: str) -> Any:
        """Return what a local reference (`#/components/schemas/Worker`) names; raise KeyError if nothing."""
        here: Any = self.root
        for key in pointer_of(reference):
            if isinstance(here, Mapping):
                here = here[key]
            elif isinstance(here, list) and key.isdigit() and int(key) < len(here):
                here = here[int(key)]
            else:
                raise KeyError(key)
        return here

    def follow(self, node: Any) -> Any:
        """Return a node, or what it refers to, through as many references as there are."""
        seen: set[str] = set()
        while isinstance(node, Mapping) and isinstance(node.get("$ref"), str) and node["$ref"] not in seen:
            seen.add(node["$ref"])
            node = self.find(node["$ref"])
        return node

    def schemas(self) -> Mapping[str, Any]:
        """Return the named schemas."""
        found = self.root.get("components", {}).get("schemas", {})
        return found if isinstance(found, Mapping) else {}

    def paths(self) -> Mapping[str, Any]:
        """Return the paths."""
        found = self.root.get("paths", {})
        return found if isinstance(found, Mapping) else {}

    def operation(self, path: str, method: str) -> Mapping[str, Any] | None:
        """Return the operation of a path, or None; `method` in small letters."""
        item = self.follow(self.paths().get(path, {}))
        found = item.get(method)
        return found if isinstance(found, Mapping) else None

    def methods(self, path: str) -> tuple[str, ...]:
        """Return the methods that a path offers, in capitals."""
        item = self.follow(self.paths().get(path, {}))
        return tuple(method.upper() for method in _METHODS if method in item)

    def parameters(self, path: str, method: str) -> dict[str, Mapping[str, Any]]:
        """Return the query parameters of an operation by name, those of its path included."""
        item = self.follow(self.paths().get(path, {}))
        operation = item.get(method, {})
        listed = [self.follow(one) for one in [*item.get("parameters", ()), *operation.get("parameters", ())]]
        return {one["name"]: one for one in listed if one.get("in") == "query"}

    def request_schema(self, path: str, method: str) -> Any:
        """Return the JSON schema of a request body, or None."""
        operation = self.operation(path, method)
        return _json_schema(self.follow((operation or {}).get("requestBody", {})))

    def response_schema(self, path: str, method: str, status: int) -> Any:
        """Return the JSON schema of an answer, or None; `2XX` and `default` count when the status is not listed."""
        listed = (self.operation(path, method) or {}).get("responses", {})
        for name in (str(status), f"{status // 100}XX", "default"):
            if name in listed:
                return _json_schema(self.follow(listed[name]))
        return None


def _json_schema(holder: Mapping[str, Any]) -> Any:
    for media, content in holder.get("content", {}).items():
        kind = media.partition(";")[0].strip().lower()
        if kind == "application/json" or kind.endswith("+json") or kind in ("*/*", "application/*"):
            return content.get("schema")
    return None


def pointer_of(reference: str) -> Pointer:
    """Return the keys of a local reference; raise KeyError when it leads out of the document."""
    if not reference.startswith("#"):
        raise KeyError(reference)
    return tuple(key.replace("~1", "/").replace("~0", "~") for key in reference[1:].split("/")[1:])


def load(file: str, read: Callable[[str], str]) -> Document:
    """Read and check a document; raise ScopeError naming file and line, with all references that lead nowhere."""
    if not file:
        raise ScopeError(
            Problem(
                Place("[systems]", cell="document"),
                "the path of an OpenAPI document",
                "nothing",
                how='Add `document = "schemas/name.openapi.yaml"`.',
                code="system-options",
            )
        )
    try:
        text = read(file)
    except OSError as missing:
        raise ScopeError(
            Problem(
                Place(file),
                "an OpenAPI document",
                missing.strerror or type(missing).__name__,
                how="Correct `document` in the toml; its path starts at the toml's folder.",
                code="openapi-document",
            )
        ) from missing
    return _loaded(file, text)


@lru_cache(maxsize=8)
def _loaded(file: str, text: str) -> Document:
    root = parsed(file, text)
    if not isinstance(root, Mapping):
        raise ScopeError(
            Problem(
                Place(file, 1),
                "an OpenAPI document (a mapping)",
                _kind(root),
                how='Put the system\'s document there, or name its file in the toml: document = "…".',
                code="openapi-document",
            )
        )
    version = root.get("openapi")
    match = re.match(r"3\.([01])(?:\.|$)", str(version))
    if match is None:
        found = f"openapi: {version}" if version is not None else "no `openapi` key"
        if version is None and "swagger" in root:
            found = f"swagger: {root['swagger']}"
        raise ScopeError(
            Problem(
                Place(file, line_of(text, ("openapi",)), cell="openapi"),
                "OpenAPI 3.0 or 3.1",
                found,
                how="Convert the document to OpenAPI 3.1, or ask its owner for one.",
                code="openapi-document",
            )
        )
    document = Document(file, int(match[1]), root, text)
    problems = [
        Problem(
            document.place(pointer),
            expected,
            found,
            how="Correct the document, or ask its owner for one that OpenAPI's own checkers accept.",
            code="openapi-document",
        )
        for pointer, expected, found in islice(slips(root), _MOST_SLIPS)
    ]
    if problems:
        raise ScopeError(problems)
    problems = [_lost(document, pointer, reference) for pointer, reference in _lost_references(document)]
    if problems:
        raise ScopeError(problems)
    return document


def _references(node: Any, pointer: Pointer) -> Iterator[tuple[Pointer, str]]:
    if isinstance(node, Mapping):
        for key, inner in node.items():
            if key == "$ref" and isinstance(inner, str):
                yield (*pointer, key), inner
            elif key not in ("example", "examples"):
                yield from _references(inner, (*pointer, key))
    elif isinstance(node, list):
        for index, inner in enumerate(node):
            yield from _references(inner, (*pointer, str(index)))


def _lost_references(document: Document) -> Iterator[tuple[Pointer, str]]:
    known: dict[str, bool] = {}
    for pointer, reference in _references(document.root, ()):
        if reference not in known:
            try:
                document.find(reference)
                known[reference] = True
            except KeyError:
                known[reference] = False
                yield pointer, reference


def _lost(document: Document, pointer: Pointer, reference: str) -> Problem:
    if not reference.startswith("#"):
        return Problem(
            document.place(pointer),
            "a reference inside this document (`#/components/schemas/…`)",
            reference,
            how="Bundle the document into one file.",
            code="openapi-reference",
        )
    before, _, last = reference.rpartition("/")
    try:
        beside = document.find(before)
    except KeyError:
        beside = {}
    close = nearest(last, beside) if isinstance(beside, Mapping) else None
    return Problem(
        document.place(pointer),
        "a reference to something in this document",
        reference,
        did_you_mean=f"{before}/{close}" if close else None,
        how="Correct the reference, or add what it names.",
        code="openapi-reference",
    )


def _kind(value: Any) -> str:
    if value is None:
        return "an empty file"
    return "a list" if isinstance(value, list) else "text"
