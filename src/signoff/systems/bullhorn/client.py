"""Drive a real or simulated Bullhorn tenant over HTTP, as documented."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import requests

from signoff.errors import Blocked, Place, Problem
from signoff.record import Record, RecordId
from signoff.schema import Field, SystemSchema, Type
from signoff.systems.bullhorn.tenant import INVERSE, SEARCH_ONLY

PAGE: Final = 200
IDS_PER_READ: Final = 100
FIELDS_PER_READ: Final = 60
_TRIES: Final = 10
_TIMEOUT: Final = (10, 60)
_SESSION_MINUTES: Final = 60


class BullhornClient:
    """Be the harness's hands in a tenant that it does not hold in memory.

    Logs in when first needed and again after a 401; waits a second after a 429. Every failure that is not the
    record's own raises `Blocked`, without the answer's text, because that may hold personal data.
    """

    def __init__(self, schema: SystemSchema, values: Mapping[str, str]) -> None:
        self._schema = schema
        self._values = dict(values)
        self._http = requests.Session()
        self._url = ""
        self._token = ""

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def login(self) -> tuple[str, str]:
        """Log in and return the REST URL and the session token."""
        value = self._values
        info = self._json(
            self._http.get(f"{value['url']}/loginInfo", params={"username": value["username"]}, timeout=_TIMEOUT),
            "find the data centre",
        )
        credentials = {
            "client_id": value["client_id"],
            "response_type": "code",
            "action": "Login",
            "username": value["username"],
            "password": value["password"],
        }
        token = self._json(
            self._http.post(
                f"{info['oauthUrl']}/token",
                data={
                    "grant_type": "authorization_code",
                    "code": self._code(f"{info['oauthUrl']}/authorize", credentials),
                    "client_id": value["client_id"],
                    "client_secret": value["client_secret"],
                },
                timeout=_TIMEOUT,
            ),
            "exchange the code for a token",
        )
        session = self._json(
            self._http.post(
                f"{info['restUrl']}/login",
                params={"version": "*", "access_token": token["access_token"], "ttl": str(_SESSION_MINUTES)},
                timeout=_TIMEOUT,
            ),
            "open a session",
        )
        self._url, self._token = session["restUrl"], session["BhRestToken"]
        return self._url, self._token

    def _code(self, url: str, credentials: Mapping[str, str]) -> str:
        for _ in range(_TRIES):
            answer = self._http.post(url, data=credentials, allow_redirects=False, timeout=_TIMEOUT)
            location = answer.headers.get("Location", "")
            found = parse_qs(urlsplit(location).query)
            if "code" in found:
                return found["code"][0]
            if answer.status_code not in (307, 308) or not location:
                break
            url = location
        raise _blocked("authorize", "a redirect with a code", f"status {answer.status_code} without one")

    def create(self, entity: str, fields: Record) -> RecordId:
        """Create a record; its to-many lists are associated afterwards."""
        plain, lists = self._parted(entity, fields)
        made = self._call("PUT", f"entity/{entity}", plain)
        record_id = str(made["changedEntityId"])
        for path, ids in lists.items():
            self._associate(entity, record_id, path, ids)
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
        """Subscribe to an entity's events under a name of our own, and end the subscription again."""
        query = {"type": "entity", "names": entity, "eventTypes": "INSERTED,UPDATED,DELETED"}
        self._call("PUT", "event/subscription/signoff-access-check", query=query)
        self._call("DELETE", "event/subscription/signoff-access-check")

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

    def _ids(self, entity: str) -> Iterator[int]:
        start = 0
        if entity in SEARCH_ONLY:
            path, asked = f"search/{entity}", {"query": "id:[1 TO *]", "sort": "id", "fields": "id"}
        else:
            path, asked = f"query/{entity}", {"where": "id > 0", "orderBy": "id", "fields": "id"}
        while True:
            rows = self._call("GET", path, query={**asked, "start": str(start), "count": str(PAGE)})["data"]
            if not rows:
                return
            # Pages may be shorter than asked for: go on by what came, and end on an empty one.
            start += len(rows)
            yield from (row["id"] for row in rows)

    def _associated(self, entity: str, record_id: str, path: str) -> list[int]:
        found: list[int] = []
        while True:
            query = {"fields": "id", "start": str(len(found)), "count": str(PAGE), "orderBy": "id"}
            rows = self._call("GET", f"entity/{entity}/{record_id}/{path}", query=query)["data"]
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
        for _ in range(_TRIES):
            if not self._token:
                self.login()
            answer = self._http.request(
                method,
                self._url + path,
                params=query,
                data=data,
                headers={"BhRestToken": self._token, "Content-Type": "application/json"},
                timeout=_TIMEOUT,
            )
            if answer.status_code == 401:
                self._token = ""
            elif answer.status_code == 429:
                time.sleep(1)
            elif answer.status_code == 404 and missing is not None:
                return missing
            else:
                return self._json(answer, f"{method} {path.partition('?')[0]}")
        raise _blocked(f"{method} {path}", "an answer", f"status {answer.status_code} after {_TRIES} tries")

    def _json(self, answer: requests.Response, what: str) -> Any:
        if answer.status_code >= 400:
            raise _blocked(what, "status 200", f"status {answer.status_code}{_named(answer)}")
        try:
            return json.loads(answer.content, parse_float=Decimal)
        except ValueError:
            raise _blocked(what, "a JSON answer", "something else") from None


def _named(answer: requests.Response) -> str:
    """Return the error key and the fields that an answer names, never its texts."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    fields = ", ".join(str(one.get("propertyName")) for one in body.get("errors") or () if isinstance(one, dict))
    key = str(body.get("errorMessageKey") or body.get("error") or "")
    return f" ({key}{': ' if key and fields else ''}{fields})" if key or fields else ""


def _blocked(what: str, expected: str, found: str) -> Blocked:
    return Blocked(
        Problem(
            Place(f"Bullhorn, {what}"),
            expected,
            found,
            how="Check the address, the credentials and the API user's permissions, then try again.",
        )
    )


def _csv(ids: list[int]) -> str:
    return ",".join(map(str, ids))


def _parts(items: list[Any], size: int) -> Iterator[list[Any]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
