"""Cut a world down to what some bindings are tried with, so that many seeds of a defect can be seen.

What is kept are the families of the bindings that a defect's statements belong to, and what their records refer to. The
statements of other bindings then lack evidence, and nothing is said about them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from signoff.agreement.resolved import Agreement
from signoff.agreement.statement import Kind
from signoff.strategies.script import Script
from signoff.trial.smaller import smaller


def concerned(agreement: Agreement, statements: Iterable[str]) -> frozenset[str]:
    """Return the bindings that statements belong to; empty where one belongs to none, and the whole world is needed."""
    users = {
        row.rule.table: pair.name
        for pair in agreement.pairs
        for row in pair.rows
        if row.rule is not None and row.rule.table
    }
    tables = {one.statement: one.table for one in agreement.value_rows}
    found = set()
    for name in statements:
        told = agreement.statement(name)
        binding = told.binding if told is not None else ""
        binding = binding or users.get(tables.get(name, ""), "")
        if not binding:
            return frozenset()
        found.add(binding)
    return frozenset(found)


def spoken_of(agreement: Agreement, bindings: frozenset[str]) -> frozenset[str]:
    """Return the statements about which a world cut down to some bindings has something to say."""
    return frozenset(
        one.id
        for one in agreement.statements
        if one.kind is Kind.CONNECTOR or (concerned(agreement, [one.id]) or {""}) <= bindings
    )


def cut(agreement: Agreement, script: Script, bindings: frozenset[str]) -> Script:
    """Return a script with the families of some bindings only."""
    kept = {one.name: one.name for one in script.families if one.binding in bindings}
    return replace(smaller(agreement, script, kept, script.phases[-1].label), statements=())
