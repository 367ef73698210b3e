"""Compare texts: equal after NFC and trimming at both ends; case counts."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from signoff.expressions.evaluate import Unreadable, as_text
from signoff.rules.context import Context
from signoff.rules.registry import Around, Ask, Edge, Kind, kind
from signoff.schema import Field, Type


def normal(text: str) -> str:
    """Return a text in NFC without Unicode blanks (NBSP included) at its ends: the form in which texts compare."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFC", text).strip()


def texted(value: Any, _context: Context | None = None, _ask: Ask | None = None) -> str:
    """Return a value as text; raise Unreadable for objects."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        raise Unreadable("not one text")
    return as_text(value)


def same_text(left: str, right: str, _ask: Ask | None = None) -> bool:
    """Compare two texts after NFC and trimming."""
    return left == right or normal(left) == normal(right)


def near_texts(text: str, _field: Field | None = None) -> Iterator[str]:
    """Yield wrong but plausible texts: the last character lost, wrong encoding, escaped signs, other case."""
    kept = normal(text)
    if len(kept) > 1:
        yield kept[:-1]
    yield kept + ("x" if not kept.endswith("x") else "y")
    if not kept.isascii():
        yield kept.encode("utf-8", "surrogatepass").decode("latin-1")
    if set(kept) & set("&'<>\""):
        yield html.escape(kept)
    if kept.swapcase() != kept:
        yield kept.upper() if kept.upper() != kept else kept.lower()


def text_edges(field: Field | None, _around: Around) -> Iterator[Edge]:
    """Yield texts worth trying in a text field, within its own length."""
    edges = [
        Edge("Zoë", "a letter with a mark, composed (NFC)"),
        Edge("Zoe\u0308", "the same letter decomposed (NFD)"),
        Edge("O'Brien & Sons", "an apostrophe and an ampersand"),
        Edge("\u00a0Maria ", "blanks at the ends, one of them NBSP"),
        Edge("李小龍", "letters that are not Latin"),
        Edge("Nguyễn Thị Ánh", "several marks on one letter"),
        Edge("محمد", "right to left"),
        Edge("Jo 👩\u200d🔧", "an emoji of several code points"),
        Edge("Smith, Jr.; A|B", "the usual delimiters"),
        Edge("Anne  O\u2019Neil", "two blanks inside, and a typographic apostrophe"),
        Edge("Jo\tAnn\nLee", "a tab and a line feed inside"),
        Edge("<b>x</b>", "what looks like HTML"),
        Edge("0", "a text that looks false"),
        Edge("null", "a text that looks like nothing"),
    ]
    most = field.max_length if field is not None else None
    yield from (edge for edge in edges if most is None or len(edge.value) <= most)
    if most is not None and most < 5000:
        yield Edge("a" * most, "exactly as long as the field allows")


TEXT: Final = kind(
    Kind(
        "text",
        (Type.TEXT, Type.PICKLIST),
        frozenset(set(Type) - {Type.OBJECT, Type.FILE, Type.ADDRESS}),
        texted,
        lambda raw, _context, _ask: texted(raw),
        same_text,
        near_texts,
        text_edges,
        raw=lambda typed, _field, _zone: typed,
        says="the same text",
    )
)
