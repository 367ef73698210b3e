"""What goes wrong where a connector is stopped, killed and started: only workflows show it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping

from reference_connector.rows import Mapped

from planted.register import acted, defect
from reference_connector import Connector


@defect("FAIL", "scenario:the-connector-is-restarted-between-two-changes")
class P56StateForgotten(Connector):
    """What both sides last agreed on does not survive a restart."""

    def restart(self) -> None:
        acted()
        shutil.rmtree(self.state.folder)
        self.state.folder.mkdir()
        super().restart()


@defect("FAIL", "scenario:a-message-is-not-doubled-when-the-connector-is-killed")
class P56NoteTwice(Connector):
    """After a crash nobody looks whether the note was made already."""

    def known_notes(self, keys: Iterable[str], ready: Mapping[str, Mapped], *, unsure: bool) -> dict[str, int]:
        acted()
        return {}
