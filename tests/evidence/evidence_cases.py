"""Acceptances built by hand, with every verdict in them; the people are made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from signoff.agreement.statement import Kind, Statement
from signoff.chart import Labels
from signoff.evidence.acceptance import Acceptance, Figures, GateLevel
from signoff.verdict import CaseSize, Counterexample, Finding, Outcome, Verdict

__all__ = ["Acceptance", "Counterexample", "Finding", "Labels", "Outcome", "Verdict"]  # used by the tests as cases.X

FILE = "features/bullhorn-shiftline/workers.feature"
CHART = "Who the worker is"


def row(id_: str, line: int, ats: str, flow: str, app: str, rule: str, note: str = "", **more: Any) -> Statement:
    cells = {"Bullhorn field": ats, "flow": flow, "Shiftline field": app, "rule": rule, "note": note}
    base = Statement(
        id=id_,
        kind=Kind.ROW,
        integration="bullhorn-shiftline",
        document="Workers",
        story=CHART,
        file=FILE,
        line=line,
        title=" ".join(part for part in (ats, flow, app) if part),
        sentence=f"{app or ats}: {rule or 'same text (assumed)'}",
        binding="worker",
        cells=cells,
        because=note,
    )
    return replace(base, **more)


ARRIVE = Statement(
    id="worker:arrive",
    kind=Kind.BINDING,
    integration="bullhorn-shiftline",
    document="Workers",
    story="Every worker",
    file=FILE,
    line=11,
    title="every candidate in scope arrives",
    sentence="Every candidate in scope and not held back is a worker by the second sync.",
    binding="worker",
)
FINISHES = replace(
    ARRIVE,
    id="connector:finishes",
    kind=Kind.CONNECTOR,
    document="The connector",
    story="The connector",
    file="scope/bullhorn-shiftline.toml",
    line=9,
    title="the connector finishes and tells the truth",
    sentence="",
)
LINK = row("worker.external_id", 21, "id", "->", "external_id", "as text", "the link")
DATE = row(
    "worker.available_on",
    22,
    "dateAvailable",
    "->",
    "available_on",
    "same date",
    "a day, wherever the phone is",
    labels=Labels(must="must", owner="dana", ticket="NS-12", tags=("chart", "must", "owner:dana", "ticket:NS-12")),
)
NICK = row("worker.nickname", 23, "nickName", "->", "nickname", "", assumed_rule=True)
PAY = row("worker.pay_rate", 24, "Placement.payRate", "->", "pay_rate", "same amount")
STREET = row(
    "worker.street",
    25,
    "address.address1",
    "->",
    "street",
    "same text",
    waived_until="2027-01-31",
    waived_reason="the vendor trims blanks in release 4.2",
)
BADGE = row("worker.badge", 26, "Badge number", "->", "badge", "", open_question="Who owns the badge number?")
EVIL = row(
    "worker.ssn:never", 27, "ssn", "never", "", "", "<script>alert(1)</script> & \"law\"", kind=Kind.NEVER,
    labels=Labels(severity="critical", tags=("chart", "severity:critical")),
)  # fmt: skip
PHONE = row("worker.phone", 28, "mobile, phone", "->", "phone", "first filled of mobile or phone, same phone")
ACTIVE = Statement(
    id="worker-status:active",
    kind=Kind.VALUE,
    integration="bullhorn-shiftline",
    document="Workers",
    story="Worker status",
    file=FILE,
    line=40,
    title="Active means available",
    cells={"Bullhorn status": "Active", "Shiftline status": "available", "why": "سبب 🧑🏽‍🔧"},
)
WHO = Statement(
    id="worker:who:anyone-else",
    kind=Kind.POPULATION,
    integration="bullhorn-shiftline",
    document="Workers",
    story="Who reaches the app",
    file=FILE,
    line=50,
    title="anyone else never reaches the app",
    cells={"who": "anyone else", "outcome": "never reaches the app"},
)
STATEMENTS = (FINISHES, ARRIVE, LINK, DATE, NICK, PAY, STREET, BADGE, EVIL, PHONE, ACTIVE, WHO)

DATE_CASE = Counterexample(
    record="Candidate 17, Zoë O'Brien",
    expected="2026-03-08",
    found="2026-03-07",
    given=(("dateAvailable", "1772928000000"),),
    phase="after the first sync",
    exchange='POST /workers → 201\n{"external_id": "17", "available_on": "2026-03-07"}',
    reproduce=f'pytest "{FILE}::worker.available_on" --seed 20260311',
    replay="pytest --replay reports/bullhorn-shiftline/counterexamples/worker.available_on.json",
    alone=True,
)
LEAK_CASE = Counterexample(
    record="Candidate 1017, أحمد <b>O'Brien</b>",
    expected="no other system receives it",
    found="078-••-••20 in the body of POST /workers",
    given=(("ssn", "078-••-••20"),),
    phase="after the second changes",
)
SMALL_CASE = replace(
    DATE_CASE,
    story=(
        'Bullhorn: Candidate Maria Lopez has dateAvailable 2026-03-08 and nickName "Ma\u00a0ri"',
        "the connector syncs twice",
        "then Bullhorn: Candidate Maria Lopez: dateAvailable becomes blank",
        "then the connector syncs twice",
    ),
    size=CaseSize(1, 2, 1_311, 2_641, 5, 14),
)
STREET_CASE = Counterexample(
    record="Candidate 44, Nguyễn Thị Hoa",
    expected="12 Main St",
    found="12\u00a0Main St ",
    given=(("address.address1", "12 Main St"),),
    alone=False,
)


SMALL = Verdict(DATE.id, Outcome.FAILED, findings=(Finding(DATE.id, "wrong value", SMALL_CASE),))


def verdicts() -> dict[str, Verdict]:
    made = [
        Verdict(FINISHES.id, Outcome.BLOCKED, note="Shiftline answered 503 five times."),
        Verdict(ARRIVE.id, Outcome.VERIFIED, exercised={"created": 40, "changed": 8}),
        Verdict(LINK.id, Outcome.VERIFIED, exercised={"created": 1}),
        Verdict(DATE.id, Outcome.FAILED, findings=(Finding(DATE.id, "wrong value", DATE_CASE),)),
        Verdict(NICK.id, Outcome.ASSUMED, exercised={"created": 12}),
        Verdict(
            PAY.id,
            Outcome.NOT_EXERCISED,
            because_of=("worker:arrive",),
            would_exercise="a worker whose placement changes its pay rate",
        ),
        Verdict(STREET.id, Outcome.WAIVED, findings=(Finding(STREET.id, "wrong value", STREET_CASE),)),
        Verdict(BADGE.id, Outcome.OPEN),
        Verdict(EVIL.id, Outcome.FAILED, findings=(Finding(EVIL.id, "leak", LEAK_CASE),) * 2),
        Verdict(PHONE.id, Outcome.VERIFIED, exercised={"created": 1234}),
        Verdict(ACTIVE.id, Outcome.VERIFIED),
        Verdict(WHO.id, Outcome.VERIFIED),
    ]
    return {one.statement: one for one in made}


def small(**changes: Any) -> Acceptance:
    """Return the same acceptance, in which one counterexample was made smaller."""
    found = {**verdicts(), DATE.id: SMALL}
    return every_verdict(**{"verdicts": found, **changes})


def every_verdict(**changes: Any) -> Acceptance:
    """Return a complete, refused acceptance: 2 failed and one or more of each other verdict."""
    base = Acceptance(
        integration="bullhorn-shiftline",
        title="Bullhorn and Shiftline",
        statements=STATEMENTS,
        verdicts=verdicts(),
        complete=True,
        selection="",
        environment="simulated",
        connector="fixtures/reference_connector:Connector",
        connector_version="1.4.0",
        scope_hash="sha256:8f41c0aa",
        seed=20260311,
        effort="standard",
        started=datetime(2026, 3, 11, 9, 30, tzinfo=UTC),
        seconds=17.44,
        figures=Figures(connector_runs=12, records_judged=4210, comparisons=38211, exchanges=5200),
        world_now=datetime(2026, 3, 11, 15, 0, tzinfo=UTC),
        systems={"ats": "Bullhorn", "app": "Shiftline"},
        not_tested=("Random sequences of changes and faults.",),
    )
    return replace(base, **changes)


def accepted(**changes: Any) -> Acceptance:
    """Return a complete acceptance with nothing against it: one assumed row, the others verified."""
    statements = (ARRIVE, LINK, NICK)
    all_of_them = verdicts()
    return every_verdict(
        **{"statements": statements, "verdicts": {one.id: all_of_them[one.id] for one in statements}, **changes}
    )


def selected(**changes: Any) -> Acceptance:
    """Return a selected run of one good row."""
    good = {LINK.id: verdicts()[LINK.id]}
    return every_verdict(**{"verdicts": good, "complete": False, "selection": "-k external_id", **changes})


STRICT = GateLevel.STRICT
REPORT = GateLevel.REPORT
