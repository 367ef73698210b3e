"""Five thousand rows are read, bound and checked while one waits."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from pathlib import Path

from suites import written

from signoff.plugin.linting import linted
from signoff.settings import find_suite

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "lint.py"


def test_the_time_grows_with_the_rows_and_no_faster(tmp_path: Path) -> None:
    # A ratio of one machine to itself: 12 times the rows in less than 30 times the time. Worked out for each row,
    # the words of all entities alone made it 100 times.
    spec = importlib.util.spec_from_file_location("benchmark_lint", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    took: list[float] = []
    for rows in (120, 120, 1440):
        folder = tmp_path / f"{len(took)}"
        made = module.write(folder, rows)
        suite = find_suite(folder)
        assert suite is not None
        started = time.process_time()
        found = linted(suite, "many-rows")
        took.append(time.process_time() - started)
        assert (made, found.statements > made) == (rows, True)
    # The first one builds the parser and reads the systems' own documents.
    assert took[2] / took[1] < 30


def test_what_lint_has_no_use_for_is_not_loaded(tmp_path: Path) -> None:
    written(tmp_path)
    heavy = ("pytest", "requests", "hypothesis", "faker", "jsonschema", "werkzeug", "allure_commons")
    script = f"import sys; from signoff.cli import main; main(['lint', {str(tmp_path)!r}]); "
    script += f"sys.exit(' '.join(one for one in {heavy} if one in sys.modules))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert ran.stderr.strip() == ""
