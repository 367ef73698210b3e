"""Keep Python from looking for garbage where there is none: a history holds a million objects and lives to the end."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected(*, lasting: bool = False) -> Iterator[None]:
    """Keep Python from looking for garbage in cycles: a history lives until it is judged, and holds a million objects.

    Looking through all of them again and again is a fifth of a rehearsal's time. What is in no cycle is freed as ever.
    `lasting`: what was made in the block, within `sparing`, lives as long: nobody looks through it.
    """
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if lasting and gc.get_freeze_count():
            gc.freeze()
        if looking:
            gc.enable()


@contextmanager
def sparing() -> Iterator[None]:
    """Let Python look for garbage among what is new only: what a rehearsal made lives until the reports are written.

    Small cases and workflows are played while the whole history is alive; looking through it for each of them is a
    fifth of the time of a run. Afterwards too, until the next integration's: the tests that tell of the verdicts are
    short, and a single look through everything takes as long as they all.
    """
    thresholds = gc.get_threshold()
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.freeze()
