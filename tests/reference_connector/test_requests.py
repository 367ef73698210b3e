"""Logging in, waiting, trying again, and creating once."""

import json
import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import requests


def test_a_session_that_ends_in_the_middle_is_renewed(staffed: Any, connect: Any) -> None:
    staffed.ats.lifetime = 5
    assert connect().sync().ok
    assert len(staffed.app.rows["assignments"]) == 1
    assert len(staffed.ats.refreshes) == len(set(staffed.ats.refreshes)) >= 1


def test_a_refresh_token_is_crossed_out_before_it_is_used(staffed: Any, connect: Any, tmp_path: Any) -> None:
    connect().sync()
    staffed.ats.token = "ended"
    seen: list[Any] = []

    def look(method: str, url: str) -> None:
        if url.endswith("/oauth/token"):
            seen.append(json.loads((tmp_path / "state/session.json").read_text()).get("refresh_token"))

    staffed.before.append(look)
    assert connect().sync().ok
    assert seen == [None]
    assert json.loads((tmp_path / "state/session.json").read_text())["refresh_token"] == staffed.ats.refresh


def test_a_refresh_token_that_is_not_taken_leads_to_a_full_login(staffed: Any, connect: Any) -> None:
    connect().sync()
    staffed.ats.token, staffed.ats.refresh = "ended", "another"
    assert connect().sync().ok


def test_login_is_followed_to_another_data_centre(staffed: Any, connect: Any, fakes: Any) -> None:
    moved = fakes.reply(307, None, Location="https://rest2.bullhorn.test/rest-services/loginInfo?username=api.user")
    elsewhere = fakes.reply(307, None, Location="https://auth2.bullhorn.test/oauth/authorize")
    staffed.before += [fakes.once("GET", "/loginInfo", moved), fakes.once("GET", "/oauth/authorize", elsewhere)]
    assert connect().sync().ok


def test_a_wrong_password_ends_the_run(staffed: Any, connect: Any, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    result = connect(ATS_PASSWORD="wrong-password").sync()
    assert not result.ok
    assert sum("/authorize" in url for _, url, _ in staffed.log) == 1
    assert "wrong-password" not in caplog.text


def test_a_wrong_app_token_ends_the_run(staffed: Any, connect: Any) -> None:
    assert not connect(APP_TOKEN="wrong").sync().ok
    assert len(staffed.log) == 1


@pytest.mark.parametrize("dated", [False, True])
def test_retry_after_is_respected(staffed: Any, connect: Any, fakes: Any, dated: bool) -> None:
    until = datetime.fromtimestamp(staffed.clock.seconds, UTC) + timedelta(seconds=30)
    shown = format_datetime(until, usegmt=True) if dated else "30"
    staffed.before.append(fakes.once("GET", "/recruiters", fakes.reply(429, {}, Retry_After=shown)))
    assert connect().sync().ok
    assert staffed.clock.slept == [30.0]


def test_bullhorn_says_wait_a_second(staffed: Any, connect: Any, fakes: Any) -> None:
    staffed.before.append(fakes.once("GET", "search/Placement", fakes.reply(429, {}), fakes.reply(429, {})))
    assert connect().sync().ok
    assert staffed.clock.slept == [1.0, 1.0]


def test_a_pause_that_is_too_long_ends_the_run_and_is_remembered(staffed: Any, connect: Any, fakes: Any) -> None:
    staffed.before.append(fakes.once("GET", "/recruiters", fakes.reply(429, {}, Retry_After="3600")))
    assert not connect().sync().ok
    staffed.forget()
    staffed.clock.seconds += 900
    assert not connect().sync().ok
    assert (staffed.log, staffed.clock.slept) == ([], [])
    staffed.clock.seconds += 2700
    assert connect().sync().ok


def test_errors_of_a_server_are_tried_again_within_bounds(staffed: Any, connect: Any, fakes: Any) -> None:
    staffed.before.append(
        fakes.once("GET", "search/JobOrder", fakes.reply(502), requests.ReadTimeout(), fakes.reply(500))
    )
    assert connect().sync().ok
    assert staffed.clock.slept == [1.0, 2.0, 4.0]


def test_an_outage_ends_the_run_honestly_and_the_next_makes_good(staffed: Any, connect: Any, fakes: Any) -> None:
    staffed.before.append(lambda method, url: fakes.reply(503) if "search/" in url else None)
    result = connect().sync()
    assert not result.ok
    assert len(staffed.log) < 20
    staffed.before.clear()
    assert connect().sync().ok
    assert len(staffed.app.rows["assignments"]) == 1


@pytest.mark.parametrize("body", ["<html>sorry</html>", '{"data": [{"id": 1', "[]", '{"total": 0}'])
def test_an_answer_that_is_no_listing_is_not_believed(staffed: Any, connect: Any, body: str) -> None:
    connect().sync()
    staffed.forget()
    staffed.before.append(lambda method, url: (200, {}, body) if "search/Candidate" in url else None)
    assert not connect().sync().ok
    assert staffed.writes() == []


def test_a_refused_listing_is_told(staffed: Any, connect: Any, fakes: Any) -> None:
    staffed.before.append(lambda method, url: fakes.refuse(403, "hidden") if "search/ClientContact" in url else None)
    result = connect().sync()
    assert not result.ok
    assert len(staffed.app.rows["workers"]) == 1


@pytest.mark.parametrize(
    "lost", [requests.ReadTimeout(), requests.ConnectionError(), (502, {}, ""), (201, {}, '{"id"')]
)
def test_a_create_whose_answer_was_lost_is_looked_up(staffed: Any, connect: Any, fakes: Any, lost: Any) -> None:
    staffed.after += [
        fakes.once("POST", f"/v1/{name}", lost) for name in ("workers", "worksites", "jobs", "assignments")
    ]
    assert connect().sync().ok
    assert [len(staffed.app.rows[name]) for name in ("workers", "worksites", "jobs", "assignments")] == [1, 1, 1, 1]
    assert sum(method == "POST" and url.endswith("/workers") for method, url, _ in staffed.log) == 1
    staffed.forget()
    connect().sync()
    assert staffed.writes() == []


def test_a_create_that_did_not_happen_is_repeated(staffed: Any, connect: Any, fakes: Any) -> None:
    staffed.before.append(fakes.once("POST", "/v1/workers", requests.ConnectionError()))
    assert connect().sync().ok
    assert len(staffed.app.rows["workers"]) == 1


def test_one_record_that_never_gets_an_answer_stops_no_other(staffed: Any, connect: Any, fakes: Any) -> None:
    staffed.ats.put("ClientCorporation", 11, name="Poison", status="Active Account")
    staffed.ats.put("ClientCorporation", 12, name="Good", status="Active Account")
    poison = lambda method, url: fakes.reply(500) if method == "POST" and '"Poison"' in staffed.log[-1][2] else None  # noqa: E731
    staffed.before.append(poison)
    result = connect().sync()
    assert not result.ok
    assert [(one.entity, one.id) for one in result.failed] == [("ClientCorporation", "11")]
    assert {site["name"] for site in staffed.app.rows["worksites"].values()} == {"Acme", "Good"}
    assert len(staffed.app.rows["workers"]) == 1
    staffed.before.clear()
    assert connect().sync().failed == ()


def test_logs_hold_no_secret_and_nobody(staffed: Any, connect: Any, caplog: Any, fakes: Any) -> None:
    caplog.set_level(logging.DEBUG)
    staffed.before.append(fakes.once("GET", "/oauth/authorize", requests.ConnectionError("password=pass-word")))
    staffed.ats.put("Candidate", 1, mobile="not a phone at all", status="not a status")
    connect().sync()
    connect().sync()
    assert "held back" in caplog.text
    for secret in (
        "pass-word",
        "client-secret",
        "app-token",
        "rest:",
        "refresh:",
        "Ann",
        "not a phone",
        "not a status",
        "x.com",
    ):
        assert secret not in caplog.text
