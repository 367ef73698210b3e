from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from waitress.server import create_server
from werkzeug.test import Client

from signoff.schema import Side, SystemSchema, Type
from signoff.scope import EntitySettings, SystemSettings
from signoff.systems.dialect import Knobs
from signoff.systems.openapi import dialect
from signoff.systems.openapi.simulator import OpenApiSimulator
from signoff.wire.clock import WorldClock

SUITE = Path(__file__).parents[3] / "scope"

SHIFTLINE_OPTIONS: dict[str, Any] = {
    "auth": {"kind": "bearer"},
    "paging": {
        "style": "cursor",
        "cursor": "cursor",
        "next": "next_cursor",
        "limit": "limit",
        "default": 50,
        "maximum": 100,
    },
    "envelope": {"items": "items"},
    "updated_since": "updated_since",
    "update": "patch",
    "webhooks": {
        "signature_header": "X-Shiftline-Signature",
        "algorithm": "hmac-sha256",
        "prefix": "sha256=",
        "delivery_header": "X-Shiftline-Delivery",
    },
}

TOOLSHED = """\
openapi: 3.0.3
info: {title: Toolshed, version: "1"}
servers:
  - url: "https://{region}.toolshed.example/api"
    variables: {region: {default: eu}}
security: [{key: []}]
paths:
  /tools:
    get:
      parameters:
        - {name: start, in: query, schema: {type: integer, minimum: 0}}
        - {name: count, in: query, schema: {type: integer, minimum: 1, maximum: 3, default: 2}}
        - {name: broken, in: query, schema: {type: boolean}}
        - {name: sort, in: query, schema: {type: string}}
      responses:
        200:
          description: All
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Tool"}}}}
        422: {$ref: "#/components/responses/Bad"}
    post:
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Tool"}}}}
      responses:
        200: {description: Made, content: {application/json: {schema: {$ref: "#/components/schemas/Tool"}}}}
        422: {$ref: "#/components/responses/Bad"}
  /tools/{number}:
    parameters: [{name: number, in: path, required: true, schema: {type: integer}}]
    get:
      responses:
        200: {description: One, content: {application/json: {schema: {$ref: "#/components/schemas/Tool"}}}}
        404: {$ref: "#/components/responses/Bad"}
    put:
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Tool"}}}}
      responses:
        200: {description: Kept, content: {application/json: {schema: {$ref: "#/components/schemas/Tool"}}}}
        422: {$ref: "#/components/responses/Bad"}
    delete:
      responses: {200: {description: Gone}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Tool-Key}
  responses:
    Bad:
      description: No.
      content:
        application/problem+json:
          schema:
            type: object
            required: [title, status]
            properties:
              title: {type: string}
              status: {type: integer}
              errors:
                type: array
                items: {type: object, properties: {pointer: {type: string}, detail: {type: string}}}
  schemas:
    Named: {type: object, required: [name], properties: {name: {type: string, maxLength: 20}}}
    Maker:
      type: object
      required: [country]
      properties: {country: {type: string, pattern: "^[A-Z]{2}$"}, town: {type: string, nullable: true}}
    Tool:
      allOf:
        - $ref: "#/components/schemas/Named"
        - type: object
          required: [number, price]
          properties:
            number: {type: integer, readOnly: true}
            price: {type: number, format: decimal, minimum: 0, exclusiveMinimum: true, multipleOf: 0.01}
            broken: {type: boolean, default: false}
            grade: {type: string, nullable: true, enum: [A, B]}
            maker: {nullable: true, allOf: [{$ref: "#/components/schemas/Maker"}]}
            codes: {type: array, items: {type: integer, minimum: 1}}
            pin: {type: string, writeOnly: true}
            bought: {type: string, format: date}
"""


def toolshed_settings(**more: Any) -> tuple[SystemSettings, dict[str, EntitySettings]]:
    options = {"paging": {"style": "offset", "offset": "start", "limit": "count"}, "ignored": ["sort"], **more}
    tool = {"schema": "Tool", "collection": "/tools", "item": "/tools/{number}", "id": "number"}
    return (
        SystemSettings(Side.APP, "openapi", "Toolshed", document="toolshed.yaml", options=options),
        {"tool": EntitySettings("tool", "Widget", "Tool", app_options=tool)},
    )


def shiftline_settings(**more: Any) -> tuple[SystemSettings, dict[str, EntitySettings]]:
    paths = {"Worker": "/workers", "Job": "/jobs", "Assignment": "/assignments", "Worksite": "/worksites"}
    paths |= {"Recruiter": "/recruiters", "Message": "/messages"}
    entities = {
        name.lower(): EntitySettings(
            name.lower(),
            "Other",
            name,
            app_options={
                "schema": name,
                "collection": path,
                "item": path + "/{id}",
                "unique": [] if name == "Message" else ["external_id"],
            },
        )
        for name, path in paths.items()
    }
    options = {**SHIFTLINE_OPTIONS, **more}
    document = "schemas/shiftline.openapi.yaml"
    return SystemSettings(Side.APP, "openapi", "Shiftline", document=document, options=options), entities


def read_suite(path: str) -> str:
    return (SUITE / path).read_text()


def with_references(schema: SystemSchema) -> SystemSchema:
    targets = {"recruiter_id": "Recruiter", "worksite_id": "Worksite", "worker_id": "Worker", "job_id": "Job"}
    return replace(
        schema,
        entities={
            name: replace(
                entity,
                fields={
                    path: replace(field, type=Type.REFERENCE, entity=targets[path]) if path in targets else field
                    for path, field in entity.fields.items()
                },
            )
            for name, entity in schema.entities.items()
        },
    )


@pytest.fixture
def clock() -> WorldClock:
    return WorldClock(datetime(2026, 3, 2, 15, 0, 0, 250_000, tzinfo=UTC))


@pytest.fixture
def make_shiftline(clock: WorldClock) -> Callable[..., OpenApiSimulator]:
    def make(**knobs: Any) -> OpenApiSimulator:
        settings, entities = shiftline_settings()
        schema = with_references(dialect.schema(settings, entities, read_suite))
        simulator = dialect.simulator(settings, entities, schema, clock, Knobs(**knobs), read_suite)
        simulator.check_answers = True
        return simulator

    return make


@pytest.fixture
def shiftline(make_shiftline: Callable[..., OpenApiSimulator]) -> OpenApiSimulator:
    return make_shiftline()


@pytest.fixture
def make_toolshed(clock: WorldClock) -> Callable[..., OpenApiSimulator]:
    def make(text: str = TOOLSHED, **options: Any) -> OpenApiSimulator:
        settings, entities = toolshed_settings(**options)
        schema = dialect.schema(settings, entities, lambda path: text)
        simulator = dialect.simulator(settings, entities, schema, clock, Knobs(), lambda path: text)
        simulator.check_answers = True
        return simulator

    return make


class Caller:
    """Ask a WSGI app as a partner would, and keep what it declared about the last request."""

    def __init__(self, app: Any, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = dict(headers)
        self.writes: list[Any] = []
        self.problems: list[str] = []
        self.headers: Mapping[str, str] = {}

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
        def watched(environ: dict[str, Any], start_response: Any) -> Any:
            answer = self._app(environ, start_response)
            self.writes = environ.get("signoff.writes", [])
            self.problems = environ.get("signoff.problems", [])
            return answer

        headers = dict(self._headers)
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        if data is not None:
            headers.setdefault("Content-Type", "application/json")
        response = Client(watched).open(path, method=method, data=data, headers=headers, query_string=query or None)
        self.headers = dict(response.headers)
        return response.status_code, json.loads(response.data) if response.data else None

    def with_headers(self, **headers: str) -> Caller:
        return Caller(self._app, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
def call(shiftline: OpenApiSimulator) -> Caller:
    return bearer(shiftline)


def bearer(simulator: OpenApiSimulator) -> Caller:
    return Caller(simulator, {"Authorization": f"Bearer {simulator.addresses()['token']}"})


@pytest.fixture
def caller() -> Callable[[OpenApiSimulator], Caller]:
    return bearer


@pytest.fixture
def caller_with() -> Callable[[Any, Mapping[str, str]], Caller]:
    return Caller


@contextmanager
def served(app: Any) -> Iterator[str]:
    connections: dict[int, Any] = {}
    server = create_server(app, host="127.0.0.1", port=0, map=connections, threads=2)
    stopping = threading.Event()

    def serve() -> None:
        while not stopping.is_set():
            server.asyncore.loop(timeout=1.0, map=connections, count=1)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        stopping.set()
        server.trigger.pull_trigger()
        thread.join(timeout=5)
        server.task_dispatcher.shutdown()
        for one in list(connections.values()):
            one.close()


@pytest.fixture
def on_a_port() -> Callable[[Any], Any]:
    return served


@pytest.fixture
def settings_of() -> Mapping[str, Callable[..., tuple[SystemSettings, dict[str, EntitySettings]]]]:
    return {"shiftline": shiftline_settings, "toolshed": toolshed_settings}


@pytest.fixture
def toolshed_text() -> str:
    return TOOLSHED


@pytest.fixture
def read() -> Callable[[str], str]:
    return read_suite
