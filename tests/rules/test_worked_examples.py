"""Every worked example of the reference holds, every phrase has enough of them, and near-misses are judged wrong."""

from __future__ import annotations

import pytest

from signoff.expressions import phrases
from signoff.expressions.grammar import squeezed
from signoff.rules.reference import markdown
from signoff.rules.registry import MODIFIERS, PHRASES, Example
from signoff.rules.results import Value
from signoff.rules.worked import examples, work_out, wrong

EXAMPLES = list(examples())
NAMES = [f"{key}: {example.rule}" for key, example in EXAMPLES]


@pytest.mark.parametrize(("key", "example"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_a_worked_example_holds(key: str, example: Example) -> None:
    assert wrong(example) == "", f"{key}: {example.rule} of {dict(example.given)}"


@pytest.mark.parametrize(("key", "example"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_its_near_misses_are_judged_wrong(key: str, example: Example) -> None:
    done = work_out(example)
    for near in done.rule.near_misses(done.result):
        assert not done.rule.agrees(done.result, near, done.context), f"{key}: {near!r} of {example.rule}"


@pytest.mark.parametrize(("key", "example"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_the_value_it_would_write_agrees_with_itself(key: str, example: Example) -> None:
    done = work_out(example)
    if isinstance(done.result, Value):
        assert done.rule.agrees(done.result, done.rule.raw(done.result), done.context), example.rule


def test_every_value_has_near_misses() -> None:
    lacking = []
    for _, example in EXAMPLES:
        done = work_out(example)
        if isinstance(done.result, Value) and not done.rule.near_misses(done.result):
            lacking.append(example.rule)
    assert lacking == []


@pytest.mark.parametrize("key", sorted(PHRASES))
def test_a_phrase_has_five_examples_with_sources(key: str) -> None:
    phrase = PHRASES[key]
    assert len(phrase.examples) >= 5
    assert all(example.source.address.startswith("http") for example in phrase.examples)
    assert phrase.computes.endswith(".")
    assert phrase.near
    assert phrase.inverts


@pytest.mark.parametrize("key", sorted(key for key, one in MODIFIERS.items() if not one.not_yet))
def test_a_modifier_has_five_examples(key: str) -> None:
    assert len(MODIFIERS[key].examples) >= 5


def test_every_phrase_of_the_grammar_is_registered() -> None:
    shapes = {squeezed(phrase.shape) for phrase in PHRASES.values()} | {
        squeezed(modifier.shape).split(", else")[0] for modifier in MODIFIERS.values()
    }
    known = {
        "the entity with the same field", "the first one where condition", "the latest one by field where condition",
        "only when condition, else blank", "must already exist in the ats", "must already exist by name or external id",
    }  # fmt: skip
    missing = []
    for phrase in phrases.STEPS + phrases.MODIFIERS:
        if squeezed(phrase) not in shapes and squeezed(phrase) not in known:
            missing.append(phrase)
    assert missing == []


def test_examples_do_not_repeat() -> None:
    seen = [
        (
            key,
            example.rule,
            repr(example.given),
            repr(example.options),
            repr(example.types),
            example.target,
            repr(example.gives),
        )
        for key, example in EXAMPLES
    ]
    assert len(seen) == len(set(seen))


def test_the_reference_shows_every_phrase_and_example() -> None:
    text = markdown()
    for phrase in PHRASES.values():
        assert f"### `{phrase.shape}`" in text
    for modifier in MODIFIERS.values():
        assert f"### `{modifier.shape}`" in text
    assert text.count("\n| `") >= len(EXAMPLES)
    assert "[Bullhorn KB: permanent placement fee](https://kb.bullhorn.com/" in text
