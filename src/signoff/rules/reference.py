"""Write the reference of rules as Markdown: every phrase, modifier and default, with its worked examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from signoff.rules.defaults import BY_TYPE, OPEN, default_phrase
from signoff.rules.reading import shown
from signoff.rules.registry import MODIFIERS, PHRASES, Example, Outcome
from signoff.rules.worked import NOW
from signoff.schema import Type

_TITLES: Mapping[str, str] = {
    "text": "Texts",
    "email": "E-mail",
    "phone": "Phones",
    "dates": "Dates and times",
    "places": "Places",
    "lists": "Lists",
    "lookup": "Value tables",
    "money": "Amounts and numbers",
    "formula": "Formulas",
    "references": "References",
    "constants": "Constants",
    "casts": "Casts",
    "picks": "Picking from a list",
    "fallback": "Fallbacks and joins",
    "yesno": "Yes and no",
    "files": "Files",
    "checked": "Same value, and the way out",
}

_PREFACE = f"""# Rules

What a rule cell may say, and what each phrase promises. A cell is `step {{, step}} {{, modifier}}`; steps go from left
to right, each on the result of the one before. Every example below is run as a test; unless it says otherwise it is
{NOW:%d %B %Y} at noon UTC, the systems' zone is UTC and the default country is US. Blank is absent, null, empty text,
text of blanks only, or an empty list.

Where the language leaves a choice, this is what is meant:

- `is within N days` counts before and after today, both ends included, unless `exclusive` follows.
- A list passes a test when one of its items does; `is not` is the opposite of that.
- `does not contain` and `does not match` are the opposites of `contains` and `matches`.
- A condition whose value cannot be read as it needs (a day, a number) does not hold.
- Where several sending fields stand in a cell and the rule does not name them all, the steps work on the one that is
  neither named in the rule nor the country that helps to read a phone or a state.
- A date field holds a calendar day: the day written counts, whatever time stands behind it.
- The primary one: the flag that the toml names, else isPrimary, primary or is_primary.
- A table's own words (`(blank)`, `anything else`, `the same value`, `kept as it is`, `left out`, `error`) ignore case.
- On the way back of a two-way row, a table gives the first row whose app value is equal: its `back to`, else its ATS
  value. `match` counts on the way there only.
"""


def markdown() -> str:
    """Return the whole reference as Markdown."""
    parts: list[str] = [_PREFACE]
    for family, title in _TITLES.items():
        parts.append(f"## {title}\n")
        for phrase in PHRASES.values():
            if phrase.family == family:
                parts.append(
                    f"### `{phrase.shape}`\n\n"
                    f"{phrase.computes}\n\n"
                    f"- **Compares:** {phrase.compares}\n"
                    f"- **Two ways:** {_inverts(phrase.inverts)}\n"
                    f"- **Wrong but plausible:** {phrase.near}\n\n" + "\n".join(_table(phrase.examples)) + "\n"
                )
    parts.append("## Modifiers\n")
    for modifier in MODIFIERS.values():
        examples = "\n" + "\n".join(_table(modifier.examples)) + "\n" if modifier.examples else ""
        parts.append(f"### `{modifier.shape}`\n\n{modifier.means}\n{examples}")
    parts.append("\n".join(_defaults()))
    return "\n".join(parts).rstrip() + "\n"


def _inverts(text: str) -> str:
    return f"{text}." if text.startswith("yes") else f"no: {text}."


def _cell(text: str) -> str:
    made = text.replace("|", "\\|").replace("\n", "⏎").replace("\u00a0", "␣").replace("\u0308", "◌\u0308")
    return made.replace("\u200d", "+")


def _table(examples: Iterable[Example]) -> Iterator[str]:
    yield "| rule | sending | receiving | source |"
    yield "|---|---|---|---|"
    for example in examples:
        given = ", ".join(f"{name} = {shown(value)}" for name, value in example.given.items())
        extra = _extra(example)
        rule = f"`{example.rule}`"
        yield f"| {_cell(rule)} | {_cell(given + extra)} | {_cell(_gives(example))} | {example.source} |"


def _gives(example: Example) -> str:
    if not isinstance(example.gives, Outcome):
        return shown(example.gives)
    if example.gives.name == "kept":
        return f"stays {shown(example.options.get('before'))}"
    if example.gives.kind:
        return example.gives.kind if example.gives.name == "blank" else f"{example.gives.name}: {example.gives.kind}"
    return example.gives.name


def _extra(example: Example) -> str:
    known: dict[str, Any] = dict(example.options)
    said = []
    if "country" in known:
        said.append(f"default country {known['country']}")
    if "zone" in known:
        said.append(f"system in {known['zone']}")
    if "before" in known:
        said.append(f"held {shown(known['before'])} before")
    if "changed" in known:
        places = {"here": "the sending field", "there": "the receiving field", "elsewhere": "something else"}
        said.append(f"{' and '.join(places[one] for one in known['changed'])} changed")
    if "later" in known:
        said.append(f"the {known['later']} last")
    if "newer" in known:
        said.append("newer" if known["newer"] else "older")
    if known.get("required"):
        said.append("required row")
    if "choices" in known:
        said.append(f"choices {', '.join(known['choices'])}")
    if "part" in known:
        said.append(f"into `{known['part']}`")
    if "service" in known:
        said.append("no answer" if known["service"].down else "answered")
    if "settings" in known:
        said += [f"setting {name} = {shown(value)}" for name, value in known["settings"].items()]
    if "table" in known:
        said += [" → ".join(row[:2]) + (f" ({row[2]})" if len(row) > 2 else "") for row in known["table"]]
    if "partners" in known:
        said += [f"{by} {value} → {', '.join(ids)}" for (by, value), ids in known["partners"].items()]
    return f" ({'; '.join(said)})" if said else ""


def _defaults() -> Iterator[str]:
    yield "## An empty rule cell\n"
    yield "The row is judged by the default for its types, and its best verdict is *assumed*. Within one type:\n"
    yield "| type | default |"
    yield "|---|---|"
    for type_, phrase in BY_TYPE.items():
        yield f"| {type_.value} | `{_shape(phrase)}` |"
    yield "\nA picklist is looked up in the value table that is named like either field, if there is one. A list is"
    yield "compared as `every item`; one value into a list is a list of one. A reference means the record made for the"
    yield "same id, or, where the other side keeps a text, the name of the record.\n"
    yield "Across types (from the row's type to the column's; blank is an open question, *" + OPEN + "*):\n"
    columns = [type_ for type_ in Type if type_ is not Type.ANY]
    yield "| from \\ to | " + " | ".join(type_.value for type_ in columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for sending in columns:
        cells = []
        for receiving in columns:
            phrase = default_phrase(sending, receiving)
            cells.append("" if phrase == OPEN else _shape(phrase))
        yield f"| **{sending.value}** | " + " | ".join(cells) + " |"


def _shape(phrase: str) -> str:
    return PHRASES[phrase].shape
