"""Say how much a search may cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Budget:
    """Say how much may be spent on all red statements together. `seconds` are real ones."""

    rounds: int = 15
    runs: int = 60
    seconds: float = 30.0
    clock: Callable[[], float] = time.monotonic
    spent_rounds: int = 0
    spent_runs: int = 0
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.clock()

    @property
    def elapsed(self) -> float:
        """Return the real seconds since the search began."""
        return self.clock() - self._began

    def affords(self, runs: int, keep: int = 0) -> bool:
        """Tell whether so many runs can still be had, with `keep` left afterwards."""
        return self.spent_runs + runs + keep <= self.runs

    @property
    def over(self) -> str:
        """Return what is used up, in words; "" if nothing is."""
        if self.spent_rounds >= self.rounds:
            return f"{self.rounds} rounds"
        if self.spent_runs + 2 > self.runs:
            return f"{self.runs} runs"
        return f"{self.seconds:g} seconds" if self.elapsed > self.seconds else ""
