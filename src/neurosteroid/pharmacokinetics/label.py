"""Two compartments from a drug label's three numbers: clearance, volume and half-life."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from neurosteroid.errors import InputError
from neurosteroid.pharmacokinetics.half_life import two_compartment_half_lives


@dataclass(frozen=True)
class LabelDisposition:
    """What a label's numbers and one assumed share leave of a two-compartment model.

    Volumes and clearances are in the unit of the input: per kg of body weight when the label states them so.

    Attributes:
        central_fraction: share of the steady-state volume that is central; assumed, no label states it.
        clearance: CL, L/h or L/h/kg.
        central_volume: V1, L or L/kg.
        intercompartmental_clearance: Q, L/h or L/h/kg.
        peripheral_volume: V2, L or L/kg.
        distribution_half_life: alpha half-life, h; the visible effect of the assumed share.
        terminal_half_life: beta half-life, h; the label's own.
    """

    central_fraction: float
    clearance: float
    central_volume: float
    intercompartmental_clearance: float
    peripheral_volume: float
    distribution_half_life: float
    terminal_half_life: float

    @property
    def start_of_infusion_slope(self) -> float:
        """Rise of plasma concentration at the start of an infusion of rate 1, 1/V1: where the share matters most."""
        return 1.0 / self.central_volume


def exchange_clearance(clearance: Any, steady_state_volume: Any, terminal_half_life: Any, central_fraction: Any) -> Any:
    """Return the intercompartmental clearance that gives a terminal half-life; plain arithmetic, unchecked.

    With b = ln 2 / half-life, V1 = f Vss, V2 = (1 - f) Vss and k10 = CL / V1, the characteristic equation of two
    compartments, b^2 - (k10 + Q/V1 + Q/V2) b + k10 Q/V2 = 0, is linear in Q:

        Q = b (k10 - b) / (k10 / V2 - b (1/V1 + 1/V2))

    Args:
        clearance: CL, L/h or L/h/kg.
        steady_state_volume: Vss, L or L/kg (the same choice).
        terminal_half_life: h.
        central_fraction: f.

    Source:
        Algebra; the definitions are those of Gibaldi and Perrier, Pharmacokinetics, 2nd ed. (1982), chapter 2.
    """
    terminal = math.log(2) / terminal_half_life
    first, second = central_fraction * steady_state_volume, (1 - central_fraction) * steady_state_volume
    elimination = clearance / first
    return terminal * (elimination - terminal) / (elimination / second - terminal * (1 / first + 1 / second))


def disposition_from_label(
    clearance: float, steady_state_volume: float, terminal_half_life: float, central_fraction: float
) -> LabelDisposition:
    """Return the two-compartment model that has a label's clearance, steady-state volume and terminal half-life.

    Three stated numbers leave one of the four parameters free; it is taken as the central share f of the volume:
    V1 = f Vss, V2 = (1 - f) Vss, and Q from `exchange_clearance`. For ln 2 / half-life to be the slower of the two
    rates, Q must be positive and finite, which needs half-life > ln 2 * Vss / CL; below that no two-compartment model
    fits, whatever f.

    Args:
        clearance: CL, L/h or L/h/kg.
        steady_state_volume: Vss, L or L/kg (the same choice).
        terminal_half_life: h.
        central_fraction: f, strictly between 0 and 1.

    Raises:
        InputError: numbers that are not positive, f outside (0, 1), or three numbers that exclude each other.
    """
    stated = {
        "clearance": clearance,
        "steady_state_volume": steady_state_volume,
        "terminal_half_life": terminal_half_life,
    }
    for name, value in stated.items():
        if not (math.isfinite(value) and value > 0):
            raise InputError(f"found {value!r}; a label states a positive number here.", where=name)
    if not 0 < central_fraction < 1:
        raise InputError(f"found {central_fraction!r}; a share lies between 0 and 1.", where="central_fraction")
    shortest = math.log(2) * steady_state_volume / clearance
    if terminal_half_life <= shortest:
        raise InputError(
            f"{terminal_half_life:g} h is too short: with clearance {clearance:g} and steady-state volume "
            f"{steady_state_volume:g} a second compartment makes it longer than ln 2 * Vss / CL = {shortest:.3g} h. "
            "Check which of the three numbers belongs to another analysis.",
            where="terminal_half_life",
        )
    first, second = central_fraction * steady_state_volume, (1 - central_fraction) * steady_state_volume
    exchange = exchange_clearance(clearance, steady_state_volume, terminal_half_life, central_fraction)
    alpha, beta = two_compartment_half_lives(clearance, first, exchange, second)
    return LabelDisposition(central_fraction, clearance, first, exchange, second, float(alpha), float(beta))


def central_fraction_effect(
    clearance: float, steady_state_volume: float, terminal_half_life: float, fractions: tuple[float, ...]
) -> tuple[LabelDisposition, ...]:
    """Return the model for each central share, so that a report can show what the assumption moves.

    Raises:
        InputError: see `disposition_from_label`.
    """
    return tuple(
        disposition_from_label(clearance, steady_state_volume, terminal_half_life, fraction) for fraction in fractions
    )
