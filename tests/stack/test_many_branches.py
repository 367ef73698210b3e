"""Rehearse an agency with many branches: every branch's row is tried, and the world is drawn in seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from copying import Row
from figure_cases import NAME
from rig import TEXT, Case, Integration, Rig, chart, failed, unproven

from signoff.strategies.branching import ARM, MOST_PLACES

CODES = [f"B{number}" for number in range(20)]


def nick(r: Row, code: Any = None) -> str | None:
    code = r.record["office"] if code is None else code
    text = r.a.strip() if r.a is not None else None
    return f"{code} {text}" if code in CODES and text else text


AGENCY = Integration(
    (NAME, Case("nick", "same text", nick)),
    documents={
        "member": "".join(
            chart(f"In {one}", [("nick_a", "->", "nick", f'"{one} " + nick_a', "")], tags=f"@branch:{one.lower()}")
            for one in CODES
        )
    },
    fields={"office": TEXT},
    toml="".join(f"[branches.{one.lower()}]\nwhere = 'office is \"{one}\"'\n" for one in CODES),
)


def test_each_of_many_branches_is_come_to_and_left(tmp_path: Path) -> None:
    rig = Rig(tmp_path, AGENCY)
    assert len(CODES) > MOST_PLACES
    moving = [one for one in rig.script().families if one.arm == ARM]
    assert len(moving) < 2 * len(CODES)  # from each to each other one would be hundreds
    assert unproven(rig.verdicts()) == {}
    first: dict[str, Any] = {}
    found = rig.verdicts({"nick": lambda r: nick(r, first.setdefault(str(r.record["id"]), r.record["office"] or ""))})
    rows = {"member.nick", *(f"member.nick/{one.lower()}" for one in CODES)}
    assert failed(found) == rows, unproven(found)
