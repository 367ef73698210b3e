"""The sentences of workflows. A workflow is played as a whole; each sentence then says what was found of it."""

from __future__ import annotations

import re
from typing import Final

import pytest
from pytest_bdd import given, parsers, then, when

from signoff.gherkin.workflows import SHAPES
from signoff.vocabulary.charts import rehearsal_of

_NAMED: Final = re.compile(r"\(\?P<\w+>")


def _one_of(role: str) -> str:
    """Return one pattern for every sentence that may stand in a role: few steps are found faster than many."""
    return "(?i:" + "|".join(_NAMED.sub("(?:", one.pattern.pattern) for one in SHAPES if role in one.roles) + ")"


@given(parsers.re(_one_of("given")))
@when(parsers.re(_one_of("when")))
def it_is_done(request: pytest.FixtureRequest) -> None:
    """Play the workflow, if that has not been done."""
    rehearsal_of(request).observe()


@then(parsers.re(_one_of("then")))
def it_holds(request: pytest.FixtureRequest) -> None:
    """Judge one sentence by what was observed."""
    rehearsal_of(request).hold(str(request.node.stash.get(SAID, "")))


SAID: Final[pytest.StashKey[str]] = pytest.StashKey()
"""The sentence that is being judged, noted before each step."""
