"""Search, query, pages, meta and the index: what connectors read by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from signoff.systems.dialect import Knobs

NOW_MS = 1772442000000


@pytest.fixture
def people(tenant: Any) -> tuple[Any, dict[str, int]]:
    """Four people with two owners; each is written a minute after the one before."""
    tenant.simulator.create("CorporateUser", {"firstName": "Dana", "lastName": "Cole", "name": "Dana Cole"})
    home: dict[str, Any] = {"address": {"city": "Joliet", "state": "IL"}}
    rows: list[tuple[str, str, dict[str, Any]]] = [
        ("Maria", "Lopez", {"status": "Active", "email": "maria@example.com", "owner": {"id": 302}}),
        ("Ann", "Lee", {"status": "Active Credentialed", "email": "ann.lee@example.com", "dateOfBirth": 631152000000}),
        ("Bo", "Lee-Jones", {"status": "Placed", "salary": 52000, "isDeleted": False}),
        (
            "Chi",
            "Van Dam",
            {"status": "Active", "mobile": "312-555-0142", "comments": "likes nights, no weekends", **home},
        ),
    ]
    made: dict[str, int] = {}
    for first, last, more in rows:
        made[first] = int(tenant.person(first, last, **more))
        tenant.clock.advance(60)
    tenant.simulator.delete("Candidate", str(made["Bo"]))
    return tenant, made


@pytest.mark.parametrize(
    "query, found",
    [
        ("id:[1 TO *]", "Maria Ann Bo Chi"),
        ("*:*", "Maria Ann Bo Chi"),
        ('status:"Active"', "Maria Chi"),
        ("status:active", "Maria Chi"),
        ("status:Active*", "Maria Ann Chi"),
        ('status:("Placed" OR "Active Credentialed")', "Ann Bo"),
        ("lastName:lee", "Ann"),
        ("lastName:Lee*", "Ann Bo"),
        ('name:"Van Dam"', "Chi"),
        ('comments:"no weekends"', "Chi"),
        ("email:ANN.LEE@example.com", "Ann"),
        ("isDeleted:0", "Maria Ann Chi"),
        ("isDeleted:false AND status:Active", "Maria Chi"),
        ("isDeleted:1", "Bo"),
        ("NOT isDeleted:true", "Maria Ann Chi"),
        ("status:Active -firstName:Chi", "Maria"),
        ("+status:Active +firstName:Chi", "Chi"),
        ("owner.id:302", "Maria"),
        ("owner.lastName:Connector AND isDeleted:0", "Ann Chi"),
        ("firstName:Maria OR firstName:Ann AND status:Placed", "Maria"),
        ("(firstName:Maria OR firstName:Ann) AND status:Active", "Maria"),
        ("salary:[50000 TO 60000]", "Bo"),
        ("salary:{52000 TO *}", ""),
        ("dateOfBirth:[19900101 TO 19900101]", "Ann"),
        ("dateLastModified:[20260302090100 TO 20260302090159]", "Ann"),
        ("dateLastModified:[20260302090300 TO *]", "Bo Chi"),
        ("dateLastModified:{20260302090300 TO *]", "Bo"),
        (f"dateAdded:[* TO {NOW_MS}]", "Maria"),
        ("mobile:312\\-555\\-0142", "Chi"),
        ("secondaryOwners.id:302", ""),
        ("address.city:Joliet", "Chi"),
        ("address.state:(IL OR IN)", "Chi"),
        ("lastName:[L TO M]", "Maria Ann Bo"),
        ("firstName:{Ann TO Chi}", "Bo"),
        ("firstName:?nn", "Ann"),
        ("salary:52000", "Bo"),
        ("status:Active && !firstName:Chi", "Maria"),
        ("weekends", "Chi"),
        ("mobile:*", "Chi"),
        ("dateLastModified:202603020901", "Ann"),
        (f"dateAdded:{NOW_MS}", "Maria"),
        ("firstName:Maria firstName:Ann", "Maria Ann"),
        ("lastName:lee~", "Ann"),
        ("lastName:loppez~1", "Maria"),
        ("lastName:lpoez~1", "Maria"),
        ("lastName:lpz~1", ""),
        ("lastName:lpz~", "Maria Ann"),
        ("lastName:lopez~0", "Maria"),
        ("firstName:marta~0.7", "Maria"),
        ("status:Actve~1", "Maria Chi"),
        ("lastName:Lee^2", "Ann"),
        ("lastName:lea~1^2.5", "Ann"),
        ("lastName:lea^2~1", "Ann"),
        ("(firstName:Maria OR firstName:Ann)^2 AND status:Active", "Maria"),
        ('lastName:(Lee OR "Van Dam")^3', "Ann Chi"),
        ("salary:[50000 TO 60000]^2", "Bo"),
        ('comments:"likes weekends"~2', "Chi"),
        ('comments:"likes weekends"~1', ""),
        ('comments:"nights likes"~2', "Chi"),
        ('comments:"no weekends"~', "Chi"),
        ("weekend~1", "Chi"),
        ("firstName:An*~", "Ann"),
    ],
)
def test_search_understands_lucene(people: Any, query: str, found: str) -> None:
    tenant, made = people
    page = tenant.get("search/Candidate", query=query, fields="id", sort="id", count=50)
    assert [row["id"] for row in page["data"]] == [made[name] for name in found.split()]
    assert page["total"] == len(found.split())


def test_search_takes_ids_side_by_side(people: Any) -> None:
    tenant, made = people
    page = tenant.get("search/Candidate", query=f"id:{made['Maria']} {made['Chi']} 5", fields="id", sort="-id")
    assert [row["id"] for row in page["data"]] == [made["Chi"], made["Maria"]]


@pytest.mark.parametrize(
    "query",
    [
        *("*", "", 'name:"open', "(status:Active", "status:", "salary:many", "dateAdded:[yesterday TO *]"),
        *("lastName:~", "lastName:Lee^", "lastName:Lee^many", "^2"),
    ],
)
def test_search_refuses_what_it_cannot_read(tenant: Any, query: str) -> None:
    told = tenant.refused("GET", "search/Candidate", query=query, fields="id")
    assert (told["errorCode"], told["errorMessageKey"]) == (400, "errors.badSearch")


def test_search_refuses_unknown_fields_and_sorts(tenant: Any) -> None:
    assert "title" in tenant.refused("GET", "search/Candidate", query="title:x", fields="id")["errorMessage"]
    told = tenant.refused("GET", "search/Candidate", query="id:1", fields="id", sort="-title")
    assert told["errorMessage"] == "Bad sort: unknown field title"
    problems = [exchange.problems for exchange in tenant.journal.exchanges()[-2:]]
    assert problems == [("search/Candidate: title: unknown field",), ("search/Candidate: errors.badSort",)]


def test_what_is_made_of_several_values_cannot_be_sorted_by(tenant: Any) -> None:
    for name in ("primarySkills", "primarySkills.name", "address"):
        told = tenant.refused("GET", "search/Candidate", query="id:1", fields="id", sort=name)
        assert told["errorMessage"] == f"Bad sort: unknown field {name}"


def test_a_field_that_is_not_indexed_is_not_sorted_by_and_finds_nothing(make_tenant: Any) -> None:
    tenant = make_tenant(unindexed=["Candidate.salary", "Candidate.address"]).login()
    tenant.person("Bo", "Lee", salary=52000, address={"city": "Joliet"})
    for query in ("salary:[50000 TO *]", "address.city:Joliet"):
        assert tenant.get("search/Candidate", query=query, fields="id")["total"] == 0
    for sort in ("-salary", "id,salary", "address.city"):
        told = tenant.refused("GET", "search/Candidate", query="id:[1 TO *]", fields="id", sort=sort)
        assert (told["errorCode"], told["errorMessage"][:24]) == (400, "Bad sort: unknown field ")
    names = {one["name"] for one in tenant.get("search/Candidate")["searchFields"]}
    assert "salary" not in names
    assert "dateAvailable" in names


def test_search_without_fields_gives_ids_and_without_anything_the_index(people: Any) -> None:
    tenant, made = people
    assert tenant.get("search/Candidate", query="status:Placed")["data"] == [made["Bo"]]
    listed = tenant.get("search/Candidate")["searchFields"]
    assert {"name": "dateLastModified", "type": "Date", "isSortable": True} in listed


def test_search_rows_carry_a_score_and_take_a_body(people: Any) -> None:
    tenant, made = people
    answer = tenant.ask("POST", "search/Candidate", {"query": "firstName:Maria"}, fields="id")
    assert answer.json()["data"] == [{"id": made["Maria"], "_score": 1.0}]


def test_search_without_a_sort_follows_the_last_write(people: Any) -> None:
    tenant, made = people
    tenant.simulator.update("Candidate", str(made["Maria"]), {"occupation": "Welder"})
    rows = tenant.get("search/Candidate", query="isDeleted:0", fields="id")["data"]
    assert [row["id"] for row in rows] == [made["Ann"], made["Chi"], made["Maria"]]


@pytest.mark.parametrize(
    "where, found",
    [
        ("id > 0", "1 2 3"),
        ("candidate.id = {maria}", "1 3"),
        ("candidate.id IN ({maria}, {ann}) AND status <> 'Approved'", "2"),
        ("status = 'Approved' AND dateEnd IS NULL", "3"),
        ("dateEnd IS NOT NULL", "1"),
        ("dateEnd < 1780000000000", "1"),
        ("dateEnd >= 1780000000000", ""),
        ("NOT (status = 'Approved')", "2"),
        ("candidate.lastName = 'Lopez' OR payRate > 30.5", "1 2 3"),
        ("payRate BETWEEN 20 AND 25", "1 3"),
        ("status NOT IN ('Approved')", "2"),
        ("status LIKE 'Appr%'", "1 3"),
        ("commissions IS EMPTY", "2 3"),
        ("commissions IS NOT EMPTY", "1"),
        ("jobOrder.clientCorporation.name = 'Acme Foods'", "1 2 3"),
        ("{commission} MEMBER OF commissions", "1"),
        ("candidate.isDeleted = false", "1 2 3"),
        ("status = 'It''s'", ""),
        ("status NOT LIKE 'Appr%'", "2"),
        ("id NOT MEMBER OF commissions", "1 2 3"),
        ("candidate IS NOT NULL AND jobSubmission IS NULL", "1 2 3"),
        ("payRate <= 25 AND payRate != 20", "3"),
    ],
)
def test_query_understands_jpql(tenant: Any, where: str, found: str) -> None:
    maria, ann = tenant.person("Maria", "Lopez"), tenant.person("Ann", "Lee")
    _, _, job = tenant.job()
    made = [
        tenant.placement(maria, job, status="Approved", payRate=20, dateEnd=1775000000000),
        tenant.placement(ann, job, status="Submitted", payRate=31),
        tenant.placement(maria, job, status="Approved", payRate=25),
    ]
    commission = tenant.simulator.create("PlacementCommission", {"placement": {"id": int(made[0])}})
    text = where.format(maria=maria, ann=ann, commission=commission)
    page = tenant.get("query/Placement", where=text, fields="id", showTotalMatched="true")
    assert [row["id"] for row in page["data"]] == [int(made[int(n) - 1]) for n in found.split()]
    assert page["total"] == len(found.split())


@pytest.mark.parametrize(
    "where",
    [
        "",
        "status",
        "status =",
        "status = Approved",
        'status = "Approved"',
        "title = 'x'",
        "id = 1 AND",
        "id IN 1",
        "(id = 1",
        "payRate = 'x'",
    ],
)
def test_query_refuses_what_it_cannot_read(tenant: Any, where: str) -> None:
    assert tenant.refused("GET", "query/Placement", where=where, fields="id")["errorCode"] == 400


def test_double_quotes_are_taken_for_a_field_name(tenant: Any) -> None:
    told = tenant.refused("GET", "query/Placement", where='status = "Approved"', fields="id")
    assert "is not a valid field name" in told["errorMessage"]


def test_each_entity_refuses_the_wrong_call(tenant: Any) -> None:
    told = tenant.refused("GET", "query/Candidate", where="id > 0", fields="id")
    assert told == {
        "errorMessage": "Query operation not supported for Candidate, please use /search call instead.",
        "errorMessageKey": "errors.queryIndexedEntity",
        "errorCode": 400,
    }
    told = tenant.refused("GET", "search/CorporateUser", query="id:1", fields="id")
    assert told["errorMessageKey"] == "errors.searchUnknownEntity"
    assert tenant.refused("GET", "search/Lorry", query="id:1", fields="id")["errorCode"] == 400


def test_pages_default_to_twenty_and_end_at_five_hundred(make_tenant: Any) -> None:
    tenant = make_tenant().login()
    for number in range(510):
        tenant.person("A", f"B{number}")
    first = tenant.get("search/Candidate", query="id:[1 TO *]", fields="id", sort="id")
    assert (first["total"], first["start"], first["count"], len(first["data"])) == (510, 0, 20, 20)
    large = tenant.get("search/Candidate", query="id:[1 TO *]", fields="id", sort="id", count=1000)
    assert len(large["data"]) == 500
    rest = tenant.get("search/Candidate", query="id:[1 TO *]", fields="id", sort="id", count=500, start=500)
    assert (rest["count"], rest["data"][0]["id"]) == (10, large["data"][-1]["id"] + 1)
    names = [name for name in tenant.simulator.schema.entities["Candidate"].fields if name.startswith("customText")]
    wide = tenant.get("search/Candidate", query="id:[1 TO *]", fields=",".join(names), sort="id", count=500)
    assert len(wide["data"]) == 200


def test_a_page_may_be_shorter_than_asked_for(make_tenant: Any) -> None:
    tenant = make_tenant(Knobs(page_cap=3)).login()
    made = [int(tenant.person("A", f"B{number}")) for number in range(7)]
    seen: list[int] = []
    while len(seen) < 7:
        page = tenant.get("search/Candidate", query="id:[1 TO *]", fields="id", sort="id", count=100, start=len(seen))
        assert page["count"] == len(page["data"]) <= 3
        seen += [row["id"] for row in page["data"]]
    assert seen == made


def test_the_default_page_can_be_made_small(make_tenant: Any) -> None:
    tenant = make_tenant(Knobs(default_page=2)).login()
    for number in range(3):
        tenant.person("A", f"B{number}")
    assert tenant.get("search/Candidate", query="id:[1 TO *]", fields="id")["count"] == 2
    assert tenant.get("search/Candidate", query="id:[1 TO *]", fields="id", count=3)["count"] == 3


def test_all_fields_are_not_allowed_on_lists(tenant: Any) -> None:
    told = tenant.refused("GET", "search/Candidate", query="id:1", fields="*")
    assert told["errorMessageKey"] == "errors.allFieldsNotAllowed"


def test_the_index_trails_and_shows_what_is_gone(make_tenant: Any) -> None:
    tenant = make_tenant(Knobs(index_lag_seconds=10)).login()
    _, _, job = tenant.job()
    made = tenant.placement(tenant.person("A", "B"), job)
    ask = {"query": "id:[1 TO *]", "fields": "id"}
    assert tenant.get("search/Placement", **ask)["total"] == 0
    assert tenant.get(f"entity/Placement/{made}", fields="id")["data"] == {"id": int(made)}
    tenant.clock.advance(10)
    assert tenant.get("search/Placement", **ask)["data"] == [{"id": int(made), "_score": 1.0}]
    tenant.simulator.delete("Placement", made)
    (row,) = tenant.get("search/Placement", **ask)["data"]
    assert set(row) == {"id", "_score", "_error"}
    tenant.clock.advance(10)
    assert tenant.get("search/Placement", **ask)["data"] == []


def test_query_orders_and_counts(tenant: Any) -> None:
    _, _, job = tenant.job()
    rates = [tenant.placement(tenant.person("A", f"B{n}"), job, payRate=rate) for n, rate in enumerate((20, 30, 25))]
    page = tenant.get("query/Placement", where="id > 0", fields="id", orderBy="-payRate")
    assert [row["id"] for row in page["data"]] == [int(rates[1]), int(rates[2]), int(rates[0])]
    assert "total" not in page
    assert tenant.get("query/Placement", where="payRate > 20", fields="id", totalOnly="true") == {"total": 2}
    assert tenant.ask("GET", "query/Placement", where="id > 0", fields="id", orderBy="pay").status_code == 400
    assert tenant.ask("GET", "query/Placement", where="id > 0", fields="id", count="few").status_code == 400


def paged(tenant: Any, path: str, of: int, **asked: Any) -> list[int]:
    found: list[int] = []
    while len(found) < of:
        page = tenant.get(path, fields="id", start=len(found), count=5, **asked)["data"]
        found += [row["id"] for row in page]
    return found


def test_only_an_explicit_order_makes_the_pages_of_a_query_stable(tenant: Any) -> None:
    _, _, job = tenant.job()
    person = tenant.person("A", "B")
    made = [int(tenant.placement(person, job, payRate=20)) for _ in range(20)]
    assert paged(tenant, "query/Placement", 20, where="id > 0", orderBy="id") == made
    assert sorted(paged(tenant, "query/Placement", 20, where="id > 0", orderBy="-payRate,id")) == made
    for order in ({}, {"orderBy": "payRate"}):
        found = paged(tenant, "query/Placement", 20, where="id > 0", **order)
        assert len(set(found)) < 20
        whole = {"where": "id > 0", "fields": "id", "count": 50, **order}
        rows = [row["id"] for row in tenant.get("query/Placement", **whole)["data"]]
        assert rows != made
        assert sorted(rows) == made
        assert [row["id"] for row in tenant.get("query/Placement", **whole)["data"]] == rows
        tenant.simulator.update("Placement", str(made[0]), {"payRate": 20})
        assert [row["id"] for row in tenant.get("query/Placement", **whole)["data"]] != rows


def test_only_an_explicit_order_makes_the_pages_of_a_list_stable(tenant: Any) -> None:
    skills = [int(tenant.simulator.create("Skill", {"name": f"Skill {n}"})) for n in range(20)]
    path = f"entity/Candidate/{tenant.person('A', 'B', primarySkills=[{'id': one} for one in skills])}/primarySkills"
    assert paged(tenant, path, 20, orderBy="id") == skills
    assert len(set(paged(tenant, path, 20))) < 20


def test_meta_tells_types_lengths_and_the_tenants_own_picklist(make_tenant: Any) -> None:
    tenant = make_tenant(picklists={"Candidate.status": ["Active", "Placed", "DNU"]}).login()
    told = tenant.get(
        "meta/Candidate", fields="status,firstName,dateAvailable,owner,address,primarySkills", meta="full"
    )
    fields = {one["name"]: one for one in told["fields"]}
    assert (told["entity"], next(iter(fields))) == ("Candidate", "status")
    assert [one["value"] for one in fields["status"]["options"]] == ["Active", "Placed", "DNU"]
    assert (fields["firstName"]["maxLength"], fields["firstName"]["required"]) == (50, True)
    assert fields["dateAvailable"]["dataType"] == "Timestamp"
    assert fields["owner"]["associatedEntity"]["entity"] == "CorporateUser"
    assert {one["name"]: one.get("maxLength") for one in fields["address"]["fields"]}["zip"] == 15
    assert fields["primarySkills"]["type"] == "TO_MANY"
    brief = tenant.get("meta/Candidate", fields="firstName")["fields"][0]
    assert "required" not in brief
    assert len(tenant.get("meta/Candidate", fields="*")["fields"]) > 200


def test_meta_shows_recorded_picklists_by_default(tenant: Any) -> None:
    (status,) = tenant.get("meta/Candidate", fields="status")["fields"]
    assert [one["value"] for one in status["options"]][:3] == ["New Lead", "Active", "Inactive"]


def test_settings_options_find_and_jsonp(tenant: Any) -> None:
    made = tenant.person("Maria", "Lopez")
    assert set(tenant.get("settings/corporationId,corporationName")) == {"corporationId", "corporationName"}
    assert {"value": 301, "label": "API Connector"} in tenant.get("options/CorporateUser")["data"]
    assert tenant.get("find", query="lope")["data"][0]["entityId"] == int(made)
    answer = tenant.ask("GET", "ping", callback="seen")
    assert answer.text.startswith('seen({"sessionExpires"')
    assert answer.headers["Content-Type"] == "text/javascript"


def test_dates_on_the_wire_are_epoch_milliseconds(tenant: Any) -> None:
    moment = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert tenant.simulator.read_all("Candidate") == {}
    made = tenant.person("A", "B")
    added = tenant.get(f"entity/Candidate/{made}", fields="dateAdded")["data"]["dateAdded"]
    assert added == int(moment.timestamp() * 1000)


@pytest.mark.parametrize("text", ["Ma\x00ria", "Ma\x1b\x85ria", "Ma\ud83dria"])
def test_a_sign_that_nobody_can_show_is_told_as_json_tells_it(tenant: Any, text: str) -> None:
    key = tenant.person(text, "Lopez", comments=f"long\n{text}")
    told = tenant.ask("GET", f"entity/Candidate/{key}", fields="firstName,comments")
    told.content.decode("utf-8")
    assert told.json()["data"] == {"firstName": text, "comments": f"long\n{text}"}
    found = tenant.get("search/Candidate", query=f"id:{key}", fields="firstName")
    assert [one["firstName"] for one in found["data"]] == [text]


def test_a_list_can_be_empty_for_a_while_and_a_record_is_given_by_its_id(people: Any) -> None:
    tenant, made = people
    tenant.simulator.lists.spoil("nothing", "Candidate")
    asked: dict[str, Any] = {"query": "status:Active", "fields": "id"}
    assert tenant.get("search/Candidate", **asked) == {"total": 0, "start": 0, "count": 0, "data": []}
    users = tenant.get("query/CorporateUser", where="id > 0", fields="id", orderBy="id")["data"]
    assert len(users) > 1
    assert tenant.get(f"entity/Candidate/{made['Maria']}", fields="id")["data"]["id"] == made["Maria"]
    assert len(tenant.get(f"entity/Candidate/{made['Maria']},{made['Ann']}", fields="id")["data"]) == 2
    assert tenant.simulator.lists.struck == 1
    tenant.simulator.lists.mend()
    assert tenant.get("search/Candidate", **asked)["total"] == 2


def test_the_first_lists_can_fail(people: Any) -> None:
    tenant, made = people
    tenant.simulator.lists.spoil("error", first=2)
    told = tenant.refused("GET", "search/Candidate", query="status:Active", fields="id")
    assert (told["errorCode"], told["errorMessageKey"]) == (500, "errors.serverError")
    assert tenant.get(f"entity/Candidate/{made['Maria']}", fields="id")["data"]["id"] == made["Maria"]
    assert tenant.refused("POST", "query/Placement", {"where": "id > 0", "fields": "id"})["errorCode"] == 500
    assert tenant.get("search/Candidate", query="status:Active", fields="id")["total"] == 2
    assert tenant.simulator.lists.struck == 2
