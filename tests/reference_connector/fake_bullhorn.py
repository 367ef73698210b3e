"""A small stand-in for Bullhorn, written from what the vendor documents; no part of the test harness."""

import copy
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

Json = dict[str, Any]
Answer = tuple[int, dict[str, str], str]
ATS = "https://rest.bullhorn.test/rest-services"
AUTH = "https://auth.bullhorn.test/oauth"
TENANT = "https://rest9.bullhorn.test/rest-services/abc/"
WRITABLE: dict[str, dict[str, int]] = {
    "Candidate": {
        "nickName": 50,
        "email": 100,
        "mobile": 20,
        "address": 0,
        "address.address1": 40,
        "address.address2": 40,
        "address.city": 40,
        "address.state": 30,
        "address.zip": 15,
        "address.countryID": 0,
        "address.countryName": 100,
        "massMailOptOut": 0,
        "customText2": 100,
        "customText3": 100,
        "willRelocate": 0,
        "dateAvailable": 0,
        "hourlyRate": 0,
    },
    "ClientContact": {
        "clientCorporation": 0,
        "firstName": 50,
        "lastName": 50,
        "name": 100,
        "occupation": 100,
        "email": 60,
        "phone": 20,
        "massMailOptOut": 0,
    },
}
"""What these tests let the connector write, with lengths from Bullhorn's reference of entities and its metadata."""


class Clock:
    """A clock that moves only when somebody sleeps or says so."""

    def __init__(self) -> None:
        self.seconds = datetime(2026, 3, 2, 15, 0, tzinfo=UTC).timestamp()
        self.slept: list[float] = []

    def time(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def ms(self) -> int:
        return int(self.seconds * 1000)


def reply(status: int, body: object = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (
        status,
        {"Content-Type": "application/json", **named},
        "" if body is None else json.dumps(body, default=float),
    )


def refuse(status: int, key: str) -> Answer:
    return reply(status, {"errorMessage": "no", "errorMessageKey": key, "errorCode": status})


def split_fields(fields: str) -> list[str]:
    return re.findall(r"[^,()]+(?:\([^()]*\))?", fields)


def project(row: Json, fields: str) -> Json:
    found: Json = {}
    for asked in split_fields(fields):
        name, _, inner = asked.rstrip(")").partition("(")
        value = row.get(name)
        if inner and isinstance(value, dict):
            if "data" in value:
                value = {**value, "data": [project(item, inner) for item in value["data"]]}
            else:
                value = project(value, inner)
        found[name] = copy.deepcopy(value)
    return found


class Bullhorn:
    """Login, search, entity, associations and notes as documented."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.rows: dict[str, dict[int, Json]] = {}
        self.token, self.refresh, self.code, self.access = "", "", "", ""
        self.made = 0
        self.lifetime = 10**9
        self.page_cap = 500
        self.embedded = 5
        self.refreshes: list[str] = []
        self.hidden_from_index: set[tuple[str, int]] = set()
        self.ignored: set[tuple[str, str]] = set()
        self.events: dict[str, list[list[Json]]] = {}
        self.unread: list[Json] = []

    def put(self, entity: str, key: int, **fields: Any) -> Json:
        row = self.rows.setdefault(entity, {}).setdefault(key, {"id": key})
        row.update(fields)
        row["dateLastModified"] = self.clock.ms()
        return row

    def delete(self, entity: str, key: int) -> None:
        """Delete a record for good, which subscribers are told."""
        del self.rows[entity][key]
        self.unread.append({"entityName": entity, "entityId": key, "entityEventType": "DELETED"})

    def subscription(self, method: str, name: str, query: dict[str, str]) -> Answer:
        """Hand events out once; an answer is given again by its number."""
        if method == "PUT":
            self.events[name], self.unread = [], []
            return reply(200, {"subscriptionId": name, "lastRequestId": 0, "createdOn": self.clock.ms()})
        if name not in self.events:
            return refuse(404, "errors.subscriptionNotFound")
        if "requestId" in query:
            number = int(query["requestId"])
            return reply(200, {"requestId": number, "events": self.events[name][number - 1]})
        if not self.unread:
            return 200, {}, ""
        self.events[name].append(self.unread[: int(query["maxEvents"])])
        self.unread = self.unread[int(query["maxEvents"]) :]
        return reply(200, {"requestId": len(self.events[name]), "events": self.events[name][-1]})

    def resolve(self, row: Json) -> Json:
        """Show references with what they refer to, and lists cut short."""
        shown = dict(row)
        kinds = {
            "clientContact": "ClientContact",
            "jobOrder": "JobOrder",
            "parentClientCorporation": "ClientCorporation",
        }
        for name, entity in kinds.items():
            if isinstance(shown.get(name), dict):
                shown[name] = self.rows.get(entity, {}).get(shown[name]["id"], shown[name])
        if isinstance(shown.get("primarySkills"), list):
            skills = [self.rows["Skill"][key] for key in shown["primarySkills"]]
            shown["primarySkills"] = {"total": len(skills), "data": skills[: self.embedded]}
        return shown

    def fresh(self, name: str) -> str:
        self.made += 1
        return f"{name}:{self.made}"

    def handle(self, method: str, url: str, headers: dict[str, str], body: str) -> Answer:
        parts = urlsplit(url)
        query = {k: vs[0] for k, vs in parse_qs(parts.query, keep_blank_values=True).items()}
        if parts.path.endswith("/loginInfo"):
            return reply(200, {"oauthUrl": AUTH, "restUrl": ATS})
        if parts.path.endswith("/oauth/authorize"):
            if query.get("password") != "pass-word":
                return 200, {"Content-Type": "text/html"}, "<html>wrong</html>"
            self.code = self.fresh("code")
            return reply(302, None, Location=f"https://app.test/?code={self.code}&client_id=x")
        if parts.path.endswith("/oauth/token"):
            return self.grant(dict(parse_qsl(body)))
        if parts.path == "/rest-services/login":
            if not self.access or query["access_token"] != self.access:
                return refuse(400, "errors.authentication.invalidOAuthToken")
            self.access, self.token, self.uses = "", self.fresh("rest"), 0
            return reply(200, {"BhRestToken": self.token, "restUrl": TENANT})
        if "bhresttoken" not in headers:
            return refuse(412, "errors.authentication.missing")
        self.uses += 1
        if headers["bhresttoken"] != self.token or self.uses > self.lifetime:
            return refuse(401, "errors.authentication.invalidRestToken")
        assert url.startswith(TENANT)
        return self.data(method, url[len(TENANT) :].split("?")[0], query, body)

    def grant(self, form: Json) -> Answer:
        if form.get("client_secret") != "client-secret":
            return reply(401, {"error": "invalid_client"})
        if form["grant_type"] == "refresh_token":
            self.refreshes.append(form["refresh_token"])
            if form["refresh_token"] != self.refresh:
                return reply(400, {"error": "invalid_grant"})
        elif form["code"] != self.code:
            return reply(400, {"error": "invalid_grant"})
        self.code, self.access, self.refresh = "", self.fresh("access"), self.fresh("refresh")
        return reply(200, {"access_token": self.access, "refresh_token": self.refresh, "expires_in": 600})

    def data(self, method: str, path: str, query: dict[str, str], body: str) -> Answer:
        match path.split("/"):
            case ["event", "subscription", name]:
                return self.subscription(method, name, query)
            case ["search", entity]:
                return self.search(entity, query)
            case ["entity", entity] if method == "PUT":
                return self.create(entity, json.loads(body, parse_float=Decimal))
            case ["entity", entity, key] if method == "POST":
                return self.update(entity, int(key), json.loads(body, parse_float=Decimal))
            case ["entity", "ClientCorporation", key, "clientContacts"]:
                rows = self.rows.get("ClientContact", {}).values()
                return self.page([row for row in rows if row["clientCorporation"]["id"] == int(key)], query)
            case ["entity", entity, keys]:
                wanted = [int(key) for key in keys.split(",")]
                found = [self.rows.get(entity, {})[k] for k in wanted if k in self.rows.get(entity, {})]
                if not found:
                    return refuse(404, "errors.entityNotFound")
                shown = [project(self.resolve(row), query["fields"]) for row in found]
                return reply(200, {"data": shown if "," in keys else shown[0]})
            case ["entity", "Candidate", key, "primarySkills"]:
                skills = [self.rows["Skill"][k] for k in self.rows["Candidate"][int(key)]["primarySkills"]]
                return self.page(skills, query)
            case ["entity", "Candidate", key, "notes"]:
                notes = [n for n in self.rows.get("Note", {}).values() if n["personReference"]["id"] == int(key)]
                return self.page(notes, query)
        return refuse(404, path)

    def create(self, entity: str, sent: Json) -> Answer:
        if problem := self.invalid(entity, sent):
            return problem
        if entity == "ClientContact":
            sent = {"isDeleted": False, "dateAdded": self.clock.ms(), **sent}
        key = self.fresh_id(entity)
        self.put(entity, key, **sent)
        return reply(200, {"changedEntityId": key, "changeType": "INSERT"})

    def update(self, entity: str, key: int, sent: Json) -> Answer:
        """Take an update; a composite is replaced as a whole, which is the harsher reading of the documentation."""
        if key not in self.rows.get(entity, {}):
            return refuse(404, "errors.entityNotFound")
        if problem := self.invalid(entity, sent):
            return problem
        self.put(entity, key, **{name: value for name, value in sent.items() if (entity, name) not in self.ignored})
        return reply(200, {"changedEntityId": key, "changeType": "UPDATE"})

    def invalid(self, entity: str, sent: Json) -> Answer | None:
        """Refuse what the reference of entities does not know, and texts that are too long."""
        if entity not in WRITABLE:
            return None
        flat = {**sent, **{f"address.{name}": value for name, value in (sent.get("address") or {}).items()}}
        bad = [
            name
            for name, value in flat.items()
            if name not in WRITABLE[entity] or (isinstance(value, str) and len(value) > WRITABLE[entity][name])
        ]
        if not bad:
            return None
        named = [{"propertyName": name, "severity": "ERROR", "type": "INVALID", "detailMessage": "x"} for name in bad]
        return reply(400, {"errorMessage": "no", "errorMessageKey": "errors.validation", "errors": named})

    def fresh_id(self, entity: str) -> int:
        return max(self.rows.get(entity, {}), default=7000) + 1

    def search(self, entity: str, query: dict[str, str]) -> Answer:
        rows = [r for k, r in self.rows.get(entity, {}).items() if (entity, k) not in self.hidden_from_index]
        span = re.fullmatch(r"dateLastModified:\[(\d{14}) TO \*\]", query["query"])
        if span:
            since = datetime.strptime(span[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp() * 1000
            rows = [row for row in rows if row["dateLastModified"] >= since]
        elif client := re.fullmatch(r"clientCorporation\.id:(\d+)", query["query"]):
            rows = [row for row in rows if row["clientCorporation"]["id"] == int(client[1])]
        else:
            wanted = re.findall(r'externalID:"([^"]*)"', query["query"])
            assert wanted, query["query"]
            rows = [row for row in rows if row.get("externalID") in wanted]
        sort = query["sort"]
        rows.sort(key=lambda row: row[sort.lstrip("-")], reverse=sort.startswith("-"))
        return self.page(rows, query)

    def page(self, rows: list[Json], query: dict[str, str]) -> Answer:
        start, count = int(query["start"]), min(int(query["count"]), self.page_cap)
        shown = [project(self.resolve(row), query["fields"]) for row in rows[start : start + count]]
        return reply(200, {"total": len(rows), "start": start, "count": len(shown), "data": shown})
