"""Every computed block of the documentation is what the code gives now."""

import importlib
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture(scope="module")
def write_docs():
    sys.path.insert(0, str(SCRIPTS))
    yield importlib.import_module("write_docs")
    sys.path.remove(str(SCRIPTS))


def test_blocks_are_up_to_date(write_docs):
    stale = [f"{page.name}: {name}" for page, name, text in write_docs.marked() if text != write_docs.wanted(name)]
    assert not stale, "run: python scripts/write_docs.py"


def test_every_block_is_used_and_every_mark_is_paired(write_docs):
    used = [name for _, name, _ in write_docs.marked()]
    assert sorted(used) == sorted(write_docs.BLOCKS)
    for page in write_docs.pages():
        text = page.read_text(encoding="utf-8")
        marks = (text.count("<!-- generated: "), text.count("<!-- end -->"))
        assert marks == (len(list(write_docs.MARK.finditer(text))),) * 2, page.name
