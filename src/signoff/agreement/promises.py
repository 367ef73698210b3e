"""Give every statement a hash of what it promises, so that one can tell later whether a verdict still speaks of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from signoff.agreement.leaving import SUFFIX
from signoff.agreement.resolved import BoundRow, BoundValueRow, Pair, State
from signoff.agreement.statement import Kind, Statement
from signoff.chart import ValueTable
from signoff.scope import Integration

NO_PROMISE = ("note", "why", "owner", "ticket", "must", "id", "key")
"""Columns that say something about a statement and nothing about what is promised."""

Tables: TypeAlias = "dict[str, list[Any]]"
"""What each value table says, with its branches', by name."""

_LENGTH = 16
_OF_RECORDS_ONLY = ("once",)
"""Statements of a binding that rest on which record is which, and not on the rows of its chart."""
_OF_POPULATION_ONLY = (SUFFIX,)
"""The question what becomes of those who leave: no row of the chart has a part in it."""
_OF_BAD_DATA = ("arrive", "held")
"""Statements of a binding that rest on what becomes of bad data."""


def hashed(
    statements: Sequence[Statement],
    pairs: Iterable[Pair],
    value_rows: Iterable[BoundValueRow],
    tables: Iterable[ValueTable],
    integration: Integration,
    grounds: Mapping[str, Mapping[str, str]],
) -> list[Statement]:
    """Return the statements with their hashes, and with what of the toml and the schemas they rest on.

    A hash covers the cells except notes and labels, the rule as it was understood, and what it rests on: the binding,
    the value table, the branch, and its `grounds`. It says nothing of where the statement stands, what it is called or
    who owns it.
    """
    rests: dict[str, list[Any]] = {}
    looked_up: Tables = {}
    for table in tables:
        rows_of = [[one.ats.text, one.app.text, one.back_to, one.match] for one in table.rows]
        looked_up.setdefault(table.name, []).append([table.labels.branch, rows_of])
    for pair in pairs:
        binding = _binding(pair)
        back = [one for one in pair.back.rows if not one.both_ways] if pair.back is not None else []
        for row in (*pair.rows, *pair.protected, *back):
            rests[row.statement] = [binding, _row(row, looked_up, integration)]
        population = [[" ".join(one.who.split()), one.reaches, *_state(one.state)] for one in pair.population]
        for case in pair.population:
            rests[case.statement] = [binding, population]
        policy = [[" ".join(one.words.split()), one.then] for one in pair.policy]
        for row_of in pair.policy:
            rests[row_of.statement] = [binding, policy]
        life = [[one.when.value, one.then.value, one.kept, *_state(one.state)] for one in pair.life]
        for lived in pair.life:
            rests[lived.statement] = [binding, population, life, pair.entity.begins, pair.entity.ends]
        rows = [_row(row, looked_up, integration) for row in (*pair.rows, *pair.protected, *back)]
        for one in statements:
            if one.kind is Kind.BINDING and one.binding == pair.name:
                suffix = one.id.rpartition(":")[2]
                of_all = [population, *([] if suffix in _OF_POPULATION_ONLY else [rows]), *([life] if life else [])]
                rests[one.id] = [
                    suffix,
                    binding,
                    *([] if suffix in _OF_RECORDS_ONLY else of_all),
                    *([policy] if suffix in _OF_BAD_DATA and policy else []),
                ]
    for one in statements:
        if one.kind is Kind.SCENARIO:
            rests[one.id] = [one.sentence]
    for value in value_rows:
        rests[value.statement] = [value.table, value.row.labels.branch]
    found: list[Statement] = []
    for one in statements:
        own = grounds.get(one.id, {})
        promise = [one.kind.value, _cells(one), rests.get(one.id, []), *([own] if own else [])]
        found.append(replace(one, hash=_digest(promise), grounds=own))
    return found


def _state(state: State | None) -> list[Any]:
    """Return what a state promises; nothing where there is none, so that older promises keep their hash."""
    return [] if state is None else [state.name, [[name, list(values)] for name, values in state.fields]]


def _cells(one: Statement) -> list[list[str]]:
    return [
        [" ".join(heading.split()).lower(), " ".join(text.split())]
        for heading, text in one.cells.items()
        if " ".join(heading.split()).lower() not in NO_PROMISE
    ]


def _binding(pair: Pair) -> list[Any]:
    own = pair.entity
    return [" ".join(pair.text.split()), own.ats, own.app, own.link, list(own.matching)]


def _row(row: BoundRow, tables: Tables, integration: Integration) -> list[Any]:
    found: list[Any] = [row.flow.value, list(row.sources), row.target or row.path, row.required]
    if row.rule is not None:
        # The sentence says what the default for the types is where nobody wrote a rule.
        found += [" ".join(row.rule.text.split()), row.rule.sentence]
        found += [tables[one] for one in row.rule.tables if one in tables]
    if row.both_ways:
        # What the toml says counts where the row says nothing.
        conflict = row.rule.modifiers.conflict if row.rule is not None else ""
        found += [conflict or integration.conflict.lower(), integration.first_link.lower()]
    if row.branch:
        found += [row.branch, integration.branches.get(row.branch, "")]
    return found


def _digest(promise: Any) -> str:
    text = json.dumps(promise, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]
