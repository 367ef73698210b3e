"""The command `signoff`: what is worth asking without a test run."""

from __future__ import annotations

import argparse
import io
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from signoff import __version__
from signoff.errors import Blocked, Place, Problem, ScopeError, nearest
from signoff.settings import Suite, find_suite

OK, WRONG, TROUBLE = 0, 1, 2
STOPPED, UNREAD = 130, 141
"""What a shell says of a program that was interrupted, and of one whose reader went away (`signoff lint | head -1`)."""
FORMATS = ("text", "json", "sarif", "github")
DIFFERENCES = ("text", "json", "markdown")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 if all is well, 1 if the documents are wrong, 2 if the command could not be done."""
    parser = argparse.ArgumentParser(prog="signoff", description="Acceptance tests for ATS integrations.")
    parser.add_argument("--version", action="version", version=f"signoff {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    starting = commands.add_parser("init", help="write a small suite to start from; overwrites nothing")
    starting.add_argument("folder", type=Path, metavar="FOLDER", help="where the suite shall be; made if need be")
    starting.add_argument("--integration", default="", metavar="NAME", help="its name (default: the folder's)")
    linting = commands.add_parser("lint", help="check the documents as a compiler does; touches no system")
    _of_suite(linting)
    linting.add_argument("--format", choices=FORMATS, default="text", help="how to write the findings (default: text)")
    linting.add_argument("--environment", default=None, metavar="NAME", help="also say what this environment lacks")
    linting.add_argument("--strict", action="store_true", help="end with 1 for warnings too")
    checking = commands.add_parser("check", help="lint the documents, and say how many statements they make")
    _of_suite(checking)
    comparing = commands.add_parser("diff", help="say which statements are new, changed or gone")
    comparing.add_argument(
        "paths", nargs="*", type=Path, metavar="OLD NEW", help="two signoff.json; or with --rev a folder"
    )
    comparing.add_argument("--rev", default="", help="compare this revision of git with the documents as they are")
    comparing.add_argument("--format", choices=DIFFERENCES, default="text", help="how to write it (default: text)")
    reporting = commands.add_parser("report", help="make the Allure report of the last run")
    reporting.add_argument("reports", nargs="?", default="reports", help="the folder of reports (default: reports)")
    chosen = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal may know ASCII only, and a file's name need be no text: what cannot be written is escaped.
            stream.reconfigure(errors="backslashreplace")
    try:
        status = _done(chosen, comparing)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        _close()
        return UNREAD
    except OSError as error:
        _close()
        named = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"signoff: {named}{error.strerror or type(error).__name__}\n")
        return TROUBLE
    except KeyboardInterrupt:
        return STOPPED


def _close() -> None:
    """Let what is still to be written go nowhere: Python would try once more at its end, and complain."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _done(chosen: argparse.Namespace, comparing: argparse.ArgumentParser) -> int:
    try:
        if chosen.command == "init":
            return init(chosen.folder, chosen.integration)
        if chosen.command == "lint":
            names = _each_once(chosen.integration)
            return lint(chosen.folder, names, chosen.format, chosen.strict, _environment(chosen.environment))
        if chosen.command == "check":
            return check(chosen.folder, _each_once(chosen.integration))
        if chosen.command == "diff":
            if len(chosen.paths) > 1 if chosen.rev else len(chosen.paths) != 2:
                comparing.error("two signoff.json are compared, or with --rev one folder")
            return diff(chosen.paths, chosen.rev, chosen.format)
        from signoff.evidence import report

        return report.main([chosen.reports])
    except ScopeError as error:
        sys.stderr.write(f"{error}\n")
        return WRONG
    except Blocked as error:
        sys.stderr.write(f"{error}\n")
        return TROUBLE
    except KeyboardInterrupt:
        sys.stderr.write("interrupted: nothing was finished; run the command again\n")
        return TROUBLE


def _environment(given: str | None) -> str:
    """Return the environment that is asked for, "" for none; one that names nothing comes of a variable not set."""
    if given == "":
        how = "See that the variable which stands there is set, or leave --environment out."
        raise Blocked(Problem(Place("--environment"), "the name of an environment of the toml", "nothing", how=how))
    return given or ""


def _each_once(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _of_suite(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), help="the suite's folder (default: this one)")
    parser.add_argument("--integration", action="append", default=[], metavar="NAME", help="only this one")


def _suite(folder: Path, command: str, integrations: Sequence[str]) -> Suite:
    try:
        there = folder.exists()
    except (OSError, ValueError):  # no file can have such a name
        there = False
    # Of a folder that is not there, the suite above it would be found, and nobody would notice the slip.
    suite = find_suite(folder) if there else None
    if not there:
        raise Blocked(
            Problem(
                Place(str(folder)[:200]),
                "a suite's folder, or a file in it",
                "no such file or folder",
                how=f"Name the folder: signoff {command} FOLDER.",
                code="no-folder",
            )
        )
    if suite is None:
        raise Blocked(
            Problem(
                Place(str(folder)),
                "a suite: a folder with scope/*.toml that says signoff = 1",
                "none, here or above",
                how=f"Name the folder: signoff {command} FOLDER. Or write one to start from: signoff init FOLDER.",
            )
        )
    for name in integrations:
        if name not in suite.names:
            raise Blocked(
                Problem(
                    Place(f"--integration {name}"),
                    f"one of the integrations {', '.join(suite.names)}",
                    name,
                    nearest(name, suite.names),
                    how="An integration is named like its file in scope/.",
                    code="unknown-integration",
                )
            )
    return suite


def init(folder: Path, integration: str = "") -> int:
    """Write a small suite to start from, and say what was written and what to do next.

    Raises `Blocked` when something is there already or the folder cannot be written; then nothing was written.
    """
    from signoff.plugin.starting import start

    for file in start(folder, integration):
        sys.stdout.write(f"wrote {file}\n")
    enter = "" if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))} && "
    sys.stdout.write(
        f"Next:\n  {enter}signoff lint   reads the documents, and says what is open\n"
        f"  {enter}pytest         runs the connector; one row is red, and yours to mend\n"
    )
    return OK


def lint(
    folder: Path, integrations: Sequence[str] = (), form: str = "text", strict: bool = False, environment: str = ""
) -> int:
    """Check a suite's documents and write the findings; return 1 for errors, with `strict` for warnings too.

    Of the `environment` it also says which variables are lacking; their values are never shown. Raises `Blocked` when
    the folder is no suite or has no such integration.
    """
    from signoff.lint import formats
    from signoff.lint.codes import Level
    from signoff.lint.run import counts, told
    from signoff.plugin.linting import linted

    suite = _suite(folder, "lint", integrations)
    base = Path(os.path.relpath(suite.root)).as_posix() + "/"
    base = "" if base == "./" else base
    found = formats.printed(told(suite.strays()), {}, base=base)
    names = tuple(integrations or suite.names)
    several = [linted(suite, name, environment) for name in names]
    for one in several:
        found += formats.printed(one.findings, one.texts, one.toml, base)
    statements = sum(one.statements for one in several)
    if form == "text":
        documents = sum(one.documents for one in several)
        sys.stdout.write(
            formats.text(
                found,
                f"{', '.join(names)}: {_many(documents, 'document')}"
                + (f", {_many(statements, 'statement')}" if statements else ""),
            )
        )
    elif form == "json":
        sys.stdout.write(formats.as_json(found))
    elif form == "sarif":
        sys.stdout.write(formats.sarif(found, __version__))
    else:
        sys.stdout.write(formats.github(found))
    many = counts([one.finding for one in found])
    return WRONG if many[Level.ERROR] or (strict and many[Level.WARNING]) else OK


def check(folder: Path, integrations: Sequence[str] = ()) -> int:
    """Lint a suite's documents and say how many statements they make; warnings are counted only.

    Raises `ScopeError` with all errors, `Blocked` when the folder is no suite or has no such integration.
    """
    from signoff.lint.codes import Level
    from signoff.plugin.linting import linted

    suite = _suite(folder, "check", integrations)
    problems = list(suite.strays())
    for name in integrations or suite.names:
        found = linted(suite, name)
        errors = [one.problem for one in found.findings if one.level is Level.ERROR]
        warnings = sum(1 for one in found.findings if one.level is Level.WARNING)
        if not errors:
            told = f", {found.open} open" if found.open else ""
            told += f"; {_many(warnings, 'warning')}, `signoff lint` lists them" if warnings else ""
            sys.stdout.write(
                f"{name}: {_many(found.statements, 'statement')} in {_many(found.documents, 'document')}{told}\n"
            )
        problems += errors
    if problems:
        raise ScopeError(problems)
    return OK


def diff(paths: Sequence[Path], revision: str = "", form: str = "text") -> int:
    """Compare two sheets, or a revision with the documents as they are; return 1 if a statement differs.

    Raises `ScopeError` for documents or sheets that cannot be read, `Blocked` when there is no such revision.
    """
    from signoff.evidence import difference
    from signoff.evidence.earlier import sheets

    old: Mapping[str, Sequence[Mapping[str, Any]]]
    if revision:
        suite = _suite(paths[0] if paths else Path(), "diff --rev REV", ())
        old, new = _at(suite, revision), {name: _statements(suite, name) for name in suite.names}
    else:
        old, new = ({name: one["statements"] for name, one in sheets(path).items()} for path in paths)
    found = {name: difference.compare(old.get(name, ()), new.get(name, ())) for name in dict.fromkeys((*old, *new))}
    write = {"text": difference.text, "json": difference.as_json, "markdown": difference.markdown}[form]
    sys.stdout.write(write(found))
    return WRONG if any(found.values()) else OK


def _at(suite: Suite, revision: str) -> dict[str, Sequence[Mapping[str, Any]]]:
    from signoff.plugin.revision import at_revision

    with at_revision(suite, revision) as former:
        try:
            return {name: _statements(former, name) for name in former.names} if former is not None else {}
        except ScopeError as error:
            raise ScopeError(
                [replace(one, where=replace(one.where, file=f"{revision}:{one.where.file}")) for one in error.problems]
            ) from None


def _statements(suite: Suite, name: str) -> Sequence[Mapping[str, Any]]:
    from signoff.evidence.data import statement
    from signoff.plugin.agreeing import agree

    return [statement(one) for one in agree(suite, name).statements]


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


if __name__ == "__main__":
    sys.exit(main())
