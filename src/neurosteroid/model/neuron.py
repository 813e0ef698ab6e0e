"""A neuron by its card, with its receptors, its chloride, and what GABA and a steroid make of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from neurosteroid import units
from neurosteroid.engine import wire
from neurosteroid.errors import InputError, unknown_name
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.checked import above_zero, not_negative, positive
from neurosteroid.model.circuit_limits import limits
from neurosteroid.model.neuron_definitions import ROOM, definitions
from neurosteroid.model.neuron_experiments import CHLORIDE, Neuron
from neurosteroid.model.neuron_steroid import synapse_with, tonic_multiplier
from neurosteroid.neurons.stimulus import CurrentStep, VoltageClamp

STEP: Final = 0.0125
"""ms; f-I curves do not change with a smaller one, single spikes late in a slow train move by a few tenths of a ms."""
_SHORTEST_STEP: Final = 1e-4
"""ms; a hundredth of what converges."""
_ALIKE: Final = 1e-6
"""Relative distance of rise and decay below which their difference is lost in rounding."""


def neuron_names() -> tuple[str, ...]:
    """Return the names of all neurons: the cards of the neurons' kind that name a cell."""
    shelf = library()
    return tuple(each for each in shelf.names(ROOM) if "cell" in shelf.card(each, ROOM).variant(None).settings)


def neuron(
    name: str,
    variant: str | None = None,
    *,
    ambient: str | None = None,
    steroid: str = "0 nmol/L",
    tonic: str | None = None,
    amplitude: float = 1.0,
    decay: float = 1.0,
    synapse: str | None = None,
    hypothesis: str | None = None,
    step: str = f"{STEP} ms",
) -> Neuron:
    """Return a neuron by its card, such as ``"dentate-granule"``, ``"pyramidal"`` or ``"fast-spiking"``.

    Args:
        name: of a card of kind ``neurons`` that names a cell.
        variant: of that card, such as ``"immature"``.
        ambient: GABA around the cell, such as ``"0.5 umol/L"``; the card's when left out.
        steroid: concentration of the receptor's steroid at the receptor. It enters the tonic conductance, as the open
            probability of the extrasynaptic receptor with it over that without, at steady state where its card knows
            one. Synaptic events it changes only where `synapse` names a scheme.
        tonic: GABA-dependent tonic conductance at the card's ambient GABA without steroid, such as ``"1 nS"``.
        amplitude: multiplier of synaptic amplitude, on top of what `synapse` gives.
        decay: multiplier of synaptic decay time, on top of what `synapse` gives.
        synapse: scheme that says what the steroid does to synaptic events, such as ``"jones-westbrook"``.
        hypothesis: which rates of the scheme the steroid changes, a variant of the card ``steroid-on-rates``.
        step: length of a step of the solver.

    Raises:
        UnknownNameError: no such neuron, variant, scheme or hypothesis.
        InputError: a concentration, conductance or multiplier below zero, a steroid far above what dissolves, a decay
            that is the rise, a step that is too long, or a hypothesis without a scheme.
    """
    shelf = library()
    if name not in (known := neuron_names()):
        raise unknown_name("neuron", name, known)
    ledger = Ledger()
    by = definitions(ledger)
    length = positive(step, "ms", "step")
    if length < _SHORTEST_STEP:
        raise InputError(
            f"{length:g} ms is shorter than {_SHORTEST_STEP:g} ms, and nothing changes from there on but the time that"
            " it takes; give a longer step.",
            where="step",
        )
    if length > by.longest_step:
        raise InputError(
            f"{length:g} ms is longer than {by.longest_step:g} ms, beyond which spikes are lost; give a shorter step.",
            where="step",
        )
    chosen = shelf.card(name, ROOM).variant(variant).settings
    cell, cell_variant = shelf.card(chosen["cell"], ROOM), chosen.get("cell_variant")
    gaba_card, gaba_variant = shelf.card("gaba-input", ROOM), chosen["gaba_input"]
    around_membrane = {
        "shape": part_from_card(cell, cell_variant, ledger, kind="cylinder"),
        "gaba": part_from_card(gaba_card, gaba_variant, ledger),
        "chloride": part_from_card(shelf.card("chloride", ROOM), chosen["chloride"], ledger),
    }
    system = wire({"cell": part_from_card(cell, cell_variant, ledger), **around_membrane, "stimulus": CurrentStep()})
    moves = CHLORIDE in system.state_names
    usual = ledger.take(gaba_card, "ambient", "umol/L", gaba_variant)
    around = usual if ambient is None else not_negative(units.parse(ambient, "umol/L", where="ambient"), "ambient")
    most = limits()
    given = most.concentration(steroid, "steroid", "nmol/L", most.steroid)
    isoform = gaba_card.variant(gaba_variant).settings["receptor"]
    multiplier, at = tonic_multiplier(isoform, usual, around, given, ledger)
    events = synapse_with(
        given, synapse, hypothesis, not_negative(amplitude, "amplitude"), above_zero(decay, "decay"), ledger
    )
    changes: dict[str, float] = {
        "gaba.tonic_multiplier": multiplier,
        "gaba.amplitude_multiplier": events.amplitude,
        "gaba.decay_multiplier": events.decay,
    }
    if tonic is not None:
        changes["gaba.tonic_dependent"] = not_negative(units.parse(tonic, "nS", where="tonic"), "tonic")
    parameters = system.parameters(1, dict(changes))[0]
    _tell_apart(dict(zip(system.parameter_names, parameters.tolist(), strict=True)))
    return Neuron(
        name=name,
        variant=variant or shelf.card(name, ROOM).default,
        system=system,
        parameters=parameters,
        ambient=around,
        steroid=given,
        step=length,
        ledger=ledger,
        definitions=by,
        pump_leak=chosen["pump_leak"],
        synapse=events,
        tonic_at=at,
        clamped=wire({**around_membrane, "clamp": VoltageClamp(command=0.0)}) if moves else None,
    )


def _tell_apart(values: Mapping[str, float]) -> None:
    """Refuse a decay that is the rise: the difference of the two exponentials is then nothing at all."""
    rise, decay = values["gaba.rise"], values["gaba.decay"] * values["gaba.decay_multiplier"]
    if abs(decay - rise) <= _ALIKE * rise:
        raise InputError(
            f"the synaptic decay, {decay:g} ms, is the rise, {rise:g} ms: two equal exponentials make no event. Give"
            " another multiplier of the decay.",
            where="decay",
        )
