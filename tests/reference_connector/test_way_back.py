"""What cannot go one way, and rows that go one way only."""

from typing import Any


def test_what_cannot_go_back_holds_the_way_back_and_nothing_else(linked: Any, connect: Any, settled: Any) -> None:
    linked.app.edit("workers", preferred_shift="swing", nickname="Nan")
    linked.ats.put("Candidate", 1, firstName="Anna")
    for _ in range(2):
        result = connect().sync()
        assert result.ok
        assert [(one.system, one.entity, one.id, one.reason) for one in result.failed] == [
            ("app", "Worker", linked.worker()["id"], "preferred_shift: not in its table of values")
        ]
        linked.later()
    assert linked.worker()["first_name"] == "Anna"
    assert (linked.candidate()["nickName"], linked.candidate()["customText3"]) == ("Annie", "1st shift")
    linked.app.edit("workers", preferred_shift="night")
    assert connect().sync().failed == ()
    assert (linked.candidate()["nickName"], linked.candidate()["customText3"]) == ("Nan", "Nights")
    settled()


def test_an_app_value_that_is_taken_back_is_held_no_more(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", preferred_shift="swing")
    assert len(connect().sync().failed) == 1
    linked.later()
    linked.app.edit("workers", preferred_shift="day")
    assert connect().sync().failed == ()
    assert linked.writes() == []


def test_what_bullhorn_refuses_is_named_and_tried_less_and_less(linked: Any, connect: Any, fakes: Any) -> None:
    named = {"errors": [{"propertyName": "address.address1", "severity": "ERROR"}]}
    linked.before.append(
        lambda method, _: fakes.reply(400, named) if method == "POST" and "No Way" in linked.log[-1][2] else None
    )
    linked.app.edit("workers", street="1 No Way")
    for _ in range(24):
        result = connect().sync()
        assert [(one.entity, one.reason) for one in result.failed] == [
            ("Worker", "ats answered 400 (address.address1)")
        ]
        linked.clock.seconds += 900
    assert 1 < sum(method == "POST" for method, _, _ in linked.writes()) <= 10
    linked.app.edit("workers", street="s" * 40)
    assert connect().sync().failed == ()
    assert linked.candidate()["address"]["address1"] == "s" * 40


def test_bad_data_in_bullhorn_does_not_stop_the_way_back(linked: Any, connect: Any, settled: Any) -> None:
    linked.ats.put("Candidate", 1, customText3="Whenever", firstName="Anna")
    linked.app.edit("workers", nickname="Nan")
    result = connect().sync()
    assert [(one.entity, one.reason) for one in result.failed] == [
        ("Candidate", "preferred_shift: not in its table of values")
    ]
    assert linked.candidate()["nickName"] == "Nan"
    assert linked.worker()["first_name"] == "Ann"
    linked.later()
    linked.ats.put("Candidate", 1, customText3="Nights")
    assert connect().sync().failed == ()
    assert (linked.worker()["first_name"], linked.worker()["preferred_shift"]) == ("Anna", "night")
    settled()


def test_the_side_that_wins_mends_a_bad_value_of_the_other(linked: Any, connect: Any, settled: Any) -> None:
    linked.ats.put("Candidate", 1, customText3="Whenever")
    assert len(connect().sync().failed) == 1
    linked.later()
    linked.app.edit("workers", preferred_shift="night")
    assert connect().sync().failed == ()
    assert linked.candidate()["customText3"] == "Nights"
    settled()


def test_consent_that_bullhorn_does_not_keep_is_told_and_never_relaxed(linked: Any, connect: Any, settled: Any) -> None:
    linked.ats.ignored.add(("Candidate", "massMailOptOut"))
    linked.app.edit("workers", email_opt_out=False, nickname="Nan")
    for _ in range(3):
        result = connect().sync()
        assert [(one.entity, one.reason) for one in result.failed] == [
            ("Worker", "email_opt_out: Bullhorn took the change and did not keep it")
        ]
        linked.later()
        linked.ats.put("Candidate", 1, firstName=f"Anna {linked.clock.ms()}")
    assert linked.worker()["email_opt_out"] is False
    assert linked.candidate()["nickName"] == "Nan"
    linked.ats.ignored.clear()
    assert connect().sync().failed == ()
    assert linked.candidate()["massMailOptOut"] is False
    linked.later()
    connect().sync()  # may_email follows from it
    settled()


def test_an_edit_of_another_field_leaves_consent_alone(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", email_opt_out=False)
    linked.ats.put("Candidate", 1, firstName="Anna", mobile="773-555-0111")
    connect().sync()
    assert (linked.candidate()["massMailOptOut"], linked.worker()["email_opt_out"]) == (False, False)


def test_a_change_in_the_app_to_a_row_that_goes_one_way_is_never_carried(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", job_title="Boss", display_name="X", first_name="X", last_name="Y", pay_rate="99")
    connect().sync()
    assert not [path for _, path, _ in linked.writes() if path.startswith("entity/")]
    assert (linked.worker()["job_title"], linked.worker()["display_name"]) == ("Boss", "X")


def test_kept_right_is_put_right_by_the_next_run(linked: Any, connect: Any, settled: Any) -> None:
    linked.app.edit("workers", first_name="X", pay_rate=None)
    connect().sync()
    assert linked.writes() == [
        ("PATCH", f"/workers/{linked.worker()['id']}", {"first_name": "Ann", "pay_rate": "18.5"})
    ]
    settled()


def test_put_right_waits_for_the_next_change_in_bullhorn(linked: Any, connect: Any, settled: Any) -> None:
    linked.app.edit("workers", last_name="X")
    connect().sync()
    linked.later()
    linked.app.edit("workers", nickname="Nan")
    connect().sync()
    assert linked.worker()["last_name"] == "X"
    linked.later()
    linked.ats.put("Candidate", 1, occupation="Picker")
    connect().sync()
    assert linked.writes() == [
        ("PATCH", f"/workers/{linked.worker()['id']}", {"last_name": "Lee", "job_title": "Picker"})
    ]
    settled()


def test_put_right_follows_a_change_of_the_placement_too(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", last_name="X")
    linked.ats.put("Placement", 30, payRate=19)
    connect().sync()
    assert (linked.worker()["last_name"], linked.worker()["pay_rate"]) == ("Lee", "19")


def test_what_the_person_put_right_is_not_written(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", last_name="X")
    connect().sync()
    linked.later()
    linked.app.edit("workers", last_name="Lee")
    linked.ats.put("Candidate", 1, occupation="Picker")
    connect().sync()
    assert linked.writes() == [("PATCH", f"/workers/{linked.worker()['id']}", {"job_title": "Picker"})]


def test_what_waits_to_be_put_right_is_remembered_over_other_runs(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", last_name="X")
    connect().sync()
    linked.later()
    linked.app.put("workers", first_name="Another", last_name="One", status="inactive")
    connect().sync()
    linked.later()
    linked.app.put("workers", first_name="A", last_name="Third", status="inactive")
    linked.app.edit("workers", id=linked.worker()["id"], nickname="Nan")
    connect().sync()
    linked.later()
    linked.app.put("workers", first_name="A", last_name="Fourth", status="inactive")
    connect().sync()
    linked.later()
    linked.ats.put("Candidate", 1, occupation="Picker")
    connect().sync()
    assert linked.worker()["last_name"] == "Lee"
