"""A record that moves to another branch: by which rows that can be seen, and how it is told."""

from __future__ import annotations

from typing import Any

import pytest
from stories import START, WORKERS, agree, candidate, integration

from signoff.history import Snapshot
from signoff.model.branching import has_moved, told_of_move
from signoff.model.sight import Sight

SOUTH = """\
    @branch:south
    Examples: In the south
      | ATS field | flow | app field  | rule       |
      | firstName | ->   | first_name | upper case |
      | firstName | ->   | nickname   | same text  |

    @branch:north
    Examples: In the north
      | ATS field | flow | app field  | rule         |
      | firstName | ->   | first_name | "N" + firstName |

"""
TABLE = """\
    @branch:south
    Examples: Worker status
      | ATS status | app status |
      | Active     | assigned   |

"""
AGREEMENT = agree(
    WORKERS.replace("  @values", SOUTH + "  @values", 1).replace("  @population", TABLE + "  @population"),
    settings=integration(branches={"south": 'kind is "perm"', "north": 'kind is "contract"'}),
)


def seen(**changed: Any) -> Sight:
    one = {**candidate(101), "firstName": "Ana", "kind": "temp", "status": "Active", **changed}
    ats = {"Candidate": {"101": one}, "Placement": {}}
    return Sight(AGREEMENT, Snapshot("seed", "settled", START, 2, ats, {"Worker": {}, "Assignment": {}}))


def moved(before: Sight, now: Sight) -> set[str]:
    pair = AGREEMENT.pair("worker")
    return {
        promise.row.statement
        for promise in now.promises(pair, "101").values()
        if promise is not None and has_moved(before, now, pair, "101", promise)
    }


PERM, TEMP, CONTRACT = {"kind": "perm"}, {"kind": "temp"}, {"kind": "contract"}
IN = {"worker.first_name/south", "worker.nickname/south", "worker.status"}


@pytest.mark.parametrize(
    ("before", "now", "rows", "words"),
    [
        (TEMP, PERM, IN, "it has come to the branch south"),
        (PERM, TEMP, {"worker.first_name", "worker.status"}, "it has left the branch south"),
        (
            PERM,
            CONTRACT,
            {"worker.first_name/north", "worker.status"},
            "it has gone from the branch south to north",
        ),
        (TEMP, {"kind": "other"}, set(), ""),
        (PERM, {"kind": "perm", "firstName": "Bo", "status": "Placed"}, set(), ""),
        # The two rows and the two tables give the same: nobody could see by which the record goes.
        (
            {"kind": "temp", "firstName": "ANA", "status": "Placed"},
            {"firstName": "ANA", "status": "Placed", **PERM},
            {"worker.nickname/south"},
            "it has come to the branch south",
        ),
    ],
)
def test_what_a_move_shows(before: dict[str, Any], now: dict[str, Any], rows: set[str], words: str) -> None:
    old, new = seen(**before), seen(**now)
    assert moved(old, new) == rows
    assert told_of_move(old, new, AGREEMENT.pair("worker"), "101") == words
