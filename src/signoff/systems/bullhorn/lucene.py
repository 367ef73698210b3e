"""Read the subset of Lucene's query language that /search takes, as a predicate on records.

How Bullhorn's index analyses a field is not documented; here text is split into words and compared ignoring case,
while picklists, e-mails and phones are compared whole. Instants are compared in UTC at the written precision.
A boost (`lee^2`) is read, and changes no more than the score, which is the same for all hits here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from signoff.schema import Field, Type
from signoff.systems.bullhorn.fuzzy import edits_of, near_by, within
from signoff.systems.bullhorn.paths import Predicate, values_at
from signoff.systems.bullhorn.refusals import Refusal, bad_request
from signoff.systems.bullhorn.store import Store, Stored

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<all>\*:\*)
    | (?P<field>[A-Za-z_][\w.]*):(?=\S)
    | (?P<range>[\[{]\s*(?:"[^"]*"|[^\s\]}]+)\s+TO\s+(?:"[^"]*"|[^\s\]}]+)\s*[\]}])
    | (?P<phrase>"(?:\\.|[^"\\])*")
    | (?P<word>AND\b|OR\b|NOT\b|&&|\|\||!)
    | (?P<sign>[()])
    | (?P<mark>[+-])(?=[\w("*\[{])
    | (?P<fuzzy>~(?:\d+(?:\.\d+)?)?)
    | (?P<boost>\^\d+(?:\.\d+)?)
    | (?P<term>(?:\\.|[^\s()\[\]{}":\\~^])+)
    )""",
    re.VERBOSE,
)
_RANGE: Final = re.compile(r'[\[{]\s*(?P<low>"[^"]*"|\S+)\s+TO\s+(?P<high>"[^"]*"|[^\s\]}]+)\s*[\]}]')
_WHOLE: Final = frozenset({Type.PICKLIST, Type.EMAIL, Type.PHONE, Type.COUNTRY, Type.STATE})
_NUMBERS: Final = frozenset({Type.INTEGER, Type.AMOUNT, Type.NUMBER, Type.REFERENCE})
_WORDS: Final = re.compile(r"[^\s,;/()\"]+")

Token = tuple[str, str]


def bad_search(why: str) -> Refusal:
    """Return the 400 of a query that cannot be read."""
    return bad_request(f"Bad Query: {why}", "errors.badSearch")


def predicate(store: Store, entity: str, query: str, unindexed: frozenset[str] = frozenset()) -> Predicate:
    """Return the predicate of a query; raises a 400 for what cannot be read and for unknown fields.

    A field that is not in the index (`unindexed`: `Entity.field`) has nothing to be found there, and nobody is told.
    """
    text = query.strip()
    if not text or text == "*":
        raise bad_search("{0}")
    reader = _Reader(store, entity, _tokens(text), unindexed)
    found = reader.any_of("")
    if reader.at != len(reader.tokens):
        raise bad_search("unbalanced parenthesis")
    return found


def ids_in(query: str) -> frozenset[int] | None:
    """Return the ids of a query that is nothing but `id:…`, so that no record needs to be looked at."""
    match = re.fullmatch(r"\s*id:\s*\(?\s*(\d+(?:(?:\s+OR\s+|\s+)\d+)*)\s*\)?\s*", query)
    return frozenset(int(one) for one in re.findall(r"\d+", match[1])) if match else None


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise bad_search("unbalanced quote" if '"' in text[at:] else f"syntax error at position {at}")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return tokens


class _Reader:
    """Read tokens by recursive descent: OR binds least, then AND, then NOT."""

    def __init__(self, store: Store, entity: str, tokens: list[Token], unindexed: frozenset[str]) -> None:
        self.store = store
        self.entity = entity
        self.unindexed = unindexed
        self.tokens = tokens
        self.at = 0
        self._inherited = ""

    def _peek(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def any_of(self, field: str) -> Predicate:
        """Read clauses joined by OR, or only set side by side, which means OR too."""
        choices = [self._all_of(field)]
        while self._peek()[0] != "end" and self._peek() != ("sign", ")"):
            kind, word = self._peek()
            if (kind, word) in (("word", "OR"), ("word", "||")):
                self.at += 1
                choices.append(self._all_of(field))
            elif word in ("NOT", "!") or kind == "mark":
                # `a -b` and `a NOT b` exclude, and `+a +b` asks for both.
                choices[-1] = _both(choices[-1], self._all_of(field))
            else:
                choices.append(self._all_of(field))
        if len(choices) == 1:
            return choices[0]
        return lambda record: any(choice(record) for choice in choices)

    def _all_of(self, field: str) -> Predicate:
        found = self._not(field)
        while self._peek() in (("word", "AND"), ("word", "&&")):
            self.at += 1
            found = _both(found, self._not(field))
        return found

    def _not(self, field: str) -> Predicate:
        kind, word = self._peek()
        if (kind, word) in (("word", "NOT"), ("word", "!"), ("mark", "-")):
            self.at += 1
            inner = self._not(field)
            return lambda record: not inner(record)
        if kind == "mark":
            self.at += 1
            return self._not(field)
        return self._clause(field)

    def _clause(self, field: str) -> Predicate:
        kind, word = self._peek()
        self.at += 1
        if kind == "all":
            return lambda _record: True
        if kind == "field":
            if field:
                raise bad_search("a field inside a field's group")
            self._inherited = word
            return self._clause_of(word)
        if kind == "sign" and word == "(":
            return self._group(field)
        self.at -= 1
        if kind in ("term", "phrase", "range"):
            return self._clause_of(field or self._inherited)
        raise bad_search(f"unexpected '{word}'" if word else "unexpected end")

    def _group(self, field: str) -> Predicate:
        found = self.any_of(field)
        if self._peek() != ("sign", ")"):
            raise bad_search("unbalanced parenthesis")
        self.at += 1
        self._take("boost")
        return found

    def _take(self, kind: str) -> str:
        """Return the next token if it is of a kind, else an empty text."""
        found, word = self._peek()
        self.at += found == kind
        return word if found == kind else ""

    def _clause_of(self, field: str) -> Predicate:
        kind, word = self._peek()
        if (kind, word) == ("sign", "("):
            self.at += 1
            return self._group(field)
        self.at += 1
        if kind == "mark":
            _, word = self._peek()
            self.at += 1
            kind, word = "term", f"-{word}"
        if kind not in ("term", "phrase", "range"):
            raise bad_search(f"a value is missing after '{field}:'")
        fuzzy = self._take("fuzzy") if kind != "range" else ""
        self._take("boost")
        fuzzy = fuzzy or (self._take("fuzzy") if kind != "range" else "")
        if not field:
            return _anywhere(word, fuzzy)
        read, last = values_at(self.store, self.entity, field)
        if f"{self.entity}.{field.partition('.')[0]}" in self.unindexed:
            return lambda _record: False
        test = _range(last, word) if kind == "range" else _term(last, word, kind == "phrase", fuzzy)

        def found_in(record: Stored) -> bool:
            return any(value is not None and test(value) for value in read(record))

        return found_in


def _both(left: Predicate, right: Predicate) -> Predicate:
    return lambda record: left(record) and right(record)


def _plain(word: str) -> str:
    if word.startswith('"'):
        word = word[1:-1]
    return re.sub(r"\\(.)", r"\1", word)


def _anywhere(word: str, fuzzy: str) -> Predicate:
    test = _text_test(word, word.startswith('"'), whole=False, fuzzy=fuzzy)
    return lambda record: any(isinstance(value, str) and test(value) for value in record.values())


def _term(field: Field, word: str, phrase: bool, fuzzy: str) -> Callable[[Any], bool]:
    if word == "*":
        return lambda value: value != ""
    plain = _plain(word)
    if field.type is Type.YES_NO:
        wanted = plain.lower() in ("1", "true", "yes")
        return lambda value: value is wanted
    if field.type is Type.INSTANT:
        low, high = _instants(plain)
        return lambda value: low <= value <= high
    if field.type in _NUMBERS:
        number = _decimal(plain)
        return lambda value: bool(value == number)
    return _text_test(word, phrase, field.type in _WHOLE, fuzzy)


def _text_test(word: str, phrase: bool, whole: bool, fuzzy: str) -> Callable[[Any], bool]:
    if not phrase and re.search(r"(?<!\\)[*?]", word):
        pattern = "".join(
            ".*" if part == "*" else "." if part == "?" else re.escape(_plain(part))
            for part in re.split(r"(?<!\\)([*?])", word)
        )
        wanted = re.compile(pattern, re.IGNORECASE | re.DOTALL)
        if whole:
            return lambda value: bool(wanted.fullmatch(str(value)))
        return lambda value: any(wanted.fullmatch(one) for one in _WORDS.findall(str(value)))
    plain = _plain(word).casefold()
    if fuzzy and not phrase:
        edits = edits_of(fuzzy, plain)
        if whole:
            return lambda value: within(edits, plain, str(value).casefold())
        return lambda value: any(within(edits, plain, one) for one in _WORDS.findall(str(value).casefold()))
    if whole:
        return lambda value: str(value).casefold() == plain
    words = _WORDS.findall(plain)
    if fuzzy:
        return lambda value: near_by(int(float(fuzzy[1:] or 0)), words, _WORDS.findall(str(value).casefold()))

    def holds(value: Any) -> bool:
        text = str(value).casefold()
        if text == plain:
            return True
        found = _WORDS.findall(text)
        return any(found[at : at + len(words)] == words for at in range(len(found) - len(words) + 1)) and bool(words)

    return holds


def _range(field: Field, word: str) -> Callable[[Any], bool]:
    match = _RANGE.fullmatch(word)
    if match is None:
        raise bad_search("a range needs two ends")
    low, high = _plain(match["low"]), _plain(match["high"])
    from_low, to_high = word[0] == "[", word[-1] == "]"
    least: int | Decimal | None
    most: int | Decimal | None
    if field.type is Type.INSTANT:
        least = None if low == "*" else _instants(low)[0 if from_low else 1]
        most = None if high == "*" else _instants(high)[1 if to_high else 0]
    elif field.type in _NUMBERS:
        least = None if low == "*" else _decimal(low)
        most = None if high == "*" else _decimal(high)
    else:
        return _text_range(low, high, from_low, to_high)

    def between(value: Any) -> bool:
        if least is not None and (value < least or (not from_low and value == least)):
            return False
        return most is None or value < most or (to_high and value == most)

    return between


def _text_range(low: str, high: str, from_low: bool, to_high: bool) -> Callable[[Any], bool]:
    least, most = low.casefold(), high.casefold()

    def between(value: Any) -> bool:
        text = str(value).casefold()
        above = low == "*" or least < text or (from_low and least == text)
        return above and (high == "*" or text < most or (to_high and text == most))

    return between


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise bad_search("a number was expected") from None


_STAMPS: Final = {8: ("%Y%m%d", 86_400_000), 12: ("%Y%m%d%H%M", 60_000), 14: ("%Y%m%d%H%M%S", 1_000)}


def _instants(text: str) -> tuple[int, int]:
    """Return the first and last epoch ms of a written stamp (8, 12 or 14 digits in UTC, or 13 digits of epoch ms)."""
    digits = text.replace("-", "").replace(":", "").replace("T", "").replace("Z", "")
    if len(digits) == 13 and digits.isdigit():
        return int(digits), int(digits)
    known = _STAMPS.get(len(digits))
    if known is None or not digits.isdigit():
        raise bad_search("a date is written yyyyMMddHHmmss")
    form, width = known
    try:
        moment = datetime.strptime(digits, form).replace(tzinfo=UTC)
    except ValueError:
        raise bad_search("a date is written yyyyMMddHHmmss") from None
    first = (moment - datetime(1970, 1, 1, tzinfo=UTC)).days * 86_400_000 + (
        moment.hour * 3_600_000 + moment.minute * 60_000 + moment.second * 1_000
    )
    return first, first + width - 1
