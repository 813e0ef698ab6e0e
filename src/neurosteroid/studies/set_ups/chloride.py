"""Chloride: reversal potentials from concentrations, and where the pump-leak model rests."""

from __future__ import annotations

from typing import Final

import numpy as np

from neurosteroid import units
from neurosteroid.engine import Tolerances, solve, wire
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Reproduces
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.neurons.pump_leak import PumpLeak
from neurosteroid.neurons.reversal import anion_reversal, gaba_reversal

REST: Final = 4 * 3600e3
"""ms after which the model is at rest: its slowest process, sodium with the volume, takes minutes."""


def reversal(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return E_Cl (``chloride``) or E_GABA (``gaba``) at the chloride inside that the arguments give."""
    names = ("chloride_outside", "bicarbonate_outside", "bicarbonate_inside", "permeability_ratio", "temperature")
    units_of = ("mmol/L", "mmol/L", "mmol/L", "1", "K")
    taken = [Ledger().take(card, name, unit, variant) for name, unit in zip(names, units_of, strict=True)]
    chloride_outside, bicarbonate_outside, bicarbonate_inside, ratio, temperature = taken
    inside = units.parse(str(entry.arguments["chloride_inside"]), "mmol/L")
    if entry.metric == "chloride":
        found = anion_reversal(chloride_outside, inside, temperature)
    else:
        found = gaba_reversal(chloride_outside, inside, bicarbonate_outside, bicarbonate_inside, ratio, temperature)
    return float(units.convert(float(found), "mV", entry.observed.unit))


def pump_leak(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return an output of the pump-leak model at rest."""
    part = part_from_card(card, variant, Ledger())
    if not isinstance(part, PumpLeak):
        raise CardError("this set-up needs a pump-leak model.", where=f"{card.kind}/{card.name}.toml")
    system = wire({"cell": part})
    tolerances = Tolerances(relative=1e-8, absolute=1e-6)
    solution = solve(system, parameters=system.parameters(1), output_times=np.array([0.0, REST]), tolerances=tolerances)
    found = solution.require_complete().outputs([entry.metric])[entry.metric][0, -1]
    return float(units.convert(float(found), system.units[entry.metric], entry.observed.unit))


SET_UPS = {"reversal-potential": reversal, "pump-leak-at-rest": pump_leak}
