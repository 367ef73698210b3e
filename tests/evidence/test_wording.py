from __future__ import annotations

import unicodedata

import pytest

from signoff.evidence.wording import WORDS, difference, paths_sentence, quoted, shortened, visible
from signoff.verdict import PATHS, Outcome, Verdict


@pytest.mark.parametrize(
    "text, against, shown",
    [
        ("12\u00a0Main", "", "12<NBSP>Main"),
        ("a\tb\nc", "", "a<TAB>b<NEWLINE>c"),
        ("\u200bx\ufeff", "", "<ZERO WIDTH SPACE>x<BOM>"),
        ("Zoe\u0308", "Zoë", "Zoe<COMBINING DIAERESIS>"),
        ("Zoë", "Zoe\u0308", "Zoë"),
        ("قَلَم", "", "قَلَم"),  # vowel marks have no composed letter: they are the text
        ("🧑🏽‍🔧", "", "🧑🏽‍🔧"),
        ("🧑🏽‍🔧", "🧑🏽🔧", "🧑🏽<ZWJ>🔧"),
        ("\u202eabc", "", "<RIGHT-TO-LEFT OVERRIDE>abc"),
        ("\x07", "", "<U+0007>"),
    ],
)
def test_what_nobody_can_see_is_named(text: str, against: str, shown: str) -> None:
    assert visible(text, against) == shown


@pytest.mark.parametrize("text, shown", [("", '""'), (" a", '" a"'), ("a ", '"a "'), ("a b", "a b"), ('"a "', '"a "')])
def test_quotes_stand_where_the_ends_would_not_show(text: str, shown: str) -> None:
    assert quoted(text) == shown


def test_the_paths_of_a_population_row_are_counted() -> None:
    several = ({"path": "poll", "records": 9}, {"path": "event", "records": 3}, {"path": "on demand", "records": 0})
    verdict = Verdict("worker:who:anyone-else", Outcome.VERIFIED, facts={PATHS: several})
    assert paths_sentence(verdict) == "records: 9 by poll, 3 by event, none on demand"
    assert paths_sentence(Verdict("worker.phone", Outcome.VERIFIED)) == ""


def test_a_difference_is_marked_on_both_sides() -> None:
    assert difference("2026-03-08", "2026-03-07") == (
        (("2026-03-0", False), ("8", True)),
        (("2026-03-0", False), ("7", True)),
    )


def test_texts_with_little_in_common_are_not_marked() -> None:
    assert difference("Placed", "0") == ((("Placed", False),), (("0", False),))


def test_an_empty_text_is_shown_in_quotes() -> None:
    assert difference("Maria", "") == ((("Maria", False),), (('""', False),))


def test_quotes_around_one_of_them_are_no_difference() -> None:
    expected, found = difference("2026-01-02", '"2026-01-01"')
    assert expected == (("2026-01-0", False), ("2", True))
    assert found == (('"', False), ("2026-01-0", False), ("1", True), ('"', False))
    assert difference('"b c"', "b d") == (
        (('"', False), ("b ", False), ("c", True), ('"', False)),
        (("b ", False), ("d", True)),
    )


def test_what_both_say_of_the_system_does_not_make_two_values_alike() -> None:
    expected, found = difference('"Placed" in Bullhorn', '"Active" in Bullhorn')
    assert not any(differs for _, differs in (*expected, *found))
    assert difference("+13125550101 in Shiftline", "+13125550109 in Shiftline")[1] == (
        ("+1312555010", False),
        ("9", True),
        (" in Shiftline", False),
    )


def test_two_addresses_at_one_domain_are_not_marked_all_over() -> None:
    first, second = "maria.lopez@example.com", "j.nguyen@example.com"
    assert difference(first, second) == (((first, False),), ((second, False),))


def test_both_sides_get_quotes_and_the_quotes_are_no_difference() -> None:
    expected, found = difference("Main St", "Main St ")
    assert expected == (('"', False), ("Main St", False), ('"', False))
    assert found == (('"', False), ("Main St", False), (" ", True), ('"', False))


def test_normal_forms_that_look_alike_are_told_apart() -> None:
    composed = "Nguyễn"
    expected, found = difference(composed, unicodedata.normalize("NFD", composed))
    assert "".join(text for text, _ in expected) == "Nguyễn"
    assert "<COMBINING TILDE>" in "".join(text for text, _ in found)


def test_every_verdict_has_a_word_and_a_sign_of_its_own() -> None:
    assert set(WORDS) == set(Outcome)
    for attribute in ("name", "icon", "plain", "slug", "paper"):
        assert len({getattr(word, attribute) for word in WORDS.values()}) == 7, attribute


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_ink_on_paper_keeps_the_contrast_that_wcag_asks_for() -> None:
    for word in WORDS.values():
        light, dark = _luminance(word.paper), _luminance(word.ink)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, word.name


def test_shortened_texts_say_that_they_go_on() -> None:
    assert shortened("a b\n c", 10) == "a b c"
    assert shortened("abcdef", 4) == "abc…"
