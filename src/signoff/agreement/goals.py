"""Bind goals: which records and fields a measure means, and which chart rows carry them to the other side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from signoff.agreement.asking import matter_id, plain, stated
from signoff.agreement.matters import BothSides, BoundGoal
from signoff.agreement.resolved import BoundRow, Pair
from signoff.agreement.rows import labels_of
from signoff.agreement.statement import Kind, Matter, Statement
from signoff.agreement.words import entity_words, words_of
from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.expressions import tree as t
from signoff.expressions import walk
from signoff.expressions.measures import Count, Days, Measure, Named, Share, Sum, parse_measure
from signoff.rules.context import World
from signoff.rules.names import canonical
from signoff.schema import Field, Side, SystemSchema, Type
from signoff.scope import Document, Goal, Integration

_DATES = (Type.DATE, Type.INSTANT)
_NUMBERS = (Type.AMOUNT, Type.NUMBER, Type.INTEGER)
_KEEPS = frozenset(
    {
        "same text",
        "same date",
        "same date and time",
        "same amount",
        "same number",
        "same yes/no",
        "same value",
        "as text",
        "as a number",
        "the with the same",
    }
)
"""Steps after which two values differ exactly where they differed before."""

_HARMLESS = frozenset({"blank clears"})
"""Modifiers after which the receiving value still follows every change."""


@dataclass(slots=True)
class GoalBinder:
    """Bind the goals of one integration; `problems` collects what is wrong."""

    integration: Integration
    schemas: Mapping[Side, SystemSchema]
    pairs: Sequence[Pair]
    problems: list[Problem]
    _worlds: dict[Side, World] = field(default_factory=dict)

    def bind(self, document: Document, goal: Goal) -> tuple[BoundGoal, Statement] | None:
        """Return a goal bound, with its statement; None when it is wrong (then `problems` grew)."""
        before = len(self.problems)
        statement = matter_id("goal", goal.goal, goal.row, self.problems)
        try:
            measure = parse_measure(goal.measured_as.text, goal.measured_as.place)
        except ScopeError as error:
            self.problems += error.problems
            return None
        found = _Finding(self, goal.measured_as.place, statement, measure).found()
        if found is None or len(self.problems) > before:
            return None
        assumed = {row.statement for pair in self.pairs for row in pair.rows if row.rule and row.rule.assumed}
        said = ", ".join(f"{name} {text}" for name, text in goal.targets if text)
        made = replace(
            plain(statement, Kind.GOAL, goal.goal, f"Measured as {goal.measured_as.text}: {said}."),
            assumed_rule=any(one in assumed for one in found.rests_on),
            matter=Matter(measured_as=goal.measured_as.text, targets=goal.targets),
        )
        return found, stated(self.integration, document, goal.row, made)

    def world(self, side: Side) -> World:
        """Return an empty world of one side, to resolve names by."""
        if side not in self._worlds:
            schema = self.schemas[side]
            self._worlds[side] = World(
                schema, {}, labels_of(self.integration, schema), entity_words(self.integration, side)
            )
        return self._worlds[side]


@dataclass(slots=True)
class _Finding:
    """Find what one measure means."""

    binder: GoalBinder
    place: Place
    statement: str
    measure: Measure
    lacking: list[str] = field(default_factory=list)
    rests_on: list[str] = field(default_factory=list)
    fields: dict[str, BothSides] = field(default_factory=dict)

    def found(self) -> BoundGoal | None:
        one = self.measure
        start = one.start if isinstance(one, Days) else one.of
        meant = self._meant(start)
        if meant is None:
            return None
        side, entity, path = meant
        pair = self._pair(side, entity)
        end_pair: Pair | None = None
        wheres: tuple[t.Condition, t.Condition] | None = None
        if isinstance(one, Share):
            wheres = self._wheres(one, side, entity, pair)
        elif isinstance(one, Days):
            self._carry("start", path, start, side, entity, pair, _DATES)
            end_pair = self._end(one, side, entity, pair)
        else:
            if path:
                self._carry("value", path, start, side, entity, pair, _NUMBERS if isinstance(one, Sum) else ())
            elif isinstance(one, Sum) or one.distinct:
                self._wrong(f"a field of {entity} behind a dot", f"`{start}`", how="For instance Placement.payRate.")
            self._by(one, side, entity, pair)
        return BoundGoal(
            self.statement,
            one,
            pair.name if pair is not None else "",
            end_pair.name if end_pair is not None else "",
            self.fields,
            wheres,
            tuple(dict.fromkeys(self.lacking)),
            tuple(dict.fromkeys(self.rests_on)),
            side,
        )

    # Names

    def _meant(self, named: Named, only: Side | None = None) -> tuple[Side, str, str] | None:
        """Return side, entity and path that a word and a field mean together; the field decides between two sides."""
        known = self._entities(named.entity, only)
        if not known:
            ours = self.binder.integration.entities.values()
            words = [word for entity in ours for side in Side for word in words_of(entity, side)]
            words += [name for entity in ours for name in (entity.ats, entity.app)]
            self._wrong(
                "an entity of one of the two systems",
                f"`{named.entity}`",
                nearest(named.entity, words),
                "unknown-entity",
            )
            return None
        fits = [
            (side, entity, path)
            for side, entity in known
            if (path := self._path(side, entity, named.field)) or not named.field
        ]
        if not fits:
            side, entity = known[0]
            fields = [
                one.path for side, entity in known for one in self.binder.schemas[side].entities[entity].all_fields()
            ]
            system = self.binder.integration.systems[side].name
            self._wrong(
                f"a field of {entity} ({system})", f"`{named.field}`", nearest(named.field, fields), "unknown-field"
            )
            return None
        if len({side for side, _, _ in fits}) > 1:
            names = " or ".join(entity for _, entity, _ in fits)
            self._wrong(
                "a word that means records of one system", f"`{named.entity}`", how=f"Write {names}.", code="two-sides"
            )
            return None
        return fits[0]

    def _entities(self, word: str, only: Side | None) -> list[tuple[Side, str]]:
        sides = [only] if only is not None else list(Side)
        exact = [(side, word) for side in sides if word in self.binder.schemas[side].entities]
        if exact:
            return exact
        found: dict[tuple[Side, str], None] = {}
        for entity in self.binder.integration.entities.values():
            for side in sides:
                name = entity.ats if side is Side.ATS else entity.app
                if word.lower() in words_of(entity, side) and name in self.binder.schemas[side].entities:
                    found[side, name] = None
        return list(found)

    def _path(self, side: Side, entity: str, name: str) -> str:
        """Return the path of a field: by its name, its label, or a reference without its `_id`; "" if there is none."""
        if not name:
            return ""
        for label, key in self.binder.integration.labels.items():
            own, _, path = key.partition(".")
            if own == entity and label.casefold() == name.strip("`").casefold():
                return path
        if self.binder.world(side).resolved(entity, name).known:
            return canonical(self.binder.world(side), entity, name)
        for one in self.binder.schemas[side].entities[entity].all_fields():
            if one.type is Type.REFERENCE and one.path in (f"{name}_id", f"{name}Id"):
                return one.path
        return ""

    def _field(self, side: Side, entity: str, path: str) -> Field | None:
        return self.binder.world(side).resolved(entity, path).field

    # What carries them

    def _pair(self, side: Side, entity: str) -> Pair | None:
        for pair in self.binder.pairs:
            if (pair.sender, pair.source) == (side, entity) or (pair.sender.other, pair.target) == (side, entity):
                return pair
        self.lacking.append(f"a binding that carries {entity} to the other side")
        return None

    def _carry(
        self, part: str, path: str, named: Named, side: Side, entity: str, pair: Pair | None, types: tuple[Type, ...]
    ) -> None:
        if not path:
            self._wrong(f"a field of {entity} behind a dot", f"`{named}`", how="For instance Placement.dateBegin.")
            return
        known = self._field(side, entity, path)
        if types and known is not None and known.type not in types:
            kind = "a date" if types == _DATES else "a number"
            fields = [
                one.path
                for one in self.binder.schemas[side].entities[entity].all_fields()
                if one.type in types and not one.technical
            ]
            such = f", such as {', '.join(fields[:4])}" if fields else f"; {entity} has none"
            self._wrong(f"{kind}{such}", f"`{named}`, a field of type {known.type.value}")
            return
        if pair is not None:
            both = self._carried(path, side, pair)
            if both is not None:
                self.fields[part] = both

    def _carried(self, path: str, side: Side, pair: Pair) -> BothSides | None:
        """Return a field's paths on both sides if a row carries it whole; else note what is lacking."""
        sending = side is pair.sender
        rows = [row for row in pair.rows if ((row.sources == (path,)) if sending else row.target == path) and row.rule]
        entity = pair.source if sending else pair.target
        why = [_loses(row, pair) for row in rows]
        for row, reason in zip(rows, why, strict=True):
            if not reason:
                self.rests_on.append(row.statement)
                return BothSides(row.sources[0], row.target)
        told = "; ".join(f"{row.statement} does not do, {reason}" for row, reason in zip(rows, why, strict=True))
        self.lacking.append(f"a row that carries {entity}.{path} as it is" + (f" ({told})" if told else ""))
        return None

    # Parts of measures

    def _by(self, one: Count | Sum, side: Side, entity: str, pair: Pair | None) -> None:
        if one.by:
            path = self._path(side, entity, one.by)
            if not path:
                fields = [found.path for found in self.binder.schemas[side].entities[entity].all_fields()]
                self._wrong(f"a date of {entity}", f"`{one.by}`", nearest(one.by, fields), "unknown-field")
                return
            self._carry("by", path, Named(entity, one.by), side, entity, pair, _DATES)
            return
        if pair is None:
            return
        sending = side is pair.sender
        dates: dict[str, None] = {}
        for row in pair.rows:
            known = (row.source_fields[0] if row.source_fields else None) if sending else row.target_field
            if row.rule is not None and known is not None and known.type in _DATES and len(row.sources) == 1:
                dates[row.sources[0] if sending else row.target] = None
        if len(dates) != 1:
            self._wrong(
                f"which date of {entity} says into which {one.period} a record falls",
                f"{len(dates)} dates in its chart" + (f": {', '.join(dates)}" if dates else ""),
                how=f"Add it: … per {one.period} by {next(iter(dates), 'FIELD')}.",
                code="which-date",
            )
            return
        (path,) = dates
        self._carry("by", path, Named(entity, path), side, entity, pair, _DATES)

    def _end(self, one: Days, side: Side, entity: str, pair: Pair | None) -> Pair | None:
        meant = self._meant(one.end, side)
        if meant is None:
            return None
        _, end, path = meant
        if end == entity:
            if path and path == self._path(side, entity, one.start.field):
                self._wrong(
                    f"two different dates of {entity}", f"`{one.start}` twice", how="It would always be 0 days."
                )
                return None
            self._carry("end", path, one.end, side, entity, pair, _DATES)
            return None
        links = self.binder.schemas[side].references_to(end, entity)
        if not links:
            fitting = [
                name
                for name in self.binder.schemas[side].entities
                if self.binder.schemas[side].references_to(name, entity)
            ]
            self._wrong(f"records that refer to {entity}: {', '.join(fitting)}", f"`{one.end}`", nearest(end, fitting))
            return None
        if not one.pick:
            self._wrong(
                f"`first {one.end}` or `last {one.end}`",
                f"`{one.end}`",
                how=f"Several records of {end} may refer to one {entity}: say which one counts.",
            )
        other = self._pair(side, end)
        self._carry("end", path, one.end, side, end, other, _DATES)
        if other is not None:
            link = self._carried(links[0].path, side, other)
            if link is not None:
                self.fields["link"] = link
        return other

    def _wheres(self, one: Share, side: Side, entity: str, pair: Pair | None) -> tuple[t.Condition, t.Condition] | None:
        world = self.binder.world(side)
        names: dict[str, str] = {}
        for used in walk.names(one.where):
            if used.within:
                continue
            path = self._path(side, entity, used.name)
            if not path:
                fields = [found.path for found in self.binder.schemas[side].entities[entity].all_fields()]
                self._wrong(
                    f"a field of {entity} ({self.binder.integration.systems[side].name})",
                    f"`{used.name}`",
                    nearest(used.name, fields),
                    "unknown-field",
                )
                return None
            names[used.name] = path
        for words, _ in walk.entities(one.where):
            if not world.entity_named(words):
                self._wrong(
                    f"an entity of {self.binder.integration.systems[side].name}",
                    f"`{words}`",
                    nearest(words, self.binder.schemas[side].entities),
                    "unknown-entity",
                )
                return None
            self.lacking.append(f"a condition on {entity}'s own fields, because `{words}` are other records")
        if pair is None:
            return None
        both = {name: found for name, path in names.items() if (found := self._carried(path, side, pair)) is not None}
        if len(both) < len(names):
            return None
        sending = walk.renamed(one.where, {name: found.sending for name, found in both.items()})
        receiving = walk.renamed(one.where, {name: found.receiving for name, found in both.items()})
        return sending, receiving

    def _wrong(
        self, expected: str, found: str, did_you_mean: str | None = None, code: str = "measure", how: str = ""
    ) -> None:
        self.binder.problems.append(Problem(self.place, expected, found, did_you_mean, how, code))


def _loses(row: BoundRow, pair: Pair) -> str:
    """Return why the receiving value of a row does not stand for the sending one, or "" if it does."""
    assert row.rule is not None
    rule = row.rule
    if rule.open_question:
        return "its rule is an open question"
    if len(row.sources) != 1:
        return "it has several sources"
    others = [one for one in rule.tree.modifiers if one.phrase not in _HARMLESS]
    if others:
        return f"because it says `{others[0].phrase}`"
    if len(pair.writers(row.target)) > 1:
        return "because another row writes the same field"
    if rule.table:
        return f'because it looks up in "{rule.table}"'
    steps = rule.tree.steps
    lost = next((one for one in steps if one.phrase not in _KEEPS), None)
    if lost is not None:
        return f"because of `{lost.phrase}`"
    if any(one.phrase.startswith("same date") and any(one.arguments) for one in steps):
        return "because it moves to another zone"
    ends = (row.source_fields[0], row.target_field)
    types = [one.type for one in ends if one is not None]
    if len(set(types)) > 1 and ((set(types) & set(_DATES)) or not steps):
        return f"because {types[0].value} becomes {types[1].value}"
    return ""
