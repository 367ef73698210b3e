"""Draw addresses of which the address service has something to say, and the families that show each answer."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from signoff.addresses import Address, AddressBook, Answer, Entry, Mark
from signoff.agreement.abilities import changeable, handle
from signoff.agreement.addresses import correcting
from signoff.agreement.resolved import Agreement, BoundRow, Handle, Pair
from signoff.record import Value
from signoff.rules.address import part_of
from signoff.rules.geography import country_code
from signoff.schema import Field, Side

ANSWERS: Final = (Answer.CORRECTED, Answer.UNCERTAIN, Answer.UNKNOWN, Answer.ACCEPTED)
OUTAGES: Final = ("unavailable", "over quota")
"""What is wrong with the service in the phase in which it gives no answer, by chance."""

_TOWNS: Final = (
    ("Quincy", "MA", "021"),  # what is read as a number loses its zero
    ("Peoria", "IL", "616"), ("Joliet", "IL", "604"), ("Austin", "TX", "787"), ("Dayton", "OH", "454"),
    ("Reno", "NV", "895"), ("Salem", "OR", "973"), ("Tacoma", "WA", "984"), ("Lansing", "MI", "489"),
)  # fmt: skip
_STREETS: Final = ("Maple St", "Oak Ave", "Lakeview Dr", "Sycamore Ln", "Foundry Rd", "Harbor Blvd", "Walnut Ct")
_TRADES: Final = ("mill", "granary", "brickworks", "rail yard", "cannery")


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold the sending fields that make one address: of which record of a binding, which part at which path."""

    pair: Pair
    row: BoundRow
    parts: Mapping[str, Handle]

    @property
    def entity(self) -> tuple[Side, str]:
        """Return the sending entity."""
        return self.pair.sender, self.pair.source

    def values(self, typed: Address) -> dict[str, Value]:
        """Return an address as the raw values of its fields, by path."""
        found: dict[str, Value] = {}
        for part, one in self.parts.items():
            text = getattr(typed, part)
            found[one.path] = _country(one.leaf, text) if part == "country" else text or None
        return found


def asked(agreement: Agreement) -> tuple[Asked, ...]:
    """Return every address of a sending record's own fields that the service is asked about."""
    found: list[Asked] = []
    for pair in agreement.directions():
        for sources, rows in correcting(pair).items():
            handles = {part_of(source): handle(agreement, pair, source) for source in sources}
            parts = {part: one for part, one in handles.items() if one is not None and one.via == ""}
            if len(parts) == len(handles) and all(changeable(one.leaf) for one in parts.values()):
                found.append(Asked(pair, rows[0], parts))
    return tuple(found)


def outage(agreement: Agreement, seed: int) -> str:
    """Return what is wrong with the service in the last phase; "" where nobody asks it."""
    if agreement.integration.address is None or not any(correcting(pair) for pair in agreement.directions()):
        return ""
    rng = random.Random(f"{seed}/outage")  # noqa: S311 - reproducible on purpose, nothing secret
    return rng.choice(OUTAGES)


class Addresses:
    """Draw addresses, no two alike; `entries` is what the service has to know of them."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(f"{seed}/addresses")  # noqa: S311 - reproducible on purpose, nothing secret
        self._numbers: Iterator[int] = iter(self._rng.sample(range(100, 9900), 9800))
        self._turns = dict.fromkeys(Answer, 0)
        self.entries: list[Entry] = []
        self._book = AddressBook()

    @property
    def book(self) -> AddressBook:
        """Return the book of all addresses drawn so far."""
        if len(self._book.entries) != len(self.entries):
            self._book = AddressBook(tuple(self.entries))
        return self._book

    def draw(self, answer: Answer | None = None) -> Entry:
        """Draw an address for which the service gives an answer; None: any."""
        answer = answer or self._rng.choice(ANSWERS)
        number = next(self._numbers)
        turn = self._turns[answer]
        city, state, begin = _TOWNS[0] if turn % 4 == 0 else self._rng.choice(_TOWNS)
        right = Address(f"{number} {self._rng.choice(_STREETS)}", city, state, f"{begin}{number % 90 + 10}", "US")
        self._turns[answer] += 1
        made = {
            Answer.ACCEPTED: _accepted,
            Answer.CORRECTED: _corrected,
            Answer.UNCERTAIN: _uncertain,
            Answer.UNKNOWN: self._unknown,
        }[answer](right, turn)
        self.entries.append(made)
        return made

    def _unknown(self, right: Address, _turn: int) -> Entry:
        number = right.street.partition(" ")[0]
        typed = _with(right, street=f"Lot {number} behind the {self._rng.choice(_TRADES)}")
        told = _with(right, street="", postcode=right.postcode[:3] + "01")
        return Entry(typed, Answer.UNKNOWN, told, (("route", Mark.UNRESOLVED), ("postcode", Mark.UNCONFIRMED)))


def _with(address: Address, **parts: str) -> Address:
    known = {name: getattr(address, name) for name in ("street", "city", "state", "postcode", "country")}
    return Address(**{**known, **parts})


def _misspelt(text: str) -> str:
    """Return a text of which two letters in the middle of the last long word are turned round."""
    words = text.split(" ")
    at = max(range(len(words)), key=lambda one: len(words[one]))
    word = words[at]
    for spot in range(1, len(word) - 1):
        if word[spot] != word[spot + 1]:
            words[at] = word[:spot] + word[spot + 1] + word[spot] + word[spot + 2 :]
            break
    return " ".join(words)


def _other_postcode(postcode: str) -> str:
    return postcode[:3] + f"{(int(postcode[3:]) + 7) % 90 + 10}"


def _accepted(right: Address, _turn: int) -> Entry:
    return Entry(right, Answer.ACCEPTED, right)


def _corrected(right: Address, turn: int) -> Entry:
    """Correct two parts of an address, others each time, so that every part is corrected in some."""
    kinds: tuple[tuple[Address, Address, tuple[tuple[str, Mark], ...]], ...] = (
        (
            _with(right, street=_misspelt(right.street), postcode=_other_postcode(right.postcode)),
            right,
            (("route", Mark.SPELLING), ("postcode", Mark.REPLACED)),
        ),
        (
            _with(right, city=_misspelt(right.city), state="WY" if right.state != "WY" else "UT"),
            right,
            (("city", Mark.SPELLING), ("state", Mark.REPLACED)),
        ),
        (
            _with(right, street=_misspelt(right.street)),
            _with(right, postcode=f"{right.postcode}-1{right.postcode[2:]}"),
            (("route", Mark.SPELLING), ("postcode suffix", Mark.INFERRED)),
        ),
        (
            _with(right, postcode="", state="WY" if right.state != "WY" else "UT"),
            right,
            (("postcode", Mark.INFERRED), ("state", Mark.REPLACED)),
        ),
    )
    typed, told, marks = kinds[turn % len(kinds)]
    return Entry(typed, Answer.CORRECTED, told, marks)


def _uncertain(right: Address, turn: int) -> Entry:
    """Suggest something that nobody confirms: each time another part of it would be wrong to take."""
    kinds: tuple[tuple[Address, tuple[tuple[str, Mark], ...]], ...] = (
        (
            _with(right, postcode=_other_postcode(right.postcode)),
            (("subpremise", Mark.MISSING), ("postcode", Mark.REPLACED)),
        ),
        (
            _with(right, city="Springfield", state="MO"),
            (("street number", Mark.UNCONFIRMED), ("city", Mark.REPLACED), ("state", Mark.REPLACED)),
        ),
        (
            _with(right, street=_misspelt(right.street)),
            (("route", Mark.UNCONFIRMED), ("route", Mark.SPELLING)),
        ),
    )
    told, marks = kinds[turn % len(kinds)]
    return Entry(right, Answer.UNCERTAIN, told, marks)


def _country(leaf: Field, code: str) -> Value:
    """Return a country as a field holds it: the choice that means it, else its code."""
    return next((one for one in leaf.choices if country_code(one) == code), code)


def addressed(groups: tuple[Asked, ...], drawn: Addresses, side: Side, entity: str) -> dict[str, Any]:
    """Return an address for a new record of an entity, by path; nothing where the service is not asked about it."""
    found: dict[str, Any] = {}
    for one in groups:
        if one.entity == (side, entity):
            found |= one.values(drawn.draw().typed)
    return found
