"""Make a plain value of a field as its readers need it: in what form, with how many decimals, of which country."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from signoff.agreement.resolved import Agreement, Handle
from signoff.expressions.evaluate import as_text
from signoff.record import Value, blank
from signoff.rules.geography import country_code, is_some_state, state_code, states_of
from signoff.rules.phone import example_numbers, phone
from signoff.rules.reading import breaks
from signoff.schema import Entity, Field, Side, Type
from signoff.strategies.abroad import countries_read, homes
from signoff.strategies.made import raw_of
from signoff.strategies.people import People
from signoff.strategies.shapes import delimiters, places, shapes

TRIES = 6
"""Phones or states of another country that are drawn, of which one is to fit the field."""


def _nothing(_path: str) -> Value:
    return None


def _code(value: Value, home: str) -> str:
    return (country_code(value) if isinstance(value, str) else None) or home


def _read(kind: Type, value: str, country: str) -> bool:
    """Tell whether a phone or a state can be read in a country; anything else can be read everywhere."""
    if kind is Type.PHONE:
        return phone(value.strip(), country) is not None
    return kind is not Type.STATE or state_code(value, country) is not None


class Plain:
    """Make plain raw values by what the rows of an agreement make of a field."""

    def __init__(self, agreement: Agreement, people: People) -> None:
        self._people = people
        self._delimiters = delimiters(agreement)
        self._shapes = shapes(agreement)
        self._places = places(agreement)
        self._homes = homes(agreement)
        self._countries = countries_read(agreement)
        self._drawing: dict[tuple[Side, str, str], tuple[Field, Callable[[], Value]]] = {}
        """What draws the values of each field."""

    def value(self, side: Side, entity: str, field: Field, zone: ZoneInfo) -> Value:
        """Return a plain raw value of a field; `zone` is its system's."""
        key = (side, entity, field.path)
        known = self._drawing.get(key)
        if known is None or known[0] is not field:
            known = self._drawing[key] = (field, self._drawn(key, field, zone))
        return known[1]()

    def _drawn(self, key: tuple[Side, str, str], field: Field, zone: ZoneInfo) -> Callable[[], Value]:
        """Return what draws one raw value of a field after the other."""
        delimiter, between = self._delimiters.get(key, ("", ""))
        read_as = self._shapes.get(key, field.type)
        shape = field if read_as is field.type else replace(field, type=read_as)
        make = self._people.maker(shape, delimiter, between, self._homes.get(key, ""))
        places = min((one for one in (self._places.get(key), field.decimals) if one is not None), default=None)
        read = shape.type is not field.type

        def draw() -> Value:
            typed = make()
            if places is not None and isinstance(typed, Decimal):
                # As many decimals as its own field and all who receive it can hold.
                typed = round(typed, places)
            return as_text(typed) if read else raw_of(field, typed, zone)

        return draw

    def read_as(self, side: Side, one: Handle) -> Type:
        """Return what the rules take a field for: a text may hold a phone."""
        return self._shapes.get((side, one.entity, one.path), one.leaf.type)

    def countries(self, side: Side, entity: str) -> set[str]:
        """Return the paths of an entity's countries in which its phones or states are read."""
        return set(self._countries.get((side, entity), {}).values())

    def has(self, side: Side, one: Handle, country: str) -> bool:
        """Tell whether a country has what a field holds: not every one has states."""
        known = states_of(country) if self.read_as(side, one) is Type.STATE else example_numbers(country)
        return bool(known)

    def national(self, side: Side, one: Handle, country: str) -> str:
        """Return a phone or a state as the people of a country write it among themselves; "" where none fits."""
        state = self.read_as(side, one) is Type.STATE
        drawn = (self._people.state(country) if state else self._people.national(country) for _ in range(TRIES))
        return next((found for found in drawn if not breaks(one.leaf, found)), "")

    def at_home(
        self,
        entity: Entity,
        side: Side,
        values: Callable[[str], Value],
        before: Callable[[str], Value] = _nothing,
        entered: Collection[str] | None = None,
    ) -> dict[str, Value]:
        """Return the phones and states that a record needs instead, to be of the country that it names, by path.

        `values` gives what stands at a path, `before` what stood there. What no country knows stays as it is: it is bad
        on purpose; so does what can be read in the record's country. `entered`: what people give a value now. A state
        of any country that stands elsewhere was of no matter as long as nobody read it, and is moved as well.
        """
        found: dict[str, Value] = {}
        for path, country in self._countries.get((side, entity.name), {}).items():
            key, known, value = (side, entity.name, path), entity.field_at(path), values(path)
            if known is None or not isinstance(value, str) or blank(value):
                continue
            home = self._homes.get(key) or self._people.country
            code, old = _code(values(country), home), _code(before(country), home)
            kind = self._shapes.get(key, known.type)
            stray = entered is not None and path not in entered and kind is Type.STATE and is_some_state(value)
            if _read(kind, value, code) or not (stray or any(_read(kind, value, one) for one in (home, old))):
                continue
            drawn = self._people.phone if kind is Type.PHONE else self._people.state
            made = (drawn(code) for _ in range(TRIES))
            fitting = next((one for one in made if _read(kind, one, code) and not breaks(known, one)), None)
            if fitting is not None:
                found[path] = fitting
        return found
