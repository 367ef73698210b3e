"""Leaving and coming back, deletion and merging, and what a crash or an older state leaves behind."""

import json
from pathlib import Path
from typing import Any


def test_who_is_out_is_not_touched_and_the_same_worker_comes_back(linked: Any, connect: Any, settled: Any) -> None:
    linked.ats.put("Candidate", 1, status="DNU")
    connect().sync()
    linked.later()
    linked.app.edit("workers", nickname="Nan", first_name="X")
    linked.ats.put("Candidate", 1, mobile="773-555-0111")
    connect().sync()
    assert linked.writes() == []
    linked.later()
    linked.ats.put("Candidate", 1, status="Placed")
    connect().sync()
    found = linked.worker()
    assert (found["phone"], found["nickname"], found["first_name"]) == ("+17735550111", "Nan", "Ann")
    assert linked.candidate()["nickName"] == "Nan"
    assert len(linked.app.rows["workers"]) == 1
    settled()


def test_a_placement_that_ended_and_a_new_one_later(linked: Any, connect: Any) -> None:
    linked.ats.put("Placement", 30, status="Completed")
    connect().sync()
    linked.later()
    linked.app.edit("workers", nickname="Nan")
    connect().sync()
    assert linked.candidate()["nickName"] == "Annie"
    linked.later(86_400)
    linked.ats.put("Placement", 31, candidate={"id": 1}, jobOrder={"id": 20}, status="Approved", dateBegin=0)
    connect().sync()
    assert linked.candidate()["nickName"] == "Nan"
    assert len(linked.app.rows["workers"]) == 1


def test_a_deleted_candidate_is_let_alone_by_both_sides(linked: Any, connect: Any, settled: Any) -> None:
    linked.ats.put("Candidate", 1, isDeleted=True)
    connect().sync()
    for edit in ({"nickname": "Nan"}, {"first_name": "X"}, {"phone": "+19995550100"}):
        linked.later()
        linked.app.edit("workers", **edit)
        assert connect().sync().failed == ()
        assert linked.writes() == []
    settled()


def test_of_two_merged_candidates_the_survivor_keeps_its_worker(linked: Any, connect: Any, settled: Any) -> None:
    linked.ats.put("Candidate", 2, **{**linked.candidate(), "id": 2, "firstName": "Bo", "email": "bo@x.com"})
    linked.ats.put("Placement", 31, **{**linked.ats.rows["Placement"][30], "id": 31, "candidate": {"id": 2}})
    connect().sync()
    survivor, loser = linked.app.only("workers", external_id="2"), dict(linked.worker())
    linked.later()
    linked.ats.put("Candidate", 1, isDeleted=True)
    linked.ats.put("Placement", 30, candidate={"id": 2})
    connect().sync()
    assert linked.app.only("assignments", external_id="30")["worker_id"] == survivor["id"]
    linked.later()
    linked.app.edit("workers", id=survivor["id"], nickname="Nan")
    connect().sync()
    assert linked.ats.rows["Candidate"][2]["nickName"] == "Nan"
    assert linked.worker() == {**loser, "status": "inactive", "updated_at": linked.worker()["updated_at"]}
    assert len(linked.app.rows["workers"]) == 2
    settled()


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
        linked.later(900)
        assert connect().sync().failed == ()
        assert (linked.candidate()["nickName"], linked.worker()["nickname"]) == (name, name)
        assert linked.candidate()["customText3"] == ("Evenings" if allowed % 2 else "Nights")
        assert (linked.worker()["phone"], linked.worker()["desired_pay"]) == (
            f"+1312555{100 + allowed:04d}",
            str(allowed),
        )
        linked.later(900)
        connect().sync()
        assert linked.writes() == []
    assert kills > 8


def test_a_state_of_the_version_before_leads_to_no_mass_of_writes(
    linked: Any, connect: Any, settled: Any, tmp_path: Path
) -> None:
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
    assert linked.writes() == [("PATCH", f"/workers/{linked.worker()['id']}", {"nickname": "Annie"})]
    settled()
    linked.app.edit("workers", nickname="Nan")
    connect().sync()
    assert linked.candidate()["nickName"] == "Nan"


def test_an_update_whose_answer_was_lost_is_no_change_of_theirs(
    linked: Any, connect: Any, settled: Any, fakes: Any
) -> None:
    linked.after += [
        fakes.once("POST", "entity/Candidate/1", *[(502, {}, "")] * 4),
        fakes.once("PATCH", "/workers/", *[(502, {}, "")] * 8),
    ]
    linked.app.edit("workers", nickname="Nan")
    linked.ats.put("Candidate", 1, mobile="773-555-0111")
    assert not connect().sync().ok
    linked.later()
    connect().sync()
    linked.later()
    assert connect().sync().failed == ()
    assert (linked.candidate()["nickName"], linked.worker()["phone"]) == ("Nan", "+17735550111")
    settled()


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
    linked.later()
    connect().sync()
    assert (linked.candidate()["nickName"], linked.worker()["nickname"]) == ("Nan", "Nan")


def test_the_state_names_nobody(linked: Any, connect: Any, tmp_path: Path, caplog: Any) -> None:
    caplog.set_level("DEBUG")
    linked.app.edit("workers", nickname="Nannette", phone="+19995550100")
    connect().sync()
    linked.later()
    linked.app.edit("workers", phone="+17735550111")
    connect().sync()
    text = "".join(path.read_text() for path in (tmp_path / "state").rglob("*.json")) + caplog.text
    assert not [secret for secret in ("Nannette", "9995550100", "7735550111", "Annie", "Mum") if secret in text]


def test_a_crowd_is_merged_with_few_requests(linked: Any, connect: Any, settled: Any) -> None:
    for key in range(100, 140):
        linked.ats.put("Candidate", key, firstName=f"N{key}", lastName="Lee", status="Active")
        linked.ats.put("Placement", key, candidate={"id": key}, jobOrder={"id": 20}, status="Approved", dateBegin=0)
    connect().sync()
    linked.later()
    for one in list(linked.app.rows["workers"].values()):
        linked.app.edit("workers", id=one["id"], nickname=f"W{one['external_id']}")
    connect().sync()
    assert len(linked.log) <= 41 + 14
    assert [row.get("nickName") for row in linked.ats.rows["Candidate"].values()] == [
        f"W{key}" for key in (1, *range(100, 140))
    ]
    settled()


def test_who_leaves_while_held_is_named_no_more_and_looked_at_on_return(linked: Any, connect: Any) -> None:
    linked.app.edit("workers", preferred_shift="swing")
    assert [one.entity for one in connect().sync().failed] == ["Worker"]
    linked.later()
    linked.ats.put("Candidate", 1, isDeleted=True)
    assert connect().sync().failed == ()
    linked.later()
    linked.ats.put("Candidate", 1, isDeleted=False)
    assert [one.entity for one in connect().sync().failed] == ["Worker"]


def test_a_record_without_its_id_clears_nothing(linked: Any, connect: Any, fakes: Any) -> None:
    linked.ats.put("Candidate", 1, isDeleted=True)
    connect().sync()
    linked.later()
    linked.app.edit("workers", nickname="Nan")
    linked.later()
    linked.app.put("workers", first_name="Another", last_name="One", status="inactive")
    connect().sync()
    linked.later()
    linked.ats.put("Candidate", 1, isDeleted=False)
    empty = fakes.reply(200, {"items": [], "next_cursor": None})
    linked.before.append(fakes.once("GET", f"/workers/{linked.worker()['id']}", empty))
    assert not connect().sync().ok
    assert linked.writes() == []
    assert connect().sync().ok
    assert linked.candidate()["nickName"] == "Nan"


def test_a_page_that_came_empty_is_read_once_more(linked: Any, connect: Any, fakes: Any, settled: Any) -> None:
    for key in range(100, 104):
        linked.ats.put("Candidate", key, firstName=f"N{key}", lastName="Lee", status="Active")
        linked.ats.put("Placement", key, candidate={"id": key}, jobOrder={"id": 20}, status="Approved", dateBegin=0)
    connect().sync()
    linked.later()
    linked.app.page_cap = 2
    for one in list(linked.app.rows["workers"].values()):
        linked.app.edit("workers", id=one["id"], nickname="Nan")
    linked.before.append(fakes.once("GET", "cursor=c2", fakes.reply(200, {"items": [], "next_cursor": None})))
    connect().sync()
    linked.later()
    connect().sync()
    assert {row["nickName"] for row in linked.ats.rows["Candidate"].values()} == {"Nan"}
    settled()
