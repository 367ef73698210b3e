"""Cut a history: until a sync, and into phases in which the connector had its time."""

from __future__ import annotations

from dataclasses import replace

from signoff.history import History


def until(history: History, label: str) -> History:
    """Return a history as it was when a phase was over."""
    phases = history.phases[: history.phases.index(label) + 1]
    return replace(
        history,
        phases=phases,
        operations=tuple(one for one in history.operations if one.phase in phases),
        runs=(runs := tuple(one for one in history.runs if one.phase in phases)),
        exchanges=tuple(one for one in history.exchanges if one.run <= len(runs)),
        snapshots=tuple(one for one in history.snapshots if one.label in phases),
    )


def coarsened(history: History, settles_within: int) -> History:
    """Return a history in which every phase has as many runs as the connector may take to settle.

    What people did before a sync of fewer runs is judged with the next sync that is long enough, because until then
    nothing is promised; likewise before one in which lists were answered wrongly.
    """
    settling = {
        label: sum(one.phase == label and one.kind == "settle" and not one.spoilt for one in history.runs)
        for label in history.phases
    }
    becomes: dict[str, str] = {}
    waiting: list[str] = []
    for label in history.phases:
        waiting.append(label)
        if settling[label] >= settles_within:
            becomes |= dict.fromkeys(waiting, label)
            waiting = []
    kept = tuple(dict.fromkeys(becomes.values()))
    return replace(
        history,
        phases=kept,
        operations=tuple(replace(one, phase=becomes[one.phase]) for one in history.operations if one.phase in becomes),
        runs=tuple(replace(one, phase=becomes[one.phase]) for one in history.runs if one.phase in becomes),
        snapshots=tuple(one for one in history.snapshots if one.label in kept),
    )
