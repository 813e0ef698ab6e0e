"""The pump-leak model with volume: why a cell has the chloride, the voltage and the size it has."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, State, Value, parameter
from neurosteroid.engine.maths import sqrt
from neurosteroid.neurons.constants import AMOUNT_OF_CURRENT, CHARGE_TO_VOLTAGE, DENSITY
from neurosteroid.neurons.cotransport import potassium_chloride_flux, sodium_potassium_chloride_flux
from neurosteroid.neurons.reversal import anion_reversal, cation_reversal, gaba_reversal


@final
@dataclass(frozen=True, kw_only=True)
class PumpLeak(AbstractPart):
    """Sodium, potassium, chloride and water of a cell with leaks, the 3:2 pump, KCC2, NKCC1 and impermeant anions.

        V           = F (Na + K - Cl + z X) / (C A)                     amounts; X stays, with z charges each
        J_pump      = p ([Na] / Na_out)^3                               current density, 3 Na out and 2 K in a cycle
        J_KCC2      = g_KCC2 (E_K - E_Cl)                               K and Cl in
        J_NKCC1     = g_NKCC1 (E_Na + E_K - 2 E_Cl)                     Na, K and 2 Cl in
        dNa/dt      = -(A/F) [ g_Na (V - E_Na) + 3 J_pump - J_NKCC1 ]
        dK/dt       = -(A/F) [ g_K (V - E_K) - 2 J_pump - J_KCC2 - J_NKCC1 ]
        dCl/dt      =  (A/F) [ (g_Cl + g_GABA) (V - E_Cl) + J_KCC2 + 2 J_NKCC1 ]
        dvolume/dt  = P_f v_w A (osmolarity inside - outside)
        A           = 2 sqrt(pi length volume)                          a cylinder whose radius follows the volume

    Charge is conserved because the voltage is made of the ions that there are; at rest the inside is electroneutral
    but for one part in 10,000, and as concentrated as the outside. The concentrations of the rest do not depend on the
    start; the volume goes with the amount of impermeant anions. Bicarbonate is held, and only enters E_GABA.

    Time in ms; amounts in amol, volumes in um^3.

    Source:
        Duesterwald et al., eLife 2018;7:e39575, and its code plm_singlecomp_withkcc2.py. NKCC1 and g_GABA are added
        here, in the same form; both are 0 in the card's default variant.
    """

    sodium_conductance: float = parameter("uS/cm^2", "leak of sodium")
    potassium_conductance: float = parameter("uS/cm^2", "leak of potassium")
    chloride_conductance: float = parameter("uS/cm^2", "leak of chloride")
    gaba_conductance: float = parameter("uS/cm^2", "tonic GABA-A conductance of chloride", 0.0)
    kcc2_conductance: float = parameter("uS/cm^2", "strength of KCC2")
    nkcc1_conductance: float = parameter("uS/cm^2", "strength of NKCC1", 0.0)
    pump_rate: float = parameter("uA/cm^2", "pump cycles, as a current, if sodium inside were that outside")
    capacitance: float = parameter("uF/cm^2", "of the membrane")
    impermeant_charge: float = parameter("1", "mean charge of an impermeant anion")
    sodium_outside: float = parameter("mmol/L", "sodium outside")
    potassium_outside: float = parameter("mmol/L", "potassium outside")
    chloride_outside: float = parameter("mmol/L", "chloride outside")
    bicarbonate_outside: float = parameter("mmol/L", "bicarbonate outside")
    bicarbonate_inside: float = parameter("mmol/L", "bicarbonate inside, held")
    permeability_ratio: float = parameter("1", "bicarbonate over chloride permeability of the GABA-A receptor")
    temperature: float = parameter("K", "of the tissue")
    osmotic_permeability: float = parameter("um/ms", "of the membrane for water")
    water_molar_volume: float = parameter("L/mol", "of water")
    length: float = parameter("um", "of the cylinder")
    sodium_start: float = parameter("amol", "sodium inside at the start")
    potassium_start: float = parameter("amol", "potassium inside at the start")
    chloride_start: float = parameter("amol", "chloride inside at the start")
    volume_start: float = parameter("um^3", "volume at the start")
    impermeant_amount: float = parameter("amol", "impermeant anions inside")

    states = (
        State("sodium", "sodium.amount", "amol", "sodium_start"),
        State("potassium", "potassium.amount", "amol", "potassium_start"),
        State("chloride", "chloride.amount", "amol", "chloride_start"),
        State("volume", "cell.volume", "um^3", "volume_start"),
    )
    gives = (
        Value("voltage", "membrane.voltage", "mV"),
        Value("sodium_inside", "sodium.inside", "mmol/L"),
        Value("potassium_inside", "potassium.inside", "mmol/L"),
        Value("chloride_inside", "chloride.inside", "mmol/L"),
        Value("osmolarity", "cell.osmolarity", "mmol/L"),
        Value("area", "cell.area", "um^2"),
        Value("sodium_reversal", "sodium.reversal", "mV"),
        Value("potassium_reversal", "potassium.reversal", "mV"),
        Value("chloride_reversal", "chloride.reversal", "mV"),
        Value("gaba_reversal", "gaba.reversal", "mV"),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return voltage, concentrations, osmolarity, area and reversal potentials."""
        volume = state["volume"]
        sodium, potassium, chloride = (state[name] / volume for name in ("sodium", "potassium", "chloride"))
        area = 2 * sqrt(math.pi * self.length * volume)
        charge = (
            state["sodium"] + state["potassium"] - state["chloride"] + self.impermeant_charge * self.impermeant_amount
        )
        return {
            "voltage": CHARGE_TO_VOLTAGE * charge / (self.capacitance * area),
            "sodium_inside": sodium,
            "potassium_inside": potassium,
            "chloride_inside": chloride,
            "osmolarity": sodium + potassium + chloride + self.impermeant_amount / volume,
            "area": area,
            "sodium_reversal": cation_reversal(self.sodium_outside, sodium, self.temperature),
            "potassium_reversal": cation_reversal(self.potassium_outside, potassium, self.temperature),
            "chloride_reversal": anion_reversal(self.chloride_outside, chloride, self.temperature),
            "gaba_reversal": gaba_reversal(
                self.chloride_outside,
                chloride,
                self.bicarbonate_outside,
                self.bicarbonate_inside,
                self.permeability_ratio,
                self.temperature,
            ),
        }

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d amount / dt in amol per ms and d volume / dt in um^3 per ms."""
        at = self.values(t, state, given)
        voltage, area = at["voltage"], at["area"]
        # uS/cm^2 * mV is nA/cm^2
        kcc2 = potassium_chloride_flux(self.kcc2_conductance, at["potassium_reversal"], at["chloride_reversal"]) / 1e3
        nkcc1 = (
            sodium_potassium_chloride_flux(
                self.nkcc1_conductance, at["sodium_reversal"], at["potassium_reversal"], at["chloride_reversal"]
            )
            / 1e3
        )
        pump = self.pump_rate * (at["sodium_inside"] / self.sodium_outside) ** 3
        sodium = self.sodium_conductance / 1e3 * (voltage - at["sodium_reversal"]) + 3 * pump - nkcc1
        potassium = self.potassium_conductance / 1e3 * (voltage - at["potassium_reversal"]) - 2 * pump - kcc2 - nkcc1
        leak = (self.chloride_conductance + self.gaba_conductance) / 1e3
        chloride = leak * (voltage - at["chloride_reversal"]) + kcc2 + 2 * nkcc1
        moved = AMOUNT_OF_CURRENT * area / DENSITY
        # mmol/L times L/mol is 1e-3
        water = self.osmotic_permeability * self.water_molar_volume / 1e3 * area
        return {
            "sodium": -moved * sodium,
            "potassium": -moved * potassium,
            "chloride": moved * chloride,
            "volume": water * (at["osmolarity"] - self.outside_osmolarity),
        }

    @property
    def outside_osmolarity(self) -> Any:
        """Osmolarity outside, mmol/L: the ions, and impermeant anions that make it electroneutral."""
        return 2 * (self.sodium_outside + self.potassium_outside)
