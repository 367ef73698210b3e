from __future__ import annotations

from pathlib import Path

import pytest

from signoff.connectors.python import load
from signoff.errors import Blocked


def test_a_connector_imports_what_stands_beside_it_with_a_dot(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "neighbour.py").write_text("NAME = 'beside'\n")
    (tmp_path / "parts" / "mine.py").write_text("from .neighbour import NAME\nclass Connector:\n    name = NAME\n")
    assert load("parts/mine:Connector", tmp_path).name == "beside"


def test_a_neighbour_imported_without_a_dot_is_told_how(tmp_path: Path) -> None:
    (tmp_path / "neighbour_of_mine.py").write_text("NAME = 'beside'\n")
    (tmp_path / "mine.py").write_text("from neighbour_of_mine import NAME\n")
    with pytest.raises(Blocked) as caught:
        load("mine.py:Connector", tmp_path)
    assert "ModuleNotFoundError: No module named 'neighbour_of_mine' at mine.py:1" in str(caught.value)
    assert "with a dot" in str(caught.value)
