"""Build the schema of a Bullhorn tenant from the vendor's field tables and the tenant's own picklists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.schema import Entity, SystemSchema, Type
from signoff.scope import SystemSettings
from signoff.systems.bullhorn.fields import build_entity, entity_names
from signoff.systems.keys import COUNT, FLAG, TABLE, TEXT, TEXTS, wrong

OPTIONS: Final = {
    "picklists": TABLE,
    "defaults": TABLE,
    "confidential": TEXTS,
    "unindexed": TEXTS,
    "password": TEXT,
    "username": TEXT,
    "client_id": TEXT,
    "client_secret": TEXT,
    "corp_token": TEXT,
    "requests_per_minute": COUNT,
    "archived_contacts": FLAG,
    "search_all_fields": FLAG,
}
"""Keys of `[systems.ats]` that belong to this dialect, and what each takes."""


def build_schema(settings: SystemSettings) -> SystemSchema:
    """Build the schema of one tenant.

    `settings.options` may hold `picklists` (`"Candidate.status" = ["Active", …]`), `defaults`
    (`"Candidate.status" = "Active"`) and more, see `OPTIONS`. A field with a picklist has the type picklist and is
    open: the REST API stores other values too. Raises `ScopeError` for an entity or field that does not exist.
    """
    problems = tuple(wrong(settings.options, OPTIONS, f"[systems.{settings.side.value}]"))
    if problems:
        raise ScopeError(problems)
    picklists = {name: _listed(settings, name, values) for name, values in _named(settings, "picklists").items()}
    defaults = _named(settings, "defaults")
    entities = _entities(picklists, defaults)
    for option, names in (
        ("picklists", picklists),
        ("defaults", defaults),
        *((each, settings.options.get(each, ())) for each in ("confidential", "unindexed")),
    ):
        for name in names:
            entity, _, path = name.partition(".")
            if entity not in entities or entities[entity].field_at(path or "?") is None:
                known = [f"{one.name}.{path}" for one in entities.values() for path in one.fields]
                raise ScopeError(
                    Problem(
                        Place(f"[systems.{settings.side.value}] {option}", row=name),
                        "Entity.field of a Bullhorn entity",
                        f'"{name}"',
                        nearest(name, known),
                        "Correct the name.",
                        code="system-options",
                    )
                )
    return SystemSchema(
        side=settings.side,
        name=settings.name,
        entities=entities,
        zone=settings.zone,
        item_lists=frozenset({Type.REFERENCE}),
        source="Bullhorn REST API documentation of 27 March 2026",
    )


_KEPT: Final = 16
_kept: dict[str, Mapping[str, Entity]] = {}


def _entities(picklists: Mapping[str, tuple[str, ...]], defaults: Mapping[str, Any]) -> Mapping[str, Entity]:
    """Build the entities once for each tenant's options: the tables are long and every trial asks again."""
    key = repr((picklists, defaults))
    if key not in _kept:
        if len(_kept) >= _KEPT:
            _kept.clear()
        _kept[key] = {name: build_entity(name, picklists, defaults) for name in entity_names()}
    return _kept[key]


def _listed(settings: SystemSettings, name: str, values: Any) -> tuple[str, ...]:
    if not isinstance(values, list | tuple) or not values or not all(isinstance(one, str) for one in values):
        raise ScopeError(
            Problem(
                Place(f"[systems.{settings.side.value}] picklists", row=name),
                "a list of texts, at least one",
                f'"{values}"' if isinstance(values, str) else str(values),
                how=f'Write "{name}" = ["…", "…"] with the values of the tenant.',
                code="system-options",
            )
        )
    return tuple(values)


def _named(settings: SystemSettings, option: str) -> dict[str, Any]:
    found = settings.options.get(option, {})
    if not isinstance(found, Mapping):
        raise ScopeError(
            Problem(
                Place(f"[systems.{settings.side.value}] {option}"),
                'a table of "Entity.field" = value',
                type(found).__name__,
                how=f'Write {option}."Candidate.status" = …',
                code="system-options",
            )
        )
    return dict(found)
