"""The toml's [types] and [labels] over what the systems' own documents say."""

import pytest
from stories import integration, schemas

from signoff.agreement.typed import typed
from signoff.errors import ScopeError
from signoff.schema import Entity, Field, Side, SystemSchema, Type, Wire


def test_a_type_a_wire_a_reference_and_a_label() -> None:
    known = schemas()
    types = {
        "Candidate.phone": "phone",
        "Worker.nickname": "date as epoch ms",
        "Assignment.remark": "reference to Worker",
        "Placement.payRate": "money",
    }
    found = typed(integration(types=types, labels={"Cell phone": "Candidate.phone"}), known)
    phone = found[Side.ATS].entities["Candidate"].fields["phone"]
    assert (phone.type, phone.label, phone.wire) == (Type.PHONE, "Cell phone", Wire.NATURAL)
    nickname = found[Side.APP].entities["Worker"].fields["nickname"]
    assert (nickname.type, nickname.wire) == (Type.DATE, Wire.EPOCH_MS)
    remark = found[Side.APP].entities["Assignment"].fields["remark"]
    assert (remark.type, remark.entity) == (Type.REFERENCE, "Worker")
    assert found[Side.ATS].entities["Placement"].fields["payRate"].type is Type.AMOUNT
    assert known[Side.ATS].entities["Candidate"].fields["phone"].type is Type.TEXT


def test_a_part_of_an_object() -> None:
    state = Field("address.state", Type.TEXT)
    address = Field("address", Type.OBJECT, fields={"state": state})
    ats = SystemSchema(Side.ATS, "B", {"Candidate": Entity("Candidate", {"address": address})})
    found = typed(integration(types={"Candidate.address.state": "state"}), {**schemas(), Side.ATS: ats})
    changed = found[Side.ATS].entities["Candidate"].field_at("address.state")
    assert changed is not None
    assert (changed.type, changed.path) == (Type.STATE, "address.state")


def test_a_part_of_a_list_s_objects_written_as_in_a_chart() -> None:
    since = Field("jobs.since", Type.TEXT)
    jobs = Field("jobs", Type.OBJECT, many=True, fields={"since": since})
    ats = SystemSchema(Side.ATS, "B", {"Candidate": Entity("Candidate", {"jobs": jobs})})
    found = typed(integration(types={"Candidate.jobs[].since": "date"}), {**schemas(), Side.ATS: ats})
    changed = found[Side.ATS].entities["Candidate"].field_at("jobs.since")
    assert changed is not None
    assert changed.type is Type.DATE


WORDS = (
    "text, email, phone, date, date and time, amount, number, whole number, yes/no, picklist, country, state, "
    "address, file, reference, object, anything, instant, e-mail, integer, money, boolean"
)


@pytest.mark.parametrize(
    ("key", "word", "message"),
    [
        (
            "Candidate.fone",
            "phone",
            'scope/crm-app.toml, cell "[types] "Candidate.fone""\n  expected: a field of Candidate\n'
            "  found:    `fone`\n  did you mean: phone\n  Write `Entity.field` as the system itself names them.",
        ),
        (
            "Candidate",
            "phone",
            'scope/crm-app.toml, cell "[types] "Candidate""\n  expected: a field of Candidate\n'
            "  found:    no field\n  Write `Entity.field` as the system itself names them.",
        ),
        (
            "Wroker.phone",
            "phone",
            'scope/crm-app.toml, cell "[types] "Wroker.phone""\n  expected: an entity of one of the two systems\n'
            "  found:    `Wroker`\n  did you mean: Worker",
        ),
        (
            "Worker.phone",
            "fone",
            f'scope/crm-app.toml, cell "[types] "Worker.phone""\n  expected: one of {WORDS}, or `reference to ENTITY`\n'
            '  found:    "fone"\n  did you mean: phone',
        ),
        (
            "Worker.phone",
            "reference to Candidat",
            'scope/crm-app.toml, cell "[types] "Worker.phone""\n  expected: an entity of one of the two systems\n'
            "  found:    `Candidat`\n  did you mean: Candidate",
        ),
        (
            "Worker.phone",
            "date as epoch mss",
            'scope/crm-app.toml, cell "[types] "Worker.phone""\n  expected: one of natural, epoch ms, epoch s, '
            "number in text, decimal comma, object with id, 1 and 0\n"
            '  found:    "epoch mss"\n  did you mean: epoch ms',
        ),
    ],
)
def test_what_fits_nothing_is_told_in_full(key: str, word: str, message: str) -> None:
    with pytest.raises(ScopeError) as caught:
        typed(integration(types={key: word}), schemas())
    assert str(caught.value) == message


def test_every_wrong_key_is_told_at_once() -> None:
    with pytest.raises(ScopeError) as caught:
        typed(integration(types={"X.a": "text", "Worker.b": "text"}, labels={"L": "Worker.c"}), schemas())
    assert [one.where.cell for one in caught.value.problems] == ['[types] "X.a"', '[types] "Worker.b"', '[labels] "L"']


def test_what_is_no_path_is_no_field() -> None:
    with pytest.raises(ScopeError, match=r"found:    `work\]ts`"):
        typed(integration(types={"Candidate.work]ts": "text"}), schemas())
