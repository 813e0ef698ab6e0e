"""HAM-D of the zuranolone trials by a score that answers to neurons and was fitted to brexanolone."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.engine import Covariate, EventKind, Record, solve, wire
from neurosteroid.engine.maths import expit, logit
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Library, Reproduces, library
from neurosteroid.model import ANALYTE, ModelChoice, Person, simulate
from neurosteroid.model.assembly import felt_parts
from neurosteroid.model.mood.felt import EFFECT, OF_THE_DRUG, PLASMA
from neurosteroid.model.neuron_bridge import bridge
from neurosteroid.receptors.isoform import receptor

Array = NDArray[np.float64]

_DRUG: Final = "zuranolone"
_ISOFORM: Final = "a1b2g2"
"""The one isoform whose card has zuranolone."""
_SITE: Final = "steroid"
_DEVIATES: Final = 20
"""Points of the Gauss-Hermite rule over women; twice as many change no difference by 1e-6 points."""
_IMPROVEMENTS: Final = (-10.0, 10.0)
"""Logit scale; between them any mean score is reached."""


def _potency() -> float:
    """Return how many nmol/L of allopregnanolone one of zuranolone stands for: affinities of the closed receptor."""
    found = receptor(_ISOFORM)
    own, other = (
        next(each.affinity for each in found.actions[name] if each.site == _SITE) for name in (ANALYTE, _DRUG)
    )
    return own / other


@functools.lru_cache(maxsize=8)
def _exposure(shelf: Library, protocol: str, weight: str, until: str) -> tuple[Array, Array]:
    """Return hours and plasma zuranolone (nmol/L) of the typical woman; kept for the library at hand."""
    course = simulate(Person(weight=weight), protocol, until=until, step="1 h")
    return course.times, course.values[f"plasma.{_DRUG}"]


def _effect(variant: str | None, hours: Array, plasma: Array) -> float:
    """Return the effect at the end: plasma that stands for zuranolone, through receptors, neurons and effect site."""
    choice, ledger = ModelChoice(mood=variant), Ledger()
    every = felt_parts(choice, bridge(choice, ledger), ledger)
    parts = {name: part for name, part in every.items() if name not in OF_THE_DRUG}
    system = wire(parts, [Covariate(PLASMA, units.CONCENTRATION)])
    levels = _potency() * plasma
    records = [
        Record(time=float(hour), evid=EventKind.OTHER, covariates={PLASMA: float(level)})
        for hour, level in zip(hours, levels, strict=True)
    ]
    done = solve(system, records, parameters=system.parameters(1), output_times=[float(hours[-1])], outputs=(EFFECT,))
    return float((done.require_complete().kept or {})[EFFECT][0, -1])


def placebo_corrected(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the mean change of HAM-D under zuranolone less that of placebo, points.

    The receptors of the neurons see total plasma, as they do of allopregnanolone, times the potency of zuranolone over
    that of allopregnanolone at the one isoform whose card has both. The placebo arm is the trial's own: what the model
    adds is the drug alone, over women whose responses spread as on the card.
    """
    from scipy.optimize import brentq

    if entry.metric != "mean_difference":
        raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    given, ledger = entry.arguments, Ledger()
    hours, plasma = _exposure(library(), str(given["protocol"]), str(given["weight"]), str(given["time"]))
    slope, highest, sd = (ledger.take(card, key, "1", variant) for key in ("slope", "highest_score", "improvement_sd"))
    drug = slope * _effect(variant, hours, plasma)
    before = logit(float(given["baseline"]) / highest)
    points, weights = np.polynomial.hermite_e.hermegauss(_DEVIATES)
    weights = weights / weights.sum()

    def mean(improvement: float) -> float:
        return float(weights @ (highest * expit(before - improvement - sd * points)))

    wanted = float(given["baseline"]) + float(given["placebo"])
    placebo = float(brentq(lambda improvement: mean(improvement) - wanted, *_IMPROVEMENTS, xtol=1e-12))
    return mean(placebo + drug) - mean(placebo)


SET_UPS = {"hamd17-zuranolone": placebo_corrected}
