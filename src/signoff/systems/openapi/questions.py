"""Read a list's query: which parameters the document knows, what they say, which records they ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from signoff.record import get
from signoff.schema import Entity, Type
from signoff.systems.openapi.description import EntityRoutes
from signoff.systems.openapi.document import Document
from signoff.systems.openapi.refusals import Refused
from signoff.systems.openapi.store import Row, floor_to
from signoff.systems.openapi.validation import Check, Checks, FieldProblem, query_value

Wanted = Callable[[Row], bool]


def _everything(_: Row) -> bool:
    return True


class Questions:
    """Understand the query parameters of one entity's list."""

    def __init__(
        self, document: Document, checks: Checks, routes: EntityRoutes, entity: Entity, resolution_ms: int
    ) -> None:
        self._document = document
        self._routes = routes
        self._entity = entity
        self._resolution = resolution_ms
        self._schemas: dict[str, Any] = {}
        self._checks: dict[str, Check] = {}
        for name, parameter in document.parameters(routes.collection, "get").items():
            self._schemas[name] = parameter.get("schema", {})
            self._checks[name] = checks.of_response(self._schemas[name])
        paging = routes.paging
        used = {
            "cursor": {paging.cursor, paging.limit},
            "link": {paging.cursor, paging.limit},
            "page": {paging.page, paging.limit},
            "offset": {paging.offset, paging.limit},
            "none": set[str](),
        }[paging.style]
        self._served = used | set(routes.ignored)

    def read(self, query: Mapping[str, str], allowed: frozenset[str]) -> tuple[dict[str, Any], Wanted, list[str]]:
        """Return the parameters' values, which rows they want, and the names that the document does not declare.

        Raises Refused for a value that the document forbids, and for a declared parameter that is neither a field nor
        told in the toml: to ignore it would answer another question than was asked.
        """
        if not query:
            return {}, _everything, []
        values: dict[str, Any] = {}
        problems: list[FieldProblem] = []
        unknown: list[str] = []
        tests: list[Wanted] = []
        for name, text in query.items():
            if name in self._schemas:
                value = query_value(self._document, self._schemas[name], text)
                broken = self._checks[name](value)
                problems.extend(FieldProblem(name, one.problem) for one in broken)
                values[name] = value
                if name not in self._served and not broken:
                    test = self._test(name, value)
                    if test is None:
                        problems.append(FieldProblem(name, f"is not a filter of {self._routes.name}"))
                    else:
                        tests.append(test)
            elif name not in allowed:
                unknown.append(name)
        if problems:
            raise Refused(422, "one or more query parameters are not valid", problems, breaks_schema=True)
        if not tests:
            return values, _everything, unknown
        if len(tests) == 1:
            return values, tests[0], unknown
        return values, lambda row: all(test(row) for test in tests), unknown

    def _test(self, name: str, value: Any) -> Wanted | None:
        if name == self._routes.updated_since:
            return self._since(name, value)
        field = self._entity.field_at(name)
        if field is None:
            return None
        if isinstance(value, list):
            return lambda row: get(row.record, name) in value
        if field.many:
            return lambda row: value in (get(row.record, name) or ())
        if field.type is Type.EMAIL and isinstance(value, str):
            folded = value.casefold()
            return lambda row: str(get(row.record, name) or "").casefold() == folded
        return lambda row: bool(get(row.record, name) == value)

    def _since(self, name: str, value: Any) -> Wanted:
        try:
            moment = (
                datetime.fromtimestamp(value, UTC)
                if isinstance(value, int)
                else datetime.fromisoformat(str(value).upper())
            )
        except (ValueError, OverflowError, OSError) as wrong:
            raise self._no_moment(name) from wrong
        if moment.tzinfo is None:
            raise self._no_moment(name)
        since = floor_to(moment, self._resolution)
        return lambda row: row.changed >= since

    def _no_moment(self, name: str) -> Refused:
        problem = FieldProblem(name, "is not a moment with a zone, such as 2026-03-01T12:00:00Z")
        return Refused(422, "one or more query parameters are not valid", [problem], breaks_schema=True)
