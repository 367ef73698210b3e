"""Bind what a workflow says of lists that a system answers wrongly: which system, whose records."""

from __future__ import annotations

from signoff.agreement.played import Step
from signoff.agreement.words import words_of
from signoff.errors import Problem, nearest
from signoff.schema import Side
from signoff.scope import EntitySettings, Integration, Sentence

_OWN = {"ats": Side.ATS, "app": Side.APP}


def bound_lists(integration: Integration, sentence: Sentence, problems: list[Problem]) -> Step | None:
    """Return the step of a sentence on lists; None, and what is wrong with it, if its words are not understood."""
    parts = sentence.parts
    names = {one.name.lower(): side for side, one in integration.systems.items()} | _OWN
    side = names.get(parts["system"].strip().lower())
    if side is None:
        known = [*(one.name for one in integration.systems.values()), "the ATS", "the app"]
        problems.append(
            Problem(
                sentence.place,
                "the name of a system: " + ", ".join(known),
                f"`{parts['system']}`",
                did_you_mean=nearest(parts["system"], known),
                how="Systems are named as the toml's [systems] names them.",
                code="unknown-word",
            )
        )
        return None
    word, entity = parts.get("word", "").strip(), ""
    if word:
        entities = integration.entities.values()
        found = {_name(one, side): 0 for one in entities if word.lower() in words_of(one, side)}
        if len(found) != 1:
            words = sorted({one for settings in entities for one in words_of(settings, side)})
            problems.append(
                Problem(
                    sentence.place,
                    f"a word for one entity of {integration.systems[side].name}",
                    f"`{word}`" + (", which several have" if found else ""),
                    did_you_mean=None if found else nearest(word, words),
                    how="The words are the toml's [entities].",
                    code="unknown-word",
                )
            )
            return None
        [entity] = found
    return Step(sentence, side=side, count=int(parts.get("count", "1")) if "first" in parts else 0, entity=entity)


def _name(settings: EntitySettings, side: Side) -> str:
    return settings.ats if side is Side.ATS else settings.app
