"""How a mistake is told: where, what was expected, what was found, the nearest thing, how to go on."""

import pytest

from signoff.errors import Blocked, Place, Problem, ScopeError, SignoffError, nearest


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place("a.feature"), "a.feature"),
        (Place("a.feature", 7), "a.feature:7"),
        (Place("a.feature", 7, column=3), "a.feature:7:3"),
        (Place("a.feature", column=3), "a.feature"),
        (Place("a.feature", 7, "x -> y", "rule"), 'a.feature:7, row "x -> y", cell "rule"'),
        (Place("scope/x.toml", cell="[types]"), 'scope/x.toml, cell "[types]"'),
    ],
)
def test_a_place_in_words(place: Place, words: str) -> None:
    assert str(place) == words


def test_a_problem_is_told_in_the_order_in_which_it_is_read() -> None:
    problem = Problem(Place("a.feature", 7), "a rule", '"same fone"', "same phone", "Correct the cell.")
    assert str(problem).splitlines() == [
        "a.feature:7",
        "  expected: a rule",
        '  found:    "same fone"',
        "  did you mean: same phone",
        "  Correct the cell.",
    ]
    assert str(Problem(Place("a"), "b", "c")).splitlines() == ["a", "  expected: b", "  found:    c"]


def test_an_error_carries_one_problem_or_many() -> None:
    one, two = Problem(Place("a"), "b", "c"), Problem(Place("d"), "e", "f")
    assert ScopeError(one).problems == (one,)
    assert str(Blocked([one, two])) == f"{one}\n\n{two}"
    assert issubclass(ScopeError, SignoffError)
    assert not issubclass(Blocked, ScopeError)


@pytest.mark.parametrize(
    ("word", "found"),
    [("fone", "Phone"), ("PHONE", "Phone"), ("state", "State"), ("xyz", None), ("", None)],
)
def test_the_nearest_word_ignores_case(word: str, found: str | None) -> None:
    assert nearest(word, ["Phone", "State", "City"]) == found
