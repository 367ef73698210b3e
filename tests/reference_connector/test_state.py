"""State on disk, crashes, and the connector as a program."""

import fcntl
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug import Request, Response
from werkzeug.serving import make_server

FOLDER = Path(__file__).parents[2] / "fixtures/reference_connector"


class KilledError(BaseException):
    """The process ends here."""


def test_a_kill_after_any_request_loses_nothing_and_doubles_nothing(staffed: Any, connect: Any, fakes: Any) -> None:
    staffed.app.put("messages", worker_id="?", channel="chat", body="hi", sent_at="2026-03-02T14:00:00Z")
    count = 0
    for allowed in range(1, 60):
        left = [allowed]

        def kill(method: str, url: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] <= 0:
                raise KilledError

        staffed.after[:] = [kill]
        try:
            connect().sync()
        except KilledError:
            count += 1
            for worker in staffed.app.rows.get("workers", {}).values():
                staffed.app.only("messages")["worker_id"] = worker["id"]
        else:
            break
    staffed.after.clear()
    assert count > 5
    assert connect().sync().ok
    assert {name: len(rows) for name, rows in staffed.app.rows.items()} == {
        "recruiters": 1,
        "messages": 1,
        "worksites": 1,
        "site-contacts": 1,
        "jobs": 1,
        "workers": 1,
        "assignments": 1,
    }
    assert len(staffed.ats.rows["Note"]) == 1
    staffed.forget()
    connect().sync()
    assert staffed.writes() == []


def test_a_write_that_fails_half_way_leaves_the_old_state(package: Any, tmp_path: Path, monkeypatch: Any) -> None:
    state = package.Connector({}, tmp_path).state
    state.part("session")["a"] = 1
    state.save_part("session")
    state.part("session")["a"] = 2

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        state.save_part("session")
    assert json.loads((tmp_path / "session.json").read_text()) == {"a": 1}


def test_the_state_is_for_its_owner_only_and_names_nobody(staffed: Any, connect: Any, tmp_path: Path) -> None:
    connect().sync()
    files = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}
    text = "".join(path.read_text() for path in files)
    assert not [secret for secret in ("Ann", "x.com", "+1312", "pass-word", "client-secret") if secret in text]


def test_two_processes_do_not_run_at_once(staffed: Any, connect: Any, tmp_path: Path) -> None:
    connector = connect()
    with (tmp_path / "state/lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert not connector.sync().ok
        assert staffed.log == []
    assert connector.sync().ok


def test_a_missing_setting_is_named(staffed: Any, connect: Any, package: Any) -> None:
    with pytest.raises(package.MissingSetting, match=r"^setting ATS_PASSWORD: expected a value, found none"):
        connect(ATS_PASSWORD=" ").sync()
    assert staffed.log == []


def test_restart_is_as_good_as_a_new_process(staffed: Any, connect: Any) -> None:
    connector = connect()
    connector.sync()
    connector.restart()
    staffed.forget()
    assert connector.sync().ok
    assert staffed.writes() == []


@pytest.fixture
def served(staffed: Any, fakes: Any) -> Iterator[str]:
    """Serve both stand-ins over HTTP."""
    hosts = {"auth": fakes.AUTH, "tenant": fakes.TENANT.rstrip("/"), "rest": fakes.ATS, "app": fakes.APP}

    @Request.application
    def serve(request: Request) -> Response:
        _, name, rest = request.full_path.split("/", 2)
        sent = requests.Request(
            request.method, f"{hosts[name]}/{rest.rstrip('?')}", headers=dict(request.headers), data=request.get_data()
        ).prepare()
        status, headers, body = staffed.answer(sent)
        for alias, host in hosts.items():
            body = body.replace(host, f"http://127.0.0.1:{server.port}/{alias}")
        return Response(body, status, headers)

    server = make_server("127.0.0.1", 0, serve)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(settings: dict[str, str], state: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, FOLDER, "--once"],
        env={"PATH": os.environ["PATH"], "STATE_DIR": str(state), **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_program(staffed: Any, served: str, settings: dict[str, str], tmp_path: Path) -> None:
    there = {**settings, "ATS_URL": f"{served}/rest", "APP_URL": f"{served}/app"}
    staffed.ats.put("Candidate", 1, status="none")
    done = run(there, tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "ok": True,
        "failed": [{"system": "ats", "entity": "Candidate", "id": "1", "reason": "status: not in its table of values"}],
        "reported": [],
    }
    assert len(staffed.app.rows["jobs"]) == 1
    failed = run({**there, "APP_TOKEN": "wrong"}, tmp_path)
    assert (failed.returncode, json.loads(failed.stdout.splitlines()[-1])["ok"]) == (1, False)
    missing = run({**there, "APP_URL": ""}, tmp_path)
    assert missing.returncode == 2
    assert "setting APP_URL" in missing.stderr


def test_what_is_read_again_is_what_the_file_says_and_not_what_became_of_it(connect: Any, tmp_path: Path) -> None:
    kind = type(connect().state)
    state = kind(tmp_path)
    (tmp_path / "job.json").write_text('{"links": {"1": {"id": "a"}}}', encoding="utf-8")
    state.part("job")["links"]["1"]["id"] = "never saved"
    state.forget()
    assert state.part("job") == {"links": {"1": {"id": "a"}}}
    state.part("job")["links"].clear()
    state.forget()
    assert state.part("job") == {"links": {"1": {"id": "a"}}}
    (tmp_path / "job.json").write_text('{"links": {"1": {"id": "b"}}}', encoding="utf-8")
    state.forget()
    assert state.part("job") == {"links": {"1": {"id": "b"}}}
    state.part("job")["links"]["2"] = {"id": "\ud83d\ude00"}
    state.touch("job")
    state.save()
    state.forget()
    assert list(state.part("job")["links"]) == ["1", "2"]
    assert json.loads((tmp_path / "job.json").read_bytes()) == state.part("job")
