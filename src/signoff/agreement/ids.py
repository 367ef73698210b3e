"""Make statement ids: stable, short, and of the letters that `pytest -k` takes."""

from __future__ import annotations

import re
import unicodedata

from signoff.record import Path

_PLAIN = re.compile(r"[A-Za-z0-9_\-./:\[\]]+")
_VALUE = re.compile(r"\"([^\"]*)\"|'([^']*)'")
LONGEST_SLUG = 60


def slug(text: str) -> str:
    """Return text in lower case with every other sign as one `-`, at most 60 characters."""
    plain = unicodedata.normalize("NFKD", text)
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()
    return re.sub(r"[^a-z0-9_]+", "-", kept).strip("-")[:LONGEST_SLUG].strip("-")


def field_id(cell: str) -> str:
    """Return a field cell as it stands in an id: `tags[name is "x"].value` becomes `tags.x.value`."""
    try:
        segments = Path.parse(cell).segments
    except ValueError:
        return slug(cell)
    parts: list[str] = []
    for segment in segments:
        parts.append(segment.name if _PLAIN.fullmatch(segment.name) else slug(segment.name))
        parts.extend(slug(first or second) for first, second in _VALUE.findall(segment.where))
    return ".".join(parts)


def row_id(binding: str, cell: str, suffix: str = "", branch: str = "") -> str:
    """Return the id of a chart row: `worker.phone`, `worker.ssn:never`, `worker.phone/chicago`."""
    return f"{binding}.{field_id(cell)}" + (f":{suffix}" if suffix else "") + (f"/{slug(branch)}" if branch else "")


def value_id(table: str, value: str, branch: str = "") -> str:
    """Return the id of a value row: `worker-status:active`, `worker-status:blank`, `worker-status:anything-else`."""
    return f"{slug(table)}:{slug(value) or 'blank'}" + (f"/{slug(branch)}" if branch else "")


def lifecycle_id(binding: str, when: str) -> str:
    """Return the id of a lifecycle row: `worker:when:a-candidate-is-deleted`."""
    return f"{binding}:when:{slug(when)}"


def population_id(binding: str, who: str) -> str:
    """Return the id of a population row: `worker:who:status-is-dnu`."""
    return f"{binding}:who:{slug(who)}"


def bad_data_id(binding: str, bad: str) -> str:
    """Return the id of a bad-data row: `worker:bad:a-phone-cannot-be-read`."""
    return f"{binding}:bad:{slug(bad)}"
