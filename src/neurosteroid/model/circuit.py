"""A circuit by its card, with what a steroid at its receptors makes of it."""

from __future__ import annotations

from typing import Final

from neurosteroid.errors import unknown_name
from neurosteroid.evidence import Card, Ledger, library
from neurosteroid.model.checked import above_zero
from neurosteroid.model.circuit_cells import Multipliers, cells_of, links_of, population_names
from neurosteroid.model.circuit_experiment import Circuit, Condition
from neurosteroid.model.circuit_limits import limits
from neurosteroid.model.circuit_protocol import recording
from neurosteroid.model.neuron_definitions import ROOM
from neurosteroid.model.neuron_steroid import Synapse, synapse_with, tonic_multiplier
from neurosteroid.receptors.kinetics import scheme_names

SCHEME: Final = "jones-westbrook"
"""The scheme of the receptors' room that answers for synaptic events unless another is named."""


def circuit(
    name: str,
    steroid: str = "0 nmol/L",
    variant: str | None = None,
    *,
    synapse: str | None = SCHEME,
    hypothesis: str | None = None,
    ambient: str | None = None,
    tonic: float | None = None,
    amplitude: float = 1.0,
    decay: float = 1.0,
) -> Circuit:
    """Return a circuit by its card, such as ``"amygdala"`` or ``"cortex"``.

    Args:
        name: of a card of kind ``neurons`` that names populations.
        steroid: concentration of allopregnanolone at all its receptors.
        variant: of that card, such as ``"published"``.
        synapse: scheme by which the steroid changes synaptic events; None for none, and the tonic conductance only.
        hypothesis: which rates of the scheme the steroid changes, a variant of the card ``steroid-on-rates``.
        ambient: GABA around all cells, such as ``"0.5 umol/L"``; the cards' when left out. Holds without steroid too.
        tonic: multiplier of the tonic conductance of all populations that have one, in place of what the receptors
            make of the steroid; of that at `ambient`, where it is given.
        amplitude: multiplier of inhibitory amplitude, on top of what `synapse` gives.
        decay: multiplier of inhibitory decay time, on top of what `synapse` gives.

    Raises:
        UnknownNameError: no such circuit, variant, scheme or hypothesis.
        InputError: a concentration or multiplier below zero, or beyond the highest of the card ``circuit-recording``.
    """
    shelf = library()
    known = circuit_names()
    if name not in known:
        raise unknown_name("circuit", name, known)
    if synapse is not None and synapse not in scheme_names():
        raise unknown_name("scheme", synapse, scheme_names(), where="synapse")
    card, ledger = shelf.card(name, ROOM), Ledger()
    most = limits()
    given = most.concentration(steroid, "steroid", "nmol/L", most.steroid)
    around = None if ambient is None else most.concentration(ambient, "ambient", "umol/L", most.ambient)
    fixed = None if tonic is None else most.multiplier(tonic, "tonic")
    events = synapse_with(
        given,
        synapse if given or hypothesis is not None else None,
        hypothesis,
        most.multiplier(amplitude, "amplitude"),
        above_zero(most.multiplier(decay, "decay"), "decay"),
        ledger,
    )
    plain = _tonic(card, variant, around, 0.0, ledger)
    changed = (
        _tonic(card, variant, around, given, ledger)
        if fixed is None
        else {population: fixed * value for population, value in plain.items()}
    )
    with_ = Multipliers(tonic=changed, amplitude=events.amplitude, decay=events.decay)
    without = Multipliers(tonic=plain)
    return Circuit(
        name=name,
        title=card.title,
        variant=variant or card.default,
        steroid=given,
        synapse=events,
        protocol=recording(card, variant, ledger),
        changed=_condition(card, variant, with_, ledger),
        plain=_condition(card, variant, without, ledger),
        ledger=ledger,
    )


def circuit_names() -> list[str]:
    """Return the names of all circuits on the shelf."""
    shelf = library()
    return [each for each in shelf.names(ROOM) if "populations" in shelf.card(each, ROOM).variant(None).settings]


def _condition(card: Card, variant: str | None, by: Multipliers, ledger: Ledger) -> Condition:
    cells = cells_of(card, variant, by, ledger)
    return Condition(cells, links_of(card, variant, cells, ledger), by)


def _tonic(card: Card, variant: str | None, around: float | None, steroid: float, ledger: Ledger) -> dict[str, float]:
    """Return the multiplier of every population with a tonic conductance, by the receptor of its GABA input."""
    settings, found = card.variant(variant).settings, {}
    gaba = library().card("gaba-input", ROOM)
    for name in population_names(card, variant):
        chosen = settings.get(f"{name}_gaba_input")
        if chosen is None:
            continue
        usual = ledger.take(gaba, "ambient", "umol/L", chosen)
        isoform = gaba.variant(chosen).settings["receptor"]
        found[name], _at = tonic_multiplier(isoform, usual, usual if around is None else around, steroid, ledger)
    return found


__all__ = ["Circuit", "Synapse", "circuit", "circuit_names"]
