"""What a name on the command line means: a card's own name, another case of it, or a synonym on a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurosteroid.errors import close_names, unknown_name

if TYPE_CHECKING:
    from neurosteroid.evidence import Library


def meant(name: str) -> str:
    """Return the name that a card goes by, as ``name`` or ``kind/name``.

    A name that a card has is returned as it is. Else its case is left aside, then synonyms are looked through: those of
    pages first, so that a medicine's other name shows its course.

    Raises:
        UnknownNameError: no card has that name or synonym; names the close ones, synonyms among them.
    """
    from neurosteroid.evidence import library

    shelf = library()
    wanted, _, plain = name.rpartition("/")
    if wanted and wanted not in shelf.kinds():
        return name
    known = shelf.names(wanted or None)
    if plain in known:
        return name
    folded = {each.lower(): each for each in known}
    if plain.lower() in folded:
        return _joined(wanted, folded[plain.lower()])
    synonyms = _synonyms(shelf, wanted)
    lowered = {each.lower(): place for each, place in synonyms.items()}
    if plain.lower() in lowered:
        return lowered[plain.lower()]
    what = f"card of kind '{wanted}' called" if wanted else "card"
    close = [each for each in close_names(plain, sorted(synonyms)) if each not in known]
    raise unknown_name(what, plain, [*known, *close])


def _joined(kind: str, name: str) -> str:
    return f"{kind}/{name}" if kind else name


def _synonyms(shelf: Library, wanted: str) -> dict[str, str]:
    """Return every synonym with the ``kind/name`` of its card; pages of states and medicines last."""
    from neurosteroid.evidence import SHOWN_KINDS

    found: dict[str, str] = {}
    for kind in ("assays", "compounds", *SHOWN_KINDS):
        if kind not in shelf.kinds() or wanted not in ("", kind):
            continue
        for card in shelf.cards(kind):
            # a comma within a name, as in 3alpha,5alpha, has no blank behind it
            for each in card.variant().settings.get("synonyms", "").split(", "):
                if each.strip():
                    found[each.strip()] = f"{card.kind}/{card.name}"
    return found
