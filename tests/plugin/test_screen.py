"""What takes long is shown now and then; what is worth knowing at once, at once."""

from types import SimpleNamespace
from typing import Any

from signoff.plugin.screen import Screen


class Reporter:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self._tw = SimpleNamespace(hasmarkup=False, fullwidth=100)

    def ensure_newline(self) -> None:
        """Nothing stands on the line."""

    def write_line(self, text: str) -> None:
        self.lines.append(text)


def screen(reporter: Reporter) -> Screen:
    plugins = {"terminalreporter": reporter}
    config: Any = SimpleNamespace(pluginmanager=SimpleNamespace(get_plugin=plugins.get))
    return Screen(config)


def test_what_takes_little_time_is_not_shown_unless_it_is_worth_knowing_at_once() -> None:
    reporter = Reporter()
    tell = screen(reporter).progress("crm-app")
    tell("drawing the world")
    assert reporter.lines == []
    tell("tried first: worker.phone still fails", at_once=True)
    assert reporter.lines == ["crm-app: tried first: worker.phone still fails"]


def test_what_is_worth_knowing_at_once_is_never_cut_off() -> None:
    reporter = Reporter()
    said = (
        "tried first: worker.available_on no longer fails in the smallest case of the last run (1 record, 1 operation)"
    )
    screen(reporter).progress("bullhorn-shiftline")(said, at_once=True)
    [shown] = reporter.lines
    assert " ".join(shown.split()) == f"bullhorn-shiftline: {said}"
    assert max(map(len, shown.splitlines())) <= 100
