"""The populations of a circuit by its card: their systems, what a steroid multiplies, and the links between them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine import System, wire
from neurosteroid.engine.solvers.networks.network import Link
from neurosteroid.evidence import Card, Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.neuron_definitions import ROOM
from neurosteroid.neurons.circuit_input import CircuitInput
from neurosteroid.neurons.constants import DENSITY
from neurosteroid.neurons.graded_synapse import BackgroundSynapse, DirectSynapse, GradedSynapse
from neurosteroid.neurons.synaptic_event import event_peak, removal_time

Array = NDArray[np.float64]

EXCITATORY: Final = "excitatory"
"""The one population whose synapses excite; those of all others inhibit."""
VOLTAGE: Final = "membrane.voltage"
OPEN: Final = "synapse.open"
DRIVE: Final = "circuit.drive"
TRANSMITTER: Final = "background.transmitter"


@final
@dataclass(frozen=True, kw_only=True)
class Multipliers:
    """What GABA-A receptors are multiplied by.

    Attributes:
        tonic: of the tonic conductance, by population; those that have none are not here.
        amplitude: of the peak of inhibitory events.
        decay: of their decay time.
    """

    tonic: Mapping[str, float]
    amplitude: float = 1.0
    decay: float = 1.0


@final
@dataclass(frozen=True, eq=False)
class Cells:
    """One population.

    Attributes:
        name: of the population, as on the card.
        system: of one cell.
        count: how many.
        drive: mean current, uA/cm^2.
        spread: of the drive between cells, standard deviation over mean.
        range: by which the drive rises evenly from the first cell to the last, uA/cm^2.
        background_rate: spikes that each cell receives from outside, Hz.
        released: conductance that its receptors give for the same share open, after steroid over before.
    """

    name: str
    system: System
    count: int
    drive: float
    spread: float
    range: float
    background_rate: float
    released: float


def population_names(card: Card, variant: str | None) -> tuple[str, ...]:
    """Return the populations of a circuit, the excitatory one first."""
    return tuple(card.variant(variant).settings["populations"].split())


def cells_of(card: Card, variant: str | None, by: Multipliers, ledger: Ledger) -> tuple[Cells, ...]:
    """Return every population with its multipliers."""
    return tuple(_cells(card, variant, name, by, ledger) for name in population_names(card, variant))


def _cells(card: Card, variant: str | None, name: str, by: Multipliers, ledger: Ledger) -> Cells:
    settings, held = card.variant(variant).settings, card.variant(variant).numbers
    shape_card, shape_variant = library().card(settings[f"{name}_cell"], ROOM), settings.get(f"{name}_cell_variant")

    def taken(key: str, unit: str) -> float:
        return ledger.take(card, key, unit, variant)

    excites = name == EXCITATORY
    synapse, released = _synapse(card, variant, name, 1.0 if excites else by.decay, ledger)
    cell = part_from_card(shape_card, shape_variant, ledger)
    shape = part_from_card(shape_card, shape_variant, ledger, kind="cylinder")
    rise, decay, to_peak = (taken(f"background_{key}", "ms") for key in ("rise", "decay", "time_to_peak"))
    background = BackgroundSynapse(removal=removal_time(rise, decay, to_peak), rise=rise, decay=decay)
    entry = CircuitInput(
        excitation_reversal=taken("excitation_reversal", "mV"),
        inhibition_reversal=taken("inhibition_reversal", "mV"),
        background_conductance=taken("background_conductance", "mS/cm^2") if excites else 0.0,
        tonic_conductance=_tonic(settings.get(f"{name}_gaba_input"), shape_card, shape_variant, ledger),
        tonic_multiplier=by.tonic.get(name, 1.0),
    )
    # The order decides which state moves last, and so in finer steps: the voltage.
    parts = {"synapse": synapse, "background": background, "cell": cell, "shape": shape, "input": entry}
    return Cells(
        name=name,
        system=wire(parts),
        count=round(taken(f"{name}_cells", "1")),
        drive=taken(f"{name}_drive", "uA/cm^2"),
        spread=taken(f"{name}_drive_spread", "1"),
        range=taken(f"{name}_drive_range", "uA/cm^2") if f"{name}_drive_range" in held else 0.0,
        background_rate=taken("background_rate", "Hz") if excites else 0.0,
        released=released if excites else by.amplitude * released,
    )


def _synapse(
    card: Card, variant: str | None, name: str, multiplier: float, ledger: Ledger
) -> tuple[DirectSynapse | GradedSynapse, float]:
    """Return the synapses that a population makes, and what keeps the peak of one event with another decay time."""

    def taken(key: str, unit: str) -> float:
        return ledger.take(card, key, unit, variant)

    rise, decay = (taken(f"{name}_{key}", "ms") for key in ("rise", "decay"))
    shared = {"release_midpoint": taken("release_midpoint", "mV"), "release_slope": taken("release_slope", "mV")}
    shared |= {"rise": rise, "decay": decay, "decay_multiplier": multiplier}
    if f"{name}_time_to_peak" not in card.variant(variant).numbers:
        return DirectSynapse(**shared), 1.0
    # The transmitter stays as long as without steroid; the weight makes up for what a longer decay adds to the peak.
    removal = removal_time(rise, decay, taken(f"{name}_time_to_peak", "ms"))
    before, after = (event_peak(rise, decay * factor, removal)[1] for factor in (1.0, multiplier))
    return GradedSynapse(release_time=taken("release_time", "ms"), removal=removal, **shared), before / after


def _tonic(gaba_variant: str | None, card: Card, variant: str | None, ledger: Ledger) -> float:
    """Return the tonic conductance without steroid (mS/cm^2): that of the cell's GABA input over its membrane."""
    if gaba_variant is None:
        return 0.0
    whole = ledger.take(library().card("gaba-input", ROOM), "tonic_dependent", "nS", gaba_variant)
    diameter, length = (ledger.take(card, key, "um", variant) for key in ("diameter", "length"))
    return whole * DENSITY / (math.pi * diameter * length)


def links_of(card: Card, variant: str | None, cells: tuple[Cells, ...], ledger: Ledger) -> tuple[Link, ...]:
    """Return who acts on whom: every number ``<from>_to_<to>`` of the card."""
    held = card.variant(variant).numbers
    return tuple(
        Link(
            source=before.name,
            state=OPEN,
            target=after.name,
            input="circuit.excitation" if before.name == EXCITATORY else "circuit.inhibition",
            weight=ledger.take(card, f"{before.name}_to_{after.name}", "mS/cm^2", variant) * before.released,
        )
        for before in cells
        for after in cells
        if f"{before.name}_to_{after.name}" in held
    )
