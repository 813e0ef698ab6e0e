"""Synapses that a cell makes: transmitter while it spikes, receptors that open with it; and a background of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, State, parameter
from neurosteroid.neurons.gates import sigmoid


@final
@dataclass(frozen=True, kw_only=True)
class GradedSynapse(AbstractPart):
    """Transmitter q while the membrane is high, and the share s of receptors that it has opened.

        dq/dt = (1 - q) F(V) / tau_release - q / tau_q          F(V) = 1 / (1 + exp(-(V - V_half) / k))
        ds/dt = q (1 - s) / tau_rise - s / (tau_decay m_decay)

    (1 + tanh(V / 10 mV)) / 2 is F with V_half 0 and k 5 mV. Whoever receives it multiplies s by a conductance. A
    steroid enters the decay through m_decay, 1 without it.

    Time in ms, voltages in mV.

    Source:
        Boergers, An Introduction to Modeling Neuronal Dynamics, 2017, chapter 20, and its programs (chapters 30 to 34).
    """

    release_time: float = parameter("ms", "tau_release")
    release_midpoint: float = parameter("mV", "V_half")
    release_slope: float = parameter("mV", "k")
    removal: float = parameter("ms", "tau_q")
    rise: float = parameter("ms", "tau_rise")
    decay: float = parameter("ms", "tau_decay, without steroid")
    decay_multiplier: float = parameter("1", "m_decay", 1.0)

    states = (State("transmitter", "synapse.transmitter", "1"), State("open", "synapse.open", "1"))
    needs = (Need("voltage", "membrane.voltage", "mV"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return dq/dt and ds/dt per ms."""
        q, s = state["transmitter"], state["open"]
        release = sigmoid(given["voltage"], 1, self.release_midpoint, self.release_slope) / self.release_time
        return {
            "transmitter": (1 - q) * release - q / self.removal,
            "open": q * (1 - s) / self.rise - s / (self.decay * self.decay_multiplier),
        }


@final
@dataclass(frozen=True, kw_only=True)
class DirectSynapse(AbstractPart):
    """The share s of receptors that a cell opens while its membrane is high, without transmitter between.

        ds/dt = (1 - s) F(V) / tau_rise - s / (tau_decay m_decay)       F(V) = 1 / (1 + exp(-(V - V_half) / k))

    (1 + tanh(V / 4 mV)) / 2 is F with V_half 0 and k 2 mV.

    Source:
        Ermentrout and Kopell, PNAS 1998;95:1259-1264; Kopell et al., Hippocampal Microcircuits, 2010, chapter 15.
    """

    release_midpoint: float = parameter("mV", "V_half")
    release_slope: float = parameter("mV", "k")
    rise: float = parameter("ms", "tau_rise")
    decay: float = parameter("ms", "tau_decay, without steroid")
    decay_multiplier: float = parameter("1", "m_decay", 1.0)

    states = (State("open", "synapse.open", "1"),)
    needs = (Need("voltage", "membrane.voltage", "mV"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return ds/dt per ms."""
        release = sigmoid(given["voltage"], 1, self.release_midpoint, self.release_slope) / self.rise
        return {"open": (1 - state["open"]) * release - state["open"] / (self.decay * self.decay_multiplier)}


@final
@dataclass(frozen=True, kw_only=True)
class BackgroundSynapse(AbstractPart):
    """The same synapse made by cells that are not there: each of their spikes sets the transmitter to 1.

        dq/dt = -q / tau_q
        ds/dt = q (1 - s) / tau_rise - s / tau_decay

    Source:
        Boergers, An Introduction to Modeling Neuronal Dynamics, 2017, chapter 32, and its programs.
    """

    removal: float = parameter("ms", "tau_q")
    rise: float = parameter("ms", "tau_rise")
    decay: float = parameter("ms", "tau_decay")

    states = (State("transmitter", "background.transmitter", "1"), State("open", "background.open", "1"))

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return dq/dt and ds/dt per ms."""
        q, s = state["transmitter"], state["open"]
        return {"transmitter": -q / self.removal, "open": q * (1 - s) / self.rise - s / self.decay}
