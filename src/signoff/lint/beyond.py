"""Explain the limits of what a cell may say: there is always a shorter way to say it."""

from __future__ import annotations

from signoff.lint.codes import code

code(
    "too-long",
    what="A cell or a line beyond any that a person reads.",
    why="Reading it would take minutes, and the reports could not show it.",
    bad="A rule of 20,000 characters.",
    fix="Put values into a table of their own, or divide the row.",
)
code(
    "too-many-terms",
    what="A condition, rule or formula of more than 200 parts.",
    why="Nobody can agree on it, and each part is tried alone and together with the others.",
    bad='`status is "A" or status is "B" or …`, 300 times',
    fix="Divide the row, or put values into a table of their own.",
)
code(
    "too-deep",
    what="More than 50 parentheses within each other.",
    why="Nobody can say what belongs together.",
    bad='`((((…status is "A"…))))`',
    fix="Leave out those that change nothing, or divide the row.",
)
code(
    "count",
    what="A count that no run can make records or digits for.",
    why="To try `more than N`, a run makes N + 1 records for one person, again and again.",
    bad="`more than 1000000 Placements`",
    fix="Try the rule with a smaller count.",
)
code(
    "number",
    what="A number of more than 25 digits.",
    why="No system holds it.",
    bad="`payRate > 99999999999999999999999999`",
    fix="Correct the number.",
)
