"""Narrow one case: keep trying sets of steps, halve those after which it no longer fails, keep what still fails."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from signoff.strategies.script import Script
from signoff.trial.cohort import weight
from signoff.trial.steps import Rank, Step, Steps, taken
from signoff.verdict import Finding

PASSES = 2
"""How often all steps are tried: what was needed at first may no longer be, when other things are gone."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Hold one smaller case that is to be tried, and the steps that led there."""

    steps: tuple[Step, ...]
    script: Script


class Narrowing:
    """Make one failing case smaller, some candidates at a time; the judge is whoever calls `take`."""

    def __init__(self, steps: Steps, script: Script, finding: Finding, *, crowded: bool = False) -> None:
        self._crowded = crowded
        """Whether many records are needed: then they are made simpler first, and fewer last."""
        self.script = script
        self.finding = finding
        """What was found in the smallest case so far."""
        self._steps = steps
        self._refused: set[str] = set()
        self._failed: list[frozenset[str]] = []
        """Sets of steps after which it no longer failed: neither does it after more steps besides."""
        self._queue: list[tuple[Step, ...]] = []
        self._passes = 0
        self._moved = True
        self._renew()

    @property
    def done(self) -> bool:
        """Tell whether there is nothing left to try."""
        return not self._queue

    def candidates(self, most: int) -> list[Candidate]:
        """Return the next cases to try, at most so many: large steps first, and already the halves of large ones."""
        while self._queue:
            found: list[Candidate] = []
            todo = deque(self._queue)
            while todo and len(found) < most:
                chunk = todo.popleft()
                if not self._hopeless(chunk):
                    script = taken(self.script, chunk)
                    if script is None:
                        self._miss(chunk)
                    else:
                        found.append(Candidate(chunk, script))
                todo.extend(_halves(chunk))
            if found:
                return found
            self._queue = self._open()
            if not self._queue:
                self._renew()
        return []

    def take(self, results: Sequence[tuple[Candidate, Finding | None]]) -> None:
        """Hear which candidates still fail, and go on from the smallest."""
        hits = [(one, finding) for one, finding in results if finding is not None]
        for one, finding in results:
            if finding is None:
                self._miss(one.steps)
        if hits:
            best, finding = min(hits, key=lambda hit: _order(hit[0]))
            others = {step.key for one, _ in hits if one is not best for step in one.steps}
            self.script, self.finding = best.script, finding
            self._moved = True
            left = self._steps.of(self.script, self._refused)
            names = {one.key for one in left}
            self._failed = [one for one in self._failed if one <= names]
            promising = tuple(step for step in left if step.key in others)
            self._queue = [promising, *self._ordered(tuple(left))] if promising else self._ordered(tuple(left))
        else:
            self._queue = self._open()
        if not self._queue:
            self._renew()

    def _miss(self, chunk: Sequence[Step]) -> None:
        self._failed.append(frozenset(one.key for one in chunk))
        if len(chunk) == 1:
            self._refused.add(chunk[0].key)

    def _hopeless(self, chunk: Sequence[Step]) -> bool:
        names = frozenset(one.key for one in chunk)
        return any(one <= names for one in self._failed)

    def _open(self) -> list[tuple[Step, ...]]:
        """Return what is left of the queue: sets that were tried in vain are replaced by their halves."""
        found: list[tuple[Step, ...]] = []
        todo = deque(self._queue)
        while todo:
            chunk = todo.popleft()
            if not self._hopeless(chunk):
                found.append(chunk)
            else:
                todo.extendleft(reversed(_halves(chunk)))
        return found

    def _renew(self) -> None:
        """Look for steps again: those that a refusal has opened, and once more all when something has changed."""
        left = tuple(self._steps.of(self.script, self._refused))
        if not left and self._moved and self._passes < PASSES - 1:
            self._passes += 1
            self._moved = False
            self._refused.clear()
            self._failed.clear()
            left = tuple(self._steps.of(self.script, self._refused))
        self._queue = self._ordered(left)

    def _ordered(self, left: tuple[Step, ...]) -> list[tuple[Step, ...]]:
        """Return the sets with which to go on: all steps at once, or rank by rank where many records are needed."""
        if not left:
            return []
        if not self._crowded:
            return [left]
        return [chunk for rank in _CROWDED if (chunk := tuple(one for one in left if one.rank is rank))]


_CROWDED = (Rank.FIELDS, Rank.VALUES, Rank.OPERATIONS, Rank.RECORDS, Rank.SIGNS)


def _halves(chunk: Sequence[Step]) -> list[tuple[Step, ...]]:
    """Return a set of steps in parts: by rank, or in halves where all are of one rank."""
    if len(chunk) < 2:
        return []
    ranks = sorted({one.rank for one in chunk})
    if len(ranks) > 1:
        return [tuple(one for one in chunk if one.rank is rank) for rank in ranks]
    middle = len(chunk) // 2
    return [tuple(chunk[:middle]), tuple(chunk[middle:])]


def _order(one: Candidate) -> tuple[int, int, int, int]:
    size = weight(one.script)
    return size.records, size.operations, size.fields, -len(one.steps)
