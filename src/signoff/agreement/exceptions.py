"""Apply what was agreed about single statements: waivers, switched-off statements, restated titles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from signoff.agreement.statement import Statement
from signoff.errors import Place, Problem, nearest
from signoff.scope import Agreed


def excepted(statements: Sequence[Statement], agreed: Iterable[Agreed]) -> tuple[list[Statement], list[Problem]]:
    """Return the statements with every row of the @exceptions tables applied, and the rows that name none."""
    found = list(statements)
    problems: list[Problem] = []
    by_id = {one.id: index for index, one in enumerate(found)}
    for one in agreed:
        if one.statement not in by_id:
            problems.append(
                Problem(
                    one.place,
                    "the id of a statement",
                    f"`{one.statement}`",
                    did_you_mean=nearest(one.statement, by_id),
                    how="`pytest --collect-only -q` lists every id.",
                    code="unknown-statement",
                )
            )
            continue
        index = by_id[one.statement]
        word = one.agreed.strip().lower()
        if word == "waived":
            found[index] = replace(found[index], waived_until=one.until, waived_reason=one.reason)
        elif word == "switched off":
            found[index] = replace(found[index], switched_off=one.reason or "switched off")
        else:
            found[index] = replace(found[index], title=one.agreed)
    return found, problems


def repeated(statements: Iterable[Statement]) -> list[Problem]:
    """Return a problem for every statement whose id another one has already."""
    problems: list[Problem] = []
    first: dict[str, Statement] = {}
    for one in statements:
        if one.id in first:
            problems.append(
                Problem(
                    Place(one.file, one.line),
                    "an id of its own for each statement",
                    f"`{one.id}` again; the first stands at {first[one.id].file}:{first[one.id].line}",
                    how="Give one of the two rows an `id` column with another id.",
                    code="duplicate-id",
                )
            )
        first.setdefault(one.id, one)
    return problems
