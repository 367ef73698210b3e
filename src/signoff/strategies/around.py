"""Tell rules where and when an integration's values live, so that their edges are those of its zones and countries."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from signoff.agreement.resolved import Agreement
from signoff.rules.registry import Around
from signoff.schema import Side


def around(agreement: Agreement, sender: Side, now: datetime) -> Around:
    """Return what surrounds what a side sends, at the world's clock."""
    names = (
        agreement.schemas[sender].zone,
        agreement.integration.zone,
        agreement.schemas[sender.other].zone,
    )
    zone = ZoneInfo(agreement.integration.zone)
    zones = tuple(ZoneInfo(name) for name in dict.fromkeys(names))
    return Around(zones, now.astimezone(zone).year, (agreement.integration.default_country,))
