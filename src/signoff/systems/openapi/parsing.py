"""Parse YAML or JSON as documents need it: no key twice, nothing that unfolds without end, lines kept for errors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, NoReturn

import yaml

from signoff.errors import Place, Problem, ScopeError

Pointer = tuple[str, ...]
"""Keys from the document's root to a spot in it."""

MOST_VALUES: Final = 2_000_000
"""Values of a document with its aliases unfolded; the largest ones in use have some hundred thousand."""
DEEPEST: Final = 200
"""Lists and mappings within each other."""
_BRACKETS: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|[\[{\]}]")
"""In JSON: a text, or a bracket."""


class _Loader(yaml.SafeLoader):
    """Read YAML 1.2 scalars: 1.1 would make dates of version names, and booleans of `Y`, `on` and `no`."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  pyyaml reads this table from the class


for _tag, _form, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", "-0123456789"),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_form})$"), list(_first))


_Fast: Any = type(
    "_Fast",
    (getattr(yaml, "CSafeLoader", yaml.SafeLoader),),
    {"yaml_implicit_resolvers": _Loader.yaml_implicit_resolvers},
)
"""The same scalars, read by libyaml where PyYAML was built with it: ten times as fast, with poorer messages."""


def parsed(file: str, text: str) -> Any:
    """Return what a text holds, with text keys only; raise ScopeError naming the line."""
    endless = _wrong(Place(file), "a document that ends", "brackets in brackets without end", _WHOLE)
    if text.lstrip().startswith("{"):
        try:
            found = json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_number)
        except RecursionError:
            raise endless from None
        except _TwiceError:
            pass  # it is told below, with its line
        except json.JSONDecodeError:
            # A YAML document may begin with a brace as well; YAML's own message tells the line if it does not.
            pass
        except ValueError as wrong:
            raise _wrong(Place(file), "numbers that JSON has", _number(wrong), _WHOLE) from None
        else:
            if _json_nested(text) > DEEPEST:
                raise endless
            return found
    if _nested(text) > DEEPEST:
        # Neither loader would come back from it: libyaml brings the whole process down.
        raise endless
    try:
        return _built(file, text, _Fast)
    except (yaml.YAMLError, RecursionError):
        # What is wrong is said below, in the words of the slower loader.
        pass
    try:
        return _built(file, text, _Loader)
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        raise _wrong(
            Place(file, mark.line + 1 if mark else 0),
            "YAML or JSON",
            str(getattr(wrong, "problem", None) or "text that cannot be read"),
            "Correct the line; most editors mark it when the file is opened as YAML.",
        ) from wrong
    except RecursionError as wrong:
        raise _wrong(Place(file), "a document that ends", "an alias that holds itself", _WHOLE) from wrong


_WHOLE: Final = "Ask the document's owner for one that OpenAPI's own checkers accept."


def _wrong(place: Place, expected: str, found: str, how: str) -> ScopeError:
    return ScopeError(Problem(place, expected, found, how=how, code="openapi-document"))


def _json_nested(text: str) -> int:
    """Return how deep lists and objects of JSON stand within each other."""
    deepest = depth = 0
    for found in _BRACKETS.finditer(text):
        depth += (found[0] in "[{") - (found[0] in "]}")
        deepest = max(deepest, depth)
    return deepest


def _nested(text: str) -> int:
    """Return how deep lists and mappings of YAML stand within each other, or more than `DEEPEST` as soon as they do.

    Only the parser can tell a bracket from one in a sentence; unlike what builds values it keeps count without end.
    """
    deepest = depth = 0
    try:
        for event in yaml.parse(text, Loader=_Fast):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            deepest = max(deepest, depth)
            if deepest > DEEPEST:
                break
    except yaml.YAMLError:
        pass  # told by whoever builds values, with its line
    return deepest


class _TwiceError(Exception):
    """Tell that a mapping has a key twice."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _TwiceError
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _number(error: ValueError) -> str:
    return "a number of thousands of digits" if "digits" in str(error) else str(error)


def _built(file: str, text: str, kind: Any) -> Any:
    loader = kind(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return None
        for pointer, line, expected, found in _slips(root):
            raise _wrong(Place(file, line, cell="/".join(pointer)), expected, found, _WHOLE)
        try:
            return _plain(loader.construct_document(root), {})
        except ValueError as wrong:
            raise _wrong(Place(file), "numbers that YAML has", _number(wrong), _WHOLE) from None
    finally:
        loader.dispose()


def _slips(root: Any) -> Iterator[tuple[Pointer, int, str, str]]:
    """Yield for what stands twice, or unfolds without end, its keys, its line, what was expected and found."""
    sizes: dict[int, int] = {}
    open_: set[int] = set()
    todo: list[tuple[Any, Pointer, bool]] = [(root, (), False)]
    while todo:
        node, pointer, done = todo.pop()
        line = node.start_mark.line + 1
        inner = _inner(node)
        if done:
            open_.discard(id(node))
            sizes[id(node)] = 1 + sum(sizes.get(id(one), 1) for _, one in inner)
            if sizes[id(node)] > MOST_VALUES:
                yield pointer, line, f"at most {MOST_VALUES:,} values", "aliases that unfold to more"
                return
            continue
        if id(node) in sizes:
            continue
        if id(node) in open_:
            yield pointer, line, "a document that ends", "an alias that holds itself"
            return
        if isinstance(node, yaml.MappingNode):
            seen: dict[str, int] = {}
            for name, _ in node.value:
                if not isinstance(name, yaml.ScalarNode) or name.tag == "tag:yaml.org,2002:merge":
                    continue
                if name.value in seen:
                    here = name.start_mark.line + 1
                    yield (
                        (*pointer, name.value),
                        here,
                        "each key once",
                        f"`{name.value}` again, as in line {seen[name.value]}",
                    )
                    return
                seen[name.value] = name.start_mark.line + 1
        open_.add(id(node))
        todo.append((node, pointer, True))
        todo.extend((one, (*pointer, key), False) for key, one in reversed(inner))


def _inner(node: Any) -> Sequence[tuple[str, Any]]:
    if isinstance(node, yaml.MappingNode):
        return [(str(name.value) if isinstance(name, yaml.ScalarNode) else "?", value) for name, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [(str(index), value) for index, value in enumerate(node.value)]
    return ()


def _plain(value: Any, done: dict[int, Any]) -> Any:
    """Give every mapping text keys (`200:` is a number in YAML), each aliased node once."""
    if isinstance(value, dict | list):
        if id(value) not in done:
            done[id(value)] = (
                {str(key): _plain(inner, done) for key, inner in value.items()}
                if isinstance(value, dict)
                else [_plain(inner, done) for inner in value]
            )
        return done[id(value)]
    return value


def line_of(text: str, pointer: Pointer) -> int:
    """Return the line, from 1, of the deepest part of the pointer that can be found; 0 if the text is not YAML."""
    node = _composed(text)
    line = 0
    for key in pointer:
        found = _child(node, key)
        if found is None:
            break
        line, node = found
    return line


@lru_cache(maxsize=2)
def _composed(text: str) -> Any:
    try:
        return yaml.compose(text, Loader=_Fast)
    except (yaml.YAMLError, RecursionError):
        return None


def _child(node: Any, key: str) -> tuple[int, Any] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return name.start_mark.line + 1, value
        for name, value in node.value:
            if name.tag == "tag:yaml.org,2002:merge":
                found = _child(value, key)
                if found is not None:
                    return found
    elif isinstance(node, yaml.SequenceNode) and key.isdigit() and int(key) < len(node.value):
        value = node.value[int(key)]
        return value.start_mark.line + 1, value
    return None
