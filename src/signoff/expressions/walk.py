"""Walk trees: which names are used, in which entity's records, and which tests a condition is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final

from signoff.errors import Place, Problem, nearest
from signoff.expressions import tree as t


@dataclass(frozen=True, slots=True)
class Used:
    """Name one use of a field: its name, its column, and whose field it is.

    `within` holds the entities of the quantifiers around it, outermost first: () is the sending record itself.
    `of_items`: it stands after `where`, so it is a field of the list's items.
    """

    name: str
    column: int = 0
    within: tuple[str, ...] = ()
    of_items: bool = False


def uses(tree: Any, within: tuple[str, ...] = (), of_items: bool = False) -> Iterator[Used]:
    """Yield every use of a field name in a tree or in a tuple of trees, in the order written."""
    if isinstance(tree, t.Name):
        yield Used(tree.text, tree.column, within, of_items)
    elif isinstance(tree, t.Quantified):
        if tree.condition is not None:
            yield from uses(tree.condition, (*within, tree.entity), of_items)
    elif isinstance(tree, t.Where):
        yield from uses(tree.condition, within, True)
    elif isinstance(tree, tuple | list):
        for part in tree:
            yield from uses(part, within, of_items)
    elif isinstance(tree, t.Setting | t.Literal):
        return
    else:
        for name in _names_of(type(tree)):
            yield from uses(getattr(tree, name), within, of_items)


def names(tree: Any) -> tuple[Used, ...]:
    """Return every use of a field name, each distinct one once."""
    return tuple(dict.fromkeys(uses(tree)))


def entities(tree: Any) -> tuple[tuple[str, str], ...]:
    """Return every `(entity, by)` that the quantifiers of a tree name, as written."""
    found: dict[tuple[str, str], None] = {}

    def walk(part: Any) -> None:
        if isinstance(part, t.Quantified):
            found[part.entity, part.by] = None
        if isinstance(part, tuple | list):
            for one in part:
                walk(one)
        else:
            for name in _names_of(type(part)):
                walk(getattr(part, name))

    walk(tree)
    return tuple(found)


def quantified(tree: Any) -> Iterator[t.Quantified]:
    """Yield the quantifiers of a tree in the order written; those within another one are left to its condition."""
    if isinstance(tree, t.Quantified):
        yield tree
        return
    for part in _parts(tree):
        yield from quantified(part)


def _parts(tree: Any) -> Iterable[Any]:
    """Return what a tree is made of: the items of a tuple, the fields of a node, nothing of a leaf."""
    if isinstance(tree, tuple | list):
        return tree
    return [getattr(tree, name) for name in _names_of(type(tree))]


_FIELD_NAMES: Final[dict[type, tuple[str, ...]]] = {}


def _names_of(kind: type) -> tuple[str, ...]:
    """Return the names of a node's fields, () for a leaf; asked of a few kinds, and of each many thousand times."""
    if kind not in _FIELD_NAMES:
        _FIELD_NAMES[kind] = tuple(one.name for one in fields(kind)) if is_dataclass(kind) else ()
    return _FIELD_NAMES[kind]


def settings(tree: Any) -> tuple[str, ...]:
    """Return every setting that a tree names."""
    if isinstance(tree, t.Setting):
        return (tree.text,)
    if isinstance(tree, t.Step) and tree.phrase == "always setting":
        return (str(tree.arguments[0]),)
    return tuple(dict.fromkeys(name for part in _parts(tree) for name in settings(part)))


def references(tree: Any) -> tuple[tuple[str, str], ...]:
    """Return every `(entity, field)` that a reference step of a tree names, as written."""
    if isinstance(tree, t.Step) and tree.phrase in ("the with the same", "match or create the"):
        return ((str(tree.arguments[0]), str(tree.arguments[1])),)
    return tuple(dict.fromkeys(found for part in _parts(tree) for found in references(part)))


def tables(tree: Any) -> tuple[str, ...]:
    """Return every value table that a step of a tree looks up in, as written, those inside formulas too."""
    if isinstance(tree, t.Step) and tree.phrase == "look up in":
        return (str(tree.arguments[0]),)
    return tuple(dict.fromkeys(found for part in _parts(tree) for found in tables(part)))


def may_lack(tree: Any) -> tuple[str, ...]:
    """Return the fields in whose place a formula has something else where they are blank: `(burden or 14 %)`."""
    if isinstance(tree, t.Instead):
        return tuple(dict.fromkeys(one.name for one in uses(tree.first)))
    return tuple(dict.fromkeys(found for part in _parts(tree) for found in may_lack(part)))


def atoms(condition: t.Condition) -> tuple[t.Atom, ...]:
    """Return the tests that a condition is made of, so that records can be built on both sides of each.

    The condition inside a quantifier is not opened: build the related records from `atoms(atom.condition)`.
    """
    if isinstance(condition, t.Not):
        return atoms(condition.part)
    if isinstance(condition, t.And | t.Or):
        return tuple(dict.fromkeys(atom for part in condition.parts for atom in atoms(part)))
    return (condition,)


def matching_source(name: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed name that a used name stands for, or None.

    A name stands for itself, for the one allowed name that ends with it, or for a reference through an allowed
    name (`owner.name` where `owner` is allowed). Blanks and case of the words of a label do not count.
    """
    known = list(dict.fromkeys(allowed))
    if name in known:
        return name
    tails = [one for one in known if one.endswith(f".{name}")]
    if len(tails) == 1:
        return tails[0]
    through = [one for one in known if name.startswith((f"{one}.", f"{one}[")) or one == f"{name}[]"]
    if through:
        return max(through, key=len)
    folded = [one for one in known if one.casefold() == name.casefold()]
    return folded[0] if len(folded) == 1 else None


def unknown_names(rule: t.RuleTree | t.Condition, allowed: Iterable[str]) -> tuple[Used, ...]:
    """Return the names of the sending record that no allowed name covers.

    Names inside quantifiers and after `where` belong to other records, and are the caller's to check.
    """
    known = list(allowed)
    return tuple(
        used
        for used in names(rule)
        if not used.within and not used.of_items and matching_source(used.name, known) is None
    )


def unknown_problem(used: Used, allowed: Iterable[str], place: Place) -> Problem:
    """Say that a name does not stand in the sending cell, and what it may have been meant for."""
    known = list(allowed)
    return Problem(
        place,
        "only names that stand in the sending cell" + (f": {', '.join(known)}" if known else ""),
        f"the name `{used.name}`" + (f" at character {used.column}" if used.column else ""),
        nearest(used.name, known),
        f'Add it to the sending cell, or write "{used.name}" if you mean the text.',
        "unknown-name",
    )


def respelt(tree: Any, name_of: Callable[[str, tuple[str, ...]], str], within: tuple[str, ...] = ()) -> Any:
    """Return a condition with every name as `name_of` spells it; it is told the quantifiers around, as `Used` is."""
    if isinstance(tree, t.Name):
        return replace(tree, text=name_of(tree.text, within))
    if isinstance(tree, t.Setting | t.Literal):
        return tree
    if isinstance(tree, t.Quantified):
        inner = (*within, tree.entity)
        by = name_of(tree.by, inner) if tree.by else ""
        return replace(tree, by=by, condition=respelt(tree.condition, name_of, inner))
    if isinstance(tree, tuple):
        return tuple(respelt(part, name_of, within) for part in tree)
    if is_dataclass(tree) and not isinstance(tree, type):
        return replace(tree, **{one.name: respelt(getattr(tree, one.name), name_of, within) for one in fields(tree)})
    return tree


def renamed(tree: Any, names_of: Mapping[str, str]) -> Any:
    """Return a tree in which names of the sending record are replaced; those of other records stay as they are."""
    if isinstance(tree, t.Name):
        other = names_of.get(tree.text)
        return replace(tree, text=other) if other is not None else tree
    if isinstance(tree, t.Quantified | t.Where | t.Setting | t.Literal):
        return tree
    if isinstance(tree, tuple):
        return tuple(renamed(part, names_of) for part in tree)
    if is_dataclass(tree) and not isinstance(tree, type):
        return replace(tree, **{one.name: renamed(getattr(tree, one.name), names_of) for one in fields(tree)})
    return tree
