"""Measure what it costs to put wrong values into the evidence of every green verdict, by part and by kind.

Run it from the root of a suite: `python benchmarks/sensitivity.py [seed [effort]]`. A world is drawn, played and judged
once; then its verdicts are weighed in this process alone. Times are seconds of the processor.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from signoff.agreement.statement import Kind
from signoff.checks.case import Case
from signoff.checks.judge import judge
from signoff.plugin.agreeing import agree
from signoff.plugin.collecting import uncollected
from signoff.plugin.options import RunOptions
from signoff.plugin.standard import Rehearsal
from signoff.sensitivity import weigh as weighing
from signoff.sensitivity.cut import Cutter
from signoff.sensitivity.scene import Scene
from signoff.settings import find_suite
from signoff.verdict import Verdict


class Clock:
    """Add up the time of the functions that are watched, and how often each was called."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.calls: Counter[str] = Counter()

    def watch(self, holder: Any, name: str, words: str) -> None:
        """Let a function of a module or class be timed from now on."""
        called: Callable[..., Any] = getattr(holder, name)

        def timed(*arguments: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return called(*arguments, **named)
            finally:
                self.seconds[words] += time.process_time() - began
                self.calls[words] += 1

        setattr(holder, name, timed)


def main() -> None:
    """Print the figures."""
    suite = find_suite(Path.cwd())
    if suite is None:
        raise SystemExit("run this from a folder that holds scope/*.toml")
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    effort = sys.argv[2] if len(sys.argv) > 2 else "standard"
    agreement = agree(suite, suite.names[0])
    rehearsal = Rehearsal(suite, agreement, RunOptions(seed=seed, effort=effort), lambda _: None)
    history = rehearsal.play(rehearsal.script())
    case = Case(agreement, history)
    verdicts, _ = judge(agreement, history, datetime.now(UTC).date(), case=case)
    clock = Clock()
    clock.watch(weighing, "heard", "judging again")
    clock.watch(Cutter, "cut", "cutting a history down")
    clock.watch(weighing, "Disturbed", "finding who is disturbed")
    clock.watch(weighing, "weigh_matter", "weighing goals, examples and access")
    with uncollected():
        measure(case, verdicts, clock)


def measure(case: Case, verdicts: Mapping[str, Verdict], clock: Clock) -> None:
    """Weigh the green verdicts as a run does, and print what it costs."""
    began = time.process_time()
    scene = Scene(case)
    scene.look()
    looked = time.process_time()
    print(f"looking for records        {looked - began:6.2f} s")
    green = [one for part in weighing.parts(case, verdicts) for one in part]
    for words, of in (("all but value rows", set(Kind) - {Kind.VALUE}), ("value rows", {Kind.VALUE})):
        start = time.process_time()
        clock.seconds.clear()
        clock.calls.clear()
        weights = weighing.weigh(scene, [one for one in green if one.kind in of])
        noticed = sum(len(names) for weight in weights.values() for names in weight.noticed.values())
        print(f"{words:26} {time.process_time() - start:6.2f} s, {len(weights)} statements, {noticed} noticed")
        for name, seconds in sorted(clock.seconds.items(), key=lambda one: -one[1]):
            print(f"  {name:36} {seconds:6.2f} s, {clock.calls[name]} times")
    print(f"altogether                 {time.process_time() - began:6.2f} s")


if __name__ == "__main__":
    main()
