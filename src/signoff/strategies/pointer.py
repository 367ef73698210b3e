"""Point to a case that is not written down whole: the script of the run in which it was found, or a workflow's seed.

The script of a whole run has some megabytes, and a hundred rows may be red in it: each of their files names it instead.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from signoff.errors import Place, Problem, ScopeError

FORMAT = "signoff-case/1"
WHOLE_RUN = "whole run"
WORKFLOW = "workflow"
_TEXTS = ("integration", "statement", "plays", "script", "scope_hash")


@dataclass(frozen=True, slots=True)
class Pointer:
    """Say what is played for one statement. `plays` is `whole run` or `workflow`.

    `script` leads from the pointer's own folder to the script of the whole run, "" for a workflow, which is drawn
    from `seed` and its name. `scope_hash` is that of the scope in which it failed.
    """

    integration: str
    statement: str
    plays: str
    seed: int
    script: str = ""
    scope_hash: str = ""

    def to_json(self) -> str:
        """Return the pointer as JSON text."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1)


def pointer(text: str, file: str) -> Pointer | None:
    """Read a pointer back; None where the text is something else. Raise ScopeError for a broken one, or an older."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not isinstance(data.get("format"), str):
        return None
    if data["format"] != FORMAT:
        raise _problem(file, "format", f"a script that a run wrote, or {FORMAT}", _quoted(data["format"]))
    return _read(data, file)


def _read(data: Mapping[str, Any], file: str) -> Pointer:
    for name in _TEXTS:
        if not isinstance(data.get(name), str):
            raise _problem(file, name, "a text", _quoted(data.get(name)) if name in data else "none")
    seed = data.get("seed")
    if not isinstance(seed, int) or isinstance(seed, bool) or not -(2**63) <= seed < 2**63:
        raise _problem(file, "seed", "a whole number", _quoted(seed) if "seed" in data else "none")
    if data["plays"] not in (WHOLE_RUN, WORKFLOW):
        raise _problem(file, "plays", f"{WHOLE_RUN} or {WORKFLOW}", _quoted(data["plays"]))
    return Pointer(seed=seed, **{name: data[name] for name in _TEXTS})


def _quoted(value: Any) -> str:
    told = json.dumps(value, ensure_ascii=True, default=str)
    return told if len(told) <= 60 else f"{told[:60]}…"


def _problem(file: str, cell: str, expected: str, found: str) -> ScopeError:
    return ScopeError(
        Problem(
            Place(file, cell=cell),
            expected,
            found,
            how="Another version of signoff may have written the file: run the suite again, which writes it anew.",
            code="no-script",
        )
    )
