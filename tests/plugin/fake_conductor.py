"""A conductor that reads the documents and takes each row's verdict from its note: no connector is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from signoff.agreement.statement import Kind, Matter, Statement
from signoff.chart import Labels
from signoff.errors import Blocked, Place, Problem
from signoff.evidence.acceptance import Acceptance, GateLevel
from signoff.plugin.conduct import Progress
from signoff.plugin.options import RunOptions
from signoff.settings import Suite
from signoff.verdict import ANSWERED, STANDING, Counterexample, Finding, Outcome, Verdict

WORDS = {outcome.value: outcome for outcome in Outcome}


class FakeConductor:
    def __init__(self) -> None:
        self.notes: dict[tuple[str, str], str] = {}
        self.agreed: dict[str, tuple[Statement, ...]] = {}

    def agree(self, suite: Suite, integration: str, options: RunOptions) -> tuple[Statement, ...]:
        settings = suite.integration(integration, options.environment)
        found = []
        for document in suite.documents(settings):
            entity = document.bindings[0].target if document.bindings else "table"
            common: Any = {"integration": integration, "document": document.name, "file": document.file}
            for binding in document.bindings:
                line = binding.place.line
                for promise in ("arrive", "settle"):
                    name = f"{binding.target}:{promise}"
                    found.append(
                        Statement(id=name, kind=Kind.BINDING, story="Every one", line=line, title=promise, **common)
                    )
            for chart in document.charts:
                for row in chart.rows:
                    name = row.id or f"{entity}.{row.app.text or row.ats.text}"
                    self.notes[integration, name] = row.note
                    found.append(self._row(name, Kind.ROW, chart.name, row.place.line, row.cells, row.labels, common))
            for table in document.tables:
                for value in table.rows:
                    name = f"{table.name.lower().replace(' ', '-')}:{value.ats.text.lower()}"
                    found.append(
                        self._row(name, Kind.VALUE, table.name, value.place.line, value.cells, value.labels, common)
                    )
            for asked in document.matters.questions:
                written = asked.row
                name = f"question:{asked.question.lower()}"
                made = self._row(
                    name, Kind.QUESTION, written.table, written.place.line, written.cells, written.labels, common
                )
                matter = Matter(asked.asked_of, asked.asked_on.isoformat(), asked.answer)
                found.append(replace(made, open_question="" if asked.answer else asked.question, matter=matter))
        found.append(
            Statement(
                id="connector:finishes",
                kind=Kind.CONNECTOR,
                integration=integration,
                document=integration,
                story="The connector",
                file=settings.file,
                line=1,
                title="it finishes, and tells the truth about it",
            )
        )
        self.agreed[integration] = tuple(found)
        return self.agreed[integration]

    def _row(
        self,
        name: str,
        kind: Kind,
        story: str,
        line: int,
        cells: Mapping[str, str],
        labels: Labels,
        common: Any,
    ) -> Statement:
        waived = "2027-01-31" if self.notes.get((common["integration"], name)) == "waived" else ""
        question = "how?" if self.notes.get((common["integration"], name)) == "open" else ""
        title = " ".join(cell for cell in cells.values() if cell)
        return Statement(
            id=name,
            kind=kind,
            story=story,
            line=line,
            title=title,
            cells=cells,
            labels=labels,
            open_question=question,
            waived_until=waived,
            waived_reason="vendor ticket 7" if waived else "",
            **common,
        )

    def conduct(self, suite: Suite, integration: str, options: RunOptions, progress: Progress) -> Acceptance:
        progress("run 3 of 12")
        if options.connector == "unreachable":
            raise Blocked(Problem(Place("ats"), "an answer", "connection refused"))
        if options.connector == "crash":
            raise ZeroDivisionError("the harness itself")
        if options.connector == "ctrl-c":
            raise KeyboardInterrupt
        if options.connector == "no-text":
            raise ValueError("caf\udce9")
        settings = suite.integration(integration)
        statements = self.agreed[integration]
        verdicts = {}
        for one in statements:
            outcome = WORDS.get(self.notes.get((integration, one.id), ""), Outcome.VERIFIED)
            example = Counterexample("Candidate 17", "+13125550100", "312-555-0100", (("mobile", "3125550100"),))
            facts: dict[str, Any] = {}
            if one.kind is Kind.QUESTION:
                outcome = Outcome.OPEN if one.open_question else Outcome.ASSUMED
                facts = {"age_days": 41} if one.open_question else {STANDING: ANSWERED}
            findings = (Finding(one.id, "wrong value", example),) if outcome is Outcome.FAILED else ()
            if one.id in options.selected:
                verdicts[one.id] = Verdict(one.id, outcome, findings, would_exercise="no such record", facts=facts)
        return Acceptance(
            integration=integration,
            title=integration,
            statements=statements,
            verdicts=verdicts,
            complete=options.complete,
            selection=options.selection,
            environment="simulated",
            connector=options.connector or "reference",
            connector_version="1",
            scope_hash="0123abcd",
            seed=options.seed,
            effort=options.effort,
            started=datetime.now(UTC),
            seconds=0.1,
            gate=GateLevel(settings.gate),
        )
