"""Compare files by their bytes, and by their name where the row says so."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any, Final

from signoff.expressions.evaluate import Unreadable
from signoff.expressions.tree import Step
from signoff.record import Value
from signoff.rules import results
from signoff.rules import sources as s
from signoff.rules.context import Context
from signoff.rules.registry import BLANK, Around, Ask, Edge, Kind, Outcome, Run, ex, kind, rule
from signoff.rules.wording import normal
from signoff.rules.work import Work
from signoff.schema import Field, Type

CONTENT: Final = ("content", "fileContent", "data", "bytes", "file")
"""Names under which an object of a file holds its bytes."""

_NAME: Final = ("name", "fileName", "filename", "file_name")


def content_of(value: Value) -> bytes | None:
    """Return a file's bytes from base64 text or from an object that holds it; None if it is no such thing."""
    if isinstance(value, Mapping):
        value = next((value[key] for key in CONTENT if isinstance(value.get(key), str)), None)
    if not isinstance(value, str):
        return None
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def name_of(value: Value) -> str:
    """Return a file's name from an object that holds it, or ""."""
    if isinstance(value, Mapping):
        return next((normal(value[key]) for key in _NAME if isinstance(value.get(key), str)), "")
    return ""


def _convert(value: Any, _context: Context, _ask: Ask) -> Value:
    if content_of(value) is None:
        raise results.bad(results.UNREADABLE, "it is no file in base64")
    return value


def _found(raw: Value, _context: Context, _ask: Ask) -> Value:
    if content_of(raw) is None:
        raise Unreadable("not a file")
    return raw


def _altered(value: Value, content: bytes) -> Value:
    text = base64.b64encode(content).decode()
    if isinstance(value, Mapping):
        key = next(key for key in CONTENT if isinstance(value.get(key), str))
        return {**value, key: text}
    return text


def _near(value: Value, _field: Field | None) -> Iterator[Value]:
    content = content_of(value) or b""
    yield _altered(value, content[:-1] if content else b"x")
    yield _altered(value, content + b"\n")


def _near_named(value: Value, field: Field | None) -> Iterator[Value]:
    yield from _near(value, field)
    if isinstance(value, Mapping):
        key = next((key for key in _NAME if isinstance(value.get(key), str)), "")
        if key:
            yield {**value, key: f"copy of {value[key]}"}


def _edges(_field: Field | None, _around: Around) -> tuple[Edge, ...]:
    return (
        Edge({"name": "resume.pdf", "content": base64.b64encode(b"%PDF-1.7\x00\xff").decode()}, "bytes of all kinds"),
        Edge(
            {"name": "Lebenslauf Zoë.pdf", "content": base64.b64encode(b"a").decode()}, "a blank and a mark in the name"
        ),
        Edge({"name": "resume.pdf", "content": base64.b64encode(b"other").decode()}, "the same name, other bytes"),
    )


_TYPES: Final = frozenset({Type.FILE, Type.OBJECT, Type.TEXT, Type.ANY})
FILE: Final = kind(
    Kind(
        "file",
        (Type.FILE,),
        _TYPES,
        _convert,
        _found,
        lambda left, right, _ask: content_of(left) == content_of(right),
        _near,
        _edges,
        says="the same file",
    )
)
NAMED_FILE: Final = kind(
    Kind(
        "file and name",
        (),
        _TYPES,
        _convert,
        _found,
        lambda left, right, _ask: content_of(left) == content_of(right) and name_of(left) == name_of(right),
        _near_named,
        _edges,
        says="the same file under the same name",
    )
)

_BAD: Final = Outcome("bad data", results.UNREADABLE)
_F: Final = (Type.FILE, Type.FILE)
_RESUME: Final = {"name": "resume.pdf", "content": "JVBERi0xLjc="}


@rule(
    "same file",
    family="files",
    says="the same file",
    computes="The sending file, from base64 text or from an object that holds it as content, fileContent or data.",
    compares="Byte by byte; the name does not count. A link in place of the bytes is wrong, because links expire.",
    near="The last byte lost; a line end added.",
    compares_as="file",
    examples=[
        ex("same file", {"x": _RESUME}, {"name": "cv.pdf", "content": "JVBERi0xLjc="}, s.SAME_NAME, *_F),
        ex("same file", "JVBERi0xLjc=", "JVBERi0xLjc=", s.BULLHORN, *_F),
        ex("same file", "JVBERi0x\nLjc=", "JVBERi0xLjc=", s.BULLHORN, *_F),
        ex("same file", {"x": {"fileContent": "YQ=="}}, {"content": "YQ=="}, s.BULLHORN, *_F),
        ex("same file", "https://files.example.com/1", _BAD, s.DEAD_LINK, *_F),
        ex("same file", None, BLANK, s.CLEARING, *_F),
    ],
)
def build_same_file(_step: Step, work: Work) -> Run:
    """Build `same file`."""
    work.comparison = FILE
    return lambda value, _context: value


@rule(
    "same file and name",
    family="files",
    says="the same file under the same name",
    computes="The sending file and its name.",
    compares="Byte by byte, and the name as text.",
    near="The last byte lost; another name.",
    compares_as="file and name",
    examples=[
        ex("same file and name", {"x": _RESUME}, _RESUME, s.SAME_NAME, *_F),
        ex("same file and name", {"x": _RESUME}, {"fileName": "resume.pdf", "data": "JVBERi0xLjc="}, s.BULLHORN, *_F),
        ex("same file and name", {"x": {"name": "Zoe\u0308.pdf", "content": "YQ=="}},
           {"name": "Zoë.pdf", "content": "YQ=="}, s.NFC, *_F),
        ex("same file and name", {"x": {"name": "a.pdf", "content": "%%%"}}, _BAD, s.DEAD_LINK, *_F),
        ex("same file and name", None, BLANK, s.CLEARING, *_F),
    ],
)  # fmt: skip
def build_same_file_and_name(_step: Step, work: Work) -> Run:
    """Build `same file and name`."""
    work.comparison = NAMED_FILE
    return lambda value, _context: value
