"""Divide a list into pages in the app's own style."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from signoff.record import with_value
from signoff.systems.openapi.description import EntityRoutes
from signoff.systems.openapi.desk import wrapped
from signoff.systems.openapi.json_text import json_bytes
from signoff.systems.openapi.refusals import Refused
from signoff.systems.openapi.store import Row, Shelf
from signoff.systems.openapi.validation import FieldProblem

_ITEMS: Final = "\0items"


@dataclass(frozen=True, slots=True)
class Page:
    """Hold one page: its rows, what stands beside them in the body, and the cursor of the next page ("" if last)."""

    rows: list[Row]
    beside: Mapping[str, Any]
    following: str = ""


def take_page(
    routes: EntityRoutes,
    shelf: Shelf,
    asked: Mapping[str, Any],
    wanted: Callable[[Row], bool],
    page_cap: int | None,
    default_page: int | None,
) -> Page:
    """Return the page that the query asks for; raise Refused for a cursor or size that is not valid.

    Cursors point behind the last record seen in the order of creation, so that records created meanwhile are neither
    lost nor seen twice. `page_cap` shortens pages only where the client is told where to go on (cursor, link):
    there a short page is within the contract, elsewhere it would mean the end.
    """
    paging = routes.paging
    rows = filter(wanted, shelf.after(-1))
    if paging.style == "none":
        return Page(list(rows), {})
    size = asked.get(paging.limit, min(default_page or routes.page_default, routes.page_limit))
    if not isinstance(size, int) or size < 1 or size > routes.page_limit:
        raise _not_valid(paging.limit, f"must be from 1 to {routes.page_limit}")
    if paging.style in ("cursor", "link"):
        return _by_cursor(routes, shelf, asked, wanted, min(size, page_cap or size))
    if paging.style == "page":
        number = asked.get(paging.page, paging.first)
        if not isinstance(number, int) or number < paging.first:
            raise _not_valid(paging.page, f"must be {paging.first} or more")
        start = (number - paging.first) * size
    else:
        start = asked.get(paging.offset, 0)
        if not isinstance(start, int) or start < 0:
            raise _not_valid(paging.offset, "must be 0 or more")
    everything = list(rows)
    chosen = everything[start : start + size]
    return Page(chosen, _beside(routes, len(everything), start + size < len(everything)))


def _by_cursor(
    routes: EntityRoutes, shelf: Shelf, asked: Mapping[str, Any], wanted: Callable[[Row], bool], size: int
) -> Page:
    paging = routes.paging
    cursor = asked.get(paging.cursor)
    after = -1 if cursor is None else _opened(routes.name, str(cursor), paging.cursor)
    rows: list[Row] = []
    following = ""
    for row in filter(wanted, shelf.after(after)):
        if len(rows) == size:
            following = _sealed(routes.name, rows[-1].sequence)
            break
        rows.append(row)
    total = sum(1 for _ in filter(wanted, shelf.after(-1))) if paging.total else 0
    beside = dict(_beside(routes, total, bool(following)))
    if paging.style == "cursor":
        beside[paging.next] = following or None
    return Page(rows, beside, following)


def _beside(routes: EntityRoutes, total: int, more: bool) -> dict[str, Any]:
    paging = routes.paging
    return {**({paging.total: total} if paging.total else {}), **({paging.more: more} if paging.more else {})}


def _not_valid(name: str, problem: str) -> Refused:
    return Refused(422, "one or more query parameters are not valid", [FieldProblem(name, problem)], breaks_schema=True)


def _mark(entity: str, sequence: str) -> str:
    return blake2b(f"cursor/{entity}/{sequence}".encode(), digest_size=6).hexdigest()


def _sealed(entity: str, sequence: int) -> str:
    return base64.urlsafe_b64encode(f"{sequence}.{_mark(entity, str(sequence))}".encode()).decode().rstrip("=")


def _opened(entity: str, cursor: str, name: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeError, ValueError):
        text = ""
    sequence, _, mark = text.partition(".")
    if not sequence.isdigit() or mark != _mark(entity, sequence):
        raise _not_valid(name, "is not a cursor of this list")
    return int(sequence)


def in_envelope(key: str, shown: bytes) -> bytes:
    """Return a record's bytes in its envelope; `key` is dotted, "" for none."""
    for name in reversed(key.split(".")) if key else ():
        shown = b"{" + json_bytes(name) + b":" + shown + b"}"
    return shown


def page_body(routes: EntityRoutes, page: Page) -> bytes:
    """Return a page's body from its rows' bytes.

    Encoding every record anew for every page would be most of the work.
    """
    listed = b"[" + b",".join(row.shown for row in page.rows) + b"]"
    key = routes.envelope.items
    if not key:
        return listed
    body: dict[str, Any] = wrapped(_ITEMS, key)
    for name, value in page.beside.items():
        body = with_value(body, name, value)
    return json_bytes(body).replace(json_bytes(_ITEMS), listed, 1)
