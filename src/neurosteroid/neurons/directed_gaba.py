"""GABA-A receptors whose tonic conductance a steroid raises for inward current and lowers for outward current."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, State, Value, parameter
from neurosteroid.neurons.gaba import to_unit_peak
from neurosteroid.neurons.gates import sigmoid


@final
@dataclass(frozen=True, kw_only=True)
class DirectedGabaInput(AbstractPart):
    """Conductance of the GABA-A receptors of a cell where the steroid's effect depends on the direction of chloride.

        outward = 1 / (1 + exp(-(V - E_GABA) / width))              1 where chloride flows in, 0 where it flows out
        m       = m_tonic + (m_outward - m_tonic) outward
        tonic   = tonic_independent + tonic_dependent m
        phasic  = g m_amplitude n (decaying - rising)

    With m_outward = m_tonic it is `GabaInput`, whose synaptic events it has. Below E_GABA the current is inward and the
    steroid potentiates it as it potentiates the receptor; above E_GABA it is outward and multiplied by m_outward, below
    1 where the steroid blocks it. The width makes the turn smooth for the solver.

    Time in ms, conductances in nS, voltages in mV.

    Source:
        Shen et al., Nat Neurosci 2007;10:469-477, for the direction: outward current of alpha4 beta2 delta falls.
    """

    tonic_dependent: float = parameter("nS", "tonic conductance that ambient GABA opens, without steroid")
    tonic_independent: float = parameter("nS", "conductance that stands whatever the steroid does", 0.0)
    synaptic_conductance: float = parameter("nS", "peak of one synaptic event, without steroid")
    rise: float = parameter("ms", "time constant of the rise")
    decay: float = parameter("ms", "time constant of the decay, without steroid")
    tonic_multiplier: float = parameter("1", "of the tonic conductance where current flows inward", 1.0)
    outward_multiplier: float = parameter("1", "of the tonic conductance where current flows outward", 1.0)
    amplitude_multiplier: float = parameter("1", "of synaptic amplitude", 1.0)
    decay_multiplier: float = parameter("1", "of the decay time", 1.0)
    width: float = parameter("mV", "over which the effect turns about E_GABA")

    states = (State("rising", "synapse.rising", "1"), State("decaying", "synapse.decaying", "1"))
    needs = (Need("voltage", "membrane.voltage", "mV"), Need("reversal", "gaba.reversal", "mV"))
    gives = (
        Value("tonic", "gaba.tonic_conductance", "nS"),
        Value("phasic", "gaba.phasic_conductance", "nS"),
        Value("conductance", "gaba.conductance", "nS"),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return tonic, phasic and whole conductance in nS."""
        outward = sigmoid(given["voltage"], 1.0, given["reversal"], self.width)
        multiplier = self.tonic_multiplier + (self.outward_multiplier - self.tonic_multiplier) * outward
        tonic = self.tonic_independent + self.tonic_dependent * multiplier
        scale = self.synaptic_conductance * self.amplitude_multiplier * to_unit_peak(self.rise, self._decay)
        phasic = scale * (state["decaying"] - state["rising"])
        return {"tonic": tonic, "phasic": phasic, "conductance": tonic + phasic}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d / dt of the two exponentials per ms."""
        return {"rising": -state["rising"] / self.rise, "decaying": -state["decaying"] / self._decay}

    @property
    def _decay(self) -> Any:
        return self.decay * self.decay_multiplier
