"""Draw pools of random values with Hypothesis, once for each kind, reproducibly."""

from __future__ import annotations

import warnings
from typing import TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning
from hypothesis.strategies import SearchStrategy

Drawn = TypeVar("Drawn")


def drawn(strategy: SearchStrategy[Drawn], count: int, number: int) -> list[Drawn]:
    """Return up to `count` distinct values of a strategy, the same for the same `number` (a seed) everywhere.

    A strategy with fewer values gives what it has. Settings are explicit, because with `CI` in the environment
    Hypothesis changes its own.
    """
    found: list[Drawn] = []

    @seed(number)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(strategy)
    def collect(value: Drawn) -> None:
        if value not in found:
            found.append(value)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HypothesisWarning)
        collect()
    return found[:count]


def texts(longest: int, count: int, number: int) -> list[str]:
    """Return random texts of letters, marks, digits, punctuation and symbols, at most `longest` code points."""
    signs = st.characters(categories=("L", "M", "N", "P", "S", "Zs"), exclude_characters="\ufeff")
    strategy = st.text(signs, min_size=1, max_size=max(1, min(longest, 24)))
    return [one for one in drawn(strategy, count, number) if one.strip()]
