"""What goes wrong where two records meet: who belongs to whom, who leads at first, whose word counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference_connector.errors import BadData, Waits
from reference_connector.merge import Side
from reference_connector.rows import FieldRule, Mapped
from reference_connector.values import Row

from planted.register import acted, altered, defect
from planted.way_back import CONTACT_ROWS, WORKER_ROWS
from reference_connector import Connector
from reference_connector import values as v


@defect("MATCH", "worker:once", "worker:bad:two-records-share-a-key")
class P37MatchRawCase(Connector):
    """People whom the app has already are looked for by the e-mail letter by letter."""

    def match_key(self, kind: str, mapped: Mapped) -> str | None:
        right = super().match_key(kind, mapped)
        return altered(right, str(mapped.values["email"])) if kind == "worker" and right is not None else right


@defect("MATCH", "worker:once", "worker:bad:two-records-share-a-key")
class P37MatchUntrimmed(Connector):
    """People whom the app has already are looked for by the e-mail with the blanks around it."""

    def match_key(self, kind: str, mapped: Mapped) -> str | None:
        right = super().match_key(kind, mapped)
        raw = str(mapped.source.get("email")).casefold()
        return altered(right, raw) if kind == "worker" and right is not None else right


@defect("MATCH", "worker:once")
class NotMatchedAtAll(Connector):
    """People whom the app has already are made a second time."""

    def match_by_email(self, kind: str, mail: str | None, claims: Mapping[str, int]) -> Any:
        right = super().match_by_email(kind, mail, claims)
        return altered(right, None) if kind == "worker" else right


@defect("MATCH", "contact:once")
class ContactNotMatched(Connector):
    """A contact whom the app has already is made a second time, and the app's own goes to Bullhorn as another."""

    def match_by_email(self, kind: str, mail: str | None, claims: Mapping[str, int]) -> Any:
        right = super().match_by_email(kind, mail, claims)
        return altered(right, None) if kind == "contact" else right


@defect("MATCH", "contact:arrive")
class P38OverMerge(Connector):
    """Two contacts with one e-mail become one."""

    def upsert(self, kind: str, mapped: Mapped, match: Any) -> None:
        mail = self.match_key(kind, mapped)
        if kind == "contact" and mail and match is None and mapped.key not in self.links(kind):
            mark = self.app_mark(kind, "email", mail)
            if any(link.get("app", {}).get("email") == mark for link in self.links(kind).values()):
                acted()
                return
        super().upsert(kind, mapped, match)


@defect("BIDIR", *WORKER_ROWS)
class FirstLinkIgnored(Connector):
    """When two records meet for the first time, the app's values overwrite Bullhorn's."""

    def first_leader(self, kind: str, rule: FieldRule) -> Side:
        return altered(super().first_leader(kind, rule), "app") if kind == "worker" else "ats"


@defect("BIDIR", "worker.email")
class EmailOfTheAppAtFirst(Connector):
    """Whoever is found by the external id, and has another e-mail in the app, gets that one in Bullhorn."""

    def first_leader(self, kind: str, rule: FieldRule) -> Side:
        right = super().first_leader(kind, rule)
        return altered(right, "app") if kind == "worker" and rule.target == "email" else right


@defect("BIDIR", "contact.title", "contact.phone", "contact.email_opt_out")
class FirstLinkByRow(Connector):
    """When two records meet for the first time, the row's own winner leads, as if both had been changed."""

    def first_leader(self, kind: str, rule: FieldRule) -> Side:
        right = super().first_leader(kind, rule)
        return altered(right, "app" if rule.wins == "app" else "ats") if kind == "contact" else right


class _Winner(Connector):
    """Let another side win in one row."""

    kind = "worker"
    target = ""

    def resolve(self, kind: str, rule: FieldRule, ats: Row, app: Row) -> Side:
        right = super().resolve(kind, rule, ats, app)
        if kind != self.kind or rule.target != self.target:
            return right
        return altered(right, self.winner(right, ats, app))  # type: ignore[no-any-return]

    def winner(self, right: Side, ats: Row, app: Row) -> Side:
        return "ats" if right == "app" else "app"


@defect("BIDIR", "worker.desired_pay")
class AppWinsInstead(_Winner):
    """Where both changed an amount and Bullhorn was to win, the app does."""

    target = "desired_pay"


@defect("BIDIR", "worker.phone")
class AtsWinsInstead(_Winner):
    """Where both changed a phone and the app was to win, Bullhorn does."""

    target = "phone"


@defect("BIDIR", "contact.phone")
class AtsWinsContactPhone(_Winner):
    """Where both changed a contact's phone and the app was to win, Bullhorn does."""

    kind, target = "contact", "phone"


@defect("BIDIR", "worker.available_on")
class EarliestWins(_Winner):
    """The earlier of two changes wins instead of the later."""

    target = "available_on"


@defect("BIDIR", "worker.city")
class P48ArrivalOrder(_Winner):
    """The change that is read last counts as the latest, whatever the stamps say."""

    target = "city"

    def winner(self, right: Side, ats: Row, app: Row) -> Side:
        return "ats"


LATEST = ("street", "unit", "city", "postal_code", "available_on", "preferred_shift")


@defect("BIDIR", *[f"worker.{one}" for one in LATEST])
class LatestByRunTime(Connector):
    """A change in the app counts as made when the run found it."""

    def app_stamp(self, item: Row) -> int:
        right = super().app_stamp(item)
        return altered(right, self.run_started) if "external_id" in item and "worksite_id" not in item else right


@defect("BIDIR", "worker.street")
class TieToTheApp(_Winner):
    """Of two changes at the very same time the app's wins."""

    target = "street"

    def winner(self, right: Side, ats: Row, app: Row) -> Side:
        return "app" if self.app_stamp(app) >= self.ats_stamp(ats) else "ats"


class _WholeRecord(Connector):
    """Take a record as a whole: if anything changed, all of it did."""

    kind = "worker"

    def leaders(self, kind: str, mapped: Mapped, link: Row, current: Row | None) -> dict[str, Side]:
        right = super().leaders(kind, mapped, link, current)
        if kind != self.kind or self.first_link(kind, link) or current is None:
            return right
        ats, app = self.changed_rows(kind, mapped, link, current)
        if not app or not ats:
            return right
        return altered(right, self.taken(link, mapped, current))  # type: ignore[no-any-return]

    def taken(self, link: Row, mapped: Mapped, current: Row) -> dict[str, Side]:
        return {rule.target: "app" for rule in self.both_ways(self.kind)}


@defect("BIDIR", *[one for one in CONTACT_ROWS if one != "contact.worksite_id"])
class P48LostUpdateHere(_WholeRecord):
    """Where people changed a contact on both sides, the app's record overwrites all of Bullhorn's."""

    kind = "contact"


@defect("BIDIR", *WORKER_ROWS)
class P48LostUpdateThere(_WholeRecord):
    """Where people changed a worker on both sides, Bullhorn's record overwrites all of the app's."""

    def taken(self, link: Row, mapped: Mapped, current: Row) -> dict[str, Side]:
        return {rule.target: "ats" for rule in self.both_ways(self.kind)}


@defect("MAP", "worker.job_title")
class ExistingKept(Connector):
    """Of people whom the app has already, what it knows of them is not corrected."""

    def adopt(self, kind: str, mapped: Mapped, match: Any) -> Any:
        link = super().adopt(kind, mapped, match)
        if kind == "worker" and match.get("job_title") != mapped.values.get("job_title"):
            acted()
            link["rows"]["job_title"] = mapped.prints["job_title"]
        return link


@defect("NULL", "worker.years_experience")
class ExistingFillsBlanks(Connector):
    """Of people whom the app has already, it keeps what Bullhorn leaves blank."""

    def adopt(self, kind: str, mapped: Mapped, match: Any) -> Any:
        link = super().adopt(kind, mapped, match)
        if kind == "worker" and mapped.values.get("years_experience") is None and match.get("years_experience"):
            acted()
            link["rows"]["years_experience"] = mapped.prints["years_experience"]
        return link


@defect("BIDIR", "worker.nickname")
class BlankFilledAtFirst(Connector):
    """When two records meet for the first time, what is blank in Bullhorn is filled from the app."""

    def leaders(self, kind: str, mapped: Mapped, link: Row, current: Row | None) -> dict[str, Side]:
        right = super().leaders(kind, mapped, link, current)
        if kind != "worker" or current is None or not self.first_link(kind, link):
            return right
        blank = v.is_blank(mapped.values.get("nickname")) and not v.is_blank(current.get("nickname"))
        return altered(right, {**right, "nickname": "app"} if blank else right)  # type: ignore[no-any-return]


@defect("FAIL", "contact:held")
class StrayNotNamed(Connector):
    """A contact of the app that cannot go to Bullhorn is named nowhere."""

    def report(self, kind: str, key: str, reason: str) -> None:
        if kind == "contact_back":
            acted()
            return
        super().report(kind, key, reason)


@defect("FAIL", "contact:arrive")
class P54BadContactStopsOthers(Connector):
    """The first contact of the app that cannot go to Bullhorn stops those after it."""

    def plan_start(self, item: Row) -> Any:
        if self.__dict__.get("stopped") == self.run_started:
            acted()
            raise BadData("not looked at")
        try:
            return super().plan_start(item)
        except (BadData, Waits):
            self.__dict__["stopped"] = self.run_started
            raise
