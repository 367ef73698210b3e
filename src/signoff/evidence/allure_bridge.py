"""Tell Allure what the verdicts are, in the words of the chart: our own bridge on top of allure-pytest.

Nothing of Allure is imported until a session runs with `--alluredir`; without it every method does nothing.
Three things are done behind allure-pytest's back, because it offers no other way: fixture containers are not
recorded (10,000 rows: 240 MB with them, 40 MB without), a result is completed in the hook that writes it, and its
history is tied to the statement's id. Allure 2 reads `historyId`; Allure 3 ignores it and makes its own of
`testCaseId` and the parameters that are not `excluded` (seen in 3.18), so both are set, and the cells excluded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from signoff.agreement.statement import Statement
from signoff.evidence import categories, states, timeline
from signoff.evidence.acceptance import Acceptance
from signoff.evidence.outline import Line, Table, outline
from signoff.evidence.sheet import environment, facts
from signoff.evidence.svg import Drawing
from signoff.evidence.terminal import red_row
from signoff.evidence.wording import WORDS, headline, number, word_of
from signoff.evidence.writing import writable, write_whole
from signoff.verdict import Outcome, Verdict

if TYPE_CHECKING:
    import pytest

STATEMENT = "statement"
"""Name of the label by which a result finds its statement again."""
_SEVERITY = {"must": "critical", "should": "normal", "could": "minor"}
_SEVERITIES = frozenset({"blocker", "critical", "normal", "minor", "trivial"})
_TOLD = {Outcome.ASSUMED: "assumed", Outcome.OPEN: "open question", Outcome.WAIVED: "waived"}
_STATUS = {Outcome.FAILED: "failed", Outcome.NOT_EXERCISED: "failed", Outcome.BLOCKED: "broken"}
_REPLACED = frozenset(
    {"tag", "parentSuite", "suite", "subSuite", "package", "epic", "feature", "story", "severity", "host", "thread"}
)
"""Labels of allure-pytest that ours replace, and the machine's name, which is nobody's business."""


def severity(statement: Statement) -> str:
    """Return Allure's severity: that of the tag if Allure knows it, else that of must, should, could."""
    told = statement.labels.severity.lower()
    return told if told in _SEVERITIES else _SEVERITY.get(statement.labels.must, "normal")


def history_id(statement: Statement) -> str:
    """Return the id under which Allure keeps the history: it survives edits of the row, moves and new line numbers."""
    return _md5(f"{statement.integration}/{statement.id}")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


class AllureBridge:
    """Pass statements and verdicts on to Allure; `of(config)` makes one for a session.

    Call order: `of` once the options are parsed and allure-pytest is configured, `label_at_collection` for each item,
    `step` and `describe` while it runs, `finish` once at the end, by the controller if there are several processes.
    """

    def __init__(self, results: Path | None) -> None:
        self.results = results
        self._statements: dict[str, Statement] = {}
        self._verdicts: dict[str, Verdict] = {}
        self.trouble = ""
        """Why a result could not be written, the first one; "" if all were. A full disk must not end the session."""

    @property
    def active(self) -> bool:
        """Tell whether allure-pytest writes results in this session."""
        return self.results is not None

    @classmethod
    def of(cls, config: pytest.Config) -> AllureBridge:
        """Return the bridge for a session, and put it into allure-pytest if that is active.

        To be called from a `pytest_configure` that runs last, or later: allure-pytest makes its listener in its own.
        """
        listener = config.pluginmanager.get_plugin("allure_listener")
        folder = config.getoption("allure_report_dir", default=None)
        if listener is None or not folder:
            return cls(None)
        bridge = cls(Path(folder).absolute())
        import allure_commons

        _without_containers(config, listener)
        completer = _completer(bridge)
        allure_commons.plugin_manager.register(completer)
        config.add_cleanup(lambda: allure_commons.plugin_manager.unregister(completer))
        return bridge

    def label_at_collection(self, item: pytest.Item, statement: Statement) -> None:
        """Label an item when it is collected: skipped tests have no labels otherwise, and `--allure-…` no choice."""
        if not self.active:
            return
        import pytest

        self._statements[_key(statement)] = statement
        labels = statement.labels
        named = {
            STATEMENT: _key(statement),
            "epic": statement.integration,
            "feature": statement.document,
            "story": statement.story,
            "severity": severity(statement),
            "owner": labels.owner,
            "branch": labels.branch,
        }
        for name, value in named.items():
            if value:
                item.add_marker(pytest.mark.allure_label(value, label_type=name))
        if labels.ticket:
            pattern = dict(item.config.getoption("allure_link_pattern", default=[])).get("issue", "{}")
            link = pattern.format(labels.ticket)
            item.add_marker(pytest.mark.allure_link(link, name=labels.ticket, link_type="issue"))

    def step(self, text: str, passed: bool) -> None:
        """Record a Gherkin step of the test that is running, after it ran."""
        if not self.active:
            return
        from allure_commons import plugin_manager

        uuid = str(uuid4())
        error = None if passed else AssertionError("this does not hold")
        plugin_manager.hook.start_step(uuid=uuid, title=text, params={})
        plugin_manager.hook.stop_step(uuid=uuid, exc_type=type(error) if error else None, exc_val=error, exc_tb=None)

    def describe(self, item: pytest.Item, statement: Statement, verdict: Verdict) -> None:
        """Keep the verdict of a statement for the result of its item; to be called before the item ends.

        `item` need not have been labelled, but then its result is not completed.
        """
        if not self.active:
            return
        self._statements.setdefault(_key(statement), statement)
        self._verdicts[_key(statement)] = verdict
        if item.get_closest_marker("allure_label") is None:
            self.label_at_collection(item, statement)

    def finish(self, acceptances: Sequence[Acceptance]) -> None:
        """Write one result a chart, with the whole coloured chart, what was run (the environment), and categories.

        What could not be written of all results is told by `trouble` afterwards.
        """
        if not self.active:
            return
        lines: list[str] = []
        for acceptance in acceptances:
            charts = [
                (part.document, table)
                for part in outline(acceptance)
                for table in part.tables
                if table.counts() or table.standings()
            ]
            for document, table in charts:
                self.chart_result(acceptance, document, table)
            prefix = f"{acceptance.integration}." if len(acceptances) > 1 else ""
            # Allure's own figures count the tables too: whoever compares them with the sheet must see why.
            beside = {"Statements": f"; Allure counts {number(len(charts), 'whole table')} beside them"}
            lines += [
                f"{_property_name(prefix + name)} = {_property(value + beside.get(name, ''))}"
                for name, value in facts(acceptance)
            ]
        self._write("environment.properties", "\n".join(lines) + "\n")
        self._write("categories.json", json.dumps(categories.for_allure_2(), indent=2) + "\n")

    def chart_result(self, acceptance: Acceptance, document: str, table: Table) -> None:
        """Write a result of its own for a chart: its description shows every row with its verdict, in colours.

        Its status is that of its worst row. It counts as a test in Allure's figures, one more for each chart; the
        label `layer=chart` tells them apart.
        """
        if not self.active:
            return
        from allure_commons import plugin_manager
        from allure_commons.model2 import Label, StatusDetails, TestResult

        counts = table.counts()
        worst = next(iter(counts), Outcome.ASSUMED)
        told = [f"{many} {WORDS[outcome].name}" for outcome, many in counts.items()]
        figures = ", ".join((*told, *(f"{many} {name}" for name, many in table.standings().items())))
        identity = _md5(f"{acceptance.integration}/chart/{document}/{table.name}")
        moment = int(acceptance.started.timestamp() * 1000)  # the session's start: the chart stands before its rows
        labels = {
            "epic": acceptance.integration,
            "feature": document,
            "story": table.name,
            "parentSuite": acceptance.integration,
            "suite": document,
            "subSuite": table.name,
            "layer": "chart",
            "framework": "signoff",
            categories.LABEL: categories.CHARTS.name if worst in (*_STATUS, Outcome.OPEN, Outcome.WAIVED) else "",
        }
        result = TestResult(
            uuid=str(uuid4()),
            historyId=identity,
            testCaseId=identity,
            fullName=f"{acceptance.integration}/chart/{document}/{table.name}",
            name=f"The whole table ({table.kind}): {table.name}",
            titlePath=[acceptance.integration, document, table.name],
            status=_status(worst),
            statusDetails=StatusDetails(message=f"{categories.CHARTS.name}: {figures}"),
            descriptionHtml=_fragment("chart")(table),
            labels=[Label(name, value) for name, value in labels.items() if value],
            attachments=self._drawn(states.drawings(table, acceptance.systems)),
            start=moment,
            stop=moment,
        )
        plugin_manager.hook.report_result(result=result)

    def complete(self, result: Any) -> None:
        """Complete a result before it is written: title, identity, cells, labels, and what the verdict says."""
        keys = [label.value for label in result.labels if label.name == STATEMENT]
        statement = self._statements.get(keys[0]) if keys else None
        if statement is None:
            return
        from allure_commons.model2 import Label, Parameter

        verdict = self._verdicts.get(keys[0])
        result.name = statement.title or statement.id
        result.fullName = _key(statement)
        result.testCaseId = result.historyId = history_id(statement)
        result.titlePath = [one for one in (statement.integration, statement.document, statement.story) if one]
        # A blank cell is left out: Allure shows a parameter without a value as unknown.
        result.parameters = [Parameter(name, value, excluded=True) for name, value in statement.cells.items() if value]
        named = [(label.name, label.value) for label in result.labels if label.name not in _REPLACED]
        named += [("epic", statement.integration), ("feature", statement.document), ("story", statement.story)]
        named += [("parentSuite", statement.integration), ("suite", statement.document), ("subSuite", statement.story)]
        named += [("severity", severity(statement)), ("kind", statement.kind.value)]
        named += [("tag", tag) for tag in statement.labels.tags]
        if verdict is not None:
            named += self._verdict_labels(verdict)
            result.descriptionHtml = _fragment("row")(statement, verdict, word_of(verdict))
            self._details(result, statement, verdict)
            line = Line(statement, verdict, word_of(verdict), (*statement.cells.values(),))
            result.attachments += self._drawn((*states.into(line), *timeline.drawings(line, "days")))
        result.labels = [Label(name, value) for name, value in dict.fromkeys(named) if value]

    def _drawn(self, drawings: Sequence[Drawing]) -> list[Any]:
        """Write drawings beside the results, and return them as Allure's attachments."""
        from allure_commons.model2 import Attachment

        found = []
        for one in drawings:
            source = f"{uuid4()}-attachment.svg"
            self._write(source, one.alone())
            found.append(Attachment(name=one.title, source=source, type="image/svg+xml"))
        return found

    def _verdict_labels(self, verdict: Verdict) -> list[tuple[str, str]]:
        named = [("verdict", verdict.outcome.value)]
        if verdict.standing:
            named += [("standing", verdict.standing), ("tag", verdict.standing)]
        elif verdict.outcome in _TOLD:
            named.append(("tag", _TOLD[verdict.outcome]))
        sorted_into = categories.category(verdict)
        if sorted_into is not None:
            named.append((categories.LABEL, sorted_into.name))
        return named

    def _details(self, result: Any, statement: Statement, verdict: Verdict) -> None:
        # Only where the result is what the verdict makes it: trouble of another kind keeps its own message and trace.
        from allure_commons.model2 import StatusDetails

        if result.status != _status(verdict.outcome) or result.status == "passed":
            return
        sorted_into = categories.category(verdict)
        name = sorted_into.name if sorted_into is not None else WORDS[verdict.outcome].name
        message = f"{name}: {headline(verdict) or statement.open_question or statement.switched_off}"
        result.statusDetails = StatusDetails(message=message.rstrip(": "), trace=red_row(statement, verdict))

    def _write(self, name: str, text: str) -> None:
        assert self.results is not None
        try:
            write_whole(self.results / name, text)
        except OSError as error:
            self.failed(error)

    def failed(self, error: OSError) -> None:
        """Note that something could not be written, and remove what allure-pytest left half-written."""
        self.trouble = self.trouble or error.strerror or type(error).__name__
        for half in self.results.glob("*.tmp") if self.results is not None else ():
            half.unlink(missing_ok=True)


def _key(statement: Statement) -> str:
    return f"{statement.integration}/{statement.id}"


def _status(outcome: Outcome) -> str:
    return _STATUS.get(outcome, "skipped" if outcome in (Outcome.OPEN, Outcome.WAIVED) else "passed")


def _property(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\")


def _property_name(text: str) -> str:
    # Java properties: a name ends at the first blank, = or :
    return _property(text).replace(" ", "_").replace(":", "\\:").replace("=", "\\=")


@cache
def _fragment(name: str) -> Any:
    return getattr(environment().get_template("allure.html.j2").module, name)


def _completer(bridge: AllureBridge) -> object:
    """Return a plugin of allure_commons that completes each result just before the file is written."""
    import allure_commons

    class Completer:
        @allure_commons.hookimpl(wrapper=True, tryfirst=True)
        def report_result(self, result: Any) -> Generator[None, Any, Any]:
            bridge.complete(result)
            _make_writable(result)
            return (yield from _noting())

        @allure_commons.hookimpl(wrapper=True, tryfirst=True)
        def report_attached_data(self) -> Generator[None, Any, Any]:
            return (yield from _noting())

        @allure_commons.hookimpl(wrapper=True, tryfirst=True)
        def report_attached_file(self) -> Generator[None, Any, Any]:
            return (yield from _noting())

    def _noting() -> Generator[None, Any, Any]:
        try:
            return (yield)
        except OSError as error:
            bridge.failed(error)
            return None

    return Completer()


def _make_writable(part: Any) -> None:
    """Replace in a result, in place, what UTF-8 cannot hold."""
    for name, value in vars(part).items():
        if isinstance(value, str):
            setattr(part, name, writable(value))
        elif isinstance(value, list):
            setattr(part, name, [writable(one) if isinstance(one, str) else one for one in value])
            for one in value:
                if hasattr(one, "__attrs_attrs__"):
                    _make_writable(one)
        elif hasattr(value, "__attrs_attrs__"):
            _make_writable(value)


def _without_containers(config: pytest.Config, listener: Any) -> None:
    """Put a listener in allure-pytest's place that knows no fixtures.

    Recording them costs most of the time and of the space with pytest-bdd, where every sentence is a fixture. Pytest's
    hooks go to the new listener; Allure's own go to the old one; both work on the same results.
    """
    from allure_pytest.listener import AllureListener

    class Listener(AllureListener):  # type: ignore[misc]  # allure-pytest has no types
        pytest_fixture_setup = None
        pytest_fixture_post_finalizer = None

        def _update_fixtures_children(self, item: pytest.Item) -> None:
            """Do nothing: there are no containers to name the test in."""

    quiet = Listener(config)
    quiet.allure_logger = listener.allure_logger
    quiet._cache = listener._cache
    config.pluginmanager.unregister(listener)
    config.pluginmanager.register(quiet, "allure_listener")
