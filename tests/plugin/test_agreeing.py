import shutil
from pathlib import Path

import pytest

from signoff.errors import ScopeError
from signoff.plugin.agreeing import agree, reader, scope_hash
from signoff.settings import find_suite

ROOT = Path(__file__).parents[2]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("features", "scope"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def test_every_row_of_the_shipped_documents_is_a_statement_with_its_place() -> None:
    suite = find_suite(ROOT)
    assert suite is not None
    statements = {one.id: one for one in agree(suite, "bullhorn-shiftline").statements}
    phone = statements["worker.phone"]
    assert phone.file == "features/bullhorn-shiftline/workers.feature"
    text = (ROOT / phone.file).read_text(encoding="utf-8").splitlines()
    assert text[phone.line - 1].strip().startswith("| mobile ")
    assert {"worker:arrive", "worker.ssn:never", "connector:finishes", "worker-status:anything-else"} <= set(statements)


def test_the_hash_follows_what_was_agreed_and_nothing_else(copy: Path) -> None:
    suite = find_suite(copy)
    assert suite is not None
    integration = suite.integration("bullhorn-shiftline")
    before = scope_hash(suite, integration)
    (copy / "README.md").write_text("new", encoding="utf-8")
    feature = copy / "features" / "bullhorn-shiftline" / "jobs.feature"
    text = feature.read_text(encoding="utf-8")
    feature.write_bytes(text.replace("\n", "\r\n").encode())
    assert scope_hash(suite, integration) == before
    feature.write_text(text.replace("plain text", "same text"), encoding="utf-8")
    assert scope_hash(suite, integration) != before


def test_a_file_that_cannot_be_read_is_named(copy: Path) -> None:
    suite = find_suite(copy)
    assert suite is not None
    integration = suite.integration("bullhorn-shiftline")
    with pytest.raises(ScopeError, match=r"schemas/nowhere\.yaml"):
        reader(suite, integration)("schemas/nowhere.yaml")


@pytest.mark.parametrize(
    ("file", "old", "new", "found", "did_you_mean"),
    [
        ("assignments", "the worker with the same id", "the workr with the same id", "`workr`", "worker"),
        ("assignments", "the worker with the same id", "the worker with the same idd", "`idd`", "id"),
        (
            "assignments",
            "the worker with the same id",
            "the job with the same id",
            "`the job`, which is Job",
            None,
        ),
        ("workers", "Placement by dateBegin", "Placement by dateBegn", "`dateBegn`", "dateBegin"),
    ],
)
def test_a_reference_that_can_lead_nowhere_is_refused(
    copy: Path, file: str, old: str, new: str, found: str, did_you_mean: str | None
) -> None:
    feature = copy / "features" / "bullhorn-shiftline" / f"{file}.feature"
    feature.write_text(feature.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    suite = find_suite(copy)
    assert suite is not None
    with pytest.raises(ScopeError) as caught:
        agree(suite, "bullhorn-shiftline")
    assert [(one.found, one.did_you_mean) for one in caught.value.problems] == [(found, did_you_mean)]
