"""A record that moves to another branch: by which rows that can be seen, and how it is told."""

from __future__ import annotations

from typing import Any

import pytest
from stories import START, WORKERS, agree, candidate, integration

from signoff.history import Snapshot
from signoff.model.branching import has_moved, told_of_move
from signoff.model.sight import Sight
from signoff.rules.results import Value as Given

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
      | Old        | available  |

"""
GENERAL = "      | Placed        | assigned   |\n"
OLD = "      | Old           | available  |\n"
AGREEMENT = agree(
    WORKERS.replace("  @values", SOUTH + "  @values", 1)
    .replace("  @population", TABLE + "  @population")
    .replace(GENERAL, GENERAL + OLD),
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
        # Another status is no move: by either table it means the same, whichever row of which table says so.
        (TEMP, {"status": "Placed", **PERM}, IN - {"worker.status"}, "it has come to the branch south"),
        (
            {"status": "Old", **TEMP},
            {"status": "Old", **PERM},
            IN - {"worker.status"},
            "it has come to the branch south",
        ),
    ],
)
def test_what_a_move_shows(before: dict[str, Any], now: dict[str, Any], rows: set[str], words: str) -> None:
    old, new = seen(**before), seen(**now)
    assert moved(old, new) == rows
    assert told_of_move(old, new, AGREEMENT.pair("worker"), "101") == words


@pytest.mark.parametrize("order", [("south", "north"), ("north", "south")])
def test_a_record_of_two_branches_goes_by_the_first_table(order: tuple[str, str]) -> None:
    tables = {"south": TABLE, "north": TABLE.replace("south", "north").replace("assigned", "inactive")}
    text = WORKERS.replace("  @population", "".join(tables[one] for one in order) + "  @population")
    branches = {"north": "status is not blank", "south": 'kind is "perm"'}
    agreement = agree(text, settings=integration(branches=branches))
    one = {**candidate(101), "kind": "perm", "status": "Active"}
    snapshot = Snapshot("seed", "settled", START, 2, {"Candidate": {"101": one}}, {"Worker": {}})
    promise = Sight(agreement, snapshot).promise(agreement.pair("worker"), "status", "101")
    assert promise is not None
    assert isinstance(promise.result, Given)
    assert promise.result.typed == {"south": "assigned", "north": "inactive"}[order[0]]
