from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import SuiteFolder

FILE = "features/crm-app/workers.feature"
IDS = [
    f"{FILE}::worker:arrive",
    f"{FILE}::worker:settle",
    f"{FILE}::worker.external_id",
    f"{FILE}::worker.phone",
    f"{FILE}::worker.city",
    f"{FILE}::worker-status:placed",
    "scope/crm-app.toml::connector:finishes",
]


def test_every_statement_is_a_test_under_its_own_id(suite: SuiteFolder) -> None:
    assert suite.ids() == IDS
    assert suite.ids("features/crm-app") == IDS
    assert suite.ids(FILE) == IDS[:-1]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["-k", "worker.phone"], [3]),
        (["-k", "worker:arrive or connector:finishes"], [0, 6]),
        (["-m", "must"], [2, 3]),
        (["-m", "should"], [4]),
        (["-m", "owner:dana and not must"], [4]),
        (["-m", "values"], [5]),
        ([f"{FILE}::worker.phone"], [3]),
        ([f"{FILE}::worker:settle", "scope/crm-app.toml::connector:finishes"], [1, 6]),
    ],
)
def test_selection(suite: SuiteFolder, args: list[str], expected: list[int]) -> None:
    assert suite.ids(*args) == [IDS[at] for at in expected]


def test_an_id_with_brackets_can_be_selected_and_run_again(suite: SuiteFolder) -> None:
    file = suite.feature(city="failed")
    file.write_text(
        file.read_text(encoding="utf-8").replace("->   | city      |", "-> | skills[].name |"), encoding="utf-8"
    )
    wanted = f"{FILE}::worker.skills[].name"
    assert suite.ids(wanted) == [wanted]
    suite.run().assert_outcomes(failed=1, passed=6)
    assert suite.ids("--lf") == [wanted]


def test_last_failed_runs_only_what_failed_and_is_no_sign_off(suite: SuiteFolder) -> None:
    suite.feature(phone="failed")
    suite.run().assert_outcomes(failed=1, passed=6)
    again = suite.run("--lf")
    again.assert_outcomes(failed=1)
    again.stdout.fnmatch_lines(["*1 of 7 statements; not a sign-off*"])


def test_a_selection_that_matches_nothing_is_an_error(suite: SuiteFolder) -> None:
    assert suite.run("-k", "nobody").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    missing = suite.run(f"{FILE}::worker.nobody")
    assert missing.ret == pytest.ExitCode.USAGE_ERROR


def test_a_byte_order_mark_before_a_feature_is_no_part_of_it(suite: SuiteFolder) -> None:
    file = suite.feature()
    plain = suite.ids()
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert suite.ids() == plain != []


def test_two_outlines_of_one_name_are_both_run(suite: SuiteFolder) -> None:
    file = suite.feature()
    text = file.read_text(encoding="utf-8")
    outline = text[text.index("  @chart") : text.index("    @should")]
    more = outline.replace("external_id", "badge").replace("| phone ", "| pager ")
    file.write_text(text.replace("  @values", more + "  @values"), encoding="utf-8")
    assert [one.split("::")[1] for one in suite.ids("-m", "must")] == [
        "worker.external_id",
        "worker.phone",
        "worker.badge",
        "worker.pager",
    ]


def test_scenarios_of_the_teams_own_run_with_its_own_sentences(suite: SuiteFolder) -> None:
    suite.write(
        "features/crm-app/own.feature",
        "Feature: Own\n  Scenario: Coffee is ready\n    Given coffee for 2\n"
        "  Scenario Outline: Tea for <n>\n    Given coffee for <n>\n"
        "    Examples:\n      | n |\n      | 3 |\n      | 4 |\n",
    )
    suite.write("fixtures/kitchen.py", "import pytest\n@pytest.fixture\ndef cups():\n    return 3\n")
    suite.write(
        "steps/deep/kitchen.py",
        "from pytest_bdd import given, parsers\n"
        "@given(parsers.parse('coffee for {n:d}'))\ndef coffee(n, cups):\n    assert n <= cups\n",
    )
    result = suite.run("features/crm-app/own.feature", "-v")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "features/crm-app/own.feature::scenario:coffee-is-ready PASSED*",
            "features/crm-app/own.feature::scenario:tea-for-n:3 PASSED*",
            "features/crm-app/own.feature::scenario:tea-for-n:4 FAILED*",
        ]
    )
    assert result.ret == 1
    assert suite.run("--gate=report").ret == 1


def test_a_suites_own_sentence_overrides_the_shipped_one(suite: SuiteFolder) -> None:
    suite.write(
        "steps/own.py",
        "from pytest_bdd import when\n@when('the connector has been rehearsed')\n"
        "def mine():\n    raise KeyError('mine')\n",
    )
    result = suite.run(f"{FILE}::worker.phone")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*KeyError: 'mine'*", "*refuses: 1 stopped before the verdict (*"])


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("    Then this row of the chart holds\n", "    Thn this row of the chart holds\n", 8, "expected: a table row"),
        ("@values", "@vals", 20, "did you mean: @values"),
        ("@values", "@faults", 21, "cannot test yet"),
        ("      | Placed     | assigned   |\n", "", 25, "the empty chart or table"),
        ("| app field | rule | note |", "| app field | rule | Rule |", 17, "twice"),
        ("| city      | -> ", "| city      |    ", 18, "->, <-, <->, never or kept"),
        (
            "  @values",
            "  Scenario: a\n    When x\n  Scenario: a\n    When y\n  @values",
            22,
            "each scenario's name once",
        ),
    ],
)
def test_broken_documents_stop_the_session_before_anything_is_run(
    suite: SuiteFolder, old: str, new: str, line: int, words: str
) -> None:
    file = suite.feature()
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    result = suite.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: *{FILE}:{line}*"])
    assert words in result.stderr.str()
    assert "Traceback" not in result.stderr.str() + result.stdout.str()


def test_a_broken_toml_and_a_stray_feature_stop_the_session(suite: SuiteFolder) -> None:
    toml = suite.root / "scope" / "crm-app.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("[entities.worker]", "[entites.worker]"), encoding="utf-8")
    suite.write("features/crm-ap/a.feature", "Feature: A\n")
    result = suite.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "scope/crm-app.toml:10" in result.stderr.str()
    assert "did you mean: entities" in result.stderr.str()
    assert "features/crm-ap/a.feature" in result.stderr.str()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "steps/a.py",
            "from pytest_bdd import given\n@given('tea')\nasync def tea():\n    assert False\n",
            'steps/a.py:2\n  expected: a step written with def\n  found:    async def for "tea"',
        ),
        (
            "steps/b.py",
            "from pytest_bdd import given, parsers\n@given('tea')\ndef one():\n    pass\n"
            "@given(parsers.parse('{what}'))\ndef two():\n    pass\n",
            'steps/b.py:2\n  expected: one step for "tea"\n  found:    another in steps/b.py:5',
        ),
        (
            "features/crm-app/coffee.feature",
            "Feature: Coffee\n  Scenario: Coffee\n    Given teas\n",
            "features/crm-app/coffee.feature:3\n  expected: a sentence that signoff or the suite's steps/ know\n"
            '  found:    "Given teas"\n  did you mean: tea',
        ),
        ("steps/c.py", "\nimport nowhere_to_be_found\n", "steps/c.py:2"),
        (
            "features/crm-app/test_old.py",
            "from pytest_bdd import scenarios\nscenarios('workers.feature')\n",
            "features/crm-app/test_old.py\n  expected: no module that binds features",
        ),
    ],
)
def test_what_pytest_bdd_would_pass_in_silence_stops_the_session(
    suite: SuiteFolder, name: str, text: str, words: str
) -> None:
    suite.write("features/crm-app/tea.feature", "Feature: Tea\n  Scenario: Tea\n    Given tea\n")
    if name != "steps/a.py" and name != "steps/b.py":
        suite.write("steps/tea.py", "from pytest_bdd import given\n@given('tea')\ndef tea():\n    pass\n")
    suite.write(name, text)
    result = suite.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    shown = "\n".join(line.removeprefix("ERROR: ") for line in result.stderr.str().splitlines())
    assert words in shown


def test_a_table_of_exceptions_changes_statements_and_makes_none(suite: SuiteFolder) -> None:
    suite.write(
        "features/crm-app/exceptions.feature",
        "Feature: Agreed for now\n  @exceptions\n  Scenario Outline: <statement> is <agreed>\n"
        "    Then this row holds\n    Examples:\n      | statement    | agreed | until      | reason   |\n"
        "      | worker.phone | waived | 2027-01-31 | ticket 7 |\n",
    )
    suite.run().assert_outcomes(passed=7)


def test_a_suites_own_names_for_test_functions_hide_no_row(suite: SuiteFolder) -> None:
    suite.write("pytest.ini", "[pytest]\npython_functions = check_*\ncollect_imported_tests = false\n")
    assert suite.ids("features") == IDS


def test_a_foreign_project_is_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makefile(".feature", own="Feature: F\n  Scenario: S\n    Given tea\n", broken="Nothing of Gherkin\n")
    pytester.makepyfile(
        "import sys\nfrom pytest_bdd import given, scenarios\nscenarios('own.feature')\n@given('tea')\ndef tea():\n"
        "    heavy = ('signoff.plugin.session', 'jinja2', 'lark', 'phonenumbers', 'responses')\n"
        "    assert [name for name in heavy if name in sys.modules] == []\n"
    )
    result = pytester.run(sys.executable, "-m", "pytest", "-v", "--strict-markers", "-p", "no:faker")
    result.assert_outcomes(passed=1)
    assert "sign-off" not in result.stdout.str()
    assert not (pytester.path / "reports").exists()


def test_importing_the_plugin_is_light() -> None:
    heavy = ("hypothesis", "faker", "responses", "phonenumbers", "jinja2", "allure_commons", "lark")
    code = f"import signoff.plugin, sys; print([name for name in {heavy!r} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
