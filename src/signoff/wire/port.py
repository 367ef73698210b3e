"""Mount a WSGI app on a loopback port, for connectors in any language."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from waitress.channel import ClientDisconnected
from waitress.server import create_server

from signoff.errors import Blocked, Place, Problem
from signoff.wire.breakdowns import ConnectionDropped, NoAnswer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@contextmanager
def on_port(app: WSGIApplication, port: int = 0, silence_seconds: float = 5.0) -> Iterator[str]:
    """Serve `app` on 127.0.0.1 and yield its origin, `http://127.0.0.1:PORT`; port 0 takes a free one.

    The server keeps real time. An app that raises `ConnectionDropped` ends the connection without an answer; one
    that raises `NoAnswer` does so after `silence_seconds` of real silence. Raises `Blocked` when the port is taken.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as refused:
        listener.close()
        if refused.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise Blocked(
            Problem(
                Place(f"127.0.0.1:{port}"),
                "a free port for the simulator",
                "it is in use" if refused.errno == errno.EADDRINUSE else "it may not be opened by this user",
                how=f"Stop what listens on port {port}, or set the port to 0 to take a free one.",
            )
        ) from refused
    chosen = listener.getsockname()[1]
    stopping = threading.Event()
    connections: dict[int, Any] = {}
    server = create_server(
        _breakable(app, stopping, silence_seconds),
        sockets=[listener],
        map=connections,
        threads=4,
        clear_untrusted_proxy_headers=True,
    )
    thread = threading.Thread(target=_serve, args=(server, stopping), name=f"signoff-port-{chosen}", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{chosen}"
    finally:
        stopping.set()
        server.trigger.pull_trigger()
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()
        for channel in list(connections.values()):
            channel.close()
        listener.close()


def _serve(server: Any, stopping: threading.Event) -> None:
    while not stopping.is_set():
        server.asyncore.loop(timeout=1.0, map=server._map, count=1)


def _breakable(app: WSGIApplication, stopping: threading.Event, silence_seconds: float) -> WSGIApplication:
    def serving(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return app(environ, start_response)
        except NoAnswer:
            stopping.wait(silence_seconds)
        except ConnectionDropped:
            pass
        # Any other exception becomes a 500; this one makes waitress hang up without a word.
        raise ClientDisconnected

    return serving
