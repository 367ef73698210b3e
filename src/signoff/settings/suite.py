"""Find a suite on disk and read its files; the only place that knows the folder layout."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.gherkin import read_document
from signoff.scope import Document, Integration
from signoff.settings.encoding import OtherEncodingError, decoded, guessed
from signoff.settings.integration import load

_OPTS_IN = re.compile(r"^\s*signoff\s*[=:][\s=:]*[\"']?(?:\d+|true)", re.MULTILINE)
"""What opts in, and what was meant to: the second is told, instead of there being no suite."""


@dataclass(frozen=True, slots=True)
class Suite:
    """Hold where a suite lies: its root and its toml files, in order of their names."""

    root: Path
    files: tuple[Path, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the integrations' names."""
        return tuple(file.stem for file in self.files)

    def integration(self, name: str, environment: str = "", variables: Mapping[str, str] | None = None) -> Integration:
        """Load one integration's toml; raises `ScopeError`."""
        if name not in self.names:
            known = ", ".join(self.names)
            place = Place(f"scope/{name}.toml")
            raise ScopeError(
                Problem(
                    place,
                    f"one of the integrations {known}",
                    name,
                    nearest(name, self.names),
                    code="unknown-integration",
                )
            )
        file = self.files[self.names.index(name)]
        return load(self.text(file), self.relative(file), file.parent, environment, variables)

    def features(self, name: str) -> tuple[Path, ...]:
        """Return an integration's feature files, in order of their paths."""
        return tuple(sorted((self.root / "features" / name).rglob("*.feature")))

    def documents(self, integration: Integration) -> tuple[Document, ...]:
        """Read an integration's feature files; raises one `ScopeError` with the problems of all of them."""
        problems: list[Problem] = []
        documents: list[Document] = []
        files = self.features(integration.name)
        if not files:
            place = Place(f"features/{integration.name}")
            problems.append(
                Problem(
                    place,
                    "at least one .feature file",
                    "none",
                    how="Write what was agreed on there.",
                    code="no-documents",
                )
            )
        for file in files:
            try:
                text = self.text(file)
                documents.append(
                    read_document(text, self.relative(file), integration.headings, own_tags=integration.tags)
                )
            except ScopeError as error:
                problems += error.problems
        if problems:
            raise ScopeError(problems)
        return tuple(documents)

    def strays(self) -> tuple[Problem, ...]:
        """Return a problem for every feature file that belongs to no integration, and so would never be tested."""
        base = self.root / "features"
        found: dict[str, Path] = {}
        for file in sorted(base.rglob("*.feature")):
            folder, *deeper = file.relative_to(base).parts
            if not deeper or folder not in self.names:
                found.setdefault(folder if deeper else "", file)
        return tuple(
            Problem(
                Place(self.relative(file)),
                f"a folder named like an integration: {', '.join(self.names)}",
                f"features/{folder}, and no scope/{folder}.toml" if folder else "a file directly in features/",
                nearest(folder, self.names) if folder else None,
                how="Move the file into an integration's folder, or write its toml.",
                code="stray-feature",
            )
            for folder, file in found.items()
        )

    def relative(self, file: Path) -> str:
        """Return a file's path from the suite's root, with forward slashes; of a file elsewhere its whole path."""
        return file.relative_to(self.root).as_posix() if file.is_relative_to(self.root) else file.as_posix()

    def text(self, file: Path) -> str:
        """Return a file's text without a byte order mark; raises `ScopeError` if it is none in UTF-8."""
        try:
            return decoded(file.read_bytes())
        except OtherEncodingError as error:
            place = Place(self.relative(file), error.line)
            raise ScopeError(
                Problem(place, "text in UTF-8", error.found, how="Save the file as UTF-8.", code="encoding")
            ) from None
        except OSError as error:
            raise ScopeError(
                Problem(
                    Place(self.relative(file)),
                    "a file that can be read",
                    error.strerror or type(error).__name__,
                    how="Correct its rights, or rename what is no document.",
                    code="unreadable",
                )
            ) from None


def find_suite(start: Path) -> Suite | None:
    """Return the suite that `start` lies in: the nearest folder upwards whose scope/*.toml opts in; None if none."""
    start = start.resolve()
    for folder in (start, *start.parents):
        files = tuple(file for file in sorted((folder / "scope").glob("*.toml")) if _opts_in(file))
        if files:
            return Suite(folder, files)
    return None


def _opts_in(file: Path) -> bool:
    try:
        return file.is_file() and _OPTS_IN.search(guessed(file.read_bytes())) is not None
    except OSError:  # what may not be read is nobody's suite: a foreign project must be left alone
        return False
