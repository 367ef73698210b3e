"""Log in as documented: loginInfo, code, ten-minute access token with a single-use refresh token, session token."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from signoff.systems.bullhorn.answers import Answer, Request, json_answer, page, redirect
from signoff.systems.bullhorn.refusals import Refusal, bad_request
from signoff.wire.clock import WorldClock

CODE_SECONDS: Final = 300
ACCESS_SECONDS: Final = 600
DEFAULT_TTL_MINUTES: Final = 10
MOST_TTL_MINUTES: Final = 2880
"""What the SDK asks for at most: 48 hours."""

REST_HOST: Final = "rest.bullhornstaffing.com"
AUTH_HOST: Final = "auth.bullhornstaffing.com"
REST_CENTRE: Final = "rest-east.bullhornstaffing.com"
AUTH_CENTRE: Final = "auth-east.bullhornstaffing.com"
SWIMLANE: Final = "rest99.bullhornstaffing.com"
HOSTS: Final = (REST_HOST, AUTH_HOST, REST_CENTRE, AUTH_CENTRE, SWIMLANE)

_NAMESPACE: Final = uuid.UUID("0b1f1f7e-6f6e-4c53-8a55-0a5f6a1d5a0e")


@dataclass(frozen=True, slots=True)
class Account:
    """Hold what an API user needs to log in to this tenant."""

    username: str
    password: str
    client_id: str
    client_secret: str
    corp_token: str


@dataclass(slots=True)
class _Session:
    expires: int
    minutes: int
    requests: int = 0


class Login:
    """Issue and check codes, access tokens, refresh tokens and sessions, each with its own clock.

    The generic hosts answer `loginInfo`; everything else there is redirected with a 307 to the tenant's data
    centre. On a port the data centre is the path prefix `/east`.
    """

    def __init__(self, account: Account, clock: WorldClock, session_requests: int | None) -> None:
        self._account = account
        self._clock = clock
        self._session_requests = session_requests
        self._issued = 0
        self._codes: dict[str, int] = {}
        self._access: dict[str, int] = {}
        self._refresh: set[str] = set()
        self._sessions: dict[str, _Session] = {}
        self._secrets: set[str] = {account.password, account.client_secret}

    def secrets(self) -> frozenset[str]:
        """Return every secret that was ever issued or is expected."""
        return frozenset(self._secrets)

    def _token(self, kind: str) -> str:
        self._issued += 1
        token = f"{uuid.uuid5(_NAMESPACE, f'{kind} {self._issued} {self._clock.epoch_ms()}')}"
        if kind == "code":
            # Real codes hold colons, which is why a client that forgets to decode the Location fails.
            token = f"25184_7490069_34:{token}"
        self._secrets.add(token)
        return token

    def bases(self, request: Request) -> tuple[str, str, str]:
        """Return the URLs of oauth, of login and of the REST API as seen from where the request came."""
        corp = self._account.corp_token
        if request.host in HOSTS:
            return (
                f"https://{AUTH_CENTRE}/oauth",
                f"https://{REST_CENTRE}/rest-services",
                f"https://{SWIMLANE}/rest-services/{corp}/",
            )
        origin = request.origin
        return f"{origin}/east/oauth", f"{origin}/east/rest-services", f"{origin}/rest-services/{corp}/"

    def answer(self, request: Request) -> Answer | None:
        """Answer a request of the login, or return None if it is none."""
        segments = request.segments
        centre = request.host in (REST_CENTRE, AUTH_CENTRE)
        if segments[:1] == ("east",) and request.host not in HOSTS:
            segments, centre = segments[1:], True
        oauth, rest, _ = self.bases(request)
        match segments:
            case ("rest-services", "loginInfo"):
                return self._login_info(request)
            case ("oauth", "authorize" | "token" as step):
                if not centre:
                    return self._elsewhere(request, f"{oauth}/{step}")
                return self._authorize(request) if step == "authorize" else self._tokens(request)
            case ("oauth", "landed"):
                return page("<html><body>You may close this window.</body></html>")
            case ("rest-services", "login"):
                return self._session(request) if centre else self._elsewhere(request, f"{rest}/login")
        return None

    def _elsewhere(self, request: Request, url: str) -> Answer:
        text = request.environ.get("QUERY_STRING", "")
        return redirect(307, f"{url}?{text}" if text else url)

    def _login_info(self, request: Request) -> Answer:
        if not request.query.get("username"):
            raise bad_request("Parameter 'username' is required", "errors.missingParameter")
        oauth, rest, _ = self.bases(request)
        return json_answer({"oauthUrl": oauth, "restUrl": rest})

    def _authorize(self, request: Request) -> Answer:
        query = request.query
        oauth, _, _ = self.bases(request)
        target = query.get("redirect_uri") or f"{oauth}/landed"
        joint = "&" if "?" in target else "?"
        state = {"state": query["state"]} if "state" in query else {}
        if query.get("response_type") != "code":
            error = {"error": "unsupported_response_type", "error_description": "response_type must be code"}
            return redirect(302, f"{target}{joint}{urlencode({**error, **state})}")
        if query.get("client_id") != self._account.client_id:
            error = {"error": "invalid_client", "error_description": "Invalid client"}
            return redirect(302, f"{target}{joint}{urlencode({**error, **state})}")
        if (query.get("username"), query.get("password")) != (self._account.username, self._account.password):
            return page("<html><body><form>Invalid credentials, please try again.</form></body></html>")
        code = self._token("code")
        self._codes[code] = self._clock.epoch_ms() + CODE_SECONDS * 1000
        found = f"code={quote(code, safe='')}&client_id={quote(self._account.client_id, safe='')}"
        return redirect(302, f"{target}{joint}{found}" + (f"&{urlencode(state)}" if state else ""))

    def _tokens(self, request: Request) -> Answer:
        query = request.query
        if request.method != "POST":
            raise Refusal(405, "Method not allowed", "errors.methodNotAllowed")
        known = (self._account.client_id, self._account.client_secret)
        if (query.get("client_id"), query.get("client_secret")) != known:
            return json_answer({"error": "invalid_client", "error_description": "Invalid client credentials."}, 400)
        grant = query.get("grant_type")
        if grant == "authorization_code":
            good = self._codes.pop(query.get("code", ""), 0) > self._clock.epoch_ms()
        elif grant == "refresh_token":
            held = query.get("refresh_token", "")
            good = held in self._refresh
            self._refresh.discard(held)
        else:
            return json_answer({"error": "unsupported_grant_type", "error_description": "Unknown grant type."}, 400)
        if not good:
            told = "Invalid, expired, or revoked authorization code."
            if grant == "refresh_token":
                told = "Invalid, expired, or revoked refresh token."
            return json_answer({"error": "invalid_grant", "error_description": told}, 400)
        access, refresh = self._token("access"), self._token("refresh")
        self._access[access] = self._clock.epoch_ms() + ACCESS_SECONDS * 1000
        self._refresh.add(refresh)
        return json_answer(
            {"access_token": access, "token_type": "Bearer", "expires_in": ACCESS_SECONDS, "refresh_token": refresh}
        )

    def _session(self, request: Request) -> Answer:
        if request.method not in ("GET", "POST"):
            raise Refusal(405, "Method not allowed", "errors.methodNotAllowed")
        if not request.query.get("version"):
            raise bad_request("Parameter 'version' is required", "errors.missingParameter")
        # An access token opens one session: it is spent by the first login, whatever comes of it.
        if self._access.pop(request.query.get("access_token", ""), 0) <= self._clock.epoch_ms():
            raise bad_request("Invalid or expired OAuth access token.", "errors.authentication.invalidOAuthToken")
        minutes = min(request.number("ttl", DEFAULT_TTL_MINUTES) or DEFAULT_TTL_MINUTES, MOST_TTL_MINUTES)
        token = self._token("session")
        self._sessions[token] = _Session(self._clock.epoch_ms() + minutes * 60_000, minutes)
        return json_answer({"BhRestToken": token, "restUrl": self.bases(request)[2]})

    def check(self, request: Request) -> str:
        """Return the session's token; raises the documented 412 without one and 401 with a bad or timed-out one."""
        token = (
            request.query.get("BhRestToken")
            or request.environ.get("HTTP_BHRESTTOKEN")
            or _cookie(request.environ.get("HTTP_COOKIE", ""))
        )
        if not token:
            raise Refusal(412, "BhRestToken is required.", "errors.authentication.missingRestToken")
        now = self._clock.epoch_ms()
        found = self._sessions.get(token)
        if found is not None:
            found.requests += 1
            spent = self._session_requests is not None and found.requests > self._session_requests
            if found.expires <= now or spent:
                del self._sessions[token]
                found = None
        if found is None:
            raise Refusal(401, "Bad 'BhRestToken' or timed-out.", "errors.authentication.invalidRestToken")
        found.expires = now + found.minutes * 60_000
        return str(token)

    def expires(self, token: str) -> int:
        """Return when a session ends, in epoch ms."""
        return self._sessions[token].expires

    def end(self, token: str) -> None:
        """End a session."""
        self._sessions.pop(token, None)


def _cookie(text: str) -> str:
    for part in text.split(";"):
        name, _, value = part.strip().partition("=")
        if name == "BhRestToken":
            return value.strip('"')
    return ""
