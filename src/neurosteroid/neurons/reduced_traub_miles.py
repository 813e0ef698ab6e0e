"""A pyramidal cell of the hippocampus of one compartment, reduced after Traub and Miles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, State, parameter
from neurosteroid.engine.maths import exp
from neurosteroid.neurons.constants import DENSITY
from neurosteroid.neurons.gates import exponential, linoid, sigmoid
from neurosteroid.neurons.inputs import INPUTS


@final
@dataclass(frozen=True, kw_only=True)
class ReducedTraubMilesCell(AbstractPart):
    """Sodium and delayed-rectifier currents with a leak and, where g_M is not 0, a slow potassium current, I_M.

        C dV/dt = -g_Na m_inf^3 h (V - E_Na) - g_K n^4 (V - E_K) - g_M w (V - E_K) - g_L (V - E_L)
                  + [ I - g_GABA (V - E_GABA) ] / A
        dx/dt   = a_x(V) (1 - x) - b_x(V) x                     for h and n
        m_inf   = a_m / (a_m + b_m)                             sodium activation follows at once
        dw/dt   = (w_inf - w) / tau_w
        w_inf   = 1 / (1 + exp(-(V - V_w) / k_w))
        tau_w   = tau_max / [ f exp((V - V_w) / k_tau) + exp(-(V - V_w) / k_tau) ]

    a_m, b_m and a_n are linoid, a_h and b_n exponential, b_h sigmoid, see `neurosteroid.neurons.gates`. I_M slows the
    cell down and lets inhibition set when it fires.

    Time in ms, voltages in mV, densities in mS/cm^2 and uF/cm^2.

    Source:
        Olufsen et al., J Comput Neurosci 2003;14:33-54; Boergers, An Introduction to Modeling Neuronal Dynamics, 2017,
        and its programs (chapters 30 to 34).
    """

    capacitance: float = parameter("uF/cm^2", "of the membrane")
    sodium_conductance: float = parameter("mS/cm^2", "g_Na")
    potassium_conductance: float = parameter("mS/cm^2", "g_K")
    slow_conductance: float = parameter("mS/cm^2", "g_M")
    leak_conductance: float = parameter("mS/cm^2", "g_L")
    sodium_reversal: float = parameter("mV", "E_Na")
    potassium_reversal: float = parameter("mV", "E_K")
    leak_reversal: float = parameter("mV", "E_L")
    m_opening: float = parameter("1/ms", "a_m at its midpoint")
    m_opening_midpoint: float = parameter("mV", "of a_m")
    m_opening_slope: float = parameter("mV", "of a_m")
    m_closing: float = parameter("1/ms", "b_m at its midpoint")
    m_closing_midpoint: float = parameter("mV", "of b_m")
    m_closing_slope: float = parameter("mV", "of b_m")
    h_opening: float = parameter("1/ms", "a_h at its midpoint")
    h_opening_midpoint: float = parameter("mV", "of a_h")
    h_opening_slope: float = parameter("mV", "of a_h")
    h_closing: float = parameter("1/ms", "largest b_h")
    h_closing_midpoint: float = parameter("mV", "of b_h")
    h_closing_slope: float = parameter("mV", "of b_h")
    n_opening: float = parameter("1/ms", "a_n at its midpoint")
    n_opening_midpoint: float = parameter("mV", "of a_n")
    n_opening_slope: float = parameter("mV", "of a_n")
    n_closing: float = parameter("1/ms", "b_n at its midpoint")
    n_closing_midpoint: float = parameter("mV", "of b_n")
    n_closing_slope: float = parameter("mV", "of b_n")
    slow_midpoint: float = parameter("mV", "V_w of I_M")
    slow_slope: float = parameter("mV", "k_w of I_M")
    slow_time: float = parameter("ms", "tau_max of I_M")
    slow_time_slope: float = parameter("mV", "k_tau of I_M")
    slow_time_factor: float = parameter("1", "f of I_M")
    resting_voltage: float = parameter("mV", "V at the start")

    states = (
        State("voltage", "membrane.voltage", "mV", "resting_voltage"),
        State("h", "sodium.availability", "1"),
        State("n", "potassium.activation", "1"),
        State("w", "slow_potassium.activation", "1"),
    )
    needs = INPUTS

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return dV/dt in mV per ms, and d gate / dt per ms."""
        voltage, h, n, w = (state[name] for name in ("voltage", "h", "n", "w"))
        a_m = linoid(voltage, self.m_opening, self.m_opening_midpoint, self.m_opening_slope)
        b_m = linoid(voltage, self.m_closing, self.m_closing_midpoint, self.m_closing_slope)
        a_h = exponential(voltage, self.h_opening, self.h_opening_midpoint, self.h_opening_slope)
        b_h = sigmoid(voltage, self.h_closing, self.h_closing_midpoint, self.h_closing_slope)
        a_n = linoid(voltage, self.n_opening, self.n_opening_midpoint, self.n_opening_slope)
        b_n = exponential(voltage, self.n_closing, self.n_closing_midpoint, self.n_closing_slope)
        target = sigmoid(voltage, 1, self.slow_midpoint, self.slow_slope)
        steep = exp((voltage - self.slow_midpoint) / self.slow_time_slope)
        slow_rate = (self.slow_time_factor * steep + 1 / steep) / self.slow_time
        potassium = self.potassium_conductance * n**4 + self.slow_conductance * w
        outward = (
            self.sodium_conductance * (a_m / (a_m + b_m)) ** 3 * h * (voltage - self.sodium_reversal)
            + potassium * (voltage - self.potassium_reversal)
            + self.leak_conductance * (voltage - self.leak_reversal)
        )
        injected = given["current"] - given["conductance"] * (voltage - given["gaba_reversal"])
        return {
            "voltage": (injected * DENSITY / given["area"] - outward) / self.capacitance,
            "h": a_h * (1 - h) - b_h * h,
            "n": a_n * (1 - n) - b_n * n,
            "w": (target - w) * slow_rate,
        }
