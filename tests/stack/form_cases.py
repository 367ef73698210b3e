"""Give rows whose fields ask for a form that no length or choice describes: patterns, formats, several forms, steps."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from copying import Held
from rig import AMOUNT, NUMBER, TEXT, WHOLE, Case, Integration

CODE = {**TEXT, "pattern": r"^[A-Z]{2}-[0-9]{4}$"}
UUID = {"type": "string", "format": "uuid"}
POSTCODE = {
    "anyOf": [
        {"type": "string", "pattern": "^[0-9]{5}$"},
        {"type": "string", "pattern": "^[A-Z][0-9][A-Z] [0-9][A-Z][0-9]$"},
    ]
}
INT32 = {**WHOLE, "format": "int32"}
INT64 = {**WHOLE, "format": "int64"}
TAGS = {"type": "array", "items": {"type": "string"}, "maxItems": 3}

_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_PAGE = re.compile(r"https?://[\w.-]+(/[\w/]*)?(\?[\w=%]*)?", re.ASCII)
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_POSTCODE = re.compile(r"\d{5}|[A-Z]\d[A-Z] \d[A-Z]\d", re.ASCII)


def only(shape: str | re.Pattern[str]) -> Callable[[Any], str]:
    """Return what sends a text of a shape and holds back any other."""

    def send(row: Any) -> str:
        if not re.fullmatch(shape, row.a):
            raise Held("not in the form that is asked for")
        return str(row.a)

    return send


def but(shape: str | re.Pattern[str], wrong: Callable[[str], str]) -> Callable[[Any], str]:
    return lambda row: wrong(only(shape)(row))


def last_digit(text: str) -> str:
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def cents(row: Any) -> str:
    if round(row.a, 2) != row.a or row.a < 0:
        raise Held("not in dollars and cents")
    return f"{row.a:.2f}"


def quarters(row: Any) -> Decimal:
    if row.a % Decimal("0.25"):
        raise Held("no quarter")
    return Decimal(row.a)


def in_bits(bits: int) -> Callable[[Any], int]:
    """Return what sends a signed integer of so many bits, and holds back a longer one."""

    def send(row: Any) -> int:
        if not -(2 ** (bits - 1)) <= row.a < 2 ** (bits - 1):
            raise Held("too long a number")
        return int(row.a)

    return send


def wrapped(row: Any) -> int:
    """Let a number that is too long for 32 bits run over, as most languages do."""
    return int((row.a + 2**31) % 2**32 - 2**31)


def single(row: Any) -> int:
    return int(struct.unpack("f", struct.pack("f", row.a))[0])


def named(row: Any) -> str:
    if row.a.strip() in ("none", "n/a"):
        raise Held("says that there is none")
    return str(row.a)


def up_to_three(row: Any) -> list[str]:
    found = [one.strip() for one in row.a.split(",") if one.strip()]
    if len(found) > 3:
        raise Held("more than three")
    return found


FORMS = Integration(
    (
        Case("code", "same text", only(r"[A-Z]{2}-[0-9]{4}"), (but(r"[A-Z]{2}-[0-9]{4}", last_digit),), gives=CODE),
        Case(
            "page",
            "same text",
            only(_PAGE),
            (but(_PAGE, lambda text: text.split("?")[0]),),
            gives={**TEXT, "format": "uri"},
        ),
        Case("ref", "same text", only(_UUID), (but(_UUID, str.upper),), gives=UUID),
        Case(
            "hour",
            "same text",
            only(_HOUR),
            (but(_HOUR, lambda text: f"{text[:3]}00{text[5:]}"),),
            gives={"type": "string", "format": "time"},
        ),
        Case("postcode", "same text", only(_POSTCODE), (but(_POSTCODE, lambda _: "60601"),), gives=POSTCODE),
        Case(
            "dollars",
            "same amount",
            cents,
            (lambda row: f"{Decimal(cents(row)) + 1:.2f}",),
            sends={"a": AMOUNT},
            gives={"type": "string", "pattern": "^[0-9]+[.][0-9]{2}$", "x-type": "amount as number in text"},
        ),
        Case(
            "step",
            "same value",
            quarters,
            (lambda row: quarters(row) + 1,),
            sends={"a": NUMBER},
            gives={"type": "number", "multipleOf": 0.25},
        ),
        Case(
            "seats",
            "same number",
            in_bits(32),
            (wrapped, lambda row: min(in_bits(32)(row), 2**31 - 2)),
            sends={"a": WHOLE},
            gives=INT32,
            reds=("member:held",),
        ),
        Case(
            "least",
            "same number",
            lambda row: row.a,
            (lambda row: max(row.a, 1 - 2**31), single),
            sends={"a": INT32},
            gives=WHOLE,
        ),
        Case(
            "long",
            "same number",
            in_bits(64),
            (lambda row: int(float(in_bits(64)(row))) if abs(row.a) < 2**62 else in_bits(64)(row),),
            sends={"a": WHOLE},
            gives=INT64,
        ),
        Case(
            "word",
            "same text",
            named,
            (lambda row: named(row).upper(),),
            gives={**TEXT, "not": {"enum": ["none", "n/a"]}},
        ),
        Case("tags", 'split at ","', up_to_three, (lambda row: up_to_three(row)[:1],), gives=TAGS),
        Case("held_code", "same text", lambda row: row.a, (lambda row: last_digit(row.a),), sends={"a": CODE}),
        Case("held_ref", "same text", lambda row: row.a, (lambda row: row.a.replace("-", ""),), sends={"a": UUID}),
        Case("held_post", "same text", lambda row: row.a, (lambda row: row.a.lower()[:4],), sends={"a": POSTCODE}),
    )
)
