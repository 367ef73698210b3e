"""Tiny scripted worlds and judges that look at the script itself: no connector is run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from stories import plain_agreement

from signoff.schema import Side
from signoff.strategies.script import FamilyPlan, Phase, Plan, Script
from signoff.verdict import Counterexample, Finding

AGREEMENT = plain_agreement()
NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
STATEMENT = "worker.first_name"
KIND = "wrong value"

Person = Mapping[str, Any]
Judge = Callable[[Script], Mapping[str, Sequence[Finding]] | None]


def made(number: int, **fields: Any) -> Plan:
    plain = {
        "firstName": f"Konstantin {number}",
        "phone": f"(312) 641-{number:04d}",
        "email": f"konstantin.{number}@example.com",
        "status": "Active",
        "kind": "temp",
    }
    return Plan("create", f"Candidate#{number}", Side.ATS, "Candidate", {**plain, **fields}, "one field", pause=10.0)


def changed(number: int, kind: str = "update", **fields: Any) -> Plan:
    return Plan(kind, f"Candidate#{number}", Side.ATS, "Candidate", fields, "one field", pause=10.0)


def family(number: int) -> FamilyPlan:
    name = f"Candidate#{number}"
    return FamilyPlan(f"worker-{number}", "worker", "one field", STATEMENT, name, (name,))


def script(people: Sequence[Plan], *phases: Sequence[Plan], page: int = 0) -> Script:
    labels = ("seed", "first", "second", "third")
    return Script(
        "crm-app",
        7,
        "standard",
        NOW,
        "hash",
        tuple(
            Phase(label, tuple(plans), 2, further=1 if label == "seed" else 0)
            for label, plans in zip(labels, (people, *phases), strict=False)
        ),
        tuple(family(int(plan.name.partition("#")[2])) for plan in people),
        knobs={"ats": {"page_cap": page}} if page else {},
    )


def finding(family: str, label: str = "seed", statement: str = STATEMENT, kind: str = KIND) -> Finding:
    return Finding(statement, kind, Counterexample("Candidate 17", "right", "wrong", family=family, label=label))


def plans(one: Script, label: str = "") -> Iterator[Plan]:
    for phase in one.phases:
        if not label or phase.label == label:
            yield from phase.plans


def people(one: Script) -> list[Plan]:
    return [plan for plan in plans(one) if plan.kind == "create"]


def judge(fails: Callable[[Plan, Script], bool], label: str = "seed") -> Judge:
    """Find every family whose record fails, by its own plan and the whole script."""

    def judged(one: Script) -> Mapping[str, Sequence[Finding]]:
        by_name = {plan.name: plan for plan in people(one)}
        found = [
            finding(each.name, label)
            for each in one.families
            if each.subject in by_name and fails(by_name[each.subject], one)
        ]
        return {STATEMENT: found} if found else {}

    return judged
