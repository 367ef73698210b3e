"""Chart rows: which statement a wrong value belongs to, and what the counterexample says."""

from dataclasses import replace
from decimal import Decimal

import pytest
from stories import (
    CHANGES,
    WORKERS,
    Errand,
    Story,
    Twist,
    agree,
    app_schema,
    ats_schema,
    everyone,
    failed,
    judged,
    not_exercised,
    only,
)

from signoff.schema import Field, Side, SystemSchema, Type
from signoff.verdict import Outcome

WRONG: list[tuple[str, Twist, str, int]] = [
    ("another name", only(101, first_name="Xena"), "worker.first_name", 101),
    ("the last letter lost", only(103, "seed", first_name="Cle"), "worker.first_name", 103),
    ("the value before the change", only(103, "first", first_name="Cleo"), "worker.first_name", 103),
    ("the value before the second change", only(103, "second", first_name="Renata"), "worker.first_name", 103),
    ("a blank instead of a value", only(104, phone=None), "worker.phone", 104),
    ("a value instead of a blank", only(105, "first", phone="+13125550105"), "worker.phone", 105),
    ("a neighbouring field", only(104, phone="person104@example.com"), "worker.phone", 104),
    ("a stranger's value", only(104, phone="+13125550105"), "worker.phone", 104),
    ("a row without a rule", only(107, email="x@example.com"), "worker.email", 107),
    ("one cent more", only(201, pay_rate=Decimal("20.51")), "assignment.pay_rate", 201),
    ("somebody else's reference", only(201, worker_id="w102"), "assignment.worker_id", 201),
    ("no longer the same reference", only(204, "first", worker_id="w101"), "assignment.worker_id", 204),
    ("another value of the table", only(101, status="assigned"), "worker-status:active", 101),
    ("a value that stands in no table", only(116, "seed", status="inactive"), "worker-status:placed", 116),
    ("the table's value before the change", only(106, "first", status="available"), "worker.status", 106),
    ("no value though the table gives one", only(101, status=None), "worker.status", 101),
    ("another field's value where the table's belongs", only(101, status="Ana"), "worker.status", 101),
    ("a link that leads elsewhere", only(101, external_id="999"), "worker.external_id", 101),
    ("no link at all", only(101, external_id=None), "worker.external_id", 101),
]


@pytest.mark.parametrize(("twist", "statement", "number"), [one[1:] for one in WRONG], ids=[one[0] for one in WRONG])
def test_a_wrong_value_reddens_one_statement_and_nothing_else(twist: Twist, statement: str, number: int) -> None:
    verdicts = judged(Story(twist))
    assert failed(verdicts) == {statement}
    shown = verdicts[statement].counterexample
    assert shown is not None
    assert shown.record.split(",")[0] == f"{'Placement' if number > 200 else 'Candidate'} {number}"
    assert all(causes == (statement,) for causes in not_exercised(verdicts).values())


def test_the_counterexample_speaks_the_words_of_the_chart() -> None:
    found = judged(Story(only(103, "first", first_name="Cleo")))["worker.first_name"].counterexample
    assert found is not None
    assert found.record == "Candidate 103, Renata"
    assert found.given == (("firstName", '"Renata"'),)
    assert found.expected == '"Renata"'
    assert found.found == '"Cleo"'
    assert found.phase == "after the first changes"
    assert found.exchange == "no request carried it"
    assert found.family == "Candidate#103"
    assert (
        found.reproduce
        == 'pytest "features/crm-app/workers.feature::worker.first_name" --signoff-seed 7 --effort quick'
    )


def test_the_request_that_carried_it_is_shown() -> None:
    found = judged(Story(only(103, "first", first_name="Xena")))["worker.first_name"].counterexample
    assert found is not None
    assert found.exchange == 'run 4: PATCH /workers/w103 {"first_name": "Xena"} → 200'


def test_a_finding_through_a_table_names_the_chart_row_that_uses_it() -> None:
    found = judged(Story(only(101, status="assigned")))["worker-status:active"].counterexample
    assert found is not None
    assert found.note == "through the table in features/crm-app/workers.feature:16"
    assert (
        found.reproduce
        == 'pytest "features/crm-app/workers.feature::worker-status:active" --signoff-seed 7 --effort quick'
    )


def test_a_person_s_edit_may_stay_or_be_put_right() -> None:
    def put_right(story: Story, run: int) -> None:
        if run == 4:
            story.write(Side.APP, "Worker", "w109", {"first_name": "Ida", "email": "person109@example.com"})

    assert failed(judged(Story(after=put_right))) == set()


def test_a_person_s_edit_may_not_become_a_third_value() -> None:
    def third(story: Story, run: int) -> None:
        if run == 4:
            story.write(Side.APP, "Worker", "w109", {"first_name": "Otto"})

    assert failed(judged(Story(after=third))) == {"worker.first_name"}


def test_at_most_five_findings_are_kept_and_the_others_counted() -> None:
    verdict = judged(Story(everyone(first_name=lambda sender: sender["firstName"] + "x")))["worker.first_name"]
    assert verdict.outcome is Outcome.FAILED
    assert len(verdict.findings) == 5
    # 14 in the seed (15 without 114, who arrives later); 103 changes twice, 111 once, 114 arrives.
    assert verdict.note == "and 13 more like it"


def test_a_row_that_never_changed_is_not_proven() -> None:
    kept = {label: tuple(one for one in edits if "firstName" not in one[3]) for label, edits in CHANGES.items()}
    verdict = judged(Story(edits=kept))["worker.first_name"]
    assert (verdict.outcome, verdict.because_of) == (Outcome.NOT_EXERCISED, ())
    assert verdict.would_exercise == "a record whose source changes after it has arrived"
    assert verdict.note == "lacking: changed"


def test_a_field_that_is_to_be_left_out_is_judged_by_what_was_sent() -> None:
    table = WORKERS.replace("| Placed        | assigned   |", "| Placed        | left out   |")
    optional = table.replace('look up in "Worker status" | yes    |', 'look up in "Worker status" |        |')

    def sent(errand: Errand) -> dict[str, object] | None:
        if errand.wanted is None or errand.entity != "Worker" or errand.sender["status"] != "Placed":
            return errand.wanted
        return {name: value for name, value in errand.wanted.items() if name != "status"}

    worker = app_schema().entities["Worker"]
    status = worker.fields["status"]
    loose = replace(worker, fields={**worker.fields, "status": replace(status, mandatory=False)})
    known = {
        Side.ATS: ats_schema(),
        Side.APP: replace(app_schema(), entities={**app_schema().entities, "Worker": loose}),
    }
    agreement = agree(optional, known=known)
    assert failed(judged(Story(sent), agreement)) == set()
    assert failed(judged(Story(), agreement)) == {"worker-status:placed"}


def test_only_a_newer_record_writes() -> None:
    stamp = Field("changed", Type.INSTANT, technical=True, read_only=True)

    def stamped(schema: SystemSchema, name: str) -> SystemSchema:
        one = schema.entities[name]
        with_stamp = replace(one, fields={**one.fields, "changed": stamp}, modified="changed")
        return replace(schema, entities={**schema.entities, name: with_stamp})

    known = {Side.ATS: stamped(ats_schema(), "Candidate"), Side.APP: stamped(app_schema(), "Worker")}
    agreement = agree(WORKERS.replace("| same text                |", "| same text, only if newer |"), known=known)
    old, new = "2026-03-01T00:00:00Z", "2026-03-05T00:00:00Z"

    def story(ats_time: str, app_time: str) -> set[str]:
        history = Story(only(103, first_name="Cleo"), edits={"first": CHANGES["first"][:1]}).play()
        snapshots = tuple(
            replace(
                one,
                ats={**one.ats, "Candidate": {k: {**v, "changed": ats_time} for k, v in one.ats["Candidate"].items()}},
                app={**one.app, "Worker": {k: {**v, "changed": app_time} for k, v in one.app["Worker"].items()}},
            )
            for one in history.snapshots
        )
        return failed(judged(replace(history, snapshots=snapshots), agreement))

    # The app's record is newer, so that the old name may stay; then the ATS's is newer, and it may not.
    assert story(old, new) == set()
    assert story(new, old) == {"worker.first_name"}
