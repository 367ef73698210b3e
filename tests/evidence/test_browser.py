"""Look at the sheet in a browser: no page scrolls sideways, and it prints."""

from __future__ import annotations

import html
import re
import subprocess
from pathlib import Path

import evidence_cases as cases
import pytest

from signoff.evidence.sheet import sheet

pytestmark = pytest.mark.browser


def look(chromium: str, folder: Path, *options: str) -> str:
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    done = subprocess.run(
        [chromium, *flags, f"--user-data-dir={folder / 'profile'}", *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def full_of_trouble() -> str:
    """Return a sheet with every verdict, right-to-left text, emoji, and words that no line can hold."""
    long = cases.row("worker." + "x" * 60, 60, "y" * 400, "->", "قلم" * 80, "z" * 200, "w" * 400)
    verdict = cases.Verdict(
        long.id, cases.Outcome.FAILED, findings=(cases.Finding(long.id, "k" * 90, cases.LEAK_CASE),)
    )
    return sheet(
        cases.every_verdict(
            title="t" * 200,
            connector="c" * 200,
            statements=(*cases.STATEMENTS, long),
            verdicts={**cases.verdicts(), long.id: verdict},
        )
    )


@pytest.mark.parametrize("width", [375, 1280])
def test_no_page_scrolls_sideways(chromium: str, tmp_path: Path, width: int) -> None:
    # The page itself allows no script, so a frame of that width is measured from outside.
    page = re.sub(r"<meta http-equiv=[^>]*>", "", full_of_trouble())
    outer = tmp_path / "outer.html"
    outer.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><p id="told"></p>'
        f'<iframe style="border:0;width:{width}px;height:900px" srcdoc="{html.escape(page)}"></iframe>'
        "<script>onload = () => {const page = frames[0].document.documentElement;"
        "told.textContent = `${page.scrollWidth} of ${page.clientWidth}, ${page.scrollHeight > 900}`}</script>",
        encoding="utf-8",
    )
    told = look(chromium, tmp_path, "--window-size=1400,1000", "--dump-dom", outer.as_uri())
    match = re.search(r'<p id="told">(\d+) of (\d+), (true|false)</p>', told)
    assert match is not None
    assert int(match[1]) <= int(match[2]) <= width
    assert match[3] == "true"


def test_the_sheet_prints(chromium: str, tmp_path: Path) -> None:
    page, pdf = tmp_path / "sheet.html", tmp_path / "sheet.pdf"
    page.write_text(full_of_trouble(), encoding="utf-8")
    look(chromium, tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri())
    data = pdf.read_bytes()
    assert data.startswith(b"%PDF-")
    assert re.search(rb"/MediaBox\s*\[0 0 59[45]\.?\d* 84[12]\.?\d*\]", data), "A4"
