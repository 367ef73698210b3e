"""Texts that are altered where few have anything to alter: blanks inside, typographic signs, ß and its like."""

from __future__ import annotations

import html
import re
from typing import Any

from reference_connector.errors import BadData
from reference_connector.rows import FieldRule
from reference_connector.values import Row

from planted.register import acted, altered, defect
from reference_connector import Connector
from reference_connector import values as v


@defect("ENC", "worksite.name")
class BlanksInsideCollapsed(Connector):
    """Two blanks in the middle of a text become one."""

    def worksite_name(self, client: Row) -> Any:
        right = super().worksite_name(client)
        return altered(right, re.sub(" {2,}", " ", right) if right else right)


@defect("ENC", "worker.previous_employer")
class TypographicMadePlain(Connector):
    """A typographic apostrophe is written as the one of the typewriter."""

    def worker_previous_employer(self, candidate: Row) -> Any:
        right = super().worker_previous_employer(candidate)
        return altered(right, right.replace("\u2019", "'") if right else right)


@defect("FAIL", "worker:arrive", "worker:held")
class TabHoldsBack(Connector):
    """Tabs and line feeds count as characters that cannot be shown, and hold their record back."""

    def field_value(self, kind: str, rule: FieldRule, source: Row) -> Any:
        if (kind, rule.target) == ("worker", "previous_employer") and re.search(r"[\t\n]", source["companyName"] or ""):
            acted()
            raise BadData("a text has a character that cannot be shown")
        return super().field_value(kind, rule, source)


@defect("ENC", "worksite.website")
class FoldedForLowerCase(Connector):
    """A text is folded, as one does to compare, where lower case was agreed."""

    def worksite_website(self, client: Row) -> Any:
        read = v.text(client.get("companyURL"))
        return altered(super().worksite_website(client), None if read is None else read.casefold())


@defect("ENC", "assignment.cost_center")
class LetterByLetterUpperCase(Connector):
    """Every letter is made upper case by itself; one that would become two stays as it is."""

    def assignment_cost_center(self, placement: Row) -> Any:
        read = v.without(placement.get("costCenter"), "/-")
        upper = "".join(one.upper() if len(one.upper()) == 1 else one for one in read or "")
        return altered(super().assignment_cost_center(placement), upper or None)


@defect("ENC", "job.description")
class DecodedTwice(Connector):
    """What stands for a sign of HTML is resolved once more where what comes of it looks like another."""

    def job_description(self, job: Row) -> Any:
        right = super().job_description(job)
        return altered(right, html.unescape(right) if right else right)


@defect("SCOPE", "job:arrive")
class TestInAnyCase(Connector):
    """Job orders with "test" in their title are withheld in whatever case it stands there."""

    def is_withheld(self, kind: str, row: Row) -> bool:
        named = kind == "job" and self.TEST.casefold() in str(row.get("title") or "").casefold()
        return bool(altered(super().is_withheld(kind, row), named))


@defect("SCOPE", "job:bad:title-contains-test")
class TestAsWordOnly(Connector):
    """Job orders are withheld where "TEST" is a word of their title, and not where it is a part of one."""

    def is_withheld(self, kind: str, row: Row) -> bool:
        named = kind == "job" and bool(re.search(rf"\b{self.TEST}\b", str(row.get("title") or "")))
        return bool(altered(super().is_withheld(kind, row), named))


@defect("MAP", "job.title")
class BranchInAnyCase(Connector):
    """The code of a branch is read in any case, so that another branch's jobs get its titles."""

    def is_chicago(self, job: Row) -> bool:
        read = str(job.get("branchCode") or "").casefold() == self.CHICAGO.casefold()
        return bool(altered(super().is_chicago(job), read))


@defect("NULL", "worker.badge")
class AllOfItKept(Connector):
    """A text of which nothing is left without its signs is sent as it was."""

    def worker_badge(self, candidate: Row) -> Any:
        read = v.text(candidate.get("customText5"))
        return altered(super().worker_badge(candidate), v.without(read, "- ") or read or "NONE")


@defect("MULTI", "worker.certificates")
class SplitIntoFour(Connector):
    """A text is split three times at most; everything behind is one item."""

    def worker_certificates(self, candidate: Row) -> Any:
        read = v.text(candidate.get("certifications"))
        parts = [] if read is None else [one.strip() for one in read.split(",", 3) if one.strip()]
        return altered(super().worker_certificates(candidate), parts)


@defect("MULTI", "worker.tags.uniform.value")
class OthersTagTaken(Connector):
    """A tag whose name is ours in other case is taken for ours."""

    def merge_tag(self, tags: Any, value: Any) -> Any:
        right = super().merge_tag(tags, value)
        ours = [one for one in tags if one["name"].casefold() == self.TAG_NAME]
        return altered(right, [{**one, "value": value} if one in ours else one for one in tags] if ours else right)


@defect("TIME", "job.starts_on")
class SecondsIn32Bits(Connector):
    """Seconds since 1970 are counted in 32 bits, and begin anew in 2038."""

    def job_starts_on(self, job: Row) -> Any:
        read = v.number(job.get("startDate"))
        seconds = None if read is None else (int(read) // 1000 + 2**31) % 2**32 - 2**31
        return altered(super().job_starts_on(job), v.day_text(None if seconds is None else seconds * 1000))
