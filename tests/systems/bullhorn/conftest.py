"""One tenant, reached in process and through a port, with every answer held against the schema it claims."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema_rs
import pytest
import requests

from signoff.schema import Entity, Field, Side, SystemSchema, Type
from signoff.scope import SystemSettings
from signoff.systems.bullhorn import dialect
from signoff.systems.bullhorn.simulator import BullhornSimulator
from signoff.systems.dialect import Knobs
from signoff.wire.clock import WorldClock
from signoff.wire.in_process import in_process
from signoff.wire.journal import Journal
from signoff.wire.port import on_port

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOW_MS = 1772442000000


@dataclass
class Tenant:
    simulator: BullhornSimulator
    journal: Journal
    clock: WorldClock
    addresses: dict[str, str]
    http: requests.Session = field(default_factory=requests.Session)
    url: str = ""
    token: str = ""

    def code(self) -> str:
        here = self.addresses
        info = self.http.get(f"{here['url']}/loginInfo", params={"username": here["username"]}).json()
        asked = {
            "client_id": here["client_id"],
            "response_type": "code",
            "action": "Login",
            "username": here["username"],
            "password": here["password"],
        }
        answer = self.http.get(f"{info['oauthUrl']}/authorize", params=asked, allow_redirects=False)
        assert answer.status_code == 302
        return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    def grant(self, **asked: str) -> requests.Response:
        here = self.addresses
        info = self.http.get(f"{here['url']}/loginInfo", params={"username": here["username"]}).json()
        keys = {"client_id": here["client_id"], "client_secret": here["client_secret"]}
        return self.http.post(f"{info['oauthUrl']}/token", params={**asked, **keys})

    def open(self, access_token: str, **asked: str) -> requests.Response:
        here = self.addresses
        info = self.http.get(f"{here['url']}/loginInfo", params={"username": here["username"]}).json()
        return self.http.post(
            f"{info['restUrl']}/login", params={"version": "*", "access_token": access_token, **asked}
        )

    def login(self, ttl: str = "60") -> Tenant:
        access = self.grant(grant_type="authorization_code", code=self.code()).json()["access_token"]
        opened = self.open(access, ttl=ttl).json()
        self.url, self.token = opened["restUrl"], opened["BhRestToken"]
        return self

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
        return self.http.request(
            method, self.url + path, params=query, json=body, headers={"BhRestToken": self.token} if self.token else {}
        )

    def get(self, path: str, **query: Any) -> Any:
        answer = self.ask("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.content, parse_float=Decimal)

    def put(self, entity: str, **body: Any) -> int:
        answer = self.ask("PUT", f"entity/{entity}", body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["changeType"] == "INSERT"
        return int(answer.json()["changedEntityId"])

    def refused(self, method: str, path: str, body: Any = None, **query: Any) -> dict[str, Any]:
        answer = self.ask(method, path, body, **query)
        assert answer.status_code >= 400
        told: dict[str, Any] = answer.json()
        assert told["errorCode"] == answer.status_code
        return told

    def person(self, first: str, last: str, **more: Any) -> str:
        fields = {"firstName": first, "lastName": last, "name": f"{first} {last}", **more}
        return self.simulator.create("Candidate", fields)

    def job(self, **more: Any) -> tuple[str, str, str]:
        client = self.simulator.create("ClientCorporation", {"name": "Acme Foods"})
        contact = self.simulator.create("ClientContact", {"name": "Kim Ode", "clientCorporation": {"id": int(client)}})
        references = {"clientCorporation": {"id": int(client)}, "clientContact": {"id": int(contact)}}
        job = self.simulator.create("JobOrder", {"title": "Welder", "employmentType": "Contract", **references, **more})
        return client, contact, job

    def placement(self, candidate: str, job: str, **more: Any) -> str:
        references = {"candidate": {"id": int(candidate)}, "jobOrder": {"id": int(job)}}
        return self.simulator.create("Placement", {**references, "dateBegin": NOW_MS, **more})


Make = Callable[..., Tenant]


@pytest.fixture(params=["in process", "port"])
def make_tenant(request: pytest.FixtureRequest) -> Iterator[Make]:
    with ExitStack() as stack:
        made: list[Tenant] = []

        def make(knobs: Knobs | None = None, **options: Any) -> Tenant:
            settings = SystemSettings(Side.ATS, "bullhorn", "Bullhorn", options=options)
            clock = WorldClock(NOW)
            schema = dialect.schema(settings, {}, None)
            simulator = dialect.simulator(settings, {}, schema, clock, knobs or Knobs(), None)
            assert isinstance(simulator, BullhornSimulator)
            journal = Journal(clock, seconds_per_exchange=0)
            app = journal.watched(Side.ATS, simulator)
            if request.param == "port":
                origin = stack.enter_context(on_port(app))
            else:
                origin = ""
                stack.enter_context(in_process(dict.fromkeys(simulator.hosts, app), journal, clock))
            tenant = Tenant(simulator, journal, clock, dict(simulator.addresses(origin)))
            stack.callback(tenant.http.close)
            made.append(tenant)
            return tenant

        yield make
        for tenant in made:
            hold_to_claims(tenant)


@pytest.fixture
def tenant(make_tenant: Make) -> Tenant:
    return make_tenant().login()


def hold_to_claims(tenant: Tenant) -> None:
    """Validate every row that was served, and every error, against the schema that the system publishes."""
    claims = claimed(tenant.simulator.schema)
    for exchange in tenant.journal.exchanges():
        parts = [one for one in urlsplit(exchange.url).path.split("/") if one]
        if exchange.status >= 400 and "oauth" not in parts and exchange.method != "HEAD":
            body = json.loads(exchange.response_body)
            assert {"errorMessage", "errorMessageKey", "errorCode"} <= set(body), exchange.url
        if exchange.status != 200 or exchange.method not in ("GET", "POST") or parts[-1] == "login":
            continue
        if len(parts) > 3 and parts[2] in ("entity", "search", "query"):
            body = json.loads(exchange.response_body)
            rows = body.get("data", [])
            entity = parts[3]
            if parts[2] == "entity" and len(parts) > 5:
                entity = tenant.simulator.schema.entities[entity].fields[parts[5]].entity
            for row in rows if isinstance(rows, list) else [rows]:
                if isinstance(row, dict):
                    claims[entity].validate(row)


_claims: dict[str, Any] = {}


def claimed(schema: SystemSchema) -> dict[str, Any]:
    """Return a validator for each entity; picklists are open, so one set serves every tenant."""
    if not _claims:
        defs = {name: _entity_claim(entity) for name, entity in schema.entities.items()}
        for name in defs:
            _claims[name] = jsonschema_rs.validator_for({"$defs": defs, "$ref": f"#/$defs/{name}"})
    return _claims


def _entity_claim(entity: Entity) -> dict[str, Any]:
    fields = {one.name: _field_claim(one) for one in entity.fields.values()}
    extra = {"_score": {"type": "number"}, "_error": {"type": "string"}}
    return {"type": "object", "properties": {**fields, **extra}, "additionalProperties": False}


def _field_claim(one: Field) -> dict[str, Any]:
    if one.type is Type.REFERENCE:
        row = {"$ref": f"#/$defs/{one.entity}"}
        if one.many:
            envelope = {"total": {"type": "integer"}, "data": {"type": "array", "items": row}}
            return {"type": "object", "properties": envelope, "required": ["total", "data"]}
        return {"anyOf": [{"type": "null"}, row]}
    if one.type is Type.OBJECT:
        parts = {part: _field_claim(inner) for part, inner in one.fields.items()}
        return {"type": ["object", "null"], "properties": parts, "additionalProperties": False}
    kind = {Type.INSTANT: "integer", Type.INTEGER: "integer", Type.YES_NO: "boolean"}.get(one.type)
    if one.type in (Type.AMOUNT, Type.NUMBER):
        kind = "number"
    claim: dict[str, Any] = {"type": [kind or "string", "null"]}
    if one.max_length is not None:
        claim["maxLength"] = one.max_length
    return claim
