"""Give every phrase on e-mails, phones, places, files, lists and constants a row, right and wrong."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any

import phonenumbers
import pycountry
from copying import KEEP, Held
from rig import COUNTRY, DATE, FILE, PHONE, STATE, TEXT, WHOLE, YES_NO, Case, Integration, choice, many, thing

NAME = Case("name", "same text", lambda r: r.a, (lambda r: r.a[::-1],), required=True)
STATES = {
    "alabama": "AL",
    "alaska": "AK",
    "california": "CA",
    "florida": "FL",
    "illinois": "IL",
    "indiana": "IN",
    "new york": "NY",
    "ohio": "OH",
    "texas": "TX",
    "wisconsin": "WI",
    "washington": "WA",
}


def dialled(text: str, country: str = "US") -> str:
    try:
        found = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        raise Held("no phone") from None
    if not phonenumbers.is_valid_number(found):
        raise Held("no phone")
    plain = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return f"{plain};ext={found.extension}" if found.extension else plain


def mailed(text: str) -> str:
    text = text.strip()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", text):
        raise Held("no e-mail")
    return text


def mailed_plainly(text: str) -> str:
    """Send an e-mail to a system that takes `format: email`: those of ASCII alone."""
    if not text.strip().isascii():
        raise Held("an e-mail of other letters")
    return mailed(text)


RESUME = {**thing(name=TEXT, content={"type": "string"}), "x-type": "file"}
PEOPLE = Integration(
    (
        NAME,
        Case(
            "mail",
            "same email",
            lambda r: mailed(r.a),
            (lambda r: mailed(r.a).partition("+")[0].partition("@")[0] + "@example.com", lambda r: mailed(r.a)[:-1]),
            {"a": TEXT},
        ),
        Case(
            "phone",
            "same phone",
            lambda r: dialled(r.a),
            (lambda r: dialled(r.a)[2:], lambda r: "+1" + re.sub(r"\D", "", dialled(r.a))),
            {"a": PHONE},
            PHONE,
        ),
        Case(
            "london",
            "same phone, default country GB",
            lambda r: dialled(r.a, "GB"),
            (lambda r: dialled(r.a, "GB")[:-1],),
            {"a": PHONE},
            PHONE,
        ),
        Case(
            "state",
            "state as 2-letter code",
            lambda r: placed(r.a),
            (lambda r: placed(r.a).lower()[:1], lambda r: placed(r.a)[::-1]),
            {"a": STATE},
        ),
        Case(
            "town",
            "same place",
            lambda r: placed(r.a) and r.a,
            (lambda r: placed(r.a) and "Ohio",),
            {"a": STATE},
            STATE,
        ),
        Case(
            "line",
            "address on one line",
            lambda r: ", ".join(one.strip() for one in (r.a, r.b) if one),
            (lambda r: r.a, lambda r: ", ".join(one.strip() for one in (r.b, r.a) if one)),
            {"a": TEXT, "b": TEXT},
        ),
        Case(
            "file",
            "same file",
            lambda r: r.a,
            (lambda r: base64.b64encode(base64.b64decode(r.a)[:-1]).decode(),),
            {"a": FILE},
            FILE,
        ),
        Case(
            "resume",
            "same file and name",
            lambda r: r.a,
            (lambda r: {**r.a, "name": "resume.pdf"}, lambda r: {**r.a, "content": r.a["content"][:-8]}),
            {"a": RESUME},
            RESUME,
        ),
    )
)


COUNTRIES = Integration(
    (
        NAME,
        Case(
            "country",
            "country as 2-letter code",
            lambda r: land(r.a),
            (lambda r: land(r.a)[:1], lambda r: "US" if land(r.a) else None),
            {"a": COUNTRY},
        ),
        Case(
            "land",
            "same place",
            lambda r: land(r.a) and r.a,
            (lambda r: land(r.a) and "Cuba",),
            {"a": COUNTRY},
            COUNTRY,
        ),
    )
)


def trunk_kept(country: str) -> Any:
    """Return what takes the zero of a national number for a part of it: +44020… for 020…."""
    code = phonenumbers.country_code_for_region(country)

    def wrong(r: Any) -> str:
        right, figures = dialled(r.a, country), re.sub(r"\D", "", r.a)
        return f"+{code}{figures}" if r.a.strip().startswith(("0", "(0")) else right

    return wrong


def from_here(r: Any, country: str = "") -> str:
    return dialled(r.a, country or land(r.b or "GB"))


def read_abroad(r: Any) -> str:
    """Read a number as one of Britain, whatever the country of the record, where that gives any."""
    right = from_here(r)
    try:
        return dialled(r.a, "GB")
    except Held:
        return right[:-1]


HOME = {"a": PHONE, "b": COUNTRY}
MAIL_40 = {"type": "string", "format": "email", "maxLength": 40}
WORD_30 = {**TEXT, "maxLength": 30}


def mail_of(most: int) -> Any:
    """Return what sends an address of plain letters up to a length, and holds back any other."""

    def send(r: Any) -> str:
        found = mailed(r.a)
        if len(found) > most or not found.isascii():
            raise Held("the app does not take such an address")
        return found

    return send


def words_of(most: int) -> Any:
    def send(r: Any) -> list[str]:
        found = [one.strip() for one in items(r.a)]
        if max(map(len, found), default=0) > most:
            raise Held("too long")
        return found

    return send


def unless(long: int, of: Any) -> Any:
    """Return what leaves out the last sign of a text of just the length that the field allows."""
    return lambda r: found[:-1] if len(found := of(r)) == long else found


LONGEST = Integration(
    (
        NAME,
        Case("mail", "same email", mail_of(40), (unless(40, mail_of(40)),), {"a": TEXT}, MAIL_40),
        Case(
            "blanks",
            "same email",
            lambda r: mailed(r.a),
            (lambda r: mailed(r.a.strip(" ")) and r.a.strip(" ") if "\u00a0" not in r.a else "nbsp" + mailed(r.a),),
            {"a": TEXT},
        ),
        Case(
            "words",
            "every filled item",
            words_of(30),
            (lambda r: [one[:29] for one in words_of(30)(r)],),
            {"a": many(TEXT)},
            many(WORD_30),
            cell="{a}[]",
        ),
        Case(
            "mails",
            "every filled item, same email",
            lambda r: [mail_of(40)(one) for one in map(Item, items(r.a))],
            (lambda r: [unless(40, mail_of(40))(one) for one in map(Item, items(r.a))],),
            {"a": many(TEXT)},
            many(MAIL_40),
            cell="{a}[]",
        ),
        Case(
            "phone",
            "same phone",
            lambda r: dialled(r.a),
            (lambda r: dialled(r.a) if r.a == r.a.strip() else dialled(r.a)[:-1],),
            {"a": PHONE},
            PHONE,
        ),
    )
)


@dataclass(frozen=True)
class Item:
    """Show an item of a list as the row of a case."""

    a: str


BRITISH = Integration(
    (
        NAME,
        Case("phone", "same phone", lambda r: dialled(r.a, "GB"), (trunk_kept("GB"),), {"a": PHONE}, PHONE),
        Case(
            "german",
            "same phone, default country DE",
            lambda r: dialled(r.a, "DE"),
            (trunk_kept("DE"), lambda r: dialled(r.a, "DE").replace("+49", "+44")),
            {"a": PHONE},
            PHONE,
        ),
        Case(
            "american",
            "same phone, default country US",
            lambda r: dialled(r.a),
            (lambda r: dialled(r.a) if "+" in r.a else "+44" + dialled(r.a)[2:],),
            {"a": PHONE},
            PHONE,
        ),
        Case(
            "listed",
            "every filled item, same phone",
            lambda r: [dialled(one, "GB") for one in items(r.a)],
            (lambda r: [dialled(one, "GB").replace("+44", "+440") for one in items(r.a)],),
            {"a": many(PHONE)},
            many(PHONE),
            cell="{a}[]",
        ),
        Case(
            "abroad",
            "same phone",
            lambda r: r.a and from_here(r),
            (lambda r: r.a and read_abroad(r),),
            HOME,
            PHONE,
        ),
    ),
    country="GB",
)


def located(r: Any, country: str = "") -> str:
    return placed(r.a, country or land(r.b or "CA"))


def located_at_home(r: Any) -> str:
    """Read a state as one of Canada, whatever the country of the record, where that gives any."""
    right = located(r)
    try:
        return placed(r.a, "CA")
    except Held:
        return right + "X"


CANADIAN = Integration(
    (
        NAME,
        Case(
            "state",
            "state as 2-letter code",
            lambda r: placed(r.a, "CA"),
            (lambda r: placed(r.a, "CA") and r.a[:2].upper(), lambda r: placed(r.a, "CA")[::-1]),
            {"a": STATE},
        ),
        Case(
            "mexican",
            "state as 2-letter code, default country MX",
            lambda r: placed(r.a, "MX"),
            (lambda r: placed(r.a, "MX")[:2],),
            {"a": STATE},
        ),
        Case(
            "abroad",
            "state as 2-letter code",
            lambda r: r.a and located(r),
            (lambda r: r.a and located_at_home(r),),
            {"a": STATE, "b": COUNTRY},
        ),
        Case(
            "same",
            "same value",
            lambda r: r.a and located(r),
            (lambda r: r.a and located(r)[: None if land(r.b or "CA") == "CA" else 1],),
            {"a": STATE, "b": COUNTRY},
            STATE,
        ),
    ),
    country="CA",
)


def placed(text: str, country: str = "US") -> str:
    text = text.strip()
    for one in pycountry.subdivisions.get(country_code=country) or ():  # type: ignore[no-untyped-call]
        if text.casefold() in (one.name.casefold(), one.code[3:].casefold()):
            return str(one.code[3:])
    raise Held("no state")


def land(text: str) -> str:
    text = text.strip()
    try:
        return str(pycountry.countries.lookup(text).alpha_2)
    except LookupError:
        raise Held("no country") from None


def items(value: Any) -> list[Any]:
    return [one for one in (value or []) if one is not None and str(one).strip()]


def cut_up(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


PHONES = many(thing(type=choice("home", "work", "fax"), number=TEXT, since=DATE, primary=YES_NO))


def picked(found: list[Any]) -> Any:
    return found[0].get("number") or None if found else None


def only(found: list[Any]) -> Any:
    if len(found) > 1:
        raise Held("several")
    return picked(found)


def homes(found: list[Any]) -> list[Any]:
    return [one for one in found if one.get("type") == "home"]


def latest(found: list[Any]) -> list[Any]:
    """Return phones, the latest first; of two of one day the one that stands later in the list."""
    backwards = list(reversed(found))
    return sorted(backwards, key=lambda one: one.get("since") or "", reverse=True)


LISTS = Integration(
    (
        NAME,
        Case(
            "every",
            "every item",
            lambda r: r.a,
            (lambda r: r.a[:1], lambda r: [one.lower() for one in r.a]),
            {"a": many(TEXT)},
            many(TEXT),
            cell="{a}[]",
        ),
        Case(
            "filled",
            "every filled item",
            lambda r: items(r.a),
            (lambda r: items(r.a)[:-1], lambda r: items(r.a)[:1]),
            {"a": many(TEXT)},
            many(TEXT),
            cell="{a}[]",
        ),
        Case(
            "order",
            "every item, in order",
            lambda r: r.a,
            (lambda r: r.a[::-1], lambda r: sorted(r.a)),
            {"a": many(TEXT)},
            many(TEXT),
            cell="{a}[]",
        ),
        Case(
            "joined",
            'joined with ", "',
            lambda r: ", ".join(items(r.a)),
            (lambda r: ",".join(items(r.a)), lambda r: items(r.a)[0] if items(r.a) else None),
            {"a": many(TEXT)},
            cell="{a}[]",
        ),
        Case(
            "split",
            'split at ","',
            lambda r: cut_up(r.a),
            (lambda r: [r.a], lambda r: cut_up(r.a)[:1]),
            {"a": TEXT},
            many(TEXT),
        ),
        Case(
            "empty",
            'split at ",", or an empty list if blank',
            lambda r: cut_up(r.a) if r.a else [],
            (lambda r: cut_up(r.a) if r.a else None,),
            {"a": TEXT},
            many(TEXT),
            on_blank=True,
        ),
        Case(
            "slots",
            "every filled one of {a}, {b} or {c}",
            lambda r: items([r.a, r.b, r.c]),
            (lambda r: items([r.a, r.b]), lambda r: items([r.c])),
            {"a": TEXT, "b": TEXT, "c": TEXT},
            many(TEXT),
        ),
        Case(
            "first",
            "the first one",
            lambda r: r.a[0],
            (lambda r: r.a[-1], lambda r: max(r.a)),
            {"a": many(TEXT)},
            cell="{a}[]",
        ),
        Case(
            "number",
            "the first one",
            lambda r: picked(r.a),
            (lambda r: picked(r.a[::-1]), lambda r: r.a[0].get("type")),
            {"a": PHONES},
            cell="{a}[].number",
        ),
        Case(
            "latest",
            "the latest one by since",
            lambda r: picked(latest(r.a)),
            (lambda r: picked(latest(r.a)[::-1]), lambda r: picked(r.a)),
            {"a": PHONES},
            cell="{a}[].number",
        ),
        Case(
            "primary",
            "the primary one",
            lambda r: picked([one for one in r.a if one.get("primary")]),
            (lambda r: picked(r.a),),
            {"a": PHONES},
            cell="{a}[].number",
        ),
        Case(
            "home",
            'the one where type is "home"',
            lambda r: only(homes(r.a)),
            (lambda r: (only(homes(r.a)) or "") and picked(r.a)[:-1],),
            {"a": PHONES},
            cell="{a}[].number",
        ),
        Case(
            "first_home",
            'the first one where type is "home"',
            lambda r: picked([one for one in r.a if one.get("type") == "home"]),
            (lambda r: picked(r.a),),
            {"a": PHONES},
            cell="{a}[].number",
        ),
        Case(
            "numbers",
            "every item",
            lambda r: [one.get("number") for one in r.a],
            (lambda r: [one.get("number") for one in r.a][:1],),
            {"a": PHONES},
            many(TEXT),
            cell="{a}[].number",
        ),
        Case("alone", "every item", lambda r: [r.a], (lambda r: [r.a, "x"], lambda r: []), {"a": TEXT}, many(TEXT)),
        Case(
            "each",
            "upper case, every item",
            lambda r: [one.upper() for one in r.a],
            (lambda r: [one.upper() for one in r.a][:1], lambda r: r.a),
            {"a": many(TEXT)},
            many(TEXT),
            cell="{a}[]",
        ),
    )
)


def always(value: Any) -> Any:
    return lambda r: value


CONSTANTS = Integration(
    (
        NAME,
        Case("text", 'always "W2"', always("W2"), (always("w2"), always(None)), {}),
        Case("number", 'always "5"', always(5), (always(6), always(0)), {}, WHOLE),
        Case("answer", 'always "no"', always(False), (always(True), always(None)), {}, YES_NO),
        Case("day", 'always "2026-01-31"', always("2026-01-31"), (always("2026-02-01"),), {}, DATE),
        Case("office", "always setting office", always("Peoria"), (always("Chicago"), always("setting office")), {}),
        Case("blank", "left blank", always(None), (always("x"), always("null")), {}),
        Case("out", "left out", always(KEEP), (always("x"), always("null")), {}),
        Case("null", "null", always(None), (always(""), always("null")), {}),
        Case("empty", "empty text", always(""), (always(None), always(KEEP)), {}),
        Case("none", "empty list", always([]), (always(None), always(["x"])), {}, many(TEXT)),
    ),
    toml='[settings]\noffice = "Peoria"\n',
)
