"""The Python examples of the documentation run, and print what the page says they print."""

import importlib
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
docs_examples = importlib.import_module("docs_examples")


@pytest.mark.parametrize("page", docs_examples.PAGES)
def test_examples_run_and_print_what_the_page_says(page):
    assert docs_examples.rewritten(ROOT / page) == (ROOT / page).read_text(encoding="utf-8")


def test_no_page_has_examples_that_are_not_run():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    with_examples = {str(page.relative_to(ROOT)) for page in pages if "```python" in page.read_text(encoding="utf-8")}
    assert with_examples == set(docs_examples.PAGES)


def test_a_wrong_output_and_a_failing_example_are_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```python\nx = 2\nprint(x)\n```\n\n```text\n3\n```\n")
    assert re.search(r"```text\n2\n```", docs_examples.rewritten(page))
    page.write_text("\n```python\nnothing\n```\n")
    with pytest.raises(NameError):
        docs_examples.rewritten(page)
