"""Spoil the lists of a simulated system for a while: answer them with an error, or as if there were nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

ERROR: Final = "error"
NOTHING: Final = "nothing"
MESSAGE: Final = "the server could not answer"
"""What an error says of itself."""


@dataclass(slots=True)
class _Fault:
    entity: str
    answer: str
    left: int | None


@dataclass(slots=True)
class Lists:
    """Hold what is wrong with the lists of a system for now. Records that are asked for by their ids are always given.

    `struck` counts the lists that were answered wrongly since the simulator was made.
    """

    struck: int = 0
    _faults: list[_Fault] = field(default_factory=list)

    def spoil(self, answer: str, entity: str = "", first: int = 0) -> None:
        """Answer lists of an entity (of all, for "") with `ERROR` or `NOTHING`; only the first ones, unless 0."""
        self._faults.append(_Fault(entity, answer, first or None))

    def mend(self) -> None:
        """Answer every list as it is again."""
        self._faults.clear()

    def answer(self, entity: str) -> str:
        """Return how the list that is asked for now is answered: `ERROR`, `NOTHING`, or "" for as it is."""
        for fault in self._faults:
            if fault.entity in ("", entity) and fault.left != 0:
                if fault.left is not None:
                    fault.left -= 1
                self.struck += 1
                return fault.answer
        return ""
