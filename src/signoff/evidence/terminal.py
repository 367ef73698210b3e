"""Format what a terminal shows, as plain text: progress, charts, red rows, the closing lines.

Nothing is printed here. Lines fit the width; without colour they are the same text.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from signoff.agreement.statement import Statement
from signoff.evidence.acceptance import Acceptance
from signoff.evidence.decision import Overall, counted, decide, share
from signoff.evidence.wording import (
    WORDS,
    Parts,
    again_command,
    alone_sentence,
    difference,
    failing_sentence,
    headline,
    number,
    quoted,
    sentence_place,
    size_sentence,
    visible,
)
from signoff.evidence.writing import writable
from signoff.verdict import BLAMED, ELSEWHERE, Counterexample, Outcome, Verdict

_COLOURS: Mapping[Outcome, str] = {
    Outcome.FAILED: "31;1",
    Outcome.BLOCKED: "35;1",
    Outcome.NOT_EXERCISED: "33;1",
    Outcome.WAIVED: "2",
    Outcome.OPEN: "36",
    Outcome.ASSUMED: "34",
    Outcome.VERIFIED: "32",
}
_INDENT = "  "
_NAMED = 3
"""Statements of one group that are named in the closing lines; the rest is counted."""
_FIRST = 12
"""Columns of the names before a value: `expected:   `, wide enough for the longest, `because of: `."""


@dataclass(frozen=True, slots=True)
class Style:
    """Say what the terminal can do. `width` is in columns; `unicode` is False where it writes ASCII only."""

    colour: bool = False
    unicode: bool = True
    width: int = 100

    @classmethod
    def of(cls, *, is_terminal: bool, encoding: str, width: int, environ: Mapping[str, str]) -> Style:
        """Return the style for a stream. NO_COLOR (any value but "") switches colours off, whatever else says on."""
        wanted = is_terminal or bool(environ.get("FORCE_COLOR"))
        colour = wanted and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
        return cls(colour, "utf" in encoding.lower().replace("-", ""), max(40, width))

    def paint(self, text: str, outcome: Outcome) -> str:
        """Return the text in the verdict's colour."""
        return f"\x1b[{_COLOURS[outcome]}m{text}\x1b[0m" if self.colour else text

    def safe(self, text: str) -> str:
        """Return the text as this terminal can write it; without Unicode, what is not ASCII is `\\u00eb`."""
        return writable(text) if self.unicode else text.encode("ascii", "backslashreplace").decode("ascii")

    def icon(self, outcome: Outcome) -> str:
        """Return the verdict's sign."""
        word = WORDS[outcome]
        return word.icon if self.unicode else word.plain


PLAIN = Style()
"""Unicode without colours, 100 columns: for files and for messages of exceptions."""


def columns(text: str) -> int:
    """Return how many columns a text takes: wide signs take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text
    )


def clipped(text: str, width: int) -> str:
    """Return the text cut to `width` columns, with … (or ... in ASCII texts) where it was cut."""
    if columns(text) <= width:
        return text
    end = "..." if text.isascii() else "…"
    kept: list[str] = []
    room = width - columns(end)
    for one in text:
        room -= columns(one)
        if room < 0:
            break
        kept.append(one)
    return "".join(kept) + end


def progress_line(integration: str, doing: str, done: int = 0, total: int = 0, style: Style = PLAIN) -> str:
    """Return one line for what is being done now: `bullhorn-shiftline: run 3 of 12, first changes`."""
    count = f"run {done} of {total}, " if total else ""
    return clipped(style.safe(f"{integration}: {count}{doing}"), style.width)


def chart_line(
    story: str, counts: Mapping[Outcome, int], style: Style = PLAIN, standings: Mapping[str, int] | None = None
) -> str:
    """Return one line for a chart: its worst verdict's sign, its name, the figures worst first.

    `standings` counts the rows that rest on somebody's word (answered, attested), which stand last.
    """
    taken = [f"{many:,} {name}" for name, many in (standings or {}).items() if many]
    present = [outcome for outcome in Outcome if counts.get(outcome)]
    worst = present[0] if present else Outcome.ASSUMED if taken else Outcome.NOT_EXERCISED
    told = [f"{counts[outcome]:,} {WORDS[outcome].name}" for outcome in present]
    figures = ", ".join((*told, *taken)) or "nothing judged"
    room = style.width - columns(figures) - 6
    name = clipped(style.safe(story), max(12, min(44, room)))
    pad = " " * max(1, min(44, max(12, room)) - columns(name))
    painted = ", ".join((*map(style.paint, told, present), *taken))
    return f"  {style.paint(style.icon(worst), worst)} {name}{pad} {painted or figures}"


def red_row(statement: Statement, verdict: Verdict, style: Style = PLAIN) -> str:
    """Return what a person needs to act on one statement that does not hold, the place in the document first.

    Expected and found stand one above the other, with a line of ^ below what differs where columns can be counted.
    """
    word = WORDS[verdict.outcome]
    head = f"{statement.file}:{statement.line}  {statement.story}: {statement.title}"
    lines = [
        style.safe(head),
        _INDENT
        + style.paint(f"{style.icon(verdict.outcome)} {word.name}", verdict.outcome)
        + style.safe(f"  {statement.id}"),
    ]
    rule = _wrapped("rule", statement.sentence, style)
    said = _wrapped("sentence", failing_sentence(verdict), style)
    lines += [*said, *_wrapped("at", sentence_place(verdict), style)] if said else rule
    if verdict.counterexample is not None:
        kind = verdict.findings[0].kind
        own = said or not verdict.because_of  # an item of a checklist has no case but that of the row it rests on
        lines += _example(verdict.counterexample, kind, style) if own else _again(verdict.counterexample, style)
    lines += rule if said else []
    if verdict.outcome is Outcome.NOT_EXERCISED:
        would = verdict.would_exercise or "nothing in the run could have shown it wrong"
        lines += _wrapped("lacking", would, style)
    if verdict.because_of:
        lines += _wrapped("because of", ", ".join(verdict.because_of), style)
    elif said:
        lines += _wrapped("also wrong", ", ".join(verdict.facts.get(BLAMED, ())), style)
    until = statement.waived_until or statement.labels.waived_until
    if verdict.outcome is Outcome.WAIVED:
        reason = statement.waived_reason or statement.labels.waived_reason
        lines += _wrapped("waived", f"until {until or '(no day)'}{': ' + reason if reason else ''}", style)
    if verdict.outcome is Outcome.OPEN:
        lines += _wrapped("open", statement.switched_off or statement.open_question or verdict.note, style)
    elif verdict.note and not (verdict.would_exercise and verdict.note.startswith("lacking: ")):
        lines += _wrapped("note", verdict.note, style)
    if len(verdict.findings) > 1:
        more = number(len(verdict.findings) - 1, "further finding")
        lines += _wrapped("also", f"{more} of this row; this is the smallest", style)
    return "\n".join(lines)


def _example(example: Counterexample, kind: str, style: Style) -> list[str]:
    lines = _wrapped("record", visible(example.record), style)
    for at, (name, value) in enumerate(example.given):
        lines += _wrapped("given" if at == 0 else "", f"{name} = {visible(quoted(value))}", style)
    expected, found = difference(example.expected, example.found)
    lines += _wrapped("expected", "".join(text for text, _ in expected), style)
    lines += _wrapped("found", "".join(text for text, _ in found), style)
    carets = _carets(found, style)
    if carets:
        lines.append(carets)
    lines += _wrapped("when", ", ".join(part for part in (example.phase, kind) if part), style)
    lines += _wrapped("alone", alone_sentence(example), style)
    for at, sentence in enumerate(example.story):
        lines += _wrapped("case" if at == 0 else "", visible(sentence), style)
    lines += _wrapped("size", size_sentence(example), style)
    for at, line in enumerate(example.exchange.splitlines()):
        lines += _wrapped("exchange" if at == 0 else "", visible(line), style)
    lines += _wrapped("note", example.note, style)
    return lines + _again(example, style)


def _again(example: Counterexample, style: Style) -> list[str]:
    lines = _wrapped("no replay", example.unreplayed, style)
    # Commands are never broken: whoever copies one wants it whole.
    for name, command in (("replay", example.replay), ("again", example.reproduce)):
        if command:
            lines.append(f"{_INDENT}{name + ':':<{_FIRST}}{style.safe(command)}")
    return lines


def _carets(found: Parts, style: Style) -> str:
    text = "".join(part for part, _ in found)
    turned = any(unicodedata.bidirectional(one) in {"R", "AL", "RLE", "RLO", "RLI"} for one in text)
    if turned or not any(differs for _, differs in found):
        return ""
    line = "".join(("^" if differs else " ") * columns(style.safe(part)) for part, differs in found)
    full = _INDENT + " " * _FIRST + line.rstrip()
    return full if columns(full) <= style.width and len(text) == len(style.safe(text)) else ""


def _wrapped(name: str, text: str, style: Style) -> list[str]:
    if not text:
        return []
    first = f"{_INDENT}{name + ':' if name else '':<{_FIRST}}"
    rest = " " * len(first)
    wrapper = textwrap.TextWrapper(
        width=style.width,
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
        replace_whitespace=False,
        drop_whitespace=False,
    )
    # The blank at which a line is broken belongs to neither line.
    lines = wrapper.wrap(style.safe(text))
    return [lines[0].rstrip(), *(rest + line[len(rest) :].strip(" ") for line in lines[1:])] if lines else []


def news_line(integration: str, said: str, style: Style = PLAIN) -> str:
    """Return what is worth knowing at once, whole: unlike progress, nothing that comes later says it again."""
    return "\n".join(_whole(f"{integration}: {said}", style, style.width))


def _whole(text: str, style: Style, width: int) -> list[str]:
    return textwrap.wrap(
        style.safe(text), width, subsequent_indent=_INDENT, break_on_hyphens=False, break_long_words=False
    )


def _is_blocked(verdict: Verdict) -> bool:
    return verdict.outcome is Outcome.BLOCKED


def closing(acceptance: Acceptance, paths: Sequence[str] = (), style: Style = PLAIN) -> str:
    """Return the last lines of a session for one integration: the gate's decision, the figures, the reports.

    Of a selected run the paths are said to be the selected rows' report.
    At most ten refused statements are listed, no line cut off, causes first, each with the command that shows it
    again; what follows from the same causes is one line. The full rows stand above and in the sheet. Where one trouble
    has blocked them all, it is told once, whole; so is what only a rehearsal exercises.
    """
    decision = decide(acceptance)
    colour = {Overall.ACCEPTED: Outcome.VERIFIED, Overall.REFUSED: Outcome.FAILED}.get(decision.overall, Outcome.OPEN)
    lines = [style.paint(style.safe(f"{acceptance.title or acceptance.integration}: {decision.sentence}"), colour)]
    lines.append(style.safe(f"  {share(acceptance)}: {counted(acceptance)}"))
    lines += _wrapped("replayed", acceptance.replay_told, style)
    refused = acceptance.causes_first()
    notes = {acceptance.verdicts[one.id].note for one in refused}
    if len(refused) > 1 and len(notes) == 1 and all(_is_blocked(acceptance.verdicts[one.id]) for one in refused):
        lines += _wrapped("blocked", notes.pop(), style)
        refused = ()
    elsewhere = [one for one in refused if ELSEWHERE in acceptance.verdicts[one.id].facts]
    lines += [line for said in acceptance.left_over for line in _wrapped("left over", said, style)]
    groups = [one for one in acceptance.refused_in_groups() if one[0] not in elsewhere] if refused else []
    for group in groups[:10]:
        verdict = acceptance.verdicts[group[0].id]
        told = f"because of {', '.join(verdict.because_of)}" if verdict.because_of else headline(verdict)
        names = ", ".join(one.id for one in group[:_NAMED])
        names += f" and {len(group) - _NAMED:,} more" if len(group) > _NAMED else ""
        text = f"{style.icon(verdict.outcome)} {names}{': ' + told if told else ''}"
        lines += [f"  {style.paint(line, verdict.outcome)}" for line in _whole(text, style, style.width - 2)]
        command = again_command(verdict) if not verdict.because_of and not acceptance.replayed else ""
        lines += [f"    again: {style.safe(command)}"] if command else []
    if more := sum(map(len, groups[10:])):
        lines.append(f"  and {more:,} more")
    lines += _wrapped("weak", acceptance.weak_told(), style)
    if elsewhere:
        told = f"{number(len(elsewhere), 'statement')}: {headline(acceptance.verdicts[elsewhere[0].id])}"
        lines += _wrapped("lacking", told, style)
    if acceptance.edges:
        lines += _wrapped("edges", acceptance.edges_told(), style)
    name = "report: " if acceptance.complete else "report of the selected rows: "
    lines += [f"  {name if at == 0 else ' ' * len(name)}{style.safe(path)}" for at, path in enumerate(paths)]
    return "\n".join(lines)
