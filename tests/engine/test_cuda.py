"""The text of the CUDA solver, compiled as C and run thread after thread, beside the native solver; without a GPU."""

import numpy as np
import pytest

from neurosteroid.engine import Record, Tolerances, solve, solve_in_blocks, wire
from neurosteroid.engine.solvers.convergence import confirm
from neurosteroid.engine.solvers.kept import Kept
from neurosteroid.engine.solvers.rosenbrock import task
from neurosteroid.engine.solvers.rosenbrock.compilers import CompilerError, find_compiler
from neurosteroid.engine.solvers.rosenbrock.cuda import engine
from neurosteroid.engine.solvers.rosenbrock.cuda.libraries import GpuError
from tests.engine.cuda_device import number, without_gpu
from tests.engine.event_cases import CASES
from tests.engine.native_parts import Explosion, compartments, weights
from tests.engine.random_systems import Feedback, Pool
from tests.engine.rule_parts import SATURATING, done, rule, run
from tests.engine.test_rosenbrock import MODELS, everybody, solve_event_case, spread

try:
    find_compiler()
except CompilerError as error:
    pytest.skip(f"no C compiler: {error.message}", allow_module_level=True)


@pytest.fixture
def device(monkeypatch):
    with without_gpu(monkeypatch) as library:
        yield library


def both(system, records=(), **given):
    """The solutions of the native solver and of the CUDA text."""
    native, cuda = (solve(system, records, **given, method=method) for method in ("rosenbrock", "cuda"))
    assert cuda.method == "rosenbrock (Rodas5P, cuda)"
    assert cuda.notes == native.notes
    assert cuda.tolerances == native.tolerances
    return native, cuda


def assert_alike(native, cuda, relative):
    """The project's promise: 50 times the tolerance of each state's maximum."""
    np.testing.assert_array_equal(np.isnan(cuda.states), np.isnan(native.states))
    largest = np.nanmax(np.abs(native.states), axis=(0, 1))
    assert (np.nanmax(np.abs(cuda.states - native.states), axis=(0, 1)) <= 50.0 * relative * largest).all()


@pytest.mark.parametrize("relative", [1e-4, 1e-6, 1e-8])
@pytest.mark.parametrize("name", MODELS)
def test_agrees_with_the_native_solver(device, name, relative):
    system, records, covariates = MODELS[name]
    native, cuda = both(
        system,
        records,
        parameters=spread(system, 11),
        covariates=covariates,
        output_times=np.unique(np.concatenate([np.linspace(0.0, 40.0, 81), [1.0, 1e-9, 10.99999]])),
        tolerances=Tolerances(relative=relative, absolute=1e-3 * relative),
    )
    assert not native.failures
    assert not cuda.failures
    # The same steps but for rounding, which the stiff oscillator multiplies: far less than is promised.
    assert_alike(native, cuda, 1e-9 / 50.0)


@pytest.mark.parametrize("name", CASES)
def test_event_case(device, name):
    assert solve_event_case(name, "cuda").method == "rosenbrock (Rodas5P, cuda)"


def test_schedules_lags_resets_and_steady_states_of_their_own_in_portions(monkeypatch):
    system, schedules, parameters, covariates = everybody()
    steady = np.array([any(record.steady_state for record in records) for records in schedules])
    # Steady states come from the reference solver, which takes long: some are enough.
    chosen = np.flatnonzero(~steady | (np.cumsum(steady) % 8 == 1))
    schedules, parameters, covariates = [schedules[who] for who in chosen], parameters[chosen], covariates[chosen]
    with without_gpu(monkeypatch, free_bytes=100_000) as library:
        before = number(library, "launches").value
        native, cuda = both(
            system,
            schedules,
            parameters=parameters,
            covariates=covariates,
            output_times=np.linspace(0, 40, 21),
            tolerances=Tolerances(relative=1e-7, absolute=1e-8),
        )
        assert number(library, "launches").value - before > 3
    assert_alike(native, cuda, 1e-7)


def test_portions_change_nothing_and_threads_are_as_many_as_the_gpu_holds(monkeypatch):
    system, records, _ = MODELS["saturating"]
    people = 300
    given = {"parameters": spread(system, people), "covariates": weights(people), "output_times": np.arange(12.0)}
    schedules = [records[: 1 + person % 4] for person in range(people)]
    with without_gpu(monkeypatch) as library:
        whole = solve(system, schedules, **given, method="cuda").require_complete()
        # 3 blocks of 32 threads on each of 2 processors
        assert number(library, "threads_run").value == 192
    with without_gpu(monkeypatch, free_bytes=100_000) as library:
        portions = solve(system, schedules, **given, method="cuda")
        assert 0 < number(library, "threads_run").value < 192
    np.testing.assert_array_equal(portions.states, whole.states)


def test_a_schedule_that_people_share_is_sent_once(device):
    system, records, _ = MODELS["saturating"]
    sent = []
    for people in (11, 22):
        before = number(device, "sent").value
        native, cuda = both(
            system,
            records,
            parameters=spread(system, people),
            covariates=weights(people),
            output_times=np.linspace(0.0, 40.0, 401),
            tolerances=Tolerances(relative=1e-6, absolute=1e-9),
        )
        assert_alike(native, cuda, 1e-6)
        sent.append(number(device, "sent").value - before)
    rows = 8 * 401
    # Of a person only her own numbers: fewer than those of one column of the table of steps.
    assert sent[1] - sent[0] < 11 * rows


@pytest.mark.parametrize("hill", [0.3, 0.96, 1.5])
def test_powers_and_roots_at_zero(device, hill):
    system = wire({"pool": Pool(start=0.0, loss=0.1), "made": Feedback(rate=1.0, half=1.0, hill=hill, second="a")})
    times = np.linspace(0.0, 12.0, 25)
    native, cuda = both(system, parameters=system.parameters(1), output_times=times, start=0.0)
    assert_alike(native, cuda, 1e-8)


def test_covariates_change_between_records(device):
    system = compartments(saturation=(20.0, 60.0))
    records = [
        Record(0.0, 1, "central", 100.0, covariates={"person.weight": 50.0}),
        Record(5.0, 0, covariates={"person.weight": 90.0}),
        Record(9.0, 0, covariates={"person.weight": 60.0}),
    ]
    native, cuda = both(system, records, parameters=system.parameters(3), output_times=np.linspace(0, 12, 25))
    assert_alike(native, cuda, 1e-8)


def test_failing_people_are_reported_as_by_the_native_solver(device):
    system = wire({"explosion": Explosion(speed=0.01)})
    speeds = np.array([0.01, 0.25, 0.02, np.nan, 0.005, np.inf, 0.01, 0.01, 0.01, 0.01])
    parameters = system.parameters(10, {"explosion.speed": speeds})
    parameters[8, 1] = np.nan
    times = np.linspace(0.0, 10.0, 21)
    native, cuda = both(system, parameters=parameters, output_times=times)
    assert [failure.person for failure in cuda.failures] == [1, 3, 5, 8]
    for one, other in zip(cuda.failures, native.failures, strict=True):
        assert (one.person, one.reason) == (other.person, other.reason)
        assert one.time == pytest.approx(other.time, rel=1e-6)
    away = times != 4.0
    np.testing.assert_allclose(cuda.states[:, away], native.states[:, away], rtol=1e-9)


def test_people_with_too_many_steps_are_followed_by_the_reference(device, monkeypatch):
    monkeypatch.setattr(task, "MOST_ATTEMPTS", 5)
    system, records, _ = MODELS["saturating"]
    given = {"parameters": spread(system, 3), "covariates": weights(3), "output_times": [0.0, 20.0]}
    native, cuda = both(system, records, **given)
    assert "people were followed by the reference solver" in cuda.notes[0]
    assert_alike(native, cuda, 1e-9)


def test_steady_states_and_a_person_without_one(device):
    system = compartments(saturation=(10.0, 50.0), k=0.0)
    parameters = system.parameters(
        3, {"saturation.vmax": np.array([20.0, 5.0, 15.0]), "body.k12": 0.0, "body.k21": 0.5}
    )
    records = [Record(0.0, 1, "central", 1.0), Record(2.0, 1, "central", 72.0, interval=8.0, steady_state=1)]
    native, cuda = both(system, records, parameters=parameters, covariates=weights(3), output_times=[0.0, 1.0, 3.0])
    assert_alike(native, cuda, 1e-8)
    (failure,) = cuda.failures
    assert (failure.person, failure.time, failure.reason) == (1, 2.0, native.failures[0].reason)


def test_initial_states_chosen_outputs_blocks_and_confirming(device):
    system, records, covariates = MODELS["saturating"]
    given = {"parameters": spread(system, 11), "covariates": covariates, "output_times": np.linspace(0.0, 40.0, 21)}
    begin = np.full((11, len(system.state_names)), 3.0)
    native, cuda = both(system, records, **given, initial=begin)
    assert_alike(native, cuda, 1e-8)
    name = system.state_names[0]
    kept = solve(system, records, **given, initial=begin, method="cuda", outputs=[name])
    np.testing.assert_array_equal(kept.outputs([name])[name], cuda.states[:, :, 0])
    blocks = solve_in_blocks(system, records, **given, initial=begin, method="cuda", block=4)
    np.testing.assert_array_equal(np.concatenate([solution.states for _, solution in blocks]), cuda.states)
    closer, doubts = confirm(cuda)
    assert closer.method == cuda.method
    assert doubts == ()


def test_rules(device):
    rules = [rule("hold", ">= 6", port="tank"), rule("resume", "<= 3", port="tank")]
    covariates = np.array([[5.0], [10.0], [20.0]])
    given = {"system": SATURATING, "people": 3, "covariates": covariates}
    native, cuda = (run(rules, **given, method=method) for method in ("rosenbrock", "cuda"))
    assert len(done(native, 0)) > 1
    for person in range(3):
        for one, other in zip(done(cuda, person), done(native, person), strict=True):
            # Moments are located to 1e-6 h or better; states are right to 50 times 1e-8.
            assert one == (pytest.approx(other[0], abs=1e-5), other[1])


def test_code_of_kernels_that_are_not_kept_is_unloaded(device, monkeypatch):
    monkeypatch.setattr(engine, "_ENGINES", Kept(most=2))
    systems = [
        wire({f"pool{place}": Pool(start=1.0, loss=0.1, name=f"pool{place}") for place in range(count)})
        for count in range(1, 6)
    ]
    before, most = number(device, "modules").value, 0
    for system in (*systems, *systems[:2]):
        found = solve(system, parameters=system.parameters(2), output_times=[0.0, 1.0], method="cuda")
        assert not found.failures
        most = max(most, number(device, "modules").value - before)
    # the two that are kept, and the one just forgotten, whose code goes at the next call
    assert 2 <= most <= 3


def test_the_code_of_an_image_without_the_kernel_is_unloaded(device):
    loaded = number(device, "modules").value
    gpu = engine.find_device()
    system = wire({"pool": Pool(start=1.0, loss=0.1)})
    picture = engine.image_for(engine.cuda_source(system.traced, "Rodas5P").text, gpu.capability)
    with pytest.raises(GpuError, match="cuModuleGetFunction failed"):
        gpu.kernel(picture, "no_such_kernel")
    assert number(device, "modules").value == loaded + 1
    gpu.enter()
    assert number(device, "modules").value == loaded
