"""Compare two sheets, statement by statement: what is new, what changed, what is gone, and which verdicts are stale."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from signoff.agreement.grounds import SCHEMA, TOML
from signoff.agreement.promises import NO_PROMISE
from signoff.evidence.wording import number

LABELS = ("must", "owner", "ticket", "severity", "branch", "waived_until", "waived_reason", "switched_off")
"""What a statement is marked with, by its keys in `signoff.json`: texts or null."""
_SHORT = {"waived_until": "waived until", "waived_reason": "reason of the waiver", "switched_off": "switched off"}


class Kind(StrEnum):
    """Name what became of a statement."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """Hold what became of one statement.

    `what` says in words what changed, one part each. `stale`: it promises something else now, so an earlier verdict
    says nothing of it. `verdict` is the earlier one, None where there was none. File and line are the newer ones.
    """

    kind: Kind
    id: str
    title: str
    file: str
    line: int
    what: tuple[str, ...] = ()
    stale: bool = False
    verdict: str | None = None


def compare(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> tuple[Change, ...]:
    """Return what became of the statements of one sheet in another, in the order of the newer, what is gone last.

    Statements are those of `signoff.json`; older ones without a hash, or whose hash did not yet cover the toml and the
    schemas, are compared by cells and sentence.
    """
    before = {one["id"]: one for one in old}
    after = {one["id"]: one for one in new}
    names = _renamed([one for one in old if one["id"] not in after], [one for one in new if one["id"] not in before])
    changes: list[Change] = []
    for one in new:
        former = before.get(names.get(one["id"], one["id"]))
        if former is None:
            changes.append(_change(Kind.ADDED, one))
            continue
        stale, what = _stale(former, one), _what(former, one)
        if stale or what:
            what = what or ("what it rests on: its binding, table, population or rows",)
            changes.append(_change(Kind.CHANGED, one, what, stale, former.get("verdict")))
    gone = set(before) - set(after) - set(names.values())
    changes += [_change(Kind.REMOVED, one, (), True, one.get("verdict")) for one in old if one["id"] in gone]
    return tuple(changes)


def _change(
    kind: Kind, one: Mapping[str, Any], what: tuple[str, ...] = (), stale: bool = False, verdict: str | None = None
) -> Change:
    return Change(kind, one["id"], one["title"], one["file"], one["line"], what, stale, verdict)


def _renamed(gone: Iterable[Mapping[str, Any]], come: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return new id → old id of statements that promise the same under another id."""
    left: dict[tuple[str, str], list[str]] = {}
    for one in gone:
        if one.get("hash"):
            left.setdefault((one["kind"], one["hash"]), []).append(one["id"])
    found: dict[str, str] = {}
    for one in come:
        same = left.get((one["kind"], one.get("hash") or ""), [])
        if len(same) == 1:
            found[one["id"]] = same.pop()
    return found


def _stale(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    alike = "grounds" in old or not new.get("grounds")
    if alike and old.get("hash") and new.get("hash"):
        return bool(old["hash"] != new["hash"])
    return _promised(old) != _promised(new)


def _promised(one: Mapping[str, Any]) -> tuple[Mapping[str, str], str | None]:
    cells = {heading: text for heading, text in one["cells"].items() if heading.lower() not in NO_PROMISE}
    return cells, one.get("sentence")


def _what(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    found = [f"id: was {old['id']}"] if old["id"] != new["id"] else []
    if old["kind"] != new["kind"]:
        found.append(f"kind: {_from_to(old['kind'], new['kind'])}")
    for heading in dict.fromkeys((*old["cells"], *new["cells"])):
        before, after = (" ".join(one["cells"].get(heading, "").split()) for one in (old, new))
        if before != after and heading.lower() not in LABELS:
            found.append(f"{heading}: {_from_to(before, after)}")
    for name in LABELS:
        before, after = old.get(name) or "", new.get(name) or ""
        if before != after:
            found.append(f"{_SHORT.get(name, name)}: {_from_to(before, after)}")
    if not found and old.get("sentence") != new.get("sentence"):
        found.append(f"meaning: {_from_to(old.get('sentence') or '', new.get('sentence') or '')}")
    return (*found, *_grounds(old.get("grounds") or {}, new.get("grounds") or {}))


def _grounds(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    """Yield in words what of the toml and the schemas says something else; what is not in both, the cells tell of."""
    moved = [name for name in old if name in new and old[name] != new[name]]
    in_toml = [name.removeprefix(TOML) for name in moved if name.startswith(TOML)]
    in_schema = [name.removeprefix(SCHEMA) for name in moved if name.startswith(SCHEMA)]
    if in_toml:
        yield f"the toml says otherwise, which it rests on: {'; '.join(in_toml)}"
    if in_schema:
        yield f"the schema, or [types] in the toml, says otherwise, which it rests on: {'; '.join(in_schema)}"


def _from_to(before: str, after: str) -> str:
    if not before:
        return f'now "{after}"'
    return f'"{before}" is now "{after}"' if after else f'no longer "{before}"'


def summary(changes: Sequence[Change]) -> str:
    """Return `2 added, 1 changed, 1 removed; 2 earlier verdicts no longer hold`, or `no differences`."""
    counts = [(kind, sum(1 for one in changes if one.kind is kind)) for kind in Kind]
    stale = sum(1 for one in changes if one.stale and one.verdict)
    told = ", ".join(f"{many:,} {kind.value}" for kind, many in counts if many)
    holds = f"; {number(stale, 'earlier verdict')} no longer hold{'s' if stale == 1 else ''}" if stale else ""
    return f"{told}{holds}" if told else "no differences"


def text(found: Mapping[str, Sequence[Change]]) -> str:
    """Return the changes of each integration for people."""
    lines: list[str] = []
    for name, changes in found.items():
        lines += [*([""] if lines else []), f"{name}: {summary(changes)}"]
        for one in changes:
            lines.append(f"  {one.kind.value:<8} {one.id}  ({one.title})  {one.file}:{one.line}")
            lines += [f"           {part}" for part in one.what]
            if one.stale and one.verdict:
                lines.append(f"           its earlier verdict, {one.verdict}, no longer holds")
    return "\n".join(lines) + "\n"


def as_json(found: Mapping[str, Sequence[Change]]) -> str:
    """Return the changes as JSON."""
    document = {
        "schema": "signoff-diff/1",
        "integrations": {
            name: [
                {
                    "change": one.kind.value,
                    "id": one.id,
                    "title": one.title,
                    "file": one.file,
                    "line": one.line,
                    "what": list(one.what),
                    "stale": one.stale,
                    "verdict": one.verdict,
                }
                for one in changes
            ]
            for name, changes in found.items()
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def markdown(found: Mapping[str, Sequence[Change]]) -> str:
    """Return the changes as Markdown, for a pull request."""
    from signoff.evidence.summary import code, escaped

    lines: list[str] = []
    for name, changes in found.items():
        lines += [*([""] if lines else []), f"## {escaped(name)}: {escaped(summary(changes))}"]
        for kind in Kind:
            mine = [one for one in changes if one.kind is kind]
            lines += ["", f"### {kind.value.capitalize()}", ""] if mine else []
            for one in mine:
                stale = f"; its verdict, {one.verdict}, no longer holds" if one.stale and one.verdict else ""
                lines.append(f"- **{escaped(one.title)}** ({code(one.id)}, {code(f'{one.file}:{one.line}')}){stale}")
                lines += [f"  - {escaped(part)}" for part in one.what]
    return "\n".join(lines) + "\n"
