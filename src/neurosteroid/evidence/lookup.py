"""The library: cards found by walking the folders, read when first asked for, cited as BibTeX."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

from neurosteroid.errors import CardError, InputError, unknown_name
from neurosteroid.evidence.bibliography import Reference, read_bibtex
from neurosteroid.evidence.card import Card
from neurosteroid.evidence.loader import load_card
from neurosteroid.evidence.number import Number

PACKAGE_FOLDER = Path(__file__).parent / "library"
BIBLIOGRAPHY = "references.bib"
SHOWN_KINDS = ("states", "medicines")
"""Kinds of card that say which course is shown for a state or medicine; a bare name means them last."""

FOLDER_VARIABLE = "NEUROSTEROID_LIBRARY"


@final
@dataclass(frozen=True, eq=False)
class Library:
    """Cards by name, with their references.

    Args:
        files: the card files by kind and name; a user's own card stands in the place of the package's.
        references: bibliography entries by key.
    """

    files: Mapping[tuple[str, str], Path]
    references: Mapping[str, Reference]
    _read: dict[tuple[str, str], Card] = field(default_factory=dict, repr=False, compare=False)

    def card(self, name: str, kind: str | None = None) -> Card:
        """Return a card by name, or by ``"kind/name"`` where two kinds share a name.

        Raises:
            UnknownNameError: there is no such card; names the close ones.
            InputError: two kinds have a card of this name.
            CardError: the file is wrong.
        """
        if not isinstance(name, str):
            raise InputError(f"{name!r} is not the name of a card; write it as text, such as 'brexanolone'.")
        if kind is None and "/" in name:
            kind, _, name = name.partition("/")
        found = [place for place in self.files if place[1] == name and kind in (None, place[0])]
        # a card that only says what is shown of a state or medicine has the name of the card with its numbers
        found = [place for place in found if place[0] not in SHOWN_KINDS] or found
        if not found:
            raise unknown_name(f"card of kind '{kind}' called" if kind else "card", name, self.names(kind))
        if len(found) > 1:
            choices = " or ".join(f"'{each}/{name}'" for each, _ in found)
            raise InputError(f"Two cards are called '{name}'. Say which: {choices}.")
        return self._load(found[0])

    def card_of(self, number: Number) -> Card:
        """Return the card on which a number stands.

        Raises:
            UnknownNameError: no card here has it.
        """
        places = [place for place in self.files if place[1] == number.card]
        for place in places if len(places) > 1 else ():
            if number in self._load(place).all_numbers():
                return self._load(place)
        return self.card(number.card)

    def _load(self, place: tuple[str, str]) -> Card:
        if place not in self._read:
            path = self.files[place]
            own = self.is_own(*place)
            package = PACKAGE_FOLDER if own else None
            self._read[place] = load_card(
                path, self.references, shown=shown_path(path), check_units=own, package=package
            )
        return self._read[place]

    def is_own(self, kind: str, name: str) -> bool:
        """Whether a card stands in the user's folder and not in the package."""
        return not self.files[kind, name].is_relative_to(PACKAGE_FOLDER)

    def replaces(self, kind: str, name: str) -> bool:
        """Whether a user's own card stands in the place of a package card."""
        return self.is_own(kind, name) and (kind, name) in _package_library().files

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of card, in alphabetical order."""
        return tuple(sorted({kind for kind, _ in self.files}))

    def names(self, kind: str | None = None) -> tuple[str, ...]:
        """Return the names of all cards, or of one kind.

        Raises:
            UnknownNameError: there is no such kind.
        """
        if kind is not None and kind not in self.kinds():
            raise unknown_name("kind of card", kind, self.kinds())
        return tuple(sorted({name for each, name in self.files if kind in (None, each)}))

    def cards(self, kind: str | None = None) -> Iterator[Card]:
        """Yield all cards, or those of one kind, by kind and name."""
        for place in sorted(self.files):
            if kind in (None, place[0]):
                yield self._load(place)

    def numbers(self) -> Iterator[Number]:
        """Yield every number of every variant and step of every card."""
        for card in self.cards():
            yield from card.all_numbers()

    def molar_mass(self, output: str) -> float | None:
        """Return the molar mass, g/mol, of the compound that a word of an output names, or None where none has one.

        Args:
            output: such as ``plasma.estradiol``, or the name of a compound alone.
        """
        for word in output.split("."):
            if ("compounds", word) in self.files:
                numbers = self.card(word, "compounds").variant().numbers
                if "molar_mass" in numbers:
                    return numbers["molar_mass"].to("g/mol")
        return None

    def cite(self, keys: Iterable[str]) -> str:
        """Return the BibTeX text of one reference or of some, each once, in the order asked for.

        Raises:
            UnknownNameError: a key is not in the bibliography.
        """
        entries = []
        for key in dict.fromkeys([keys] if isinstance(keys, str) else keys):
            if key not in self.references:
                raise unknown_name("reference", key, self.references)
            entries.append(self.references[key].bibtex())
        return "\n\n".join(entries) + ("\n" if entries else "")


def shown_path(path: str | Path) -> str:
    """Return a card's file as messages name it: within the package's library, or from the working folder."""
    file = Path(path)
    base = PACKAGE_FOLDER if file.is_relative_to(PACKAGE_FOLDER) else Path.cwd()
    return str(file.relative_to(base)) if file.is_relative_to(base) else str(file)


def library() -> Library:
    """Return the library in use: the package's own, with a user's folder on top after `use_library`.

    Raises:
        InputError: the folder in use is not a folder of cards, see `load_library`.
    """
    folder = os.environ.get(FOLDER_VARIABLE)
    return _kept_library(folder) if folder else _package_library()


def use_library(folder: str | Path | None) -> Library:
    """Put a user's folder of cards on top of the package's library for everything that follows, and return the whole.

    The folder is named in the environment variable ``NEUROSTEROID_LIBRARY``, so worker processes use it too; setting
    that variable before the start does the same. None goes back to the package's own library.

    Raises:
        InputError: the folder is not a folder of cards, see `load_library`; nothing is changed then.
    """
    if folder is None:
        os.environ.pop(FOLDER_VARIABLE, None)
        return library()
    found = load_library(folder)
    os.environ[FOLDER_VARIABLE] = str(Path(folder).resolve())
    _kept_library.cache_clear()
    return found


@functools.cache
def _kept_library(folder: str) -> Library:
    return load_library(folder)


@functools.cache
def _package_library() -> Library:
    files, references = _walk(PACKAGE_FOLDER)
    return Library(files, references)


def load_library(folder: str | Path) -> Library:
    """Return the package's library with a user's own folder on top.

    Args:
        folder: holds ``kind/name.toml`` files and, for new sources, a ``references.bib``. A card with the kind and
            name of a package card takes its place; a reference with a known key too.

    Raises:
        InputError: the folder is not there, or holds cards outside a folder of their kind.
        UnknownNameError: cards stand in a folder of a kind that nothing reads.
        CardError: the bibliography is wrong. Cards are checked when they are first asked for.
    """
    if not isinstance(folder, str | os.PathLike):
        raise InputError(f"{folder!r} is not a folder. Give its path, such as 'cards'.", where="library")
    path = Path(folder)
    if not path.is_dir():
        raise InputError(
            "There is no such folder. Give the folder that holds your 'kind/name.toml' cards.", where=str(path)
        )
    stray = sorted(path.glob("*.toml"))
    if stray:
        raise CardError(
            "A card stands in the folder of its kind, such as 'protocols/my-plan.toml'.", where=str(stray[0])
        )
    files, references = _walk(path)
    base = _package_library()
    for kind, name in files:
        if kind not in base.kinds():
            raise unknown_name("kind of card", kind, base.kinds(), where=str(files[kind, name]))
    return Library({**base.files, **files}, {**base.references, **references})


def _walk(folder: Path) -> tuple[dict[tuple[str, str], Path], dict[str, Reference]]:
    files = {(path.parent.name, path.stem): path for path in sorted(folder.glob("*/*.toml"))}
    bibliography = folder / BIBLIOGRAPHY
    if not bibliography.is_file():
        return files, {}
    try:
        text = bibliography.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CardError(f"The bibliography cannot be read: {error}.", where=str(bibliography)) from None
    return files, read_bibtex(text, str(bibliography) if folder != PACKAGE_FOLDER else BIBLIOGRAPHY)
