"""Read the subset of JPQL that /query takes in `where`, as a predicate on records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final

from signoff.schema import Field, Type
from signoff.systems.bullhorn.paths import Predicate, Values, values_at
from signoff.systems.bullhorn.refusals import Refusal, bad_request
from signoff.systems.bullhorn.store import Store, Stored

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<text>'(?:''|[^'])*')
    | (?P<number>-?\d+(?:\.\d+)?)
    | (?P<name>[A-Za-z_][\w.]*)
    | (?P<sign><>|!=|<=|>=|[=<>(),])
    )""",
    re.VERBOSE,
)
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": lambda a, b: bool(a == b),
    "<>": lambda a, b: bool(a != b),
    "!=": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}
_NUMBERS: Final = frozenset({Type.INTEGER, Type.AMOUNT, Type.NUMBER, Type.REFERENCE, Type.INSTANT})
Token = tuple[str, str]


def bad_where(why: str) -> Refusal:
    """Return the 400 of a condition that cannot be read."""
    return bad_request(f"Invalid where clause: {why}", "errors.badQuery")


class Condition:
    """Hold a condition's predicate, and which ids it pins down by `id = …` or `to-one.id = …` that must hold."""

    def __init__(self, holds: Predicate, pinned: dict[str, frozenset[int]]) -> None:
        self.holds = holds
        self.pinned = pinned


def condition(store: Store, entity: str, where: str) -> Condition:
    """Return the condition of a where text; raises a 400 for what cannot be read and for unknown fields."""
    if '"' in where:
        quoted = re.search(r'"([^"]*)"?', where)
        raise bad_request(
            f"'{quoted[0] if quoted else ''}' is not a valid field name for entity {entity}", "errors.badQuery"
        )
    tokens: list[Token] = []
    at = 0
    text = where.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise bad_where(f"syntax error at position {at}")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    if not tokens:
        raise bad_where("it is empty")
    reader = _Reader(store, entity, tokens)
    found = reader.any_of()
    if reader.at != len(tokens):
        raise bad_where(f"unexpected '{tokens[reader.at][1]}'")
    return found


class _Reader:
    """Read tokens by recursive descent."""

    def __init__(self, store: Store, entity: str, tokens: list[Token]) -> None:
        self.store = store
        self.entity = entity
        self.tokens = tokens
        self.at = 0

    def _peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        if at >= len(self.tokens):
            return ""
        kind, word = self.tokens[at]
        return word.upper() if kind == "name" else word if kind == "sign" else kind

    def _take(self, *words: str) -> bool:
        if all(self._peek(ahead) == word for ahead, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def _must(self, word: str) -> None:
        if not self._take(word):
            raise bad_where(f"'{word}' expected")

    def any_of(self) -> Condition:
        """Read conditions joined by OR."""
        choices = [self._all_of()]
        while self._take("OR"):
            choices.append(self._all_of())
        if len(choices) == 1:
            return choices[0]
        return Condition(lambda record: any(choice.holds(record) for choice in choices), {})

    def _all_of(self) -> Condition:
        parts = [self._not()]
        while self._take("AND"):
            parts.append(self._not())
        if len(parts) == 1:
            return parts[0]
        pinned = {path: ids for part in parts for path, ids in part.pinned.items()}
        return Condition(lambda record: all(part.holds(record) for part in parts), pinned)

    def _not(self) -> Condition:
        if self._take("NOT"):
            inner = self._not()
            return Condition(lambda record: not inner.holds(record), {})
        if self._take("("):
            inner = self.any_of()
            self._must(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Condition:
        if self.at >= len(self.tokens):
            raise bad_where("a condition is missing")
        kind, word = self.tokens[self.at]
        if self._peek(1) in ("MEMBER", "NOT") and kind in ("number", "name") and self._member_ahead():
            return self._membership()
        if kind != "name":
            raise bad_where(f"a field expected, not {kind}")
        self.at += 1
        path = word
        read, field = values_at(self.store, self.entity, path)
        if self._take("IS", "NOT", "NULL"):
            return Condition(lambda record: any(value is not None for value in read(record)), {})
        if self._take("IS", "NULL"):
            return Condition(lambda record: all(value is None for value in read(record)), {})
        if self._take("IS", "NOT", "EMPTY"):
            return Condition(lambda record: any(True for _ in read(record)), {})
        if self._take("IS", "EMPTY"):
            return Condition(lambda record: not any(True for _ in read(record)), {})
        refused = self._take("NOT")
        if self._take("IN"):
            return self._in(path, read, field, refused)
        if self._take("LIKE"):
            return self._like(read, refused)
        if self._take("BETWEEN"):
            low = self._value(field)
            self._must("AND")
            high = self._value(field)
            return _sure(read, lambda value: low <= value <= high, refused)
        if refused:
            raise bad_where("IN, LIKE or BETWEEN expected after NOT")
        sign = self._peek()
        if sign not in _COMPARE:
            raise bad_where(f"an operator expected after '{path}'")
        self.at += 1
        wanted = self._value(field)
        compare = _COMPARE[sign]
        pinned = {path: frozenset({wanted})} if sign == "=" and _is_id(path, wanted) else {}
        return Condition(_sure(read, lambda value: compare(value, wanted), False).holds, pinned)

    def _member_ahead(self) -> bool:
        return self._peek(1) == "MEMBER" or (self._peek(1) == "NOT" and self._peek(2) == "MEMBER")

    def _membership(self) -> Condition:
        kind, word = self.tokens[self.at]
        self.at += 1
        refused = self._take("NOT")
        self._must("MEMBER")
        self._take("OF")
        kind_of_list, path = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind_of_list != "name":
            raise bad_where("an association expected after MEMBER OF")
        self.at += 1
        read, _ = values_at(self.store, self.entity, path)
        if kind == "number":
            wanted = int(word)
            return Condition(lambda record: (wanted in set(read(record))) is not refused, {})
        own, _ = values_at(self.store, self.entity, word)
        return Condition(lambda record: bool(set(own(record)) & set(read(record))) is not refused, {})

    def _in(self, path: str, read: Values, field: Field, refused: bool) -> Condition:
        self._must("(")
        wanted = [self._value(field)]
        while self._take(","):
            wanted.append(self._value(field))
        self._must(")")
        allowed = frozenset(wanted)
        pinned = {path: allowed} if not refused and all(_is_id(path, one) for one in allowed) else {}
        return Condition(_sure(read, lambda value: value in allowed, refused).holds, pinned)

    def _like(self, read: Values, refused: bool) -> Condition:
        kind, word = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind != "text":
            raise bad_where("a text in single quotes expected after LIKE")
        self.at += 1
        parts = re.split(r"([%_])", _unquoted(word))
        pattern = re.compile(
            "".join(".*" if part == "%" else "." if part == "_" else re.escape(part) for part in parts),
            re.IGNORECASE | re.DOTALL,
        )
        return _sure(read, lambda value: pattern.fullmatch(str(value)) is not None, refused)

    def _value(self, field: Field) -> Any:
        if self.at >= len(self.tokens):
            raise bad_where("a value is missing")
        kind, word = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            if field.type not in _NUMBERS:
                raise bad_where(f"'{field.name}' is not compared with a number")
            return Decimal(word) if "." in word else int(word)
        if kind == "text":
            if field.type in _NUMBERS or field.type is Type.YES_NO:
                raise bad_where(f"'{field.name}' is not compared with a text")
            return _unquoted(word)
        if kind == "name" and word.lower() in ("true", "false"):
            if field.type is not Type.YES_NO:
                raise bad_where(f"'{field.name}' is not compared with {word.lower()}")
            return word.lower() == "true"
        raise bad_request(f"'{word}' is not a valid field name for entity {self.entity}", "errors.badQuery")


def _is_id(path: str, wanted: Any) -> bool:
    return (path == "id" or (path.endswith(".id") and path.count(".") == 1)) and isinstance(wanted, int)


def _unquoted(word: str) -> str:
    return word[1:-1].replace("''", "'")


def _sure(read: Callable[[Stored], Iterable[Any]], test: Callable[[Any], bool], refused: bool) -> Condition:
    """Hold where a value is there and passes; as in SQL, what is null neither passes nor fails to."""
    return Condition(lambda record: any(value is not None and test(value) is not refused for value in read(record)), {})
