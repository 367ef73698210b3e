"""Compare e-mail addresses, ignoring case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from signoff.expressions.tree import Step
from signoff.record import Value
from signoff.rules import results
from signoff.rules import sources as s
from signoff.rules.context import Context
from signoff.rules.registry import BLANK, Around, Ask, Edge, Kind, Outcome, Run, ex, kind, rule
from signoff.rules.wording import normal, texted
from signoff.rules.work import Work
from signoff.schema import Field, Type

_SHORTEST, _LONGEST = len("n@b.co"), 254
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+")


def address(value: Any, _context: Context | None = None, _ask: Ask | None = None) -> str:
    """Return an e-mail address trimmed; raise bad data for a text without one @ between two parts."""
    text = normal(texted(value))
    if not _ADDRESS.fullmatch(text):
        raise results.bad(results.EMAIL_UNREADABLE, "it is not of the form name@domain")
    return text


def same_address(left: str, right: str, _ask: Ask | None = None) -> bool:
    """Compare two addresses ignoring case and blanks at the ends."""
    return left == right or normal(left).casefold() == normal(right).casefold()


def near_addresses(text: str, _field: Field | None = None) -> Iterator[str]:
    """Yield wrong but plausible addresses: another domain ending, the tag lost, the name cut."""
    name, _, domain = text.rpartition("@")
    yield f"{name}@{domain[:-1]}" if len(domain) > 1 else f"{name}@{domain}x"
    yield f"{name}1@{domain}"
    if "+" in name:
        yield f"{name.partition('+')[0]}@{domain}"
    if "." in name:
        yield f"{name.replace('.', '')}@{domain}"


def email_edges(field: Field | None, _around: Around) -> Iterator[Edge]:
    """Yield addresses worth trying."""
    edges = [
        Edge("Ann.Lee@Example.COM", "capitals in both parts"),
        Edge("ann+night@example.com", "a tag after the name"),
        Edge("o'brien@example.com", "an apostrophe"),
        Edge("a@b.co", "as short as they come"),
        Edge("josé@example.com", "a letter outside ASCII"),
        Edge("ann_lee%x@sub.example.co.uk", "signs, and a domain of four parts"),
        Edge(" ann.lee@example.com ", "blanks around it"),
        Edge("\u00a0ann.m.lee@example.com\u00a0", "blanks around it that do not break (NBSP), as pages have them"),
    ]
    most = field.max_length if field is not None else None
    yield from (edge for edge in edges if most is None or len(edge.value) <= most)


def address_of_length(length: int) -> str | None:
    """Return an address of so many characters, of the parts that RFC 5321 allows; None where there is none.

    At most 64 before the @ and 254 in all; labels of at most 63 (RFC 1035).
    """
    if not _SHORTEST <= length <= _LONGEST:
        return None
    end = "@example.com" if length > len("@example.com") else "@b.co"
    left = length - len(end)
    name = min(left, 64)
    labels = ""
    if left > name:
        more = left - name
        name, more = (name - 1, more + 1) if more % 61 == 1 else (name, more)
        whole, rest = divmod(more, 61)
        labels = ".".join([*["d" * 60] * whole, *(["e" * (rest - 1)] if rest else [])]) + "."
    return f"{'n' * name}@{labels}{end[1:]}"


EMAIL: Final = kind(
    Kind(
        "email",
        (Type.EMAIL,),
        frozenset({Type.EMAIL, Type.TEXT, Type.PICKLIST, Type.ANY}),
        address,
        lambda raw, _context, _ask: normal(texted(raw)),
        same_address,
        near_addresses,
        email_edges,
        raw=lambda typed, _field, _zone: typed,
        says="the same e-mail address",
    )
)

_BAD: Final = Outcome("bad data", results.EMAIL_UNREADABLE)


@rule(
    "same email",
    family="email",
    says="the same e-mail address",
    computes="The sending address, trimmed.",
    compares="Equal ignoring case and blanks at the ends; tags and dots count. A text that is not `name@domain` is "
    "bad data.",
    near="A letter of the domain lost, another name, the tag lost, the dots lost.",
    compares_as="email",
    examples=[
        ex("same email", "Ann@X.com", "ann@x.com", s.MAIL_CASE, Type.EMAIL, Type.EMAIL),
        ex("same email", "a@x.com ", "a@x.com", s.MAIL_BLANK, Type.EMAIL, Type.EMAIL),
        ex("same email", "a@x.com\u00a0", "a@x.com", s.MAIL_BLANK, Type.EMAIL, Type.EMAIL),
        ex("same email", "a@EXAMPLE.com", "a@example.com", s.RFC1035, Type.EMAIL, Type.EMAIL),
        ex("same email", "ann+night@example.com", "ann+night@example.com", s.RFC5321, Type.EMAIL, Type.EMAIL),
        ex("same email", "n/a", _BAD, s.RFC5321, Type.EMAIL, Type.EMAIL),
        ex("same email", "", BLANK, s.RFC5321, Type.EMAIL, Type.EMAIL),
    ],
)
def build_same_email(_step: Step, work: Work) -> Run:
    """Build `same email`."""
    work.comparison = EMAIL
    work.type = Type.EMAIL
    return _as_it_is


def _as_it_is(value: Value, _context: Context) -> Value:
    return value
