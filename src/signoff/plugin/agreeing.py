"""Read everything that an integration's owners wrote into one agreement: toml, documents, schemas."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any, cast
from zoneinfo import ZoneInfo

from signoff.agreement.bind import bind
from signoff.agreement.items import by_list
from signoff.agreement.resolved import Agreement
from signoff.agreement.typed import typed
from signoff.errors import Place, Problem, ScopeError
from signoff.schema import Side, SystemSchema
from signoff.scope import Document, Integration
from signoff.settings import Suite
from signoff.settings.encoding import OtherEncodingError, decoded
from signoff.systems.registry import dialect
from signoff.systems.service import service_dialect


@dataclass(frozen=True, slots=True)
class Read:
    """Hold what was read of one integration: its documents as written, and what they mean together."""

    documents: tuple[Document, ...]
    agreement: Agreement


def agree(suite: Suite, name: str, environment: str = "", connector: str = "") -> Agreement:
    """Return an integration's agreement; touches no system. `connector` is tested instead of the toml's.

    Raises `ScopeError` as `read` does.
    """
    return read(suite, name, environment, connector).agreement


def read(suite: Suite, name: str, environment: str = "", connector: str = "") -> Read:
    """Return an integration's documents and its agreement.

    A waiver runs out at the end of its day in the integration's zone. Raises `ScopeError` with every problem of the
    stage that failed: the toml, then the documents, then what they mean together.
    """
    integration = suite.integration(name, environment)
    if connector:
        declared = replace(integration.connector, kind="python", target=connector)
        integration = replace(integration, connector=declared)
    documents = suite.documents(integration)
    schemas = typed(integration, schemas_of(suite, integration))
    integration = by_list(integration, schemas)
    return Read(documents, bound(suite, integration, documents, schemas))


def bound(
    suite: Suite,
    integration: Integration,
    documents: tuple[Document, ...],
    schemas: Mapping[Side, SystemSchema],
    *,
    hashes: bool = True,
) -> Agreement:
    """Bind what was read; raises `ScopeError`. `hashes`: for whoever asks what has changed."""
    whole, day = scope_hash(suite, integration) if hashes else "", today(integration)
    agreement = bind(integration, documents, schemas, whole, day, functions(suite), hashes=hashes)
    if not any(pair.rows or pair.protected for pair in agreement.pairs):
        raise ScopeError(
            Problem(
                Place(f"features/{integration.name}"),
                "at least one row of a chart",
                "documents without any, which a connector that does nothing would fulfil",
                how="Write a @chart table; `docs/tutorial` shows one.",
                code="empty-chart",
            )
        )
    return agreement


def today(integration: Integration) -> date:
    """Return the day that it is in an integration's zone."""
    return datetime.now(ZoneInfo(integration.zone)).date()


def functions(suite: Suite) -> Callable[[str], Callable[..., Any]]:
    """Return a finder of the functions that `checked by module.function` names, in modules of steps/ or fixtures/.

    It raises LookupError for a name that no module has.
    """

    def find(name: str) -> Callable[..., Any]:
        module, _, function = name.rpartition(".")
        for folder in ("fixtures", "steps"):
            file = suite.root / folder / f"{module.replace('.', '/')}.py"
            spec = spec_from_file_location(f"signoff_suite.{folder}.{module}", file) if file.is_file() else None
            if spec is not None and spec.loader is not None:
                loaded = module_from_spec(spec)
                spec.loader.exec_module(loaded)
                found = getattr(loaded, function, None)
                if callable(found):
                    return cast("Callable[..., Any]", found)
        raise LookupError(name)

    return find


def schemas_of(suite: Suite, integration: Integration) -> dict[Side, SystemSchema]:
    """Return what both systems' records may be, as their dialects say."""
    read = reader(suite, integration)
    if integration.address is not None:
        service_dialect(integration.address.dialect, integration.file)
    return {
        side: dialect(settings.dialect, integration.file, side.value).schema(settings, integration.entities, read)
        for side, settings in integration.systems.items()
    }


def reader(suite: Suite, integration: Integration) -> Callable[[str], str]:
    """Return a function that reads a file named in the toml, as a path from the toml's folder."""
    folder = (suite.root / integration.file).parent

    def read(path: str) -> str:
        try:
            return decoded((folder / path).read_bytes())
        except OtherEncodingError as error:
            place = Place(path, error.line)
            raise ScopeError(
                Problem(place, "text in UTF-8", error.found, how="Save the file as UTF-8.", code="encoding")
            ) from None
        except (OSError, ValueError) as error:
            raise ScopeError(
                Problem(
                    Place(integration.file, cell=path),
                    "a file that can be read, as a path from the toml's folder",
                    (isinstance(error, OSError) and error.strerror) or type(error).__name__,
                    how="Put the file there, or correct the path.",
                    code="missing-file",
                )
            ) from None

    return read


def scope_hash(suite: Suite, integration: Integration) -> str:
    """Return a hash of what was agreed: the toml, the documents and the schema files; 16 hexadecimal digits."""
    folder = (suite.root / integration.file).parent
    named = [folder / one.document for one in integration.systems.values() if one.document]
    files = [suite.root / integration.file, *suite.features(integration.name), *named]
    digest = hashlib.sha256()
    for file in files:
        text = file.read_text(encoding="utf-8-sig", errors="replace").replace("\r\n", "\n")
        # A schema may lie outside the suite, where its place depends on the machine: then its name counts.
        shown = file.relative_to(suite.root).as_posix() if file.is_relative_to(suite.root) else file.name
        digest.update(f"{shown}\0{text}\0".encode())
    return digest.hexdigest()[:16]
