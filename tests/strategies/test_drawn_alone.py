"""What is drawn depends on the seed alone, and on no text that stands in anybody's source."""

import importlib
import sys
from pathlib import Path

import pytest
from hypothesis import strategies as st

from signoff.strategies.drawn import drawn, texts


def test_the_same_seed_gives_the_same_values_whatever_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = texts(24, 400, 7), drawn(st.integers(), 400, 7)
    words = ", ".join(f'"zanzibar{one}"' for one in range(300))
    (tmp_path / "telling_module.py").write_text(f"WORDS = ({words})\nNUMBERS = (987654321, 123454321)\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("telling_module")
    try:
        assert (texts(24, 400, 7), drawn(st.integers(), 400, 7)) == before
    finally:
        sys.modules.pop("telling_module")


def test_nothing_from_our_own_source_is_drawn() -> None:
    # Hypothesis takes a twentieth of its values from texts and names that stand in loaded modules.
    found = [one for number in range(6) for one in texts(24, 200, number)]
    assert len(found) > 600
    assert not [one for one in found if len(one) >= 5 and one.isascii() and one.isalpha() and one.islower()]
