"""Know how flows are written: typed arrows, their signs, and the slips that people make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from signoff.chart import Flow

FLOWS: Final[Mapping[str, Flow]] = {
    "->": Flow.TO_APP,
    "→": Flow.TO_APP,
    "<-": Flow.TO_ATS,
    "←": Flow.TO_ATS,
    "<->": Flow.BOTH,
    "↔": Flow.BOTH,
    "never": Flow.NEVER,
    "kept": Flow.KEPT,
}

SLIPS: Final[Mapping[str, str]] = {
    "=>": "->",
    "-->": "->",
    "==>": "->",
    ">": "->",
    "<=": "<-",
    "<--": "<-",
    "<": "<-",
    "<=>": "<->",
    "<-->": "<->",
}
