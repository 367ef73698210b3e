"""What lives until the reports are written is not looked through for garbage."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from signoff.plugin.collecting import sparing, uncollected


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_what_lasts_is_left_alone() -> None:
    with sparing():
        before = gc.get_freeze_count()
        with uncollected(lasting=True):
            kept = [[number] for number in range(1000)]
            assert not gc.isenabled()
        assert gc.isenabled()
        assert gc.get_freeze_count() > before + len(kept) // 2
    assert gc.get_freeze_count() > before + len(kept) // 2


def test_the_next_integration_lets_go_of_what_the_one_before_has_left() -> None:
    class Loop:
        def __init__(self) -> None:
            self.own = self

    with sparing():
        gone = weakref.ref(Loop())
    assert gone() is not None
    with sparing():
        assert gone() is None


@pytest.mark.parametrize("lasting", [True, False])
def test_alone_nothing_is_frozen_for_good(lasting: bool) -> None:
    gc.unfreeze()
    with uncollected(lasting=lasting):
        assert not gc.isenabled()
    assert (gc.get_freeze_count(), gc.isenabled()) == (0, True)


def test_a_small_case_may_be_collected() -> None:
    with sparing():
        before = gc.get_freeze_count()
        with uncollected():
            kept = [[number] for number in range(1000)]
        assert gc.get_freeze_count() <= before
        assert len(kept) == 1000


def test_one_who_switched_collecting_off_finds_it_off() -> None:
    gc.disable()
    with uncollected(lasting=True):
        pass
    assert not gc.isenabled()
