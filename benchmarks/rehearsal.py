"""Measure the standard rehearsal: records a second synced and judged, beside a bare loop through the same mount.

Run it from the root of a suite: `python benchmarks/rehearsal.py [seed [effort]]`. Times are real seconds of one
process; the ratio is what counts, because both halves are measured in one run. On a machine that is busy otherwise,
look at the processor's time. Nothing is warmed up: the first sight of every rule, schema and country is in it.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import requests

from signoff.history import History
from signoff.plugin.agreeing import agree, reader
from signoff.plugin.options import RunOptions
from signoff.plugin.standard import Rehearsal
from signoff.schema import Side
from signoff.settings import find_suite
from signoff.systems.registry import dialect
from signoff.trial.stage import knobs_of
from signoff.wire.clock import WorldClock
from signoff.wire.in_process import in_process
from signoff.wire.journal import Journal


def bare_loop(agreement: Any, suite: Any, history: History) -> float:
    """Send the requests that changed the app once more to a fresh app, with nothing around them; return seconds."""
    integration = agreement.integration
    clock = WorldClock(history.snapshots[0].at)
    simulator = dialect(integration.systems[Side.APP].dialect, integration.file).simulator(
        integration.systems[Side.APP],
        integration.entities,
        agreement.schemas[Side.APP],
        clock,
        knobs_of({}),
        reader(suite, integration),
    )
    journal = Journal(clock)
    addresses = simulator.addresses()
    bodies = [
        (exchange.url, exchange.request_body)
        for exchange in history.exchanges
        if exchange.run and exchange.side is Side.APP and exchange.method == "POST" and exchange.writes
    ]
    # References of the first world lead nowhere in a fresh one; a worksite of the same shape stands for all.
    plain = json.loads(next(body for url, body in bodies if url.endswith("/worksites")), parse_float=Decimal)
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {addresses['token']}"
    with in_process({host: journal.watched(Side.APP, simulator) for host in simulator.hosts}, journal, clock):
        began = time.perf_counter()
        for number in range(len(bodies)):
            plain["external_id"] = f"bare-{number}"
            answer = session.post(f"{addresses['url']}/worksites", json=plain)
            if answer.status_code != 201:
                raise SystemExit(f"the bare loop was refused: {answer.status_code} {answer.text[:200]}")
        return time.perf_counter() - began


def main() -> None:
    """Print the figures."""
    suite = find_suite(Path.cwd())
    if suite is None:
        raise SystemExit("run this from a folder that holds scope/*.toml")
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    effort = sys.argv[2] if len(sys.argv) > 2 else "standard"
    name = suite.names[0]

    def clock() -> tuple[float, float]:
        return time.perf_counter(), time.process_time()

    times = [clock()]
    agreement = agree(suite, name)
    times.append(clock())
    rehearsal = Rehearsal(suite, agreement, RunOptions(seed=seed, effort=effort), lambda _: None)
    script = rehearsal.script()
    times.append(clock())
    history = rehearsal.play(script)
    times.append(clock())
    verdicts, comparisons = rehearsal.judged(history)
    times.append(clock())
    bound, drawn, played, judged = (after[0] - before[0] for before, after in pairwise(times))
    busy = [after[1] - before[1] for before, after in pairwise(times)]
    sync = sum(run.seconds for run in history.runs)
    first = history.runs[0]
    writes = sum(len(one.writes) for one in history.exchanges if one.run)
    created = sum(1 for one in history.exchanges if one.run == 1 for write in one.writes if write.kind == "create")
    creates = sum(
        1
        for one in history.exchanges
        if one.run
        for write in one.writes
        if write.kind == "create" and write.key.side is Side.APP
    )
    bare = bare_loop(agreement, suite, history)
    pairs = sum(
        len(one.of(pair.sender).get(pair.source, {}))
        for one in history.snapshots
        if one.moment == "settled"
        for pair in agreement.pairs
    )
    rows = sum(len(pair.rows) for pair in agreement.pairs)
    told = (
        f"statements {len(verdicts)}, chart rows {rows}, runs {len(history.runs)}, exchanges {len(history.exchanges)}",
        f"read and bind {bound:.2f} s, draw {drawn:.2f} s, play {played:.2f} s (connector {sync:.2f} s), "
        f"judge {judged:.2f} s",
        f"first sync: {created} records in {first.seconds:.2f} s = {created / first.seconds:.0f} a second",
        f"all runs: {writes} writes; {pairs} records judged, {comparisons} comparisons",
        f"judged: {pairs / judged:.0f} records a second; judging is {judged / sync:.2f} of the connector's time "
        "(at most 0.25)",
        f"synced and judged: {pairs / (sync + judged):.0f} records a second (at least 1,000)",
        f"with drawing and people's work: {pairs / (drawn + played + judged):.0f} records a second (at least 500)",
        f"processor: read and bind {busy[0]:.2f} s, draw {busy[1]:.2f} s, play {busy[2]:.2f} s, judge {busy[3]:.2f} s; "
        f"judging is {busy[3] / busy[2]:.2f} of playing",
        f"bare loop through the same mount: {creates} creates in {bare:.2f} s = {creates / bare:.0f} a second",
        f"a record of the first sync takes {(first.seconds / created) / (bare / creates):.2f} times as long",
        f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB",
    )
    print("\n".join(told))


if __name__ == "__main__":
    main()
