"""Bind workflows: who is meant by a name, which field by a word, and whether each sentence can stand where it does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from signoff.agreement.ids import slug
from signoff.agreement.played import SECONDS, Aim, BoundWorkflow, Named, Role, Said, Step, day_said
from signoff.agreement.resolved import Pair
from signoff.agreement.spoilt import bound_lists
from signoff.agreement.statement import Kind, Statement
from signoff.agreement.words import words_of
from signoff.chart import Cell
from signoff.errors import Place, Problem, nearest
from signoff.schema import Entity, Field, Side, SystemSchema, Type
from signoff.scope import Document, EntitySettings, Integration, Sentence, Workflow

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_MOST: Mapping[str, int] = {"many": 2_000, "syncs": 100, "killed": 100_000, "lists": 100_000}
"""Records, runs of the connector, requests and lists that a workflow may ask for."""
MOST_DAYS = 3_660
"""Days that a sentence may let pass, or give as a deadline."""
_DIGITS = 12
_WORDS: Mapping[str, bool | None] = {"yes": True, "no": False, "blank": None, "(blank)": None, "": None}


@dataclass(slots=True)
class _Cast:
    """Hold the records that a workflow has named so far."""

    roles: dict[str, Role] = field(default_factory=dict)
    synced: bool = False
    changed: bool = False
    last: int = 0
    """Runs of the last sync."""
    unmade: set[str] = field(default_factory=set)
    """Names given in a sentence that is wrong: whoever bears one is not told again."""
    told: bool = False
    """Whether it has been said that a sync is lacking here: once is enough."""
    spoilt: Sentence | None = None
    """The sentence on lists that the next sync is to meet."""
    misled: bool = False
    """Whether lists were answered wrongly in the last sync."""


@dataclass(slots=True)
class WorkflowBinder:
    """Bind the workflows of an integration; `problems` gathers what is wrong with them."""

    integration: Integration
    schemas: Mapping[Side, SystemSchema]
    pairs: tuple[Pair, ...]
    problems: list[Problem]

    def bind(self, document: Document, workflow: Workflow) -> tuple[BoundWorkflow, Statement]:
        """Return a workflow with its statement."""
        cast = _Cast()
        steps = [one for sentence in workflow.sentences if (one := self._step(cast, sentence)) is not None]
        if not any(sentence.role == "then" for sentence in workflow.sentences):
            self._wrong(
                workflow.place, "a Then", "none", "Say what must be so at the end; else nothing can fail.", "no-then"
            )
        if cast.spoilt is not None:
            self._wrong(
                cast.spoilt.place, "`When the connector syncs` after it", "no sync that would meet it",
                "Lists are answered wrongly in the next sync alone.", "then-before-sync",
            )  # fmt: skip
        name = "scenario:" + slug(workflow.name)
        if workflow.cells:
            name += ":" + slug(" ".join(workflow.cells.values()))
        sentences = "; ".join(told(workflow.sentences))
        made = Statement(
            id=name,
            kind=Kind.SCENARIO,
            integration=self.integration.name,
            document=document.name,
            story=document.name,
            file=document.file,
            line=workflow.place.line,
            title=_titled(workflow),
            sentence=sentences,
            cells={"scenario": _titled(workflow), "what happens, and what must hold": sentences},
            labels=workflow.labels,
            waived_until=workflow.labels.waived_until,
            waived_reason=workflow.labels.waived_reason,
            because=workflow.description,
        )
        return BoundWorkflow(name, made.title, tuple(steps)), made

    # Sentences

    def _step(self, cast: _Cast, sentence: Sentence) -> Step | None:
        parts, kind = sentence.parts, sentence.kind
        if not self._possible(sentence):
            return None
        if sentence.role == "then":
            return self._then(cast, sentence)
        if kind in ("person", "many"):
            cast.changed = True
            return self._made(cast, sentence)
        if kind == "syncs":
            cast.synced, cast.changed, cast.told = True, False, False
            cast.last = self._runs(parts.get("times", "once").lower())
            cast.misled, cast.spoilt = cast.spoilt is not None, None
            return Step(sentence, runs=cast.last)
        if kind == "killed":
            cast.changed = True
            return Step(sentence, count=int(parts["count"]))
        if kind == "restarted":
            return Step(sentence)
        if kind == "lists":
            cast.changed, cast.spoilt = True, sentence
            return bound_lists(self.integration, sentence, self.problems)
        if kind == "pass":
            word = parts["count"].lower()
            cast.changed = True
            return Step(sentence, seconds=(int(word) if word.isdigit() else 1) * SECONDS[parts["unit"].lower()])
        cast.changed = True
        role = self._role(cast, sentence, parts["name"])
        if role is None:
            return None
        side = _side(parts)
        if kind == "becomes":
            aim = self._aim(sentence, role, side or role.side, parts["field"])
            value = self._said(cast, sentence.place, aim.leaf, parts["value"]) if aim is not None else None
            return Step(sentence, role, aim=aim, value=value) if aim is not None else None
        if kind == "placed":
            return self._placed(cast, sentence, role)
        if kind == "merged":
            other = self._role(cast, sentence, parts["other"])
            if other is not None and (other.side, other.entity) != (role.side, role.entity):
                self._wrong(
                    sentence.place, f"another {role.entity}", f'"{other.name}", {_a(other.entity)}',
                    "Only records of one kind can be merged.", "unknown-person",
                )  # fmt: skip
                return None
            return Step(sentence, role, other) if other is not None else None
        return Step(sentence, role, side=side or role.side)

    def _possible(self, sentence: Sentence) -> bool:
        """Tell whether a run could do so much; what it could not is told."""
        unit = sentence.parts.get("unit", "").lower()
        most = MOST_DAYS * SECONDS["day"] // SECONDS[unit] if unit in SECONDS else _MOST.get(sentence.kind, 0)
        number = re.match(r"\d+", sentence.parts.get("count") or sentence.parts.get("times") or "")
        # Thousands of digits are no number to Python.
        least = 1 if sentence.kind in ("many", "syncs", "lists") else 0
        if number is None or not most or (len(number[0]) < _DIGITS and least <= int(number[0]) <= most):
            return True
        found = number[0] if len(number[0]) < _DIGITS else f"a number of {len(number[0]):,} digits"
        how = "A run lives through it all, request by request."
        self._wrong(sentence.place, f"a number from {least} to {most:,}", found, how, "count")
        return False

    def _runs(self, times: str) -> int:
        if times == "until it settles":
            return self.integration.settles_within
        return {"once": 1, "twice": 2}.get(times) or int(times.split()[0])

    def _then(self, cast: _Cast, sentence: Sentence) -> Step | None:
        parts, kind = sentence.parts, sentence.kind
        if not cast.synced or cast.changed:
            if not cast.told:
                self._wrong(
                    sentence.place, "`When the connector syncs` before it", f'"{sentence.text}" right after a change',
                    "What people have just done is known to nobody else before a sync.", "then-before-sync",
                )  # fmt: skip
            cast.told = True
            return None
        seconds = int(parts.get("count", "0")) * SECONDS.get(parts.get("unit", "").lower(), 0)
        if kind in ("agree", "nothing", "once", "nobody"):
            if kind == "agree" and cast.misled:
                self._wrong(
                    sentence.place, "`When the connector syncs until it settles` before it, with every list answered",
                    "a sync in which lists are answered wrongly",
                    "Until a sync without that, nobody can have heard of every change.", "then-before-sync",
                )  # fmt: skip
            elif kind == "agree" and cast.last < self.integration.settles_within:
                self._wrong(
                    sentence.place, "`When the connector syncs until it settles` before it",
                    f"{cast.last} run{'' if cast.last == 1 else 's'} of the connector, where the toml's "
                    f"`settles_within` is {self.integration.settles_within}",
                    "Everything must hold only after so many runs.", "then-before-sync",
                )  # fmt: skip
            return Step(sentence)
        role = self._role(cast, sentence, parts["name"])
        if role is None:
            return None
        if kind == "has":
            aim = self._aim(sentence, role, _side(parts) or role.side, parts["field"])
            if aim is None:
                return None
            value = self._said(cast, sentence.place, aim.leaf, parts["value"], closed=True)
            return Step(sentence, role, aim=aim, value=value, seconds=seconds)
        return Step(sentence, role, side=_side(parts) or role.side, seconds=seconds)

    def _made(self, cast: _Cast, sentence: Sentence) -> Step | None:
        parts = sentence.parts
        name = parts.get("name", "")
        found = self._meant(sentence, parts["word"].strip(), _side(parts))
        if found is None:
            cast.unmade.add(name)
            return None
        settings, side, pair = found
        entity = settings.ats if side is Side.ATS else settings.app
        if name in cast.roles:
            self._wrong(
                sentence.place, "each name once", f'"{name}" again', "Give the second one another name.", "twice-named"
            )
            return None
        role = Role(name, side, entity, settings, pair)
        if sentence.kind == "many":
            return Step(sentence, role, count=int(parts["count"]))
        kind = self.schemas[side].entities[entity]
        fields = []
        for cell, value in sentence.table:
            leaf = self._leaf(kind, side, cell)
            if leaf is not None:
                fields.append((leaf, self._said(cast, value.place, leaf, value.text, bare=True)))
        cast.roles[name] = role
        return Step(sentence, role, fields=tuple(fields))

    def _placed(self, cast: _Cast, sentence: Sentence, role: Role) -> Step | None:
        placement = next((one for one in self.pairs if one.source.lower() == "placement"), None)
        if placement is None or role.side is not placement.sender:
            self._wrong(
                sentence.place, "a binding of placements on the side where the person is", "none",
                "Say it field by field: `Given a …`, and `…'s FIELD becomes …`.", "unknown-word",
            )  # fmt: skip
            return None
        job = sentence.parts.get("job", "")
        if job and job not in cast.roles:
            settings = next((one for one in self.integration.entities.values() if one.ats == "JobOrder"), None)
            if settings is not None:
                cast.roles[job] = Role(job, role.side, "JobOrder", settings, settings.name)
        return Step(sentence, role, other=cast.roles.get(job))

    # Words

    def _meant(self, sentence: Sentence, word: str, side: Side | None) -> tuple[EntitySettings, Side, str] | None:
        fits: list[tuple[EntitySettings, Side, str]] = []
        for settings in self.integration.entities.values():
            pair = next((one for one in self.pairs if one.name == settings.name), None)
            sides = [one for one in (side,) if one is not None] or [
                pair.sender if pair is not None else Side.ATS, pair.sender.other if pair is not None else Side.APP
            ]  # fmt: skip
            for one in sides:
                if word.lower() in words_of(settings, one):
                    starts = pair is not None and (pair.sender is one or pair.either)
                    fits.append((settings, one, pair.name if pair is not None and starts else ""))
                    break
        if len(fits) == 1:
            return fits[0]
        known = sorted({one for e in self.integration.entities.values() for s in Side for one in words_of(e, s)})
        self._wrong(
            sentence.place, "a word for one entity of the toml", f"`{word}`" + (", which several have" if fits else ""),
            "The words are the toml's [entities].", "unknown-word", nearest(word, known),
        )  # fmt: skip
        return None

    def _role(self, cast: _Cast, sentence: Sentence, name: str) -> Role | None:
        found = cast.roles.get(name)
        if found is None and name not in cast.unmade:
            self._wrong(
                sentence.place, "somebody whom an earlier sentence has named", f'"{name}"',
                f'Write for instance `Given a candidate "{name}"` first.', "unknown-person", nearest(name, cast.roles),
            )  # fmt: skip
        return found

    def _aim(self, sentence: Sentence, role: Role, side: Side, said: str) -> Aim | None:
        """Return the field that is meant: the role's own, or of the latest record that belongs to it."""
        settings, owner = role.settings, ""
        head, dot, rest = said.partition(".")
        if dot:
            for other in self.integration.entities.values():
                if head.strip().lower() in {*words_of(other, side)} and other is not settings:
                    settings, owner, said = other, other.ats if role.side is Side.ATS else other.app, rest
        entity = settings.ats if side is Side.ATS else settings.app
        kind = self.schemas[side].entities.get(entity)
        if kind is None:
            return None
        leaf = self._leaf(kind, side, Cell(said.strip(), sentence.place))
        return Aim(side, entity, leaf, owner) if leaf is not None else None

    def _leaf(self, kind: Entity, side: Side, cell: Cell) -> Field | None:
        labels = {
            label.lower(): path.partition(".")[2]
            for label, path in self.integration.labels.items()
            if path.partition(".")[0] == kind.name
        }
        said = labels.get(cell.text.lower(), cell.text)
        found = kind.field_at(said)
        if found is None:
            paths = {_plain(one.path): one for one in kind.all_fields()}
            found = paths.get(_plain(said))
        if found is None:
            known = [*(one.path for one in kind.all_fields()), *labels]
            name = self.integration.systems[side].name
            self._wrong(
                cell.place, f"a field of {kind.name} in {name}", f"`{cell.text}`",
                "Fields are named as the system names them, or by the toml's [labels].", "unknown-field",
                nearest(cell.text, known),
            )  # fmt: skip
        return found

    def _said(
        self, cast: _Cast, place: Place, leaf: Field, text: str, *, bare: bool = False, closed: bool = False
    ) -> Said:
        """Return what a value means for a field.

        `bare`: quotes may be left out, as in tables; `closed`: only choices that the field knows.
        """
        text = text.strip()
        quoted = len(text) >= 2 and text.startswith('"') and text.endswith('"')
        inner = text[1:-1] if quoted else text
        if not quoted and inner.lower() in _WORDS and (not inner or leaf.type is Type.YES_NO or "blank" in inner):
            return _WORDS[inner.lower()]
        if leaf.type is Type.REFERENCE:
            if inner in cast.roles:
                return Named(inner)
            return self._not_so(place, leaf, text, "the name of a record", nearest(inner, cast.roles))
        if leaf.type in (Type.DATE, Type.INSTANT):
            day = day_said(inner)
            return day if day is not None else self._not_so(place, leaf, text, "a day: today, in 3 days, 2026-03-01")
        if leaf.type in (Type.NUMBER, Type.INTEGER, Type.AMOUNT):
            if _NUMBER.fullmatch(inner):
                return Decimal(inner)
            return self._not_so(place, leaf, text, "a number")
        if leaf.type is Type.YES_NO:
            return self._not_so(place, leaf, text, "yes or no")
        if not quoted and not bare:
            return self._not_so(place, leaf, text, "a text in quotes, or blank")
        if closed and leaf.closed and leaf.choices and inner and inner not in leaf.choices:
            return self._not_so(
                place, leaf, text, "one of " + ", ".join(map(str, leaf.choices)), nearest(inner, map(str, leaf.choices))
            )
        return inner

    def _not_so(self, place: Place, leaf: Field, text: str, wanted: str, close: str | None = None) -> Said:
        """Say that a value cannot be one of a field's; blank stands for it until the document is put right."""
        self._wrong(
            place, f"{wanted}, because `{leaf.path}` is {_a(leaf.type.value)}", text or "nothing",
            'Texts stand in quotes: `"Active"`; days and numbers do not.', "workflow-value", close,
        )  # fmt: skip
        return None

    def _wrong(self, place: Place, expected: str, found: str, how: str, code: str, close: str | None = None) -> None:
        self.problems.append(Problem(place, expected, found, did_you_mean=close, how=how, code=code))


def bind_workflows(
    integration: Integration,
    schemas: Mapping[Side, SystemSchema],
    pairs: Iterable[Pair],
    documents: Iterable[Document],
    problems: list[Problem],
) -> list[tuple[BoundWorkflow, Statement]]:
    """Bind every workflow of the documents, in their order."""
    binder = WorkflowBinder(integration, schemas, tuple(pairs), problems)
    return [binder.bind(document, one) for document in documents for one in document.workflows]


def told(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """Return sentences as they were written, each with the fields of its table in one line."""
    found: list[str] = []
    before = ""
    for one in sentences:
        fields = ", ".join(f"{name.text} {value.text or 'blank'}" for name, value in one.table)
        word = "And" if one.role == before else one.role.capitalize()
        found.append(f"{word} {one.text}" + (f" {fields}" if fields else ""))
        before = one.role
    return tuple(found)


def _titled(workflow: Workflow) -> str:
    title = workflow.name
    for name, cell in workflow.cells.items():
        title = title.replace(f"<{name}>", cell)
    return title


def _side(parts: Mapping[str, str]) -> Side | None:
    said = parts.get("side", "")
    return {"ats": Side.ATS, "app": Side.APP}.get(said.lower())


def _plain(name: str) -> str:
    return re.sub(r"[\s_]", "", name).lower()


def _a(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
