"""Connectors that go about it in another way and are right: none of their statements may fail."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import requests
from reference_connector.rows import TWO_WAY, fingerprint

from planted.register import acted, benign
from reference_connector import Connector

Row = dict[str, Any]


@benign
class PagesOfOne(Connector):
    """Listings are read one record at a time."""

    page_size = 1
    app_page_size = 1


@benign
class PagesOfAHundred(Connector):
    """Listings are read a hundred records at a time."""

    page_size = 100
    app_page_size = 100


@benign
class LooksBeforeCreating(Connector):
    """Each record is looked for before it is created, and changed where it is there, as an upsert does."""

    def write_create(self, kind: str, mapped: Any) -> None:
        known = next(iter(self.find_by_external_id(kind, mapped.key)), None)
        acted()
        if known is None:
            super().write_create(kind, mapped)
        else:
            self.write_update(kind, mapped, str(known["id"]), {}, known)


@benign
class WholeRecordWritten(Connector):
    """A change is written with everything else that the record has: it is read, altered and written as a whole."""

    OWN = frozenset({"id", "created_at", "updated_at", "last_seen_at"})

    def update_app(self, kind: str, app_id: str, body: Any) -> Any:
        current = self.read_app(kind, app_id) or {}
        acted()
        return super().update_app(
            kind, app_id, {**{name: value for name, value in current.items() if name not in self.OWN}, **body}
        )


@benign
class WebhooksLater(Connector):
    """A webhook is answered at once and dealt with a run later; what it is about is left alone until then."""

    runs_begun = 0

    def follow_hint(self, place: Path, hint: Mapping[str, str]) -> None:
        self.noted()[place.name] = self.runs_begun

    def noted(self) -> dict[str, int]:
        found: dict[str, int] = self.__dict__.setdefault("noted_hints", {})
        return found

    def sync(self) -> Any:
        self.runs_begun += 1
        return super().sync()

    def fresh_hint(self, place: Path) -> bool:
        return self.noted().get(place.name, -1) == self.runs_begun - 1

    def open_hints(self) -> Iterator[tuple[Path, str]]:
        for place, message in super().open_hints():
            if self.fresh_hint(place):
                acted()
            else:
                yield place, message

    def paginate_app(self, collection: str, params: Mapping[str, str] | None = None) -> list[Row]:
        found = super().paginate_app(collection, params)
        if collection != "messages":
            return found
        later = {message for place, message in super().open_hints() if self.fresh_hint(place)}
        return [one for one in found if str(one["id"]) not in later]


@benign
class FourAtOnce(Connector):
    """Records of a kind are written four at a time, and each may overtake the others."""

    at_once = 4
    turn: threading.Lock | None = None
    """Held by whoever works on the state; let go while a request is on its way."""

    def upsert_all(self, kind: str, mapped: Iterable[Any]) -> None:
        ready = {one.key: one for one in mapped}
        if kind in TWO_WAY:
            self.prefetch(kind, ready)
        matches = self.match(kind, {key: one for key, one in ready.items() if key not in self.links(kind)})
        turn = self.turn = threading.Lock()

        def write(key: str) -> None:
            with turn:
                one = ready[key]
                self.guarded(kind, key, one, partial(self.upsert, kind, one, matches.get(key)))

        try:
            with ThreadPoolExecutor(self.at_once) as pool:
                for _ in pool.map(write, ready):
                    acted()
        finally:
            self.turn = None
        if kind == "contact":
            for key, one in ready.items():
                if key not in self.links(kind):
                    self.absent()[key] = fingerprint(self.match_key(kind, one))
                    self.state.touch(kind)

    def send(self, system: str, method: str, url: str, **how: Any) -> requests.Response | None:
        turn = self.turn
        if turn is None:
            return super().send(system, method, url, **how)
        turn.release()
        try:
            return super().send(system, method, url, **how)
        finally:
            turn.acquire()


@benign
class AnswersLost(Connector):
    """Of every ten answers one gets lost on its way, and what was asked is asked again after a pause."""

    tries = 6
    asked = 0

    def send(self, system: str, method: str, url: str, **how: Any) -> requests.Response | None:
        found = super().send(system, method, url, **how)
        self.asked += 1
        if self.asked % 10 or system == "address" or not how["authorise"]:
            return found
        acted()
        return None

    def backoff(self, tried: int) -> float:
        return super().backoff(tried) * (1 + 0.1 * (self.asked % 7))
