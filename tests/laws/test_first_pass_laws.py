"""Laws of a drug by mouth that hold whatever its numbers: nothing is lost, double is double, area is F dose / CL."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosteroid.engine import Record, solve
from tests.pharmacokinetics.test_oral_parts import covariates_of, wired

SHARES = st.floats(0.05, 1.0)
NUMBERS = st.fixed_dictionaries(
    {
        "drug.intrinsic_clearance": st.floats(1.0, 200.0),
        "drug.hepatic_plasma_flow": st.floats(10.0, 90.0),
        "drug.central_volume": st.floats(5.0, 200.0),
        "oral.release_rate": st.floats(0.2, 3.0),
        "oral.absorbed_with_fat": SHARES,
        "oral.fasted_ratio": SHARES,
        "oral.slow_fasted": st.floats(0.0, 1.0),
        "oral.gut_availability": SHARES,
    }
)
FAT = st.floats(0.0, 800.0)


def by_route(system, numbers, fat, state, amount, times):
    return solve(
        system,
        [Record(time=0.0, state=state, amount=amount)],
        parameters=system.parameters(1, numbers),
        covariates=covariates_of(system, meal__fat=fat),
        output_times=times,
    )


@settings(max_examples=20, deadline=None)
@given(numbers=NUMBERS, fat=FAT)
def test_what_was_swallowed_is_somewhere_or_has_left(numbers, fat):
    system = wired(accounts=True)
    states = by_route(system, numbers, fat, "depot.oral.drug", 500.0, [0.0, 0.5, 6.0, 48.0, 400.0]).states[0]
    np.testing.assert_allclose(states.sum(axis=1), 500.0, rtol=1e-11)
    assert states.min() > -1e-9  # rounding of the propagation, against amounts of 500


@settings(max_examples=20, deadline=None)
@given(numbers=NUMBERS, fat=FAT)
def test_area_is_bioavailability_times_dose_over_clearance(numbers, fat):
    # what a state has lost for good is its area times the rate, so the account of all that left the plasma by the
    # liver after absorption is CL times the area; the rest of the dose left before
    system = wired()
    row = dict(zip(system.parameter_names, system.parameters(1, numbers)[0], strict=True))
    share = fat / (row["oral.fat_half"] + fat)
    absorbed = row["oral.absorbed_with_fat"] * (row["oral.fasted_ratio"] + (1 - row["oral.fasted_ratio"]) * share)
    flow, intrinsic = row["drug.hepatic_plasma_flow"], row["drug.intrinsic_clearance"]
    expected = absorbed * row["oral.gut_availability"] * 500.0 / intrinsic
    # the area to infinity without a grid: minus the inverse of the matrix of a linear system, times what was given
    matrix, _ = system.matrix(system.parameters(1, numbers), covariates_of(system, meal__fat=fat))
    given_amounts = np.zeros(len(system.state_names))
    given_amounts[system.state_names.index("depot.oral.drug")] = 500.0
    areas = -np.linalg.solve(matrix[0], given_amounts)
    found = areas[system.state_names.index("central.drug")] / row["drug.central_volume"]
    np.testing.assert_allclose(found, expected, rtol=1e-8)
    by_vein = 500.0 / (flow * intrinsic / (flow + intrinsic))
    bioavailability = absorbed * row["oral.gut_availability"] * flow / (flow + intrinsic)
    np.testing.assert_allclose(found / by_vein, bioavailability, rtol=1e-8)


@settings(max_examples=10, deadline=None)
@given(numbers=NUMBERS, fat=FAT, factor=st.floats(0.1, 10.0))
def test_every_amount_is_in_proportion_to_the_dose(numbers, fat, factor):
    system, times = wired(), [0.5, 3.0, 12.0, 100.0]
    once, more = (
        by_route(system, numbers, fat, "depot.oral.drug", amount, times).states for amount in (500.0, 500.0 * factor)
    )
    np.testing.assert_allclose(more, factor * once, rtol=1e-11, atol=1e-12)
