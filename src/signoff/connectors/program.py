"""Run a connector that is a program: settings as environment variables, exit status 0 means that all went well."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO

from signoff.connectors.result import Delivery, Told, masked, named, ok_of, reported_of, without_secrets
from signoff.errors import Blocked, Place, Problem


class ProgramConnector:
    """Run a command once for each run. Its state folder is given as `STATE_DIR`."""

    def __init__(
        self,
        command: Sequence[str],
        settings: Mapping[str, str],
        state: Path,
        seconds: float,
        root: Path,
        secrets: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self._command = tuple(command)
        self._settings = dict(settings)
        self._state = state
        self._seconds = seconds
        self._root = root
        self._secrets = secrets
        self.version = ""

    def run(self) -> Told:
        """Run the command; its last line may be `{"ok": …, "failed": […]}`. Raises Blocked if it cannot be started."""
        # Files and no pipes: what it leaves behind may hold a pipe open for ever.
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as complaints:
            started = self._start(out, complaints)
            late = False
            try:
                started.wait(self._seconds)
            except subprocess.TimeoutExpired:
                late = True
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(started.pid, signal.SIGKILL)
                started.wait()
            said, complained = (_read(one) for one in (out, complaints))
        printed = self._masked(said + complained)
        if late:
            return Told(crashed=f"did not finish within {self._seconds:g} seconds", printed=printed)
        ok = started.returncode == 0
        last = _last(said)
        if isinstance(last, dict) and "ok" in last:
            try:
                told = Told(ok_of(last), named(last.get("failed")), reported=reported_of(last))
            except ValueError as error:
                return Told(ok, (), self._masked(str(error)), printed)
            crashed = "" if ok or not told.ok else f"said ok, but ended with exit status {started.returncode}"
            found = replace(told, ok=bool(told.ok) and ok, crashed=crashed, printed=printed)
            return without_secrets(found, self._masked)
        crashed = "" if ok else f"ended with exit status {started.returncode} and without a result"
        return Told(ok, (), crashed, printed)

    def _start(self, out: IO[bytes], complaints: IO[bytes]) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **self._settings, "STATE_DIR": str(self._state)}
        try:
            # A session of its own, so that what it started can be ended together with it.
            return subprocess.Popen(  # noqa: S603 - the command is the suite's own, named in its toml
                self._command,
                env=environment,
                cwd=self._root,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=complaints,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise Blocked(
                Problem(
                    Place("connector", cell=" ".join(self._command)),
                    "a command that can be started",
                    str(error),
                    how="Correct `command` in the toml's [connector]; it is run from the suite's root.",
                )
            ) from error

    def _masked(self, text: str) -> str:
        return masked(text, self._settings, self._secrets())

    def deliver(self, due: Sequence[Delivery]) -> list[str]:  # noqa: ARG002 - the protocol's shape
        """Do nothing: a program that runs once has no ear."""
        return []

    def restart(self) -> None:
        """Do nothing: every run is a new process."""

    def forget(self) -> bool:
        """Tell that a program cannot be killed at a request: it is another process, which nobody sees ask."""
        return False


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def _last(said: str) -> object:
    """Return the last line as JSON, None where it is none: also where it is nested deeper than anybody reads."""
    lines = [line for line in said.splitlines() if line.strip()]
    try:
        return json.loads(lines[-1]) if lines else None
    except (ValueError, RecursionError):
        return None
