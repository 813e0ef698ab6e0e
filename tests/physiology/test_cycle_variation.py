"""How cycles differ: between women, and from one cycle of a woman to the next."""

from __future__ import annotations

import numpy as np
import pytest

from neurosteroid.engine import solve
from neurosteroid.evidence import Ledger
from neurosteroid.physiology.cycle_course import DAY, HORMONES, surges
from neurosteroid.physiology.cycle_in_body import cycle_in_body
from neurosteroid.physiology.cycle_variation import pace_records, spreads

TIMES = np.arange(0.0, 260.0 * DAY, 2.0)


def surge_days(hours: list[float], paces: list[float]) -> np.ndarray:
    system, covariates = cycle_in_body()
    kept = solve(
        system,
        pace_records(hours, paces),
        parameters=system.parameters(1),
        covariates=covariates,
        covariate_rule="locf",
        output_times=TIMES,
        start=0.0,
        outputs=HORMONES,
    ).kept
    assert kept is not None
    lh = kept["plasma.lh"][0][-len(TIMES) :]
    return TIMES[surges(TIMES, lh)] / DAY


def test_a_slow_cohort_makes_one_cycle_longer() -> None:
    plain = surge_days([], [])
    menses = float(plain[5]) + 14.0
    slow = surge_days([menses * DAY, (menses + 28.0) * DAY], [0.7, 1.0])
    assert slow[6] - slow[5] > plain[6] - plain[5] + 1.0
    assert slow[5] == pytest.approx(plain[5], abs=0.2)


def test_spreads_name_parameters_of_the_system_and_are_in_the_ledger() -> None:
    ledger = Ledger()
    system, _ = cycle_in_body()
    found = spreads(None, ledger)
    assert set(found) <= set(system.parameter_names)
    assert {number.key for number in ledger.numbers} == {
        "sd_pace",
        "sd_lh_synthesis",
        "sd_estradiol",
        "sd_progesterone",
    }
