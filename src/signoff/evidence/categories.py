"""Sort what does not hold into Allure's categories, for Allure 3's configuration and Allure 2's categories.json.

Allure 3 reads categories from its configuration and matches labels; Allure 2 knows statuses and messages only. So a
result carries its category twice: as the label `finding`, and as the first words of its message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signoff.verdict import Outcome, Verdict

LABEL = "finding"


@dataclass(frozen=True, slots=True)
class Category:
    """Hold one category: its name, the kinds of finding in it, and the statuses that Allure gives them."""

    name: str
    kinds: frozenset[str]
    statuses: tuple[str, ...] = ("failed", "skipped")


MISMATCH = Category("Mapping mismatch", frozenset())
LEAK = Category("Leak", frozenset({"leak"}))
CONTRACT = Category("Contract", frozenset({"contract"}))
RECORDS = Category(
    "Missing, surplus or repeated records", frozenset({"missing", "surplus", "taken over", "twice", "delete"})
)
NOT_EXERCISED = Category("Not exercised", frozenset(), ("failed",))
BLOCKED = Category("Access and environment (blocked)", frozenset(), ("broken",))
CHARTS = Category("Whole charts", frozenset(), ("failed", "broken", "skipped"))
"""The charts' own results: they only repeat what their rows say."""
CATEGORIES = (CHARTS, LEAK, CONTRACT, RECORDS, MISMATCH, NOT_EXERCISED, BLOCKED)


def category(verdict: Verdict) -> Category | None:
    """Return the category of a verdict, or None where there is nothing to sort. A waived one keeps its category."""
    if verdict.outcome is Outcome.NOT_EXERCISED:
        return NOT_EXERCISED
    if verdict.outcome is Outcome.BLOCKED:
        return BLOCKED
    if not verdict.findings:
        return MISMATCH if verdict.outcome is Outcome.FAILED else None
    kind = verdict.findings[0].kind
    for one in CATEGORIES:
        if kind in one.kinds:
            return one
    return MISMATCH


def for_allure_2() -> list[dict[str, Any]]:
    """Return the content of categories.json. The regular expression must match the whole message."""
    return [
        {"name": one.name, "matchedStatuses": list(one.statuses), "messageRegex": f"(?s){_plain(one.name)}: .*"}
        for one in CATEGORIES
        if one is not BLOCKED
    ] + [{"name": BLOCKED.name, "matchedStatuses": list(BLOCKED.statuses)}]


def for_allure_3() -> list[dict[str, Any]]:
    """Return the `categories` of Allure 3's configuration. Whatever broke without a verdict counts as blocked."""
    rules: list[dict[str, Any]] = []
    for one in CATEGORIES:
        matcher: Mapping[str, Any] = {"statuses": list(one.statuses), "labels": {LABEL: f"^{_plain(one.name)}$"}}
        if one is BLOCKED:
            matcher = {"statuses": list(one.statuses)}
        rules.append({"name": one.name, "matchers": [matcher], "groupByMessage": False, "hide": one is CHARTS})
    return rules


def _plain(name: str) -> str:
    return name.replace("(", "\\(").replace(")", "\\)")
