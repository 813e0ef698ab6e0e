"""What is said of a circuit: its title, what its proxy and its synchrony are, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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


def title_of(circuit: Circuit) -> str:
    """Return what was run, in words."""
    cells = ", ".join(f"{each.count} {each.name}" for each in circuit.plain.cells)
    tonic = circuit.changed.by.tonic
    told = ", ".join(f"x{value:.3g} on {name} cells" for name, value in tonic.items())
    steroid = f"; {circuit.steroid:g} nmol/L allopregnanolone" if circuit.steroid else ""
    changed = f"; tonic conductance {told}" if circuit.is_changed and told else ""
    events = circuit.synapse.words(circuit.steroid)
    return f"{circuit.title} ({circuit.variant}), {cells}{steroid}{changed}{events}"


def assumptions(circuit: Circuit, seeds: int) -> tuple[str, ...]:
    """Return the sentences a reader needs beside the numbers."""
    confidence = 100 * circuit.protocol.confidence
    notes = [
        f"Intervals are {confidence:g} % over {seeds} seeds; changes are paired, the same seed with and without."
        if seeds > 1
        else "One seed gives no interval; run several."
    ]
    notes.extend(circuit.synapse.notes(circuit.steroid))
    without = [each.name for each in circuit.plain.cells if each.name not in circuit.changed.by.tonic]
    if circuit.is_changed and without:
        notes.append(f"No tonic conductance is known of the {' and '.join(without)} cells, and none is given to them.")
    return tuple(notes)
