"""Progesterone given to women who differ in what they absorb, and when."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.evidence import Library, library
from neurosteroid.studies.set_ups.progesterone import CARD, Given, courses

Array = NDArray[np.float64]
WOMEN: Final = 256  # a power of two, as a Sobol sequence wants
DAY: Final = 24.0  # h
_FINE, _COARSE, _EARLY = 0.1, 0.5, 8.0  # h: steps early and late after a dose; a fast peak lies early
_AT_REST: Final = 240.0  # h before the first dose: what the adrenal keeps up is small beside a dose
ETAS: Final = {
    "variance_availability": "depot.eta_availability",
    "variance_absorption": "depot.eta_absorption",
    "variance_lag": "depot.eta_lag",
}
"""Number of a route's variant, where it has one, to the parameter of its depot."""


def deviations(route: str, variances: Mapping[str, float] | None = None) -> dict[str, Array]:
    """Return parameter to its values (N,) over women of equal probability, the same at every call.

    Args:
        route: variant of the card ``progesterone-routes``.
        variances: by their keys on the card; those of the card when None. A route without one has no spread in it.
    """
    from scipy.special import ndtri
    from scipy.stats import qmc

    numbers = library().card(CARD).variant(route).numbers
    found = variances if variances is not None else {key: numbers[key].to("1") for key in ETAS if key in numbers}
    uniform = qmc.Sobol(len(ETAS), scramble=False).random(WOMEN) + 0.5 / WOMEN
    normal = ndtri(uniform)
    return {eta: np.sqrt(found.get(key, 0.0)) * normal[:, place] for place, (key, eta) in enumerate(ETAS.items())}


def women(
    route: str,
    dose_mg: float,
    days: int = 1,
    changes: Mapping[str, Array] | None = None,
    *,
    until: float = DAY,
    interval: float = DAY,
    since_first: bool = False,
) -> Given:
    """Follow women who differ over the hours after the last dose.

    Args:
        route: variant of the card ``progesterone-routes``.
        dose_mg: of each dose, mg.
        days: how many doses.
        changes: parameter to its values (N,); those of the card's variances when None.
        until: h after the last dose, or after the first.
        interval: h from one dose to the next.
        since_first: whether hours are counted from the first dose, not from the last.

    Returns:
        Courses (N, K) of each analyte; true concentrations.
    """
    hours = np.concatenate([np.arange(0.0, _EARLY, _FINE), np.arange(_EARLY, until + _COARSE / 2, _COARSE)])
    given = deviations(route) if changes is None else changes
    return courses(route, dose_mg, days, hours, given, interval, since_first=since_first, at_rest=_AT_REST)


@functools.lru_cache(maxsize=16)
def kept(
    shelf: Library, route: str, dose_mg: float, days: int, until: float, interval: float, since_first: bool
) -> Given:
    """Return the women of a route's variances, followed once for all results of the same doses."""
    return women(route, dose_mg, days, until=until, interval=interval, since_first=since_first)
