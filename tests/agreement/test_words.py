"""Which words mean which entity."""

import pytest
from stories import integration

from signoff.agreement.words import all_words, meant, plural, split_at_capitals
from signoff.errors import Place, ScopeError
from signoff.schema import Side
from signoff.scope import EntitySettings

PLACE = Place("features/x.feature", 3)


@pytest.mark.parametrize(
    ("word", "many"),
    [("worker", "workers"), ("company", "companies"), ("day", "days"), ("class", "classes"), ("branch", "branches")],
)
def test_the_regular_plural(word: str, many: str) -> None:
    assert plural(word) == many


def test_names_are_split_at_capitals_and_underscores() -> None:
    assert split_at_capitals("ClientCorporation") == "client corporation"
    assert split_at_capitals("past_job") == "past job"


def test_both_names_their_parts_and_plurals_and_the_toml_s_own_words() -> None:
    entities = {
        "worksite": EntitySettings("worksite", "ClientCorporation", "Worksite", words=("client",)),
        "past_job": EntitySettings("past_job", "Candidate", "PastJob"),
    }
    words = all_words(integration(entities=entities))
    for word in ("clientcorporation", "client corporation", "client corporations", "worksite", "worksites", "clients"):
        assert words[word] == "worksite"
    for word in ("candidate", "past job", "past jobs", "past_job", "pastjob"):
        assert words[word] == "past_job"


@pytest.mark.parametrize(
    ("source", "target", "name", "side"),
    [
        ("Candidate", "worker", "worker", Side.ATS),
        ("worker", "candidate", "worker", Side.APP),
        ("PLACEMENT", "assignments", "assignment", Side.ATS),
    ],
)
def test_the_first_word_says_the_sending_side(source: str, target: str, name: str, side: Side) -> None:
    entity, found = meant(integration(), source, target, PLACE)
    assert (entity.name, found) == (name, side)


def test_two_words_of_one_side_or_an_unknown_word_are_an_error_in_full() -> None:
    with pytest.raises(ScopeError) as caught:
        meant(integration(), "Candidate", "wroker", PLACE)
    assert str(caught.value) == (
        "features/x.feature:3\n"
        "  expected: two names of one entity of the toml, one on each side: Candidate and worker, "
        "Placement and assignment\n"
        "  found:    `Candidate` and `wroker`\n"
        "  did you mean: worker\n"
        "  Add an [entities.…] table to scope/crm-app.toml, or use its words."
    )
    with pytest.raises(ScopeError):
        meant(integration(), "Candidate", "Placement", PLACE)
