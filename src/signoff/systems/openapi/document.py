"""Read an OpenAPI document: YAML or JSON, version 3.0 or 3.1, every reference followed, lines kept for errors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import yaml

from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.systems.openapi.structure import slips

Pointer = tuple[str, ...]
"""Keys from the document's root to a spot in it."""

_MOST_SLIPS: Final = 20
"""A document that was written by a broken program has thousands, all alike."""

_METHODS: Final = ("get", "post", "put", "patch", "delete")


class _Loader(yaml.SafeLoader):
    """Read YAML 1.2 scalars: 1.1 would make dates of version names, and booleans of `Y`, `on` and `no`."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  pyyaml reads this table from the class


for _tag, _form, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", "-0123456789"),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_form})$"), list(_first))


_Fast: Any = type(
    "_Fast",
    (getattr(yaml, "CSafeLoader", yaml.SafeLoader),),
    {"yaml_implicit_resolvers": _Loader.yaml_implicit_resolvers},
)
"""The same scalars, read by libyaml where PyYAML was built with it: ten times as fast, with poorer messages."""


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """Hold a checked document. `minor` is 0 or 1; `root` has text keys only."""

    file: str
    minor: int
    root: Mapping[str, Any]
    text: str

    def place(self, pointer: Pointer) -> Place:
        """Return the place of a spot, with the line of it or of the nearest thing around it."""
        return Place(self.file, _line(self.text, pointer), cell="/".join(pointer))

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
    root = _parsed(file, text)
    if not isinstance(root, Mapping):
        raise ScopeError(
            Problem(Place(file, 1), "an OpenAPI document (a mapping)", _kind(root), code="openapi-document")
        )
    version = root.get("openapi")
    match = re.match(r"3\.([01])(?:\.|$)", str(version))
    if match is None:
        found = f"openapi: {version}" if version is not None else "no `openapi` key"
        if version is None and "swagger" in root:
            found = f"swagger: {root['swagger']}"
        raise ScopeError(
            Problem(
                Place(file, _line(text, ("openapi",)), cell="openapi"),
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


def _parsed(file: str, text: str) -> Any:
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except RecursionError as wrong:
            # libyaml would not come back from it: it brings the whole process down.
            raise ScopeError(
                Problem(
                    Place(file),
                    "a document that ends",
                    "brackets in brackets without end",
                    how="Ask the document's owner for a whole one.",
                    code="openapi-document",
                )
            ) from wrong
        except json.JSONDecodeError:
            # A YAML document may begin with a brace as well; YAML's own message tells the line if it does not.
            pass
    try:
        return _plain(yaml.load(text, Loader=_Fast), {})  # noqa: S506  _Fast is a SafeLoader
    except (yaml.YAMLError, RecursionError):
        # What is wrong is said below, in the words of the slower loader.
        pass
    try:
        return _plain(yaml.load(text, Loader=_Loader), {})  # noqa: S506  _Loader is a SafeLoader
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        raise ScopeError(
            Problem(
                Place(file, mark.line + 1 if mark else 0),
                "YAML or JSON",
                str(getattr(wrong, "problem", None) or "text that cannot be read"),
                how="Correct the line; most editors mark it when the file is opened as YAML.",
                code="openapi-document",
            )
        ) from wrong
    except RecursionError as wrong:
        raise ScopeError(
            Problem(Place(file), "a document that ends", "an alias that holds itself", code="openapi-document")
        ) from wrong


def _plain(value: Any, done: dict[int, Any]) -> Any:
    """Give every mapping text keys (`200:` is a number in YAML), each aliased node once."""
    if isinstance(value, dict):
        if id(value) not in done:
            done[id(value)] = {str(key): _plain(inner, done) for key, inner in value.items()}
        return done[id(value)]
    if isinstance(value, list):
        return [_plain(inner, done) for inner in value]
    return value


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


def _line(text: str, pointer: Pointer) -> int:
    """Return the line, from 1, of the deepest part of the pointer that can be found; 0 if the text is not YAML."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError:
        return 0
    line = 0
    for key in pointer:
        found = _child(node, key)
        if found is None:
            break
        line, node = found
    return line


def _child(node: Any, key: str) -> tuple[int, Any] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return name.start_mark.line + 1, value
        for name, value in node.value:
            if name.tag == "tag:yaml.org,2002:merge":
                found = _child(value, key)
                if found is not None:
                    return found
    elif isinstance(node, yaml.SequenceNode) and key.isdigit() and int(key) < len(node.value):
        value = node.value[int(key)]
        return value.start_mark.line + 1, value
    return None


def _kind(value: Any) -> str:
    if value is None:
        return "an empty file"
    return "a list" if isinstance(value, list) else "text"
