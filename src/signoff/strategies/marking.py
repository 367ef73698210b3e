"""Turn drafted records into what a script says of them: where one holds another's provisional id stands a marker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signoff.agreement.resolved import Agreement
from signoff.record import Value
from signoff.schema import Entity, Field, Side, Type
from signoff.strategies.made import linked_texts
from signoff.strategies.script import PARTNER, REF, TEXT_OF_ID


class Marking:
    """Turn references into markers; `names` are those of the drafted records, by side, entity and id."""

    def __init__(self, agreement: Agreement, names: Mapping[tuple[Side, str, str], str]) -> None:
        self._agreement = agreement
        self._names = names
        self._linked = linked_texts(agreement)

    def marked(self, side: Side, kind: Entity, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return raw fields with every reference turned into a marker; the id itself is left to the system."""
        linked = self._linked.get((side, kind.name))
        found: dict[str, Any] = {}
        for name, value in fields.items():
            field = kind.fields.get(name)
            if name == kind.id_field:
                continue
            if field is not None and field.type is Type.REFERENCE:
                found[name] = (
                    [self._reference(side, field, one) for one in value]
                    if isinstance(value, list)
                    else self._reference(side, field, value)
                )
            elif linked is not None and linked[1] == name and isinstance(value, str):
                known = self._names.get((Side.ATS, linked[0], value))
                found[name] = {TEXT_OF_ID: known} if known is not None else value
            else:
                found[name] = value
        return found

    def _reference(self, side: Side, field: Field, value: Value) -> Value:
        raw = value.get("id") if isinstance(value, Mapping) else value
        if raw is None:
            return value
        text = str(raw)
        name = self._names.get((side, field.entity, text))
        if name is not None:
            return {"id": {REF: name}} if isinstance(value, Mapping) else {REF: name}
        if text.startswith("p"):
            for other in self._agreement.pairs:
                name = self._names.get((other.sender, other.source, text[1:]))
                if name is not None and other.target == field.entity:
                    return {"id": {PARTNER: name}} if isinstance(value, Mapping) else {PARTNER: name}
        return value
