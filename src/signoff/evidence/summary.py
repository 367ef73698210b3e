"""Write the summary that a CI system shows on its job page: short, and red rows with their smallest example."""

from __future__ import annotations

import re
from collections.abc import Sequence

from signoff.evidence import matters
from signoff.evidence.acceptance import Acceptance
from signoff.evidence.decision import Overall, decide, share
from signoff.evidence.outline import needless_waivers, with_outcome
from signoff.evidence.tables import COVERAGE, UNMENTIONED, of_bound
from signoff.evidence.wording import WORDS, headline, number, shortened, visible
from signoff.verdict import Outcome

_SIGNS = {Overall.ACCEPTED: "✅", Overall.REFUSED: "❌", Overall.SELECTED: "◐", Overall.REPORT_ONLY: "◐"}
_MOST = 25
"""Red rows on a job page; the rest is counted, and stands in the sheet."""


def escaped(text: str) -> str:
    """Return the text as one line of Markdown that shows it as it is, inside a table too."""
    line = visible(" ".join(text.split(" ")))
    line = re.sub(r"([\\`*_{}\[\]#|~])", r"\\\1", line)
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def code(text: str) -> str:
    """Return the text as Markdown code that may hold back-ticks and bars."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{visible(text)}{pad}{fence}".replace("|", "\\|")


def summary(acceptance: Acceptance, reports: Sequence[str] = (), beside: str = "") -> str:
    """Return `summary.md` for one integration. `reports` are the paths that its last line names.

    `beside` leads to the folder of the tables that it links, "" if they lie beside it.
    """
    decision = decide(acceptance)
    name = escaped(acceptance.title or acceptance.integration)
    lines = [f"## {_SIGNS[decision.overall]} {name}: {escaped(decision.sentence)}", ""]
    counts = acceptance.counts()
    if counts:
        lines += [
            "| " + " | ".join(f"{WORDS[outcome].icon} {WORDS[outcome].name}" for outcome in counts) + " |",
            "|" + " ---: |" * len(counts),
            "| " + " | ".join(f"{many:,}" for many in counts.values()) + " |",
            "",
        ]
    refused = acceptance.causes_first()
    for one in refused[:_MOST]:
        verdict = acceptance.verdicts[one.id]
        told = f"because of {', '.join(verdict.because_of)}" if verdict.because_of else headline(verdict)
        told = shortened(told, 240)
        lines.append(
            f"- {WORDS[verdict.outcome].icon} **{WORDS[verdict.outcome].name}** {escaped(one.title)} "
            f"({code(one.id)}, {code(f'{one.file}:{one.line}')})" + (f": {escaped(told)}" if told else "")
        )
        example = verdict.counterexample
        if example is None or verdict.because_of:
            continue  # what follows from another row is seen again by that row's commands
        lines += [f"  {code(command)}  " for command in (example.replay, example.reproduce) if command]
        if example.unreplayed:
            lines.append(f"  no case of its own: {escaped(example.unreplayed)}")
    if len(refused) > _MOST:
        lines.append(f"- and {len(refused) - _MOST:,} more in the sheet")
    if refused:
        lines.append("")
    told_apart = (
        (Outcome.ASSUMED, "assumed: right by a default rule that nobody has agreed"),
        (Outcome.OPEN, "open: a question waits for an answer"),
        (Outcome.WAIVED, "waived"),
    )
    for outcome, words in told_apart:
        found = with_outcome(acceptance, outcome)
        if found:
            shown = ", ".join(code(one.id) for one, _ in found[:8]) + (", …" if len(found) > 8 else "")
            lines.append(f"{len(found):,} {words} ({shown})  ")
    needless = needless_waivers(acceptance)
    if needless:
        lines.append(f"Waiver no longer needed: {', '.join(code(one.id) for one in needless)}  ")
    if acceptance.since.started:
        lines.append(f"{escaped(acceptance.since.sentence)}  ")
    if acceptance.weak:
        lines.append(f"Weak: {escaped(acceptance.weak_told())}  ")
    apart = matters.counted(acceptance)
    if apart:
        lines.append(f"Counted apart: {escaped(apart)}  ")
    lines += [
        f"{escaped(one.title)}: can be measured as {escaped(one.matter.measured_as)} ({escaped(figure)})  "
        for one, figure in matters.measured(acceptance)
    ]
    lines += [f"**{escaped(said)}**  " for said in acceptance.left_over]
    ran = f"{acceptance.connector} {acceptance.connector_version}".strip()
    lines.append(
        f"{share(acceptance)} · {code(ran) if ran else 'no connector ran'} · "
        f"{escaped(acceptance.environment)} · seed {acceptance.seed} · {acceptance.seconds:.1f} s"
    )
    lines += [
        "",
        f"[Every statement]({beside}{COVERAGE}), and [what no statement mentions]({beside}{UNMENTIONED}): "
        f"{number(of_bound(acceptance), 'field')} of bound entities",
    ]
    if reports:
        lines += ["", "Reports: " + ", ".join(code(path) for path in reports)]
    return "\n".join(lines) + "\n"


def index(acceptances: Sequence[Acceptance]) -> str:
    """Return the summary of several integrations: each one's own, one below the other."""
    return "\n".join(summary(one, (f"{one.integration}/signoff.html",), f"{one.integration}/") for one in acceptances)
