"""Receptor experiments: GABA curves and potentiation of one isoform."""

from __future__ import annotations

from neurosteroid import units
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Reproduces
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.receptors.coagonist import MonodWymanChangeux
from neurosteroid.receptors.gating import (
    half_effective_concentration,
    maximum_open_probability,
    peak_open_probability,
)


def _receptor(card: Card, variant: str | None) -> MonodWymanChangeux:
    part = part_from_card(card, variant, Ledger(), isoform=card.name)
    if not isinstance(part, MonodWymanChangeux):
        raise CardError("this set-up needs a co-agonist receptor.", where=f"{card.kind}/{card.name}.toml")
    return part


def gaba_curve(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the half-maximal concentration (``ec50``) or the largest open probability (``maximum``) of GABA alone.

    The argument ``closed_open_ratio`` takes the place of L where an experiment changed and measured it.
    """
    receptor = _receptor(card, variant)
    ratio = float(entry.arguments.get("closed_open_ratio", receptor.closed_open_ratio))
    if entry.metric == "ec50":
        found = half_effective_concentration(ratio, receptor.gaba)
        return float(units.convert(found, "umol/L", entry.observed.unit))
    return float(maximum_open_probability(ratio, receptor.gaba))


def potentiation(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return open probability with steroid over that without, at the GABA and steroid of the arguments."""
    receptor = _receptor(card, variant)
    gaba = units.parse(str(entry.arguments["gaba"]), "umol/L")
    steroid = units.parse(str(entry.arguments["steroid"]), "nmol/L")
    agonist = receptor.gaba.factor(gaba)
    without = peak_open_probability(receptor.closed_open_ratio, agonist)
    return float(peak_open_probability(receptor.closed_open_ratio, agonist, receptor.steroid.factor(steroid)) / without)


SET_UPS = {"receptor-gaba-curve": gaba_curve, "receptor-potentiation": potentiation}
