"""Print how many simple requests a second a Bullhorn simulator answers: direct, through responses, through a port.

Run it from the repository: `python benchmarks/mounts.py [requests]`.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import requests

from signoff.schema import Side
from signoff.scope import SystemSettings
from signoff.systems.bullhorn import dialect
from signoff.systems.dialect import Knobs, Simulator
from signoff.wire.clock import WorldClock
from signoff.wire.in_process import in_process
from signoff.wire.journal import Journal
from signoff.wire.port import on_port

FIELDS = "id,firstName,lastName,email,status,address,owner(id,firstName,lastName),primarySkills(id,name)"


def simulator(clock: WorldClock) -> Simulator:
    settings = SystemSettings(Side.ATS, "bullhorn", "Bullhorn", options={"requests_per_minute": 0})
    made = dialect.simulator(settings, {}, dialect.schema(settings, {}, None), clock, Knobs(), None)
    for number in range(500):
        made.create("Candidate", {"firstName": "Ana", "lastName": f"N{number}", "name": f"Ana N{number}"})
    return made


def session(url: str, addresses: dict[str, str]) -> tuple[requests.Session, str]:
    http = requests.Session()
    info = http.get(f"{url}/loginInfo", params={"username": addresses["username"]}).json()
    login = {"response_type": "code", "action": "Login", "client_id": addresses["client_id"]}
    login.update(username=addresses["username"], password=addresses["password"])
    landed = http.get(f"{info['oauthUrl']}/authorize", params=login)
    code = requests.utils.unquote(landed.url.partition("code=")[2].partition("&")[0])
    keys = {"client_id": addresses["client_id"], "client_secret": addresses["client_secret"]}
    grant = {"grant_type": "authorization_code", "code": code, **keys}
    token = http.post(f"{info['oauthUrl']}/token", data=grant).json()["access_token"]
    opened = http.post(f"{info['restUrl']}/login", params={"version": "*", "access_token": token, "ttl": "2880"}).json()
    http.headers["BhRestToken"] = opened["BhRestToken"]
    return http, opened["restUrl"]


def rate(name: str, count: int, ask: Callable[[int], None]) -> None:
    began = time.perf_counter()
    for number in range(count):
        ask(number)
    print(f"{name:<38}{count / (time.perf_counter() - began):>8.0f} requests a second")


def main(count: int) -> None:
    clock = WorldClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    made = simulator(clock)
    journal = Journal(clock)
    app = journal.watched(Side.ATS, made)

    with in_process(dict.fromkeys(made.hosts, app), journal, clock):
        http, url = session(made.addresses()["url"], dict(made.addresses()))
        token = str(http.headers["BhRestToken"])

        def direct(number: int) -> None:
            environ = {
                "REQUEST_METHOD": "GET",
                "PATH_INFO": f"/rest-services/4kxk4/entity/Candidate/{20_001 + number % 500}",
                "QUERY_STRING": f"fields={FIELDS}",
                "HTTP_HOST": "rest99.bullhornstaffing.com",
                "HTTP_BHRESTTOKEN": token,
                "wsgi.url_scheme": "https",
                "wsgi.input": io.BytesIO(b""),
            }
            statuses: list[str] = []
            list(made(environ, lambda status, _headers: statuses.append(status)))  # type: ignore[arg-type]  # needs no write()
            assert statuses == ["200 OK"], statuses

        def mounted(number: int) -> None:
            http.get(f"{url}entity/Candidate/{20_001 + number % 500}", params={"fields": FIELDS}).raise_for_status()

        def written(number: int) -> None:
            http.post(
                f"{url}entity/Candidate/{20_001 + number % 500}", json={"occupation": f"Welder {number}"}
            ).raise_for_status()

        rate("direct, read one", count, direct)
        rate("through responses, read one", count, mounted)
        rate("through responses, update one", count, written)
    journal.clear()
    with on_port(app) as origin:
        http, url = session(made.addresses(origin)["url"], dict(made.addresses(origin)))
        rate("through a port, read one", count, mounted)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
