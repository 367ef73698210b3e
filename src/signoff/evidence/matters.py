"""Count and lay out what is agreed and is no field: questions with their age, checklists, goals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signoff.agreement.statement import Kind, Statement
from signoff.evidence.acceptance import Acceptance
from signoff.evidence.outline import Line, Part, Table
from signoff.evidence.wording import STANDINGS, Word, number
from signoff.verdict import ANSWERED, ATTESTED, Outcome, Verdict

OWN_SECTIONS = frozenset({Kind.QUESTION, Kind.CHECKLIST, Kind.GOAL})
"""Kinds that the sheet shows in sections of their own, and not among the charts of their document."""

QUESTIONS = "questions"
"""The anchor of the sheet's section of questions."""


@dataclass(frozen=True, slots=True)
class Link:
    """Lead from a checklist's item to what it rests on: as written, where it stands, and its verdicts worst first."""

    words: str
    anchor: str
    told: str


def _of(acceptance: Acceptance, kind: Kind) -> list[tuple[Statement, Verdict]]:
    return [
        (one, verdict)
        for one in acceptance.statements
        if one.kind is kind and (verdict := acceptance.verdicts.get(one.id)) is not None
    ]


def age(verdict: Verdict | None) -> int | None:
    """Return for how many days a question has been open, or None if it is not."""
    found = verdict.facts.get("age_days") if verdict is not None else None
    return found if isinstance(found, int) else None


def questions_counted(acceptance: Acceptance) -> dict[str, int | None]:
    """Return how many of the selected questions are open and answered, and the age of the oldest open one in days."""
    found = [verdict for _, verdict in _of(acceptance, Kind.QUESTION)]
    ages = [days for verdict in found if (days := age(verdict)) is not None]
    return {
        "open": sum(verdict.outcome is Outcome.OPEN for verdict in found),
        "oldest_days": max(ages, default=None),
        "answered": sum(verdict.standing == ANSWERED for verdict in found),
    }


def checklist_counted(acceptance: Acceptance) -> dict[str, int]:
    """Return how the selected items of checklists stand: proven by tests, attested, or by their verdict; no zeros."""
    found: dict[str, int] = {"proven": 0, ATTESTED: 0}
    for _, verdict in _of(acceptance, Kind.CHECKLIST):
        word = verdict.standing or ("proven" if verdict.outcome is Outcome.VERIFIED else verdict.outcome.value)
        found[word] = found.get(word, 0) + 1
    return {word: many for word, many in found.items() if many}


def counted(acceptance: Acceptance) -> str:
    """Return what is counted apart from what tests prove, in words; "" if there is nothing.

    `questions: 3 open (oldest 41 days), 5 answered; checklist: 7 proven by tests, 3 attested, 1 open`.
    """
    parts: list[str] = []
    asked = questions_counted(acceptance)
    if asked["open"] or asked["answered"]:
        oldest = asked["oldest_days"]
        since = f" (oldest {number(oldest, 'day')})" if oldest is not None else ""
        told = [f"{asked['open']} open{since}"] if asked["open"] else []
        told += [f"{asked['answered']} answered"] if asked["answered"] else []
        parts.append(f"questions: {', '.join(told)}")
    items = checklist_counted(acceptance)
    if items:
        words = {"proven": "proven by tests"}
        parts.append("checklist: " + ", ".join(f"{many} {words.get(word, word)}" for word, many in items.items()))
    return "; ".join(parts)


def words_used(acceptance: Acceptance) -> tuple[Word, ...]:
    """Return the words for verdicts that rest on less than a test: both of people's word, if any rests on that."""
    used = {verdict.standing for verdict in acceptance.verdicts.values()}
    used |= {ANSWERED, ATTESTED} if used & {ANSWERED, ATTESTED} else set()
    return tuple(word for name, word in STANDINGS.items() if name in used)


def measured(acceptance: Acceptance) -> list[tuple[Statement, str]]:
    """Return the goals whose figure was measured in the rehearsal's world, with that figure, named as what it is."""
    return [(one, figure) for one, verdict in _of(acceptance, Kind.GOAL) if (figure := made_up(verdict))]


def made_up(verdict: Verdict | None) -> str:
    """Return a goal's figure for a reader, or "": said to be made up, so that nobody takes it for a result.

    The people of a rehearsal live lives that nobody leads, so that a time to fill may well be negative.
    """
    figure = verdict.facts.get("figure", "") if verdict is not None else ""
    return f"made-up figure of the rehearsal, the same on both sides: {figure}" if figure else ""


def as_data(one: Statement, verdict: Verdict | None) -> dict[str, Any] | None:
    """Return what an agreement that is no field says, as JSON values; None for every other statement."""
    matter = one.matter
    if one.kind is Kind.QUESTION:
        return {
            "for": matter.asked_of,
            "asked_on": matter.asked_on,
            "age_days": age(verdict),
            "answer": matter.answer or None,
        }
    if one.kind is Kind.CHECKLIST:
        return {
            "evidence": list(matter.evidence),
            "attested_by": matter.attested_by or None,
            "attested_on": matter.attested_on or None,
        }
    if one.kind is Kind.GOAL:
        figure = verdict.facts.get("figure") if verdict is not None else None
        return {"measured_as": matter.measured_as, "targets": dict(matter.targets), "figure": figure}
    return None


def charts_only(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the documents without what has a section of its own."""
    kept = [
        Part(part.document, part.file, tuple(table for table in part.tables if _kind(table) not in OWN_SECTIONS))
        for part in parts
    ]
    return tuple(part for part in kept if part.tables)


def tables_of(parts: Sequence[Part], kind: Kind) -> tuple[Table, ...]:
    """Return the tables of one kind, in document order."""
    return tuple(table for part in parts for table in part.tables if _kind(table) is kind)


def _kind(table: Table) -> Kind:
    return table.lines[0].statement.kind


def links(line: Line, acceptance: Acceptance, parts: Sequence[Part]) -> tuple[Link, ...]:
    """Return where an item's evidence stands on the page, by each id as it was written."""
    anchors = {one.statement.id: _spot(table) for part in parts for table in part.tables for one in table.lines}
    found = []
    for words in line.statement.matter.named:
        prefix = words.removesuffix("*")
        ids = [
            one
            for one in line.statement.matter.evidence
            if (one.startswith(prefix) if words.endswith("*") else one == words)
        ]
        told = _told([acceptance.verdicts[one] for one in ids if one in acceptance.verdicts])
        if not words.endswith("*"):
            told = told.removeprefix("1 ")
        found.append(Link(words, anchors.get(ids[0], "") if ids else "", told))
    return tuple(found)


def _spot(table: Table) -> str:
    # Questions of all documents stand in one table, which has no anchor but that of its section.
    return QUESTIONS if _kind(table) is Kind.QUESTION else table.anchor


def _told(verdicts: Sequence[Verdict]) -> str:
    words = [verdict.standing or verdict.outcome.value for verdict in verdicts]
    order = [*(outcome.value for outcome in Outcome), ANSWERED, ATTESTED]
    return ", ".join(f"{words.count(word)} {word}" for word in order if word in words) or "not selected"


def oldest_first(tables: Sequence[Table]) -> tuple[Mapping[str, Any], ...]:
    """Return all questions with their age: the open ones first, the oldest of them first."""
    lines = [line for table in tables for line in table.lines]
    order = sorted(lines, key=lambda line: -(found if (found := age(line.verdict)) is not None else -1))
    return tuple({"line": line, "age": age(line.verdict)} for line in order)
