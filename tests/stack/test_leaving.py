"""Rehearse what becomes of those who leave: right green, wrong red, in exactly its row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from copying import Run
from living import WHO, Record, Ways, lived, over, running, weighed, why_out, written
from rig import Rig, failed, unproven

from signoff.verdict import FOLLOWED, Verdict

GONE = "member:who:status-is-one-of-gone-or-archive"
RUNNING = "member:who:some-placement-has-status-is-approved-and-until-is-blank-or"
ENDED = "member:who:some-placement-has-status-is-approved"
LEAVES = "member:when:a-person-leaves-the-population"
DELETED = "member:when:a-person-is-deleted"
ARCHIVED = "member:when:a-person-is-archived"
MERGED = "member:when:two-persons-are-merged"
ENDS = "member:when:a-person-ends"
EARLY = "member:when:a-person-ends-early"
EXTENDED = "member:when:a-person-is-extended"
GONE_THERE = "member:when:a-member-is-deleted-in-the-app"
BACK = "member:when:a-person-comes-back"

EVERY = (
    ("a person leaves the population", "the member becomes gone"),
    ("a person is deleted", "the member becomes gone"),
    ("a person is archived", "the member becomes gone"),
    ("a person comes back", "the same member becomes there again"),
)


def test_who_leaves_gets_the_state_of_its_row(tmp_path: Path) -> None:
    rig = Rig(tmp_path, written())
    found = lived(rig)
    assert unproven(found) == {}
    found = lived(rig, state=lambda person, why: None if why in ("Gone", "Archive") else "gone")
    assert failed(found) == {GONE}, unproven(found)
    found = lived(rig, state=lambda person, why: None if why == "ended" else "gone")
    assert failed(found) == {ENDED}, unproven(found)
    found = lived(rig, state=lambda person, why: "off" if why == "ended" else "gone")
    assert failed(found) == {ENDED}, unproven(found)
    found = lived(rig, removes=lambda why: why in ("Gone", "Archive"))
    assert failed(found) == {GONE}, unproven(found)
    found = lived(rig, in_scope=lambda who, run: why_out(who, run) or ("" if running(who, run, 1) else "ended"))
    # Who is on the last day when the first sync comes never arrives; who is there already leaves a day too early.
    assert failed(found) == {"member:arrive", RUNNING}, unproven(found)
    found = lived(rig, creates=lambda person, why: why == "ended")
    assert failed(found) == {ENDED}, unproven(found)


def test_a_state_is_put_to_the_proof(tmp_path: Path) -> None:
    found = weighed(Rig(tmp_path, written()))
    assert unproven(found) == {}
    assert found[GONE].noticed["left"] == ("the state before", "removed", "made anew")
    found = weighed(Rig(tmp_path / "rows", written(*EVERY)))
    assert unproven(found) == {}
    assert found[LEAVES].noticed["left"] == ("the state before", "removed", "made anew")
    assert found[BACK].noticed["came back"] == ("the state before", "removed", "made anew")


def test_who_reaches_the_app_in_a_state_is_in_that_state(tmp_path: Path) -> None:
    who = (("vip is yes", "reaches the app as new"), *WHO[2:3], ("anyone else", "never reaches the app"))
    rig = Rig(tmp_path, written(who=who))
    new = "member:who:vip-is-yes"

    def scope(person, run):  # type: ignore[no-untyped-def]
        return "" if person["vip"] is True or running(person, run) else "no work"

    def arrives(person, run):  # type: ignore[no-untyped-def]
        return "new" if person["vip"] is True else Ways().arrives(person, run)

    kept = {"state": lambda person, why: None}
    found = lived(rig, in_scope=scope, arrives=arrives, **kept)
    assert unproven(found) == {}
    found = lived(rig, in_scope=scope, **kept)
    assert failed(found) == {new}, unproven(found)


def test_lifecycle_rows(tmp_path: Path) -> None:
    rig = Rig(tmp_path, written(*EVERY))
    found = lived(rig)
    assert unproven(found) == {}
    found = lived(rig, state=lambda person, why: None if why == "deleted" else "gone")
    assert failed(found) == {DELETED}, unproven(found)
    found = lived(rig, state=lambda person, why: None if why == "Archive" else "gone")
    assert failed(found) == {ARCHIVED}, unproven(found)
    found = lived(rig, state=lambda person, why: "gone" if why in ("deleted", "Archive") else None)
    assert failed(found) == {LEAVES}, unproven(found)
    found = lived(rig, state=lambda person, why: None if why == "Gone" else "gone")
    assert failed(found) == {GONE}, unproven(found)
    found = lived(rig, removes=lambda why: why not in ("deleted", "Archive"))
    assert failed(found) == {LEAVES}, unproven(found)
    found = lived(rig, removes=lambda why: why == "deleted")
    assert failed(found) == {DELETED}, unproven(found)
    found = lived(rig, back=lambda person, member, standing: "gone" if member["standing"] == "gone" else standing)
    assert failed(found) == {BACK}, unproven(found)
    found = lived(rig, anew=lambda person, member: member["standing"] == "gone")
    assert failed(found) == {BACK}, unproven(found)


def test_removed_and_back(tmp_path: Path) -> None:
    rows = (
        ("a person leaves the population", "the member is removed"),
        ("a person is deleted", "the member is removed"),
        ("a person comes back", "the member comes back"),
    )
    who = (*((one, "never reaches the app") for one, _ in WHO[:2]), WHO[2], WHO[4])
    rig = Rig(tmp_path, written(*rows, who=who))
    found = lived(rig, removes=lambda why: True)
    assert unproven(found) == {}
    found = lived(rig, removes=lambda why: why != "deleted")
    assert failed(found) == {DELETED}, unproven(found)
    found = lived(rig, removes=lambda why: why == "deleted")
    assert failed(found) == {LEAVES}, unproven(found)


def test_who_has_left_may_still_be_kept_up_to_date(tmp_path: Path) -> None:
    rows = (("a person leaves the population", "the member becomes gone and is still kept up to date"),)
    rig = Rig(tmp_path, written(*rows))
    found = lived(rig, follows=lambda person, why: True)
    assert unproven(found) == {}
    found = lived(rig)
    assert failed(found) == {LEAVES}, unproven(found)


def test_two_who_are_merged(tmp_path: Path) -> None:
    rows = (*EVERY[:2], ("two persons are merged", "one member remains, with the survivor's details"))
    rig = Rig(tmp_path, written(*rows))
    assert unproven(weighed(rig)) == {}
    found = lived(rig, merges=lambda gone: {"nick": gone["nick"], "name": gone["name"]})
    assert failed(found) == {MERGED}, unproven(found)
    found = lived(rig, state=lambda person, why: None if why == "deleted" else "gone")
    assert failed(found) == {DELETED}, unproven(found)


def test_a_member_that_is_deleted_in_the_app(tmp_path: Path) -> None:
    rig = Rig(tmp_path, written(("a member is deleted in the app", "the person is untouched")))
    assert unproven(weighed(rig)) == {}
    assert unproven(lived(rig, revives=False)) == {}
    found = lived(rig, punishes=lambda person: {"nick": "left us"})
    assert failed(found) == {GONE_THERE}, unproven(found)
    rig = Rig(tmp_path / "back", written(("a member is deleted in the app", "the member comes back")))
    assert unproven(lived(rig)) == {}
    found = lived(rig, revives=False)
    assert failed(found) == {GONE_THERE}, unproven(found)


def followed(found: Mapping[str, Verdict], row: str) -> dict[str, int]:
    """Return how many records the app followed when, as the sheet draws it."""
    return {one["late"]: one["records"] for one in found[row].facts[FOLLOWED]["when"] if one["records"]}


def test_who_comes_to_an_end(tmp_path: Path) -> None:
    ends = "the member becomes gone and is still kept up to date"
    again = "the same member becomes there again and is still kept up to date"
    rows = (("a person ends", ends), ("a person ends early", ends), ("a person is extended", again))
    rig = Rig(tmp_path, written(*rows, who=(), period=True))

    def everybody(person, run):  # type: ignore[no-untyped-def]
        return ""

    def on_its_day(person, there, run):  # type: ignore[no-untyped-def]
        return over(person, run) or ("gone" if (person["until"] or "") == str(run.today) else None)

    def stays(person, there, run):  # type: ignore[no-untyped-def]
        return over(person, run) or ("gone" if there is not None and there["standing"] == "gone" else None)

    found = weighed(rig, in_scope=everybody)
    assert unproven(found) == {}
    assert followed(found, ENDS).keys() == {"in time"}
    found = lived(rig, in_scope=everybody, ended=on_its_day)
    assert failed(found) == {ENDS}, unproven(found)
    assert "too early" in followed(found, ENDS)
    found = lived(rig, in_scope=everybody, ended=stays)
    assert failed(found) == {EXTENDED}, unproven(found)
    assert followed(found, EXTENDED).keys() == {"not at all"}
    found = lived(rig, in_scope=everybody, neglects=lambda person, run: over(person, run) and person["until"])
    assert failed(found) == {ENDS, EARLY}, unproven(found)


def test_who_ends_early_may_get_another_state(tmp_path: Path) -> None:
    def becoming(state: str) -> str:
        return f"the member becomes {state} and is still kept up to date"

    rows = (("a person ends", becoming("gone")), ("a person ends early", becoming("new")))
    rig = Rig(tmp_path, written(*rows, who=(), period=True))

    def ending(early: str, late: str = "gone"):  # type: ignore[no-untyped-def]
        seen: dict[str, object] = {}
        ways: dict[str, str] = {}

        def ended(person, there, run):  # type: ignore[no-untyped-def]
            one = str(person["id"])
            if over(person, run) is None:
                seen[one] = person["until"]
                ways.pop(one, None)
                return None
            return ways.setdefault(one, late if seen.get(one, person["until"]) == person["until"] else early)

        return ended

    everybody = {"in_scope": lambda person, run: ""}
    assert unproven(weighed(rig, ended=ending("new"), **everybody)) == {}
    found = lived(rig, ended=ending("gone"), **everybody)
    assert failed(found) == {EARLY}, unproven(found)
    found = lived(rig, ended=ending("new", "new"), **everybody)
    assert failed(found) == {ENDS}, unproven(found)


class Ends:
    """Remember how each person came to an end, and do with them what is said for that: a state, or None to remove.

    `kept`: the ways after which a member still follows its person.
    """

    def __init__(self, ends: str | None, early: str | None, kept: tuple[str, ...], blind: bool = False) -> None:
        self.states, self.kept, self.blind = {"ends": ends, "early": early}, kept, blind
        self.last: dict[str, object] = {}
        self.how: dict[str, str] = {}

    def came(self, person: Record, run: Run) -> str:
        one, until = str(person["id"]), person["until"]
        if over(person, run) is None:
            self.last[one] = until
            self.how.pop(one, None)
            return ""
        moved = self.last.get(one, until) != until and not self.blind
        return self.how.setdefault(one, "early" if moved else "ends")

    def ways(self) -> dict[str, Any]:
        def out(person: Record, run: Run) -> str:
            how = self.came(person, run)
            return "" if how in self.kept else how

        return {
            "in_scope": out,
            "ended": lambda person, there, run: self.states.get(self.came(person, run)),
            "removes": lambda why: self.states[why] is None if why in self.states else False,
            "state": lambda person, why: self.states.get(why),
        }


KEPT = " and is still kept up to date"
TO_GONE, TO_NEW, REMOVED = "the member becomes gone", "the member becomes new", "the member is removed"
APART: dict[str, tuple[str, str, tuple[str | None, str | None], tuple[str, ...]]] = {
    "kept, or removed": (TO_GONE + KEPT, REMOVED, ("gone", None), ("ends",)),
    "removed, or kept": (REMOVED, TO_GONE + KEPT, (None, "gone"), ("early",)),
    "kept, or left alone": (TO_GONE + KEPT, TO_GONE, ("gone", "gone"), ("ends",)),
    "left alone, or kept elsewhere": (TO_GONE, TO_NEW + KEPT, ("gone", "new"), ("early",)),
    "removed, or left alone": (REMOVED, TO_GONE, (None, "gone"), ()),
}


TURNED = {
    "kept, or removed": {ENDS, EARLY, "member:arrive"},
    "removed, or kept": {ENDS, EARLY},
    "kept, or left alone": {ENDS, "member:arrive"},
    "left alone, or kept elsewhere": {ENDS, EARLY},
    "removed, or left alone": {ENDS, EARLY},
}


@pytest.mark.parametrize("form", APART)
def test_ends_and_ends_early_may_mean_two_different_things(form: str, tmp_path: Path) -> None:
    ends, early, states, kept = APART[form]
    again = (("a person is extended", "the same member becomes there again"),) if None not in states else ()
    rig = Rig(tmp_path, written(("a person ends", ends), ("a person ends early", early), *again, who=(), period=True))
    assert unproven(weighed(rig, **Ends(*states, kept).ways())) == {}
    # Whoever knows one sort of end only treats those who ended early as if their day had passed.
    found = lived(rig, **Ends(*states, kept, blind=True).ways())
    assert failed(found) == ({EARLY} if form != "kept, or left alone" else set()), unproven(found)
    # Whoever takes the one for the other is wrong in both; who had ended before anybody looked has ended on its day.
    turned = tuple({"ends": "early", "early": "ends"}[one] for one in kept)
    found = lived(rig, **Ends(states[1], states[0], turned).ways())
    assert failed(found) == TURNED[form], unproven(found)
