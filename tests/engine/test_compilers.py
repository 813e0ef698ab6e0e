"""Compilers that are missing, fail or hang; caches that cannot be written, are full or hold damaged libraries."""

import ctypes
import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from neurosteroid.engine import solve
from neurosteroid.engine.solvers import fallback
from neurosteroid.engine.solvers.kept import Kept
from neurosteroid.engine.solvers.propagation import engine as propagation
from neurosteroid.engine.solvers.rosenbrock import compilers, compiling
from neurosteroid.engine.solvers.rosenbrock import engine as rosenbrock
from neurosteroid.engine.solvers.rosenbrock.engine import engine_for
from neurosteroid.engine.solvers.rosenbrock.scalar import engine as scalar_engine
from neurosteroid.engine.solvers.rosenbrock.tableau import RODAS5P
from neurosteroid.engine.timeline import build_timelines
from tests.engine.native_parts import saturating, sigmoid, weights
from tests.engine.test_rosenbrock import DOSES, spread

needs_compiler = pytest.mark.skipif(
    not any(map(shutil.which, ("cc", "gcc", "clang"))), reason="there is no C compiler here"
)
SEVEN = "int seven(void) { return 7; }\n"
TIMES = np.linspace(0.0, 20.0, 11)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder, in a process that has no solvers yet."""
    for module, name in ((rosenbrock, "_ENGINES"), (scalar_engine, "_ENGINES"), (propagation, "_PROPAGATORS")):
        monkeypatch.setattr(module, name, Kept())
    monkeypatch.setattr(propagation, "_GIVEN", Kept())
    folder = tmp_path / "cache"
    monkeypatch.setenv("NEUROSTEROID_CACHE", str(folder))
    monkeypatch.delenv("CC", raising=False)
    return folder


@pytest.fixture
def nothing_on_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def seven(text=SEVEN):
    return compiling.load(text).seven()


def libraries(folder):
    return sorted(folder.glob("*.so"))


@needs_compiler
def test_a_library_is_compiled_once_and_kept(cache, monkeypatch):
    assert seven() == 7
    (kept,) = libraries(cache)
    monkeypatch.setattr(compiling, "compile_library", None)
    assert seven() == 7
    assert libraries(cache) == [kept] == list(cache.iterdir())


@needs_compiler
def test_a_kept_library_needs_no_compiler(cache, monkeypatch):
    seven()
    monkeypatch.setenv("PATH", str(cache))
    assert seven() == 7


def test_no_compiler_says_what_to_do(cache, nothing_on_path):
    with pytest.raises(compilers.CompilerError, match=r"none of cc, gcc and clang is on PATH. Install gcc or clang"):
        seven()


def test_cc_that_is_not_there_says_so(cache, monkeypatch):
    monkeypatch.setenv("CC", "no-such-compiler -O1")
    with pytest.raises(compilers.CompilerError, match=r"'no-such-compiler' \(CC\) is not on PATH. .* set CC to one"):
        seven()


@needs_compiler
def test_cc_may_have_arguments(cache, monkeypatch):
    compiler = compilers.find_compiler()[0]
    monkeypatch.setenv("CC", f"'{compiler}' -DSEVEN=7")
    assert seven("int seven(void) { return SEVEN; }\n") == 7


@pytest.mark.skipif(os.name != "posix", reason="the stand-in compiler is a shell script")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("echo licence expired >&2; exit 3", "cannot be run \\(licence expired\\)"),
        ("[ $1 = --version ] && echo 1.0 && exit; echo 'error: bad day' >&2; exit 1", "failed \\(error: bad day\\)"),
        ("[ $1 = --version ] && echo 1.0 && exit; exit 0", "failed \\(no message\\)"),
        ("sleep 1000 & wait", "cannot be run \\(no end after 0.3 s\\)"),
        ("[ $1 = --version ] && echo 1.0 && exit; sleep 1000 & wait", "cannot be run \\(no end after 0.3 s\\)"),
    ],
)
def test_a_compiler_that_fails_or_hangs_is_given_up(cache, tmp_path, monkeypatch, text, said):
    monkeypatch.setattr(compilers, "ANSWER_TIME", 0.3)
    monkeypatch.setattr(compilers, "COMPILE_TIME", 0.3)
    asked = tmp_path / "asked"
    monkeypatch.setenv("CC", script(tmp_path / "broken", f"echo x >> {asked}\n{text}"))
    for _ in range(3):
        with pytest.raises(compilers.CompilerError, match=f"{said}. Install gcc or clang, or set CC"):
            seven()
    # It is not asked again: once for its version, and once for each set of flags.
    assert len(asked.read_text(encoding="utf-8").splitlines()) <= 1 + len(compilers.MACHINES)
    assert not cache.exists() or not list(cache.iterdir())


@needs_compiler
def test_a_compiler_that_knows_no_native_processor_is_used_without(cache, tmp_path, monkeypatch):
    compiler = compilers.find_compiler()[0]
    text = (
        f'for a in "$@"; do case $a in -m*=native) echo "error: what is $a" >&2; exit 1;; esac; done; {compiler} "$@"'
    )
    monkeypatch.setenv("CC", script(tmp_path / "old", text))
    assert seven() == 7


@needs_compiler
@pytest.mark.parametrize("inside", ["", "deeper"])
def test_a_cache_that_cannot_be_a_folder(tmp_path, cache, monkeypatch, inside):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("NEUROSTEROID_CACHE", str(blocked / inside))
    assert seven() == 7
    assert blocked.read_text(encoding="utf-8") == "not a folder"


@needs_compiler
def test_a_cache_that_cannot_be_written(cache):
    cache.mkdir()
    cache.chmod(0o555)
    try:
        assert seven() == 7
        if os.geteuid() != 0:
            assert not list(cache.iterdir())
    finally:
        cache.chmod(0o755)


@needs_compiler
@pytest.mark.parametrize("step", ["mkstemp", "copyfile"])
def test_a_full_disk_keeps_nothing_half(cache, monkeypatch, step):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    module = compiling.shutil if step == "copyfile" else compiling.tempfile
    monkeypatch.setattr(module, step, full)
    assert seven() == 7
    assert not list(cache.iterdir())


@needs_compiler
@pytest.mark.parametrize("damage", ["empty", "cut", "changed"])
def test_a_damaged_library_is_made_again(cache, damage):
    seven()
    (kept,) = libraries(cache)
    whole = kept.read_bytes()
    kept.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "changed": whole[:-1] + b"?"}[damage])
    assert seven() == 7
    assert libraries(cache) == [kept]
    assert kept.read_bytes() == whole


@needs_compiler
def test_a_library_that_the_system_does_not_load_is_made_again(cache, monkeypatch):
    # As from a folder without the right to execute, or by another C library.
    seven()
    real = ctypes.CDLL

    def refusing(path):
        if Path(path).parent == cache:
            raise OSError("failed to map segment from shared object")
        return real(path)

    monkeypatch.setattr(compiling.ctypes, "CDLL", refusing)
    assert seven() == 7


def told(system, caplog):
    """Solve twice; return the solution, and what was logged."""
    given = {"parameters": spread(system, 2), "covariates": weights(2), "output_times": TIMES}
    caplog.set_level("WARNING", logger="neurosteroid")
    first, second = (solve(system, DOSES, **given).require_complete() for _ in range(2))
    np.testing.assert_array_equal(first.states, second.states)
    assert first.notes == second.notes
    return first, [record.message for record in caplog.records]


@needs_compiler
def test_without_a_compiler_numba_gives_the_same_numbers_and_it_is_said_once(cache, monkeypatch, caplog):
    pytest.importorskip("numba")
    native, logged = told(saturating(), caplog)
    assert (native.method, native.notes, logged) == ("rosenbrock (Rodas5P)", (), [])
    monkeypatch.setenv("PATH", str(cache / "empty"))
    monkeypatch.setenv("NEUROSTEROID_CACHE", str(cache / "other"))
    monkeypatch.setattr(fallback, "_SAID", set())
    monkeypatch.setattr(rosenbrock, "_ENGINES", Kept())  # as in another process
    scalar, logged = told(saturating(), caplog)
    assert scalar.method == "rosenbrock (Rodas5P, numba)"
    (note,) = scalar.notes
    assert note.startswith("numba was used instead of compiled C")
    assert "compiles each model" in note
    assert "Install gcc or clang" in note
    assert logged == [note]
    np.testing.assert_allclose(scalar.states, native.states, rtol=1e-10, atol=1e-14)


def test_without_compiler_and_numba_the_reference_is_used_and_it_is_said_once(
    cache, nothing_on_path, monkeypatch, caplog
):
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.setattr(fallback, "_SAID", set())
    solution, logged = told(saturating(), caplog)
    assert solution.method == "reference (LSODA)"
    (note,) = solution.notes
    assert "Install gcc or clang" in note
    assert "pip install 'neurosteroid[numba]'" in note
    assert logged == [note]


SOLVE = """
import numpy as np
from neurosteroid.engine import solve
from tests.engine.native_parts import saturating, weights
from tests.engine.test_rosenbrock import DOSES
system = saturating()
found = solve(system, DOSES, parameters=system.parameters(3), covariates=weights(3), output_times=np.arange(20.0))
print(found.require_complete().method, found.states.tobytes().hex())
"""


def at_once(cache, count=2, **changes):
    """Return what several fresh processes print that solve the same system at the same time."""
    environment = {**os.environ, "NEUROSTEROID_CACHE": str(cache), "PYTHONPATH": os.pathsep.join(sys.path), **changes}
    command = [sys.executable, "-W", "error", "-c", SOLVE]
    pipe = subprocess.PIPE
    running = [subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True) for _ in range(count)]
    found = []
    for process in running:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        found.append(out)
    return found


@needs_compiler
def test_two_processes_may_compile_the_same_model_at_once(cache):
    one, other = at_once(cache)
    assert one == other
    assert one.startswith("rosenbrock (Rodas5P) ")
    assert not list(cache.glob("*.part"))
    # Whoever came last, what is kept is whole.
    for path in libraries(cache):
        assert path.stem.rpartition("-")[2] == compiling._hash(path.read_bytes())
    assert at_once(cache, 1, CC="no-such-compiler") == [one]


@pytest.mark.slow
def test_two_processes_may_compile_the_same_model_at_once_by_numba(cache):
    pytest.importorskip("numba")
    one, other = at_once(cache, CC="no-such-compiler")
    assert one == other
    assert one.startswith("rosenbrock (Rodas5P, numba) ")
    assert at_once(cache, 1, CC="no-such-compiler") == [one]


@pytest.mark.slow
def test_numba_without_a_place_for_what_it_compiles(cache, tmp_path):
    pytest.importorskip("numba")
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    home = str(blocked / "home")
    (found,) = at_once(blocked / "cache", 1, CC="no-such-compiler", HOME=home, XDG_CACHE_HOME=home)
    assert found.startswith("rosenbrock (Rodas5P, numba) ")


def walked(system, flags=()):
    parameters = spread(system, 9)
    timeline = build_timelines(system, DOSES, parameters, np.zeros((9, 0)), np.linspace(0.0, 40.0, 41))
    initial = system.initial(parameters, np.zeros((9, 0)))[:, None, :]
    engine = engine_for(system.traced, RODAS5P.name, flags)
    found = engine.walk(timeline, parameters, initial, np.zeros((0, 2)), system.is_account, (1e-8, 1e-11))
    assert not found.outcome.any()
    return engine.lanes, found.states


NARROWER = [("-march=haswell", 4), ("-march=x86-64", 2)]


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize(("flag", "lanes"), [("", None), *NARROWER])
def test_compilers_and_instruction_sets_agree(cache, monkeypatch, compiler, flag, lanes):
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    if flag and compiling.platform.machine() not in ("x86_64", "AMD64"):
        pytest.skip("this processor has no such instructions")
    plain = walked(sigmoid(), ("-DLANES=2",))[1]
    monkeypatch.setenv("CC", compiler)
    width, states = walked(sigmoid(), (flag,) if flag else ())
    assert width == (lanes or width)
    # 50 times the tolerance of each state's maximum, as everywhere.
    assert (np.abs(states - plain).max(axis=(0, 1)) <= 50e-8 * np.abs(plain).max(axis=(0, 1))).all()
