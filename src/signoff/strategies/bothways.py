"""Fill the arms of rows that flow both ways: one side alone, the same field on both, different fields, put right."""

from __future__ import annotations

from collections.abc import Mapping

from signoff.agreement.abilities import can_clear_back, changeable, editable_target, handle
from signoff.agreement.resolved import BoundRow, Pair
from signoff.agreement.transitions import is_walked
from signoff.agreement.twoway import leading_back
from signoff.expressions import walk
from signoff.model.policy import for_conditions
from signoff.record import Value, same_json
from signoff.schema import Type
from signoff.strategies.arms import Arms, Member
from signoff.strategies.changes import CHANGES, Changes, changing
from signoff.strategies.made import Made
from signoff.strategies.pools import Pools


def fill_both_ways(arms: Arms) -> None:
    """Make the families in which people on the receiving side change what flows both ways."""
    for pair in arms.world.agreement.pairs:
        both = [row for row in pair.rows if row.both_ways and _editable(row)]
        for number, row in enumerate(both):
            for index in range(arms.count):
                arms.add(pair, "other field", row, index=index)
            if row.target_field is not None and row.target_field.type is not Type.REFERENCE:
                for index in range(3 if _latest_counts(arms, row) else 2):
                    arms.add(pair, "both sides", row, index=index)
                other = both[(number + 1) % len(both)]
                if other is not row:
                    arms.add(pair, "different fields", row).other = other
        for row in both:
            _fill_way_back(arms, pair, row)
        most = max((len(_edges_there(arms.pools, pair, row)) for row in both), default=0)
        for index in range(-(-most // len(CHANGES))):
            arms.add(pair, "hazard there", index=index)
        for row in pair.rows:
            if row.rule is not None and row.rule.modifiers.kept_right and editable_target(pair, row):
                for index in range(arms.count):
                    arms.add(pair, "edited alone", row, index=index)
            if row.rule is not None and row.rule.modifiers.put_right:
                for index in range(arms.count):
                    arms.add(pair, "put right", row, index=index).other = _another(arms, pair, row)


def _fill_way_back(arms: Arms, pair: Pair, row: BoundRow) -> None:
    """Make families of which people change the receiving field into each value that a table leads back from."""
    agreement = arms.world.agreement
    one = handle(agreement, pair, row.sources[0])
    if one is None or one.via != "" or row.target_field is None or row.rule is None:
        return
    table = agreement.tables.get(row.rule.table)
    if pair.back is not None and is_walked(agreement, pair.back, row.statement, arms.effort):
        return
    for back in leading_back(agreement, pair, row):
        assert table is not None
        theirs = arms.pools.listed(pair.sender.other, row.target_field, table, back)
        others = [
            value
            for other in table.rows
            if other.app.text.casefold() != back.app.text.casefold()
            and other.app.text.casefold() not in ("error", "left out")
            for value in arms.pools.listed(pair.sender, one.leaf, table, other)
            if value is not None
        ]
        for index in range(arms.count if theirs and others else 0):
            statement = agreement.value_row_statement(back)
            start = {one.path: others[index % len(others)]}
            arms.add(pair, "way back", row, start, index=index, statement=statement).choices = theirs


def _edges_there(pools: Pools, pair: Pair, row: BoundRow) -> list[Value]:
    """Return the edge values that people of the receiving system may enter in a two-way row's field."""
    if row.target_field is None or row.target_field.choices or row.target_field.path in pair.entity.unique:
        return []
    return pools.of(pair.sender.other, pair.target, row.target).edges


def _latest_counts(arms: Arms, row: BoundRow) -> bool:
    assert row.rule is not None
    word = row.rule.modifiers.conflict or arms.world.agreement.integration.conflict
    return word.lower() == "latest change wins"


def _editable(row: BoundRow) -> bool:
    return row.target_field is not None and changeable(row.target_field)


def _another(arms: Arms, pair: Pair, row: BoundRow) -> BoundRow | None:
    """Return a one-way row whose own plain source can be changed while that of `row` stays."""
    for other in pair.rows:
        if other is row or other.both_ways or other.rule is None or len(other.sources) != 1:
            continue
        if set(other.sources) & set(row.sources) or other.statement == pair.link_statement:
            continue
        one = handle(arms.world.agreement, pair, other.sources[0])
        if one is not None and one.via == "" and changeable(one.leaf) and one.leaf.type is Type.TEXT:
            return other
    return None


@changing("other field")
def _other_field(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Change one field on the receiving side alone: to an edge value, to nothing, to a plain value."""
    row = member.row
    assert row is not None
    clear = turn == 1 and can_clear_back(changes.world.agreement, member.pair, row)
    enter_there(changes, member, row, label, clear=clear, edge=turn == 0)


@changing("hazard there")
def _hazard_there(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Let people of the receiving system enter one edge value in each two-way field; every edge has its turn."""
    pair = member.pair
    fields: dict[str, Value] = {}
    both = [row for row in pair.rows if row.both_ways and _editable(row)]
    context = changes.world.sight().context(pair, member.subject.id)
    for number, row in enumerate(both):
        edges = _edges_there(changes.pools, pair, row)
        if not edges:
            continue
        # Fields of one type share most edges: each starts elsewhere, and stands back where another has the value.
        value = edges[(member.index * len(CHANGES) + turn + number) % len(edges)]
        assert row.rule is not None
        held = row.rule.raw(row.rule.value(context), row.target_field)
        if not any(same_json(value, one) for one in (*fields.values(), held)):
            fields[row.target] = value
    changes.on_partner(member, fields, label)
    draft_back(changes, member, {row.target: (row, fields[row.target]) for row in both if row.target in fields})


@changing("edited alone")
def _edited_alone(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Change one receiving field that is to be kept right, once, and nothing else of the record ever."""
    assert member.row is not None
    if turn == 0:
        enter_there(changes, member, member.row, label)


@changing("way back")
def _way_back(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Change the receiving field into the one value whose way back is tried."""
    assert member.row is not None
    if turn == 0:
        value = member.choices[0]
        changes.on_partner(member, {member.row.target: value}, label)
        draft_back(changes, member, {member.row.target: (member.row, value)})


@changing("both sides")
def _both_sides(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Change the same field on both sides between two syncs: each side last in one of the families, or both at once."""
    row = member.row
    assert row is not None
    if turn > 1:
        return
    held = _held(changes, member, row)
    changes.new_value(member, row.sources[0], label)
    # Of two answers there is no third that both sides could change to: one side takes its answer back.
    answer = row.target_field is not None and row.target_field.type is Type.YES_NO
    theirs = enter_there(changes, member, row, label, clear=answer, besides=held)
    here, there = ("update", member.subject.name), ("update partner", member.subject.name)
    if theirs and member.index == 2:
        changes.at_once[label].append((there, here))
    elif theirs:
        changes.order[label].append((there, here) if (member.index + turn) % 2 else (here, there))


@changing("different fields")
def _different_fields(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Change one field here and another there between two syncs; both must survive."""
    assert member.row is not None
    assert member.other is not None
    if turn > 1:
        return
    here, there = (member.row, member.other) if turn == 0 else (member.other, member.row)
    changes.new_value(member, here.sources[0], label)
    enter_there(changes, member, there, label)


@changing("put right")
def _put_right(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Change the receiving field, and in the next phase something else of the sending record."""
    assert member.row is not None
    if turn == 0:
        enter_there(changes, member, member.row, label)
    elif turn == 1 and member.other is not None:
        changes.new_value(member, member.other.sources[0], label)


def _held(changes: Changes, member: Member, row: BoundRow) -> Value:
    """Return what the receiving side holds of a row, as far as the draft knows: the rule applied to the draft."""
    assert row.rule is not None
    context = changes.world.sight().context(member.pair, member.subject.id)
    return row.rule.raw(row.rule.value(context), row.target_field)


def enter_there(
    changes: Changes,
    member: Member,
    row: BoundRow,
    label: str,
    *,
    clear: bool = False,
    edge: bool = False,
    besides: Value = None,
) -> bool:
    """Let people change a row's receiving field; what comes of it on the sending side is drafted too."""
    pair, world, field = member.pair, changes.world, row.target_field
    assert field is not None
    if field.type is Type.REFERENCE:
        held = _reference_held(changes, member, row)
        others = [one for one in world.partners(pair.sender.other, field.entity) if one != held]
        if not others:
            return False
        value: Value = world.rng.choice(others)
        fields = world.scripted(pair.sender.other, pair.target, {row.target: value})
        changes.on_partner(member, fields, label)
        return True
    value = None
    if clear:
        value = [] if field.many else None
    else:
        avoid = [besides, _held(changes, member, row)]
        for _ in range(12):
            value = changes.there(pair, row, edge=edge)
            if not any(same_json(value, one) for one in avoid) and not _spoils(changes, member, row, value):
                break
        else:
            return False
    changes.on_partner(member, {row.target: value}, label)
    draft_back(changes, member, {row.target: (row, value)})
    return True


def _spoils(changes: Changes, member: Member, row: BoundRow, value: Value) -> bool:
    """Tell whether a value of the receiving side, once it is written back, fulfils a condition of the bad-data table.

    Such a record is held back from then on, and nothing that people do to it later shows anything.
    """
    pair, world, subject = member.pair, changes.world, member.subject
    asked = {used.name for one in pair.policy if one.condition is not None for used in walk.names(one.condition)}
    if asked.isdisjoint(row.sources):
        return False
    before = world.record(subject)
    if any(for_conditions(world.sight(), pair, subject.id)):
        return False
    draft_back(changes, member, {row.target: (row, value)})
    bad = any(for_conditions(world.sight(), pair, subject.id))
    world.records[subject.side][subject.entity][subject.id] = before
    return bad


def _reference_held(changes: Changes, member: Member, row: BoundRow) -> str:
    record = changes.world.record(member.subject)
    raw = record.get(row.sources[0])
    found = raw.get("id") if isinstance(raw, dict) else raw
    return f"p{found}"


def draft_back(changes: Changes, member: Member, entered: Mapping[str, tuple[BoundRow, Value]]) -> None:
    """Draft what the connector will write on the sending side, where nobody changes the same field there.

    `entered`: receiving field → its row and what people entered.
    """
    pair, world = member.pair, changes.world
    if pair.back is None or member.arm == "both sides":
        return
    name = f"p{member.subject.id}"
    records = world.records[pair.sender.other][pair.target]
    kind = world.entity(pair.sender.other, pair.target)
    stub = Made(f"partner of {member.subject.name}", pair.sender.other, pair.target, name)
    records.setdefault(name, {kind.id_field: name})
    for target, (_, value) in entered.items():
        world.put(stub, target, value)
    context = world.sight().context(pair.back, name, leading=member.subject.id)
    for row, _ in entered.values():
        back = pair.back.row(row.statement)
        if back is None or back.rule is None or back.target_field is None:
            continue
        raw = back.rule.raw(back.rule.value(context), back.target_field)
        one = handle(world.agreement, pair, row.sources[0])
        if one is not None and one.via == "":
            world.put(member.subject, one.path, raw)
