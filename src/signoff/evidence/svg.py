"""Write small drawings as inline SVG: text, boxes, verdict marks; the same ones for the sheet and for Allure.

A drawing is 360 units wide, so that its letters are as large on a telephone as on a screen. What a colour says is also
said by a sign; a title and a description say it to whoever cannot see it.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from signoff.evidence.wording import NOT_RUN, WORDS, Word
from signoff.verdict import Outcome

WIDTH = 360

_STYLE = (
    "text{font:12px system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif;fill:#1c1f23}"
    ".d-soft{fill:#5b636d;font-size:10.5px}.d-head{font-weight:600}.d-box{fill:#f4f6f8;stroke:#8a929c}"
    ".d-line{stroke:#8a929c;fill:none}.d-paper{fill:#fff}.d-in{fill:#d9f1e8}.d-out{fill:#eceef1}"
    ".d-bar{fill:#2f86c4}.d-base{fill:#8a929c}.d-unknown{stroke-dasharray:4 3}"
    ".d-sign{font-weight:700;font-size:11px}.d-arrow{fill:none;stroke-width:1.6}"
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Hold one drawing. `title` and `told` say in words what it shows, to whoever cannot see it.

    `caption` stands beneath it, besides the title: what the table around it does not say.
    """

    name: str
    """Part of ids; letters, digits and `-`."""
    title: str
    told: str
    height: float
    parts: tuple[Markup, ...]
    caption: str = ""

    def inline(self) -> Markup:
        """Return the drawing as it stands in the sheet, in the sheet's colours."""
        return self._svg('class="drawing"', Markup(""))

    def alone(self) -> str:
        """Return the drawing as a file of its own, in the colours of the light theme."""
        style = Markup('<style>{}</style><rect class="d-paper" width="100%" height="100%"/>').format(
            Markup(_STYLE + "".join(map(_tone, (*WORDS.values(), NOT_RUN))))  # noqa: S704  our own constants
        )
        return str(self._svg('xmlns="http://www.w3.org/2000/svg"', style))

    def _svg(self, attributes: str, style: Markup) -> Markup:
        return Markup(
            '<svg {} role="img" width="{}" height="{:.0f}" viewBox="0 0 {} {:.0f}" aria-labelledby="{}-t {}-d">{}'
            '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}</svg>'
        ).format(
            Markup(attributes),  # noqa: S704  our own constants
            WIDTH,
            self.height,
            WIDTH,
            self.height,
            self.name,
            self.name,
            style,
            self.name,
            self.title,
            self.name,
            self.told,
            Markup("").join(self.parts),
        )


def _tone(word: Word) -> str:
    within = f".v-{word.slug}"
    return (
        f"{within} .d-mark{{fill:{word.paper};stroke:{word.ink}}}{within} .d-sign{{fill:{word.ink}}}"
        f"{within} .d-arrow{{stroke:{word.ink}}}{within} .d-tip{{fill:{word.ink}}}"
    )


def words(x: float, y: float, text: str, look: str = "", anchor: str = "start") -> Markup:
    """Return one line of text; `look` are classes."""
    return Markup('<text x="{:.1f}" y="{:.1f}" class="{}" text-anchor="{}">{}</text>').format(x, y, look, anchor, text)


def wrapped(text: str, most: int) -> list[str]:
    """Return a text in one or two lines of at most `most` characters; what does not fit ends in …."""
    if len(text) <= most:
        return [text]
    cut = text.rfind(" ", 1, most + 1)
    first, rest = (text[:cut], text[cut + 1 :]) if cut > 0 else (text[:most], text[most:])
    return [first, rest if len(rest) <= most else rest[: most - 1] + "…"]


def cut(text: str, most: int) -> str:
    """Return a text on one line of at most `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def box(
    x: float, y: float, width: float, height: float, text: str, most: int, below: str = "", look: str = ""
) -> Markup:
    """Return a box with a text in it, and a smaller line beneath the text."""
    lines = wrapped(text, most)
    rows = len(lines) + bool(below)
    top = y + height / 2 - rows * 7 + 10.5
    inner = [words(x + 8, top + 14 * at, line) for at, line in enumerate(lines)]
    if below:
        inner.append(words(x + 8, top + 14 * len(lines), below, "d-soft"))
    return Markup(
        '<g><title>{}</title><rect class="d-box {}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="5"/>{}</g>'
    ).format(text, look, x, y, width, height, Markup("").join(inner))


def mark(x: float, y: float, word: Word, told: str, radius: float = 9) -> Markup:
    """Return the sign of a verdict in a circle; `told` is what is read out for it."""
    return Markup(
        '<g class="v-{}"><title>{}</title><circle class="d-mark" cx="{:.1f}" cy="{:.1f}" r="{:.1f}"/>{}</g>'
    ).format(word.slug, told, x, y, radius, words(x, y + 4, word.icon, "d-sign", "middle"))


def arrow(x1: float, y1: float, x2: float, y2: float, word: Word, *, both: bool = False) -> Markup:
    """Return an arrow between two places, dashed where nothing is proven; `both`: with a head at either end."""
    look = "d-arrow" if word.slug in ("verified", "assumed") else "d-arrow d-unknown"
    middle = (x1 + x2) / 2
    heads = [_head(x2, y2, 1), *([_head(x1, y1, -1)] if both else [])]
    return Markup(
        '<g class="v-{}"><path class="{}" d="M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}"/>{}</g>'
    ).format(word.slug, look, x1, y1, middle, y1, middle, y2, x2, y2, Markup("").join(heads))


def _head(x: float, y: float, way: int) -> Markup:
    return Markup('<path class="d-tip" d="M{:.1f} {:.1f}l{} -4v8z"/>').format(x, y, -8 * way)


def line(x1: float, y1: float, x2: float, y2: float, look: str = "d-line") -> Markup:
    """Return a straight line."""
    return Markup('<path class="{}" d="M{:.1f} {:.1f}L{:.1f} {:.1f}"/>').format(look, x1, y1, x2, y2)


def area(x: float, y: float, width: float, height: float, look: str) -> Markup:
    """Return a filled rectangle."""
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="3"/>').format(
        look, x, y, width, height
    )


def word_for(verdict: str) -> Word:
    """Return how a verdict's word is shown, given as reports name it; not selected where there is none."""
    return WORDS[Outcome(verdict)] if verdict else NOT_RUN
