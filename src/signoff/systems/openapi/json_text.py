"""Read and write JSON without losing a digit: numbers with a point are `Decimal` both ways."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from json.encoder import encode_basestring_ascii
from typing import Any, NoReturn


def _refused(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


_decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_refused)


def read_json(body: bytes) -> Any:
    """Return what a JSON body holds; raise ValueError when it is not UTF-8, not JSON or holds half a character."""
    text = body.decode("utf-8-sig" if body[:3] == b"\xef\xbb\xbf" else "utf-8")
    value = _decoder.decode(text)
    if "\\ud" in text or "\\uD" in text:
        # A lone surrogate passes the decoder, but is no text and can be stored by no real system.
        json.dumps(value, ensure_ascii=False, default=str).encode()
    return value


def json_text(value: Any) -> str:
    """Return compact JSON; a Decimal keeps its digits. Raise TypeError for what is not JSON."""
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{encode_basestring_ascii(key)}:{json_text(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(json_text, value)) + "]"
    if isinstance(value, Decimal) and value.is_finite():
        return str(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")


def json_bytes(value: Any) -> bytes:
    """Return compact JSON as bytes (ASCII, hence UTF-8)."""
    return json_text(value).encode("ascii")
