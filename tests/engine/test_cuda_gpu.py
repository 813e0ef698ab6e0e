"""On a GPU, where there is one: the numbers of the native solver, for a thousand people and for those who fail."""

import numpy as np
import pytest

from neurosteroid.engine import Tolerances, solve, wire
from neurosteroid.engine.solvers.rosenbrock.cuda.device import find_device
from neurosteroid.engine.solvers.rosenbrock.cuda.libraries import GpuError, load_nvrtc
from tests.engine.native_parts import Explosion, weights
from tests.engine.test_rosenbrock import MODELS, spread

try:
    find_device()
    load_nvrtc()
except GpuError as error:
    pytest.skip(f"no GPU: {error.message}", allow_module_level=True)


@pytest.mark.parametrize("relative", [1e-4, 1e-8])
@pytest.mark.parametrize("name", ["saturating", "sigmoid", "saturable"])
def test_a_thousand_people(name, relative):
    system, records, covariates = MODELS[name]
    given = {
        "parameters": spread(system, 1000),
        "covariates": None if covariates is None else weights(1000),
        "output_times": np.linspace(0.0, 40.0, 81),
        "tolerances": Tolerances(relative=relative, absolute=1e-3 * relative),
    }
    native, cuda = (solve(system, records, **given, method=method) for method in ("rosenbrock", "cuda"))
    assert cuda.method == "rosenbrock (Rodas5P, cuda)"
    assert cuda.notes == ()
    largest = np.abs(native.states).max(axis=(0, 1))
    # 50 times the tolerance of each state's maximum, as everywhere.
    assert (np.abs(cuda.states - native.states).max(axis=(0, 1)) <= 50.0 * relative * largest).all()


def test_people_who_fail():
    system = wire({"explosion": Explosion(speed=0.01)})
    speeds = np.array([0.01, 0.25, 0.02, np.nan, 0.005, np.inf, 0.01])
    parameters = system.parameters(7, {"explosion.speed": speeds})
    times = np.linspace(0.0, 10.0, 21)
    native, cuda = (
        solve(system, parameters=parameters, output_times=times, method=method) for method in ("rosenbrock", "cuda")
    )
    assert [failure.person for failure in cuda.failures] == [1, 3, 5]
    assert [failure.reason for failure in cuda.failures] == [failure.reason for failure in native.failures]
    away = times != 4.0
    np.testing.assert_allclose(cuda.states[:, away], native.states[:, away], rtol=50e-8)
