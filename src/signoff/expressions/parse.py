"""Parse cells into trees, and say in an author's words what is wrong with those that do not parse.

Results are cached by text, because charts repeat their rules. A parse that succeeds proves only the grammar: a
misspelt phrase may hide in a name (`first wrd + "x"`), so callers must check `signoff.expressions.walk.names`.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any, Final

from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.expressions import phrases
from signoff.expressions import tree as t
from signoff.expressions.grammar import parser, squeezed
from signoff.expressions.limits import too_far, too_much

_KINDS: Final = {
    "rule": "a rule",
    "condition": "a condition",
    "formula": "a formula",
    "cell": "one or several field names, separated by commas",
}

_TERMINALS: Final = {
    "STRING": 'a text in quotes, like "Active"',
    "INT": "a whole number",
    "ZONE": "a time zone such as America/Chicago",
    "CC": "a 2-letter country code such as US",
    "RPAR": "a closing parenthesis",
    "LPAR": "an opening parenthesis",
    "K_HAS": "`has (CONDITION)`",
    "K_AND": "`and`",
    "K_DAYS": "`days`",
    "K_DAYS_AGO": "`days ago`",
    "K_CHARACTERS": "`characters`",
    "K_DECIMALS": "`decimals`",
    "K_WITH_THE_SAME": "`with the same FIELD`",
    "K_BY": "`by FIELD`",
    "K_IF_BLANK": "`if blank`",
    "K_WHERE": "`where CONDITION`",
    "K_OR": "`or`",
    "OTHERWISE": "`, otherwise no`",
    "DOTTED": "a Python function as module.function",
    "WORD": "a field name",
    "DATE": "a date as YYYY-MM-DD",
}

_SUGGESTED: Final = {"rule": phrases.STEPS + phrases.MODIFIERS, "condition": phrases.CONDITIONS}

_BRACKETS: Final = re.compile(r"\[((?:[^\]\"'“]|\"[^\"]*\"|'[^']*'|“[^”]*”)+)\]")

_OWN_COMMA: Final = re.compile(r",(?=\s*(?:otherwise\s+no|else\s|never\s+remove))", re.IGNORECASE)

_LONE_NAME: Final = re.compile(r"[\w\s\-./]+")

_QUOTED: Final = re.compile(r"\"[^\"]*\"|'[^']*'|`[^`]*`|“[^”]*”")


def parse_rule(text: str, place: Place) -> t.RuleTree:
    """Parse a rule cell; raise ScopeError. Steps must stand before modifiers; an empty cell has neither."""
    if not text.strip():
        return t.RuleTree((), (), "")
    items: tuple[t.Step | t.Modifier | t.Paren, ...] = _parsed("rule", text, place)
    steps: list[t.Step] = []
    modifiers: list[t.Modifier] = []
    for item in items:
        if isinstance(item, t.Modifier):
            modifiers.append(item)
            continue
        # Parentheses around whole steps mean what the steps mean; with a field of their own they begin with it.
        bare = isinstance(item, t.Paren) and item.start is None
        wrapped = t.Step("first filled of", ((item,),), 1) if isinstance(item, t.Paren) else item
        found = item.steps if isinstance(item, t.Paren) and bare else (wrapped,)
        if modifiers:
            step, modifier = item_at(text, found[0].column), item_at(text, modifiers[0].column)
            raise ScopeError(
                Problem(
                    place,
                    "steps first, then modifiers",
                    f"the step `{step}` after the modifier `{modifier}`",
                    how="Move the step before the first modifier.",
                    code="rule-order",
                )
            )
        steps.extend(found)
    return t.RuleTree(tuple(steps), tuple(modifiers), text.strip())


def parse_condition(text: str, place: Place) -> t.Condition:
    """Parse a condition; raise ScopeError."""
    found: t.Condition = _parsed("condition", text, place)
    return found


def parse_formula(text: str, place: Place) -> t.Formula:
    """Parse a formula that begins with `=`; raise ScopeError."""
    found: t.Formula = _parsed("formula", text, place)
    return found


def parse_cell(text: str, place: Place) -> tuple[t.Name, ...]:
    """Parse a field cell into the names that stand in it; an empty cell has none; raise ScopeError."""
    if not text.strip():
        return ()
    found: tuple[t.Name, ...] = _parsed("cell", text, place)
    return found


def _parsed(kind: str, text: str, place: Place) -> Any:
    found = _attempt(kind, text)
    if isinstance(found, Problem):
        raise ScopeError(
            Problem(place, found.expected, found.found, found.did_you_mean, found.how, found.code),
        )
    return found


@lru_cache(maxsize=50_000)
def _attempt(kind: str, text: str) -> Any:
    if (refused := too_much(text)) is not None:
        return refused
    try:
        found = parser().parse(text, start=kind)
    except UnexpectedInput as trouble:
        return _explained(kind, text, trouble)
    return next(too_far(found), None) or _meaningless(found) or found


def _meaningless(tree: Any) -> Problem | None:
    """Return the problem of a bracket condition that parses but cannot be meant."""
    if isinstance(tree, t.Name):
        for inside in _BRACKETS.findall(tree.text):
            inner = _attempt("condition", inside)
            if isinstance(inner, Problem):
                return inner
        return None
    if isinstance(tree, tuple):
        return next((problem for part in tree if (problem := _meaningless(part))), None)
    if is_dataclass(tree):
        return next((problem for one in fields(tree) if (problem := _meaningless(getattr(tree, one.name)))), None)
    return None


def _explained(kind: str, text: str, trouble: UnexpectedInput) -> Problem:
    at = _position(text, trouble)
    wanted = _wanted(trouble)
    item = item_at(text, at + 1)
    rest = text[at:].strip()
    word = (re.match(r"[\w.\-]+|\S", rest) or [""])[0]
    if rest:
        found = f"`{word}` at character {at + 1} of `{text.strip()}`"
    elif _LONE_NAME.fullmatch(item):
        found = f"`{item}`, which is no phrase of the language"
    else:
        found = f"the end of `{text.strip()}`, too early"
    suggestion = nearest(squeezed(item), _SUGGESTED.get(kind, ()))
    return Problem(
        Place(""),
        f"{_KINDS[kind]}{'; here ' + wanted if wanted else ''}",
        found,
        suggestion,
        _how(kind, text, at, item, suggestion),
        f"{kind}-syntax",
    )


def _position(text: str, trouble: UnexpectedInput) -> int:
    if isinstance(trouble, UnexpectedToken) and trouble.token.type == "$END":
        return len(text)
    position = getattr(trouble, "pos_in_stream", None)
    return len(text) if position is None else int(position)


def _wanted(trouble: UnexpectedInput) -> str:
    if isinstance(trouble, UnexpectedToken):
        names = set(trouble.accepts or trouble.expected)
    elif isinstance(trouble, UnexpectedCharacters):
        names = set(trouble.allowed or ())
    elif isinstance(trouble, UnexpectedEOF):
        names = set(trouble.expected)
    else:
        names = set()
    if "SAME" in names:
        return "a step such as `same text`, or a modifier such as `on create only`"
    if "PLUS" in names and "_COMMA" in names:
        return "`+` and what is to be joined, or a comma and the next step"
    if "IS" in names:
        return "a test such as `is`, `contains` or `is before`"
    known = [_TERMINALS[name] for name in sorted(names) if name in _TERMINALS]
    if len(known) > 4 or (len(known) < len(names) and "STRING" not in names and len(names) > 3):
        known = known[:4]
    return " or ".join(known)


def item_at(text: str, column: int) -> str:
    """Return the part between the commas around a column, commas in quotes, back-ticks and parentheses apart."""
    hidden = _OWN_COMMA.sub("x", _QUOTED.sub(lambda match: "x" * len(match[0]), text))
    depth, start, end = 0, 0, len(text)
    for index, sign in enumerate(hidden):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth <= 0:
            if index < column - 1:
                start = index + 1
            else:
                end = index
                break
    return text[start:end].strip()


_DAY_ON: Final = re.compile(r"-\d\d?-\d\d?\b")
"""What goes on behind the year of a day."""


def _how(kind: str, text: str, at: int, item: str, suggestion: str | None) -> str:
    quotes = text.count('"')
    if quotes % 2:
        return "Close the quotes; a quote itself is written '\"'."
    if text.count("`") % 2:
        return "Close the back-ticks around the name."
    if text.count("(") != text.count(")") and not suggestion:
        return "Close every parenthesis."
    if kind == "formula" or item.startswith("="):
        return "A name with a sign or a word of the language in it stands in back-ticks, like `Fee %`."
    if kind == "condition" and re.search(r"\bis\s+(not\s+)?\d+$", text[:at], re.IGNORECASE) and _DAY_ON.match(text, at):
        return "Compare days by `is before`, `is after`, `is on or before` or `is on or after`, texts in quotes."
    if kind == "condition" and re.search(r"\b(is|is not)\s*$", text[:at], re.IGNORECASE):
        return 'Put texts in quotes: is "Active".'
    if suggestion:
        return f"Write `{suggestion}`, with your own names and texts in it, or see the reference of rules."
    if kind == "cell":
        return "Separate names by commas; a name with a sign in it stands in back-ticks, like `Fee %`."
    return "Put names that hold a sign or a word of the language in back-ticks, and texts in quotes."
