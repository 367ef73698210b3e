"""Value rows: what proves them, and what took the proof away."""

from stories import CHANGES, WORKERS, Story, agree, failed, judged, not_exercised, without

from signoff.verdict import Outcome


def test_a_row_met_only_on_arrival_is_not_proven() -> None:
    edits = {label: tuple(one for one in known if "status" not in one[3]) for label, known in CHANGES.items()}
    verdict = judged(Story(edits=edits))["worker-status:placed"]
    assert (verdict.outcome, verdict.because_of) == (Outcome.NOT_EXERCISED, ())
    assert verdict.would_exercise == "a record that changes into Placed"


def test_a_row_whose_only_record_is_missing_is_lost_to_that() -> None:
    verdicts = judged(Story(without(116)))
    assert failed(verdicts) == {"worker:arrive"}
    assert not_exercised(verdicts) == {"worker-status:placed": ("worker:arrive",)}


def test_a_table_that_no_row_looks_up_is_not_proven() -> None:
    other = WORKERS.replace(
        "  @population",
        """\
    Examples: Old status
      | ATS status | app status |
      | Active     | available  |

  @population""",
    )
    verdict = judged(Story(), agree(other))["old-status:active"]
    assert verdict.outcome is Outcome.NOT_EXERCISED
    assert verdict.would_exercise == 'a chart row that looks up in "Old status"'


def test_an_error_row_that_met_nobody_is_not_proven() -> None:
    story = Story().play()
    from dataclasses import replace

    snapshots = tuple(
        replace(one, ats={**one.ats, "Candidate": {k: v for k, v in one.ats["Candidate"].items() if k != "114"}})
        for one in story.snapshots
    )
    verdict = judged(replace(story, snapshots=snapshots))["worker-status:anything-else"]
    assert verdict.outcome is Outcome.NOT_EXERCISED
    assert verdict.would_exercise == "a record with anything else"
