"""Lead each request of the REST API to what answers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from signoff.systems.bullhorn.answers import Answer, Request, json_answer
from signoff.systems.bullhorn.changes import Changes
from signoff.systems.bullhorn.events import Events
from signoff.systems.bullhorn.login import HOSTS, SWIMLANE, Login
from signoff.systems.bullhorn.meta import meta_of
from signoff.systems.bullhorn.reading import Reading
from signoff.systems.bullhorn.refusals import Refusal, bad_request
from signoff.systems.bullhorn.store import Store
from signoff.systems.bullhorn.tenant import API_USER

MOST_MASS_UPDATE: Final = 10_000
Handler = Callable[[Request, tuple[str, ...]], Any]


class Routes:
    """Answer everything under `rest-services/{corpToken}/`."""

    def __init__(
        self, store: Store, changes: Changes, reading: Reading, events: Events, login: Login, corp_token: str
    ) -> None:
        self._store = store
        self._changes = changes
        self._reading = reading
        self._events = events
        self._login = login
        self._corp_token = corp_token
        self._handlers: dict[str, Handler] = {
            "entity": self._entity,
            "search": self._search,
            "query": self._query,
            "meta": self._meta,
            "options": self._options,
            "event": self._event,
            "massUpdate": self._mass_update,
            "find": self._find,
            "settings": self._settings,
            "ping": self._ping,
            "logout": self._logout,
        }

    def covers(self, request: Request) -> bool:
        """Tell whether a request is meant for this tenant's REST API; each tenant lives on one host only."""
        if request.host in HOSTS and request.host != SWIMLANE:
            return False
        return request.segments[:2] == ("rest-services", self._corp_token)

    def answer(self, request: Request) -> Answer:
        """Answer a request whose session was checked."""
        rest = request.segments[2:]
        handler = self._handlers.get(rest[0]) if rest else None
        if handler is None:
            raise Refusal(404, "No such resource", "errors.notFound")
        request.actor = API_USER
        content = handler(request, rest[1:])
        if content is None:
            return Answer(200, b"", [("Content-Length", "0")])
        return json_answer(content)

    def _known(self, entity: str) -> str:
        if entity not in self._store.schema.entities:
            raise bad_request(f"Unknown entity '{entity}'", "errors.unknownEntity")
        return entity

    def _entity(self, request: Request, rest: tuple[str, ...]) -> Any:
        method, changes, report, actor = request.method, self._changes, request.report, request.actor
        match (method, *rest):
            case ("PUT", entity):
                made = changes.create(self._known(entity), request.json(), actor, report)
                return {"changedEntityId": made, "changeType": "INSERT"}
            case ("POST", entity, ids):
                changed = _id(ids)
                changes.update(self._known(entity), changed, request.json(), actor, report)
                return {"changedEntityId": changed, "changeType": "UPDATE"}
            case ("DELETE", entity, ids):
                gone = _id(ids)
                changes.delete(self._known(entity), gone, actor, report)
                return {"changedEntityId": gone, "changeType": "DELETE"}
            case ("GET", entity, ids):
                return self._reading.records(self._known(entity), ids, request)
            case ("GET", entity, ids, path):
                return self._reading.association(self._known(entity), ids, path, request)
            case ("PUT" | "DELETE", entity, ids, path, others):
                owner = _id(ids)
                listed = [_id(one) for one in others.split(",")]
                changes.associate(self._known(entity), owner, path, listed, method == "PUT", actor, report)
                return {"changedEntityId": owner, "changeType": "ASSOCIATE" if method == "PUT" else "DISASSOCIATE"}
        raise Refusal(405, f"Method {method} is not allowed here", "errors.methodNotAllowed")

    def _with_body(self, request: Request) -> Request:
        # A POST carries long queries in its body; everything else may stay in the URL.
        if request.method == "POST" and request.body.lstrip()[:1] == b"{":
            request.query.update({name: str(value) for name, value in request.json().items()})
        elif request.method not in ("GET", "POST"):
            raise Refusal(405, f"Method {request.method} is not allowed here", "errors.methodNotAllowed")
        return request

    def _search(self, request: Request, rest: tuple[str, ...]) -> Any:
        return self._reading.search(self._known(_only(rest)), self._with_body(request))

    def _query(self, request: Request, rest: tuple[str, ...]) -> Any:
        return self._reading.query(self._known(_only(rest)), self._with_body(request))

    def _meta(self, request: Request, rest: tuple[str, ...]) -> Any:
        entity = self._store.schema.entities[self._known(_only(rest))]
        base = self._login.bases(request)[2]
        return meta_of(entity, base, request.query.get("fields", "*"), request.query.get("meta", "off"))

    def _options(self, request: Request, rest: tuple[str, ...]) -> Any:
        if not rest:
            raise Refusal(404, "No such resource", "errors.notFound")
        entity = self._known(rest[0])
        wanted = {_id(one) for one in rest[1].split(",")} if len(rest) > 1 else None
        rows = [
            {"value": one["id"], "label": one.get("name") or f"{one.get('firstName', '')} {one.get('lastName', '')}"}
            for one in self._store.records[entity].values()
            if wanted is None or one["id"] in wanted
        ]
        start, count = request.number("start", 0), request.number("count", 300)
        return {"start": start, "count": len(rows[start : start + count]), "data": rows[start : start + count]}

    def _event(self, request: Request, rest: tuple[str, ...]) -> Any:
        match (request.method, *rest):
            case ("PUT", "subscription", name):
                return self._events.subscribe(name, request.query)
            case ("GET", "subscription", name):
                request_id = request.number("requestId", 0) if "requestId" in request.query else None
                return self._events.read(name, request.number("maxEvents", 100) or 100, request_id)
            case ("GET", "subscription", name, "lastRequestId"):
                return {"result": self._events.last_request(name)}
            case ("DELETE", "subscription", name):
                return {"result": self._events.unsubscribe(name)}
        raise Refusal(405, f"Method {request.method} is not allowed here", "errors.methodNotAllowed")

    def _mass_update(self, request: Request, rest: tuple[str, ...]) -> Any:
        entity = self._known(_only(rest))
        if request.method != "POST":
            raise Refusal(405, f"Method {request.method} is not allowed here", "errors.methodNotAllowed")
        body = request.json()
        ids = body.pop("ids", [])
        if not isinstance(ids, list) or not all(isinstance(one, int) for one in ids):
            raise bad_request("'ids' must be a list of ids", "errors.badParameter")
        if len(ids) > MOST_MASS_UPDATE:
            raise bad_request(f"No more than {MOST_MASS_UPDATE} ids are allowed", "errors.tooManyIds")
        for one in ids:
            self._changes.update(entity, one, body, request.actor, request.report)
        return {"count": len(ids)}

    def _find(self, request: Request, _rest: tuple[str, ...]) -> Any:
        wanted = request.query.get("query", "").casefold()
        most = request.number("countPerEntity", 3)
        rows: list[dict[str, Any]] = []
        for entity in ("Candidate", "ClientContact", "ClientCorporation", "JobOrder") if wanted else ():
            shown = "title" if entity == "JobOrder" else "name"
            hits = [
                one for one in self._store.records[entity].values() if wanted in str(one.get(shown) or "").casefold()
            ]
            rows.extend(
                {"entityId": one["id"], "entityType": entity, "title": one.get(shown), "byLine": "", "location": ""}
                for one in hits[:most]
            )
        return {"data": rows}

    def _settings(self, _request: Request, rest: tuple[str, ...]) -> Any:
        known = {"corporationId": 1, "corporationName": "Signoff Tenant", "userId": API_USER}
        return {name: known.get(name) for name in _only(rest).split(",")}

    def _ping(self, request: Request, _rest: tuple[str, ...]) -> Any:
        return {"sessionExpires": self._login.expires(request.kept["token"])}

    def _logout(self, request: Request, _rest: tuple[str, ...]) -> Any:
        self._login.end(request.kept["token"])
        return {"logout": "OK"}


def _only(rest: tuple[str, ...]) -> str:
    if len(rest) != 1:
        raise Refusal(404, "No such resource", "errors.notFound")
    return rest[0]


def _id(text: str) -> int:
    if not text.isdigit():
        raise bad_request(f"'{text}' is not a valid id", "errors.invalidId")
    return int(text)
