"""Tell what stopped a request to a system: the address, the credentials, the permission, the limit, or the system."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import NameResolutionError, NewConnectionError

from signoff.errors import Blocked, Place, Problem, nearest
from signoff.record import RecordId


class Kind(StrEnum):
    """Name what stopped a request, in the words of the message; each is another person's to put right."""

    ADDRESS = "the address"
    CREDENTIALS = "the credentials"
    PERMISSION = "the permission"
    LIMIT = "the limit"
    SYSTEM = "the system itself"
    REQUEST = "the request"


class Trouble(Blocked):
    """Say what stopped one request, and what its caller must know of it.

    `status` is 0 without an answer. `nobody` tells that no request of these credentials would get further. `unsure`
    tells that what was asked may have been done all the same; `made` is the id of a record that was made before the
    rest of it failed.
    """

    def __init__(
        self,
        kind: Kind,
        problem: Problem,
        *,
        status: int = 0,
        nobody: bool = False,
        unsure: bool = False,
        made: RecordId = "",
    ) -> None:
        super().__init__(problem)
        self.kind, self.status, self.nobody, self.unsure, self.made = kind, status, nobody, unsure, made


_HOW: Final = {
    Kind.ADDRESS: "See that the address leads to this system, and that it ends where the system's own paths begin.",
    Kind.CREDENTIALS: "See that the credentials are those of this system and still valid.",
    Kind.PERMISSION: "Ask for the right that this needs.",
    Kind.LIMIT: "Try again when the system is less busy, or ask for a higher limit.",
    Kind.SYSTEM: "Ask who runs the system; nothing of it can be put right here.",
    Kind.REQUEST: "Compare with what the system demands: its document, or this tenant's own required fields.",
}


def kind_of(status: int, *, at_login: bool = False) -> Kind:
    """Return what an answer's status tells; `at_login` for one on the way to a session."""
    if status == 429:
        return Kind.LIMIT
    if status >= 500:
        return Kind.SYSTEM
    if status in (404, 410) or 300 <= status < 400:
        return Kind.ADDRESS
    if at_login or status in (401, 412):
        return Kind.CREDENTIALS
    return Kind.PERMISSION if status in (403, 405) else Kind.REQUEST


def refused(
    place: Place,
    status: int,
    *,
    expected: str = "an answer of status 2xx",
    detail: str = "",
    at_login: bool = False,
    did_you_mean: str | None = None,
) -> Trouble:
    """Return the trouble of an answer that refuses. `detail` must hold no value and nothing of the answer's texts."""
    kind = kind_of(status, at_login=at_login)
    return Trouble(
        kind,
        Problem(place, expected, f"status {status}{detail}", did_you_mean, _HOW[kind]),
        status=status,
        nobody=at_login or status == 401,
        # A create may be stored and answered with an error all the same.
        unsure=status >= 500,
    )


def unanswered(place: Place, url: str, error: requests.RequestException, hosts: Iterable[str] = ()) -> Trouble:
    """Return the trouble of a request that got no answer. `hosts` are those that the system is known to have.

    The exception's own text is left out: it holds the whole URL, in which a key may stand.
    """
    if isinstance(error, requests.exceptions.InvalidHeader):
        return unsendable(place)
    host = host_of(url)
    kind, found, how = _why(error, host)
    known = tuple(hosts)
    name = host.partition(":")[0]
    meant = nearest(name, known) if kind is Kind.ADDRESS and name not in known else None
    before = kind is Kind.ADDRESS
    return Trouble(kind, Problem(place, "an answer", found, meant, how), nobody=True, unsure=not before)


def unsendable(place: Place) -> Trouble:
    """Return the trouble of a credential that no request can carry."""
    how = "See that nothing but the credential stands in its variable: no line break, and no blank before it."
    return Trouble(
        Kind.CREDENTIALS,
        Problem(place, "credentials that a header can hold", "one with signs that none can", how=how),
        nobody=True,
    )


def _why(error: requests.RequestException, host: str) -> tuple[Kind, str, str]:
    causes = list(_causes(error))
    errnos = {one.errno for one in causes if isinstance(one, OSError)}
    spelt = "Correct the address, or see that this machine may reach it."
    if isinstance(error, requests.exceptions.SSLError):
        how = "See that the address begins with https only where it should, and that the certificate there is trusted."
        return Kind.ADDRESS, f"no secure connection to {host}: TLS failed", how
    if isinstance(error, requests.exceptions.ProxyError):
        return Kind.ADDRESS, "no way through this machine's proxy", "Correct the proxy's address, or do without it."
    if any(isinstance(one, NameResolutionError) for one in causes):
        return Kind.ADDRESS, f"no host of the name {host.partition(':')[0]}: DNS knows none", spelt
    if isinstance(error, requests.ConnectTimeout):
        return Kind.ADDRESS, f"no connection to {host} within the time-out", spelt
    if isinstance(error, requests.ReadTimeout):
        how = "Ask who runs the system, or set a longer `timeout` for the environment."
        return Kind.SYSTEM, f"no answer from {host} within the time-out", how
    if errno.ECONNREFUSED in errnos:
        return Kind.ADDRESS, f"{host} refuses the connection: nothing listens there", spelt
    if any(isinstance(one, NewConnectionError) for one in causes):
        return Kind.ADDRESS, f"no connection to {host}", spelt
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema):
        return Kind.ADDRESS, "no address of the form https://host/path", "Correct the address."
    if isinstance(error, requests.exceptions.InvalidSchema):
        return Kind.ADDRESS, "an address that is neither http nor https", "Correct the address."
    if isinstance(error, requests.TooManyRedirects):
        return Kind.ADDRESS, f"redirects without end from {host}", spelt
    if isinstance(error, requests.ConnectionError) and "refused: " in str(error):
        return Kind.ADDRESS, f"no connection to {host}", spelt  # the mount in process, which answers no other host
    return Kind.SYSTEM, f"a connection that {host} broke off ({type(error).__name__})", _HOW[Kind.SYSTEM]


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and what it was made of: requests and urllib3 wrap each other's."""
    todo: list[object] = [error]
    seen: set[int] = set()
    while todo:
        one = todo.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        todo += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]


def host_of(url: str) -> str:
    """Return host and port of an address, without whatever else may stand in it."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.hostname or 'no host'}{port}"
    except ValueError:
        return "no host"
