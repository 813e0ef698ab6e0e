"""Reversal potentials of one ion and of the GABA-A receptor, which lets chloride and bicarbonate through.

    E_X    = (R T / z F) ln(X_out / X_in)                                                          Nernst
    E_GABA = (R T / F) ln[ (P_Cl Cl_in + P_HCO3 HCO3_in) / (P_Cl Cl_out + P_HCO3 HCO3_out) ]       Goldman-Hodgkin-Katz

Only the ratio P_HCO3 / P_Cl counts. Bicarbonate alone would reverse near -13 mV, so E_GABA lies above E_Cl, the more so
the less chloride there is inside.

Plain arithmetic, for numbers, arrays and symbols. Concentrations in mmol/L, potentials in mV, temperature in K.

Source:
    Jedlicka et al., Hippocampus 2011;21:885-898, file gaghk.mod; Currin et al., PLoS Comput Biol 2020;16:e1007932,
    file GABAa.mod.
"""

from __future__ import annotations

from typing import Any

from neurosteroid.engine.maths import log
from neurosteroid.neurons.constants import thermal_voltage


def cation_reversal(outside: Any, inside: Any, temperature: Any) -> Any:
    """Return the Nernst potential of a monovalent cation."""
    return thermal_voltage(temperature) * log(outside / inside)


def anion_reversal(outside: Any, inside: Any, temperature: Any) -> Any:
    """Return the Nernst potential of a monovalent anion."""
    return thermal_voltage(temperature) * log(inside / outside)


def gaba_reversal(
    chloride_outside: Any,
    chloride_inside: Any,
    bicarbonate_outside: Any,
    bicarbonate_inside: Any,
    permeability_ratio: Any,
    temperature: Any,
) -> Any:
    """Return E_GABA; `permeability_ratio` is P_HCO3 / P_Cl, 0 for a channel that passes chloride alone."""
    inside = chloride_inside + permeability_ratio * bicarbonate_inside
    outside = chloride_outside + permeability_ratio * bicarbonate_outside
    return thermal_voltage(temperature) * log(inside / outside)


def chloride_share(gaba: Any, chloride: Any, bicarbonate: Any) -> Any:
    """Return which share of the conductance passes chloride, (E_HCO3 - E_GABA) / (E_HCO3 - E_Cl).

    With it the two currents share g and cancel at E_GABA. For E_HCO3 above E_Cl, as in any living cell.

    Args:
        gaba: E_GABA.
        chloride: E_Cl.
        bicarbonate: E_HCO3.
    """
    return (bicarbonate - gaba) / (bicarbonate - chloride)
