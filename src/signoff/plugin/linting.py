"""Read a suite for `signoff lint`: everything that can be told at once, with the texts to point at."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from signoff.agreement.items import by_list
from signoff.agreement.typed import typed
from signoff.connectors.sought import missing
from signoff.errors import Place, Problem, ScopeError
from signoff.gherkin import read_document
from signoff.lint import run
from signoff.lint.codes import CODES, Finding
from signoff.lint.matter import Matter
from signoff.plugin.agreeing import Read, bound, schemas_of, today
from signoff.plugin.environments import wrong_environments
from signoff.plugin.placeholders import wrong_placeholders
from signoff.scope import Document, Integration, Question
from signoff.settings import Suite
from signoff.settings.values import line_of


@dataclass(slots=True)
class Linted:
    """Hold what was found in one integration. `texts` are the files' texts from the suite's root, `toml` its toml."""

    name: str
    toml: str
    findings: tuple[Finding, ...] = ()
    texts: dict[str, str] = field(default_factory=dict)
    documents: int = 0
    statements: int = 0
    open: int = 0
    """Statements that wait for an answer."""


def checked(read: Read) -> tuple[Finding, ...]:
    """Return what the checks find in documents that could be bound, and in what the connector is told."""
    agreement = read.agreement
    day = today(agreement.integration)
    asked = _questions(read.documents)
    matter = Matter(agreement.integration, read.documents, agreement.schemas, agreement, day, asked)
    told = run.told(
        [
            *wrong_placeholders(agreement.integration, agreement.schemas),
            *wrong_environments(agreement.integration, agreement.schemas),
        ]
    )
    return run.ordered([*run.checked(matter), *told])


def _questions(documents: Sequence[Document]) -> list[Question]:
    return [one for document in documents for one in document.matters.questions]


def linted(suite: Suite, name: str, environment: str = "") -> Linted:
    """Read, bind and check one integration, as it is run in an environment; touches no system.

    A broken toml hides the documents, and a broken document what they mean together; everything else is told at once.
    """
    with _collector_at_rest():
        return _linted(suite, name, environment)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Let the cycle collector rest: what is read is kept to the end, and searching it costs a third of the time."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def _linted(suite: Suite, name: str, environment: str) -> Linted:
    toml = suite.relative(suite.files[suite.names.index(name)])
    found = Linted(name, toml)
    problems: list[Problem] = []
    try:
        found.texts[toml] = suite.text(suite.root / toml)
        integration = suite.integration(name, environment)
        _bind(suite, integration, found, problems)
    except ScopeError as error:
        problems += error.problems
        found.findings = run.ordered([*run.told(problems), *found.findings])
    return found


def _bind(suite: Suite, integration: Integration, found: Linted, problems: list[Problem]) -> None:
    documents = _documents(suite, integration, found, problems)
    folder = found.toml.rpartition("/")[0]
    for named in {one.document for one in integration.systems.values() if one.document}:
        found.texts[f"{folder}/{named}"] = suite.text(suite.root / folder / named)
    schemas = typed(integration, schemas_of(suite, integration))
    integration = by_list(integration, schemas)
    matter = Matter(integration, documents, schemas, None, today(integration), _questions(documents))
    if problems:
        found.findings = tuple(run.checked(matter, run.told(problems)))
        raise ScopeError(())
    found.findings = connector = tuple(_connector(suite, integration, found))
    try:
        agreement = bound(suite, integration, tuple(documents), schemas, hashes=False)
    except ScopeError as error:
        found.findings = (*connector, *run.checked(matter, run.told(error.problems)))
        raise
    found.statements = len(agreement.statements)
    found.open = sum(1 for one in agreement.statements if one.open_question)
    found.findings = run.ordered([*connector, *checked(Read(tuple(documents), agreement))])


def _connector(suite: Suite, integration: Integration, found: Linted) -> Iterator[Finding]:
    """Yield that the connector is not where the toml says; the documents can be checked all the same."""
    declared = integration.connector
    if declared.kind == "python":
        line = line_of(found.texts[found.toml], ("connector", "target"))
        problem = missing(declared.target, suite.root, Place(found.toml, line, cell="connector.target"))
        if problem is not None:
            yield Finding(CODES[problem.code].level, problem.code, problem)


def _documents(suite: Suite, integration: Integration, found: Linted, problems: list[Problem]) -> Sequence[Document]:
    read: list[Document] = []
    files = suite.features(integration.name)
    found.documents = len(files)
    if not files:
        suite.documents(integration)
    for file in files:
        try:
            text = found.texts[suite.relative(file)] = suite.text(file)
            read.append(read_document(text, suite.relative(file), integration.headings, own_tags=integration.tags))
        except ScopeError as error:
            problems += error.problems
    return read
