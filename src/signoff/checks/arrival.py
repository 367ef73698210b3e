"""Check that everyone in scope arrives, that nobody arrives twice, and that nobody else arrives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sized
from dataclasses import replace

from signoff.agreement.addresses import correcting
from signoff.agreement.meeting import FIRST_LINK
from signoff.agreement.resolved import Pair, PopulationCase, When
from signoff.checks.case import FINISHES, Case, Phase
from signoff.checks.creating import accounted
from signoff.checks.ledger import Ledger
from signoff.checks.paths import came, was_to_come
from signoff.checks.taken import taken_over
from signoff.checks.telling import a, given, plain_example, record_words
from signoff.model.sight import Sight
from signoff.record import RecordId


def check_arrival(case: Case, ledger: Ledger) -> None:
    """Judge `:arrive`, `:once` and the population rows of every binding."""
    for pair in case.agreement.pairs:
        ledger.promise(pair.statement("arrive"), "arrived", f"{a(pair.source)} in scope")
        ledger.promise(pair.statement("once"), "arrived", f"{a(pair.source)} in scope")
        ledger.promise(pair.statement("once"), "changed", f"{a(pair.source)} that changes after it has arrived")
        for one in pair.population:
            ledger.promise(
                one.statement,
                "in scope" if one.reaches else "kept out",
                f"two records of {pair.source} where {one.who}",
            )
        told: set[RecordId] = set()
        for phase in case.phases:
            _arrived(case, ledger, pair, phase, told)
            _once(case, ledger, pair, phase)
            taken_over(case, ledger, pair, phase)
            _kept_out(case, ledger, pair, phase)
        if pair.either and pair.back is not None:
            ledger.promise(pair.statement("arrive"), "arrived from the other side", f"{a(pair.target)} made over there")
            back_told: set[RecordId] = set()
            for phase in case.phases:
                _arrived(case, ledger, pair.back, phase, back_told)
                _once(case, ledger, pair.back, phase)
                _nobodys(case, ledger, pair, phase)
    _never_made(case, ledger)


def _shown_by(case: Case, pair: Pair) -> list[str]:
    """Return every statement of which a pair of records of a binding may be evidence."""
    tables = {table for row in pair.rows if row.rule is not None for table in row.rule.tables}
    return [
        *(row.statement for row in (*pair.rows, *pair.protected)),
        *(one.statement for one in case.agreement.value_rows if one.table in tables),
        *(one.statement for one in pair.policy),
        *(pair.statement(suffix) for suffix in ("arrive", "once", "outside", "settle", "contract", "held")),
    ]


def _of_those_who_go(case: Case, pair: Pair) -> list[str]:
    """Return the statements of which records are evidence that leave, end or stay away, and those on addresses."""
    return [
        *(one.statement for one in pair.population),
        *(one.statement for one in pair.life),
        *(one.statement for one in case.agreement.matters.addresses if correcting(pair)),
    ]


def _never_made(case: Case, ledger: Ledger) -> None:
    """Tell what was lost with records that could not be made, because what they refer to had not arrived."""
    keys = {name: key for key, name in case.history.names.items()}
    for name, lacking in case.history.skipped.items():
        entity, key = name.split("#")[0], keys.get(lacking)
        waiting = [pair for (_, source), pairs in case.by_source.items() if source == entity for pair in pairs]
        if key is None or not waiting:
            continue
        causes = {
            cause
            for phase in case.phases
            for pair in case.by_source.get((key.side, key.entity), ())
            if (cause := case.lost_to(pair, phase, key.id))
        }
        for pair in waiting:
            for statement in _shown_by(case, pair):
                for cause in causes:
                    ledger.lose_all(statement, cause)


def _arrived(case: Case, ledger: Ledger, pair: Pair, phase: Phase, told: set[RecordId]) -> None:
    now = phase.settled
    due = case.due(pair, phase)
    missing = case.missing(pair, phase)
    if len(due) > len(missing):
        if not pair.mirrors:
            brought = sum(not case.merely_there(pair, phase, one) for one in due if one not in missing)
            ledger.exercise(pair.statement("arrive"), "arrived", brought)
        elif any(case.made_by_people(pair, one) for one in due if one not in missing):
            ledger.exercise(pair.statement("arrive"), "arrived from the other side")
    for name, count in Counter(_case_of(now, pair, one) for one in due if now.case(pair, one) is not None).items():
        if count >= 2:
            own = [one for one in due if _case_of(now, pair, one) == name]
            absent = sum(missing[one] != name if one in missing else case.merely_there(pair, phase, one) for one in own)
            ledger.exercise(name, "in scope", count - absent)
    # A run that crashed may have come to nobody: nobody knows what it would have shown.
    for cause in {*missing.values(), *([FINISHES] if phase.crashed else [])}:
        for name in (*_shown_by(case, pair), *_of_those_who_go(case, pair)):
            ledger.lose_all(name, cause)
    for one, statement in missing.items():
        if one in told or statement == FINISHES:
            continue
        told.add(one)
        fits = now.case(pair, one)
        key = case.sender_key(pair, one)
        ledger.find(
            statement,
            "missing",
            lambda key=key, one=one, fits=fits, statement=statement: replace(  # type: ignore[misc]
                plain_example(
                    case,
                    statement,
                    record_words(key, now.senders(pair)[one]),
                    f"{a(pair.target)} of its own{_agreed(pair, statement) or _because(fits)}",
                    f"none among {len(now.receivers(pair))}",
                    phase.label,
                    _named(phase, one),
                    key,
                    note="; ".join(filter(None, (was_to_come(case, pair, phase, one), _many(missing, due)))),
                ),
                given=_at_fault(now, pair, one, statement),
            ),
        )


def _many(missing: Sized, due: Sized) -> str:
    return f"{len(missing)} of {len(due)} are missing" if len(missing) > 1 else ""


def _agreed(pair: Pair, statement: str) -> str:
    """Return what the bad-data table says, where one of its rows lets the record arrive all the same; else ""."""
    row = next((one for one in pair.policy if one.statement == statement), None)
    return f": where {row.words}, {row.then}" if row is not None else ""


def _at_fault(now: Sight, pair: Pair, record_id: RecordId, statement: str) -> tuple[tuple[str, str], ...]:
    """Return the sending cells, with their values, that are bad in the sense of a row of the bad-data table."""
    bad = [one.row for one in now.promises(pair, record_id).values() if one is not None and one.policy == statement]
    return tuple(dict.fromkeys(cell for row in bad for cell in given(now.context(pair, record_id), row)))


def _case_of(sight: Sight, pair: Pair, record_id: RecordId) -> str:
    fits = sight.case(pair, record_id)
    return fits.statement if fits is not None else ""


def _because(fits: PopulationCase | None) -> str:
    return f", because {fits.who}" if fits is not None and fits.condition is not None else ""


def _named(phase: Phase, record_id: RecordId) -> str:
    said = [one.reason for run in phase.runs for one in run.failed if one.id == record_id]
    return f"the connector said: {said[-1]}"[:300] if said else "no request carried it, and the connector said nothing"


def _once(case: Case, ledger: Ledger, pair: Pair, phase: Phase) -> None:
    now = phase.settled
    found = now.paired(pair)
    statement = pair.statement("once")
    former = phase.previous.paired(pair).partners if phase.previous is not None else {}
    ledger.exercise(statement, "arrived", len(found.partners))
    changed = [one for one in found.partners if one in former and case.sender_key(pair, one) in phase.touched]
    if changed:
        ledger.exercise(statement, "changed", len(changed))
    for one, partners in found.partners.items():
        before = former.get(one, ())
        if len(partners) > 1 and set(partners) != set(before):
            key = case.sender_key(pair, one)
            turn = case.turn(pair, phase, one)
            told = turn.statement if turn is not None and turn.when is When.MERGED else statement
            ledger.find(
                told,
                "surplus",
                lambda key=key, one=one, partners=partners, told=told: plain_example(  # type: ignore[misc]
                    case,
                    told,
                    record_words(key, now.senders(pair)[one]),
                    f"one {pair.target}",
                    f"{len(partners)}: {', '.join(partners)}",
                    phase.label,
                    key=key,
                ),
            )
    for one, before in former.items():
        after = found.partners.get(one, ())
        if not before or not after or set(before) & set(after):
            continue
        if all(old in phase.before.receivers(pair) for old in before):
            key = case.sender_key(pair, one)
            turn = case.turn(pair, phase, one)
            told = turn.statement if turn is not None and turn.statement else statement
            ledger.find(
                told,
                "made anew",
                lambda key=key, one=one, before=before, after=after, told=told: plain_example(  # type: ignore[misc]
                    case,
                    told,
                    record_words(key, now.senders(pair)[one]),
                    f"the same {pair.target} as before, {before[0]}",
                    f"another one, {after[0]}",
                    phase.label,
                    key=key,
                ),
            )
    _there_already(case, ledger, pair, phase)
    ours = case.made_there(pair)
    old = phase.previous.paired(pair).strays if phase.previous is not None else frozenset()
    # Whoever lost its sending record was somebody's.
    old |= {turn.held for one, turn in case.turns(pair, phase).items() if turn.held and one not in now.senders(pair)}
    for stray in sorted(found.strays - ours - old - accounted(case, pair, phase)):
        ledger.find(
            statement,
            "surplus",
            lambda stray=stray: plain_example(  # type: ignore[misc]
                case,
                statement,
                record_words(case.receiver_key(pair, stray), now.receivers(pair)[stray]),
                f"only records that belong to {a(pair.source)}",
                "one that belongs to nobody",
                phase.label,
                key=case.receiver_key(pair, stray),
            ),
        )


def _there_already(case: Case, ledger: Ledger, pair: Pair, phase: Phase) -> None:
    """Find records that were made a second time, although a matching key named the one that was there already."""
    if pair.mirrors:
        return
    before, now, statement = phase.before.paired(pair), phase.settled, pair.statement("once")
    former = phase.previous.paired(pair).partners if phase.previous is not None else {}
    for one in (one for one in before.partners if one in before.known and one not in former):
        there, after = before.partners[one][0], now.paired(pair).partners.get(one, ())
        if not after or there in after or there not in now.receivers(pair):
            continue
        key = case.sender_key(pair, one)
        for row in pair.rows if pair.back is not None else ():
            if row.both_ways:
                ledger.lose(row.statement, FIRST_LINK, statement)
        ledger.find(
            statement,
            "surplus",
            lambda key=key, one=one, there=there, after=after: plain_example(  # type: ignore[misc]
                case,
                statement,
                record_words(key, now.senders(pair)[one]),
                f"the {pair.target} that was there already and has the same key, {there}",
                f"another one, {after[0]}",
                phase.label,
                key=key,
            ),
        )


def _nobodys(case: Case, ledger: Ledger, pair: Pair, phase: Phase) -> None:
    """Find pairs of which people made neither record: the connector took its own record for a new one."""
    now, names = phase.settled, case.history.names
    old = phase.previous.paired(pair).partners if phase.previous is not None else {}
    for one, partners in now.paired(pair).partners.items():
        keys = [case.sender_key(pair, one), *(case.receiver_key(pair, other) for other in partners)]
        if one in old or any(key in names for key in keys):
            continue
        ledger.find(
            pair.statement("once"),
            "surplus",
            lambda one=one, keys=keys: plain_example(  # type: ignore[misc]
                case,
                pair.statement("once"),
                record_words(keys[0], now.senders(pair)[one]),
                f"only records that people made, and one {pair.target} for each",
                f"a {pair.source} and a {pair.target} that nobody made",
                phase.label,
                key=keys[0],
            ),
        )


def _kept_out(case: Case, ledger: Ledger, pair: Pair, phase: Phase) -> None:
    now = phase.settled
    out: Counter[str] = Counter()
    former = phase.previous.paired(pair).partners if phase.previous is not None else {}
    for one in now.senders(pair):
        fits = now.case(pair, one)
        if fits is None or fits.reaches:
            continue
        out[fits.statement] += 1
        partner = now.partner(pair, one)
        if partner is not None and one not in former:
            key = case.sender_key(pair, one)
            ledger.find(
                fits.statement,
                "surplus",
                lambda key=key, one=one, partner=partner, fits=fits: plain_example(  # type: ignore[misc]
                    case,
                    fits.statement,
                    record_words(key, now.senders(pair)[one]),
                    f"not there, because {fits.who}",
                    f"{pair.target} {partner}",
                    phase.label,
                    key=key,
                    note=came(case, pair, phase, one),
                ),
            )
    still = case.stood_still(pair, phase)
    for name, count in out.items():
        if still:
            ledger.lose(name, "kept out", still)
        elif count >= 2:
            ledger.exercise(name, "kept out", count)
