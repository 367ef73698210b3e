"""Give every phrase on texts a row, in plain Python: right, and wrong as connectors are."""

from __future__ import annotations

import html
import re
import unicodedata
from decimal import Decimal

from copying import Held, Row
from rig import NUMBER, TEXT, WHOLE, YES_NO, Case, Integration


def signs(text: str) -> str:
    """Keep letters, digits and the marks that belong to them."""
    return "".join(one for one in unicodedata.normalize("NFC", text) if one.isalnum() or unicodedata.combining(one))


def stripped(text: str) -> str:
    text = re.sub(r"(?is)<(script|style)\b.*?</\1>", "", text)
    text = re.sub(r"(?i)<(/?(p|div|li|ul|ol|h\d|tr)\b[^>]*|br\s*/?)>", "\n", text)
    text = html.unescape(re.sub(r"</?[a-zA-Z][^>]*>|<!--.*?-->", "", text))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return "\n".join(line for line in lines if line)


def cut(text: str, most: int) -> str:
    text = unicodedata.normalize("NFC", text.strip())
    if len(text) <= most:
        return text
    end = most
    while end and (unicodedata.combining(text[end]) or "\u200d" in text[end - 1 : end + 1] or _modifies(text[end])):
        end -= 1
    return text[:end].strip()


def _modifies(sign: str) -> bool:
    return sign == "\ufe0f" or "\U0001f3fb" <= sign <= "\U0001f3ff"


def without_part(text: str, most: int) -> str:
    without, parts = re.subn(r"\([^)]*\)", " ", text, count=most)
    return " ".join(without.split()) if parts else text


def letters_upper(r: Row) -> str:
    return "".join(one.upper() if len(one.upper()) == 1 else one for one in r.a)


def figure(text: str) -> Decimal:
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", text.strip()):
        raise Held("no number")
    return Decimal(text.strip())


def yes(value: object) -> bool:
    said = str(value).strip().lower()
    if said not in ("true", "false", "yes", "no", "y", "n", "1", "0"):
        raise Held("neither yes nor no")
    return said in ("true", "yes", "y", "1")


SPELT = {**TEXT, "pattern": r"^[\p{L}\p{M}\p{Nd} .'\u2019-]+$"}
"""What many documents say of names: letters of every script."""

WORDS = Integration(
    (
        Case(
            "name",
            "same text",
            lambda r: r.a,
            (lambda r: r.a.upper(), lambda r: html.escape(r.a), lambda r: re.sub(" {2,}", " ", r.a)),
            required=True,
        ),
        Case("first", "first word", lambda r: r.a.split()[0], (lambda r: r.a, lambda r: r.a.split()[-1])),
        Case("rest", "rest", lambda r: " ".join(r.a.split()[1:]), (lambda r: r.a.split()[-1], lambda r: r.a)),
        Case("last", "last word", lambda r: r.a.split()[-1], (lambda r: r.a.split()[0], lambda r: r.a)),
        Case(
            "all_but",
            "all but the last word",
            lambda r: " ".join(r.a.split()[:-1]),
            (lambda r: r.a.split()[0], lambda r: r.a),
        ),
        Case("plain", "letters and digits only", lambda r: signs(r.a), (lambda r: re.sub(r"[^A-Za-z0-9]", "", r.a),)),
        Case(
            "digits",
            "digits only",
            lambda r: re.sub(r"[^0-9]", "", r.a),
            (lambda r: r.a, lambda r: re.sub(r"[^0-9]", "", r.a).lstrip("0")),
        ),
        Case(
            "spelt",
            "same text",
            lambda r: r.a,
            (
                lambda r: unicodedata.normalize("NFKD", r.a).encode("ascii", "ignore").decode() or "x",
                lambda r: r.a.upper(),
                lambda r: r.a.replace("\u2019", "'"),
            ),
            sends={"a": SPELT},
            gives=SPELT,
        ),
        Case("upper", "upper case", lambda r: r.a.upper(), (lambda r: r.a, lambda r: r.a.title(), letters_upper)),
        Case(
            "lower",
            "lower case",
            lambda r: r.a.lower(),
            (lambda r: r.a, lambda r: r.a.capitalize(), lambda r: r.a.casefold()),
        ),
        Case(
            "html",
            "plain text",
            lambda r: stripped(r.a),
            (lambda r: r.a, lambda r: re.sub(r"<[^>]*>", "", r.a), lambda r: html.unescape(stripped(r.a))),
        ),
        Case(
            "before",
            'part before ","',
            lambda r: r.a.split(",")[0].strip(),
            (lambda r: r.a, lambda r: r.a.rsplit(",", 1)[0]),
        ),
        Case(
            "after",
            'part after "-"',
            lambda r: r.a.partition("-")[2].strip(),
            (lambda r: r.a.rpartition("-")[2], lambda r: r.a),
        ),
        Case(
            "between",
            'part between "(" and ")"',
            lambda r: m[1].strip() if (m := re.search(r"\(([^)]*)\)", r.a)) else None,
            (lambda r: m[1] if (m := re.search(r"\((.*)\)", r.a)) else r.a, lambda r: r.a),
        ),
        Case(
            "without_part",
            'without the part between "(" and ")"',
            lambda r: without_part(r.a, 1),
            (lambda r: without_part(r.a, 0), lambda r: r.a.split("(")[0]),
        ),
        Case(
            "without",
            'without the characters "/-"',
            lambda r: r.a.replace("/", "").replace("-", ""),
            (
                lambda r: r.a.replace("/-", ""),
                lambda r: r.a.replace("/", ""),
                lambda r: r.a.replace("/", "").replace("-", "") or r.a,
            ),
        ),
        Case("short", "at most 12 characters", lambda r: cut(r.a, 12), (lambda r: cut(r.a, 11), lambda r: r.a)),
        Case(
            "two_steps",
            "first word, upper case",
            lambda r: r.a.split()[0].upper(),
            (lambda r: r.a.split()[0], lambda r: r.a.upper()),
        ),
        Case(
            "joined",
            '{a} + " " + {b}',
            lambda r: " ".join(one.strip() for one in (r.a, r.b) if one),
            (lambda r: f"{r.a} {r.b}", lambda r: " ".join(one for one in (r.b, r.a) if one)),
            sends={"a": TEXT, "b": TEXT},
        ),
        Case(
            "prefixed",
            '"BH-" + {a}',
            lambda r: f"BH-{r.a}",
            (lambda r: str(r.a), lambda r: f"BH{r.a}"),
            sends={"a": WHOLE},
        ),
        Case(
            "filled",
            "first filled of {a} or {b}, same text",
            lambda r: r.a or r.b,
            (lambda r: r.a, lambda r: r.b or r.a),
            sends={"a": TEXT, "b": TEXT},
        ),
        Case(
            "otherwise",
            'or "none" if blank',
            lambda r: r.a or "none",
            (lambda r: r.a, lambda r: r.a or "None"),
            on_blank=True,
        ),
        Case(
            "otherwise_1",
            'or "1" if blank, same number',
            lambda r: 1 if r.a is None else r.a,
            (lambda r: r.a or 1, lambda r: r.a),
            sends={"a": WHOLE},
            gives=WHOLE,
            on_blank=True,
        ),
    )
)

CASTS = Integration(
    (
        Case("name", "same text", lambda r: r.a, (lambda r: r.a[:-1],), required=True),
        Case(
            "count_text",
            "as text",
            lambda r: f"{r.a}",
            (lambda r: f"{r.a:,}", lambda r: f"{r.a:08d}" if isinstance(r.a, int) else str(r.a)),
            sends={"a": WHOLE},
        ),
        Case(
            "answer_text",
            "as text",
            lambda r: "true" if r.a else "false",
            (lambda r: str(r.a), lambda r: "1" if r.a else "0"),
            sends={"a": YES_NO},
        ),
        Case(
            "read",
            "as a number",
            lambda r: figure(r.a),
            (lambda r: int(figure(r.a)), lambda r: -figure(r.a)),
            gives=NUMBER,
        ),
        Case(
            "letters",
            'yes/no as "Y" and "N"',
            lambda r: "Y" if r.a else "N",
            (lambda r: "N" if r.a else "Y", lambda r: "Y" if r.a else None),
            sends={"a": YES_NO},
        ),
        Case(
            "answer",
            "same yes/no",
            lambda r: r.a,
            (lambda r: not r.a, lambda r: r.a or None),
            sends={"a": YES_NO},
            gives=YES_NO,
        ),
        Case(
            "answer_read",
            "same yes/no",
            lambda r: yes(r.a),
            (lambda r: not yes(r.a), lambda r: yes(r.a) and len(r.a.strip()) == 4),
            gives=YES_NO,
        ),
        Case(
            "value",
            "same value",
            lambda r: r.a,
            (lambda r: r.a + 1, lambda r: r.a or None),
            sends={"a": NUMBER},
            gives=NUMBER,
        ),
        Case(
            "checked",
            "checked by spelling.backwards",
            lambda r: r.a[::-1],
            (lambda r: r.a, lambda r: r.a[::-1].lower()),
        ),
        Case(
            "is_active",
            'yes if {a} is "Active", otherwise no',
            lambda r: r.a == "Active",
            (lambda r: str(r.a).lower() == "active", lambda r: r.a is not None),
            gives=YES_NO,
            on_blank=True,
        ),
    ),
    functions={"spelling": "def backwards(value, record):\n    return value[::-1] if value else None\n"},
)
