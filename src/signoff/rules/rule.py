"""Hold an understood rule cell: work it out for a record, and tell what agrees with it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

from signoff.expressions import tree as t
from signoff.expressions.evaluate import Unreadable, condition, day
from signoff.expressions.walk import tables as tables_of
from signoff.record import ABSENT, Value, blank, same_json
from signoff.rules import results
from signoff.rules.blanks import blank_in_form, blank_raw
from signoff.rules.context import Context, Moment, RowTypes, SourceField, World, zone_named
from signoff.rules.lookup import table_edges
from signoff.rules.modifiers import Modifiers
from signoff.rules.reading import shown
from signoff.rules.references import REFERENCE
from signoff.rules.registry import AROUND, KIND_OF_TYPE, KINDS, PHRASES, Around, Ask, Edge, Kind
from signoff.rules.results import BadData, Blank, Kept, LeftOut, Result, Stopped, Unwritten
from signoff.rules.results import Value as Held
from signoff.rules.step_edges import edges_of_steps, halves_of_steps, local_times
from signoff.schema import Field, Side, SystemSchema, Type


class Rule:
    """Hold an understood rule cell: what it says, what it gives for a record, and what agrees with it.

    `sentence` is for reports. `assumed`: nobody wrote how to compare, so the default for the types does.
    `open_question` is "" or why nothing can be judged. `names` are the sending fields that it reads. `inverts`
    tells whether a two-way row may use it.
    """

    __slots__ = (
        "_ask",
        "_run",
        "_table",
        "_tables",
        "_when",
        "assumed",
        "form",
        "inverts",
        "kind",
        "many",
        "modifiers",
        "names",
        "open_question",
        "ordered",
        "sentence",
        "text",
        "tree",
        "types",
    )

    def __init__(
        self,
        text: str,
        tree: t.RuleTree,
        types: RowTypes,
        run: Callable[[Context], Any],
        kind: Kind,
        ask: Ask,
        modifiers: Modifiers,
        sentence: str,
        names: tuple[str, ...],
        many: bool = False,
        ordered: bool = False,
        assumed: bool = False,
        open_question: str = "",
        inverts: bool = True,
        table: str = "",
    ) -> None:
        self.text = text
        self.tree = tree
        self.types = types
        self.kind = kind
        self.modifiers = modifiers
        self.sentence = sentence
        self.names = names
        self.many = many
        self.ordered = ordered
        self.assumed = assumed
        self.open_question = open_question
        self.inverts = inverts
        self._run = run
        self._ask = ask
        self._table = table
        self._tables: tuple[str, ...] | None = None
        self._when = condition(modifiers.only_when) if modifiers.only_when is not None else None

    @property
    def table(self) -> str:
        """Return the name of the value table that it looks up in, or ""."""
        return self._table

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the names of all value tables that it looks up in, those inside a formula too."""
        if self._tables is None:
            known = {" ".join(name.split()).casefold(): name for name in self.types.tables}
            asked = (" ".join(name.split()).casefold() for name in tables_of(self.tree.steps))
            found = [known[name] for name in asked if name in known]
            # The default for a picklist looks up in a table that nobody wrote into the cell.
            self._tables = tuple(dict.fromkeys([*([self._table] if self._table else []), *found]))
        return self._tables

    def __repr__(self) -> str:
        return f"Rule({self.text!r})"

    def value(self, context: Context) -> Result:
        """Work the rule out for a sending record at one moment.

        Conditions are applied (Unwritten, or Blank with `else blank`); what depends on the receiving record's own
        past (`on create only` and its like) is applied by `settled`.
        """
        if context.trace:
            context.trace.clear()
        try:
            if self._when is not None and not self._when(context):
                return Blank() if self.modifiers.else_blank else Unwritten("its condition does not hold")
            if self.modifiers.effective_date and self._too_early(context):
                return Unwritten("its effective date has not come yet")
            value = self._run(context)
            if value is None or value == "":
                return self._traced(Blank(), context)
            if self.many:
                found = self._converted(value if isinstance(value, list) else [value], context)
                held: Result = Held(found) if any(item is not None for item in found) else Blank()
            elif isinstance(value, list):
                return BadData(results.UNREADABLE, "a list where one value is needed")
            else:
                held = Held(self.kind.convert(value, context, self._ask))
            if self.modifiers.must_exist is not None:
                held = self._existing(held, context)
            return self._traced(held, context) if context.trace else held
        except Stopped as stopped:
            result = stopped.result
            if isinstance(result, BadData) and self.modifiers.must_exist is not None:
                return self._absent(result)
            return result
        except Unreadable as trouble:
            return BadData(results.UNREADABLE, f"the value is {trouble}")

    def _converted(self, items: list[Any], context: Context) -> list[Any]:
        convert, ask = self.kind.convert, self._ask
        return [None if blank(item) else convert(item, context, ask) for item in items]

    def _traced(self, result: Result, context: Context) -> Result:
        if not context.trace:
            return result
        rows, table = tuple(row for _, row in context.trace), context.trace[0][0]
        if isinstance(result, Held):
            return Held(result.typed, rows, table)
        if isinstance(result, Blank):
            return Blank(result.form, rows, table)
        return result

    def _too_early(self, context: Context) -> bool:
        found = day(context.typed(self.modifiers.effective_date), context.zone)
        return found is not None and found > context.today()

    def _existing(self, result: Result, context: Context) -> Result:
        wanted = self.modifiers.must_exist
        target = self.types.target
        if wanted is None or not isinstance(result, Held) or self.kind is REFERENCE:
            return result
        values = result.typed if isinstance(result.typed, list) else [result.typed]
        if target is not None and target.choices:
            known = all(value is None or str(value) in target.choices for value in values)
        else:
            entity = (target.entity or target.name) if target is not None else self.types.target_name
            fields = wanted.names or ("name",)
            known = all(
                value is None or any(context.partner(entity, name, value).ids for name in fields) for value in values
            )
        return result if known else self._absent(BadData(results.MUST_EXIST, "the receiving side does not know it"))

    def _absent(self, result: BadData) -> Result:
        wanted = self.modifiers.must_exist
        if wanted is None or result.kind not in (results.MUST_EXIST, results.LEADS_NOWHERE):
            return result
        if wanted.otherwise == "left out":
            return LeftOut()
        if wanted.otherwise == "nothing is written":
            return Unwritten("the receiving side does not know it")
        return result

    def agrees(self, result: Result, raw_target: Value, context: Context) -> bool:
        """Tell whether what the receiver holds is what a result asks for.

        A blank agrees with every form of blank unless the rule names one; left out, null, empty text and empty
        list are judged strictly. Unwritten and bad data agree with what the field held before.
        """
        if isinstance(result, Held):
            return self._holds(result.typed, raw_target, context)
        if isinstance(result, Blank):
            return blank_in_form(raw_target, result.form)
        if isinstance(result, LeftOut):
            return raw_target is ABSENT or self._own_default(raw_target)
        if isinstance(result, Kept):
            return self._kept(result.raw, raw_target)
        return self._kept(context.previous, raw_target)

    def _holds(self, typed: Any, raw: Value, context: Context) -> bool:
        if self.many:
            if blank(raw):
                return False
            items = raw if isinstance(raw, list | tuple) else [raw]
            try:
                found = [None if blank(item) else self.kind.found(item, context, self._ask) for item in items]
            except Unreadable:
                return False
            return self._same_list(typed, found)
        if blank(raw) or isinstance(raw, list | tuple):
            return False
        try:
            return self.kind.equal(typed, self.kind.found(raw, context, self._ask), self._ask)
        except Unreadable:
            return False

    def _same_list(self, wanted: list[Any], found: list[Any]) -> bool:
        if self.ordered:
            return len(wanted) == len(found) and all(map(self.same_item, wanted, found))
        return all(any(self.same_item(one, other) for other in found) for one in wanted) and all(
            any(self.same_item(other, one) for other in wanted) for one in found
        )

    def found_item(self, raw: Value, context: Context) -> Any:
        """Read one receiving value as the rule compares it; raise Unreadable."""
        return self.kind.found(raw, context, self._ask)

    def same_item(self, left: Any, right: Any) -> bool:
        """Compare two values in the form that the rule compares; blank is like blank only."""
        if left is None or right is None:
            return left is right
        return self.kind.equal(left, right, self._ask)

    def _own_default(self, raw: Value) -> bool:
        target = self.types.target
        return target is not None and target.default is not ABSENT and same_json(raw, target.default)

    def _kept(self, before: Value, raw: Value) -> bool:
        if blank(before):
            return blank(raw) or (before is ABSENT and self._own_default(raw))
        return same_json(before, raw)

    def shown(self, result: Result) -> str:
        """Write a result for a reader."""
        if isinstance(result, Held):
            return shown(result.typed if not isinstance(result.typed, list) else list(result.typed))
        if isinstance(result, Blank):
            return result.form or "blank"
        if isinstance(result, LeftOut):
            return "left out"
        if isinstance(result, Unwritten):
            return f"nothing is written: {result.reason}"
        if isinstance(result, Kept):
            return f"what it held before: {shown(result.raw)}"
        return f"bad data: {result.kind}"

    def raw(self, result: Result, target_field: Field | None = None) -> Value:
        """Return the right receiving value as JSON; ABSENT where nothing is to be written."""
        field = target_field if target_field is not None else self.types.target
        if isinstance(result, Held):
            if isinstance(result.typed, list) and self.many:
                return [None if item is None else self._raw_one(item, field) for item in result.typed]
            return self._raw_one(result.typed, field)
        if isinstance(result, Blank):
            return blank_raw(result.form, field, self.many)
        if isinstance(result, Kept):
            return result.raw
        return ABSENT

    def _raw_one(self, typed: Any, field: Field | None) -> Value:
        found = self.kind.raw(typed, field, zone_named(self.types.target_zone))
        id_field = self.types.target_id
        if self.kind is REFERENCE and id_field is not None and id_field.type is Type.INTEGER and isinstance(found, str):
            return int(found) if found.isdecimal() else found
        return found

    def edges(self, name: str = "", around: Around = AROUND) -> tuple[Edge, ...]:
        """Return sending values worth trying for a field (by default the one the steps work on), typed."""
        source = self._source(name)
        if source is None:
            return ()
        field, first = source.field, not name or source.name == self._first_name()
        looked_up = self.types.tables[self._table] if self._table and first else None
        own = () if self._ask.zone is None else (self._ask.zone,)
        countries = (self.modifiers.default_country,) if self.modifiers.default_country else around.countries
        around = replace(around, zones=tuple(dict.fromkeys((*own, *around.zones))), countries=countries)
        found: list[Edge] = list(table_edges(looked_up, self.types.side)) if looked_up is not None else []
        if field is not None and field.choices:
            found += [Edge(choice, "a choice of the field") for choice in field.choices]
        elif not self._table:
            found += KINDS[KIND_OF_TYPE[field.type if field is not None else Type.ANY]].edges(field, around)
        for step in self.tree.steps[:1]:
            found += PHRASES[step.phrase].edges if step.phrase in PHRASES else ()
        if field is None or (field.type in (Type.TEXT, Type.ANY) and not field.choices):
            read = self.kind.edges(field, around) if {Type.EMAIL, Type.PHONE} & set(self.kind.types) else ()
            found = [*edges_of_steps(self.tree.steps), *local_times(self.kind, self.tree.steps, around), *read, *found]
        elif field.type in (Type.AMOUNT, Type.NUMBER) and not field.choices:
            found += halves_of_steps(self.tree.steps)
        return tuple(found)

    def _first_name(self) -> str:
        return self.names[0] if self.names else ""

    def _source(self, name: str) -> SourceField | None:
        wanted = name or self._first_name()
        return next((one for one in self.types.sources if one.name == wanted), None)

    def near_misses(self, result: Result) -> tuple[Value, ...]:
        """Return wrong but plausible receiving values for a result, as JSON; none of them agrees."""
        target = self.types.target
        if isinstance(result, Held):
            found = self._near_lists(result.typed) if self.many else self._near_ones(result.typed)
            return tuple(_distinct(found))
        if isinstance(result, Blank):
            if result.form:
                forms: dict[str, Value] = {"null": None, "empty text": "", "empty list": []}
                return (*(value for form, value in forms.items() if form != result.form), ABSENT)
            edges = self.kind.edges(target, AROUND)
            first = next(iter(edges), None)
            if first is None:
                return ()
            one = self._raw_one(first.value, target)
            return ([one] if self.many else one,)
        if isinstance(result, LeftOut):
            return (None, "")
        return ()

    def other_outputs(self, result: Result) -> tuple[Value, ...]:
        """Return what other rows of the value table give, as JSON; empty when there is no table."""
        if not self._table:
            return ()
        typed = result.typed if isinstance(result, Held) and not self.many else None
        found = _distinct(self._other_outputs(typed))
        return tuple([one] for one in found) if self.many else tuple(found)

    def in_other_bands(self, context: Context) -> tuple[Value, ...]:
        """Return what a formula would give if each table in it gave another of its values, as JSON."""
        right = self.value(context)
        found: list[Value] = []
        for name in () if self._table else self.tables:
            table = context.moment.tables.get(name, self.types.tables[name])
            for other in dict.fromkeys((row.app.text, row.back_to) for row in table.rows):
                rows = tuple(replace(row, app=replace(row.app, text=other[0])) for row in table.rows)
                read = copy.copy(context)
                read.moment = replace(context.moment, tables={**context.moment.tables, name: replace(table, rows=rows)})
                read.trace = []
                result = self.value(read)
                if isinstance(result, Held) and not (isinstance(right, Held) and result.typed == right.typed):
                    found.append(self.raw(result))
        return tuple(_distinct(found))

    def _near_ones(self, typed: Any) -> Iterable[Value]:
        if self._table:
            yield from self._other_outputs(typed)
        for near in self.kind.near(typed, self.types.target):
            yield self._raw_one(near, self.types.target)

    def _other_outputs(self, typed: Any) -> Iterable[Value]:
        table = self.types.tables[self._table]
        for row in table.rows:
            text = row.app.text if self.types.side is Side.ATS else (row.back_to or row.ats.text)
            if text.casefold() in ("(blank)", "anything else", "error", "left out", "the same value", "kept as it is"):
                continue
            try:
                other = self.kind.convert(text, NOBODY, self._ask)
            except (Stopped, Unreadable):
                continue
            if typed is None or not self.kind.equal(typed, other, self._ask):
                yield self._raw_one(other, self.types.target)

    def _near_lists(self, items: list[Any]) -> Iterable[Value]:
        raw = [None if item is None else self._raw_one(item, self.types.target) for item in items]
        distinct = _distinct(raw)
        if len(distinct) > 1:
            yield [one for one in raw if not same_json(one, distinct[-1])]
            yield distinct[:1]
            if self.ordered and not same_json(raw[::-1], raw):
                yield raw[::-1]
        last = next(item for item in reversed(items) if item is not None)
        for near in self._near_ones(last):
            if not any(same_json(near, one) for one in raw):
                yield [*[one for one, item in zip(raw, items, strict=True) if item is not last], near]
                return


NOBODY: Final = Context(World(SystemSchema(Side.ATS, "nobody", {}), {}), "", {}, Moment())


def _distinct(values: Iterable[Value]) -> list[Value]:
    found: list[Value] = []
    for value in values:
        if not any(same_json(value, other) for other in found):
            found.append(value)
    return found
