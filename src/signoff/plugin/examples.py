"""Keep the smallest cases of what failed, and try them first the next time, to see what still fails.

An example never decides anything. The whole rehearsal follows whatever it shows, and when that finds the statement
right, the example goes. Nothing is kept of a real environment.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from signoff.agreement.resolved import Agreement
from signoff.checks.case import FINISHES
from signoff.errors import ScopeError
from signoff.evidence.wording import number
from signoff.evidence.writing import file_name, write_whole
from signoff.plugin.shrinking import judged_by
from signoff.strategies.kept import fits, from_json
from signoff.strategies.script import Script
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


class _Broken(Exception):
    """Say why a file holds no case that can be played."""


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
            try:
                findings = fails(one.script) or {}
            except Exception as error:  # noqa: BLE001 - an example decides nothing, so it must end nothing either
                self._set_aside(self._file(one.statement), f"{type(error).__name__}: {error}", say)
                continue
            again = any(finding.kind == one.kind for finding in findings.get(one.statement, ()))
            size = weight(one.script)
            case = f"{number(size.records, 'record')}, {number(size.operations, 'operation')}"
            crashed = any(finding.kind == "crashed" for finding in findings.get(FINISHES, ()))
            said = "no longer fails in the smallest case of the last run"
            if again:
                said = "still fails"
            elif crashed:
                said = "cannot be told, because a run of the connector crashed in the smallest case of the last run"
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
        statements = tuple(known)
        for file in sorted(self._folder.glob("*.json")) if self._folder.is_dir() else ():
            try:
                found = _read(file)
                named = found is not None and file == self._file(found.statement)
                if (
                    found is not None
                    and named
                    and found.statement in known
                    and found.script.scope_hash == agreement.scope_hash
                ):
                    fits(found.script, agreement.schemas, statements, file.name)
                    yield found
                    continue
            except (_Broken, ScopeError) as error:
                self._set_aside(file, str(error) if isinstance(error, _Broken) else error.problems[0].found, say)
                continue
            with suppress(OSError):  # where nothing can be deleted, it is dropped again the next time
                file.unlink(missing_ok=True)
            dropped += 1
        if dropped:
            say(f"{number(dropped, 'kept case')} of an earlier scope dropped")

    def _set_aside(self, file: Path, why: str, say: Callable[[str], None]) -> None:
        """Rename what cannot be played, so that it is told once, and can still be looked at."""
        aside = file.with_suffix(".broken")
        try:
            file.replace(aside)
        except OSError as error:
            say(f"a kept case cannot be played ({why}), nor be set aside ({error.strerror}): {self._shown(file)}")
        else:
            say(f"a kept case cannot be played ({why}); set aside as {self._shown(aside)}, and the run goes on")

    def _shown(self, file: Path) -> str:
        return file.relative_to(self._root.parent).as_posix()

    def _file(self, statement: str) -> Path:
        return self._folder / f"{file_name(statement)}.json"


def _read(file: Path) -> Example | None:
    """Return a kept case; None where the file holds one of another version. Raises `_Broken` where it holds none."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _Broken(error.strerror or type(error).__name__) from None
    except (ValueError, RecursionError):
        raise _Broken("text that is no JSON") from None
    if not isinstance(data, dict) or not isinstance(data.get("format"), str):
        raise _Broken("no kept case")
    if data["format"] != FORMAT:
        return None
    texts = [data.get(key) for key in ("statement", "kind", "script")]
    statement, kind, script = (one if isinstance(one, str) else "" for one in texts)
    try:
        return Example(statement, kind, from_json(script, file.name))
    except ScopeError as error:
        [problem] = error.problems
        raise _Broken(f"{problem.where.cell or 'its script'}: {problem.found}") from None
