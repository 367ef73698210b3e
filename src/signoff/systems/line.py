"""Send requests with time-outs, wait where a system asks to slow down, and tell what stopped them."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final

import requests
from urllib3.exceptions import LocationParseError

from signoff.errors import Place
from signoff.systems.trouble import unanswered, unsendable

PLAIN_WAIT: Final = 1.0
"""Seconds to wait where a system says no more than that it is asked too often."""


@dataclass(slots=True)
class Line:
    """Be one client's connection with its system. Times are seconds.

    `timeout` bounds a connection and each silence in an answer, `whole` one answer from end to end, 0 not at all: a
    system may send a byte now and then for ever. `patience` bounds what is waited for one request in all; `tries` how
    often it is sent. `told` says in words what
    was waited for, so that an answer that came late is not taken for one that came at once. `hosts` are those that
    the system is known to have, for whoever misspelt one.
    """

    timeout: tuple[float, float] = (10.0, 60.0)
    whole: float = 0.0
    tries: int = 10
    patience: float = 1800.0
    hosts: tuple[str, ...] = ()
    told: list[str] = field(default_factory=list)
    session: requests.Session = field(default_factory=requests.Session, repr=False)

    def __post_init__(self) -> None:
        """Keep a machine's .netrc from being put in place of the credentials that a client sends."""
        self.session.auth = _as_it_is

    def ask(self, method: str, url: str, place: Place, **sent: Any) -> requests.Response:
        """Send a request and return its answer, whatever its status; raise Trouble without one.

        429 is waited for; 503 only of what reads, because a create may be stored and refused all the same.
        """
        waited = 0.0
        for attempt in range(1, self.tries + 1):
            try:
                answer = self._answer(method, url, **sent)
            except requests.RequestException as error:
                raise unanswered(place, url, error, self.hosts) from None
            except LocationParseError:
                # requests lets this one of urllib3's through: a host with an empty part, or one that is too long.
                raise unanswered(place, url, requests.exceptions.InvalidURL(), self.hosts) from None
            except UnicodeError:
                # The error's text would show a part of what could not be sent.
                raise unsendable(place) from None
            again = answer.status_code == 429 or (answer.status_code == 503 and method == "GET")
            pause = wait_of(answer.headers.get("Retry-After", ""))
            if not again or attempt == self.tries or waited + pause > self.patience:
                break
            time.sleep(pause)
            waited += pause
        if waited:
            what = f"{place.file}: asked to slow down, waited {waited:g} s in {attempt - 1} turn"
            self.told.append(f"{what}{'' if attempt == 2 else 's'}, then status {answer.status_code}")
        return answer

    def _answer(self, method: str, url: str, **sent: Any) -> requests.Response:
        """Return the answer to a request; raise ReadTimeout for one that is not whole in time."""
        if not self.whole:
            return self.session.request(method, url, timeout=self.timeout, **sent)
        answers: SimpleQueue[requests.Response | BaseException] = SimpleQueue()

        def send() -> None:
            try:
                answers.put(self.session.request(method, url, timeout=self.timeout, **sent))
            except BaseException as error:  # noqa: BLE001 - raised below, in the thread that asked
                answers.put(error)

        # Nothing in requests bounds an answer as a whole. The thread that still reads one ends with the process.
        Thread(target=send, name="signoff-answer", daemon=True).start()
        try:
            found = answers.get(timeout=self.whole)
        except Empty:
            raise requests.ReadTimeout from None
        if isinstance(found, BaseException):
            raise found
        return found

    def close(self) -> None:
        """Close the connections."""
        self.session.close()


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def wait_of(retry_after: str) -> float:
    """Return the seconds that `Retry-After` asks for, given in seconds or as a date; 1 when it says nothing."""
    text = retry_after.strip()
    if re.fullmatch(r"[0-9]+", text):
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return PLAIN_WAIT


def asked_to_wait(answer: requests.Response) -> str:
    """Return in words how long a refusal asks to wait, "" where it says nothing."""
    told = answer.headers.get("Retry-After", "")
    if not told or answer.status_code not in (429, 503):
        return ""
    return f", which asks to wait {wait_of(told):.0f} s"
