"""No socket leads anywhere but to the simulators."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest
import requests

from signoff.wire.guard import Refused, guarded
from signoff.wire.port import on_port

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def app(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


def test_an_allowed_port_is_reached_and_others_are_not() -> None:
    with on_port(app) as origin, on_port(app) as other:
        with guarded([int(origin.rpartition(":")[2])]):
            assert requests.get(origin).content == b"ok"
            with pytest.raises(requests.ConnectionError, match="neither of the systems under test"):
                requests.get(other)
        assert requests.get(other).content == b"ok"


def test_the_refusal_names_the_host() -> None:
    with guarded(), pytest.raises(Refused, match=r"api\.example\.com"):
        socket.create_connection(("api.example.com", 443))
    with guarded(), pytest.raises(OSError, match=r"api\.example\.com"):
        urllib.request.urlopen("https://api.example.com/")


def test_addresses_are_refused_without_a_lookup() -> None:
    with guarded([443]), socket.socket() as one, socket.socket(type=socket.SOCK_DGRAM) as two:
        with pytest.raises(Refused, match=r"192\.0\.2\.7:443"):
            one.connect(("192.0.2.7", 443))
        with pytest.raises(Refused, match=r"192\.0\.2\.7"):
            one.connect_ex(("192.0.2.7", 443))
        with pytest.raises(Refused, match=r"192\.0\.2\.7"):
            two.sendto(b"x", ("192.0.2.7", 53))


def test_local_sockets_stay_open_and_everything_is_restored() -> None:
    before = (socket.socket.connect, socket.getaddrinfo)
    with guarded():
        left, right = socket.socketpair()
        left.sendall(b"x")
        assert right.recv(1) == b"x"
        left.close()
        right.close()
    assert (socket.socket.connect, socket.getaddrinfo) == before
