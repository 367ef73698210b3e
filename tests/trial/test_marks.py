"""A record that is made to try access says what it is, or is not made at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from signoff.schema import Entity, Field, Side, SystemSchema, Type
from signoff.trial.marked import Marker, fewest, holds_mark, marked

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SHORT = Field("code", Type.TEXT, mandatory=True, max_length=5)
FORMED = Field("code", Type.TEXT, mandatory=True, pattern="[A-Z]{3}-[0-9]{4}")
MAIL = Field("mail", Type.EMAIL, mandatory=True)
SHORT_MAIL = Field("mail", Type.EMAIL, mandatory=True, max_length=20)
NAME = Field("name", Type.TEXT, mandatory=True, max_length=10)
NOTE = Field("note", Type.TEXT)
NARROW = Field("note", Type.TEXT, max_length=16)
COUNT = Field("count", Type.INTEGER, mandatory=True)


def entity(*fields: Field) -> Entity:
    own = Field("id", Type.INTEGER, read_only=True, technical=True)
    return Entity("Thing", {one.path: one for one in (own, *fields)}, "id")


def made(kind: Entity) -> str:
    marker = Marker("3f9a1c")
    schema = SystemSchema(Side.APP, "app", {"Thing": kind})
    return str(marked(kind, fewest(kind, schema, lambda _: "1", NOW, marker), marker))


@pytest.mark.parametrize("fields", [(MAIL,), (NAME,), (NOTE,), (SHORT, NOTE), (FORMED, NOTE), (COUNT, NOTE)])
def test_what_holds_a_mark_is_marked(fields: tuple[Field, ...]) -> None:
    assert holds_mark(entity(*fields))
    assert "signoff" in made(entity(*fields)).casefold()


@pytest.mark.parametrize("fields", [(SHORT,), (FORMED,), (SHORT_MAIL,), (COUNT,), (COUNT, NARROW)])
def test_what_holds_no_mark_is_told_before_it_is_made(fields: tuple[Field, ...]) -> None:
    assert not holds_mark(entity(*fields))
