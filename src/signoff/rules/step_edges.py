"""Find texts, amounts and times on which the steps of a rule have something to do."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from signoff.expressions import tree as t
from signoff.rules.clocks import telling_times
from signoff.rules.registry import PHRASES, Around, Edge, Kind
from signoff.schema import Type


def halves_of_steps(steps: Iterable[t.Step]) -> list[Edge]:
    """Return amounts that lie halfway between two that rounding may give, above an even digit and above an odd one.

    Behind a formula they are no such halves; the generator finds those of formulas itself.
    """
    found: list[Edge] = []
    for step in steps:
        if step.phrase == "=":
            break
        if step.phrase == "rounded to":
            places = int(str(step.arguments[0]))
            found += [
                Edge(12 + Decimal(digits).scaleb(-places - 1), f"half a step above an {which} digit", where_held=True)
                for digits, which in ((45, "even"), (35, "odd"))
            ]
    return found


def local_times(kind: Kind, steps: Iterable[t.Step], around: Around) -> list[Edge]:
    """Return local times without an offset, where a text is read as a moment in the first of the zones."""
    read = Type.INSTANT in kind.types or any(one.phrase == "same date and time" for one in steps)
    zones = around.zones[:1] if read else ()
    return [Edge(text, why) for zone in zones for text, why in telling_times(zone, around.year)]


_ITEMS: Final = ("Ab", "Cd 1", "Ef", "Gh", "Ij", "Kl")


def edges_of_steps(steps: Iterable[t.Step]) -> list[Edge]:
    """Return texts on which the steps of a text rule have something to do: its own signs, and its worked examples."""
    found: list[Edge] = []
    for step in steps:
        phrase = PHRASES.get(step.phrase)
        if phrase is None or phrase.starts or phrase.on_blank:
            continue
        for text in (one for one in step.arguments if isinstance(one, str) and one.strip()):
            signs = [text, *(sign for sign in text if sign.strip())] if len(text) > 1 else [text]
            found += [Edge(f"Ab{sign}Cd 1{sign}Ef", f"has {sign!r} twice") for sign in dict.fromkeys(signs)]
            if phrase.key == "split at":
                found.append(Edge(text.join(_ITEMS), "has more than four items"))
            elif phrase.key == "without the characters":
                found.append(Edge("".join(text.split()) * 2, "has nothing but signs that go"))
        if phrase.key in ("part between", "without the part between"):
            first, last = (str(one) for one in step.arguments[:2])
            found.append(Edge(f"Ab {first}Cd{last} Ef {first}Gh{last} Ij", "has two such parts"))
        if phrase.family == "text":
            found += [
                Edge(value, f"a worked example of {phrase.shape}")
                for one in phrase.examples[:3]
                if len(one.given) == 1 and isinstance(value := next(iter(one.given.values())), str)
            ]
    return found
