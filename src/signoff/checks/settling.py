"""Check that a further sync writes nothing, and that every message fits the receiving schema."""

from __future__ import annotations

from signoff.checks.case import FINISHES, Case
from signoff.checks.ledger import Ledger
from signoff.checks.telling import a, exchange_words, plain_example, record_words
from signoff.history import Exchange, Write
from signoff.record import get, same_json
from signoff.schema import Side


def check_settling(case: Case, ledger: Ledger) -> None:
    """Judge `:settle`: in a run before which nothing has changed, no write is sent that the receiver could take.

    On a day on which nobody does anything the calendar alone gives something to write: what the record holds already
    is not that.
    """
    for pair in case.agreement.pairs:
        ledger.promise(pair.statement("settle"), "further sync", f"a further sync with {a(pair.target)} there")
    crashed = {phase.label for phase in case.phases if phase.crashed}
    quiet = {phase.label for phase in case.phases if not phase.operations}
    further = {run.number: run for run in case.history.runs if run.kind == "further" and run.phase not in crashed}
    idle = {run.number: run for run in case.history.runs if run.phase in quiet - crashed and run.number not in further}
    for pair in case.agreement.pairs:
        for phase in case.phases:
            if not any(run.kind == "further" for run in phase.runs):
                continue
            if phase.crashed:
                ledger.lose(pair.statement("settle"), "further sync", FINISHES)  # whatever was left undone is due
            elif still := case.stood_still(pair, phase):
                ledger.lose(pair.statement("settle"), "further sync", still)  # who never writes need not stop
            elif phase.settled.receivers(pair):
                ledger.exercise(pair.statement("settle"), "further sync")
    for exchange, write in case.history.writes():
        run = further.get(exchange.run) or (idle.get(exchange.run) if _changes_nothing(write) else None)
        if run is None or exchange.problems:
            # A message against the schema is the contract's finding: it is refused, so it comes again in every run.
            continue
        found = case.pair_of_write(write) or case.agreement.pairs[0]
        statement = found.statement("settle")
        ledger.find(
            statement,
            "unsettled",
            lambda exchange=exchange, write=write, statement=statement, run=run: plain_example(  # type: ignore[misc]
                case,
                statement,
                record_words(write.key, write.before or write.sent),
                "nothing is written, because nothing has changed",
                f"{write.kind} of {', '.join(sorted(write.sent)) or write.key.entity}",
                run.phase,
                exchange_words(case, exchange, write.sent),
                write.key,
            ),
        )


def _changes_nothing(write: Write) -> bool:
    """Tell whether an update gives a record what it holds already: on a day on which nobody changed anything."""
    before = write.before
    return (
        write.kind == "update"
        and before is not None
        and all(same_json(get(before, name), value) for name, value in write.sent.items())
    )


def check_contract(case: Case, ledger: Ledger) -> None:
    """Judge `:contract` by what the receiving system's published schema says against each message."""
    for pair in case.agreement.pairs:
        for kind in ("create", "update"):
            ledger.promise(pair.statement("contract"), kind, f"{a(kind)} of {a(pair.target)}")
    for exchange in case.history.exchanges:
        if not exchange.run or exchange.side is None:
            continue
        write = exchange.writes[0] if exchange.writes else None
        about = case.pair_of_write(write) if write is not None else None
        if about is not None and write is not None and write.kind != "delete":
            ledger.exercise(about.statement("contract"), write.kind)
        if exchange.problems:
            _breach(case, ledger, exchange, write)


def _breach(case: Case, ledger: Ledger, exchange: Exchange, write: Write | None) -> None:
    pair = case.pair_of_write(write) if write is not None else None
    if pair is None:
        pair = next((one for one in case.agreement.pairs if _asks_for(case, exchange, one.target, one.source)), None)
    statement = (pair or case.agreement.pairs[0]).statement("contract")
    phase = next((run.phase for run in case.history.runs if run.number == exchange.run), "")
    ledger.find(
        statement,
        "contract",
        lambda: plain_example(
            case,
            statement,
            record_words(write.key, write.before or write.sent) if write is not None else "no record",
            "a message that fits the published schema",
            "; ".join(exchange.problems)[:400],
            phase,
            exchange_words(case, exchange, write.sent if write is not None else {}),
            write.key if write is not None else None,
        ),
    )


def _asks_for(case: Case, exchange: Exchange, target: str, source: str) -> bool:
    path = exchange.url.split("?", 1)[0].lower()
    options = [one for one in case.agreement.integration.entities.values() if target in (one.ats, one.app)]
    collection = str(options[0].app_options.get("collection", "")) if options else ""
    if exchange.side is Side.APP:
        return bool(collection) and collection.lower() in path
    return f"/{target.lower()}" in path or f"/{source.lower()}" in path
