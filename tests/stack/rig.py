"""Write a tiny integration, rehearse it with connectors made of plain functions, and read its verdicts.

A case is one chart row with the function that a right connector computes and some that a wrong one might. The
functions are plain Python: they share nothing with the rules that they are judged by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import copying
from copying import Link, Row
from openapi_text import INSTANT as INSTANT
from openapi_text import collection, document

from signoff.agreement.resolved import Agreement
from signoff.plugin.agreeing import agree
from signoff.plugin.options import RunOptions
from signoff.plugin.standard import Rehearsal
from signoff.settings.suite import find_suite
from signoff.strategies.script import Script
from signoff.verdict import Outcome, Verdict

GREEN = (Outcome.VERIFIED, Outcome.ASSUMED)
SEED = 11

TEXT = {"type": "string", "maxLength": 80}
LONG = {"type": "string", "maxLength": 400}
EMAIL = {"type": "string", "format": "email"}
DATE = {"type": "string", "format": "date"}
AMOUNT = {"type": "number", "format": "decimal"}
NUMBER = {"type": "number"}
WHOLE = {"type": "integer"}
YES_NO = {"type": "boolean"}
FILE = {"type": "string", "format": "byte"}
PHONE = {**TEXT, "x-type": "phone"}
STATE = {**TEXT, "x-type": "state"}
COUNTRY = {**TEXT, "x-type": "country"}

Make = Callable[[Row], Any]


def choice(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def many(of: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(of)}


def thing(**parts: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {name: dict(one) for name, one in parts.items()}}


def to(entity: str) -> dict[str, Any]:
    return {"type": "string", "x-type": f"reference to {entity}"}


@dataclass(frozen=True)
class Case:
    """Hold one row. `rule` names sending fields as `{a}`; they and the receiving field get the case's own name."""

    name: str
    rule: str
    right: Make
    wrong: tuple[Make, ...] = ()
    sends: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {"a": TEXT})
    gives: Mapping[str, Any] = field(default_factory=lambda: LONG)
    cell: str | None = None
    into: str = ""
    required: bool = False
    on_blank: bool = False
    """Whether the functions are asked where every sending field is blank; else blank makes blank."""
    outcome: Outcome = Outcome.VERIFIED
    reds: tuple[str, ...] = ()
    """What each wrong function makes red, where that is not the row itself."""
    named: str = ""
    """The statement's id, where it is not that of the receiving field."""

    def field(self, letter: str) -> str:
        return f"{self.name}_{letter}"

    def filled(self, text: str) -> str:
        return re.sub(r"\{([a-e])\}", lambda found: self.field(found[1]), text)

    @property
    def sending(self) -> str:
        cell = self.cell if self.cell is not None else ", ".join(f"{{{one}}}" for one in self.sends)
        return self.filled(cell)

    @property
    def statement(self) -> str:
        return self.named or f"member.{self.name}"

    def reddened(self, turn: int) -> str:
        return self.reds[turn] if turn < len(self.reds) else self.statement

    def made(self, make: Make) -> Make:
        """Return the function as the connector calls it."""
        if self.on_blank or not self.sends:
            return make
        return lambda row: make(row) if any(getattr(row, one) is not None for one in self.sends) else None


@dataclass(frozen=True)
class Integration:
    """Hold what a tiny integration says: its cases, and whatever else the documents and the toml need."""

    cases: tuple[Case, ...]
    documents: Mapping[str, str] = field(default_factory=dict)
    """More feature text by file name; `member` is added to the file of the cases."""
    toml: str = ""
    head: str = ""
    """Keys that stand before the first table of the toml."""
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Further fields of the sending record, for conditions."""
    taken: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Further fields of the receiving record."""
    others: Mapping[tuple[str, str], Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    """Further schemas by (side, name); their collection is the name in lower case with an s."""
    links: tuple[Link, ...] = ()
    scope: Callable[..., bool] = lambda record, run: True
    binding: str = "Given each Person is a member"
    zone: str = "America/Chicago"
    country: str = "US"
    mandatory: frozenset[str] = frozenset()
    ids: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    timeout: str = "2 minutes"
    functions: Mapping[str, str] = field(default_factory=dict)
    """Python modules of `steps/`, by name."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Further settings of the connector."""
    update: str = "patch"
    """How the app's records are changed: "patch" or "put"."""
    app_id: str = "id"
    """What the app calls the id of its records."""
    systems: Mapping[str, str] = field(default_factory=dict)
    """Further lines of the toml's table of a system, by its side."""


CHART = """
  @chart
  Scenario Outline: <ATS field> <flow> <app field>
    When the connector has been rehearsed
    Then this row of the chart holds

    Examples: {name}
"""

VALUES = """
  @values
  Scenario Outline: <ATS value> means <app value>
    When the connector has been rehearsed
    Then this row of the table holds
"""

POPULATION = """
  @population
  Scenario Outline: <who> <outcome>
    When the connector has been rehearsed
    Then this row of the population holds

    Examples: Who reaches the app
"""


def table(rows: Iterable[Sequence[str]]) -> str:
    return "".join("      | " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n" for row in rows)


def population(*rows: tuple[str, str]) -> str:
    return POPULATION + table([("who", "outcome"), *rows])


def values(name: str, *rows: Sequence[str], more: Sequence[str] = ()) -> str:
    return f"\n    Examples: {name}\n" + table([("ATS value", "app value", *more), *rows])


def chart(name: str, rows: Iterable[Sequence[str]], tags: str = "") -> str:
    text = CHART.format(name=name)
    text = text.replace("@chart", f"@chart {tags}") if tags else text
    return text + table([("ATS field", "flow", "app field", "rule", "required"), *rows])


def rows_of(cases: Iterable[Case]) -> list[tuple[str, ...]]:
    return [
        (one.sending, "->", one.filled(one.into) or one.name, one.filled(one.rule), "yes" if one.required else "")
        for one in cases
    ]


class Rig:
    """Hold one integration on disk with its drawn world; `verdicts` rehearses a connector on it."""

    def __init__(self, folder: Path, one: Integration) -> None:
        self.integration = one
        if not (folder / "scope").is_dir():
            _write(folder, one)
        suite = find_suite(folder)
        assert suite is not None
        self._suite = suite
        self._agreement: Agreement = agree(suite, "tiny")
        self._script: Script | None = None

    @property
    def agreement(self) -> Agreement:
        return self._agreement

    def script(self) -> Script:
        if self._script is None:
            self._script = self._rehearsal().script()
        return self._script

    def verdicts(
        self,
        wrong: Mapping[str, Make] | None = None,
        scope: Callable[..., bool] | None = None,
        links: tuple[Link, ...] | None = None,
        main: Link | None = None,
    ) -> Mapping[str, Verdict]:
        """Rehearse the right connector, or one that is wrong in the cases named."""
        one = self.integration
        altered = wrong or {}
        writes = {case.name: case.made(altered.get(case.name, case.right)) for case in one.cases}
        main = main or Link(
            "Person",
            "persons",
            "members",
            writes,
            frozenset(case.name for case in one.cases if case.required),
            scope or one.scope,
            into={case.name: case.filled(case.into).split("[")[0] for case in one.cases if case.into},
        )
        made = {"links": (*(one.links if links is None else links), main), "zone": one.zone}
        return self.rehearsed(type("Now", (copying.Connector,), made))

    def rehearsed(self, connector: Any) -> Mapping[str, Verdict]:
        """Rehearse any connector: a class, or what makes one of (settings, state)."""
        copying.Now = connector
        rehearsal = self._rehearsal()
        return rehearsal.judged(rehearsal.play(self.script()))[0]

    def weighed(self, effort: str = "quick") -> Mapping[str, Verdict]:
        """Rehearse the right connector, and put wrong values in for every verdict that is green."""
        self.verdicts()  # it leaves the connector where the toml looks for it
        rehearsal = self._rehearsal(effort)
        return rehearsal.weighed(rehearsal.play(rehearsal.script()))[0]

    def _rehearsal(self, effort: str = "quick") -> Rehearsal:
        return Rehearsal(self._suite, self._agreement, RunOptions(seed=SEED, effort=effort), lambda _: None)


def _write(folder: Path, one: Integration) -> None:
    ats: dict[str, dict[str, Mapping[str, Any]]] = {"Person": {"name": TEXT, **one.fields}}
    app: dict[str, dict[str, Mapping[str, Any]]] = {"Member": {"external_id": TEXT, **one.taken}}
    for case in one.cases:
        ats["Person"].update({case.field(letter): schema for letter, schema in case.sends.items()})
        app["Member"].setdefault(case.filled(case.into).split("[")[0].split(".")[0] or case.name, case.gives)
    for (side, name), fields in one.others.items():
        (ats if side == "ats" else app)[name] = dict(fields)
    types = [
        f'"{entity}.{name}" = "{field_["x-type"]}"'
        for side in (ats, app)
        for entity, fields in side.items()
        for name, field_ in fields.items()
        if "x-type" in field_
    ]
    collections = "\n".join(f'{name} = {{ collection = "/{collection(name)}" }}' for name in ats)
    named = f', id = "{one.app_id}"' if one.app_id != "id" else ""
    apps = "\n".join(f'{name} = {{ collection = "/{collection(name)}"{named} }}' for name in app)
    shared = (
        'paging = { style = "cursor", cursor = "cursor", next = "next", limit = "limit" }\n'
        'envelope = { items = "items" }\n'
    )
    settings = "\n".join(f'{name} = "{value}"' for name, value in one.settings.items())
    toml = f"""
signoff = 1
zone = "{one.zone}"
default_country = "{one.country}"
{one.head}
[connector]
target = "copying:Now"
timeout = "{one.timeout}"
[connector.settings]
ATS_TOKEN = "{{ats.token}}"
APP_TOKEN = "{{app.token}}"
{settings}

[systems.ats]
dialect = "openapi"
name = "ATS"
document = "ats.json"
{one.systems.get("ats", "")}
{shared}
[systems.ats.entities]
{collections}
[systems.app]
dialect = "openapi"
name = "app"
document = "app.json"
{one.systems.get("app", "")}
{shared}
[systems.app.entities]
{apps}
[entities.member]
ats = "Person"
app = {{ schema = "Member", unique = ["external_id"]{named} }}
{one.toml}
"""
    block = "[types]\n" + "\n".join(types)
    toml = toml.replace("[types]", block) if "[types]" in toml else toml + block + "\n"
    feature = f"Feature: Members\n\n  Background:\n    {one.binding}\n" + chart(
        "Members", [("id", "->", "external_id", "as text", "yes"), *rows_of(one.cases)]
    )
    features = folder / "features" / "tiny"
    features.mkdir(parents=True)
    (folder / "scope").mkdir()
    texts = dict(one.documents)
    (features / "members.feature").write_text(feature + texts.pop("member", ""), encoding="utf-8")
    for name, text in texts.items():
        (features / f"{name}.feature").write_text(text, encoding="utf-8")
    for name, text in one.functions.items():
        (folder / "steps").mkdir(exist_ok=True)
        (folder / "steps" / f"{name}.py").write_text(text, encoding="utf-8")
    (folder / "scope" / "tiny.toml").write_text(toml, encoding="utf-8")
    (folder / "scope" / "ats.json").write_text(document(ats, "ats.example", one.ids), encoding="utf-8")
    (folder / "scope" / "app.json").write_text(_app(one, app), encoding="utf-8")


def _app(one: Integration, schemas: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    return document(schemas, "app.example", {"type": "string"}, one.update, one.app_id)


def failed(found: Mapping[str, Verdict]) -> set[str]:
    return {name for name, one in found.items() if one.outcome is Outcome.FAILED}


def unproven(found: Mapping[str, Verdict], but: Iterable[str] = ()) -> dict[str, str]:
    """Return what is neither green nor lost because of the statements in `but`, and why.

    What becomes of those who leave is left open by the documents here, and no connector proves a question.
    """
    allowed = set(but)
    return {
        name: shown(one)
        for name, one in found.items()
        if name not in allowed
        and one.outcome not in GREEN
        and not (one.outcome is Outcome.OPEN and name.endswith(":leaving"))
        and not (one.outcome is Outcome.NOT_EXERCISED and one.because_of and set(one.because_of) <= allowed)
    }


def shown(one: Verdict) -> str:
    example = one.counterexample
    if example is None:
        return f"{one.outcome.value}: {one.note or one.would_exercise}, because of {', '.join(one.because_of) or '-'}"
    return (
        f"{one.findings[0].kind}: {example.record}, given {example.given}, {example.phase}: expected "
        f"{example.expected}, found {example.found}; {example.note}"
    )


def turns(cases: Sequence[Case]) -> list[tuple[dict[str, Make], set[str]]]:
    """Return which cases are wrong together, every other case at a time, and what that makes red."""
    found = []
    for turn in range(max((len(one.wrong) for one in cases), default=0)):
        for half in (0, 1):
            wrong = [one for one in cases[half::2] if turn < len(one.wrong)]
            if wrong:
                found.append(({one.name: one.wrong[turn] for one in wrong}, {one.reddened(turn) for one in wrong}))
    return found
