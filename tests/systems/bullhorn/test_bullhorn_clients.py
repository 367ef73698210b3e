"""Our own client, and somebody else's, against the simulator over both mounts."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import bullhorn.client
import pytest

from signoff.errors import Blocked
from signoff.systems.bullhorn import dialect
from signoff.systems.bullhorn.client import BullhornClient
from signoff.systems.dialect import Knobs

NOW_MS = 1772442000000


def client_of(tenant: Any, **changed: str) -> BullhornClient:
    return BullhornClient(tenant.simulator.schema, {**tenant.addresses, **changed})


def test_it_writes_and_reads_what_the_simulator_holds(make_tenant: Any) -> None:
    tenant = make_tenant()
    client = client_of(tenant)
    skills = [{"id": int(tenant.simulator.create("Skill", {"name": name}))} for name in ("MIG", "TIG")]
    fields = {"firstName": "Maria", "lastName": "Lopez", "name": "Maria Lopez", "salary": Decimal("51000.50")}
    made = client.create("Candidate", {**fields, "primarySkills": skills})
    client.update("Candidate", made, {"email": "maria@example.com", "primarySkills": skills[1:]})
    held = tenant.simulator.read_all("Candidate")[made]
    assert (held["email"], held["salary"], held["primarySkills"]) == (
        "maria@example.com",
        Decimal("51000.50"),
        skills[1:],
    )
    read = client.read_all("Candidate")
    assert list(read) == [made]
    assert {name: read[made][name] for name in ("email", "primarySkills", "owner", "placements")} == {
        "email": "maria@example.com",
        "primarySkills": skills[1:],
        "owner": {"id": 301},
        "placements": [],
    }
    client.delete("Candidate", made)
    assert client.read_all("Candidate")[made]["isDeleted"] is True
    client.close()


def test_it_reads_everything_through_short_pages_and_many_ids(make_tenant: Any) -> None:
    tenant = make_tenant(Knobs(page_cap=40))
    client = client_of(tenant)
    made = [tenant.person("A", f"B{number}") for number in range(130)]
    assert list(client.read_all("Candidate")) == made
    assert list(client.read_all("Placement")) == []
    client.close()


def test_it_logs_in_again_and_waits(make_tenant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    tenant = make_tenant(Knobs(token_requests=2, throttle_every=4))
    client = client_of(tenant)
    made = [tenant.person("A", f"B{number}") for number in range(3)]
    assert list(client.read_all("Candidate")) == made
    assert 1 in waited
    statuses = {exchange.status for exchange in tenant.journal.exchanges()}
    assert {200, 302, 401, 429} <= statuses
    client.close()


def test_it_says_what_blocks_it_without_the_secrets(make_tenant: Any) -> None:
    tenant = make_tenant()
    client = client_of(tenant, password="Hidden7")
    with pytest.raises(Blocked, match="authorize") as caught:
        client.read_all("Candidate")
    assert "Hidden7" not in str(caught.value)
    client = client_of(tenant)
    with pytest.raises(Blocked, match=r"errors\.cantPersistEntity: name"):
        client.create("Candidate", {"firstName": "A", "lastName": "B"})
    client.close()


def test_the_dialect_offers_it() -> None:
    assert dialect.name == "bullhorn"


def test_the_pypi_client_logs_in_searches_pages_and_reads(make_tenant: Any) -> None:
    tenant = make_tenant(Knobs(page_cap=2))
    own = client_of(tenant)
    rest_url, token = own.login()
    own.close()
    theirs = bullhorn.client.BullhornClient(token=token, rest_url=rest_url)
    assert theirs.ping()["sessionExpires"] == NOW_MS + 3_600_000
    made = [int(tenant.person("Ann", f"Lee {number}", status="Active")) for number in range(5)]
    _, _, job = tenant.job()
    placed = [int(tenant.placement(str(one), job, status="Approved")) for one in made]
    seen: list[int] = []
    while True:
        rows = theirs.get_candidates("status:Active AND isDeleted:0", "id,lastName,owner(id)", count=4, start=len(seen))
        if not rows:
            break
        assert len(rows) <= 2
        seen += [row["id"] for row in rows]
    assert seen == made
    rows = theirs.get_placements(
        f"candidate.id = {made[0]} AND status = 'Approved'", "id,candidate(id,lastName),payRate"
    )
    assert [row["id"] for row in rows] == [placed[0]]
    assert rows[0]["candidate"] == {"id": made[0], "lastName": "Lee 0"}
    assert theirs.get_job_orders("isDeleted = false", "id,title", order_by="-id")[0]["title"] == "Welder"
    with pytest.raises(bullhorn.client.HTTPException):
        theirs.get_client_contacts("id > 0", "id")
