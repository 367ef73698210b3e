"""Where all fields of a record change, what each row gives changes: else whoever missed it delivers what is right."""

from __future__ import annotations

from typing import Any

import pytest
from stories import WORKERS, agree

from signoff.strategies.rehearsal import draw

CHANNEL = '| kind      | ->    | nickname    | look up in "Kinds"       |          |'
KINDS = """
  @values
  Scenario Outline: <kind> is called <nickname>
    When the connector has been rehearsed
    Then this row of the table holds

    Examples: Kinds
      | kind          | nickname |
      | shift         | rota     |
      | night shift   | rota     |
      | day shift     | rota     |
      | late shift    | rota     |
      | temp          | agency   |
      | (blank)       | rota     |
      | anything else | rota     |

  @population"""
PHONE = "| phone     | ->    | phone       | same phone               |          |"
DOCUMENT = WORKERS.replace(PHONE, f"{PHONE}\n      {CHANNEL}").replace("\n  @population", KINDS, 1)
DOCUMENT = DOCUMENT.replace('      | kind is "temp"  | reaches the app       |\n', "")
TABLES = {
    "status": {"Active": "available", "Placed": "assigned", "": "available"},
    "kind": {"temp": "agency"},
}


def given(path: str, value: Any) -> str:
    return TABLES[path].get(value or "", "rota" if path == "kind" else "error")


@pytest.mark.parametrize("seed", range(6))
def test_what_each_row_gives_changes_with_every_field(seed: int) -> None:
    script = draw(agree(DOCUMENT), seed, "quick")
    held: dict[str, dict[str, Any]] = {}
    seen = 0
    for plan in (plan for phase in script.phases for plan in phase.plans if plan.entity == "Candidate"):
        before = held.setdefault(plan.name, {})
        if plan.kind == "update" and plan.arm == "all fields":
            for path in TABLES:
                assert given(path, before.get(path)) != given(path, {**before, **plan.fields}.get(path)), plan
                seen += 1
        before.update(plan.fields)
    assert seen >= 4
