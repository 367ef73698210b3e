"""Tell whether what a workflow does to the connector came to pass: else its sentences show nothing."""

from __future__ import annotations

from collections.abc import Collection

from signoff.agreement.played import BoundWorkflow
from signoff.checks.cast import Cast
from signoff.history import History


def not_happened(history: History, workflow: BoundWorkflow, cast: Cast, label: str) -> str:
    """Say what is lacking by the end of a phase, "" if nothing is.

    A run that was to be killed may have come to its end before that, and nobody may have asked for a list that was to
    be answered wrongly.
    """
    last = max(at for at, one in enumerate(cast.phases) if one == label) + 1
    phases = history.phases[: history.phases.index(label) + 1]
    asked = sum(one.kind == "killed" for one in workflow.steps[:last])
    if sum(one.kind == "killed" and one.phase in phases for one in history.runs) < asked:
        return "a run with more requests than it is to be killed after"
    unasked = [one for one in _spoilt(workflow, cast, last) if one in phases and not _struck(history, one)]
    return "a connector that asks for a list of those which are answered wrongly" if unasked else ""


def _struck(history: History, label: str) -> bool:
    return any(one.spoilt for one in history.runs if one.phase == label)


def _spoilt(workflow: BoundWorkflow, cast: Cast, last: int) -> Collection[str]:
    """Return the phases in which lists are to be answered wrongly: each that ends with the next sync."""
    found: list[str] = []
    waits = False
    for at, step in enumerate(workflow.steps[:last]):
        waits = waits or step.kind == "lists"
        if waits and step.kind == "syncs":
            found.append(cast.phases[at])
            waits = False
    return found
