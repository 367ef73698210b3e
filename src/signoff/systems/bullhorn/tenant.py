"""Say what a Bullhorn tenant does of itself: defaults, mandatory fields, inverse lists, which call serves which entity.

The field tables mark "not null" also where the system fills the value in; what a create must really carry is told
here. Facts come from Bullhorn's documentation and SDK; where neither speaks, a tenant's customary value stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

API_USER: Final = 301
"""Id of the CorporateUser that a connector is logged in as; owner of what is created without one."""

RECRUITER: Final = 302
"""Id of the CorporateUser in whose name people work in the system: the harness's own hands."""

DEFAULT_CATEGORY: Final = 45001
DEFAULT_DEPARTMENT: Final = 1100001
UNITED_STATES: Final = 1
"""Bullhorn's id of the United States, the default of an address without a country."""

ID_BASES: Final[Mapping[str, int]] = {
    "Candidate": 20_001,
    "ClientContact": 720_001,
    "CorporateUser": 303,
    "ClientCorporation": 5_101,
    "JobOrder": 8_001,
    "JobSubmission": 61_001,
    "Placement": 3_001,
    "PlacementCommission": 90_001,
    "PlacementChangeRequest": 95_001,
    "Note": 150_001,
    "Category": 45_002,
    "CorporationDepartment": 1_100_002,
    "Department": 1_200_001,
    "Branch": 77_001,
    "Skill": 1_000_001,
    "BusinessSector": 1_300_001,
    "Specialty": 2_000_001,
    "Country": 2_185,
    "State": 2_500_001,
    "CandidateWorkHistory": 400_001,
    "CandidateEducation": 450_001,
    "CandidateReference": 470_001,
    "JobSubmissionHistory": 500_001,
    "Sendout": 550_001,
    "Tearsheet": 600_001,
    "Task": 650_001,
    "Appointment": 680_001,
}
"""First id of each entity. People share one range in Bullhorn, so these never meet; no two entities start alike."""

PEOPLE: Final = ("Candidate", "ClientContact", "CorporateUser")
"""Entities that a field of Bullhorn's type Person may point to."""

PERSON_FIELDS: Final = frozenset(
    {
        ("Note", "commentingPerson"),
        ("Note", "personReference"),
        ("Candidate", "referredByPerson"),
        ("Candidate", "linkedPerson"),
        ("ClientContact", "referredByPerson"),
        ("ClientContact", "linkedPerson"),
        ("ClientContact", "reportToPerson"),
        ("CorporateUser", "reportToPerson"),
    }
)

MANDATORY: Final[Mapping[str, tuple[str, ...]]] = {
    "Candidate": ("firstName", "lastName", "name"),
    "ClientCorporation": ("name",),
    "ClientContact": ("name", "clientCorporation"),
    "JobOrder": ("clientCorporation", "clientContact", "employmentType"),
    "JobSubmission": ("candidate", "jobOrder", "status"),
    "Placement": ("candidate", "jobOrder", "dateBegin"),
    "PlacementCommission": ("placement",),
    "PlacementChangeRequest": ("placement", "requestType"),
    "Note": ("comments", "commentingPerson", "personReference"),
    "CorporateUser": ("firstName", "lastName"),
    "Department": ("name",),
    "CorporationDepartment": ("name",),
    "Branch": ("name",),
    "Skill": ("name",),
    "Category": ("name",),
    "BusinessSector": ("name",),
    "Specialty": ("name",),
    "Country": ("name",),
    "State": ("name", "country"),
    "CandidateWorkHistory": ("candidate",),
    "CandidateEducation": ("candidate",),
    "CandidateReference": ("candidate",),
    "Sendout": ("candidate",),
    "Tearsheet": ("name",),
    "Task": ("subject",),
    "Appointment": ("subject",),
}

_USER: Final = {"id": API_USER}
_ZERO_PLACEMENT: Final = {
    "daysGuaranteed": 0,
    "daysProRated": 0,
    "durationWeeks": 0,
    "fee": 0,
    "hoursPerDay": 0,
    "payRate": 0,
    "recruitingManagerPercentGrossMargin": 0,
    "salesManagerPercentGrossMargin": 0,
    "salary": 0,
}

DEFAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "Candidate": {
        "status": "New Lead",
        "comments": "",
        "employeeType": "W2",
        "preferredContact": "Email",
        "owner": _USER,
        "category": {"id": DEFAULT_CATEGORY},
        "isDeleted": False,
        "isEditable": True,
        "smsOptIn": False,
        "massMailOptOut": False,
    },
    "ClientCorporation": {
        "status": "Prospect",
        "annualRevenue": 0,
        "feeArrangement": 0,
        "numEmployees": 0,
        "numOffices": 0,
    },
    "ClientContact": {
        "status": "New Lead",
        "type": "",
        "email": "",
        "numEmployees": 0,
        "preferredContact": "Email",
        "owner": _USER,
        "category": {"id": DEFAULT_CATEGORY},
        "isDeleted": False,
        "smsOptIn": False,
        "massMailOptOut": False,
    },
    "JobOrder": {
        "status": "Accepting Candidates",
        "isOpen": True,
        "isDeleted": False,
        "isPublic": 0,
        "numOpenings": 1,
        "onSite": "No Preference",
        "payRate": 0,
        "salary": 0,
        "willRelocateInt": 0,
        "owner": _USER,
    },
    "JobSubmission": {"sendingUser": _USER, "isDeleted": False, "isHidden": False},
    "Placement": {
        **_ZERO_PLACEMENT,
        "status": "Placed",
        "referralFee": 0,
        "referralFeeType": "",
        "salaryUnit": "Per Hour",
    },
    "PlacementCommission": {
        "commissionPercentage": 0,
        "flatPayout": 0,
        "grossMarginPercentage": 0,
        "hourlyPayout": 0,
    },
    "PlacementChangeRequest": {"requestStatus": "Pending", "requestingUser": _USER},
    "Note": {"isDeleted": False},
    "CorporateUser": {
        "enabled": True,
        "isDeleted": False,
        "emailNotify": False,
        "emailSignature": "",
        "externalEmail": "",
        "inboundEmailEnabled": False,
        "isOutboundFaxEnabled": False,
        "massMailOptOut": False,
    },
    "Department": {"description": "", "enabled": True},
    "CorporationDepartment": {"enabled": True},
    "Branch": {"isDeleted": False},
    "Skill": {"enabled": True},
    "Category": {"enabled": True, "occupation": "", "type": ""},
    "Specialty": {"enabled": True},
    "CandidateWorkHistory": {"isDeleted": False, "isLastJob": False},
    "CandidateEducation": {"isDeleted": False},
    "CandidateReference": {"isDeleted": False},
    "Sendout": {"isRead": False, "user": _USER},
    "Tearsheet": {"isDeleted": False, "owner": _USER},
    "Task": {
        "isDeleted": False,
        "isCompleted": False,
        "isPrivate": False,
        "description": "",
        "notificationMinutes": 0,
        "owner": _USER,
        "type": "",
    },
    "Appointment": {
        "isDeleted": False,
        "isPrivate": False,
        "description": "",
        "location": "",
        "communicationMethod": "",
        "notificationMinutes": 0,
        "owner": _USER,
        "type": "",
    },
}

NOW_BY_DEFAULT: Final[Mapping[str, tuple[str, ...]]] = {
    "Candidate": ("userDateAdded",),
    "CorporateUser": ("userDateAdded",),
    "JobOrder": ("startDate",),
    "JobSubmission": ("dateWebResponse",),
    "Task": ("dateBegin", "dateEnd"),
    "Appointment": ("dateBegin", "dateEnd"),
    "PlacementChangeRequest": ("dateBegin",),
}
"""Not-null instants that the system sets to the moment of creation when nothing is sent."""

INVERSE: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("Candidate", "placements"): ("Placement", "candidate"),
    ("Candidate", "submissions"): ("JobSubmission", "candidate"),
    ("Candidate", "sendouts"): ("Sendout", "candidate"),
    ("Candidate", "workHistories"): ("CandidateWorkHistory", "candidate"),
    ("Candidate", "educations"): ("CandidateEducation", "candidate"),
    ("Candidate", "references"): ("CandidateReference", "candidate"),
    ("Candidate", "notes"): ("Note", "candidates"),
    ("Candidate", "tasks"): ("Task", "candidate"),
    ("Candidate", "interviews"): ("Appointment", "candidateReference"),
    ("ClientCorporation", "clientContacts"): ("ClientContact", "clientCorporation"),
    ("ClientCorporation", "childClientCorporations"): ("ClientCorporation", "parentClientCorporation"),
    ("ClientContact", "jobOrders"): ("JobOrder", "clientContact"),
    ("ClientContact", "notes"): ("Note", "clientContacts"),
    ("JobOrder", "submissions"): ("JobSubmission", "jobOrder"),
    ("JobOrder", "placements"): ("Placement", "jobOrder"),
    ("JobOrder", "sendouts"): ("Sendout", "jobOrder"),
    ("JobOrder", "notes"): ("Note", "jobOrders"),
    ("JobOrder", "appointments"): ("Appointment", "jobOrder"),
    ("JobOrder", "tasks"): ("Task", "jobOrder"),
    ("JobOrder", "tearsheets"): ("Tearsheet", "jobOrders"),
    ("JobSubmission", "history"): ("JobSubmissionHistory", "jobSubmission"),
    ("Placement", "commissions"): ("PlacementCommission", "placement"),
    ("Placement", "changeRequests"): ("PlacementChangeRequest", "placement"),
    ("Placement", "notes"): ("Note", "placements"),
    ("Placement", "appointments"): ("Appointment", "placement"),
    ("Placement", "tasks"): ("Task", "placement"),
    ("Country", "states"): ("State", "country"),
}
"""To-many fields that are the other end of a field elsewhere: never stored, always read from there."""

SEARCHABLE: Final = frozenset(
    {"Candidate", "ClientContact", "ClientCorporation", "JobOrder", "JobSubmission", "Note", "Placement", "Task"}
)
"""Entities with a search index (documentation of March 2026, and JobSubmission after the SDK)."""

SEARCH_ONLY: Final = frozenset({"Candidate", "ClientContact", "ClientCorporation", "Note"})
"""Indexed entities that refuse /query. The SDK queries job orders, submissions and placements, so these accept it."""

IMMUTABLE: Final = frozenset(
    {"BusinessSector", "Category", "Country", "ClientCorporation", "Skill", "Specialty", "State"}
)
"""Entities that DELETE refuses."""

TECHNICAL: Final = frozenset(
    {
        "id",
        "dateAdded",
        "dateLastModified",
        "dateLastComment",
        "dateLastPublished",
        "dateLastExported",
        "dateLastVisit",
        "lastEmailReceivedDate",
        "userDateAdded",
        "isDeleted",
        "isEditable",
        "isAnonymized",
        "username",
        "password",
        "migrateGUID",
        "masterUserID",
        "numCategories",
        "numOwners",
        "onboardingDocumentReceivedCount",
        "onboardingDocumentSentCount",
        "onboardingPercentComplete",
        "timeZoneOffsetEST",
        "usersAssigned",
        "truestDateAdded",
        "taskUUID",
        "appointmentUUID",
        "transactionID",
        "lastBteSyncDate",
        "isDayLightSavings",
        "isDayLightSavingsTime",
    }
)
"""Fields that the system keeps for itself; no chart needs to name them."""

CREATE_ONLY: Final = frozenset({("Candidate", "smsOptIn"), ("ClientContact", "smsOptIn"), ("Placement", "candidate")})
"""Accepted by a create, refused by an update that would change them."""
