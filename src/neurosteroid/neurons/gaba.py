"""What GABA-A receptors do to a cell: a tonic conductance, and synaptic events with a rise and a decay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, State, Value, parameter
from neurosteroid.engine.maths import exp, log


@final
@dataclass(frozen=True, kw_only=True)
class GabaInput(AbstractPart):
    """Conductance of the GABA-A receptors of a cell, synaptic and extrasynaptic.

        tonic    = tonic_independent + tonic_dependent m_tonic
        phasic   = g m_amplitude n (decaying - rising)
        d rising / dt = -rising / tau_rise,   d decaying / dt = -decaying / (tau_decay m_decay)

    Each synaptic event adds 1 to both states; n makes the peak of one event g m_amplitude. A steroid enters through the
    three multipliers only: of the tonic conductance that GABA opens, of amplitude and of decay; each is 1 without it.
    The tonic conductance that needs no GABA (spontaneous openings) is left alone.

    For tau_rise other than tau_decay m_decay: two equal exponentials have no difference.

    Time in ms, conductances in nS.
    """

    tonic_dependent: float = parameter("nS", "tonic conductance that ambient GABA opens, without steroid")
    tonic_independent: float = parameter("nS", "tonic conductance of receptors that open without GABA", 0.0)
    synaptic_conductance: float = parameter("nS", "peak of one synaptic event, without steroid")
    rise: float = parameter("ms", "time constant of the rise")
    decay: float = parameter("ms", "time constant of the decay, without steroid")
    tonic_multiplier: float = parameter("1", "of the GABA-dependent tonic conductance", 1.0)
    amplitude_multiplier: float = parameter("1", "of synaptic amplitude", 1.0)
    decay_multiplier: float = parameter("1", "of the decay time", 1.0)

    states = (State("rising", "synapse.rising", "1"), State("decaying", "synapse.decaying", "1"))
    gives = (
        Value("tonic", "gaba.tonic_conductance", "nS"),
        Value("phasic", "gaba.phasic_conductance", "nS"),
        Value("conductance", "gaba.conductance", "nS"),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return tonic, phasic and whole conductance in nS."""
        tonic = self.tonic_independent + self.tonic_dependent * self.tonic_multiplier
        scale = self.synaptic_conductance * self.amplitude_multiplier * to_unit_peak(self.rise, self._decay)
        phasic = scale * (state["decaying"] - state["rising"])
        return {"tonic": tonic, "phasic": phasic, "conductance": tonic + phasic}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d / dt of the two exponentials per ms."""
        return {"rising": -state["rising"] / self.rise, "decaying": -state["decaying"] / self._decay}

    @property
    def _decay(self) -> Any:
        return self.decay * self.decay_multiplier


def to_unit_peak(rise: Any, decay: Any) -> Any:
    """Return what makes the peak of exp(-t/decay) - exp(-t/rise) 1, for rise other than decay.

    Where the rise is the longer, both turn their sign.
    """
    peak = rise * decay / (decay - rise) * log(decay / rise)
    return 1 / (exp(-peak / decay) - exp(-peak / rise))


def unit_area(rise: Any, decay: Any) -> Any:
    """Return the area (ms) under one event of peak 1, for rise other than decay: its mean over 1 ms at 1 kHz."""
    return to_unit_peak(rise, decay) * (decay - rise)
