"""Remember what was played and what failed in it: nothing is played twice, and one case serves several statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from signoff.strategies.script import Script
from signoff.trial.cohort import weight
from signoff.verdict import Finding

Fails = Callable[[Script], Mapping[str, Sequence[Finding]] | None]
"""Play a script and judge it: statement → its findings. None: a system would not have such records."""


class Known:
    """Hold the scripts that were played as they are; `plays` plays and judges one."""

    def __init__(self, plays: Fails) -> None:
        self._plays = plays
        self._played: dict[str, tuple[Script, Mapping[str, Sequence[Finding]]]] = {}

    def __contains__(self, script: Script) -> bool:
        """Tell whether a script was played, for whichever statement."""
        return _key(script) in self._played

    def found(self, script: Script, statement: str, kind: str) -> Finding | None:
        """Return the finding of a kind that a script makes of a statement; it is played if it was not."""
        key = _key(script)
        if key not in self._played:
            self._played[key] = (script, self._plays(script) or {})
        return _of_kind(self._played[key][1], statement, kind)

    def smallest(self, statement: str, kind: str) -> tuple[Script, Finding] | None:
        """Return the smallest script played so far in which a statement fails so, and what was found in it."""
        fitting = [
            (weight(script).operations, key)
            for key, (script, findings) in self._played.items()
            if _of_kind(findings, statement, kind) is not None
        ]
        if not fitting:
            return None
        script = self._played[min(fitting)[1]][0]
        finding = self.found(script, statement, kind)
        return (script, finding) if finding is not None else None


def _key(script: Script) -> str:
    return replace(script, statements=()).to_json()


def _of_kind(findings: Mapping[str, Sequence[Finding]], statement: str, kind: str) -> Finding | None:
    return next((one for one in findings.get(statement, ()) if one.kind == kind), None)
