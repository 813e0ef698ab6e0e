"""Half-lives that follow from clearances and volumes of two compartments."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from neurosteroid.errors import InputError
from neurosteroid.pharmacokinetics.profiles import Array


def two_compartment_half_lives(
    clearance: ArrayLike,
    central_volume: ArrayLike,
    intercompartmental_clearance: ArrayLike,
    peripheral_volume: ArrayLike,
) -> tuple[Array, Array]:
    """Return the distribution (alpha) and terminal (beta) half-life of a two-compartment model.

    With k10 = CL/V1, k12 = Q/V1, k21 = Q/V2, alpha >= beta are the roots of

        x^2 - (k10 + k12 + k21) x + k10 k21 = 0,    half-life = ln 2 / root.

    Beta is computed as k10 k21 / alpha, which loses no digits when the two roots lie far apart.

    Args:
        clearance: CL, L/h, any shape.
        central_volume: V1, L.
        intercompartmental_clearance: Q, L/h.
        peripheral_volume: V2, L.

    Returns:
        Two arrays in h, of the broadcast shape.

    Raises:
        InputError: a clearance or volume that is not positive.

    Source:
        Gibaldi and Perrier, Pharmacokinetics, 2nd ed. (1982), chapter 2.
    """
    values = [np.asarray(item, dtype=float) for item in (clearance, central_volume, intercompartmental_clearance)]
    values.append(np.asarray(peripheral_volume, dtype=float))
    names = ("clearance", "central_volume", "intercompartmental_clearance", "peripheral_volume")
    for name, value in zip(names, values, strict=True):
        if not (np.isfinite(value) & (value > 0)).all():
            raise InputError("clearances and volumes are positive numbers.", where=name)
    elimination, first, exchange, second = values[0] / values[1], values[1], values[2], values[3]
    total = elimination + exchange / first + exchange / second
    product = elimination * exchange / second
    # (k10 + k12 + k21)^2 - 4 k10 k21 = (k10 + k12 - k21)^2 + 4 k12 k21 is never negative.
    spread = (elimination + exchange / first - exchange / second) ** 2 + 4 * exchange**2 / (first * second)
    alpha = (total + np.sqrt(spread)) / 2
    return np.log(2.0) / alpha, np.log(2.0) * alpha / product
