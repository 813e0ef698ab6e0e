"""Chloride carriers: each moves no net charge, so voltage acts on them only through the gradients.

Potentials in mV, concentrations in mmol/L. Rates are current densities of a monovalent ion, positive inward: of the
chloride that KCC2 moves, and of the cycles of NKCC1, each of which moves two chlorides.
"""

from __future__ import annotations

from typing import Any


def potassium_chloride_flux(conductance: Any, potassium_reversal: Any, chloride_reversal: Any) -> Any:
    """Return the chloride that KCC2 brings in, g (E_K - E_Cl): out of the cell as long as E_Cl is above E_K.

    One potassium goes with each chloride. It stops where both gradients are equal.

    Source:
        The form of Doyon et al. as in Duesterwald et al., eLife 2018;7:e39575.
    """
    return conductance * (potassium_reversal - chloride_reversal)


def sodium_potassium_chloride_flux(
    conductance: Any, sodium_reversal: Any, potassium_reversal: Any, chloride_reversal: Any
) -> Any:
    """Return the cycles of NKCC1 that bring ions in, g (E_Na + E_K - 2 E_Cl); each carries 1 Na, 1 K and 2 Cl.

    Linear in the free energy of one cycle, as KCC2 above; sodium's gradient drives chloride in.
    """
    return conductance * (sodium_reversal + potassium_reversal - 2 * chloride_reversal)


def mass_action_efflux(
    rate: Any, potassium_inside: Any, chloride_inside: Any, potassium_outside: Any, chloride_outside: Any
) -> Any:
    """Return the chloride that KCC2 takes out, P_a (K_in Cl_in - K_out Cl_out).

    Source:
        Currin et al., PLoS Comput Biol 2020;16:e1007932, file KCC2_tonic.mod.
    """
    return rate * (potassium_inside * chloride_inside - potassium_outside * chloride_outside)
