"""Bind documents, toml and schemas into one agreement, or say everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from signoff.agreement.access import bind_access
from signoff.agreement.addresses import address_problems, bind_address
from signoff.agreement.asking import bind_item, bind_question
from signoff.agreement.bindings import binding_of, bound_by_name
from signoff.agreement.conditions import ConditionBinder
from signoff.agreement.exceptions import excepted, repeated
from signoff.agreement.goals import GoalBinder
from signoff.agreement.grounds import grounds
from signoff.agreement.ids import value_id
from signoff.agreement.items import item_problems
from signoff.agreement.keys import with_rows
from signoff.agreement.leaving import with_questions
from signoff.agreement.lifecycle import LifecycleBinder
from signoff.agreement.matters import BoundMatters
from signoff.agreement.policy import PolicyBinder
from signoff.agreement.primary import flag_of, misnamed
from signoff.agreement.promises import hashed
from signoff.agreement.resolved import (
    Agreement,
    BoundRow,
    BoundValueRow,
    Linked,
    MatchKey,
    Pair,
)
from signoff.agreement.rows import RowBinder
from signoff.agreement.statement import Statement
from signoff.agreement.told import Told, connector_statement, own_statements
from signoff.agreement.transitions import transition_problems
from signoff.agreement.twoway import mirrored
from signoff.agreement.words import all_words
from signoff.agreement.worked import WorkedBinder
from signoff.agreement.workflows import bind_workflows
from signoff.chart import ValueTable
from signoff.errors import Problem, ScopeError, nearest
from signoff.expressions.tree import And, IsYes, Name
from signoff.schema import Side, SystemSchema
from signoff.scope import Binding, Document, EntitySettings, Integration


def _no_function(name: str) -> Callable[..., Any]:
    raise LookupError(name)


def bind(
    integration: Integration,
    documents: Sequence[Document],
    schemas: Mapping[Side, SystemSchema],
    scope_hash: str = "",
    today: date | None = None,
    resolve: Callable[[str], Callable[..., Any]] = _no_function,
    *,
    hashes: bool = True,
) -> Agreement:
    """Bind one integration. `schemas` have the toml's types applied; `resolve` finds functions of `checked by`.

    `today` decides whether a waiver has run out (None: none has). `hashes`: each statement gets the hash by which a
    later run knows that it has changed. Raises ScopeError with every problem found.
    """
    return _Binder(integration, documents, schemas, scope_hash, today, resolve, hashes).bind()


@dataclass(slots=True)
class _Binder:
    integration: Integration
    documents: Sequence[Document]
    schemas: Mapping[Side, SystemSchema]
    scope_hash: str
    today: date | None
    resolve: Callable[[str], Callable[..., Any]]
    hashes: bool
    problems: list[Problem] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    conditions: ConditionBinder = field(init=False)

    def __post_init__(self) -> None:
        self.conditions = ConditionBinder(self.integration, self.schemas, self.documents)

    def bind(self) -> Agreement:
        tables, branch_tables = self._tables()
        bindings = bound_by_name(self.integration, self.documents, self.schemas, self.problems)
        self.problems += misnamed(self.integration, self.schemas)
        pairs: dict[str, Pair] = {}
        binders: dict[str, RowBinder] = {}
        for name, (binding, document, entity, side) in bindings.items():
            pair = pairs[name] = self._pair(name, binding, document, entity, side)
            linked = pair.linked.entity if pair.linked else ""
            binders[name] = RowBinder(self.integration, self.schemas, tables, entity, name, side, linked, self.resolve)
        value_rows: list[BoundValueRow] = []
        ways_back: dict[str, list[BoundRow]] = {}
        life = LifecycleBinder(self.integration, self.conditions, self.problems)
        for document in self.documents:
            told = Told(self.integration, document)
            own: list[str] = []
            for chart in document.charts:
                found = binding_of(document, chart.group, chart.place, bindings, self.problems)
                if found is None:
                    continue
                if found not in own:
                    own.append(found)
                written = [one for row in chart.rows for one in binders[found].each(row)]
                rows = [row for row in (binders[found].bind(one) for one in written) if row is not None]
                self.conditions.asked(rows, pairs[found])
                self.statements += [told.row(chart, row) for row in rows]
                sender = pairs[found].sender
                ways_back.setdefault(found, []).extend(self._ways_back(rows, binders[found], sender))
                pairs[found] = replace(
                    pairs[found],
                    rows=(*pairs[found].rows, *(row for row in rows if not row.path and row.sender is sender)),
                    protected=(*pairs[found].protected, *(row for row in rows if row.path)),
                )
            for table in document.tables:
                for value_row in table.rows:
                    statement = value_row.id or value_id(table.name, value_row.ats.text, value_row.labels.branch)
                    value_rows.append(BoundValueRow(statement, table.name, value_row))
                    self.statements.append(told.value(table, value_row, statement))
            for population in document.populations:
                found = binding_of(document, population.group, population.place, bindings, self.problems)
                if found is None:
                    continue
                if found not in own:
                    own.append(found)
                cases = self.conditions.cases(population, pairs[found], life.states)
                if pairs[found].population:
                    self.problems.append(
                        Problem(
                            population.place,
                            f"one population for each {found}",
                            "a second one",
                            how="Put all rows into one table; the first that fits decides.",
                            code="two-populations",
                        )
                    )
                pairs[found] = replace(pairs[found], population=cases)
                self.statements += [
                    told.population(population, row, case, found)
                    for row, case in zip(population.rows, cases, strict=False)
                ]
            for policy in document.policies:
                found = binding_of(document, policy.group, policy.place, bindings, self.problems)
                if found is not None:
                    pairs[found], made = PolicyBinder(self.conditions, self.problems).bind(policy, pairs[found], told)
                    self.statements += made
            for table_ in document.lifecycles:
                found = binding_of(document, table_.group, table_.place, bindings, self.problems)
                if found is None:
                    continue
                lived = life.rows(table_, pairs[found])
                pairs[found] = replace(pairs[found], life=(*pairs[found].life, *(bound for _, bound in lived)))
                self.statements += [told.lifecycle(table_, row, bound, found) for row, bound in lived]
            for found in own:
                if bindings[found][1] is document:
                    self.statements += own_statements(self.integration, document, pairs[found])
        self.statements.append(connector_statement(self.integration))
        for binder in binders.values():
            self.problems += binder.problems
        self.problems += item_problems(list(pairs.values()), self.schemas, ways_back)
        for name, pair in pairs.items():
            pairs[name] = self._finished(pair, tuple(ways_back.get(name, ())))
        workflows = bind_workflows(self.integration, self.schemas, pairs.values(), self.documents, self.problems)
        self.statements += [made for _, made in workflows]
        matters = self._matters(list(pairs.values()))
        branches = self.conditions.branches(list(pairs.values()))
        self.problems += self.conditions.problems
        agreement = Agreement(
            integration=self.integration,
            schemas=self.schemas,
            pairs=tuple(pairs.values()),
            tables=tables,
            value_rows=tuple(value_rows),
            statements=(),
            branches=branches,
            words=all_words(self.integration),
            scope_hash=self.scope_hash,
            branch_tables=branch_tables,
            seeded=tuple(one.name for one in self.integration.entities.values() if one.seeded),
            matters=matters,
            workflows=tuple(one for one, _ in workflows),
        )
        self.statements = with_questions(self.statements, agreement)
        if self.hashes:
            said = self._all_tables()
            rests = grounds(agreement, self.statements)
            self.statements = hashed(self.statements, pairs.values(), value_rows, said, self.integration, rests)
        agreed = [one for document in self.documents for one in document.exceptions]
        self.statements, more = excepted(self.statements, agreed)
        self.problems += more + repeated(self.statements)
        if self.problems:
            raise ScopeError(sorted(dict.fromkeys(self.problems), key=lambda one: (one.where.file, one.where.line)))
        agreement = replace(agreement, statements=tuple(self.statements))
        wrong = transition_problems(agreement)
        if wrong:
            raise ScopeError(wrong)
        return agreement

    def _matters(self, pairs: Sequence[Pair]) -> BoundMatters:
        """Bind what is agreed and is no field; checklists last, because they rest on everything else."""
        worked = WorkedBinder(self.integration, self.schemas, pairs, self.problems)
        goals = GoalBinder(self.integration, self.schemas, pairs, self.problems)
        several = [(document, document.matters) for document in self.documents]
        examples = [made for doc, one in several for row in one.worked if (made := worked.bind(doc, row))]
        measured = [found for doc, one in several for row in one.goals if (found := goals.bind(doc, row))]
        asked = [
            bind_question(self.integration, doc, row, self.today, self.problems)
            for doc, one in several
            for row in one.questions
        ]
        allowed = [
            tried
            for doc, one in several
            for row in one.access
            if (tried := bind_access(self.integration, self.schemas, doc, row, self.problems))
        ]
        told = [
            said
            for doc, one in several
            for row in one.addresses
            if (said := bind_address(self.integration, doc, row, self.problems))
        ]
        self.problems += address_problems(self.integration, pairs, [one for one, _ in told])
        self.statements += [made for _, made in (*allowed, *measured, *examples, *told, *asked)]
        listed = [
            bind_item(self.integration, doc, row, self.statements, self.today, self.problems)
            for doc, one in several
            for row in one.checklist
        ]
        self.statements += [made for _, made in listed]
        return BoundMatters(
            tuple(one for one, _ in asked),
            tuple(one for one, _ in listed),
            tuple(one for one, _ in examples),
            tuple(one for one, _ in measured),
            tuple(one for one, _ in allowed),
            tuple(one for one, _ in told),
        )

    @staticmethod
    def _ways_back(rows: Sequence[BoundRow], binder: RowBinder, sender: Side) -> Iterator[BoundRow]:
        """Yield the rows that write on the sending side: the way back of two-way rows, and rows of the other flow."""
        for row in rows:
            if row.both_ways and row.rule is not None:
                back = binder.bind_back(row.row)
                if back is not None:
                    yield replace(back, statement=row.statement)
            elif not row.path and not row.both_ways and row.sender is not sender:
                yield row

    def _all_tables(self) -> list[ValueTable]:
        return [table for document in self.documents for table in document.tables]

    def _tables(self) -> tuple[dict[str, ValueTable], dict[str, dict[str, ValueTable]]]:
        tables: dict[str, ValueTable] = {}
        branches: dict[str, dict[str, ValueTable]] = {}
        for document in self.documents:
            for table in document.tables:
                home = branches.setdefault(table.labels.branch, {}) if table.labels.branch else tables
                if table.name in home:
                    self.problems.append(
                        Problem(
                            table.place,
                            "one value table of each name",
                            f'"{table.name}" again; the first stands at {home[table.name].place}',
                            how="Rename one of them, or make them one table.",
                            code="table-twice",
                        )
                    )
                home.setdefault(table.name, table)
        for home in branches.values():
            for name, table in home.items():
                # A branch overrides single rows: what its table does not list is as everywhere.
                general = tables.get(name)
                home[name] = replace(table, rows=(*table.rows, *general.rows)) if general is not None else table
        return tables, branches

    def _pair(self, name: str, binding: Binding, document: Document, entity: EntitySettings, side: Side) -> Pair:
        linked = None
        source, target = (entity.ats, entity.app) if side is Side.ATS else (entity.app, entity.ats)
        if binding.linked:
            known = self.schemas[side].entities
            if binding.linked not in known or not self.schemas[side].references_to(binding.linked, source):
                fitting = [one for one in known if self.schemas[side].references_to(one, source)]
                names = f": {', '.join(fitting)}" if fitting else ", and there is none"
                self.problems.append(
                    Problem(
                        binding.place,
                        f"an entity that refers to {source}{names}",
                        f"`{binding.linked}`",
                        did_you_mean=nearest(binding.linked, fitting),
                        how="Link an entity that refers to the record, or leave this part out.",
                        code="linked-entity",
                    )
                )
            else:
                where = self.conditions.condition(binding.linked_where, binding.place) if binding.linked_where else None
                if where is not None:
                    self.problems += self.conditions.unknown(where, binding.linked, side, binding.place)
                    where = self.conditions.plain(where, binding.linked, side)
                by = binding.linked_by
                if by:
                    self.problems += self.conditions.unknown_field(by, binding.linked, side, binding.place)
                    by = self.conditions.name(by, binding.linked, side)
                if binding.linked_pick == "primary":
                    flag = flag_of(self.integration, self.schemas[side], binding.linked)
                    if isinstance(flag, Problem):
                        self.problems.append(replace(flag, where=binding.place))
                    else:
                        flagged = IsYes(Name(flag), True)
                        where = And((flagged, where)) if where is not None else flagged
                linked = Linked(binding.linked, binding.linked_pick, by, where)
        keys = tuple(MatchKey(text, ()) for text in (binding.matched or entity.matching))
        return Pair(
            name,
            side,
            source,
            target,
            entity,
            binding.place,
            document.name,
            binding.text,
            linked,
            matched=keys,
            either=binding.started == "either",
        )

    def _finished(self, pair: Pair, ways_back: tuple[BoundRow, ...]) -> Pair:
        own = (self.schemas[pair.sender].entities[pair.source].id_field,)
        link_row = next((row for row in pair.rows if row.required and row.sources == own and row.rule), None)
        link = (link_row.sources[0], link_row.target) if link_row else None
        if link is None and pair.entity.link:
            ats, _, app = (part.strip() for part in pair.entity.link.partition("->"))
            link = (ats, app) if pair.sender is Side.ATS else (app, ats)
        keys = with_rows(pair, self.problems, self.integration.branches)
        self._one_writer(pair.rows)
        self._one_writer(ways_back)
        done = replace(pair, link=link, link_statement=link_row.statement if link_row else "", matched=keys)
        if pair.either and not ways_back:
            self.problems.append(
                Problem(
                    pair.place,
                    f"rows that write {pair.source}, because a {pair.name} may start in either system",
                    "no row that flows both ways or back",
                    how="Let the rows that the other side needs flow `<->`, or say where the records start.",
                    code="starts-nowhere",
                )
            )
        return replace(done, back=mirrored(done, ways_back, link)) if ways_back else done

    def _one_writer(self, rows: Sequence[BoundRow]) -> None:
        seen: dict[tuple[str, str], BoundRow] = {}
        for row in rows:
            if row.rule is None or row.rule.modifiers.only_when is not None:
                continue
            key = (row.target, row.branch)
            if key in seen:
                self.problems.append(
                    Problem(
                        row.row.place,
                        f"one unconditional row for {row.target}",
                        f"a second one; the first stands at {seen[key].row.place}",
                        how="Give one of them `only when …`, or remove it.",
                        code="two-writers",
                    )
                )
            seen.setdefault(key, row)
