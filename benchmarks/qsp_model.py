"""A 25-state model of a month on a drug, with people, doses and output times. All its numbers are invented.

It has the shape and the stiffness of a whole model, and says nothing about any woman or drug.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks import qsp_parts as parts
from neurosteroid.engine import Record, System, wire

Array = NDArray[np.float64]

OUTPUT_TIMES: Final = np.linspace(0.0, 720.0, 361)
"""Every 2 h for 30 days, h."""

INFUSION: Final = ((0.0, 94.2), (4.0, 188.4), (24.0, 282.6), (52.0, 188.4), (56.0, 94.2), (60.0, 0.0))
"""(h, nmol/h): the rate from that time on; invented."""

BOLUS: Final = 942.0
"""nmol into the depot, once a day for 14 days from 96 h; invented."""

SPREAD: Final = {
    "absorption.ka": 0.5,
    "disposition.clearance": 0.35,
    "disposition.exchange": 0.3,
    "disposition.central_volume": 0.3,
    "disposition.peripheral_volume": 0.3,
    "brain.ratio": 0.3,
    "brain.speed": 0.3,
    "chain.supply": 0.4,
    "chain.v2": 0.3,
    "chain.v3": 0.3,
    "chain.v4": 0.3,
    "delta.affinity": 0.3,
    "gamma.affinity": 0.3,
    "mood.hill": 0.15,
    "mood.half": 0.3,
    "mood.most": 0.1,
    "mood.score_speed": 0.3,
    "axis.rhythm": 0.2,
}
"""Standard deviation of the logarithm between people; invented."""


def qsp_system() -> System:
    """Return the model, 25 states; every number is invented."""
    pools = {"inside_start": 0.1, "pool_start": 1.0, "made_too": 0.3, "turnover": 0.02, "down": 0.8, "outward": 0.1}
    return wire(
        {
            "absorption": parts.Absorption(ka=0.6),
            "disposition": parts.Disposition(
                clearance=1.0,
                exchange=1.6,
                central_volume=0.6,
                peripheral_volume=2.4,
                start=3.0,
                peripheral_start=12.0,
                release=0.05,
            ),
            "brain": parts.Brain(speed=6.0, ratio=1.5, start=7.0),
            "chain": _chain(),
            "delta": parts.Receptors(affinity=60.0, off=360.0, inward=0.3, bound_start=0.1, pool="delta", **pools),
            "gamma": parts.Receptors(
                affinity=250.0, off=720.0, inward=0.15, bound_start=0.05, pool="gamma", **pools | {"inside_start": 0.05}
            ),
            "enhancement": parts.Enhancement(weight_delta=0.6, weight_gamma=0.4),
            "axis": _axis(),
            "chloride": parts.Chloride(speed=60.0, pump=3.0, leak=0.8, conductance_start=0.1, gradient_start=1.0),
            "mood": parts.Mood(
                speed=0.08,
                half=0.25,
                hill=1.7,
                damping=0.3,
                tolerance_speed=0.01,
                score_speed=0.012,
                worst=30.0,
                most=0.8,
                stress=2.0,
                effect_start=0.2,
                tolerance_start=0.1,
                score_start=25.0,
            ),
        }
    )


def qsp_people(system: System, count: int, seed: int = 1) -> Array:
    """Return the parameters of invented people (P, m): lognormal around the model's own numbers."""
    random = np.random.default_rng(seed)
    typical = dict(zip(system.parameter_names, system.parameter_defaults, strict=True))
    changes = {
        name: typical[name] * np.exp(deviation * random.standard_normal(count)) for name, deviation in SPREAD.items()
    }
    return system.parameters(count, changes)


def qsp_records() -> Sequence[Record]:
    """Return the 20 events: five infusions back to back (six changes of rate), then 14 daily doses."""
    infused = [
        Record(begin, 1, "central", rate * (end - begin), duration=end - begin)
        for (begin, rate), (end, _) in itertools.pairwise(INFUSION)
    ]
    return [*infused, *(Record(96.0 + 24.0 * day, 1, "depot", BOLUS) for day in range(14))]


def _chain() -> parts.Chain:
    starts = {"y1": 3.0, "y2": 5.0, "y3": 10.0, "y4": 5.0, "y5": 10.0, "y6": 3.0}
    most = {"v1": 40.0, "v2": 120.0, "v3": 60.0, "v4": 80.0, "v4_back": 20.0, "v5": 6.0}
    halves = {"k1": 5.0, "k2": 30.0, "k3": 15.0, "k4": 8.0, "k4_back": 60.0, "k5": 40.0}
    losses = {"loss2": 1.5, "loss3": 1.0, "loss4": 0.5, "loss5": 0.85, "loss6": 2.0}
    control = {"supply": 18.0, "resting": 0.4, "half_drive": 1.0, "rivalry": 0.1, "inhibition": 200.0, "uptake": 0.02}
    return parts.Chain(**starts, **most, **halves, **losses, **control)


def _axis() -> parts.StressAxis:
    return parts.StressAxis(
        drive=2.0,
        rhythm=0.45,
        peak=7.0,
        period=24.0,
        restraint=0.8,
        crh_loss=2.0,
        acth_made=4.0,
        acth_loss=4.0,
        feedback=0.3,
        cortisol_made=1.2,
        cortisol_loss=0.7,
        receptor_speed=0.2,
        receptor_most=2.0,
        half_cortisol=1.0,
        crh_start=0.8,
        acth_start=0.6,
        cortisol_start=1.0,
        receptor_start=0.5,
    )
