"""Correct an address part by part, as an address service answered about the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from signoff.addresses import Address, AddressBook, Answer, Entry, Mark, Service
from signoff.expressions.evaluate import as_text
from signoff.expressions.tree import Step
from signoff.record import blank
from signoff.rules import sources as s
from signoff.rules.context import Context, SourceField
from signoff.rules.geography import country_code, folded, part_named, state_code
from signoff.rules.registry import BLANK, Run, ex, rule
from signoff.rules.wording import normal
from signoff.rules.work import Work
from signoff.schema import Type

CORRECTED: Final = "address corrected"
"""The phrase, as a rule's step names it."""

PARTS: Final = ("street", "city", "state", "postcode", "country")
_PLACE: Final = {0: "street", 2: "city", 3: "state", 4: "postcode", 5: "country"}

_PEORIA: Final = {"street": "412 Mapel St", "city": "Peoria", "state": "IL", "zip": "61602"}
_DAYTON: Final = {"street": "500 Tower Blvd", "city": "Dayton", "state": "OH", "zip": "45402"}
_SALEM: Final = {"street": "behind the old mill", "city": "Salem", "state": "OR", "zip": "97301"}
_BOOK: Final = AddressBook(
    (
        Entry(
            Address("412 Mapel St", "Peoria", "IL", "61602", "US"),
            Answer.CORRECTED,
            Address("412 Maple St", "Peoria", "IL", "61604", "US"),
            (("route", Mark.SPELLING), ("postcode", Mark.REPLACED)),
        ),
        Entry(
            Address("500 Tower Blvd", "Dayton", "OH", "45402", "US"),
            Answer.UNCERTAIN,
            Address("500 Tower Blvd", "Dayton", "OH", "45404", "US"),
            (("subpremise", Mark.MISSING), ("postcode", Mark.REPLACED)),
        ),
    )
)
_UP: Final[Mapping[str, Any]] = {"service": Service(_BOOK)}
_DOWN: Final[Mapping[str, Any]] = {"service": Service(_BOOK, down=True)}


def part_of(name: str) -> str:
    """Return which part of an address a field holds by its name: street, city, state, postcode, country; "" if none."""
    return _PLACE.get(part_named(name), "")


def typed_address(texts: Mapping[str, Any], default_country: str) -> Address:
    """Return the address that people typed, part by part, as a service is asked about it."""
    plain = {
        part: "" if blank(value) or isinstance(value, Mapping | list) else normal(as_text(value))
        for part, value in texts.items()
    }
    country = plain.get("country", "")
    code = (country_code(country) or country) if country else default_country
    street, city, state, postcode = (plain.get(part, "") for part in PARTS[:4])
    return Address(street, city, state, postcode, code)


def _key(one: Address) -> tuple[str, ...]:
    state = state_code(one.state, one.country) or one.state
    return tuple(map(folded, (one.street, one.city, state, one.postcode, one.country)))


@lru_cache(maxsize=8)
def _index(book: AddressBook) -> Mapping[tuple[str, ...], Entry]:
    return {_key(one.typed): one for one in book.entries}


def known(service: Service, typed: Address) -> Entry | None:
    """Return what the service knows of an address as typed, whether it answers just now or not; None: nothing."""
    return _index(service.book).get(_key(typed))


def answer(service: Service, typed: Address) -> Answer:
    """Return what the service says of an address as typed; what it does not know is unknown."""
    if service.down:
        return Answer.NONE
    found = known(service, typed)
    return found.answer if found is not None else Answer.UNKNOWN


def asked(context: Context, sources: Sequence[str]) -> Address:
    """Return the address that stands in the sending fields of a row."""
    return typed_address({part_of(one): context.value(one) for one in sources}, context.default_country)


@rule(
    CORRECTED,
    family="places",
    says="as the address service corrects it",
    computes="Of the address in the sending cell, the part that the receiving field is named after (street, city, "
    "state, postcode), as the address service corrected it; as it was typed where the service is not sure, does not "
    "know the address, or gives no answer. The sending cell names the parts that the service is asked about: a street, "
    "a city, a state, a postcode, a country (blank: the default country). What a service has said of an address stands "
    "until people change the address: an outage alone changes nothing, and neither does its end.",
    compares="As text, a state as the same state where the receiving field is one.",
    inverts="what people typed cannot be told from what was corrected",
    near="The last character lost, another state's code.",
    starts=True,
    on_blank=True,
    examples=[
        ex(CORRECTED, _PEORIA, "412 Maple St", s.VALIDATION, part="street", **_UP),
        ex(CORRECTED, _PEORIA, "61604", s.VALIDATION, part="postal_code", **_UP),
        ex(CORRECTED, _PEORIA, "Peoria", s.VALIDATION, part="city", **_UP),
        ex(CORRECTED, _PEORIA, "IL", s.VALIDATION, Type.TEXT, Type.STATE, part="state", **_UP),
        ex(CORRECTED, {**_PEORIA, "state": "Illinois"}, "412 Maple St", s.ISO3166_2, part="street", **_UP),
        ex(CORRECTED, {**_PEORIA, "country": "Canada"}, "412 Mapel St", s.VALIDATION, {"country": Type.COUNTRY},
           part="street", **_UP),
        ex(CORRECTED, _DAYTON, "45402", s.VALIDATION, part="postal_code", **_UP),
        ex(CORRECTED, _SALEM, "behind the old mill", s.VALIDATION, part="street", **_UP),
        ex(CORRECTED, _PEORIA, "412 Mapel St", s.GOOGLE_ERRORS, part="street", **_DOWN),
        ex(CORRECTED, {"street": " ", "city": "Salem"}, BLANK, s.CLEARING, part="street", **_UP),
    ],
)  # fmt: skip
def build_corrected(_step: Step, work: Work) -> Run:
    """Build `address corrected`: the part of the receiving field, out of the answer about the whole."""
    target = work.types.target_name or (work.types.target.path if work.types.target is not None else "")
    part = part_of(target)
    if part in ("", "country"):
        raise work.wrong(
            "a receiving field named after a part of an address: street, city, state, postcode",
            f"`{target}`",
            "Give each part of the address a row of its own; a country takes `country as 2-letter code`.",
        )
    names: dict[str, SourceField] = {}
    for source in work.types.sources:
        which = part_of(source.name)
        if not which or which in names:
            raise work.wrong(
                "the parts of one address in the sending cell, each once: street, city, state, postcode, country",
                f"`{source.name}`, " + ("a second " + which if which else "which is none by its name"),
                "Name the fields that the address service is asked about, and no others.",
            )
        names[which] = source
    if part not in names or not {"street", "city", "postcode"} & (names.keys() - {part}):
        raise work.wrong(
            f"the whole address in the sending cell, with the {part} that the row is about",
            ", ".join(one.name for one in work.types.sources) or "an empty sending cell",
            "Write for instance: street, city, state, zip, country.",
        )
    work.type = Type.STATE if part == "state" else Type.TEXT
    cell = {which: source.name for which, source in names.items()}

    def run(_value: Any, context: Context) -> str | None:
        typed = typed_address({which: context.value(name) for which, name in cell.items()}, context.default_country)
        service = context.moment.service
        found = known(service, typed) if answer(service, typed) is Answer.CORRECTED else None
        return getattr(found.told if found is not None else typed, part) or None

    return run
