"""Decide whether a pytest session collects from a suite, and open it."""

from __future__ import annotations

from pathlib import Path

import pytest

from signoff.errors import Place, Problem, SignoffError, nearest
from signoff.plugin.options import RunOptions, read_options
from signoff.settings import Suite, find_suite


def open_session(config: pytest.Config) -> None:
    """Register a session if the command line reaches a suite's features; else do nothing at all.

    Raises `pytest.UsageError` when the command line asks for what the suite does not have.
    """
    suite = _suite_of(config)
    if suite is None:
        return
    reached = [name for name in suite.names if any(_reaches(path, suite, name) for path in _paths(config))]
    if not reached:
        return
    # Everything heavier is imported now, because most sessions on a machine never come this far.
    from signoff.plugin.asked import Asked
    from signoff.plugin.cleaning import Cleaning
    from signoff.plugin.loading import load_suite_modules
    from signoff.plugin.repeats import Repeats
    from signoff.plugin.session import SESSION, SuiteSession

    options = read_options(config, suite.root)
    try:
        _refuse_beside_environment(options, getattr(config.option, "dist", "no") != "no")
        _environment_named(config)
        _named(config, options, suite, reached)
        chosen = _chosen(suite, options, reached)
        load_suite_modules(config, suite.root)
    except SignoffError as error:
        raise pytest.UsageError(str(error)) from None
    _mark(config)
    _add_tomls(config, suite, chosen)
    session = SuiteSession(config, suite, options, chosen)
    config.pluginmanager.register(session, SESSION)
    config.pluginmanager.register(Asked(session), f"{SESSION}-asked")
    config.pluginmanager.register(Cleaning(options.reports), f"{SESSION}-cleaning")
    config.pluginmanager.register(Repeats(session.verdict_of), f"{SESSION}-repeats")
    if config.pluginmanager.hasplugin("xdist"):
        from signoff.plugin.parallel import Parallel

        config.pluginmanager.register(Parallel(session), f"{SESSION}-parallel")


def before_allure(config: pytest.Config) -> None:
    """Keep the results of the run before until the documents of a suite are sound; elsewhere do nothing."""
    if not config.getoption("allure_report_dir", default=None):
        return
    suite = _suite_of(config)
    if suite is not None and any(_reaches(path, suite, name) for path in _paths(config) for name in suite.names):
        from signoff.plugin.cleaning import held

        held(config)


def _suite_of(config: pytest.Config) -> Suite | None:
    starts = [config.invocation_params.dir, config.rootpath, *_paths(config)]
    for start in dict.fromkeys(starts):
        found = find_suite(start)
        if found is not None:
            return found
    return None


def _paths(config: pytest.Config) -> list[Path]:
    return [(config.invocation_params.dir / str(arg).split("::")[0]).resolve() for arg in config.args]


def asked_for(config: pytest.Config, file: Path) -> bool:
    """Tell whether the command line reaches a file: it names it, a test in it, or a folder above it."""
    return any(file.is_relative_to(path) for path in _paths(config))


def _reaches(path: Path, suite: Suite, name: str) -> bool:
    folder, toml = suite.root / "features" / name, suite.files[suite.names.index(name)]
    return path == toml or path.is_relative_to(folder) or folder.is_relative_to(path) or toml.is_relative_to(path)


def _environment_named(config: pytest.Config) -> None:
    """Refuse an `--environment` that names nothing, as with a variable that is not set: simulators would run."""
    given = config.getoption("--environment")
    if given is None or given.strip():
        return
    how = "See that the variable which stands there is set, or leave --environment out to try the simulated systems."
    raise SignoffError(Problem(Place("--environment"), "the name of an environment of the toml", "nothing", how=how))


def _named(config: pytest.Config, options: RunOptions, suite: Suite, reached: list[str]) -> None:
    """Refuse a `--replay` that names nothing: a run without it would make a whole new world in its place."""
    given = config.getoption("--replay")
    if given is None or given.strip():
        return
    name = next((one for one in options.integrations if one in suite.names), reached[0])
    kept = options.reports / name / "counterexamples"
    cases = sorted(one.name for one in kept.glob("*.json"))
    shown = kept.relative_to(suite.root) if kept.is_relative_to(suite.root) else kept
    raise SignoffError(
        Problem(
            Place("--replay"),
            "a run's id, a script file, or a statement whose counterexample was kept",
            "nothing",
            f"{shown.as_posix()}/{cases[0]}" if cases else None,
            how=f"Counterexamples are kept in {shown.as_posix()}: {len(cases)} now.",
        )
    )


def _chosen(suite: Suite, options: RunOptions, reached: list[str]) -> tuple[str, ...]:
    for name in options.integrations:
        if name not in suite.names:
            known = ", ".join(suite.names)
            raise SignoffError(
                Problem(
                    Place(f"--integration {name}"),
                    f"one of the integrations {known}",
                    name,
                    nearest(name, suite.names),
                    how="An integration is named like its file in scope/.",
                )
            )
    chosen = tuple(name for name in reached if not options.integrations or name in options.integrations)
    if len(chosen) > 1:
        for option, value in (
            ("--connector", options.connector),
            ("--environment", options.environment),
            ("--replay", options.replay),
            ("--since", options.since),
        ):
            if value:
                raise SignoffError(
                    Problem(
                        Place(f"{option} {value}"),
                        "one integration, because it is meant for one",
                        f"{len(chosen)} selected: {', '.join(chosen)}",
                        how="Add --integration NAME.",
                    )
                )
    return chosen


def _refuse_beside_environment(options: RunOptions, spread: bool) -> None:
    """Refuse what does not go with a real environment: no connector runs there, and nobody may end it unheard.

    `spread`: the run goes to processes of xdist, which are killed without a chance to remove what they made.
    """
    given = {"--replay": options.replay, "--connector": options.connector, "--since": options.since, "-n": spread}
    for option, value in given.items():
        if options.real and value:
            raise SignoffError(
                Problem(
                    Place(option if value is True else f"{option} {value}"),
                    f"access alone to be tried, by one process, as always with --environment {options.environment}",
                    option,
                    how=f"Leave {option} out, or --environment.",
                )
            )


def _mark(config: pytest.Config) -> None:
    from signoff.gherkin.tags import GRADES, KINDS, NOT_YET, WITH_VALUE

    meanings = {
        **dict.fromkeys(KINDS, "the rows of such a table"),
        **dict.fromkeys(NOT_YET, "the rows of such a table (not tested yet)"),
        **dict.fromkeys(GRADES, "how much the statement matters"),
        **dict.fromkeys(WITH_VALUE, "with a value behind a colon, @owner:dana; selected as -m owner:dana"),
    }
    for name, meaning in meanings.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")


def _add_tomls(config: pytest.Config, suite: Suite, chosen: tuple[str, ...]) -> None:
    """Collect the connector's own statements too, whenever a whole folder of features is collected."""
    paths = _paths(config)
    for name in chosen:
        toml = suite.files[suite.names.index(name)]
        folder = suite.root / "features" / name
        if any(folder.is_relative_to(path) for path in paths) and not any(toml.is_relative_to(path) for path in paths):
            config.args.append(str(toml))
