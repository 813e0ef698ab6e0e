"""How far women differ after progesterone: the spread of peaks, times and areas over drawn women."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Library, Reproduces, library
from neurosteroid.pharmacokinetics.areas import area
from neurosteroid.physiology.pathway import P4
from neurosteroid.studies.readings import read
from neurosteroid.studies.set_ups.progesterone import dosed_into, model

Array = NDArray[np.float64]
CARD: Final = "progesterone-routes"
WOMEN: Final = 256  # a power of two, as a Sobol sequence wants
_DAY: Final = 24.0  # h
_FINE, _COARSE, _EARLY = 0.1, 0.5, 8.0  # h: steps early and late after a dose; a fast peak lies early
_AT_REST: Final = 240.0  # h before the first dose: what the adrenal keeps up is small beside a dose
_MIXING: Final = 1  # seed: the same groups at every call
_ETAS: Final = {"variance_availability": "depot.eta_availability", "variance_absorption": "depot.eta_absorption"}


def deviations(route: str, variances: Mapping[str, float] | None = None) -> dict[str, Array]:
    """Return parameter to its values (N,) over women of equal probability, the same at every call.

    Args:
        route: variant of the card ``progesterone-routes``.
        variances: by their keys on the card; those of the card when None. A route without one has no spread in it.
    """
    from scipy.special import ndtri
    from scipy.stats import qmc

    numbers = library().card(CARD).variant(route).numbers
    found = variances if variances is not None else {key: numbers[key].to("1") for key in _ETAS if key in numbers}
    uniform = qmc.Sobol(len(_ETAS), scramble=False).random(WOMEN) + 0.5 / WOMEN
    normal = ndtri(uniform)
    return {eta: np.sqrt(found.get(key, 0.0)) * normal[:, place] for place, (key, eta) in enumerate(_ETAS.items())}


def women(route: str, dose_mg: float, days: int, changes: Mapping[str, Array]) -> tuple[Array, Array]:
    """Return hours (K,) since the last dose and progesterone in plasma (N, K), nmol/L, of women who differ."""
    system, covariates = model(library(), route)
    mass = library().molar_mass(P4)
    amount = float(units.convert(dose_mg, "mg", "nmol", molar_mass=mass))
    dose = Record(0.0, 1, dosed_into(route), amount, interval=_DAY, additional=days - 1)
    hours = np.concatenate([np.arange(0.0, _EARLY, _FINE), np.arange(_EARLY, _DAY + _COARSE / 2, _COARSE)])
    count = len(next(iter(changes.values())))
    solution = solve(
        system,
        [dose],
        parameters=system.parameters(count, dict(changes)),
        covariates=np.repeat(covariates, count, axis=0),
        output_times=_DAY * (days - 1) + hours,
        start=-_AT_REST,
    )
    return hours, solution.outputs([f"plasma.{P4}"])[f"plasma.{P4}"]


@functools.lru_cache(maxsize=8)
def _kept(shelf: Library, route: str, dose_mg: float, days: int) -> tuple[Array, Array]:
    return women(route, dose_mg, days, deviations(route))


def measured(hours: Array, plasma: Array, what: str) -> Array:
    """Return ``c_max``, ``t_max``, ``mean`` of 24 h or ``auc_A_B`` of each woman, (N,).

    Raises:
        CardError: another word.
    """
    if what == "c_max":
        return np.asarray(plasma.max(axis=1))
    if what == "t_max":
        return np.asarray(hours[plasma.argmax(axis=1)])
    if what == "mean":
        return np.asarray(area(hours, plasma, 0.0, _DAY)) / _DAY
    kind, *ends = what.split("_")
    if kind != "auc" or len(ends) != 2:
        raise CardError(f"'{what}' is not a metric of this set-up.", where="metric")
    return np.asarray(area(hours, plasma, *map(float, ends)))


def spread(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return how far women differ, as the assay of the observed result reads them.

    Arguments: ``route``, ``dose`` such as ``"100 mg"``, ``days`` of one dose each, ``women`` for a range. Metrics:
    ``cv X``, standard deviation over mean, and ``fold range X``, highest over lowest of as many women as the study had
    (the geometric mean over groups of that size), with X of `measured`.
    """
    given = entry.arguments
    kind, _, what = entry.metric.rpartition(" ")
    dose, days = units.parse(str(given["dose"]), "mg"), int(float(given.get("days", 1)))
    hours, plasma = _kept(library(), str(given["route"]), dose, days)
    found = measured(hours, read(entry, {P4: plasma}, P4), what)
    if kind == "cv":
        return float(units.convert(found.std() / found.mean(), "1", entry.observed.unit))
    if kind != "fold range":
        raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    size = int(float(given["women"]))
    # neighbours in a Sobol sequence avoid each other, as the women of a study do not
    mixed = np.random.default_rng(_MIXING).permutation(found)
    groups = mixed[: len(found) // size * size].reshape(-1, size)
    folds = np.log(groups.max(axis=1) / groups.min(axis=1))
    return float(units.convert(np.exp(folds.mean()), "1", entry.observed.unit))


SET_UPS = {"progesterone-spread": spread}
