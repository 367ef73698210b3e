"""Rehearse records that enter a population late through the whole stack: made later, by an edit, by what is linked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import copying
import pytest
from copying import Run
from rig import TEXT, Case, Integration, Rig, failed, unproven
from test_population import NAME, WHO, approved, written

Scope = Callable[[Any, Run], bool]
ARRIVE = {"member:arrive"}


def known_from_the_start(right: Scope) -> Scope:
    """Be a connector that never sees whom people made after its first run."""
    first: dict[str, Run] = {}
    known: set[Any] = set()

    def scope(person: Any, run: Run) -> bool:
        if first.setdefault("run", run) is run:
            known.update(one["id"] for one in run.all(copying.ATS, "persons"))
        return person["id"] in known and right(person, run)

    return scope


def out_for_ever(right: Scope) -> Scope:
    """Be a connector that passes by whoever was out of scope when it saw them first."""
    first: dict[Any, bool] = {}

    def scope(person: Any, run: Run) -> bool:
        return first.setdefault(person["id"], right(person, run)) and right(person, run)

    return scope


class Placements:
    """Count the placements of a person that were approved; wrong in what it notices of them later."""

    def __init__(self, *, new: bool = True, edited: bool = True) -> None:
        self._new, self._edited = new, edited
        self._first: Run | None = None
        self._seen: dict[Any, Any] = {}
        self._known: set[Any] = set()

    def scope(self, person: Any, run: Run) -> bool:
        every = run.all(copying.ATS, "placements")
        self._first = self._first or run
        if self._first is run:
            self._known = {one["id"] for one in every}
        counted = [one for one in every if self._new or one["id"] in self._known]
        if not self._edited:
            counted = [self._seen.setdefault(one["id"], one) for one in counted]
        return any(approved(one) for one in counted if one["person"] == person["id"])


@pytest.mark.parametrize("form", ["is", "blank", "above", "today", "some", "no", "more_than", "either"])
def test_who_enters_late_arrives(form: str, tmp_path: Path) -> None:
    who, right, _ = WHO[form]
    rig = Rig(tmp_path, written(who))
    assert unproven(rig.verdicts(scope=right)) == {}
    assert failed(rig.verdicts(scope=known_from_the_start(right))) == ARRIVE
    assert failed(rig.verdicts(scope=out_for_ever(right))) == ARRIVE


def test_who_enters_by_what_is_linked_arrives(tmp_path: Path) -> None:
    who, right, _ = WHO["some"]
    rig = Rig(tmp_path, written(who))
    assert unproven(rig.verdicts(scope=right)) == {}
    assert unproven(rig.verdicts(scope=Placements().scope)) == {}
    assert failed(rig.verdicts(scope=Placements(new=False).scope)) == ARRIVE
    assert failed(rig.verdicts(scope=Placements(edited=False).scope)) >= ARRIVE


def test_who_is_made_later_arrives_where_everybody_does(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Integration((NAME, Case("nick", "same text", lambda r: r.a, sends={"a": TEXT}))))
    assert unproven(rig.verdicts()) == {}
    assert failed(rig.verdicts(scope=known_from_the_start(lambda p, r: True))) == ARRIVE
