"""Rehearse documents that name fields by the labels people see in the system, wherever a document names one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import copying
import pytest
from copying import Link, Row, Run
from rig import LONG, TEXT, YES_NO, Case, Integration, Rig, chart, choice, failed, population, to, unproven

from signoff.errors import ScopeError

NAME = Case("name", "same text", lambda r: r.a, required=True)
BAD = """
  @bad-data
  Scenario Outline: <bad data> <then>
    When the connector has been rehearsed
    Then this row of the bad-data policy holds

    Examples: What is bad
      | bad data                | then                            |
      | Kind of Work is "other" | the record is held back and reported |
"""


def labelled(schema: dict[str, Any], label: str) -> dict[str, Any]:
    return {**schema, "title": label}


def written(who: str, bad: str = "") -> Integration:
    return Integration(
        (NAME,),
        documents={
            "member": population((who, "reaches the app"), ("anyone else", "never reaches the app"))
            + chart(
                "More",
                [
                    ("Kind of Work", "->", "kind", "same text", ""),
                    ("nick, `Is V.I.P.`", "->", "nick", "upper case, only when `Is V.I.P.` is yes, else blank", ""),
                ],
            )
            + bad
        },
        fields={
            "status": labelled(choice("Active", "Gone", "Other"), "Current Standing"),
            "vip": labelled(YES_NO, "Is V.I.P."),
            "kind": labelled(choice("temp", "perm", "other"), "Kind of Work"),
            "nick": labelled(TEXT, "Alias"),
            "other": labelled(TEXT, "alias"),
        },
        taken={"kind": LONG, "nick": LONG},
        others={
            ("ats", "Placement"): {
                "state": labelled(choice("Approved", "Lost"), "Approval"),
                "person": labelled(to("Person"), "Worker"),
            },
            ("app", "Shift"): {"external_id": TEXT},
        },
        toml='[entities.placement]\nats = "Placement"\napp = "Shift"\n',
    )


def kind(r: Row) -> Any:
    if r.record["kind"] == "other":
        raise copying.Held("other work")
    return r.record["kind"]


def nick(r: Row) -> Any:
    value = (r.record["nick"] or "").strip().upper() or None
    return value if r.record["vip"] is True else None


def approved(person: Any, run: Run) -> bool:
    found = run.all(copying.ATS, "placements")
    return any(one["person"] == person["id"] and one["state"] == "Approved" for one in found)


def carried(rig: Rig, scope: Any, **writes: Any) -> Any:
    every = {"name": NAME.made(NAME.right), "kind": lambda r: r.record["kind"], "nick": nick, **writes}
    return rig.verdicts(links=(), main=Link("Person", "persons", "members", every, frozenset({"name"}), scope))


def test_a_label_of_a_field_in_a_population_and_in_a_rule(tmp_path: Path) -> None:
    rig = Rig(tmp_path, written('current standing is "Active"'))
    found = carried(rig, lambda person, run: person["status"] == "Active")
    assert unproven(found) == {}
    found = carried(rig, lambda person, run: person["status"] == "Active", nick=lambda r: r.record["nick"])
    assert failed(found) == {"member.nick"}
    found = carried(rig, lambda person, run: person["status"] != "Gone")
    assert failed(found) == {"member:who:anyone-else"}, unproven(found)


def test_labels_of_records_that_refer_to_one(tmp_path: Path) -> None:
    rig = Rig(tmp_path, written('some Placement by Worker has (Approval is "Approved")'))
    assert unproven(carried(rig, approved)) == {}
    found = carried(rig, lambda person, run: True)
    assert failed(found) == {"member:who:anyone-else"}, unproven(found)


def test_a_label_in_what_is_bad(tmp_path: Path) -> None:
    rig = Rig(tmp_path, written("status is not blank", BAD))
    everyone = lambda person, run: person["status"] is not None  # noqa: E731
    assert unproven(carried(rig, everyone, kind=kind)) == {}
    assert "member:bad:kind-of-work-is-other" in failed(carried(rig, everyone))


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (
            "alias is filled",
            "expected: a name that means one field: nick, other\n"
            "  found:    `alias`, the label of 2\n"
            "  Write the field as the API names it, or give it a label of its own in the toml's [labels].",
        ),
        (
            "Curent Standing is filled",
            "expected: a field of Person (ATS)\n"
            "  found:    `Curent Standing`\n"
            "  did you mean: Current Standing\n"
            "  Write the field as the system names it, or give it a label in the toml's [labels].",
        ),
        (
            "Placement.state is filled",
            "expected: a field of Person, or of a record that the binding links\n"
            "  found:    `Placement.state`\n"
            "  Ask for them: `some Placement has (…)`; or add `, with their latest Placement …` to the binding.",
        ),
    ],
)
def test_a_name_that_means_no_field_is_refused(who: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ScopeError) as refused:
        Rig(tmp_path, written(who))
    assert said in str(refused.value)
