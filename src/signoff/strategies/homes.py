"""Make the families of rows that read a phone or a state in the country of the record: several, each at home."""

from __future__ import annotations

from typing import Final, cast

from signoff.agreement.abilities import changeable, handle
from signoff.agreement.resolved import BoundRow, Handle, Pair
from signoff.expressions.walk import names
from signoff.record import Value
from signoff.rules.geography import country_code
from signoff.schema import Type
from signoff.strategies.abroad import reads_in_a_country
from signoff.strategies.arms import Arms, Member
from signoff.strategies.changes import Changes, changing

ARM: Final = "at home"
COUNTRIES: Final = 3
"""Countries besides the integration's own in which a row is tried, at the least effort."""


def fill_at_home(arms: Arms) -> None:
    """Make records with a country and a phone or a state of it, as its own people write them, for every binding."""
    for pair in arms.world.agreement.pairs:
        for row in pair.rows:
            found = _read(arms, pair, row)
            if found is not None:
                _fill(arms, pair, row, *found)


def _read(arms: Arms, pair: Pair, row: BoundRow) -> tuple[Handle, Handle] | None:
    """Return the phone or state of a row and the country in which it is read; None where none is."""
    if row.rule is None or not reads_in_a_country(row):
        return None
    found = [handle(arms.world.agreement, pair, source) for source in row.sources]
    own = [one for one in found if one is not None and one.via == "" and not one.leaf.many and changeable(one.leaf)]
    countries = [one for one in own if one.leaf.type is Type.COUNTRY]
    read = [one for one in own if arms.world.plain.read_as(pair.sender, one) in (Type.PHONE, Type.STATE)]
    if len(own) != len(found) or len(countries) != 1 or len(read) != 1:
        return None
    asked = row.rule.modifiers.only_when
    if asked is not None and countries[0].source in {used.name for used in names(asked)}:
        return None  # it decides already for which countries the row speaks
    return read[0], countries[0]


def _fill(arms: Arms, pair: Pair, row: BoundRow, one: Handle, country: Handle) -> None:
    world = arms.world
    pool = arms.pools.of(pair.sender, country.entity, country.path)
    known: dict[str, Value] = {}
    for value in (*pool.good, *pool.edges):
        code = country_code(value) if isinstance(value, str) else None
        if code is not None and world.plain.has(pair.sender, one, code):
            known.setdefault(code, value)
    home = world.agreement.integration.default_country
    others = sorted(set(known) - {home})
    drawn = world.rng.sample(others, min(len(others), COUNTRIES + arms.count - 1))
    found: list[dict[str, Value]] = []
    for code in (*([home] if home in known else []), *drawn):
        written = world.plain.national(pair.sender, one, code)
        found += [{country.path: known[code], one.path: written}] if written else []
    for index, values in enumerate(found):
        member = arms.add(pair, ARM, row, values, index=index)
        member.choices = [*found[index + 1 :], *found[: index + 1]]


@changing(ARM)
def _moves(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Let people move to another country, with a phone or a state of there."""
    if member.choices:
        values = cast("dict[str, Value]", member.choices[turn % len(member.choices)])
        changes.write(member, member.subject, values, label)
