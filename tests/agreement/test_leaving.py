"""What becomes of those who leave a population is an open question of its binding until somebody says it."""

from matters import changed, with_field
from stories import ASSIGNMENTS, TODAY, WORKERS, agree, judged

from signoff.agreement.statement import Kind
from signoff.schema import Side
from signoff.verdict import Outcome

LIFE = """
  @lifecycle
  Scenario Outline: <when> <then>
    When the connector has been rehearsed
    Then this row of the lifecycle holds

    Examples: Who goes
      | when                              | then                  |
      | a candidate leaves the population | the worker is removed |
"""
OFF = """
  @exceptions
  Scenario Outline: <statement> is <agreed>
    Then this row holds

    Examples: Agreed
      | statement      | agreed       | reason                 |
      | worker:leaving | switched off | nobody leaves, says HR |
"""


def test_it_is_a_question_of_the_binding_at_the_row_that_lets_them_out() -> None:
    asked = agree().statement("worker:leaving")
    assert asked is not None
    assert (asked.kind, asked.story, asked.line) == (Kind.BINDING, "Every worker", 39)
    assert asked.title == "what becomes of a worker whose Candidate leaves the population"
    assert asked.open_question == 'what becomes of a worker in Shiftline whose Candidate comes to `status is "DNU"`?'
    names = [one.id for one in agree().statements]
    assert names[names.index("worker:leaving") - 1] == "worker:held"


def test_its_verdict_is_open_whatever_the_connector_does() -> None:
    assert judged()["worker:leaving"].outcome is Outcome.OPEN


def test_a_lifecycle_row_answers_it() -> None:
    assert agree(WORKERS + LIFE).statement("worker:leaving") is None


def test_nobody_asks_where_nobody_can_leave() -> None:
    for_good = with_field(Side.ATS, "Candidate", "status", create_only=True)
    text = changed('      | kind is "temp"  | reaches the app       |\n', "")
    assert agree(text, known=for_good).statement("worker:leaving") is None
    # An assignment has no population, so that everybody is in scope for good.
    assert "@population" not in ASSIGNMENTS
    assert agree().statement("assignment:leaving") is None


def test_it_can_be_switched_off_like_any_statement() -> None:
    agreement = agree(WORKERS + OFF, today=TODAY)
    asked = agreement.statement("worker:leaving")
    assert asked is not None
    assert asked.switched_off == "nobody leaves, says HR"


def test_its_hash_moves_with_the_population_and_not_with_the_chart() -> None:
    before = agree().statement("worker:leaving")
    renamed = agree(WORKERS.replace("same phone ", "same text  ")).statement("worker:leaving")
    other = agree(changed('| kind is "temp"  |', '| kind is "perm"  |')).statement("worker:leaving")
    assert before is not None
    assert renamed is not None
    assert other is not None
    assert before.hash == renamed.hash
    assert before.hash != other.hash
