"""Create, read, update, delete and associate: the entity calls and their refusals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from signoff.errors import Blocked
from signoff.history import Key
from signoff.schema import Side
from signoff.systems.dialect import Knobs

NOW_MS = 1772442000000


def test_put_creates_with_what_bullhorn_fills_in(tenant: Any) -> None:
    made = tenant.put("Candidate", firstName="Maria", lastName="Lopez", name="Maria Lopez", smsOptIn=True)
    fields = "id,status,owner(id,username),isDeleted,dateAdded,dateLastModified,smsOptIn,mobile,address"
    assert tenant.get(f"entity/Candidate/{made}", fields=fields) == {
        "data": {
            "id": made,
            "status": "New Lead",
            "owner": {"id": 301, "username": "api.connector"},
            "isDeleted": False,
            "dateAdded": NOW_MS,
            "dateLastModified": NOW_MS,
            "smsOptIn": True,
            "mobile": None,
            "address": None,
        }
    }


def test_post_updates_only_what_it_names(tenant: Any) -> None:
    made = tenant.person("Maria", "Lopez", email="maria@example.com", address={"city": "Joliet", "zip": "60431"})
    tenant.clock.advance(5)
    answer = tenant.ask("POST", f"entity/Candidate/{made}", {"mobile": "(312) 555-0142", "address": {"zip": "60432"}})
    assert answer.json() == {"changedEntityId": int(made), "changeType": "UPDATE"}
    record = tenant.simulator.read_all("Candidate")[made]
    assert (record["email"], record["mobile"]) == ("maria@example.com", "(312) 555-0142")
    assert (record["address"]["city"], record["address"]["zip"]) == ("Joliet", "60432")
    assert (record["dateAdded"], record["dateLastModified"]) == (NOW_MS, NOW_MS + 5000)


def test_an_address_without_a_country_is_in_the_united_states(tenant: Any) -> None:
    home = tenant.person("A", "B", address={"city": "Joliet"})
    abroad = tenant.person("C", "D", address={"city": "Toronto", "countryName": "Canada"})
    records = tenant.simulator.read_all("Candidate")
    assert records[home]["address"]["countryID"] == 1
    assert records[home]["address"]["countryName"] == "United States"
    assert records[abroad]["address"]["countryCode"] == "CA"
    number = records[abroad]["address"]["countryID"]
    assert tenant.get(f"options/Country/{number}")["data"] == [{"value": number, "label": "Canada"}]


@pytest.mark.parametrize(
    "body, field, kind",
    [
        ({"firstName": "A", "lastName": "B"}, "name", "REQUIRED"),
        ({"firstName": "A", "lastName": "B", "name": " "}, "name", "REQUIRED"),
        ({"firstName": "A", "lastName": "B", "name": "A B", "title": "Welder"}, "title", "UNKNOWN_FIELD"),
        ({"firstName": "x" * 51, "lastName": "B", "name": "A B"}, "firstName", "TOO_LONG"),
        (
            {"firstName": "A", "lastName": "B", "name": "A B", "dateOfBirth": "1990-01-31"},
            "dateOfBirth",
            "INVALID_VALUE",
        ),
        ({"firstName": "A", "lastName": "B", "name": "A B", "willRelocate": "yes"}, "willRelocate", "INVALID_VALUE"),
        ({"firstName": "A", "lastName": "B", "name": "A B", "salary": "12"}, "salary", "INVALID_VALUE"),
        ({"firstName": "A", "lastName": "B", "name": "A B", "owner": 301}, "owner", "INVALID_VALUE"),
        ({"firstName": "A", "lastName": "B", "name": "A B", "owner": {"id": 9}}, "owner", "INVALID_VALUE"),
        ({"firstName": "A", "lastName": "B", "name": "A B", "dateLastModified": 1}, "dateLastModified", "READ_ONLY"),
        ({"firstName": "A", "lastName": "B", "name": "A B", "id": 7}, "id", "READ_ONLY"),
        ({"firstName": "A", "lastName": "B", "name": "A B", "primarySkills": []}, "primarySkills", "TO_MANY_IN_BODY"),
        ({"firstName": "A", "lastName": "B", "name": "A B", "address": {"town": "X"}}, "address.town", "UNKNOWN_FIELD"),
        (
            {"firstName": "A", "lastName": "B", "name": "A B", "address": {"countryID": 4}},
            "address.countryID",
            "INVALID_VALUE",
        ),
    ],
)
def test_a_create_that_breaks_a_rule_is_refused_and_named(tenant: Any, body: Any, field: str, kind: str) -> None:
    told = tenant.refused("PUT", "entity/Candidate", body)
    assert told["errorCode"] == 400
    assert [(one["propertyName"], one["type"]) for one in told["errors"]] == [(field, kind)]
    assert tenant.simulator.read_all("Candidate") == {}
    exchange = tenant.journal.exchanges()[-1]
    assert len(exchange.problems) == 1
    assert exchange.problems[0].startswith(f"Candidate.{field}: ")
    assert [(one.kind, one.accepted, one.key.id) for one in exchange.writes] == [("create", False, "")]


def test_problems_name_the_field_and_never_the_value(tenant: Any) -> None:
    tenant.refused(
        "PUT", "entity/Candidate", {"firstName": "A", "lastName": "B", "name": "A B", "ssn": "078-05-1120" * 2}
    )
    assert tenant.journal.exchanges()[-1].problems == ("Candidate.ssn: longer than 18 characters",)


def test_sms_opt_in_is_set_on_create_only(tenant: Any) -> None:
    made = tenant.person("A", "B", smsOptIn=True)
    told = tenant.refused("POST", f"entity/Candidate/{made}", {"smsOptIn": False})
    assert told["errors"][0]["type"] == "CREATE_ONLY"
    assert tenant.ask("POST", f"entity/Candidate/{made}", {"smsOptIn": True}).status_code == 200


def test_what_is_mandatory_cannot_be_cleared(tenant: Any) -> None:
    made = tenant.person("A", "B")
    for value in (None, "  "):
        assert (
            tenant.refused("POST", f"entity/Candidate/{made}", {"lastName": value})["errors"][0]["type"] == "REQUIRED"
        )


def test_a_write_tells_what_was_sent_and_what_became_of_it(tenant: Any) -> None:
    made = tenant.person("A", "B", occupation="Welder")
    tenant.ask("POST", f"entity/Candidate/{made}", {"occupation": None})
    (write,) = tenant.journal.exchanges()[-1].writes
    assert write.key == Key(Side.ATS, "Candidate", made)
    assert write.kind == "update"
    assert write.accepted
    assert write.sent == {"occupation": None}
    assert write.before is not None
    assert write.after is not None
    assert (write.before["occupation"], write.after["occupation"]) == ("Welder", None)
    assert write.after is tenant.simulator.read_all("Candidate")[made]


def test_reads_are_no_writes(tenant: Any) -> None:
    made = tenant.person("A", "B")
    tenant.get(f"entity/Candidate/{made}", fields="*")
    tenant.get("search/Candidate", query="id:[1 TO *]", fields="id")
    assert all(exchange.writes == () for exchange in tenant.journal.exchanges())


def test_money_keeps_its_digits(tenant: Any) -> None:
    candidate, (_, _, job) = tenant.person("A", "B"), tenant.job()
    made = tenant.placement(candidate, job, payRate=Decimal("23.45"), clientBillRate=Decimal("38.10"))
    row = tenant.get(f"entity/Placement/{made}", fields="payRate,clientBillRate,fee,employmentType")["data"]
    assert row == {
        "payRate": Decimal("23.45"),
        "clientBillRate": Decimal("38.1"),
        "fee": 0,
        "employmentType": "Contract",
    }
    tenant.ask("POST", f"entity/Placement/{made}", {"payRate": 24.05})
    assert tenant.simulator.read_all("Placement")[made]["payRate"] == Decimal("24.05")


def test_fields_are_required_and_cut_the_record(tenant: Any) -> None:
    skill = tenant.simulator.create("Skill", {"name": "MIG welding"})
    made = tenant.person("A", "B", primarySkills=[{"id": int(skill)}])
    assert tenant.refused("GET", f"entity/Candidate/{made}")["errorCode"] == 400
    told = tenant.refused("GET", f"entity/Candidate/{made}", fields="id,title")
    assert "title" in told["errorMessage"]
    row = tenant.get(f"entity/Candidate/{made}", fields="lastName,primarySkills(name),owner.lastName")["data"]
    assert row == {
        "lastName": "B",
        "primarySkills": {"total": 1, "data": [{"name": "MIG welding"}]},
        "owner": {"lastName": "Connector"},
    }
    assert tenant.ask("GET", f"entity/Candidate/{made}", fields="id,owner(id").status_code == 400


def test_a_nested_list_is_cut_at_five_unless_a_number_is_asked_for(tenant: Any) -> None:
    skills = [int(tenant.simulator.create("Skill", {"name": f"Skill {n}"})) for n in range(7)]
    made = tenant.person("A", "B", primarySkills=[{"id": one} for one in skills])
    row = tenant.get(f"entity/Candidate/{made}", fields="primarySkills(id)")["data"]
    assert row["primarySkills"]["total"] == 7
    assert len(row["primarySkills"]["data"]) == 5
    row = tenant.get(f"entity/Candidate/{made}", fields="primarySkills[6](id)")["data"]
    assert len(row["primarySkills"]["data"]) == 6
    page = tenant.get(f"entity/Candidate/{made}/primarySkills", fields="id,name", count=3, start=6, orderBy="id")
    assert page == {"start": 6, "count": 1, "data": [{"id": skills[6], "name": "Skill 6"}]}


def test_missing_ids_are_left_out_of_a_list_and_404_alone(tenant: Any) -> None:
    made = tenant.person("A", "B")
    assert tenant.get(f"entity/Candidate/{made},99999", fields="id") == {"data": [{"id": int(made)}]}
    assert tenant.refused("GET", "entity/Candidate/99999", fields="id")["errorCode"] == 404
    assert tenant.refused("GET", "entity/Candidate/99998,99999", fields="id")["errorCode"] == 404
    assert tenant.refused("POST", "entity/Candidate/99999", {"status": "Active"})["errorCode"] == 404


def test_associations_are_added_and_removed_by_id(tenant: Any) -> None:
    one, two = (int(tenant.simulator.create("Skill", {"name": name})) for name in ("A", "B"))
    made = tenant.person("A", "B")
    path = f"entity/Candidate/{made}/primarySkills"
    assert tenant.ask("PUT", f"{path}/{one},{two}").status_code == 200
    assert tenant.refused("PUT", f"{path}/{two}")["errors"][0]["type"] == "DUPLICATE"
    assert tenant.ask("DELETE", f"{path}/{one}").status_code == 200
    assert tenant.simulator.read_all("Candidate")[made]["primarySkills"] == [{"id": two}]
    assert tenant.refused("PUT", f"{path}/4")["errorCode"] == 400
    assert tenant.refused("PUT", f"entity/Candidate/{made}/placements/4")["errors"][0]["type"] == "READ_ONLY"
    assert [w.accepted for e in tenant.journal.exchanges() for w in e.writes] == [True, False, True, False, False]


def test_delete_is_soft_where_bullhorn_keeps_a_flag(tenant: Any) -> None:
    made = tenant.person("A", "B")
    tenant.clock.advance(1)
    assert tenant.ask("DELETE", f"entity/Candidate/{made}").json()["changeType"] == "DELETE"
    record = tenant.simulator.read_all("Candidate")[made]
    assert (record["isDeleted"], record["dateLastModified"]) == (True, NOW_MS + 1000)
    assert tenant.get("search/Candidate", query=f"id:{made}", fields="id,isDeleted")["data"][0]["isDeleted"] is True


def test_delete_is_for_good_elsewhere_and_children_go_first(tenant: Any) -> None:
    _, _, job = tenant.job()
    made = tenant.placement(tenant.person("A", "B"), job)
    commission = tenant.put("PlacementCommission", placement={"id": int(made)}, commissionPercentage=0.1)
    assert tenant.refused("DELETE", f"entity/Placement/{made}")["errorMessageKey"] == "errors.dependentEntities"
    assert tenant.ask("DELETE", f"entity/PlacementCommission/{commission}").status_code == 200
    assert tenant.ask("DELETE", f"entity/Placement/{made}").status_code == 200
    assert tenant.simulator.read_all("Placement") == {}


def test_some_entities_are_immutable_to_delete(tenant: Any) -> None:
    client, _, _ = tenant.job()
    assert tenant.refused("DELETE", f"entity/ClientCorporation/{client}")["errorMessageKey"] == "errors.immutableEntity"


def test_a_placement_keeps_its_candidate(tenant: Any) -> None:
    _, _, job = tenant.job()
    made, other = tenant.placement(tenant.person("A", "B"), job), tenant.person("C", "D")
    told = tenant.refused("POST", f"entity/Placement/{made}", {"candidate": {"id": int(other)}})
    assert told["errors"][0]["propertyName"] == "candidate"


def test_the_other_end_of_a_reference_is_a_list(tenant: Any) -> None:
    candidate, (_, _, job) = tenant.person("A", "B"), tenant.job()
    assert tenant.simulator.read_all("Candidate")[candidate]["placements"] == []
    made = tenant.placement(candidate, job)
    assert tenant.simulator.read_all("Candidate")[candidate]["placements"] == [{"id": int(made)}]
    row = tenant.get(f"entity/JobOrder/{job}", fields="placements(id,candidate(lastName))")["data"]
    assert row["placements"]["data"] == [{"id": int(made), "candidate": {"lastName": "B"}}]


def test_a_note_links_itself_to_its_person(tenant: Any) -> None:
    made = int(tenant.person("A", "B"))
    note = tenant.put(
        "Note", comments="Called", commentingPerson={"id": 301}, personReference={"id": made}, action="Call"
    )
    assert tenant.get(f"entity/Candidate/{made}/notes", fields="id,comments")["data"] == [
        {"id": note, "comments": "Called"}
    ]
    row = tenant.get(f"entity/Note/{note}", fields="personReference(id,lastName),commentingPerson(id,lastName)")["data"]
    assert row["personReference"] == {"id": made, "lastName": "B"}
    assert row["commentingPerson"] == {"id": 301, "lastName": "Connector"}


def test_the_same_submission_twice_is_not_prevented(tenant: Any) -> None:
    candidate, (_, _, job) = tenant.person("A", "B"), tenant.job()
    body = {"candidate": {"id": int(candidate)}, "jobOrder": {"id": int(job)}, "status": "New Lead"}
    first = tenant.put("JobSubmission", **body)
    assert tenant.put("JobSubmission", **body) == first + 1
    tenant.ask("POST", f"entity/JobSubmission/{first}", {"status": "Submitted"})
    row = tenant.get(f"entity/JobSubmission/{first}", fields="history(status),dateWebResponse,sendingUser(id)")["data"]
    assert [one["status"] for one in row["history"]["data"]] == ["New Lead", "Submitted"]
    assert row["sendingUser"] == {"id": 301}
    assert row["dateWebResponse"] == NOW_MS


def test_mass_update_changes_each_and_counts(tenant: Any) -> None:
    ids = [int(tenant.person("A", f"B{n}")) for n in range(3)]
    assert tenant.ask("POST", "massUpdate/Candidate", {"ids": ids, "status": "DNU"}).json() == {"count": 3}
    assert {one["status"] for one in tenant.simulator.read_all("Candidate").values()} == {"DNU"}
    assert len(tenant.journal.exchanges()[-1].writes) == 3


def test_time_stamps_can_be_coarse(make_tenant: Any) -> None:
    tenant = make_tenant(Knobs(clock_resolution_ms=1000))
    tenant.clock.advance(0.75)
    made = tenant.person("A", "B")
    assert tenant.simulator.read_all("Candidate")[made]["dateLastModified"] == NOW_MS


def test_confidential_fields_are_masked(make_tenant: Any) -> None:
    tenant = make_tenant(confidential=["Candidate.ssn"]).login()
    made = tenant.person("A", "B", ssn="078-05-1120")
    assert tenant.get(f"entity/Candidate/{made}", fields="ssn")["data"] == {"ssn": "**CONFIDENTIAL**"}


def test_a_client_brings_an_archived_contact_where_the_tenant_does_so(make_tenant: Any) -> None:
    tenant = make_tenant(archived_contacts=True)
    tenant.simulator.create("ClientCorporation", {"name": "Acme"})
    (contact,) = tenant.simulator.read_all("ClientContact").values()
    assert contact["status"] == "Archive"


def test_no_two_entities_begin_with_the_same_id(tenant: Any) -> None:
    candidate, (client, contact, job) = tenant.person("A", "B"), tenant.job()
    placement = tenant.placement(candidate, job)
    assert len({candidate, client, contact, job, placement}) == 5


def test_records_are_replaced_never_changed(tenant: Any) -> None:
    made = tenant.person("A", "B", occupation="Welder")
    before = tenant.simulator.read_all("Candidate")[made]
    assert tenant.simulator.read_all("Candidate")[made] is before
    tenant.simulator.update("Candidate", made, {"occupation": "Driver"})
    assert before["occupation"] == "Welder"
    assert tenant.simulator.read_all("Candidate")[made]["occupation"] == "Driver"


def test_the_harness_is_blocked_when_it_asks_for_what_the_schema_forbids(tenant: Any) -> None:
    with pytest.raises(Blocked, match="name: missing mandatory field"):
        tenant.simulator.create("Candidate", {"firstName": "A", "lastName": "B"})
    with pytest.raises(Blocked, match="does not exist"):
        tenant.simulator.update("Candidate", "9", {"status": "Active"})


def test_bodies_that_are_no_json_objects_are_refused(tenant: Any) -> None:
    for body in (b"{", b"[]", b'{"salary": NaN}', b"", b"[" * 100_000):
        headers = {"BhRestToken": tenant.token}
        answer = tenant.http.put(f"{tenant.url}entity/Candidate", data=body, headers=headers)
        assert (answer.status_code, answer.json()["errorMessageKey"]) == (400, "errors.badJson")
