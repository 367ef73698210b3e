"""Say where each entity lives in the API: the toml's keys, with what the document says filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.schema import Side
from signoff.systems.openapi.document import Document
from signoff.systems.openapi.options import Auth, EntityOptions, Envelope, Options, Paging, Webhooks
from signoff.systems.openapi.shapes import Shape, shape_of

_MODIFIED: Final = [
    "updated_at",
    "updatedAt",
    "updated",
    "modified_at",
    "modifiedAt",
    "modified",
    "last_modified",
    "lastModified",
    "date_modified",
    "dateModified",
    "updated_on",
    "modified_on",
    "dateLastModified",
    "lastUpdated",
    "last_updated",
]
_CREATED: Final = [
    "created_at",
    "createdAt",
    "created",
    "created_on",
    "createdOn",
    "date_created",
    "dateCreated",
    "creation_date",
    "dateAdded",
    "added_at",
]


@dataclass(frozen=True, slots=True)
class EntityRoutes:
    """Describe one entity's part of the API. Paths begin after the server's base path."""

    name: str
    collection: str
    item_prefix: str
    item_suffix: str
    item: str
    on_collection: tuple[str, ...]
    on_item: tuple[str, ...]
    id_field: str
    modified: str
    created: str
    update: str
    unique: tuple[str, ...]
    paging: Paging
    envelope: Envelope
    updated_since: str
    ignored: tuple[str, ...]
    read_only: tuple[str, ...]

    def item_path(self, record_id: str) -> str:
        """Return the path of one record; the id must already be quoted for a URL."""
        return f"{self.item_prefix}{record_id}{self.item_suffix}"

    @property
    def page_limit(self) -> int:
        """Return the most records that one request may ask for; 100 when neither toml nor document says."""
        return self.paging.maximum or 100

    @property
    def page_default(self) -> int:
        """Return how many records a page has when none is asked for; at most 50 when nothing says."""
        return self.paging.default or min(50, self.page_limit)


@dataclass(frozen=True, slots=True)
class Description:
    """Describe the whole API, as the client and the simulator both need it.

    `servers` are the hostnames in the document's order, `base` the path before every path.
    """

    name: str
    side: Side
    origin: str
    base: str
    hosts: tuple[str, ...]
    auth: Auth
    webhooks: Webhooks | None
    entities: Mapping[str, EntityRoutes]


def describe(document: Document, options: Options, name: str, side: Side) -> Description:
    """Return the description; raise ScopeError with everything that toml and document do not agree on."""
    problems: list[Problem] = []
    entities: dict[str, EntityRoutes] = {}
    for schema, one in options.entities.items():
        routes = _routes(document, one, problems)
        if routes is not None:
            entities[schema] = routes
    auth = options.auth or _document_auth(document)
    if problems:
        raise ScopeError(problems)
    origin, base, hosts = _servers(document, side)
    return Description(name, side, origin, base, hosts, auth, options.webhooks, entities)


def _servers(document: Document, side: Side) -> tuple[str, str, tuple[str, ...]]:
    hosts: list[str] = []
    origin = base = ""
    for server in document.root.get("servers", ()):
        url = str(server.get("url", ""))
        for word, variable in server.get("variables", {}).items():
            url = url.replace("{" + word + "}", str(variable.get("default", "")))
        parts = urlsplit(url)
        if not hosts and not base:
            base = parts.path.rstrip("/")
        if parts.hostname:
            origin = origin or f"{parts.scheme}://{parts.netloc}"
            hosts.append(parts.hostname)
    # A document may leave the host out; `.example` is reserved (RFC 2606), so nobody is reached by accident.
    fallback = f"api.{side.value}.example"
    return origin or f"https://{fallback}", base, tuple(dict.fromkeys(hosts)) or (fallback,)


def _document_auth(document: Document) -> Auth:
    schemes = document.root.get("components", {}).get("securitySchemes", {})
    wanted = [name for one in document.root.get("security", ()) for name in one] or list(schemes)
    for name in wanted:
        scheme = document.follow(schemes.get(name, {}))
        if scheme.get("type") == "http":
            return Auth("basic" if str(scheme.get("scheme")).lower() == "basic" else "bearer")
        if scheme.get("type") in ("oauth2", "openIdConnect"):
            return Auth("bearer")
        if scheme.get("type") == "apiKey" and scheme.get("in") in ("header", "query"):
            return Auth(scheme["in"], scheme["name"])
    return Auth("none")


def _routes(document: Document, one: EntityOptions, problems: list[Problem]) -> EntityRoutes | None:
    before = len(problems)
    schemas = document.schemas()
    if one.schema not in schemas:
        problems.append(
            Problem(
                Place(one.where, cell="app.schema"),
                f"the name of a schema in {document.file}",
                one.schema,
                nearest(one.schema, schemas),
                how="Name a schema under components/schemas.",
                code="openapi-schema",
            )
        )
    collection = _path(document, one.where, "collection", one.collection, problems)
    if len(problems) > before and not one.item:
        return None  # the record's path hangs on the list's, which is told
    item = _path(document, one.where, "item", one.item or _default_item(document, collection), problems)
    if len(problems) > before:
        return None
    prefix, brace, rest = item.partition("{")
    suffix = rest.partition("}")[2]
    if not brace or "{" in suffix or "{" in collection:
        problems.append(
            Problem(
                Place(one.where, cell="app.item"),
                "a list without a parameter in its path, and a record with one",
                f"{collection} and {item}",
                how='For instance collection = "/workers", item = "/workers/{id}".',
                code="openapi-path",
            )
        )
        return None
    shape = shape_of(document, schemas[one.schema])
    on_item = document.methods(item)
    routes = EntityRoutes(
        name=one.schema,
        collection=collection,
        item_prefix=prefix,
        item_suffix=suffix,
        item=item,
        on_collection=document.methods(collection),
        on_item=on_item,
        id_field=_field(one, "id", one.id, shape, problems),
        modified=_stamp(document, one, "modified", one.modified, _MODIFIED, shape, problems),
        created=_stamp(document, one, "created", one.created, _CREATED, shape, problems),
        update=one.update or ("put" if "PATCH" not in on_item and "PUT" in on_item else "patch"),
        unique=tuple(_field(one, "unique", name, shape, problems) for name in one.unique),
        paging=one.paging,
        envelope=one.envelope,
        updated_since=one.updated_since,
        ignored=one.ignored,
        read_only=tuple(name for name, raw in shape.properties.items() if shape_of(document, raw).read_only),
    )
    if one.update and one.update.upper() not in on_item:
        problems.append(
            Problem(
                Place(one.where, cell="update"),
                f"a method that {item} offers: {', '.join(on_item)}",
                one.update,
                code="openapi-path",
            )
        )
    return replace(routes, paging=_sizes(document, routes, one, problems), envelope=_envelope(document, routes))


def _path(document: Document, where: str, key: str, path: str, problems: list[Problem]) -> str:
    if path and path not in document.paths():
        fitting = [one for one in document.paths() if ("{" in one) == (key == "item")]
        listed = ", ".join(fitting[:8]) + (", …" if len(fitting) > 8 else "")
        problems.append(
            Problem(
                Place(where, cell=f"app.{key}"),
                f"a path in {document.file}",
                path,
                nearest(path, fitting),
                how="Write the path as it stands in the document"
                + (f": {listed}." if listed else ", with the parameter in braces."),
                code="openapi-path",
            )
        )
    elif not path and key == "item":
        problems.append(
            Problem(
                Place(where, cell="app.item"),
                "the path of one record",
                "nothing, and none can be told from the document",
                how='Add `item = "/workers/{id}"`.',
                code="openapi-path",
            )
        )
    return path


def _default_item(document: Document, collection: str) -> str:
    found = [
        path
        for path in document.paths()
        if path.startswith(f"{collection}/{{") and path.endswith("}") and path.count("{") == 1
    ]
    return found[0] if len(found) == 1 else ""


def _field(one: EntityOptions, key: str, name: str, shape: Shape, problems: list[Problem]) -> str:
    if name not in shape.properties:
        problems.append(
            Problem(
                Place(one.where, cell=f"app.{key}"),
                f"a field of {one.schema}",
                name,
                nearest(name, shape.properties),
                code="openapi-schema",
            )
        )
    return name


def _stamp(
    document: Document,
    one: EntityOptions,
    key: str,
    name: str,
    usual: list[str],
    shape: Shape,
    problems: list[Problem],
) -> str:
    if name:
        return _field(one, key, name, shape, problems)
    for known in usual:
        if known in shape.properties and shape_of(document, shape.properties[known]).read_only:
            return known
    return ""


def _sizes(document: Document, routes: EntityRoutes, one: EntityOptions, problems: list[Problem]) -> Paging:
    paging = routes.paging
    declared = document.parameters(routes.collection, "get")
    if one.updated_since and not routes.modified:
        problems.append(
            Problem(
                Place(one.where, cell="modified"),
                f"the field that {one.updated_since} compares with",
                "nothing, and none of the usual names",
                how='Add `modified = "…"` with the field that every change moves.',
                code="openapi-query",
            )
        )
    used = {
        "none": (),
        "cursor": (paging.cursor, paging.limit),
        "link": (paging.cursor, paging.limit),
        "page": (paging.page, paging.limit),
        "offset": (paging.offset, paging.limit),
    }[paging.style]
    for name in (*used, one.updated_since):
        if name and name not in declared:
            problems.append(
                Problem(
                    document.place(("paths", routes.collection, "get")),
                    f"a query parameter `{name}`, because the toml uses it",
                    f"{', '.join(declared) or 'no query parameter'}",
                    nearest(name, declared),
                    how="Correct the name in the toml.",
                    code="openapi-query",
                )
            )
    size: Mapping[str, Any] = document.follow(declared.get(paging.limit, {}).get("schema", {}))
    return replace(
        paging,
        default=paging.default or int(size.get("default", 0)),
        maximum=paging.maximum or int(size.get("maximum", 0)),
    )


def _envelope(document: Document, routes: EntityRoutes) -> Envelope:
    envelope = routes.envelope
    if envelope.items is not None:
        return envelope
    shape = shape_of(document, document.response_schema(routes.collection, "get", 200))
    lists = [name for name, raw in shape.properties.items() if shape_of(document, raw).type == "array"]
    return replace(envelope, items=lists[0] if len(lists) == 1 else "")
