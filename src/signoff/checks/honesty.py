"""Check that the connector finishes, and that what it says about itself is true."""

from __future__ import annotations

import re

from signoff.checks.case import FINISHES as STATEMENT
from signoff.checks.case import Case
from signoff.checks.ledger import Ledger
from signoff.checks.telling import a, plain_example
from signoff.history import Exchange, Run, Write
from signoff.record import blank

_GONE = (404, 410)
_WORD = re.compile(r"[A-Za-z0-9_-]+")


def check_honesty(case: Case, ledger: Ledger) -> None:
    """Judge `connector:finishes`.

    A run must end by itself and without an exception. It must not say ok when the last word on one of its writes
    was a refusal that it does not name; it must not say that it failed when everything arrived and nobody is held,
    unless it was told a list wrongly: then either is true.
    """
    ledger.promise(STATEMENT, "finished", "a run of the connector")
    for run in case.history.runs:
        ledger.exercise(STATEMENT, "finished")
        if run.crashed:
            _find(case, ledger, run, "the run ends by itself, and says how it went", run.crashed)
        elif _too_modest(case, run):
            _find(case, ledger, run, "ok, because everything is there and nobody is held back", "not ok")
        elif run.ok and (unnamed := _unnamed(case, run)):
            _find(case, ledger, run, "not ok, or the refused records named", f"ok, though {unnamed}")
        if run.left:
            threads = ", ".join(run.left[:3]) + (f" and {len(run.left) - 3} more" if len(run.left) > 3 else "")
            _find(case, ledger, run, "the run ends with all that it started", f"a thread still ran after it: {threads}")
    asked = sorted({(one.run, _host(one.url)) for one in case.history.exchanges if _stranger(one)})
    for number, host in asked:
        # What is asked between two runs, or while the connector is loaded, is told with the first one.
        nearest = next((one for one in case.history.runs if one.number == (number or 1)), None)
        if nearest is not None:
            outside = "" if number else " outside of its runs"
            said = f"it tried to reach {host}{outside}"
            _find(case, ledger, nearest, "the connector asks nobody but the systems of the toml", said)
    calm = [run for run in case.history.runs if run.ok is not None and not run.failed and not _held_back(case, run)]
    if calm:
        ledger.exercise(STATEMENT, "told the truth", len(calm))


def _find(case: Case, ledger: Ledger, run: Run, expected: str, found: str) -> None:
    printed = run.printed.strip().splitlines()
    ledger.find(
        STATEMENT,
        "dishonest" if not run.crashed else "crashed",
        lambda: plain_example(
            case,
            STATEMENT,
            f"run {run.number} of {len(case.history.runs)}",
            expected,
            found,
            run.phase,
            note=f"its last words: {printed[-1][:200]}" if printed and run.crashed else "",
        ),
    )


def _stranger(one: Exchange) -> bool:
    """Tell whether a request went to a host that is no system of the integration."""
    return one.side is None and not one.service


def _host(url: str) -> str:
    # Without a user and a password, which may stand before the host.
    return url.partition("//")[2].partition("/")[0].rpartition("@")[2]


def _held_back(case: Case, run: Run) -> bool:
    phase = next((one for one in case.phases if one.label == run.phase), None)
    return phase is None or any(
        phase.settled.in_scope(pair, one) and any(not why.waits for why in phase.settled.bad(pair, one))
        for pair in case.agreement.directions()
        for one in phase.settled.senders(pair)
    )


def _too_modest(case: Case, run: Run) -> bool:
    """Tell whether a run says that it failed, although nothing did."""
    if run.ok is not False or run.failed or run.spoilt:
        return False
    return not _held_back(case, run) and _all_there(case, run)


def _all_there(case: Case, run: Run) -> bool:
    phase = next((one for one in case.phases if one.label == run.phase), None)
    return phase is not None and all(
        phase.settled.partner(pair, one) is not None
        for pair in case.agreement.pairs
        for one in phase.settled.senders(pair)
        if phase.settled.in_scope(pair, one) and not phase.settled.bad(pair, one)
    )


def _unnamed(case: Case, run: Run) -> str:
    """Say which writes of a run were refused for good and are named nowhere; "" if none."""
    taken = {one.key for one in case.history.operations if one.kind == "delete"}
    last: dict[str, tuple[bool, str, bool]] = {}
    for exchange in case.history.exchanges:
        if exchange.run != run.number:
            continue
        for write in exchange.writes:
            words = f"{exchange.method} of {a(write.key.entity)} was answered {exchange.status}"
            # Of what people have taken away nothing is lost: that is how a connector learns of it.
            gone = exchange.status in _GONE and write.kind != "create" and write.key in taken
            named = write.accepted or gone or _named(case, run, exchange, write)
            last[_spot(case, exchange, write)] = (write.accepted, words, named)
    refused = [words for accepted, words, named in last.values() if not accepted and not named]
    if not refused:
        return ""
    return refused[0] + (f", and {len(refused) - 1} more" if len(refused) > 1 else "")


def _named(case: Case, run: Run, exchange: Exchange, write: Write) -> bool:
    """Tell whether a result names the record that a refused write was about, by the id of either side.

    A create of which nobody knows whose it was may be that of anybody who is named.
    """
    if not run.failed:
        return False
    ids = {write.key.id} | set(_WORD.findall(f"{exchange.url} {exchange.request_body.decode('utf-8', 'replace')}"))
    pair = case.pair_of_write(write)
    phase = next((one for one in case.phases if one.label == run.phase), None)
    if pair is None or phase is None or (write.kind == "create" and pair.link is None):
        return True
    if write.key.entity == pair.target:
        ids |= {str(phase.settled.paired(pair).sender_of.get(write.key.id, ""))}
    else:
        ids |= {phase.settled.partner(pair, write.key.id) or "" if write.key.id in phase.settled.senders(pair) else ""}
    ids -= {""}
    return any(one.id in ids for one in run.failed)


def _spot(case: Case, exchange: Exchange, write: Write) -> str:
    """Return what a write is about: a create that comes again in another form is still the same record's."""
    pair = case.pair_of_write(write)
    key = write.sent.get(pair.link[1]) if pair is not None and pair.link is not None else None
    if write.kind != "create" or blank(key):
        return f"{write.kind} {write.key.entity} {write.key.id or exchange.request_body[:2000]!r}"
    return f"create {write.key.entity} for {key!r}"
