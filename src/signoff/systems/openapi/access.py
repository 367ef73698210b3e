"""Prove and check who asks."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from hashlib import sha256

from signoff.systems.openapi.options import Auth


def made_secret(name: str, what: str) -> str:
    """Return a secret of the simulated system: the same in every run, unlike anything in its records."""
    return sha256(f"signoff simulator/{name}/{what}".encode()).hexdigest()[:40]


def credentials(auth: Auth, name: str) -> dict[str, str]:
    """Return the simulated credentials under the names that a real environment gives them."""
    if auth.kind == "none":
        return {}
    if auth.kind == "basic":
        return {"user": f"{name}-partner", "password": made_secret(name, "password")}
    return {"token": made_secret(name, "token")}


def proof(auth: Auth, values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the headers and the query parameters that a request carries; raise KeyError for a missing value."""
    if auth.kind == "bearer":
        return {"Authorization": f"Bearer {values['token']}"}, {}
    if auth.kind == "basic":
        pair = f"{values['user']}:{values['password']}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}, {}
    if auth.kind == "header":
        return {auth.name: values["token"]}, {}
    if auth.kind == "query":
        return {}, {auth.name: values["token"]}
    return {}, {}


class Gate:
    """Let only requests with the right credentials pass."""

    def __init__(self, auth: Auth, values: Mapping[str, str]) -> None:
        headers, self._query = proof(auth, values)
        self._headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        self.challenge = {"bearer": "Bearer", "basic": "Basic"}.get(auth.kind, "ApiKey")
        self.parameters = frozenset(self._query)

    def admits(self, environ: Mapping[str, object], query: Mapping[str, str]) -> bool:
        """Tell whether a request proves who it is; the scheme's word (`Bearer`) ignores case, as RFC 9110 says."""
        return all(_same(str(environ.get(name, "")), value) for name, value in self._headers.items()) and all(
            hmac.compare_digest(query.get(name, "").encode(), value.encode()) for name, value in self._query.items()
        )


def _same(given: str, wanted: str) -> bool:
    scheme, blank, secret = wanted.partition(" ")
    if blank:
        given_scheme, _, given = given.partition(" ")
        if given_scheme.lower() != scheme.lower():
            return False
        given, wanted = given.strip(), secret
    return hmac.compare_digest(given.encode(), wanted.encode())
