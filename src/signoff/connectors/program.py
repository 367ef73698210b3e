"""Run a connector that is a program: settings as environment variables, exit status 0 means that all went well."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from signoff.connectors.result import Told, masked, named, reported_of
from signoff.errors import Blocked, Place, Problem


class ProgramConnector:
    """Run a command once for each run. Its state folder is given as `STATE_DIR`."""

    def __init__(
        self, command: Sequence[str], settings: Mapping[str, str], state: Path, seconds: float, root: Path
    ) -> None:
        self._command = tuple(command)
        self._settings = dict(settings)
        self._state = state
        self._seconds = seconds
        self._root = root
        self.version = ""

    def run(self) -> Told:
        """Run the command; its last line may be `{"ok": …, "failed": […]}`. Raises Blocked if it cannot be started."""
        environment = {**os.environ, **self._settings, "STATE_DIR": str(self._state)}
        try:
            # A session of its own, so that what it started can be ended together with it.
            started = subprocess.Popen(  # noqa: S603 - the command is the suite's own, named in its toml
                self._command,
                env=environment,
                cwd=self._root,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
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
        late = False
        with started:
            try:
                said, complained = started.communicate(timeout=self._seconds)
            except subprocess.TimeoutExpired:
                late = True
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(started.pid, signal.SIGKILL)
            if late:
                said, complained = started.communicate()
        out = said.decode("utf-8", "replace")
        printed = masked(out + complained.decode("utf-8", "replace"), self._settings)
        if late:
            return Told(crashed=f"did not finish within {self._seconds:g} seconds", printed=printed)
        ok = started.returncode == 0
        lines = [line for line in out.splitlines() if line.strip()]
        try:
            last = json.loads(lines[-1]) if lines else None
        except ValueError:
            last = None
        if isinstance(last, dict) and "ok" in last:
            try:
                failed = named(last.get("failed"))
                reported = reported_of(last)
            except ValueError as error:
                return Told(ok, (), str(error), printed)
            crashed = "" if ok or last["ok"] is False else f"said ok, but ended with exit status {started.returncode}"
            return Told(bool(last["ok"]) and ok, failed, crashed, printed, reported)
        crashed = "" if ok else f"ended with exit status {started.returncode} and without a result"
        return Told(ok, (), crashed, printed)

    def takes_events(self) -> bool:
        """Return False: a program that runs once has no ear."""
        return False

    def deliver(self, headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG002 - the protocol's shape
        """Do nothing."""
        return ""

    def restart(self) -> None:
        """Do nothing: every run is a new process."""

    def forget(self) -> bool:
        """Tell that a program cannot be killed at a request: it is another process, which nobody sees ask."""
        return False
