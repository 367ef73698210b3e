"""Cut texts where readers see one sign end and another begin."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_JOINERS: Final = re.compile("[\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")


def cut(text: str, most: int) -> str:
    """Return at most `most` code points, never parting a mark, joiner or skin tone from what it belongs to."""
    if len(text) <= most:
        return text
    at = most
    while at > 0 and (
        unicodedata.combining(text[at])
        or _JOINERS.match(text[at])
        or text[at - 1] == "\u200d"
        or _inside_flag(text, at)
    ):
        at -= 1
    return text[:at].rstrip()


def _inside_flag(text: str, at: int) -> bool:
    flags = 0
    while at - flags > 0 and "\U0001f1e6" <= text[at - flags - 1] <= "\U0001f1ff":
        flags += 1
    return flags % 2 == 1 and "\U0001f1e6" <= text[at] <= "\U0001f1ff"
