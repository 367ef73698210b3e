"""Hold what a record is promised, and why it may be held back."""

from __future__ import annotations

from dataclasses import dataclass

from signoff.agreement.resolved import BoundRow
from signoff.history import Key
from signoff.model.policy import Reason
from signoff.rules.results import Result


@dataclass(frozen=True, slots=True)
class Bad:
    """Say why one record must be held back. `waits`: only until a record that it refers to has arrived.

    `policy` is the row of the bad-data table that says so, "" if none does; `silent`: it need not be named.
    """

    statement: str
    kind: str
    reason: str
    waits: bool = False
    waits_for: Key | None = None
    policy: str = ""
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """Hold what one receiving field is promised for one record: the row that writes it and the rule's result.

    `reason` says what is bad about it. `policy` is the row of the bad-data table because of which the result is another
    than the rule's: the field is left out, or its text cut.
    """

    row: BoundRow
    result: Result
    reason: Reason | None = None
    policy: str = ""
