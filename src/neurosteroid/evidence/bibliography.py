"""References: a small BibTeX reader for the library's own file, and BibTeX out.

It reads ``@type{key, field = {value}, ...}`` with braces or quotes, which is what the library writes; macros and
string concatenation are refused rather than misread.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import final
from unicodedata import normalize

from neurosteroid.errors import CardError

_ENTRY = re.compile(r"@(?P<kind>\w+)\s*\{\s*(?P<key>[^\s,{}]+)\s*,")
_FIELD = re.compile(r"\s*(?P<name>[A-Za-z_]+)\s*=\s*(?P<open>[{\"]|\d+)")
_REQUIRED = ("title", "year")
_ACCENTS = {'"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303"}
"""TeX's accents as marks that join the letter before them."""
_ACCENT = re.compile(r"""\{?\\(?P<accent>["'`^~])\{?(?P<letter>[A-Za-z])\}?\}?""")


@final
@dataclass(frozen=True)
class Reference:
    """One bibliography entry.

    Args:
        key: the name cards use in `source`.
        kind: ``"article"``, ``"misc"``, ``"manual"`` ...
        fields: title, author, year, journal, doi, url, note ... as written.
    """

    key: str
    kind: str
    fields: Mapping[str, str] = field(hash=False)

    @property
    def address(self) -> str | None:
        """Where to find it: the DOI as a link, or the url."""
        doi = self.fields.get("doi")
        return f"https://doi.org/{doi}" if doi else self.fields.get("url")

    def bibtex(self) -> str:
        """Return the entry as BibTeX text."""
        lines = [f"  {name} = {{{text}}}," for name, text in self.fields.items()]
        return "\n".join([f"@{self.kind}{{{self.key},", *lines, "}"])

    def plain(self) -> str:
        """Return the entry as one line for people: authors, year, title, journal, address."""
        authors = _authors(self.fields.get("author", ""))
        shown = authors[0].split(",")[0] + (" et al." if len(authors) > 1 else "") if authors else "no author read"
        place = self.fields.get("journal") or self.fields.get("howpublished") or self.fields.get("organization", "")
        volume = " ".join(filter(None, [self.fields.get("volume"), self.fields.get("pages")]))
        parts = [f"{shown} ({self.fields['year']})", self.fields["title"], " ".join(filter(None, [place, volume]))]
        return _without_tex(". ".join(part for part in [*parts, self.address or ""] if part.strip()))


def _without_tex(text: str) -> str:
    """Return text whose accents and signs stand as letters, where BibTeX writes them with a backslash."""
    with_letters = _ACCENT.sub(lambda found: normalize("NFC", found["letter"] + _ACCENTS[found["accent"]]), text)
    return re.sub(r"\\([&%$#_])", r"\1", with_letters)


def _authors(text: str) -> list[str]:
    """Split at each 'and' outside braces, which hold the name of an institution together."""
    names, depth = [""], 0
    for piece in re.split(r"([{}]|\s+and\s+)", text.strip()):
        if piece.strip() == "and" and depth == 0:
            names.append("")
        elif piece in ("{", "}"):
            depth += 1 if piece == "{" else -1
        else:
            names[-1] += piece
    return [name.strip() for name in names if name.strip()]


def read_bibtex(text: str, file: str) -> dict[str, Reference]:
    """Read BibTeX text.

    Args:
        text: the content of the file.
        file: its name, for error messages.

    Returns:
        The entries by key, in the order of the file.

    Raises:
        CardError: an entry cannot be read, is doubled, or lacks title or year; names the file and line.
    """
    entries: dict[str, Reference] = {}
    at = text.find("@")
    while at >= 0:
        where = f"{file} line {text.count(chr(10), 0, at) + 1}"
        match = _ENTRY.match(text, at)
        if match is None:
            raise CardError("An entry starts like '@article{key,'.", where=where)
        fields, end = _read_fields(text, match.end(), where)
        key = match["key"]
        if key in entries:
            raise CardError(f"The key '{key}' stands here a second time; give each entry its own.", where=where)
        missing = [name for name in _REQUIRED if not fields.get(name)]
        if missing:
            raise CardError(f"'{key}' has no {' and no '.join(missing)}.", where=where)
        entries[key] = Reference(key, match["kind"].lower(), fields)
        at = text.find("@", end)
    return entries


def _read_fields(text: str, at: int, where: str) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    while True:
        match = _FIELD.match(text, at)
        if match is None:
            rest = text[at:].lstrip()
            if rest.startswith("}"):
                return fields, text.index("}", at) + 1
            if not rest:
                raise CardError("This entry is never closed with '}'.", where=where)
            raise CardError(f"A field is written like 'title = {{...}},'; found '{rest[:30]}'.", where=where)
        if match["open"].isdigit():
            value, at = match["open"], match.end()
        else:
            value, at = _read_value(text, match.end(), match["open"], where)
        fields[match["name"].lower()] = re.sub(r"\s+", " ", value).strip()
        comma = re.compile(r"\s*,").match(text, at)
        at = comma.end() if comma else at


def _read_value(text: str, at: int, opened: str, where: str) -> tuple[str, int]:
    depth = 0
    for place in range(at, len(text)):
        letter = text[place]
        if depth == 0 and letter == ("}" if opened == "{" else '"'):
            return text[at:place], place + 1
        depth += (letter == "{") - (letter == "}")
    raise CardError(f"A value opened with {opened} is never closed.", where=where)
