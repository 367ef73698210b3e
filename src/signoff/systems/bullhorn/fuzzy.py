"""Compare words as Lucene's fuzzy and proximity searches do (`lee~`, `lee~1`, `"lee maria"~3`)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final

MOST_EDITS: Final = 2
"""Lucene looks no farther since version 4, and as far where the query names no distance."""


def edits_of(mark: str, word: str) -> int:
    """Return how many edits `~`, `~1` or the older `~0.8` (how alike, below 1) allow for a word."""
    if mark == "~":
        return MOST_EDITS
    asked = float(mark[1:])
    return min(int(asked), MOST_EDITS) if asked >= 1 or asked == 0 else min(int((1 - asked) * len(word)), MOST_EDITS)


def within(edits: int, word: str, other: str) -> bool:
    """Tell whether one word becomes another by so many signs put in, left out, exchanged, or swapped with the next."""
    if abs(len(word) - len(other)) > edits:
        return False
    before: list[int] = []
    last = list(range(len(other) + 1))
    for at, sign in enumerate(word, 1):
        line = [at]
        for there, its in enumerate(other, 1):
            cost = min(line[-1] + 1, last[there] + 1, last[there - 1] + (sign != its))
            if at > 1 and there > 1 and sign == other[there - 2] and word[at - 2] == its:
                cost = min(cost, before[there - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1] <= edits


def near_by(slop: int, words: Sequence[str], text: Sequence[str]) -> bool:
    """Tell whether all words of a phrase stand in a text, moved by no more than `slop` places in all."""
    places = [[at - number for at, one in enumerate(text) if one == word] for number, word in enumerate(words)]
    return bool(words) and any(max(found) - min(found) <= slop for found in product(*places))
