"""NVRTC compiles the solver for GPUs that are not here; skipped where NVRTC (extra `gpu`) is not."""

import re

import pytest
from benchmarks.qsp_model import qsp_system

from neurosteroid.engine.solvers.rosenbrock.cuda import compiler
from neurosteroid.engine.solvers.rosenbrock.cuda.compiler import compile_image, image_for, known_capabilities
from neurosteroid.engine.solvers.rosenbrock.cuda.engine import cuda_source
from neurosteroid.engine.solvers.rosenbrock.cuda.libraries import GpuError, load_nvrtc
from neurosteroid.engine.solvers.rosenbrock.tableau import RODAS5P
from tests.engine.test_rosenbrock import MODELS


@pytest.fixture(scope="module")
def nvrtc():
    try:
        return load_nvrtc()
    except GpuError as error:
        pytest.skip(error.message)


def text_of(system):
    return cuda_source(system.traced, RODAS5P.name).text


@pytest.mark.parametrize("name", ["saturable", "sigmoid"])
def test_the_solver_compiles_for_each_kind_of_gpu(nvrtc, name):
    text = text_of(MODELS[name][0])
    images = [compile_image(nvrtc, text, capability)[0] for capability in ((8, 0), (9, 0))]
    for image in images:
        assert image.startswith(b"\x7fELF")
        assert b"follow_people" in image
    assert images[0] != images[1]


def test_a_gpu_newer_than_the_compiler_gets_code_for_any_later(nvrtc):
    latest = max(known_capabilities(nvrtc))
    image = compile_image(nvrtc, text_of(MODELS["sigmoid"][0]), (99, 0))[0].decode()
    assert f".target sm_{latest[0]}{latest[1]}" in image
    assert ".entry follow_people" in image


def test_what_the_compiler_refuses_is_said(nvrtc):
    with pytest.raises(GpuError, match=r'refused the solver \(.*error: identifier "nothing" is undefined\)'):
        compile_image(nvrtc, "int f() { return nothing; }", (9, 0))


def test_images_are_kept_and_damaged_ones_made_again(nvrtc, monkeypatch, tmp_path):
    monkeypatch.setenv("NEUROSTEROID_CACHE", str(tmp_path))
    text = 'extern "C" __global__ void nothing() {}'
    image = image_for(text, (9, 0))
    (kept,) = tmp_path.iterdir()
    assert kept.read_bytes() == image
    with monkeypatch.context() as without:
        without.setattr(compiler, "load_nvrtc", lambda: pytest.fail("it was kept"))
        assert image_for(text, (9, 0)) == image
    kept.write_bytes(image[:100])
    assert image_for(text, (9, 0))[:4] == b"\x7fELF"


@pytest.mark.slow
@pytest.mark.parametrize("capability", [(8, 0), (9, 0)])
def test_what_a_thread_of_the_25_state_model_needs(nvrtc, capability):
    _, said = compile_image(nvrtc, text_of(qsp_system()), capability, ("--ptxas-options=-v",))
    registers = int(re.search(r"Used (\d+) registers", said).group(1))
    stack = int(re.search(r"(\d+) bytes stack frame", said).group(1))
    spilled = sum(map(int, re.findall(r"(\d+) bytes spill stores", said)))
    # 255 is all that a thread can have; a step of 25 states takes what it can get.
    assert 128 < registers <= 255
    # A thread's own memory: what it knows of a person (struct bundle, 5 kB here) and rows between steps; hardly more.
    assert 4096 < stack < 8192
    assert spilled < 1024
