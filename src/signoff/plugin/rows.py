"""Build a feature file's tests: one for each row, each scenario and each binding's own statement.

The only place that knows the inside of pytest's and pytest-bdd's collection; tested on each minor of both.
"""

from __future__ import annotations

import re
import unicodedata
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, SupportsIndex

import pytest
import pytest_bdd
from pytest_bdd import feature as bdd_features
from pytest_bdd.parser import FeatureParser

from signoff.agreement.statement import Statement
from signoff.vocabulary.charts import REHEARSAL

if TYPE_CHECKING:
    from signoff.plugin.session import SuiteSession

_SLUG = re.compile(r"[^\w\-./]+")
_AGREED_ELSEWHERE = "exceptions"
"""Tables whose rows make no statements of their own, but change others."""

_TAGS: pytest.StashKey[set[str]] = pytest.StashKey()

STATEMENT: pytest.StashKey[Statement] = pytest.StashKey()
"""The statement that an item tests; plain scenarios have none."""


@dataclass(frozen=True, slots=True)
class Example:
    """Say where one row of an outline stands and which tags are on its table."""

    line: int
    cells: Mapping[str, str]
    tags: frozenset[str]


class _EveryScenario(FeatureParser):
    """Keep every scenario: pytest-bdd's dictionary by name loses one of two outlines of a name."""

    def __init__(self, basedir: str, filename: str) -> None:
        super().__init__(basedir, filename, "utf-8-sig")  # editors on Windows put a byte order mark before a text
        self.found: list[tuple[Any, list[Example]]] = []

    def parse_scenario(self, scenario_data: Any, feature: Any, rule: Any = None) -> Any:
        scenario = super().parse_scenario(scenario_data, feature, rule)
        rows = []
        for parsed, written in zip(scenario.examples, scenario_data.examples, strict=True):
            tags = frozenset(parsed.tags)
            # Marks are put on the items by us: the tags of one table must not pass --strict-markers one by one.
            parsed.tags = set()
            for row, context in zip(written.table_body, parsed.as_contexts(), strict=True):
                rows.append(Example(row.location.line, dict(context), tags))
        self.found.append((scenario, rows))
        return scenario


class FeatureFile(pytest.Module):
    """Collect one feature file as a module whose functions are pytest-bdd's scenarios."""

    signoff: SuiteSession
    """Set by the session that collects it."""

    _made: ModuleType | None = None

    def funcnamefilter(self, name: str) -> bool:
        """Take our own functions as tests, whatever a suite's `python_functions` says."""
        return name.startswith("test_")

    def _getobj(self) -> ModuleType:
        if self._made is None:
            self.signoff.building = True
            try:
                self._made = self._module()
            finally:
                self.signoff.building = False
        return self._made

    def _module(self) -> ModuleType:
        module = ModuleType(f"signoff_suite.{'.'.join(self.path.relative_to(self.signoff.suite.root).parts)}")
        module.__file__ = str(self.path)
        parser = _EveryScenario(str(self.path.parent), self.path.name)
        feature = parser.parse()
        feature.scenarios = OrderedDict((str(scenario.line_number), scenario) for scenario, _ in parser.found)
        bdd_features.features[str(self.path)] = feature
        self._rows = {f"test_{scenario.line_number}": (scenario, rows) for scenario, rows in parser.found}
        self._shared = feature
        for name, (scenario, rows) in self._rows.items():
            if any(_AGREED_ELSEWHERE in self._tags(scenario, row) for row in rows):
                continue

            def hollow() -> None:
                """Hold nothing: the steps are the test."""

            decorated = pytest_bdd.scenario(
                self.path.name, str(scenario.line_number), features_base_dir=str(self.path.parent)
            )(hollow)
            decorated.__name__ = name
            decorated.__module__ = module.__name__
            setattr(module, name, decorated)
        return module

    def _tags(self, scenario: Any, row: Example | None) -> frozenset[str]:
        return _all_tags(self._shared, scenario, row)

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Yield the binding's own statements, then the rows and scenarios in the order of the document."""
        bindings = self.signoff.bindings(self.signoff.suite.relative(self.path))
        yield from (BindingTest.make(self, statement) for statement in bindings)
        names: dict[str, int] = {}
        by_line = self.signoff.by_line(self.signoff.suite.relative(self.path))
        for made in super().collect():
            if not isinstance(made, pytest.Function) or made.originalname not in self._rows:
                yield made
                continue
            scenario, rows = self._rows[made.originalname]
            row = rows[made.callspec.indices["_pytest_bdd_example"]] if hasattr(made, "callspec") and rows else None
            statements = by_line.get(row.line if row else scenario.line_number, ())
            for statement in statements:
                yield _named(
                    self, made, statement.id, statement.line, statement.title, statement.labels.tags, statement
                )
            if not statements:
                name = _scenario_id(scenario.name, row)
                names[name] = names.get(name, 0) + 1
                name = name if names[name] == 1 else f"{name}-{names[name]}"
                line = row.line if row else scenario.line_number
                yield _named(self, made, name, line, scenario.name, self._tags(scenario, row), None)

    def steps_used(self) -> Iterator[Any]:
        """Yield every sentence of the file once, those of outlines with the cells of the first row."""
        yield from _used(self._shared, self._rows.values())


def steps_of(file: Path) -> Iterator[Any]:
    """Yield every sentence of a feature file once, without collecting it. The file must have been read as sound."""
    parser = _EveryScenario(str(file.parent), file.name)
    yield from _used(parser.parse(), parser.found)


def _used(feature: Any, found: Iterable[tuple[Any, list[Example]]]) -> Iterator[Any]:
    seen: dict[tuple[str, str], Any] = {}
    for scenario, rows in found:
        if not any(_AGREED_ELSEWHERE in _all_tags(feature, scenario, row) for row in rows):
            for step in scenario.render(rows[0].cells if rows else {}).steps:
                seen.setdefault((step.type, step.name), step)
    yield from seen.values()


def _all_tags(feature: Any, scenario: Any, row: Example | None) -> frozenset[str]:
    rule = scenario.rule.tags if scenario.rule is not None else ()
    return frozenset((*feature.tags, *rule, *scenario.tags, *(row.tags if row else ())))


def _named(
    parent: FeatureFile,
    made: pytest.Function,
    name: str,
    line: int,
    title: str,
    tags: Iterable[str],
    statement: Statement | None,
) -> pytest.Function:
    """Return the test under its own id. Made anew, because a node's id cannot be changed without its private parts."""
    callspec = getattr(made, "callspec", None)
    item: pytest.Function = pytest.Function.from_parent(
        parent,
        name=name,
        callspec=replace(callspec, _idlist=()) if callspec is not None else None,
        callobj=made.obj,
        fixtureinfo=made._fixtureinfo,
    )
    if "[" in name and hasattr(item, "_id"):
        # pytest reads ids from files and the command line as name and [parameters]; an id made here must be equal.
        item._id = type(item._id).parse(f"{parent.nodeid}::{name}")
    _placed(item, parent.path, line, name, title)
    add_tags(item, tags)
    if statement is not None:
        parent.signoff.prepare(item, statement)
    return item


def _placed(item: pytest.Item, path: Path, line: int, name: str, title: str) -> None:
    # pytest replaces every dot of a domain that ends like the id by ::, so the title follows the id.
    domain = f"{name}: {title}" if title and title != name else f"{name} "
    item.reportinfo = lambda: (path, line - 1, domain)  # type: ignore[method-assign]  # a function item has no other way


class _MarkerLine(str):
    """Register a marker whose name may hold a colon: pytest takes the name from the line's first part."""

    __slots__ = ()

    def split(self, sep: str | None = None, maxsplit: SupportsIndex = -1) -> list[str]:
        return [str(self), "a tag of the documents"] if sep == ":" else super().split(sep, maxsplit)


def add_tags(item: pytest.Item, tags: Iterable[str]) -> None:
    """Mark an item with its tags, as they are written: `-m must`, `-m owner:dana`."""
    known = item.config.stash.setdefault(_TAGS, set())
    for tag in tags:
        if tag not in known:
            known.add(tag)
            item.config.addinivalue_line("markers", _MarkerLine(tag))
        item.add_marker(tag)


class BindingTest(pytest.Item):
    """Test a statement that no row shows: a binding's own, or the connector's."""

    @classmethod
    def make(cls, parent: FeatureFile | TomlFile, statement: Statement) -> BindingTest:
        """Return the test of one statement."""
        item: BindingTest = cls.from_parent(parent, name=statement.id)
        parent.signoff.prepare(item, statement)
        _placed(item, parent.path, statement.line, statement.id, statement.title)
        add_tags(item, statement.labels.tags)
        return item

    def runtest(self) -> None:
        """Ask for the statement's verdict."""
        self.stash[REHEARSAL].hold()


class TomlFile(pytest.File):
    """Collect an integration's toml: what is promised of the connector as a whole."""

    signoff: SuiteSession

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the connector's statements."""
        for statement in self.signoff.of_connector(self.path.stem):
            yield BindingTest.make(self, statement)


def _scenario_id(name: str, row: Example | None) -> str:
    parts = ["scenario", _slug(name)]
    if row is not None:
        parts += [_slug(" ".join(row.cells.values()))]
    return ":".join(parts)


def _slug(text: str) -> str:
    plain = _SLUG.sub("-", unicodedata.normalize("NFC", text).lower())
    return plain.strip("-")[:60].rstrip("-")
