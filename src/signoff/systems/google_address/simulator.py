"""Serve Google's Address Validation and Places (New) as far as a connector of addresses meets them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from signoff.addresses import AddressBook
from signoff.errors import Blocked, Place, Problem
from signoff.systems.google_address.answers import Lookup, validated
from signoff.systems.google_address.errors import (
    Refused,
    invalid,
    no_key,
    not_enabled,
    over_quota,
    unavailable,
    wrong_key,
)
from signoff.systems.google_address.places import Places
from signoff.systems.google_address.schemas import flaws
from signoff.wire.breakdowns import ConnectionDropped, NoAnswer
from signoff.wire.clock import WorldClock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

VALIDATION: Final = "addressvalidation.googleapis.com"
PLACES: Final = "places.googleapis.com"
PER_MINUTE: Final = 6_000
"""Documented quota of each of the two APIs."""
LONGEST: Final = 280
"""Characters that all fields of an address may have together."""
LONGEST_SESSION: Final = 36

OUTAGES: Final = ("unavailable", "over quota", "not enabled", "silent", "dropped")
"""What can be wrong with the service: 503, 429, 403, no answer within the caller's timeout, a dropped connection."""

REGIONS: Final = frozenset((
    "AR", "AT", "AU", "BE", "BG", "BR", "CA", "CH", "CL", "CO", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB",
    "HR", "HU", "IE", "IN", "IT", "JP", "LT", "LU", "LV", "MX", "MY", "NL", "NO", "NZ", "PL", "PR", "PT", "SE",
    "SG", "SI", "SK", "US",
))  # fmt: skip
"""Regions in which addresses are validated."""


class GoogleAddress:
    """Answer from a book of addresses. `outage` is "" or one of `OUTAGES`; it can be set at any time.

    Options: `key`, the API key that it accepts; `requests_per_minute`, its quota.
    """

    hosts: tuple[str, ...] = (VALIDATION, PLACES)

    def __init__(self, options: Mapping[str, Any], book: AddressBook, clock: WorldClock) -> None:
        self.outage = ""
        self._key = str(options.get("key", "AIzaSyA-simulated-key-0123456789abcdefg"))
        self._per_minute = int(options.get("requests_per_minute", PER_MINUTE))
        self._clock = clock
        self._lookup = Lookup(book)
        self._places = Places(book)
        self._minute, self._in_minute = -1, 0
        self._answers = 0

    def addresses(self, origin: str = "") -> Mapping[str, str]:
        """Return `url`, below which `/v1:validateAddress` lives, `places_url` and `key`."""
        return {
            "url": origin or f"https://{VALIDATION}",
            "places_url": origin or f"https://{PLACES}",
            "key": self._key,
        }

    def secrets(self) -> frozenset[str]:
        """Return the API key."""
        return frozenset({self._key})

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; every answer fits the documented tables, or the harness itself is wrong."""
        try:
            status, table, body = 200, *self._answer(environ)
        except Refused as refused:
            status, table, body = refused.code, "ErrorAnswer", refused.body()
        wrong = flaws(table, body)
        if wrong:
            raise Blocked(
                Problem(
                    Place("google-address"),
                    f"an answer that fits {table} of the API",
                    "; ".join(f"{where}: {what}" for where, what in wrong),
                    how="This is a fault of Signoff's simulator; please report it.",
                )
            )
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")
        headers = [("Content-Type", "application/json; charset=UTF-8"), ("Content-Length", str(len(content)))]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [content]

    def _answer(self, environ: WSGIEnvironment) -> tuple[str, dict[str, Any]]:
        if self.outage == "silent":
            raise NoAnswer
        if self.outage == "dropped":
            raise ConnectionDropped
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        service = PLACES if path.startswith("/v1/places") else VALIDATION
        if self.outage == "unavailable":
            raise unavailable()
        self._known(environ, service)
        if self.outage == "over quota" or self._over_quota():
            raise over_quota(service)
        mask = environ.get("HTTP_X_GOOG_FIELDMASK", "") or _query(environ).get("fields", "")
        if method == "GET" and path.startswith("/v1/places/"):
            return "Place", self._places.details(path.removeprefix("/v1/places/"), mask)
        known: dict[str, tuple[str, str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
            "/v1:validateAddress": ("ValidateAddressRequest", "ValidateAddressResponse", self._validate),
            "/v1:provideValidationFeedback": (
                "ProvideValidationFeedbackRequest",
                "ProvideValidationFeedbackResponse",
                _feedback,
            ),
            "/v1/places:searchText": (
                "SearchTextRequest",
                "SearchTextResponse",
                lambda asked: self._places.search(asked, mask),
            ),
            "/v1/places:autocomplete": (
                "AutocompletePlacesRequest",
                "AutocompletePlacesResponse",
                self._places.autocomplete,
            ),
        }
        if method != "POST" or path not in known:
            raise Refused("NOT_FOUND", "Requested entity was not found.")
        request, response, answer = known[path]
        return response, answer(_read(environ, request))

    def _known(self, environ: WSGIEnvironment, service: str) -> None:
        given = environ.get("HTTP_X_GOOG_API_KEY", "") or _query(environ).get("key", "")
        if not given:
            raise no_key()
        if given != self._key:
            raise wrong_key(service)
        if self.outage == "not enabled":
            raise not_enabled(service)

    def _over_quota(self) -> bool:
        minute = self._clock.epoch_ms() // 60_000
        if minute != self._minute:
            self._minute, self._in_minute = minute, 0
        self._in_minute += 1
        return self._in_minute > self._per_minute

    def _validate(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        address: Mapping[str, Any] = asked.get("address", {})
        session = str(asked.get("sessionToken", ""))
        if len(session) > LONGEST_SESSION or not session.isascii():
            raise invalid("session_token must be at most 36 ASCII characters in length.", "session_token")
        texts = [one for one in address.values() if isinstance(one, str)]
        texts += [line for one in address.values() if isinstance(one, list) for line in one]
        if sum(map(len, texts)) > LONGEST:
            raise invalid(f"The total length of the address fields must not exceed {LONGEST} characters.", "address")
        region = str(address.get("regionCode", "")).upper()
        if not region:
            raise invalid("Region code is missing.", "address.region_code")
        if region not in REGIONS:
            raise invalid(f"Unsupported region code: {region[:8]}.", "address.region_code")
        if address.get("revision", 0) != 0:
            raise invalid("The revision must be 0.", "address.revision")
        lines = [*address.get("addressLines", ()), address.get("locality", ""), address.get("postalCode", "")]
        if not any(str(one).strip() for one in lines):
            raise invalid("Address is missing: give address_lines, a locality or a postal code.", "address")
        self._answers += 1
        return validated(self._lookup.entry(address), self._answers)


def _feedback(asked: Mapping[str, Any]) -> dict[str, Any]:
    for name, field in (("conclusion", "conclusion"), ("responseId", "response_id")):
        if not asked.get(name):
            raise invalid(f"{field} is required.", field)
    return {}


def _query(environ: WSGIEnvironment) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}


def _read(environ: WSGIEnvironment, table: str) -> Mapping[str, Any]:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    content = environ["wsgi.input"].read(length) if length else b""
    try:
        body = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        raise invalid("Invalid JSON payload received. Unexpected token.") from None
    if not isinstance(body, dict):
        raise invalid("Invalid JSON payload received. Root element must be a message.")
    for where, what in flaws(table, body)[:1]:
        raise invalid(what, where)
    return body
