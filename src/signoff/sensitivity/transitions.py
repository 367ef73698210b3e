"""Put another row's value in after a change of status: wherever a status is entered from, a wrong value must show."""

from __future__ import annotations

from collections.abc import Iterator

from signoff.agreement.statement import Kind, Statement
from signoff.agreement.transitions import EFFORTS, walks
from signoff.sensitivity.attempt import Attempt, alters
from signoff.sensitivity.scene import Scene
from signoff.sensitivity.values import in_its_place


@alters(Kind.VALUE)
def another_after(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield another value of the table for each change of status that the effort promises.

    Where the status is held back or left out there is none to put in; that is tried with the row itself.
    """
    if scene.history.effort not in EFFORTS:
        return
    for walk in walks(scene.agreement):
        for one in walk.transitions:
            if one.statement == statement.id:
                yield in_its_place(scene, statement.id, one.name, scene.after(one.statement, one.name), "")
