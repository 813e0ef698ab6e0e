"""Sedation by zuranolone and ganaxolone, as equivalents of allopregnanolone; off unless it is chosen."""

from __future__ import annotations

from typing import Final

from neurosteroid.engine import AbstractPart
from neurosteroid.evidence import Card, Ledger, library
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.choice import ModelChoice
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.variability import Uniform
from neurosteroid.outcomes.potency_drive import PotencyDrive

CARD: Final = "sedation-by-potency"
_SEDATION: Final = "sedation"
_DRUGS: Final = ("zuranolone", "ganaxolone")
_AFFINITY: Final = "{}.steroid.affinity"
_SITE: Final = "equivalent-site"

BESIDE: Final = (
    "Sedation is left out: what zuranolone and ganaxolone add to allopregnanolone, given or followed at its receptors,"
    " was not looked at."
)


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return what the plasma of one drug adds to the effect site, and with the first drug the site and what it does."""
    choice, card = situation.choice, library().card(CARD, "outcomes")
    drugs = [name for name in situation.compounds if name in _DRUGS]
    if card.variant(choice.sedation_by_potency).part is None or not isinstance(asked, str):
        return Contribution()
    if ANALYTE in situation.compounds:
        return Contribution(limits=(BESIDE,))
    parts: dict[str, AbstractPart] = {f"sedation_drive_{asked}": _drive(card, asked, ledger, choice)}
    if asked != drugs[0]:
        return Contribution(parts=parts)
    sedation = library().card(_SEDATION, "outcomes")
    variant = choice.sedation
    parts["sedation_site"] = part_from_card(sedation, variant, ledger, kind=_SITE, name=_SEDATION)
    parts[_SEDATION] = part_from_card(sedation, variant, ledger, signal=f"effect.{_SEDATION}")
    notes = (card.note, card.variant(choice.sedation_by_potency).note, sedation.note, sedation.variant(variant).note)
    return Contribution(
        parts=parts,
        outputs=("sedation.probability", "sedation.level"),
        effects=(Uniform("sedation.sedation_draw"),),
        limits=tuple(note for note in notes if note),
    )


def _drive(card: Card, drug: str, ledger: Ledger, choice: ModelChoice) -> AbstractPart:
    """Return what one drug adds, with the affinities of the isoform that the variant names."""
    variant = choice.sedation_by_potency
    receptor = library().card(card.variant(variant).settings["isoform"], "receptors")
    sedation = library().card(_SEDATION, "outcomes")
    own, reference = (
        ledger.take(receptor, _AFFINITY.format(name), "nmol/L", choice.gamma_receptor) for name in (drug, ANALYTE)
    )
    return PotencyDrive(
        equilibration_half_life=ledger.take(sedation, "equilibration_half_life", "h", choice.sedation),
        affinity=own,
        reference_affinity=reference,
        exposure_ratio=ledger.take(card, f"{drug}.exposure_ratio", "1", variant),
        name=_SEDATION,
        analyte=drug,
    )


BODY: Final = Body(contribute=contribute, compounds=_DRUGS)
