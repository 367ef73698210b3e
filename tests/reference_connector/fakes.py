"""Small stand-ins for Bullhorn and Shiftline, written from what the vendors document; no part of the test harness."""

import functools
import importlib.util
import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import requests
import responses
import yaml

_spec = importlib.util.spec_from_file_location("_fake_bullhorn", Path(__file__).with_name("fake_bullhorn.py"))
assert _spec is not None
assert _spec.loader is not None
_bullhorn: Any = importlib.util.module_from_spec(_spec)
sys.modules["_fake_bullhorn"] = _bullhorn
_spec.loader.exec_module(_bullhorn)
Json = dict[str, Any]
Answer = tuple[int, dict[str, str], str]
Clock: Any = _bullhorn.Clock
ATS, AUTH, TENANT = _bullhorn.ATS, _bullhorn.AUTH, _bullhorn.TENANT
reply: Callable[..., Answer] = _bullhorn.reply
refuse: Callable[[int, str], Answer] = _bullhorn.refuse
APP = "https://api.shiftline.test/v1"
DOCUMENT = Path(__file__).parents[2] / "scope/schemas/shiftline.openapi.yaml"


@functools.cache
def document() -> Json:
    loaded: Json = yaml.safe_load(DOCUMENT.read_text())
    return loaded


@functools.cache
def validator(schema: str) -> Any:
    rule = {"$ref": f"#/components/schemas/{schema}", "components": document()["components"]}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(rule, format_checker=checker)


class Shiftline:
    """Collections with cursors, validated by the vendor's own document."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.rows: dict[str, dict[str, Json]] = {}
        self.page_cap = 100
        self.made = 0

    def stamp(self) -> str:
        return datetime.fromtimestamp(self.clock.seconds, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"

    def put(self, collection: str, **fields: Any) -> Json:
        self.made += 1
        row = {"id": f"{collection[:2]}-{self.made}", "created_at": self.stamp(), "updated_at": self.stamp(), **fields}
        self.rows.setdefault(collection, {})[row["id"]] = row
        return row

    def edit(self, collection: str, /, **fields: Any) -> Json:
        """Change the only record of a collection, or the one with an id, as a person does in the app."""
        rows = self.rows[collection]
        row = rows[fields.pop("id")] if "id" in fields else self.only(collection)
        row.update(fields, updated_at=self.stamp())
        return row

    def only(self, collection: str, **match: Any) -> Json:
        found = [r for r in self.rows.get(collection, {}).values() if all(r.get(k) == v for k, v in match.items())]
        assert len(found) == 1, (collection, match, len(found))
        return found[0]

    def handle(self, method: str, url: str, headers: dict[str, str], body: str) -> Answer:
        if headers.get("authorization") != "Bearer app-token":
            return reply(401, {"error": {"code": "unauthorized", "message": "no"}})
        parts = urlsplit(url)
        query = {k: vs[0] for k, vs in parse_qs(parts.query).items()}
        names = parts.path.removeprefix("/v1/").split("/")
        rows = self.rows.setdefault(names[0], {})
        schema = "SiteContact" if names[0] == "site-contacts" else names[0].removesuffix("s").capitalize()
        if method == "GET" and len(names) == 1:
            return self.list(list(rows.values()), query)
        if method == "POST":
            sent = json.loads(body)
            if problem := self.invalid(f"{schema}Create", sent):
                return problem
            taken = next(
                (r for r in rows.values() if r.get("external_id") == sent.get("external_id") is not None), None
            )
            if taken:
                return reply(409, {"error": {"code": "conflict", "message": "taken", "existing_id": taken["id"]}})
            return reply(201, self.put(names[0], **sent))
        row = rows.get(names[1])
        if row is None:
            return reply(404, {"error": {"code": "not_found", "message": "none"}})
        if method == "DELETE":
            del rows[names[1]]
            return 204, {}, ""
        if method == "PATCH":
            sent = json.loads(body)
            if problem := self.invalid(f"{schema}Update", sent):
                return problem
            row.update(sent, updated_at=self.stamp())
        return reply(200, row)

    def invalid(self, schema: str, sent: Json) -> Answer | None:
        problems = [
            {"field": str(next(iter(e.path), "")), "problem": "bad"} for e in validator(schema).iter_errors(sent)
        ]
        return reply(422, {"error": {"code": "invalid", "message": "no", "fields": problems}}) if problems else None

    def list(self, rows: list[Json], query: dict[str, str]) -> Answer:
        if "updated_since" in query:
            since = datetime.fromisoformat(query["updated_since"])
            rows = [r for r in rows if datetime.fromisoformat(r["updated_at"]) >= since]
        if "external_id" in query:
            rows = [r for r in rows if r.get("external_id") == query["external_id"]]
        if "email" in query:
            rows = [r for r in rows if (r.get("email") or "").lower() == query["email"].lower()]
        start = int(query.get("cursor", "c0")[1:])
        end = start + min(int(query["limit"]), self.page_cap)
        return reply(200, {"items": rows[start:end], "next_cursor": f"c{end}" if end < len(rows) else None})


class World:
    """Both systems, everything that was asked of them, and faults to order."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.ats, self.app = _bullhorn.Bullhorn(clock), Shiftline(clock)
        self.log: list[tuple[str, str, str]] = []
        self.before: list[Callable[[str, str], Answer | None]] = []
        self.after: list[Callable[[str, str], Answer | None]] = []

    def later(self, seconds: int = 3600) -> None:
        """Let time pass, and forget what was asked so far."""
        self.clock.seconds += seconds
        self.log.clear()

    def candidate(self) -> Json:
        """Take the candidate of the staffed world."""
        found: Json = self.ats.rows["Candidate"][1]
        return found

    def worker(self) -> Json:
        """Take the worker of the candidate of the staffed world."""
        return self.app.only("workers", external_id="1")

    def answer(self, request: requests.PreparedRequest) -> Answer:
        method, url = str(request.method), str(request.url)
        body = request.body.decode() if isinstance(request.body, bytes) else str(request.body or "")
        self.log.append((method, url, body))
        for fault in self.before:
            if (found := fault(method, url)) is not None:
                return found
        system = self.app if url.startswith(APP) else self.ats
        answer = system.handle(method, url, {name.lower(): v for name, v in request.headers.items()}, body)
        for fault in self.after:
            if (found := fault(method, url)) is not None:
                return found
        return answer

    def connect(self, mock: responses.RequestsMock) -> None:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            mock.add_callback(method, re.compile("https://.*"), self.answer)

    def writes(self) -> list[tuple[str, str, Json]]:
        return [
            (method, url.split("?")[0].removeprefix(APP).removeprefix(TENANT), json.loads(body))
            for method, url, body in self.log
            if (url.startswith(APP) and method in ("POST", "PATCH"))
            or (url.startswith(TENANT) and method in ("PUT", "POST") and "event/subscription" not in url)
        ]

    def forget(self) -> None:
        self.log.clear()


def once(method: str, part: str, *answers: Answer | BaseException) -> Callable[[str, str], Answer | None]:
    """Make a fault that answers the next matching requests, one each, and then is gone."""
    left = list(answers)

    def fault(asked: str, url: str) -> Answer | None:
        if asked == method and part in url and left:
            answer = left.pop(0)
            if isinstance(answer, BaseException):
                raise answer
            return answer
        return None

    return fault
