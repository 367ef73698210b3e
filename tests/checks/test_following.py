"""When it happened that a lifecycle row tells of, and when the other side followed: in time, late, or never."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from stories import Errand, judged
from test_lifecycle import BACK, LEAVES, ROW, agreement, leaving, removed, story

from signoff.verdict import FOLLOWED, Verdict

WORDS = ["too early", "in time", "later that day", "days later", "not at all"]


def told(found: dict[str, Verdict], statement: str) -> tuple[list[int], Any]:
    fact = found[statement].facts[FOLLOWED]
    assert [one["late"] for one in fact["when"]] == WORDS
    assert all((one["verdict"] is None) is (one["records"] == 0) for one in fact["when"])
    assert {one["verdict"] for one in fact["when"] if one["late"] != "in time"} <= {None, "failed"}
    return [one["records"] for one in fact["when"]], fact["example"]


def waiting(*phases: str) -> Callable[[Errand], dict[str, Any] | None]:
    """Follow late: whoever left is left alone in some phases."""

    def twist(errand: Errand) -> dict[str, Any] | None:
        waits = errand.entity == "Worker" and errand.id == 116 and errand.phase in phases
        return errand.wanted if waits else leaving(errand)

    return twist


def test_who_is_followed_in_time_leaves_nothing_to_tell() -> None:
    found = dict(judged(story(), agreement()))
    assert told(found, LEAVES) == ([0, 2, 0, 0, 0], None)
    assert told(found, BACK) == ([0, 1, 0, 0, 0], None)
    assert found[LEAVES].facts[FOLLOWED]["words"] == "a candidate leaves the population"
    assert found[LEAVES].facts[FOLLOWED]["happened"] == "left"
    assert FOLLOWED not in found[ROW].facts


@pytest.mark.parametrize(
    ("phases", "records", "then"),
    [
        (("first",), [0, 1, 1, 0, 0], "2026-03-02"),
        (("first", "second"), [0, 1, 0, 1, 0], "2026-03-03"),
        (("first", "second", "day", "third"), [0, 1, 0, 0, 1], None),
    ],
)
def test_how_late_it_was_stands_there_with_both_days(phases: tuple[str, ...], records: list[int], then: Any) -> None:
    found = dict(judged(story(waiting(*phases)), agreement()))
    assert told(found, LEAVES) == (
        records,
        {"record": "Candidate 116", "happened_on": "2026-03-02", "followed_on": then},
    )


def test_who_is_removed_is_never_followed() -> None:
    found = dict(judged(story(after=removed(("116",), "first")), agreement()))
    records, example = told(found, LEAVES)
    assert (records, example["followed_on"]) == ([0, 1, 0, 0, 1], None)


def test_what_another_row_is_to_blame_for_is_not_told() -> None:
    found = dict(judged(story(lambda errand: errand.wanted), agreement("")))
    assert [name for name, one in found.items() if FOLLOWED in one.facts] == []
