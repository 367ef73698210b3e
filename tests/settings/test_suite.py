from pathlib import Path

import pytest

from signoff.errors import ScopeError
from signoff.settings import find_suite, load

ROOT = Path(__file__).parents[2]


def test_the_shipped_suite_is_found_from_below_and_read_whole() -> None:
    suite = find_suite(ROOT / "features" / "bullhorn-shiftline")
    assert suite is not None
    assert (suite.root, suite.names) == (ROOT, ("bullhorn-shiftline",))
    documents = suite.documents(suite.integration("bullhorn-shiftline"))
    assert [one.name for one in documents] == [
        "Agreement",
        "Assignments",
        "Site contacts",
        "Jobs",
        "Messages",
        "Workers",
        "Workflows",
        "Worksites",
    ]
    assert documents[1].file == "features/bullhorn-shiftline/assignments.feature"
    assert suite.strays() == ()


def test_a_toml_that_does_not_opt_in_makes_no_suite(tmp_path: Path) -> None:
    (tmp_path / "scope").mkdir()
    (tmp_path / "scope" / "a.toml").write_text("[tool]\nx = 1\n", encoding="utf-8")
    assert find_suite(tmp_path) is None


def test_a_feature_that_belongs_to_no_integration_is_told(tmp_path: Path) -> None:
    (tmp_path / "scope").mkdir()
    (tmp_path / "scope" / "crm-app.toml").write_text("signoff = 1\n", encoding="utf-8")
    (tmp_path / "features" / "crm-ap").mkdir(parents=True)
    (tmp_path / "features" / "crm-ap" / "a.feature").write_text("Feature: A\n", encoding="utf-8")
    suite = find_suite(tmp_path)
    assert suite is not None
    [problem] = suite.strays()
    assert (problem.where.file, problem.did_you_mean) == ("features/crm-ap/a.feature", "crm-app")
    with pytest.raises(ScopeError, match="one of the integrations crm-app"):
        suite.integration("crm-ap")


def test_a_folder_named_like_a_file_is_told_and_one_named_like_a_toml_is_none(tmp_path: Path) -> None:
    (tmp_path / "scope" / "folder.toml").mkdir(parents=True)
    (tmp_path / "scope" / "crm-app.toml").write_text("signoff = 1\n", encoding="utf-8")
    (tmp_path / "features" / "crm-app" / "a.feature").mkdir(parents=True)
    suite = find_suite(tmp_path)
    assert suite is not None
    assert suite.names == ("crm-app",)
    integration = load(TOML, "scope/crm-app.toml")
    with pytest.raises(ScopeError, match=r"features/crm-app/a\.feature\n  expected: a file that can be read"):
        suite.documents(integration)


TOML = """\
signoff = 1
[connector]
target = "a:B"
[systems.ats]
dialect = "bullhorn"
name = "A"
[systems.app]
dialect = "openapi"
name = "B"
[entities.worker]
ats = "Candidate"
app = "Worker"
"""
