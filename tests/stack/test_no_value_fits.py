"""Where no value is found that a row accepts, the report says so, and what would help; nothing is silently idle."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copying import Held
from rig import LONG, TEXT, Case, Integration, Rig, unproven

from signoff.verdict import Outcome

FORM = r"[A-Z]{2}-[0-9]{4}"
CODES = f'''
import re

def known(value, record):
    if value is None:
        return None
    if not re.fullmatch(r"{FORM}", value.strip()):
        raise ValueError("not one of the office's codes")
    return value.strip()
'''


def known(row: Any) -> Any:
    if re.fullmatch(FORM, row.a.strip()) is None:
        raise Held("code")
    return row.a.strip()


def integration(sends: Mapping[str, Any]) -> Integration:
    return Integration(
        (
            Case("code", "checked by codes.known", known, sends={"a": sends}),
            Case("town", "same text", lambda row: row.a.strip(), required=True),
        ),
        taken={"code": LONG},
        functions={"codes": CODES},
    )


def test_a_field_for_which_no_value_fits_is_named_with_what_would_help(tmp_path: Path) -> None:
    verdicts = Rig(tmp_path, integration(TEXT)).verdicts()
    row = verdicts["member.code"]
    assert row.outcome is Outcome.NOT_EXERCISED
    assert row.would_exercise.startswith(
        'a Person whose `code_a` the row accepts (features/tiny/members.feature:14, row "code_a -> code"): '
    )
    for said in (
        "no value that fits was found",
        "held back",
        "`pattern`",
        '"Person.code_a"',
    ):
        assert said in row.would_exercise
    lost = {name for name, one in verdicts.items() if "member.code" in one.because_of}
    assert "member.town" in lost
    assert row.because_of == ()


def test_a_pattern_in_the_document_lets_one_be_found(tmp_path: Path) -> None:
    verdicts = Rig(tmp_path, integration({**TEXT, "pattern": f"^{FORM}$"})).verdicts()
    assert unproven(verdicts) == {}
