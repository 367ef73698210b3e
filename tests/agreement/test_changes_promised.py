"""Which changes of status an agreement promises, and how the toml narrows them."""

from dataclasses import replace

import pytest
from stories import WORKERS, agree, integration, plain_agreement, schemas

from signoff.agreement.resolved import Agreement
from signoff.agreement.transitions import MOST_STATUSES, Walk, is_walked, parts, walks
from signoff.errors import ScopeError
from signoff.schema import Side


def only_walk(agreement: Agreement) -> Walk:
    [found] = walks(agreement)
    return found


def test_each_status_of_the_table_and_of_the_system_is_entered_from_each_other() -> None:
    walk = only_walk(plain_agreement())
    assert [(one.name, one.held, one.outside) for one in walk.statuses] == [
        ("Active", False, False),
        ("Placed", False, False),
        ("(blank)", False, False),
        ("DNU", True, True),
        ("Retired", True, False),
    ]
    promised = {(one.origin, one.into): one.statement for one in walk.transitions if one.statement}
    assert promised["Active", "Placed"] == "worker-status:placed"
    assert promised["Retired", "Placed"] == "worker-status:placed"
    assert promised["DNU", "Active"] == "worker-status:active"
    assert promised["Active", "Retired"] == "worker-status:anything-else"


def test_what_leaves_the_population_is_no_row_s_promise() -> None:
    walk = only_walk(plain_agreement())
    assert [one.statement for one in walk.transitions if one.into == "DNU"] == [""] * 4
    assert not [one for one in walk.transitions if one.origin == "DNU" and one.into == "Retired" and one.statement]


def test_a_value_is_the_status_whose_row_it_fits() -> None:
    ignoring = WORKERS.replace("| ATS status    | app status |", "| ATS status    | app status | match |").replace(
        "| Placed        | assigned   |", "| placed        | assigned   | ignoring case |"
    )
    ignoring = ignoring.replace("| Active        | available  |", "| Active        | available  |  |")
    ignoring = ignoring.replace("| (blank)       | available  |", "| (blank)       | available  |  |")
    ignoring = ignoring.replace("| anything else | error      |", "| anything else | error      |  |")
    walk = only_walk(agree(ignoring))
    assert [walk.name_of(one) for one in ("Placed", "PLACED", " ", None, "Retired", "on leave")] == [
        "placed",
        "placed",
        "(blank)",
        "(blank)",
        "Retired",
        "anything else",
    ]
    assert walk.transition("Active", "PLACED") == walk.transition("Active", "Placed") is not None


def test_a_quick_rehearsal_walks_nothing() -> None:
    agreement = plain_agreement()
    pair = agreement.pair("worker")
    walked = {
        effort: is_walked(agreement, pair, "worker.status", effort) for effort in ("quick", "standard", "thorough")
    }
    assert walked == {"quick": False, "standard": True, "thorough": True}
    assert not is_walked(agreement, pair, "worker.phone", "standard")


def test_a_long_table_is_a_list_and_no_state_machine() -> None:
    grades = tuple(f"Grade {one}" for one in range(MOST_STATUSES))
    known = schemas()
    candidate = known[Side.ATS].entities["Candidate"]
    status = replace(candidate.fields["status"], choices=(*candidate.fields["status"].choices, *grades))
    entities = {"Candidate": replace(candidate, fields={**candidate.fields, "status": status})}
    known[Side.ATS] = replace(known[Side.ATS], entities={**known[Side.ATS].entities, **entities})
    assert walks(agree(known=known)) == ()
    told = {"Candidate.status": ("Active -> Grade 1", "Grade 1 → Placed")}
    walk = only_walk(agree(known=known, settings=integration(transitions=told)))
    assert [(one.origin, one.into) for one in walk.transitions] == [("Active", "Grade 1"), ("Grade 1", "Placed")]


def test_the_toml_narrows_what_is_promised() -> None:
    told = {"Candidate.status": ("Active -> Placed",)}
    walk = only_walk(agree(settings=integration(transitions=told)))
    assert [(one.name, one.statement) for one in walk.transitions] == [("Active → Placed", "worker-status:placed")]


@pytest.mark.parametrize(
    ("told", "code", "found", "meant"),
    [
        ({"Candidate.stats": ("Active -> Placed",)}, "transition-field", "Candidate.stats", "Candidate.status"),
        ({"Candidate.status": ("Active -> Plced",)}, "transition", '"Active -> Plced"', "Placed"),
        ({"Candidate.status": ("Active",)}, "transition", '"Active"', None),
        ({"Candidate.status": ("Active -> Active",)}, "transition", '"Active -> Active"', None),
    ],
)
def test_the_toml_names_what_there_is(
    told: dict[str, tuple[str, ...]], code: str, found: str, meant: str | None
) -> None:
    with pytest.raises(ScopeError) as raised:
        agree(settings=integration(transitions=told))
    [problem] = raised.value.problems
    assert (problem.code, problem.found, problem.did_you_mean) == (code, found, meant)
    assert problem.where.file == "scope/crm-app.toml"


def test_an_arrow_is_typed_or_drawn() -> None:
    assert parts("Active -> Placed") == parts("Active → Placed") == ("Active", "Placed")


ONLY_THOSE = WORKERS.replace(
    '| status is "DNU" | never reaches the app |', '| status is "Placed" | reaches the app |'
).replace(
    '      | kind is "temp"  | reaches the app       |\n      | anyone else     | reaches the app       |',
    "      | anyone else     | never reaches the app |",
)


def test_where_only_named_statuses_are_let_in_all_others_are_outside() -> None:
    walk = only_walk(agree(ONLY_THOSE))
    assert [one.name for one in walk.statuses if not one.outside] == ["Placed"]
