"""Say in words what a workflow says, values and durations, and tell whether a value is what it says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from signoff.agreement.played import Aim, Day, Said
from signoff.agreement.resolved import Agreement
from signoff.checks.telling import shown
from signoff.expressions.evaluate import Unreadable, yes_no
from signoff.expressions.evaluate import day as read_day
from signoff.record import Value
from signoff.rules.phone import phone
from signoff.rules.reading import read
from signoff.schema import Type


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


def says(agreement: Agreement, aim: Aim, said: Said, value: Value, today: date) -> bool:
    """Tell whether a raw value is what a workflow says, in the sense of the field's type.

    Days are those of the integration's zone, also of an instant; `today` is the day at which the workflow looks.
    """
    zone = ZoneInfo(agreement.integration.zone)
    try:
        typed = read(aim.leaf, value, ZoneInfo(agreement.schemas[aim.side].zone))
        if isinstance(said, Day):
            return read_day(typed, zone) == said.on(today)
        if isinstance(said, bool):
            return yes_no(typed) is said
        if isinstance(said, Decimal):
            return Decimal(str(typed)) == said
    except (Unreadable, ValueError, ArithmeticError):
        return False
    text = str(said)
    if aim.leaf.type is Type.PHONE or (text.startswith("+") and text[1:].isdigit()):
        country = agreement.integration.default_country
        wanted, found = phone(text, country), phone(str(value), country)
        return wanted is not None and wanted == found
    if aim.leaf.type is Type.EMAIL:
        return str(value).strip().casefold() == text.strip().casefold()
    return str(value) == text
