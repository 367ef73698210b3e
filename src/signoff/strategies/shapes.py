"""Know what a plain text must look like because a rule takes it apart or reads it as something else."""

from __future__ import annotations

from signoff.agreement.abilities import handle
from signoff.agreement.primary import FLAGS
from signoff.agreement.resolved import Agreement, BoundRow, Pair
from signoff.record import Value
from signoff.rules.files import CONTENT
from signoff.schema import Field, Side, Type

READABLE = frozenset(
    {
        *(Type.PHONE, Type.EMAIL, Type.DATE, Type.INSTANT, Type.AMOUNT, Type.NUMBER, Type.INTEGER),
        *(Type.YES_NO, Type.STATE, Type.COUNTRY),
    }
)
"""Types of which a text may hold a value."""

PLAIN = ("same ", "first filled", "every ", "or ")
"""Beginnings of the phrases that hand a value on as it is."""

READS = {
    "as a number": Type.NUMBER,
    "yes/no as": Type.YES_NO,
    "date only": Type.DATE,
    "country as 2-letter code": Type.COUNTRY,
    "state as 2-letter code": Type.STATE,
    "same email": Type.EMAIL,
    "same phone": Type.PHONE,
    "same date": Type.DATE,
    "same date and time": Type.INSTANT,
    "same amount": Type.AMOUNT,
    "same number": Type.NUMBER,
    "same yes/no": Type.YES_NO,
}
"""Phrases that take a text for something else, whatever field receives it."""


def shapes(agreement: Agreement) -> dict[tuple[Side, str, str], Type]:
    """Return the texts that must be readable as something else: a phone, a date or an amount of the other side."""
    found: dict[tuple[Side, str, str], Type] = {}
    for pair in agreement.pairs:
        for row in pair.rows:
            read = read_as(row)
            for source in row.sources if read is not None else ():
                one = handle(agreement, pair, source)
                if one is not None and one.leaf.type is Type.TEXT and not one.leaf.choices and read is not None:
                    found[pair.sender, one.entity, one.path] = read
    return found


def read_as(row: BoundRow) -> Type | None:
    """Return what a row takes its texts for, or None where they may be any text."""
    if row.rule is None or row.rule.table:
        return None
    steps = [step.phrase for step in row.rule.tree.steps]
    for phrase in steps:
        if phrase in READS:
            return READS[phrase]
        if not phrase.startswith(PLAIN):
            return None
    target = row.target_field.type if row.target_field is not None else Type.TEXT
    return target if target in READABLE else None


def places(agreement: Agreement) -> dict[tuple[Side, str, str], int]:
    """Return the most decimals that a plain number has: as many as everyone who receives it says to hold."""
    found: dict[tuple[Side, str, str], int] = {}
    for pair in agreement.directions():
        for row in pair.rows:
            most = row.target_field.decimals if row.target_field is not None else None
            for source in row.sources if most is not None else ():
                one = handle(agreement, pair, source)
                if one is not None and most is not None and one.leaf.type in (Type.AMOUNT, Type.NUMBER):
                    key = (pair.sender, one.entity, one.path)
                    found[key] = min(most, found.get(key, most))
    return found


def delimiters(agreement: Agreement) -> dict[tuple[Side, str, str], tuple[str, str]]:
    """Return (separator of a list, text between two parts) of the texts that a rule takes apart, "" where none."""
    found: dict[tuple[Side, str, str], tuple[str, str]] = {}
    for pair in agreement.pairs:
        for row in pair.rows:
            if row.rule is None or not row.rule.tree.steps or len(row.sources) != 1:
                continue
            step = row.rule.tree.steps[0]
            one = handle(agreement, pair, row.sources[0])
            if one is None or not step.arguments or not isinstance(step.arguments[0], str):
                continue
            if step.phrase == "split at":
                found[pair.sender, one.entity, one.path] = (step.arguments[0], "")
            elif step.phrase in ("part before", "part after"):
                found[pair.sender, one.entity, one.path] = ("", step.arguments[0])
    return found


def listed(agreement: Agreement) -> dict[tuple[Side, str, str], tuple[str, ...]]:
    """Return the values of the table in which a text without choices of its own is looked up."""
    found: dict[tuple[Side, str, str], tuple[str, ...]] = {}
    for pair in agreement.pairs:
        for row in pair.rows:
            table = agreement.tables.get(row.rule.table) if row.rule is not None else None
            one = handle(agreement, pair, row.sources[0]) if table is not None and len(row.sources) == 1 else None
            if table is None or one is None or one.leaf.type is not Type.TEXT or one.leaf.choices:
                continue
            found.setdefault((pair.sender, one.entity, one.path), words_of(agreement, pair, row))
    return found


def words_of(agreement: Agreement, pair: Pair, row: BoundRow) -> tuple[str, ...]:
    """Return the sending values that the table of a row lists, none where it looks nothing up."""
    table = agreement.tables.get(row.rule.table) if row.rule is not None else None
    if table is None:
        return ()
    cells = [value.ats.text if pair.sender is Side.ATS else value.app.text for value in table.rows]
    return tuple(cell for cell in cells if cell.lower() not in ("", "(blank)", "anything else"))


def only_one_primary(field: Field, items: list[Value], named: str = "") -> list[Value]:
    """Return a list's items with one flagged as the primary one, where they have such a flag, as the toml names it."""
    flag = next((name for name in (named, *FLAGS) if name in field.fields), "")
    if not flag:
        return items
    first = len(items) // 2
    return [{**one, flag: at == first} if isinstance(one, dict) else one for at, one in enumerate(items)]


def file_in_parts(field: Field, content: str) -> Value:
    """Return a file as the object that holds its bytes in base64 and its name."""
    return {name: content if name in CONTENT else f"resume-{content[-9:-3]}.pdf" for name in field.fields}
