"""Every link inside the documentation leads to a file and heading that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
FENCE = re.compile(r"(?s)```.*?```")


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def headings(page: Path) -> set[str]:
    found = re.findall(r"(?m)^#+ +(.+?)\s*$", prose(page))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def broken(page: Path) -> list[str]:
    found = []
    for match in LINK.finditer(prose(page)):
        name, _, heading = match["target"].partition("#")
        if name.startswith(("http://", "https://", "mailto:")):
            continue
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (heading and heading not in headings(target)):
            found.append(match["target"])
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    assert not broken(page)


def test_a_broken_link_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# One\n[here](#one) [away](no.md) [nowhere](#two)\n```text\n[not](a-link)\n```\n")
    assert broken(page) == ["no.md", "#two"]


def test_every_page_is_reachable_from_the_index():
    start = ROOT / "docs" / "index.md"
    seen, waiting = set(), [start]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        targets = [match["target"].partition("#")[0] for match in LINK.finditer(prose(page))]
        waiting += [(page.parent / name).resolve() for name in targets if name and not name.startswith("http")]
    assert [str(page) for page in PAGES if page not in seen] == []
