"""Name what an integration cannot be called: what the reports folder holds under that name."""

from __future__ import annotations

from typing import Final

from signoff.errors import Place, Problem

TAKEN: Final = (
    "allure-history.jsonl",
    "allure-report",
    "allure-results",
    "allurerc.json",
    "counterexamples",
    "coverage.csv",
    "edges.csv",
    "runs",
    "selected",
    "signoff.html",
    "signoff.json",
    "summary.md",
    "unmentioned.csv",
)
"""Files and folders of reports/, where each integration has a folder of its name."""


def taken(name: str) -> bool:
    """Tell whether reports/ uses a name itself; some file systems know no difference between `a` and `A`."""
    return name.casefold() in TAKEN


def name_problems(name: str, file: str, line: int) -> list[Problem]:
    """Return what is wrong with an integration's name, which is its toml's; `line` is where the toml opts in."""
    if not taken(name):
        return []
    other = f"{name.split('.')[0]}-app"
    return [
        Problem(
            Place(file, line),
            "a name that nothing else in reports/ has, where each integration has a folder of its name",
            f"`{name}`, which reports/ uses itself",
            other,
            how=f"Rename {file} and features/{name} alike. These are taken: {', '.join(TAKEN)}.",
            code="integration-name",
        )
    ]
