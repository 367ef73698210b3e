"""Give questions and checklists their verdicts, when those of everything else are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from signoff.agreement.matters import BoundItem
from signoff.agreement.resolved import Agreement
from signoff.agreement.statement import Statement
from signoff.verdict import ANSWERED, ATTESTED, STANDING, Outcome, Verdict, merged


def with_matters(
    agreement: Agreement, found: Mapping[str, Verdict], figures: Mapping[str, str], today: date
) -> Mapping[str, Verdict]:
    """Return the verdicts with those of questions and checklists, and with the goals' figures.

    What somebody answered or attested is taken on their word: assumed, and marked as such, so that no report counts
    it as proven. An item that rests on statements has the worst of their verdicts. `today` gives questions their age.
    """
    every = dict(found)
    for name, text in figures.items():
        every[name] = replace(every[name], facts={**every[name].facts, "figure": text})
    for statement in agreement.statements:
        word = by_word(statement, today)
        if word is not None:
            every[statement.id] = word
    return with_items(agreement, every, today)


def with_items(agreement: Agreement, found: Mapping[str, Verdict], today: date) -> Mapping[str, Verdict]:
    """Return the verdicts with those of the checklists' items that rest on them; whoever learns more asks again."""
    every = dict(found)
    off = {one.id for one in agreement.statements if one.switched_off}
    for item in agreement.matters.checklist:
        if item.statement not in off and not item.attested:
            every[item.statement] = _item(agreement, item, every, today)
    return every


def by_word(statement: Statement, today: date) -> Verdict | None:
    """Return the verdict of what rests on somebody's word, or waits for it; None for what tests judge.

    It needs no rehearsal: a question stays open, and an attestation holds, when nothing is known of the connector.
    """
    matter = statement.matter
    if statement.switched_off:
        return None
    if matter.attested_by:
        return Verdict(statement.id, Outcome.ASSUMED, facts={STANDING: ATTESTED}, note=statement.sentence)
    if matter.answer:
        return Verdict(statement.id, Outcome.ASSUMED, facts={STANDING: ANSWERED}, note=f"answered: {matter.answer}")
    if not matter.asked_on:
        return None
    age = (today - date.fromisoformat(matter.asked_on)).days
    return Verdict(
        statement.id, Outcome.OPEN, facts={"age_days": age}, note=f"open for {age} day{'' if age == 1 else 's'}"
    )


def _item(agreement: Agreement, one: BoundItem, found: Mapping[str, Verdict], today: date) -> Verdict:
    evidence = [found[name] for name in one.evidence if name in found]
    outcome = merged(verdict.outcome for verdict in evidence)
    worst = [verdict for verdict in evidence if verdict.outcome is outcome]
    standings = {verdict.facts.get(STANDING) for verdict in worst}
    facts = {}
    if outcome is Outcome.ASSUMED and None not in standings:
        # Nothing but people's words keeps it from being verified.
        facts[STANDING] = ATTESTED if ATTESTED in standings else ANSWERED
    example = next((finding for verdict in worst for finding in verdict.findings), None)
    # Without its family: what fails is tried alone once, by the statement to which the finding belongs.
    findings = (
        (replace(example, statement=one.statement, counterexample=replace(example.counterexample, family="")),)
        if example is not None
        else ()
    )
    because = () if outcome in (Outcome.VERIFIED, Outcome.ASSUMED) else tuple(verdict.statement for verdict in worst)
    made = Verdict(
        one.statement,
        outcome,
        findings,
        {"rests on": len(evidence)},
        because,
        would_exercise="evidence for " + ", ".join(because[:5]) if outcome is Outcome.NOT_EXERCISED else "",
        note=_said(evidence),
        facts=facts,
        sensitive=_sensitive(evidence),
    )
    return _waived(agreement, made, today)


def _sensitive(evidence: list[Verdict]) -> bool | None:
    """Tell whether wrong values would have been noticed in all that tests prove of it; None where nobody has tried."""
    told = [one.sensitive for one in evidence if not one.standing]
    if False in told:
        return False
    return True if told and None not in told else None


def _waived(agreement: Agreement, made: Verdict, today: date) -> Verdict:
    statement = agreement.statement(made.statement)
    until = statement.waived_until if statement is not None else ""
    if made.outcome is Outcome.FAILED and until and today <= date.fromisoformat(until):
        return replace(made, outcome=Outcome.WAIVED)
    return made


def _said(evidence: list[Verdict]) -> str:
    """Return how many of the statements have each verdict, worst first; what rests on words is named so."""
    words = [str(one.facts.get(STANDING) or one.outcome.value) for one in evidence]
    order = [*(outcome.value for outcome in Outcome), ANSWERED, ATTESTED]
    return ", ".join(f"{words.count(word)} {word}" for word in order if word in words)
