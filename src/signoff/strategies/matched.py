"""Fill the arms in which a matching key decides who is whom: every key of a chain, its parts, and their order.

What `company` has made is not made again: the first key that is an e-mail of the record's own, and its twins.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal

from signoff.agreement.abilities import handle
from signoff.agreement.meeting import meeting_keys
from signoff.agreement.policy import SHARED_KEY
from signoff.agreement.resolved import BoundRow, Pair
from signoff.record import Value, blank, get, same_json
from signoff.rules.phone import ways_to_write
from signoff.rules.reading import breaks
from signoff.rules.results import Value as Given
from signoff.schema import Field, Side, Type
from signoff.strategies.arms import Arms, Member
from signoff.strategies.company import THERE, TWINS, blank_here, meet, own_mail
from signoff.strategies.script import REF, TEXT_OF_ID

ONE_PART, TWO_KEYS = "part of a key", "two keys"
"""Arms: somebody else has one part of a compound key; one key names one record, and the next another."""

FEWEST, MOST = 2, 3
"""Records of the other side for each key, in as many spellings."""
ROUNDS = 12

Key = tuple[BoundRow, ...]


def fill_matched(arms: Arms) -> None:
    """Make the families that put every key of every binding to the test."""
    for pair in arms.world.agreement.pairs:
        keys = meeting_keys(arms.world.agreement, pair)
        mail = own_mail(arms, pair)
        for at, key in enumerate(keys):
            ordered = at + 1 < len(keys) and _two_keys(arms, pair, key, keys[at + 1])
            if _links(pair, key):
                if not ordered:
                    _linked(arms, pair, key)
                continue
            if mail is None or key != (mail[0],):
                _already_there(arms, pair, keys, at)
                if not any(one.kind == SHARED_KEY for one in pair.policy):
                    _twins(arms, pair, key)
            for part in key if len(key) > 1 else ():
                _one_part(arms, pair, keys, key, part)


def _links(pair: Pair, key: Key) -> bool:
    return any(row.statement == pair.link_statement for row in key)


# What the other side holds


def _said(arms: Arms, pair: Pair, member: Member, row: BoundRow) -> list[Value]:
    """Return what a receiving field can hold for a record, the way in which the chart writes it first, spelt otherwise.

    Nothing where the row gives no value, or one that its own system would not take.
    """
    if row.statement == pair.link_statement:
        return _link(arms, pair, member, row)
    rule, field = row.rule, row.target_field
    context = arms.world.sight().context(pair, member.subject.id)
    result = rule.value(context) if rule is not None else None
    if rule is None or field is None or not isinstance(result, Given):
        return []
    raw = rule.raw(result, field)
    spelt = _spellings(raw, field.type, arms.world.agreement.integration.default_country)
    found = [raw]
    for one in spelt:
        if not any(same_json(one, known) for known in found):
            found.append(one)
    fitting = [one for one in found if not breaks(field, one) and rule.agrees(result, one, context)]
    return fitting if fitting and fitting[0] is raw else []


def _link(arms: Arms, pair: Pair, member: Member, row: BoundRow) -> list[Value]:
    """Return the link of a record, if it is its id: another one cannot be known before the record is made."""
    assert row.rule is not None
    result = row.rule.value(arms.world.sight().context(pair, member.subject.id))
    raw = row.rule.raw(result, row.target_field) if isinstance(result, Given) else None
    if raw == member.subject.id:
        return [{TEXT_OF_ID: member.subject.name}]
    return [{REF: member.subject.name}] if str(raw) == member.subject.id else []


def _spellings(raw: Value, kind: Type, country: str) -> Iterator[Value]:
    """Yield other ways in which people may have written a value; whether they say the same is for the rule to tell."""
    if isinstance(raw, str):
        if kind is Type.PHONE or raw.startswith("+"):
            number = raw if raw.startswith("+") and raw[1:].isdecimal() else ""
            yield from ways_to_write(number, country).values() if number else ()
        elif kind is Type.EMAIL:
            yield raw.upper()
        elif kind in (Type.TEXT, Type.ANY):
            yield f" {raw}\u00a0"
            yield unicodedata.normalize("NFD", raw)
            yield f"0{raw}"
            yield f"{raw}.0"
    elif isinstance(raw, Decimal | int) and not isinstance(raw, bool) and kind in (Type.NUMBER, Type.AMOUNT):
        yield Decimal(f"{raw}.0") if raw == int(raw) else Decimal(f"{raw}0")


def _other(arms: Arms, pair: Pair, member: Member, row: BoundRow) -> Value:
    """Return a value of a receiving field that no sending record has; None where none is found, or it is the link."""
    field = row.target_field
    if field is None or row.statement == pair.link_statement:
        return None
    held = get(arms.world.record(member.subject), row.sources[0])
    for turn in range(ROUNDS):
        rare = _rare(arms, field) if turn else None
        value = arms.world.distinct(pair.sender.other, pair.target, field, {"": held}) if rare is None else rare
        if not blank(value) and not breaks(field, value) and not _claimants(arms, pair, (row,), {row.target: value}):
            return value
    return None


def _claimants(arms: Arms, pair: Pair, key: Key, held: Mapping[str, Value]) -> list[str]:
    """Return the sending records that agree in a key with what a receiving record holds."""
    sight = arms.world.sight()
    found = []
    for one in sight.senders(pair):
        context = sight.context(pair, one)
        results = [(row, row.rule.value(context)) for row in key if row.rule is not None]
        if all(
            isinstance(result, Given)
            and row.rule is not None
            and row.rule.agrees(result, held.get(row.target), context)
            for row, result in results
        ):
            found.append(one)
    return found


def _known(arms: Arms, pair: Pair, member: Member, key: Key, index: int = 0) -> dict[str, Value] | None:
    """Return what the other side holds of a record by a key, spelt in one of its ways; None if it is not its alone."""
    found: dict[str, Value] = {}
    for row in key:
        ways = _said(arms, pair, member, row)
        if not ways:
            return None
        found[row.target] = ways[index % len(ways)]
    alone = _links(pair, key) or _claimants(arms, pair, key, found) == [member.subject.id]
    return found if alone else None


def _one(arms: Arms, pair: Pair, arm: str, key: Key, index: int = 0, note: str = "") -> Member | None:
    """Return the subject of a new family that is alone in a key; None where that cannot be."""
    for _ in range(ROUNDS):
        member = arms.add(pair, arm, index=index, note=note)
        if _known(arms, pair, member, key) is None:
            _made_rare(arms, pair, member, key)
        if _known(arms, pair, member, key) is not None:
            return member
        member.arm, member.note = "still", ""  # a record like any other
    return None


def _rare(arms: Arms, field: Field) -> Value:
    """Return a number that hardly anybody has; None for a field of none, or with narrow limits."""
    if field.type not in (Type.INTEGER, Type.NUMBER, Type.AMOUNT) or field.choices:
        return None
    low = 1 if field.minimum is None else int(field.minimum) + 1
    high = low + 900_000 if field.maximum is None else int(field.maximum) - 1
    value = arms.world.rng.randint(low, high) if low < high else None
    return None if value is None or breaks(field, value) else value


def _made_rare(arms: Arms, pair: Pair, member: Member, key: Key) -> None:
    """Give a record numbers that nobody else has in the fields of a key, if it is then as good as before."""
    world, subject = arms.world, member.subject
    before = world.record(subject)
    for row in key:
        for source in row.sources:
            one = handle(world.agreement, pair, source)
            value = _rare(arms, one.leaf) if one is not None and one.via == "" else None
            if one is not None and value is not None:
                world.put(subject, one.path, value)
    sight = world.sight()
    if not sight.in_scope(pair, subject.id) or sight.bad(pair, subject.id):
        world.records[subject.side][subject.entity][subject.id] = before


# The arms


def _already_there(arms: Arms, pair: Pair, keys: tuple[Key, ...], at: int) -> None:
    """Make people whom the other side knows by a key before the first sync, spelt otherwise.

    By the keys before it it knows nobody: they are blank there, or name none.
    """
    key, index, count = keys[at], 0, FEWEST
    before = [row for row in _rows(keys[:at]) if row not in key]
    while index <= count:
        last = index == count
        member = _one(arms, pair, THERE, key, index, "blank here, filled there" if last else "")
        if member is None:
            return
        if index == 0:
            count = max(count, min(MOST, max(len(_said(arms, pair, member, row)) for row in key)))
        theirs = blank_here(arms, pair, member, {path for row in key for path in _own(arms, pair, row)}) if last else {}
        held = _known(arms, pair, member, key, index)
        assert held is not None  # the key's own fields have not changed since the subject was found fit
        others: dict[str, Value] = {row.target: None for row in before}
        if index % 2:
            others = {row.target: _other(arms, pair, member, row) for row in before}
        meet(arms, pair, member, {**theirs, **_taken(pair, others), **held})
        index += 1


def _linked(arms: Arms, pair: Pair, key: Key) -> None:
    """Make one whom the other side has with its link before the first sync."""
    member = _one(arms, pair, THERE, key, note="by its link")
    held = _known(arms, pair, member, key) if member is not None else None
    if member is not None and held is not None:
        meet(arms, pair, member, held)


def _two_keys(arms: Arms, pair: Pair, first: Key, second: Key) -> bool:
    """Make one whom a key finds, and who is somebody else by the next; tell whether that can be."""
    within = all(row in second for row in first) or all(row in first for row in second)
    if within or any(_once_there(pair, row) for row in second):
        return False
    member = _one(arms, pair, TWO_KEYS, first, note="one by the first key, another by the next")
    if member is None:
        return False
    right, wrong = _known(arms, pair, member, first), _known(arms, pair, member, second)
    if right is None or wrong is None:
        member.arm, member.note = "still", ""
        return False
    apart = {row.target: _other(arms, pair, member, row) for row in second if row not in first}
    meet(arms, pair, member, {**_taken(pair, apart), **right})
    apart = {row.target: _other(arms, pair, member, row) for row in first if row not in second}
    meet(arms, pair, member, {**_taken(pair, apart), **wrong})
    return True


def _one_part(arms: Arms, pair: Pair, keys: tuple[Key, ...], key: Key, part: BoundRow) -> None:
    """Make one, and somebody else over there who has one part of a key in common, and not the others."""
    if (part,) in keys or _once_there(pair, part):
        return
    member = _one(arms, pair, ONE_PART, key, note="somebody else has one part of the key")
    same = _said(arms, pair, member, part) if member is not None else []
    if member is None or not same:
        return
    others = {row.target: _other(arms, pair, member, row) for row in _rows(keys) if row is not part}
    if any(others[row.target] is None for row in key if row is not part):
        member.arm, member.note = "still", ""
        return
    meet(arms, pair, member, {**_taken(pair, others), part.target: same[0]})


def _twins(arms: Arms, pair: Pair, key: Key) -> None:
    """Make two different people with the same key; each must arrive, as another."""
    paths = [path for row in key for path in _own(arms, pair, row)]
    whole = all(len(_own(arms, pair, row)) == len(row.sources) for row in key)
    if not whole or any(path in pair.entity.unique for path in paths) or any(_once_there(pair, row) for row in key):
        return
    member = _one(arms, pair, TWINS, key, note="two records with one key")
    if member is None:
        return
    held = {path: get(arms.world.record(member.subject), path) for path in paths}
    arms.add(pair, TWINS, overrides=held, index=1, note="two records with one key")


def _rows(keys: tuple[Key, ...]) -> list[BoundRow]:
    return list({row.statement: row for key in keys for row in key}.values())


def _own(arms: Arms, pair: Pair, row: BoundRow) -> list[str]:
    """Return the fields of the record itself that a row reads."""
    found = (handle(arms.world.agreement, pair, source) for source in row.sources)
    return [one.path for one in found if one is not None and one.via == ""]


def _once_there(pair: Pair, row: BoundRow) -> bool:
    """Tell whether the receiving system takes no value of a field twice."""
    return pair.sender is Side.ATS and row.target in pair.entity.app_options.get("unique", ())


def _taken(pair: Pair, fields: Mapping[str, Value]) -> dict[str, Value]:
    """Return the fields that are filled; of the others, those that the receiving system lets be blank."""
    rows = {row.target: row.target_field for row in pair.rows}
    return {
        path: value
        for path, value in fields.items()
        if value is not None or ((field := rows[path]) is not None and field.nullable and not field.mandatory)
    }
