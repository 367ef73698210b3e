import pytest

from signoff.errors import Place
from signoff.gherkin.bindings import read_binding, split_parts

HERE = Place("f.feature", 3)


def test_the_whole_sentence_is_read() -> None:
    binding, problems = read_binding(
        'each Candidate is a worker, with their latest Placement by dateBegin where status is "Approved, or so", '
        "matched by external_id, then same email, then lastName and same phone, started in the app",
        HERE,
        "Temps",
    )
    assert problems == []
    assert binding is not None
    assert (binding.source, binding.target, binding.group) == ("Candidate", "worker", "Temps")
    assert (binding.linked_pick, binding.linked, binding.linked_by) == ("latest", "Placement", "dateBegin")
    assert binding.linked_where == 'status is "Approved, or so"'
    assert binding.matched == ("external_id", "same email", "lastName and same phone")
    assert binding.started == "app"


@pytest.mark.parametrize(
    ("text", "source", "target", "item_of", "started"),
    [
        ("each JobOrder is a job", "JobOrder", "job", "", "ats"),
        ("each Placement is an assignment", "Placement", "assignment", "", "ats"),
        ("each job order is a shift", "job order", "shift", "", "ats"),
        (
            "each item of Candidate.workHistory is a past job",
            "Candidate.workHistory",
            "past job",
            "Candidate.workHistory",
            "ats",
        ),
        ("each message is a note, started in the ATS", "message", "note", "", "ats"),
    ],
)
def test_short_forms(text: str, source: str, target: str, item_of: str, started: str) -> None:
    binding, _ = read_binding(text, HERE)
    assert binding is not None
    assert (binding.source, binding.target, binding.item_of, binding.started) == (source, target, item_of, started)


@pytest.mark.parametrize(
    ("text", "did_you_mean", "code"),
    [
        ("each Candidate becomes a worker", None, "binding"),
        ("each Candidate is a worker, mached by email", "matched by …", "binding"),
        ("each Candidate is a worker, with their newest Placement", None, "binding"),
        ("each Candidate is a worker, with their lates Placement", "with their latest …", "binding"),
        ("each Candidate is a worker, started in the ap", "started in the app", "binding"),
        ("each Candidate is a worker, started in either sytem", "started in either system", "binding"),
        ("each Candidate is a worker, then same email", None, "binding"),
    ],
)
def test_a_part_that_is_not_understood_is_named(text: str, did_you_mean: str | None, code: str) -> None:
    binding, [problem] = read_binding(text, HERE)
    assert binding is None
    assert (problem.did_you_mean, problem.code, problem.where) == (did_you_mean, code, HERE)


def test_commas_in_quotes_and_parentheses_do_not_separate() -> None:
    assert split_parts('a, (b, c), "d, e", `f, g`') == ["a", "(b, c)", '"d, e"', "`f, g`"]
