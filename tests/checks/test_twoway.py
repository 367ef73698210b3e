"""Rows that flow both ways, over one pair of records: who changed what, what then stands, and whose finding it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from stories import CHART, TODAY, app_schema, ats_schema, entity, integration, text

from signoff.agreement.bind import bind
from signoff.agreement.resolved import Agreement
from signoff.checks.judge import judge
from signoff.gherkin import read_document
from signoff.history import History, Key, NamedFailure, Operation, Run, Snapshot
from signoff.schema import Entity, Field, Side, SystemSchema, Type
from signoff.verdict import Outcome, Verdict

START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)

BOTH = f"""\
Feature: Workers
  Background:
    Given each Candidate is a worker, matched by external_id, then same email
{CHART}
    Examples: Worker chart
      | ATS field | flow | app field   | rule                                     | required |
      | id        | ->   | external_id | as text                                  | yes      |
      | firstName | ->   | first_name  | same text, kept right                    | yes      |
      | kind      | ->   | locale      | same text, put right at the next change  |          |
      | phone     | <->  | phone       | same phone, app wins                     |          |
      | email     | <->  | email       | same email, ATS wins                     |          |
      | nick      | <->  | nickname    | same text, latest change wins            |          |
      | status    | <->  | status      | look up in "Worker status", app wins     |          |

  @values
  Scenario Outline: <ATS status> means <app status>
    When the connector has been rehearsed
    Then this row of the table holds

    Examples: Worker status
      | ATS status | app status | back to |
      | Active     | available  | Active  |
      | New        | available  | Active  |
      | Placed     | assigned   |         |
"""


def schemas() -> dict[Side, SystemSchema]:
    stamp = Field("changed", Type.INSTANT, technical=True)
    ats, app = ats_schema().entities["Candidate"], app_schema().entities["Worker"]

    def stamped(one: Entity, *more: Field) -> Entity:
        return replace(one, fields={**one.fields, **entity("", stamp, *more).fields}, modified="changed")

    return {
        Side.ATS: SystemSchema(Side.ATS, "Bullhorn", {"Candidate": stamped(ats, text("nick"))}),
        Side.APP: SystemSchema(Side.APP, "Shiftline", {"Worker": stamped(app)}),
    }


def agree(document: str = BOTH, **changes: Any) -> Agreement:
    entities = {"worker": integration().entities["worker"]}
    settings = integration(entities=entities, **changes)
    read = read_document(document, "features/crm-app/workers.feature", {})
    return bind(settings, (read,), schemas())


ATS: Mapping[str, Any] = {
    "id": 1,
    "firstName": "Ana",
    "kind": "temp",
    "phone": "(312) 555-0101",
    "email": "Ana@Example.com",
    "nick": "A",
    "status": "New",
}
APP: Mapping[str, Any] = {
    "id": "w1",
    "external_id": "1",
    "first_name": "Ana",
    "locale": "temp",
    "phone": "+13125550101",
    "email": "ana@example.com",
    "nickname": "A",
    "status": "available",
}


@dataclass
class Story:
    """People change one pair of records, then the connector leaves them as `after` says."""

    ats: Mapping[str, Any] = field(default_factory=dict)
    app: Mapping[str, Any] = field(default_factory=dict)
    after_ats: Mapping[str, Any] = field(default_factory=dict)
    after_app: Mapping[str, Any] = field(default_factory=dict)
    last: Side | None = None
    """The side whose record was changed last."""


def told(
    *stories: Story,
    there_already: Mapping[str, Any] | None = None,
    agreement: Agreement | None = None,
    crashed: str = "",
    anew: bool = False,
    named: str = "",
    made_instead: bool = False,
    people_made: bool = False,
) -> Any:
    """Judge a seed in which all is right, then one phase for each story, in which every run may crash.

    `anew`: in the first of these the worker is taken away and another is made for it. `named` is a Candidate that
    every later run calls failed.
    """
    agreement = agreement or agree()
    snapshots: list[Snapshot] = []
    operations: list[Operation] = []
    ats_key, app_key = Key(Side.ATS, "Candidate", "1"), Key(Side.APP, "Worker", "w1")

    def snap(label: str, moment: str, ats: Mapping[str, Any], app: Mapping[str, Any] | None) -> None:
        at = START + timedelta(hours=len(snapshots))
        name = "w2" if anew and (label, moment) not in (("seed", "settled"), ("first", "before")) else "w1"
        workers = {name: {**app, "id": name}} if app is not None else {}
        if made_instead and moment == "settled":
            workers = {"w1": {**APP, **(there_already or {}), "external_id": None}, "w2": {**APP, "id": "w2"}}
        snapshots.append(Snapshot(label, moment, at, 1, {"Candidate": {"1": dict(ats)}}, {"Worker": workers}))

    def operate(label: str, key: Key, fields: Mapping[str, Any]) -> None:
        operations.append(Operation(START, label, "update", key, str(key), dict(fields), "other field"))

    ats, app = dict(ATS), dict(APP)
    if there_already is not None:
        snap("seed", "before", ats, {**APP, **there_already, "external_id": None})
        first, *stories = stories  # type: ignore[assignment]
        ats.update(first.after_ats)
        app.update({**there_already, **first.after_app})
    else:
        snap("seed", "before", ats, None)
    snap("seed", "settled", ats, app)
    for label, one in zip(("first", "second"), stories, strict=False):
        for key, fields in ((ats_key, one.ats), (app_key, one.app)):
            if fields:
                operate(label, key, fields)
        ats.update(one.ats)
        app.update(one.app)
        late, early = "2026-03-02T12:00:00Z", "2026-03-02T11:00:00Z"
        ats["changed"] = late if one.last in (Side.ATS, None) else early
        app["changed"] = late if one.last in (Side.APP, None) else early
        snap(label, "before", ats, app)
        ats.update(one.after_ats)
        app.update(one.after_app)
        snap(label, "settled", ats, app)
    phases = tuple(dict.fromkeys(one.label for one in snapshots))
    failures = (NamedFailure("ats", "Candidate", named, "it was not kept"),) if named else ()
    runs = tuple(
        Run(number, label, "settle", START, START, 0.1, None, crashed=crashed)
        if crashed and number > 1
        else Run(number, label, "settle", START, START, 0.1, True, failures if number > 1 else ())
        for number, label in enumerate(phases, 1)
    )
    history = History(
        "crm-app", 1, "standard", "simulated", "", "hash", START, phases, tuple(operations), runs, (),
        tuple(snapshots), (), {}, {ats_key: "Candidate#1", **({app_key: "Worker#1"} if people_made else {})},
    )  # fmt: skip
    return judge(agreement, history, TODAY)[0]


def failed(verdicts: Mapping[str, Verdict]) -> dict[str, str]:
    """Statement → what was expected and found, of everything that failed."""
    return {
        name: f"{one.findings[0].counterexample.expected} / {one.findings[0].counterexample.found}"
        for name, one in verdicts.items()
        if one.outcome is Outcome.FAILED
    }


def exercised(verdicts: Mapping[str, Verdict], statement: str) -> set[str]:
    return set(verdicts[statement].exercised)


NEW_ATS, NEW_APP = "(415) 555-0102", "+14155550102"
OTHER_APP, OTHER_ATS = "+15125550103", "512-555-0103"


@pytest.mark.parametrize(
    ("story", "kind"),
    [
        (Story(ats={"phone": NEW_ATS}, after_app={"phone": NEW_APP}), "changed"),
        (Story(ats={"phone": None}, after_app={"phone": None}), "cleared"),
        (Story(app={"phone": OTHER_APP}, after_ats={"phone": OTHER_APP}), "changed on the other side"),
        (Story(app={"phone": None}, after_ats={"phone": ""}), "cleared on the other side"),
        (
            Story(ats={"phone": NEW_ATS}, app={"phone": OTHER_APP}, after_ats={"phone": OTHER_APP}),
            "changed on both sides",
        ),
        (Story(ats={"phone": OTHER_ATS}, app={"phone": OTHER_APP}), ""),
    ],
)
def test_what_the_agreement_asks_for_is_right_and_is_evidence(story: Story, kind: str) -> None:
    verdicts = told(story)
    assert failed(verdicts) == {}
    assert exercised(verdicts, "worker.phone") == {"created", *([kind] if kind else [])}


def test_whoever_is_named_for_what_went_wrong_on_the_way_back_is_named_rightly() -> None:
    wrong = Story(app={"phone": OTHER_APP}, after_ats={"phone": NEW_ATS})
    assert set(failed(told(wrong, named="1"))) == {"worker.phone"}
    assert set(failed(told(wrong))) == {"worker.phone"}


def test_whoever_is_named_and_has_got_nothing_on_the_way_back_was_held_back() -> None:
    held = Story(app={"phone": OTHER_APP})
    assert set(failed(told(held))) == {"worker.phone"}
    assert failed(told(held, named="1")) == {
        "worker:held": "its change arrives, because nothing is wrong with it / "
        "held back; the connector said: it was not kept"
    }


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        # only one side changed
        (Story(ats={"phone": NEW_ATS}), '+14155550102 in Shiftline / "+13125550101" in Shiftline'),
        (Story(app={"phone": OTHER_APP}), '+15125550103 in Bullhorn / "(312) 555-0101" in Bullhorn'),
        (Story(app={"phone": None}), 'blank in Bullhorn / "(312) 555-0101" in Bullhorn'),
        (
            Story(app={"phone": OTHER_APP}, after_app={"phone": "+13125550101"}),
            '+15125550103 in Bullhorn / "(312) 555-0101" in Bullhorn',
        ),
        # both changed, and the app wins
        (
            Story(ats={"phone": NEW_ATS}, app={"phone": OTHER_APP}, after_app={"phone": NEW_APP}),
            '+15125550103 in Bullhorn / "(415) 555-0102" in Bullhorn',
        ),
        # nobody changed anything
        (Story(after_app={"phone": NEW_APP}), '+13125550101 in Shiftline / "+14155550102" in Shiftline'),
        (Story(after_ats={"phone": NEW_ATS}), '+13125550101 in Bullhorn / "(415) 555-0102" in Bullhorn'),
        # a false echo: both sides say the same in the end, and it is not what anybody entered
        (
            Story(app={"phone": OTHER_APP}, after_ats={"phone": NEW_ATS}, after_app={"phone": NEW_APP}),
            '+15125550103 in Bullhorn / "(415) 555-0102" in Bullhorn',
        ),
    ],
)
def test_what_it_does_not_ask_for_is_the_rows_finding_and_nobody_elses(story: Story, expected: str) -> None:
    assert failed(told(story)) == {"worker.phone": expected}


@pytest.mark.parametrize(
    ("row", "story", "right"),
    [
        ("email", Story({"email": "b@x.example"}, {"email": "c@x.example"}, {}, {"email": "b@x.example"}), True),
        ("email", Story({"email": "b@x.example"}, {"email": "c@x.example"}, {"email": "c@x.example"}, {}), False),
        ("nickname", Story({"nick": "B"}, {"nickname": "C"}, {}, {"nickname": "B"}, Side.ATS), True),
        ("nickname", Story({"nick": "B"}, {"nickname": "C"}, {"nick": "C"}, {}, Side.ATS), False),
        ("nickname", Story({"nick": "B"}, {"nickname": "C"}, {"nick": "C"}, {}, Side.APP), True),
        ("nickname", Story({"nick": "B"}, {"nickname": "C"}, {}, {"nickname": "B"}, Side.APP), False),
        ("nickname", Story({"nick": "B"}, {"nickname": "C"}, {}, {"nickname": "B"}, None), True),
    ],
)
def test_who_wins_where_both_changed(row: str, story: Story, right: bool) -> None:
    verdicts = told(story)
    assert set(failed(verdicts)) == (set() if right else {f"worker.{row}"})
    assert "changed on both sides" in exercised(verdicts, f"worker.{row}")


def test_the_word_of_the_toml_counts_where_a_row_has_none() -> None:
    document = BOTH.replace("same phone, app wins", "same phone")
    story = Story(ats={"phone": NEW_ATS}, app={"phone": OTHER_APP}, after_app={"phone": NEW_APP})
    assert failed(told(story, agreement=agree(document))) == {}
    assert set(failed(told(story, agreement=agree(document, conflict="app wins")))) == {"worker.phone"}


def test_different_fields_of_one_record_both_survive() -> None:
    merged = Story({"phone": NEW_ATS}, {"email": "new@x.example"}, {"email": "new@x.example"}, {"phone": NEW_APP})
    assert failed(told(merged)) == {}
    lost = replace(merged, after_ats={}, after_app={"phone": NEW_APP, "email": "ana@example.com"})
    assert set(failed(told(lost))) == {"worker.email"}


def test_consent_is_never_relaxed_by_an_edit_of_something_else() -> None:
    phone = "      | phone     | <->  | phone       | same phone, app wins                     |          |\n"
    row = "      | optOut    | <->  | opt_out     | same yes/no, app wins                    |          |\n"
    known = schemas()
    for side, name, field_ in ((Side.ATS, "Candidate", "optOut"), (Side.APP, "Worker", "opt_out")):
        plain = known[side].entities[name]
        more = replace(plain, fields={**plain.fields, field_: Field(field_, Type.YES_NO)})
        known[side] = replace(known[side], entities={name: more}, known_references={})
    read = read_document(BOTH.replace(phone, phone + row), "features/crm-app/workers.feature", {})
    agreement = bind(integration(entities={"worker": integration().entities["worker"]}), (read,), known)
    opted_out = Story(app={"opt_out": True}, after_ats={"optOut": True})
    elsewhere = Story(app={"phone": OTHER_APP}, after_ats={"phone": OTHER_APP})
    assert failed(told(opted_out, elsewhere, agreement=agreement)) == {}
    here = replace(elsewhere, after_ats={"phone": OTHER_APP, "optOut": False})
    assert set(failed(told(opted_out, here, agreement=agreement))) == {"worker.opt_out"}
    there = Story(ats={"phone": NEW_ATS}, after_app={"phone": NEW_APP, "opt_out": False})
    assert set(failed(told(opted_out, there, agreement=agreement))) == {"worker.opt_out"}


def test_a_table_leads_back_by_back_to_and_only_after_a_change() -> None:
    assert failed(told(Story(app={"status": "assigned"}, after_ats={"status": "Placed"}))) == {}
    first = Story(app={"status": "assigned"}, after_ats={"status": "Placed"})
    assert failed(told(first, Story(app={"status": "available"}, after_ats={"status": "Active"}))) == {}
    wrong = failed(told(first, Story(app={"status": "available"}, after_ats={"status": "New"})))
    assert set(wrong) == {"worker-status:active"}
    # nobody changed anything, and `New` means `available` as well: it stays `New`
    assert set(failed(told(Story(after_ats={"status": "Active"})))) == {"worker.status"}
    # who changed it in the app and changed it back may have it written in the app's sense
    back = Story(app={"status": "available"}, after_ats={"status": "Active"})
    assert set(failed(told(first, back))) == set()


def test_a_row_of_a_table_is_proven_on_its_way_back_too() -> None:
    verdicts = told(Story(app={"status": "assigned"}, after_ats={"status": "Placed"}))
    assert "led back to" in exercised(verdicts, "worker-status:placed")
    assert "led back to" not in exercised(verdicts, "worker-status:active")
    # Of two ATS values for one app value the first row speaks for the way back; nothing of the kind is asked of `New`.
    assert "led back to" in verdicts["worker-status:active"].note
    assert "led back to" not in verdicts["worker-status:new"].note
    # Where both sides say the same already, nothing goes through the table.
    alike = told(Story(ats={"status": "Placed"}, app={"status": "assigned"}))
    assert "led back to" not in exercised(alike, "worker-status:placed")
    crashed = told(Story(app={"status": "assigned"}), crashed="KeyError: 'data'")
    assert "led back to" not in exercised(crashed, "worker-status:placed")


def test_a_field_that_is_kept_right_is_proven_where_nothing_else_moves() -> None:
    alone = "edited alone on the other side"
    edit = Story(app={"first_name": "Bea"}, after_app={"first_name": "Ana"})
    assert alone in exercised(told(edit), "worker.first_name")
    more = Story(app={"first_name": "Bea", "locale": "fr"}, after_app={"first_name": "Ana"})
    assert alone not in exercised(told(more), "worker.first_name")
    moved = Story(ats={"kind": "perm"}, app={"first_name": "Bea"}, after_app={"first_name": "Ana", "locale": "perm"})
    assert alone not in exercised(told(moved), "worker.first_name")


def test_records_that_a_key_alone_brings_together_are_not_linked_yet() -> None:
    # The connector leaves the person whom it found by e-mail without an external id: only the link row is told so,
    # and in the next phase the ATS still leads, as at a first link.
    unlinked = Story(after_app={"phone": "+13125550101", "nickname": "A", "external_id": None})
    edit = Story(app={"phone": OTHER_APP}, after_app={"phone": "+13125550101", "external_id": "1"})
    verdicts = told(unlinked, edit, there_already={"phone": OTHER_APP, "nickname": "Zed"})
    assert set(failed(verdicts)) == {"worker.external_id"}


def test_at_the_first_link_the_ats_leads_unless_the_toml_says_otherwise() -> None:
    found = {"phone": OTHER_APP, "nickname": "Zed"}
    right = Story(after_app={"phone": "+13125550101", "nickname": "A"})
    assert failed(told(right, there_already=found)) == {}
    kept = told(Story(after_app={"nickname": "A"}), there_already=found)
    assert failed(kept) == {"worker.phone": '+13125550101 in Shiftline / "+15125550103" in Shiftline'}
    app_leads = agree(first_link="app")
    assert set(failed(told(right, there_already=found, agreement=app_leads))) == {"worker.phone", "worker.nickname"}


def test_a_first_link_that_nobody_saw_is_lacking_where_a_key_can_bring_two_together() -> None:
    seen = told(Story(after_app={"phone": "+13125550101"}), there_already={"phone": OTHER_APP})
    assert "there on both sides already" in exercised(seen, "worker.phone")
    unseen = seen["worker.nickname"]  # both had the same from the beginning
    assert unseen.outcome is Outcome.NOT_EXERCISED
    assert "there on both sides already" in unseen.note
    assert "a record that is there on both sides, with another value in this field" in unseen.would_exercise
    assert "there on both sides already" not in seen["worker.phone"].note
    nobody = agree(BOTH.replace(", matched by external_id, then same email", ""))
    assert "there on both sides already" not in told(Story(), agreement=nobody)["worker.nickname"].note


def test_a_first_link_that_was_lost_to_a_second_record_is_not_exercised_because_of_it() -> None:
    document = BOTH.replace("matched by external_id, then same email", "matched by same email")
    lost = told(Story(), there_already={"phone": OTHER_APP}, agreement=agree(document), made_instead=True)
    assert set(failed(lost)) == {"worker:once"}
    assert lost["worker.phone"].because_of == ("worker:once",)


@pytest.mark.parametrize("linked", [True, False])
def test_whoever_was_there_already_has_arrived_only_when_the_connector_links_the_two(linked: bool) -> None:
    story = Story(after_app={"external_id": "1" if linked else None})
    verdicts = told(story, there_already={}, agreement=agree(), people_made=True)
    assert verdicts["worker:arrive"].outcome is (Outcome.VERIFIED if linked else Outcome.NOT_EXERCISED)


def test_what_people_change_in_a_one_way_row_stays_or_is_put_right_as_the_row_says() -> None:
    assert failed(told(Story(app={"first_name": "Bea"}, after_app={"first_name": "Ana"}))) == {}
    assert set(failed(told(Story(app={"first_name": "Bea"})))) == {"worker.first_name"}
    stays = Story(app={"locale": "fr"})
    assert failed(told(stays)) == {}
    again = Story(ats={"nick": "B"}, after_app={"nickname": "B", "locale": "temp"})
    verdicts = told(stays, again)
    assert failed(verdicts) == {}
    assert "put right" in exercised(verdicts, "worker.locale")
    left = told(stays, replace(again, after_app={"nickname": "B"}))
    assert set(failed(left)) == {"worker.locale"}


def test_a_record_that_was_made_anew_with_a_wrong_value_is_judged_on_its_own() -> None:
    wrong = Story(ats={"kind": "perm"}, after_app={"phone": OTHER_APP, "locale": "perm"})
    later = Story(ats={"nick": "B"}, after_app={"nickname": "B"})
    assert set(failed(told(wrong, later, anew=True))) == {"worker:once", "worker.phone"}


@pytest.mark.parametrize("kept", ["A", "B"])
def test_a_value_that_is_only_spelt_anew_may_count_as_changed_or_not(kept: str) -> None:
    respelt = {"nickname": " A "}
    after = {"after_app": {"nickname": "B"}} if kept == "B" else {"after_ats": {"nick": "A"}}
    story = Story(ats={"nick": "B"}, app=respelt, last=Side.APP, **after)
    assert failed(told(story)) == {}


@pytest.mark.parametrize(
    "story",
    [
        Story(ats={"phone": NEW_ATS}),
        Story(app={"phone": OTHER_APP}),
        Story(ats={"phone": NEW_ATS}, app={"phone": OTHER_APP}),
    ],
)
def test_what_a_run_that_crashed_never_came_to_is_no_evidence_either_way(story: Story) -> None:
    verdicts = told(story, crashed="KeyError: 'data'")
    assert set(failed(verdicts)) == {"connector:finishes"}
    assert exercised(verdicts, "worker.phone") == {"created"}
    assert verdicts["worker.phone"].because_of == ("connector:finishes",)
