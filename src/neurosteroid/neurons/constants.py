"""Constants of physics, exact by the definition of the units, and the factors between the units of this room.

Voltages are in mV, currents in pA, conductances in nS, areas in um^2, volumes in um^3 (fL), amounts in amol,
concentrations in mmol/L (amol/um^3) and times in ms.
"""

from __future__ import annotations

from typing import Any, Final

FARADAY: Final = 96485.33212
"""Charge of a mole of elementary charges, C/mol."""

GAS: Final = 8.314462618
"""Molar gas constant, J/(mol K)."""

AMOUNT_OF_CURRENT: Final = 1e3 / FARADAY
"""amol of a monovalent ion that one pA carries in one ms."""

CHARGE_TO_VOLTAGE: Final = 0.1 * FARADAY
"""mV that one amol of charge makes on a capacity of one uF/cm^2 * um^2 (which is 1e-14 F)."""

DENSITY: Final = 100.0
"""uA/cm^2 of a current of one pA through one um^2, and mS/cm^2 of one nS."""


def thermal_voltage(temperature: Any) -> Any:
    """Return R T / F in mV at a temperature in K."""
    return 1e3 * GAS * temperature / FARADAY
