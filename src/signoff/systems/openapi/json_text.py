"""Read and write JSON without losing a digit: numbers with a point are `Decimal` both ways."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from json.encoder import encode_basestring_ascii
from typing import Any, NoReturn


def _refused(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


_HALF = re.compile("[\ud800-\udfff]")
_decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_refused)


def read_json(body: bytes) -> Any:
    """Return what a JSON body holds; raise ValueError when it is not UTF-8, not JSON or holds half a character."""
    value = read_told(body)
    if b"\\ud" in body or b"\\uD" in body:
        # A lone surrogate passes the decoder, but is no text and is stored by few real systems.
        json.dumps(value, ensure_ascii=False, default=str).encode()
    return value


def read_told(body: bytes) -> Any:
    """Return what the JSON of an answer holds, half a character too: some systems hold what others refuse.

    Raise ValueError when it is not UTF-8 or not JSON.
    """
    return _decoder.decode(body.decode("utf-8-sig" if body[:3] == b"\xef\xbb\xbf" else "utf-8"))


def whole(value: Any) -> Any:
    """Return a value with the sign of replacement for every half of a character, for what reads UTF-8 alone."""
    if isinstance(value, str):
        return value if value.isascii() else _HALF.sub("\ufffd", value)
    if isinstance(value, dict):
        return {key: whole(one) for key, one in value.items()}
    if isinstance(value, list):
        return [whole(one) for one in value]
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
