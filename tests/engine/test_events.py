"""Dosing features and their combinations against superposition of hand-derived closed forms."""

import numpy as np
import pytest

from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import solve
from tests.engine.closed_forms import depot, two_compartment, two_compartment_oral
from tests.engine.doubles import RATES, WEIGHT, Oral
from tests.engine.event_cases import CASES, Case

TIMES = np.unique(np.concatenate([np.linspace(0.0, 60.0, 121), [1.9999999, 2.0000001, 3.7, 41.23]]))

EXACT = 1e-10
"""Of the largest amount: rounding of some hundred steps, and of the closed form's own sums."""

REFERENCE = 1e-8
"""Of the largest amount: the reference solver's relative tolerance is 1e-10 a step."""

FROM_DEPOT = two_compartment_oral(*(RATES[name] for name in ("ka", "k", "k12", "k21")))
FROM_CENTRAL = two_compartment(*(RATES[name] for name in ("k", "k12", "k21")))


def expected(case: Case, times):
    """Depot and central amounts by superposition, from the last window that has begun."""
    inside, central = np.zeros(len(times)), np.zeros(len(times))
    for begins, doses in case.windows:
        now = times >= begins
        given = {state: list(doses.get(state, [])) for state in ("depot", "central")}
        inside[now] = depot(RATES["ka"]).course(times[now], given["depot"])
        central[now] = FROM_DEPOT.course(times[now], given["depot"]) + FROM_CENTRAL.course(times[now], given["central"])
    return np.stack([inside, central], axis=1)


@pytest.mark.parametrize("method", ["exact", "reference"])
@pytest.mark.parametrize("name", CASES)
def test_feature(name, method):
    case = CASES[name]
    system = Oral(declared=tuple(case.properties))
    solution = solve(
        system,
        case.records,
        parameters=system.parameters(**case.properties),
        covariates=WEIGHT,
        output_times=TIMES,
        method=method,
    ).require_complete()
    wanted = expected(case, TIMES)
    tolerance = (EXACT if method == "exact" else REFERENCE) * max(wanted.max(), 1.0)
    np.testing.assert_allclose(solution.states[0, :, :2], wanted, rtol=0.0, atol=tolerance)


@pytest.mark.parametrize("method", ["exact", "reference"])
@pytest.mark.parametrize(
    "name", ["ss1-infusion-overlapping", "ss1-lag", "ss1-constant-infusion", "ss2-lag", "ss1-no-dose"]
)
def test_endogenous_production_is_part_of_a_steady_state_once(name, method):
    case = CASES[name]
    system = Oral(declared=tuple(case.properties), production=2.0)
    solution = solve(
        system,
        # The undosed steady state first: production / k in the central compartment.
        [Record(-1.0, 1, steady_state=1), *case.records],
        parameters=system.parameters(**case.properties),
        covariates=WEIGHT,
        output_times=TIMES,
        method=method,
    ).require_complete()
    wanted = expected(case, TIMES) + np.array([0.0, 2.0 / RATES["k"]])
    tolerance = (EXACT if method == "exact" else REFERENCE) * wanted.max()
    np.testing.assert_allclose(solution.states[0, :, :2], wanted, rtol=0.0, atol=tolerance)


def test_every_case_gives_something_to_compare():
    empty = [name for name, case in CASES.items() if not expected(case, TIMES).any()]
    assert set(empty) == {"f-zero", "reset-cancels-lagged-dose"}
