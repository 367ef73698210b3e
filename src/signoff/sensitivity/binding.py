"""Put wrong things in for what every binding promises: arrival, once, nothing outside, settling, contract, held."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace

from signoff.agreement.resolved import Pair
from signoff.agreement.statement import Kind, Statement
from signoff.checks.case import Phase
from signoff.history import Key, Write
from signoff.record import ABSENT, Path, get
from signoff.sensitivity.attempt import Attempt, Way, alters
from signoff.sensitivity.delivery import COPY, changed, delivered, named_all_the_same, unnamed
from signoff.sensitivity.draft import Draft, Edit, placed
from signoff.sensitivity.message import UNNAMED, adding, altered, free_fields, refused_by_schema
from signoff.sensitivity.scene import Scene, Spot, mark


def _binding(scene: Scene, statement: Statement) -> Pair:
    return scene.agreement.pair(statement.id.rpartition(":")[0])


@alters(Kind.BINDING, "arrive")
def one_removed(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield one who arrived, removed."""
    pair = _binding(scene, statement)
    ways = (_removed(one) for one in scene.pairs_of(pair))
    yield Attempt(statement.id, "arrived", "missing", ways, _reaching(pair), "one who arrives")


def _reaching(pair: Pair) -> frozenset[str]:
    """Return the population rows that may be told of it where all of their records in the cut are gone."""
    return frozenset(one.statement for one in pair.population if one.reaches)


def _removed(one: Spot) -> Way:
    key, label = one.receiver_key, one.phase.label
    return Way(
        edits=(lambda draft: draft.set_record(label, "settled", key, None),),
        marks=frozenset({mark(one.sender_key)}),
        until=label,
        subjects=frozenset({one.sender_key}),
        spoils=frozenset[Hashable]({one.sender_key, key}),
        uses=frozenset[Hashable]({one.pair.name}),
    )


@alters(Kind.BINDING, "once")
def one_doubled(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield a second record for one who arrived, another in place of the one before, and one that is nobody's."""
    pair = _binding(scene, statement)
    arrived = [one for one in _some(scene.pairs_of(pair)) if one.created]
    yield Attempt(statement.id, "arrived", "a second one", (_doubled(scene, one) for one in arrived))
    yield Attempt(statement.id, "arrived", "one that is nobody's", (_stray(scene, one) for one in arrived))
    touched = (one for one in scene.pairs_of(pair) if _was_there(one) and one.sender_key in one.phase.touched)
    found = list(_some(touched))
    yield Attempt(
        statement.id, "changed", "a second one", (_doubled(scene, one) for one in found), fitting="one who changes"
    )
    yield Attempt(statement.id, "changed", "made anew", (_anew(scene, one) for one in found), fitting="one who changes")


def _was_there(one: Spot) -> bool:
    """Tell whether a record had its partner before the phase; one that was adopted in it changes nobody's partner."""
    former = one.phase.previous
    return former is not None and one.receiver in former.paired(one.pair).partners.get(one.sender, ())


def _some(spots: Iterator[Spot], many: int = 12) -> Iterator[Spot]:
    for at, one in enumerate(spots):
        if at == many:
            return
        yield one


def _copied(scene: Scene, one: Spot, suffix: str) -> tuple[Key, dict[str, object]]:
    key = Key(one.receiver_key.side, one.pair.target, f"{one.receiver}{COPY}{suffix}")
    id_field = scene.agreement.entity(key.side, key.entity).id_field
    return key, {**one.receiver_record, id_field: key.id}


def _spoiling(one: Spot, edit: Edit) -> Way:
    return Way(
        edits=(edit,),
        marks=frozenset({mark(one.sender_key)}),
        until=one.phase.label,
        subjects=frozenset({one.sender_key}),
        spoils=frozenset[Hashable]({one.sender_key, one.receiver_key}),
    )


def _doubled(scene: Scene, one: Spot) -> Way:
    key, record = _copied(scene, one, "second")
    return _spoiling(one, lambda draft: draft.set_record(one.phase.label, "settled", key, record))


def _anew(scene: Scene, one: Spot) -> Way:
    key, record = _copied(scene, one, "anew")

    def edit(draft: Draft) -> None:
        draft.set_record(one.phase.label, "settled", one.receiver_key, None)
        draft.set_record(one.phase.label, "settled", key, record)

    return _spoiling(one, edit)


def _stray(scene: Scene, one: Spot) -> Way:
    key, record = _copied(scene, one, "nobody")
    bare = {
        name: value
        for name, value in record.items()
        if name not in {row.target_top for row in one.pair.rows} or not isinstance(value, str)
    }
    if one.pair.link is not None:
        bare = placed(bare, Path.parse(one.pair.link[1]).segments, f"nobody-{one.sender}")
    way = _spoiling(one, lambda draft: draft.set_record(one.phase.label, "settled", key, bare))
    return replace(way, marks=frozenset({mark(key)}), spoils=frozenset[Hashable]({(one.pair.name, "stray")}))


@alters(Kind.BINDING, "outside")
def outside_field(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield a field that no chart names, in a message that creates and in one that changes."""
    pair = _binding(scene, statement)
    theirs = pair.sender.other
    protected = {Path.parse(row.path).head for row in pair.protected if row.side is theirs}
    free = [one for one in free_fields(scene, pair, theirs, pair.target) if one not in protected]
    name = next(iter(free), UNNAMED)
    for phase, kind in (("created", "create"), ("changed", "update")):
        yield Attempt(
            statement.id,
            phase,
            "a field of no chart",
            sent_ways(scene, pair, kind, name),
            fitting=f"a message that {kind}s one",
        )


def sent_ways(scene: Scene, pair: Pair, kind: str, path: str, filled: bool = False) -> Iterator[Way]:
    """Yield how a message of one kind carries a field that it should not; `filled`: where the record holds a value."""
    for phase, exchange, write in scene.writes_of(pair, kind):
        had = get(write.before, path) if write.before is not None else ABSENT
        if filled and (had is ABSENT or had is None):
            continue
        yield _sent_way(phase, exchange.number, write, path)


def _sent_way(phase: Phase, number: int, write: Write, path: str) -> Way:
    key, label = write.key, phase.label
    sent = altered({**(write.before or {}), **write.sent}, path)

    def edit(draft: Draft) -> None:
        draft.send(number, key, sent)
        draft.set_value(label, "settled", key, path, get(sent, path))

    return Way(
        edits=(edit,),
        marks=frozenset({mark(key)}),
        until=label,
        subjects=frozenset({key}),
        spoils=frozenset[Hashable]({("message", number, path), (label, key, path)}),
        uses=frozenset[Hashable]({key}),
    )


@alters(Kind.BINDING, "settle")
def late_write(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield a write in a further sync, before which nothing has changed."""
    pair = _binding(scene, statement)
    ways = (
        adding(phase, "further", one.receiver_key, _same_again(one))
        for phase in scene.case.phases
        if any(run.kind == "further" for run in phase.runs)
        for one in scene.pairs_of(pair)
        if one.phase is phase
    )
    yield Attempt(statement.id, "further sync", "written again", ways, fitting="a further sync")


def _same_again(one: Spot) -> dict[str, object]:
    name = next((row.target_top for row in one.pair.rows if row.target_top in one.receiver_record), "")
    return {name: one.receiver_record.get(name)} if name else {}


@alters(Kind.BINDING, "contract")
def breach(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield a message to which the receiving schema objects, on create and on update."""
    pair = _binding(scene, statement)
    for kind in ("create", "update"):
        ways = (
            Way(
                edits=(refused_by_schema(exchange.number, "a value of another type"),),
                marks=frozenset({mark(write.key)}),
                until=phase.label,
                subjects=frozenset({write.key}),
                spoils=frozenset[Hashable]({("problems", exchange.number)}),
                uses=frozenset[Hashable]({write.key}),
            )
            for phase, exchange, write in scene.writes_of(pair, kind)
        )
        yield Attempt(statement.id, kind, "an objection of the schema", ways, fitting=f"a message that {kind}s one")


@alters(Kind.BINDING, "held")
def let_through(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield a bad record delivered, one changed though it had turned bad, and one that the result does not name."""
    pair = _binding(scene, statement)
    bad = [one for one in scene.bad_records() if one.pair is pair]
    told_of = frozenset({one.statement for one in scene.agreement.value_rows} | {one.statement for one in pair.policy})
    new = (way for one in bad if (way := delivered(scene, pair, one.phase, one.sender)) is not None)
    yield Attempt(statement.id, "held back", "delivered", new, told_of, "a record that is bad when it is made")
    old = (way for one in bad if (way := changed(scene, one)) is not None)
    yield Attempt(statement.id, "held back", "changed", old, told_of)
    quiet = (way for one in bad if (way := unnamed(scene, one)) is not None)
    named = any(not reason.silent for one in bad for reason in one.reasons)
    lacking = "a record that the result names" if named or not bad else ""
    yield Attempt(statement.id, "named in the result", "not named", quiet, told_of, lacking)
    slandered = named_all_the_same(scene, pair)
    yield Attempt(statement.id, "named in the result", "named though it arrived", slandered)
