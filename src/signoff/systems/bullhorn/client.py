"""Drive a real or simulated Bullhorn tenant over HTTP, as documented."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qs, urljoin, urlsplit

import requests

from signoff.errors import Blocked, Place, Problem
from signoff.record import Record, RecordId
from signoff.schema import Field, SystemSchema, Type
from signoff.systems.bullhorn.login import HOSTS
from signoff.systems.bullhorn.tenant import IMMUTABLE, INVERSE, SEARCH_ONLY
from signoff.systems.line import Line, asked_to_wait
from signoff.systems.trouble import Kind, Trouble, refused

PAGE: Final = 200
IDS_PER_READ: Final = 100
FIELDS_PER_READ: Final = 60
_HOPS: Final = 10
"""Redirects that are followed on the way to the tenant's data centre."""
_LOGINS: Final = 3
"""Sessions that one request may open, because each may have ended meanwhile."""
_SUBSCRIPTION: Final = "event/subscription/signoff-access-check"
_SESSION_MINUTES: Final = 60


class BullhornClient:
    """Be the harness's hands in a tenant that it does not hold in memory.

    Logs in when first needed and again after a 401; waits where it is asked to slow down, within the line's bounds.
    Every failure raises `Blocked`, without the answer's text, because that may hold personal data.
    """

    def __init__(self, schema: SystemSchema, values: Mapping[str, str], line: Line | None = None) -> None:
        self._schema = schema
        self._values = dict(values)
        self._line = line or Line()
        self._line.hosts = HOSTS
        self._url = ""
        self._token = ""

    def close(self) -> None:
        """Close the connections."""
        self._line.close()

    def login(self) -> tuple[str, str]:
        """Log in and return the REST URL and the session token."""
        value = self._values
        info = self._step(
            "find the data centre",
            ("oauthUrl", "restUrl"),
            "GET",
            f"{value['url'].rstrip('/')}/loginInfo",
            params={"username": value["username"]},
        )
        credentials = {
            "client_id": value["client_id"],
            "response_type": "code",
            "action": "Login",
            "username": value["username"],
            "password": value["password"],
        }
        token = self._step(
            "exchange the code for a token",
            ("access_token",),
            "POST",
            f"{info['oauthUrl']}/token",
            data={
                "grant_type": "authorization_code",
                "code": self._code(f"{info['oauthUrl']}/authorize", credentials),
                "client_id": value["client_id"],
                "client_secret": value["client_secret"],
            },
        )
        session = self._step(
            "open a session",
            ("restUrl", "BhRestToken"),
            "POST",
            f"{info['restUrl']}/login",
            params={"version": "*", "access_token": token["access_token"], "ttl": str(_SESSION_MINUTES)},
        )
        self._url, self._token = self._guarded(session["restUrl"], "open a session"), session["BhRestToken"]
        return self._url, self._token

    def _enter(self) -> None:
        try:
            self.login()
        except Trouble as trouble:
            # Nothing of what a session was wanted for has been asked yet.
            trouble.unsure = False
            raise

    def _step(self, what: str, keys: tuple[str, ...], method: str, url: str, **sent: Any) -> dict[str, str]:
        """Take one step of the login, and return the named texts of its answer."""
        answer = self._followed(method, url, what, **sent)
        found = self._json(answer, what, at_login=True)
        if not isinstance(found, dict) or not all(isinstance(found.get(key), str) for key in keys):
            raise _strange(what, f"an answer with {' and '.join(keys)}")
        return {key: found[key] for key in keys}

    def _guarded(self, url: str, what: str) -> str:
        """Return an address that the system itself has named, unless credentials would leave https by it."""
        if self._values["url"].startswith("https:") and not url.startswith("https:"):
            raise Trouble(
                Kind.ADDRESS,
                Problem(
                    _place(what),
                    "an address that begins with https, as the one of the toml does",
                    "one without",
                    how="Nothing was sent there. Ask who runs the system.",
                ),
                nobody=True,
            )
        return url

    def _followed(self, method: str, url: str, what: str, **sent: Any) -> requests.Response:
        """Send a request, and send it again where the system redirects it to; never without https by a redirect."""
        for _ in range(_HOPS):
            answer = self._line.ask(method, self._guarded(url, what), _place(what), allow_redirects=False, **sent)
            location = answer.headers.get("Location", "")
            if answer.status_code not in (307, 308) or not location or "code" in _queried(location):
                break
            url = urljoin(url, location)
            # What was asked stands in the new address already.
            sent = {name: value for name, value in sent.items() if name != "params" or "?" not in location}
        return answer

    def _code(self, url: str, credentials: Mapping[str, str]) -> str:
        what = "authorize"
        answer = self._followed("POST", url, what, data=credentials)
        found = _queried(answer.headers.get("Location", ""))
        if "code" in found:
            return found["code"][0]
        if answer.status_code in (307, 308) or answer.status_code >= 400:
            raise refused(_place(what), answer.status_code, expected="a redirect with a code", at_login=True)
        raise Trouble(
            Kind.CREDENTIALS,
            Problem(
                _place(what),
                "a redirect with a code",
                f"status {answer.status_code} without one",
                how="See that username, password and client_id are those of this tenant's API user.",
            ),
            status=answer.status_code,
            nobody=True,
        )

    def create(self, entity: str, fields: Record) -> RecordId:
        """Create a record; its to-many lists are associated afterwards."""
        plain, lists = self._parted(entity, fields)
        made = self._call("PUT", f"entity/{entity}", plain)
        record_id = _whole_number(made, "changedEntityId", f"PUT entity/{entity}")
        try:
            for path, ids in lists.items():
                self._associate(entity, record_id, path, ids)
        except Trouble as trouble:
            # Whoever cleans up must know what is there by now.
            trouble.made = record_id
            raise
        return record_id

    def update(self, entity: str, record_id: RecordId, fields: Record) -> None:
        """Change the named fields; a to-many list is replaced as a whole."""
        plain, lists = self._parted(entity, fields)
        if plain:
            self._call("POST", f"entity/{entity}/{record_id}", plain)
        for path, ids in lists.items():
            held = set(self._associated(entity, record_id, path))
            if held - set(ids):
                self._call("DELETE", f"entity/{entity}/{record_id}/{path}/{_csv(sorted(held - set(ids)))}")
            self._associate(entity, record_id, path, [one for one in ids if one not in held])

    def delete(self, entity: str, record_id: RecordId) -> None:
        """Delete a record as the API does: softly where Bullhorn does so."""
        self._call("DELETE", f"entity/{entity}/{record_id}")

    def subscribe(self, entity: str) -> None:
        """Subscribe to an entity's events under a name of our own."""
        query = {"type": "entity", "names": entity, "eventTypes": "INSERTED,UPDATED,DELETED"}
        self._call("PUT", _SUBSCRIPTION, query=query)

    def unsubscribe(self) -> None:
        """End that subscription."""
        self._call("DELETE", _SUBSCRIPTION)

    def read_some(self, entity: str) -> RecordId:
        """Read the id of one record and nothing else of it; "" if there is none."""
        path, asked = self._listed(entity, 1)
        rows = self._page(path, asked)
        return _whole_number(rows[0], "id", f"GET {path}") if rows else ""

    def read_one(self, entity: str, record_id: RecordId) -> None:
        """Read the id of a record by itself; raise Blocked when it is not there."""
        self._call("GET", f"entity/{entity}/{record_id}", query={"fields": "id"})

    def removable(self, entity: str) -> bool:
        """Tell whether Bullhorn lets such records be deleted."""
        return entity not in IMMUTABLE

    def read_all(self, entity: str) -> Mapping[RecordId, Record]:
        """Return every record with all its fields, soft-deleted ones included."""
        schema = self._schema.entities[entity]
        plain = [one.name for one in schema.fields.values() if not one.many and one.name != "id"]
        lists = [one for one in schema.fields.values() if one.many]
        records: dict[int, dict[str, Any]] = {one: {"id": one} for one in self._ids(entity)}
        for few in _parts(list(records), IDS_PER_READ):
            for names in _parts(plain, FIELDS_PER_READ):
                text = ",".join(["id", *(self._asked(schema.fields[name]) for name in names)])
                for row in self._rows(entity, few, text):
                    records[row["id"]].update({k: v for k, v in row.items() if v is not None})
            text = ",".join(["id", *(f"{one.name}[500](id)" for one in lists)])
            for row in self._rows(entity, few, text) if lists else ():
                for one in lists:
                    held = row.get(one.name) or {"total": 0, "data": []}
                    ids = [{"id": item["id"]} for item in held["data"]]
                    if held["total"] > len(ids):
                        ids = [{"id": item} for item in self._associated(entity, str(row["id"]), one.name)]
                    records[row["id"]][one.name] = ids
        return {str(record_id): record for record_id, record in records.items()}

    def _asked(self, field: Field) -> str:
        return f"{field.name}(id)" if field.type is Type.REFERENCE else field.name

    def _rows(self, entity: str, ids: list[int], fields: str) -> list[dict[str, Any]]:
        # A list of one comes back as one record, so an id that cannot exist is never added to force a list.
        found = self._call("GET", f"entity/{entity}/{_csv(ids)}", query={"fields": fields}, missing={"data": []})[
            "data"
        ]
        return found if isinstance(found, list) else [found]

    def _listed(self, entity: str, count: int) -> tuple[str, dict[str, str]]:
        """Return how to ask for the ids of an entity: the path and the query."""
        if entity in SEARCH_ONLY:
            path, asked = f"search/{entity}", {"query": "id:[1 TO *]", "sort": "id", "fields": "id"}
        else:
            path, asked = f"query/{entity}", {"where": "id > 0", "orderBy": "id", "fields": "id"}
        return path, {**asked, "start": "0", "count": str(count)}

    def _page(self, path: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return one page of a list, each record with its id."""
        found = self._call("GET", path, query=query)
        rows = found.get("data") if isinstance(found, dict) else None
        if not isinstance(rows, list):
            raise _strange(f"GET {path}", "an answer with data, a list")
        for one in rows:
            _whole_number(one, "id", f"GET {path}")
        return rows

    def _ids(self, entity: str) -> Iterator[int]:
        start = 0
        path, asked = self._listed(entity, PAGE)
        while True:
            rows = self._page(path, {**asked, "start": str(start)})
            if not rows:
                return
            # Pages may be shorter than asked for: go on by what came, and end on an empty one.
            start += len(rows)
            yield from (row["id"] for row in rows)

    def _associated(self, entity: str, record_id: str, path: str) -> list[int]:
        found: list[int] = []
        while True:
            query = {"fields": "id", "start": str(len(found)), "count": str(PAGE), "orderBy": "id"}
            rows = self._page(f"entity/{entity}/{record_id}/{path}", query)
            if not rows:
                return found
            found.extend(row["id"] for row in rows)

    def _associate(self, entity: str, record_id: str, path: str, ids: list[int]) -> None:
        if ids:
            self._call("PUT", f"entity/{entity}/{record_id}/{path}/{_csv(ids)}")

    def _parted(self, entity: str, fields: Record) -> tuple[dict[str, Any], dict[str, list[int]]]:
        known = self._schema.entities[entity].fields
        plain: dict[str, Any] = {}
        lists: dict[str, list[int]] = {}
        for name, value in fields.items():
            if name in known and known[name].many and (entity, name) not in INVERSE:
                lists[name] = [int(one["id"]) for one in value or ()]
            else:
                plain[name] = value
        return plain, lists

    def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        missing: Any = None,
    ) -> Any:
        data = None if body is None else json.dumps(body, default=float).encode()
        what = f"{method} {path.partition('?')[0]}"
        for _ in range(_LOGINS):
            if not self._token:
                self._enter()
            answer = self._followed(
                method,
                self._url + path,
                what,
                params=query,
                data=data,
                headers={"BhRestToken": self._token, "Content-Type": "application/json"},
            )
            if answer.status_code != 401:
                break
            self._token = ""
        if answer.status_code == 404 and missing is not None:
            return missing
        return self._json(answer, what)

    def _json(self, answer: requests.Response, what: str, *, at_login: bool = False) -> Any:
        if not 200 <= answer.status_code < 300:
            detail = asked_to_wait(answer) + _named(answer)
            raise refused(_place(what), answer.status_code, expected="status 200", detail=detail, at_login=at_login)
        try:
            return json.loads(answer.content, parse_float=Decimal)
        except (ValueError, RecursionError):
            raise _strange(what, "a JSON answer") from None


def _named(answer: requests.Response) -> str:
    """Return the error key and the fields that an answer names, never its texts."""
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return ""
    if not isinstance(body, dict):
        return ""
    errors = body.get("errors")
    named = errors if isinstance(errors, list) else []
    fields = ", ".join(filter(None, (_key(one.get("propertyName")) for one in named if isinstance(one, dict))))
    key = _key(body.get("errorMessageKey")) or _key(body.get("error"))
    return f" ({key}{': ' if key and fields else ''}{fields})" if key or fields else ""


def _key(value: object) -> str:
    """Return what is no sentence: a person's values may stand in one."""
    return value if isinstance(value, str) and re.fullmatch(r"[a-z][A-Za-z0-9_.]{0,80}", value) else ""


def _queried(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


def _place(what: str) -> Place:
    return Place(f"Bullhorn, {what}")


def _strange(what: str, expected: str) -> Blocked:
    return Trouble(
        Kind.ADDRESS if what == "find the data centre" else Kind.SYSTEM,
        Problem(
            _place(what),
            expected,
            "something else",
            how="See that the address is that of Bullhorn's rest-services, and not of a page for people.",
        ),
        unsure=True,
    )


def _whole_number(found: Any, key: str, what: str) -> RecordId:
    """Return the id that an answer has under a key; raise Trouble for an answer without one."""
    named = found.get(key) if isinstance(found, dict) else None
    if not isinstance(named, int) or isinstance(named, bool):
        raise _strange(what, f"an answer with {key}, a whole number")
    return str(named)


def _csv(ids: list[int]) -> str:
    return ",".join(map(str, ids))


def _parts(items: list[Any], size: int) -> Iterator[list[Any]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
