"""Write the computed parts of the documentation.

    python scripts/write_docs.py            rewrite everything that has changed
    python scripts/write_docs.py --check    change nothing; exit 1 when something is out of date

A block stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``; the functions of `docs_tables`,
`docs_outcomes`, `docs_receptors`, `docs_targets`, `docs_kinetics`, `docs_levels`, `docs_observed`, `docs_model` and
`docs_console` make the text. Numbers have 3 or 4 significant digits, so that machines agree. What the Python examples
print stands below them (`docs_examples`). The pages and plots of states and medicines are made whole (`docs_bodies`).
All other text is written by hand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import docs_bodies
import docs_console
import docs_examples
import docs_fertility
import docs_kinetics
import docs_levels
import docs_model
import docs_observed
import docs_outcomes
import docs_receptors
import docs_tables
import docs_targets

ROOT = Path(__file__).parents[1]
MARK = re.compile(r"(?s)(?P<begin><!-- generated: (?P<name>[\w-]+) -->\n)(?P<text>.*?)(?P<end><!-- end -->)")
BLOCKS: Mapping[str, Callable[[], str]] = {
    **docs_model.BLOCKS,
    **docs_observed.BLOCKS,
    **docs_outcomes.BLOCKS,
    **docs_receptors.BLOCKS,
    **docs_tables.BLOCKS,
    **docs_fertility.BLOCKS,
    **docs_targets.BLOCKS,
    **docs_kinetics.BLOCKS,
    **docs_levels.BLOCKS,
    **docs_console.BLOCKS,
}


def pages() -> Iterator[Path]:
    """Yield every page of the documentation."""
    yield from sorted(ROOT.glob("*.md"))
    yield from sorted((ROOT / "docs").rglob("*.md"))


def marked() -> Iterator[tuple[Path, str, str]]:
    """Yield (page, name, text) of every marked block as it stands."""
    for page in pages():
        for match in MARK.finditer(page.read_text(encoding="utf-8")):
            yield page, match["name"], match["text"]


def wanted(name: str) -> str:
    """Return the text that belongs into a block: an empty line, the text, an empty line."""
    return f"\n{BLOCKS[name]().strip()}\n\n"


def fresh(page: Path) -> str:
    """Return a page as it should be."""
    text = (
        docs_examples.rewritten(page) if str(page.relative_to(ROOT)) in docs_examples.PAGES else page.read_text("utf-8")
    )
    return MARK.sub(lambda found: found["begin"] + wanted(found["name"]) + found["end"], text)


def main() -> int:
    check = "--check" in sys.argv[1:]
    changed = False
    for page in pages():
        text = fresh(page)
        if text != page.read_text(encoding="utf-8"):
            changed = True
            print(f"{page.relative_to(ROOT)}: {'out of date' if check else 'written'}")
            if not check:
                page.write_text(text, encoding="utf-8")
    made = (docs_bodies, docs_fertility, docs_targets, docs_kinetics, docs_levels)
    for path, text in (each for module in made for each in module.files(ROOT)):
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        changed = True
        print(f"{path.relative_to(ROOT)}: {'out of date' if check else 'written'}")
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if changed and check else 0


if __name__ == "__main__":
    sys.exit(main())
