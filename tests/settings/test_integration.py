from pathlib import Path

import pytest

from signoff.errors import ScopeError
from signoff.schema import Side
from signoff.scope import ServiceSettings
from signoff.settings import load, reference
from signoff.settings.keys import KEYS
from signoff.settings.names import TAKEN
from signoff.settings.values import line_of, seconds

ROOT = Path(__file__).parents[2]

TOML = """\
signoff = 1
zone = "America/Chicago"
sync_every = "2 hours"

[connector]
target = "fixtures/reference:Connector"

[systems.ats]
dialect = "bullhorn"
name = "Bullhorn"
[systems.app]
dialect = "openapi"
name = "Shiftline"
paging = { style = "cursor" }

[entities.worker]
ats = "Candidate"
app = { schema = "Worker", collection = "/workers" }

[branches.chicago]
where = 'branchCode is "CHI"'

[environments.sandbox]
real = true
ats = { url = "https://sandbox.example", password = "${ATS_PASSWORD}" }
"""


def wrong(toml: str, **options: object) -> list[tuple[int, str, str, str | None]]:
    with pytest.raises(ScopeError) as caught:
        load(toml, "scope/a-b.toml", **options)  # type: ignore[arg-type]  # options are passed through as given
    return [(one.where.line, one.where.cell, one.found, one.did_you_mean) for one in caught.value.problems]


def test_every_part_lands_in_its_place() -> None:
    found = load(TOML, "scope/a-b.toml")
    assert (found.name, found.file, found.zone, found.sync_every) == ("a-b", "scope/a-b.toml", "America/Chicago", 7200)
    assert found.systems[Side.APP].options == {"paging": {"style": "cursor"}}
    assert (found.entities["worker"].app, found.entities["worker"].app_options) == (
        "Worker",
        {"collection": "/workers"},
    )
    assert found.branches == {"chicago": 'branchCode is "CHI"'}
    assert found.headings == {"bullhorn": "ats", "shiftline": "app"}
    assert (found.environment, found.settles_within, found.gate) == ("simulated", 2, "normal")


def test_an_address_service_stands_beside_the_two_systems() -> None:
    assert load(TOML, "scope/a-b.toml").address is None
    service = '[systems.address]\ndialect = "google-address"\nname = "Google"\nrequests_per_minute = 60\n'
    found = load(TOML.replace("[entities.worker]", f"{service}[entities.worker]"), "scope/a-b.toml")
    assert found.address == ServiceSettings("google-address", "Google", {"requests_per_minute": 60})
    assert set(found.systems) == set(Side)
    lacking = TOML.replace("[entities.worker]", '[systems.address]\nname = "Google"\n[entities.worker]')
    assert [one[2] for one in wrong(lacking)] == ["none"]


def test_the_shipped_file_loads() -> None:
    file = ROOT / "scope" / "bullhorn-shiftline.toml"
    found = load(file.read_text(encoding="utf-8"), "scope/bullhorn-shiftline.toml", file.parent)
    assert found.connector.timeout_seconds == 120
    assert found.labels["PO number"] == "JobOrder.customText2"
    assert found.entities["recruiter"].seeded
    assert found.systems[Side.APP].document == "schemas/shiftline.openapi.yaml"


@pytest.mark.parametrize(
    ("old", "new", "line", "cell", "found", "did_you_mean"),
    [
        ("sync_every", "sync_evry", 3, "sync_evry", "sync_evry", "sync_every"),
        ('"2 hours"', '"soon"', 3, "sync_every", '"soon"', None),
        ("America/Chicago", "America/Chicgo", 2, "zone", '"America/Chicgo"', "America/Chicago"),
        ('target = "fixtures', 'targt = 1\ntarget = "fixtures', 6, "connector.targt", "targt", "target"),
        ('name = "Bullhorn"', "name = 3", 10, "systems.ats.name", "3", None),
        ('dialect = "openapi"\n', "", 11, "systems.app.dialect", "none", None),
        ("[systems.app]", "[systems.ap]", 11, "systems.ap", "ap", "app"),
        ('schema = "Worker", ', "", 18, "entities.worker.app", "a table with collection", None),
        ("where =", "were =", 21, "branches.chicago.were", "were", "where"),
        ("signoff = 1", "signoff = 2", 1, "signoff", "2", None),
        ("real = true", 'real = "yes"', 24, "environments.sandbox.real", '"yes"', None),
        ("[connector]\ntarget", '[connector]\nkind = "program"\ntarget', 5, "connector.command", "none", None),
    ],
)
def test_a_wrong_key_or_value_is_told_with_its_line(
    old: str, new: str, line: int, cell: str, found: str, did_you_mean: str | None
) -> None:
    assert (line, cell, found, did_you_mean) in wrong(TOML.replace(old, new))


def test_broken_toml_is_told_with_line_and_column() -> None:
    with pytest.raises(ScopeError, match=r"scope/a-b\.toml:2:6"):
        load("signoff = 1\nzone America\n", "scope/a-b.toml")


def test_a_missing_schema_file_is_named(tmp_path: Path) -> None:
    toml = TOML.replace('name = "Shiftline"', 'document = "schemas/app.yaml"')
    assert wrong(toml, folder=tmp_path) == [
        (13, "systems.app.document", '"schemas/app.yaml", which does not exist', None)
    ]


def test_secrets_come_from_the_environment_and_are_never_shown() -> None:
    found = load(TOML, "scope/a-b.toml", environment="sandbox", variables={"ATS_PASSWORD": "hunter2"})
    assert found.environments["sandbox"].values["ats"]["password"] == "hunter2"
    assert "hunter2" not in repr(found)


def test_a_variable_that_is_not_set_is_named_by_the_selected_environment_only() -> None:
    assert load(TOML, "scope/a-b.toml", variables={}).environments["sandbox"].real
    with pytest.raises(ScopeError, match="the environment variable ATS_PASSWORD"):
        load(TOML, "scope/a-b.toml", environment="sandbox", variables={})


def test_a_blank_variable_is_as_good_as_none_and_a_slip_brings_the_nearest() -> None:
    found = wrong(TOML, environment="sandbox", variables={"ATS_PASSWORD": " ", "ATS_PASSWRD": "hunter2"})
    assert found == [(23, "environments.sandbox", "it is empty", "ATS_PASSWRD")]


@pytest.mark.parametrize(
    ("said", "writes"),
    [
        ("real = true", False),
        ("real = false", True),
        ("", True),
        ("real = true\nwrites = true", True),
        ("writes = false", False),
    ],
)
def test_where_real_people_s_records_live_nothing_is_written_unless_the_toml_says_so(said: str, writes: bool) -> None:
    toml = TOML.replace("real = true", said)
    assert load(toml, "scope/a-b.toml").environments["sandbox"].writes is writes


def test_an_environment_says_how_long_answers_take_and_who_helps() -> None:
    more = """timeout = "90 seconds"
[environments.sandbox.admin.ats]
password = "${ADMIN_PASSWORD}"
[environments.sandbox.existing.ats]
ClientCorporation = "17"
"""
    variables = {"ATS_PASSWORD": "hunter2", "ADMIN_PASSWORD": "hunter3"}
    found = load(f"{TOML}{more}", "scope/a-b.toml", environment="sandbox", variables=variables)
    sandbox = found.environments["sandbox"]
    assert (sandbox.timeout_seconds, sandbox.admin["ats"], sandbox.existing["ats"]) == (
        90.0,
        {"password": "hunter3"},
        {"ClientCorporation": "17"},
    )
    assert "hunter" not in repr(found)


def test_an_unknown_environment_offers_the_nearest() -> None:
    assert wrong(TOML, environment="sandbx")[0][3] == "sandbox"


@pytest.mark.parametrize(
    ("text", "expected"), [("15 minutes", 900), ("2 hours", 7200), ("1 day", 86400), ("1.5 seconds", 1.5), ("x", None)]
)
def test_durations(text: str, expected: float | None) -> None:
    assert seconds(text) == expected


def test_a_quoted_key_is_found_on_its_line() -> None:
    assert line_of('[types]\n"Candidate.mobile" = "phone"\n', ("types", "Candidate.mobile")) == 2


def test_every_key_stands_in_the_reference() -> None:
    page = reference()
    assert all(f"| `{key.path}` |" in page and key.meaning for key in KEYS)


@pytest.mark.parametrize(
    ("key", "value", "found", "did_you_mean"),
    [
        ("sync_every", '"0 minutes"', '"0 minutes"', None),
        ("default_country", '"USA"', '"USA"', "US"),
        ("default_country", '"us"', '"us"', "US"),
        ("default_country", '"ZZ"', '"ZZ"', None),
        ("default_country", "1", "1", None),
    ],
)
def test_what_would_make_every_run_wrong_is_refused(key: str, value: str, found: str, did_you_mean: str | None) -> None:
    toml = TOML.replace('sync_every = "2 hours"', f"{key} = {value}")
    assert wrong(toml) == [(3, key, found, did_you_mean)]


@pytest.mark.parametrize(
    "name", ["selected", "Allure-Results", "counterexamples", "runs", "summary.md", "signoff.json"]
)
def test_a_name_that_reports_use_themselves_is_refused(name: str) -> None:
    with pytest.raises(ScopeError) as caught:
        load("# ours\n" + TOML, f"scope/{name}.toml")
    (problem,) = caught.value.problems
    assert problem.code == "integration-name"
    assert str(problem).splitlines() == [
        f"scope/{name}.toml:2",
        "  expected: a name that nothing else in reports/ has, where each integration has a folder of its name",
        f"  found:    `{name}`, which reports/ uses itself",
        f"  did you mean: {name.split('.')[0]}-app",
        f"  Rename scope/{name}.toml and features/{name} alike. These are taken: {', '.join(TAKEN)}.",
    ]


def test_other_names_are_nobodys() -> None:
    assert [load(TOML, f"scope/{name}.toml").name for name in ("selected-app", "run", "summary")] == [
        "selected-app",
        "run",
        "summary",
    ]


@pytest.mark.parametrize(
    "text", ["zone = America", "zone = 'a'\nzone = 'b'", "a = {}\n[a]", "[[[", "a = 1" + "0" * 5_000]
)
def test_what_is_no_toml_is_told_with_a_way_on(text: str) -> None:
    with pytest.raises(ScopeError) as caught:
        load(text, "scope/x.toml")
    (problem,) = caught.value.problems
    assert problem.code == "toml-syntax"
    assert problem.how


def test_a_system_without_a_name_or_two_of_one_name_are_told() -> None:
    assert wrong(TOML.replace('name = "Bullhorn"', 'name = " "')) == [(10, "systems.ats.name", "none", None)]
    assert wrong(TOML.replace('name = "Shiftline"', 'name = "BULL  HORN"').replace('"Bullhorn"', '"Bull horn"')) == [
        (13, "systems.app.name", '"BULL  HORN" for both', None)
    ]
    assert load(TOML.replace('name = "Bullhorn"\n', ""), "scope/a-b.toml").systems[Side.ATS].name == "bullhorn"


@pytest.mark.parametrize(
    "value, said",
    [
        ("hunter2", None),
        ("5", "APP_TOKEN with a number without quotes"),
        ("true", "APP_TOKEN with true or false without quotes"),
        ('["hunter2"]', "APP_TOKEN with a list"),
        ('{ secret = "hunter2" }', "APP_TOKEN with a table"),
    ],
)
def test_a_setting_that_is_no_text_is_named_and_not_shown(value: str, said: str | None) -> None:
    toml = TOML.replace("[systems.ats]", f"[connector.settings]\nAPP_TOKEN = {value}\n[systems.ats]")
    found = wrong(toml)
    assert "hunter2" not in "".join(one[2] for one in found)
    if said is not None:
        assert found == [(8, "connector.settings", said, None)]


def test_a_text_where_a_list_is_meant_is_answered_with_the_list() -> None:
    found = wrong(TOML.replace('ats = "Candidate"', 'ats = "Candidate"\nunique = "email"'))
    assert found == [(18, "entities.worker.unique", '"email"', '["email"]')]
