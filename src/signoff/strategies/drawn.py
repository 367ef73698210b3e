"""Draw pools of random values with Hypothesis, once for each kind, reproducibly."""

from __future__ import annotations

import warnings
from contextlib import suppress
from typing import Any, Final, TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning, Unsatisfiable
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider
from hypothesis.strategies import SearchStrategy

Drawn = TypeVar("Drawn")


class WithoutConstants(HypothesisProvider):
    """Draw as Hypothesis does, but never a constant from the source of whatever modules are loaded.

    Otherwise a seed's world would change with every text that somebody writes into a program, would be another one
    where signoff is installed than in its repository, and would show what stands in a team's own modules.
    """

    def _maybe_draw_constant(self, *_asked: Any, **_more: Any) -> Any:
        return None


_PROVIDER: Final = "signoff"
AVAILABLE_PROVIDERS[_PROVIDER] = f"{__name__}.{WithoutConstants.__name__}"


def drawn(strategy: SearchStrategy[Drawn], count: int, number: int) -> list[Drawn]:
    """Return up to `count` distinct values of a strategy, the same for the same `number` (a seed) everywhere.

    A strategy with fewer values gives what it has, be it none. Settings are explicit, because with `CI` in the
    environment Hypothesis changes its own.
    """
    found: list[Drawn] = []

    @seed(number)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        derandomize=False,
        backend=_PROVIDER,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(strategy)
    def collect(value: Drawn) -> None:
        if value not in found:
            found.append(value)

    # As `hypothesis.find` does without a database: nobody asks for the key, which would be made of the source's tokens.
    collect._hypothesis_internal_database_key = None  # type: ignore[attr-defined]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HypothesisWarning)
        with suppress(Unsatisfiable):  # a strategy without values, of a pattern that nothing fits
            collect()
    return found[:count]


def texts(longest: int, count: int, number: int) -> list[str]:
    """Return random texts of letters, marks, digits, punctuation and symbols, at most `longest` code points."""
    signs = st.characters(categories=("L", "M", "N", "P", "S", "Zs"), exclude_characters="\ufeff")
    strategy = st.text(signs, min_size=1, max_size=max(1, min(longest, 24)))
    return [one for one in drawn(strategy, count, number) if one.strip()]
