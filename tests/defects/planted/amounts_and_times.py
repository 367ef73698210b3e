"""Amounts that are rounded too early or in another way, days and times in another zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from reference_connector.values import Row

from planted.register import altered, defect
from reference_connector import Connector
from reference_connector import values as v

CHICAGO = ZoneInfo("America/Chicago")


@defect("MONEY", "assignment.commission")
class P17RoundedEarly(Connector):
    """The margin is rounded before the commission is computed from it."""

    def assignment_commission(self, placement: Row) -> Any:
        margin = self.margin(placement)
        wrong = None
        if margin is not None:
            wrong = v.money(v.rounded(Fraction(v.rounded(margin, 1)) * self.COMMISSION, 2, half_even=True))
        return altered(super().assignment_commission(placement), wrong)


@defect("MONEY", "assignment.commission")
class HalfUpForHalfEven(Connector):
    """Half a cent is always rounded up."""

    def assignment_commission(self, placement: Row) -> Any:
        margin = self.margin(placement)
        wrong = None if margin is None else v.money(v.rounded(margin * self.COMMISSION, 2))
        return altered(super().assignment_commission(placement), wrong)


@defect("MONEY", "assignment.daily_margin")
class CentsCutOff(Connector):
    """An amount is cut to cents instead of rounded."""

    def assignment_daily_margin(self, placement: Row) -> Any:
        margin = self.margin(placement)
        wrong = None if margin is None else v.money(v.rounded(Fraction(int(margin * 100), 100), 2))
        return altered(super().assignment_daily_margin(placement), wrong)


@defect("MONEY", "job.pay_rate")
class TwoDecimals(Connector):
    """An amount is rounded to cents where every decimal was agreed."""

    def job_pay_rate(self, job: Row) -> Any:
        read = v.number(job.get("payRate"))
        return altered(super().job_pay_rate(job), None if read is None else v.money(v.rounded(read, 2)))


@defect("MONEY", "job.pay_rate")
class SixDecimals(Connector):
    """An amount is written with six decimals, as `%f` does, where every decimal was agreed."""

    def job_pay_rate(self, job: Row) -> Any:
        read = v.number(job.get("payRate"))
        return altered(super().job_pay_rate(job), None if read is None else v.money(v.rounded(read, 6)))


@defect("MONEY", "assignment.pay_rate")
class FourDecimals(Connector):
    """An amount is rounded to four decimals, as money columns of databases are, where every decimal was agreed."""

    def assignment_pay_rate(self, placement: Row) -> Any:
        read = v.number(placement.get("payRate"))
        return altered(super().assignment_pay_rate(placement), None if read is None else v.money(v.rounded(read, 4)))


@defect("MONEY", "job.markup_percent")
class MarginForMarkup(Connector):
    """The margin's percentage of the bill rate is sent, not of the pay rate."""

    def job_markup_percent(self, job: Row) -> Any:
        right = super().job_markup_percent(job)
        pay, bill = v.number(job.get("payRate")), v.number(job.get("clientBillRate"))
        if not pay or not bill:
            return right
        return altered(right, v.rounded((Fraction(bill) - Fraction(pay)) / Fraction(bill) * 100, 1))


@defect("MONEY", "assignment.bill_rate")
class ConditionIgnored(Connector):
    """What only contractors may see is shown to everybody."""

    def assignment_bill_rate(self, placement: Row) -> Any:
        return altered(super().assignment_bill_rate(placement), v.money(v.number(placement.get("clientBillRate"))))


@defect("MONEY", "message.call_seconds")
class HalfAMinuteLost(Connector):
    """Minutes are counted when they are over."""

    def note_minutesSpent(self, message: Row) -> Any:  # noqa: N802 - the field's own name
        seconds = v.number(message.get("call_seconds"))
        return altered(super().note_minutesSpent(message), None if seconds is None else int(seconds) // 60)


@defect("TIME", "worker.available_on")
class P18DayShifted(Connector):
    """A day without a time is moved into the agency's zone, and so to the day before."""

    def worker_available_on(self, candidate: Row) -> Any:
        return altered(super().worker_available_on(candidate), v.day_text(candidate.get("dateAvailable"), CHICAGO))


@defect("TIME", "job.closed_on")
class WrongZone(Connector):
    """The day of a time is read in UTC instead of the agency's zone."""

    def job_closed_on(self, job: Row) -> Any:
        return altered(super().job_closed_on(job), v.day_text(job.get("dateClosed")))


@defect("TIME", "worker:who:some-placement-has-status-is-approved-and-dateend-is-blank-o")
class TodayInUtc(Connector):
    """Which day it is for the agency is read in UTC: in the evening it is tomorrow already."""

    def today(self) -> date:
        right = super().today()
        return date.fromisoformat(altered(right.isoformat(), f"{datetime.fromtimestamp(self.now(), UTC):%Y-%m-%d}"))


@defect("TIME", "job.closed_on")
class P19WinterOffset(Connector):
    """Winter's offset is used in summer too."""

    def job_closed_on(self, job: Row) -> Any:
        winter = timezone(timedelta(hours=-6))
        return altered(super().job_closed_on(job), v.day_text(job.get("dateClosed"), winter))


@defect("TIME", "job.closed_on")
class SummerOffset(Connector):
    """Summer's offset is used in winter too."""

    def job_closed_on(self, job: Row) -> Any:
        summer = timezone(timedelta(hours=-5))
        return altered(super().job_closed_on(job), v.day_text(job.get("dateClosed"), summer))


@defect("TIME", "worker.registered_at")
class LocalTimeAsUtc(Connector):
    """A time is written in the agency's zone and called UTC."""

    def worker_registered_at(self, candidate: Row) -> Any:
        read = v.instant(candidate.get("dateAdded"))
        wrong = None if read is None else f"{read.astimezone(CHICAGO):%Y-%m-%dT%H:%M:%S}Z"
        return altered(super().worker_registered_at(candidate), wrong)


@defect("TIME", "message.sent_at")
class TimeOfEntry(Connector):
    """A note is dated when its message was stored, not when it was sent."""

    def note_dateAdded(self, message: Row) -> Any:  # noqa: N802 - the field's own name
        return altered(super().note_dateAdded(message), v.epoch_ms(message.get("created_at")))


@defect("TIME", "assignment.starts_on")
class P03DayAndMonthSwapped(Connector):
    """Day and month are exchanged where both are possible."""

    def assignment_starts_on(self, placement: Row) -> Any:
        read = super().assignment_starts_on(placement)
        if read is None or int(read[8:]) > 12:
            return read
        return altered(read, f"{read[:4]}-{read[8:]}-{read[5:7]}")
