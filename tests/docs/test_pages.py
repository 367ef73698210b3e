"""Keep the documentation true: generated pages, links, and the commands that it shows."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "src/**/*.md")
    for page in ROOT.glob(pattern)
    if "node_modules" not in page.parts
)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^ *```[^\n]*\n.*?^ *```$", re.DOTALL | re.MULTILINE)
_SHELL = re.compile(r"^ *```(?:bash|console|sh)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _anchors(text: str) -> set[str]:
    found = set()
    for heading in re.findall(r"^#+ +(.+)$", _CODE.sub("", text), re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", heading.lower())
        found.add(plain.strip().replace(" ", "-"))
    return found


@cache
def _makefile() -> frozenset[str]:
    return frozenset(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@cache
def _help_of(*command: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", *command, "--help"], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    ).stdout


def _commands() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        for block in _SHELL.findall(page.read_text(encoding="utf-8")):
            for line in block.splitlines():
                command = line.split("   #")[0].strip().removeprefix("$ ")
                if command and not command.startswith("#"):
                    found.append((page.relative_to(ROOT).as_posix(), command))
    return found


def test_generated_pages_say_what_the_code_says() -> None:
    assert _generator().stale() == [], "run make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_relative_links_lead_somewhere(page: Path) -> None:
    lost = []
    for target in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        aim = (page.parent / path).resolve() if path else page
        there = aim.exists() and aim.is_relative_to(ROOT)
        if not there or (anchor and anchor not in _anchors(aim.read_text(encoding="utf-8"))):
            lost.append(target)
    assert lost == []


def test_the_pages_show_commands() -> None:
    assert ("README.md", "make accept") in _commands()


@pytest.mark.parametrize(("page", "command"), _commands())
def test_shown_commands_exist(page: str, command: str) -> None:
    for part in command.split(" && "):
        words = part.split()
        name = words[0].rsplit("/", 1)[-1]
        if name == "make":
            targets = [word for word in words[1:] if re.fullmatch(r"[a-z]+", word)]
            assert set(targets) <= _makefile(), f"{page}: {command}"
        elif name == "pytest":
            known = _help_of("pytest")
            for option in re.findall(r"(?<!\S)(--?[a-z][a-z-]*)", part):
                assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", known), f"{page}: {command}"
        elif name == "signoff":
            assert words[1] in _help_of("signoff.cli"), f"{page}: {command}"
        else:
            assert name in {"pip", "python3", "python", "mkdir", "cd", "git", "cp", "run"}, f"{page}: {command}"


def test_the_page_of_systems_names_every_key_of_the_openapi_dialect() -> None:
    from signoff.systems.openapi import options

    text = (ROOT / "docs" / "reference" / "systems.md").read_text(encoding="utf-8")
    keys = {*options._SYSTEM, *options._ENTITY, *(word for kind in options._PAGING.values() for word in kind)}
    assert [key for key in sorted(keys) if f"`{key}`" not in text and f"{key} = " not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_pages_speak_of_no_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"(?:^|[\s\"'`(=])(/(?:home|root|tmp|work|Users|opt)/\S*)", text) == []
