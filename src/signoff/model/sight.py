"""See one snapshot as the agreement sees it: scope, partners, promised values, bad data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from signoff.agreement.policy import NOTHING, SHARED_KEY
from signoff.agreement.resolved import Agreement, BoundRow, Pair, PopulationCase
from signoff.agreement.rows import labels_of
from signoff.agreement.words import entity_words
from signoff.expressions.evaluate import holds
from signoff.history import Key, Snapshot
from signoff.model.linking import chosen, fitting, several
from signoff.model.partners import Partners
from signoff.model.policy import by_policy, for_conditions, for_shared_keys, policy_of, reason_of
from signoff.model.promise import Bad, Promise
from signoff.model.sameness import Sameness
from signoff.model.standing import Standing, standing
from signoff.model.unshown import sought
from signoff.pairing import Paired
from signoff.record import ABSENT, Record, RecordId, Value
from signoff.rules.context import Context, Moment, World, zone_named
from signoff.rules.results import SEVERAL, Result, Unwritten
from signoff.schema import Side, Type


class Sight:
    """Look at a snapshot; everything is worked out on demand and kept."""

    def __init__(
        self, agreement: Agreement, snapshot: Snapshot, former: Sight | None = None, like: Sight | None = None
    ) -> None:
        """Look at a snapshot; `former` is the sight of an earlier one, from which unchanged records are taken over.

        From `like`, another sight of the same agreement, only what does not rest on records is taken over.
        """
        like = former or like
        self.former = former
        self.remembers = former
        """The sight of an earlier snapshot, whose pairs still belong together."""
        self.earlier = former
        """The sight of the snapshot before, by which it shows how a record has ended; None where nobody looked."""
        self.people: frozenset[Key] | None = former.people if former is not None else None
        """The records that people made, None where nobody knows."""
        self.sameness = Sameness(self, former, like)
        self._partners = Partners(self)
        self.agreement = agreement
        self.snapshot = snapshot
        integration = agreement.integration
        self.worlds: dict[Side, World] = {
            side: like.worlds[side].with_records(snapshot.of(side))
            if like is not None
            else World(
                agreement.schemas[side],
                snapshot.of(side),
                labels_of(integration, agreement.schemas[side]),
                entity_words(integration, side),
            )
            for side in Side
        }
        self._contexts: dict[tuple[str, RecordId], Context] = {}
        self._results: dict[tuple[str, RecordId], Result] = {}
        self._cases: dict[tuple[str, RecordId], PopulationCase | None] = {}
        self._standings: dict[tuple[str, RecordId], Standing | None] = {}
        self._bad: dict[tuple[str, RecordId], tuple[Bad, ...]] = {}
        self._branches: dict[tuple[str, RecordId], frozenset[str]] = {}
        self._promises: dict[tuple[str, RecordId], Mapping[str, Promise | None]] = {}
        self._charted: dict[tuple[str, RecordId], Mapping[str, Promise | None]] = {}
        self._writers: dict[tuple[str, str], tuple[BoundRow, ...]] = {}
        self._sharing: dict[str, Mapping[RecordId, RecordId]] = {}
        self._seeking: dict[str, bool] = {}
        self.moments = {side: self._moment(side) for side in Side}

    def _moment(self, side: Side) -> Moment:
        integration = self.agreement.integration
        return Moment(
            now=self.snapshot.at,
            zone=zone_named(integration.zone),
            system_zone=zone_named(self.agreement.schemas[side].zone),
            target_zone=zone_named(self.agreement.schemas[side.other].zone),
            default_country=integration.default_country,
            tables=self.agreement.tables,
            settings=integration.settings,
            service=self.snapshot.service,
            partner=lambda words, by, value: self._partners.found(side, words, by, value),
        )

    def forget(self) -> None:
        """Forget what was worked out about records, for a caller that changes them; pairs are kept."""
        worked_out = (self._contexts, self._results, self._cases, self._standings, self._bad, self._branches)
        for known in (*worked_out, self._promises, self._charted):
            known.clear()
        self._sharing.clear()
        for world in self.worlds.values():
            world.forget()

    # Records and contexts

    def senders(self, pair: Pair) -> Mapping[RecordId, Record]:
        """Return the sending records of a binding."""
        return (self.snapshot.ats if pair.sender is Side.ATS else self.snapshot.app).get(pair.source, {})

    def receivers(self, pair: Pair) -> Mapping[RecordId, Record]:
        """Return the receiving records of a binding."""
        return (self.snapshot.app if pair.sender is Side.ATS else self.snapshot.ats).get(pair.target, {})

    def context(self, pair: Pair, record_id: RecordId, leading: RecordId | None = None) -> Context:
        """Return the context of a record, with those that are linked; `leading`: whose partner it is known to be."""
        key = (pair.name, record_id)
        found = self._contexts.get(key)
        if found is None:
            record = self.senders(pair)[record_id]
            found = Context(self.worlds[pair.sender], pair.source, record, self.moments[pair.sender])
            if pair.linked is not None:
                found.linked = {pair.linked.entity: self.linked(pair, found)}
            forward = self.agreement.pair(pair.mirrors) if leading is not None else pair
            branches = self.branches(forward, leading or record_id, found if forward is pair else None)
            # Of two branches that a record belongs to, the one whose table stands first in the documents counts.
            overriding = [own for one, own in self.agreement.branch_tables.items() if one in branches]
            if overriding:
                tables = dict(self.agreement.tables)
                for one in reversed(overriding):
                    tables.update(one)
                found.moment = replace(found.moment, tables=tables)
            self._contexts[key] = found
        return found

    def linked(self, pair: Pair, context: Context) -> Record | None:
        """Return the record that the binding links to a sending record, or None."""
        assert pair.linked is not None
        found = chosen(pair.linked, fitting(pair.linked, context))
        return found.record if found is not None else None

    def branches(self, pair: Pair, record_id: RecordId, context: Context | None = None) -> frozenset[str]:
        """Return the branches that a sending record belongs to."""
        if not self.agreement.branches:
            return frozenset()
        if pair.mirrors:
            forward = self.agreement.pair(pair.mirrors)
            leading = self.partner(pair, record_id)
            return self.branches(forward, leading) if leading is not None else frozenset()
        key = (pair.name, record_id)
        if key not in self._branches:
            reader = context or self.context(pair, record_id)
            self._branches[key] = frozenset(
                name for name, condition in self.agreement.branches.items() if holds(condition, reader)
            )
        return self._branches[key]

    # Population

    def case(self, pair: Pair, record_id: RecordId) -> PopulationCase | None:
        """Return the first population row that fits a record; None when none does or there is no table."""
        key = (pair.name, record_id)
        if key not in self._cases and self.former is not None:
            reads, moved = self.sameness.reading(pair).population, self.sameness.moved(pair, record_id)
            if reads is not None and moved is not None and reads.isdisjoint(moved):
                self._cases[key] = self.former.case(pair, record_id)
        if key not in self._cases:
            context = self.context(pair, record_id)
            self._cases[key] = next(
                (one for one in pair.population if one.condition is None or holds(one.condition, context)), None
            )
        return self._cases[key]

    def in_scope(self, pair: Pair, record_id: RecordId) -> bool:
        """Tell whether a record is to reach the other side."""
        if pair.mirrors:
            # Seen from the receiving side: what came from over there is in scope as long as that is.
            forward = self.agreement.pair(pair.mirrors)
            leading = self.partner(pair, record_id)
            return self.in_scope(forward, leading) if leading is not None else pair.either
        stands = self.standing(pair, record_id)
        if stands is not None and stands.out:
            # Who has left and is still kept up to date is judged by the chart as long as its partner is there.
            return stands.kept and stands.state is not None and self.partner(pair, record_id) is not None
        return True

    def standing(self, pair: Pair, record_id: RecordId) -> Standing | None:
        """Return what lifecycle and population say of a record; None: it is in scope, and all is by the chart."""
        if pair.mirrors or not (pair.population or pair.life):
            return None
        key = (pair.name, record_id)
        if key not in self._standings and self.former is not None:
            reads, moved = self.sameness.reading(pair).population, self.sameness.moved(pair, record_id)
            if reads is not None and moved is not None and reads.isdisjoint(moved):
                self._standings[key] = self.former.standing(pair, record_id)
        if key not in self._standings:
            self._standings[key] = standing(self, pair, record_id)
        return self._standings[key]

    # Promises

    def result(self, pair: Pair, row: BoundRow, record_id: RecordId) -> Result:
        """Return what a row's rule gives for a record."""
        key = (row.statement, record_id)
        found = self._results.get(key)
        if found is None:
            assert row.rule is not None
            found = self._results[key] = row.rule.value(self.context(pair, record_id))
        return found

    def promise(self, pair: Pair, target: str, record_id: RecordId) -> Promise | None:
        """Return the row that writes a receiving field for a record, with its result; None when none applies."""
        return self.promises(pair, record_id).get(target)

    def promises(self, pair: Pair, record_id: RecordId) -> Mapping[str, Promise | None]:
        """Return what every receiving field is promised for a record, in the order of the chart.

        What rests on nothing that has moved since the former sight is the very same object as there. A field that a
        state of the record sets is promised nothing by the chart.
        """
        key = (pair.name, record_id)
        known = self._promises.get(key)
        if known is None:
            known = charted = self.charted(pair, record_id)
            stands = self.standing(pair, record_id)
            if stands is not None and stands.state is not None:
                known = {
                    target: None if stands.state.allowed(target) else promise for target, promise in charted.items()
                }
            self._promises[key] = known
        return known

    def charted(self, pair: Pair, record_id: RecordId) -> Mapping[str, Promise | None]:
        """Return what the chart alone promises every receiving field of a record."""
        key = (pair.name, record_id)
        found = self._charted.get(key)
        if found is None:
            targets, known = self.sameness.reading(pair).by_target, self._taken_over(pair, record_id)
            if len(known) < len(targets):
                known = {
                    target: known[target] if target in known else self._promise(pair, target, record_id)
                    for target in targets
                }
            found = self._charted[key] = known
        return found

    def _taken_over(self, pair: Pair, record_id: RecordId) -> Mapping[str, Promise | None]:
        moved = self.sameness.moved(pair, record_id)
        if self.former is None or moved is None:
            return {}
        reading = self.sameness.reading(pair)
        old = self.former.charted(pair, record_id)
        if not moved and reading.certain:
            return old
        return {
            target: old[target]
            for target, reads in reading.by_target.items()
            if reads is not None and reads.isdisjoint(moved)
        }

    def _promise(self, pair: Pair, target: str, record_id: RecordId) -> Promise | None:
        own = self.branches(pair, record_id)
        last: Promise | None = None
        writers = self._writers.get((pair.name, target))
        if writers is None:
            writers = self._writers[pair.name, target] = pair.writers(target)
        for row in writers:
            if row.branch and row.branch not in own:
                continue
            result = self.result(pair, row, record_id)
            if not isinstance(result, Unwritten):
                promise = Promise(row, result, reason_of(self, pair, row, result, record_id))
                return by_policy(pair, promise) if pair.policy and promise.reason is not None else promise
            last = Promise(row, result)
        return last

    def raw(self, pair: Pair, receiver_id: RecordId, target: str) -> Value:
        """Return what a receiving record holds in a target field, as it stands in the record."""
        side = pair.sender.other
        record = self.receivers(pair)[receiver_id]
        world = self.worlds[side]
        if target in world.fields_of(pair.target):
            return record.get(target, ABSENT)
        return world.resolved(pair.target, target).get(Context(world, pair.target, record, self.moments[side]))

    def stamp(self, pair: Pair, receiver_id: RecordId, field: str) -> Value:
        """Return a time stamp of a receiving record, typed; None when it has none."""
        side = pair.sender.other
        context = Context(self.worlds[side], pair.target, self.receivers(pair)[receiver_id], self.moments[side])
        found = context.typed(field)
        return None if found is ABSENT else found

    def bad(self, pair: Pair, record_id: RecordId) -> tuple[Bad, ...]:
        """Return why a record in scope must be held back; empty when it need not be."""
        key = (pair.name, record_id)
        found = self._bad.get(key)
        if found is None:
            found = self._bad[key] = tuple(self._why_bad(pair, record_id))
        return found

    def _why_bad(self, pair: Pair, record_id: RecordId) -> list[Bad]:
        reasons = [
            Bad(one.statement, "", one.words, policy=one.statement, silent=one.then == NOTHING)
            for one in for_conditions(self, pair, record_id)
        ]
        reasons += [
            Bad(one.statement, SHARED_KEY, said, policy=one.statement, silent=one.then == NOTHING)
            for one, said in for_shared_keys(self, pair, record_id)
        ]
        if pair.linked is not None and pair.linked.pick == "only":
            found = fitting(pair.linked, self.context(pair, record_id))
            if several(pair.linked, found):
                said = f"{len(found)} records of {pair.linked.entity} are linked to it, and there is to be one"
                reasons.append(Bad(pair.statement("held"), SEVERAL, said))
        old = self._former_good(pair, record_id)
        for target, promise in self.promises(pair, record_id).items():
            if promise is None or promise.reason is None or promise.policy:
                continue
            if old is not None and old.get(target) is promise:
                continue
            row, reason = promise.row, promise.reason
            policy = policy_of(pair, promise)
            if policy is None and reason.harmless:
                continue
            waits_for = self._waits_for(pair, row, record_id) if reason.may_wait else None
            reasons.append(
                Bad(
                    row.statement,
                    reason.kind,
                    f"{target}{reason.said}",
                    waits_for is not None,
                    waits_for,
                    policy.statement if policy is not None else "",
                    policy is not None and policy.then == NOTHING,
                )
            )
        return reasons

    def _former_good(self, pair: Pair, record_id: RecordId) -> Mapping[str, Promise | None] | None:
        """Return the promises of the former sight, if they were no reason to hold the record back."""
        if self.former is None or self.sameness.moved(pair, record_id) is None:
            return None
        return None if self.former.bad(pair, record_id) else self.former.promises(pair, record_id)

    def _waits_for(self, pair: Pair, row: BoundRow, record_id: RecordId) -> Key | None:
        """Return the sending record whose partner a required reference waits for, or None if there is no such."""
        field = row.target_field
        if field is None or field.type is not Type.REFERENCE or not row.sources:
            return None
        value = self.context(pair, record_id).value(row.sources[0])
        wanted = value.get("id") if isinstance(value, Mapping) else value
        if wanted is None or wanted is ABSENT:
            return None
        for other in self.agreement.pairs:
            if other.sender is not pair.sender:
                continue  # its records come from over there: one without a partner will never get one
            ours, theirs = self._partners.entities(other.entity.name, pair.sender)
            if theirs == field.entity and str(wanted) in self.snapshot.of(pair.sender).get(ours, {}):
                return Key(pair.sender, ours, str(wanted))
        return None

    def seeks_unshown(self, pair: Pair) -> bool:
        """Tell whether texts of a binding are searched for characters that cannot be shown."""
        if pair.name not in self._seeking:
            self._seeking[pair.name] = sought(pair)
        return self._seeking[pair.name]

    @property
    def sharing(self) -> dict[str, Mapping[RecordId, RecordId]]:
        """Return where it is kept, by binding, which records share another's key."""
        return self._sharing

    # Partners

    def unchanged(self, pair: Pair, record_id: RecordId) -> bool:
        """Tell whether everything that the agreement reads of a record is the very same as in the former sight."""
        moved = self.sameness.moved(pair, record_id)
        return moved is not None and not moved and self.sameness.reading(pair).certain

    def paired(self, pair: Pair) -> Paired:
        """Return who belongs to whom in one binding."""
        return self._partners.paired(pair)

    def agree(self, pair: Pair, sender: RecordId, receiver: RecordId) -> bool:
        """Tell whether two records agree in a matching key besides the link."""
        return self._partners.agree(pair, sender, receiver)

    def links_sent(self, pair: Pair) -> Mapping[RecordId, tuple[Record, str | None]]:
        """Return the link that each sending record has by the link row, with the record that it was read from."""
        return self._partners.links_sent(pair)

    def partner(self, pair: Pair, record_id: RecordId) -> RecordId | None:
        """Return the receiving record of a sending one: the first when there are several."""
        return self._partners.partner(pair, record_id)

    def partners_of(self, name: str, sender: Side, record_id: RecordId) -> tuple[RecordId, ...]:
        """Return the ids on the other side that belong to a record of a toml entity, whichever side it stands on."""
        return self._partners.partners_of(name, sender, record_id)
