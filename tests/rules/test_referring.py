"""Who refers to a record is known also after records were added, replaced or taken away."""

from __future__ import annotations

from typing import Any

from signoff.rules.context import World
from signoff.schema import Side, SystemSchema

SCHEMA = SystemSchema(Side.ATS, "tiny", {})


def names(world: World, wanted: str) -> list[str]:
    return [str(one["name"]) for one in world.referring("Order", "owner", wanted)]


def test_who_refers_to_a_record_is_known_again_after_each_change() -> None:
    orders: dict[str, Any] = {
        "1": {"name": "a", "owner": {"id": 7}},
        "2": {"name": "b", "owner": 8},
        "3": {"name": "c", "owner": [{"id": 7}, {"id": 8}]},
        "4": {"name": "d"},
    }
    world = World(SCHEMA, {"Order": orders})
    assert names(world, "7") == ["a", "c"]
    orders["5"] = {"name": "e", "owner": 7}
    assert names(world, "7") == ["a", "c"]
    world.forget()
    assert names(world, "7") == ["a", "c", "e"]
    orders["1"] = {"name": "new a", "owner": {"id": 7}}
    world.forget()
    assert names(world, "7") == ["new a", "c", "e"]
    orders["4"] = {"name": "d", "owner": 7}
    orders["3"] = {"name": "c", "owner": 8}
    world.forget()
    assert names(world, "7") == ["new a", "d", "e"]
    assert names(world, "8") == ["b", "c"]
    del orders["1"]
    world.forget()
    assert names(world, "7") == ["d", "e"]


def test_worlds_of_one_system_do_not_see_each_others_records() -> None:
    first = World(SCHEMA, {"Order": {"1": {"name": "a", "owner": 7}, "2": {"name": "b", "owner": 7}}})
    assert names(first, "7") == ["a", "b"]
    second = first.with_records({"Order": {"1": {"name": "other", "owner": 8}}})
    assert names(second, "8") == ["other"]
    assert names(second, "7") == []
    assert names(first, "7") == ["a", "b"]
    third = second.with_records({"Order": {"1": {"name": "x", "owner": 8}, "2": {"name": "y", "owner": 7}}})
    assert names(third, "8") == ["x"]
    assert names(third, "7") == ["y"]
    assert names(first, "7") == ["a", "b"]
