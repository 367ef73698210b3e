"""Turn lark's parse into trees; build the parser once, when it is first needed.

The callbacks run while lark parses, so no tree of lark's own is ever built.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from copy import copy
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, TypeAlias

from lark import Lark, Token, Transformer, lexer
from lark.common import LexerConf
from lark.lexer import ContextualLexer

from signoff.expressions import tree as t

Parts: TypeAlias = Sequence[Any]

STARTS: Final = ("rule", "condition", "formula", "cell")
_BLANKS: Final = re.compile(r"\s+")


def squeezed(text: str) -> str:
    """Return a phrase in lower case with single blanks, as the register of rules spells it."""
    return _BLANKS.sub(" ", text.strip()).lower()


def unquoted(token: str) -> str:
    """Return the text inside quotes."""
    return str(token[1:-1])


def _at(part: Any) -> int:
    if isinstance(part, Token):
        return (part.start_pos or 0) + 1
    return getattr(part, "column", 0)


def _given(parts: Parts) -> list[Any]:
    return [part for part in parts if part is not None]


def _has_not(token: str) -> bool:
    return " not " in f" {squeezed(token)} "


class _Trees(Transformer[Token, Any]):
    """Build our trees from the grammar's rules; each method is named for the rule or alias that it answers."""

    def rule(self, parts: Parts) -> tuple[t.Step | t.Modifier, ...]:
        return tuple(parts)

    def condition(self, parts: Parts) -> t.Condition:
        found: t.Condition = parts[0]
        return found

    def formula(self, parts: Parts) -> t.Formula:
        found: t.Formula = parts[-1]
        return found

    def cell(self, parts: Parts) -> tuple[t.Name, ...]:
        return tuple(parts)

    # names

    def words(self, parts: Parts) -> tuple[str, int]:
        bracket = str(parts[-1] or "")
        return " ".join(parts[:-1]) + bracket, _at(parts[0])

    def ticked(self, parts: Parts) -> tuple[str, int]:
        inside = unquoted(parts[0]).strip()
        if re.search(r"[.\[\]]", inside):
            inside = f"`{inside}`"
        return inside + str(parts[1] or ""), _at(parts[0])

    def name(self, parts: Parts) -> t.Name:
        if len(parts) == 1:
            return t.Name(*parts[0])
        texts = [part[0] if isinstance(part, tuple) else str(part) for part in parts]
        return t.Name("".join(texts), parts[0][1])

    # steps

    def same(self, parts: Parts) -> t.Step:
        zone = str(parts[2]) if parts[2] is not None else None
        phrase = squeezed(parts[0]).replace("e-mail", "email")
        return t.Step(phrase, (zone,), _at(parts[0]))

    def yes_no_as(self, parts: Parts) -> t.Step:
        return t.Step("yes/no as", (unquoted(parts[1]), unquoted(parts[3])), _at(parts[0]))

    def always(self, parts: Parts) -> t.Step:
        return t.Step("always", (unquoted(parts[1]),), _at(parts[0]))

    def always_setting(self, parts: Parts) -> t.Step:
        return t.Step("always setting", (parts[1].text,), _at(parts[0]))

    def plain(self, parts: Parts) -> t.Step:
        return t.Step(squeezed(parts[0]), (), _at(parts[0]))

    def look_up(self, parts: Parts) -> t.Step:
        return t.Step("look up in", (unquoted(parts[1]),), _at(parts[0]))

    def reference(self, parts: Parts) -> t.Step:
        return t.Step("the with the same", (parts[1].text, parts[3].text), _at(parts[0]))

    def create(self, parts: Parts) -> t.Step:
        return t.Step("match or create the", (parts[1].text, parts[3].text), _at(parts[0]))

    def where(self, parts: Parts) -> t.Where:
        return t.Where(parts[1])

    def pick_first(self, parts: Parts) -> t.Step:
        return t.Step("the first one", (parts[1],), _at(parts[0]))

    def pick_latest(self, parts: Parts) -> t.Step:
        return t.Step("the latest one by", (parts[1].text, parts[2]), _at(parts[0]))

    def pick_one(self, parts: Parts) -> t.Step:
        return t.Step("the one where", (parts[1],), _at(parts[0]))

    def strung(self, parts: Parts) -> t.Step:
        return t.Step(squeezed(parts[0]), (unquoted(parts[1]),), _at(parts[0]))

    def between(self, parts: Parts) -> t.Step:
        return t.Step(squeezed(parts[0]), (unquoted(parts[1]), unquoted(parts[3])), _at(parts[0]))

    def at_most(self, parts: Parts) -> t.Step:
        return t.Step("at most", (int(parts[1]),), _at(parts[0]))

    def operand(self, parts: Parts) -> t.Name | t.Literal | t.Paren:
        part = parts[0]
        return t.Literal(unquoted(part)) if isinstance(part, Token) else part

    def several(self, parts: Parts) -> tuple[Any, ...]:
        return tuple(part for part in parts if not isinstance(part, Token))

    def first_filled(self, parts: Parts) -> t.Step:
        return t.Step("first filled of", (parts[1],), _at(parts[0]))

    def every_filled(self, parts: Parts) -> t.Step:
        return t.Step("every filled one of", (parts[1],), _at(parts[0]))

    def or_if_blank(self, parts: Parts) -> t.Step:
        return t.Step("or if blank", (unquoted(parts[1]),), _at(parts[0]))

    def paren(self, parts: Parts) -> t.Paren:
        return t.Paren(tuple(parts))

    def paren_name(self, parts: Parts) -> t.Paren:
        return t.Paren(tuple(parts[1:]), parts[0])

    def literal(self, parts: Parts) -> t.Literal:
        return t.Literal(unquoted(parts[0]))

    def join(self, parts: Parts) -> t.Step:
        return t.Step("join", (tuple(part for part in parts if not isinstance(part, Token)),), _at(parts[0]) or 1)

    def yes_if(self, parts: Parts) -> t.Step:
        return t.Step("yes if", (parts[1],), _at(parts[0]))

    def calculated(self, parts: Parts) -> t.Step:
        return t.Step("=", (parts[-1],), 1)

    def rounded(self, parts: Parts) -> t.Step:
        return t.Step("rounded to", (int(parts[1]),), _at(parts[0]))

    def checked(self, parts: Parts) -> t.Step:
        return t.Step("checked by", (str(parts[1]),), _at(parts[0]))

    # formulas

    def _chain(self, parts: Parts) -> t.Formula:
        signs = {"−": "-", "×": "*", "÷": "/"}
        left: t.Formula = parts[0]
        for at in range(1, len(parts), 2):
            sign = str(parts[at])
            left = t.Arithmetic(signs.get(sign, sign), left, parts[at + 1])
        return left

    sum = _chain
    term = _chain

    def minus(self, parts: Parts) -> t.Formula | t.Literal:
        part = parts[-1]
        if isinstance(part, t.Literal) and isinstance(part.value, Decimal):
            return t.Literal(-part.value)
        return t.Negative(part)

    def instead(self, parts: Parts) -> t.Instead:
        return t.Instead(parts[0], parts[-1])

    def function(self, parts: Parts) -> t.Function:
        return t.Function(squeezed(parts[0]), tuple(parts[1:]))

    def number(self, parts: Parts) -> t.Literal:
        return t.Literal(Decimal(str(parts[0])))

    def percent(self, parts: Parts) -> t.Literal:
        return t.Literal(Decimal(str(parts[0])) / 100)

    # modifiers

    def plain_modifier(self, parts: Parts) -> t.Modifier:
        return t.Modifier(squeezed(parts[0]), (), _at(parts[0]))

    def only_when(self, parts: Parts) -> t.Modifier:
        return t.Modifier("only when", (parts[1], _otherwise(parts[2])), _at(parts[0]))

    def must_exist(self, parts: Parts) -> t.Modifier:
        rest = _given(parts[1:])
        side = next((squeezed(part) for part in rest if isinstance(part, Token) and part.type == "IN_SIDE"), "")
        names = tuple(part.text for part in rest if isinstance(part, t.Name))
        outcome = next((_otherwise(part) for part in rest if isinstance(part, Token) and part.type == "ELSE"), "")
        return t.Modifier("must already exist", (side.replace("in the ", ""), names, outcome), _at(parts[0]))

    def effective(self, parts: Parts) -> t.Modifier:
        return t.Modifier("from its effective date", (parts[1],), _at(parts[0]))

    def in_zone(self, parts: Parts) -> t.Modifier:
        return t.Modifier("in", (str(parts[1]),), _at(parts[0]))

    def default_country(self, parts: Parts) -> t.Modifier:
        return t.Modifier("default country", (str(parts[1]).upper(),), _at(parts[0]))

    # conditions

    def either(self, parts: Parts) -> t.Condition:
        kept = [part for part in parts if not isinstance(part, Token)]
        return kept[0] if len(kept) == 1 else t.Or(tuple(kept))

    def both(self, parts: Parts) -> t.Condition:
        kept = [part for part in parts if not isinstance(part, Token)]
        return kept[0] if len(kept) == 1 else t.And(tuple(kept))

    def negation(self, parts: Parts) -> t.Not:
        return t.Not(parts[-1])

    def quantified(self, parts: Parts) -> t.Quantified:
        by = parts[3].text if parts[3] is not None else ""
        return t.Quantified(squeezed(parts[0]), parts[1].text, by, parts[5], 0, _at(parts[0]))

    def counted(self, parts: Parts) -> t.Quantified:
        names = [part for part in parts if isinstance(part, t.Name)]
        last = parts[-1]
        condition = None if isinstance(last, t.Name | Token) else last
        by = names[1].text if len(names) > 1 else ""
        return t.Quantified(squeezed(parts[0]), names[0].text, by, condition, int(parts[1]), _at(parts[0]))

    def subject(self, parts: Parts) -> t.Name:
        found: t.Name = parts[0]
        return found

    def setting(self, parts: Parts) -> t.Setting:
        return t.Setting(parts[1].text, _at(parts[0]))

    def text_value(self, parts: Parts) -> t.Literal:
        return t.Literal(unquoted(parts[0]))

    def is_value(self, parts: Parts) -> t.Is:
        return t.Is(parts[0], (parts[2],), _has_not(parts[1]))

    def is_one_of(self, parts: Parts) -> t.Is:
        return t.Is(parts[0], tuple(parts[2:]), _has_not(parts[1]))

    def is_blank(self, parts: Parts) -> t.IsBlank:
        return t.IsBlank(parts[0], _has_not(parts[1]) is not squeezed(parts[1]).endswith("filled"))

    def is_yes(self, parts: Parts) -> t.IsYes:
        return t.IsYes(parts[0], squeezed(parts[1]).endswith("yes"), _has_not(parts[1]))

    def contains(self, parts: Parts) -> t.Contains:
        return t.Contains(parts[0], unquoted(parts[2]), _has_not(parts[1]))

    def matches(self, parts: Parts) -> t.Matches:
        return t.Matches(parts[0], unquoted(parts[2]), _has_not(parts[1]))

    def is_when(self, parts: Parts) -> t.When:
        relation = squeezed(parts[1]).removeprefix("is ").removeprefix("not ")
        if parts[3] is not None:
            relation = relation.removeprefix("on or ")
        return t.When(parts[0], relation, parts[2], _has_not(parts[1]))

    def is_within(self, parts: Parts) -> t.Within:
        return t.Within(parts[0], int(parts[2]), parts[4] is not None, _has_not(parts[1]))

    def compared(self, parts: Parts) -> t.Compare:
        return t.Compare(parts[0], str(parts[1]), parts[2])

    def day_date(self, parts: Parts) -> t.Day:
        return t.Day(date=str(parts[0]))

    def day_today(self, _parts: Parts) -> t.Day:
        return t.Day()

    def day_in(self, parts: Parts) -> t.Day:
        return t.Day(days=int(parts[1]))

    def day_ago(self, parts: Parts) -> t.Day:
        return t.Day(days=-int(parts[0]))

    def day_field(self, parts: Parts) -> t.Day:
        return t.Day(field=parts[0])


def _otherwise(token: Token | None) -> str:
    return squeezed(token[1:]).removeprefix("else ") if token is not None else ""


class _Trusted(ContextualLexer):
    """Take the terminals as they are. lark would compare them in pairs at each start, which is half a second."""

    def __init__(
        self, conf: LexerConf, states: dict[int, Collection[str]], always_accept: Collection[str] = ()
    ) -> None:
        trusted = copy(conf)
        trusted.skip_validation = True
        super().__init__(trusted, states, always_accept)


@contextmanager
def trusting() -> Iterator[None]:
    """Have lark take the terminals of the language in which grammars are written as they are, too.

    It compares those in pairs before it reads its first grammar, which takes as long as all the rest.
    """
    compares, lexer.has_interegular = getattr(lexer, "has_interegular", False), False
    try:
        yield
    finally:
        lexer.has_interegular = compares


@lru_cache(maxsize=2)
def parser(strict: bool = False) -> Lark:
    """Return the one parser; `strict` also proves that no two terminals can take the same text unnoticed."""
    make: Callable[..., Lark] = Lark.open_from_package
    with nullcontext() if strict else trusting():
        return make(
            "signoff",
            "scope.lark",
            ("expressions",),
            parser="lalr",
            start=list(STARTS),
            transformer=_Trees(),
            maybe_placeholders=True,
            strict=strict,
            _plugins={} if strict else {"ContextualLexer": _Trusted},
        )
