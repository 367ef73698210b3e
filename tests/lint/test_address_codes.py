"""What lint and binding say of addresses that a service corrects, each with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from suites import TOML, Y, linted_as, written

from signoff.errors import ScopeError
from signoff.lint.codes import Level
from signoff.systems.service import service_dialect

SERVICE = '\n[systems.address]\ndialect = "google-address"\n'
FIELDS = "phone: { type: string }\n        street: { type: string }\n        city: { type: string }"
CHART = """\
Feature: Places

  Background:
    Given each Candidate is a person, matched by external_id

  @chart
  Scenario Outline: <Bullhorn field> <flow> <Rota field>
    When the connector has been rehearsed
    Then this row of the chart holds

    Examples: Places
      | Bullhorn field                   | flow | Rota field | rule      |
      | address.address1, address.city   | ->   | street     | {rule}    |

  @address
  Scenario Outline: <answer>: <then>
    Then this row holds

    Examples: Addresses
      | answer    | then                             |
{rows}"""
AGREED = (
    "      | corrected | the corrected address arrives    |\n"
    "      | uncertain | the address arrives as it was    |\n"
    "      | unknown   | the address arrives as it was    |\n"
    "      | no answer | the address arrives as it was    |\n"
)


def found(folder: Path, rows: str = AGREED, rule: str = "address corrected", toml: str = SERVICE) -> list[str]:
    suite = written(folder, Y, "phone: { type: string }", FIELDS)
    (folder / "scope" / "crm-rota.toml").write_text(TOML + toml, encoding="utf-8")
    text = CHART.replace("{rows}", rows).replace("{rule}", rule)
    if not rows:
        text = text[: text.index("  @address")]
    (folder / "features" / "crm-rota" / "places.feature").write_text(text, encoding="utf-8")
    told = [one.finding for one in linted_as(suite)]
    return [
        f"{one.level.value} {one.code} {one.problem.where.line}: {one.problem.expected} | {one.problem.found}"
        for one in told
        if "address" in one.code and one.level is not Level.NOTE
    ]


def test_a_whole_policy_has_nothing_against_it(tmp_path: Path) -> None:
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            AGREED.replace("uncertain", "unsure   "),
            "error address-answer 22: what an address service may say: corrected, uncertain, unknown, no answer | "
            '"unsure"',
        ),
        (
            AGREED.replace("uncertain | the address arrives as it was", "uncertain | the record is held back"),
            "error address-outcome 22: what becomes of an address that is uncertain: the address arrives as it was or "
            'the address arrives as it was and is reported | "the record is held back"',
        ),
        (
            AGREED.replace("unknown   |", "uncertain |"),
            "error address-twice 23: one row for the answer uncertain | a second one; the first stands at "
            'features/crm-rota/places.feature:22, row "uncertain"',
        ),
    ],
)
def test_a_policy_that_is_wrong_in_one_way(tmp_path: Path, rows: str, said: str) -> None:
    assert found(tmp_path, rows) == [said]


def test_a_policy_without_rows_that_ask(tmp_path: Path) -> None:
    rule = "first filled of address.address1 or address.city"
    told = "a chart row that says `address corrected` | none"
    assert found(tmp_path, rule=rule) == [f"error address-unused {line}: {told}" for line in (21, 22, 23, 24)]


def test_rows_that_ask_without_a_service(tmp_path: Path) -> None:
    assert found(tmp_path, toml="") == ["error no-address-service 13: an address service in scope/crm-rota.toml | none"]


def test_rows_that_ask_without_a_policy(tmp_path: Path) -> None:
    assert found(tmp_path, rows="") == [
        "warning address-unsaid 13: an @address table that says what becomes of every answer | "
        "no row for corrected, uncertain, unknown, no answer"
    ]


def test_a_service_of_no_kind_that_is_installed(tmp_path: Path) -> None:
    with pytest.raises(ScopeError, match="did you mean: google-address"):
        service_dialect("google-adress", "scope/x.toml")
