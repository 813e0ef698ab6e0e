"""Light models of chloride in a cell that has a membrane potential: held, carried out by KCC2, or relaxing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, State, Value, parameter
from neurosteroid.neurons.constants import AMOUNT_OF_CURRENT, DENSITY
from neurosteroid.neurons.cotransport import mass_action_efflux
from neurosteroid.neurons.reversal import anion_reversal, chloride_share, gaba_reversal

_NEEDS = (
    Need("voltage", "membrane.voltage", "mV"),
    Need("conductance", "gaba.conductance", "nS"),
    Need("area", "cell.area", "um^2"),
    Need("volume", "cell.volume", "um^3"),
)
_GIVES = (
    Value("chloride_reversal", "chloride.reversal", "mV"),
    Value("bicarbonate_reversal", "bicarbonate.reversal", "mV"),
    Value("gaba_reversal", "gaba.reversal", "mV"),
)


def _reversals(part: Any, chloride: Any) -> dict[str, Any]:
    return {
        "chloride_reversal": anion_reversal(part.chloride_outside, chloride, part.temperature),
        "bicarbonate_reversal": anion_reversal(part.bicarbonate_outside, part.bicarbonate_inside, part.temperature),
        "gaba_reversal": gaba_reversal(
            part.chloride_outside,
            chloride,
            part.bicarbonate_outside,
            part.bicarbonate_inside,
            part.permeability_ratio,
            part.temperature,
        ),
    }


def _chloride_current(at: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    """Return the chloride current through GABA-A receptors in pA; an outward one brings chloride in."""
    share = chloride_share(at["gaba_reversal"], at["chloride_reversal"], at["bicarbonate_reversal"])
    return given["conductance"] * share * (given["voltage"] - at["chloride_reversal"])


@final
@dataclass(frozen=True, kw_only=True)
class HeldChloride(AbstractPart):
    """Chloride is what it is, whatever flows: E_GABA is a constant, from `neurosteroid.neurons.reversal`."""

    chloride_outside: float = parameter("mmol/L", "chloride outside")
    chloride_inside: float = parameter("mmol/L", "chloride inside")
    bicarbonate_outside: float = parameter("mmol/L", "bicarbonate outside")
    bicarbonate_inside: float = parameter("mmol/L", "bicarbonate inside")
    permeability_ratio: float = parameter("1", "bicarbonate over chloride permeability of the GABA-A receptor")
    temperature: float = parameter("K", "of the tissue")

    gives = _GIVES

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the reversal potentials in mV."""
        return _reversals(self, self.chloride_inside)


@final
@dataclass(frozen=True, kw_only=True)
class RelaxingChloride(AbstractPart):
    """Chloride that enters through GABA-A receptors and goes back to its resting level with one time constant.

        d Cl / dt = I_Cl / (F volume) + (Cl_rest - Cl) / tau                mmol/L per ms
        I_Cl      = g_GABA s (V - E_Cl),   s = (E_HCO3 - E_GABA) / (E_HCO3 - E_Cl)

    Source:
        Jedlicka et al., Hippocampus 2011;21:885-898, file cldif.mod; one well-mixed compartment, without its shells
        and diffusion. The share s is that of Currin et al. 2020.
    """

    chloride_outside: float = parameter("mmol/L", "chloride outside")
    resting_chloride: float = parameter("mmol/L", "chloride inside at rest")
    time_constant: float = parameter("ms", "of removal")
    bicarbonate_outside: float = parameter("mmol/L", "bicarbonate outside")
    bicarbonate_inside: float = parameter("mmol/L", "bicarbonate inside, held")
    permeability_ratio: float = parameter("1", "bicarbonate over chloride permeability of the GABA-A receptor")
    temperature: float = parameter("K", "of the tissue")

    states = (State("chloride", "chloride.inside", "mmol/L", "resting_chloride"),)
    needs = _NEEDS
    gives = _GIVES

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the reversal potentials in mV."""
        return _reversals(self, state["chloride"])

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d chloride / dt in mmol/L per ms."""
        entering = AMOUNT_OF_CURRENT * _chloride_current(self.values(t, state, given), given) / given["volume"]
        return {"chloride": entering + (self.resting_chloride - state["chloride"]) / self.time_constant}


@final
@dataclass(frozen=True, kw_only=True)
class CarriedChloride(AbstractPart):
    """Chloride that enters through GABA-A receptors and a resting leak, and that KCC2 carries out.

        d Cl / dt  = (A / F volume) [ I_Cl / A + leak (V - E_Cl) - P_a (K_in Cl - K_out Cl_out) ]   mmol/L per ms
        leak       = P_a (K_in Cl_rest - K_out Cl_out) / (V_rest - E_Cl,rest)

    The leak balances KCC2 at rest, as the tonic conductance of the source does. Potassium is held.

    Source:
        Currin et al., PLoS Comput Biol 2020;16:e1007932, file KCC2_tonic.mod; one compartment, without diffusion.
    """

    chloride_outside: float = parameter("mmol/L", "chloride outside")
    resting_chloride: float = parameter("mmol/L", "chloride inside at rest")
    resting_voltage: float = parameter("mV", "voltage at which leak and carrier balance")
    carrier_rate: float = parameter("uA*L^2/(cm^2*mmol^2)", "P_a of KCC2")
    potassium_outside: float = parameter("mmol/L", "potassium outside")
    potassium_inside: float = parameter("mmol/L", "potassium inside, held")
    bicarbonate_outside: float = parameter("mmol/L", "bicarbonate outside")
    bicarbonate_inside: float = parameter("mmol/L", "bicarbonate inside, held")
    permeability_ratio: float = parameter("1", "bicarbonate over chloride permeability of the GABA-A receptor")
    temperature: float = parameter("K", "of the tissue")

    states = (State("chloride", "chloride.inside", "mmol/L", "resting_chloride"),)
    needs = _NEEDS
    gives = _GIVES

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the reversal potentials in mV."""
        return _reversals(self, state["chloride"])

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d chloride / dt in mmol/L per ms."""
        at = self.values(t, state, given)
        resting = anion_reversal(self.chloride_outside, self.resting_chloride, self.temperature)
        leak = self._efflux(self.resting_chloride) / (self.resting_voltage - resting)
        density = leak * (given["voltage"] - at["chloride_reversal"]) - self._efflux(state["chloride"])
        current = _chloride_current(at, given) + density * given["area"] / DENSITY
        return {"chloride": AMOUNT_OF_CURRENT * current / given["volume"]}

    def _efflux(self, chloride: Any) -> Any:
        return mass_action_efflux(
            self.carrier_rate, self.potassium_inside, chloride, self.potassium_outside, self.chloride_outside
        )
