"""Medicines given as drugs: which parts follow one, made from its card."""

from __future__ import annotations

from typing import Final

from neurosteroid.engine import AbstractPart
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card

CARDS: Final = "pharmacokinetics"
ORAL_STATE: Final = "depot.oral.{}"
"""Where a capsule or suspension is dosed."""

DISSOLVED_STATE: Final = "gut.{}"
"""Where a solution is dosed."""


def medicine_parts(name: str, variant: str | None, ledger: Ledger) -> dict[str, AbstractPart]:
    """Return the parts of a drug that the liver clears: disposition, way by mouth, unbound part and, if known, milk.

    Args:
        name: of the compound and of its card of pharmacokinetics, such as ``"zuranolone"``.
        variant: of that card; its default when None.
        ledger: records each number taken.

    Raises:
        UnknownNameError: no such card or variant.
        CardError: the card lacks a number its parts need.
    """
    card = library().card(name, CARDS)
    numbers = card.variant(variant).numbers
    parts = {
        f"{name}-disposition": part_from_card(card, variant, ledger, analyte=name),
        f"{name}-oral": part_from_card(card, variant, ledger, kind="oral-first-pass", analyte=name),
        f"{name}-unbound": part_from_card(card, variant, ledger, kind="constant-unbound-fraction", analyte=name),
    }
    if "milk_to_plasma" in numbers:
        parts[f"{name}-milk"] = part_from_card(card, variant, ledger, kind="milk-partition", analyte=name)
    return parts


def perpetrator_parts(names: tuple[str, ...], ledger: Ledger) -> dict[str, AbstractPart]:
    """Return CYP3A4 with what induces or inhibits it; each needs its covariate ``medication.{name}``, 0 or 1.

    Raises:
        UnknownNameError: no card of that name.
    """
    parts = {"cyp3a4": part_from_card(library().card("cyp3a4", CARDS), None, ledger)}
    for name in names:
        parts[f"medication-{name}"] = part_from_card(library().card(name, CARDS), None, ledger, name=name)
    return parts
