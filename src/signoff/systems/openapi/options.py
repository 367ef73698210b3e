"""Read the dialect's own keys of the toml, and refuse what it does not know.

`[systems.app]` (all optional; `document` is the toml's own key)
    auth          {kind = "bearer"} | {kind = "basic"} | {kind = "header", name = "X-Api-Key"} |
                  {kind = "query", name = "key"} | {kind = "none"}; default: the document's first security scheme.
                  OAuth schemes count as bearer: the token is simply given.
    paging        {style = "cursor", cursor = "cursor", next = "next_cursor"} (parameter; key of the answer, dotted) |
                  {style = "page", page = "page", first = 1} | {style = "offset", offset = "offset"} |
                  {style = "link", cursor = "cursor"} (`Link: <…>; rel="next"`) | {style = "none"} (the default);
                  with each but none: limit = "limit" (parameter), default = 50, maximum = 100 (default: what the
                  document says of that parameter), total = "total", more = "has_more" (keys of the answer; default
                  none).
    envelope      {items = "items", item = "", sent = ""}: dotted keys under which a list, one record in an answer and
                  one record in a request stand; "" = bare. `items` is "" when the document's list is bare.
    updated_since the query parameter that asks for changes; default none
    modified, created   the fields that it compares with and that a create sets; default: the usual names
    update        "patch" (merge patch: absent untouched, null clears, a list is replaced whole) | "put" (the record is
                  replaced); default: what the document offers, patch first
    ignored       query parameters that the simulator may take without doing anything, such as "sort"
    webhooks      {signature_header, algorithm = "hmac-sha256", prefix = "sha256=", delivery_header, id = "id",
                  type = "type", entity = "entity", record = "record_id", at = "occurred_at", lost = "sometimes"}: the
                  headers, the names of the body's keys, and whether a delivery may get lost for good ("sometimes",
                  "never"); default: no webhooks
    entities      {NAME = {collection = …, …}}: the keys below for each schema; needed when this is the ATS's side

`[entities.NAME]` app = {…}
    schema        the document's schema; default: the entity's app name
    collection    the path of the list, such as "/workers"
    item          the path of one record; default: the collection with one parameter more
    id            the field that identifies a record; default "id"
    unique        fields of which no two records may have the same value (e-mails ignoring case): 409
    paging, envelope, updated_since, modified, created, update, ignored    instead of the system's
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.schema import Side
from signoff.scope import EntitySettings, SystemSettings

SOMETIMES: Final = "sometimes"
NEVER: Final = "never"
"""Words of `webhooks.lost`."""


@dataclass(frozen=True, slots=True)
class Auth:
    """Say how a request proves who it is."""

    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Paging:
    """Say how a list is divided. Sizes are in records; 0 where the document is to say."""

    style: str = "none"
    cursor: str = "cursor"
    next: str = "next_cursor"
    page: str = "page"
    first: int = 1
    offset: str = "offset"
    limit: str = "limit"
    default: int = 0
    maximum: int = 0
    total: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Say under which keys records stand; "" means bare. `items` is None where the document is to say."""

    items: str | None = None
    item: str = ""
    sent: str = ""


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Say how a delivery is signed and what the keys of its body are called."""

    signature_header: str
    delivery_header: str
    algorithm: str = "hmac-sha256"
    prefix: str = "sha256="
    id: str = "id"
    type: str = "type"
    entity: str = "entity"
    record: str = "record_id"
    at: str = "occurred_at"
    lost: str = SOMETIMES
    """Whether a delivery may get lost for good."""


@dataclass(frozen=True, slots=True)
class EntityOptions:
    """Hold one entity's keys, the system's filled in; "" and None where the document is to say."""

    where: str
    schema: str
    collection: str
    item: str
    id: str
    unique: tuple[str, ...]
    paging: Paging
    envelope: Envelope
    updated_since: str
    modified: str
    created: str
    update: str
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """Hold everything that the toml says to this dialect."""

    where: str
    auth: Auth | None
    webhooks: Webhooks | None
    entities: Mapping[str, EntityOptions] = field(default_factory=dict)


_TEXT: Final = "a text"
_NAMES: Final = "a list of names"
_TABLE: Final = "a table"
_COUNT: Final = "a whole number, 0 or more"

_SHARED: Final = {
    "paging": _TABLE,
    "envelope": _TABLE,
    "updated_since": _TEXT,
    "modified": _TEXT,
    "created": _TEXT,
    "update": _TEXT,
    "ignored": _NAMES,
}
_SYSTEM: Final = {**_SHARED, "auth": _TABLE, "webhooks": _TABLE, "entities": _TABLE}
_ENTITY: Final = {
    **_SHARED,
    "schema": _TEXT,
    "collection": _TEXT,
    "item": _TEXT,
    "id": _TEXT,
    "unique": _NAMES,
}
_SIZES: Final = {"limit": _TEXT, "default": _COUNT, "maximum": _COUNT, "total": _TEXT, "more": _TEXT}
_PAGING: Final[Mapping[str, Mapping[str, str]]] = {
    "cursor": {"cursor": _TEXT, "next": _TEXT, **_SIZES},
    "page": {"page": _TEXT, "first": _COUNT, **_SIZES},
    "offset": {"offset": _TEXT, **_SIZES},
    "link": {"cursor": _TEXT, **_SIZES},
    "none": {},
}
_AUTH: Final[Mapping[str, Mapping[str, str]]] = {
    "bearer": {},
    "basic": {},
    "header": {"name": _TEXT},
    "query": {"name": _TEXT},
    "none": {},
}
_WEBHOOKS: Final = dict.fromkeys(Webhooks.__slots__, _TEXT)
_LOST: Final = (SOMETIMES, NEVER)
_ALGORITHMS: Final = ("hmac-sha1", "hmac-sha256", "hmac-sha512")
_FITS: Final = {
    _TEXT: lambda value: isinstance(value, str),
    _NAMES: lambda value: isinstance(value, list | tuple) and all(isinstance(one, str) for one in value),
    _TABLE: lambda value: isinstance(value, Mapping),
    _COUNT: lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
}


def read_options(settings: SystemSettings, entities: Mapping[str, EntitySettings]) -> Options:
    """Return the dialect's options; raise ScopeError with every key that is unknown, missing or of a wrong kind."""
    where = f"[systems.{settings.side.value}]"
    problems: list[Problem] = []
    given = _table(where, "", settings.options, _SYSTEM, problems)
    per_schema = given.get("entities", {})
    found: dict[str, EntityOptions] = {}
    for name, entity in entities.items():
        schema, own = _own(settings.side, entity, per_schema, problems)
        if schema:
            one = _entity(f"[entities.{name}]", where, schema, own, given, problems)
            if schema in found and _apart(one) != _apart(found[schema]):
                problems.append(
                    Problem(
                        Place(one.where, cell="app"),
                        f"the same keys as {found[schema].where}, because both are {schema}",
                        "other keys",
                        code="system-options",
                    )
                )
            found.setdefault(schema, one)
    options = Options(where, _auth(where, given.get("auth"), problems), _webhooks(where, given, problems), found)
    if problems:
        # What the system says wrongly is found again for each of its entities.
        raise ScopeError(tuple(dict.fromkeys(problems)))
    return options


def _own(
    side: Side, entity: EntitySettings, per_schema: Mapping[str, Any], problems: list[Problem]
) -> tuple[str, Mapping[str, Any]]:
    if side is Side.ATS:
        schema = entity.ats
        if "." in schema and schema not in per_schema:  # a list, whose items live in the record that holds them
            schema = schema.partition(".")[0]
            if schema not in per_schema:
                problems.append(
                    Problem(
                        Place(f"[entities.{entity.name}]", cell="ats"),
                        f"a list of a schema under [systems.ats.entities]: {', '.join(per_schema) or 'none'}",
                        f"`{entity.ats}`",
                        nearest(schema, per_schema),
                        how=f'Correct it, or add {schema} = {{ collection = "/…" }} there.',
                        code="system-options",
                    )
                )
                return "", {}
        return schema, per_schema.get(schema, {})
    schema = str(entity.app_options.get("schema", entity.app))
    return schema, {**per_schema.get(schema, {}), **entity.app_options}


def _apart(one: EntityOptions) -> tuple[Any, ...]:
    return tuple(getattr(one, name) for name in EntityOptions.__slots__ if name != "where")


def _table(where: str, key: str, given: Any, known: Mapping[str, str], problems: list[Problem]) -> dict[str, Any]:
    """Return the keys that are known and of the right kind; note the others."""
    kept: dict[str, Any] = {}
    for name, value in given.items():
        cell = f"{key}.{name}" if key else name
        if name not in known:
            close = nearest(name, known)
            expected = f"one of {', '.join(known)}" if known else "no key here"
            problems.append(
                Problem(
                    Place(where, cell=cell), expected, f"`{name}`", close, how="Correct the key.", code="system-options"
                )
            )
        elif not _FITS[known[name]](value):
            problems.append(Problem(Place(where, cell=cell), known[name], type(value).__name__, code="system-options"))
        else:
            kept[name] = value
    return kept


def _chosen(
    where: str, key: str, given: Mapping[str, Any], selector: str, known: Mapping[str, Any], problems: list[Problem]
) -> str:
    word = given.get(selector)
    if isinstance(word, str) and word in known:
        return word
    close = nearest(word, known) if isinstance(word, str) else None
    found = f'"{word}"' if word is not None else "nothing"
    problems.append(
        Problem(
            Place(where, cell=f"{key}.{selector}".lstrip(".")),
            f"one of {', '.join(known)}",
            found,
            close,
            code="system-options",
        )
    )
    return ""


def _variant(
    where: str,
    key: str,
    given: Mapping[str, Any],
    selector: str,
    known: Mapping[str, Mapping[str, str]],
    problems: list[Problem],
) -> dict[str, Any]:
    word = _chosen(where, key, given, selector, known, problems)
    rest = {name: value for name, value in given.items() if name != selector}
    return {selector: word, **_table(where, key, rest, known[word], problems)} if word else {selector: "none"}


def _auth(where: str, given: Mapping[str, Any] | None, problems: list[Problem]) -> Auth | None:
    if given is None:
        return None
    found = Auth(**_variant(where, "auth", given, "kind", _AUTH, problems))
    if found.kind in ("header", "query") and not found.name:
        problems.append(
            Problem(
                Place(where, cell="auth.name"),
                f"the name of the {found.kind} field that carries the key",
                "nothing",
                how='Add `name = "X-Api-Key"`, or whatever the vendor calls it.',
                code="system-options",
            )
        )
    return found


def _webhooks(where: str, given: Mapping[str, Any], problems: list[Problem]) -> Webhooks | None:
    if "webhooks" not in given:
        return None
    found = _table(where, "webhooks", given["webhooks"], _WEBHOOKS, problems)
    for name in ("signature_header", "delivery_header"):
        if name not in found:
            wanted = f"`{name}`, the name of a header"
            problems.append(Problem(Place(where, cell=f"webhooks.{name}"), wanted, "nothing", code="system-options"))
            found[name] = ""
    if found.get("algorithm", _ALGORITHMS[1]) not in _ALGORITHMS:
        _chosen(where, "webhooks", found, "algorithm", dict.fromkeys(_ALGORITHMS), problems)
    if found.get("lost", SOMETIMES) not in _LOST:
        _chosen(where, "webhooks", found, "lost", dict.fromkeys(_LOST), problems)
    return Webhooks(**found)


def _entity(
    where: str,
    system_where: str,
    schema: str,
    own: Mapping[str, Any],
    system: Mapping[str, Any],
    problems: list[Problem],
) -> EntityOptions:
    found = _table(where, "app", own, _ENTITY, problems)
    if not found.get("collection"):
        problems.append(
            Problem(
                Place(where, cell="app.collection"),
                "the path of the list",
                "nothing",
                how='Add `collection = "/workers"` with the path as it stands in the OpenAPI document.',
                code="system-options",
            )
        )
    says = {name: where if name in found else system_where for name in _SHARED}
    shared = {**{name: system[name] for name in _SHARED if name in system}, **found}
    update = shared.get("update", "")
    if update not in ("", "patch", "put"):
        _chosen(says["update"], "", shared, "update", {"patch": {}, "put": {}}, problems)
    paging = shared.get("paging", {"style": "none"})
    envelope = shared.get("envelope", {})
    return EntityOptions(
        where=where,
        schema=schema,
        collection=found.get("collection", ""),
        item=found.get("item", ""),
        id=found.get("id", "id"),
        unique=_names(found.get("unique", ())),
        paging=Paging(**_variant(says["paging"], "paging", paging, "style", _PAGING, problems)),
        envelope=Envelope(
            **_table(says["envelope"], "envelope", envelope, {"items": _TEXT, "item": _TEXT, "sent": _TEXT}, problems)
        ),
        updated_since=shared.get("updated_since", ""),
        modified=shared.get("modified", ""),
        created=shared.get("created", ""),
        update=update,
        ignored=_names(shared.get("ignored", ())),
    )


def _names(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(given)
