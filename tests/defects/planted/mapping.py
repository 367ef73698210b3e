"""Wrong fields, wrong texts, wrong lists: what goes wrong while one value is mapped."""

from __future__ import annotations

import html
from typing import Any

from reference_connector.assignments import ASSIGNMENT_FIELDS
from reference_connector.rows import FieldRule, Mapped
from reference_connector.values import LEFT_OUT, Row, dig

from planted.register import altered, defect
from reference_connector import Connector
from reference_connector import values as v


@defect("MAP", "worker.certificates")
class DroppedField(Connector):
    """A row of the chart was forgotten."""

    def field_value(self, kind: str, rule: FieldRule, source: Row) -> Any:
        # Whether the candidate can be brought at all is asked as ever.
        value = super().field_value(kind, rule, source)
        return altered(value, LEFT_OUT) if (kind, rule.target) == ("worker", "certificates") else value


@defect("MAP", "worker.first_name", "worker.last_name")
class SiblingSwapped(Connector):
    """First and last name are exchanged."""

    def worker_first_name(self, candidate: Row) -> Any:
        return altered(super().worker_first_name(candidate), super().worker_last_name(candidate))

    def worker_last_name(self, candidate: Row) -> Any:
        return altered(super().worker_last_name(candidate), super().worker_first_name(candidate))


@defect("MAP", "assignment.pay_rate")
class P01BillRateForPayRate(Connector):
    """The pay rate is taken from the field beside it, of the same type."""

    def assignment_pay_rate(self, placement: Row) -> Any:
        return altered(super().assignment_pay_rate(placement), v.money(v.number(placement.get("clientBillRate"))))


@defect("MAP", "job.ends_on")
class P01EndFromStart(Connector):
    """The end date is taken from the start date."""

    def job_ends_on(self, job: Row) -> Any:
        return altered(super().job_ends_on(job), super().job_starts_on(job))


@defect("MAP", "job.recruiter_id")
class WrongReference(Connector):
    """Every job gets the same recruiter."""

    def job_recruiter_id(self, job: Row) -> Any:
        known = self.state.table("core", "recruiters")
        return altered(super().job_recruiter_id(job), str(known[min(known)]) if known else None)


@defect("MAP", "worker.source_system")
class WrongConstant(Connector):
    """The constant is written in another way than agreed."""

    def worker_source_system(self, candidate: Row) -> Any:
        return altered(super().worker_source_system(candidate), "BULLHORN")


@defect("MAP", "assignment.external_id")
class P15IdViaFloat(Connector):
    """The source's id went through a float on its way."""

    def plan_create(self, kind: str, mapped: Mapped) -> Any:
        body = super().plan_create(kind, mapped)
        if kind == "assignment":
            body["external_id"] = altered(body["external_id"], str(float(body["external_id"])))
        return body


@defect("ENC", "worker.last_name")
class NamesLowerCased(Connector):
    """Last names are lower-cased."""

    def worker_last_name(self, candidate: Row) -> Any:
        read = super().worker_last_name(candidate)
        return altered(read, read.lower() if read else read)


@defect("ENC", "worker.display_name")
class P12Latin1(Connector):
    """A text in UTF-8 is read as Latin-1."""

    def worker_display_name(self, candidate: Row) -> Any:
        read = super().worker_display_name(candidate)
        return altered(read, v.cut(read.encode().decode("latin-1"), 101) if read else read)


@defect("ENC", "worksite.name")
class P13HtmlEscaped(Connector):
    """Texts are escaped for HTML although they are sent as JSON."""

    def worksite_name(self, client: Row) -> Any:
        read = super().worksite_name(client)
        return altered(read, v.cut(html.escape(read), 100) if read else read)


@defect("ENC", "job.description")
class TagsNotRemoved(Connector):
    """HTML is sent where plain text was agreed."""

    def job_description(self, job: Row) -> Any:
        return altered(super().job_description(job), v.text(job.get("publicDescription")))


@defect("LEN", "worker.job_title")
class P14CutTooShort(Connector):
    """A text is cut at 50 characters instead of 80."""

    def worker_job_title(self, candidate: Row) -> Any:
        read = super().worker_job_title(candidate)
        return altered(read, v.cut(read, 50))


@defect("LEN", "worker.about")
class CutBeforeTagsRemoved(Connector):
    """HTML is cut to the length that was agreed for the text in it."""

    def worker_about(self, candidate: Row) -> Any:
        return altered(
            super().worker_about(candidate), v.cut(v.plain_text((candidate.get("description") or "")[:480]), 500)
        )


@defect("MULTI", "worker.skills")
class P08FirstOfList(Connector):
    """Only the first item of a list is sent."""

    def worker_skills(self, candidate: Row) -> Any:
        read = super().worker_skills(candidate)
        return altered(read, read[:1])


@defect("MULTI", "worksite.industries")
class P07WrongDelimiter(Connector):
    """A list is split at another sign than agreed."""

    def worksite_industries(self, client: Row) -> Any:
        return altered(super().worksite_industries(client), v.split_filled(client.get("industryList"), ","))


@defect("MULTI", "worker.other_phones")
class OneOfSeveralFields(Connector):
    """Of several phones only the first filled one is sent."""

    def worker_other_phones(self, candidate: Row) -> Any:
        read = super().worker_other_phones(candidate)
        return altered(read, read[:1])


@defect("MULTI", "assignment.overtime_rate")
class SecondChoiceFirst(Connector):
    """The second of two fields is preferred."""

    def assignment_overtime_rate(self, placement: Row) -> Any:
        right = super().assignment_overtime_rate(placement)
        self.validate("assignment", next(one for one in ASSIGNMENT_FIELDS if one.target == "overtime_rate"), right)
        wrong = v.money(v.number(v.first_filled([placement.get("payRate"), placement.get("overtimeRate")])))
        return altered(right, wrong)


@defect("TYPE", "worker.other_phones")
class P02CountryLost(Connector):
    """Phones lose their country and get the default one."""

    def worker_other_phones(self, candidate: Row) -> Any:
        read = super().worker_other_phones(candidate)
        return altered(read, ["+1" + number[-10:].lstrip("0") for number in read])


@defect("TYPE", "job.remote")
class P16BoolString(Connector):
    """Every text is taken for yes, "false" too."""

    def job_remote(self, job: Row) -> Any:
        read = super().job_remote(job)
        return altered(read, None if read is None else "Y")


@defect("TYPE", "job.published")
class MinusOneIsYes(Connector):
    """Whatever is not 0 is taken for yes."""

    def job_published(self, job: Row) -> Any:
        return altered(super().job_published(job), bool(v.number(job.get("isPublic"))))


@defect("TYPE", "worksite.postal_code")
class LeadingZeroLost(Connector):
    """A postal code is read as a number."""

    def worksite_postal_code(self, client: Row) -> Any:
        read = super().worksite_postal_code(client)
        return altered(read, str(int(read)) if read and read.isdecimal() and read.isascii() else read)


@defect("NULL", "worker.may_email")
class UnknownIsConsent(Connector):
    """An opt-out that nobody knows of is taken for consent."""

    def worker_may_email(self, candidate: Row) -> Any:
        return altered(super().worker_may_email(candidate), not v.yes_no(candidate.get("massMailOptOut")))


@defect("NULL", "worker.years_experience")
class P11FalsyDropped(Connector):
    """0 is taken for blank."""

    def worker_years_experience(self, candidate: Row) -> Any:
        read = super().worker_years_experience(candidate)
        return altered(read, read or None)


@defect("NULL", "worker.text_opt_in")
class FalseDropped(Connector):
    """No is taken for blank."""

    def worker_text_opt_in(self, candidate: Row) -> Any:
        read = super().worker_text_opt_in(candidate)
        return altered(read, read or None)


@defect("NULL", "worksite.parent_name")
class DefaultForgotten(Connector):
    """The value for blank is not written."""

    def worksite_parent_name(self, client: Row) -> Any:
        return altered(super().worksite_parent_name(client), v.text(dig(client, "parentClientCorporation.name")))


@defect("NULL", "worksite.website")
class P09BlankNotCleared(Connector):
    """A value that is blanked in Bullhorn stays in the app."""

    def worksite_website(self, client: Row) -> Any:
        read = super().worksite_website(client)
        return altered(read, LEFT_OUT if read is None else read)


@defect("NULL", "worker.shirt_size")
class FilledWhereLeftBlank(Connector):
    """A field that is left to the worker gets a value."""

    def worker_shirt_size(self, candidate: Row) -> Any:
        return altered(super().worker_shirt_size(candidate), "M")


@defect("ENC", "assignment.cost_center")
class OneSignTooMany(Connector):
    """One of two signs is not removed."""

    def assignment_cost_center(self, placement: Row) -> Any:
        read = v.without(placement.get("costCenter"), "-")
        return altered(super().assignment_cost_center(placement), None if read is None else read.upper())


@defect("MULTI", "assignment.supervisor_rest")
class SecondWordOnly(Connector):
    """Of a name with three words the last is lost."""

    def assignment_supervisor_rest(self, placement: Row) -> Any:
        read = super().assignment_supervisor_rest(placement)
        return altered(read, read.split()[0] if read else read)


@defect("MULTI", "assignment.shift_end")
class LastPart(Connector):
    """The part after the last "-" is taken, not after the first."""

    def assignment_shift_end(self, placement: Row) -> Any:
        read = super().assignment_shift_end(placement)
        return altered(read, v.text(read.rpartition("-")[2]) if read else read)
