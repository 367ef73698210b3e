"""Know which words mean which entity: the systems' names, split at capitals, in the plural, and the toml's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.schema import Side
from signoff.scope import EntitySettings, Integration


def split_at_capitals(name: str) -> str:
    """Return `ClientCorporation` as `client corporation`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").lower()


def plural(word: str) -> str:
    """Return the regular English plural of a word or phrase."""
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    if re.search(r"(s|x|z|ch|sh)$", word):
        return word + "es"
    return word + "s"


def words_of(entity: EntitySettings, side: Side) -> Iterator[str]:
    """Yield every word, in lower case, that means an entity on one side."""
    name = entity.ats if side is Side.ATS else entity.app
    own = {name.lower(), split_at_capitals(name), *(word.lower() for word in entity.words)}
    listed = entity.items_of.lower() if side is Side.ATS else ""
    if listed:  # what stands in a list has no name of its own in the system
        own |= {listed, f"item of {listed}"}
        yield f"items of {listed}"
    if side is Side.APP or listed:
        own |= {entity.name.lower(), entity.name.replace("_", " ").lower()}
    for word in own:
        yield word
        yield plural(word)


def all_words(integration: Integration) -> Mapping[str, str]:
    """Return every word for an entity → its toml name; a word of two entities goes to the first."""
    return _all_words(
        tuple((one.name, one.ats, one.app, one.words, one.items_of) for one in integration.entities.values())
    )


@lru_cache(maxsize=16)
def _all_words(entities: tuple[tuple[str, str, str, tuple[str, ...], str], ...]) -> Mapping[str, str]:
    # Every row asks for the words; that they are worked out once is the difference between seconds and none.
    found: dict[str, str] = {}
    for name, ats, app, words, items_of in entities:
        entity = EntitySettings(name, ats, app, words=words, items_of=items_of)
        for side in Side:
            for word in words_of(entity, side):
                found.setdefault(word, name)
    return MappingProxyType(found)


def meant(
    integration: Integration, source: str, target: str, place: Place, item_of: str = ""
) -> tuple[EntitySettings, Side]:
    """Return the entity that a binding's two words mean and the side of its first word; `item_of`: a list's path.

    Raises ScopeError when no entity of the toml has both words on opposite sides.
    """
    fits: list[tuple[EntitySettings, Side]] = [
        (entity, side)
        for entity in integration.entities.values()
        for side in Side
        if source.lower() in words_of(entity, side) and target.lower() in words_of(entity, side.other)
    ]
    if fits:
        return fits[0]
    known = all_words(integration)
    lists = [one.items_of for one in integration.entities.values() if one.items_of]
    unknown = next((word for word in (source, target) if word.lower() not in known), target)
    raise ScopeError(
        Problem(
            place,
            "two names of one entity of the toml, one on each side: "
            + ", ".join(f"{one.ats} and {one.name}" for one in integration.entities.values()),
            f"`{source}` and `{target}`",
            did_you_mean=nearest(source, lists) if item_of else nearest(unknown, known),
            how=f"{_lacking(target, item_of)} to {integration.file}, or use its words.",
            code="unknown-word",
        )
    )


def entity_words(integration: Integration, side: Side) -> dict[str, str]:
    """Return every word for an entity → the entity's name on one side."""
    names = all_words(integration)
    return {
        word: integration.entities[name].ats if side is Side.ATS else integration.entities[name].app
        for word, name in names.items()
    }


def _lacking(target: str, item_of: str) -> str:
    return (
        f'Add [entities.{target.replace(" ", "_")}] with ats = "{item_of}"' if item_of else "Add an [entities.…] table"
    )
