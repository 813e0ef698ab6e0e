"""A headless Chromium, driven by its command line: what it says on the console and what a page measures."""

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--window-size=1200,900",
)
_MEASURE = """
<script>
addEventListener("load", () => {
  const page = document.querySelector("iframe").contentDocument, view = document.querySelector("iframe").contentWindow;
  document.body.dataset.found = JSON.stringify({
    width: page.documentElement.scrollWidth,
    height: page.documentElement.scrollHeight,
    loaded: view.performance.getEntriesByType("resource").map(entry => entry.name),
    headings: [...page.querySelectorAll("h2")].map(heading => heading.id),
    visible: [...page.querySelectorAll("svg")].map(drawing => Math.round(drawing.getBoundingClientRect().height)),
    smallest: Math.min(...[...page.querySelectorAll("svg text")].map(
      text => parseFloat(view.getComputedStyle(text).fontSize) * text.closest("svg").getScreenCTM().a)),
  });
});
</script>
"""


def find() -> str:
    """Return the installed browser, or skip the test with a sentence."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None or sys.platform == "win32":
        pytest.skip("No Chromium is installed, so the report is not opened in a browser here.")
    return found


def measure(page: str, width: int) -> tuple[dict, list[str]]:
    """Open a page in a frame so many pixels wide; return what it measures and the lines of its console."""
    frame = f'<iframe style="width:{width}px;height:800px;border:0" srcdoc="{html.escape(page)}"></iframe>'
    with tempfile.TemporaryDirectory() as folder:
        wrapper = Path(folder) / "wrapper.html"
        wrapper.write_text(f"<!DOCTYPE html><meta charset=utf-8><body>{frame}{_MEASURE}</body>", encoding="utf-8")
        command = [find(), *_OPTIONS, f"--user-data-dir={folder}/profile", "--dump-dom", wrapper.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, env=os.environ.copy())
    found = re.search(r'data-found="([^"]*)"', done.stdout)
    assert found is not None, done.stderr
    return json.loads(html.unescape(found[1])), [line for line in done.stderr.splitlines() if "CONSOLE" in line]
