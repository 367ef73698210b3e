"""Check that nothing outside the chart changes: undirected fields, the sending side, kept fields."""

from __future__ import annotations

from collections.abc import Mapping

from signoff.agreement.creating import Creating
from signoff.agreement.resolved import BoundRow, Pair, When
from signoff.chart import Flow
from signoff.checks.case import Case, Phase
from signoff.checks.creating import called_for
from signoff.checks.ledger import Ledger
from signoff.checks.parts import KeptRows, dropped, has_parts, is_part, kept_rows, part_changed, replaces, unnamed_parts
from signoff.checks.telling import a, exchange_words, plain_example, record_words, shown
from signoff.history import Exchange, Write
from signoff.record import ABSENT, Path, Value, blank, get, same_json
from signoff.schema import Entity


def check_outside(case: Case, ledger: Ledger) -> None:
    """Judge `:outside`, the direction of every row, and the kept rows, by what was sent."""
    for pair in case.agreement.pairs:
        ledger.promise(pair.statement("outside"), "created", f"{a(pair.target)} that the connector creates")
        ledger.promise(pair.statement("outside"), "changed", f"{a(pair.target)} that the connector changes")
        for row in pair.protected:
            if row.flow is Flow.KEPT and row.side is pair.sender:
                ledger.promise(row.statement, "filled by its owner", f"{a(pair.source)} whose {row.path} is filled")
            elif row.flow is Flow.KEPT:
                ledger.promise(row.statement, "created", f"{a(pair.target)} that the connector creates")
                ledger.promise(row.statement, "filled by its owner", f"{a(pair.target)} whose {row.path} is filled")
    for phase in case.phases:
        created = {one.write.key: one.creating for one in called_for(case, phase)}
        for exchange, write in phase.writes:
            if write.kind == "create" and write.key in created:
                _created(case, ledger, phase, exchange, write, created[write.key])
                continue
            _write(case, ledger, phase, exchange, write)
        for pair in case.agreement.pairs:
            _kept_evidence(case, ledger, pair, phase)


def _write(case: Case, ledger: Ledger, phase: Phase, exchange: Exchange, write: Write) -> None:
    pair = case.pair_of_write(write)
    if pair is None:
        _stranger(case, ledger, phase, exchange, write)
        return
    receiving = write.key.side is not pair.sender
    turn = case.turn(pair, phase, write.key.id) if not receiving else None
    if turn is not None and turn.when is When.GONE_THERE and write.accepted:
        _touched(case, ledger, phase, exchange, write, turn.statement)
        return
    if write.kind == "delete":
        _deleted(case, ledger, pair, phase, exchange, write)
        return
    entity = case.agreement.entity(write.key.side, write.key.entity)
    named = named_fields(case, pair, receiving)
    kept = kept_rows(pair, write.key.side, entity)
    leading = {} if receiving else _leading(pair)
    if receiving and write.accepted:
        ledger.exercise(pair.statement("outside"), "created" if write.kind == "create" else "changed")
        if write.kind == "create":
            for row in kept.all():
                ledger.exercise(row.statement, "created")
    parted = {Path.parse(path).head for path in kept.parts}
    for name in (*write.sent, *dropped(exchange, write, entity)):
        if name in kept.whole or name not in named | parted:
            if name not in write.sent or _differs(write, entity, name, write.sent[name]):
                guilty: BoundRow | None = kept.whole.get(name) or leading.get(name)
                statement = guilty.statement if guilty is not None else pair.statement("outside")
                _find(case, ledger, phase, exchange, write, name, statement, guilty is not None and name in leading)
        elif not receiving:
            _other_parts(case, ledger, pair, phase, exchange, write, name)
        else:
            _other_items(case, ledger, pair, phase, exchange, write, name, write.sent.get(name, []))
    for path, row in kept.parts.items():
        if part_changed(exchange, write, path, row.field):
            _find(case, ledger, phase, exchange, write, path, row.statement, False)
    if receiving:
        _unnamed_parts(case, ledger, pair, phase, exchange, write, kept)


def _unnamed_parts(
    case: Case, ledger: Ledger, pair: Pair, phase: Phase, exchange: Exchange, write: Write, kept: KeptRows
) -> None:
    """Judge the parts that nothing names of objects in which rows write other parts."""
    entity = case.agreement.entity(write.key.side, write.key.entity)
    if not has_parts(entity):
        return
    paths = named_fields(case, pair, True, whole=False) | frozenset(kept.parts)
    for head in dict.fromkeys(path.partition(".")[0] for path in paths if is_part(entity, path)):
        for part in unnamed_parts(entity, head, paths):
            if part_changed(exchange, write, part.path, part):
                _find(case, ledger, phase, exchange, write, part.path, pair.statement("outside"), False)


def _created(case: Case, ledger: Ledger, phase: Phase, exchange: Exchange, write: Write, creating: Creating) -> None:
    """Judge what a record was created with because a row called for it: with its key, and what it cannot do without."""
    entity = case.agreement.entity(write.key.side, write.key.entity)
    settings = case.agreement.integration.entities[creating.name]
    named = {creating.by, *settings.technical, *(name.strip() for name in settings.link.split("->"))}
    named |= {row.target_top for pair in case.agreement.pairs if pair.target == creating.entity for row in pair.rows}
    for name, sent in write.sent.items():
        field = entity.fields.get(name)
        if name in named or (field is not None and field.mandatory) or not _differs(write, entity, name, sent):
            continue
        _find(case, ledger, phase, exchange, write, name, creating.pair.statement("outside"), False)


def _touched(case: Case, ledger: Ledger, phase: Phase, exchange: Exchange, write: Write, statement: str) -> None:
    """Judge a write to a record whose partner people deleted: what they do over there changes nothing here."""
    ledger.find(
        statement,
        "outside the chart",
        lambda: plain_example(
            case,
            statement,
            record_words(write.key, write.before or write.sent),
            f"the {write.key.entity} stays as it is, because only its partner was deleted",
            "it was deleted" if write.kind == "delete" else f"{', '.join(sorted(write.sent)) or 'it'} was sent",
            phase.label,
            exchange_words(case, exchange, write.sent),
            write.key,
        ),
    )


def _deleted(case: Case, ledger: Ledger, pair: Pair, phase: Phase, exchange: Exchange, write: Write) -> None:
    """Judge a delete that no row agreed to, where nobody misses the record: who is in scope is missed by `:arrive`."""
    receiving = write.key.side is not pair.sender
    sender = phase.before.paired(pair).sender_of.get(write.key.id) if receiving else None
    if receiving and any(turn.held == write.key.id and turn.statement for turn in case.turns(pair, phase).values()):
        return  # what must be so of it is a lifecycle's to say
    if not write.accepted or (sender in phase.settled.senders(pair) and phase.settled.in_scope(pair, sender or "")):
        return
    statement = pair.statement("arrive" if receiving else "outside")
    ledger.find(
        statement,
        "deleted",
        lambda: plain_example(
            case,
            statement,
            record_words(write.key, write.before or write.sent),
            f"the {write.key.entity} stays, because no row says that it is deleted",
            "deleted",
            phase.label,
            exchange_words(case, exchange, write.sent),
            write.key,
        ),
    )


def named_fields(case: Case, pair: Pair, receiving: bool, whole: bool = True) -> frozenset[str]:
    """Return the fields of a binding's receiving or sending record that the connector may write.

    `whole`: the top-level fields in which they stand; else their paths.
    """
    integration = case.agreement.integration
    entity = pair.target if receiving else pair.source
    names: set[str] = set(integration.technical.get(entity, ())) | set(pair.entity.technical)
    if receiving:
        for other in case.agreement.pairs:
            if other.target == pair.target and other.sender is pair.sender:
                names |= {row.target_top if whole else row.target for row in other.rows if row.target_top}
        if pair.link is not None:
            names.add(Path.parse(pair.link[1]).head if whole else pair.link[1])
    else:
        for other in case.agreement.directions():
            if other.target == pair.source and other.sender is not pair.sender:
                names |= {row.target_top if whole else row.target for row in other.rows if row.target_top}
    for states in integration.states.get(pair.name, {}).values():
        names |= set(states)
    return frozenset(names)


def _leading(pair: Pair) -> dict[str, BoundRow]:
    """Return the sending fields to which nothing is ever written back, by their top-level names."""
    back = {row.target_top for row in pair.back.rows} if pair.back is not None else set()
    return {
        head: row
        for row in pair.rows
        for source in row.sources
        if not row.both_ways and (head := Path.parse(source).head) not in back
    }


def _other_parts(
    case: Case, ledger: Ledger, pair: Pair, phase: Phase, exchange: Exchange, write: Write, name: str
) -> None:
    """Judge the parts of an object of which some rows write others: what only leads must be as it was."""
    if write.before is None or write.after is None:
        return
    written = {row.target for row in pair.back.rows} if pair.back is not None else set()
    for row in pair.rows:
        for source in row.sources:
            if "." not in source or Path.parse(source).head != name or source in written:
                continue
            had, has = get(write.before, source), get(write.after, source)
            if not same_json(had, has) and not (blank(had) and blank(has)):
                _find(case, ledger, phase, exchange, write, name, row.statement, True)


def _differs(write: Write, entity: Entity, name: str, sent: Value) -> bool:
    """Tell whether a sent value is another than the record has, or on create other than blank or the default."""
    field = entity.fields.get(name)
    if write.before is None:
        default = field.default if field is not None else ABSENT
        return not blank(sent) and not (default is not ABSENT and same_json(sent, default))
    had = write.before.get(name, ABSENT)
    return not (same_json(sent, had) or (blank(sent) and blank(had)))


def _other_items(
    case: Case, ledger: Ledger, pair: Pair, phase: Phase, exchange: Exchange, write: Write, name: str, sent: Value
) -> None:
    """Judge the other items of a list of which a row picks one by its key: they must be as they were."""
    rows = [row for row in pair.rows if row.target_top == name and "[" in row.target and "[]" not in row.target]
    if not rows or write.before is None or not isinstance(sent, list):
        return
    keys = {name: _key_of(row) for row in rows for name in (row.statement,)}
    picked = {value for _, value in keys.values()}
    key_name = next(iter(keys.values()))[0]

    def others(items: Value) -> list[Value]:
        listed = items if isinstance(items, list) else []
        return [one for one in listed if not (isinstance(one, Mapping) and one.get(key_name) in picked)]

    had = write.before.get(name)
    if not same_json(sorted(others(sent), key=str), sorted(others(had), key=str)):
        _find(case, ledger, phase, exchange, write, name, rows[0].statement, False)


def _key_of(row: BoundRow) -> tuple[str, str]:
    where = next(segment.where for segment in Path.parse(row.target).segments if segment.where)
    key, _, value = where.partition(" is ")
    return key.strip(), value.strip().strip("\"'")


def _find(
    case: Case,
    ledger: Ledger,
    phase: Phase,
    exchange: Exchange,
    write: Write,
    name: str,
    statement: str,
    wrong_way: bool,
) -> None:
    top = name if name in write.sent else Path.parse(name).head
    had = _at(write.before, name) if write.before is not None else ABSENT
    said, has = _at(write.sent, name), _at(write.after or {}, name)
    found = f"{name} was sent as {shown(said)}"
    if said is ABSENT:
        found = f"{name} was not sent, and holds {shown(has)} now"
        found += ": a PUT puts the whole record in the place of the former one" if replaces(exchange, write) else ""
    expected = f"{name} stays {shown(had)}" if write.before is not None else f"{name} is not sent"
    note = f"{write.key.entity}.{name} leads; nothing is ever written back to it" if wrong_way else ""
    ledger.find(
        statement,
        "outside the chart",
        lambda: plain_example(
            case,
            statement,
            record_words(write.key, write.before or write.sent),
            expected,
            found,
            phase.label,
            exchange_words(case, exchange, write.sent, top),
            write.key,
            note,
        ),
    )


def _at(record: Mapping[str, Value], name: str) -> Value:
    return record[name] if name in record else get(record, name)


def _stranger(case: Case, ledger: Ledger, phase: Phase, exchange: Exchange, write: Write) -> None:
    """Judge a write to an entity that no binding names: it belongs to the binding whose rows read through it."""
    owner = case.agreement.pairs[0]
    for pair in case.agreement.pairs:
        holder = case.agreement.entity(pair.sender, pair.source).holder
        if write.key.entity == holder or (pair.linked is not None and pair.linked.entity == write.key.entity):
            owner = pair
            break
    statement = owner.statement("outside")
    ledger.find(
        statement,
        "outside the chart",
        lambda: plain_example(
            case,
            statement,
            record_words(write.key, write.before or write.sent),
            f"no {write.key.entity} is ever written: no chart names it",
            f"{write.kind} of {write.key.entity}",
            phase.label,
            exchange_words(case, exchange, write.sent),
            write.key,
        ),
    )


def _kept_evidence(case: Case, ledger: Ledger, pair: Pair, phase: Phase) -> None:
    """Count the records whose kept or leading fields people filled while the connector had something to write."""
    written = {write.key for _, write in phase.writes if write.accepted and write.kind == "update"}
    for row in pair.protected:
        if row.flow is not Flow.KEPT:
            continue
        entity = pair.target if row.side is not pair.sender else pair.source
        # A part of an object is itself looked for; of lists and references what stands at the top.
        known = case.agreement.entity(row.side, entity)
        at = row.path if is_part(known, row.path) else Path.parse(row.path).head
        if row.side is pair.sender:
            records = phase.before.senders(pair)
            delivered = [
                one for one in records if phase.settled.partner(pair, one) and not blank(get(records[one], at))
            ]
            if delivered:
                ledger.exercise(row.statement, "filled by its owner", len(delivered))
            continue
        for key in written:
            if key.entity != entity or key.side is not row.side:
                continue
            record = phase.before.snapshot.record(key)
            if record is not None and not blank(get(record, at)):
                ledger.exercise(row.statement, "filled by its owner")
