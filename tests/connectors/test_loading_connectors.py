"""A connector is named by a path or a module; whatever is wrong with it is told, and nothing is known of it then."""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from signoff.connectors.python import load
from signoff.connectors.sought import missing
from signoff.errors import Blocked, Place, Problem


def suite(root: Path, files: Mapping[str, str] | None = None, **more: str) -> Path:
    for name, text in {**(files or {}), **more}.items():
        file = root / "fixtures" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def problem(target: str, root: Path) -> Problem:
    with pytest.raises(Blocked) as caught:
        load(target, root)
    [found] = caught.value.problems
    return found


SHELL = "Import it in a Python shell to see the whole trace."
BESIDE = "Install what it needs here; import what stands beside it with a dot, as in `from .mapping import rows`."
CLASS = "class Connector:\n    version = '1'\n"


@pytest.mark.parametrize(
    "target", ["fixtures/crm:Connector", "fixtures/crm.py:Connector", "fixtures/crm", "fixtures/pack:Connector"]
)
def test_a_file_or_a_package_of_the_suite(target: str, tmp_path: Path) -> None:
    root = suite(tmp_path, {"crm": CLASS, "pack/__init__": "from .inner import Connector\n", "pack/inner": CLASS})
    found = load(target, root)
    assert found.__name__ == "Connector"
    assert found.__module__.startswith("signoff_suite.fixtures.")
    assert str(root) not in sys.path


def test_an_installed_module() -> None:
    assert load("decimal:Decimal", Path("/nowhere")).__name__ == "Decimal"


def test_a_file_is_read_again_each_time(tmp_path: Path) -> None:
    suite(tmp_path, crm=CLASS)
    load("fixtures/crm", tmp_path)
    suite(tmp_path, crm=CLASS.replace("'1'", "'22'"))
    assert load("fixtures/crm", tmp_path).version == "22"


def test_a_path_with_nothing_at_it(tmp_path: Path) -> None:
    suite(tmp_path, reference_connector=CLASS)
    assert str(problem("fixtures/refrence_connector:Connector", tmp_path)) == (
        'connector, cell "fixtures/refrence_connector:Connector"\n'
        "  expected: a Python file or package folder of the suite, or an installed module\n"
        "  found:    nothing at fixtures/refrence_connector\n"
        "  did you mean: fixtures/reference_connector\n"
        "  Correct `target` in the toml's [connector], or give --connector PATH:CLASS."
    )


def test_a_module_that_is_not_installed(tmp_path: Path) -> None:
    found = problem("no_such_module_here:Connector", tmp_path)
    assert found.found == "nothing at no_such_module_here"


@pytest.mark.parametrize(
    ("text", "said", "how"),
    [
        ("import no_such_thing\n", "ModuleNotFoundError: No module named 'no_such_thing' at crm.py:1", BESIDE),
        ("x = 1\nraise RuntimeError('no licence')\n", "RuntimeError: no licence at crm.py:2", SHELL),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3 at crm.py:2", SHELL),
        ("x = 1\ndef (:\n", "SyntaxError: invalid syntax at crm.py:2", SHELL),
    ],
)
def test_a_connector_that_cannot_be_imported(text: str, said: str, how: str, tmp_path: Path) -> None:
    suite(tmp_path, crm=text)
    assert str(problem("fixtures/crm:Connector", tmp_path)) == (
        'connector, cell "fixtures/crm:Connector"\n'
        "  expected: a connector that can be imported\n"
        f"  found:    {said}\n"
        f"  {how}"
    )


def test_a_class_of_another_name(tmp_path: Path) -> None:
    suite(tmp_path, crm="class Conector: pass\n_hidden = 1\n")
    assert str(problem("fixtures/crm:Connector", tmp_path)) == (
        'connector, cell "fixtures/crm:Connector"\n'
        "  expected: `Connector` in fixtures/crm\n"
        "  found:    it has Conector\n"
        "  did you mean: Conector\n"
        "  Name the class after the colon."
    )


def test_a_file_without_any_name(tmp_path: Path) -> None:
    suite(tmp_path, crm="")
    assert problem("fixtures/crm:Connector", tmp_path).found == "it has no public name"


def test_a_neighbour_is_imported_with_a_dot(tmp_path: Path) -> None:
    suite(tmp_path, crm="from .mapping import rows\n" + CLASS, mapping="rows = 7\n")
    assert load("fixtures/crm:Connector", tmp_path).version == "1"


def test_a_name_that_is_no_class(tmp_path: Path) -> None:
    suite(tmp_path, crm="Connector = 5\n")
    found = problem("fixtures/crm:Connector", tmp_path)
    assert found.expected == "a class that is made with (settings, state) and has sync()"
    assert found.found == "`Connector` is a value of type int"


@pytest.mark.parametrize(
    "target", ["x" * 300 + "/connector:Connector", "fixtures/\0:Connector", ".connector:Connector", "..:Connector"]
)
def test_a_name_that_no_file_can_have_is_told_without_running_anything(target: str, tmp_path: Path) -> None:
    found = missing(target, tmp_path, Place("scope/x.toml", 5))
    assert found is not None
    assert found.code == "connector-target"


def test_of_a_module_that_was_made_by_hand_nobody_can_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = ModuleType("made_by_hand")
    assert made.__spec__ is None
    monkeypatch.setitem(sys.modules, "made_by_hand", made)
    assert missing("made_by_hand:Connector", tmp_path, Place("scope/x.toml", 5)) is None
