"""Where a GPU cannot be used the processor is, and one note says why; nothing stays behind on a GPU that fails."""

import ctypes
import subprocess
import sys

import numpy as np
import pytest

from neurosteroid.engine import solve
from neurosteroid.engine.solvers import fallback
from neurosteroid.engine.solvers.rosenbrock.compilers import CompilerError, find_compiler
from neurosteroid.engine.solvers.rosenbrock.cuda import compiler, device, engine, libraries
from neurosteroid.engine.solvers.rosenbrock.cuda.device import Device
from neurosteroid.engine.solvers.rosenbrock.cuda.libraries import GpuError
from tests.engine.cuda_device import driver, number, without_gpu
from tests.engine.native_parts import saturating, sigmoid, weights
from tests.engine.test_rosenbrock import DOSES, spread

try:
    find_compiler()
except CompilerError as error:
    pytest.skip(f"no C compiler: {error.message}", allow_module_level=True)

NOTE = "The processor was used instead of a GPU: "


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch):
    monkeypatch.setattr(fallback, "_SAID", set())


def solved(method="cuda", **more):
    system = saturating()
    given = {"parameters": spread(system, 3), "covariates": weights(3), "output_times": np.linspace(0.0, 40.0, 11)}
    return solve(system, DOSES, **given, method=method, **more)


def assert_on_the_processor(found, why):
    (note,) = found.notes
    assert note == NOTE + why
    assert found.method == "rosenbrock (Rodas5P)"
    np.testing.assert_array_equal(found.states, solved("rosenbrock").states)


def refuse(why):
    raise GpuError(why)


def missing(name, *arguments, **options):
    raise OSError(f"{name}: cannot open shared object file")


def test_without_a_driver_it_is_said_once(monkeypatch, caplog):
    monkeypatch.setattr(libraries.ctypes, "CDLL", missing)
    with pytest.raises(GpuError, match="there is no NVIDIA driver here") as refused:
        libraries.load_driver()
    monkeypatch.undo()
    monkeypatch.setattr(device, "load_driver", lambda: refuse(refused.value.message))
    device._found.cache_clear()
    caplog.set_level("WARNING", logger="neurosteroid")
    try:
        first, second = solved(), solved()
    finally:
        device._found.cache_clear()
    assert first.notes == second.notes
    assert [record.message for record in caplog.records] == list(first.notes)
    assert_on_the_processor(first, refused.value.message)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"devices": 0}, "the NVIDIA driver shows no GPU."),
        ({"capability": 61}, "'no GPU' has compute capability 6.1; 7.0 or above is needed."),
    ],
)
def test_a_driver_without_a_gpu_that_can_be_used(monkeypatch, settings, why):
    library = driver()
    for name, value in settings.items():
        monkeypatch.setattr(number(library, name), "value", value)
    with pytest.raises(GpuError) as refused:
        Device(library)
    assert refused.value.message == why


def test_a_driver_that_is_too_old():
    with pytest.raises(GpuError, match="driver is too old"):
        Device(ctypes.CDLL(None))


def test_without_the_compiler_for_gpus(monkeypatch, tmp_path):
    monkeypatch.setenv("NEUROSTEROID_CACHE", str(tmp_path))
    monkeypatch.setattr(compiler, "load_nvrtc", lambda: refuse("NVRTC is not there."))
    image_for = engine.image_for
    with without_gpu(monkeypatch):
        monkeypatch.setattr(engine, "image_for", image_for)
        assert_on_the_processor(solved(), "NVRTC is not there.")


def test_nvrtc_is_asked_for_by_the_extra(monkeypatch):
    monkeypatch.setattr(libraries.ctypes, "CDLL", missing)
    with pytest.raises(GpuError, match=r"NVRTC, is not there; pip install 'neurosteroid\[gpu\]'\."):
        libraries.load_nvrtc()


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"free_bytes": 66_000}, "'no GPU' has too little free memory."),
        ({"resident_blocks": 0}, "a thread of this model needs more than 'no GPU' has for one."),
        ({"failing": 719}, "the solver on the GPU failed (unspecified launch failure, code 719)."),
        ({"refused": 4}, "cuMemAlloc_v2 failed (out of memory, code 2)."),
    ],
)
def test_a_gpu_that_fails_gives_its_memory_back(monkeypatch, settings, why):
    with without_gpu(monkeypatch, **settings):
        assert_on_the_processor(solved(), why)


def test_ctrl_c_stops_the_gpu_and_gives_its_memory_back(monkeypatch):
    def interrupted(seconds):
        raise KeyboardInterrupt

    with without_gpu(monkeypatch, waits=2, stop_raised=0) as library:
        monkeypatch.setattr(device.time, "sleep", interrupted)
        with pytest.raises(KeyboardInterrupt):
            solved()
        assert number(library, "stop_raised").value == 1


def test_sensitivities_are_found_on_the_processor(monkeypatch):
    with without_gpu(monkeypatch):
        system = sigmoid()
        given = {"parameters": system.parameters(1), "output_times": [0.0, 5.0], "start": 0.0}
        names = list(system.parameter_names[:1])
        found = solve(system, **given, method="cuda", sensitivities=names)
        native = solve(system, **given, method="rosenbrock", sensitivities=names)
    assert found.notes == ("The processor was used instead of a GPU, which has no sensitivities.",)
    np.testing.assert_array_equal(found.sensitivities, native.sensitivities)


def test_nothing_of_cuda_is_loaded_before_it_is_asked_for():
    text = (
        "import ctypes, sys\n"
        "loaded = []\n"
        "real = ctypes.CDLL\n"
        "ctypes.CDLL = lambda name, *more, **options: loaded.append(str(name)) or real(name, *more, **options)\n"
        "import neurosteroid.engine.solvers.choose\n"
        "assert not [name for name in loaded if 'cuda' in name or 'nvrtc' in name], loaded\n"
        "assert 'nvidia' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", text], check=True)
