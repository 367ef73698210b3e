"""Register every phrase, modifier and kind of comparison, with what a reader must know about each.

A phrase is a function that builds a run from a parsed step; the decorator adds how it is written, what it
computes, how it compares, whether it can be turned round, its edge values, and worked examples with sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from signoff.expressions.tree import Step
from signoff.record import Value
from signoff.rules.reading import write
from signoff.rules.sources import Source
from signoff.schema import Field, Type

if TYPE_CHECKING:
    from signoff.rules.context import Context
    from signoff.rules.work import Work

Run: TypeAlias = "Callable[[Any, Context], Any]"
"""Work one step out: the value so far (None when blank) and the record → the next value."""

Build: TypeAlias = "Callable[[Step, Work], Run]"


@dataclass(frozen=True, slots=True)
class Edge:
    """Hold a sending value worth trying, in typed form, and why.

    `where_held`: only where the receiving field can hold what the row makes of it; it is no bad data to try elsewhere.
    """

    value: Any
    why: str
    where_held: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """Say what an example gives when it is no value: blank, left out, unwritten, bad data (with its kind) or kept."""

    name: str
    kind: str = ""


BLANK: Final = Outcome("blank")
LEFT_OUT: Final = Outcome("left out")
UNWRITTEN: Final = Outcome("nothing is written")


@dataclass(frozen=True, slots=True)
class Example:
    """Hold one worked example: a rule, literal sending values, and the literal receiving value.

    `types` give fields a type other than the one their value suggests; `target` is the receiving field's type.
    `options` are what else the record needs: tables, settings, country, zone, previous value, partners.
    """

    rule: str
    given: Mapping[str, Value]
    gives: Value | Outcome
    source: Source
    types: Mapping[str, Type] = field(default_factory=dict)
    target: Type = Type.TEXT
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Hold everything that is known of one phrase.

    `shape` is how an author writes it; `says` its sentence, with {0}, {1} for the arguments. `inverts` is "yes" or
    the reason why not. `starts`: it reads its own fields and needs no value before it. `on_list`: it takes a list
    as a whole; else a list is done item by item. `on_blank`: it is run for blank values too.
    """

    key: str
    shape: str
    family: str
    says: str
    computes: str
    compares: str
    inverts: str
    near: str
    build: Build
    examples: tuple[Example, ...]
    edges: tuple[Edge, ...] = ()
    starts: bool = False
    on_list: bool = False
    on_blank: bool = False
    compares_as: str = ""
    option: bool = False


PHRASES: Final[dict[str, Phrase]] = {}


def rule(
    key: str,
    *,
    shape: str = "",
    family: str,
    says: str = "",
    computes: str,
    compares: str = "By the receiving field's type.",
    inverts: str = "yes",
    near: str = "Those of the receiving field's type.",
    examples: Iterable[Example],
    edges: Iterable[Edge] = (),
    starts: bool = False,
    on_list: bool = False,
    on_blank: bool = False,
    compares_as: str = "",
    option: bool = False,
) -> Callable[[Build], Build]:
    """Register a phrase under the key that the grammar gives its step."""

    def register(build: Build) -> Build:
        PHRASES[key] = Phrase(
            key,
            shape or key,
            family,
            says or key,
            computes,
            compares,
            inverts,
            near,
            build,
            tuple(examples),
            tuple(edges),
            starts,
            on_list,
            on_blank,
            compares_as,
            option,
        )
        return build

    return register


@dataclass(frozen=True, slots=True)
class ModifierPhrase:
    """Hold what is known of one modifier; `says` has {0}, {1} for its arguments. `not_yet` refuses it, saying why."""

    key: str
    shape: str
    says: str
    means: str
    examples: tuple[Example, ...] = ()
    not_yet: str = ""


MODIFIERS: Final[dict[str, ModifierPhrase]] = {}


def modifier(
    key: str, *, shape: str = "", says: str = "", means: str, examples: Iterable[Example] = (), not_yet: str = ""
) -> None:
    """Register a modifier."""
    MODIFIERS[key] = ModifierPhrase(key, shape or key, says or key, means, tuple(examples), not_yet)


@dataclass(frozen=True, slots=True)
class Ask:
    """Hold what a comparison must know of its row.

    `zone` is that of `in ZONE` (None: the systems' own); `country` gives the country of a record's phones and
    states as a 2-letter code; `target` is the receiving field.
    """

    country: Callable[[Context], str]
    target: Field | None = None
    zone: ZoneInfo | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """Hold where and when a row's values live, as far as edges depend on it.

    `zones`: those whose clocks count, the row's own first. `year`: that of the world's clock. `countries`: 2-letter
    codes of those whose phones and states people write, the default one first.
    """

    zones: tuple[ZoneInfo, ...] = ()
    year: int = 2026
    countries: tuple[str, ...] = ("US",)


AROUND: Final = Around()
"""Where nothing is known of the integration."""


def _written(typed: Any, field_: Field | None, zone: ZoneInfo) -> Value:
    return write(field_, typed, zone)


@dataclass(frozen=True, slots=True)
class Kind:
    """Say how values of one kind are made, read on the receiving side, compared, and got wrong.

    `convert` turns a step's value into the kind's own form; `found` reads the receiving raw value into it. Both
    raise Unreadable or Stopped. `near` gives wrong but plausible values in that form.
    """

    name: str
    types: tuple[Type, ...]
    accepts: frozenset[Type]
    convert: Callable[[Any, Context, Ask], Any]
    found: Callable[[Value, Context, Ask], Any]
    equal: Callable[[Any, Any, Ask], bool]
    near: Callable[[Any, Field | None], Iterable[Any]]
    edges: Callable[[Field | None, Around], Iterable[Edge]]
    raw: Callable[[Any, Field | None, ZoneInfo], Value] = _written
    says: str = ""
    from_raw: bool = False


KINDS: Final[dict[str, Kind]] = {}
KIND_OF_TYPE: Final[dict[Type, str]] = {}


def kind(one: Kind) -> Kind:
    """Register a kind of comparison; its types compare by it unless a row says otherwise."""
    KINDS[one.name] = one
    for type_ in one.types:
        KIND_OF_TYPE[type_] = one.name
    return one


def ex(
    rule_text: str,
    given: Value,
    gives: Value | Outcome,
    source: Source,
    of: Type | Mapping[str, Type] | None = None,
    to: Type = Type.TEXT,
    **options: Any,
) -> Example:
    """Write one worked example; a value that is no mapping stands in the field `x`."""
    fields = dict(given) if isinstance(given, Mapping) else {"x": given}
    types = dict(of) if isinstance(of, Mapping) else dict.fromkeys(fields, of) if of is not None else {}
    return Example(rule_text, fields, gives, source, types, to, options)
