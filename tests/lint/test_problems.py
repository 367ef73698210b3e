"""Every code of reading and binding: a document that is wrong in this one way, the place, and what is said."""

# ruff: noqa: E501  a case stands on one line

from __future__ import annotations

from pathlib import Path

import pytest
from suites import FILES, PEOPLE, C, P, T, Y, linted_as, written

from signoff.errors import Problem, ScopeError
from signoff.lint.codes import CODES, RULES, Level
from signoff.lint.run import told

OUTLINE = "  @chart @owner:dana\n  Scenario Outline: <Bullhorn field> <flow> <Rota field>\n"
THEN = "    Then this row of the chart holds\n"
PHONE = "| mobile         | ->    | phone       | same phone                 |          | must |"
FIRST = "| firstName      | ->    | first_name  | same text                  |          |      |"
WHO = '      | status is "DNU" | never reaches the app |\n'
SWITCHED = "| person.phone | switched off |       |        |"
GIVEN = "    Given each Candidate is a person, matched by external_id\n"
VALUES = "  Scenario Outline: <Bullhorn status> means <Rota state>\n"
UNTAGGED = (
    "  @exceptions\n  Scenario Outline: <statement> is <agreed>\n    Then this row holds\n\n    Examples: Agreed\n"
)
HEADINGS = "| Bullhorn field | flow  | Rota field  | rule                       | required | must |"

CASES: tuple[tuple[str, str, str, str, str, str, str], ...] = (
    # code, file, old, new, line and column, expected, found
    ("syntax", P, THEN, f"{THEN}    Wen it runs\n", "11:5", 'a table row, a text block ("""), a step (Given, When, Then, And, But), a line of tags, Examples:, Scenario: or Scenario Outline:, Rule:', '"Wen it runs"'),
    ("language", P, "Feature: People", "# language: klingon\nFeature: People", "1:1", "a language that Gherkin knows", "klingon"),
    ("no-feature", P, PEOPLE, "", "1", "a document that begins with Feature:", "no Feature"),
    ("no-name", P, "Feature: People", "Feature:", "1:1", "a name after Feature:", "none"),
    ("uneven-row", P, FIRST, "| firstName | -> |", "15:7", "as many cells in this row as in the table's heading", "2 cells, and 6 in the heading"),
    ("no-steps", P, VALUES, f"  Scenario: nothing\n\n  @values\n{VALUES}", "22:3", "at least one step", '"nothing" without steps'),
    ("first-step", P, VALUES, f"{VALUES}    And it is so\n", '23:5', 'a first step with Given, When or Then', '"And it is so"'),
    ("arrow-in-step", P, THEN, f"{THEN}    And a -> b\n", "11:5", "a step in words", 'the arrow -> in "a -> b"'),
    ("placeholder", P, "<flow>", "<flaw>", "8:3", "a column of the table: Bullhorn field, flow, Rota field, rule, required, must", "<flaw>"),
    ("missing-step", P, THEN, "", "11:5", "the step `Then this row of the chart holds` for the rows of @chart", "none"),
    ("duplicate-scenario", P, OUTLINE, f"  Scenario: x\n    When a\n  Scenario: x\n    When b\n{OUTLINE}", "9:3", "each scenario's name once in a file", '"x", which also stands in line 7'),
    ("binding", P, ", matched by external_id", ", mached by external_id", "5:5", "one of: with their latest ENTITY, matched by KEY, then KEY, started in the ATS, started in the app, started in either system", '"mached by external_id"'),
    ("two-bindings", P, GIVEN, f"{GIVEN}    And each Placement is a person\n", "6:5", "one binding for each Feature or Rule", 'another: "each Placement is a person"'),
    ("unbound", P, GIVEN, "    Given a sunny day\n", "12:5", "a binding in the Background of its Feature or Rule", 'the chart "People chart" without one'),
    ("not-yet", P, "@exceptions", "@faults", "42:3", "a table that this version can test: @chart, @values, @population, @lifecycle, @bad-data, @exceptions, @questions, @checklist, @worked, @goals, @access, @address", "@faults, which the language knows and this version cannot test yet"),
    ("untagged-table", P, UNTAGGED, f"{UNTAGGED[14:]}      | statement | agreed |\n      | a | b |\n\n    @exceptions\n    Examples: More\n", "44:5", "a tag that says what this table holds: @chart, @values, @population, @lifecycle, @bad-data, @exceptions, @questions, @checklist, @worked, @goals, @access, @address", "none"),
    ("unknown-tag", P, "@owner:dana", "@ownr:dana", "7:3", "a tag that the language knows", "@ownr:dana"),
    ("tag-value", P, "@owner:dana", "@owner:", "7:3", "@owner: and a name", "@owner:"),
    ("two-tags", P, "@owner:dana", "@must @could", "7:3", "one must, should or could on one element", "@must and @could"),
    ("waiver-day", P, SWITCHED, "| person.phone | waived | soon | so |", "47:33", "a day of the calendar as YYYY-MM-DD", '"soon"'),
    ("waiver-reason", P, SWITCHED, "| person.phone | waived | 2099-01-31 | |", "47:45", "a reason for the waiver", "an empty cell"),
    ("empty-table", P, f"{WHO}      | anyone else     | reaches the app       |\n", "", "36:5", "at least one row below the headings", 'the empty chart or table "Who"'),
    ("empty-heading", P, "| match |", "|       |", "27:9", "a heading on every column", "none on column 3"),
    ("duplicate-column", P, "| Bullhorn status | Rota state | match |", "| Bullhorn status | Rota state | Rota state |", "27:9", "each column once", 'the column "Rota state" twice'),
    ("missing-column", P, "| who             | outcome               |", "| who             | what                  |", "36:5", "a column headed outcome", "who, what"),
    ("chart-columns", P, HEADINGS, "| flow | Bullhorn field | Rota field | rule | required | must |", "12:5", "an ATS field before the column flow and an app field after it", "flow as the first column"),
    ("table-columns", P, "| Bullhorn status | Rota state | match |\n      | Active          | free       |       |\n      | anything else   | busy       |       |", "| Bullhorn status |\n      | Active |", '26:5', 'two columns, ATS value and app value', 'one column'),
    ("wrong-side", P, "| Bullhorn status | Rota state | match |", "| Rota status | Rota state | match |", '26:5', "the ATS's column here", '"Rota status", which is the app\'s'),
    ("table-name", P, "Examples: Person status", "Examples:", "26:5", 'a name, because rules say look up in "NAME"', "Examples: without a name"),
    ("flow", P, PHONE, PHONE.replace("->", "=>"), "16:26", "->, <-, <->, never or kept", '"=>"'),
    ("no-field", P, PHONE, "| | -> | | | | |", "16:11", "a field on at least one side", "two empty cells"),
    ("protects-one", P, "| ssn            | never |             |", "| ssn            | never | phone       |", "19:9", "one field, on the side that holds it, in a row that says never", "`ssn` and `phone`"),
    ("rule-not-used", P, "| ssn            | never |             |                            |", "| ssn            | never |             | same text                  |", "19:48", "an empty cell, because a row that says never carries no value", "`same text`"),
    ("required", P, "| yes      |", "| yess     |", "14:77", "yes, no or nothing", '"yess"'),
    ("must", P, "          | must |\n      | status", "          | shall |\n      | status", "16:88", "must, should, could or nothing", '"shall"'),
    ("empty-cell", P, SWITCHED, "| person.phone |       |       |        |", "47:24", "what the column agreed says", "an empty cell"),
    ("empty-value", P, "| Active          | free       |", "|                 | free       |", "28:9", "an ATS value, (blank) or anything else", "an empty cell"),
    ("anything-else-last", P, "| Active          | free       |       |\n      | anything else   | busy       |       |", "| anything else   | busy       |       |\n      | Active          | free       |       |", "28:9", "`anything else` in the last row", "rows after it"),
    ("rule-syntax", P, FIRST, FIRST.replace("same text", "same txt "), '15:48', 'a rule', '`same txt`, which is no phrase of the language'),
    ("condition-syntax", P, 'status is "DNU" |', "status = DNU    |", "38:9", "a condition; here a test such as `is`, `contains` or `is before`", "`=` at character 8 of `status = DNU`"),
    ("cell-syntax", P, FIRST, FIRST.replace("firstName ", "firstName,"), '15:9', 'one or several field names, separated by commas; here a field name', 'the end of `firstName,`, too early'),
    ("date", P, 'status is "DNU" |', "dateAdded is after 2026-02-30 |", "38:9", "a day of the calendar as YYYY-MM-DD", "`2026-02-30`"),
    ("count", P, 'status is "DNU" |', "more than 1000000 Placements |", "38:9", "a count of at most 200", "`more than 1,000,000`"),
    ("number", P, 'status is "DNU" |', f"more than {'9' * 26} Placements |", "38:9", "a number of at most 25 digits", "26 digits"),
    ("too-deep", P, 'status is "DNU" |', "(" * 51 + 'status is "DNU"' + ")" * 51 + " |", "38:9", "at most 50 parentheses within each other", "51"),
    ("too-many-terms", P, 'status is "DNU" |', 'status is "A"' + ' or status is "A"' * 200 + " |", "38:9", "at most 200 terms", "201"),
    ("too-long", P, 'status is "DNU" |', f'status is "{"A" * 10_000}" |', "38:9", "at most 10,000 characters", "10,012"),
    ("regex", P, 'status is "DNU" |', 'status matches "(" |', "38:9", "a regular expression", "`(`: missing ), unterminated subpattern"),
    ("rule-order", P, FIRST, FIRST.replace("same text    ", "on create only, same text"), "15:48", "steps first, then modifiers", "the step `same text` after the modifier `on create only`"),
    ("unknown-field", P, "| firstName      |", "| fistName       |", "15:9", "a field of Candidate (Bullhorn)", "`fistName`"),
    ("unknown-entity", P, 'status is "DNU" |', "some Plcement has (id is 1) |", "38:9", "an entity of Bullhorn", "`Plcement`"),
    ("unknown-word", P, "each Candidate is a person", "each Candidate is a persn", "5:5", "two names of one entity of the toml, one on each side: Candidate and person", "`Candidate` and `persn`"),
    ("list-items", P, "each Candidate is", "each item of Candidate is", "5:5", "`each Candidate is …`, because Candidate is no list", "`each item of Candidate is …`"),
    ("linked-entity", P, "is a person,", "is a person, with their latest Branch,", '5:5', 'an entity that refers to Candidate: Appointment, Candidate, CandidateEducation, CandidateReference, CandidateWorkHistory, ClientContact, JobSubmission, Note, Placement, Sendout, Task, Tearsheet', '`Branch`'),
    ("primary-flag", P, "is a person,", "is a person, with their primary Placement,", "5:5", "a yes/no field of Placement that marks the primary one", "none: [primary] in scope/crm-rota.toml names no field for Placement"),
    ("unknown-name", P, FIRST, FIRST.replace("same text            ", 'firstName + lastName '), "15:48", "only names that stand in the sending cell: firstName", "the name `lastName` at character 13"),
    ("rule-meaning", P, FIRST, FIRST.replace("firstName      |", "isDeleted      |").replace("same text ", "same date "), "15:48", "a sending value that can be compared as date", "`same date` on a field of type yes/no"),
    ("table-match", P, "| Active          | free       |       |", "| Active          | free       | fuzzy |", "28:40", "nothing, `ignoring case`, `contains`, `contains, ignoring case` or `from`", "`fuzzy`"),
    ("table-band", P, "| Active          | free       |       |", "| Active          | free       | from  |", "28:9", "a number or a date where the match column says `from`", "`Active`"),
    ("two-writers", P, FIRST, f"{FIRST}\n      | lastName | -> | first_name | same text | | |", "16:9", "one unconditional row for first_name", f'a second one; the first stands at {P}:15, row "firstName -> first_name"'),
    ("matching-key", P, "matched by external_id", "matched by externl_id", "5:5", "a matching key that a row of the person chart carries", "`externl_id`"),
    ("outcome", P, WHO, WHO.replace("never reaches the app", "stays away           "), "38:27", "`reaches the app`, `reaches the app as STATE`, `leaves the app as STATE` or `never reaches the app`", '"stays away"'),
    ("anyone-else-last", P, WHO, f'      | anyone else | reaches the app |\n{WHO.replace("DNU", "New")}', "38:9", "`anyone else` in the last row", "rows after it that no record can reach"),
    ("unknown-branch", P, "@owner:dana", "@branch:soth", "14:9", f"a branch of {T}", "@branch:soth"),
    ("unknown-statement", P, SWITCHED, SWITCHED.replace("person.phone", "person.fone "), "47:9", "the id of a statement", "`person.fone`"),
    ("exception-twice", P, SWITCHED, f"{SWITCHED}\n      {SWITCHED}", "48:9", "one row about a statement", f'`person.phone` again; the first stands at {P}:47, row "person.phone"'),
    ("duplicate-id", P, "| anything else   | busy       |", "| Active          | busy       |", "29:9", "an id of its own for each statement", f"`person-status:active` again; the first stands at {P}:28"),
    ("wrong-reference", T, '= "reference to Person"', '= "reference to Candidate"', '18:48', 'a reference to Candidate, because that is what manager_id refers to', '`the person`, which is Person'),
    ("toml-syntax", T, 'zone = "America/Chicago"', "zone = America/Chicago", "2:8", "TOML", "Invalid value"),
    ("toml-key", T, 'zone = "America/Chicago"', 'zoen = "America/Chicago"', '2:1', 'a key that the toml may have here: branches, conflict, connector, default_country, entities, environments, first_link, gate, headings, labels, primary, settings, settles_within, signoff, states, sync_every, systems, tags, technical, title, transitions, types, zone', 'zoen'),
    ("toml-value", T, 'zone = "America/Chicago"', 'sync_every = "often"', '2:1', 'a duration above 0 such as "15 minutes" or "2 hours"', '"often"'),
    ("toml-missing", T, '[systems.ats]\ndialect = "bullhorn"\nname = "Bullhorn"\n', "", '11:1', 'the key ats', 'none'),
    ("toml-version", T, "signoff = 1", "signoff = 2", "1:1", "signoff = 1", "2"),
    ("toml-connector", T, 'target = "fixtures/connector:Connector"\n', "", "4:1", "connector.target for a connector of kind python", "none"),
    ("unknown-type", T, '= "phone"', '= "fone"', '25:1', 'one of text, email, phone, date, date and time, amount, number, whole number, yes/no, picklist, country, state, address, file, reference, object, anything, instant, e-mail, integer, money, boolean, or `reference to ENTITY`', '"fone"'),
    ("unknown-dialect", T, 'dialect = "bullhorn"', 'dialect = "bulhorn"', '11:1', 'one of bullhorn, openapi', '"bulhorn"'),
    ("missing-file", T, '"rota.yaml"', '"rata.yaml"', "17:1", "a file, as a path from the toml's folder", '"rata.yaml", which does not exist'),
    ("system-options", T, 'style = "none"', 'style = "nine"', '18:1', 'one of cursor, page, offset, link, none', '"nine"'),
    ("openapi-document", Y, "openapi: 3.1.0", "swagger: '2.0'", "", "OpenAPI 3.0 or 3.1", "swagger: 2.0"),
    ("openapi-impossible", Y, "first_name: { type: string }", "first_name: { type: string, minLength: 9, maxLength: 5 }", "25:9", "a length that a text can have", "minLength: 9, and maxLength: 5"),
    ("openapi-reference", Y, '    post:\n      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Person" } } } }', '    post:\n      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Wroker" } } } }', "8:7", "a reference to something in this document", "#/components/schemas/Wroker"),
    ("openapi-schema", T, 'schema = "Person"', 'schema = "Persn"', "22:1", "the name of a schema in rota.yaml", "Persn"),
    ("openapi-path", T, 'collection = "/people"', 'collection = "/peple"', "22:1", "a path in rota.yaml", "/peple"),
    ("openapi-query", T, 'paging = { style = "none" }', 'paging = { style = "none" }\nupdated_since = "since"', '21:1', 'the field that since compares with', 'nothing, and none of the usual names'),
)  # fmt: skip
ELSEWHERE = {
    *("address-answer", "address-outcome", "address-twice", "address-unused", "no-address-service"),
    *("transition", "transition-field"),
    "lifecycle-then",
    "lifecycle-twice",
    "lifecycle-when",
    "unknown-state",
    "formula-syntax",
    "encoding",
    "unreadable",
    "stray-feature",
    "table-twice",
    "two-populations",
    "bound-twice",
    "started",
    "unknown-environment",
    *("environment-name", "environment-key", "environment-secret", "environment-address"),
    "missing-variable",
    "unknown-integration",
    "no-documents",
    "document",
    *("day", "future-day", "no-inputs", "attestation", "evidence", "worked-column", "unknown-id", "worked-reference"),
    *("two-columns", "worked-value", "no-id", "measure", "unknown-system", "access"),
    *("starts-nowhere", "two-way-fields", "two-way-elsewhere", "two-way-fixed", "two-way-modifier", "back-to"),
    *("who-wins", "every-field", "empty-chart"),
    *("unknown-sentence", "workflow-table", "no-then", "then-before-sync", "unknown-person", "twice-named"),
    *("workflow-value", "toml-placeholder", "connector-target", "integration-name"),
    *("bad-data", "bad-data-then", "bad-data-twice", "bad-data-key", "two-policies"),
}
"""Codes of the tests below the table, and of those in tests/agreement and tests/gherkin."""


def test_the_suite_itself_is_clean(tmp_path: Path) -> None:
    assert [one.at for one in linted_as(written(tmp_path)) if one.finding.level is not Level.NOTE] == []


@pytest.mark.parametrize(
    ("code", "file", "old", "new", "at", "expected", "found"), CASES, ids=[one[0] for one in CASES]
)
def test_a_document_that_is_wrong_in_one_way(
    code: str, file: str, old: str, new: str, at: str, expected: str, found: str, tmp_path: Path
) -> None:
    hits = [one for one in linted_as(written(tmp_path, file, old, new)) if one.finding.code == code]
    assert hits
    first = hits[0]
    assert first.finding.level is Level.ERROR
    assert first.file in FILES
    problem = first.finding.problem
    assert (first.at.partition(":")[2], problem.expected, problem.found) == (at, expected, found)


def errors(tmp_path: Path, more: dict[str, str]) -> list[tuple[str, str, str]]:
    suite = written(tmp_path)
    for name, text in more.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return [
        (one.finding.code, one.at, one.finding.problem.found)
        for one in linted_as(suite)
        if one.finding.level is Level.ERROR
    ]


FURTHER = "features/crm-rota/people2.feature"


def test_a_table_of_a_name_that_is_taken(tmp_path: Path) -> None:
    begin = PEOPLE.index("  @values")
    text = "Feature: More\n\n" + PEOPLE[begin : PEOPLE.index("  @population")]
    found = errors(tmp_path, {FURTHER: text})
    assert found[0] == ("table-twice", f"{FURTHER}:8:5", f'"Person status" again; the first stands at {P}:26')


def test_a_second_population_of_a_binding(tmp_path: Path) -> None:
    begin = PEOPLE.index("  @population")
    text = f"Feature: More\n  Background:\n{GIVEN}\n" + PEOPLE[begin : PEOPLE.index("  @exceptions")]
    found = errors(tmp_path, {FURTHER: text})
    assert found[0] == ("two-populations", f"{FURTHER}:10:5", "a second one")


def test_an_entity_that_is_bound_twice(tmp_path: Path) -> None:
    text = "Feature: More\n  Background:\n    Given each Candidate is a person\n"
    assert errors(tmp_path, {FURTHER: text}) == [("bound-twice", f"{FURTHER}:3:5", '"each Candidate is a person"')]


def test_a_binding_from_the_side_where_nothing_starts(tmp_path: Path) -> None:
    text = PEOPLE.replace("each Candidate is a person", "each person is a Candidate")
    assert ("started", f"{P}:5:5", "started in the ATS") in errors(tmp_path, {P: text})


def test_a_formula_that_cannot_be_read(tmp_path: Path) -> None:
    # Formulas stand in rule cells, where the rule as a whole is what cannot be read; the code is that of the parser.
    from signoff.errors import Place
    from signoff.expressions.parse import parse_formula

    with pytest.raises(ScopeError) as caught:
        parse_formula("= payRate *", Place(P))
    [one] = told(caught.value.problems)
    assert (one.code, one.problem.found) == ("formula-syntax", "the end of `= payRate *`, too early")


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    suite = written(tmp_path)
    (tmp_path / FURTHER).write_bytes("Feature: Größe\n".encode("cp1252"))
    assert [(one.finding.code, one.at) for one in linted_as(suite) if one.finding.level is Level.ERROR] == [
        ("encoding", f"{FURTHER}:1")
    ]


def test_a_folder_that_is_called_like_a_document(tmp_path: Path) -> None:
    suite = written(tmp_path)
    (tmp_path / "features" / "crm-rota" / "old.feature").mkdir()
    assert [(one.finding.code, one.at) for one in linted_as(suite) if one.finding.level is Level.ERROR] == [
        ("unreadable", "features/crm-rota/old.feature")
    ]


def test_a_document_of_no_integration(tmp_path: Path) -> None:
    suite = written(tmp_path)
    (tmp_path / "features" / "crm").mkdir()
    (tmp_path / "features" / "crm" / "a.feature").write_text("Feature: A\n", encoding="utf-8")
    [one] = told(suite.strays())
    assert (one.code, one.problem.where.file) == ("stray-feature", "features/crm/a.feature")
    assert one.problem.found == "features/crm, and no scope/crm.toml"


def test_an_integration_without_documents(tmp_path: Path) -> None:
    suite = written(tmp_path)
    (tmp_path / P).unlink()
    [one] = [one for one in linted_as(suite) if one.finding.code == "no-documents"]
    assert (one.at, one.finding.problem.found) == ("features/crm-rota", "none")


def test_an_integration_an_environment_and_a_variable_that_are_not_there(tmp_path: Path) -> None:
    suite = written(
        tmp_path,
        T,
        "[branches.south]",
        '[environments.staging]\napp = { url = "https://x.example", token = "${ROTA_TOKEN}" }\n\n[branches.south]',
    )
    for name, environment, code, found in (
        ("crm", "", "unknown-integration", "crm"),
        ("crm-rota", "stging", "unknown-environment", "--environment stging"),
        ("crm-rota", "staging", "missing-variable", "it is not set"),
    ):
        with pytest.raises(ScopeError) as caught:
            suite.integration(name, environment, {})
        [one] = told(caught.value.problems)
        assert (one.code, one.problem.found) == (code, found)


STAGING = '[environments.staging]\napp = { url = "${ROTA_URL}", token = "${ROTA_TOKEN}" }\n'
ENVIRONMENTS: tuple[tuple[str, str, str, str, str, str | None], ...] = (
    # code, what stands instead, where, expected, found, did you mean
    ("environment-name", STAGING.replace("staging", "simulated"), "environments.simulated",
     "a name of its own for a real environment, such as staging", '"simulated"', None),
    ("environment-secret", STAGING.replace("${ROTA_TOKEN}", "hunter2"), "environments.staging.app.token",
     "the name of an environment variable, as `${NAME}`", "a secret in the toml itself", None),
    ("environment-secret", STAGING.replace("${ROTA_URL}", "https://dana:hunter2@rota.example"),
     "environments.staging.app.url", "the name of an environment variable, as `${NAME}`",
     "a secret in the toml itself", None),
    ("environment-secret", f'{STAGING}[environments.staging.admin.app]\ntoken = "hunter2"\n',
     "environments.staging.admin.app.token", "the name of an environment variable, as `${NAME}`",
     "a secret in the toml itself", None),
    ("environment-key", STAGING.replace("token =", "tokn ="), "environments.staging.app.tokn",
     "one of token, url", "tokn", "token"),
    ("environment-key", STAGING.replace(', token = "${ROTA_TOKEN}"', ""), "environments.staging.app",
     "token, url: what leads to Rota", "no token", None),
    ("environment-key", f'{STAGING}[environments.staging.existing.ats]\nCandidat = "17"\n',
     "environments.staging.existing.ats.Candidat", "", "Candidat", "Candidate"),
    ("toml-key", STAGING.replace("app =", "ap ="), "environments.staging.ap", "", "ap", "app"),
    ("toml-value", '[environments.staging]\napp = "hunter2"\n', "environments.staging.app", "a table of texts",
     "a text", None),
)  # fmt: skip


@pytest.mark.parametrize(("code", "text", "cell", "expected", "found", "did_you_mean"), ENVIRONMENTS)
def test_what_is_wrong_with_an_environment(
    tmp_path: Path, code: str, text: str, cell: str, expected: str, found: str, did_you_mean: str | None
) -> None:
    bearer = "securitySchemes: { bearer: { type: http, scheme: bearer } }"
    suite = written(tmp_path, T, "[branches.south]", f"{text}\n[branches.south]")
    rota = tmp_path / Y
    rota.write_text(rota.read_text("utf-8").replace("components:\n", f"components:\n  {bearer}\n"), "utf-8")
    rota.write_text(rota.read_text("utf-8").replace("paths:\n", "security: [{ bearer: [] }]\npaths:\n", 1), "utf-8")
    problems = [one.finding for one in linted_as(suite) if one.finding.code == code]
    [one] = [one.problem for one in problems if one.problem.where.cell == cell]
    assert (one.found, one.did_you_mean) == (found, did_you_mean)
    assert not expected or one.expected == expected
    assert "hunter2" not in "".join(str(one.finding.problem) for one in linted_as(suite))


def test_an_environment_s_address_that_is_none_is_told_without_it(tmp_path: Path) -> None:
    suite = written(tmp_path, T, "[branches.south]", f"{STAGING}\n[branches.south]")
    for address in ("rota.example", "https://rota.example?key=hunter2", "https://a:hunter2@rota.example", "ftp://x"):
        with pytest.raises(ScopeError) as caught:
            suite.integration("crm-rota", "staging", {"ROTA_URL": address, "ROTA_TOKEN": "t"})
        [one] = told(caught.value.problems)
        assert (one.code, one.problem.where.cell) == ("environment-address", "environments.staging.app.url")
        assert address not in str(one.problem)
    found = suite.integration("crm-rota", "staging", {"ROTA_URL": "https://rota.example/v1", "ROTA_TOKEN": "hunter2"})
    assert found.environments["staging"].values["app"]["token"] == "hunter2"


def test_a_problem_without_a_code_of_ours_has_the_general_one() -> None:
    from signoff.errors import Place

    assert [one.code for one in told([Problem(Place(P), "a", "b"), Problem(Place(P), "a", "c", code="new-one")])] == [
        "document",
        "document",
    ]


MARIA = '    Given a candidate "Maria Lopez" in scope\n    When the connector syncs until it settles\n'
AGREE = "    Then both systems agree\n"
WORKFLOWS: tuple[tuple[str, str, int, str, str, str | None], ...] = (
    # code, steps, line of the step from 1, expected, found, did you mean
    ("count", f"{MARIA}    And 1000000 days pass\n{AGREE}", 3, "a number from 0 to 3,660", "1000000", None),
    ("count", f"{MARIA}    And the connector syncs 0 times\n{AGREE}", 3, "a number from 1 to 100", "0", None),
    ("count", f"    Given 2001 candidates in scope\n{AGREE}", 1, "a number from 1 to 2,000", "2001", None),
    (
        "count",
        f"{MARIA}    And {'9' * 5000} hours pass\n{AGREE}",
        3,
        "a number from 0 to 87,840",
        "a number of 5,000 digits",
        None,
    ),
    (
        "unknown-sentence",
        f"{MARIA}    And the conector sinks\n{AGREE}",
        3,
        "a sentence of workflows after When",
        '"the conector sinks"',
        "the connector syncs",
    ),
    (
        "unknown-sentence",
        f'{MARIA}    Then "Maria Lopez" is deleted\n',
        3,
        "this sentence after Given or When",
        'Then "Maria Lopez" is deleted',
        None,
    ),
    (
        "workflow-table",
        f"{MARIA}      | status | Active |\n{AGREE}",
        2,
        "a table below a sentence that makes a record",
        'one below "the connector syncs until it settles"',
        None,
    ),
    (
        "workflow-table",
        f'    Given a candidate "M"\n      | status |\n{MARIA}{AGREE}',
        2,
        "two cells, a field and its value",
        "1 cells",
        None,
    ),
    ("no-then", MARIA, 0, "a Then", "none", None),
    (
        "then-before-sync",
        f'{MARIA}    And in the ATS "Maria Lopez" is deleted\n{AGREE}',
        4,
        "`When the connector syncs` before it",
        '"both systems agree" right after a change',
        None,
    ),
    (
        "then-before-sync",
        f'    Given a candidate "M"\n    When the connector syncs\n{AGREE}',
        3,
        "`When the connector syncs until it settles` before it",
        "1 run of the connector, where the toml's `settles_within` is 2",
        None,
    ),
    (
        "then-before-sync",
        f"{MARIA}    And the ATS answers every list with nothing\n"
        f"    And the connector syncs until it settles\n{AGREE}",
        5,
        "`When the connector syncs until it settles` before it, with every list answered",
        "a sync in which lists are answered wrongly",
        None,
    ),
    (
        "then-before-sync",
        f"{MARIA}{AGREE}    When the app answers its first 3 lists of workers with an error\n",
        4,
        "`When the connector syncs` after it",
        "no sync that would meet it",
        None,
    ),
    (
        "unknown-word",
        f"{MARIA}    And Bulhorn answers every list with nothing\n    And the connector syncs\n",
        3,
        "the name of a system: Bullhorn, Rota, the ATS, the app",
        "`Bulhorn`",
        "Bullhorn",
    ),
    (
        "unknown-word",
        f"{MARIA}    And Rota answers every list of persn with an error\n    And the connector syncs\n",
        3,
        "a word for one entity of Rota",
        "`persn`",
        "person",
    ),
    (
        "unknown-sentence",
        f"{MARIA}    And Bullhorn answers every list with an errror\n{AGREE}",
        3,
        "a sentence of workflows after When",
        '"Bullhorn answers every list with an errror"',
        "Bullhorn answers every list of candidates with nothing",
    ),
    (
        "count",
        f"{MARIA}    And Bullhorn answers its first 0 lists with nothing\n    And the connector syncs\n{AGREE}",
        3,
        "a number from 1 to 100,000",
        "0",
        None,
    ),
    (
        "unknown-person",
        f'{MARIA}    Then "Mara Lopez" is in the app\n',
        3,
        "somebody whom an earlier sentence has named",
        '"Mara Lopez"',
        "Maria Lopez",
    ),
    (
        "twice-named",
        f'    Given a candidate "Maria Lopez"\n{MARIA}{AGREE}',
        2,
        "each name once",
        '"Maria Lopez" again',
        None,
    ),
    (
        "workflow-value",
        f'{MARIA}    Then in the app "Maria Lopez" has state "fre"\n',
        3,
        "one of free, busy, because `state` is a picklist",
        '"fre"',
        "free",
    ),
    (
        "unknown-field",
        f'{MARIA}    Then in the app "Maria Lopez" has stat "free"\n',
        3,
        "a field of Person in Rota",
        "`stat`",
        "state",
    ),
    (
        "unknown-word",
        f'    Given a candidat "M"\n{MARIA}{AGREE}',
        1,
        "a word for one entity of the toml",
        "`candidat`",
        "candidate",
    ),
)


@pytest.mark.parametrize(("code", "steps", "at", "expected", "found", "close"), WORKFLOWS)
def test_a_workflow_that_is_wrong_in_one_way(
    code: str, steps: str, at: int, expected: str, found: str, close: str | None, tmp_path: Path
) -> None:
    suite = written(tmp_path)
    text = f"Feature: Days\n\n  Scenario: A day\n{steps}"
    (tmp_path / "features" / "crm-rota" / "days.feature").write_text(text, encoding="utf-8")
    [one] = [one for one in linted_as(suite) if one.finding.code == code]
    problem = one.finding.problem
    assert one.finding.level is Level.ERROR
    assert (problem.where.file, problem.where.line) == ("features/crm-rota/days.feature", 3 + at)
    assert (problem.expected, problem.found, problem.did_you_mean) == (expected, found, close)
    assert problem.how


@pytest.mark.parametrize(
    ("target", "expected", "found", "close"),
    [
        (
            "fixtures/conector:Connector",
            "a Python file or package folder of the suite, or an installed module",
            "nothing at fixtures/conector",
            "fixtures/connector",
        ),
        (
            "crm_connector:Connector",
            "a Python file of the suite, or an installed module",
            "no module crm_connector",
            None,
        ),
        ("fixtures/connector:Conector", "`Conector` in fixtures/connector", "it has Connector", "Connector"),
        ("json.decoder:Encoder", "`Encoder` in json.decoder", None, "JSONDecoder"),
    ],
)
def test_a_connector_that_is_not_where_the_toml_says(
    target: str, expected: str, found: str | None, close: str | None, tmp_path: Path
) -> None:
    suite = written(tmp_path, T, "fixtures/connector:Connector", target)
    [one] = [one for one in linted_as(suite) if one.finding.level is not Level.NOTE]
    problem = one.finding.problem
    assert (one.finding.code, one.finding.level, one.at) == ("connector-target", Level.WARNING, f"{T}:5:1")
    assert (problem.expected, problem.did_you_mean) == (expected, close)
    assert found is None or problem.found == found


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("fixtures/connector:Connector", "raise SystemExit\nclass Connector: ...\n"),
        ("fixtures/connector.py:Late", "try:\n    from late import Late\nexcept ImportError:\n    Late = None\n"),
        ("fixtures/connector:Any", "from elsewhere import *\n"),
        ("fixtures/connector:One", "Zero, One = 0, 1\n"),
        ("json.decoder:JSONDecoder", ""),
    ],
)
def test_a_connector_is_found_without_running_it(target: str, text: str, tmp_path: Path) -> None:
    suite = written(tmp_path, T, "fixtures/connector:Connector", target)
    (tmp_path / C).write_text(text, encoding="utf-8")
    assert [one.finding.code for one in linted_as(suite) if one.finding.level is not Level.NOTE] == []


def test_a_connector_whose_text_is_no_python(tmp_path: Path) -> None:
    suite = written(tmp_path, C, "class Connector:", "class Connector")
    [one] = [one for one in linted_as(suite) if one.finding.level is not Level.NOTE]
    assert (one.finding.problem.expected, one.finding.problem.found) == (
        "Python in connector.py",
        "expected ':', line 1",
    )


def test_every_code_is_tested_here_or_with_the_checks() -> None:
    assert {one[0] for one in CASES} | ELSEWHERE | {one.code for one in RULES} == set(CODES)
