"""Say in which state a receiving record is and must be, in the words of the chart and of the toml's states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from signoff.agreement.resolved import Pair, State
from signoff.checks.case import Case
from signoff.checks.lives import Turn, amiss
from signoff.checks.telling import a, shown
from signoff.model.sight import Sight
from signoff.record import RecordId, Value, same_json
from signoff.schema import Side


def states_told(
    case: Case, now: Sight, pair: Pair, sender: RecordId, receiver: RecordId, turn: Turn
) -> tuple[str, str]:
    """Return what was found of a state and what must be: `the same Worker, inactive: status "inactive"`; "" if right.

    Expected are all fields of the state, found are those that are wrong. Of one that comes back the chart gives the
    values. Where what is found is another state of the toml, that is named.
    """
    wrong = amiss(now, pair, sender, receiver, turn)
    if not wrong or turn.state is None:
        return "", ""
    other = _state_of(case, now, pair, receiver, turn.state.name)
    found = _fields(case, pair, ((name, (actual,)) for name, _, actual in wrong))
    instead = {name: allowed for name, allowed, _ in wrong}
    return f"{_which(pair, turn)}, {other or 'in no agreed state'}: {found}", state_wanted(case, pair, turn, instead)


def state_wanted(
    case: Case, pair: Pair, turn: Turn, instead: Mapping[str, tuple[Value, ...]] = MappingProxyType({})
) -> str:
    """Return the state in which a partner must be, with all its fields; `instead` has values of this record's own."""
    assert turn.state is not None
    fields = ((name, instead.get(name, allowed)) for name, allowed in turn.state.fields)
    return f"{_which(pair, turn)}, {turn.state.name}: {_fields(case, pair, fields)}"


def state_shown(case: Case, pair: Pair, state: State) -> str:
    """Return a state's name with its fields and values."""
    return f"{state.name}: {_fields(case, pair, state.fields)}"


def _which(pair: Pair, turn: Turn) -> str:
    return f"the same {pair.target}" if turn.held is not None else a(pair.target)


def _state_of(case: Case, now: Sight, pair: Pair, receiver: RecordId, but: str) -> str:
    """Return the name of another state of the toml that a record is in with all its fields; "" if it is in none."""
    states = case.agreement.integration.states
    known = next((found for one in (pair.name, pair.entity.name, pair.target) if (found := states.get(one))), {})
    for name, fields in known.items():
        values = {one: value if isinstance(value, list) else [value] for one, value in fields.items()}
        if name != but and all(
            any(same_json(now.raw(pair, receiver, one), value) for value in allowed) for one, allowed in values.items()
        ):
            return name
    return ""


def _fields(case: Case, pair: Pair, fields: Iterable[tuple[str, tuple[Value, ...]]]) -> str:
    return " and ".join(f"{_called(case, pair, name)} {' or '.join(map(shown, values))}" for name, values in fields)


def _called(case: Case, pair: Pair, name: str) -> str:
    """Return a receiving field as the chart writes it, else as the toml labels it, else by its own name."""
    for row in pair.rows:
        cell = row.row.app if row.sender is Side.ATS else row.row.ats
        if row.target == name and cell.text:
            return cell.text
    labels = case.agreement.integration.labels
    return next((label for label, path in labels.items() if path == f"{pair.target}.{name}"), name)
