"""Check the headings of charts and value tables: a slip in one makes its column mean nothing."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from signoff.chart import Chart, ValueTable
from signoff.errors import Problem
from signoff.lint.codes import Level, rule
from signoff.lint.matter import Matter
from signoff.rules.lookup import folded

_CHART = ("rule", "required", "id", "must", "owner", "ticket")
_VALUES = ("match", "back to", "id", "must", "owner", "ticket")
"""Optional columns that do something; `note` and `why` are shown like any other."""
_ALIKE = 0.8
"""From here on two headings are one with a slip: `rules` and `rule`, but not `role` and `rule`."""


@rule(
    "misspelt-column",
    level=Level.WARNING,
    what="A heading that is almost one of those that mean something, and so means nothing.",
    why="A column of another name is only kept and shown: under `rules`, no rule of the chart would count.",
    bad="`| ATS field | flow | App field | rules |`",
    fix="Write the heading as it is meant; if it is a column of your own, call it something less alike.",
    raw=True,
)
def misspelt_column(matter: Matter) -> Iterator[Problem]:
    """Find headings of charts and value tables that are nearly `rule`, `required`, `match` and their like."""
    for table, meaning in _tables(matter):
        headings = [folded(one) for one in table.headings]
        free = [one for one in meaning if one not in headings]
        for heading in table.headings:
            close = get_close_matches(folded(heading), free, n=1, cutoff=_ALIKE)
            if close and folded(heading) not in meaning:
                yield Problem(
                    table.place,
                    f"the column `{close[0]}`, or one whose name is not so like it",
                    f"`{heading}`, which is shown and means nothing",
                    close[0],
                    how="Correct the heading, or give a column of your own another name.",
                )


def _tables(matter: Matter) -> Iterator[tuple[Chart | ValueTable, tuple[str, ...]]]:
    for document in matter.documents:
        yield from ((one, _CHART) for one in document.charts)
        yield from ((one, _VALUES) for one in document.tables)
