"""The command `signoff`: what is worth asking without a test run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from signoff import __version__
from signoff.errors import Blocked, Place, Problem, ScopeError
from signoff.settings import Suite, find_suite

OK, WRONG, TROUBLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 if all is well, 1 if the documents are wrong, 2 if the command could not be done."""
    parser = argparse.ArgumentParser(prog="signoff", description="Acceptance tests for ATS integrations.")
    parser.add_argument("--version", action="version", version=f"signoff {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", help="read and bind the documents; touches no system")
    checking.add_argument("folder", nargs="?", type=Path, default=Path(), help="the suite's folder (default: this one)")
    checking.add_argument("--integration", action="append", default=[], metavar="NAME", help="only this one")
    reporting = commands.add_parser("report", help="make the Allure report of the last run")
    reporting.add_argument("reports", nargs="?", default="reports", help="the folder of reports (default: reports)")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "check":
            return check(chosen.folder, tuple(chosen.integration))
        from signoff.evidence import report

        return report.main([chosen.reports])
    except ScopeError as error:
        sys.stderr.write(f"{error}\n")
        return WRONG
    except Blocked as error:
        sys.stderr.write(f"{error}\n")
        return TROUBLE


def check(folder: Path, integrations: Sequence[str] = ()) -> int:
    """Read and bind a suite's documents and say how many statements they make.

    Raises `ScopeError` with all problems, `Blocked` when the folder is no suite.
    """
    suite = find_suite(folder)
    if suite is None:
        raise Blocked(
            Problem(
                Place(str(folder)),
                "a suite: a folder with scope/*.toml that says signoff = 1",
                "none, here or above",
                how="Name the folder: signoff check FOLDER.",
            )
        )
    problems = list(suite.strays())
    for name in integrations or suite.names:
        try:
            sys.stdout.write(f"{name}: {_counted(suite, name)}\n")
        except ScopeError as error:
            problems += error.problems
    if problems:
        raise ScopeError(problems)
    return OK


def _counted(suite: Suite, name: str) -> str:
    from signoff.plugin.agreeing import agree

    statements = agree(suite, name).statements
    questions = sum(1 for one in statements if one.open_question)
    files = len(suite.features(name))
    many = "" if files == 1 else "s"
    return f"{len(statements)} statements in {files} document{many}" + (f", {questions} open" if questions else "")


if __name__ == "__main__":
    sys.exit(main())
