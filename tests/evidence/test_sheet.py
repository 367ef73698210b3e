from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import evidence_cases as cases
import pytest

from signoff.checks.workflow import because_of
from signoff.evidence.acceptance import Acceptance
from signoff.evidence.sheet import index, sheet
from signoff.verdict import PATHS, Outcome, Verdict

VOID = {"meta", "br", "hr", "img", "input", "link", "wbr"}


class Page(HTMLParser):
    """Read a page strictly: every element closed, texts and attributes kept."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.cells: list[tuple[str, ...]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["style"], ["title"]) and data.strip():
            self.texts.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.texts))


def test_the_first_line_is_the_decision() -> None:
    page = Page(sheet(cases.every_verdict()))
    assert page.text.startswith(
        "Sign-off sheet Bullhorn and Shiftline ✗ Refused: 2 failed, 1 blocked, 1 not exercised (gate: normal)."
    )


@pytest.mark.parametrize("word", ["Tried N times", "by poll", "by event", "on demand", "Would have been seen"])
def test_the_words_of_a_green_row_are_explained(word: str) -> None:
    html = sheet(cases.accepted())
    assert f"<i>{word}</i>" in html.partition("<h2>What the verdicts mean</h2>")[2].partition("</section>")[0]


def test_a_long_id_may_be_broken_behind_dots_and_dashes_only() -> None:
    long = replace(cases.WHO, id="scenario:moves-house<b>.again_twice", open_question="when?")
    verdict = cases.Verdict(long.id, cases.Outcome.OPEN)
    html = sheet(
        cases.every_verdict(statements=(*cases.STATEMENTS, long), verdicts={**cases.verdicts(), long.id: verdict})
    )
    whole = "scenario:<wbr>moves-<wbr>house&lt;b&gt;.<wbr>again_<wbr>twice"
    # In its table, and among the open matters.
    assert html.count(f'<span class="id">{whole}</span>') == 2
    assert '<span class="id">worker.available_on</span>' in html


@pytest.mark.parametrize("acceptance", [cases.every_verdict(), cases.accepted(), cases.selected()])
def test_a_page_needs_nothing_but_itself(acceptance: Acceptance) -> None:
    html = sheet(acceptance)
    page = Page(html)
    assert {tag for tag, _ in page.tags} & {"script", "img", "link", "iframe", "object", "form"} == set()
    assert not [one for _, attributes in page.tags for one in attributes if one.startswith("on")]
    # The tables lie beside the sheet; mailed alone, it still says everything that is signed.
    links = {attributes["href"] for tag, attributes in page.tags if tag == "a"}
    assert {one for one in links if not one.startswith("#")} == {"coverage.csv", "unmentioned.csv"}
    assert not re.search(r"https?:|url\(|@import|@font-face", html)
    anchors = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(anchors) == len(set(anchors))
    assert {one[1:] for one in links if one.startswith("#")} <= set(anchors)


def test_every_row_keeps_the_author_s_headings_and_cells_and_gets_its_verdict() -> None:
    html = sheet(cases.every_verdict())
    text = Page(html).text
    assert "Bullhorn field flow Shiftline field rule note Verdict" in text
    assert "Bullhorn status Shiftline status why Verdict" in text
    assert "dateAvailable -> available_on same date a day, wherever the phone is ✗ failed worker.available_on" in text
    assert "every candidate in scope arrives Every candidate in scope and not held back is a worker" in text
    assert "✓ verified tried 48 times worker:arrive" in text
    assert "✓ verified tried 1 time worker.external_id" in text
    assert "✓ verified tried 1,234 times worker.phone" in text
    for one in cases.STATEMENTS:
        assert f'<span class="id">{one.id}</span></td>' in html


def test_a_population_row_says_by_which_paths_it_was_tried() -> None:
    several = ({"path": "poll", "records": 9}, {"path": "event", "records": 3}, {"path": "on demand", "records": 0})
    known = cases.verdicts()
    known[cases.ARRIVE.id] = replace(known[cases.ARRIVE.id], facts={PATHS: several})
    text = Page(sheet(cases.every_verdict(verdicts=known))).text
    assert "✓ verified tried 48 times; records: 9 by poll, 3 by event, none on demand worker:arrive" in text


def test_the_counterexample_stands_right_below_its_row() -> None:
    text = Page(sheet(cases.every_verdict())).text
    start = text.index("✗ failed worker.available_on")
    assert text[start:].startswith(
        "✗ failed worker.available_on available_on: same date Record Candidate 17, Zoë O'Brien "
        "Given dateAvailable = 1772928000000 Expected 2026-03-0 8 Found 2026-03-0 7 When after the first sync "
        "Kind of finding wrong value Smallest case It also fails alone. Exchange POST /workers → 201 "
        '{"external_id": "17", "available_on": "2026-03-07"} To see it again pytest '
        "--replay reports/bullhorn-shiftline/counterexamples/worker.available_on.json In the whole run pytest "
        '"features/bullhorn-shiftline/workers.feature::worker.available_on" --seed 20260311 '
        "features/bullhorn-shiftline/workers.feature:22 · must · owner dana · ticket NS-12 · why: a day"
    )


def test_the_smallest_case_is_told_below_the_counterexample() -> None:
    text = Page(sheet(cases.small())).text
    assert (
        "Smallest case It also fails alone. The whole case Bullhorn: Candidate Maria Lopez has dateAvailable 2026-03-08"
        ' and nickName "Ma<NBSP>ri" the connector syncs twice then Bullhorn: Candidate Maria Lopez: dateAvailable '
        "becomes blank then the connector syncs twice Its size 1 record, 2 operations (of 1,311 records, 2,641 "
        "operations; found in 5 rounds, 14 runs of the connector) Exchange"
    ) in text


def test_what_is_not_proven_says_why() -> None:
    text = Page(sheet(cases.every_verdict())).text
    assert "What would have shown it: a worker whose placement changes its pay rate" in text
    assert "Its evidence was taken away by the finding of worker:arrive ." in text
    assert "Waived until 2027-01-31 : the vendor trims blanks" in text.replace("31: ", "31 : ")
    assert "Question: Who owns the badge number?" in text
    assert "1 further finding of the same row; this is the smallest." in text
    assert "Shiftline answered 503 five times." in text


def test_the_lists_below_the_charts() -> None:
    text = Page(sheet(cases.every_verdict())).text
    assumed, open_matters, waivers = (text.index(name) for name in ("Assumed rows", "Open matters", "Waivers "))
    not_tested, signatures = text.index("What was not tested"), text.index("Signatures")
    assert "nickName -> nickname worker.nickname" in text[assumed:open_matters]
    assert "worker.badge" in text[open_matters:waivers]
    assert "until 2027-01-31" in text[waivers:not_tested]
    assert "Random sequences of changes and faults." in text[not_tested:signatures]
    assert "For the company that runs Bullhorn Name Role Date Signature" in text[signatures:]
    assert "For the company that runs Shiftline Name Role Date Signature" in text[signatures:]


def test_what_was_run() -> None:
    text = Page(sheet(cases.every_verdict())).text
    for told in (
        "Connector fixtures/reference_connector:Connector 1.4.0",
        "Environment simulated",
        "Date 2026-03-11 09:30 UTC, 17.4 s",
        "Statements 12 statements",
        "Seed and effort 20260311, standard",
        "Connector runs 12 Records judged 4,210 Comparisons 38,211",
        "Scope sha256:8f41c0aa",
    ):
        assert told in text


def test_only_an_accepted_complete_run_asks_to_be_signed() -> None:
    assert "We accept the integration." in Page(sheet(cases.accepted())).text
    for other in (cases.every_verdict(), cases.selected(), cases.accepted(gate=cases.REPORT)):
        text = Page(sheet(other)).text
        assert "We accept" not in text
        assert "This sheet is not a sign-off; a signature only takes note of what it says." in text


def test_a_selected_run_shows_its_share_and_what_was_left_out() -> None:
    text = Page(sheet(cases.selected())).text
    assert "Statements 1 of 12 statements; not a sign-off" in text
    assert "Selected by -k external_id" in text
    assert text.count("– not selected") == 11


def test_the_sentence_of_a_workflow_stands_before_what_explains_it() -> None:
    finding = cases.Finding(cases.DATE.id, "wrong value", cases.DATE_CASE)
    facts = {
        "sentence": 'in the app "Maria" has phone "1"',
        "sentence stands": "features/a/b.feature:31",
        "blamed": ("worker.phone",),
    }
    verdict = cases.Verdict(cases.DATE.id, cases.Outcome.FAILED, (finding,), facts=facts)
    text = Page(sheet(cases.every_verdict(statements=(cases.DATE,), verdicts={cases.DATE.id: verdict}))).text
    row = text[text.index("tried") if "tried" in text else text.index("✗ failed worker.available_on") :]
    sentence = row.index('Then in the app "Maria" has phone "1" features/a/b.feature:31')
    assert sentence < row.index("Expected") < row.index("Found") < row.index("Also wrong: worker.phone")


def test_a_workflow_that_is_explained_by_other_rows_is_shown_with_them() -> None:
    finding = cases.Finding(cases.DATE.id, "wrong value", cases.DATE_CASE)
    facts = {
        "sentence": 'in the app "Maria" has phone "1"',
        "sentence stands": "features/a/b.feature:31",
        "blamed": ("worker.phone",),
    }
    failed = cases.Verdict(cases.DATE.id, cases.Outcome.FAILED, (finding,), facts=facts)
    red = cases.Verdict("worker.phone", cases.Outcome.FAILED, (finding,))
    verdict = because_of(failed, {"worker.phone": red})
    assert verdict.because_of == ("worker.phone",)
    text = Page(sheet(cases.every_verdict(statements=(cases.DATE,), verdicts={cases.DATE.id: verdict}))).text
    assert 'Then in the app "Maria" has phone "1"' in text
    assert "Also wrong" not in text


def test_what_people_wrote_is_text_and_never_markup() -> None:
    html = sheet(cases.every_verdict())
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;law&#34;" in html
    assert "أحمد &lt;b&gt;O&#39;Brien&lt;/b&gt;" in html


def test_right_to_left_text_stands_apart_and_invisible_characters_are_named() -> None:
    html = sheet(cases.every_verdict())
    assert "<bdi>سبب 🧑🏽‍🔧</bdi>" in html
    assert "<bdi>Candidate 1017, أحمد" in html
    assert "<mark>&lt;NBSP&gt;</mark>" in html


def test_long_texts_are_kept_whole_and_may_be_broken() -> None:
    long = "x" * 3000
    statement = cases.row("worker.long", 60, long, "->", "long", "same text")
    verdict = cases.Verdict(statement.id, cases.Outcome.VERIFIED)
    html = sheet(cases.every_verdict(statements=(statement,), verdicts={statement.id: verdict}))
    assert f'class="long"><bdi>{long}</bdi>' in html


def test_the_page_prints_on_a4_and_breaks_no_row() -> None:
    html = sheet(cases.accepted())
    assert "@page{size:A4" in html
    assert "tr,figure,.decision,.figures li,.facts div,.list li,.sign,.case{break-inside:avoid}" in html
    assert "@media (prefers-color-scheme:dark)" in html


def test_the_index_page_is_as_self_contained() -> None:
    page = Page(index((cases.accepted(), cases.every_verdict(integration="other"))))
    assert [attributes["href"] for tag, attributes in page.tags if tag == "a"] == [
        "bullhorn-shiftline/signoff.html",
        "other/signoff.html",
    ]
    assert "2 integrations" in page.text


def test_what_follows_from_a_cause_is_listed_below_the_causes_in_one_line() -> None:
    made = cases.every_verdict()
    lost = Verdict("", Outcome.NOT_EXERCISED, because_of=("worker.available_on",))
    more = {name: replace(lost, statement=name) for name in ("worker.phone", "worker.nickname")}
    html = sheet(replace(made, verdicts={**made.verdicts, **more}))
    text = Page(html).text
    start = text.index("What the gate refuses")
    listed = text[start : text.index("What was run")]
    assert listed.index("✗ failed · Workers") < listed.index("⊘ blocked") < listed.index("What follows from these")
    assert "○ not exercised because of worker.available_on : " in listed
    assert listed.count("because of worker.available_on") == 1


def test_a_part_of_a_command_is_never_broken_at_its_dashes() -> None:
    html = sheet(cases.every_verdict())
    assert '<code class="command"><span>pytest</span> <span>--replay</span> <span>reports/' in html
    assert ".command span{display:inline-block;" in html


def test_a_blocked_row_says_why_there_is_no_case_to_see_again() -> None:
    text = Page(sheet(cases.every_verdict())).text
    assert text.count("There is no case to see again: access or the environment failed") == 1
