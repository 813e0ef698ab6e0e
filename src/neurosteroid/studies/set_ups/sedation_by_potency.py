"""Sedation of the zuranolone trials by the model that was fitted to brexanolone, over women who differ in exposure."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import protocol
from neurosteroid.engine.maths import expit, logit
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Library, Reproduces, library
from neurosteroid.model import ModelChoice, Person
from neurosteroid.model.body_course import simulate_bodies
from neurosteroid.model.contribution import Situation
from neurosteroid.model.joining import join
from neurosteroid.studies.spreads import women

Array = NDArray[np.float64]

_PROBABILITY: Final = "sedation.probability"
_STEP: Final = 0.5  # h
_CLOCK: Final = 20.0  # h: an evening dose; nothing in these parts reads it
_ETAS: Final = {"variance_clearance": "eta_clearance", "variance_central_volume": "eta_central_volume"}
_NODES: Final = 7
"""Points of the rule in either deviation; three more change no share by 1e-5."""


@functools.lru_cache(maxsize=8)
def _highest(shelf: Library, variant: str | None, plan: str, weight: str, until: str) -> tuple[Array, Array]:
    """Return the highest chance of sedation (N,) of women who differ, and how much each counts (N,)."""
    given = protocol(plan)
    choice, end = ModelChoice(sedation_by_potency=variant), float(units.parse(until, "h"))
    joined = join(
        Situation(person=Person(weight=weight), compounds=(given.compound,), clock=_CLOCK, until=end, choice=choice)
    )
    card, ledger = library().card(given.compound, "pharmacokinetics"), Ledger()
    (first, of_first), (second, of_second) = (
        women(ledger.take(card, key, "1", None), _NODES) for key in ("variance_clearance", "variance_central_volume")
    )
    etas = np.stack(np.meshgrid(first, second, indexing="ij")).reshape(2, -1)
    parameters = dict(zip((f"{given.compound}-disposition.{eta}" for eta in _ETAS.values()), etas, strict=True))
    weights = np.full(etas.shape[1], float(units.parse(weight, "kg")))
    times = np.arange(0.0, end + _STEP / 2, _STEP)
    found = simulate_bodies(joined, None, given, weights, times, parameters=parameters, clock=_CLOCK)
    return np.asarray(found.values[_PROBABILITY]).max(axis=1), np.outer(of_first, of_second).ravel()


def share(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the share of women who are ever at least mildly sedated under a drug.

    The share without drug is the trial's own (arguments ``placebo_events`` of ``placebo_n``): the model adds the drug's
    part of the log odds. Other arguments: ``protocol``, ``weight`` and ``until``. Women differ in clearance and central
    volume as on the drug's card.

    Raises:
        CardError: another metric than ``share``.
    """
    if entry.metric != "share":
        raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    given = entry.arguments
    highest, counts = _highest(library(), variant, str(given["protocol"]), str(given["weight"]), str(given["until"]))
    threshold = Ledger().take(library().card("sedation", "outcomes"), "threshold_mild", "1")
    without = logit(float(given["placebo_events"]) / float(given["placebo_n"]))
    chance = expit(without + logit(highest) - threshold)
    return float(units.convert(float(counts @ chance), "1", entry.observed.unit))


SET_UPS = {"sedation-by-potency": share}
