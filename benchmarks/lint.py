"""Measure reading, binding and linting many rows: `python benchmarks/lint.py [rows]` (default 5,000).

The documents are made: entities of Bullhorn's Candidate, Placement, JobOrder and ClientCorporation with apps of 100
fields each, rules of every family, value tables of 20 rows. One process, imports apart; seconds at work are what
counts on a machine that others use too.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

TARGET = 2.0
CHART = """\
Feature: {name}
  Background:
    Given each {ats} is a {name}

  @chart @must
  Scenario Outline: <ATS field> <flow> <app field>
    When the connector has been rehearsed
    Then this row of the chart holds

    Examples: {name} chart
      | ATS field | flow | app field | rule | required | note |
"""
VALUES = """
  @values
  Scenario Outline: <ATS value> means <app value>
    When the connector has been rehearsed
    Then this row of the table holds

    Examples: {name} status
      | ATS value | app value |
"""
SOURCES = {
    "Candidate": ("firstName", "lastName", "email", "mobile", "status"),
    "Placement": ("candidate.firstName", "candidate.lastName", "candidate.email", "candidate.mobile", "status"),
    "JobOrder": ("title", "publicDescription", "externalID", "clientContact.phone", "status"),
    "ClientCorporation": ("name", "notes", "companyURL", "phone", "status"),
}
RULES = (
    "same text",
    'first word, or "none {row}" if blank',
    "upper case, at most {row} characters",
    "same phone",
    'look up in "{name} status"',
    'same text, only when {source} is not "{row}"',
    "",
)


def write(folder: Path, rows: int) -> int:
    """Write a suite with about so many statements in rows; return how many."""
    entities: dict[str, Any] = {}
    toml = ["signoff = 1", "[connector]", 'target = "none:Connector"', "[systems.ats]", 'dialect = "bullhorn"']
    toml += ["[systems.app]", 'dialect = "openapi"', 'document = "app.yaml"', 'paging = { style = "none" }']
    features = folder / "features" / "many-rows"
    features.mkdir(parents=True)
    made = 0
    while made < rows:
        number = len(entities)
        name = f"thing{number}"
        ats = list(SOURCES)[number % len(SOURCES)]
        fields: dict[str, Any] = {"id": {"type": "string", "readOnly": True}, "external_id": {"type": "string"}}
        lines = ["      | id | -> | external_id | as text | yes | the link |"]
        for row in range(99):
            fields[f"field_{row}"] = {"type": "string"}
            source = SOURCES[ats][min(row % len(RULES), 4)]
            rule = RULES[row % len(RULES)].format(name=name, row=number * 100 + row + 1, source=source)
            lines.append(f"      | {source} | -> | field_{row} | {rule} | | note {row} |")
        table = [f"      | Value {value} | value-{value} |" for value in range(19)] + [
            "      | anything else | error |"
        ]
        made += len(lines) + len(table)
        text = CHART.format(ats=ats, name=name) + "\n".join(lines) + VALUES.format(name=name) + "\n".join(table) + "\n"
        (features / f"{name}.feature").write_text(text, encoding="utf-8")
        toml += [f"[entities.{name}]", f'ats = "{ats}"']
        toml.append(f'app = {{ schema = "{name}", collection = "/{name}", item = "/{name}/{{id}}" }}')
        entities[name] = {"type": "object", "properties": fields}
    document: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "App", "version": "1"}, "paths": {}}
    document["components"] = {"schemas": entities}
    body = {"content": {"application/json": {"schema": {"$ref": ""}}}}
    for name in entities:
        body = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}
        answer = {"200": {"description": "ok", **body}}
        listed = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
        many = {"200": {"description": "ok", "content": {"application/json": {"schema": listed}}}}
        by_id = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
        document["paths"] |= {
            f"/{name}": {"get": {"responses": many}, "post": {"requestBody": body, "responses": answer}},
            f"/{name}/{{id}}": {
                "parameters": by_id,
                "get": {"responses": answer},
                "patch": {"requestBody": body, "responses": answer},
            },
        }
    (folder / "scope").mkdir()
    (folder / "scope" / "app.yaml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    (folder / "scope" / "many-rows.toml").write_text("\n".join(toml) + "\n", encoding="utf-8")
    return made


def main() -> int:
    """Lint once and print the seconds; with --profile, where they went. Returns 1 above the target."""
    from signoff.plugin.linting import linted
    from signoff.settings import find_suite

    numbers = [int(one) for one in sys.argv[1:] if one.isdecimal()]
    with tempfile.TemporaryDirectory() as folder:
        made = write(Path(folder), numbers[0] if numbers else 5000)
        suite = find_suite(Path(folder))
        assert suite is not None
        profile = cProfile.Profile()
        if "--profile" in sys.argv:
            profile.enable()
        started, worked = time.perf_counter(), time.process_time()
        found = linted(suite, "many-rows")
        took, worked = time.perf_counter() - started, time.process_time() - worked
        profile.disable()
    if "--profile" in sys.argv:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(40)
    print(f"{made} rows, {found.statements} statements, {len(found.findings)} findings")
    print(f"{took:.2f} s, {worked:.2f} s of them at work")
    return 0 if worked <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
