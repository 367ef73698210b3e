"""Say no in the app's own words: an answer's body is built from the document's schema for that status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from signoff.errors import Blocked, Place, Problem
from signoff.schema import SystemSchema
from signoff.systems.openapi.document import Document
from signoff.systems.openapi.shapes import Shape, shape_of
from signoff.systems.openapi.validation import FieldProblem

_CODES: Final = {
    400: "bad_request",
    401: "unauthorized",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
    500: "internal_error",
}
_MESSAGE: Final = frozenset(
    {"message", "detail", "title", "description", "msg", "reason", "error_description", "error"}
)
_PROBLEM: Final = frozenset({"problem", "message", "detail", "msg", "reason", "error", "description", "title"})
_FIELD: Final = frozenset({"field", "path", "name", "pointer", "property", "param", "parameter", "attribute", "loc"})
_CODE: Final = frozenset({"code", "type", "kind", "error_code", "errorCode"})
_STATUS: Final = frozenset({"status", "statusCode", "status_code", "code"})
_EXISTING: Final = frozenset({"existing_id", "existingId", "conflicting_id", "conflictingId", "duplicate_of"})


class Refused(Exception):
    """Carry the system's refusal of a request; `existing_id` is set on 409."""

    def __init__(
        self,
        status: int,
        message: str,
        fields: Sequence[FieldProblem] = (),
        existing_id: str = "",
        breaks_schema: bool = False,
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.fields = tuple(fields)
        self.existing_id = existing_id
        self.breaks_schema = breaks_schema
        self.headers = tuple(headers)


@dataclass(frozen=True, slots=True)
class RefusalForm:
    """Hold what the bodies of refusals look like: the schema's own shape, or ours where the document has none."""

    document: Document
    schema: Any

    def body(self, refused: Refused) -> Any:
        """Return the JSON body."""
        shape = shape_of(self.document, self.schema) if self.schema is not None else Shape()
        if shape.properties:
            return self._object(shape, refused)
        error: dict[str, Any] = {"code": _code(refused.status), "message": refused.message}
        if refused.existing_id:
            error["existing_id"] = refused.existing_id
        if refused.fields:
            error["fields"] = [{"field": one.field, "problem": one.problem} for one in refused.fields]
        return {"error": error}

    def _object(self, shape: Shape, refused: Refused) -> dict[str, Any]:
        body: dict[str, Any] = {}
        for name, raw in shape.properties.items():
            inner = shape_of(self.document, raw, shape.trail)
            value = self._value(name, inner, refused)
            if value is not None:
                body[name] = value
            elif name in shape.required:
                body[name] = None if inner.may_be_null else _empty(inner)
        return body

    def _value(self, name: str, shape: Shape, refused: Refused) -> Any:
        if shape.type == "object" and shape.properties:
            return self._object(shape, refused)
        if shape.type == "array":
            return self._items(shape, refused)
        if shape.type in ("integer", "number"):
            return refused.status if name in _STATUS else None
        if shape.type not in ("string", ""):
            return None
        if shape.choices:
            code = _code(refused.status)
            return code if code in shape.choices else None
        if name in _EXISTING:
            return refused.existing_id or None
        if name in _CODE:
            return _code(refused.status)
        return refused.message if name in _MESSAGE else None

    def _items(self, shape: Shape, refused: Refused) -> list[Any] | None:
        if not refused.fields:
            return None
        item = shape_of(self.document, shape.more.get("items"), shape.trail)
        if item.type == "string":
            return [str(one) for one in refused.fields]
        return [
            {
                name: one.field if name in _FIELD else one.problem
                for name in item.properties
                if name in _FIELD or name in _PROBLEM
            }
            for one in refused.fields
        ]


def field_problems(body: Any) -> list[FieldProblem]:
    """Return what an error body says of single fields, whatever its keys are called; for the client."""
    found: list[FieldProblem] = []
    if isinstance(body, Mapping):
        field = next((body[name] for name in _FIELD if isinstance(body.get(name), str)), None)
        problem = next((body[name] for name in ("problem", *_PROBLEM) if isinstance(body.get(name), str)), None)
        if field is not None and problem is not None:
            return [FieldProblem(field, problem)]
        for inner in body.values():
            found.extend(field_problems(inner))
    elif isinstance(body, list):
        for inner in body:
            found.extend(field_problems(inner))
    return found


def _code(status: int) -> str:
    return _CODES.get(status, f"status_{status}")


def _empty(shape: Shape) -> Any:
    if shape.choices:
        return shape.choices[0]
    return {"array": [], "object": {}, "integer": 0, "number": 0, "boolean": False}.get(shape.type, "")


_DONE: Final = {"create": "a new", "update": "a change of a", "delete": "the removal of a"}


@contextmanager
def as_blocked(schema: SystemSchema, entity: str, kind: str) -> Iterator[None]:
    """Tell a refusal of what people were to do: the system's document and the suite do not agree about a field."""
    try:
        yield
    except Refused as refused:
        detail = "; ".join(map(str, refused.fields)) or refused.message
        field = next((one.field.partition("[")[0] for one in refused.fields if one.field), "")
        typed = f'its type in [types] (`"{entity}.{field}" = …`)' if field else "a field's type in [types]"
        raise Blocked(
            Problem(
                Place(f"simulated {schema.name}"),
                f"{_DONE[kind]} {entity} by people, as {schema.source or 'its document'} allows it",
                f"status {refused.status}, {detail}",
                how="What people enter is drawn from the document, [types] of the toml and the bad-data rows, and here "
                f"these disagree. Correct the field in the document, {typed}, or the row of the bad-data table.",
            )
        ) from refused
