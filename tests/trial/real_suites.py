"""A small suite whose app is served on a port, as a real environment would be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from signoff.schema import Side
from signoff.settings.suite import find_suite
from signoff.systems.dialect import Knobs, Simulator
from signoff.systems.registry import dialect
from signoff.wire.clock import WorldClock
from signoff.wire.port import on_port

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TOML = """\
signoff = 1

[connector]
target = "fixtures/none:Connector"

[systems.ats]
dialect = "bullhorn"
name = "Bullhorn"

[systems.app]
dialect = "openapi"
name = "Rota"
document = "rota.yaml"
paging = { style = "none" }

[entities.person]
ats = "Candidate"
app = { schema = "Person", collection = "/people", item = "/people/{id}" }

[environments.staging]
app = { url = "${ROTA_URL}", token = "${ROTA_TOKEN}" }
"""

ROTA = """\
openapi: 3.1.0
info: { title: Rota, version: "1" }
servers: [{ url: "https://rota.example/v1" }]
security: [{ bearer: [] }]
paths:
  /people:
    get:
      responses: { "200": { description: all, content: { application/json: { schema: { type: array, items: { $ref: "#/components/schemas/Person" } } } } } }
    post:
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Person" } } } }
      responses: { "201": { description: made, content: { application/json: { schema: { $ref: "#/components/schemas/Person" } } } } }
  /people/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get:
      responses: { "200": { description: one, content: { application/json: { schema: { $ref: "#/components/schemas/Person" } } } } }
    patch:
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/PersonChange" } } } }
      responses: { "200": { description: kept, content: { application/json: { schema: { $ref: "#/components/schemas/Person" } } } } }
    delete:
      responses: { "204": { description: gone } }
components:
  securitySchemes: { bearer: { type: http, scheme: bearer } }
  schemas:
    Person:
      type: object
      required: [external_id]
      properties:
        id: { type: string, readOnly: true }
        external_id: { type: string }
        first_name: { type: string }
    PersonChange:
      type: object
      properties:
        external_id: { type: string }
        first_name: { type: string }
"""  # noqa: E501  one line a response

FEATURE = """\
Feature: People
  Background:
    Given each Candidate is a person, matched by external_id

  @chart
  Scenario Outline: <Bullhorn field> <flow> <Rota field>
    When the connector has been rehearsed
    Then this row of the chart holds

    Examples: Who they are
      | Bullhorn field | flow | Rota field  | rule      | required |
      | id             | ->   | external_id | as text   | yes      |
      | firstName      | ->   | first_name  | same text |          |

  @access
  Scenario Outline: the integration may <may> <entity> in <system>
    Then this row holds

    Examples: Access
      | system | entity | may                          |
      | Rota   | Person | read, create, update, delete |

  @questions
  Scenario Outline: <question>
    Then this row holds

    Examples: Questions
      | question   | for  | asked on   | answer |
      | Who is it? | Dana | 2026-10-16 |        |
"""

LIGHT = [f"-pno:{name}" for name in ("hypothesispytest", "faker", "allure_pytest", "pytest_cov", "time_machine")]
"""Other plugins, which would be imported anew in each run."""

FILES = {
    "scope/crm-rota.toml": TOML,
    "scope/rota.yaml": ROTA,
    "features/crm-rota/people.feature": FEATURE,
    "fixtures/none.py": "class Connector:\n    def __init__(self, *_):\n        raise RuntimeError('none is to run')\n",
    "pytest.ini": "[pytest]\ntestpaths = features\naddopts = --strict-markers\n",
}


@dataclass
class Rota:
    """The app on a port: what leads to it, and what it holds."""

    simulator: Simulator
    url: str
    token: str
    refused: dict[str, str]
    """Method → the status with which it is refused."""
    turned_down: list[str]
    """The methods of the requests that were refused."""

    @property
    def people(self) -> list[str]:
        return list(self.simulator.read_all("Person"))

    @property
    def variables(self) -> Mapping[str, str]:
        return {"ROTA_URL": self.url, "ROTA_TOKEN": self.token}


def written(root: Path, **changed: str) -> Path:
    """Write the suite; `changed` has other texts by a file's name without dots."""
    for name, text in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(changed.get(Path(name).name.replace(".", "_"), text), encoding="utf-8")
    return root


@contextmanager
def rota(root: Path) -> Iterator[Rota]:
    suite = find_suite(root)
    assert suite is not None
    integration = suite.integration("crm-rota", "", {})
    settings = integration.systems[Side.APP]

    def read(path: str) -> str:
        return (root / "scope" / path).read_text(encoding="utf-8")

    speaks = dialect(settings.dialect, "toml")
    schema = speaks.schema(settings, integration.entities, read)
    made = speaks.simulator(
        settings, integration.entities, schema, WorldClock(datetime(2026, 6, 1, tzinfo=UTC)), Knobs(), read
    )
    refused: dict[str, str] = {}
    turned_down: list[str] = []
    with on_port(_refusing(made, refused, turned_down)) as origin:
        told = made.addresses(origin)
        yield Rota(made, told["url"], told["token"], refused, turned_down)


def _refusing(app: WSGIApplication, refused: Mapping[str, str], turned_down: list[str]) -> WSGIApplication:
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status = refused.get(environ["REQUEST_METHOD"])
        if status is None:
            return app(environ, start_response)
        turned_down.append(environ["REQUEST_METHOD"])
        start_response(status, [("Content-Type", "application/json")])
        return [b"{}"]

    return answer
