from pathlib import Path

import pytest

from signoff import __version__
from signoff.cli import main

ROOT = Path(__file__).parents[2]


def test_the_shipped_suite_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ROOT)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("bullhorn-shiftline: ")
    assert "statements in 6 documents" in shown


def test_a_folder_without_a_suite_cannot_be_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path)]) == 2
    assert "signoff = 1" in capsys.readouterr().err


def test_broken_documents_are_told_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "scope").mkdir()
    (tmp_path / "scope" / "crm-app.toml").write_text("signoff = 1\nzoen = 'UTC'\n", encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 1
    shown = capsys.readouterr().err
    assert "scope/crm-app.toml:2" in shown
    assert "did you mean: zone" in shown


def test_an_unknown_integration_offers_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ROOT), "--integration", "bullhorn-shiftlin"]) == 1
    assert "did you mean: bullhorn-shiftline" in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out.strip()) == (0, f"signoff {__version__}")
