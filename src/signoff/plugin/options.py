"""Read the command line: what is run, with which seed, and where the reports go."""

from __future__ import annotations

import argparse
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

SIMULATED = "simulated"
"""As in `settings.environments`, which pytest sessions elsewhere on the machine need not load."""
EFFORTS = ("quick", "standard", "thorough")
SEEDS = 2**63
GATES = ("report", "normal", "strict")


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Hold what one session was asked for.

    `seed` fixes world, now and faults. "" stands for what the toml says (`gate`, `connector`, `environment`, `since`)
    and for nothing (`replay`). `selected` are the ids of the collected statements, `complete` tells whether these are
    all of the integration's, and `selection` says how they were selected, in the words of the command line.
    """

    seed: int
    effort: str = "standard"
    gate: str = ""
    integrations: tuple[str, ...] = ()
    connector: str = ""
    environment: str = ""
    replay: str = ""
    reports: Path = Path("reports")
    since: str = ""
    selected: frozenset[str] = frozenset()
    complete: bool = True
    selection: str = ""

    @property
    def real(self) -> bool:
        """Tell whether the run is against a real environment, which no run is complete in."""
        return self.environment not in ("", SIMULATED)


def add_options(parser: pytest.Parser) -> None:
    """Add the options of the harness to pytest's."""
    group = parser.getgroup("signoff", "acceptance of integrations (signoff)")
    group.addoption("--signoff-seed", type=_seed, metavar="N", help="make the same world as the run with this seed")
    group.addoption("--effort", choices=EFFORTS, default="standard", help="how much to try (default: standard)")
    group.addoption("--gate", choices=GATES, default="", help="what refuses a release (default: the toml's level)")
    group.addoption(
        "--integration", action="append", default=[], metavar="NAME", help="only this integration; may be repeated"
    )
    group.addoption("--connector", default="", metavar="TARGET", help="test this connector instead of the toml's")
    group.addoption("--environment", default=None, metavar="NAME", help="run against this environment of the toml")
    group.addoption("--replay", default=None, metavar="RUN|FILE|STATEMENT", help="run a script instead of a new world")
    group.addoption(
        "--since",
        default="",
        metavar="FILE",
        help="mark what is new or changed since this signoff.json of an earlier run",
    )
    group.addoption("--reports", default="", metavar="DIR", help="write the reports there (default: reports)")


def _seed(text: str) -> int:
    """Return a seed; it is a part of file names, and scripts hold it, so it has an end."""
    try:
        found = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a whole number, found {text[:40]!r}") from None
    if not -SEEDS <= found < SEEDS:
        raise argparse.ArgumentTypeError(f"expected a whole number from {-SEEDS} to {SEEDS - 1}")
    return found


def read_options(config: pytest.Config, root: Path) -> RunOptions:
    """Return the options of a session; the seed is drawn here if none was given.

    Under xdist only the controller draws it, and its workers are told.
    """
    told = getattr(config, "workerinput", {}).get("signoff_seed")
    asked = config.getoption("--signoff-seed")
    seed = told if told is not None else asked if asked is not None else secrets.randbelow(2**31)
    reports = config.getoption("--reports")
    return RunOptions(
        seed=seed,
        effort=config.getoption("--effort"),
        gate=config.getoption("--gate"),
        integrations=tuple(dict.fromkeys(config.getoption("--integration"))),
        connector=config.getoption("--connector"),
        environment=config.getoption("--environment") or "",
        replay=config.getoption("--replay") or "",
        since=str(config.invocation_params.dir / given) if (given := config.getoption("--since")) else "",
        reports=(config.invocation_params.dir / reports) if reports else root / "reports",
    )


def selection_of(config: pytest.Config) -> str:
    """Return in the words of the command line how the run was selected; "" if it was not."""
    parts = []
    if config.getoption("keyword", default=""):
        parts.append(f'-k "{config.getoption("keyword")}"')
    if config.getoption("markexpr", default=""):
        parts.append(f'-m "{config.getoption("markexpr")}"')
    for option, name in (("lf", "--lf"), ("stepwise", "--stepwise")):
        if config.getoption(option, default=False):
            parts.append(name)
    parts += [f"--deselect {one}" for one in config.getoption("deselect", default=None) or ()]
    if (environment := config.getoption("--environment")) not in (None, "", SIMULATED):
        parts.append(f"--environment {environment}")
    parts += [f"--integration {one}" for one in config.getoption("--integration")]
    parts += [f"--replay {config.getoption('--replay')}"] if config.getoption("--replay") else []
    if config.args_source is config.ArgsSource.ARGS:
        parts += [arg for arg in config.invocation_params.args if arg in config.args]
    return " ".join(parts)
