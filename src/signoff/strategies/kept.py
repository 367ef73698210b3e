"""Read a kept script back, and check each of its fields: a person, or half a disk, may have written it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn

from signoff.addresses import Address, Answer, Entry, Mark
from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.schema import Side, SystemSchema
from signoff.strategies.script import FamilyPlan, Phase, Plan, Script, Spoilt
from signoff.strategies.sealed import opened

KINDS: Final = ("create", "update", "delete", "update partner", "delete partner")
"""What people can do to a record."""
EFFORTS: Final = ("quick", "standard", "thorough")
KNOBS: Final = ("page_cap", "default_page", "token_requests", "clock_resolution_ms", "throttle_every")
"""Knobs of a simulator that are whole numbers."""
SECONDS: Final = ("index_lag_seconds",)
"""Knobs of a simulator that are seconds of the world."""
OUTAGES: Final = ("", "unavailable", "over quota", "not enabled", "silent", "dropped")
"""What can be wrong with an address service; "" for nothing."""
ANSWERS: Final = ("error", "nothing")
"""How a list can be answered wrongly."""
SEEDS: Final = 2**63
"""Seeds lie between this and its opposite."""
_MOST_RUNS = 100
_HOURS = 24 * 366
_MOST_HOURS = 100 * _HOURS
"""Hours of the world that a whole script may last."""
_DIGITS = 100
"""Digits before and behind the point of an exact number."""


def from_json(text: str, file: str) -> Script:
    """Read a script back; raise ScopeError if the text is none, naming the file and the field that is wrong."""
    try:
        data = _numbers_exact(text)
    except (ValueError, InvalidOperation, RecursionError) as error:
        raise _problem(file, "", "a script that a run wrote", f"text that is no JSON ({_why(error)})") from None
    try:
        return _script(_Spot(data, file))
    except RecursionError:
        raise _problem(file, "", "a script that a run wrote", "lists in lists without end") from None


def fits(script: Script, schemas: Mapping[Side, SystemSchema], statements: Collection[str], file: str) -> None:
    """Raise ScopeError for what a script does to records that the systems do not have, or shows of no statement."""
    for at, phase in enumerate(script.phases):
        for number, plan in enumerate(phase.plans):
            known = schemas[plan.side].entities
            if plan.entity not in known:
                path = f"phases[{at}].plans[{number}].entity"
                raise _problem(file, path, f"an entity of {plan.side.value}", plan.entity, nearest(plan.entity, known))
    for name in script.statements:
        if name not in statements:
            raise _problem(file, "statements", "a statement of the documents", name, nearest(name, statements))


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, json.JSONDecodeError) else type(error).__name__


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _problem(file: str, path: str, expected: str, found: str, meant: str | None = None) -> ScopeError:
    return ScopeError(
        Problem(
            Place(file, cell=path),
            expected,
            found,
            meant,
            how="Give --replay the folder of a run, a script that it wrote there, or a statement's id. "
            "What another version of signoff wrote, the next run writes anew.",
            code="no-script",
        )
    )


class _Spot:
    """Hold a value of a script and where it stands; each method returns it as what it must be, or raises."""

    __slots__ = ("_file", "_path", "value")

    def __init__(self, value: Any, file: str, path: str = "") -> None:
        self.value = value
        self._file = file
        self._path = path

    def wrong(self, expected: str, found: str = "", meant: str | None = None) -> ScopeError:
        return _problem(self._file, self._path, expected, found or _said(self.value), meant)

    def table(self, needed: Iterable[str], others: Iterable[str] = ()) -> dict[str, _Spot]:
        """Return the parts of a table by name; what is not needed may be lacking, and nothing else may be there."""
        if not isinstance(self.value, Mapping):
            raise self.wrong("a script that a run wrote" if not self._path else "a table")
        known = (*needed, *others)
        for name in self.value:
            if name not in known:
                raise self.wrong(f"only {', '.join(known)}", f'"{name[:40]}"', nearest(name[:40], known))
        for name in needed:
            if name not in self.value:
                raise self.wrong(f"a table with {name}", "none")
        return {name: self._inner(value, f".{name}" if self._path else name) for name, value in self.value.items()}

    def list(self) -> list[_Spot]:
        if not isinstance(self.value, list):
            raise self.wrong("a list")
        return [self._inner(value, f"[{number}]") for number, value in enumerate(self.value)]

    def instead(self, value: Any) -> _Spot:
        """Return another value at the same place."""
        return _Spot(value, self._file, self._path)

    def _inner(self, value: Any, path: str) -> _Spot:
        return _Spot(value, self._file, f"{self._path}{path}")

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.wrong("a text")
        return self.value

    def name(self) -> str:
        if not isinstance(self.value, str) or not self.value:
            raise self.wrong("a name")
        return self.value

    def texts(self) -> tuple[str, ...]:
        return tuple(one.text() for one in self.list())

    def one_of(self, known: Iterable[str]) -> str:
        words = tuple(known)
        if not isinstance(self.value, str) or self.value not in words:
            meant = nearest(self.value[:40], words) if isinstance(self.value, str) else None
            raise self.wrong(f"one of {', '.join(one or 'nothing' for one in words)}", meant=meant)
        return self.value

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.wrong("true or false")
        return self.value

    def whole(self, low: int, high: int) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool) or not low <= self.value <= high:
            raise self.wrong(f"a whole number from {low:,} to {high:,}")
        return self.value

    def number(self, low: float, high: float) -> float:
        fits = isinstance(self.value, int | Decimal) and not isinstance(self.value, bool)
        if not fits or not low <= self.value <= high:
            raise self.wrong(f"a number from {low:,} to {high:,}")
        return float(self.value)

    def instant(self) -> datetime:
        try:
            found = datetime.fromisoformat(self.value)
        except (TypeError, ValueError):
            raise self.wrong("an instant such as 2026-03-02T14:00:00+00:00") from None
        if found.tzinfo is None or not 1970 <= found.year <= 2200:
            raise self.wrong("an instant with its zone, between 1970 and 2200")
        return found

    def data(self) -> Any:
        """Return a field's value, exact numbers read back."""
        if isinstance(self.value, Mapping):
            if self.value.keys() == {"$decimal"}:
                return self._inner(self.value["$decimal"], ".$decimal").exact()
            return {name: self._inner(value, f".{name}").data() for name, value in self.value.items()}
        if isinstance(self.value, list):
            return [one.data() for one in self.list()]
        return self.exact() if isinstance(self.value, Decimal) else self.value

    def exact(self) -> Decimal:
        try:
            found = Decimal(self.value) if isinstance(self.value, str | Decimal) else None
        except InvalidOperation:
            found = None
        if found is None or not found.is_finite() or abs(found.adjusted()) > _DIGITS or len(str(found)) > 2 * _DIGITS:
            raise self.wrong(f"a number of at most {_DIGITS} digits")
        return found


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return "a list"
    told = json.dumps(value, ensure_ascii=True, default=str)
    return told if len(told) <= 60 else f"{told[:60]}…"


def _read(parts: Mapping[str, _Spot], readers: Mapping[str, Callable[[_Spot], Any]]) -> dict[str, Any]:
    return {name: readers[name](part) for name, part in parts.items()}


def _script(spot: _Spot) -> Script:
    parts = spot.table(
        ("integration", "seed", "effort", "now", "scope_hash", "phases", "families"),
        ("knobs", "statements", "addresses", "never"),
    )
    seed = parts["seed"].whole(-SEEDS, SEEDS - 1)
    script = Script(
        **_read(
            parts,
            {
                "integration": _Spot.name,
                "seed": lambda _: seed,
                "effort": lambda one: one.one_of(EFFORTS),
                "now": _Spot.instant,
                "scope_hash": _Spot.text,
                "phases": lambda one: tuple(_phase(phase, seed) for phase in one.list()),
                "families": lambda one: tuple(map(_family, one.list())),
                "knobs": _knobs,
                "statements": _Spot.texts,
                "never": _Spot.texts,
                "addresses": lambda one: tuple(map(_entry, one.list())),
            },
        )
    )
    hours = sum(one.hours + one.wait / 3600 + sum(plan.pause for plan in one.plans) / 3600 for one in script.phases)
    if hours > _MOST_HOURS:
        raise parts["phases"].wrong(f"at most {_MOST_HOURS:,} hours of the world", f"{hours:,.0f}")
    if script.runs > 10 * _MOST_RUNS:
        raise parts["phases"].wrong(f"at most {10 * _MOST_RUNS:,} runs of the connector", f"{script.runs:,}")
    return script


def _phase(spot: _Spot, seed: int) -> Phase:
    parts = spot.table(
        ("label", "plans", "settle"),
        ("further", "hours", "midnight", "evening", "wait", "killed_after", "restart", "outage", "lists"),
    )
    return Phase(
        **_read(
            parts,
            {
                "label": _Spot.text,
                "plans": lambda one: tuple(_plan(plan, seed) for plan in one.list()),
                "settle": lambda one: one.whole(0, _MOST_RUNS),
                "further": lambda one: one.whole(0, _MOST_RUNS),
                "hours": lambda one: one.number(0, _HOURS),
                "midnight": _Spot.flag,
                "evening": lambda one: one.number(0, 24),
                "wait": lambda one: one.number(0, _HOURS * 3600),
                "killed_after": lambda one: one.whole(-1, 1_000_000),
                "restart": _Spot.flag,
                "outage": lambda one: one.one_of(OUTAGES),
                "lists": lambda one: tuple(map(_spoilt, one.list())),
            },
        )
    )


def _spoilt(spot: _Spot) -> Spoilt:
    parts = spot.table(("side", "answer"), ("entity", "first"))
    return Spoilt(
        **_read(
            parts,
            {
                "side": lambda one: Side(one.one_of(side.value for side in Side)),
                "answer": lambda one: one.one_of(ANSWERS),
                "entity": _Spot.text,
                "first": lambda one: one.whole(0, 1_000_000),
            },
        )
    )


def _plan(spot: _Spot, seed: int) -> Plan:
    parts = spot.table(
        ("kind", "name", "side", "entity", "fields", "arm"), ("why", "family", "pause", "tick", "even", "unheard")
    )
    return Plan(
        **_read(
            parts,
            {
                "kind": lambda one: one.one_of(KINDS),
                "name": _Spot.name,
                "side": lambda one: Side(one.one_of(side.value for side in Side)),
                "entity": _Spot.name,
                "fields": lambda one: _fields(one, seed),
                "arm": _Spot.text,
                "why": _Spot.text,
                "family": _Spot.text,
                "pause": lambda one: one.number(0, _HOURS * 3600),
                "tick": _Spot.flag,
                "even": _Spot.flag,
                "unheard": _Spot.flag,
            },
        )
    )


def _fields(spot: _Spot, seed: int) -> dict[str, Any]:
    if not isinstance(spot.value, Mapping):
        raise spot.wrong("a table of fields and values")
    return {name: _opened(one, seed).data() for name, one in spot.table(spot.value).items()}


def _opened(spot: _Spot, seed: int) -> _Spot:
    """Return a field's value with the seal taken off, if it has one."""
    try:
        return spot.instead(opened(seed, spot.value, _numbers_exact))
    except (ValueError, RecursionError):
        raise spot.wrong(
            "a value that the script's own seed opens", "one sealed with another, or a broken seal"
        ) from None


def _numbers_exact(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_constant=_no_number)


def _family(spot: _Spot) -> FamilyPlan:
    parts = spot.table(("name", "binding", "arm", "statement", "subject"), ("members", "note"))
    readers = dict.fromkeys(parts, _Spot.text) | {"members": _Spot.texts}
    return FamilyPlan(**_read(parts, readers))


def _knobs(spot: _Spot) -> dict[str, dict[str, Any]]:
    readers: dict[str, Callable[[_Spot], Any]] = {
        **dict.fromkeys(KNOBS, lambda one: None if one.value is None else one.whole(1, 1_000_000)),
        "throttle_every": lambda one: None if one.value is None else one.whole(2, 1_000_000),
        **dict.fromkeys(SECONDS, lambda one: None if one.value is None else one.number(0, _HOURS * 3600)),
    }
    sides = spot.table((), (side.value for side in Side))
    return {name: _read(one.table((), (*KNOBS, *SECONDS)), readers) for name, one in sides.items()}


def _entry(spot: _Spot) -> Entry:
    parts = spot.table(("typed", "answer", "told", "marks"))
    marks = []
    for one in parts["marks"].list():
        pair = one.list()
        if len(pair) != 2:
            raise one.wrong("a part of an address and a mark")
        marks.append((pair[0].text(), Mark(pair[1].one_of(mark.value for mark in Mark))))
    answer = Answer(parts["answer"].one_of(known.value for known in Answer))
    return Entry(_address(parts["typed"]), answer, _address(parts["told"]), tuple(marks))


def _address(spot: _Spot) -> Address:
    parts = spot.table((), ("street", "city", "state", "postcode", "country"))
    return Address(**{name: one.text() for name, one in parts.items()})
