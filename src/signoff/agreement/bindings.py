"""Find which records the documents bind, and which binding a table belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from signoff.agreement.items import binding_problem
from signoff.agreement.words import meant
from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.schema import Side, SystemSchema
from signoff.scope import Binding, Document, EntitySettings, Integration

Bindings = dict[str, tuple[Binding, Document, EntitySettings, Side]]
"""Name -> the binding, its document, the toml's entity, and the side that its records are sent from."""


def bound_by_name(
    integration: Integration,
    documents: Sequence[Document],
    schemas: Mapping[Side, SystemSchema],
    problems: list[Problem],
) -> Bindings:
    """Return the documents' bindings by name, each once; what is wrong with one is added to `problems`.

    A name is the entity's in the toml, or the Rule's if an entity is bound twice.
    """
    found: Bindings = {}
    by_text: dict[str, str] = {}
    for document in documents:
        for binding in document.bindings:
            words = " ".join(binding.text.lower().split())
            if words in by_text and not binding.group:
                continue
            try:
                entity, side = meant(integration, binding.source, binding.target, binding.place, binding.item_of)
            except ScopeError as error:
                problems += error.problems
                continue
            if not _entities_known(integration, schemas, entity, problems):
                continue
            if (wrong := binding_problem(binding, integration, schemas[side], entity, side)) is not None:
                problems.append(wrong)
                continue
            started = Side.APP if binding.started == "app" else Side.ATS
            if binding.started != "either" and started is not side:
                problems.append(
                    Problem(
                        binding.place,
                        f"the side that `{binding.source}` stands on to be the side where it starts",
                        f"started in the {started}",
                        how=f"Write `each {binding.target} is a {binding.source}`, or say `, started in the {side}`.",
                        code="started",
                    )
                )
            name = entity.name
            if name in found:
                name = binding.group.lower().replace(" ", "_") if binding.group else ""
            if not name or name in found:
                problems.append(
                    Problem(
                        binding.place,
                        f"another binding of {entity.name} only in a Gherkin Rule of its own",
                        f'"{binding.text}"',
                        how="Give each of the two bindings a `Rule:`, whose name tells them apart.",
                        code="bound-twice",
                    )
                )
                continue
            by_text[words] = name
            found[name] = (binding, document, entity, side)
    return found


def _entities_known(
    integration: Integration, schemas: Mapping[Side, SystemSchema], entity: EntitySettings, problems: list[Problem]
) -> bool:
    known = True
    for which, at in ((entity.ats, Side.ATS), (entity.app, Side.APP)):
        if which not in schemas[at].entities:
            known = False
            problems.append(
                Problem(
                    Place(integration.file, cell=f"[entities.{entity.name}]"),
                    f"an entity of {integration.systems[at].name}",
                    f"`{which}`",
                    did_you_mean=nearest(which, schemas[at].entities),
                    how="Write it as the system names it.",
                    code="unknown-entity",
                )
            )
    return known


def binding_of(document: Document, group: str, place: Place, bindings: Bindings, problems: list[Problem]) -> str | None:
    """Return the name of the binding that a table of a Rule, or of a Feature (""), belongs to; None if it has none."""
    near = [one for one in document.bindings if one.group == group] or [
        one for one in document.bindings if not one.group
    ]
    for binding in near:
        words = " ".join(binding.text.lower().split())
        for name, (known, _, _, _) in bindings.items():
            if known is binding or (" ".join(known.text.lower().split()) == words and not known.group):
                return name
    if not near:
        problems.append(
            Problem(
                place,
                "a Background that says which records belong together",
                "none",
                how="Add `Given each Candidate is a worker` with your own two names.",
                code="unbound",
            )
        )
    return None
