"""Know who belongs to whom in a snapshot, and which record a reference means on the other side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from signoff.agreement.meeting import sought_keys
from signoff.agreement.resolved import BoundRow, Pair
from signoff.history import Key
from signoff.pairing import Paired, paired, turned
from signoff.record import ABSENT, Record, RecordId, Value, blank
from signoff.rules.context import Context, Moment, PartnerFound
from signoff.rules.results import Result
from signoff.rules.results import Value as Given
from signoff.schema import Side, Type

if TYPE_CHECKING:
    from signoff.model.sight import Sight


class Partners:
    """Pair the records of one sight, on demand."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._paired: dict[str, Paired] = {}
        self._links: dict[str, dict[RecordId, tuple[RecordId, ...]]] = {}
        self._bare_moments: dict[Side, Moment] = {}
        self._links_sent: dict[str, dict[RecordId, tuple[Record, str | None]]] = {}
        self._marks_sent: dict[str, dict[RecordId, tuple[Record, frozenset[tuple[str, str]]]]] = {}
        self._bound: dict[str, Pair | None] = {}
        self._meant: dict[str, str] = {}

    def paired(self, pair: Pair) -> Paired:
        """Return who belongs to whom in one binding."""
        found = self._paired.get(pair.name)
        if found is None:
            if pair.mirrors:
                found = turned(self.paired(self._sight.agreement.pair(pair.mirrors)), self._sight.receivers(pair))
            else:
                found = self._pair(pair)
            self._paired[pair.name] = found
        return found

    def _pair(self, pair: Pair) -> Paired:
        senders, receivers = self._sight.senders(pair), self._sight.receivers(pair)
        former = self._sight.remembers
        link_row = next((row for row in pair.rows if row.statement == pair.link_statement), None)

        reading = self._sight.sameness.reading(pair)
        by_itself = link_row is not None and reading.by_itself(link_row)
        sent_before = former.partners._links_sent.get(pair.name, {}) if former is not None else {}
        sent = self._links_sent[pair.name] = {}
        known = self._sight.sameness.reading(pair).links

        def link_of_sender(one: RecordId) -> str | None:
            if link_row is None or link_row.rule is None or link_row.target_field is None:
                return _text(senders[one].get(pair.link[0])) if pair.link else None
            if by_itself and one in known and known[one][0] is senders[one]:
                sent[one] = known[one]
                return sent[one][1]
            if by_itself and one in sent_before and sent_before[one][0] is senders[one]:
                sent[one] = sent_before[one]
                return sent[one][1]
            bare = self._bare(pair, one, alone=by_itself)
            alone = self._sight.result_alone
            result = alone(pair, link_row, one, bare) if by_itself else link_row.rule.value(bare)
            link = str(link_row.rule.raw(result, link_row.target_field)) if isinstance(result, Given) else None
            sent[one] = known[one] = (senders[one], link)
            return link

        def link_of_receiver(one: RecordId) -> str | None:
            return _text(receivers[one].get(pair.link[1])) if pair.link else None

        charted = [row for row in pair.rows if row.rule is not None and row.target_field is not None and not row.branch]
        plain = [row for row in charted if row is not link_row and _tells_apart(row)]
        by_record = [row for row in plain if reading.by_itself(row)]
        others = [row for row in plain if not reading.by_itself(row)]
        marked = dict(former.partners._marks_sent.get(pair.name, {})) if former is not None else {}
        self._marks_sent[pair.name] = marked

        def marks_of_sender(one: RecordId) -> frozenset[tuple[str, str]]:
            known = marked.get(one)
            if known is None or known[0] is not senders[one]:
                bare = self._bare(pair, one, alone=True)
                known = marked[one] = (
                    senders[one],
                    marks((row, self._sight.result_alone(pair, row, one, bare)) for row in by_record),
                )
            if not others:
                return known[1]
            context = self._bare(pair, one)
            return known[1] | marks((row, row.rule.value(context)) for row in others if row.rule is not None)

        def marks(results: Iterable[tuple[BoundRow, Result]]) -> frozenset[tuple[str, str]]:
            found = set()
            for row, result in results:
                assert row.rule is not None
                assert row.target_field is not None
                if isinstance(result, Given) and row.target == row.target_top:
                    text = _text(row.rule.raw(result, row.target_field))
                    if text is not None and len(text) > 3:  # short codes are shared by many
                        found.add((row.target, text))
            return frozenset(found)

        def marks_of_receiver(one: RecordId) -> frozenset[tuple[str, str]]:
            record = receivers[one]
            return frozenset((row.target, text) for row in plain if (text := _text(record.get(row.target))) is not None)

        return paired(
            list(senders),
            list(receivers),
            link_of_sender,
            link_of_receiver,
            self._keys(pair),
            marks_of_sender,
            marks_of_receiver,
            lambda one: former.partner(pair, one) if former is not None and one in former.senders(pair) else None,
        )

    def agree(self, pair: Pair, sender: RecordId, receiver: RecordId) -> bool:
        """Tell whether two records agree in a matching key besides the link."""
        return any(agree(sender, receiver) for agree in self._keys(pair))

    def _keys(self, pair: Pair) -> list[Callable[[RecordId, RecordId], bool]]:
        """Return what tells of each matching key besides the link, in the order tried, whether two records agree."""
        return [self._agreeing(pair, rows) for _, rows in sought_keys(pair)]

    def _agreeing(self, pair: Pair, rows: Sequence[BoundRow]) -> Callable[[RecordId, RecordId], bool]:
        """Return what tells whether two records agree in the fields of some rows: each is filled, and says the same."""
        known: dict[RecordId, tuple[Context, list[tuple[BoundRow, Given]] | None]] = {}

        def agree(sender: RecordId, receiver: RecordId) -> bool:
            if sender not in known:
                context = self._bare(pair, sender)
                results = [(row, row.rule.value(context)) for row in rows if row.rule is not None]
                given = [(row, result) for row, result in results if isinstance(result, Given)]
                known[sender] = context, given if len(given) == len(rows) else None
            context, wanted = known[sender]
            return wanted is not None and all(
                row.rule is not None and row.rule.agrees(result, self._sight.raw(pair, receiver, row.target), context)
                for row, result in wanted
            )

        return agree

    def _bare(self, pair: Pair, record_id: RecordId, *, alone: bool = False) -> Context:
        """Return a context in which references have no partners yet, so that pairing does not ask itself.

        `alone`: nothing but the record's own fields will be read.
        """
        side = pair.sender
        moment = self._bare_moments.get(side)
        if moment is None:
            moment = replace(self._sight.moments[side], partner=lambda _w, _b, _v: PartnerFound())
            self._bare_moments[side] = moment
        context = Context(self._sight.worlds[side], pair.source, self._sight.senders(pair)[record_id], moment)
        if pair.linked is not None and not alone:
            context.linked = {pair.linked.entity: self._sight.linked(pair, context)}
        return context

    def entities(self, name: str, sender: Side) -> tuple[str, str]:
        """Return the names of a toml entity on the sending and on the receiving side."""
        entity = self._sight.agreement.integration.entities[name]
        return (entity.ats, entity.app) if sender is Side.ATS else (entity.app, entity.ats)

    def found(self, sender: Side, words: str, by: str, value: Value) -> PartnerFound:
        """Return the receiving records for a reference, as rules ask for them."""
        name = self._meant.get(words)
        if name is None:
            name = self._meant[words] = self._sight.agreement.words.get(" ".join(words.lower().split()), "")
        if not name:
            return PartnerFound()
        pair = self._bound_as(name)
        if by == "id":
            wanted = value if type(value) is int else value.get("id") if isinstance(value, Mapping) else value
            awaited = pair is not None or self._sight.agreement.integration.entities[name].seeded
            return PartnerFound(self.partners_of(name, sender, str(wanted)), awaited=awaited)
        _, theirs = self.entities(name, sender)
        field = self._sight.worlds[sender.other].fields_of(theirs).get(by)
        fold = str.casefold if field is not None and field.type is Type.EMAIL else str
        text = _text(value)
        if text is None:
            return PartnerFound()
        ids = tuple(
            one
            for one, record in self._sight.snapshot.of(sender.other).get(theirs, {}).items()
            if (held := _text(record.get(by))) is not None and fold(held) == fold(text)
        )
        people = self._sight.people
        if people is None or not ids:
            return PartnerFound(ids)
        paired = self.paired(pair).sender_of if pair is not None and pair.sender is sender else {}
        own = (one for one in ids if one not in paired and Key(sender.other, theirs, one) not in people)
        return PartnerFound(ids, tuple(own))

    def partners_of(self, name: str, sender: Side, record_id: RecordId) -> tuple[RecordId, ...]:
        """Return the ids on the other side that belong to a record of a toml entity, whichever side it stands on."""
        pair = self._bound_as(name)
        if pair is None:
            return self._by_toml_link(name, sender).get(record_id, ())
        found = self.paired(pair)
        if pair.sender is sender:
            return found.partners.get(record_id, ())
        back = found.sender_of.get(record_id)
        return (back,) if back is not None else ()

    def _bound_as(self, name: str) -> Pair | None:
        """Return the binding of a toml entity, None where it has none."""
        if name not in self._bound:
            pairs = self._sight.agreement.pairs
            self._bound[name] = next((one for one in pairs if one.entity.name == name), None)
        return self._bound[name]

    def _by_toml_link(self, name: str, sender: Side) -> dict[RecordId, tuple[RecordId, ...]]:
        key = f"{name}/{sender.value}"
        if key not in self._links:
            entity = self._sight.agreement.integration.entities[name]
            ats_field, _, app_field = (part.strip() for part in entity.link.partition("->"))
            ours, theirs = self.entities(name, sender)
            mine, other = (ats_field, app_field) if sender is Side.ATS else (app_field, ats_field)
            by_value: dict[str, list[RecordId]] = {}
            for one, record in self._sight.snapshot.of(sender.other).get(theirs, {}).items():
                text = _text(record.get(other))
                if text is not None:
                    by_value.setdefault(text, []).append(one)
            self._links[key] = {
                one: tuple(by_value.get(_text(record.get(mine)) or "", ()))
                for one, record in self._sight.snapshot.of(sender).get(ours, {}).items()
            }
        return self._links[key]


def _tells_apart(row: BoundRow) -> bool:
    """Tell whether the values of a row can tell one record from another: not a constant, a choice or an answer."""
    field = row.target_field
    return (
        field is not None
        and bool(row.sources)
        and not field.choices
        and field.type not in (Type.REFERENCE, Type.YES_NO, Type.PICKLIST, Type.STATE, Type.COUNTRY)
        and not (row.rule is not None and row.rule.table)
    )


def _text(value: Value) -> str | None:
    if type(value) is str:
        return value.strip() or None
    if value is None or value is ABSENT or isinstance(value, list | Mapping) or blank(value):
        return None
    return str(value).strip()
