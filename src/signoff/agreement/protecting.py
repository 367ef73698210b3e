"""Say what a never or kept row cannot name."""

from __future__ import annotations

from signoff.errors import Place, Problem


def nothing_named(place: Place) -> Problem:
    """Say that a row protects no field."""
    return Problem(place, "the field that this row protects", "two empty field cells", how="Name it.", code="no-field")


def linked_named(name: str, path: str, linked: str, place: Place) -> Problem | None:
    """Return the problem of a row that protects a field of the record which the binding links; None for any other.

    A run changes and searches the values of the bound record itself. Of the linked one nothing would be tried.
    """
    head, dot, field = path.partition(".")
    if not (dot and linked and head == linked):
        return None
    return Problem(
        place,
        "a field of the bound record itself",
        f"`{name}`, a field of {linked}",
        how=f"Protect `{field}` in the chart that binds each {linked}; elsewhere it is not yet tried.",
        code="not-yet",
    )
