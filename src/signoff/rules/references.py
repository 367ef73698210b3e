"""Follow references: the receiving record made for a sending id, else the one whose field is equal."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

from signoff.expressions.evaluate import Unreadable, as_text
from signoff.expressions.tree import Step
from signoff.record import Value, blank
from signoff.rules import results
from signoff.rules import sources as s
from signoff.rules.context import Context, PartnerFound
from signoff.rules.reading import id_of, write
from signoff.rules.registry import BLANK, Ask, Edge, Kind, Outcome, Run, ex, kind, rule
from signoff.rules.work import Work
from signoff.schema import Field, Type, Wire


def _convert(value: Any, _context: Context, _ask: Ask) -> str:
    found = id_of(value)
    if not isinstance(found, str):
        raise results.bad(results.LEADS_NOWHERE, "it names no record")
    return found


def _found(raw: Value, _context: Context, _ask: Ask) -> str:
    found = id_of(raw)
    if not isinstance(found, str):
        raise Unreadable("not a reference")
    return found


def _near(record_id: str, _field: Field | None) -> tuple[str, ...]:
    if record_id.isdecimal():
        return (str(int(record_id) + 1), record_id + "0")
    return (record_id + "x",)


def _raw(typed: Any, field: Field | None, zone: ZoneInfo) -> Value:
    return write(field, typed, zone)


REFERENCE: Final = kind(
    Kind(
        "reference",
        (Type.REFERENCE,),
        frozenset({Type.REFERENCE, Type.TEXT, Type.INTEGER, Type.NUMBER, Type.ANY}),
        _convert,
        _found,
        lambda left, right, _ask: left == right,
        _near,
        lambda _field, _around: (Edge("1", "an id"), Edge("9007199254740993", "an id beyond what a float holds")),
        raw=_raw,
        says="a reference to the same record",
    )
)


def one_partner(found: PartnerFound, required: bool) -> str | None:
    """Return the one receiving id, None where there is none yet; bad data for several, or for none if required."""
    if len(found.ids) > 1:
        raise results.bad(results.SEVERAL, "several receiving records fit the reference")
    if found.ids:
        return found.ids[0]
    if required:
        raise results.bad(results.LEADS_NOWHERE, "no receiving record was made for it yet")
    return None


def referenced(work: Work, entity: str, by: str) -> Run:
    """Return the run that finds the receiving record for a sending reference or for a value of it."""
    subject = work.subject
    name = subject.name if subject is not None else ""
    is_reference = subject is not None and subject.field is not None and subject.field.type is Type.REFERENCE
    single = work.first and subject is not None and not work.many
    required = work.required or work.types.required
    fields = work.reference_fields or (by,)
    work.type = Type.REFERENCE
    work.comparison = REFERENCE
    work.reference_entity = entity

    def run(value: Any, context: Context) -> str | None:
        if not is_reference:
            return one_partner(_by_fields(context, entity, fields, value), required)
        made = context.partner(entity, "id", id_of(value))
        if made.ids or by == "id":
            return one_partner(made, required)
        other = context.value(f"{name}.{by}") if single else value
        if blank(other):
            return one_partner(made, required)
        return one_partner(_by_fields(context, entity, fields, other), required)

    return run


def _by_fields(context: Context, entity: str, fields: tuple[str, ...], value: Any) -> PartnerFound:
    found = PartnerFound()
    for name in fields:
        found = context.partner(entity, name, value)
        if found.ids:
            return found
    return found


_BAD: Final = Outcome("bad data", results.LEADS_NOWHERE)
_SEVERAL: Final = Outcome("bad data", results.SEVERAL)
_R: Final[dict[str, Any]] = {"wire": Wire.ID_OBJECT}
_RR: Final = (Type.REFERENCE, Type.REFERENCE)


@rule(
    "the with the same",
    shape="the ENTITY with the same FIELD",
    family="references",
    says="the {0} with the same {1}",
    computes="The receiving record that was made for the sending reference's id, else the one whose field equals that "
    "of the referenced record. `the same id` asks for the record that was made alone, whatever the systems call their "
    "ids; the name of the receiving one (`gigId`) may stand for it. Texts are equal exactly, but for blanks around "
    "them; e-mails ignoring case. None: blank until it exists, or the record is held back if the row is required. "
    "Several: bad data.",
    compares="By id, whether bare or as an object with id.",
    near="The id of another record.",
    examples=[
        ex("the recruiter with the same id", {"x": {"id": 7}}, "r-7", s.BULLHORN, *_RR, partners={("id", "7"): ["r-7"]},
           **_R),
        ex("the recruiter with the same id", {"x": {"id": 8}}, BLANK, s.WRONG_LINK, *_RR, **_R),
        ex("the recruiter with the same id", {"x": {"id": 8}}, _BAD, s.WRONG_LINK, *_RR, required=True, **_R),
        ex("the recruiter with the same email", {"x": "ann@example.com"}, "r-1", s.GREENHOUSE, Type.EMAIL,
           Type.REFERENCE, partners={("email", "ann@example.com"): ["r-1"]}),
        ex("the recruiter with the same email", {"x": "ann@example.com"}, _SEVERAL, s.GREENHOUSE, Type.EMAIL,
           Type.REFERENCE, partners={("email", "ann@example.com"): ["r-1", "r-2"]}),
        ex("the client with the same name", {"x": None}, BLANK, s.CLEARING, *_RR, **_R),
    ],
)  # fmt: skip
def build_reference(step: Step, work: Work) -> Run:
    """Build `the ENTITY with the same FIELD`."""
    return referenced(work, str(step.arguments[0]), str(step.arguments[1]))


@rule(
    "match or create the",
    shape="match or create the ENTITY by FIELD",
    family="references",
    says="the {0} matched or created by {1}",
    computes="The receiving record that was made for the sending id or whose field is equal; where there is none, the "
    "connector creates one, so that afterwards exactly one exists. Until then there is no right value but that one. "
    "What a chart of its own brings over is waited for, and not created from a reference to it.",
    compares="By id, against the record that exists when it is judged. Several: bad data.",
    inverts="the way back never creates",
    near="The id of another record; blank.",
    examples=[
        ex("match or create the client by name", {"x": "Acme"}, "c-1", s.KARMLY, Type.TEXT, Type.REFERENCE,
           partners={("name", "Acme"): ["c-1"]}),
        ex("match or create the client by name", {"x": "Acme"}, _SEVERAL, s.KARMLY, Type.TEXT, Type.REFERENCE,
           partners={("name", "Acme"): ["c-1", "c-2"]}),
        ex("match or create the client by name", {"x": {"id": 5}}, "c-5", s.BULLHORN, *_RR,
           partners={("id", "5"): ["c-5"]}, **_R),
        ex("match or create the client by name", {"x": None}, BLANK, s.CLEARING, *_RR, **_R),
        ex("match or create the client by name", {"x": "Neu GmbH"}, "a new client with that name", s.KARMLY, Type.TEXT,
           Type.REFERENCE),
    ],
)  # fmt: skip
def build_create(step: Step, work: Work) -> Run:
    """Build `match or create the ENTITY by FIELD`."""
    entity, by, subject = str(step.arguments[0]), str(step.arguments[1]), work.subject
    is_reference = subject is not None and subject.field is not None and subject.field.type is Type.REFERENCE
    single = work.first and subject is not None and not work.many
    name, fields = subject.name if subject is not None else "", work.reference_fields or (by,)
    referenced(work, entity, by)

    def created(value: Any, context: Context) -> str:
        made = context.partner(entity, "id", id_of(value)) if is_reference else PartnerFound()
        other = context.value(f"{name}.{by}") if is_reference and single else value
        if not made.ids and not blank(other):
            found = _by_fields(context, entity, fields, other)
            if not found.ids and not made.awaited:
                return results.New(f"a new {entity} with that {by}")
            # Of those that a connector has created itself only one counts; the others are its fault, not the data's.
            made = PartnerFound(tuple(one for one in found.ids if one not in found.own) or found.own[:1])
        record_id = one_partner(made, False)
        if record_id is None:
            raise results.bad(results.LEADS_NOWHERE, "no receiving record exists for it, though one is to be created")
        return as_text(record_id)

    return created
