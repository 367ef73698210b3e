"""Judge the sentences of a workflow: each Then, by the history of that workflow alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from signoff.agreement.played import Aim, BoundWorkflow, Named, Role, Said, Step
from signoff.agreement.resolved import Agreement, Pair
from signoff.agreement.statement import Kind
from signoff.agreement.workflows import told as in_words
from signoff.checks.case import FINISHES, Case
from signoff.checks.cast import Cast, Told
from signoff.checks.creating import accounted
from signoff.checks.happened import not_happened
from signoff.checks.judge import judge
from signoff.checks.said import duration, says, words
from signoff.checks.syncs import coarsened, until
from signoff.checks.telling import exchange_words, plain_example, record_words, shown
from signoff.history import History, Key, Run, Snapshot
from signoff.model.sight import Sight
from signoff.record import ABSENT, Value, blank, get
from signoff.schema import Side
from signoff.verdict import Counterexample, Outcome, Verdict

OF_RECORDS = frozenset(
    {Kind.ROW, Kind.NEVER, Kind.KEPT, Kind.VALUE, Kind.POPULATION, Kind.LIFECYCLE, Kind.BINDING, Kind.CONNECTOR}
)
"""Kinds of statements that hold, or not, of the records of a workflow."""


@dataclass(slots=True)
class Judging:
    """Judge the sentences of one workflow, one after the other."""

    agreement: Agreement
    workflow: BoundWorkflow
    cast: Cast
    history: History
    today: date
    _judged: dict[str, tuple[Mapping[str, Verdict], int]] = field(default_factory=dict)
    _cases: dict[str, Case] = field(default_factory=dict)
    _sights: dict[int, Sight] = field(default_factory=dict)

    def told(self, number: int, step: Step) -> Told:
        """Return what one sentence expected and found."""
        label = self.cast.phases[number]
        crashed = next((one for one in self.history.runs if one.crashed and self._before(one, label)), None)
        if crashed is not None:
            return Told(False, "the connector runs to its end", crashed.crashed)
        lacking = not_happened(self.history, self.workflow, self.cast, label)
        if lacking:
            return Told(False, "", "", lacking=lacking)
        return _SAID[step.kind](self, number, step)

    def again(self, history: History) -> Judging:
        """Return the same for another history of the same workflow."""
        return replace(self, history=history, _judged={}, _cases={})

    def sight(self, snapshot: Snapshot) -> Sight:
        """Return a snapshot as the agreement sees it; looked at once, also where several histories share it."""
        found = self._sights.get(id(snapshot))
        if found is None:
            found = Sight(self.agreement, snapshot)
            for other in self._sights.values():
                found.sameness.reads_like(other.sameness)
                break
            self._sights[id(snapshot)] = found  # it holds the snapshot, whose id is nobody else's as long as it lives
        return found

    def _before(self, run: Run, label: str) -> bool:
        return self.history.phases.index(run.phase) <= self.history.phases.index(label)

    def blamed(self, number: int) -> tuple[str, ...]:
        """Return the statements that the whole document's checks find wrong by then, and a crash."""
        label = self.cast.phases[number]
        found = [name for name, one in self.judged(label)[0].items() if one.outcome is Outcome.FAILED]
        if any(one.crashed and self._before(one, label) for one in self.history.runs):
            found.append(FINISHES)
        return tuple(dict.fromkeys(found))

    def judged(self, label: str) -> tuple[Mapping[str, Verdict], int]:
        """Judge what has happened until a phase was over by everything that the documents say."""
        if label not in self._judged:
            case = self.case(label)
            verdicts, comparisons = judge(self.agreement, case.history, self.today, case=case)
            # What is no field rests on other statements, or on figures that a single workflow does not have.
            records = {one.id for one in self.agreement.statements if one.kind in OF_RECORDS}
            self._judged[label] = {name: one for name, one in verdicts.items() if name in records}, comparisons
        return self._judged[label]

    def case(self, label: str) -> Case:
        """Return what has happened until a phase was over, laid out for everything that the documents say."""
        if label not in self._cases:
            history = coarsened(until(self.history, label), self.agreement.integration.settles_within)
            self._cases[label] = Case(self.agreement, history)
        return self._cases[label]

    def example(self, number: int, step: Step, told: Told) -> Counterexample:
        """Return the counterexample: whose record, which sentence, the story so far."""
        case = Case(self.agreement, self.history)
        label = self.cast.phases[number]
        made = plain_example(
            case, self.workflow.statement, told.who or "the whole workflow", told.expected, told.found, label,
            key=told.key, exchange=self._carried(case, step, told.key, label),
        )  # fmt: skip
        story = in_words([one.sentence for one in self.workflow.steps[: number + 1]])
        return replace(made, story=story, phase=f"after {label}")

    def _carried(self, case: Case, step: Step, key: Key | None, label: str) -> str:
        """Return the last request that wrote the record, shortened to the field in question."""
        writes = [
            (exchange, write)
            for exchange, write in self.history.writes()
            if write.key == key and self._before(self.history.runs[exchange.run - 1], label)
        ]
        if not writes:
            return "no request carried it" if key is not None else ""
        top = step.aim.leaf.path.partition(".")[0] if step.aim is not None else ""
        exchange, write = next((one for one in reversed(writes) if top in one[1].sent), writes[-1])
        return exchange_words(case, exchange, write.sent, top)

    # Whose record

    def key(self, number: int, role: Role, side: Side, aim: Aim | None = None) -> Key | None:
        """Return the record of a name on a side, or None if there is none."""
        name = self.cast.names.get(role.name, "")
        if aim is not None and aim.owner:
            name = self.cast.latest[number].get((role.name, aim.owner), "")
        own = next((key for key, known in self.history.names.items() if known == name), None)
        if own is None or own.side is side:
            return own
        now = self.snapshot(number)
        found = self._partner(now, own)
        # Whose it was may have been deleted since: a partner that is left behind is still theirs.
        return found if found is not None or now.record(own) is not None else self._former_partner(number, own)

    def _former_partner(self, number: int, key: Key) -> Key | None:
        """Return the partner that a record had when it was last seen with one, or None."""
        at = self.history.phases.index(self.cast.phases[number])
        for label in reversed(self.history.phases[:at]):
            snapshot = self.history.snapshot(label, "settled")
            found = self._partner(snapshot, key) if snapshot is not None else None
            if found is not None:
                return found
        return None

    def _partner(self, snapshot: Snapshot, key: Key) -> Key | None:
        sight = self.sight(snapshot)
        for pair in self.agreement.directions():
            if (pair.sender, pair.source) == (key.side, key.entity):
                found = sight.partner(pair, key.id)
                if found is not None:
                    return Key(key.side.other, pair.target, found)
        seeded = next(
            (one for one in self.agreement.integration.entities.values() if one.seeded and one.ats == key.entity), None
        )
        if seeded is not None:
            theirs = seeded.link.partition("->")[2].strip()
            for one, record in snapshot.of(key.side.other).get(seeded.app, {}).items():
                if str(get(record, theirs)) == key.id:
                    return Key(key.side.other, seeded.app, one)
        return None

    def snapshot(self, number: int, moment: str = "settled") -> Snapshot:
        """Return both sides as they were after the phase in which a sentence stands."""
        found = self.history.snapshot(self.cast.phases[number], moment)
        assert found is not None
        return found

    # What the sentences say

    def has(self, number: int, step: Step) -> Told:
        """Judge one field."""
        assert step.role is not None
        assert step.aim is not None
        aim, name = step.aim, self.agreement.integration.systems[step.aim.side].name
        key = self.key(number, step.role, aim.side, aim)
        expected = f"{aim.leaf.path} is {words(step.value, self._day(number))}"
        if key is None:
            return Told(False, expected, f"no record of {step.role.name} in {name}", step.role.name)
        record = self.snapshot(number).record(key)
        who = record_words(key, record)
        value = get(record, aim.leaf.path) if record is not None else ABSENT
        if isinstance(step.value, Named):
            return self._refers(number, step.value, aim, key, value)
        right = self.is_said(number, aim, step.value, value)
        late = self._late(number, step.seconds)
        if right and late:
            return Told(False, f"{expected} within {duration(step.seconds)}", late, who, key)
        return Told(right, expected, shown(value), who, key)

    def _refers(self, number: int, said: Named, aim: Aim, key: Key, value: Value) -> Told:
        """Judge a reference to another record of the workflow."""
        wanted = self._named(number, said, aim)
        who = record_words(key, self.snapshot(number).record(key))
        expected = f"{aim.leaf.path} is {said.name}" + (f", {wanted.entity} {wanted.id}" if wanted is not None else "")
        return Told(self.is_said(number, aim, said, value), expected, shown(value), who, key)

    def _named(self, number: int, said: Named, aim: Aim) -> Key | None:
        role = next(one.role for one in self.workflow.steps if one.role is not None and one.role.name == said.name)
        return self.key(number, role, aim.side)

    def is_said(self, number: int, aim: Aim, said: Said, value: Value) -> bool:
        """Tell whether a raw value is what a sentence says; a reference must lead to the record that is named."""
        if isinstance(said, Named):
            wanted = self._named(number, said, aim)
            found = value.get("id") if isinstance(value, Mapping) else value
            return wanted is not None and str(found) == wanted.id
        if isinstance(value, list):
            value = value[0] if len(value) == 1 else value
        if said is None or blank(value):
            return said is None and blank(value)
        return says(self.agreement, aim, said, value, self._day(number))

    def _day(self, number: int) -> date:
        """Return the day in the integration's zone at which a sentence looks."""
        return self.snapshot(number).at.astimezone(ZoneInfo(self.agreement.integration.zone)).date()

    def changed(self, number: int) -> datetime:
        """Return the instant of the last change before a sentence, from which its deadline counts."""
        changed = [one.at for one in self.history.operations if one.phase == self.cast.phases[number]]
        return max(changed, default=self.snapshot(number, "before").at)

    def _late(self, number: int, seconds: float) -> str:
        """Say how long it took from the last change until the connector's run was over, if that is too long."""
        if not seconds:
            return ""
        label, first = self.cast.phases[number], self.changed(number)
        ended = [one.ended for one in self.history.runs if one.phase == label and one.kind == "settle"]
        took: float = ((ended[-1] if ended else first) - first).total_seconds()
        return f"after {duration(took)}" if took > seconds else ""

    def there(self, number: int, step: Step) -> Told:
        """Judge whether somebody is on a side."""
        assert step.role is not None
        assert step.side is not None
        wanted = "not" not in step.sentence.parts
        key = self.key(number, step.role, step.side)
        record = self.snapshot(number).record(key) if key is not None else None
        flag = self.agreement.schemas[step.side].entities[key.entity].deleted_flag if key is not None else ""
        found = record is not None and not (flag and get(record, flag) is True)
        name = self.agreement.integration.systems[step.side].name
        late = self._late(number, step.seconds) if found and wanted else ""
        who = record_words(key, record) if key is not None else step.role.name
        if late:
            return Told(False, f"in {name} within {duration(step.seconds)}", late, who, key)
        return Told(
            found is wanted, f"{'' if wanted else 'not '}in {name}", f"{'' if found else 'not '}there", who, key
        )  # fmt: skip

    def named(self, number: int, step: Step) -> Told:
        """Judge whether the last run named a record."""
        assert step.role is not None
        wanted = step.sentence.parts["not"].lower() == "names"
        label = self.cast.phases[number]
        runs = [one for one in self.history.runs if one.phase == label and one.kind == "settle"]
        name = self.cast.names.get(step.role.name, "")
        key = next((one for one, known in self.history.names.items() if known == name), None)
        if not runs or key is None:
            return Told(False, "", "", lacking="a run after it")
        said = [one for one in runs[-1].failed if one.id == key.id]
        told = f"named: {said[-1].reason}"[:300] if said else "not named"
        return Told(
            bool(said) is wanted, "named in the result" if wanted else "not named", told,
            record_words(key, self.snapshot(number).record(key)), key,
        )  # fmt: skip

    def agree(self, number: int, _: Step) -> Told:
        """Judge everything that the documents say, of every record of the workflow."""
        verdicts, comparisons = self.judged(self.cast.phases[number])
        red = [one for one in verdicts.values() if one.outcome is Outcome.FAILED]
        if not red:
            return Told(True, "", "", lacking="" if comparisons else "a record that arrives")
        example = red[0].counterexample
        told = (
            f"{red[0].statement}: {example.record}: expected {example.expected}, found {example.found}"
            if example
            else ""
        )
        more = f"; and {len(red) - 1} more: {', '.join(one.statement for one in red[1:6])}" if len(red) > 1 else ""
        return Told(False, "every statement of the documents holds", told + more)

    def nothing(self, number: int, _: Step) -> Told:
        """Judge that one further run wrote nothing."""
        label = self.cast.phases[number]
        runs = {one.number for one in self.history.runs if one.phase == label and one.kind == "further"}
        if not runs:
            return Told(False, "", "", lacking="a further run")
        writes = [(one, write) for one, write in self.history.writes() if one.run in runs]
        if not writes:
            return Told(True, "", "")
        exchange, write = writes[0]
        fields = ", ".join(sorted(write.sent)) or "nothing"
        more = f", and {len(writes) - 1} more" if len(writes) > 1 else ""
        return Told(
            False, "no write", f"{exchange.method} of {write.key.entity} with {fields}{more}",
            record_words(write.key, write.before), write.key,
        )  # fmt: skip

    def once(self, number: int, _: Step) -> Told:
        """Judge that nobody has two records on the other side, and that no record there belongs to nobody."""
        snapshot = self.snapshot(number)
        sight, case = self.sight(snapshot), Case(self.agreement, self.history)
        for pair in self.agreement.pairs:
            paired = sight.paired(pair)
            for sender, partners in paired.partners.items():
                if len(partners) > 1:
                    key = Key(pair.sender, pair.source, sender)
                    return Told(
                        False, f"one {pair.target}", f"{len(partners)}: {', '.join(partners)}",
                        record_words(key, snapshot.record(key)), key,
                    )  # fmt: skip
            ours = {key.id for key in self.history.names if key.side is not pair.sender and key.entity == pair.target}
            called = {one for phase in case.phases for one in accounted(case, pair, phase, once=True)}
            for stray in sorted(paired.strays - ours - called):
                if not self._seen_before(pair, stray, number):
                    key = Key(pair.sender.other, pair.target, stray)
                    return Told(
                        False, f"only records that belong to a {pair.source}", "one that belongs to nobody",
                        record_words(key, snapshot.record(key)), key,
                    )  # fmt: skip
        return Told(True, "", "")

    def _seen_before(self, pair: Pair, stray: str, number: int) -> bool:
        """Tell whether a record belonged to somebody once: whose it was may have been deleted since."""
        at = self.history.phases.index(self.cast.phases[number])
        for label in self.history.phases[:at]:
            snapshot = self.history.snapshot(label, "settled")
            if snapshot is not None and stray in self.sight(snapshot).paired(pair).sender_of:
                return True
        return False

    def nobody(self, number: int, _: Step) -> Told:
        """Judge that the connector deleted nothing, and that whoever had arrived and is in scope is still there."""
        label = self.cast.phases[number]
        deletes = [
            (one, write)
            for one, write in self.history.writes()
            if write.kind == "delete" and write.accepted and self._before(self.history.runs[one.run - 1], label)
        ]
        if deletes:
            exchange, write = deletes[0]
            return Told(
                False, "nobody is deleted by the connector", f"{exchange.method} of {write.key.entity} {write.key.id}",
                record_words(write.key, write.before), write.key,
            )  # fmt: skip
        now = self.sight(self.snapshot(number))
        arrived = 0
        at = self.history.phases.index(label)
        for earlier in self.history.phases[: at + 1]:
            snapshot = self.history.snapshot(earlier, "settled")
            assert snapshot is not None
            former = self.sight(snapshot)
            for pair in self.agreement.pairs:
                for sender in former.paired(pair).partners:
                    arrived += 1
                    if sender in now.senders(pair) and now.in_scope(pair, sender) and now.partner(pair, sender) is None:
                        key = Key(pair.sender, pair.source, sender)
                        return Told(
                            False,
                            f"its {pair.target}",
                            "gone",
                            record_words(key, self.snapshot(number).record(key)),
                            key,
                        )
        return Told(True, "", "", lacking="" if arrived else "somebody who has arrived")


_SAID: Mapping[str, Callable[[Judging, int, Step], Told]] = {
    "has": Judging.has,
    "there": Judging.there,
    "named": Judging.named,
    "agree": Judging.agree,
    "nothing": Judging.nothing,
    "once": Judging.once,
    "nobody": Judging.nobody,
}
