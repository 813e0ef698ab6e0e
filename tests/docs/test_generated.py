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


@pytest.fixture(scope="module")
def bodies(write_docs):
    return write_docs.docs_bodies


def test_states_and_medicines_have_their_pages_and_no_others(bodies, write_docs):
    for kind, folder in bodies.FOLDERS.items():
        names = bodies.shown_names(kind)
        wanted = {"README.md", *(f"{name}.{ending}" for name in names for ending in ("md", "svg"))}
        assert {path.name for path in (write_docs.ROOT / folder).iterdir()} == wanted
        text = (write_docs.ROOT / folder / "README.md").read_text(encoding="utf-8")
        assert text == bodies.index(kind, names), "run: python scripts/write_docs.py"


def test_pages_of_states_and_medicines_hold_what_the_model_gives(bodies, write_docs):
    stale = []
    for kind, folder in bodies.FOLDERS.items():
        for name in bodies.shown_names(kind):
            text = (write_docs.ROOT / folder / f"{name}.md").read_text(encoding="utf-8")
            what, model = bodies.found(name, kind), bodies.joined(name, kind)
            parts = {
                "Course": bodies.course(what),
                "Published values": bodies.published(what),
                "Equations": bodies.equations(model),
                "Numbers": bodies.numbers(what),
                "Limits": bodies.limits(what),
                "Sources": bodies.sources(what),
            }
            stale += [f"{name}: {title}" for title, part in parts.items() if f"## {title}\n\n{part}\n" not in text]
    assert not stale, "run: python scripts/write_docs.py"


def test_plots_of_states_and_medicines_draw_every_published_value_that_the_pages_tell(bodies, write_docs):
    for kind, folder in bodies.FOLDERS.items():
        for name in bodies.shown_names(kind):
            drawn = (write_docs.ROOT / folder / f"{name}.svg").read_text(encoding="utf-8")
            assert f"{len(bodies.found(name, kind).points)} published values as points" in drawn
