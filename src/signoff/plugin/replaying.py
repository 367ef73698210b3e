"""Find what `--replay` names, and say what it is: a run, the case of one statement, or a workflow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from signoff.agreement.resolved import Agreement
from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.evidence.wording import number
from signoff.evidence.writing import file_name
from signoff.plugin.options import RunOptions
from signoff.settings import Suite
from signoff.strategies.kept import fits, from_json
from signoff.strategies.pointer import WORKFLOW, Pointer, pointer
from signoff.strategies.script import Script
from signoff.strategies.workflow import draw_workflow
from signoff.trial.cohort import weight
from signoff.verdict import NO_LONGER, STANDING, Outcome, Verdict

ANEW = "A complete run writes them anew"
_NO_SUCH = "This suite has no such integration. Give"


@dataclass(frozen=True, slots=True)
class Replay:
    """Hold what is played again: the script, the file it came from, and whether it is that of a whole run.

    `workflow` is the id of the workflow that it plays, "" for any other.
    """

    script: Script
    file: str
    whole: bool = False
    workflow: str = ""

    @property
    def one(self) -> str:
        """Return the statement that alone is judged; "" for a run."""
        return self.script.statements[0] if len(self.script.statements) == 1 else ""

    def told(self, scope_hash: str) -> tuple[str, ...]:
        """Return, for the first lines of a session, what is played and what that is worth."""
        size = weight(self.script)
        case = f"{number(size.records, 'record')}, {number(size.operations, 'operation')}"
        run = f"the whole run with seed {self.script.seed} ({case})"
        if self.workflow:
            what = f"only the workflow {self.one}, drawn again with seed {self.script.seed}"
        elif self.whole:
            what = run + (f", of which only {self.one} is judged" if self.one else "")
        else:
            what = f"only the case of {self.one}: {case}, from the run with seed {self.script.seed}"
        changed = self.changed(scope_hash)
        return (
            f"replay: {what}; never a sign-off",
            f"replay: from {self.file}",
            *((f"replay: {changed}",) if changed else ()),
        )

    def changed(self, scope_hash: str) -> str:
        """Return that the documents have changed since it was written, and what that means; "" if they have not."""
        if self.script.scope_hash == scope_hash:
            return ""
        return (
            f"the scope has changed since then (hash {self.script.scope_hash or 'none'}, now {scope_hash}): "
            "the same records are judged by what the documents say now"
        )


def replayed(suite: Suite, agreement: Agreement, options: RunOptions) -> Replay:
    """Return what `--replay` names: a run's id, a file, or a statement whose counterexample was kept.

    Raises `ScopeError`, before anything is run, for what cannot be found, read or played on this suite.
    """
    file = _found(suite, agreement, options)
    shown = _shown(file, suite.root)
    text = _text(file, shown)
    pointed = pointer(text, shown)
    if pointed is None:
        script = from_json(text, shown)
        _own(script.integration, suite, agreement, options)
        workflows = {one.statement for one in agreement.workflows}
        found = Replay(script, shown, whole=not script.statements)
        if workflows.intersection(script.statements):
            found = _drawn(agreement, _of_workflow(script), shown)
    else:
        _own(pointed.integration, suite, agreement, options)
        found = _drawn(agreement, pointed, shown) if pointed.plays == WORKFLOW else _whole(pointed, file, shown)
    fits(found.script, agreement.schemas, [one.id for one in agreement.statements], shown)
    return found


def _of_workflow(script: Script) -> Pointer:
    """Return the pointer to a workflow whose script a replay has left: who judges it needs more than the script."""
    return Pointer(script.integration, script.statements[0], WORKFLOW, script.seed, scope_hash=script.scope_hash)


def as_replayed(verdict: Verdict, replay: Replay, scope_hash: str) -> Verdict:
    """Return the verdict of one replayed case: one that shows nothing wrong any more is no row that was never tried.

    The case is the one that failed, so that nothing wrong in it means that it no longer fails: unless another finding
    took the record away, or the documents have changed and nothing in it exercises the statement.
    """
    if verdict.findings or verdict.outcome is not Outcome.NOT_EXERCISED or verdict.because_of or replay.whole:
        return verdict
    if not verdict.exercised and replay.changed(scope_hash):
        return verdict
    note = f"{NO_LONGER} in this case; of what else it promises nothing was tried: {verdict.would_exercise}"
    facts = {**verdict.facts, STANDING: NO_LONGER}
    return replace(verdict, note=note.removesuffix(": "), would_exercise="", facts=facts)


def _drawn(agreement: Agreement, pointed: Pointer, shown: str) -> Replay:
    """Return a workflow, drawn again from its seed and name."""
    workflow = next((one for one in agreement.workflows if one.statement == pointed.statement), None)
    if workflow is None:
        raise _broken(
            Place(shown, cell="statement"),
            "a workflow of the documents",
            pointed.statement,
            nearest(pointed.statement, [one.statement for one in agreement.workflows]),
        )
    program = agreement.integration.connector.kind == "program"
    script = draw_workflow(agreement, workflow, pointed.seed, datetime.now(UTC) if program else None).script
    return Replay(replace(script, scope_hash=pointed.scope_hash), shown, workflow=workflow.statement)


def _whole(pointed: Pointer, file: Path, shown: str) -> Replay:
    """Return the script of a whole run, of which one statement is judged."""
    target = file.parent / pointed.script
    if not pointed.script or not _is_file(target):
        expected = f"the script of the run in which it was found, {pointed.script or 'by its name'}"
        raise _broken(Place(shown, cell="script"), expected, "no such file")
    script = from_json(_text(target, pointed.script), pointed.script)
    return Replay(replace(script, statements=(pointed.statement,)), shown, whole=True)


def _broken(where: Place, expected: str, found: str, meant: str | None = None) -> ScopeError:
    return ScopeError(Problem(where, expected, found, meant, how=f"{ANEW}.", code="no-script"))


def _own(integration: str, suite: Suite, agreement: Agreement, options: RunOptions) -> None:
    name = agreement.integration.name
    add = f"Add --integration {integration}, or give" if integration in suite.names else _NO_SUCH
    if integration != name:
        raise ScopeError(
            Problem(
                Place("--replay", cell=options.replay),
                f"a script of {name}",
                f"one of {integration}",
                how=f"{add} a file of {name}: they are kept in {options.reports.name}/{name}/counterexamples.",
                code="no-script",
            )
        )


def _found(suite: Suite, agreement: Agreement, options: RunOptions) -> Path:
    wanted, name = options.replay, agreement.integration.name
    kept = options.reports / name / "counterexamples"
    places = (
        Path(wanted),
        suite.root / wanted,
        suite.root / wanted / f"script-{name}.json",
        options.reports / "runs" / wanted / f"script-{name}.json",
        kept / f"{file_name(wanted)}.json",
    )
    file = next((one for one in places if _is_file(one)), None)
    if file is not None:
        return file
    cases = _names(kept, "*.json")
    ids = [one.id for one in agreement.statements]
    where = f"Runs are kept in {options.reports.name}/runs, counterexamples in {options.reports.name}/{name}."
    expected, found, known = (
        "a run's id, a script file, or a statement whose counterexample was kept",
        "none of these",
        (*_names(options.reports / "runs", "*"), *ids),
    )
    how = f"{where} {ANEW}."
    if _is_folder(suite.root / wanted):
        expected, found = f"a run's folder, with script-{name}.json in it", "a folder without that file"
        files = _names(suite.root / wanted, "*.json") if (suite.root / wanted).resolve() == kept.resolve() else ()
        return _missing(wanted, expected, found, f"{wanted.rstrip('/')}/{files[0]}" if files else None, where)
    if wanted in ids:
        found = "a statement of which no counterexample was kept"
        how = f"It was not red in the last complete run, or that run is gone. {ANEW}."
        return _missing(wanted, expected, found, None, how)
    folder, within, _ = wanted.partition("/")
    if wanted.endswith(".json") or (within and _is_folder(suite.root / folder)):  # ids of branches have a slash too
        expected, found = "a file that a run wrote, or a run's folder", "no such file or folder"
        known = (*known, *(_shown(kept / one, suite.root) for one in cases))
    return _missing(wanted, expected, found, nearest(wanted, known), how)


def _missing(wanted: str, expected: str, found: str, meant: str | None, how: str) -> Path:
    raise ScopeError(Problem(Place("--replay", cell=wanted), expected, found, did_you_mean=meant, how=how))


def _names(folder: Path, pattern: str) -> Sequence[str]:
    try:
        return sorted(one.name for one in folder.glob(pattern))
    except OSError:  # a folder that may not be entered has nothing to offer
        return ()


def _text(file: Path, shown: str) -> str:
    try:
        return file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise ScopeError(
            Problem(
                Place("--replay", cell=shown),
                "a file that can be read",
                error.strerror or type(error).__name__,
                how=f"Make it readable. {ANEW}.",
            )
        ) from None


def _shown(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long, or a folder that may not be entered
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False
