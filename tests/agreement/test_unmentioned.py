"""What both systems have and no statement mentions."""

from __future__ import annotations

from matters import changed, with_field
from stories import ASSIGNMENTS, WORKERS, agree, integration

from signoff.agreement.resolved import Agreement
from signoff.agreement.unmentioned import Unmentioned, unmentioned
from signoff.schema import Field, Side, Type


def names(agreement: Agreement) -> list[str]:
    return [f"{one.system} {one.entity}.{one.field}" for one in unmentioned(agreement)]


def test_rows_never_kept_and_populations_mention_their_fields() -> None:
    # Not in the list: kind (population), ssn (never), push_token (kept), id (technical on both sides).
    assert names(agree()) == ["Shiftline Worker.nickname", "Shiftline Worker.locale", "Shiftline Assignment.remark"]


def test_a_line_says_what_a_reader_sorts_by() -> None:
    known = with_field(Side.ATS, "Placement", "bonus", type=Type.AMOUNT, label="Bonus", mandatory=True)
    [found] = [one for one in unmentioned(agree(known=known)) if one.side is Side.ATS]
    assert found == Unmentioned(Side.ATS, "Bullhorn", "Placement", "bonus", "Bonus", "amount", True, False, True)


def test_an_entity_that_nothing_binds_is_told_apart() -> None:
    found = [one for one in unmentioned(agree(assignments="")) if one.entity == "Assignment"]
    assert [(one.field, one.bound) for one in found] == [
        ("external_id", False),
        ("worker_id", False),
        ("pay_rate", False),
        ("remark", False),
    ]


def test_references_mention_what_they_pass_and_where_they_end() -> None:
    known = with_field(Side.ATS, "Candidate", "badge", type=Type.TEXT)
    assert "Bullhorn Candidate.badge" in names(agree(known=known))
    through = changed(
        "| payRate   | ->   | pay_rate    | same amount ", "| candidate.badge | -> | remark | same text ", ASSIGNMENTS
    )
    found = names(agree(assignments=through, known=known))
    assert "Bullhorn Candidate.badge" not in found
    assert "Bullhorn Placement.candidate" not in found
    assert "Bullhorn Placement.payRate" in found


def test_a_part_does_not_mention_its_object_and_an_object_mentions_its_parts() -> None:
    parts = {name: Field(f"address.{name}", Type.TEXT) for name in ("city", "zip")}
    known = with_field(Side.ATS, "Candidate", "address", type=Type.OBJECT, fields=parts)
    phone = "| phone     | ->    | phone       | same phone               |          |"
    one = changed(phone, f"{phone}\n      | address.city | -> | nickname | same text | |")
    assert [name for name in names(agree(one, known=known)) if "address" in name] == ["Bullhorn Candidate.address.zip"]
    both = changed(phone, f"{phone}\n      | address | never | | | |")
    assert [name for name in names(agree(both, known=known)) if "address" in name] == []


def test_the_toml_mentions_technical_fields_states_and_links() -> None:
    settings = integration(technical={"Worker": ("locale",)}, states={"worker": {"new": {"nickname": "-"}}})
    assert names(agree(settings=settings)) == ["Shiftline Assignment.remark"]


def test_a_condition_mentions_what_it_asks_for() -> None:
    known = with_field(Side.ATS, "Placement", "stage", type=Type.TEXT)
    assert "Bullhorn Placement.stage" in names(agree(known=known))
    asked = changed('| kind is "temp"  |', '| some Placement has (stage is "on") |')
    assert "Bullhorn Placement.stage" not in names(agree(asked, known=known))
    row = "| firstName | ->    | first_name  | same text                |"
    only = changed(
        row,
        row.replace("| firstName |", "| firstName, kind |").replace(
            "same text  ", 'same text, only when kind is "temp"'
        ),
    )
    assert only != WORKERS
    assert "Bullhorn Candidate.kind" not in names(agree(only))
