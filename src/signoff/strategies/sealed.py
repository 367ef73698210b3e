"""Seal the values of never rows in a script that is kept, so that no search of the files finds one.

A replay must enter the very values that were entered, so they cannot be left out. The seal is made of the run's seed
alone: it keeps values out of searches, logs and chance looks, and is no secret to whoever plays the file.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from signoff.record import Path

SEALED = "$sealed"
"""Marker of a value that is sealed."""
_MARK_BYTES = 9


def protects(never: tuple[str, ...], place: str, name: str) -> bool:
    """Tell whether a field, `ssn` of `ats.Candidate`, is one of never rows or holds one."""
    return f"{place}.{Path.parse(name).head}" in never


def seal(seed: int, text: str) -> dict[str, str]:
    """Return a marker that holds a text which only the seed opens; the same text gives the same marker."""
    plain = text.encode()
    mark = sha256(b"%d/" % seed + plain).digest()[:_MARK_BYTES]
    return {SEALED: base64.b64encode(mark + _mixed(seed, mark, plain)).decode()}


def opened(seed: int, value: Any, read: Callable[[str], Any]) -> Any:
    """Return a field's value with the seal taken off by `read`; raise ValueError for a seal of another seed."""
    if not isinstance(value, Mapping) or value.keys() != {SEALED}:
        return value
    data = base64.b64decode(str(value[SEALED]), validate=True)
    mark, plain = data[:_MARK_BYTES], _mixed(seed, data[:_MARK_BYTES], data[_MARK_BYTES:])
    if sha256(b"%d/" % seed + plain).digest()[:_MARK_BYTES] != mark:
        raise ValueError("a sealed value that the script's seed does not open")
    return read(plain.decode())


def _mixed(seed: int, mark: bytes, data: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(data, _stream(seed, mark), strict=False))


def _stream(seed: int, mark: bytes) -> Iterator[int]:
    number = 0
    while True:
        yield from sha256(b"%d/%d/" % (seed, number) + mark).digest()
        number += 1
