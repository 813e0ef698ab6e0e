"""What a cell of a circuit receives: from the others of the circuit, from outside it, and tonic GABA."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, State, Value, parameter
from neurosteroid.neurons.constants import DENSITY


@final
@dataclass(frozen=True, kw_only=True)
class CircuitInput(AbstractPart):
    """Drive, excitatory and inhibitory conductance of one cell, and the tonic conductance that a steroid adds.

        I      = A [ D - (g_E + g_B s_B) (V - E_E) ]
        g_GABA = A ( g_I + g_T (m_tonic - 1) )

    D, g_E and g_I are states that do not move by themselves: D is each cell's own, g_E and g_I are set at every step
    from the open receptors of the cells before it. s_B is the background synapse. The leak of the source is taken to
    hold the tonic conductance without steroid, g_T, already: only what a steroid adds stands here. m_tonic is 1 without
    it.

    Time in ms, voltages in mV, densities in mS/cm^2 and uA/cm^2.
    """

    excitation_reversal: float = parameter("mV", "E_E")
    inhibition_reversal: float = parameter("mV", "E_GABA")
    background_conductance: float = parameter("mS/cm^2", "g_B", 0.0)
    tonic_conductance: float = parameter("mS/cm^2", "g_T")
    tonic_multiplier: float = parameter("1", "m_tonic", 1.0)

    states = (
        State("drive", "circuit.drive", "uA/cm^2"),
        State("excitation", "circuit.excitation", "mS/cm^2"),
        State("inhibition", "circuit.inhibition", "mS/cm^2"),
    )
    needs = (
        Need("voltage", "membrane.voltage", "mV"),
        Need("background", "background.open", "1"),
        Need("area", "cell.area", "um^2"),
    )
    gives = (
        Value("current", "stimulus.current", "pA"),
        Value("conductance", "gaba.conductance", "nS"),
        Value("gaba_reversal", "gaba.reversal", "mV"),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return current in pA, GABA-A conductance in nS and its reversal in mV."""
        per_density = given["area"] / DENSITY
        excitation = state["excitation"] + self.background_conductance * given["background"]
        tonic = self.tonic_conductance * (self.tonic_multiplier - 1)
        return {
            "current": per_density * (state["drive"] - excitation * (given["voltage"] - self.excitation_reversal)),
            "conductance": per_density * (state["inhibition"] + tonic),
            "gaba_reversal": self.inhibition_reversal,
        }

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return nothing moving: whoever runs the circuit sets these states."""
        return {"drive": 0.0, "excitation": 0.0, "inhibition": 0.0}
