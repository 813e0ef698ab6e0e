"""Rules while covariates change: the same course as by records, and what a change makes true fires at its hour."""

import numpy as np
import pytest

from neurosteroid.engine import EventKind, Record, solve
from neurosteroid.engine.rules import Programme
from neurosteroid.errors import InputError
from tests.engine.rule_parts import PUMP, SATURATING, TANK, done, rule, run

CHANGES = [5.3, 9.0]
WEIGHTS = np.array([[[50.0], [70.0], [60.0]]])


def test_covariates_change_as_by_records():
    never = rule("hold", ">= 1e9", port="level.tank")
    followed = run([never], system=SATURATING, covariates=WEIGHTS, changes=CHANGES)
    pump = Record(time=0.0, state="tank", amount=1200.0, duration=12.0)
    weights = [
        Record(time=hour, evid=EventKind.OTHER, covariates={"person.weight": value})
        for hour, value in zip(CHANGES, (70.0, 60.0), strict=True)
    ]
    solution = solve(
        SATURATING,
        [pump, *weights],
        parameters=SATURATING.parameters(1),
        covariates=WEIGHTS[:, 0],
        output_times=followed.times,
        covariate_rule="locf",
        start=0.0,
    )
    rows = np.searchsorted(solution.times[0], followed.times + 1e-9, side="right") - 1
    for name, values in followed.outputs(SATURATING.output_names).items():
        expected = solution.outputs([name])[name][:, rows]
        np.testing.assert_allclose(values, expected, rtol=1e-6, atol=1e-9, err_msg=name)


def test_what_a_change_makes_true_fires_at_its_hour():
    """The level is 7583 nmol/L before a weight of 70 g becomes 50 g, and 10 616 after it."""
    lighter = np.array([[[70.0], [50.0]]])
    followed = run([rule("hold", ">= 9000", port="level.tank")], system=SATURATING, covariates=lighter, changes=[5.3])
    assert done(followed) == [(pytest.approx(5.3, abs=1e-9), "hold")]


def test_people_go_on_from_given_states():
    empty = Programme()
    start = np.zeros((1, len(TANK.state_names)))
    start[0, TANK.state_names.index("tank")] = 80.0
    followed = run([], programme=empty, initial=start)
    tank = followed.outputs(["tank"])["tank"][0]
    np.testing.assert_allclose(tank, 80.0 * np.exp(-0.3 * followed.times), rtol=1e-9)


@pytest.mark.parametrize(
    ("covariates", "changes", "said"),
    [(WEIGHTS, [9.0, 5.3], "rise"), (WEIGHTS, [0.0, 5.3], "rise"), (WEIGHTS, [5.3], "one an epoch")],
)
def test_epochs_that_do_not_fit_are_refused(covariates, changes, said):
    with pytest.raises(InputError, match=said):
        run([], system=SATURATING, covariates=covariates, changes=changes)


def test_without_changes_nothing_is_new():
    one, other = (run([rule("hold", ">= 150")], programme=PUMP, **more) for more in ({}, {"changes": []}))
    assert done(one) == done(other) != []
