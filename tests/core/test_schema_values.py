"""What a system's records may be."""

from signoff.schema import Entity, Field, Side, SystemSchema, Type

STATE = Field("address.state", Type.STATE)
ADDRESS = Field("address", Type.OBJECT, fields={"state": STATE})
OWNER = Field("owner", Type.REFERENCE, entity="User")
CANDIDATE = Entity("Candidate", {"address": ADDRESS, "owner": OWNER})
SCHEMA = SystemSchema(Side.ATS, "B", {"Candidate": CANDIDATE, "User": Entity("User", {})})


def test_sides() -> None:
    assert (Side.ATS.other, Side.APP.other) == (Side.APP, Side.ATS)
    assert (str(Side.ATS), str(Side.APP)) == ("ATS", "app")


def test_fields_at_dotted_paths() -> None:
    assert CANDIDATE.field_at("address.state") is STATE
    assert CANDIDATE.field_at("address.city") is None
    assert CANDIDATE.field_at("owner.name") is None
    assert (STATE.name, OWNER.name) == ("state", "owner")
    assert list(CANDIDATE.all_fields()) == [ADDRESS, STATE, OWNER]


def test_references() -> None:
    assert SCHEMA.references_to("Candidate", "User") == [OWNER]
    assert SCHEMA.references_to("Candidate", "Candidate") == []
    assert SCHEMA.references_to("Nobody", "User") == []
