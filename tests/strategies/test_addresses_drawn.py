"""Drawn addresses: reproducible, each with its answer, and the simulator says of each what the rules expect."""

from __future__ import annotations

from typing import Any

import pytest

from signoff.addresses import AddressBook, Answer, Entry, Service
from signoff.rules.address import answer, known
from signoff.strategies.addressed import ANSWERS, Addresses
from signoff.systems.google_address.answers import Lookup, validated

DRAWN = Addresses(5)
ENTRIES = [DRAWN.draw(one) for one in ANSWERS for _ in range(24)]


def test_a_seed_draws_the_same_addresses() -> None:
    again = Addresses(5)
    assert [again.draw(one) for one in ANSWERS for _ in range(24)] == ENTRIES
    assert Addresses(6).draw(Answer.CORRECTED) != ENTRIES[0]


def test_no_two_are_typed_alike() -> None:
    assert len({one.typed for one in ENTRIES}) == len(ENTRIES)
    assert DRAWN.book.entries == tuple(ENTRIES)


def test_every_part_is_corrected_in_some() -> None:
    for answer_ in (Answer.CORRECTED, Answer.UNCERTAIN):
        changed = {
            part
            for one in ENTRIES
            if one.answer is answer_
            for part in ("street", "city", "state", "postcode")
            if getattr(one.typed, part) != getattr(one.told, part)
        }
        assert changed == {"street", "city", "state", "postcode"}


def test_what_is_accepted_stands_and_everything_else_differs() -> None:
    for one in ENTRIES:
        assert (one.typed == one.told) == (one.answer is Answer.ACCEPTED)


@pytest.mark.parametrize("one", ENTRIES, ids=range(len(ENTRIES)))
def test_the_simulator_says_what_the_rules_expect(one: Entry) -> None:
    book = AddressBook(tuple(ENTRIES))
    assert known(Service(book), one.typed) is one
    assert answer(Service(book), one.typed) is one.answer
    found = validated(Lookup(book).entry(_asked(one)), 1)["result"]
    verdict, postal = found["verdict"], found["address"]["postalAddress"]
    sure = (
        verdict.get("addressComplete", False)
        and verdict["validationGranularity"] in ("PREMISE", "SUB_PREMISE")
        and not verdict.get("hasUnconfirmedComponents", False)
    )
    altered = any(
        verdict.get(flag, False)
        for flag in ("hasInferredComponents", "hasReplacedComponents", "hasSpellCorrectedComponents")
    )
    if one.answer is Answer.UNKNOWN:
        assert verdict["validationGranularity"] == "OTHER"
        return
    assert (sure, altered) == {
        Answer.ACCEPTED: (True, False),
        Answer.CORRECTED: (True, True),
        Answer.UNCERTAIN: (False, altered),
    }[one.answer]
    shown = (postal["addressLines"][0], postal["locality"], postal["administrativeArea"], postal["postalCode"])
    assert shown == (one.told.street, one.told.city, one.told.state, one.told.postcode)


def _asked(one: Entry) -> dict[str, Any]:
    return {
        "regionCode": one.typed.country,
        "addressLines": [one.typed.street],
        "locality": one.typed.city,
        "administrativeArea": one.typed.state,
        "postalCode": one.typed.postcode,
    }
