"""Write the result as data: `signoff.json`, with a published schema that other programs may rely on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator

from signoff.agreement.statement import Statement
from signoff.errors import Blocked, Place, Problem
from signoff.evidence import matters, states, timeline, wording
from signoff.evidence.acceptance import Acceptance, Since
from signoff.evidence.decision import decide
from signoff.evidence.writing import writable_values
from signoff.verdict import Finding, Verdict

SCHEMA = "signoff/1"
"""Name of the format. Keys are only added under this name; a key that changes its meaning makes `signoff/2`."""
INDEX_SCHEMA = "signoff-index/1"


@cache
def schema() -> Mapping[str, Any]:
    """Return the published JSON Schema (2020-12) of `signoff.json`, for one integration or an index of several."""
    text = files("signoff.evidence").joinpath("signoff.schema.json").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


def _wanted(kind: str) -> dict[str, Any]:
    return {"$schema": schema()["$schema"], "$defs": schema()["$defs"], "$ref": f"#/$defs/{kind}"}


@cache
def _fast(kind: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_wanted(kind))


def data(acceptance: Acceptance) -> dict[str, Any]:
    """Return one integration's result as JSON values. Instants are ISO 8601 in UTC, seconds real seconds."""
    decision = decide(acceptance)
    figures = acceptance.figures
    return {
        "schema": SCHEMA,
        "integration": acceptance.integration,
        "title": acceptance.title,
        "verdict": decision.overall.value,
        "sentence": decision.sentence,
        "gate": {"level": acceptance.gate.value, "passes": decision.passes, "reasons": list(decision.reasons)},
        "complete": acceptance.complete,
        "selection": acceptance.selection or None,
        "replayed": acceptance.replayed or None,
        "environment": acceptance.environment,
        "connector": {"name": acceptance.connector, "version": acceptance.connector_version or None},
        "systems": dict(acceptance.systems),
        "scope_hash": acceptance.scope_hash,
        "seed": acceptance.seed,
        "effort": acceptance.effort,
        "started": acceptance.started.isoformat(),
        "world_now": acceptance.world_now.isoformat() if acceptance.world_now is not None else None,
        "seconds": round(acceptance.seconds, 3),
        "connector_runs": figures.connector_runs,
        "records_judged": figures.records_judged,
        "comparisons": figures.comparisons,
        "exchanges": figures.exchanges,
        "counts": {outcome.value: many for outcome, many in acceptance.counts().items()},
        "questions": matters.questions_counted(acceptance),
        "checklist": matters.checklist_counted(acceptance),
        "statements_total": len(acceptance.statements),
        "statements_selected": len(acceptance.verdicts),
        "not_tested": list(acceptance.not_tested),
        "left_over": list(acceptance.left_over),
        "since": _since(acceptance.since),
        "statements": statements(acceptance),
    }


def statements(acceptance: Acceptance) -> list[dict[str, Any]]:
    """Return the statements of an acceptance as JSON values, in document order."""
    return [
        statement(one, acceptance.verdicts.get(one.id), acceptance.since.marks.get(one.id))
        for one in acceptance.statements
    ]


def _since(since: Since) -> dict[str, Any] | None:
    if not since.started:
        return None
    return {
        "started": since.started,
        "accepted": since.accepted,
        "new": since.many("new"),
        "changed": since.many("changed"),
        "gone": list(since.gone),
    }


def statement(one: Statement, verdict: Verdict | None = None, since: str | None = None) -> dict[str, Any]:
    """Return one statement as JSON values."""
    labels = one.labels
    findings = verdict.findings if verdict is not None else ()
    return {
        "id": one.id,
        "kind": one.kind.value,
        "document": one.document,
        "story": one.story,
        "file": one.file,
        "line": one.line,
        "title": one.title,
        "sentence": one.sentence or None,
        "cells": dict(one.cells),
        "hash": one.hash or None,
        "grounds": dict(one.grounds) or None,
        "since": since,
        "verdict": verdict.outcome.value if verdict is not None else None,
        "because_of": list(verdict.because_of) if verdict is not None and verdict.because_of else None,
        "would_exercise": (verdict.would_exercise or None) if verdict is not None else None,
        "exercised": dict(verdict.exercised) if verdict is not None else {},
        "standing": (verdict.standing or None) if verdict is not None else None,
        "matter": matters.as_data(one, verdict),
        "transitions": [_change(told) for told in states.transitions(verdict)],
        "boundaries": [dict(told) for told in timeline.boundaries(verdict)],
        "paths": [dict(told) for told in wording.paths(verdict)],
        "followed": dict(told) if (told := timeline.followed(verdict)) is not None else None,
        "sensitive": verdict.sensitive if verdict is not None else None,
        "noticed": _by_phase(verdict.noticed) if verdict is not None else {},
        "missed": _by_phase(verdict.missed) if verdict is not None else {},
        "unfitting": _by_phase(verdict.unfitting) if verdict is not None else {},
        "weak": dict(verdict.weak) if verdict is not None else {},
        "assumed_rule": one.assumed_rule,
        "open_question": one.open_question or None,
        "switched_off": one.switched_off or None,
        "must": labels.must or None,
        "owner": labels.owner or None,
        "ticket": labels.ticket or None,
        "severity": labels.severity or None,
        "branch": labels.branch or None,
        "waived_until": one.waived_until or labels.waived_until or None,
        "waived_reason": one.waived_reason or labels.waived_reason or None,
        "note": (verdict.note or None) if verdict is not None else None,
        "findings": len(findings),
        "counterexample": _example(findings[0]) if findings else None,
    }


def _by_phase(told: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {phase: list(names) for phase, names in told.items()}


def _change(told: Mapping[str, Any]) -> dict[str, Any]:
    return {**told, "in": told["in"] or None, "because_of": told["because_of"] or None}


def _example(finding: Finding) -> dict[str, Any]:
    example = finding.counterexample
    return {
        "kind": finding.kind,
        "record": example.record,
        "given": [{"field": name, "value": value} for name, value in example.given],
        "expected": example.expected,
        "found": example.found,
        "phase": example.phase or None,
        "exchange": example.exchange or None,
        "alone": example.alone,
        "reproduce": example.reproduce or None,
        "replay": example.replay or None,
        "unreplayed": example.unreplayed or None,
        "note": example.note or None,
        "story": list(example.story),
        "size": asdict(example.size) if example.size is not None else None,
    }


def index(acceptances: Sequence[Acceptance]) -> dict[str, Any]:
    """Return the index of several integrations: each one's decision, and where its own file is."""
    entries = []
    for one in acceptances:
        decision = decide(one)
        entries.append(
            {
                "integration": one.integration,
                "title": one.title,
                "verdict": decision.overall.value,
                "sentence": decision.sentence,
                "passes": decision.passes,
                "complete": one.complete,
                "file": f"{one.integration}/signoff.json",
            }
        )
    return {"schema": INDEX_SCHEMA, "passes": all(one["passes"] for one in entries), "integrations": entries}


def encoded(document: Mapping[str, Any], place: str) -> str:
    """Return the document as JSON text, after validation against the published schema.

    A document that breaks our own schema would break whoever reads it: it raises Blocked, naming the key and never
    the value, because a value may be somebody's data.
    """
    document = writable_values(document)
    kind = "index" if document.get("schema") == INDEX_SCHEMA else "acceptance"
    if not _fast(kind).is_valid(document):
        # The slow validator says where, in a form that keeps the key apart from the value.
        found = Draft202012Validator(_wanted(kind)).iter_errors(document)
        errors = sorted(found, key=lambda error: list(map(str, error.absolute_path)))
        problems = [
            Problem(
                Place(place, cell=".".join(map(str, error.absolute_path))),
                expected=f"what the published schema says ({error.validator}: {_short(error.validator_value)})",
                found="something else",
                how="This is a defect of signoff; please report it with this message.",
                code="report-schema",
            )
            for error in errors[:5]
        ]
        raise Blocked(problems)
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _short(value: object) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 80 else text[:79] + "…"
