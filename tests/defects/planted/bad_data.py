"""Bad data treated otherwise than agreed: held back where it should arrive, let through where it should not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from reference_connector.errors import BadData
from reference_connector.rows import FieldRule, Mapped
from reference_connector.twins import SHARED
from reference_connector.values import Row

from planted.register import acted, altered, defect
from reference_connector import Connector
from reference_connector import values as v

PHONES = ("phone", "other_phones")


@defect("FAIL", "worker:bad:a-phone-cannot-be-read")
class BadPhoneHoldsBack(Connector):
    """Whoever has a phone number that cannot be read does not arrive at all."""

    def field_value(self, kind: str, rule: FieldRule, source: Row) -> Any:
        if kind == "worker" and rule.target in PHONES:
            acted()
            rule = replace(rule, bad="held")
        return super().field_value(kind, rule, source)


@defect("NULL", "worker:bad:an-e-mail-cannot-be-read")
class BadMailClears(Connector):
    """An e-mail that cannot be read clears the one that was there."""

    def worker_email(self, candidate: Row) -> Any:
        try:
            return super().worker_email(candidate)
        except BadData:
            acted()
            return None


@defect("LEN", "worker:bad:a-text-is-too-long")
class CutInUnits(Connector):
    """A long text is cut by the units of UTF-16, of which some signs take two."""

    def fitting(self, kind: str, field: str, value: Any) -> Any:
        right = super().fitting(kind, field, value)
        if not isinstance(value, str) or right == value:
            return right
        units = value.encode("utf-16-le")[: 2 * len(right)]
        return altered(right, units.decode("utf-16-le", "ignore").rstrip())


@defect("FAIL", "worker:bad:a-text-is-too-long")
class LongTextHoldsBack(Connector):
    """Whoever has a text that is too long does not arrive at all."""

    def fitting(self, kind: str, field: str, value: Any) -> Any:
        right = super().fitting(kind, field, value)
        return altered(right, value)


@defect("NULL", "worker:bad:a-reference-leads-nowhere")
class StrayRecruiterClears(Connector):
    """A recruiter whom nobody has invited takes the place of the one before: nobody."""

    def worker_recruiter_id(self, candidate: Row) -> Any:
        try:
            return super().worker_recruiter_id(candidate)
        except BadData:
            acted()
            return None


@defect("FAIL", "worker:bad:a-reference-leads-nowhere")
class StrayRecruiterHoldsBack(Connector):
    """Whoever has a recruiter whom nobody has invited does not arrive at all."""

    def field_value(self, kind: str, rule: FieldRule, source: Row) -> Any:
        if kind == "worker" and rule.target == "recruiter_id":
            acted()
            rule = replace(rule, bad="held")
        return super().field_value(kind, rule, source)


@defect("MATCH", "worker:bad:two-records-share-a-key")
class TwinsBothArrive(Connector):
    """Two candidates with one e-mail become two workers."""

    def sharing(self, mark: str) -> set[int]:
        right = super().sharing(mark)
        return altered(right, right if len(right) < 2 else {max(right) + 1})  # type: ignore[no-any-return]


@defect("MATCH", "worker:bad:two-records-share-a-key")
class P39BatchDup(Connector):
    """Who has an e-mail already is looked up once for a batch: of two in one batch that share it both arrive."""

    def map_all(self, kind: str, rows: Iterable[Any]) -> Any:
        if kind == "worker":
            self.__dict__["known_before"] = frozenset(self.mails())
        return super().map_all(kind, rows)

    def map_record(self, kind: str, key: str, source: Row) -> Mapped:
        mapped = super().map_record(kind, key, source)
        if kind == "worker" and SHARED in mapped.bad and str(mapped.problem).startswith("email: another"):
            known = self.__dict__["known_before"]
            mark = self.mails()[key]
            if not any(one < int(key) and str(one) in known for one in self.sharing(mark)):
                acted()
                mapped.problem = None
                mapped.bad.discard(SHARED)
        return mapped


@defect("FAIL", "worker:bad:two-records-share-a-key")
class TwinsNotNamed(Connector):
    """Of two candidates with one e-mail the second is kept back, and nobody hears of it."""

    def report(self, kind: str, key: str, reason: str) -> None:
        if kind == "worker" and "another candidate" in reason:
            acted()
            return
        super().report(kind, key, reason)


@defect("MONEY", "worker:bad:hourlyrate-0")
class NegativePayArrives(Connector):
    """A desired pay below 0 is taken for what somebody wants."""

    def worker_desired_pay(self, candidate: Row) -> Any:
        try:
            return super().worker_desired_pay(candidate)
        except BadData:
            acted()
            return v.money(v.number(candidate.get("hourlyRate")))


@defect("MONEY", "worker:bad:hourlyrate-0")
class NegativePayLeftOut(Connector):
    """A desired pay below 0 is left out, and everything else of the candidate arrives."""

    def field_value(self, kind: str, rule: FieldRule, source: Row) -> Any:
        if kind == "worker" and rule.target == "desired_pay":
            acted()
            rule = replace(rule, bad="left out")
        return super().field_value(kind, rule, source)


@defect("TIME", "assignment:bad:dateend-is-before-datebegin")
class EndBeforeBeginning(Connector):
    """A placement that ends before it begins is shown as it is."""

    def assignment_ends_on(self, placement: Row) -> Any:
        try:
            return super().assignment_ends_on(placement)
        except BadData:
            acted()
            return v.day_text(placement.get("dateEnd"))


@defect("SCOPE", "job:bad:title-contains-test")
class JobsForTestShown(Connector):
    """Job orders that are only a test are shown to workers."""

    def is_withheld(self, kind: str, row: Row) -> bool:
        return altered(super().is_withheld(kind, row), False)  # type: ignore[no-any-return]


@defect("SCOPE", "job:bad:title-contains-test")
class JobsForTestShownLater(Connector):
    """A job that is there already follows a job order that has become a test."""

    def is_withheld(self, kind: str, row: Row) -> bool:
        right = super().is_withheld(kind, row)
        return altered(right, right and self.linked("job", row.get("id")) is None)  # type: ignore[no-any-return]


@defect("FAIL", "worker:bad:a-required-field-is-blank")
class BlankStatusIsAvailable(Connector):
    """Whoever has no status counts as available, and arrives."""

    def worker_status(self, candidate: Row) -> Any:
        right = super().worker_status(candidate)
        return altered(right, right or "available")


@defect("ENUM", "worker:bad:a-value-is-not-in-its-table")
class UnknownStatusNotNamed(Connector):
    """Whoever has a status that nobody listed is kept back, and nobody hears of it."""

    def report(self, kind: str, key: str, reason: str) -> None:
        tables = ("status", "worker_type", "preferred_shift")
        if kind == "worker" and reason.startswith(tables) and "required" not in reason:
            acted()
            return
        super().report(kind, key, reason)


HIDDEN = "worker:bad:a-text-has-characters-that-cannot-be-shown"


@defect("ENC", HIDDEN)
class OnlyNulIsSeen(Connector):
    """Of the characters that cannot be shown only NUL, the one that a database refuses, is looked for."""

    def unreadable(self, text: str) -> bool:
        found = super().unreadable(text)
        seen = found and any(one == "\0" or "\ud800" <= one <= "\udfff" for one in text)
        return bool(altered(found, seen))


class _Shows(Connector):
    """Write a text that should have held its record back, in some other way."""

    def instead(self, text: str) -> str:
        raise NotImplementedError

    def fitting(self, kind: str, field: str, value: Any) -> Any:
        if kind == "worker":
            value = altered(value, self._instead(value))
        return super().fitting(kind, field, value)

    def _instead(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._instead(one) for one in value]
        return self.instead(value) if isinstance(value, str) else value


@defect("ENC", HIDDEN)
class HalfAnEmojiReplaced(_Shows):
    """Half of a surrogate pair is written as a question mark in a lozenge, as many a library does by itself."""

    def unreadable(self, text: str) -> bool:
        return super().unreadable(self.instead(text))

    def instead(self, text: str) -> str:
        return re.sub("[\ud800-\udfff]", "\ufffd", text)


@defect("ENC", HIDDEN)
class HiddenSignsRemoved(_Shows):
    """Characters that cannot be shown are taken out of a text without a word, and the record arrives."""

    def unreadable(self, text: str) -> bool:
        return False

    def instead(self, text: str) -> str:
        return "".join(one for one in text if not super(_Shows, self).unreadable(one))
