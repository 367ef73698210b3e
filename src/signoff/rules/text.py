"""Compare and cut texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

from signoff.expressions.tree import Step
from signoff.record import Value
from signoff.rules import sources as s
from signoff.rules.context import Context
from signoff.rules.cutting import cut
from signoff.rules.registry import BLANK, Run, ex, rule
from signoff.rules.wording import TEXT, texted
from signoff.rules.work import Work
from signoff.schema import Type


@rule(
    "same text",
    family="text",
    says="the same text",
    computes="The sending text, unchanged.",
    compares="Equal after Unicode NFC and trimming at both ends (NBSP and other Unicode blanks too); case counts.",
    near="The last character lost, UTF-8 read as Latin-1, signs escaped as HTML, other case.",
    compares_as="text",
    examples=[
        ex("same text", "Zoë", "Zoe\u0308", s.NFC),
        ex("same text", " Maria\u00a0", "Maria", s.SPACES),
        ex("same text", "Köln", "Köln", s.MOJIBAKE),
        ex("same text", "O'Brien & Sons", "O'Brien & Sons", s.AMPERSAND),
        ex("same text", "0", "0", s.FALSY),
        ex("same text", "\u00a0 ", BLANK, s.SPACES),
    ],
)
def build_same_text(_step: Step, work: Work) -> Run:
    """Build `same text`."""
    work.comparison = TEXT
    work.type = Type.TEXT
    return lambda value, _context: texted(value)


def each_text(change: Callable[[str], str | None]) -> Run:
    """Return a run that changes a text; an empty outcome is blank."""

    def run(value: Any, _context: Context) -> Value:
        return change(texted(value)) or None

    return run


def words(text: str) -> list[str]:
    """Split a text at Unicode blanks."""
    return text.split()


def _text_rule(key: str, change: Callable[[str], str | None], **about: Any) -> None:
    @rule(key, family="text", **about)
    def build(_step: Step, work: Work) -> Run:
        work.type = Type.TEXT
        return each_text(change)


_CUT = "it throws a part of the text away"

_text_rule(
    "first word",
    lambda text: words(text)[0] if words(text) else None,
    says="its first word",
    computes="The text up to the first blank.",
    inverts=_CUT,
    examples=[
        ex("first word", "Maria Lopez", "Maria", s.IDIBU),
        ex("first word", "  Maria  Lopez", "Maria", s.SPACES),
        ex("first word", "Maria", "Maria", s.IDIBU),
        ex("first word", "Maria\u00a0del Carmen Lopez", "Maria", s.SPACES),
        ex("first word", "Anne-Marie O'Neil", "Anne-Marie", s.HRFLOW),
        ex("first word", " ", BLANK, s.SPACES),
    ],
)
_text_rule(
    "rest",
    lambda text: " ".join(words(text)[1:]),
    says="everything after its first word",
    computes="Everything after the first word, with single blanks; blank if there is only one word.",
    inverts=_CUT,
    examples=[
        ex("rest", "Maria Lopez", "Lopez", s.IDIBU),
        ex("rest", "Maria del Carmen Lopez", "del Carmen Lopez", s.HRFLOW),
        ex("rest", "Maria", BLANK, s.LEVER),
        ex("rest", "Maria   Lopez", "Lopez", s.SPACES),
        ex("rest", "Vincent van Gogh", "van Gogh", s.HRFLOW),
    ],
)
_text_rule(
    "last word",
    lambda text: words(text)[-1] if words(text) else None,
    says="its last word",
    computes="The text after the last blank.",
    inverts=_CUT,
    examples=[
        ex("last word", "Maria Lopez", "Lopez", s.IDIBU),
        ex("last word", "Maria del Carmen Lopez ", "Lopez", s.HRFLOW),
        ex("last word", "Cher", "Cher", s.HRFLOW),
        ex("last word", "Jean-Luc Picard", "Picard", s.HRFLOW),
        ex("last word", "Ana\u2003Silva", "Silva", s.SPACES),
    ],
)
_text_rule(
    "all but the last word",
    lambda text: " ".join(words(text)[:-1]),
    says="everything before its last word",
    computes="Everything before the last word, with single blanks; blank if there is only one word.",
    inverts=_CUT,
    examples=[
        ex("all but the last word", "Maria Lopez", "Maria", s.IDIBU),
        ex("all but the last word", "Maria del Carmen Lopez", "Maria del Carmen", s.HRFLOW),
        ex("all but the last word", "Cher", BLANK, s.HRFLOW),
        ex("all but the last word", " Ana  Maria Silva ", "Ana Maria", s.SPACES),
        ex("all but the last word", "Anne Marie O'Neil", "Anne Marie", s.HRFLOW),
    ],
)
_text_rule(
    "letters and digits only",
    lambda text: "".join(sign for sign in text if sign.isalnum() or unicodedata.combining(sign)),
    says="its letters and digits only",
    computes="Drops every character that Unicode counts as neither letter nor digit; marks stay with their letters.",
    inverts=_CUT,
    examples=[
        ex("letters and digits only", "AB-12/3", "AB123", s.ASTUTE),
        ex("letters and digits only", "O'Brien", "OBrien", s.ASTUTE),
        ex("letters and digits only", "Zoë-1", "Zoë1", s.NFC),
        ex("letters and digits only", "--", BLANK, s.ASTUTE),
        ex("letters and digits only", "12 345", "12345", s.ASTUTE),
    ],
)
_text_rule(
    "digits only",
    lambda text: "".join(sign for sign in text if sign in "0123456789"),
    says="its digits only",
    computes="Keeps 0 to 9 and drops everything else.",
    inverts=_CUT,
    examples=[
        ex("digits only", "(512) 555-0147", "5125550147", s.DICE),
        ex("digits only", "+1 512 555 0147", "15125550147", s.DICE),
        ex("digits only", "none", BLANK, s.DICE),
        ex("digits only", "007", "007", s.JSON),
        ex("digits only", "ext. 12", "12", s.DICE),
    ],
)
_text_rule(
    "upper case",
    str.upper,
    says="in upper case",
    computes="Full Unicode upper case, without a language's own exceptions.",
    inverts="the case that the text had is lost",
    examples=[
        ex("upper case", "lopez", "LOPEZ", s.HRFLOW),
        ex("upper case", "Straße \u0131", "STRASSE I", s.CASE),
        ex("upper case", "zoë", "ZOË", s.CASE),
        ex("upper case", "usd", "USD", s.HRFLOW),
        ex("upper case", "A1", "A1", s.CASE),
    ],
)
_text_rule(
    "lower case",
    str.lower,
    says="in lower case",
    computes="Full Unicode lower case, without a language's own exceptions.",
    inverts="the case that the text had is lost",
    examples=[
        ex("lower case", "LOPEZ", "lopez", s.CASE),
        ex("lower case", "Straße İ", "straße i\u0307", s.CASE),
        ex("lower case", "ZOË", "zoë", s.CASE),
        ex("lower case", "Ann@X.com", "ann@x.com", s.MAIL_CASE),
        ex("lower case", "ΟΔΟΣ", "οδος", s.CASE),
        ex("lower case", "A1", "a1", s.CASE),
    ],
)


class _PlainText(HTMLParser):
    _BREAKS = frozenset({"br", "p", "div", "li", "tr", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in ("script", "style"):
            self.hidden += 1
        elif tag in self._BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.hidden = max(0, self.hidden - 1)
        elif tag in self._BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def plain_text(text: str) -> str:
    """Return a text without HTML: tags gone, references resolved, blocks and breaks as one line break each."""
    reader = _PlainText()
    reader.feed(text)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.parts).replace("\u00a0", " ").split("\n")]
    return "\n".join(line for line in lines if line)


_text_rule(
    "plain text",
    plain_text,
    says="as plain text, HTML removed",
    computes="Takes tags, scripts and styles away, resolves character references, makes every block a line, "
    "drops empty lines and surplus blanks.",
    inverts="the HTML is lost",
    examples=[
        ex("plain text", "<p>Great <b>nurse</b></p>", "Great nurse", s.BULLHORN),
        ex("plain text", "Smith &amp; Sons", "Smith & Sons", s.HTML),
        ex("plain text", "write &amp;lt; for less", "write &lt; for less", s.HTML),
        ex("plain text", "one<br>two", "one\ntwo", s.HTML),
        ex("plain text", "a&nbsp;b", "a b", s.HTML),
        ex("plain text", "<p></p>", BLANK, s.BULLHORN),
        ex("plain text", "no tags", "no tags", s.HTML),
    ],
)


def _strung(key: str, change: Callable[[str, str], str | None], **about: Any) -> None:
    @rule(key, family="text", inverts=_CUT, **about)
    def build(step: Step, work: Work) -> Run:
        sign = str(step.arguments[0])
        work.type = Type.TEXT
        if not sign:
            raise work.wrong(f"a text to look for after `{key}`", "empty quotes", "Write the sign between the quotes.")
        return each_text(lambda text: change(text, sign))


def _before(text: str, sign: str) -> str:
    return text.partition(sign)[0].strip()


def _after(text: str, sign: str) -> str:
    return text.partition(sign)[2].strip()


_strung(
    "part before",
    _before,
    shape='part before ","',
    says='the part before "{0}"',
    computes="The text before the first such sign, trimmed; the whole text if there is none.",
    examples=[
        ex('part before ","', "Lopez, Maria", "Lopez", s.IDIBU),
        ex('part before ","', "Lopez", "Lopez", s.IDIBU),
        ex('part before "@"', "ann@example.com", "ann", s.RFC5321),
        ex('part before ","', "a, b, c", "a", s.HRFLOW),
        ex('part before ","', ", b", BLANK, s.HRFLOW),
        ex('part before "T"', "2026-01-31T10:00", "2026-01-31", s.HRFLOW),
    ],
)
_strung(
    "part after",
    _after,
    shape='part after "-"',
    says='the part after "{0}"',
    computes="The text after the first such sign, trimmed; blank if there is none.",
    examples=[
        ex('part after "-"', "BH-123", "123", s.BULLHORN),
        ex('part after "-"', "123", BLANK, s.BULLHORN),
        ex('part after ", "', "Lopez, Maria", "Maria", s.IDIBU),
        ex('part after "-"', "a-b-c", "b-c", s.HRFLOW),
        ex('part after "@"', "ann@example.com", "example.com", s.RFC5321),
    ],
)
_strung(
    "without the characters",
    lambda text, signs: "".join(sign for sign in text if sign not in signs),
    shape='without the characters "/"',
    says='without the characters "{0}"',
    computes="Drops each of the characters wherever it stands.",
    examples=[
        ex('without the characters "/"', "12/34/56", "123456", s.ASTUTE),
        ex('without the characters "-."', "12-34.5", "12345", s.ASTUTE),
        ex('without the characters " "', "SW1A 1AA", "SW1A1AA", s.ASTUTE),
        ex('without the characters "/"', "abc", "abc", s.ASTUTE),
        ex('without the characters "*"', "**", BLANK, s.BULLHORN),
    ],
)


def _between(text: str, left: str, right: str) -> str | None:
    start = text.find(left)
    end = text.find(right, start + len(left)) if start >= 0 else -1
    return text[start + len(left) : end].strip() if end >= 0 else None


def _outside(text: str, left: str, right: str) -> str:
    start = text.find(left)
    end = text.find(right, start + len(left)) if start >= 0 else -1
    return " ".join((text[:start] + " " + text[end + len(right) :]).split()) if end >= 0 else text


def _pair(key: str, change: Callable[[str, str, str], str | None], **about: Any) -> None:
    @rule(key, family="text", inverts=_CUT, **about)
    def build(step: Step, work: Work) -> Run:
        left, right = str(step.arguments[0]), str(step.arguments[1])
        work.type = Type.TEXT
        if not left or not right:
            raise work.wrong(f"two signs after `{key}`", "empty quotes", 'Write for example "(" and ")".')
        return each_text(lambda text: change(text, left, right))


_pair(
    "part between",
    _between,
    shape='part between "(" and ")"',
    says='the part between "{0}" and "{1}"',
    computes="The text between the first such sign and the next closing one, trimmed; blank if either is missing.",
    examples=[
        ex('part between "(" and ")"', "Nurse (ICU)", "ICU", s.HRFLOW),
        ex('part between "(" and ")"', "Nurse", BLANK, s.HRFLOW),
        ex('part between "(" and ")"', "Nurse (ICU", BLANK, s.HRFLOW),
        ex('part between "(" and ")"', "a (b) (c)", "b", s.HRFLOW),
        ex("part between '\"' and '\"'", 'Bob "Bo" Ray', "Bo", s.HRFLOW),
    ],
)
_pair(
    "without the part between",
    _outside,
    shape='without the part between "(" and ")"',
    says='without the part between "{0}" and "{1}"',
    computes="The text without the first such part and its signs, with single blanks; one without such a part stays "
    "as it is.",
    examples=[
        ex('without the part between "(" and ")"', "Nurse (ICU)", "Nurse", s.HRFLOW),
        ex('without the part between "(" and ")"', "Nurse (ICU) night", "Nurse night", s.HRFLOW),
        ex('without the part between "(" and ")"', "Nurse", "Nurse", s.HRFLOW),
        ex('without the part between "(" and ")"', "(ICU)", BLANK, s.HRFLOW),
        ex('without the part between "(" and ")"', "Nurse  ICU", "Nurse  ICU", s.HRFLOW),
        ex('without the part between "[" and "]"', "Job [42] A", "Job A", s.HRFLOW),
    ],
)


@rule(
    "at most",
    shape="at most N characters",
    family="text",
    says="cut to at most {0} characters",
    computes="The first N Unicode code points of the NFC text, without a trailing blank. A mark, joiner or flag is "
    "never parted from what it belongs to, so the text may come out shorter.",
    inverts=_CUT,
    examples=[
        ex("at most 5 characters", "Maria Lopez", "Maria", s.TOO_LONG),
        ex("at most 20 characters", "Maria", "Maria", s.BULLHORN),
        ex("at most 3 characters", "Zoë", "Zoë", s.NFC),
        ex("at most 3 characters", "Zoe\u0308", "Zoë", s.NFC),
        ex("at most 6 characters", "Maria Lopez", "Maria", s.SPACES),
        ex("at most 2 characters", "ab👩\u200d🔧", "ab", s.GRAPHEMES),
        ex("at most 4 characters", "ab👩\u200d🔧", "ab", s.GRAPHEMES),
    ],
)
def build_at_most(step: Step, work: Work) -> Run:
    """Build `at most N characters`."""
    most = step.arguments[0]
    work.type = Type.TEXT
    if not isinstance(most, int) or most < 1:
        raise work.wrong("at least 1 character", f"{most}", "Write how many characters fit.")
    return each_text(lambda text: cut(unicodedata.normalize("NFC", text).strip(), most))
