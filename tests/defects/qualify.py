"""Qualify the harness: every planted defect reddens what it declares, and what is right stays green.

`python tests/defects/qualify.py [--count 20 | --seeds 1,2] [--correct 100] [--jobs 2] [--effort standard] [NAME …]`
prints a matrix and ends with 1 on any deviation.
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
from witnesses import by_check, by_phrase


def main(arguments: Sequence[str]) -> int:
    """Run the trials that are asked for; return the exit status."""
    parser = argparse.ArgumentParser(prog="qualify", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these (default: all, and what is right)")
    parser.add_argument("--seeds", default="", help="these seeds, separated by commas")
    parser.add_argument("--count", type=int, default=20, help="seeds 1 to COUNT (default: 20)")
    parser.add_argument("--correct", type=int, default=100, help="seeds 1 to CORRECT for the correct connector")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--effort", default="standard", choices=("quick", "standard", "thorough"))
    asked = parser.parse_args(arguments)
    every = {CORRECT.name, *DEFECTS, *BENIGN}
    unknown = sorted(set(asked.names) - every)
    if unknown:
        parser.error(f"no such defect: {', '.join(unknown)}; known: {', '.join(sorted(every))}")
    seeds = [int(one) for one in asked.seeds.split(",")] if asked.seeds else list(range(1, asked.count + 1))
    names = asked.names or [CORRECT.name, *BENIGN, *DEFECTS]
    tasks = [(name, seed) for seed in seeds for name in names]
    if not asked.names and not asked.seeds:
        tasks += [(CORRECT.name, seed) for seed in range(len(seeds) + 1, asked.correct + 1)]
    begun = time.perf_counter()
    found: list[Trial] = []
    for one in _trials(tasks, asked.effort, asked.jobs):
        found.append(one)
        if not one.right:
            print(_deviation(one), flush=True)
        elif sys.stderr.isatty():
            print(f"\r{len(found)} of {len(tasks)}", end="", file=sys.stderr, flush=True)
    print(_matrix(found, time.perf_counter() - begun))
    print(by_check(found))
    print(by_phrase(bound()[1]))
    return 0 if len(found) == len(tasks) and all(one.right for one in found) else 1


def _trials(tasks: Sequence[tuple[str, int]], effort: str, jobs: int) -> Iterator[Trial]:
    if jobs <= 1:
        yield from (trial(name, seed, effort) for name, seed in tasks)
        return
    # Forked, so that the agreement is read once and a defect's module is the one that was declared.
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        waiting = [pool.submit(trial, name, seed, effort) for name, seed in tasks]
        for done in as_completed(waiting):
            yield done.result()


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
    wrong = [one for one in trials if not one.right]
    lines.append(f"{len(trials)} trials of {len(names)} connectors, {len(wrong)} deviate; {seconds:.0f} s")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
