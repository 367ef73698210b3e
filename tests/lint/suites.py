"""A whole suite on disk that lint has nothing against, and what is found when one spot of it is altered."""

from __future__ import annotations

from pathlib import Path

from signoff.lint.formats import Printed, printed
from signoff.plugin.linting import linted
from signoff.settings import Suite, find_suite

TOML = """\
signoff = 1
zone = "America/Chicago"

[connector]
target = "fixtures/connector:Connector"

[connector.settings]
SECRET = "hunter2-hunter2"

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

[types]
"Person.phone" = "phone"
"Person.manager_id" = "reference to Person"

[branches.south]
where = 'customText1 is "S"'
"""

ROTA = """\
openapi: 3.1.0
info: { title: Rota, version: "1" }
paths:
  /people:
    get:
      responses: { "200": { description: ok, content: { application/json: { schema: { type: array, items: { $ref: "#/components/schemas/Person" } } } } } }
    post:
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Person" } } } }
      responses: { "201": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/Person" } } } } }
  /people/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get:
      responses: { "200": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/Person" } } } } }
    patch:
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Person" } } } }
      responses: { "200": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/Person" } } } } }
components:
  schemas:
    Person:
      type: object
      required: [external_id]
      properties:
        id: { type: string, readOnly: true }
        external_id: { type: string }
        first_name: { type: string }
        phone: { type: string }
        state: { type: string, enum: [free, busy] }
        manager_id: { type: string }
"""  # noqa: E501  one line a response

PEOPLE = """\
Feature: People
  Who works for us.

  Background:
    Given each Candidate is a person, matched by external_id

  @chart @owner:dana
  Scenario Outline: <Bullhorn field> <flow> <Rota field>
    When the connector has been rehearsed
    Then this row of the chart holds

    Examples: People chart
      | Bullhorn field | flow  | Rota field  | rule                       | required | must |
      | id             | ->    | external_id | as text                    | yes      |      |
      | firstName      | ->    | first_name  | same text                  |          |      |
      | mobile         | ->    | phone       | same phone                 |          | must |
      | status         | ->    | state       | look up in "Person status" |          |      |
      | owner          | ->    | manager_id  | the person with the same id |         |      |
      | ssn            | never |             |                            |          |      |

  @values
  Scenario Outline: <Bullhorn status> means <Rota state>
    When the connector has been rehearsed
    Then this row of the table holds

    Examples: Person status
      | Bullhorn status | Rota state | match |
      | Active          | free       |       |
      | anything else   | busy       |       |

  @population
  Scenario Outline: <who> <outcome>
    When the connector has been rehearsed
    Then this row of the population holds

    Examples: Who
      | who             | outcome               |
      | status is "DNU" | never reaches the app |
      | anyone else     | reaches the app       |

  @exceptions
  Scenario Outline: <statement> is <agreed>
    Then this row holds

    Examples: Agreed
      | statement    | agreed       | until | reason |
      | person.phone | switched off |       |        |

  @lifecycle
  Scenario Outline: <when> <then>
    When the connector has been rehearsed
    Then this row of the lifecycle holds

    Examples: Who goes
      | when                              | then                  |
      | a candidate leaves the population | the person is removed |
"""

CONNECTOR = "class Connector:\n    pass\n"

FILES = {
    "scope/crm-rota.toml": TOML,
    "scope/rota.yaml": ROTA,
    "features/crm-rota/people.feature": PEOPLE,
    "fixtures/connector.py": CONNECTOR,
}
T, Y, P, C = FILES


def written(folder: Path, file: str = "", old: str = "", new: str = "") -> Suite:
    """Write the suite into a folder, with one spot of one file altered."""
    for name, text in FILES.items():
        if name == file:
            assert text.count(old) == 1, (old, text.count(old))
            text = text.replace(old, new)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    suite = find_suite(folder)
    assert suite is not None
    return suite


def linted_as(suite: Suite) -> list[Printed]:
    """Return what is found in the suite."""
    found = linted(suite, "crm-rota")
    return printed(found.findings, found.texts, found.toml)
