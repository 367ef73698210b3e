"""Say in words what a workflow says: values, durations."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from signoff.agreement.played import Day, Said
from signoff.checks.telling import shown


def words(said: Said, today: date) -> str:
    """Return a value that a workflow says, for a reader. Days are told by the calendar."""
    if said is None:
        return "blank"
    if isinstance(said, bool):
        return "yes" if said else "no"
    if isinstance(said, Day):
        return said.on(today).isoformat()
    return shown(said if isinstance(said, str | Decimal) else str(said))


def duration(seconds: float) -> str:
    """Return a duration in the largest unit that fits."""
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            count = seconds / size
            return f"{count:g} {unit}{'' if count == 1 else 's'}" if count == int(count) else f"{count:.1f} {unit}s"
    return f"{seconds:.0f} seconds"
