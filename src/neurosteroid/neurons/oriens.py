"""A slow interneuron of one compartment: an oriens cell, as somatostatin cells of other circuits resemble it."""

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
class OriensCell(AbstractPart):
    """Spiking currents with an h-current and an A-current, which between them make the cell fire at theta.

        C dV/dt = -g_Na m_inf^3 h (V - E_Na) - g_K n^4 (V - E_K) - g_h r (V - E_h) - g_A a b (V - E_A) - g_L (V - E_L)
                  + [ I - g_GABA (V - E_GABA) ] / A
        dx/dt   = a_x(V) (1 - x) - b_x(V) x                     for h and n
        m_inf   = a_m / (a_m + b_m)                             sodium activation follows at once
        dx/dt   = (x_inf - x) / tau_x                           for r, a and b; each x_inf is a sigmoid
        1/tau_r = exp(-c_1 - k_1 V) + exp(-c_2 + k_2 V)
        1/tau_b = A_1 / exp((V - V_1) / s_1) + A_2 / [ q + exp(-(V - V_2) / s_2) ]

    a_m, a_n and b_n are linoid, b_m and a_h exponential, b_h sigmoid, see `neurosteroid.neurons.gates`.

    Time in ms, voltages in mV, densities in mS/cm^2 and uF/cm^2.

    Source:
        Tort et al., PNAS 2007;104:13490-13495; Boergers, An Introduction to Modeling Neuronal Dynamics, 2017, and its
        programs (chapter 34).
    """

    capacitance: float = parameter("uF/cm^2", "of the membrane")
    sodium_conductance: float = parameter("mS/cm^2", "g_Na")
    potassium_conductance: float = parameter("mS/cm^2", "g_K")
    h_current_conductance: float = parameter("mS/cm^2", "g_h")
    a_current_conductance: float = parameter("mS/cm^2", "g_A")
    leak_conductance: float = parameter("mS/cm^2", "g_L")
    sodium_reversal: float = parameter("mV", "E_Na")
    potassium_reversal: float = parameter("mV", "E_K")
    h_current_reversal: float = parameter("mV", "E_h")
    a_current_reversal: float = parameter("mV", "E_A")
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
    r_midpoint: float = parameter("mV", "of r_inf")
    r_slope: float = parameter("mV", "of r_inf")
    r_closing_offset: float = parameter("1", "c_1 of tau_r")
    r_closing_slope: float = parameter("1/mV", "k_1 of tau_r")
    r_opening_offset: float = parameter("1", "c_2 of tau_r")
    r_opening_slope: float = parameter("1/mV", "k_2 of tau_r")
    a_midpoint: float = parameter("mV", "of a_inf")
    a_slope: float = parameter("mV", "of a_inf")
    a_time: float = parameter("ms", "tau_a")
    b_midpoint: float = parameter("mV", "of b_inf")
    b_slope: float = parameter("mV", "of b_inf")
    b_first: float = parameter("1/ms", "A_1 of tau_b")
    b_first_midpoint: float = parameter("mV", "V_1 of tau_b")
    b_first_slope: float = parameter("mV", "s_1 of tau_b")
    b_second: float = parameter("1/ms", "A_2 of tau_b")
    b_second_midpoint: float = parameter("mV", "V_2 of tau_b")
    b_second_slope: float = parameter("mV", "s_2 of tau_b")
    b_second_floor: float = parameter("1", "q of tau_b")
    resting_voltage: float = parameter("mV", "V at the start")

    states = (
        State("voltage", "membrane.voltage", "mV", "resting_voltage"),
        State("h", "sodium.availability", "1"),
        State("n", "potassium.activation", "1"),
        State("r", "h_current.activation", "1"),
        State("a", "a_current.activation", "1"),
        State("b", "a_current.availability", "1"),
    )
    needs = INPUTS

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return dV/dt in mV per ms, and d gate / dt per ms."""
        voltage, h, n, r, a, b = (state[name] for name in ("voltage", "h", "n", "r", "a", "b"))
        a_m = linoid(voltage, self.m_opening, self.m_opening_midpoint, self.m_opening_slope)
        b_m = exponential(voltage, self.m_closing, self.m_closing_midpoint, self.m_closing_slope)
        a_h = exponential(voltage, self.h_opening, self.h_opening_midpoint, self.h_opening_slope)
        b_h = sigmoid(voltage, self.h_closing, self.h_closing_midpoint, self.h_closing_slope)
        a_n = linoid(voltage, self.n_opening, self.n_opening_midpoint, self.n_opening_slope)
        b_n = linoid(voltage, self.n_closing, self.n_closing_midpoint, self.n_closing_slope)
        r_rate = exp(-self.r_closing_offset - self.r_closing_slope * voltage) + exp(
            -self.r_opening_offset + self.r_opening_slope * voltage
        )
        b_rate = exponential(voltage, self.b_first, self.b_first_midpoint, -self.b_first_slope) + self.b_second / (
            self.b_second_floor + exp(-(voltage - self.b_second_midpoint) / self.b_second_slope)
        )
        outward = (
            self.sodium_conductance * (a_m / (a_m + b_m)) ** 3 * h * (voltage - self.sodium_reversal)
            + self.potassium_conductance * n**4 * (voltage - self.potassium_reversal)
            + self.h_current_conductance * r * (voltage - self.h_current_reversal)
            + self.a_current_conductance * a * b * (voltage - self.a_current_reversal)
            + self.leak_conductance * (voltage - self.leak_reversal)
        )
        injected = given["current"] - given["conductance"] * (voltage - given["gaba_reversal"])
        return {
            "voltage": (injected * DENSITY / given["area"] - outward) / self.capacitance,
            "h": a_h * (1 - h) - b_h * h,
            "n": a_n * (1 - n) - b_n * n,
            "r": (sigmoid(voltage, 1, self.r_midpoint, self.r_slope) - r) * r_rate,
            "a": (sigmoid(voltage, 1, self.a_midpoint, self.a_slope) - a) / self.a_time,
            "b": (sigmoid(voltage, 1, self.b_midpoint, self.b_slope) - b) * b_rate,
        }
