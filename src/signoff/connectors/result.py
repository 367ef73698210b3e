"""Hold what a run of the connector told us, whatever way it was run."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import Any, Protocol
from urllib.parse import quote, quote_plus

from signoff.history import NamedFailure

_SECRET = re.compile(r"password|passwd|secret|token|credential|bearer|(^|_)key($|_)", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_PERCENT = re.compile("%[0-9A-F]{2}")
_SHORTEST = 4
"""A shorter value stands in too many words by chance to be masked."""


@dataclass(frozen=True, slots=True)
class Told:
    """Hold one run's own words. `ok` is None when it gave no result; `crashed` names the exception, shortened."""

    ok: bool | None = None
    failed: tuple[NamedFailure, ...] = ()
    crashed: str = ""
    printed: str = ""
    reported: tuple[NamedFailure, ...] = ()
    """Records that arrived, and of which it has something to say all the same."""
    left: tuple[str, ...] = ()
    """Names of threads that it left running."""


class Delivery(Protocol):
    """Hold one webhook that is to be delivered."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Return its headers."""

    @property
    def body(self) -> bytes:
        """Return its bytes, as they were signed."""


class UnderTest(Protocol):
    """Run the integration under test."""

    version: str

    def run(self) -> Told:
        """Run it once; never raises for what the connector does."""

    def deliver(self, due: Sequence[Delivery]) -> list[str]:
        """Hand over webhooks, one after the other; return what went wrong. Does nothing where it takes none."""

    def restart(self) -> None:
        """Let the next run be one of a connector that was stopped and started."""

    def forget(self) -> bool:
        """Let the next run be one of a connector that was killed; tell whether that can be done."""


def masked(text: str, settings: Mapping[str, str], secrets: Mapping[str, str] | None = None) -> str:
    """Return a connector's words with the values of its secret settings replaced by `[NAME]`.

    What is a secret is told by the setting's name, and by `secrets`: value → what it is called, whichever setting holds
    it, and if none does. Done before anything is kept, so that no report can show one. In an address or a form a secret
    stands percent-encoded, in JSON and HTML escaped, in a dump as digits, and beside a user's name in base64: it is
    masked in these forms too.
    """
    names = {value: name for value, name in (secrets or {}).items() if len(value) >= _SHORTEST}
    for name, value in settings.items():
        if len(value) >= _SHORTEST and (value in names or is_secret(name)):
            names[value] = name
    if not text or not names:
        return text
    forms, inside = _sought(tuple(names.items()))
    for value, shown in forms:
        text = text.replace(value, shown)
    return _BASE64.sub(lambda found: _without(found[0], inside), text)


@lru_cache(maxsize=2)
def _sought(names: tuple[tuple[str, str], ...]) -> tuple[tuple[tuple[str, str], ...], Mapping[bytes, str]]:
    """Return every form of every secret with what is shown instead, the longest first, and their bytes with names.

    Worked out once for many texts; only the last two sets of secrets are kept.
    """
    forms = {(form, name) for value, name in names for form in _forms(value)}
    return (
        tuple((form, f"[{name}]") for form, name in sorted(forms, key=lambda one: (-len(one[0]), one))),
        {value.encode("utf-8", "replace"): name for value, name in names},
    )


def _forms(value: str) -> set[str]:
    """Return a value as it is, percent-encoded, as JSON and HTML escape it, and as the digits of its bytes."""
    percent = {quote(value, safe=""), quote(value), quote_plus(value)}
    escaped = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], escape(value), repr(value)[1:-1]}
    digits = value.encode("utf-8", "replace").hex()
    return {
        value,
        *percent,
        *(_PERCENT.sub(lambda found: found[0].lower(), one) for one in percent),
        *escaped,
        *(digits, digits.upper()),
    }


def _without(run: str, secrets: Mapping[bytes, str]) -> str:
    """Return letters and digits as they are, or the name of the secret that they hold as base64, wherever it begins."""
    plain = run.rstrip("=").replace("-", "+").replace("_", "/")
    for start in range(4):
        part = plain[start : len(plain) - (1 if (len(plain) - start) % 4 == 1 else 0)]
        try:
            raw = base64.b64decode(part + "=" * (-len(part) % 4))
        except binascii.Error:
            continue
        for value, name in secrets.items():
            if value in raw:
                return f"[{name}]"
    return run


def is_secret(name: str) -> bool:
    """Tell whether a name sounds like that of a secret."""
    return bool(_SECRET.search(name))


def without_secrets(told: Told, mask: Callable[[str], str]) -> Told:
    """Return a result in whose names and reasons no secret stands."""

    def hidden(failures: tuple[NamedFailure, ...]) -> tuple[NamedFailure, ...]:
        return tuple(
            NamedFailure(mask(one.system), mask(one.entity), mask(one.id), mask(one.reason)) for one in failures
        )

    return replace(told, failed=hidden(told.failed), reported=hidden(told.reported))


def ok_of(result: Any) -> bool:
    """Return the `ok` of a result, an object or a mapping; raise ValueError when it has none, or no yes or no."""
    if isinstance(result, Mapping) and "ok" in result:
        found = result["ok"]
    elif not isinstance(result, Mapping) and hasattr(result, "ok"):
        found = result.ok
    else:
        raise ValueError(f"a result is nothing, or has `ok`; found {type(result).__name__} without it")
    if not isinstance(found, int) or found not in (0, 1):
        raise ValueError(f"`ok` must be true or false, found {type(found).__name__}")
    return bool(found)


def reported_of(result: Any) -> tuple[NamedFailure, ...]:
    """Read the `reported` part of a result, which it need not have; raise ValueError like `named`."""
    found = result.get("reported") if isinstance(result, Mapping) else getattr(result, "reported", None)
    return named(found, "reported")


def named(failed: Any, part: str = "failed") -> tuple[NamedFailure, ...]:
    """Read the `failed` part of a result by shape: objects or mappings with system, entity, id, reason.

    Raises ValueError naming what is wrong with the shape, because a result that cannot be read is no result.
    """
    if failed is None:
        return ()
    if isinstance(failed, str | bytes | Mapping) or not hasattr(failed, "__iter__"):
        raise ValueError(f"`{part}` must be a list of failures, found {type(failed).__name__}")
    found = []
    for one in failed:
        parts = []
        for key in ("system", "entity", "id", "reason"):
            value = one.get(key, "") if isinstance(one, Mapping) else getattr(one, key, "")
            parts.append(str(value) if value is not None else "")
        if not parts[2]:
            raise ValueError("a failure names no record: its `id` is missing")
        found.append(NamedFailure(*parts))
    return tuple(found)
