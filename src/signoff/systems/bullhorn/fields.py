"""Read the vendor's field tables and turn each line into a `signoff.schema.Field`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final

from signoff.record import ABSENT
from signoff.schema import Entity, Field, Type, Wire
from signoff.systems.bullhorn.countries import countries
from signoff.systems.bullhorn.tenant import CREATE_ONLY, DEFAULTS, INVERSE, MANDATORY, TECHNICAL, UNITED_STATES

_RANGE: Final = re.compile(r"(?P<stem>\w+?)1\.\.(?P<last>\d+)$")
_MONEY: Final = re.compile(
    r"rate(low)?$|salary\d?$|salarylow$|fee$|payout$|amount$|bonus$|commission$|revenue$|(pay|bill)rate\d+$",
    re.IGNORECASE,
)
_EMAILS: Final = frozenset({"email", "email2", "email3", "externalEmail", "referenceEmail"})
_PHONES: Final = frozenset({"mobile", "phone", "phone2", "phone3", "workPhone", "billingPhone", "referencePhone"})
_LOOKUPS: Final = frozenset({"Skill", "Category", "BusinessSector", "Specialty", "CorporationDepartment"})
_INT32: Final = Decimal(2**31 - 1)
_ADDRESS_LENGTHS: Final = {"address1": 40, "address2": 40, "city": 40, "state": 30, "zip": 15}
_JOB_ADDRESS_LENGTHS: Final = {"address1": 100, "address2": 100, "city": 100, "state": 100, "zip": 18}


@cache
def entity_names() -> tuple[str, ...]:
    """Return the names of the entities that are served, in alphabetical order."""
    folder = files("signoff.systems.bullhorn") / "data"
    return tuple(sorted(one.name[:-5] for one in folder.iterdir() if one.name.endswith(".json")))


@cache
def _table(entity: str) -> Mapping[str, Mapping[str, Any]]:
    text = (files("signoff.systems.bullhorn") / "data" / f"{entity}.json").read_text("utf-8")
    lines: dict[str, Mapping[str, Any]] = {}
    for name, line in json.loads(text).items():
        for one in _numbered(name):
            lines[one] = line
    return lines


def _numbered(name: str) -> Iterator[str]:
    match = _RANGE.match(name)
    if match is None:
        yield name
        return
    for number in range(1, int(match["last"]) + 1):
        yield f"{match['stem']}{number}"


def build_entity(entity: str, picklists: Mapping[str, tuple[str, ...]], defaults: Mapping[str, Any]) -> Entity:
    """Build one entity. `picklists` and `defaults` are the tenant's own, by `Entity.field`, and win."""
    built = {
        name: _field(entity, name, line, picklists.get(f"{entity}.{name}"), defaults)
        for name, line in _table(entity).items()
    }
    return Entity(
        name=entity,
        fields=built,
        modified="dateLastModified" if "dateLastModified" in built else "",
        deleted_flag="isDeleted" if "isDeleted" in built else "",
        archived='status is "Archive"' if "status" in built else "",
    )


def _field(
    entity: str, name: str, line: Mapping[str, Any], choices: tuple[str, ...] | None, defaults: Mapping[str, Any]
) -> Field:
    if choices is None:
        choices = tuple(line.get("choices", ()))
    written = line["type"]
    inverse = (entity, name) in INVERSE
    lookup_name = entity in _LOOKUPS and name in ("name", "enabled")
    create_only = (entity, name) in CREATE_ONLY or lookup_name
    technical = name in TECHNICAL or inverse
    read_only = name in ("id", "dateLastModified") or inverse or (bool(line.get("read_only")) and not create_only)
    mandatory = name in MANDATORY.get(entity, ())
    default = defaults.get(f"{entity}.{name}", DEFAULTS.get(entity, {}).get(name, ABSENT))
    common: dict[str, Any] = {
        "mandatory": mandatory,
        "nullable": not (mandatory or name in ("id", "dateAdded", "dateLastModified", "isDeleted")),
        "read_only": read_only,
        "create_only": create_only,
        "technical": technical,
        "default": default,
        "label": label(name),
    }
    if written in ("To-one", "To-many"):
        return Field(
            name, Type.REFERENCE, many=written == "To-many", wire=Wire.ID_OBJECT, entity=line["entity"], **common
        )
    if written in ("Address", "AddressWithoutCountry"):
        return Field(name, Type.OBJECT, fields=_address(entity, name, written == "Address"), **common)
    if written == "Timestamp":
        return Field(name, Type.INSTANT, wire=Wire.EPOCH_MS, **common)
    if written == "Date":
        return Field(name, Type.DATE, **common)
    if written == "Boolean":
        return Field(name, Type.YES_NO, **common)
    if written == "Integer":
        return Field(name, Type.INTEGER, minimum=-_INT32 - 1, maximum=_INT32, **common)
    if written in ("Double", "BigDecimal"):
        return Field(name, Type.AMOUNT if _MONEY.search(name) else Type.NUMBER, **common)
    longest = line.get("max")
    if choices:
        # The picklist binds people at the screen; the REST API stores whatever fits.
        return Field(name, Type.PICKLIST, choices=choices, closed=False, max_length=longest, **common)
    kind = Type.EMAIL if name in _EMAILS else Type.PHONE if name in _PHONES else Type.TEXT
    return Field(name, kind, max_length=longest, **common)


def _address(entity: str, name: str, country: bool) -> dict[str, Field]:
    lengths = _JOB_ADDRESS_LENGTHS if entity == "JobOrder" else _ADDRESS_LENGTHS
    parts = {
        part: Field(
            f"{name}.{part}", Type.STATE if part == "state" else Type.TEXT, max_length=longest, label=label(part)
        )
        for part, longest in lengths.items()
    }
    if country:
        parts["countryID"] = Field(
            f"{name}.countryID",
            Type.INTEGER,
            minimum=Decimal(1),
            default=UNITED_STATES,
            technical=True,
            label="Country ID",
        )
        parts["countryName"] = Field(
            f"{name}.countryName",
            Type.COUNTRY,
            max_length=64,
            choices=tuple(country.name for country in countries()),
            label="Country Name",
        )
        parts["countryCode"] = Field(
            f"{name}.countryCode", Type.COUNTRY, max_length=4, read_only=True, technical=True, label="Country Code"
        )
    return parts


def label(name: str) -> str:
    """Return a field's label as a fresh tenant shows it: the name in words."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return words[:1].upper() + words[1:]
