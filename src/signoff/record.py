"""Read and write nested records by path, keeping absent, null and empty apart.

A record is plain JSON: dicts with text keys, lists, text, bool, int, Decimal, None. Numbers with a point are
`Decimal` everywhere (never float), so that money is compared exactly. What stands on the wire stands in the
record; the schema says how to read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, Final, TypeAlias

Value: TypeAlias = Any
"""None, bool, int, Decimal, str, list or dict of these, or ABSENT."""

Record: TypeAlias = Mapping[str, Any]

RecordId: TypeAlias = str
"""A record's id as text, whatever its type on the wire; unique within side and entity."""

Records: TypeAlias = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Entity name → id → record."""


class _Absent(Enum):
    ABSENT = "absent"

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Final = _Absent.ABSENT
"""The key does not stand in the record; neither null nor empty."""


def blank(value: Value) -> bool:
    """Tell whether a value is blank: absent, null, text of blanks only (NBSP included), or an empty list."""
    if value is ABSENT or value is None:
        return True
    if type(value) is str or isinstance(value, str):
        return not value or value.isspace()
    return not value and isinstance(value, list | tuple)


@dataclass(frozen=True, slots=True)
class Segment:
    """Name one step of a path. `many` is `[]`; `where` is the text inside a bracket condition."""

    name: str
    many: bool = False
    where: str = ""

    def __str__(self) -> str:
        if self.where:
            return f"{self.name}[{self.where}]"
        return f"{self.name}[]" if self.many else self.name


_SEGMENT = re.compile(
    r"(?P<name>`[^`]+`|[^.\[\]`]+)(?P<bracket>\[(?P<inside>(?:[^\]\"']|\"[^\"]*\"|'[^']*')*)\])?(?:\.|$)"
)


@dataclass(frozen=True, slots=True)
class Path:
    """Hold a parsed field path such as `address.state`, `primarySkills[].name` or `tags[name is "x"].value`."""

    segments: tuple[Segment, ...]

    @classmethod
    def parse(cls, text: str) -> Path:
        """Parse a path; raise ValueError with the rest that could not be read. The same text is parsed once."""
        return _parsed(text)

    @classmethod
    def _read(cls, text: str) -> Path:
        segments: list[Segment] = []
        text = text.strip()
        at = 0
        while at < len(text):
            match = _SEGMENT.match(text, at)
            if match is None:
                raise ValueError(text[at:])
            name = match["name"].strip().strip("`")
            inside = match["inside"]
            segments.append(Segment(name, many=inside == "", where=(inside or "").strip()))
            at = match.end()
        if not segments or text.endswith("."):
            raise ValueError(text)
        return cls(tuple(segments))

    def __str__(self) -> str:
        return ".".join(str(segment) for segment in self.segments)

    @property
    def head(self) -> str:
        """Return the name of the first segment."""
        return self.segments[0].name

    @property
    def last(self) -> str:
        """Return the name of the last segment."""
        return self.segments[-1].name

    def after_head(self) -> Path:
        """Return the path without its first segment."""
        return Path(self.segments[1:])


@lru_cache(maxsize=8192)
def _parsed(text: str) -> Path:
    return Path._read(text)


def get(record: Value, path: str) -> Value:
    """Return the value at a dotted path of plain keys, or ABSENT; does not follow references or lists."""
    here = record
    for name in path.split("."):
        if type(here) is not dict and not isinstance(here, Mapping):
            return ABSENT
        here = here.get(name, ABSENT)
    return here


def with_value(record: Record, path: str, value: Value) -> dict[str, Any]:
    """Return a copy of the record with the value at a dotted path of plain keys; ABSENT removes the key."""
    head, _, rest = path.partition(".")
    copy = dict(record)
    if rest:
        inner = copy.get(head)
        copy[head] = with_value(inner if isinstance(inner, Mapping) else {}, rest, value)
    elif value is ABSENT:
        copy.pop(head, None)
    else:
        copy[head] = value
    return copy


def leaves(value: Value, prefix: str = "") -> Iterator[tuple[str, Value]]:
    """Yield `(dotted path, value)` of everything that is not a dict; list items carry `[n]`."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{prefix}[{index}]")
    else:
        yield prefix, value


def same_json(left: Value, right: Value) -> bool:
    """Compare as JSON does: 1 equals 1.0, but true is not 1; absent, null and empty stay apart."""
    # What there is most of comes first: it takes long to learn that something is no Mapping.
    kind, other = type(left), type(right)
    if kind is str or other is str:
        return kind is other and bool(left == right)
    if kind is bool or other is bool or left is None or right is None:
        return left is right
    if isinstance(left, (int, Decimal)) and isinstance(right, (int, Decimal)):
        return left == right
    if kind is dict and other is dict:
        return left.keys() == right.keys() and all(same_json(left[key], right[key]) for key in left)
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same_json(left[key], right[key]) for key in left)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(same_json(a, b) for a, b in zip(left, right, strict=True))
    return type(left) is type(right) and bool(left == right)
