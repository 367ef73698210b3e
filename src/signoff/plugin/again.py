"""Keep what shows each red row again, and name the commands: its case alone, and the whole run."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from signoff.agreement.resolved import Agreement
from signoff.agreement.statement import Kind
from signoff.evidence.writing import file_name, write_whole
from signoff.plugin.options import RunOptions
from signoff.settings import Suite
from signoff.strategies.pointer import WHOLE_RUN, WORKFLOW, Pointer
from signoff.strategies.script import Script
from signoff.verdict import Finding, Verdict

Cases = Mapping[str, Script | Pointer]
"""Statement → the case in which it is red: its own small one, or a pointer to the whole run or to a workflow."""


def cases(
    agreement: Agreement, script: Script, small: Mapping[str, Script], verdicts: Mapping[str, Verdict], run: Path
) -> Cases:
    """Return the case of every red statement that can be played. `run` is the folder that keeps the run's script.

    Where nothing smaller was found, that is the whole run, and of a workflow its own world.
    """
    kinds = {one.id: one.kind for one in agreement.statements}
    found: dict[str, Script | Pointer] = {}
    for name, verdict in verdicts.items():
        kind = kinds.get(name)
        if not verdict.findings or kind in (None, Kind.WORKED, Kind.CHECKLIST, Kind.QUESTION):
            continue
        common = (agreement.integration.name, name)
        if kind is Kind.SCENARIO:
            found[name] = Pointer(*common, WORKFLOW, script.seed, scope_hash=agreement.scope_hash)
        elif name in small:
            found[name] = small[name]
        else:
            path = f"../../runs/{run.name}/script-{agreement.integration.name}.json"
            found[name] = Pointer(*common, WHOLE_RUN, script.seed, path, agreement.scope_hash)
    return found


def write_scripts(
    run_folder: Path,
    own_folder: Path,
    agreement: Agreement,
    script: Script,
    kept: Cases,
    *,
    whole: bool = True,
) -> Mapping[str, Path]:
    """Keep the run's script, and one for each counterexample, so that `--replay` can play them again.

    Returns the file of each statement that has one. A replay, and a run of some rows, say nothing of the others'
    counterexamples: these stay unless the run was `whole`.
    No script is written from a real environment. Trouble with the folder is told when the reports are written.
    """
    environment = agreement.integration.environments.get(agreement.integration.environment)
    if environment is not None and environment.real:
        return {}
    own = {name: own_folder / "counterexamples" / f"{file_name(name)}.json" for name in kept}
    files = {run_folder / f"script-{script.integration}.json": script.to_json()}
    files |= {own[name]: one.to_json() for name, one in kept.items()}
    try:
        for stale in (own_folder / "counterexamples").glob("*.json") if whole else ():
            stale.unlink()
        for file, text in files.items():
            write_whole(file, text)
    except OSError:
        return {}  # publishing the reports meets the same trouble, and tells it with place and remedy
    return own


def with_commands(
    suite: Suite, agreement: Agreement, options: RunOptions, verdicts: Mapping[str, Verdict], files: Mapping[str, Path]
) -> Mapping[str, Verdict]:
    """Return the verdicts with the commands that show each finding again, or why there is none for it alone."""
    kinds = {one.id: one.kind for one in agreement.statements}
    more = _more(suite, agreement, options)
    commands = {name: f"pytest --replay {_quoted(file, suite.root)}{more}" for name, file in files.items()}
    if options.replay:
        replayed = f"pytest --replay {shlex.quote(options.replay)}{more}"
        commands = dict.fromkeys(verdicts, replayed)
    connector = f" --connector {shlex.quote(options.connector)}" if options.connector else ""

    def told(verdict: Verdict, finding: Finding, first: bool) -> Finding:
        example = finding.counterexample
        again = f"{example.reproduce}{connector}" if example.reproduce else ""
        if not first:
            return replace(finding, counterexample=replace(example, reproduce=again))
        command = next((commands[one] for one in (verdict.statement, *verdict.because_of) if one in commands), "")
        why = "" if command else _why_none(kinds.get(verdict.statement), verdict)
        return replace(finding, counterexample=replace(example, reproduce=again, replay=command, unreplayed=why))

    return {
        name: replace(verdict, findings=tuple(told(verdict, one, at == 0) for at, one in enumerate(verdict.findings)))
        for name, verdict in verdicts.items()
    }


def _more(suite: Suite, agreement: Agreement, options: RunOptions) -> str:
    """Return what a command needs besides: the integration where there are several, and the connector of this run."""
    more = f" --integration {agreement.integration.name}" if len(suite.names) > 1 else ""
    return f"{more} --connector {shlex.quote(options.connector)}" if options.connector else more


def _why_none(kind: Kind | None, verdict: Verdict) -> str:
    if kind is Kind.WORKED:
        return "no connector is needed to see it: the rule and the example in the document contradict each other"
    if verdict.because_of:
        return f"its case is that of {verdict.because_of[0]}, of which none was kept"
    return "the case could not be kept: the reports' folder cannot be written"


def _quoted(file: Path, root: Path) -> str:
    inside = file.relative_to(root).as_posix() if file.is_relative_to(root) else os.fspath(file)
    return shlex.quote(inside)
