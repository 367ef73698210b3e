"""Bind bad-data tables: what is bad, by a phrase or a condition, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from signoff.agreement.abilities import can_blank, changeable, handle, must_be_filled
from signoff.agreement.conditions import ConditionBinder
from signoff.agreement.ids import bad_data_id
from signoff.agreement.resolved import Agreement, BoundPolicy, BoundRow, Pair
from signoff.agreement.statement import Statement
from signoff.agreement.told import Told
from signoff.errors import Problem, ScopeError, nearest
from signoff.expressions import walk
from signoff.expressions.parse import parse_condition
from signoff.schema import Type
from signoff.scope import Policy, PolicyRow

BLANK: Final = "a required field is blank"
BREAKS: Final = "a value breaks the receiving schema"
NOT_LISTED: Final = "a value is not in its table"
PHONE: Final = "a phone cannot be read"
DATE: Final = "a date cannot be read"
EMAIL: Final = "an e-mail cannot be read"
NUMBER: Final = "a number cannot be read"
TOO_LONG: Final = "a text is too long"
NOWHERE: Final = "a reference leads nowhere"
UNSHOWN: Final = "a text has characters that cannot be shown"
SHARED_KEY: Final = "two records share a key"
CONDITION: Final = ""

HELD: Final = "the record is held back and reported"
LEFT_OUT: Final = "the field is left out"
CUT: Final = "the text is cut"
REMOVED: Final = "the characters are removed"
NOTHING: Final = "nothing is written"
OUTCOMES: Final = (HELD, LEFT_OUT, CUT, REMOVED, NOTHING)

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    BLANK: (HELD, NOTHING),
    BREAKS: (HELD, LEFT_OUT, NOTHING),
    NOT_LISTED: (HELD, LEFT_OUT, NOTHING),
    PHONE: (HELD, LEFT_OUT, NOTHING),
    DATE: (HELD, LEFT_OUT, NOTHING),
    EMAIL: (HELD, LEFT_OUT, NOTHING),
    NUMBER: (HELD, LEFT_OUT, NOTHING),
    TOO_LONG: (HELD, LEFT_OUT, CUT, NOTHING),
    NOWHERE: (HELD, LEFT_OUT, NOTHING),
    SHARED_KEY: (HELD, NOTHING),
    UNSHOWN: (HELD, LEFT_OUT, REMOVED, NOTHING),
    CONDITION: (HELD, NOTHING),
}
"""Each kind of bad data → the outcomes that mean something for it: a field can be left out where one is at fault."""

_NUMBERS: Final = (Type.AMOUNT, Type.NUMBER, Type.INTEGER)
_ARTICLE = re.compile(r"^an? e-?mail\b")
_KIND = re.compile(r"\s*(an?|two)\s", re.IGNORECASE)
"""How kinds of bad data begin, and hardly a condition: a slip in one is told as such, not as fields that nobody has."""


@dataclass(slots=True)
class PolicyBinder:
    """Bind the bad-data table of one binding; `problems` collects what is wrong."""

    conditions: ConditionBinder
    problems: list[Problem]

    def bind(self, policy: Policy, pair: Pair, told: Told) -> tuple[Pair, list[Statement]]:
        """Return the binding with its policy, and a statement for each row."""
        if pair.policy:
            self.problems.append(
                Problem(
                    policy.place,
                    f"one bad-data table for each {pair.name}",
                    "a second one",
                    how="Put all rows into one table; the first that fits decides.",
                    code="two-policies",
                )
            )
            return pair, []
        found: list[BoundPolicy] = []
        statements: list[Statement] = []
        for row in policy.rows:
            bound = self._row(row, pair)
            if bound is None:
                continue
            if any((one.kind, one.condition) == (bound.kind, bound.condition) for one in found):
                self.problems.append(
                    Problem(
                        row.bad.place,
                        "each kind of bad data once",
                        f'"{row.bad.text}" again, which the row above decides already',
                        how="Keep one of them; the first that fits decides.",
                        code="bad-data-twice",
                    )
                )
                continue
            found.append(bound)
            statements.append(told.policy(policy, row, bound, pair.name))
        return replace(pair, policy=tuple(found)), statements

    def _row(self, row: PolicyRow, pair: Pair) -> BoundPolicy | None:
        bad, then = _phrase(row.bad.text), _phrase(row.then.text)
        kind = bad if bad in KINDS else CONDITION
        condition = None
        if kind == CONDITION:
            try:
                condition = parse_condition(row.bad.text, row.bad.place)
            except ScopeError:
                self._unknown(row)
                return None
            linked = pair.linked.entity if pair.linked is not None else ""
            unknown = self.conditions.unknown(condition, pair.source, pair.sender, row.bad.place, linked)
            if unknown and _KIND.match(row.bad.text):
                self._unknown(row)
                return None
            self.problems += unknown
            condition = self.conditions.plain(condition, pair.source, pair.sender)
        if then not in KINDS[kind]:
            self._no_outcome(row, then, kind)
            return None
        if kind == SHARED_KEY and not self._known_by(pair):
            self.problems.append(
                Problem(
                    row.bad.place,
                    f"a key by which each {pair.source} is known",
                    "none",
                    how="Name it in the binding (`, matched by same email`), or as `unique` in the toml.",
                    code="bad-data-key",
                )
            )
        return BoundPolicy(row.id or bad_data_id(pair.name, row.bad.text), kind, condition, then, row.bad.text)

    def _unknown(self, row: PolicyRow) -> None:
        said, kinds = _phrase(row.bad.text), [kind for kind in KINDS if kind]
        self.problems.append(
            Problem(
                row.bad.place,
                f"a condition, or one of: {', '.join(kinds)}",
                f'"{row.bad.text}"',
                nearest(said, kinds) or next((one for one in kinds if one.split()[:2] == said.split()[:2]), None),
                how="Write one of these, or a condition such as `hourlyRate < 0`.",
                code="bad-data",
            )
        )

    def _no_outcome(self, row: PolicyRow, then: str, kind: str) -> None:
        known = then in OUTCOMES
        self.problems.append(
            Problem(
                row.then.place,
                f"what becomes of it: {', '.join(KINDS[kind])}",
                f'"{row.then.text}"' + (f", which means nothing where {row.bad.text}" if known else ""),
                None if known else nearest(row.then.text, OUTCOMES),
                how="Only a text that is too long can be cut, only characters that cannot be shown can be removed, "
                "and only a field that is at fault can be left out."
                if known
                else "What no row names is held back and reported.",
                code="bad-data-then",
            )
        )

    def _known_by(self, pair: Pair) -> list[str]:
        """Return what a record is known by besides its link: the binding's other matching keys, else unique fields."""
        own = (self.conditions.schemas[pair.sender].entities[pair.source].id_field,)
        links = {row.target for row in pair.rows if row.required and row.sources == own}
        return [one.text for one in pair.matched if one.text.split()[-1] not in links] or list(pair.entity.unique)


def _phrase(text: str) -> str:
    """Return a cell as it is compared: lower case, single blanks, `an e-mail` however it is spelt."""
    return _ARTICLE.sub("an e-mail", " ".join(text.split()).lower())


def keys_of(pair: Pair) -> tuple[tuple[BoundRow, ...], ...]:
    """Return the rows of each key by which a record is known besides its link; else of each unique field."""
    charted = [row for row in pair.rows if row.rule is not None and not row.branch]
    keys = [
        tuple(row for row in charted if row.statement in key.rows)
        for key in pair.matched
        if set(key.rows) - {pair.link_statement}
    ]
    if not keys:
        keys = [tuple(row for row in charted if row.sources == (path,)) for path in pair.entity.unique]
    return tuple(key for key in keys if key)


def can_turn(agreement: Agreement, pair: Pair, policy: BoundPolicy) -> bool:
    """Tell whether people can make a record so after it has arrived, as far as the schemas say."""
    if policy.condition is not None:
        return any(_own(agreement, pair, used.name) for used in walk.names(policy.condition) if not used.within)
    rows = [row for row in pair.rows if row.rule is not None]
    if policy.kind == BLANK:
        return any(must_be_filled(row) and can_blank(agreement, pair, row) for row in rows)
    if policy.kind == SHARED_KEY:
        return all(_own(agreement, pair, one.sources[0]) for key in keys_of(pair)[:1] for one in key)
    able = [row for row in rows if _may_be(policy.kind, row)]
    return any(_own(agreement, pair, one) for row in able for one in row.sources)


def _may_be(kind: str, row: BoundRow) -> bool:
    """Tell whether a row's value can be bad in the sense of a kind, as far as its field says."""
    field = row.target_field
    if kind == NOT_LISTED:
        return row.rule is not None and bool(row.rule.table)
    if kind == TOO_LONG:
        return field is not None and field.max_length is not None
    if kind == UNSHOWN:
        return sends_text(row)
    if kind == NUMBER:
        return reads_number(row)
    return kind != NOWHERE or (field is not None and field.type is Type.REFERENCE)


def reads_number(row: BoundRow) -> bool:
    """Tell whether a row makes a number of a text, which may be none: by its rule or by its receiving field."""
    if row.rule is None or not sends_text(row):
        return False
    calculates = any(one.phrase in ("as a number", "=") for one in row.rule.tree.steps)
    return calculates or (row.target_field is not None and row.target_field.type in _NUMBERS)


def sends_text(row: BoundRow) -> bool:
    """Tell whether a row sends a text in which any character may stand, as far as the schema says."""
    texts = (Type.TEXT, Type.ANY)
    return any(one is not None and one.type in texts and not one.choices for one in row.source_fields)


def _own(agreement: Agreement, pair: Pair, name: str) -> bool:
    """Tell whether a name is a field of the record itself that people can change."""
    one = handle(agreement, pair, name)
    return one is not None and one.via == "" and changeable(one.leaf)
