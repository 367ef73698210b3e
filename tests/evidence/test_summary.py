from __future__ import annotations

import evidence_cases as cases

from signoff.evidence.summary import code, escaped, summary


def test_the_summary_of_a_refused_run() -> None:
    assert summary(cases.every_verdict(), ("reports/signoff.html",)) == (
        "## ❌ Bullhorn and Shiftline: Refused: 2 failed, 1 blocked, 1 not exercised (gate: normal).\n"
        "\n"
        "| ✗ failed | ⊘ blocked | ○ not exercised | ⏸ waived | ? open | ≈ assumed | ✓ verified |\n"
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        "| 2 | 1 | 1 | 1 | 1 | 1 | 5 |\n"
        "\n"
        "- ✗ **failed** dateAvailable -&gt; available\\_on (`worker.available_on`, "
        "`features/bullhorn-shiftline/workers.feature:22`): expected 2026-03-08, found 2026-03-07 "
        "(Candidate 17, Zoë O'Brien)\n"
        "  `pytest --replay reports/bullhorn-shiftline/counterexamples/worker.available_on.json`  \n"
        '  `pytest "features/bullhorn-shiftline/workers.feature::worker.available_on" --seed 20260311`  \n'
        "- ✗ **failed** ssn never (`worker.ssn:never`, `features/bullhorn-shiftline/workers.feature:27`): "
        "expected no other system receives it, found 078-••-••20 in the body of POST /workers "
        "(Candidate 1017, أحمد &lt;b&gt;O'Brien&lt;/b&gt;)\n"
        "- ⊘ **blocked** the connector finishes and tells the truth (`connector:finishes`, "
        "`scope/bullhorn-shiftline.toml:9`): Shiftline answered 503 five times.\n"
        "- ○ **not exercised** Placement.payRate -&gt; pay\\_rate (`worker.pay_rate`, "
        "`features/bullhorn-shiftline/workers.feature:24`): because of worker:arrive\n"
        "\n"
        "1 assumed: right by a default rule that nobody has agreed (`worker.nickname`)  \n"
        "1 open: a question waits for an answer (`worker.badge`)  \n"
        "1 waived (`worker.street`)  \n"
        "12 statements · `fixtures/reference_connector:Connector 1.4.0` · simulated · seed 20260311 · 17.4 s\n"
        "\n"
        "[Every statement](coverage.csv), and [what no statement mentions](unmentioned.csv): "
        "0 fields of bound entities\n"
        "\n"
        "Reports: `reports/signoff.html`\n"
    )


def test_a_selected_run_is_never_told_as_a_sign_off() -> None:
    text = summary(cases.selected())
    assert text.startswith("## ◐ Bullhorn and Shiftline: Selected run: 1 of 12 statements; not a sign-off.")
    assert "✅" not in text


def test_a_waiver_that_is_no_longer_needed_is_named() -> None:
    good = {cases.STREET.id: cases.Verdict(cases.STREET.id, cases.Outcome.VERIFIED)}
    acceptance = cases.every_verdict(statements=(cases.STREET,), verdicts=good)
    assert "Waiver no longer needed: `worker.street`" in summary(acceptance)


def test_markdown_shows_texts_as_they_are() -> None:
    assert escaped("a|b *c* <d> & [e](f)") == "a\\|b \\*c\\* &lt;d&gt; &amp; \\[e\\](f)"
    assert code("a`b") == "``a`b``"
    assert code("`a`") == "`` `a` ``"
