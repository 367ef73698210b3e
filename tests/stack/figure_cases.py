"""Give every phrase on numbers, days and conditions a row, in plain Python: right, and wrong as connectors are."""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from copying import KEEP, Held, Row
from rig import AMOUNT, DATE, INSTANT, NUMBER, TEXT, WHOLE, YES_NO, Case, Integration

CENT = Decimal("0.01")
CHICAGO = ZoneInfo("America/Chicago")
NAME = Case("name", "same text", lambda r: r.a, (lambda r: r.a.lower(),), required=True)


def rounded(value: Any, step: str, how: str = ROUND_HALF_UP) -> Decimal:
    return Decimal(value).quantize(Decimal(step), how)


def to_step(step: str) -> Any:
    """Return what sends an amount that is a multiple of a step, and holds back any other."""

    def send(r: Row) -> Decimal:
        if Decimal(r.a) % Decimal(step):
            raise Held("too many decimals")
        return Decimal(r.a)

    return send


def in_text(r: Row, step: str = "") -> str:
    found = to_step("0.0001")(r)
    return f"{rounded(found, step) if step else found:f}"


def fee(r: Row) -> Decimal | None:
    return None if None in (r.a, r.b, r.c) else rounded(Decimal(r.a - r.b) * r.c / 10, "0.01")


def early(r: Row) -> Decimal | None:
    return None if None in (r.a, r.b, r.c) else rounded(rounded(r.a - r.b, "0.1") * r.c / 10, "0.01")


MONEY = Integration(
    (
        NAME,
        Case(
            "pay",
            "same amount",
            lambda r: r.a,
            (
                lambda r: int(r.a),
                lambda r: r.a + CENT,
                lambda r: rounded(r.a, "0.001"),
                lambda r: rounded(r.a, "0.0001"),
                lambda r: rounded(r.a, "0.0000001"),
            ),
            {"a": AMOUNT},
            AMOUNT,
        ),
        Case(
            "cents",
            "same amount",
            to_step("0.01"),
            (lambda r: to_step("0.01")(r) // 1,),
            {"a": AMOUNT},
            {**AMOUNT, "multipleOf": 0.01},
        ),
        Case(
            "priced",
            "same amount",
            in_text,
            (lambda r: in_text(r, "0.01"), lambda r: in_text(r, "0.001")),
            {"a": AMOUNT},
            {"type": "string", "format": "decimal", "pattern": r"^-?[0-9]+(\.[0-9]{1,4})?$"},
        ),
        Case("hours", "same number", lambda r: r.a, (lambda r: -r.a, lambda r: r.a or None), {"a": NUMBER}, NUMBER),
        Case(
            "rounded",
            "rounded to 2 decimals",
            lambda r: rounded(r.a, "0.01"),
            (lambda r: rounded(r.a, "0.01", ROUND_HALF_EVEN), lambda r: rounded(r.a, "0.01", ROUND_DOWN)),
            {"a": AMOUNT},
            AMOUNT,
        ),
        Case(
            "even",
            "rounded to 2 decimals, half-even",
            lambda r: rounded(r.a, "0.01", ROUND_HALF_EVEN),
            (lambda r: rounded(r.a, "0.01"), lambda r: rounded(r.a, "0.1", ROUND_HALF_EVEN)),
            {"a": AMOUNT},
            AMOUNT,
        ),
        Case(
            "fee",
            "= ({a} - {b}) * {c} * 10 %, rounded to 2 decimals",
            fee,
            (early, lambda r: None if (found := fee(r)) is None else found * 10),
            {"a": AMOUNT, "b": AMOUNT, "c": NUMBER},
            AMOUNT,
        ),
        Case(
            "margin",
            "= {a} - {b}, blank as 0",
            lambda r: (r.a or 0) - (r.b or 0),
            (lambda r: None if None in (r.a, r.b) else r.a - r.b, lambda r: (r.b or 0) - (r.a or 0)),
            {"a": AMOUNT, "b": AMOUNT},
            AMOUNT,
            on_blank=True,
        ),
        Case(
            "share",
            "= {a} / {b} * 100, rounded to 1 decimals, only when {b} > 0",
            lambda r: (
                KEEP if r.b is None or r.b <= 0 else None if r.a is None else rounded(Decimal(r.a) / r.b * 100, "0.1")
            ),
            (
                lambda r: (
                    KEEP if r.b is None or r.b <= 0 else None if r.a is None else rounded(Decimal(r.a) / r.b, "0.1")
                ),
                lambda r: (
                    KEEP if r.b is None or r.b <= 0 else None if r.a is None else rounded(Decimal(r.a) / r.b * 100, "1")
                ),
            ),
            {"a": AMOUNT, "b": AMOUNT},
            NUMBER,
            on_blank=True,
        ),
        Case(
            "most",
            "= max({a}, {b})",
            lambda r: None if None in (r.a, r.b) else max(r.a, r.b),
            (lambda r: None if None in (r.a, r.b) else min(r.a, r.b), lambda r: r.a),
            {"a": AMOUNT, "b": AMOUNT},
            AMOUNT,
        ),
        Case(
            "instead",
            "= ({a} or 14 %) * 100",
            lambda r: Decimal(14) if r.a is None else r.a * 100,
            (lambda r: None if r.a is None else r.a * 100, lambda r: (r.a or Decimal("0.14")) * 100),
            {"a": NUMBER},
            NUMBER,
            on_blank=True,
        ),
        Case(
            "count",
            "same number",
            lambda r: r.a,
            (lambda r: int(float(r.a)) % 2**31, lambda r: r.a + 1),
            {"a": WHOLE},
            WHOLE,
        ),
    )
)


def instant(text: str) -> datetime.datetime:
    found = datetime.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def iso(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        raise Held("no date") from None


def shifted(text: str, days: int) -> str:
    return (datetime.date.fromisoformat(text) + datetime.timedelta(days=days)).isoformat()


def swapped(text: str) -> str:
    year, month, day = text.split("-")
    return f"{year}-{day}-{month}" if int(day) <= 12 else text


DAYS = Integration(
    (
        NAME,
        Case(
            "born", "same date", lambda r: r.a, (lambda r: shifted(r.a, -1), lambda r: swapped(r.a)), {"a": DATE}, DATE
        ),
        Case(
            "at",
            "same date and time",
            lambda r: r.a,
            (
                lambda r: (instant(r.a) - datetime.timedelta(hours=6)).isoformat(),
                lambda r: instant(r.a).date().isoformat() + "T00:00:00Z",
            ),
            {"a": INSTANT},
            INSTANT,
        ),
        Case(
            "day",
            "date only",
            lambda r: instant(r.a).astimezone(datetime.UTC).date().isoformat(),
            (
                lambda r: instant(r.a).astimezone(CHICAGO).date().isoformat(),
                lambda r: shifted(instant(r.a).date().isoformat(), 1),
            ),
            {"a": INSTANT},
            DATE,
        ),
        Case(
            "local",
            "same date, in America/Chicago",
            lambda r: instant(r.a).astimezone(CHICAGO).date().isoformat(),
            (
                lambda r: r.a[:10],
                lambda r: (instant(r.a) - datetime.timedelta(hours=6)).date().isoformat(),
            ),
            {"a": INSTANT},
            DATE,
        ),
        Case(
            "written",
            "date only",
            lambda r: iso(r.a),
            (lambda r: swapped(iso(r.a)), lambda r: shifted(iso(r.a), -1)),
            {"a": TEXT},
            DATE,
        ),
        Case(
            "local_text",
            "date only, in Pacific/Auckland",
            lambda r: instant(r.a).astimezone(ZoneInfo("Pacific/Auckland")).date().isoformat(),
            (lambda r: r.a[:10], lambda r: instant(r.a).astimezone(CHICAGO).date().isoformat()),
            {"a": INSTANT},
        ),
    )
)


def zoned(zone: str) -> Any:
    """Return what gives the day on which a zone sees an instant."""
    return lambda r: instant(r.a).astimezone(ZoneInfo(zone)).date().isoformat()


def shifting(minutes: int) -> Any:
    """Return what takes a zone for an offset that never changes, which most days and hours do not tell."""
    return lambda r: (instant(r.a).astimezone(datetime.UTC) + datetime.timedelta(minutes=minutes)).date().isoformat()


def meant(r: Row, zone: str = "Europe/Berlin") -> str:
    try:
        found = datetime.datetime.fromisoformat(r.a.strip())
    except ValueError:
        raise Held("no date and time") from None
    found = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))
    return found.astimezone(datetime.UTC).isoformat()


def meant_at(hours: int) -> Any:
    return lambda r: meant(r, f"Etc/GMT{-hours:+}")


def abroad(name: str, zone: str, *offsets: int) -> Case:
    """Return a case whose wrong functions take the zone for an offset, in minutes, of all the year."""
    return Case(name, f"same date, in {zone}", zoned(zone), tuple(map(shifting, offsets)), {"a": INSTANT}, DATE)


CLOCKS = Integration(
    (
        NAME,
        abroad("auckland", "Pacific/Auckland", 12 * 60, 13 * 60),
        abroad("berlin", "Europe/Berlin", 60, 120),
        abroad("santiago", "America/Santiago", -4 * 60, -3 * 60),
        abroad("lord_howe", "Australia/Lord_Howe", 10 * 60 + 30, 11 * 60),
        abroad("adelaide", "Australia/Adelaide", 9 * 60 + 30, 10 * 60 + 30),
        abroad("sao_paulo", "America/Sao_Paulo", -2 * 60, 0),
        abroad("kolkata", "Asia/Kolkata", 5 * 60, 0),
        Case(
            "written",
            "same date and time, in Europe/Berlin",
            meant,
            (meant_at(1), meant_at(2)),
            {"a": TEXT},
            INSTANT,
        ),
    ),
    zone="Australia/Sydney",
)


def day(text: str | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(text)


def on(r: Row, test: Any) -> bool:
    """Say yes where a date is there and passes; `test` gets its distance from today in days."""
    found = day(r.a)
    return found is not None and test((found - r.run.today).days)


def asked(name: str, condition: str, right: Any, *wrong: Any, **sends: Any) -> Case:
    return Case(name, f"yes if {condition}, otherwise no", right, wrong, sends or {"a": TEXT}, YES_NO, on_blank=True)


CONDITIONS = Integration(
    (
        NAME,
        asked("named", '{a} is "Active"', lambda r: r.a == "Active", lambda r: (r.a or "").lower() == "active"),
        asked(
            "not_named", '{a} is not "Active"', lambda r: r.a != "Active", lambda r: r.a is not None and r.a != "Active"
        ),
        asked(
            "one_of",
            '{a} is one of "A" or "B"',
            lambda r: r.a in ("A", "B"),
            lambda r: r.a == "A",
            lambda r: r.a == "B",
        ),
        asked(
            "not_one_of",
            '{a} is not one of "A" or "B"',
            lambda r: r.a not in ("A", "B"),
            lambda r: r.a != "A",
            lambda r: r.a != "B",
        ),
        asked(
            "same_as",
            "{a} is {b}",
            lambda r: r.a is not None and r.a == r.b,
            lambda r: r.a == r.b,
            lambda r: r.a is not None,
            a=TEXT,
            b=TEXT,
        ),
        asked("yes", "{a} is yes", lambda r: r.a is True, lambda r: r.a is not False, a=YES_NO),
        asked("no", "{a} is no", lambda r: r.a is False, lambda r: not r.a, a=YES_NO),
        asked("blank", "{a} is blank", lambda r: r.a is None, lambda r: r.raw("a") is None),
        asked("filled", "{a} is filled", lambda r: r.a is not None, lambda r: r.raw("a") is not None),
        asked(
            "contains",
            '{a} contains "perm"',
            lambda r: "perm" in (r.a or ""),
            lambda r: r.a == "perm",
            lambda r: "perm" in (r.a or "").lower(),
        ),
        asked(
            "matches",
            r'{a} matches "[A-Z]{2}\d+"',
            lambda r: bool(re.fullmatch(r"[A-Z]{2}\d+", r.a or "")),
            lambda r: bool(re.match(r"[A-Z]{2}\d+", r.a or "")),
        ),
        asked(
            "before", "{a} is before today", lambda r: on(r, lambda n: n < 0), lambda r: on(r, lambda n: n <= 0), a=DATE
        ),
        asked(
            "after", "{a} is after today", lambda r: on(r, lambda n: n > 0), lambda r: on(r, lambda n: n >= 0), a=DATE
        ),
        asked(
            "until",
            "{a} is on or before today",
            lambda r: on(r, lambda n: n <= 0),
            lambda r: on(r, lambda n: n < 0),
            a=DATE,
        ),
        asked(
            "since",
            "{a} is on or after today",
            lambda r: on(r, lambda n: n >= 0),
            lambda r: on(r, lambda n: n > 0),
            a=DATE,
        ),
        asked(
            "fixed",
            "{a} is on or after 2026-05-01",
            lambda r: (r.a or "") >= "2026-05-01",
            lambda r: (r.a or "") > "2026-05-01",
            a=DATE,
        ),
        asked(
            "soon",
            "{a} is before in 10 days",
            lambda r: on(r, lambda n: n < 10),
            lambda r: on(r, lambda n: n <= 10),
            a=DATE,
        ),
        asked(
            "lately",
            "{a} is after 10 days ago",
            lambda r: on(r, lambda n: n > -10),
            lambda r: on(r, lambda n: n >= -10),
            a=DATE,
        ),
        asked(
            "within",
            "{a} is within 14 days",
            lambda r: on(r, lambda n: abs(n) <= 14),
            lambda r: on(r, lambda n: abs(n) < 14),
            lambda r: on(r, lambda n: 0 <= n <= 14),
            a=DATE,
        ),
        asked(
            "exclusive",
            "{a} is within 14 days exclusive",
            lambda r: on(r, lambda n: abs(n) < 14),
            lambda r: on(r, lambda n: abs(n) <= 14),
            a=DATE,
        ),
        asked(
            "later",
            "{a} is after {b}",
            lambda r: None not in (r.a, r.b) and r.a > r.b,
            lambda r: None not in (r.a, r.b) and r.a >= r.b,
            a=DATE,
            b=DATE,
        ),
        asked(
            "above", "{a} > 5", lambda r: r.a is not None and r.a > 5, lambda r: r.a is not None and r.a >= 5, a=NUMBER
        ),
        asked(
            "at_least",
            "{a} >= 5",
            lambda r: r.a is not None and r.a >= 5,
            lambda r: r.a is not None and r.a > 5,
            a=NUMBER,
        ),
        asked("below", "{a} < 5", lambda r: r.a is not None and r.a < 5, lambda r: r.a is None or r.a < 5, a=NUMBER),
        asked(
            "at_most",
            "{a} <= 5",
            lambda r: r.a is not None and r.a <= 5,
            lambda r: r.a is not None and r.a < 5,
            a=NUMBER,
        ),
        asked("setting", "{a} is setting office", lambda r: r.a == "Peoria", lambda r: r.a is not None),
        asked("not", 'not {a} is "A"', lambda r: r.a != "A", lambda r: r.a == "A"),
        asked(
            "both",
            '{a} is "A" and {b} is "B"',
            lambda r: (r.a, r.b) == ("A", "B"),
            lambda r: r.a == "A",
            lambda r: r.b == "B",
            a=TEXT,
            b=TEXT,
        ),
        asked(
            "order",
            '{a} is "A" or {b} is "B" and {c} is "C"',
            lambda r: r.a == "A" or (r.b == "B" and r.c == "C"),
            lambda r: (r.a == "A" or r.b == "B") and r.c == "C",
            a=TEXT,
            b=TEXT,
            c=TEXT,
        ),
        asked(
            "grouped",
            '({a} is "A" or {b} is "B") and {c} is "C"',
            lambda r: (r.a == "A" or r.b == "B") and r.c == "C",
            lambda r: r.a == "A" or (r.b == "B" and r.c == "C"),
            a=TEXT,
            b=TEXT,
            c=TEXT,
        ),
    ),
    toml='[settings]\noffice = "Peoria"\n',
)
