"""Receptor experiments with any ligands: open probability, shifts, falls and binding, as an isoform's card claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from neurosteroid import units
from neurosteroid.errors import CardError, unknown_name
from neurosteroid.evidence import Card, Reproduces
from neurosteroid.receptors.curve import half_effective
from neurosteroid.receptors.isoform import STEADY, Receptor, receptor_from_card

_SATURATING: Final = 1e6
"""In affinities: so much of a ligand that more changes nothing."""
_LARGEST_STEROID: Final = "30 umol/L"
"""The highest concentration of the binding experiments."""
_RADIOLIGAND: Final = {"muscimol": "3 nmol/L"}
"""Labelled muscimol, at the concentration of the binding experiments."""


def _receptor(card: Card, variant: str | None, entry: Reproduces) -> Receptor:
    return receptor_from_card(card, variant).mutated(str(entry.arguments.get("mutations", "")).split())


def _there(receptor: Receptor, entry: Reproduces) -> dict[str, str]:
    """Return the ligands among the arguments with their concentrations."""
    return {name: str(value) for name, value in entry.arguments.items() if name in receptor.actions}


def _saturating(receptor: Receptor, ligand: str) -> dict[str, float]:
    return {ligand: _SATURATING * max(each.affinity for each in receptor.actions[ligand])}


def _gaba_maximum(receptor: Receptor) -> float:
    return float(receptor.probability(_saturating(receptor, "GABA")))


def _chosen(found: Mapping[str, Callable[[], float]], entry: Reproduces) -> float:
    if entry.metric not in found:
        raise unknown_name("metric", entry.metric, found, where=entry.name)
    return found[entry.metric]()


def curve(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return ``ec50`` of the ligand of the arguments, or ``maximum over that of GABA``, alone."""
    receptor, ligand = _receptor(card, variant, entry), str(entry.arguments["ligand"])

    def half() -> float:
        found = receptor.half_effective_concentration(ligand)
        return float(units.convert(found, receptor.unit(ligand), entry.observed.unit))

    def share() -> float:
        return float(receptor.probability(_saturating(receptor, ligand))) / _gaba_maximum(receptor)

    return _chosen({"ec50": half, "maximum over that of GABA": share}, entry)


def shift(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the half-maximal GABA concentration without over that with another ligand."""
    receptor = _receptor(card, variant, entry)
    other = {str(entry.arguments["with"]): str(entry.arguments["concentration"])}
    return receptor.half_effective_concentration("GABA") / receptor.half_effective_concentration("GABA", other)


def open_probability(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return open or desensitised probability at the ligands of the arguments; the metric says which."""
    receptor = _receptor(card, variant, entry)
    there = _there(receptor, entry)
    return _chosen(
        {
            "peak": lambda: receptor.open_probability(there),
            STEADY: lambda: receptor.open_probability(there, STEADY),
            "desensitised": lambda: receptor.desensitised_probability(there),
            "steady state over desensitised": lambda: (
                receptor.open_probability(there, STEADY) / receptor.desensitised_probability(there)
            ),
            "share of the GABA maximum": lambda: receptor.open_probability(there) / _gaba_maximum(receptor),
        },
        entry,
    )


def closed_open(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return resting over open with the ligands of the arguments: the ``ratio``, or the ``ratio over that without``."""
    receptor = _receptor(card, variant, entry)
    found = float(receptor.states(receptor.read(_there(receptor, entry))).closing)
    without = receptor.closed_open_ratio
    return _chosen({"ratio": lambda: found, "ratio over that without": lambda: found / without}, entry)


def increase(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return by how much ligands raise an open probability that is given as measured."""
    receptor = _receptor(card, variant, entry)
    background = float(entry.arguments["background_open_probability"])
    factor = float(receptor.states(receptor.read(_there(receptor, entry))).closing) / receptor.closed_open_ratio
    return 1 / (1 + factor * (1 / background - 1)) - background


def fold(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return open probability with over without the ligand named ``of``, at the ligands of the arguments."""
    receptor = _receptor(card, variant, entry)
    return float(receptor.potentiation(_there(receptor, entry), str(entry.arguments["of"])))


def ratio(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return open probability with the ligands of the arguments over that with the GABA named ``against``."""
    receptor = _receptor(card, variant, entry)
    against = {"GABA": str(entry.arguments["against"])}
    return float(receptor.open_probability(_there(receptor, entry)) / receptor.open_probability(against))


def fall(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return by how much the ligand named ``of`` lowers the steady current, as a share of it."""
    return float(units.convert(_fall(_receptor(card, variant, entry), entry), "1", entry.observed.unit))


def fall_prevented(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the share of such a fall that mutations prevent."""
    whole = _fall(receptor_from_card(card, variant), entry)
    prevented = 1 - _fall(_receptor(card, variant, entry), entry) / whole
    return float(units.convert(prevented, "1", entry.observed.unit))


def _fall(receptor: Receptor, entry: Reproduces) -> float:
    return 1 - float(receptor.potentiation(_there(receptor, entry), str(entry.arguments["of"]), STEADY))


def binding(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return what a ligand does to the binding of 3 nmol/L muscimol at equilibrium.

    Bound muscimol is the mean occupancy of the agonist sites over resting, active and desensitised receptors. ``ec50``
    is the half-enhancing concentration, ``maximum`` the binding at 30 umol/L over that without, which is 100 %.
    """
    receptor, ligand = _receptor(card, variant, entry), str(entry.arguments["ligand"])
    if "muscimol" not in receptor.actions:
        raise CardError("this set-up needs an action of 'muscimol'.", where=f"{card.kind}/{card.name}.toml")
    label = receptor.read(_RADIOLIGAND)
    most = receptor.read({ligand: _LARGEST_STEROID})[ligand]

    def bound(concentration: np.ndarray | float) -> np.ndarray:
        return receptor.states({**label, ligand: concentration}).occupancy("muscimol", "agonist")

    def half() -> float:
        scale = min(each.affinity for each in receptor.actions[ligand])
        found = half_effective(bound, scale, where=entry.name)[0]
        return float(units.convert(found, receptor.unit(ligand), entry.observed.unit))

    def maximum() -> float:
        return float(units.convert(float(bound(most)) / float(bound(0.0)), "1", entry.observed.unit))

    return _chosen({"ec50": half, "maximum": maximum}, entry)


SET_UPS = {
    "receptor-curve": curve,
    "receptor-shift": shift,
    "receptor-open-probability": open_probability,
    "receptor-closed-open": closed_open,
    "receptor-increase": increase,
    "receptor-fold": fold,
    "receptor-ratio": ratio,
    "receptor-fall": fall,
    "receptor-fall-prevented": fall_prevented,
    "receptor-binding": binding,
}
