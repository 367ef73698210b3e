"""Judge a run against a real environment: what was tried of access, and why nothing else was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from signoff.agreement.resolved import Agreement
from signoff.checks.access import count_access
from signoff.checks.ledger import Ledger
from signoff.checks.matters import with_matters
from signoff.history import Tried
from signoff.verdict import ELSEWHERE, Outcome, Verdict

_REHEARSED = "rehearsed"


def judge_elsewhere(agreement: Agreement, tried: Iterable[Tried], today: date) -> Mapping[str, Verdict]:
    """Return a verdict for every statement. `today` decides about waivers, and gives questions their age.

    Nothing but access is tried in a real environment, so everything else is not exercised there, whatever it says.
    """
    environment = agreement.integration.environment
    known = tuple(tried)
    ledger = Ledger()
    count_access(agreement, known, ledger)
    access = {one.statement for one in agreement.matters.access}
    for one in agreement.statements:
        if one.id not in access:
            ledger.promise(one.id, _REHEARSED, needs_rehearsal(environment))
    found = {
        name: _told(verdict, environment) if name not in access else verdict
        for name, verdict in ledger.verdicts(agreement, today).items()
    }
    for said in known:
        verdict = found[said.statement]
        if said.remarks and verdict.outcome is not Outcome.OPEN:
            found[said.statement] = replace(
                verdict, note=". ".join(one.rstrip(".") for one in (*_note(verdict), *said.remarks))
            )
    return with_matters(agreement, found, {}, today)


def needs_rehearsal(environment: str) -> str:
    """Return what would exercise a statement that is not about access."""
    return (
        f"a rehearsal on simulators, which is a run without --environment: in {environment} this version tries nothing "
        "but access (-m access leaves all else out)"
    )


def _told(verdict: Verdict, environment: str) -> Verdict:
    if verdict.outcome is not Outcome.NOT_EXERCISED:
        return verdict
    return replace(verdict, note="", facts={**verdict.facts, ELSEWHERE: environment})


def _note(verdict: Verdict) -> tuple[str, ...]:
    kept = bool(verdict.note) and not verdict.note.startswith("lacking: ")
    return (verdict.note,) if kept else ()
