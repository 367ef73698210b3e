"""A run against a real environment tries access and nothing else, and is never a sign-off."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from real_suites import LIGHT, TOML, Rota, rota, written

# Kept loaded, so that pytester's runs in this process need not import them each time.
import signoff.plugin.linting
import signoff.plugin.standard
import signoff.systems.bullhorn.client
import signoff.systems.openapi.client  # noqa: F401 - see above
from signoff.cli import main

ACCESS = "access:rota-person"


@pytest.fixture
def served(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rota]:
    written(pytester.path)
    with rota(pytester.path) as found:
        for name, value in found.variables.items():
            monkeypatch.setenv(name, value)
        yield found


def run(pytester: pytest.Pytester, *args: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("-W", "error", *LIGHT, "--environment=staging", *args)


def told(pytester: pytest.Pytester, name: str = "reports/selected/signoff.json") -> Any:
    return json.loads((pytester.path / name).read_text(encoding="utf-8"))


def verdicts(pytester: pytest.Pytester) -> dict[str, str]:
    return {one["id"]: one["verdict"] for one in told(pytester)["statements"] if one["verdict"]}


def test_access_alone_is_green_and_no_sign_off(pytester: pytest.Pytester, served: Rota) -> None:
    done = run(pytester, "-m", "access")
    assert done.ret == 0
    assert verdicts(pytester) == {ACCESS: "verified"}
    found = told(pytester)
    assert (found["environment"], found["complete"], found["verdict"]) == ("staging", False, "selected run")
    assert found["selection"] == '-m "access" --environment staging'
    assert (found["left_over"], found["connector"]["name"], found["connector_runs"]) == ([], "", 0)
    assert served.people == []
    done.stdout.fnmatch_lines(["*Selected run in staging: 1 of * statements; not a sign-off.*"])
    assert not (pytester.path / "reports" / "signoff.json").exists()
    for name in ("signoff.html", "summary.md"):
        text = (pytester.path / "reports" / "selected" / name).read_text(encoding="utf-8")
        assert "staging" in text
        assert "not a sign-off" in text
    assert not list(pytester.path.rglob("script-*.json"))
    everything = "".join(
        one.read_text(encoding="utf-8", errors="replace")
        for one in (pytester.path / "reports").rglob("*.*")
        if one.is_file()
    )
    assert served.token not in everything + done.stdout.str() + done.stderr.str()


def test_without_a_selection_everything_else_is_not_exercised_and_says_how_to_go_on(
    pytester: pytest.Pytester, served: Rota
) -> None:
    done = run(pytester)
    assert done.ret == 1
    found = verdicts(pytester)
    assert found.pop(ACCESS) == "verified"
    assert found.pop("question:who-is-it") == "open"
    assert set(found.values()) == {"not exercised"}
    assert len(found) > 5
    assert served.people == []
    why = {one["would_exercise"] for one in told(pytester)["statements"] if one["verdict"] == "not exercised"}
    assert why == {
        "a rehearsal on simulators, which is a run without --environment: in staging this version tries nothing but "
        "access (-m access leaves all else out)"
    }
    assert (told(pytester)["complete"], told(pytester)["verdict"]) == (False, "refused")
    text = " ".join(done.stdout.str().split())
    assert "staging is a real environment, in which nothing but access is tried: add -m access to leave" in text
    assert f"{len(found)} statements: a rehearsal on simulators" in text
    assert f"also: {len(found) - 1} more statements for the same reason; -v writes each" in text


def test_a_question_alone_needs_no_system(pytester: pytest.Pytester, served: Rota) -> None:
    served.refused["GET"] = served.refused["POST"] = "500 Oh"
    assert run(pytester, "-m", "questions").ret == 0
    assert verdicts(pytester) == {"question:who-is-it": "open"}


def test_what_cannot_be_removed_is_red_in_every_report_at_every_gate(pytester: pytest.Pytester, served: Rota) -> None:
    served.refused["DELETE"] = "403 Forbidden"
    done = run(pytester, "-m", "access", "--gate=report")
    assert done.ret == 1
    [person] = served.people
    left = f"Left over in Rota (staging): Person {person}. Remove it by hand"
    found = told(pytester)
    assert [one.startswith(left) for one in found["left_over"]] == [True]
    assert verdicts(pytester) == {ACCESS: "blocked"}
    assert "1 record left over in staging" in found["sentence"]
    text = " ".join(done.stdout.str().split())
    assert text.count(left) >= 2  # at once, and at the end
    assert "refuses: 1 record left over in staging" in text
    for name in ("signoff.html", "summary.md"):
        text = (pytester.path / "reports" / "selected" / name).read_text(encoding="utf-8")
        assert left in text.replace("\\_", "_")  # as Markdown escapes it


def test_a_limit_that_was_waited_for_is_told_of_what_is_green(
    pytester: pytest.Pytester, served: Rota, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, slept = time.sleep, []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        served.refused.pop("PATCH", None)
        real(0.0)

    monkeypatch.setattr(time, "sleep", sleep)
    served.refused["PATCH"] = "429 Slow"
    done = run(pytester, "-m", "access")
    assert done.ret == 0
    assert slept == [1.0]
    assert "asked to slow down, waited 1 s in 1 turn" in " ".join(done.stdout.str().split())
    [one] = [one for one in told(pytester)["statements"] if one["id"] == ACCESS]
    assert one["verdict"] == "verified"
    assert one["note"].endswith(": asked to slow down, waited 1 s in 1 turn, then status 200")


def test_trouble_is_an_error_with_its_kind(pytester: pytest.Pytester, served: Rota, monkeypatch: Any) -> None:
    monkeypatch.setenv("ROTA_TOKEN", "hidden-7")
    done = run(pytester, "-m", "access")
    assert done.ret == 1
    assert done.parseoutcomes()["errors"] == 1
    text = " ".join(done.stdout.str().split())
    assert "create: the credentials: Rota, POST /people: expected an answer of status 2xx, found status 401." in text
    assert "hidden-7" not in done.stdout.str() + done.stderr.str()
    assert served.people == []


def test_a_variable_that_is_not_set_ends_the_run_before_anything_is_asked(
    pytester: pytest.Pytester, served: Rota, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ROTA_TOKEN")
    monkeypatch.setenv("ROTA_TOKN", "hidden-7")
    done = run(pytester, "-m", "access")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(
        ["*expected: the environment variable ROTA_TOKEN", "*found: *it is not set", "*did you mean: ROTA_TOKN"]
    )
    assert "hidden-7" not in done.stderr.str()


@pytest.mark.parametrize("name", ["", " "])
def test_an_environment_that_names_nothing_is_refused(pytester: pytest.Pytester, served: Rota, name: str) -> None:
    done = pytester.runpytest_inprocess("-W", "error", *LIGHT, f"--environment={name}", "-m", "access")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(
        ["*--environment", "*expected: the name of an environment of the toml", "*found: *nothing"]
    )


def test_an_unknown_environment_brings_the_nearest(pytester: pytest.Pytester, served: Rota) -> None:
    done = pytester.runpytest_inprocess(*LIGHT, "--environment=stagin")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*--environment stagin", "*did you mean: staging"])


@pytest.mark.parametrize("option", ["--replay=x", "--connector=a:B", "--since=x.json", "-n1"])
def test_what_a_real_environment_has_no_use_for_is_refused(
    pytester: pytest.Pytester, served: Rota, option: str
) -> None:
    done = run(pytester, option)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    name = option.partition("=")[0].removesuffix("1")
    done.stderr.fnmatch_lines([f"*Leave {name} out, or --environment.*"])


def test_an_environment_that_is_only_read_says_so(pytester: pytest.Pytester, served: Rota) -> None:
    written(
        pytester.path,
        **{"crm-rota_toml": TOML.replace("[environments.staging]\n", "[environments.staging]\nreal = true\n")},
    )
    done = run(pytester, "-m", "access")
    assert done.ret == 1
    assert verdicts(pytester) == {ACCESS: "not exercised"}
    [one] = [one for one in told(pytester)["statements"] if one["id"] == ACCESS]
    assert one["exercised"] == {"read": 1}
    assert one["would_exercise"] == (
        "an environment that may be written: [environments.staging] is only read (writes = false)"
    )
    assert served.people == []


def test_a_run_that_is_terminated_removes_what_it_made(pytester: pytest.Pytester, served: Rota) -> None:
    served.refused["PATCH"] = "429 Slow"  # is waited for, with a record made
    environ = {**os.environ, **served.variables}
    command = [sys.executable, "-m", "pytest", "--environment=staging", "-m", "access", "-p", "no:cacheprovider"]
    with subprocess.Popen(
        command, cwd=pytester.path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        until = time.monotonic() + 60
        while not served.people and time.monotonic() < until:
            time.sleep(0.02)
        assert served.people
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.INTERRUPTED, out
    assert served.people == []


def test_lint_says_what_an_environment_lacks_and_touches_nothing(
    pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written(pytester.path)
    monkeypatch.setenv("ROTA_URL", "http://127.0.0.1:1/v1")
    monkeypatch.delenv("ROTA_TOKEN", raising=False)
    assert main(["lint"]) == 0
    capsys.readouterr()
    assert main(["lint", "--environment=staging"]) == 1
    told = capsys.readouterr().out
    assert "the environment variable ROTA_TOKEN" in told
    assert "127.0.0.1" not in told
    monkeypatch.setenv("ROTA_TOKEN", "hunter2")
    assert main(["lint", "--environment=staging"]) == 0
    assert "hunter2" not in capsys.readouterr().out


def test_the_options_know_the_simulated_environment_by_its_name() -> None:
    from signoff.plugin import options
    from signoff.settings import environments

    assert options.SIMULATED == environments.SIMULATED
