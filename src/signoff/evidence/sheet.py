"""Write the sign-off sheet: one page that both companies read, print and sign."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from signoff.agreement.statement import Kind, Statement
from signoff.agreement.transitions import Transition
from signoff.evidence import matters, states, timeline, wording
from signoff.evidence.acceptance import Acceptance, GateLevel
from signoff.evidence.decision import Overall, decide, share
from signoff.evidence.outline import needless_waivers, outline, with_outcome
from signoff.evidence.tables import of_bound
from signoff.verdict import Outcome, Verdict

_TONES: Mapping[Overall, tuple[str, str]] = {
    Overall.ACCEPTED: ("accepted", "✓"),
    Overall.REFUSED: ("refused", "✗"),
    Overall.SELECTED: ("partial", "…"),
    Overall.REPORT_ONLY: ("partial", "…"),
}


_WHOLE = 24
"""Signs of an id that fits into a line of the narrowest column."""


@cache
def environment() -> Environment:
    """Return the templates of this package. Everything is escaped; a name that is missing is an error."""
    made = Environment(
        loader=PackageLoader("signoff.evidence", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        words=wording.WORDS,
        difference=wording.difference,
        headline=wording.headline,
        visible=wording.visible,
        visible_lines=visible_lines,
        quoted=wording.quoted,
        alone=wording.alone_sentence,
        made_up=matters.made_up,
        failing_sentence=wording.failing_sentence,
        sentence_place=wording.sentence_place,
        seen_sentence=wording.seen_sentence,
        paths_sentence=wording.paths_sentence,
        size=wording.size_sentence,
        number=wording.number,
        labelled=labelled,
        unbroken=unbroken,
        breaking=breaking,
        tried=tried,
        entered=states.entered,
        days_drawn=timeline.drawings,
        targets_drawn=timeline.targets,
    )
    return made


@cache
def _template(name: str) -> Template:
    return environment().get_template(name)


@cache
def style() -> Markup:
    """Return the style sheet, which stands in every page: a sheet is mailed as one file."""
    loader = environment().loader
    assert loader is not None
    return Markup(loader.get_source(environment(), "style.css")[0])  # noqa: S704  our own file, shipped beside this one


def visible_lines(text: str) -> str:
    """Name invisible characters in a text of several lines, and keep its lines."""
    return "\n".join(wording.visible(line) for line in text.splitlines())


def unbroken(text: str) -> int:
    """Return the length of the longest word; only long ones may be broken, or narrow columns break every word."""
    return max(map(len, text.split()), default=0)


def breaking(name: str) -> Markup:
    """Return an id that may be broken behind its dots, colons and dashes where it is too long for a line.

    Without these places a browser breaks a long word anywhere. Copied text is the same: `wbr` is no sign.
    """
    parts = re.split(r"(?<=[.:/_-])(?=\w)", name) if len(name) > _WHOLE else [name]
    return Markup("<wbr>").join(parts)


def tried(verdict: Verdict) -> int:
    """Return how often a statement was tried; a change of status is one of its changes, and is not counted twice."""
    changes = {Transition(one["from"], one["to"], where=one["in"]).name for one in states.transitions(verdict)}
    return sum(many for phase, many in verdict.exercised.items() if phase not in changes)


def labelled(statement: Statement) -> tuple[tuple[str, str], ...]:
    """Return what tags and free columns say about a statement, as (name, value), without what is blank."""
    labels = statement.labels
    pairs = (
        ("", labels.must),
        ("owner", labels.owner),
        ("ticket", labels.ticket),
        ("severity", labels.severity),
        ("branch", labels.branch),
        ("why:", statement.because),
    )
    return tuple((name, value) for name, value in pairs if value)


def facts(acceptance: Acceptance) -> tuple[tuple[str, str], ...]:
    """Return what was run where, when and how, as (name, value) for every report that lists it."""
    a = acceptance
    connector = f"{a.connector} {a.connector_version}".strip()
    figures = a.figures
    found = [
        ("Integration", a.integration),
        ("Systems", " and ".join(a.systems.values())),
        ("Connector", connector),
        ("Environment", a.environment),
        ("Left over", "; ".join(a.left_over)),
        ("Date", f"{a.started:%Y-%m-%d %H:%M} UTC, {a.seconds:.1f} s"),
        ("Statements", share(a)),
        ("Selected by", a.selection),
        ("Replayed", a.replayed),
        ("Gate", a.gate.value),
        ("Seed and effort", f"{a.seed}, {a.effort}"),
        ("Time in the rehearsal", f"{a.world_now:%Y-%m-%d %H:%M %Z}" if a.world_now is not None else ""),
        ("Connector runs", f"{figures.connector_runs:,}" if figures.connector_runs else ""),
        ("Records judged", f"{figures.records_judged:,}" if figures.records_judged else ""),
        ("Comparisons", f"{figures.comparisons:,}" if figures.comparisons else ""),
        ("Scope, as a hash", a.scope_hash),
    ]
    return tuple((name, value) for name, value in found if value)


def _signing(overall: Overall, gate: GateLevel) -> str:
    if overall is Overall.ACCEPTED:
        return f"The statements above were tested as shown, with the gate at {gate.value}. We accept the integration."
    what = {
        Overall.REFUSED: "This run is refused.",
        Overall.SELECTED: "This is a selected run.",
        Overall.REPORT_ONLY: "The gate was set to refuse nothing.",
    }[overall]
    return f"{what} This sheet is not a sign-off; a signature only takes note of what it says."


def sheet(acceptance: Acceptance) -> str:
    """Return `signoff.html`: one self-contained page without scripts, for screens, telephones and A4."""
    decision = decide(acceptance)
    tone, icon = _TONES[decision.overall]
    refused = tuple((one, acceptance.verdicts[one.id]) for one in acceptance.causes_first())
    groups = acceptance.refused_in_groups()
    systems = acceptance.systems
    parts = outline(acceptance)
    return _template("signoff.html.j2").render(
        a=acceptance,
        decision=decision,
        tone=tone,
        tone_icon=icon,
        counts=acceptance.counts(),
        facts=facts(acceptance),
        refused=refused,
        causes=tuple(group[0] for group in groups if not acceptance.verdicts[group[0].id].because_of),
        consequences=tuple(group for group in groups if acceptance.verdicts[group[0].id].because_of),
        anchors={one.id: at for at, (one, _) in enumerate(refused, start=1)},
        parts=matters.charts_only(parts),
        goals=matters.tables_of(parts, Kind.GOAL),
        checklists=matters.tables_of(parts, Kind.CHECKLIST),
        questions=matters.oldest_first(matters.tables_of(parts, Kind.QUESTION)),
        drawn=lambda table: states.drawings(table, systems),
        asked=matters.questions_counted(acceptance),
        evidence=lambda line: matters.links(line, acceptance, parts),
        apart=matters.counted(acceptance),
        legend=(*wording.WORDS.values(), *matters.words_used(acceptance)),
        assumed=with_outcome(acceptance, Outcome.ASSUMED),
        open=with_outcome(acceptance, Outcome.OPEN),
        waived=with_outcome(acceptance, Outcome.WAIVED),
        needless=needless_waivers(acceptance),
        not_tested=acceptance.not_tested,
        unmentioned=of_bound(acceptance),
        signing=_signing(decision.overall, acceptance.gate),
        signers=tuple(f"For the company that runs {systems.get(side) or name}" for side, name in _SIDES),
        style=style(),
    )


_SIDES = (("ats", "the ATS"), ("app", "the app"))


def index(acceptances: tuple[Acceptance, ...]) -> str:
    """Return the page that leads to the sheets of several integrations; its links are relative to `reports/`."""
    entries = [(one, decide(one), *_TONES[decide(one).overall]) for one in acceptances]
    return _template("index.html.j2").render(entries=entries, style=style())
