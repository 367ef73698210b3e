"""Find what would make a document run twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from pytest_bdd.scenario import scenario_wrapper_template_registry

from signoff.errors import Place, Problem
from signoff.plugin.rows import FeatureFile
from signoff.settings import Suite


def leftover_modules(items: Iterable[pytest.Item], suite: Suite) -> Iterator[Problem]:
    """Yield a problem for every test module that binds a suite's feature by itself (`scenarios("…")`)."""
    seen: set[Path] = set()
    for item in items:
        if not isinstance(item, pytest.Function) or isinstance(item.parent, FeatureFile) or item.path in seen:
            continue
        template = scenario_wrapper_template_registry.get(item.obj)
        if template is None or not Path(template.feature.filename).is_relative_to(suite.root / "features"):
            continue
        seen.add(item.path)
        feature = Path(template.feature.filename)
        yield Problem(
            Place(suite.relative(item.path) if item.path.is_relative_to(suite.root) else str(item.path)),
            "no module that binds features: signoff collects them itself",
            f"scenarios of {suite.relative(feature)}",
            how="Remove scenarios(…) and @scenario(…) from it; put its steps into steps/.",
            code="leftover-module",
        )
