"""Refuse every socket that does not lead to a simulator, so that no test reaches a real system by accident."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock


class Refused(ConnectionError):
    """Report that the connector tried to reach a host that is neither of the systems under test."""


@contextmanager
def guarded(ports: Collection[int] = (), told: Callable[[str], None] = lambda _: None) -> Iterator[None]:
    """Let sockets connect only to loopback addresses on `ports`; raise `Refused` with the host's name otherwise.

    Looking up a name is refused as well, because a lookup already tells the world about it. Local sockets
    (AF_UNIX) stay open: they leave no machine. `told` hears of every refusal, because a connector may swallow the
    exception. Not a sandbox: a connector that calls the operating system itself
    is not stopped.
    """
    allowed = frozenset(ports)
    connect, connect_ex, sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto
    getaddrinfo = socket.getaddrinfo

    def check(sock: socket.socket, address: Any) -> None:
        if sock.family not in (socket.AF_INET, socket.AF_INET6):
            return
        host, port = address[0], address[1]
        if not (_loopback(host) and port in allowed):
            told(f"{host}:{port}")
            raise Refused(f"refused: {host}:{port} is neither of the systems under test")

    def guarded_connect(sock: socket.socket, address: Any) -> None:
        check(sock, address)
        connect(sock, address)

    def guarded_connect_ex(sock: socket.socket, address: Any) -> int:
        check(sock, address)
        return connect_ex(sock, address)

    def guarded_sendto(sock: socket.socket, data: Any, *rest: Any) -> int:
        check(sock, rest[-1])
        return sendto(sock, data, *rest)

    def guarded_lookup(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and not _loopback(name):
            told(str(name))
            raise Refused(f"refused: {name} is neither of the systems under test")
        return getaddrinfo(host, port, *args, **kwargs)

    with (
        mock.patch.object(socket.socket, "connect", guarded_connect),
        mock.patch.object(socket.socket, "connect_ex", guarded_connect_ex),
        mock.patch.object(socket.socket, "sendto", guarded_sendto),
        mock.patch.object(socket, "getaddrinfo", guarded_lookup),
    ):
        yield


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
