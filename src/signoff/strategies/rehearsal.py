"""Draw the standard rehearsal of an integration: one linked world, its families in their arms, all phases."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from signoff.agreement.resolved import Agreement, Pair
from signoff.chart import Flow
from signoff.record import Path
from signoff.schema import Side
from signoff.scope import Integration
from signoff.strategies.addressed import outage
from signoff.strategies.arms import Arms
from signoff.strategies.baddata import MADE, TURNED
from signoff.strategies.changes import CHANGES, IN_ORDER, Changes
from signoff.strategies.filling import fill
from signoff.strategies.kept_out import fill_kept_out
from signoff.strategies.known import acquaint
from signoff.strategies.laboratory import laboratory
from signoff.strategies.matched import fill_matched
from signoff.strategies.positions import at_page_edges
from signoff.strategies.script import PARTNER, REF, TEXT_OF_ID, FamilyPlan, Phase, Plan, Script, marker
from signoff.strategies.unheard import fill_unheard, unheard
from signoff.strategies.world import World

MORNING = timedelta(hours=7, minutes=30)
"""Local time at which the world begins, so that no phase but the day's crosses midnight."""

PEOPLE_WORK_SECONDS = 4_500
"""How long people's operations of one phase take together, at most."""

TICKS = 3
"""Drawn edits of each phase that fall into the very tick in which the previous run ended."""

WHOLE = "all fields"
"""The arm of which one member of each entity falls into that tick as well."""

SUMMER = 1.0
"""Hours by which a zone's time may change between the world's first day and the day in question."""


def draw(agreement: Agreement, seed: int, effort: str = "standard", now: datetime | None = None) -> Script:
    """Draw the script of a seed; the same agreement, seed and effort give the same script on every machine.

    `now` puts the world into the present, for a connector that cannot be told the time; it is drawn otherwise.
    """
    now = now or world_now(seed, agreement.integration.zone)
    world = World(agreement, seed, now)
    acquaint(world)
    pools = laboratory(agreement, seed, now, world.known)
    world.allows = pools.allows
    arms = Arms(world, pools, effort)
    fill(arms)
    families = arms.plans_of_families()
    changes = Changes(world, pools, arms.families)
    first = {name: dict(world.record(world.made[name])) for name in world.order}
    known = list(world.order)
    for label in CHANGES:
        changes.change(label)
    # These are drawn when everything else is, changes too, and so shift no other draw.
    there, drawn = len(world.order), len(arms.families)
    fill_matched(arms)
    fill_kept_out(arms)
    fill_unheard(arms)
    known += world.order[there:]
    first |= {name: dict(world.record(world.made[name])) for name in world.order[there:]}
    for label in CHANGES:
        changes.change(label, arms.families[drawn:])
    families += arms.plans_of_families()[len(families) :]
    late = {
        name
        for plan, member in zip(families, arms.families, strict=True)
        if changes.offset(member) or member.late
        for name in plan.members
        if member.late or not _stands_alone(world, name, member.pair)
    }
    made_in = {
        **dict.fromkeys(late, "first"),
        **{name: label for one in arms.families for name, label in one.made_in.items()},
    }
    rng = random.Random(f"{seed}/order")  # noqa: S311 - reproducible on purpose, nothing secret
    made = list(creations(world, first, known, rng, families, arms.in_order))
    knobs = _knobs(agreement, made)
    plans: dict[str, list[Plan]] = {"seed": [one for one in made if one.name not in made_in]}
    plans["seed"] += [
        Plan(kind, record.name, record.side, record.entity, {}, "outsider") for kind, record in world.extra_seed
    ]
    for label in CHANGES:
        new = [one for one in made if made_in.get(one.name) == label]
        plans[label] = new + _shuffled(changes.plans[label], rng)
    for label in CHANGES:
        plans[label] = _in_order(plans[label], changes.order[label])
        plans[label] = _placed(plans[label], arms, TURNED, knobs)
    for label in ("seed", "first"):
        plans[label] = _placed(plans[label], arms, MADE, knobs)
    plans = {label: unheard(plans[label], arms.families) for label in plans}
    seeded = tuple(_timed(plans["seed"], rng))
    created = {label: frozenset(one.name for one in plans[label] if one.kind == "create") for label in plans}
    before = {"first": created["seed"]}
    before["second"] = before["first"] | created["first"]
    before["third"] = before["second"] | created["second"]
    ticking = {
        label: tuple(_ticking(_timed(plans[label], rng, changes.at_once[label]), rng, before[label]))
        for label in CHANGES
    }
    settle = agreement.integration.settles_within
    evening, dawn = _other_days(agreement.integration, now)
    return Script(
        integration=agreement.integration.name,
        seed=seed,
        effort=effort,
        now=now,
        scope_hash=agreement.scope_hash,
        phases=(
            Phase("seed", seeded, settle, further=1),
            Phase("first", ticking["first"], settle, hours=2),
            Phase("second", ticking["second"], settle, hours=2, evening=evening),
            Phase("day", (), settle, midnight=True, hours=dawn),
            Phase(
                "third",
                ticking["third"],
                settle,
                further=1,
                hours=2,
                outage=outage(agreement, seed),
            ),
        ),
        families=families,
        knobs=knobs,
        addresses=tuple(world.addresses.entries) if outage(agreement, seed) else (),
        never=_never(agreement),
    )


def _other_days(integration: Integration, now: datetime) -> tuple[float, float]:
    """Return the hours of runs at which it is another day in the integration's zone than in UTC.

    The first is one of the evening, for zones west of Greenwich (0: there is none before the day is over), the second
    the one at which the day that passes begins, for zones east of it a quarter past midnight.
    """
    offset = (now.astimezone(ZoneInfo(integration.zone)).utcoffset() or timedelta()) / timedelta(hours=1)
    turn = 24 + offset + SUMMER + 0.25
    runs = integration.settles_within * integration.sync_every / 3600 + 0.5
    return turn if offset < 0 and turn + runs < 24 else 0.0, 0.25 if offset > 0 else 8.0


def _never(agreement: Agreement) -> tuple[str, ...]:
    """Return the fields of never rows, as a script names them."""
    rows = [(pair, row) for pair in agreement.pairs for row in pair.protected if row.flow is Flow.NEVER]
    places = {
        f"{row.side.value}.{pair.source if row.side is pair.sender else pair.target}.{Path.parse(row.path).head}"
        for pair, row in rows
    }
    return tuple(sorted(places))


def world_now(seed: int, zone: str) -> datetime:
    """Return the world's first instant: a working morning of 2026 in the integration's zone, drawn from the seed."""
    rng = random.Random(f"{seed}/now")  # noqa: S311 - reproducible on purpose, nothing secret
    day = datetime(2026, 1, 5, tzinfo=ZoneInfo(zone)) + timedelta(days=rng.randint(0, 340))
    return (day + MORNING).astimezone(UTC)


def _stands_alone(world: World, name: str, pair: Pair) -> bool:
    """Tell whether a family's record can be made before the connector has run."""
    made = world.made[name]
    return (made.side, made.entity) != (pair.sender, pair.source)


def creations(
    world: World,
    records: Mapping[str, Mapping[str, Any]],
    names: Sequence[str],
    rng: random.Random,
    families: Sequence[FamilyPlan],
    in_order: Sequence[tuple[str, str]] = (),
) -> Iterator[Plan]:
    """Yield the creation of every record, parents before children, otherwise in a drawn order.

    `in_order`: pairs of which the first is made before the second.
    """
    before: dict[str, list[str]] = {}
    for one, other in in_order:
        before.setdefault(other, []).append(one)
    arms = {name: (one.arm, one.statement) for one in families for name in one.members}
    fields = {name: world.scripted(world.made[name].side, world.made[name].entity, records[name]) for name in names}
    levels: dict[str, int] = {}

    def level(name: str) -> int:
        if name not in levels:
            levels[name] = 0
            levels[name] = 1 + max(
                (level(one) for one in (*_needs(fields[name]), *before.get(name, ())) if one in fields), default=0
            )
        return levels[name]

    shuffled = list(names)
    rng.shuffle(shuffled)
    for name in sorted(shuffled, key=level):
        made = world.made[name]
        arm, statement = arms.get(name, ("shared", ""))
        deleted = world.entity(made.side, made.entity).deleted_flag
        sent = {key: value for key, value in fields[name].items() if key != deleted}
        yield Plan("create", name, made.side, made.entity, sent, arm, statement)


def _needs(value: Any) -> Iterator[str]:
    found = marker(value)
    if found is not None:
        if found[0] in (REF, TEXT_OF_ID, PARTNER):
            yield found[1]
    elif isinstance(value, dict):
        for inner in value.values():
            if isinstance(inner, (dict, list)):
                yield from _needs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _needs(inner)


def _shuffled(plans: list[Plan], rng: random.Random) -> list[Plan]:
    """Return plans in a drawn order in which creations come first; what is done to one record is done at once."""
    creations = [one for one in plans if one.kind == "create"]
    others: dict[tuple[str, str], Plan] = {}
    for one in plans:
        if one.kind != "create":
            key = (one.kind, one.name)
            known = others.get(key)
            others[key] = replace(one, fields={**known.fields, **one.fields}) if known is not None else one
    merged = list(others.values())
    rng.shuffle(merged)
    return creations + merged


def _in_order(plans: list[Plan], order: Sequence[tuple[tuple[str, str], tuple[str, str]]]) -> list[Plan]:
    """Return plans in which the first of two operations, each named by kind and record, comes before the second."""
    found = list(plans)
    places = {(one.kind, one.name): index for index, one in enumerate(found)}
    for first, second in order:
        one, other = places.get(first), places.get(second)
        if one is not None and other is not None and one > other:
            found[one], found[other] = found[other], found[one]
            places[first], places[second] = other, one
    return found


def _placed(plans: list[Plan], arms: Arms, arm: str, knobs: Mapping[str, Mapping[str, Any]]) -> list[Plan]:
    """Return plans in which the records of an arm stand at the edges and in the middle of pages, as far as these go."""
    needed = {id(one): frozenset(_needs(one.fields)) for one in plans}
    after: dict[str, set[str]] = {}
    for one, other in arms.in_order:
        after.setdefault(other, set()).add(one)

    def needs(plan: Plan) -> frozenset[str]:
        return needed[id(plan)] | (after.get(plan.name, set()) if plan.kind == "create" else frozenset())

    for side in Side:
        names = [one.subject.name for one in arms.families if one.arm == arm and one.pair.sender is side]
        if names:
            plans = at_page_edges(plans, names, int(knobs[side.value]["page_cap"]), needs)
    return plans


def _timed(
    plans: Sequence[Plan],
    rng: random.Random,
    at_once: Sequence[tuple[tuple[str, str], tuple[str, str]]] = (),
) -> list[Plan]:
    """Return plans with pauses; of two that are done at once the second comes right after the first, without one."""
    most = min(90.0, PEOPLE_WORK_SECONDS / max(1, len(plans)))
    found = [replace(one, pause=round(rng.random() * most, 3)) for one in plans]
    for first, second in at_once:
        named = {(one.kind, one.name): one for one in found}
        if first in named and second in named:
            found.remove(named[second])
            at = found.index(named[first])
            found[at : at + 1] = [replace(named[first], even=True), replace(named[second], pause=0.0)]
    return found


def _ticking(plans: list[Plan], rng: random.Random, there: frozenset[str]) -> list[Plan]:
    """Return plans of which some fall into the tick in which the previous run ended.

    Besides those that are drawn, one of each entity in which every field changes: what a cursor passes over is then
    told of each row, in every world. `there` are the records that earlier phases made; what refers to others comes
    after they were made.
    """
    able = [index for index, one in enumerate(plans) if one.kind == "update" and one.arm not in IN_ORDER]
    chosen = set(rng.sample(able, min(TICKS, len(able))))
    whole: dict[tuple[Side, str], int] = {}
    for index in sorted(able, key=lambda at: plans[at].name):
        one = plans[index]
        if one.arm == WHOLE and there.issuperset(_needs(one.fields)):
            whole.setdefault((one.side, one.entity), index)
    chosen |= set(whole.values())
    return [replace(one, tick=True) if index in chosen else one for index, one in enumerate(plans)]


def _knobs(agreement: Agreement, plans: Sequence[Plan]) -> dict[str, dict[str, Any]]:
    """Return page sizes that make more than three pages of the commonest record."""
    counts: dict[str, int] = {}
    for one in plans:
        counts[one.entity] = counts.get(one.entity, 0) + 1
    ats = max((counts.get(pair.source, 0) for pair in agreement.pairs if pair.sender is Side.ATS), default=0)
    return {Side.ATS.value: {"page_cap": max(5, ats // 4)}, Side.APP.value: {"page_cap": max(5, ats // 5)}}
