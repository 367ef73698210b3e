"""Read the `fields` parameter and cut records to it: nested associations, dotted paths, limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from signoff.schema import Entity, Field, Type
from signoff.systems.bullhorn.refusals import bad_request, unknown_field
from signoff.systems.bullhorn.store import Store, Stored
from signoff.systems.bullhorn.tenant import PEOPLE, PERSON_FIELDS

NESTED_ROWS: Final = 5
"""How many rows of a to-many association a record carries when the request names no number."""

_TOKEN: Final = re.compile(r"\s*(?:(?P<name>[A-Za-z_]\w*|\*)|(?P<limit>\[\d+\])|(?P<where>\{[^}]*\})|(?P<sign>[(),.]))")


@dataclass(slots=True)
class _Wanted:
    """Hold what is asked of one field: its own parts, and how many rows."""

    parts: dict[str, _Wanted] = field(default_factory=dict)
    limit: int | None = None


Selector = Callable[[Stored], dict[str, Any]]


class Selecting:
    """Turn `fields` texts into functions from a stored record to the answer's record; each text is read once."""

    def __init__(self, store: Store, confidential: frozenset[str]) -> None:
        self._store = store
        self._confidential = confidential
        self._selectors: dict[tuple[str, str], Selector] = {}

    def selector(self, entity: str, text: str) -> Selector:
        """Return the function for a `fields` text; raises a 400 for an unknown field or a text that cannot be read."""
        found = self._selectors.get((entity, text))
        if found is None:
            found = self._compiled(entity, _parsed(text))
            self._selectors[entity, text] = found
        return found

    def width(self, entity: str, text: str) -> int:
        """Return how many fields a text names; `*` counts as all of them."""
        wanted = _parsed(text)
        return len(self._store.schema.entities[entity].fields) if "*" in wanted else len(wanted)

    def _compiled(self, entity: str, wanted: Mapping[str, _Wanted]) -> Selector:
        schema = self._store.schema.entities[entity]
        if "*" in wanted:
            wanted = {**{name: _Wanted() for name in schema.fields}, **{k: v for k, v in wanted.items() if k != "*"}}
        readers = [(name, self._reader(schema, name, one)) for name, one in wanted.items()]

        def select(record: Stored) -> dict[str, Any]:
            return {name: read(record) for name, read in readers}

        return select

    def _reader(self, schema: Entity, name: str, wanted: _Wanted) -> Callable[[Stored], Any]:
        found = schema.fields.get(name)
        if found is None:
            raise unknown_field(schema.name, name)
        if f"{schema.name}.{name}" in self._confidential:
            return lambda record: None if record.get(name) is None else "**CONFIDENTIAL**"
        if found.type is Type.REFERENCE:
            return self._many(schema.name, found, wanted) if found.many else self._one(schema.name, found, wanted)
        if found.type is Type.OBJECT:
            return self._object(schema.name, found, wanted)
        if wanted.parts:
            raise unknown_field(schema.name, f"{name}.{next(iter(wanted.parts))}")
        return lambda record: record.get(name)

    def _object(self, entity: str, found: Field, wanted: _Wanted) -> Callable[[Stored], Any]:
        for part in wanted.parts:
            if part not in found.fields and part != "*":
                raise unknown_field(entity, f"{found.name}.{part}")
        parts = tuple(found.fields if not wanted.parts or "*" in wanted.parts else wanted.parts)

        def read(record: Stored) -> Any:
            value = record.get(found.name)
            return None if value is None else {part: value.get(part) for part in parts}

        return read

    def _row(self, entity: str, path: str, target: str, wanted: _Wanted) -> Callable[[int], dict[str, Any]]:
        people = PEOPLE if (entity, path) in PERSON_FIELDS else (target,)
        # A person's own parts are those of all people; what only one kind has is refused for the declared kind.
        selectors = {one: self._compiled(one, wanted.parts or self._shown(one)) for one in people}

        def row(record_id: int) -> dict[str, Any]:
            for one, select in selectors.items():
                record = self._store.get(one, record_id)
                if record is not None:
                    return select(record)
            return {"id": record_id}

        return row

    def _shown(self, entity: str) -> dict[str, _Wanted]:
        names = self._store.schema.entities[entity].fields
        shown = ("firstName", "lastName") if "firstName" in names else ("title",) if "title" in names else ("name",)
        return {"id": _Wanted(), **{name: _Wanted() for name in shown if name in names}}

    def _one(self, entity: str, found: Field, wanted: _Wanted) -> Callable[[Stored], Any]:
        row = self._row(entity, found.name, found.entity, wanted)

        def read(record: Stored) -> Any:
            value = record.get(found.name)
            return None if value is None else row(value["id"])

        return read

    def _many(self, entity: str, found: Field, wanted: _Wanted) -> Callable[[Stored], Any]:
        row = self._row(entity, found.name, found.entity, wanted)
        limit = NESTED_ROWS if wanted.limit is None else wanted.limit

        def read(record: Stored) -> Any:
            ids = self._store.associated(entity, record, found.name)
            return {"total": len(ids), "data": [row(one) for one in ids[:limit]]}

        return read


def _parsed(text: str) -> dict[str, _Wanted]:
    tokens: list[tuple[str, str]] = []
    at = 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise bad_request(f"Invalid fields parameter at position {at}", "errors.invalidFields")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    wanted: dict[str, _Wanted] = {}
    end = _items(tokens, 0, wanted)
    if end != len(tokens):
        raise bad_request("Invalid fields parameter: unbalanced parenthesis", "errors.invalidFields")
    return wanted


def _items(tokens: list[tuple[str, str]], at: int, into: dict[str, _Wanted]) -> int:
    while at < len(tokens):
        kind, word = tokens[at]
        if kind != "name":
            raise bad_request(f"Invalid fields parameter near '{word}'", "errors.invalidFields")
        one = into.setdefault(word, _Wanted())
        at += 1
        while at < len(tokens) and tokens[at] == ("sign", "."):
            if at + 1 >= len(tokens) or tokens[at + 1][0] != "name":
                raise bad_request("Invalid fields parameter after '.'", "errors.invalidFields")
            one = one.parts.setdefault(tokens[at + 1][1], _Wanted())
            at += 2
        if at < len(tokens) and tokens[at][0] == "limit":
            one.limit = int(tokens[at][1][1:-1])
            at += 1
        if at < len(tokens) and tokens[at] == ("sign", "("):
            at = _items(tokens, at + 1, one.parts)
            if at >= len(tokens) or tokens[at] != ("sign", ")"):
                raise bad_request("Invalid fields parameter: unbalanced parenthesis", "errors.invalidFields")
            at += 1
        if at < len(tokens) and tokens[at][0] == "where":
            raise bad_request("A filter inside fields is not supported", "errors.invalidFields")
        if at >= len(tokens) or tokens[at] != ("sign", ","):
            return at
        at += 1
    raise bad_request("Invalid fields parameter: a name is missing", "errors.invalidFields")
