"""Apply what was agreed about single statements: waivers, switched-off statements, restated titles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from signoff.agreement.statement import Statement
from signoff.errors import Place, Problem, nearest
from signoff.scope import Agreed


def excepted(statements: Sequence[Statement], agreed: Iterable[Agreed]) -> tuple[list[Statement], list[Problem]]:
    """Return the statements with every row of the @exceptions tables applied, and the rows that are wrong.

    Those name no statement, or one of which another row says already what is to become of it or what it is called.
    """
    found = list(statements)
    problems: list[Problem] = []
    said: dict[tuple[str, bool], Place] = {}
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
        # A statement may be waived, or switched off, and have another title: these are two rows.
        first = said.setdefault((one.statement, word in ("waived", "switched off")), one.place)
        if first is not one.place:
            problems.append(
                Problem(
                    one.place,
                    "one row about a statement",
                    f"`{one.statement}` again; the first stands at {first}",
                    how="Remove one of the two rows.",
                    code="exception-twice",
                )
            )
            continue
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
