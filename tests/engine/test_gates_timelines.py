"""Fixed steps reached through `solve`: boluses and rows on the grid of steps; all else is refused."""

from typing import Any

import numpy as np
import pytest

from neurosteroid.engine import Record, Tolerances, solve, wire
from neurosteroid.errors import InputError
from tests.engine.doubles import RATES
from tests.engine.native_parts import WEIGHT, Compartments, Saturation

SYSTEM = wire({"body": Compartments(**RATES), "more": Saturation(vmax=3.0, km=2.0)}, [WEIGHT])
WEIGHTS = np.array([[55.0], [70.0], [92.0]])
TIMES = [1.0, 2.5, 4.0]


def bolus(time: float, amount: float, state: str = "central") -> Record:
    return Record(time, state=state, amount=amount)


HEAVIER = [Record(time, evid=2, covariates={"person.weight": kg}) for time, kg in ((1.0, 60.0), (2.0, 70.0))]
SCHEDULES = [
    [bolus(0.0, 40.0, "depot")],
    [bolus(0.5, 10.0), bolus(0.5, 5.0, "depot"), bolus(2.5, 20.0)],
    [bolus(0.0, 1.0), bolus(4.0, 7.0)],
]


def solved(schedules: Any = SCHEDULES, **changes: Any) -> Any:
    settings: dict[str, Any] = {"output_times": TIMES, "covariates": WEIGHTS, "start": 0.0, **changes}
    return solve(SYSTEM, schedules, parameters=SYSTEM.parameters(3), **settings)


def test_courses_are_those_of_the_reference_and_nearer_with_the_square_of_the_step() -> None:
    reference = solved(method="reference", tolerances=Tolerances(1e-11, 1e-13))
    coarse, fine = (solved(step=step) for step in (0.02, 0.01))
    assert (fine.method, fine.tolerances) == ("gates", {"step": 0.01})
    errors = [np.abs(found.states - reference.states).max() for found in (coarse, fine)]
    assert errors[1] < 1e-3 * np.abs(reference.states).max()
    assert errors[0] / errors[1] == pytest.approx(4.0, rel=0.1)  # second order
    np.testing.assert_array_equal(np.isnan(fine.states), np.isnan(reference.states))


def test_giving_a_step_chooses_gates_and_keeps_what_is_asked_for() -> None:
    whole, part = solved(step=0.01), solved(step=0.01, method="gates", outputs=["central"])
    np.testing.assert_array_equal(part.outputs(["central"])["central"], whole.outputs(["central"])["central"])


def test_given_states_are_where_it_begins() -> None:
    before = solved(output_times=[2.0], schedules=[SCHEDULES[0]] * 3, step=0.01)
    after = solved(schedules=(), output_times=[4.0], start=2.0, initial=before.states[:, -1], step=0.01)
    whole = solved(output_times=[4.0], schedules=[SCHEDULES[0]] * 3, step=0.01)
    np.testing.assert_allclose(after.states[:, -1], whole.states[:, -1], rtol=1e-5)  # one pair of half moves apart


def test_who_fails_is_named() -> None:
    found = solve(
        SYSTEM,
        parameters=np.vstack([SYSTEM.parameters(1), np.nan * SYSTEM.parameters(1)]),
        covariates=WEIGHTS[:2],
        output_times=TIMES,
        start=0.0,
        step=0.01,
    )
    assert [failure.person for failure in found.failures] == [1]
    assert np.isnan(found.states[1]).all()
    assert np.isfinite(found.states[0]).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"step": -1.0}, "step is -1.0; give a positive time"),
        ({"step": 0.3}, r"output time at 1 is no whole number of steps of 0.3 from 0"),
        ({"step": 0.1, "schedules": [bolus(0.25, 1.0)]}, "a dose at 0.25 is no whole number of steps of 0.1"),
        ({"step": 0.1, "start": np.array([0.0, 0.0, 1.0]), "schedules": ()}, "one start for everybody"),
        ({"step": 0.1, "schedules": [Record(0.0, state="central", amount=1.0, rate=1.0)]}, "follow no infusions"),
        ({"step": 0.1, "schedules": [Record(1.0, evid=3)]}, "neither steady states nor resets"),
        ({"step": 0.1, "schedules": HEAVIER}, "covariates that change"),
        ({"step": 0.1, "sensitivities": ["body.ka"]}, "give no sensitivities"),
        ({"step": 0.1, "method": "rosenbrock"}, "step is of 'gates', and the method is 'rosenbrock'"),
        ({"method": "gates"}, "none was given; solve takes it as step"),
    ],
)
def test_what_cannot_be_walked_in_steps_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        solved(**{"schedules": (), **changes})
