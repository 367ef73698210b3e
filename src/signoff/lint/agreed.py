"""Check what was agreed for a time: waivers that ran out, and questions that nobody answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from signoff.errors import Place, Problem
from signoff.gherkin.tags import real_day
from signoff.lint.codes import Level, rule
from signoff.lint.matter import Matter

ENDING_DAYS: Final = 14
"""A waiver that ends within so many days is told beforehand."""
ANSWER_DAYS: Final = 14
"""A question may wait so many days."""


def _waivers(matter: Matter) -> Iterator[tuple[Place, date]]:
    for document in matter.documents:
        for one in document.exceptions:
            if one.agreed.strip().lower() == "waived" and real_day(one.until):
                yield replace(one.place, cell="until"), date.fromisoformat(one.until)
        marked = [(one.place, one.labels) for one in document.charts]
        marked += [(one.place, one.labels) for one in document.tables]
        marked += [(one.place, one.labels) for one in document.populations]
        marked += [(one.place, one.labels) for one in document.policies]
        for place, labels in marked:
            if real_day(labels.waived_until):
                yield place, date.fromisoformat(labels.waived_until)


@rule(
    "waiver-expired",
    level=Level.WARNING,
    what="A waiver has run out.",
    why="It no longer excuses anything: what fails is refused again. It only makes the document look milder.",
    bad="`@waived:until=2026-01-31`, read in February.",
    fix="Remove it, or agree on another day and write down who agreed.",
)
def waiver_expired(matter: Matter) -> Iterator[Problem]:
    """Find waivers whose last day is past."""
    for place, until in _waivers(matter):
        if matter.today is not None and until < matter.today:
            yield Problem(
                place,
                "a waiver that still holds",
                f"one that ended on {until.isoformat()}",
                how="Remove it, or agree on another day.",
            )


@rule(
    "waiver-ending",
    level=Level.WARNING,
    what=f"A waiver ends within {ENDING_DAYS} days.",
    why="From the day after, what it excuses is refused; better to know before the release.",
    bad="`@waived:until=2026-01-31`, read on 20 January.",
    fix="Repair what it excuses, or agree on another day in time.",
)
def waiver_ending(matter: Matter) -> Iterator[Problem]:
    """Find waivers that end soon."""
    for place, until in _waivers(matter):
        left = (until - matter.today).days if matter.today is not None else -1
        if 0 <= left <= ENDING_DAYS:
            yield Problem(
                place,
                f"a waiver that holds for more than {ENDING_DAYS} days",
                f"one that ends on {until.isoformat()}, {'today' if not left else f'in {left} days'}",
                how="Repair what it excuses, or agree on another day.",
            )


@rule(
    "unanswered",
    level=Level.WARNING,
    raw=True,
    what=f"A question has waited for an answer for more than {ANSWER_DAYS} days.",
    why="What depends on it stays open, and the release waits for it without anybody noticing.",
    bad="A question asked on 1 March, read on 1 April.",
    fix="Answer it, or give it an owner who will.",
)
def unanswered(matter: Matter) -> Iterator[Problem]:
    """Find questions that are open for too long."""
    for one in matter.questions:
        if one.answer or matter.today is None:
            continue
        waited = (matter.today - one.asked_on).days
        if waited > ANSWER_DAYS:
            yield Problem(
                one.row.place,
                f"an answer within {ANSWER_DAYS} days",
                f"none for {waited} days",
                how=f"Ask {one.asked_of} again." if one.asked_of else "Say who is to answer.",
            )
