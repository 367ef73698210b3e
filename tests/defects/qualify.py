"""Qualify the harness: every planted defect reddens what it declares, and what is right stays green.

`python tests/defects/qualify.py [--count 20 | --seeds 1,2] [--correct 100] [--jobs 2] [--effort standard] [--together]
[--focused] [--slice 1/4] [--shrink] [NAME …]`
prints a matrix and ends with 1 on any deviation. Without names, what is right (the correct connector and the variants
of it) is played in `--correct` seeds. When every defect was played, it also ends with 1 if a check has none that it
alone catches; `witnesses.WITHOUT` names the checks that can have none, and says why.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from bench import CORRECT, Trial, bound, trial
from planted.register import BENIGN, DEFECTS
from together import companies, trials
from witnesses import by_check, by_phrase, unshown


def main(arguments: Sequence[str]) -> int:
    """Run the trials that are asked for; return the exit status."""
    parser = argparse.ArgumentParser(prog="qualify", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these (default: all, and what is right)")
    parser.add_argument("--seeds", default="", help="these seeds, separated by commas")
    parser.add_argument("--count", type=int, default=20, help="seeds 1 to COUNT (default: 20)")
    parser.add_argument("--correct", type=int, default=100, help="seeds 1 to CORRECT for what is right (default: 100)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--effort", default="standard", choices=("quick", "standard", "thorough"))
    parser.add_argument("--shrink", action="store_true", help="make counterexamples smaller too, and tell their sizes")
    parser.add_argument("--focused", action="store_true", help="in worlds cut down to the bindings concerned")
    parser.add_argument("--together", action="store_true", help="plant at once what touches nothing of each other")
    parser.add_argument("--slice", default="1/1", metavar="K/N", help="only the Kth of N parts (default: 1/1, all)")
    asked = parser.parse_args(arguments)
    every = {CORRECT.name, *DEFECTS, *BENIGN}
    unknown = sorted(set(asked.names) - every)
    if unknown:
        parser.error(f"no such defect: {', '.join(unknown)}; known: {', '.join(sorted(every))}")
    seeds = [int(one) for one in asked.seeds.split(",")] if asked.seeds else list(range(1, asked.count + 1))
    names = asked.names or [CORRECT.name, *BENIGN, *DEFECTS]
    groups = (
        companies(names, focused=asked.focused) if asked.together and not asked.shrink else [(name,) for name in names]
    )
    part, _, parts = asked.slice.partition("/")
    groups = groups[int(part) - 1 :: int(parts or 1)]
    tasks = [(group, seed) for seed in seeds for group in groups]
    if not asked.names and not asked.seeds:
        right = [group for group in groups if group[0] == CORRECT.name or group[0] in BENIGN]
        tasks += [(group, seed) for seed in range(len(seeds) + 1, asked.correct + 1) for group in right]
    due = sum(len(group) for group, _ in tasks)
    begun = time.perf_counter()
    found: list[Trial] = []
    for one in _trials(tasks, asked.effort, asked.jobs, shrink=asked.shrink, focused=asked.focused):
        found.append(one)
        if not one.right:
            print(_deviation(one), flush=True)
        elif sys.stderr.isatty():
            print(f"\r{len(found)} of {due}", end="", file=sys.stderr, flush=True)
    print(_matrix(found, time.perf_counter() - begun))
    print(by_check(found))
    print(by_phrase(bound()[1]))
    missing = unshown(found) if not asked.names and int(parts or 1) == 1 else []
    if missing:
        print(f"no planted defect is caught by {', '.join(missing)} alone: plant one, or say in WITHOUT why none can")
    return 0 if len(found) == due and all(one.right for one in found) and not missing else 1


def _company(group: Sequence[str], seed: int, effort: str, shrink: bool, focused: bool) -> list[Trial]:
    if shrink:
        return [trial(group[0], seed, effort, shrink=True, focused=focused)]
    return trials(group, seed, effort, focused=focused)


def _trials(
    tasks: Sequence[tuple[tuple[str, ...], int]], effort: str, jobs: int, *, shrink: bool, focused: bool
) -> Iterator[Trial]:
    if jobs <= 1:
        for group, seed in tasks:
            yield from _company(group, seed, effort, shrink, focused)
        return
    # Forked, so that the agreement is read once and a defect's module is the one that was declared.
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        waiting = [pool.submit(_company, group, seed, effort, shrink, focused) for group, seed in tasks]
        for done in as_completed(waiting):
            yield from done.result()


def _deviation(one: Trial) -> str:
    lines = [f"DEVIATES {one.name} ({one.klass}) at seed {one.seed}, acted {one.witnessed} times"]
    lines += [f"  missed: {', '.join(one.missed)}"] if one.missed else []
    lines += [f"  false alarm: {', '.join(one.surplus)}"] if one.surplus else []
    lines += [f"    {said}" for said in one.shown]
    return "\n".join(lines)


def _matrix(trials: Sequence[Trial], seconds: float) -> str:
    lines = [f"{'class':8} {'connector':34} {'seeds':>5} {'right':>5} {'missed':>6} {'alarms':>6} {'lost':>4} {'s':>5}"]
    names = list(dict.fromkeys((one.klass, one.name) for one in sorted(trials, key=lambda one: (one.klass, one.name))))
    for klass, name in names:
        own = [one for one in trials if one.name == name]
        right, missed = sum(one.right for one in own), sum(bool(one.missed) for one in own)
        alarms, mean = sum(bool(one.surplus) for one in own), sum(one.seconds for one in own) / len(own)
        lost = max(one.lost for one in own)
        lines.append(f"{klass:8} {name:34} {len(own):5} {right:5} {missed:6} {alarms:6} {lost:4} {mean:5.1f}")
    lines += _sizes(trials)
    wrong = [one for one in trials if not one.right]
    lines.append(f"{len(trials)} trials of {len(names)} connectors, {len(wrong)} deviate; {seconds:.0f} s")
    return "\n".join(lines)


def _sizes(trials: Sequence[Trial]) -> list[str]:
    """Return how small each connector's largest counterexample became, and the seconds until the first one was known.

    `first` is the time of the rehearsal and its judging, `search` that of making smaller; both are real seconds.
    """
    small = [(one, one.shrunk) for one in trials if one.shrunk is not None]
    if not small:
        return []
    head = f"{'connector':34} {'seed':>4} {'records':>7} {'operations':>10} {'company':>7} {'rounds':>6} {'runs':>4}"
    lines = ["", f"{head} {'first':>6} {'search':>6}"]
    for one, size in sorted(small, key=lambda each: (each[0].name, each[0].seed)):
        lines.append(
            f"{one.name:34} {one.seed:4} {size.records:7} {size.operations:10} {size.company:7} {size.rounds:6} "
            f"{size.runs:4} {one.seconds:6.1f} {size.seconds:6.1f}"
        )
    return [*lines, ""]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
