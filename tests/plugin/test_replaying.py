"""Scripts are kept with the run and can be played again, by run, file, folder or statement."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from stories import agree, integration

from signoff.agreement.resolved import Agreement
from signoff.errors import ScopeError
from signoff.evidence.writing import file_name
from signoff.plugin.again import write_scripts
from signoff.plugin.options import RunOptions
from signoff.plugin.replaying import replayed
from signoff.plugin.standard import run_id
from signoff.scope import EnvironmentSettings
from signoff.settings import Suite
from signoff.strategies.script import Script

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
SCRIPT = Script("crm-app", 7, "quick", NOW, "hash", (), ())
SMALL = replace(SCRIPT, statements=("worker.phone",))


def kept(root: Path, agreement: Agreement | None = None) -> RunOptions:
    reports = root / "reports"
    folder = reports / "runs" / run_id(NOW, 7)
    write_scripts(folder, reports / "crm-app", agreement or agree(), SCRIPT, {"worker.phone/south": SMALL})
    return RunOptions(seed=1, reports=reports)


def found(root: Path, options: RunOptions, wanted: str) -> Script:
    return replayed(Suite(root, ()), agree(), replace(options, replay=wanted)).script


def test_a_run_s_name_is_its_moment_and_its_seed() -> None:
    assert run_id(NOW, 7) == "20260302T140000Z-7"
    assert file_name("worker:bad:phone") == "worker_bad_phone"
    assert file_name("worker.first_name") == "worker.first_name"


def test_ids_that_differ_in_one_sign_have_files_of_their_own() -> None:
    ids = [
        "worker:a:b",
        "worker:a/b",
        "worker/a/b",
        "worker:a_b",
        "worker_a_b",
        "worker.a[0]",
        "worker.a(0)",
        "worker.a_0_",
    ]
    names = [file_name(one) for one in ids]
    clashing = {one for one in names if names.count(one) > 1}
    assert clashing == {"worker_a_b"}  # one of a binding's own statements, and a row without a binding: there is none


@pytest.mark.parametrize(
    "wanted",
    [
        "20260302T140000Z-7",
        "reports/runs/20260302T140000Z-7",
        "reports/runs/20260302T140000Z-7/script-crm-app.json",
    ],
)
def test_a_run_is_found_by_its_name_its_folder_or_its_file(wanted: str, tmp_path: Path) -> None:
    assert found(tmp_path, kept(tmp_path), wanted) == SCRIPT


def test_a_counterexample_is_found_by_its_statement(tmp_path: Path) -> None:
    assert found(tmp_path, kept(tmp_path), "worker.phone/south") == SMALL


def test_only_a_whole_run_clears_away_the_counterexamples_of_the_one_before(tmp_path: Path) -> None:
    folder, own = tmp_path / "runs" / "one", tmp_path / "crm-app"
    write_scripts(folder, own, agree(), SCRIPT, {"worker.phone": SMALL})
    write_scripts(folder, own, agree(), SCRIPT, {"worker.email": SMALL}, whole=False)
    kept = own / "counterexamples"
    assert {one.name for one in kept.iterdir()} == {"worker.phone.json", "worker.email.json"}
    write_scripts(folder, own, agree(), SCRIPT, {})
    assert list(kept.iterdir()) == []


def test_a_run_that_was_not_kept(tmp_path: Path) -> None:
    with pytest.raises(ScopeError) as caught:
        found(tmp_path, kept(tmp_path), "20260302T140000Z-8")
    assert str(caught.value) == (
        '--replay, cell "20260302T140000Z-8"\n'
        "  expected: a run's id, a script file, or a statement whose counterexample was kept\n"
        "  found:    none of these\n"
        "  did you mean: 20260302T140000Z-7\n"
        "  Runs are kept in reports/runs, counterexamples in reports/crm-app. A complete run writes them anew."
    )


def test_a_statement_that_there_is_not_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ScopeError) as caught:
        found(tmp_path, kept(tmp_path), "worker.frist_name")
    assert "  did you mean: worker.first_name" in str(caught.value).splitlines()


def test_a_script_of_another_integration(tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text(replace(SCRIPT, integration="other").to_json(), encoding="utf-8")
    with pytest.raises(ScopeError) as caught:
        found(tmp_path, kept(tmp_path), "other.json")
    assert str(caught.value).splitlines()[1:3] == ["  expected: a script of crm-app", "  found:    one of other"]


def test_no_script_is_written_from_a_real_environment(tmp_path: Path) -> None:
    real = integration(environments={"live": EnvironmentSettings("live", real=True)}, environment="live")
    kept(tmp_path, agree(settings=real))
    assert not (tmp_path / "reports").exists()


def test_a_folder_that_cannot_be_written_is_told_by_the_reports_alone(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("in the way", encoding="utf-8")
    kept(tmp_path)
    assert (tmp_path / "reports").read_text(encoding="utf-8") == "in the way"


def test_a_full_disk_leaves_no_half_of_a_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    kept(tmp_path)
    assert [one for one in (tmp_path / "reports").rglob("*") if one.is_file()] == []
