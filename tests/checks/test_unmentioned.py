"""Who is kept out stands in no request to the other side; what others hold too, or what goes elsewhere, is nothing."""

from __future__ import annotations

import base64

import pytest
from stories import Story, failed, judged

from signoff.schema import Side

OUT = "112"
"""A candidate whom the population keeps out from beginning to end."""
ROW = "worker:who:status-is-dnu"
APP = "https://app.example.com/workers"


def mail(candidate: str) -> str:
    story = Story()
    story.play()
    return str(story.records[Side.ATS]["Candidate"][candidate]["email"])


def asking(side: Side | None, url: str = APP, body: bytes = b"", run: int = 2) -> Story:
    def act(story: Story, now: int) -> None:
        if now == run:
            story.ask(side, "GET", url, body)

    return Story(after=act)


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (f"{APP}?external_id={OUT}", b""),
        (f"{APP}/{OUT}", b""),
        (f"{APP}?email={{mail}}", b""),
        (APP, b'{"note": "about {mail}"}'),
        (APP, b"{coded}"),
    ],
)
def test_whoever_is_kept_out_is_found_in_an_address_and_in_a_body(url: str, body: bytes) -> None:
    known = mail(OUT).encode()
    body = body.replace(b"{mail}", known).replace(b"{coded}", base64.b64encode(known))
    verdicts = judged(asking(Side.APP, url.replace("{mail}", known.decode()), body))
    assert failed(verdicts) == {ROW}
    shown = verdicts[ROW].counterexample
    assert shown is not None
    assert shown.record.startswith(f"Candidate {OUT}")
    assert shown.expected == 'in no request to the other side, because status is "DNU"'
    assert shown.found.startswith("its ")
    assert "/workers" in shown.found
    assert known.decode() not in shown.found


@pytest.mark.parametrize(
    ("side", "url"),
    [
        (Side.ATS, f"https://ats.example.com/search?id={OUT}"),
        (Side.APP, f"{APP}?external_id=101"),
        (Side.APP, f"{APP}?limit=1{OUT}"),
        (Side.APP, f"{APP}?code=A{OUT}"),
    ],
)
def test_what_is_said_of_others_or_to_its_own_system_is_nothing(side: Side, url: str) -> None:
    assert failed(judged(asking(side, url))) == set()


def test_a_value_that_somebody_else_holds_too_may_be_meant_for_that_one() -> None:
    shared = (Side.ATS, "Candidate", OUT, {"email": mail("101")})
    story = asking(Side.APP, f"{APP}?email={mail('101')}")
    story.edits = {**story.edits, "first": (*story.edits["first"], shared)}
    assert failed(judged(story)) == set()
