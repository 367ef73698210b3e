"""Say statements in words: titles, sentences, cells and labels, for tests' names and reports."""

from __future__ import annotations

from dataclasses import dataclass

from signoff.agreement.resolved import BoundPolicy, BoundRow, LifeRow, Pair, PopulationCase
from signoff.agreement.statement import Kind, Statement
from signoff.chart import Chart, Flow, Labels, ValueRow, ValueTable
from signoff.rules.lookup import folded
from signoff.schema import Side
from signoff.scope import (
    Document,
    Integration,
    Lifecycle,
    LifecycleRow,
    Policy,
    PolicyRow,
    Population,
    PopulationRow,
)

_OWN = (
    ("arrive", "every {0} in scope arrives", "Every {1} in scope and not held back has its {2}."),
    ("once", "no {0} arrives twice", "Each {1} has at most one {2}, and no {2} belongs to nobody."),
    ("outside", "nothing outside the chart changes", "No field that the chart does not name is changed."),
    ("settle", "a further sync writes nothing", "When nothing has changed, nothing is written."),
    ("contract", "every message fits the schema", "Every message fits the receiving system's published schema."),
    ("held", "bad records are held back and named", "A bad {1} is not written, is named, and stops nobody else."),
)
_OUTCOMES = {
    "error": "holds the record back, and it is reported",
    "left out": "leaves the field out",
    "kept as it is": "leaves the field as it is",
}
"""What a value row says that gives no value, as a sentence."""


@dataclass(frozen=True, slots=True)
class Told:
    """Make the statements of one document."""

    integration: Integration
    document: Document

    def _made(
        self,
        statement: str,
        kind: Kind,
        story: str,
        line: int,
        title: str,
        labels: Labels,
        **more: object,
    ) -> Statement:
        return Statement(
            id=statement,
            kind=kind,
            integration=self.integration.name,
            document=self.document.name,
            story=story,
            file=self.document.file,
            line=line,
            title=title,
            labels=labels,
            waived_until=labels.waived_until,
            waived_reason=labels.waived_reason,
            **more,  # type: ignore[arg-type]  # the keywords of Statement, given by the callers below
        )

    def row(self, chart: Chart, bound: BoundRow) -> Statement:
        """Make the statement of a chart row."""
        row = bound.row
        kind = {Flow.NEVER: Kind.NEVER, Flow.KEPT: Kind.KEPT}.get(row.flow, Kind.ROW)
        if kind is Kind.NEVER:
            place = self.integration.systems[bound.side].name
            sentence = f"What {place} holds in {row.ats.text or row.app.text} reaches no other system and no log."
        elif kind is Kind.KEPT:
            place = self.integration.systems[bound.side].name
            sentence = f"The integration never changes {row.ats.text or row.app.text} in {place}."
        else:
            sentence = bound.rule.sentence if bound.rule is not None else ""
        question = ""
        if kind is Kind.ROW:
            question = bound.rule.open_question if bound.rule is not None else "a field cell is empty: which field?"
        title = " ".join(part for part in (row.ats.text, row.flow.value, row.app.text) if part)
        return self._made(
            bound.statement,
            kind,
            chart.name,
            row.place.line,
            title,
            row.labels,
            sentence=sentence,
            binding=bound.binding,
            cells=row.cells,
            assumed_rule=bound.rule.assumed if bound.rule is not None else False,
            open_question=question,
            because=row.note,
        )

    def value(self, table: ValueTable, row: ValueRow, statement: str) -> Statement:
        """Make the statement of a value row."""
        ats, app = row.ats.text or "(blank)", row.app.text or "(blank)"
        names = {side: self.integration.systems[side].name for side in Side}
        return self._made(
            statement,
            Kind.VALUE,
            table.name,
            row.place.line,
            f"{ats} means {app}",
            row.labels,
            sentence=f"{ats} in {names[Side.ATS]} {_OUTCOMES.get(folded(app), f'is {app} in {names[Side.APP]}')}.",
            cells=row.cells,
            because=row.why,
        )

    def population(self, table: Population, row: PopulationRow, case: PopulationCase, binding: str) -> Statement:
        """Make the statement of a population row."""
        return self._made(
            case.statement,
            Kind.POPULATION,
            table.name,
            row.place.line,
            f"{row.who.text} {row.outcome.text}",
            row.labels,
            sentence=f"Where {row.who.text}: {row.outcome.text}. The first row that fits decides.",
            binding=binding,
            cells=row.cells,
            because=row.cells.get("why", row.cells.get("note", "")),
        )

    def policy(self, table: Policy, row: PolicyRow, bound: BoundPolicy, binding: str) -> Statement:
        """Make the statement of a bad-data row."""
        return self._made(
            bound.statement,
            Kind.BAD_DATA,
            table.name or "Bad data",
            row.place.line,
            f"{row.bad.text}: {row.then.text}",
            row.labels,
            sentence=f"Where {row.bad.text}: {row.then.text}. The first row that fits decides.",
            binding=binding,
            cells=row.cells,
            because=row.cells.get("why", row.cells.get("note", "")),
        )

    def lifecycle(self, table: Lifecycle, row: LifecycleRow, bound: LifeRow, binding: str) -> Statement:
        """Make the statement of a lifecycle row."""
        return self._made(
            bound.statement,
            Kind.LIFECYCLE,
            table.name,
            row.place.line,
            f"{row.when.text}: {row.then.text}",
            row.labels,
            sentence=f"When {row.when.text}, {row.then.text}.",
            binding=binding,
            cells=row.cells,
            because=row.cells.get("why", row.cells.get("note", "")),
        )


def own_statements(integration: Integration, document: Document, pair: Pair) -> list[Statement]:
    """Make the statements that a binding makes without being asked, placed at the binding's own line."""
    return [
        Statement(
            id=pair.statement(suffix),
            kind=Kind.BINDING,
            integration=integration.name,
            document=document.name,
            story=f"Every {pair.name}",
            file=pair.place.file,
            line=pair.place.line,
            title=title.format(pair.name),
            sentence=sentence.format(pair.name, pair.source, pair.target),
            binding=pair.name,
            labels=Labels(must="must"),
        )
        for suffix, title, sentence in _OWN
    ]


def connector_statement(integration: Integration) -> Statement:
    """Make the one statement about the connector itself; it stands in the toml."""
    return Statement(
        id="connector:finishes",
        kind=Kind.CONNECTOR,
        integration=integration.name,
        document="The connector",
        story="The connector",
        file=integration.file,
        line=1,
        title="the connector finishes, and tells the truth about it",
        sentence="Every run ends by itself, and what it says about itself is what happened.",
        labels=Labels(must="must"),
    )
