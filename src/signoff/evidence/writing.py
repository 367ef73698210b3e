"""Write a file whole or not at all, whatever its text holds."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_LONGEST = 180
"""Bytes of a file's name; file systems allow 255, and something is put before and behind it."""


def writable(text: str) -> str:
    """Return the text as UTF-8 can hold it: half of a surrogate pair, which is no character, is shown as `\\udce9`.

    Python makes such halves of bytes that are no text (file names, what a program prints), and JSON may hold them.
    """
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def file_name(statement: str) -> str:
    """Return a statement's id as a file name: letters and digits of any script, `.`, `_` and `-`, at most 180 bytes.

    `worker:arrive` is `worker_arrive`. Where another id might be called so as well (`worker/arrive`), a mark of the id
    itself stands behind it, since one file would take the other's place.
    """
    name = "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in statement)
    told_apart = name.replace("_", ":") == statement or name == statement
    if told_apart and len(name.encode()) <= _LONGEST:
        return name
    mark = hashlib.sha256(statement.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    return f"{name.encode()[: _LONGEST - 17].decode('utf-8', 'ignore')}_{mark}"


def writable_values(value: Any) -> Any:
    """Return JSON values with every text, names of keys too, as UTF-8 can hold it."""
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, Mapping):
        return {writable_values(name): writable_values(inner) for name, inner in value.items()}
    return [writable_values(inner) for inner in value] if isinstance(value, list | tuple) else value


def beside(target: Path, text: str) -> Path:
    """Write a text into a new file beside its place, and return that; raises `OSError`, and then leaves nothing."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
        temporary.chmod(0o644)  # mkstemp makes files that only their owner may read; reports are for others
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def write_whole(target: Path, text: str) -> None:
    """Put a text in its place, and make the folder for it; raises `OSError`, and then what was there is as it was."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = beside(target, text)
    try:
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
