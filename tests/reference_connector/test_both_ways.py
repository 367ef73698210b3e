"""Rows that go both ways: who changed what, whose word counts, and that nobody's own writes come back."""

from typing import Any

import pytest

BACK: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"nickname": "Nan"}, {"nickName": "Nan"}),
    ({"email": "new@x.com"}, {"email": "new@x.com"}),
    ({"phone": "+17735550111"}, {"mobile": "+17735550111"}),
    ({"emergency_contact": "Dad"}, {"customText2": "Dad"}),
    ({"open_to_relocation": False}, {"willRelocate": False}),
    ({"available_on": "2026-04-01"}, {"dateAvailable": 1775001600000}),
    ({"preferred_shift": "night"}, {"customText3": "Nights"}),
    ({"preferred_shift": "evening"}, {"customText3": "Evenings"}),
    ({"desired_pay": "0"}, {"hourlyRate": 0}),
    ({"desired_pay": "21.5"}, {"hourlyRate": 21.5}),
    ({"nickname": None, "email": "", "phone": None}, {"nickName": None, "email": None, "mobile": None}),
    ({"email_opt_out": None, "available_on": None}, {"massMailOptOut": None, "dateAvailable": None}),
    ({"preferred_shift": None, "desired_pay": None}, {"customText3": None, "hourlyRate": None}),
]


@pytest.mark.parametrize(("edit", "expected"), BACK)
def test_a_change_in_the_app_reaches_bullhorn_and_nothing_else_is_written(
    linked: Any, connect: Any, settled: Any, edit: dict[str, Any], expected: dict[str, Any]
) -> None:
    linked.app.edit("workers", **edit)
    assert connect().sync().failed == ()
    assert linked.writes() == [("POST", "entity/Candidate/1", expected)]
    settled()


def test_an_opt_out_in_the_app_comes_back_as_what_follows_from_it(linked: Any, connect: Any, settled: Any) -> None:
    linked.app.edit("workers", email_opt_out=False)
    assert connect().sync().failed == ()
    assert linked.writes() == [("POST", "entity/Candidate/1", {"massMailOptOut": False})]
    linked.later()
    connect().sync()
    assert linked.writes() == [("PATCH", "/workers/wo-5", {"may_email": True})]
    settled()


def test_a_part_of_an_address_leaves_its_other_parts_alone(linked: Any, connect: Any, settled: Any) -> None:
    linked.app.edit("workers", street="2 Oak", postal_code=None)
    connect().sync()
    assert linked.candidate()["address"] == {
        "address1": "2 Oak",
        "city": "Peoria",
        "state": "IL",
        "zip": None,
        "countryID": 1,
    }
    settled()


def test_a_part_of_an_address_that_changes_meanwhile_is_not_set_back(linked: Any, connect: Any, settled: Any) -> None:
    linked.app.edit("workers", street="2 Oak")
    done: list[int] = []

    def move(method: str, url: str) -> None:
        if "entity/Candidate/1?fields=id%2Caddress" in url and not done:
            done.append(1)
            linked.ats.put("Candidate", 1, address={**linked.candidate()["address"], "city": "Chicago"})

    linked.before.append(move)
    connect().sync()
    assert done == [1]
    assert linked.candidate()["address"]["city"] == "Chicago"
    linked.later()
    connect().sync()
    assert (linked.worker()["city"], linked.worker()["street"]) == ("Chicago", "2 Oak")
    settled()


def test_an_address_can_begin_in_the_app(staffed: Any, connect: Any) -> None:
    connect().sync()
    staffed.later()
    staffed.app.edit("workers", city="Peoria")
    connect().sync()
    assert staffed.candidate()["address"] == {"city": "Peoria"}


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"nickName": None}, {"nickname": None}),
        ({"massMailOptOut": False}, {"may_email": True, "email_opt_out": False}),
        ({"hourlyRate": 0}, {"desired_pay": "0"}),
        ({"customText3": "Nights"}, {"preferred_shift": "night"}),
        ({"customText3": " "}, {"preferred_shift": None}),
    ],
)
def test_a_change_in_bullhorn_reaches_the_app(
    linked: Any, connect: Any, settled: Any, edit: dict[str, Any], expected: dict[str, Any]
) -> None:
    linked.ats.put("Candidate", 1, **edit)
    connect().sync()
    assert linked.writes() == [("PATCH", f"/workers/{linked.worker()['id']}", expected)]
    settled()


def test_another_spelling_of_the_same_value_is_no_change(linked: Any, connect: Any) -> None:
    linked.ats.put("Candidate", 1, mobile="+1 312 555 0142", email=" ann@X.com", customText3="Days", nickName="Annie ")
    linked.app.edit("workers", desired_pay="20.00", email="ANN@x.com")
    connect().sync()
    assert linked.writes() == []


CONFLICTS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"nickName": "A"}, {"nickname": "W"}, "app"),
    ({"mobile": "773-555-0111"}, {"phone": "+17735550122"}, "app"),
    ({"willRelocate": None}, {"open_to_relocation": False}, "app"),
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
    names = ("nickname", "phone", "email_opt_out", "email", "desired_pay", "preferred_shift", "available_on", "street")
    return tuple(app.get(name) for name in names)


@pytest.mark.parametrize("order", ["ats first", "app first", "same time"])
@pytest.mark.parametrize(("ats", "app", "wins"), CONFLICTS)
def test_when_both_changed_a_row_its_modifier_decides(
    linked: Any,
    connect: Any,
    settled: Any,
    package: Any,
    ats: dict[str, Any],
    app: dict[str, Any],
    wins: str,
    order: str,
) -> None:
    before, later_by = linked.worker(), 0 if order == "same time" else 60
    deeds = [lambda: linked.ats.put("Candidate", 1, **ats), lambda: linked.app.edit("workers", **app)]
    for deed in deeds if order != "app first" else reversed(deeds):
        deed()
        linked.clock.seconds += later_by
    from_app = {**before, **app}
    connect().sync()
    app_won = wins == "app" or (wins == "latest" and order == "ats first")
    systems = {"POST" if app_won else "PATCH"}
    assert {method for method, _, _ in linked.writes()} == systems
    assert (mirror(linked.worker()) == mirror(from_app)) == app_won
    settled()


def test_changes_of_different_rows_both_survive(linked: Any, connect: Any, settled: Any) -> None:
    linked.ats.put("Candidate", 1, mobile="773-555-0111", firstName="Anna")
    linked.app.edit("workers", nickname="Nan", city="Chicago")
    connect().sync()
    assert (linked.worker()["phone"], linked.worker()["first_name"]) == ("+17735550111", "Anna")
    assert (linked.candidate()["nickName"], linked.candidate()["address"]["city"]) == ("Nan", "Chicago")
    assert (linked.worker()["nickname"], linked.candidate()["mobile"]) == ("Nan", "773-555-0111")
    settled()


def test_the_same_change_on_both_sides_writes_nothing(linked: Any, connect: Any, settled: Any) -> None:
    linked.ats.put("Candidate", 1, customText3="2nd shift", mobile="773 555 0111")
    linked.app.edit("workers", preferred_shift="evening", phone="+17735550111")
    connect().sync()
    assert linked.writes() == []
    settled()
    assert linked.candidate()["customText3"] == "2nd shift"


def test_a_value_is_written_back_only_after_a_change_in_the_app(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", nickname="Nan", preferred_shift="day")
    connect().sync()
    assert linked.candidate()["customText3"] == "1st shift"
    linked.app.edit("workers", preferred_shift="night")
    connect().sync()
    linked.app.edit("workers", preferred_shift="day")
    connect().sync()
    assert linked.candidate()["customText3"] == "Days"


def test_several_changes_before_a_run_count_by_the_last(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", nickname="X")
    linked.app.edit("workers", nickname="Annie")
    connect().sync()
    assert linked.writes() == []


def test_another_word_of_bullhorn_for_the_same_value_of_the_app_is_a_change(
    linked: Any, connect: Any, settled: Any
) -> None:
    linked.app.edit("workers", preferred_shift="night")
    linked.clock.seconds += 60
    linked.ats.put("Candidate", 1, customText3="Days")
    connect().sync()
    assert (linked.candidate()["customText3"], linked.worker()["preferred_shift"]) == ("Days", "day")
    settled()
