"""The numba solver takes the same steps as the compiled C, and gives the same numbers."""

import numpy as np
import pytest

from neurosteroid.engine import Tolerances, solve, wire
from neurosteroid.engine.solvers.rosenbrock.scalar.printing import ScalarPrinter
from neurosteroid.engine.solvers.rosenbrock.slopes import linearise
from tests.engine.native_parts import Explosion, sigmoid
from tests.engine.test_rosenbrock import MODELS, everybody, spread

pytest.importorskip("numba")


@pytest.mark.parametrize("name", ["sigmoid", "stiff"])
@pytest.mark.parametrize("relative", [1e-4, 1e-8])
def test_takes_the_same_steps_as_compiled_code(name, relative):
    system, records, covariates = MODELS[name]
    given = {
        "parameters": spread(system, 11),
        "covariates": covariates,
        "output_times": np.linspace(0.0, 40.0, 81),
        "tolerances": Tolerances(relative=relative, absolute=1e-3 * relative),
    }
    native = solve(system, records, **given, method="rosenbrock").require_complete()
    scalar = solve(system, records, **given, method="numba").require_complete()
    assert scalar.method == "rosenbrock (Rodas5P, numba)"
    assert scalar.notes == ()
    largest = np.abs(native.states).max(axis=(0, 1))
    # The same steps but for rounding, which a stiff oscillator multiplies: far below the tolerance.
    assert (np.abs(scalar.states - native.states).max(axis=(0, 1)) <= 1e-9 * largest).all()


def test_every_event_case_in_one_batch_and_any_number_of_threads():
    system, schedules, parameters, covariates = everybody()
    given = {
        "parameters": parameters,
        "covariates": covariates,
        "output_times": np.linspace(0, 40, 21),
        "tolerances": Tolerances(relative=1e-7, absolute=1e-8),
    }
    native = solve(system, schedules, **given, method="rosenbrock").require_complete()
    one, two = (
        solve(system, schedules, **given, method="numba", threads=threads).require_complete() for threads in (1, 2)
    )
    np.testing.assert_array_equal(one.states, two.states)
    largest = np.nanmax(np.abs(native.states), axis=(0, 1))
    np.testing.assert_array_equal(np.isnan(native.states), np.isnan(one.states))
    assert (np.nanmax(np.abs(one.states - native.states), axis=(0, 1)) <= 1e-9 * largest).all()


def test_failing_people_are_reported_as_by_compiled_code():
    system = wire({"explosion": Explosion(speed=0.01)})
    speeds = np.array([0.01, 0.25, 0.02, np.nan, 0.005, np.inf, 0.01])
    parameters = system.parameters(7, {"explosion.speed": speeds})
    parameters[6, 1] = np.nan
    times = np.linspace(0.0, 10.0, 21)
    native, scalar = (
        solve(system, parameters=parameters, output_times=times, method=method) for method in ("rosenbrock", "numba")
    )
    assert [failure.person for failure in scalar.failures] == [1, 3, 5, 6]
    for one, other in zip(scalar.failures, native.failures, strict=True):
        assert one.person == other.person
        assert one.time == pytest.approx(other.time, rel=1e-6)
        assert one.reason == other.reason
    away = times != 4.0
    np.testing.assert_allclose(scalar.states[:, away], native.states[:, away], rtol=1e-9)


def test_what_is_free_of_time_and_states_is_computed_ahead():
    tape = linearise(sigmoid().traced.tape).tape
    printer = ScalarPrinter(tape)
    body = printer.body(tape.results[:2], ["f[0]", "f[1]"])
    assert not any("p[" in line for line in body)
    assert any("p[" in line for line in printer.fixed_lines())
