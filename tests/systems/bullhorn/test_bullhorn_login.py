"""Bullhorn's login, step by step: documentation of authorization, and what the SDK does."""

from __future__ import annotations

from typing import Any

import pytest

from signoff.systems.bullhorn.login import AUTH_HOST, REST_HOST
from signoff.systems.dialect import Knobs


def test_login_info_names_both_addresses(make_tenant: Any) -> None:
    tenant = make_tenant()
    answer = tenant.http.get(f"{tenant.addresses['url']}/loginInfo", params={"username": "api.connector"})
    assert answer.status_code == 200
    assert set(answer.json()) >= {"oauthUrl", "restUrl"}


def test_login_gives_a_rest_url_with_a_trailing_slash(tenant: Any) -> None:
    assert tenant.url.endswith("/rest-services/4kxk4/")
    assert tenant.get("ping")["sessionExpires"] == 1772442000000 + 3_600_000


def test_the_generic_hosts_redirect_with_307(make_tenant: Any) -> None:
    tenant = make_tenant()
    origin = tenant.addresses["url"].removesuffix("/rest-services")
    hosted = origin == f"https://{REST_HOST}"
    oauth = f"https://{AUTH_HOST}/oauth" if hosted else f"{origin}/oauth"
    for url in (f"{oauth}/authorize", f"{oauth}/token", f"{origin}/rest-services/login"):
        answer = tenant.http.post(url, params={"a": "b c"}, allow_redirects=False)
        assert answer.status_code == 307
        assert answer.headers["Location"].endswith("?a=b+c")
        assert "east" in answer.headers["Location"]


def test_the_code_is_encoded_in_the_redirect_and_used_once(make_tenant: Any) -> None:
    tenant = make_tenant()
    code = tenant.code()
    assert ":" in code
    first = tenant.grant(grant_type="authorization_code", code=code)
    assert first.json()["token_type"] == "Bearer"
    assert first.json()["expires_in"] == 600
    again = tenant.grant(grant_type="authorization_code", code=code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_a_wrong_password_gives_a_page_without_a_redirect(make_tenant: Any) -> None:
    tenant = make_tenant()
    tenant.addresses["password"] = "wrong"
    info = tenant.http.get(f"{tenant.addresses['url']}/loginInfo", params={"username": "x"}).json()
    asked = {"client_id": tenant.addresses["client_id"], "response_type": "code", "username": "x", "password": "y"}
    answer = tenant.http.get(f"{info['oauthUrl']}/authorize", params=asked, allow_redirects=False)
    assert answer.status_code == 200
    assert "Location" not in answer.headers
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_wrong_client_is_told_in_the_redirect(make_tenant: Any) -> None:
    tenant = make_tenant()
    info = tenant.http.get(f"{tenant.addresses['url']}/loginInfo", params={"username": "x"}).json()
    asked = {"client_id": "nobody", "response_type": "code", "redirect_uri": "https://example.com/back?a=1"}
    answer = tenant.http.get(f"{info['oauthUrl']}/authorize", params=asked, allow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("https://example.com/back?a=1&error=invalid_client&error_description=")


def test_a_refresh_token_works_once_and_brings_the_next(make_tenant: Any) -> None:
    tenant = make_tenant()
    first = tenant.grant(grant_type="authorization_code", code=tenant.code()).json()["refresh_token"]
    second = tenant.grant(grant_type="refresh_token", refresh_token=first).json()["refresh_token"]
    assert second != first
    assert tenant.grant(grant_type="refresh_token", refresh_token=first).status_code == 400
    assert tenant.grant(grant_type="refresh_token", refresh_token=second).status_code == 200


def test_an_access_token_lives_ten_minutes_and_opens_one_session(make_tenant: Any) -> None:
    tenant = make_tenant()
    token = tenant.grant(grant_type="authorization_code", code=tenant.code()).json()
    tenant.clock.advance(599)
    assert tenant.open(token["access_token"]).status_code == 200
    spent = tenant.open(token["access_token"])
    assert spent.status_code == 400
    assert spent.json() == {
        "errorMessage": "Invalid or expired OAuth access token.",
        "errorMessageKey": "errors.authentication.invalidOAuthToken",
        "errorCode": 400,
    }
    late = tenant.grant(grant_type="refresh_token", refresh_token=token["refresh_token"]).json()["access_token"]
    tenant.clock.advance(600)
    assert tenant.open(late).status_code == 400


def test_no_token_is_412_and_a_bad_one_401(tenant: Any) -> None:
    good, tenant.token = tenant.token, ""
    assert tenant.ask("GET", "ping").status_code == 412
    tenant.token = "00000000-0000-0000-0000-000000000000"
    assert tenant.refused("GET", "ping") == {
        "errorMessage": "Bad 'BhRestToken' or timed-out.",
        "errorMessageKey": "errors.authentication.invalidRestToken",
        "errorCode": 401,
    }
    tenant.token = ""
    assert tenant.ask("GET", "ping", BhRestToken=good).status_code == 200
    cookie = tenant.http.get(f"{tenant.url}ping", headers={"Cookie": f"BhRestToken={good}"})
    assert cookie.status_code == 200


def test_a_session_ends_after_its_ttl_and_at_logout(make_tenant: Any) -> None:
    tenant = make_tenant().login(ttl="5")
    tenant.clock.advance(299)
    assert tenant.get("ping")["sessionExpires"] == 1772442000000 + 299_000 + 300_000
    tenant.clock.advance(300)
    assert tenant.ask("GET", "ping").status_code == 401
    tenant.login()
    assert tenant.get("logout") == {"logout": "OK"}
    assert tenant.ask("GET", "ping").status_code == 401


def test_a_session_can_be_made_to_live_a_few_requests(make_tenant: Any) -> None:
    tenant = make_tenant(Knobs(token_requests=2)).login()
    assert [tenant.ask("GET", "ping").status_code for _ in range(3)] == [200, 200, 401]


def test_every_nth_request_can_be_throttled(make_tenant: Any) -> None:
    tenant = make_tenant(Knobs(throttle_every=3)).login()
    answers = [tenant.ask("GET", "ping") for _ in range(6)]
    assert [one.status_code for one in answers] == [200, 200, 429, 200, 200, 429]
    assert "Retry-After" not in answers[2].headers


def test_more_requests_a_minute_than_published_are_throttled(make_tenant: Any) -> None:
    tenant = make_tenant(requests_per_minute=3).login()
    assert [tenant.ask("GET", "ping").status_code for _ in range(4)] == [200, 200, 200, 429]
    tenant.clock.advance(60)
    assert tenant.ask("GET", "ping").status_code == 200


def test_secrets_hold_everything_that_was_issued(tenant: Any) -> None:
    assert tenant.token in tenant.simulator.secrets()
    assert tenant.addresses["client_secret"] in tenant.simulator.secrets()
    assert tenant.addresses["password"] in tenant.simulator.secrets()


@pytest.mark.parametrize("path", ["nowhere", "entity", "entity/Candidate/1/2/3/4"])
def test_unknown_paths_are_refused(tenant: Any, path: str) -> None:
    assert tenant.refused("GET", path)["errorCode"] in (404, 405)
