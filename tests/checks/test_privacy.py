"""Never rows: the value in any dress, in any place; and the silence of a record of which it alone changes."""

import base64
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from stories import CHANGES, WORKERS, Story, agree, failed, judged, not_exercised, ssn

from signoff.checks.leaks import Canary, Search, Views, forms_of, views
from signoff.history import NamedFailure, Run
from signoff.schema import Side, Type
from signoff.verdict import Outcome

SSN = ssn(101)
DIGITS = SSN.replace("-", "")
NEVER = "worker.ssn:never"


def asking(side: Side | None, url: str = "https://app.example.com/workers", body: Any = b"", **more: Any) -> Story:
    def act(story: Story, run: int) -> None:
        if run == 2:
            story.ask(side, "POST", url, body if isinstance(body, bytes) else json.dumps(body).encode(), **more)

    return Story(after=act)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


LEAKS: list[tuple[str, Story]] = [
    ("as it is", asking(Side.APP, body={"note": SSN})),
    ("in a longer text", asking(Side.APP, body={"note": f"SSN: {SSN}."})),
    ("nested in a list", asking(Side.APP, body={"a": [{"b": {"c": SSN}}]})),
    ("as a key", asking(Side.APP, body={SSN: 1})),
    ("without separators", asking(Side.APP, body={"note": DIGITS})),
    ("as a number", asking(Side.APP, body={"note": int(DIGITS)})),
    ("with other separators", asking(Side.APP, body={"note": SSN.replace("-", " ")})),
    ("JSON escapes", asking(Side.APP, body=('{"note": "' + "".join(f"\\u{ord(c):04x}" for c in SSN) + '"}').encode())),
    ("HTML entities", asking(Side.APP, body={"note": "".join(f"&#{ord(c)};" for c in SSN)})),
    ("in the query", asking(Side.APP, f"https://app.example.com/workers?ssn={SSN}")),
    ("percent-encoded", asking(Side.APP, "https://app.example.com/w?x=" + "".join(f"%{ord(c):02X}" for c in SSN))),
    ("in the path", asking(Side.APP, f"https://app.example.com/files/{SSN}.pdf")),
    ("in a header", asking(Side.APP, request_headers=(("X-Note", SSN),))),
    ("in a form", asking(Side.APP, body=f"name=a&note={quote(SSN)}".encode())),
    ("base64", asking(Side.APP, body={"file": b64(SSN)})),
    ("base64 at the second alignment", asking(Side.APP, body={"file": b64("x" + SSN + " and more")})),
    ("base64 at the third alignment", asking(Side.APP, body={"file": b64("xy" + SSN + " and more")})),
    ("base64 of signs that are no letters", asking(Side.APP, body={"file": b64("~~~>>>???" + SSN)})),
    (
        "base64 for addresses",
        asking(Side.APP, "https://app.example.com/f/" + b64("?x>" + SSN).translate({43: 45, 47: 95})),
    ),
    ("to another host", asking(None, f"https://logs.example.net/?q={SSN}")),
    ("printed", Story(told=lambda run: replace(run, printed=f"created {SSN}" if run.number == 4 else ""))),
]


@pytest.mark.parametrize("story", [one[1] for one in LEAKS], ids=[one[0] for one in LEAKS])
def test_a_leak_is_found_in_every_dress(story: Story) -> None:
    verdicts = judged(story)
    # To ask a third host at all is a fault of its own, whatever was sent there.
    assert failed(verdicts) - {"connector:finishes"} == {NEVER}
    shown = verdicts[NEVER].counterexample
    assert shown is not None
    assert shown.record == "Candidate 101"
    assert SSN not in repr(verdicts[NEVER])
    assert DIGITS not in repr(verdicts[NEVER])


def test_where_it_was_found_is_told() -> None:
    shown = judged(asking(None, f"https://logs.example.net/in?q={SSN}"))[NEVER].counterexample
    assert shown is not None
    assert shown.found == "in what was sent to another host: run 2: POST /in (value masked)"
    assert shown.phase == "after the first sync"
    printed = judged(Story(told=lambda run: replace(run, printed=SSN if run.number == 4 else "")))[NEVER].counterexample
    assert printed is not None
    assert printed.found == "in what run 4 printed or logged (value masked)"


@pytest.mark.parametrize(
    "said",
    [
        {"failed": (NamedFailure("ats", "Candidate", "115", f"no name, ssn {SSN}"),)},
        {"failed": (NamedFailure("ats", "Candidate", SSN, "no name"),)},
        {"reported": (NamedFailure("ats", "Candidate", "101", f"ssn {SSN}"),)},
        {"crashed": f"ValueError: {SSN}", "ok": None},
        {"left": (f"sender of {SSN}",)},
    ],
)
def test_a_result_is_searched_too(said: dict[str, Any]) -> None:
    def told(run: Run) -> Run:
        more = {"failed": (*run.failed, *said["failed"])} if "failed" in said else said
        return replace(run, **more) if run.number == 4 else run

    verdicts = judged(Story(told=told))
    assert NEVER in failed(verdicts)
    shown = verdicts[NEVER].counterexample
    assert shown is not None
    assert shown.found == "in what run 4 said in its result (value masked)"
    assert SSN not in repr([one.findings for one in verdicts.values()])


def test_the_value_may_go_to_its_own_system() -> None:
    assert failed(judged(asking(Side.ATS, f"https://ats.example.com/search?ssn={SSN}"))) == set()


def test_what_the_harness_asks_is_no_leak() -> None:
    def act(story: Story, run: int) -> None:
        story.run = 0
        story.ask(Side.APP, "GET", f"https://app.example.com/?q={SSN}")
        story.run = run

    assert failed(judged(Story(after=act))) == set()


def test_a_value_like_another_record_s_is_its_own_finding() -> None:
    def told(run: Run) -> Run:
        return replace(run, printed=f"{ssn(101)} {ssn(102)}")

    found = judged(Story(told=told))[NEVER].findings
    assert sorted(one.counterexample.record for one in found) == ["Candidate 101", "Candidate 102"]


def test_a_protected_field_alone_must_change_nothing_that_is_sent() -> None:
    def act(story: Story, run: int) -> None:
        if run == 4:
            story.write(Side.APP, "Worker", "w110", {"phone": "(312) 555-0110"})

    verdicts = judged(Story(after=act))
    assert failed(verdicts) == {NEVER}
    shown = verdicts[NEVER].counterexample
    assert shown is not None
    assert shown.expected == "no value about the record changes when ssn alone changes"


def test_sending_again_what_stands_there_is_no_finding() -> None:
    def act(story: Story, run: int) -> None:
        if run == 4:
            story.write(Side.APP, "Worker", "w110", {"first_name": "Jon", "nickname": None})

    assert failed(judged(Story(after=act))) == set()


def test_the_silence_must_have_been_tried() -> None:
    without = {label: tuple(one for one in edits if "ssn" not in one[3]) for label, edits in CHANGES.items()}
    verdict = judged(Story(edits=without))[NEVER]
    assert verdict.outcome is Outcome.NOT_EXERCISED
    assert verdict.would_exercise == "a delivered record of which only protected fields change"


def test_a_record_that_did_not_arrive_cannot_be_silent() -> None:
    verdicts = judged(Story(lambda errand: None if errand.id == 110 else errand.wanted))
    assert failed(verdicts) == {"worker:arrive"}
    assert not_exercised(verdicts) == {NEVER: ("worker:arrive",)}


def test_a_value_too_small_to_be_unique_is_judged_by_the_silence_alone() -> None:
    small = {**CHANGES, "first": (*CHANGES["first"], (Side.ATS, "Candidate", "102", {"kind": "perm."}))}
    agreement = agree(WORKERS.replace("| ssn       | never |", "| kind      | never |"))
    verdict = judged(Story(edits=small), agreement)["worker.kind:never"]
    assert verdict.outcome is Outcome.VERIFIED
    assert dict(verdict.exercised) == {"changed alone": 1}


def test_the_forms_of_a_date() -> None:
    # 9 July 1984, midnight UTC, is second 458179200 of the epoch.
    assert forms_of("1984-07-09", date(1984, 7, 9)) == {
        "1984-07-09",
        "19840709",
        "07/09/1984",
        "09/07/1984",
        "09.07.1984",
        "7/9/1984",
        "july 9, 1984",
        "458179200",
        "458179200000",
    }


@pytest.mark.parametrize("raw", [None, True, False, "short", "1234567", 1234567, Decimal("12.5"), {"a": "long enough"}])
def test_values_without_a_form(raw: Any) -> None:
    assert forms_of(raw) == frozenset()


def test_numbers_and_case_and_separators() -> None:
    assert forms_of(123456789) == {"123456789"}
    assert forms_of(" Quiet-WORD 77 ") == {"quiet-word 77", "quietword77"}


def test_broken_json_and_broken_base64_are_read_as_text() -> None:
    search = Search([Canary("x", frozenset({"912-75-1101"}))])
    assert [one.key for one in search.found_in('{"broken": 912-75-1101')] == ["x"]
    assert search.found_in("A" * 13) == frozenset()
    assert search.found_in("912-75-110") == frozenset()
    assert Search([]).found_in("912-75-1101") == frozenset()
    assert "abc" in list(views("ABC"))


def test_a_protected_value_stands_in_no_counterexample_of_any_statement() -> None:
    def act(story: Story, run: int) -> None:
        if run == 4:
            story.write(Side.APP, "Worker", "w101", {"nickname": f"Ana ({SSN})", "first_name": b64(SSN)})

    def told(run: Run) -> Run:
        crashed = f"ValueError: cannot read {SSN} (sync.py:7)"
        return replace(run, crashed=crashed, ok=None, failed=(), printed=f"a\nssn {DIGITS}") if run.number == 4 else run

    verdicts = judged(Story(after=act, told=told))
    assert failed(verdicts) == {NEVER, "worker:outside", "worker.first_name", "connector:finishes"}
    said = repr([one.findings for one in verdicts.values()])
    assert (SSN in said, DIGITS in said, b64(SSN) in said) == (False, False, False)
    crash = verdicts["connector:finishes"].counterexample
    outside = verdicts["worker:outside"].counterexample
    assert crash is not None
    assert outside is not None
    assert crash.found == "ValueError: cannot read ••• (sync.py:7)"
    assert crash.note == "its last words: ssn •••"
    assert outside.found == 'nickname was sent as "Ana (•••)"'


def test_a_protected_date_is_searched_for_as_people_and_machines_write_it() -> None:
    from dataclasses import replace as changed

    from stories import app_schema, ats_schema

    schema = ats_schema()
    whole = schema.entities["Candidate"]
    born = changed(whole.fields["kind"], path="kind", type=Type.DATE)
    entities = {**schema.entities, "Candidate": changed(whole, fields={**whole.fields, "kind": born})}
    text = WORKERS.replace("| ssn       | never |", "| kind      | never |").replace(
        'kind is "temp"  |', "kind is blank   |"
    )
    agreement = agree(text, known={Side.ATS: changed(schema, entities=entities), Side.APP: app_schema()})
    edits = {**CHANGES, "first": (*CHANGES["first"], (Side.ATS, "Candidate", "101", {"kind": "1984-07-09"}))}
    for written in ("07/09/1984", "458179200", "July 9, 1984", "19840709"):

        def act(story: Story, run: int, written: str = written) -> None:
            if run == 5:
                story.ask(Side.APP, "POST", "https://app.example.com/notes", f'{{"note": "born {written}."}}'.encode())

        assert failed(judged(Story(after=act, edits=edits), agreement)) >= {"worker.kind:never"}
    assert "worker.kind:never" not in failed(judged(Story(edits=edits), agreement))


def test_two_values_side_by_side_make_no_third() -> None:
    born = Canary("born", forms_of(282268800000, date(1978, 12, 12)))
    assert Search([born]).found_in('{"other_phones": ["+17027701978", "+12126373868"]}') == frozenset()
    assert Search([born]).found_in('{"about": "1978 12 12"}') == frozenset({born})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"phone": "+12067552005"}', False),
        ('{"born": 206755200}', True),
        ('{"born": "206755200000"}', True),
        ('{"note": "born 1976-07-21, in Peoria"}', True),
        ('{"note": "born19760721x"}', True),
        ('{"serial": "8197607215"}', False),
    ],
)
def test_a_day_in_digits_is_no_part_of_a_longer_number(text: str, found: bool) -> None:
    born = Canary("born", forms_of(206755200000, date(1976, 7, 21)), alone=True)
    assert bool(Search([born]).found_in(text)) is found


@pytest.mark.parametrize("depth", [900, 100_000])
def test_a_text_nested_deeper_than_anybody_reads_is_searched_all_the_same(depth: int) -> None:
    name = Canary("name", frozenset({"quartermaine"}))
    assert Search([name]).found_in("[" * depth + '"Quartermaine"' + "]" * depth) == frozenset({name})


def test_searches_that_share_their_views_find_the_same_as_each_alone() -> None:
    texts = [
        '{"a": "912-75-1101"}',
        f"t={base64.b64encode(b'Quartermaine').decode()}",
        "Quartermaine 912751101",
        "none",
    ]
    canaries = [Canary("number", frozenset({"912751101"})), Canary("name", frozenset({"quartermaine"}))]
    shared = Views()
    searches = [Search([one], shared) for one in canaries]
    for text in (*texts, *texts):
        found = [one.found_in(text, again=True) for one in searches]
        assert found == [Search([one]).found_in(text) for one in canaries]
    assert [bool(one.plain_in(texts[1])) for one in searches] == [False, False]
    assert [bool(one.plain_in(texts[2])) for one in searches] == [True, True]
