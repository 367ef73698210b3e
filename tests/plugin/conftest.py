from __future__ import annotations

import sys
from pathlib import Path

import pytest

# Kept loaded, so that pytester's runs in this process need not import them each time.
import signoff.plugin.parallel
import signoff.plugin.session
import signoff.vocabulary.charts  # noqa: F401 - see above

LIGHT = [f"-pno:{name}" for name in ("hypothesispytest", "faker", "allure_pytest", "pytest_cov", "time_machine")]
"""Other plugins, which would be imported anew in each run."""

HERE = Path(__file__).parent

TOML = """\
signoff = 1
[connector]
target = "fixtures/reference:Connector"
[systems.ats]
dialect = "bullhorn"
name = "Bullhorn"
[systems.app]
dialect = "openapi"
name = "Shiftline"
[entities.worker]
ats = "Candidate"
app = "Worker"
"""

FEATURE = """\
Feature: Workers
  Background:
    Given each Candidate is a worker, matched by external_id

  @chart @owner:dana @must
  Scenario Outline: <ATS field> <flow> <app field>
    When the connector has been rehearsed
    Then this row of the chart holds

    Examples: Who the worker is
      | ATS field     | flow | app field   | rule       | note |
      | id            | ->   | external_id | as text    |      |
      | mobile, phone | ->   | phone       | same phone | {phone} |

    @should
    Examples: Details
      | ATS field | flow | app field | rule | note |
      | city      | ->   | city      |      | {city} |

  @values
  Scenario Outline: <ATS status> means <app status>
    When the connector has been rehearsed
    Then this row of the table holds

    Examples: Worker status
      | ATS status | app status |
      | Placed     | assigned   |
"""

CONFTEST = """\
import sys
sys.path.insert(0, {here!r})
from fake_conductor import FakeConductor
from signoff.plugin.conduct import CONDUCTOR


def pytest_configure(config):
    config.stash[CONDUCTOR] = FakeConductor()
"""


class SuiteFolder:
    """A suite in a temporary folder, and pytest below it in a process of its own."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.root = pytester.path
        self.write("scope/crm-app.toml", TOML)
        self.write("conftest.py", CONFTEST.format(here=str(HERE)))
        self.write("pytest.ini", "[pytest]\ntestpaths = features\naddopts = --strict-markers\n")
        self.feature()

    def write(self, name: str, text: str) -> Path:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def feature(self, phone: str = "", city: str = "", integration: str = "crm-app", name: str = "workers") -> Path:
        return self.write(f"features/{integration}/{name}.feature", FEATURE.format(phone=phone, city=city))

    def run(self, *args: str) -> pytest.RunResult:
        return self.pytester.runpytest_inprocess("-W", "error", *LIGHT, *args)

    def run_apart(self, *args: str) -> pytest.RunResult:
        return self.pytester.run(sys.executable, "-W", "error", "-m", "pytest", *args)

    def ids(self, *args: str) -> list[str]:
        """Return the ids that a run would select."""
        found = self.run("--collect-only", "-q", *args).outlines
        return [line for line in found if "::" in line and not line.startswith("ERROR")]


@pytest.fixture
def suite(pytester: pytest.Pytester) -> SuiteFolder:
    return SuiteFolder(pytester)
