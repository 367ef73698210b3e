"""Name the ways in which an exchange can break below HTTP, so that faults can ask for them on either mount."""

from __future__ import annotations


class ConnectionDropped(Exception):
    """Raise inside a WSGI app to end the connection without an answer; the request may have been carried out."""


class NoAnswer(Exception):
    """Raise inside a WSGI app to stay silent until the caller's own read timeout ends the wait."""
