"""The connector finishes, and tells the truth about it."""

from dataclasses import replace

import pytest
from stories import CANDIDATES, PLACEMENTS, Story, failed, judged

from signoff.history import History, Key, Run
from signoff.schema import Side

FINISHES = "connector:finishes"


def test_a_run_that_crashes_once() -> None:
    def crash(run: Run) -> Run:
        return (
            replace(run, crashed="ValueError: x (sync.py:9 in sync)", ok=None, printed="a\nlast words")
            if run.number == 4
            else run
        )

    verdicts = judged(Story(told=crash))
    assert failed(verdicts) == {FINISHES}
    shown = verdicts[FINISHES].counterexample
    assert shown is not None
    assert shown.record == "run 4 of 10"
    assert shown.found == "ValueError: x (sync.py:9 in sync)"
    assert shown.note == "its last words: last words"
    assert shown.phase == "after the first changes"


def test_a_refused_write_that_nobody_hears_of() -> None:
    def act(story: Story, run: int) -> None:
        if run == 4:
            story.write(Side.APP, "Worker", "w101", {"phone": "x"}, accepted=False)

    def told(run: Run) -> Run:
        return replace(run, ok=True, failed=()) if run.number == 4 else run

    verdicts = judged(Story(after=act, told=told))
    assert failed(verdicts) == {FINISHES}
    shown = verdicts[FINISHES].counterexample
    assert shown is not None
    assert shown.found == "ok, though PATCH of a Worker was answered 422"


def test_a_refused_write_that_was_repeated_with_success() -> None:
    def act(story: Story, run: int) -> None:
        if run == 4:
            story.write(Side.APP, "Worker", "w101", {"phone": "+13125550101"}, accepted=False)
            story.write(Side.APP, "Worker", "w101", {"phone": "+13125550101"})

    def told(run: Run) -> Run:
        return replace(run, ok=True, failed=()) if run.number == 4 else run

    assert failed(judged(Story(after=act, told=told))) == set()


@pytest.mark.parametrize(("key", "red"), [("101", set()), ("777", {FINISHES})])
def test_a_refused_create_is_made_good_by_one_of_the_same_record_only(key: str, red: set[str]) -> None:
    history = Story().play()
    history = replace(
        history, runs=tuple(replace(one, ok=True, failed=()) if one.number == 1 else one for one in history.runs)
    )
    place, made = next(
        (number, one)
        for number, one in enumerate(history.exchanges)
        if one.writes and one.writes[0].sent.get("external_id") == "101"
    )
    write = made.writes[0]
    sent = {**write.sent, "external_id": key}
    refused = replace(write, key=replace(write.key, id=""), sent=sent, after=None, accepted=False)
    before = replace(made, status=422, writes=(refused,), request_body=b"another form of it")
    exchanges = (*history.exchanges[:place], before, *history.exchanges[place:])
    assert failed(judged(replace(history, exchanges=exchanges))) & {FINISHES} == red


def good_only(history: History) -> History:
    """Leave out every record that must be held back, and what the runs say of them."""
    gone = {"114", "115", "207", "206"}
    snapshots = tuple(
        replace(
            one,
            ats={kind: {k: v for k, v in known.items() if k not in gone} for kind, known in one.ats.items()},
            app={kind: {k: v for k, v in known.items() if k[1:] not in gone} for kind, known in one.app.items()},
        )
        for one in history.snapshots
    )
    runs = tuple(replace(run, ok=True, failed=()) for run in history.runs)
    return replace(history, snapshots=snapshots, runs=runs)


def saying(number: int, ok: bool) -> History:
    history = good_only(Story().play())
    return replace(history, runs=tuple(replace(one, ok=ok) if one.number == number else one for one in history.runs))


def test_not_ok_though_everything_is_there() -> None:
    verdicts = judged(saying(5, ok=False))
    assert failed(verdicts) == {FINISHES}
    shown = verdicts[FINISHES].counterexample
    assert shown is not None
    assert (shown.expected, shown.found) == ("ok, because everything is there and nobody is held back", "not ok")


@pytest.mark.parametrize("ok", [True, None])
def test_ok_where_everything_is_there_or_no_word_at_all(ok: bool | None) -> None:
    history = good_only(Story().play())
    history = replace(history, runs=tuple(replace(one, ok=ok) for one in history.runs))
    assert FINISHES not in failed(judged(history))
    assert len(CANDIDATES) + len(PLACEMENTS) == 25


def test_not_ok_while_somebody_is_held_back_is_the_truth() -> None:
    assert failed(judged(Story(told=lambda run: replace(run, ok=False)))) == set()


def test_whoever_asks_a_stranger_is_told_of_it_without_the_password_in_the_address() -> None:
    def act(story: Story, run: int) -> None:
        if run == 4:
            story.ask(None, "GET", "https://anna:Lantern7!@stranger.example/in?x=1")

    verdicts = judged(Story(after=act))
    assert failed(verdicts) == {FINISHES}
    shown = verdicts[FINISHES].counterexample
    assert shown is not None
    assert shown.found == "it tried to reach stranger.example"


def test_whoever_asks_a_stranger_outside_of_its_runs_is_told_of_it_with_the_first() -> None:
    history = Story().play()
    asked = replace(history.exchanges[0], run=0, side=None, url="//stranger.example:443", writes=())
    verdicts = judged(replace(history, exchanges=(asked, *history.exchanges)))
    assert failed(verdicts) == {FINISHES}
    shown = verdicts[FINISHES].counterexample
    assert shown is not None
    assert (shown.record, shown.found) == (
        "run 1 of 10",
        "it tried to reach stranger.example:443 outside of its runs",
    )


def test_a_thread_that_outlives_its_run_is_told_by_its_name() -> None:
    verdicts = judged(Story(told=lambda run: replace(run, left=("poller", "b")) if run.number == 4 else run))
    assert failed(verdicts) == {FINISHES}
    shown = verdicts[FINISHES].counterexample
    assert shown is not None
    assert shown.found == "a thread still ran after it: poller, b"


@pytest.mark.parametrize(("status", "deleted", "red"), [(404, True, False), (404, False, True), (422, True, True)])
def test_a_record_that_people_took_away_needs_no_word(status: int, deleted: bool, red: bool) -> None:
    def act(story: Story, run: int) -> None:
        if run == 4:
            story.write(Side.APP, "Worker", "w101", {"phone": "x"}, accepted=False)

    def told(run: Run) -> Run:
        return replace(run, ok=True, failed=()) if run.number == 4 else run

    history = Story(after=act, told=told).play()
    refused = tuple(
        replace(one, status=status) if any(not write.accepted for write in one.writes) else one
        for one in history.exchanges
    )
    gone = replace(history.operations[0], phase="first", kind="delete", key=Key(Side.APP, "Worker", "w101"), fields={})
    operations = (*history.operations, gone) if deleted else history.operations
    assert (FINISHES in failed(judged(replace(history, exchanges=refused, operations=operations)))) is red
