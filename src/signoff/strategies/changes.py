"""Walk families through the phases: what happens to them, as their arm says, and the operations that do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from signoff.agreement.abilities import changeable, clearable, editable_target, handle
from signoff.agreement.resolved import BoundRow, Handle, Pair
from signoff.agreement.unmentioned import unmentioned
from signoff.chart import Flow
from signoff.expressions.walk import names
from signoff.record import Path, Value, blank, get, same_json
from signoff.schema import Type
from signoff.strategies.among import is_among, others
from signoff.strategies.apart import told_apart
from signoff.strategies.arms import Member
from signoff.strategies.keyed import picked_by
from signoff.strategies.late import comes_late
from signoff.strategies.made import Made, top_level
from signoff.strategies.people import canary
from signoff.strategies.pools import Pools, place_of
from signoff.strategies.script import Plan
from signoff.strategies.sound import held_at, keep_sound
from signoff.strategies.world import World

_NOT_ENTERED = (Type.REFERENCE, Type.OBJECT, Type.FILE)

CHANGES = ("first", "second", "third")
"""Labels of the phases in which people change things; a day passes before the last."""

IN_ORDER = ("both sides",)
"""Arms of which the order of operations matters."""


class Changes:
    """Change the families of a world, phase by phase; `plans` hold the operations by phase."""

    def __init__(self, world: World, pools: Pools, families: Sequence[Member]) -> None:
        self.world = world
        self.pools = pools
        self.families = families
        self.plans: dict[str, list[Plan]] = {label: [] for label in CHANGES}
        self.order: dict[str, list[tuple[tuple[str, str], tuple[str, str]]]] = {label: [] for label in CHANGES}
        """Pairs of operations, each by kind and record, of which the first must come first."""
        self.at_once: dict[str, list[tuple[tuple[str, str], tuple[str, str]]]] = {label: [] for label in CHANGES}
        """Pairs of operations that people do at the very same time."""

    def change(self, label: str, families: Sequence[Member] | None = None) -> None:
        """Change every family, or some, as their arms say for a phase, and plan the operations."""
        for member in self.families if families is None else families:
            offset = self.offset(member)
            turn = CHANGES.index(label) - offset
            if turn >= 0:
                self._change(member, label, turn)

    def offset(self, member: Member) -> int:
        """Return 1 for families that can only be made once the connector has made what they refer to, else 0."""
        return int(member.late or comes_late(self.world, member.pair))

    def _change(self, member: Member, label: str, turn: int) -> None:
        pair, arm = member.pair, member.arm
        if arm == "one field" and member.row is not None:
            source = member.row.sources[member.index % len(member.row.sources)]
            self.new_value(member, source, label)
        elif arm == "replaced" and member.row is not None and turn == 0:
            self._replace(member, label)
        elif arm in ("blanked", "became bad", "first blanked") and member.row is not None:
            sources = member.row.sources[:1] if arm == "first blanked" else member.row.sources
            for number, source in enumerate(sources):
                if turn == 0:
                    self._blank(member, source, label, member.index + number)
                else:
                    self.new_value(member, source, label)
        elif arm == "value" and member.row is not None:
            self._next_value(member, label, turn)
        elif arm == "all fields" or (arm in ("kept", "outsider") and turn == (1 if arm == "kept" else 0)):
            self.everything(member, label)
        elif arm == "other side" and turn == 0:
            self._other_side(member, label)
        elif arm == "kept" and turn == 0:
            self._fill_kept(member, label)
        elif arm == "never only" and member.row is not None and member.row.field is not None:
            value = self.world.raw(pair.sender, member.row.field, canary(member.row.field, self.world.rng))
            held = get(self.world.record(member.subject), member.row.path)
            others = [one for one in member.row.field.choices if one != held]
            self.write(member, member.subject, {member.row.path: others[0] if others else value}, label)
        elif arm == "hazard":
            self._next_edges(member, label, turn)
        elif arm in CHANGED_TOGETHER:
            CHANGED_TOGETHER[arm](self, member, label, turn)
        elif arm == "held" and turn == 1 and member.broken is not None:
            self._repair(member, label)
        elif arm == "turned bad" and member.broken is not None and turn < 2:
            if turn == 0:
                pool = self.pools.of(pair.sender, member.broken.entity, member.broken.path)
                values = pool.bad.get(member.statement, [])
                if values:
                    self.write(member, member.subject, {member.broken.path: values[-1]}, label)
            else:
                self._repair(member, label)

    def new_value(self, member: Member, source: str, label: str) -> None:
        """Give a source of a family another good value."""
        world = self.world
        one = handle(world.agreement, member.pair, source)
        if one is None:
            return
        if one.via not in ("", "linked") and (
            (one.head is not None and one.head.many) or not world.entity(member.pair.sender, one.entity).modified
        ):
            self._other_reference(member, one, label)
            return
        place = place_of(world, member.subject, one)
        if place is None or (place.name in world.shared_names and place is not member.subject):
            # Shared parents are never changed: others look through them.
            if one.via not in ("", "linked"):
                self._other_reference(member, one, label)
            return
        if one.leaf.type is Type.REFERENCE:
            self._other_reference(member, replace(one, via=one.path, head=one.leaf), label)
            return
        if not changeable(one.leaf):
            return
        record = world.record(place)
        held = get(record, one.path)
        pool = self.pools.of(member.pair.sender, one.entity, one.path)
        choices = others(pool.good, held, record)
        choices = choices or [value for value in pool.good if not same_json(value, held)]
        if member.pair.entity.unique and one.path in member.pair.entity.unique:
            choices = [world.distinct(member.pair.sender, one.entity, one.leaf, record)]
        choices = self._of_items(member, source, one, held, label) or choices
        if choices:
            self.write(member, place, {one.path: world.rng.choice(choices)}, label)

    def _of_items(self, member: Member, source: str, one: Handle, held: Value, label: str) -> list[Value]:
        """Return a list of which, in turn, only the item that a row picks has changed, or only another one."""
        picked = picked_by(self.world.agreement, member.pair, member.row, source) if member.row is not None else None
        turn = CHANGES.index(label) - self.offset(member)
        if picked is None or turn > 1:
            return []
        good = self.pools.of(member.pair.sender, one.entity, one.path).good
        found = self.world.lists.another(one.leaf, picked, held, good, "another's" if turn else "its own")
        return [] if same_json(found, held) else [found]

    def _other_reference(self, member: Member, one: Handle, label: str) -> None:
        world = self.world
        head = one.head
        if head is None or not changeable(head):
            return
        record = world.record(member.subject)
        held = get(record, one.via)
        if world.is_received(member.pair.sender, head.entity):
            options: list[Value] = [
                {"id": name} if isinstance(held, dict) else name
                for name in world.partners(member.pair.sender, head.entity)
            ]
        else:
            options = [world.reference(head, made) for made in world.shared(member.pair.sender, head.entity)]
        if head.many:
            kept = [option for option in options if not isinstance(held, list) or option not in held]
            value: Value = kept[:2] or options[:1]
        else:
            other = [option for option in options if not same_json(option, held)]
            value = world.rng.choice(other) if other else held
        self.write(member, member.subject, {one.via: value}, label)

    def _replace(self, member: Member, label: str) -> None:
        """Give the subject another parent or a newer linked record, instead of editing the one it has."""
        world, row, pair = self.world, member.row, member.pair
        assert row is not None
        one = handle(world.agreement, pair, row.sources[0])
        if one is None:
            return
        if one.via == "linked" and pair.linked is not None and pair.linked.pick != "only":
            start = len(world.order)
            where = world.way_to(pair, pair.linked.where, True, pair.linked.entity)
            world.child(pair, member.subject, pair.linked.entity, {one.path: one.value for one in where}, True)
            for name in world.order[start:]:
                member.members.append(name)
                self._create(member, world.made[name], label)
        elif one.via != "linked":
            self._other_reference(member, one, label)

    def _blank(self, member: Member, source: str, label: str, turn: int) -> None:
        world = self.world
        one = handle(world.agreement, member.pair, source)
        if one is None:
            return
        if one.via not in ("", "linked") and one.head is not None and clearable(one.head):
            self.write(member, member.subject, {one.via: [] if one.head.many else None}, label)
            return
        place = place_of(world, member.subject, one)
        if place is None or not clearable(one.leaf):
            return
        empty: Value = [] if one.leaf.many else None
        if one.leaf.type is Type.TEXT and not one.leaf.choices and turn % 2:
            empty = ""
        self.write(member, place, {one.path: empty}, label)

    def _next_value(self, member: Member, label: str, turn: int) -> None:
        assert member.row is not None
        one = handle(self.world.agreement, member.pair, member.row.sources[0])
        if one is None or not changeable(one.leaf):
            return
        rows = [[value] for value in member.choices] or list(
            self.pools.of(member.pair.sender, one.entity, one.path).rows.values()
        )
        if len(rows) > 1:
            values = rows[(member.index + turn + 1) % len(rows)]
            self.write(member, member.subject, {one.path: values[0]}, label)

    def everything(self, member: Member, label: str, staying: bool = False) -> None:
        """Change every own source of a family at once; `staying`: but nothing that moves it into scope or out of it."""
        world, pair = self.world, member.pair
        fixed = (
            {used.name for condition in world.conditions(pair) for used in names(condition)}
            if member.arm == "outsider" or staying
            else set()
        )
        fixed |= {pair.entity.begins, pair.entity.ends} if staying else set()
        changed: dict[str, Value] = {}
        instead: dict[str, list[Value]] = {}
        record = world.record(member.subject)
        for row in pair.rows:
            for source in row.sources:
                one = handle(world.agreement, pair, source)
                if one is None or one.via != "" or one.path in changed or one.path in fixed:
                    continue
                if one.leaf.type is Type.REFERENCE or not changeable(one.leaf):
                    continue
                pool = self.pools.of(pair.sender, one.entity, one.path)
                held = get(record, one.path)
                choices = others(pool.good, held, changed)
                if one.path in pair.entity.unique:
                    choices = [world.distinct(pair.sender, one.entity, one.leaf, record)]
                if choices:
                    changed[one.path] = world.rng.choice(choices)
                    instead[one.path] = choices
        self.write(member, member.subject, told_apart(world, pair, member.subject, changed, instead), label)

    def _next_edges(self, member: Member, label: str, turn: int) -> None:
        pair = member.pair
        record = self.world.record(member.subject)
        changed: dict[str, Value] = {}
        for row in pair.rows:
            for source in row.sources:
                one = handle(self.world.agreement, pair, source)
                if one is None or one.via != "" or one.path in changed or not changeable(one.leaf) or one.leaf.choices:
                    continue
                if one.path in pair.entity.unique:
                    continue
                edges = self.pools.of(pair.sender, one.entity, one.path).edges
                if edges:
                    value = edges[(member.index + turn + 1 + len(changed)) % len(edges)]
                    if not same_json(value, get(record, one.path)) and not is_among(value, changed):
                        changed[one.path] = value
        self.write(member, member.subject, changed, label)

    def _repair(self, member: Member, label: str) -> None:
        assert member.broken is not None
        one = member.broken
        if one.leaf.type is Type.REFERENCE:
            self._other_reference(member, replace(one, via=one.path, head=one.leaf), label)
            return
        pool = self.pools.of(member.pair.sender, one.entity, one.path)
        if pool.good:
            self.write(member, member.subject, {one.path: self.world.rng.choice(pool.good)}, label)

    # The other side

    def _other_side(self, member: Member, label: str) -> None:
        pair = member.pair
        fields: dict[str, Value] = {}
        for row in pair.rows:
            if row.target_field is not None and editable_target(pair, row) and row.target not in fields:
                value = self.there(pair, row)
                if not blank(value):
                    fields[row.target] = value
        self.on_partner(member, fields, label)

    def there(self, pair: Pair, row: BoundRow, *, edge: bool = False) -> Value:
        """Return a value that people of the receiving system may enter; of a two-way row one that can go back.

        `edge`: one from the edges of its rule, where there are any.
        """
        assert row.target_field is not None
        if row.both_ways and row.target_field.path not in pair.entity.unique:
            pool = self.pools.of(pair.sender.other, pair.target, row.target)
            good = (pool.edges if edge else []) or pool.good
            if good:
                return self.world.rng.choice(good)
        return self.world.entered(pair.sender.other, row.target_field)

    def _fill_kept(self, member: Member, label: str) -> None:
        pair = member.pair
        fields: dict[str, Value] = {}
        for row in pair.protected:
            if row.flow is Flow.KEPT and row.field is not None and row.side is not pair.sender:
                fields[row.path] = self.world.entered(row.side, row.field)
        for row in pair.rows:
            if row.target_field is None or (row.target_field.many is False and row.target == row.target_top):
                continue
            if "[" in row.target and "[]" not in row.target:
                fields[row.target_top] = _others_items(Path.parse(row.target))
            elif row.rule is not None and row.rule.modifiers.add_never_remove:
                fields[row.target] = ["Added in the app"]
        if self.world.entity(pair.sender.other, pair.target).replaced:
            fields = {**self._unnamed(pair), **fields}
        self.on_partner(member, fields, label)

    def _unnamed(self, pair: Pair) -> dict[str, Value]:
        """Return values of the receiving fields that no statement mentions, which an update of the record can lose."""
        side, kind = pair.sender.other, self.world.entity(pair.sender.other, pair.target)
        found: dict[str, Value] = {}
        for one in unmentioned(self.world.agreement):
            known = kind.field_at(one.field) if (one.side, one.entity) == (side, pair.target) else None
            parent = kind.field_at(one.field.rpartition(".")[0]) if known is not None and "." in one.field else None
            if known is None or not changeable(known) or known.type in _NOT_ENTERED or (parent and parent.many):
                continue
            value = self.world.entered(side, known)
            if not blank(value):
                found[one.field] = value
        return found

    def on_partner(self, member: Member, fields: Mapping[str, Value], label: str) -> None:
        """Let people change the record that the connector made for the family's subject."""
        if fields:
            self.plans[label].append(
                Plan(
                    "update partner",
                    member.subject.name,
                    member.pair.sender.other,
                    member.pair.target,
                    dict(fields),
                    member.arm,
                    member.statement,
                )
            )

    # Writing

    def write(self, member: Member, place: Made, changed: Mapping[str, Value], label: str) -> None:
        """Let people change a record of a family."""
        if not changed:
            return
        world = self.world
        was, kind = world.record(place), world.entity(place.side, place.entity)
        before, changed = held_at(world, place, changed), dict(changed)
        for path, value in changed.items():
            self.world.put(place, path, value)
        if member.arm not in ("made bad", "turned bad later"):
            record = world.record(place)
            moved = world.plain.at_home(kind, place.side, partial(get, record), partial(get, was), changed)
            for path, value in moved.items():
                world.put(place, path, value)
                changed[path], before[path] = value, before.get(path, get(was, path))
            keep_sound(world, self.pools, place, before, changed)
        record = world.record(place)
        paths = list(changed)
        if {"firstName", "lastName"} & set(paths) and "name" in kind.fields and kind.fields["name"].mandatory:
            name = " ".join(str(record.get(part) or "").strip() for part in ("firstName", "lastName")).strip()
            if name:
                world.put(place, "name", name)
                paths.append("name")
        fields = world.scripted(place.side, place.entity, top_level(world.record(place), paths))
        self.plans[label].append(
            Plan("update", place.name, place.side, place.entity, fields, member.arm, member.statement)
        )

    def _create(self, member: Member, made: Made, label: str) -> None:
        fields = self.world.scripted(made.side, made.entity, self.world.record(made))
        self.plans[label].append(
            Plan("create", made.name, made.side, made.entity, fields, member.arm, member.statement)
        )


def _others_items(path: Path) -> list[Value]:
    """Return items of a list that are not the one that a path picks by its key: one whose key is almost the same."""
    key, _, picked = path.segments[0].where.partition(" is ")
    named = picked.strip()
    text = named[1:-1] if len(named) > 2 and named[0] == named[-1] and named[0] in "\"'" else ""
    near = [one for one in (text.title(), text.upper(), text.lower()) if one != text][:1]
    return [{key.strip(): one, path.last: "night"} for one in (*near, "shift")]


CHANGED_TOGETHER: dict[str, Callable[[Changes, Member, str, int], None]] = {}
"""Arms that other modules know how to walk through the phases."""


def changing(*arms: str) -> Callable[[Callable[[Changes, Member, str, int], None]], Callable[..., None]]:
    """Register what happens to the families of an arm in a phase (`turn` counts from 0)."""

    def register(change: Callable[[Changes, Member, str, int], None]) -> Callable[..., None]:
        CHANGED_TOGETHER.update(dict.fromkeys(arms, change))
        return change

    return register
