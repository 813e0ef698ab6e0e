"""The sex of the people of a card of people."""

from __future__ import annotations

from neurosteroid.errors import CardError
from neurosteroid.evidence import library, shown_path
from neurosteroid.model.states import Sex


def sex_of(card_name: str) -> Sex:
    """Return the sex of the people of a card; female where it says nothing.

    Raises:
        UnknownNameError: no such card.
        CardError: a word that is none.
    """
    card = library().card(card_name, "people")
    said = str(card.variant().settings.get("sex", Sex.FEMALE))
    if said not in tuple(Sex):
        raise CardError(f"'{said}' is no sex; 'female' or 'male' is.", where=f"{shown_path(card.path)}: settings.sex")
    return Sex(said)
