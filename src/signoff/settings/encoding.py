"""Decode what people saved: UTF-8, with a byte order mark or not; name the encoding of everything else."""

from __future__ import annotations

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32", "UTF-32"),
    (b"\x00\x00\xfe\xff", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
_LOOKED_AT = 64
"""Bytes in which every second one is NUL where an English text is in UTF-16 without a mark."""


class OtherEncodingError(Exception):
    """Tell that bytes are no text in UTF-8: `found` says what they are, `line` is the first that cannot be read."""

    def __init__(self, found: str, line: int) -> None:
        super().__init__(found)
        self.found = found
        self.line = line


def decoded(data: bytes) -> str:
    """Return the text without its byte order mark; raises `OtherEncodingError`."""
    wide = _wide(data)
    if wide is not None:
        raise OtherEncodingError(f"{wide[1]}, as some editors and PowerShell write it", 1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        found = f"another encoding, perhaps Windows-1252 or Latin-1 (byte 0x{data[error.start]:02X})"
        raise OtherEncodingError(found, line) from None


def guessed(data: bytes) -> str:
    """Return the text in whatever encoding it seems to be, to see whether a file is meant for us at all."""
    wide = _wide(data)
    return data.decode(wide[0] if wide is not None else "utf-8-sig", errors="replace")


def _wide(data: bytes) -> tuple[str, str] | None:
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return codec, name
    start = data[:_LOOKED_AT]
    for first, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(start) > 1 and not any(start[first::2]) and all(start[1 - first :: 2]):
            return codec, "UTF-16"
    return None
