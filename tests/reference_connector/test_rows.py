"""Rows of the charts, one by one, with literal expectations."""

from decimal import Decimal
from typing import Any

import pytest

JOB: list[tuple[str, dict[str, Any], Any]] = [
    ("title", {"id": 9, "title": "Picker"}, "Picker"),
    ("title", {"id": 9, "title": "Picker", "branchCode": "CHI"}, "Picker #9"),
    ("title", {"id": 9, "title": "Picker", "branchCode": "chi"}, "Picker"),
    (
        "location_text",
        {"address": {"address1": "12 Main St", "address2": "Unit 4", "city": "Peoria", "state": "IL", "zip": "61602"}},
        "12 Main St, Unit 4, Peoria, IL 61602",
    ),
    ("location_text", {"address": {"address1": "12 Main St", "address2": " ", "zip": "61602"}}, "12 Main St, 61602"),
    ("location_text", {"address": None}, None),
    ("kind", {"employmentType": "Contract To Hire"}, "temp_to_hire"),
    ("status", {"status": "Offer Out"}, "open"),
    ("openings", {"numOpenings": None}, 1),
    ("openings", {"numOpenings": 0}, 0),
    ("closed_on", {"dateClosed": 1772686800000}, "2026-03-04"),  # 05:00 UTC is 11 pm in Chicago, the day before
    ("closed_on", {"dateClosed": 1783314000000}, "2026-07-06"),  # 05:00 UTC in summer is midnight
    ("contact_name", {"clientContact": {"firstName": None, "lastName": "Hall"}}, "Hall"),
    ("markup_percent", {"payRate": Decimal(18), "clientBillRate": Decimal(30)}, Decimal("66.7")),
    ("markup_percent", {"payRate": Decimal(18), "clientBillRate": None}, None),
    ("estimated_fee", {"salary": Decimal(100000), "feeArrangement": Decimal(20)}, "20000"),
    ("estimated_fee", {"salary": Decimal(100000)}, None),
    ("remote", {"isWorkFromHome": False}, "N"),
    ("remote", {}, None),
    ("published", {"isPublic": 1}, True),
    ("published", {"isPublic": -1}, False),
    ("published", {}, False),
    ("skills", {"skillList": "Lifting, , Driving "}, ["Lifting", "Driving"]),
    ("po_number", {"customText2": "PO-2026/07 é"}, "PO202607é"),
    ("po_number", {"customText2": "--"}, None),
    ("description", {"publicDescription": "<p>a</p>"}, "a"),
    ("reference", {"id": 9}, "BH-9"),
]
ASSIGNMENT: list[tuple[str, dict[str, Any], Any]] = [
    ("status", {"status": "Terminated"}, "ended"),
    ("shift_start", {"hoursOfOperation": "7:00 am - 3:30 pm"}, "7:00 am"),
    ("shift_end", {"hoursOfOperation": "7:00 am - 3:30 pm"}, "3:30 pm"),
    ("shift_end", {"hoursOfOperation": "nights"}, None),
    ("supervisor_first_name", {"reportTo": " Ann  van Dyk "}, "Ann"),
    ("supervisor_rest", {"reportTo": " Ann  van Dyk "}, "van Dyk"),
    ("supervisor_rest", {"reportTo": "Ann"}, None),
    ("cost_center", {"costCenter": "ab-12/c"}, "AB12C"),
    ("timesheet_number", {"customText1": "TS-004711"}, 4711),
    ("timesheet_number", {"customText1": "none"}, None),
    ("bill_rate", {"clientBillRate": Decimal(30), "employeeType": "1099"}, "30"),
    ("bill_rate", {"clientBillRate": Decimal(30), "employeeType": "W2"}, None),
    ("overtime_rate", {"overtimeRate": Decimal(0), "payRate": Decimal(18)}, "0"),
    ("overtime_rate", {"overtimeRate": None, "payRate": Decimal(18)}, "18"),
    (
        "daily_margin",
        {"clientBillRate": Decimal("30.125"), "payRate": Decimal(18), "hoursPerDay": Decimal("7.5")},
        "90.94",
    ),
    ("daily_margin", {"clientBillRate": Decimal(30), "payRate": None, "hoursPerDay": 8}, None),
    # 1.15 * 1 * 7.5 % = 0.08625 -> 0.09; 0.6 * 7.5 % = 0.045 -> 0.04 (half-even); 1 * 7.5 % = 0.075 -> 0.08
    ("commission", {"clientBillRate": Decimal("2.15"), "payRate": Decimal(1), "hoursPerDay": 1}, "0.09"),
    ("commission", {"clientBillRate": Decimal("1.6"), "payRate": Decimal(1), "hoursPerDay": 1}, "0.04"),
    ("commission", {"clientBillRate": Decimal(2), "payRate": Decimal(1), "hoursPerDay": 1}, "0.08"),
    ("salary_unit", {"salaryUnit": "Per Hour"}, "per hour"),
    ("duration_weeks", {"durationWeeks": Decimal("12.25")}, Decimal("12.3")),
    ("guarantee_days", {"daysGuaranteed": 0}, 0),
]
WORKER: list[tuple[str, dict[str, Any], Any]] = [
    ("display_name", {"firstName": " Ann ", "lastName": ""}, "Ann"),
    ("status", {"status": "New Lead"}, "available"),
    ("worker_type", {"employeeType": "w2"}, "w2"),
    ("worker_type", {"employeeType": "Corp-to-Corp"}, "contractor"),
    ("worker_type", {"employeeType": "1099"}, "contractor"),
    ("worker_type", {"employeeType": " "}, None),
    ("registered_at", {"dateAdded": 1767225600000}, "2026-01-01T00:00:00Z"),
    ("phone", {"mobile": " ", "phone": "312-555-0142"}, None),
    (
        "other_phones",
        {"phone": "773-555-0111", "phone2": "312-555-0142", "phone3": None, "workPhone": "+44 20 7946 0958"},
        ["+17735550111", "+13125550142", "+442079460958"],
    ),
    ("preferred_shift", {"customText3": "1st shift"}, "day"),
    ("preferred_shift", {"customText3": "Nights"}, "night"),
    ("preferred_shift", {"customText3": " "}, None),
    ("state", {"address": {"state": "il"}}, "IL"),
    ("state", {"address": {"state": "Ontario", "countryName": "Canada"}}, None),
    ("postal_code", {"address": {"zip": "02134"}}, "02134"),
    ("text_opt_in", {"smsOptIn": False}, False),
    ("may_email", {"massMailOptOut": False}, True),
    ("may_email", {"massMailOptOut": None}, False),
    ("job_title", {"occupation": "x" * 90}, "x" * 80),
    ("certificates", {"certifications": "OSHA 10, ,CPR"}, ["OSHA 10", "CPR"]),
    ("years_experience", {"experience": 0}, 0),
    ("about", {"description": "<p>" + "y" * 600 + "</p>"}, "y" * 500),
    ("tags", {"customText1": " xl "}, "XL"),
    ("badge", {"customText5": "AB-12 3"}, "AB123"),
    ("badge", {"customText5": "- -"}, "NONE"),
    ("pay_rate", {"Placement": None}, None),
    ("pay_rate", {"Placement": {"payRate": "18.123"}}, "18.123"),
    ("assigned_since", {"Placement": {"dateBegin": 1767225600000}}, "2026-01-01"),
]
WORKSITE: list[tuple[str, dict[str, Any], Any]] = [
    ("country", {"address": {"countryName": " "}}, "US"),
    ("website", {"companyURL": "WWW.Acme.COM"}, "www.acme.com"),
    ("status", {"status": "Passive Account"}, "dormant"),
    ("industries", {"industryList": "Food;; Retail "}, ["Food", "Retail"]),
    ("parent_name", {"parentClientCorporation": {"name": "Holding"}}, "Holding"),
]
CONTACT: list[tuple[str, dict[str, Any], Any]] = [
    ("first_name", {"firstName": " Gus "}, "Gus"),
    ("title", {"occupation": "Foreman"}, "Foreman"),
    ("phone", {"phone": "312-555-0199"}, "+13125550199"),
    ("email_opt_out", {"massMailOptOut": False}, False),
    ("email_opt_out", {}, None),
    ("known_since", {"dateAdded": 1772686800000}, "2026-03-04"),  # 05:00 UTC is 11 pm in Chicago, the day before
]
CANDIDATE: list[tuple[str, dict[str, Any], Any]] = [
    ("nickName", {"nickname": " Annie "}, "Annie"),
    ("email", {"email": "Ann@x.com"}, "Ann@x.com"),
    ("mobile", {"phone": "+13125550142"}, "+13125550142"),
    ("address1", {"street": "12 Main St"}, "12 Main St"),
    ("address2", {"unit": ""}, None),
    ("city", {"city": "Peoria"}, "Peoria"),
    ("zip", {"postal_code": "02134"}, "02134"),
    ("massMailOptOut", {"email_opt_out": False}, False),
    ("massMailOptOut", {"email_opt_out": None}, None),
    ("customText2", {"emergency_contact": "Mum"}, "Mum"),
    ("willRelocate", {"open_to_relocation": False}, False),
    ("dateAvailable", {"available_on": "2026-01-01"}, 1767225600000),
    ("dateAvailable", {"available_on": None}, None),
    ("customText3", {"preferred_shift": "day"}, "Days"),
    ("customText3", {"preferred_shift": "night"}, "Nights"),
    ("customText3", {"preferred_shift": None}, None),
    ("hourlyRate", {"desired_pay": "0"}, Decimal(0)),
    ("hourlyRate", {"desired_pay": "18.50"}, Decimal("18.50")),
]
CLIENT_CONTACT: list[tuple[str, dict[str, Any], Any]] = [
    ("name", {"first_name": "Gus", "last_name": "van Dyk"}, "Gus van Dyk"),
    ("occupation", {"title": "Foreman"}, "Foreman"),
    ("phone", {"phone": "+13125550199"}, "+13125550199"),
    ("massMailOptOut", {"email_opt_out": False}, False),
]
NOTE: list[tuple[str, dict[str, Any], Any]] = [
    ("action", {"channel": "call"}, "Phone call"),
    ("action", {"channel": "video"}, "Other message"),
    ("minutesSpent", {"call_seconds": 90}, 2),
    ("minutesSpent", {"call_seconds": 89}, 1),
    ("minutesSpent", {"call_seconds": 30}, 1),
    ("minutesSpent", {"call_seconds": None}, None),
    ("dateAdded", {"sent_at": "2026-01-01T00:00:00Z"}, 1767225600000),
    ("commentingPerson", {}, {"id": 1}),
]
CASES: dict[str, list[tuple[str, dict[str, Any], Any]]] = {
    "job": JOB,
    "assignment": ASSIGNMENT,
    "worker": WORKER,
    "worksite": WORKSITE,
    "note": NOTE,
    "contact": CONTACT,
    "candidate": CANDIDATE,
    "client_contact": CLIENT_CONTACT,
}
ALL = [(kind, *case) for kind, cases in CASES.items() for case in cases]


@pytest.mark.parametrize(("kind", "target", "source", "expected"), ALL)
def test_row(connect: Any, kind: str, target: str, source: dict[str, Any], expected: object) -> None:
    found = getattr(connect(), f"{kind}_{target}")(source)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("method", "source"),
    [
        ("worker_status", {"status": "active"}),
        ("worker_status", {"status": "Active "}),
        ("job_kind", {"employmentType": "Contract to Hire"}),
        ("assignment_status", {"status": "Withdrawn"}),
        ("worker_years_experience", {"experience": Decimal("1.5")}),
        ("worker_email", {"email": "not one"}),
        ("worker_first_name", {"firstName": "**CONFIDENTIAL**"}),
        ("worker_preferred_shift", {"customText3": "days"}),
        ("candidate_customText3", {"preferred_shift": "Days"}),
        ("candidate_mobile", {"phone": "+19995550100"}),
        ("candidate_dateAvailable", {"available_on": "tomorrow"}),
    ],
)
def test_bad_data(connect: Any, package: Any, method: str, source: dict[str, Any]) -> None:
    with pytest.raises(package.connector.BadData):
        getattr(connect(), method)(source)


def test_rows_that_write_nothing(connect: Any, package: Any) -> None:
    connector, left_out = connect(), package.connector.v.LEFT_OUT
    assert connector.worker_worker_type({"employeeType": "Volunteer"}) is left_out
    assert connector.job_markup_percent({"payRate": Decimal(0), "clientBillRate": Decimal(1)}) is left_out
    assert connector.job_markup_percent({"payRate": None, "clientBillRate": Decimal(1)}) is left_out


def test_every_row_has_its_method_and_its_limit(connect: Any, package: Any) -> None:
    connector = connect()
    assert {kind: len(rules) for kind, rules in connector.RULES.items()} == {
        "worker": 40,
        "contact": 9,
        "job": 26,
        "assignment": 23,
        "worksite": 14,
        "message": 7,
    }
    for kind, rules in connector.RULES.items():
        for rule in rules:
            assert callable(connector.transform(kind, rule.target))
            if rule.back:
                prefix = {"worker": "candidate", "contact": "client_contact"}[kind]
                assert callable(getattr(connector, f"{prefix}_{rule.back.rpartition('.')[2]}"))


def test_never_fields_are_never_asked_for(connect: Any, package: Any) -> None:
    asked = set(package.connector.CANDIDATE_FIELDS.split(","))
    assert asked.isdisjoint({"ssn", "dateOfBirth", "taxID", "ethnicity", "gender", "comments"})
    assert "comments" not in package.connector.CLIENT_CONTACT_FIELDS.split(",")
    assert {"costCenter", "reasonClosed"}.isdisjoint(package.connector.JOB_ORDER_FIELDS.split(","))
    assert {"terminationReason", "comments"}.isdisjoint(package.connector.PLACEMENT_FIELDS.split(","))
    assert {"annualRevenue", "notes"}.isdisjoint(package.connector.CLIENT_FIELDS.split(","))
