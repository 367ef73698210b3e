from __future__ import annotations

from typing import Any

import pytest

from signoff.wire.clock import WorldClock

MARIA = {"first_name": "Maria", "last_name": "Lopez", "status": "available"}


def names(body: Any) -> list[str]:
    return [one["last_name"] for one in body["items"]]


def workers(simulator: Any, count: int) -> list[str]:
    return [simulator.create("Worker", {**MARIA, "last_name": f"L{n}"}) for n in range(count)]


def test_pages_follow_the_cursor_to_the_end(call: Any, shiftline: Any) -> None:
    workers(shiftline, 5)
    _, first = call("GET", "/v1/workers", limit=2)
    _, second = call("GET", "/v1/workers", limit=2, cursor=first["next_cursor"])
    _, third = call("GET", "/v1/workers", limit=2, cursor=second["next_cursor"])
    assert [names(one) for one in (first, second, third)] == [["L0", "L1"], ["L2", "L3"], ["L4"]]
    assert third["next_cursor"] is None


def test_a_full_last_page_is_known_to_be_the_last(call: Any, shiftline: Any) -> None:
    workers(shiftline, 2)
    assert call("GET", "/v1/workers", limit=2)[1]["next_cursor"] is None


def test_nothing_is_lost_or_seen_twice_when_records_come_and_go(call: Any, shiftline: Any) -> None:
    ids = workers(shiftline, 5)
    _, first = call("GET", "/v1/workers", limit=2)
    shiftline.delete("Worker", ids[0])
    shiftline.delete("Worker", ids[1])
    shiftline.update("Worker", ids[2], {"city": "Gary"})
    shiftline.create("Worker", {**MARIA, "last_name": "new"})
    _, rest = call("GET", "/v1/workers", cursor=first["next_cursor"])
    assert names(rest) == ["L2", "L3", "L4", "new"]


def test_the_default_page_has_fifty_and_the_largest_a_hundred(call: Any, shiftline: Any) -> None:
    workers(shiftline, 101)
    assert len(call("GET", "/v1/workers")[1]["items"]) == 50
    assert len(call("GET", "/v1/workers", limit=100)[1]["items"]) == 100


@pytest.mark.parametrize(
    "query, field, problem",
    [
        ({"limit": "101"}, "limit", "is more than 100"),
        ({"limit": "0"}, "limit", "is less than 1"),
        ({"limit": "many"}, "limit", "must be a whole number"),
        ({"cursor": "abc"}, "cursor", "is not a cursor of this list"),
        ({"cursor": ""}, "cursor", "is not a cursor of this list"),
        ({"updated_since": "yesterday"}, "updated_since", "is not a valid date-time"),
        ({"updated_since": "2026-03-02T15:00:00"}, "updated_since", "is not a valid date-time"),
    ],
)
def test_a_query_that_is_not_valid_is_refused(call: Any, query: dict[str, str], field: str, problem: str) -> None:
    status, body = call("GET", "/v1/workers", **query)
    assert status == 422
    assert body["error"]["fields"] == [{"field": field, "problem": problem}]
    assert call.problems == [f"GET /workers: {field}: {problem}"]


def test_a_cursor_of_another_list_is_refused(call: Any, shiftline: Any) -> None:
    workers(shiftline, 2)
    cursor = call("GET", "/v1/workers", limit=1)[1]["next_cursor"]
    assert call("GET", "/v1/recruiters", cursor=cursor)[0] == 422


def test_a_page_cap_shortens_pages_and_the_cursor_goes_on(make_shiftline: Any, caller: Any) -> None:
    simulator = make_shiftline(page_cap=2)
    workers(simulator, 3)
    call = caller(simulator)
    _, first = call("GET", "/v1/workers", limit=100)
    assert names(first) == ["L0", "L1"]
    assert names(call("GET", "/v1/workers", limit=100, cursor=first["next_cursor"])[1]) == ["L2"]


def test_a_default_page_knob(make_shiftline: Any, caller: Any) -> None:
    simulator = make_shiftline(default_page=1)
    workers(simulator, 2)
    assert names(caller(simulator)("GET", "/v1/workers")[1]) == ["L0"]
    assert names(caller(simulator)("GET", "/v1/workers", limit=2)[1]) == ["L0", "L1"]


def test_changes_at_or_after_a_moment_by_whole_seconds(call: Any, shiftline: Any, clock: WorldClock) -> None:
    ids = workers(shiftline, 3)  # at 15:00:00.25
    clock.advance(10)
    shiftline.update("Worker", ids[1], {"city": "Gary"})  # at 15:00:10.25
    for moment, expected in [
        ("2026-03-02T15:00:00Z", ["L0", "L1", "L2"]),
        ("2026-03-02T15:00:00.900Z", ["L0", "L1", "L2"]),
        ("2026-03-02T15:00:01Z", ["L1"]),
        ("2026-03-02T15:00:10Z", ["L1"]),
        ("2026-03-02T09:00:10-06:00", ["L1"]),
        ("2026-03-02T15:00:11Z", []),
    ]:
        assert names(call("GET", "/v1/workers", updated_since=moment)[1]) == expected, moment


def test_a_millisecond_clock_tells_changes_inside_a_second_apart(
    make_shiftline: Any, caller: Any, clock: WorldClock
) -> None:
    simulator = make_shiftline(clock_resolution_ms=1)
    workers(simulator, 1)
    clock.advance(0.002)
    simulator.create("Worker", {**MARIA, "last_name": "late"})
    assert names(caller(simulator)("GET", "/v1/workers", updated_since="2026-03-02T15:00:00.251Z")[1]) == ["late"]


def test_equality_filters_and_e_mail_in_any_case(call: Any, shiftline: Any) -> None:
    shiftline.create("Worker", {**MARIA, "external_id": "501", "email": "Maria@Example.com"})
    shiftline.create("Worker", {**MARIA, "last_name": "Ng", "external_id": "502"})
    assert names(call("GET", "/v1/workers", external_id="501")[1]) == ["Lopez"]
    assert names(call("GET", "/v1/workers", external_id="50")[1]) == []
    assert names(call("GET", "/v1/workers", email="mARIA@example.COM")[1]) == ["Lopez"]
    assert names(call("GET", "/v1/workers", email="maria@example.com", external_id="502")[1]) == []


def test_a_filter_that_these_records_do_not_have_is_refused(call: Any) -> None:
    status, body = call("GET", "/v1/jobs", email="maria@example.com")
    assert status == 422
    assert body["error"]["fields"] == [{"field": "email", "problem": "is not a filter of Job"}]


def test_an_unknown_parameter_changes_nothing_but_is_noted(call: Any, shiftline: Any) -> None:
    workers(shiftline, 1)
    status, body = call("GET", "/v1/workers", updated_sinse="2026-03-03T00:00:00Z")
    assert (status, names(body)) == (200, ["L0"])
    assert call.problems == ["GET /workers: updated_sinse: is not a known query parameter"]


def test_a_list_can_be_empty_for_a_while_and_a_record_is_given_by_its_id(call: Any, shiftline: Any) -> None:
    [first, _] = workers(shiftline, 2)
    shiftline.lists.spoil("nothing", "Worker")
    assert call("GET", "/v1/workers") == (200, {"items": [], "next_cursor": None})
    assert call("GET", f"/v1/workers/{first}")[1]["last_name"] == "L0"
    assert call("POST", "/v1/workers", {**MARIA, "last_name": "L2"})[0] == 201
    assert shiftline.lists.struck == 1
    shiftline.lists.mend()
    assert names(call("GET", "/v1/workers")[1]) == ["L0", "L1", "L2"]


def test_the_first_lists_can_fail(call: Any, shiftline: Any) -> None:
    [first] = workers(shiftline, 1)
    shiftline.lists.spoil("error", first=1)
    status, told = call("GET", "/v1/workers")
    assert (status, told["error"]["code"]) == (500, "internal_error")
    assert call.problems == []
    assert call("GET", f"/v1/workers/{first}")[0] == 200
    assert names(call("GET", "/v1/workers")[1]) == ["L0"]


def test_a_list_without_an_envelope_and_one_with_pages_are_empty_in_their_own_form(
    make_toolshed: Any, caller_with: Any
) -> None:
    toolshed = make_toolshed()
    key = toolshed.addresses()["token"]
    call = caller_with(toolshed, {"X-Tool-Key": key})
    toolshed.create("Tool", {"name": "saw", "price": 9})
    toolshed.lists.spoil("nothing")
    assert call("GET", "/api/tools") == (200, [])
    toolshed.lists.mend()
    assert [one["name"] for one in call("GET", "/api/tools")[1]] == ["saw"]
