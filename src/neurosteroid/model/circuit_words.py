"""What is said of a circuit: its title, what its proxy and its synchrony are, and what it rests on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from neurosteroid.model.circuit_experiment import Circuit

PROXY: Final = (
    "The field is a proxy: the recurrent synaptic currents of the excitatory cells, their absolute values summed"
    " (Mazzoni et al. 2008). It has no geometry, and its size cannot be compared with that of an electrode."
)
SYNCHRONY: Final = (
    "Synchrony is chi = sqrt(variance over time of the mean voltage / mean over cells of their variances over time):"
    " 1 when all cells move together (Golomb and Rinzel 1994)."
)

FEW: Final = 5
"""Seeds below which intervals are wide by the number of seeds alone: from here on less than three standard errors."""

SLOW: Final = "numpy was used instead of compiled C: results are the same and take much longer."


def title_of(circuit: Circuit) -> str:
    """Return what was run, in words."""
    cells = ", ".join(f"{each.count} {each.name}" for each in circuit.plain.cells)
    tonic = tonic_change(circuit)
    told = ", ".join(f"x{value:.3g} on {name} cells" for name, value in tonic.items())
    steroid = f"; {circuit.steroid:g} nmol/L allopregnanolone" if circuit.steroid else ""
    changed = f"; tonic conductance {told}" if circuit.is_changed and told else ""
    events = circuit.synapse.words(circuit.steroid)
    return f"{circuit.title} ({circuit.variant}), {cells}{steroid}{changed}{events}"


def tonic_change(circuit: Circuit) -> dict[str, float]:
    """Return tonic conductance with over without, by population: both have the given ambient GABA.

    Infinite where there is none without.
    """
    before = circuit.plain.by.tonic
    return {
        name: 1.0 if value == before[name] else value / before[name] if before[name] else math.inf
        for name, value in circuit.changed.by.tonic.items()
    }


def assumptions(circuit: Circuit, seeds: int) -> tuple[str, ...]:
    """Return the sentences a reader needs beside the numbers."""
    confidence = 100 * circuit.protocol.confidence
    notes = [
        f"Intervals are {confidence:g} % over {seeds} seeds; changes are paired, the same seed with and without."
        if seeds > 1
        else "One seed gives no interval; run several."
    ]
    if 1 < seeds < FEW:
        from scipy.stats import t

        times = float(t.ppf(0.5 + circuit.protocol.confidence / 2, seeds - 1))
        notes.append(
            f"With {seeds} seeds an interval is {times:.1f} standard errors either way: it is wide by their number"
            f" alone, and bands of a spectrum may span decades. Run {FEW} or more."
        )
    notes.extend(circuit.synapse.notes(circuit.steroid))
    without = [each.name for each in circuit.plain.cells if each.name not in circuit.changed.by.tonic]
    if circuit.is_changed and without:
        notes.append(f"No tonic conductance is known of the {' and '.join(without)} cells, and none is given to them.")
    return tuple(notes)


def no_peaks(by_seed: Mapping[str, Mapping[str, NDArray[np.float64]]]) -> tuple[str, ...]:
    """Return a sentence for every peak that some seed does not have within its band."""
    found = []
    for name, values in by_seed.items():
        lost = {condition: int(np.isnan(of).sum()) for condition, of in values.items()}
        if name.endswith(" peak") and any(lost.values()):
            told = " and ".join(
                f"{count} of {len(values[each])} seeds '{each}'" for each, count in lost.items() if count
            )
            found.append(
                f"No {name} in the band for {told}: the spectrum is highest at an end of the band. Where one"
                " seed has none, neither its mean nor its interval is given."
            )
    return tuple(found)
