"""A dentate granule cell of two compartments: soma and dendrites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, State, parameter
from neurosteroid.engine.maths import exp
from neurosteroid.neurons.constants import DENSITY, thermal_voltage
from neurosteroid.neurons.gates import exponential, linoid, sigmoid
from neurosteroid.neurons.inputs import INPUTS


@final
@dataclass(frozen=True, kw_only=True)
class GranuleCell(AbstractPart):
    """Soma and lumped dendrites, each with sodium, fast and slow delayed-rectifier potassium currents and a leak.

        C dV_s/dt = -I_Na - I_Kf - I_Ks - g_A n_A l_A (V_s - E_K) - g_L (V_s - E_L)
                    + [ I - g_GABA (1 - s) (V_s - E_GABA) + g_c (V_d - V_s) ] / A_s
        C dV_d/dt = -I_Na - I_Kf - I_Ks - g_L (V_d - E_L) + [ g_c (V_s - V_d) - s g_GABA (V_d - E_GABA) ] / A_d
        I_Na      = g_Na m^3 h (V - E_Na),   I_Kf = g_Kf f^4 (V - E_K),   I_Ks = g_Ks q^4 (V - E_K)
        dx/dt     = a_x(V) (1 - x) - b_x(V) x                          for m, h, f and q
        n_A, l_A  : x_inf = 1 / (1 + e),  tau_x = e^gamma / (r (1 + e)),  e = exp(zeta (V - V_x) F / (R T))

    a_m, b_m, a_f and a_q are linoid, a_h, b_f and b_q exponential, b_h sigmoid, see `neurosteroid.neurons.gates`. A
    share s of the GABA-A conductance lies on the dendrites, 0 by default.

    Time in ms, voltages in mV, densities in mS/cm^2 and uF/cm^2.

    Source:
        The granule cell of Santhakumar et al., J Neurophysiol 2005;93:437-453 (ModelDB 51781): its channels but those
        of calcium and those that calcium opens, and its nine sections in two, as the card tells.
    """

    capacitance: float = parameter("uF/cm^2", "of the soma")
    dendrite_capacitance: float = parameter("uF/cm^2", "of the dendrites")
    dendrite_area: float = parameter("um^2", "of all dendrites")
    coupling: float = parameter("nS", "between soma and dendrites")
    dendritic_share: float = parameter("1", "of the GABA-A conductance that lies on the dendrites", 0.0)
    sodium_conductance: float = parameter("mS/cm^2", "g_Na of the soma")
    fast_conductance: float = parameter("mS/cm^2", "g_Kf of the soma")
    slow_conductance: float = parameter("mS/cm^2", "g_Ks of the soma")
    a_type_conductance: float = parameter("mS/cm^2", "g_A of the soma")
    leak_conductance: float = parameter("mS/cm^2", "g_L of the soma")
    dendrite_sodium_conductance: float = parameter("mS/cm^2", "g_Na of the dendrites")
    dendrite_fast_conductance: float = parameter("mS/cm^2", "g_Kf of the dendrites")
    dendrite_slow_conductance: float = parameter("mS/cm^2", "g_Ks of the dendrites")
    dendrite_leak_conductance: float = parameter("mS/cm^2", "g_L of the dendrites")
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
    f_opening: float = parameter("1/ms", "a_f at its midpoint")
    f_opening_midpoint: float = parameter("mV", "of a_f")
    f_opening_slope: float = parameter("mV", "of a_f")
    f_closing: float = parameter("1/ms", "b_f at its midpoint")
    f_closing_midpoint: float = parameter("mV", "of b_f")
    f_closing_slope: float = parameter("mV", "of b_f")
    q_opening: float = parameter("1/ms", "a_q at its midpoint")
    q_opening_midpoint: float = parameter("mV", "of a_q")
    q_opening_slope: float = parameter("mV", "of a_q")
    q_closing: float = parameter("1/ms", "b_q at its midpoint")
    q_closing_midpoint: float = parameter("mV", "of b_q")
    q_closing_slope: float = parameter("mV", "of b_q")
    a_type_charge: float = parameter("1", "zeta of n_A")
    a_type_midpoint: float = parameter("mV", "V_x of n_A")
    a_type_asymmetry: float = parameter("1", "gamma of n_A")
    a_type_rate: float = parameter("1/ms", "r of n_A")
    a_type_availability_charge: float = parameter("1", "zeta of l_A")
    a_type_availability_midpoint: float = parameter("mV", "V_x of l_A")
    a_type_availability_asymmetry: float = parameter("1", "gamma of l_A")
    a_type_availability_rate: float = parameter("1/ms", "r of l_A")
    temperature: float = parameter("K", "that the A-type channel takes")
    resting_voltage: float = parameter("mV", "V at the start")

    states = (
        State("voltage", "membrane.voltage", "mV", "resting_voltage"),
        State("m", "sodium.activation", "1"),
        State("h", "sodium.availability", "1"),
        State("f", "fast_potassium.activation", "1"),
        State("q", "slow_potassium.activation", "1"),
        State("n_a", "a_type_potassium.activation", "1"),
        State("l_a", "a_type_potassium.availability", "1"),
        State("dendrite_voltage", "dendrite.voltage", "mV", "resting_voltage"),
        State("dendrite_m", "dendrite.sodium.activation", "1"),
        State("dendrite_h", "dendrite.sodium.availability", "1"),
        State("dendrite_f", "dendrite.fast_potassium.activation", "1"),
        State("dendrite_q", "dendrite.slow_potassium.activation", "1"),
    )
    needs = INPUTS

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return dV/dt in mV per ms, and d gate / dt per ms."""
        voltage, dendrite = state["voltage"], state["dendrite_voltage"]
        outward = self._outward(voltage, *(state[name] for name in "mhfq"), place="") + self.a_type_conductance * state[
            "n_a"
        ] * state["l_a"] * (voltage - self.potassium_reversal)
        outward_dendrite = self._outward(dendrite, *(state[f"dendrite_{name}"] for name in "mhfq"), place="dendrite_")
        away = given["conductance"] * self.dendritic_share
        injected = given["current"] - (given["conductance"] - away) * (voltage - given["gaba_reversal"])
        injected_dendrite = -away * (dendrite - given["gaba_reversal"])
        between = self.coupling * (dendrite - voltage)
        soma_density = (injected + between) * DENSITY / given["area"]
        dendrite_density = (injected_dendrite - between) * DENSITY / self.dendrite_area
        a_type = (self.a_type_charge, self.a_type_midpoint, self.a_type_asymmetry, self.a_type_rate)
        available = (
            self.a_type_availability_charge,
            self.a_type_availability_midpoint,
            self.a_type_availability_asymmetry,
            self.a_type_availability_rate,
        )
        return {
            "voltage": (soma_density - outward) / self.capacitance,
            "dendrite_voltage": (dendrite_density - outward_dendrite) / self.dendrite_capacitance,
            **self._gates(voltage, state, ""),
            **self._gates(dendrite, state, "dendrite_"),
            "n_a": self._a_type(voltage, state["n_a"], *a_type),
            "l_a": self._a_type(voltage, state["l_a"], *available),
        }

    def _outward(self, voltage: Any, m: Any, h: Any, f: Any, q: Any, *, place: str) -> Any:
        sodium, fast, slow, leak = (
            getattr(self, f"{place}{name}_conductance") for name in ("sodium", "fast", "slow", "leak")
        )
        return (
            sodium * m**3 * h * (voltage - self.sodium_reversal)
            + (fast * f**4 + slow * q**4) * (voltage - self.potassium_reversal)
            + leak * (voltage - self.leak_reversal)
        )

    def _gates(self, voltage: Any, state: Mapping[str, Any], place: str) -> dict[str, Any]:
        forms = {
            "m": (linoid, linoid),
            "h": (exponential, sigmoid),
            "f": (linoid, exponential),
            "q": (linoid, exponential),
        }
        rates = {}
        for name, (opening, closing) in forms.items():
            a = opening(voltage, *self._form(f"{name}_opening"))
            b = closing(voltage, *self._form(f"{name}_closing"))
            x = state[place + name]
            rates[place + name] = a * (1 - x) - b * x
        return rates

    def _form(self, name: str) -> tuple[Any, Any, Any]:
        return getattr(self, name), getattr(self, f"{name}_midpoint"), getattr(self, f"{name}_slope")

    def _a_type(self, voltage: Any, x: Any, charge: Any, midpoint: Any, asymmetry: Any, rate: Any) -> Any:
        power = charge * (voltage - midpoint) / thermal_voltage(self.temperature)
        e = exp(power)
        return (1 / (1 + e) - x) * rate * (1 + e) * exp(-asymmetry * power)
