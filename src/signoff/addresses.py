"""Hold what an address service knows: which address is meant by what people typed, and how sure it is of that.

Data only. The rules work out from it what must arrive, and the simulator of a service answers from it; neither knows
how the other looks an address up.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Answer(StrEnum):
    """Name what a service says of an address, in the words of scope documents."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    UNCERTAIN = "uncertain"
    UNKNOWN = "unknown"
    NONE = "no answer"


class Mark(StrEnum):
    """Name what a service remarks on one part of an address."""

    SPELLING = "spelling corrected"
    REPLACED = "replaced"
    INFERRED = "inferred"
    UNCONFIRMED = "unconfirmed"
    MISSING = "missing"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class Address:
    """Hold the parts of an address; `state` and `country` are codes where they are known. "" is blank."""

    street: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one address as people type it, and what the service makes of it.

    `told` is what the service shows: the right address where it is accepted or corrected, a mere suggestion where the
    answer is uncertain, what is left of it where it is unknown. `marks` are its remarks: (part, mark), where a part is
    street number, route, subpremise, city, state, postcode or postcode suffix.
    """

    typed: Address
    answer: Answer
    told: Address
    marks: tuple[tuple[str, Mark], ...] = ()


@dataclass(frozen=True, eq=False)
class AddressBook:
    """Hold every address that a service knows; what does not stand here, it does not know. Compared by identity."""

    entries: tuple[Entry, ...] = ()


NO_BOOK: Final = AddressBook()


@dataclass(frozen=True, slots=True)
class Service:
    """Hold what an address service would say at one moment. `down`: it gives no answer."""

    book: AddressBook = NO_BOOK
    down: bool = False


NO_SERVICE: Final = Service()
