"""A dose of corticotropin-releasing hormone leaves plasma as published, and its effect on the pituitary saturates."""

from __future__ import annotations

import math

import numpy as np
import pytest

from neurosteroid.engine import Covariate, Record, solve, wire
from neurosteroid.evidence import Ledger, library
from neurosteroid.physiology.hpa_given import GivenReleasingHormone
from neurosteroid.physiology.hpa_settled import UNITS
from neurosteroid.physiology.stressors import records, stressor

KEYS = ("clearance", "volume", "fast_half_life", "slow_half_life", "largest", "half_effect")


def part(**changes: float) -> GivenReleasingHormone:
    card = library().card("stress", "physiology")
    numbers = {key: card.number(f"corticorelin_{key}").to(UNITS[f"corticorelin_{key}"]) for key in KEYS}
    return GivenReleasingHormone(**{**numbers, **changes})


def followed(hours: np.ndarray, events: tuple[Record, ...], name: str) -> np.ndarray:
    system = wire({"given": part()}, [Covariate("stress.corticorelin", "ug/kg/h")])
    found = solve(
        system,
        events,
        parameters=system.parameters(1),
        covariates=np.zeros((1, 1)),
        covariate_rule="locf",
        output_times=hours,
        start=0.0,
    )
    rows = np.searchsorted(found.times[0], hours + 1e-9, side="right") - 1
    return found.outputs([name])[name][0, rows]


def test_the_curve_has_the_published_half_lives_volume_and_clearance() -> None:
    dose = 1.0  # ug/kg, of the test
    minute = 1 / 60
    hours = np.concatenate([np.linspace(0, minute, 11), np.linspace(minute, 12, 4001)[1:]])
    plasma = followed(hours, records([stressor("crh test", 0.0, Ledger())]), "hpa.given_crh")
    mine = part()
    # infused over a minute, in which some 5 % have left
    assert plasma.max() == pytest.approx(dose / mine.volume, rel=0.06)
    assert np.trapezoid(plasma, hours) == pytest.approx(dose / mine.clearance, rel=1e-3)
    late = plasma[hours > 6]
    slope = math.log(late[0] / late[-1]) / (hours[-1] - hours[hours > 6][0])
    assert math.log(2) / slope == pytest.approx(mine.slow_half_life, rel=1e-2)
    # what is outside the first volume in balance: k12 / k21 of it
    fast, slow = math.log(2) / mine.fast_half_life, math.log(2) / mine.slow_half_life
    back = fast * slow / (mine.clearance / mine.volume)
    share = (fast + slow - mine.clearance / mine.volume - back) / back
    # Schulte 1984: 6.2 L (SE 0.5) in another twelve men, taken to be of 70 kg
    assert 70 * mine.volume * (1 + share) == pytest.approx(6.2, abs=1.0)


def test_the_effect_saturates() -> None:
    mine = part()
    effect = [
        mine.values(0.0, {"plasma": each * mine.half_effect, "outside": 0.0}, {})["effect"] for each in (0.0, 1.0, 1e6)
    ]
    assert effect == pytest.approx([0.0, mine.largest / 2, mine.largest], rel=1e-5)
