"""Rows that go both ways: who changed what, whose word counts, and that nobody's own writes come back."""

import json
from pathlib import Path
from typing import Any

import pytest

Pair = tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture
def linked(staffed: Any, connect: Any) -> Any:
    """The candidate and the worker are linked, and an hour has passed."""
    staffed.ats.put(
        "Candidate",
        1,
        nickName="Annie",
        address={"address1": "1 Elm", "city": "Peoria", "state": "IL", "zip": "61602", "countryID": 1},
        smsOptIn=True,
        willRelocate=True,
        customText2="Mum",
        customText3="1st shift",
        hourlyRate=20,
        dateAvailable=1767225600000,
    )
    connect().sync()
    later(staffed)
    return staffed


def later(world: Any, seconds: int = 3600) -> None:
    world.clock.seconds += seconds
    world.forget()


def candidate(world: Any) -> dict[str, Any]:
    found: dict[str, Any] = world.ats.rows["Candidate"][1]
    return found


def worker(world: Any) -> dict[str, Any]:
    found: dict[str, Any] = world.app.only("workers", external_id="1")
    return found


def settled(world: Any, connect: Any) -> None:
    """A further run, now and later, writes nothing."""
    for _ in range(2):
        later(world)
        assert connect().sync().ok
        assert world.writes() == []


BACK: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"nickname": "Nan"}, {"nickName": "Nan"}),
    ({"email": "new@x.com"}, {"email": "new@x.com"}),
    ({"phone": "+17735550111"}, {"mobile": "+17735550111"}),
    ({"text_opt_in": False}, {"smsOptIn": False}),
    ({"emergency_contact": "Dad"}, {"customText2": "Dad"}),
    ({"open_to_relocation": False}, {"willRelocate": False}),
    ({"available_on": "2026-04-01"}, {"dateAvailable": 1775001600000}),
    ({"preferred_shift": "night"}, {"customText3": "Nights"}),
    ({"preferred_shift": "evening"}, {"customText3": "Evenings"}),
    ({"desired_pay": "0"}, {"hourlyRate": 0}),
    ({"desired_pay": "21.5"}, {"hourlyRate": 21.5}),
    ({"nickname": None, "email": "", "phone": None}, {"nickName": None, "email": None, "mobile": None}),
    ({"text_opt_in": None, "available_on": None}, {"smsOptIn": None, "dateAvailable": None}),
    ({"preferred_shift": None, "desired_pay": None}, {"customText3": None, "hourlyRate": None}),
]


@pytest.mark.parametrize(("edit", "expected"), BACK)
def test_a_change_in_the_app_reaches_bullhorn_and_nothing_else_is_written(
    linked: Any, connect: Any, edit: dict[str, Any], expected: dict[str, Any]
) -> None:
    linked.app.edit("workers", **edit)
    assert connect().sync().failed == ()
    assert linked.writes() == [("POST", "entity/Candidate/1", expected)]
    settled(linked, connect)


def test_a_part_of_an_address_leaves_its_other_parts_alone(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", street="2 Oak", postal_code=None)
    connect().sync()
    assert candidate(linked)["address"] == {
        "address1": "2 Oak",
        "city": "Peoria",
        "state": "IL",
        "zip": None,
        "countryID": 1,
    }
    settled(linked, connect)


def test_an_address_can_begin_in_the_app(staffed: Any, connect: Any) -> None:
    connect().sync()
    later(staffed)
    staffed.app.edit("workers", city="Peoria")
    connect().sync()
    assert candidate(staffed)["address"] == {"city": "Peoria"}


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"nickName": None}, {"nickname": None}),
        ({"smsOptIn": False}, {"text_opt_in": False}),
        ({"hourlyRate": 0}, {"desired_pay": "0"}),
        ({"customText3": "Nights"}, {"preferred_shift": "night"}),
        ({"customText3": " "}, {"preferred_shift": None}),
    ],
)
def test_a_change_in_bullhorn_reaches_the_app(
    linked: Any, connect: Any, edit: dict[str, Any], expected: dict[str, Any]
) -> None:
    linked.ats.put("Candidate", 1, **edit)
    connect().sync()
    assert linked.writes() == [("PATCH", f"/workers/{worker(linked)['id']}", expected)]
    settled(linked, connect)


def test_another_spelling_of_the_same_value_is_no_change(linked: Any, connect: Any) -> None:
    linked.ats.put("Candidate", 1, mobile="+1 312 555 0142", email=" ann@X.com", customText3="Days", nickName="Annie ")
    linked.app.edit("workers", desired_pay="20.00", email="ANN@x.com")
    connect().sync()
    assert linked.writes() == []


CONFLICTS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"nickName": "A"}, {"nickname": "W"}, "app"),
    ({"mobile": "773-555-0111"}, {"phone": "+17735550122"}, "app"),
    ({"smsOptIn": None}, {"text_opt_in": False}, "app"),
    ({"email": "a@x.com"}, {"email": "w@x.com"}, "ats"),
    ({"hourlyRate": 30}, {"desired_pay": "31"}, "ats"),
    ({"customText3": "Nights"}, {"preferred_shift": "weekend"}, "latest"),
    ({"dateAvailable": 1767312000000}, {"available_on": "2026-01-03"}, "latest"),
    (
        {"address": {"address1": "3 Fir", "city": "Peoria", "state": "IL", "zip": "61602"}},
        {"street": "4 Ash"},
        "latest",
    ),
]


def mirror(app: dict[str, Any]) -> tuple[Any, ...]:
    names = ("nickname", "phone", "text_opt_in", "email", "desired_pay", "preferred_shift", "available_on", "street")
    return tuple(app.get(name) for name in names)


@pytest.mark.parametrize("order", ["ats first", "app first", "same time"])
@pytest.mark.parametrize(("ats", "app", "wins"), CONFLICTS)
def test_when_both_changed_a_row_its_modifier_decides(
    linked: Any, connect: Any, package: Any, ats: dict[str, Any], app: dict[str, Any], wins: str, order: str
) -> None:
    before, later_by = worker(linked), 0 if order == "same time" else 60
    deeds = [lambda: linked.ats.put("Candidate", 1, **ats), lambda: linked.app.edit("workers", **app)]
    for deed in deeds if order != "app first" else reversed(deeds):
        deed()
        linked.clock.seconds += later_by
    from_app = {**before, **app}
    connect().sync()
    app_won = wins == "app" or (wins == "latest" and order == "ats first")
    systems = {"POST" if app_won else "PATCH"}
    assert {method for method, _, _ in linked.writes()} == systems
    assert (mirror(worker(linked)) == mirror(from_app)) == app_won
    settled(linked, connect)


def test_changes_of_different_rows_both_survive(linked: Any, connect: Any) -> None:
    linked.ats.put("Candidate", 1, mobile="773-555-0111", firstName="Anna")
    linked.app.edit("workers", nickname="Nan", city="Chicago")
    connect().sync()
    assert (worker(linked)["phone"], worker(linked)["first_name"]) == ("+17735550111", "Anna")
    assert (candidate(linked)["nickName"], candidate(linked)["address"]["city"]) == ("Nan", "Chicago")
    assert (worker(linked)["nickname"], candidate(linked)["mobile"]) == ("Nan", "773-555-0111")
    settled(linked, connect)


def test_the_same_change_on_both_sides_writes_nothing(linked: Any, connect: Any) -> None:
    linked.ats.put("Candidate", 1, customText3="2nd shift", mobile="773 555 0111")
    linked.app.edit("workers", preferred_shift="evening", phone="+17735550111")
    connect().sync()
    assert linked.writes() == []
    settled(linked, connect)
    assert candidate(linked)["customText3"] == "2nd shift"


def test_a_value_is_written_back_only_after_a_change_in_the_app(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", nickname="Nan", preferred_shift="day")
    connect().sync()
    assert candidate(linked)["customText3"] == "1st shift"
    linked.app.edit("workers", preferred_shift="night")
    connect().sync()
    linked.app.edit("workers", preferred_shift="day")
    connect().sync()
    assert candidate(linked)["customText3"] == "Days"


def test_several_changes_before_a_run_count_by_the_last(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", nickname="X")
    linked.app.edit("workers", nickname="Annie")
    connect().sync()
    assert linked.writes() == []


# ------------------------------------------------------------------ the first link


@pytest.mark.parametrize("known_by", [{"external_id": "1"}, {"email": "ANN@x.com"}, {"email": "\u00a0ann@X.com "}])
def test_at_the_first_link_bullhorn_leads_with_its_blanks_too(staffed: Any, connect: Any, known_by: Any) -> None:
    staffed.ats.put("Candidate", 1, smsOptIn=False, nickName=None, hourlyRate=0)
    made = staffed.app.put(
        "workers",
        first_name="A",
        last_name="B",
        status="inactive",
        nickname="Old",
        text_opt_in=True,
        desired_pay="7",
        city="Rome",
        preferred_shift="day",
        **known_by,
    )
    later(staffed)
    staffed.app.edit("workers", id=made["id"], nickname="Later")
    assert connect().sync().failed == ()
    assert not [body for method, _, body in staffed.writes() if method == "POST" and "nickName" in body]
    found = worker(staffed)
    assert found["id"] == made["id"]
    names = ("nickname", "text_opt_in", "desired_pay", "city", "preferred_shift", "first_name")
    assert tuple(found[name] for name in names) == (None, False, "0", None, None, "Ann")
    assert len(staffed.app.rows["workers"]) == 1
    settled(staffed, connect)


def test_two_candidates_with_one_email_take_nobody_over(staffed: Any, connect: Any) -> None:
    staffed.app.put("workers", first_name="Old", last_name="One", status="inactive", email="ann@x.com")
    staffed.ats.put("Candidate", 2, **{**candidate(staffed), "id": 2, "firstName": "Bo", "email": "ANN@X.com"})
    staffed.ats.put("Placement", 31, **{**staffed.ats.rows["Placement"][30], "id": 31, "candidate": {"id": 2}})
    assert connect().sync().failed == ()
    people = {(one.get("external_id"), one["first_name"]) for one in staffed.app.rows["workers"].values()}
    assert people == {(None, "Old"), ("1", "Ann"), ("2", "Bo")}


def test_a_newcomer_with_the_email_of_somebody_linked_takes_nobody_over(staffed: Any, connect: Any) -> None:
    connect().sync()
    later(staffed)
    staffed.app.put("workers", first_name="Old", last_name="One", status="inactive", email="ann@x.com")
    staffed.ats.put("Candidate", 2, **{**candidate(staffed), "id": 2, "firstName": "Bo"})
    staffed.ats.put("Placement", 31, **{**staffed.ats.rows["Placement"][30], "id": 31, "candidate": {"id": 2}})
    connect().sync()
    assert {one.get("external_id") for one in staffed.app.rows["workers"].values()} == {None, "1", "2"}


def test_a_worker_who_came_later_is_found_by_email_with_blanks(staffed: Any, connect: Any) -> None:
    connect().sync()
    later(staffed)
    made = staffed.app.put("workers", first_name="B", last_name="E", status="inactive", email="\u00a0BO@x.com")
    later(staffed)
    staffed.ats.put("Candidate", 2, firstName="Bo", lastName="Ek", status="Active", email="bo@x.com")
    staffed.ats.put("Placement", 31, candidate={"id": 2}, jobOrder={"id": 20}, status="Approved", dateBegin=0)
    connect().sync()
    assert staffed.app.only("workers", external_id="2")["id"] == made["id"]


# ------------------------------------------------------------------ held on the way back


def test_what_cannot_go_back_holds_the_way_back_and_nothing_else(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", phone="+19995550100", nickname="Nan")
    linked.ats.put("Candidate", 1, firstName="Anna")
    for _ in range(2):
        result = connect().sync()
        assert result.ok
        assert [(one.system, one.entity, one.id, one.reason) for one in result.failed] == [
            ("app", "Worker", worker(linked)["id"], "phone: not a valid phone number")
        ]
        later(linked)
    assert worker(linked)["first_name"] == "Anna"
    assert (candidate(linked)["nickName"], candidate(linked)["mobile"]) == ("Annie", "(312) 555-0142")
    linked.app.edit("workers", phone="+17735550111")
    assert connect().sync().failed == ()
    assert (candidate(linked)["nickName"], candidate(linked)["mobile"]) == ("Nan", "+17735550111")
    settled(linked, connect)


def test_an_app_value_that_is_taken_back_is_held_no_more(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", phone="+19995550100")
    assert len(connect().sync().failed) == 1
    later(linked)
    linked.app.edit("workers", phone="+13125550142")
    assert connect().sync().failed == ()
    assert linked.writes() == []


def test_what_bullhorn_refuses_is_named_and_tried_less_and_less(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", street="s" * 41)
    for _ in range(24):
        result = connect().sync()
        assert [(one.entity, one.reason) for one in result.failed] == [
            ("Worker", "ats answered 400 (address.address1)")
        ]
        linked.clock.seconds += 900
    assert sum(method == "POST" for method, _, _ in linked.writes()) <= 10
    linked.app.edit("workers", street="s" * 40)
    assert connect().sync().failed == ()
    assert candidate(linked)["address"]["address1"] == "s" * 40


def test_bad_data_in_bullhorn_does_not_stop_the_way_back(linked: Any, connect: Any) -> None:
    linked.ats.put("Candidate", 1, customText3="Whenever", firstName="Anna")
    linked.app.edit("workers", nickname="Nan")
    result = connect().sync()
    assert [(one.entity, one.reason) for one in result.failed] == [
        ("Candidate", "preferred_shift: not in its table of values")
    ]
    assert candidate(linked)["nickName"] == "Nan"
    assert worker(linked)["first_name"] == "Ann"
    later(linked)
    linked.ats.put("Candidate", 1, customText3="Nights")
    assert connect().sync().failed == ()
    assert (worker(linked)["first_name"], worker(linked)["preferred_shift"]) == ("Anna", "night")
    settled(linked, connect)


def test_the_side_that_wins_mends_a_bad_value_of_the_other(linked: Any, connect: Any) -> None:
    linked.ats.put("Candidate", 1, mobile="call me")
    assert len(connect().sync().failed) == 1
    later(linked)
    linked.app.edit("workers", phone="+17735550111")
    assert connect().sync().failed == ()
    assert candidate(linked)["mobile"] == "+17735550111"
    settled(linked, connect)


def test_consent_that_bullhorn_does_not_keep_is_told_and_never_relaxed(linked: Any, connect: Any) -> None:
    linked.ats.ignored.add(("Candidate", "smsOptIn"))
    linked.app.edit("workers", text_opt_in=False, nickname="Nan")
    for _ in range(3):
        result = connect().sync()
        assert [(one.entity, one.reason) for one in result.failed] == [
            ("Worker", "text_opt_in: Bullhorn took the change and did not keep it")
        ]
        later(linked)
        linked.ats.put("Candidate", 1, firstName=f"Anna {linked.clock.ms()}")
    assert worker(linked)["text_opt_in"] is False
    assert candidate(linked)["nickName"] == "Nan"
    linked.ats.ignored.clear()
    assert connect().sync().failed == ()
    assert candidate(linked)["smsOptIn"] is False
    settled(linked, connect)


def test_an_edit_of_another_field_leaves_consent_alone(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", text_opt_in=False)
    linked.ats.put("Candidate", 1, firstName="Anna", mobile="773-555-0111")
    connect().sync()
    assert (candidate(linked)["smsOptIn"], worker(linked)["text_opt_in"]) == (False, False)


# ------------------------------------------------------------------ rows that go one way


def test_a_change_in_the_app_to_a_row_that_goes_one_way_is_never_carried(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", job_title="Boss", display_name="X", first_name="X", last_name="Y", pay_rate="99")
    connect().sync()
    assert not [path for _, path, _ in linked.writes() if path.startswith("entity/")]
    assert (worker(linked)["job_title"], worker(linked)["display_name"]) == ("Boss", "X")


def test_kept_right_is_put_right_by_the_next_run(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", first_name="X", pay_rate=None)
    connect().sync()
    assert linked.writes() == [("PATCH", f"/workers/{worker(linked)['id']}", {"first_name": "Ann", "pay_rate": "18.5"})]
    settled(linked, connect)


def test_put_right_waits_for_the_next_change_in_bullhorn(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", last_name="X")
    connect().sync()
    later(linked)
    linked.app.edit("workers", nickname="Nan")
    connect().sync()
    assert worker(linked)["last_name"] == "X"
    later(linked)
    linked.ats.put("Candidate", 1, occupation="Picker")
    connect().sync()
    assert linked.writes() == [
        ("PATCH", f"/workers/{worker(linked)['id']}", {"last_name": "Lee", "job_title": "Picker"})
    ]
    settled(linked, connect)


def test_put_right_follows_a_change_of_the_placement_too(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", last_name="X")
    linked.ats.put("Placement", 30, payRate=19)
    connect().sync()
    assert (worker(linked)["last_name"], worker(linked)["pay_rate"]) == ("Lee", "19")


def test_what_the_person_put_right_is_not_written(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", last_name="X")
    connect().sync()
    later(linked)
    linked.app.edit("workers", last_name="Lee")
    linked.ats.put("Candidate", 1, occupation="Picker")
    connect().sync()
    assert linked.writes() == [("PATCH", f"/workers/{worker(linked)['id']}", {"job_title": "Picker"})]


# ------------------------------------------------------------------ leaving and coming back


def test_who_is_out_is_not_touched_and_the_same_worker_comes_back(linked: Any, connect: Any) -> None:
    linked.ats.put("Candidate", 1, status="DNU")
    connect().sync()
    later(linked)
    linked.app.edit("workers", nickname="Nan", first_name="X")
    linked.ats.put("Candidate", 1, mobile="773-555-0111")
    connect().sync()
    assert linked.writes() == []
    later(linked)
    linked.ats.put("Candidate", 1, status="Placed")
    connect().sync()
    found = worker(linked)
    assert (found["phone"], found["nickname"], found["first_name"]) == ("+17735550111", "Nan", "Ann")
    assert candidate(linked)["nickName"] == "Nan"
    assert len(linked.app.rows["workers"]) == 1
    settled(linked, connect)


def test_a_placement_that_ended_and_a_new_one_later(linked: Any, connect: Any) -> None:
    linked.ats.put("Placement", 30, status="Completed")
    connect().sync()
    later(linked)
    linked.app.edit("workers", nickname="Nan")
    connect().sync()
    assert candidate(linked)["nickName"] == "Annie"
    later(linked, 86_400)
    linked.ats.put("Placement", 31, candidate={"id": 1}, jobOrder={"id": 20}, status="Approved", dateBegin=0)
    connect().sync()
    assert candidate(linked)["nickName"] == "Nan"
    assert len(linked.app.rows["workers"]) == 1


def test_a_deleted_candidate_is_let_alone_by_both_sides(linked: Any, connect: Any) -> None:
    linked.ats.put("Candidate", 1, isDeleted=True)
    connect().sync()
    for edit in ({"nickname": "Nan"}, {"first_name": "X"}, {"phone": "+19995550100"}):
        later(linked)
        linked.app.edit("workers", **edit)
        assert connect().sync().failed == ()
        assert linked.writes() == []
    settled(linked, connect)


def test_of_two_merged_candidates_the_survivor_keeps_its_worker(linked: Any, connect: Any) -> None:
    linked.ats.put("Candidate", 2, **{**candidate(linked), "id": 2, "firstName": "Bo"})
    linked.ats.put("Placement", 31, **{**linked.ats.rows["Placement"][30], "id": 31, "candidate": {"id": 2}})
    connect().sync()
    survivor, loser = linked.app.only("workers", external_id="2"), dict(worker(linked))
    later(linked)
    linked.ats.put("Candidate", 1, isDeleted=True)
    linked.ats.put("Placement", 30, candidate={"id": 2})
    connect().sync()
    assert linked.app.only("assignments", external_id="30")["worker_id"] == survivor["id"]
    later(linked)
    linked.app.edit("workers", id=survivor["id"], nickname="Nan")
    connect().sync()
    assert linked.ats.rows["Candidate"][2]["nickName"] == "Nan"
    assert worker(linked) == loser
    assert len(linked.app.rows["workers"]) == 2
    settled(linked, connect)


# ------------------------------------------------------------------ restarts, faults, older states


class KilledError(BaseException):
    """The process ends here."""


def test_a_kill_after_any_request_loses_no_change(linked: Any, connect: Any, tmp_path: Path) -> None:
    kills = 0
    for allowed in range(1, 60):
        name = f"Nan {allowed}"
        linked.app.edit("workers", nickname=name, preferred_shift="evening" if allowed % 2 else "night")
        linked.ats.put("Candidate", 1, mobile=f"312-555-01{allowed:02d}", hourlyRate=allowed)
        left = [allowed]

        def kill(method: str, url: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] <= 0:
                raise KilledError

        linked.after[:] = [kill]
        try:
            connect().sync()
        except KilledError:
            kills += 1
        else:
            break
        linked.after.clear()
        later(linked, 900)
        assert connect().sync().failed == ()
        assert (candidate(linked)["nickName"], worker(linked)["nickname"]) == (name, name)
        assert candidate(linked)["customText3"] == ("Evenings" if allowed % 2 else "Nights")
        assert (worker(linked)["phone"], worker(linked)["desired_pay"]) == (
            f"+1312555{100 + allowed:04d}",
            str(allowed),
        )
        later(linked, 900)
        connect().sync()
        assert linked.writes() == []
    assert kills > 8


def test_a_state_of_the_version_before_leads_to_no_mass_of_writes(linked: Any, connect: Any, tmp_path: Path) -> None:
    path = tmp_path / "state/worker.json"
    state = json.loads(path.read_text())
    for link in state["links"].values():
        del link["app"]
        for target in ("nickname", "phone", "preferred_shift"):
            del link["rows"][target]
    path.write_text(json.dumps({"links": state["links"]}))
    (tmp_path / "state/contact.json").unlink()
    core = tmp_path / "state/core.json"
    held = json.loads(core.read_text())
    del held["clock"]["format"]
    for stream in ("worker", "contact"):
        held["cursors"].pop(stream, None)
    core.write_text(json.dumps(held))
    linked.app.edit("workers", nickname="Nan", job_title="Boss")
    assert connect().sync().ok
    assert linked.writes() == [("PATCH", f"/workers/{worker(linked)['id']}", {"nickname": "Annie"})]
    settled(linked, connect)
    linked.app.edit("workers", nickname="Nan")
    connect().sync()
    assert candidate(linked)["nickName"] == "Nan"


def test_an_update_whose_answer_was_lost_is_no_change_of_theirs(linked: Any, connect: Any, fakes: Any) -> None:
    linked.after += [
        fakes.once("POST", "entity/Candidate/1", *[(502, {}, "")] * 4),
        fakes.once("PATCH", "/workers/", *[(502, {}, "")] * 8),
    ]
    linked.app.edit("workers", nickname="Nan")
    linked.ats.put("Candidate", 1, mobile="773-555-0111")
    assert not connect().sync().ok
    later(linked)
    connect().sync()
    later(linked)
    assert connect().sync().failed == ()
    assert (candidate(linked)["nickName"], worker(linked)["phone"]) == ("Nan", "+17735550111")
    settled(linked, connect)


def test_a_change_while_the_run_writes_is_carried_by_the_next(linked: Any, connect: Any) -> None:
    done: list[int] = []

    def change(method: str, url: str) -> None:
        if method == "PATCH" and "/workers/" in url and not done:
            done.append(1)
            linked.app.edit("workers", nickname="Nan")

    linked.before.append(change)
    linked.ats.put("Candidate", 1, firstName="Anna")
    connect().sync()
    linked.before.clear()
    later(linked)
    connect().sync()
    assert (candidate(linked)["nickName"], worker(linked)["nickname"]) == ("Nan", "Nan")


def test_the_state_names_nobody(linked: Any, connect: Any, tmp_path: Path, caplog: Any) -> None:
    caplog.set_level("DEBUG")
    linked.app.edit("workers", nickname="Nannette", phone="+19995550100")
    connect().sync()
    later(linked)
    linked.app.edit("workers", phone="+17735550111")
    connect().sync()
    text = "".join(path.read_text() for path in (tmp_path / "state").rglob("*.json")) + caplog.text
    assert not [secret for secret in ("Nannette", "9995550100", "7735550111", "Annie", "Mum") if secret in text]


def test_a_crowd_is_merged_with_few_requests(linked: Any, connect: Any) -> None:
    for key in range(100, 140):
        linked.ats.put("Candidate", key, firstName=f"N{key}", lastName="Lee", status="Active")
        linked.ats.put("Placement", key, candidate={"id": key}, jobOrder={"id": 20}, status="Approved", dateBegin=0)
    connect().sync()
    later(linked)
    for one in list(linked.app.rows["workers"].values()):
        linked.app.edit("workers", id=one["id"], nickname=f"W{one['external_id']}")
    connect().sync()
    assert len(linked.log) <= 41 + 14
    assert [row.get("nickName") for row in linked.ats.rows["Candidate"].values()] == [
        f"W{key}" for key in (1, *range(100, 140))
    ]
    settled(linked, connect)
