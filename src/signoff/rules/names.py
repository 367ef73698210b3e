"""Work out once how a name is read from a record: own fields, objects, references, linked records, lists.

`owner.name` follows the reference in either form (`{"id": 5}` or the bare id), `skills[].name` gives a list,
`tags[name is "x"].value` picks an item by its key, `Placement.payRate` reads the record that the binding links.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from signoff.errors import Place
from signoff.expressions.evaluate import condition
from signoff.expressions.parse import parse_condition
from signoff.record import ABSENT, Path, Segment, Value, blank
from signoff.schema import Field, Type

if TYPE_CHECKING:
    from signoff.rules.context import Context, World


@dataclass(frozen=True, slots=True)
class Resolved:
    """Hold how a name is read. `field` is None when the schema does not know it; `many`: the value is a list."""

    get: Callable[[Context], Value]
    field: Field | None = None
    many: bool = False
    known: bool = True


def resolve(world: World, entity: str, name: str) -> Resolved:
    """Work out a name for records of an entity (or for list items registered under `Entity.path`)."""
    try:
        segments = list(Path.parse(name).segments)
    except ValueError:
        return Resolved(lambda _: ABSENT, known=False)
    if len(segments) > 1 and segments[-1].name == "*":
        # `customFields.*` stands for every field of that level: the object itself.
        segments = segments[:-1]
    fields = world.fields_of(entity)
    head = segments[0]
    linked = "" if _own(fields, head.name, world.labels) else world.entity_named(head.name)
    if linked and len(segments) > 1:
        inner = resolve(world, linked, str(Path(tuple(segments[1:]))))
        return Resolved(_through_linked(linked, inner), inner.field, inner.many, inner.known)
    if len(segments) == 1 and not head.many and not head.where:
        one = _own(fields, head.name, world.labels)
        key = one.name if one is not None else world.labels.get(head.name, head.name)
        return Resolved(_plain(key), one, one is not None and one.many, one is not None)
    return _walked(world, fields, segments)


def canonical(world: World, entity: str, name: str) -> str:
    """Return a name with the API's name in place of every label of a field, and of every word for a linked entity.

    What no schema knows stays as it is written. A label of the toml that belongs to another entity leads to that
    entity's record.
    """
    try:
        segments = list(Path.parse(name).segments)
    except ValueError:
        return name
    fields = world.fields_of(entity)
    linked = "" if _own(fields, segments[0].name, {}) else world.entity_named(segments[0].name)
    if linked and len(segments) > 1:
        return f"{linked}.{canonical(world, linked, str(Path(tuple(segments[1:]))))}"
    made: list[Segment] = []
    here = fields
    for index, segment in enumerate(segments):
        found = _own(here, segment.name, world.labels if index == 0 else {})
        made.append(replace(segment, name=found.name) if found is not None else segment)
        if found is not None:
            here = world.fields_of(found.entity) if found.type is Type.REFERENCE else found.fields
    return str(Path(tuple(made)))


def _plain(key: str) -> Callable[[Context], Value]:
    return lambda context: context.record.get(key, ABSENT)


def _own(fields: Mapping[str, Field], name: str, labels: Mapping[str, str]) -> Field | None:
    found = fields.get(name)
    if found is None and name in labels:
        found = fields.get(labels[name])
    if found is None:
        several = labelled_so(fields.values(), name)
        found = several[0] if len(several) == 1 else None
    return found


def labelled_so(fields: Iterable[Field], label: str) -> list[Field]:
    """Return the fields that have a label, in whatever case; one that several have names none of them."""
    wanted = label.casefold()
    return [one for one in fields if one.label and one.label.casefold() == wanted]


def _through_linked(linked: str, inner: Resolved) -> Callable[[Context], Value]:
    # The package imports names before Context exists; the class is only needed once a record is read.
    def through(context: Context) -> Value:
        record = context.linked.get(linked)
        if record is None:
            return ABSENT
        return inner.get(type(context)(context.world, linked, record, context.moment))

    return through


Stage = Any


def _walked(world: World, fields: Mapping[str, Field], segments: list[Segment]) -> Resolved:
    stages: list[tuple[str, Field | None, Segment, bool]] = []
    here = fields
    many = False
    found: Field | None = None
    known = True
    for index, segment in enumerate(segments):
        found = _own(here, segment.name, world.labels if index == 0 else {})
        known = known and found is not None
        key = found.name if found is not None else segment.name
        last = index == len(segments) - 1
        stages.append((key, found, segment, last))
        many = many or segment.many or (found is not None and found.many and not segment.where)
        if found is None:
            here = {}
        elif found.type is Type.REFERENCE:
            here = world.fields_of(found.entity)
        else:
            here = found.fields
    tests = [_test_of(segment) for segment in segments]

    def get(context: Context) -> Value:
        value: Value = context.record
        for (key, one, segment, last), test in zip(stages, tests, strict=True):
            value = _step(context, value, key)
            if value is ABSENT:
                return ABSENT
            if segment.many or segment.where:
                value = _listed(value)
                if test is not None:
                    value = _picked(context, value, one, test)
            if not last:
                value = _followed(context, value, one)
        return value

    return Resolved(get, found, many, known)


def _step(context: Context, value: Value, key: str) -> Value:
    # What there is most of comes first: it takes long to learn that something is no Mapping.
    if type(value) is dict:
        return value.get(key, ABSENT)
    if value is None or type(value) is str:
        return ABSENT
    if isinstance(value, Mapping):
        return value.get(key, ABSENT)
    if isinstance(value, list | tuple):
        found: list[Value] = []
        for item in value:
            inner = _step(context, item, key)
            if isinstance(inner, list | tuple):
                found.extend(inner)
            else:
                found.append(None if inner is ABSENT else inner)
        return found
    return ABSENT


def _listed(value: Value) -> Value:
    if isinstance(value, Mapping) and isinstance(value.get("data"), list):
        return value["data"]
    if isinstance(value, list | tuple):
        return value
    return [] if blank(value) else [value]


def _followed(context: Context, value: Value, one: Field | None) -> Value:
    if one is None or one.type is not Type.REFERENCE:
        return value
    if isinstance(value, list | tuple):
        return [_followed(context, item, one) for item in value]
    bare = value is None or type(value) is int or type(value) is str
    record_id = value.get("id", ABSENT) if not bare and isinstance(value, Mapping) else value
    record = context.world.record(one.entity, record_id)
    return record if record is not None else value


def _test_of(segment: Segment) -> Callable[[Any], bool] | None:
    if not segment.where:
        return None
    return condition(parse_condition(segment.where, Place(f"[{segment.where}]")))


def _picked(context: Context, value: Value, one: Field | None, test: Callable[[Any], bool]) -> Value:
    found = Resolved(lambda _: ABSENT, one)
    return next((item for item in value if test(context.item(item, found))), ABSENT)
