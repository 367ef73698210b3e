"""Which records belong together: the link, then the keys, then three unique values."""

from signoff.pairing import Paired, paired

Marks = dict[str, set[str]]


def pair(
    links: dict[str, str | None],
    received: dict[str, str | None],
    keys: set[tuple[str, str]] = frozenset(),  # type: ignore[assignment]  # never changed
    marks: Marks | None = None,
    theirs: Marks | None = None,
    before: dict[str, str] | None = None,
    next_key: set[tuple[str, str]] = frozenset(),  # type: ignore[assignment]  # never changed
) -> Paired:
    def marked(known: Marks | None, one: str) -> frozenset[tuple[str, str]]:
        return frozenset((mark[0], mark) for mark in (known or {}).get(one, ()))

    return paired(
        list(links),
        list(received),
        links.__getitem__,
        received.__getitem__,
        [lambda sender, receiver: (sender, receiver) in keys, lambda sender, receiver: (sender, receiver) in next_key],
        lambda one: marked(marks, one),
        lambda one: marked(theirs, one),
        (before or {}).get,
    )


def test_the_link_pairs_and_a_record_may_have_arrived_twice() -> None:
    found = pair({"1": "1", "2": "2"}, {"a": "1", "b": "1", "c": "9"})
    assert found.partners == {"1": ("a", "b")}
    assert found.strays == {"c"}
    assert found.loosely == frozenset()
    assert found.sender_of == {"a": "1", "b": "1"}


def test_a_key_pairs_what_the_link_left_over_and_only_loosely() -> None:
    found = pair({"1": "1", "2": "2"}, {"a": "1", "b": None}, {("2", "b"), ("2", "a")})
    assert found.partners == {"1": ("a",), "2": ("b",)}
    assert found.loosely == {"2"}
    assert found.strays == frozenset()


def test_a_sender_without_a_link_value_is_paired_by_key() -> None:
    assert pair({"1": None}, {"a": "x"}, {("1", "a")}).partners == {"1": ("a",)}


def test_whom_a_key_has_found_is_sought_by_no_later_one() -> None:
    found = pair({"1": None}, {"x": None, "y": None}, {("1", "x")}, next_key={("1", "y")})
    assert found.partners == {"1": ("x",)}
    assert found.known == {"1"}
    assert found.strays == {"y"}


def test_whoever_is_found_by_a_stronger_key_is_nobody_elses_by_a_weaker_one() -> None:
    found = pair({"1": None, "2": None}, {"x": None, "y": None}, {("2", "x")}, next_key={("1", "x"), ("1", "y")})
    assert found.partners == {"2": ("x",), "1": ("y",)}
    assert found.known == {"1", "2"}


def test_three_unique_values_pair_and_two_do_not() -> None:
    three = {"1": {"a1", "b1", "c1", "d1"}}
    assert pair({"1": "1"}, {"x": None}, marks=three, theirs={"x": {"a1", "b1", "c1"}}).partners == {"1": ("x",)}
    assert pair({"1": "1"}, {"x": None}, marks=three, theirs={"x": {"a1", "b1", "c2"}}).partners == {}


def test_no_candidate_stands_out_and_so_nobody_is_paired() -> None:
    same: Marks = {"1": {"a1", "b1", "c1"}, "x": {"a1", "b1", "c1"}, "y": {"a1", "b1", "c1"}}
    found = pair({"1": "1"}, {"x": None, "y": None}, marks=same, theirs=same)
    assert not found.partners
    assert found.strays == {"x", "y"}


def test_values_that_others_have_too_pair_when_nearly_all_of_them_agree() -> None:
    shared: Marks = {"1": {"a1", "b1", "c1", "d1"}, "2": {"a2", "b1", "c2", "d1"}}
    theirs: Marks = {"x": {"a1", "b1", "c1", "d9"}, "o": {"a1", "c1", "b1"}, "y": {"a2", "b1", "c2", "d1"}}
    found = pair({"1": None, "2": None, "3": "3"}, {"x": None, "o": "3", "y": None}, marks=shared, theirs=theirs)
    assert found.partners == {"3": ("o",), "1": ("x",), "2": ("y",)}
    assert found.loosely == {"1", "2"}


def test_of_two_who_are_all_alike_neither_is_paired() -> None:
    marks: Marks = {"1": {"a1", "b1", "c1"}, "2": {"a1", "b1", "c1"}}
    found = pair({"1": None, "2": None}, {"x": None, "y": None}, marks=marks, theirs={"x": marks["1"], "y": marks["1"]})
    assert not found.partners


def test_the_best_of_several_candidates_is_taken_once() -> None:
    marks: Marks = {"1": {"a1", "b1", "c1", "d1"}, "2": {"a2", "b2", "c2"}}
    theirs: Marks = {"x": {"a1", "b1", "c1", "d1"}, "y": {"a2", "b2", "c2"}}
    found = pair({"1": "1", "2": "2"}, {"x": None, "y": None}, marks=marks, theirs=theirs)
    assert found.partners == {"1": ("x",), "2": ("y",)}
    assert found.loosely == {"1", "2"}


def test_nobody_takes_a_partner_that_another_had_before() -> None:
    marks: Marks = {"1": {"a2", "b2", "c2"}, "2": {"a9", "b9", "c9"}}
    theirs: Marks = {"y": {"a2", "b2", "c2"}}
    found = pair({"1": "1", "2": "2"}, {"y": "2.0"}, marks=marks, theirs=theirs, before={"2": "y"})
    assert found.partners == {"2": ("y",)}


def test_a_key_comes_before_marks_whoever_stands_first() -> None:
    marks: Marks = {"1": {"a2", "b2", "c2"}}
    found = pair({"1": "1", "2": "2"}, {"y": None}, {("2", "y")}, marks, {"y": {"a2", "b2", "c2"}})
    assert found.partners == {"2": ("y",)}


def test_the_closest_takes_its_partner_whoever_stands_first() -> None:
    marks: Marks = {"1": {"a2", "b2", "c2"}, "2": {"a2", "b2", "c2", "d2", "e2"}}
    theirs: Marks = {"y": {"a2", "b2", "c2", "d2", "e2"}}
    found = pair({"1": "1", "2": "2"}, {"y": "2.0"}, marks=marks, theirs=theirs)
    assert found.partners == {"2": ("y",)}
