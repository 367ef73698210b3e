"""Say what a row's fields can undergo: be changed, be blanked, be edited on the other side.

Generator and checks share these answers: what the sending schema cannot do is neither tried nor promised.
"""

from __future__ import annotations

from collections.abc import Sequence

from signoff.agreement.resolved import Agreement, BoundRow, Handle, Pair
from signoff.expressions import walk
from signoff.record import Path, Segment
from signoff.schema import Entity, Field, Type


def handle(agreement: Agreement, pair: Pair, source: str) -> Handle | None:
    """Return how a source of a row is taken hold of; None when the schema does not know it."""
    known = agreement.handles
    key = (pair.name, source)
    if key not in known:
        known[key] = _found(agreement, pair, source)
    return known[key]


def _found(agreement: Agreement, pair: Pair, source: str) -> Handle | None:
    schema = agreement.schemas[pair.sender]
    segments = Path.parse(source).segments
    own = schema.entities[pair.source]
    first = segments[0].name
    if first not in own.fields and pair.linked is not None and first.lower() == pair.linked.entity.lower():
        rest, leaf = _within(schema.entities[pair.linked.entity], segments[1:])
        return Handle(source, pair.linked.entity, rest, leaf, "linked") if leaf is not None else None
    here = own.fields
    walked: list[str] = []
    for index, segment in enumerate(segments):
        found = here.get(segment.name)
        if found is None:
            return None
        walked.append(segment.name)
        if found.type is Type.REFERENCE and index < len(segments) - 1:
            other = schema.entities.get(found.entity)
            rest, leaf = _within(other, segments[index + 1 :]) if other is not None else ("", None)
            if leaf is None:
                return None
            return Handle(source, found.entity, rest, leaf, ".".join(walked), found)
        if found.type is Type.OBJECT and found.many:
            # People fill a list of things as a whole.
            return Handle(source, pair.source, ".".join(walked), found, "", found)
        here = found.fields
        if index == len(segments) - 1:
            return Handle(source, pair.source, ".".join(walked), found, "", found)
    return None


def _within(entity: Entity, segments: Sequence[Segment]) -> tuple[str, Field | None]:
    """Return the path in another record that a source leads to, with its field; a list of things is one field."""
    for end in range(1, len(segments)):
        path = ".".join(one.name for one in segments[:end])
        found = entity.field_at(path)
        if found is not None and found.type is Type.OBJECT and found.many:
            return path, found
    path = ".".join(one.name for one in segments)
    return path, entity.field_at(path)


def changeable(field: Field) -> bool:
    """Tell whether a person can change a field after the record was made."""
    return not (field.read_only or field.create_only or field.technical)


def clearable(field: Field) -> bool:
    """Tell whether a person can blank a field after the record was made."""
    return changeable(field) and not field.mandatory and (field.nullable or field.many)


def can_change(agreement: Agreement, pair: Pair, row: BoundRow) -> bool:
    """Tell whether some source of a row can be changed, in its own record or by following a reference."""
    for source in row.sources:
        found = handle(agreement, pair, source)
        if found is not None and (
            changeable(found.leaf)
            or (found.via not in ("", "linked") and found.head is not None and changeable(found.head))
        ):
            return True
    return False


def can_blank(agreement: Agreement, pair: Pair, row: BoundRow) -> bool:
    """Tell whether all sources of a row can be blanked, so that the receiving field can be seen to follow."""
    handles = [handle(agreement, pair, source) for source in row.sources]
    return bool(handles) and all(
        one is not None
        and (clearable(one.leaf) or (one.via not in ("", "linked") and one.head is not None and clearable(one.head)))
        for one in handles
    )


def must_be_filled(row: BoundRow) -> bool:
    """Tell whether a blank result makes the record bad data: the row or the receiving schema requires a value."""
    return row.required or (row.target_field is not None and row.target_field.mandatory)


def editable_target(pair: Pair, row: BoundRow) -> bool:
    """Tell whether a person can edit the receiving field without breaking a link or a reference."""
    field = row.target_field
    return (
        field is not None
        and changeable(field)
        and field.type not in (Type.REFERENCE, Type.OBJECT, Type.FILE)
        and row.statement != pair.link_statement
        and row.target == row.target_top
    )


def can_clear_back(agreement: Agreement, pair: Pair, row: BoundRow) -> bool:
    """Tell whether the receiving field of a two-way row can be cleared by people, and the sending one follow."""
    here = row.target_field
    there = handle(agreement, pair, row.sources[0])
    return here is not None and clearable(here) and there is not None and clearable(there.leaf) and not row.required


def can_leave(agreement: Agreement, pair: Pair) -> bool:
    """Tell whether a record can come to another population row after it was made: a day, a field or a record moves."""
    for case in pair.population:
        if case.condition is None:
            continue
        if walk.entities(case.condition):
            return True
        for used in walk.names(case.condition):
            found = handle(agreement, pair, used.name)
            flag = agreement.schemas[pair.sender].entities[pair.source].deleted_flag
            if used.name == flag or (found is not None and changeable(found.leaf)):
                return True
    return False
