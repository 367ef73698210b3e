"""Compare collecting and running many rows by the plugin with bare pytest-bdd: `python benchmarks/collection.py`.

Both run the same documents with the same three sentences, which do nothing; the plugin reads the documents as well,
gives every row its verdict, and writes the reports. Each in a process of its own, one after the other, on this
machine; the target is at most 1.5 times bare pytest-bdd.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TARGET = 1.5
FAKE = Path(__file__).parents[1] / "tests" / "plugin"

TOML = """\
signoff = 1
[connector]
target = "fixtures/none:Connector"
[systems.ats]
dialect = "bullhorn"
[systems.app]
dialect = "openapi"
"""

HEAD = """\
Feature: Document {number}
  Background:
    Given each Candidate is a worker{number}

  @chart @must
  Scenario Outline: <ATS field> <flow> <app field>
    When the connector has been rehearsed
    Then this row of the chart holds

    Examples: Chart {number}
      | ATS field | flow | app field | rule | note |
"""

BARE = """\
from pytest_bdd import given, parsers, scenarios, then, when
scenarios("features")

@given(parsers.re("each .+"))
def bound():
    pass

@when("the connector has been rehearsed")
def rehearsed():
    pass

@then("this row of the chart holds")
def holds():
    pass
"""

CONFTEST = f"""\
import sys
sys.path.insert(0, {str(FAKE)!r})
from fake_conductor import FakeConductor
from signoff.plugin.conduct import CONDUCTOR

def pytest_configure(config):
    config.stash[CONDUCTOR] = FakeConductor()
"""


def write(folder: Path, features: int, rows: int, plugin: bool) -> None:
    """Write the documents, and what each of the two needs besides."""
    place = folder / "features" / "a-b" if plugin else folder / "features"
    place.mkdir(parents=True)
    for number in range(features):
        lines = [f"      | field{row} | -> | target{row} | same text | |" for row in range(rows)]
        text = HEAD.format(number=number) + "\n".join(lines) + "\n"
        (place / f"document{number:03}.feature").write_text(text, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    chart: rows\n    must: grade\n", encoding="utf-8")
    if plugin:
        (folder / "scope").mkdir()
        (folder / "scope" / "a-b.toml").write_text(TOML, encoding="utf-8")
        (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    else:
        (folder / "test_bare.py").write_text(BARE, encoding="utf-8")


def seconds(folder: Path, args: list[str]) -> float:
    """Return how long one run takes, and show its last line."""
    light = [f"-pno:{name}" for name in ("hypothesispytest", "faker", "pytest_cov", "time_machine", "cacheprovider")]
    command = [sys.executable, "-m", "pytest", "-q", *light, *args]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=dict(os.environ), check=False)
    took = time.perf_counter() - started
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr
    print(f"  {last}")
    if done.returncode:
        raise SystemExit(done.stdout[-3000:] + done.stderr[-3000:])
    return took


def main() -> int:
    """Run both and print the ratio; return 1 when it is above the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=int, default=100)
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--allure", action="store_true", help="both with --alluredir")
    chosen = parser.parse_args()
    took = {}
    for name, plugin in (("pytest-bdd", False), ("signoff", True)):
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), chosen.features, chosen.rows, plugin)
            took[name] = seconds(Path(folder), ["--alluredir=allure"] if chosen.allure else [])
            print(f"{name}: {took[name]:.1f} s")
    ratio = took["signoff"] / took["pytest-bdd"]
    print(f"ratio: {ratio:.2f} (target: at most {TARGET})")
    return 0 if ratio <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
