from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import evidence_cases as cases
import pytest
from jsonschema import Draft202012Validator, ValidationError

import signoff.evidence
from signoff.errors import Blocked
from signoff.evidence.data import data, encoded, index, schema
from signoff.verdict import PATHS

PUBLISHED = Path(__file__).parents[2] / "docs" / "reference" / "signoff.schema.json"
SHIPPED = Path(signoff.evidence.__file__).parent / "signoff.schema.json"


def found(document: dict[str, Any], id_: str) -> dict[str, Any]:
    return next(one for one in document["statements"] if one["id"] == id_)


def test_the_documented_schema_is_the_shipped_one() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == SHIPPED.read_text(encoding="utf-8")


def test_the_published_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


def test_the_whole_document() -> None:
    document = data(cases.every_verdict())
    del document["statements"]
    assert document == {
        "schema": "signoff/1",
        "integration": "bullhorn-shiftline",
        "title": "Bullhorn and Shiftline",
        "verdict": "refused",
        "sentence": "Refused: 2 failed, 1 blocked, 1 not exercised (gate: normal).",
        "gate": {"level": "normal", "passes": False, "reasons": ["2 failed", "1 blocked", "1 not exercised"]},
        "complete": True,
        "selection": None,
        "replayed": None,
        "environment": "simulated",
        "connector": {"name": "fixtures/reference_connector:Connector", "version": "1.4.0"},
        "systems": {"ats": "Bullhorn", "app": "Shiftline"},
        "scope_hash": "sha256:8f41c0aa",
        "seed": 20260311,
        "effort": "standard",
        "started": "2026-03-11T09:30:00+00:00",
        "world_now": "2026-03-11T15:00:00+00:00",
        "seconds": 17.44,
        "connector_runs": 12,
        "records_judged": 4210,
        "comparisons": 38211,
        "exchanges": 5200,
        "counts": {
            "failed": 2,
            "blocked": 1,
            "not exercised": 1,
            "waived": 1,
            "open": 1,
            "assumed": 1,
            "verified": 5,
        },
        "questions": {"open": 0, "oldest_days": None, "answered": 0},
        "checklist": {},
        "statements_total": 12,
        "statements_selected": 12,
        "not_tested": ["Random sequences of changes and faults."],
        "left_over": [],
        "since": None,
    }


def test_a_red_statement() -> None:
    assert found(data(cases.every_verdict()), "worker.available_on") == {
        "id": "worker.available_on",
        "kind": "chart row",
        "document": "Workers",
        "story": "Who the worker is",
        "file": "features/bullhorn-shiftline/workers.feature",
        "line": 22,
        "title": "dateAvailable -> available_on",
        "sentence": "available_on: same date",
        "cells": {
            "Bullhorn field": "dateAvailable",
            "flow": "->",
            "Shiftline field": "available_on",
            "rule": "same date",
            "note": "a day, wherever the phone is",
        },
        "hash": None,
        "grounds": None,
        "since": None,
        "verdict": "failed",
        "because_of": None,
        "would_exercise": None,
        "exercised": {},
        "sensitive": None,
        "standing": None,
        "matter": None,
        "transitions": [],
        "boundaries": [],
        "paths": [],
        "followed": None,
        "noticed": {},
        "missed": {},
        "unfitting": {},
        "weak": {},
        "assumed_rule": False,
        "open_question": None,
        "switched_off": None,
        "must": "must",
        "owner": "dana",
        "ticket": "NS-12",
        "severity": None,
        "branch": None,
        "waived_until": None,
        "waived_reason": None,
        "note": None,
        "findings": 1,
        "counterexample": {
            "kind": "wrong value",
            "record": "Candidate 17, Zoë O'Brien",
            "given": [{"field": "dateAvailable", "value": "1772928000000"}],
            "expected": "2026-03-08",
            "found": "2026-03-07",
            "phase": "after the first sync",
            "exchange": 'POST /workers → 201\n{"external_id": "17", "available_on": "2026-03-07"}',
            "alone": True,
            "reproduce": f'pytest "{cases.FILE}::worker.available_on" --seed 20260311',
            "replay": "pytest --replay reports/bullhorn-shiftline/counterexamples/worker.available_on.json",
            "unreplayed": None,
            "note": None,
            "story": [],
            "size": None,
        },
    }


def test_the_smallest_case_is_told_with_its_size() -> None:
    example = found(data(cases.small()), "worker.available_on")["counterexample"]
    assert example["story"] == list(cases.SMALL_CASE.story)
    assert example["size"] == {
        "records": 1,
        "operations": 2,
        "whole_records": 1311,
        "whole_operations": 2641,
        "rounds": 5,
        "runs": 14,
    }
    assert encoded(data(cases.small()), "signoff.json")


def test_the_other_verdicts_keep_what_belongs_to_them() -> None:
    document = data(cases.every_verdict())
    assert found(document, "worker.pay_rate")["because_of"] == ["worker:arrive"]
    assert found(document, "worker.nickname")["assumed_rule"] is True
    assert found(document, "worker.street")["waived_until"] == "2027-01-31"
    assert found(document, "worker.street")["counterexample"]["found"] == "12\u00a0Main St "
    assert found(document, "worker.badge")["open_question"] == "Who owns the badge number?"
    assert [one["verdict"] for one in data(cases.selected())["statements"]].count(None) == 11


@pytest.mark.parametrize("acceptance", [cases.every_verdict(), cases.accepted(), cases.selected()])
def test_what_is_written_fits_the_published_schema(acceptance: Any) -> None:
    text = encoded(data(acceptance), "reports/signoff.json")
    Draft202012Validator(dict(schema())).validate(json.loads(text))


def test_the_paths_of_a_population_row_are_written() -> None:
    several = ({"path": "poll", "records": 9}, {"path": "event", "records": 3}, {"path": "on demand", "records": 0})
    known = cases.verdicts()
    known[cases.ARRIVE.id] = replace(known[cases.ARRIVE.id], facts={PATHS: several})
    document = data(cases.every_verdict(verdicts=known))
    assert found(document, cases.ARRIVE.id)["paths"] == list(several)
    assert encoded(document, "signoff.json")
    assert found(document, cases.PHONE.id)["paths"] == []


def test_the_schema_asks_for_every_key_and_knows_no_other() -> None:
    definitions = schema()["$defs"]
    document = data(cases.every_verdict())
    example = found(document, "worker.available_on")["counterexample"]
    for name, value in (
        ("acceptance", document),
        ("statement", document["statements"][0]),
        ("counterexample", example),
        ("index", index([cases.accepted()])),
    ):
        assert set(definitions[name]["required"]) == set(value), name
        assert definitions[name]["additionalProperties"] is False, name


def test_a_failed_statement_without_a_counterexample_breaks_the_schema() -> None:
    document = data(cases.every_verdict())
    found(document, "worker.available_on")["counterexample"] = None
    with pytest.raises(ValidationError):
        Draft202012Validator(dict(schema())).validate(document)


def test_a_document_of_ours_that_breaks_the_schema_is_not_written_and_no_value_is_quoted() -> None:
    document = data(cases.accepted())
    document["seed"] = "078-05-1120"
    with pytest.raises(Blocked) as raised:
        encoded(document, "reports/signoff.json")
    assert 'reports/signoff.json, cell "seed"' in str(raised.value)
    assert "078" not in str(raised.value)


def test_the_index_names_each_file() -> None:
    document = index([cases.accepted(), cases.every_verdict(integration="other")])
    assert document["passes"] is False
    assert [(one["file"], one["verdict"]) for one in document["integrations"]] == [
        ("bullhorn-shiftline/signoff.json", "accepted"),
        ("other/signoff.json", "refused"),
    ]
    Draft202012Validator(dict(schema())).validate(document)
