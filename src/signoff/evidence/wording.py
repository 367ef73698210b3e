"""Say the seven verdicts, and make differing texts visibly different, in the same way in every report."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signoff.verdict import (
    ANSWERED,
    ATTESTED,
    NO_LONGER,
    PATHS,
    SENTENCE,
    STANDS,
    TRANSITIONS,
    Counterexample,
    Outcome,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Word:
    """Say one verdict: `icon` and `name` so that no reader depends on colour, `plain` for terminals without Unicode.

    `ink` and `paper` are the light theme's text and background, for places that allow no style sheet. The pairs
    keep a contrast of at least 4.5 to 1 and stay apart for the three common kinds of colour blindness.
    """

    name: str
    icon: str
    plain: str
    slug: str
    ink: str
    paper: str
    meaning: str


WORDS: Mapping[Outcome, Word] = {
    Outcome.FAILED: Word(
        "failed", "✗", "x", "failed", "#8a2200", "#fde3d8", "there is a counterexample: the integration does otherwise"
    ),
    Outcome.BLOCKED: Word(
        "blocked", "⊘", "!", "blocked", "#6b2a58", "#f6e3ef", "access or environment trouble: nothing is known"
    ),
    Outcome.NOT_EXERCISED: Word(
        "not exercised", "○", "o", "not-exercised", "#6e4a00", "#fdf0d0", "nothing in the run could have shown it wrong"
    ),
    Outcome.WAIVED: Word("waived", "⏸", "w", "waived", "#4a4a4a", "#e9e9e9", "failed, and accepted until a day"),
    Outcome.OPEN: Word("open", "?", "?", "open", "#3d3d78", "#e6e6f8", "a question that nobody has answered yet"),
    Outcome.ASSUMED: Word(
        "assumed", "≈", "~", "assumed", "#00497a", "#dcecf9", "right by a default rule that nobody has agreed"
    ),
    Outcome.VERIFIED: Word(
        "verified", "✓", "+", "verified", "#00573f", "#d9f1e8", "exercised, right, and a wrong value would have shown"
    ),
}
"""How each verdict is shown, worst first."""

STANDINGS: Mapping[str, Word] = {
    ANSWERED: Word(
        "answered", "»", ">", "answered", "#3c4a2a", "#eaf0dd", "a question that somebody has answered; not tested"
    ),
    ATTESTED: Word(
        "attested", "✎", "a", "attested", "#3c4a2a", "#eaf0dd", "a named person vouches for it, since a day; not tested"
    ),
    NO_LONGER: Word(
        "no longer fails", "↻", "r", "replayed", "#3c4a2a", "#eaf0dd", "one case, played again; the rest is not tested"
    ),
}
"""How a verdict is shown that no test of the whole statement stands behind; it is never counted as proven."""


def word_of(verdict: Verdict) -> Word:
    """Return how a verdict is shown: by its outcome, or by the word that it rests on."""
    return STANDINGS.get(verdict.standing) or WORDS[verdict.outcome]


NOT_RUN = Word("not selected", "–", "-", "not-run", "#5a5a5a", "#f4f4f4", "not part of this run")
"""How a statement without a verdict is shown in a selected run."""

_NAMES = {
    "\u00a0": "NBSP",
    "\u202f": "NARROW NBSP",
    "\u200b": "ZERO WIDTH SPACE",
    "\u200c": "ZWNJ",
    "\u200d": "ZWJ",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u2060": "WORD JOINER",
    "\ufeff": "BOM",
    "\ufe0f": "VS16",
    "\u00ad": "SOFT HYPHEN",
    "\t": "TAB",
    "\n": "NEWLINE",
    "\r": "CR",
    "\x00": "NUL",
}
_JOINERS = "\u200c\u200d\ufe0f"
_CONTROLS = frozenset({"Cc", "Cf", "Zl", "Zp"})
_QUOTES = "\"'“‘«„"


def _name(character: str) -> str:
    if character in _NAMES:
        return _NAMES[character]
    return str(unicodedata.name(character, f"U+{ord(character):04X}"))


def visible(text: str, against: str = "") -> str:
    """Return the text with every character that a reader cannot see named in `<…>`.

    Two values that look alike are the hardest findings to read, so odd blanks, controls and direction marks are
    always named. Joiners are part of emoji and of some scripts: they are named only if `against` has another
    number of them. A combining mark is named where it could have been written as one letter with its base.
    """
    shown: list[str] = []
    base = ""
    for character in text:
        kind = unicodedata.category(character)
        if character in _JOINERS:
            hidden = bool(against) and against.count(character) != text.count(character)
        elif kind in _CONTROLS or (kind == "Zs" and character != " "):
            hidden = True
        else:
            joined = unicodedata.normalize("NFC", base + character) if unicodedata.combining(character) else ""
            hidden = len(joined) == 1
            base = joined if hidden else character
        shown.append(f"<{_name(character)}>" if hidden else character)
    return "".join(shown)


def quoted(text: str) -> str:
    """Return the text in quotes if its ends would not show otherwise: empty, or with blanks at an end."""
    if text and text == text.strip():
        return text
    return text if len(text) > 1 and text[0] in _QUOTES else f'"{text}"'


MOSTLY_THE_SAME = 0.65
"""How much two texts must have in common for marks to help: two addresses at one domain are two addresses."""

Parts = tuple[tuple[str, bool], ...]
"""Pieces of a text in order; True marks a piece that the other text does not have."""


def difference(expected: str, found: str) -> tuple[Parts, Parts]:
    """Return both texts, made visible, in pieces that say what differs.

    If the ends of one would not show, both stand in quotes, so that they can be compared; the quotes are no
    difference. Texts that have little in common, or are long, are one unmarked piece each: marks all over help nobody.
    """
    if _in_quotes(expected) is not _in_quotes(found):
        return _one_in_quotes(expected, found)
    left, right = visible(expected, found), visible(found, expected)
    around = '"' if any(text and quoted(text) != text for text in (expected, found)) else ""
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    if not (left and right) or len(left) + len(right) > 800 or left == right or _alike(left, right) < MOSTLY_THE_SAME:
        return ((around + left + around or quoted(left), False),), ((around + right + around or quoted(right), False),)
    lefts: list[tuple[str, bool]] = [(around, False)]
    rights: list[tuple[str, bool]] = [(around, False)]
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        lefts.append((left[i1:i2], tag != "equal"))
        rights.append((right[j1:j2], tag != "equal"))
    return tuple(_kept([*lefts, (around, False)])), tuple(_kept([*rights, (around, False)]))


def _alike(left: str, right: str) -> float:
    """Return how much two texts have in common, from 0 to 1.

    What both say of where the value stands does not count, nor does the domain of two addresses at one.
    """
    (mine, _, here), (other, _, there) = left.rpartition(" in "), right.rpartition(" in ")
    left, right = (mine, other) if mine and other and here == there else (left, right)
    (ours, sign, domain), (theirs, _, theirs_at) = left.partition("@"), right.partition("@")
    first, second = (ours, theirs) if sign and domain == theirs_at else (left, right)
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio()


def _in_quotes(text: str) -> bool:
    return len(text) > 2 and text[0] == text[-1] == '"'


def _one_in_quotes(expected: str, found: str) -> tuple[Parts, Parts]:
    """Return the difference of texts of which one is written in quotes, which are no difference themselves."""
    inner = expected[1:-1] if _in_quotes(expected) else found[1:-1]
    if _in_quotes(expected):
        left, right = difference(inner, found)
        return (('"', False), *left, ('"', False)), right
    left, right = difference(expected, inner)
    return left, (('"', False), *right, ('"', False))


def _kept(parts: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    return [part for part in parts if part[0]]


def headline(verdict: Verdict) -> str:
    """Return one line that says what was found, for lists: `expected X, found Y (record)`."""
    example = verdict.counterexample
    said = failing_sentence(verdict)
    because = f"because of {', '.join(verdict.because_of)}" if verdict.because_of else ""
    if example is not None and because and not said:
        return because  # an item of a checklist: the finding is another's
    if example is not None:
        expected, found = visible(example.expected, example.found), visible(example.found, example.expected)
        who = shortened(visible(example.record))
        told = f"expected {shortened(expected)}, found {shortened(found)} ({who}){_only_after(verdict)}"
        told = f"{shortened(visible(said))}: {told}" if said else told
        return f"{told}; {because}" if because else told
    if verdict.outcome is Outcome.NOT_EXERCISED and because:
        return because
    return verdict.would_exercise or verdict.note


def failing_sentence(verdict: Verdict) -> str:
    """Return the Then of a workflow that did not hold: `Then "Maria" is in the app`; "" for any other statement."""
    said = verdict.facts.get(SENTENCE, "") if verdict.findings else ""
    return f"Then {said}" if said else ""


def sentence_place(verdict: Verdict) -> str:
    """Return where that sentence stands, as file and line; "" for any other statement."""
    return str(verdict.facts.get(STANDS, "")) if verdict.findings else ""


def _only_after(verdict: Verdict) -> str:
    """Name the changes of status after which a value was wrong, where it was right after others."""
    several = verdict.facts.get(TRANSITIONS, ())
    wrong = [f"{one['from']} → {one['to']}" for one in several if one["verdict"] == Outcome.FAILED.value]
    right = any(one["verdict"] == Outcome.VERIFIED.value for one in several)
    return f", after the change {' or '.join(wrong)} only" if right and 0 < len(wrong) < 4 else ""


_BY = {"poll": "by poll", "event": "by event"}


def paths(verdict: Verdict | None) -> tuple[Mapping[str, Any], ...]:
    """Return by which paths the records of a population row came to the connector; none for other statements."""
    found: tuple[Mapping[str, Any], ...] = verdict.facts.get(PATHS, ()) if verdict is not None else ()
    return found


def paths_sentence(verdict: Verdict) -> str:
    """Return `records: 9 by poll, 3 by event, none on demand`; "" for what is no population row."""
    told = [f"{one['records'] or 'none'} {_BY.get(one['path'], one['path'])}" for one in paths(verdict)]
    return f"records: {', '.join(told)}" if told else ""


MOST_SEEN = 5
"""So many wrong values are named in a line before the others are only counted."""


def seen_sentence(verdict: Verdict) -> str:
    """Return `would have been seen: missing, stale and 3 more`: each wrong value once, whatever the phase."""
    names = list(dict.fromkeys(name for names in verdict.noticed.values() for name in names))
    more = len(names) - MOST_SEEN
    told = ", ".join(names[:MOST_SEEN]) + (f" and {more} more" if more > 0 else "")
    return f"would have been seen: {told or 'nothing'}"


def shortened(text: str, limit: int = 120) -> str:
    """Return at most `limit` characters of the text on one line, with … where it goes on."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def again_command(verdict: Verdict) -> str:
    """Return the one command that shows a finding again in the least time: its case, else the run it was found in."""
    example = verdict.counterexample
    return (example.replay or example.reproduce) if example is not None else ""


def alone_sentence(example: Counterexample) -> str:
    """Return what is known about the company in which it failed, or ""."""
    if example.alone is None:
        return ""
    return "It also fails alone." if example.alone else "It fails only together with other records."


def size_sentence(example: Counterexample) -> str:
    """Return how small the case is and what the search took, or "" if it was not made smaller."""
    size = example.size
    if size is None:
        return ""
    small = f"{number(size.records, 'record')}, {number(size.operations, 'operation')}"
    if not size.rounds:
        return small
    whole = f"of {number(size.whole_records, 'record')}, {number(size.whole_operations, 'operation')}"
    return f"{small} ({whole}; found in {number(size.rounds, 'round')}, {number(size.runs, 'run')} of the connector)"


def number(count: int, singular: str, plural: str = "") -> str:
    """Return `1 statement`, `2 statements`, with thousands apart (`12,000 statements`)."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"
