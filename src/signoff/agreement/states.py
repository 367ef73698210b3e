"""Bind states: what the toml calls a state of a receiving record, held against that record's schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signoff.agreement.resolved import Pair, State
from signoff.errors import Place, Problem, nearest
from signoff.schema import Side, SystemSchema
from signoff.scope import Integration


@dataclass(slots=True)
class StateBinder:
    """Bind the states of one integration; `problems` collects what is wrong with them."""

    integration: Integration
    schemas: Mapping[Side, SystemSchema]
    problems: list[Problem]

    def of(self, pair: Pair) -> Mapping[str, Mapping[str, Any]]:
        """Return the states that the toml gives the receiving records of a binding."""
        names = dict.fromkeys((pair.name, pair.entity.name, pair.target))
        return next((found for one in names if (found := self.integration.states.get(one))), {})

    def state(self, pair: Pair, name: str, place: Place) -> State | None:
        """Return a state by its name; None, with the problem told, where there is none or it cannot be."""
        known = self.of(pair)
        found = next((one for one in known if one.lower() == name.lower()), None)
        if found is None:
            table = f"[states.{pair.entity.name}]"
            self.problems.append(
                Problem(
                    place,
                    f"a state of {table}: {', '.join(known)}" if known else f"a state of {table}",
                    f"`{name}`",
                    nearest(name, known),
                    how=f"Name a state that {self.integration.file} defines, or define this one there: "
                    f"`{name} = {{ FIELD = VALUE }}`.",
                    code="unknown-state",
                )
            )
            return None
        fields = {one: tuple(value) if isinstance(value, list) else (value,) for one, value in known[found].items()}
        wrong = [problem for one, values in fields.items() if (problem := self._misfit(pair, found, one, values))]
        self.problems += wrong
        return None if wrong or not fields else State(found, tuple(fields.items()))

    def _misfit(self, pair: Pair, state: str, name: str, values: tuple[Any, ...]) -> Problem | None:
        """Return what is wrong with one field of a state."""
        receiver = pair.sender.other
        entity = self.schemas[receiver].entities[pair.target]
        field = entity.fields.get(name)
        place = Place(self.integration.file, cell=f"states.{pair.entity.name}.{state}.{name}")
        if field is None:
            return Problem(
                place,
                f"a field of {pair.target} ({self.integration.systems[receiver].name})",
                f"`{name}`",
                nearest(name, entity.fields),
                how="Write the field as the system names it.",
                code="unknown-field",
            )
        strange = next(
            (one for one in values if field.choices and field.closed and str(one) not in field.choices), None
        )
        if strange is None:
            return None
        return Problem(
            place,
            f"a value of {pair.target}.{name}: {', '.join(field.choices)}",
            f'"{strange}"',
            nearest(str(strange), field.choices),
            how="Write a value that the receiving system takes.",
            code="unknown-state",
        )
