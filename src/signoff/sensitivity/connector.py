"""Put wrong words in the connector's mouth: `ok` turned round, a refusal kept quiet, an invented name, a crash."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace

from signoff.agreement.statement import Kind, Statement
from signoff.history import Exchange, NamedFailure, Run
from signoff.sensitivity.attempt import Attempt, Way, alters
from signoff.sensitivity.draft import Draft, Edit
from signoff.sensitivity.scene import Scene, Spot


@alters(Kind.CONNECTOR)
def other_words(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield what a run must not do or say of itself."""
    spoken = [run for run in scene.history.runs if run.ok is not None]
    every = list(scene.history.runs)
    yield Attempt(statement.id, "finished", "crashed", _ways(scene, every, _crash))
    yield Attempt(statement.id, "finished", "a refusal kept quiet", _quiet(scene, spoken))
    yield Attempt(statement.id, "finished", "not ok for no reason", _ways(scene, _calm(scene, spoken), _not_ok))
    yield Attempt(statement.id, "finished", "another host asked", _ways(scene, every, _elsewhere))
    yield Attempt(statement.id, "finished", "an invented name", _ways(scene, spoken, _invented))
    yield Attempt(statement.id, "finished", "a thread left running", _ways(scene, every, _running))


def _ways(scene: Scene, runs: list[Run], edit: Callable[[Run], Edit]) -> Iterator[Way]:
    anyone = [one.sender_key for pair in scene.agreement.pairs for one in _first(scene, pair.name)]
    for run in runs:
        yield Way(
            edits=(edit(run),),
            marks=frozenset({f"run {run.number}"}),
            until=run.phase,
            subjects=frozenset(anyone),
            spoils=frozenset[Hashable]({("run", run.number), "result"}),
        )


def _first(scene: Scene, name: str) -> Iterator[Spot]:
    for at, one in enumerate(scene.pairs_of(scene.agreement.pair(name))):
        if at == 1:
            return
        yield one


def _crash(run: Run) -> Edit:
    return lambda draft: draft.set_run(replace(draft.run(run.number), crashed="RuntimeError", ok=None))


def _not_ok(run: Run) -> Edit:
    return lambda draft: draft.set_run(replace(draft.run(run.number), ok=False))


def _elsewhere(run: Run) -> Edit:
    def edit(draft: Draft) -> None:
        draft.set_exchange(
            Exchange(
                draft.next_number(), run.number, run.ended, None, "GET", "https://other.example/", (), b"", 0, (), b""
            )
        )

    return edit


def _invented(run: Run) -> Edit:
    """Let a run name somebody whom no system has ever had."""
    said = NamedFailure("", "", "nobody-17", "perhaps")
    return lambda draft: draft.set_run(
        replace(draft.run(run.number), ok=False, failed=(*draft.run(run.number).failed, said))
    )


def _running(run: Run) -> Edit:
    return lambda draft: draft.set_run(replace(draft.run(run.number), left=("worker",)))


def _calm(scene: Scene, runs: list[Run]) -> list[Run]:
    """Return the runs that say ok, name nobody, and have nobody to hold back: not ok would be a lie."""
    held = {one.phase.label for one in scene.bad_records()}
    return [run for run in runs if run.ok and not run.failed and run.phase not in held]


def _quiet(scene: Scene, runs: list[Run]) -> Iterator[Way]:
    """Yield how the last write about a record is refused in a run that says ok and names nobody."""
    said = {run.number: run for run in runs if run.ok}
    last = {
        (exchange.run, write.key): (exchange, write)
        for exchange, write in scene.history.writes()
        if exchange.run in said and write.accepted and write.kind == "update"
    }
    for (number, key), (exchange, _) in last.items():
        yield Way(
            edits=(_refused(exchange.number, said[number]),),
            marks=frozenset({f"run {number}"}),
            until=said[number].phase,
            subjects=frozenset({key}),
            spoils=frozenset[Hashable]({("run", number), "result", ("message", exchange.number), key}),
        )


def _refused(exchange_number: int, run: Run) -> Edit:
    def edit(draft: Draft) -> None:
        exchange = draft.exchange(exchange_number)
        writes = tuple(replace(one, accepted=False, after=one.before) for one in exchange.writes)
        draft.set_exchange(replace(exchange, status=422, writes=writes))
        draft.set_run(replace(draft.run(run.number), ok=True, failed=()))

    return edit
