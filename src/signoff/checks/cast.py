"""Hold who is who in a workflow's history, and what one of its sentences found there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from signoff.history import Key


@dataclass(frozen=True, slots=True)
class Cast:
    """Say which records of a history a workflow's names mean.

    `names` are script names by the workflow's; `phases` the label of the phase after which each step stands; `latest`,
    for each step, the latest record of an entity that belongs to a name, by its script name.
    """

    names: Mapping[str, str]
    phases: Sequence[str]
    latest: Sequence[Mapping[tuple[str, str], str]]


@dataclass(frozen=True, slots=True)
class Told:
    """Hold what a sentence expected and found. `key` is whose record."""

    right: bool
    expected: str
    found: str
    who: str = ""
    key: Key | None = None
    lacking: str = ""
    """Why the sentence shows nothing either way; "" if it does."""
