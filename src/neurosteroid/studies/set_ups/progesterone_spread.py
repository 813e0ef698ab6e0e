"""How far women differ after progesterone: the spread of peaks, times and areas over drawn women."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Reproduces, library
from neurosteroid.pharmacokinetics.areas import area
from neurosteroid.physiology.pathway import P4
from neurosteroid.studies.readings import read
from neurosteroid.studies.set_ups.progesterone_women import DAY, kept

Array = NDArray[np.float64]
_MIXING: Final = 1  # seed: the same groups at every call


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
        return np.asarray(area(hours, plasma, 0.0, DAY)) / DAY
    kind, *ends = what.split("_")
    if kind != "auc" or len(ends) != 2:
        raise CardError(f"'{what}' is not a metric of this set-up.", where="metric")
    return np.asarray(area(hours, plasma, *map(float, ends)))


def spread(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return how far women differ, as the assay of the observed result reads them.

    Arguments: ``route``, ``dose`` such as ``"100 mg"``, ``days`` of one dose each,
    ``interval`` from dose to dose, ``women`` for a range. Metrics:
    ``cv X``, standard deviation over mean, and ``fold range X``, highest over lowest of as many women as the study had
    (the geometric mean over groups of that size), with X of `measured`.
    """
    given = entry.arguments
    kind, _, what = entry.metric.rpartition(" ")
    dose, days = units.parse(str(given["dose"]), "mg"), int(float(given.get("days", 1)))
    interval = units.parse_span(str(given.get("interval", "24 h")), where="interval")
    course = kept(library(), str(given["route"]), dose, days, DAY, interval, False)
    found = measured(course.hours, read(entry, course.plasma, P4), what)
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
