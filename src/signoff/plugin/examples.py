"""Keep the smallest cases of what failed, and try them first the next time, to see what still fails.

An example never decides anything. The whole rehearsal follows whatever it shows, and when that finds the statement
right, the example goes. Nothing is kept of a real environment.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from signoff.agreement.resolved import Agreement
from signoff.errors import ScopeError
from signoff.evidence.wording import number
from signoff.evidence.writing import write_whole
from signoff.plugin.shrinking import judged_by
from signoff.strategies.script import Script, from_json
from signoff.trial.cohort import weight
from signoff.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from signoff.plugin.standard import Rehearsal

FORMAT = "signoff-example/1"
SECONDS = 5.0
"""Real seconds after which no further example is tried."""
_GREEN = (Outcome.VERIFIED, Outcome.ASSUMED)


@dataclass(frozen=True, slots=True)
class Example:
    """Hold the smallest case of a statement that failed in an earlier run."""

    statement: str
    kind: str
    script: Script


class Examples:
    """Hold the kept cases of one integration, in a folder of the suite that git ignores."""

    def __init__(self, root: Path, integration: str) -> None:
        self._root = root / ".signoff"
        self._folder = self._root / "examples" / integration

    def tried_first(
        self,
        rehearsal: Rehearsal,
        agreement: Agreement,
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Play what failed in the last run, and say what still fails; what belongs to another scope is dropped."""
        examples = list(self._current(agreement, say))
        fails = judged_by(rehearsal)
        begun = clock()
        for at, one in enumerate(examples):
            if clock() - begun > SECONDS:
                say(f"{number(len(examples) - at, 'more row')} that failed in the last run: the whole rehearsal shows")
                return
            findings = fails(one.script) or {}
            again = any(finding.kind == one.kind for finding in findings.get(one.statement, ()))
            size = weight(one.script)
            case = f"{number(size.records, 'record')}, {number(size.operations, 'operation')}"
            said = "still fails" if again else "no longer fails in the smallest case of the last run"
            say(f"tried first: {one.statement} {said} ({case}); the whole rehearsal follows")

    def keep(self, agreement: Agreement, smallest: Mapping[str, Script], verdicts: Mapping[str, Verdict]) -> None:
        """Keep the smallest cases of a whole rehearsal; forget those of statements that it found right.

        A folder that cannot be written is no reason to stop: then nothing is tried first the next time.
        """
        environment = agreement.integration.environments.get(agreement.integration.environment)
        if environment is not None and environment.real:
            return
        try:
            for name, verdict in verdicts.items():
                if verdict.outcome in _GREEN:
                    self._file(name).unlink(missing_ok=True)
            for name, script in smallest.items():
                self._folder.mkdir(parents=True, exist_ok=True)
                (self._root / ".gitignore").write_text("*\n", encoding="utf-8")
                kept = {
                    "format": FORMAT,
                    "statement": name,
                    "kind": verdicts[name].findings[0].kind,
                    "script": script.to_json(),
                }
                write_whole(self._file(name), json.dumps(kept, ensure_ascii=False, indent=1))
        except OSError:
            return  # the reports tell the same trouble of a disk; examples only save time

    def _current(self, agreement: Agreement, say: Callable[[str], None]) -> Iterator[Example]:
        known = {one.id for one in agreement.statements}
        dropped = 0
        for file in sorted(self._folder.glob("*.json")) if self._folder.is_dir() else ():
            found = _read(file)
            if found is None or found.statement not in known or found.script.scope_hash != agreement.scope_hash:
                file.unlink(missing_ok=True)
                dropped += 1
            else:
                yield found
        if dropped:
            say(f"{number(dropped, 'kept case')} of an earlier scope dropped")

    def _file(self, statement: str) -> Path:
        name = "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in statement)
        return self._folder / f"{name}.json"


def _read(file: Path) -> Example | None:
    """Return a kept case; None where the file holds none that this version can play."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            return None
        return Example(data["statement"], data["kind"], from_json(data["script"], file.name))
    except (OSError, ValueError, KeyError, TypeError, ScopeError):
        return None
