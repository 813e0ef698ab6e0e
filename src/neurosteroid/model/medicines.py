"""Medicines given as drugs: which parts follow one, made from its card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from neurosteroid.dosing.meals import FAT, meal_fat
from neurosteroid.engine import AbstractPart
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.contribution import Contribution, Situation
from neurosteroid.model.variability import CorrelatedNormal

CARDS: Final = "pharmacokinetics"
ORAL_STATE: Final = "depot.oral.{}"
"""Where a capsule or suspension is dosed."""

DISSOLVED_STATE: Final = "gut.{}"
"""Where a solution is dosed."""


def medicine_parts(name: str, variant: str | None, ledger: Ledger) -> dict[str, AbstractPart]:
    """Return the parts of a drug that the liver clears: disposition, way by mouth, brain, free part, maybe milk.

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
    tissue = library().card("brain-tissue", CARDS)
    parts[f"{name}-brain"] = part_from_card(tissue, name, ledger, analyte=name)
    parts[f"{name}-unbound-brain"] = part_from_card(tissue, name, ledger, kind="unbound-brain", analyte=name)
    if "milk_to_plasma" in numbers:
        parts[f"{name}-milk"] = part_from_card(card, variant, ledger, kind="milk-partition", analyte=name)
    return parts


def enzyme_part(ledger: Ledger) -> AbstractPart:
    """Return CYP3A4 in liver and gut wall."""
    return part_from_card(library().card("cyp3a4", CARDS), None, ledger)


def perpetrator_part(name: str, ledger: Ledger, variant: str | None = None) -> AbstractPart:
    """Return what induces or inhibits CYP3A4; it needs its covariate ``medication.{name}``, 0 or 1.

    Raises:
        UnknownNameError: no card of that name.
    """
    return part_from_card(library().card(name, CARDS), variant, ledger, name=name)


def medicine_contribution(
    name: str, ledger: Ledger, situation: Situation, routes: Mapping[str, str], variant: str | None = None
) -> Contribution:
    """Return what a drug that the liver clears brings to a person.

    Args:
        name: of the compound and of its card.
        ledger: records each number taken.
        situation: the person and the run.
        routes: route to the state its doses enter.
        variant: of its card; the default when None.

    Raises:
        UnknownNameError: no such variant.
    """
    card = library().card(name, CARDS)
    outputs = [f"{place}.{name}" for place in ("plasma", "unbound", "brain", "unbound_brain", "clearance")]
    parts = medicine_parts(name, variant, ledger)
    if f"{name}-milk" in parts and situation.person.breastfeeding:
        outputs.insert(1, f"milk.{name}")
    etas = {"variance_clearance": "eta_clearance", "variance_central_volume": "eta_central_volume"}
    return Contribution(
        parts=parts,
        covariates={FAT: meal_fat(None, ledger)},
        outputs=tuple(outputs),
        effects=tuple(
            CorrelatedNormal((f"{name}-disposition.{eta}",), ((ledger.take(card, key, "1", variant),),))
            for key, eta in etas.items()
        ),
        limits=tuple(note for note in (card.note, card.variant(variant).note) if note),
        dose_states={name: dict(routes)},
    )
