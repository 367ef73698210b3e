"""Say when a row writes and whose word counts: the modifiers of a rule cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from signoff.expressions import tree as t
from signoff.expressions.parse import item_at
from signoff.rules import sources as s
from signoff.rules.geography import country_code
from signoff.rules.registry import BLANK, LEFT_OUT, MODIFIERS, UNWRITTEN, Outcome, ex, modifier
from signoff.rules.results import LEADS_NOWHERE, MUST_EXIST
from signoff.rules.work import Work
from signoff.schema import Side, Type


@dataclass(frozen=True, slots=True)
class MustExist:
    """Hold `must already exist`. `side` is ats, app or "" (the receiving one); `otherwise` as written."""

    side: str = ""
    names: tuple[str, ...] = ()
    otherwise: str = "held back"


@dataclass(frozen=True, slots=True)
class Modifiers:
    """Hold the modifiers of a row. `only_when` is the condition's tree; `effective_date` the field's name."""

    only_when: t.Condition | None = None
    else_blank: bool = False
    on_create_only: bool = False
    only_if_blank: bool = False
    only_if_newer: bool = False
    add_never_remove: bool = False
    blank_is_ignored: bool = False
    must_exist: MustExist | None = None
    effective_date: str = ""
    zone: str = ""
    default_country: str = ""
    conflict: str = ""
    """ats wins, app wins, latest change wins, or "" where the integration's own decides."""
    kept_right: bool = False
    put_right: bool = False
    said: tuple[str, ...] = ()

    @property
    def lets_differ(self) -> bool:
        """Tell whether a modifier allows the receiving value to differ from the rule's for good."""
        return self.on_create_only or self.only_if_blank or self.only_if_newer or self.add_never_remove


_FLAGS: Mapping[str, str] = {
    "on create only": "on_create_only",
    "only if blank": "only_if_blank",
    "only if newer": "only_if_newer",
    "add, never remove": "add_never_remove",
    "blank is ignored": "blank_is_ignored",
    "kept right": "kept_right",
    "put right at the next change": "put_right",
}

CONFLICTS = ("ats wins", "app wins", "latest change wins")
"""Modifiers that say whose value stands where both sides changed."""


def modifiers_of(tree: t.RuleTree, work: Work) -> Modifiers:
    """Return a cell's modifiers; raise ScopeError for one given twice, two that contradict, and those not built yet."""
    found: dict[str, Any] = {}
    said: list[str] = []
    seen: set[str] = set()
    for one in tree.modifiers:
        known = MODIFIERS[one.phrase]
        if known.not_yet:
            raise work.wrong("a modifier that is built", f"`{known.shape}`, which is not yet", known.not_yet)
        if one.phrase in seen:
            raise work.wrong("each modifier once", f"`{known.shape}` twice", "Take one of them away.")
        seen.add(one.phrase)
        own_words = one.phrase in ("only when", "must already exist", "from its effective date")
        said.append(
            item_at(tree.text, one.column)
            if own_words
            else known.says.format(*[arg for arg in one.arguments if isinstance(arg, str)], *[""] * 3)
        )
        if one.phrase in _FLAGS:
            found[_FLAGS[one.phrase]] = True
        elif one.phrase in CONFLICTS:
            if "conflict" in found:
                raise work.wrong("one word on whose value stands", f"`{known.shape}` as well", "Take one of them away.")
            found["conflict"] = one.phrase
        elif one.phrase == "only when":
            found["only_when"] = cast("t.Condition", one.arguments[0])
            found["else_blank"] = _only_else(str(one.arguments[1]), work)
        elif one.phrase == "must already exist":
            side, names, otherwise = one.arguments
            if otherwise == "blank":
                raise work.wrong(
                    "`else held back`, `else left out` or `else nothing is written`",
                    "`else blank`",
                    "Take one of them.",
                )
            found["must_exist"] = MustExist(str(side), cast("tuple[str, ...]", names), str(otherwise) or "held back")
        elif one.phrase == "from its effective date":
            found["effective_date"] = cast("t.Name", one.arguments[0]).text
        elif one.phrase == "in":
            found["zone"] = work.zone_of(str(one.arguments[0])).key
        elif one.phrase == "default country":
            found["default_country"] = _country(str(one.arguments[0]), work)
    if {"kept right", "put right at the next change"} <= seen:
        raise work.wrong(
            "either `kept right` or `put right at the next change`",
            "both",
            "Take one of them away; `kept right` is the stronger.",
        )
    if {"blank clears", "blank is ignored"} <= seen:
        raise work.wrong(
            "either `blank clears` or `blank is ignored`",
            "both",
            "Take one of them away; `blank clears` is the default.",
        )
    return Modifiers(said=tuple(said), **found)


def _only_else(otherwise: str, work: Work) -> bool:
    if otherwise not in ("", "blank", "nothing is written"):
        raise work.wrong(
            "`, else blank`, or nothing",
            f"`, else {otherwise}` after `only when`",
            "Without `else blank` nothing is written.",
        )
    return otherwise == "blank"


def _country(code: str, work: Work) -> str:
    found = country_code(code)
    if found is None:
        raise work.wrong("a 2-letter country code of ISO 3166", f"`{code}`", "Write for example `default country DE`.")
    return found


modifier(
    "only when",
    shape="only when CONDITION",
    says="only when its condition holds",
    means="Where the condition does not hold nothing is written, and the field keeps what it held; with `, else blank` "
    "it is cleared.",
    examples=[
        ex('same text, only when kind is "Perm"', {"x": "a", "kind": "Perm"}, "a", s.COMMISSION),
        ex('same text, only when kind is "Perm"', {"x": "a", "kind": "Temp"}, UNWRITTEN, s.COMMISSION),
        ex('same text, only when kind is "Perm", else blank', {"x": "a", "kind": "Temp"}, BLANK, s.COMMISSION),
        ex('same text, only when kind is "Perm"', {"x": "a", "kind": None}, UNWRITTEN, s.HL7),
        ex('same text, only when kind is not "Perm"', {"x": "a", "kind": None}, "a", s.HL7),
    ],
)
modifier(
    "on create only",
    says="on create only",
    means="Written when the receiving record is made; later changes leave it alone.",
    examples=[
        ex("same text, on create only", "a", "a", s.KARMLY, created=True),
        ex("same text, on create only", "b", Outcome("kept"), s.KARMLY, created=False, before="a"),
        ex("same text, on create only", "b", Outcome("kept"), s.XERO, created=False, before=None),
        ex("same text, on create only", None, BLANK, s.XERO, created=True),
        ex("same yes/no, on create only", True, True, s.BULLHORN, Type.YES_NO, Type.YES_NO, created=True),
    ],
)
modifier(
    "only if blank",
    says="only if the receiving field is blank",
    means="Written only while the receiving field is blank.",
    examples=[
        ex("same text, only if blank", "a", "a", s.SOURCEWHALE, created=False, before=None),
        ex("same text, only if blank", "b", Outcome("kept"), s.SOURCEWHALE, created=False, before="a"),
        ex("same text, only if blank", "b", "b", s.SPACES, created=False, before=" "),
        ex("same text, only if blank", "a", "a", s.SOURCEWHALE, created=True),
        ex(
            "same number, only if blank", 5, Outcome("kept"), s.FALSY, Type.NUMBER, Type.NUMBER, created=False, before=0
        ),
    ],
)
modifier(
    "only if newer",
    says="only if the sending record is newer",
    means="Written only if the sending record was changed after the receiving one.",
    examples=[
        ex("same text, only if newer", "a", "a", s.DICE, created=False, before="b", newer=True),
        ex("same text, only if newer", "a", Outcome("kept"), s.DICE, created=False, before="b", newer=False),
        ex("same text, only if newer", "a", "a", s.DICE, created=True),
        ex("same text, only if newer", None, BLANK, s.DICE, created=False, before="b", newer=True),
        ex("same text, only if newer", None, Outcome("kept"), s.DICE, created=False, before="b", newer=False),
    ],
)
modifier(
    "add, never remove",
    says="items are added and never removed",
    means="The receiving list gains the items it lacks and loses none.",
    examples=[
        ex("every item, add, never remove", ["b"], ["a", "b"], s.RECRUITERFLOW, target_many=True, created=False,
           before=["a"]),
        ex("every item, add, never remove", ["a"], ["a"], s.RECRUITERFLOW, target_many=True, created=False,
           before=["a"]),
        ex("every item, add, never remove", [], ["a"], s.IDIBU, target_many=True, created=False, before=["a"]),
        ex("every item, add, never remove", ["a"], ["a"], s.IDIBU, target_many=True, created=True),
        ex("every item, add, never remove", ["b"], ["b"], s.RECRUITERFLOW, target_many=True, created=False,
           before=None),
    ],
)  # fmt: skip
modifier(
    "blank clears",
    says="a blank clears the field",
    means="A blank sending value clears the receiving field. This is the default.",
    examples=[
        ex("same text, blank clears", None, BLANK, s.CLEARING, created=False, before="a"),
        ex("same text, blank clears", "", BLANK, s.CLEARING, created=False, before="a"),
        ex("same text, blank clears", "b", "b", s.CLEARING, created=False, before="a"),
        ex("same text", None, BLANK, s.CLEARING, created=False, before="a"),
        ex("same text, blank clears", "\u00a0", BLANK, s.SPACES, created=False, before="a"),
    ],
)
modifier(
    "blank is ignored",
    says="a blank is ignored",
    means="A blank sending value leaves the receiving field as it is.",
    examples=[
        ex("same text, blank is ignored", None, Outcome("kept"), s.CLOBBER, created=False, before="a"),
        ex("same text, blank is ignored", " ", Outcome("kept"), s.CLOBBER, created=False, before="a"),
        ex("same text, blank is ignored", "b", "b", s.CLOBBER, created=False, before="a"),
        ex("same yes/no, blank is ignored", False, False, s.FALSE_LOST, Type.YES_NO, Type.YES_NO, created=False,
           before=True),
        ex("same number, blank is ignored", 0, 0, s.FALSY, Type.NUMBER, Type.NUMBER, created=False, before=5),
    ],
)  # fmt: skip
modifier(
    "must already exist",
    shape="must already exist in the ATS by name or external id, else held back",
    says="must already exist on the receiving side",
    means="The receiving side must know the value already: as a choice of its picklist, or as a record with that "
    "name (or the fields after `by`). Otherwise the record is held back (default), the field is left out, or nothing "
    "is written.",
    examples=[
        ex("same text, must already exist", "Nursing", "Nursing", s.GREENHOUSE, Type.PICKLIST, Type.PICKLIST,
           choices=("Nursing",)),
        ex("same text, must already exist", "Cooking", Outcome("bad data", MUST_EXIST), s.GREENHOUSE, Type.PICKLIST,
           Type.PICKLIST, choices=("Nursing",)),
        ex("same text, must already exist, else left out", "Cooking", LEFT_OUT, s.BAMBOO, Type.PICKLIST, Type.PICKLIST,
           choices=("Nursing",)),
        ex("same text, must already exist, else nothing is written", "Cooking", UNWRITTEN, s.BAMBOO, Type.PICKLIST,
           Type.PICKLIST, choices=("Nursing",)),
        ex("the office with the same name, must already exist in the app", "Oslo", Outcome("bad data", LEADS_NOWHERE),
           s.GREENHOUSE, Type.TEXT, Type.REFERENCE),
        ex("the office with the same name, must already exist by name or external id", "O1", "o-1", s.GREENHOUSE,
           Type.TEXT, Type.REFERENCE, partners={("external id", "O1"): ["o-1"]}),
    ],
)  # fmt: skip
modifier(
    "from its effective date",
    shape="from its effective date FIELD",
    says="from its effective date on",
    means="Nothing is written before the day in that field, in the integration's zone; a blank day holds nothing back.",
    examples=[
        ex("same text, from its effective date since", {"x": "a", "since": "2026-01-01"}, "a", s.BAMBOO,
           {"since": Type.DATE}),
        ex("same text, from its effective date since", {"x": "a", "since": "2026-01-02"}, UNWRITTEN, s.BAMBOO,
           {"since": Type.DATE}),
        ex("same text, from its effective date since", {"x": "a", "since": "2025-12-31"}, "a", s.BAMBOO,
           {"since": Type.DATE}),
        ex("same text, from its effective date since", {"x": "a", "since": None}, "a", s.BAMBOO, {"since": Type.DATE}),
        ex("same text, from its effective date since", {"x": None, "since": "2025-12-31"}, BLANK, s.BAMBOO,
           {"since": Type.DATE}),
    ],
)  # fmt: skip
modifier(
    "in",
    shape="in ZONE",
    says="in {0}",
    means="Instants become days, and texts without an offset are meant, in that IANA zone instead of the system's.",
    examples=[
        ex("same date, in America/Chicago", "2026-07-01T04:59:59Z", "2026-06-30", s.TZDB, Type.INSTANT, Type.DATE),
        ex("same date, in America/Chicago", "2026-07-01T05:00:00Z", "2026-07-01", s.TZDB, Type.INSTANT, Type.DATE),
        ex("same date, in America/Chicago", "2026-01-01T05:59:59Z", "2025-12-31", s.DST, Type.INSTANT, Type.DATE),
        ex("same date, in America/Chicago", "2026-01-01T06:00:00Z", "2026-01-01", s.DST, Type.INSTANT, Type.DATE),
        ex("date only, in Pacific/Auckland", "2026-06-30T12:00:00Z", "2026-07-01", s.TZDB, Type.INSTANT, Type.DATE),
    ],
)
modifier(
    "default country",
    shape="default country XX",
    says="default country {0}",
    means="The country of phones and states whose record names none, instead of the integration's.",
    examples=[
        ex("same phone, default country GB", "020 7946 0958", "+442079460958", s.OFCOM, Type.PHONE, Type.PHONE),
        ex("same phone, default country DE", "030 23125 123", "+493023125123", s.TRUNK_ZERO, Type.PHONE, Type.PHONE),
        ex("same phone, default country IT", "06 698 12345", "+390669812345", s.ITALY, Type.PHONE, Type.PHONE),
        ex("same phone, default country DE", "+1 512 555 0147", "+15125550147", s.NANP, Type.PHONE, Type.PHONE),
        ex("state as 2-letter code, default country CA", "Ontario", "ON", s.ISO3166_2, Type.STATE),
    ],
)
_BOTH: Any = {"created": False, "both_ways": True}
_THERE: Any = {"created": False, "changed": ("there",)}

modifier(
    "ats wins",
    shape="ATS wins",
    says="the ATS wins where both changed",
    means="Of a two-way row: where both sides changed since the last sync, the ATS value stands.",
    examples=[
        ex("same text, ATS wins", "a", "a", s.LOST_UPDATE, before="b", changed=("here", "there"), **_BOTH),
        ex("same text, ATS wins", "a", Outcome("kept"), s.LOST_UPDATE, before="b", changed=("there",), **_BOTH),
        ex("same text, ATS wins", None, BLANK, s.CLEARING, before="b", changed=("here", "there"), **_BOTH),
        ex("same text, ATS wins", "a", "a", s.LOST_UPDATE, before="b", changed=("here",), **_BOTH),
        ex("same yes/no, ATS wins", False, False, s.FALSE_LOST, Type.YES_NO, Type.YES_NO, before=True,
           changed=("here", "there"), **_BOTH),
    ],
)  # fmt: skip
modifier(
    "app wins",
    says="the app wins where both changed",
    means="Of a two-way row: where both sides changed since the last sync, the app value stands.",
    examples=[
        ex("same text, app wins", "a", Outcome("kept"), s.LOST_UPDATE, before="b", changed=("here", "there"), **_BOTH),
        ex("same text, app wins", "a", "a", s.LOST_UPDATE, before="b", changed=("here",), **_BOTH),
        ex("same text, app wins", "a", Outcome("kept"), s.CLEARING, before=None, changed=("here", "there"), **_BOTH),
        ex("same text, app wins", "a", Outcome("kept"), s.LOST_UPDATE, before="b", changed=("there",), **_BOTH),
        ex("same yes/no, app wins", True, Outcome("kept"), s.OPT_IN, Type.YES_NO, Type.YES_NO, before=False,
           changed=("here", "there"), **_BOTH),
    ],
)  # fmt: skip
modifier(
    "latest change wins",
    says="the latest change wins where both changed",
    means="Of a two-way row: where both sides changed since the last sync, the value of the record that was changed "
    "last stands, by both systems' own time stamps; at the very same time the ATS value.",
    examples=[
        ex("same text, latest change wins", "a", "a", s.LAST_WRITE, before="b", changed=("here", "there"),
           later=Side.ATS, **_BOTH),
        ex("same text, latest change wins", "a", Outcome("kept"), s.LAST_WRITE, before="b", changed=("here", "there"),
           later=Side.APP, **_BOTH),
        ex("same text, latest change wins", "a", "a", s.LAST_WRITE, before="b", changed=("here", "there"), **_BOTH),
        ex("same text, latest change wins", "a", "a", s.LOST_UPDATE, before="b", changed=("here",), later=Side.APP,
           **_BOTH),
        ex("same text, latest change wins", "a", Outcome("kept"), s.LOST_UPDATE, before="b", changed=("there",),
           later=Side.ATS, **_BOTH),
    ],
)  # fmt: skip
modifier(
    "kept right",
    says="kept right",
    means="Of a one-way row: a change that people make on the receiving side is put right by the next sync.",
    examples=[
        ex("same text, kept right", "a", "a", s.WRONG_WAY, before="b", **_THERE),
        ex("same text", "a", Outcome("kept"), s.WRONG_WAY, before="b", **_THERE),
        ex("same text, kept right", None, BLANK, s.WRONG_WAY, before="b", **_THERE),
        ex("same amount, kept right", Decimal("18.5"), Decimal("18.50"), s.WRONG_WAY, Type.AMOUNT, Type.AMOUNT,
           before=Decimal(99), **_THERE),
        ex("same yes/no, kept right", False, False, s.OPT_IN, Type.YES_NO, Type.YES_NO, before=True, **_THERE),
    ],
)  # fmt: skip
modifier(
    "put right at the next change",
    says="put right at the next change",
    means="Of a one-way row: a change that people make on the receiving side is put right when anything that the chart "
    "carries of the sending record changes next.",
    examples=[
        ex("same text, put right at the next change", "a", Outcome("kept"), s.WRONG_WAY, before="b", **_THERE),
        ex("same text, put right at the next change", "a", "a", s.WRONG_WAY, before="b", created=False,
           changed=("there", "elsewhere")),
        ex("same text, put right at the next change", "c", "c", s.WRONG_WAY, before="b", created=False,
           changed=("here",)),
        ex("same text", "a", Outcome("kept"), s.WRONG_WAY, before="b", created=False, changed=("there", "elsewhere")),
        ex("same text, put right at the next change", None, BLANK, s.CLEARING, before="b", created=False,
           changed=("there", "elsewhere")),
    ],
)  # fmt: skip
