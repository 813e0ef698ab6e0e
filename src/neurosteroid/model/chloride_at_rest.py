"""Where chloride, voltage and volume rest, against the strength of KCC2: the pump-leak model solved to its end."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine import Tolerances, solve, wire
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card

Array = NDArray[np.float64]

CARD: Final = "pump-leak"
REST: Final = 4 * 3600e3
"""ms; the slowest process, sodium with the volume, takes minutes."""
OUTPUTS: Final = {
    "voltage": ("membrane.voltage", "mV"),
    "chloride": ("chloride.inside", "mmol/L"),
    "chloride reversal": ("chloride.reversal", "mV"),
    "GABA reversal": ("gaba.reversal", "mV"),
    "volume": ("cell.volume", "um^3"),
}


def chloride_at_rest(variant: str, strengths: Array, gaba: float, ledger: Ledger) -> tuple[Array, dict[str, Array]]:
    """Return KCC2 conductances (uS/cm^2) and what rests where, each (K,).

    Args:
        variant: of the pump-leak card.
        strengths: (K,) KCC2 as multiples of the mature card's.
        gaba: tonic GABA-A conductance of chloride, uS/cm^2.
        ledger: records the numbers taken.
    """
    card = library().card(CARD, "neurons")
    system = wire({"cell": part_from_card(card, variant, ledger)})
    usual = ledger.take(card, "kcc2_conductance", "uS/cm^2", None)
    conductances = usual * strengths
    changes: dict[str, float | Array] = {"cell.kcc2_conductance": conductances, "cell.gaba_conductance": gaba}
    solution = solve(
        system,
        parameters=system.parameters(len(strengths), changes),
        output_times=[0.0, REST],
        tolerances=Tolerances(relative=1e-8, absolute=1e-6),
    ).require_complete()
    found = solution.outputs([name for name, _ in OUTPUTS.values()])
    return conductances, {key: found[name][:, -1] for key, (name, _) in OUTPUTS.items()}


def own_strength(variant: str, ledger: Ledger) -> float:
    """Return the KCC2 of a variant as a multiple of the mature card's."""
    card = library().card(CARD, "neurons")
    own, usual = (ledger.take(card, "kcc2_conductance", "uS/cm^2", name) for name in (variant, None))
    return own / usual
