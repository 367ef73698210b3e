"""Ids: the names of tests, as the scope language shows them."""

import pytest

from signoff.agreement.ids import field_id, population_id, row_id, slug, value_id


@pytest.mark.parametrize(
    ("words", "slugged"),
    [
        ("Worker status", "worker-status"),
        ("anything else", "anything-else"),
        ("(blank)", "blank"),
        ('status is "DNU"', "status-is-dnu"),
        ("Zoë & Söhne", "zoe-sohne"),
        ("a_b", "a_b"),
        ("  -- ", ""),
        ("x" * 70, "x" * 60),
        ("x" * 59 + " y", "x" * 59),
    ],
)
def test_other_signs_become_one_dash(words: str, slugged: str) -> None:
    assert slug(words) == slugged


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ("phone", "phone"),
        ("address.state", "address.state"),
        ("primarySkills[].name", "primarySkills.name"),
        ('tags[name is "x"].value', "tags.x.value"),
        ("tags[name is 'Night Shift'].value", "tags.night-shift.value"),
        ("State or Province", "state-or-province"),
        ("`Fee %`", "fee"),
        ("mobile, phone", "mobile-phone"),
        ("a.", "a"),
    ],
)
def test_a_field_in_an_id(cell: str, part: str) -> None:
    assert field_id(cell) == part


def test_the_ids_of_the_language() -> None:
    assert row_id("worker", "phone") == "worker.phone"
    assert row_id("worker", "ssn", "never") == "worker.ssn:never"
    assert row_id("worker", "push_token", "kept") == "worker.push_token:kept"
    assert row_id("worker", "phone", branch="chicago") == "worker.phone/chicago"
    assert row_id("job", 'tags[name is "x"].value') == "job.tags.x.value"
    assert value_id("Worker status", "Active") == "worker-status:active"
    assert value_id("Worker status", "(blank)") == "worker-status:blank"
    assert value_id("Worker status", "") == "worker-status:blank"
    assert value_id("Worker status", "anything else") == "worker-status:anything-else"
    assert value_id("Worker status", "Active", "Chicago South") == "worker-status:active/chicago-south"
    assert population_id("worker", "anyone else") == "worker:who:anyone-else"
