"""Compiled solvers are found by content, never too many are kept, and what nobody holds is unloaded."""

import dataclasses
import gc
import shutil
import sys
import threading
import time
from pathlib import Path

import pytest

from neurosteroid.engine import solve
from neurosteroid.engine.solvers.kept import Kept
from neurosteroid.engine.solvers.propagation import engine as propagation
from neurosteroid.engine.solvers.rosenbrock import compilers, compiling
from neurosteroid.engine.solvers.rosenbrock import engine as rosenbrock
from neurosteroid.engine.solvers.rosenbrock.tableau import RODAS5P
from tests.engine.native_parts import compartments, saturating, sigmoid, weights

needs_compiler = pytest.mark.skipif(
    not any(map(shutil.which, ("cc", "gcc", "clang"))), reason="there is no C compiler here"
)


def test_the_one_not_asked_for_longest_goes():
    kept, made = Kept(2), []

    def ask(key):
        return kept.get(key, lambda: made.append(key) or key.upper())

    assert [ask(key) for key in "abacaba"] == list("ABACABA")
    assert made == list("abcb")
    assert len(kept) == 2


def test_what_cannot_be_made_is_not_kept():
    kept = Kept()
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 // 0)
    assert kept.get("a", lambda: 1) == 1


@needs_compiler
def test_systems_of_one_content_share_a_solver_and_others_do_not():
    one, same, other = (make().traced for make in (saturating, saturating, sigmoid))
    same = dataclasses.replace(same)
    assert one is not same
    assert one.digest == same.digest != other.digest
    found = [rosenbrock.engine_for(traced, RODAS5P.name) for traced in (one, same, other)]
    assert found[0] is found[1]
    assert found[0] is not found[2]
    assert rosenbrock.engine_for(one, RODAS5P.name, ("-O1",)) is not found[0]


@needs_compiler
@pytest.mark.parametrize(
    ("make", "module", "name"), [(saturating, rosenbrock, "_ENGINES"), (compartments, propagation, "_PROPAGATORS")]
)
def test_solving_systems_made_anew_keeps_one_solver(make, module, name, monkeypatch):
    kept = Kept()
    monkeypatch.setattr(module, name, kept)
    for _ in range(5):
        system = make()
        # a system of its own each time, as from the cache folder in a new person
        system = dataclasses.replace(system, traced=dataclasses.replace(system.traced))
        solve(system, parameters=system.parameters(1), covariates=weights(1), output_times=[1.0]).require_complete()
        del system
        gc.collect()
    assert len(kept) == 1


@needs_compiler
@pytest.mark.skipif(sys.platform != "linux", reason="what is loaded is looked up in /proc")
def test_a_library_that_nobody_holds_is_unloaded(tmp_path, monkeypatch):
    monkeypatch.setenv("NEUROSTEROID_CACHE", str(tmp_path / "cache"))

    def loaded():
        # one whose file was removed is listed too
        return Path("/proc/self/maps").read_text(encoding="utf-8").count(str(tmp_path / "cache"))

    compiling.load("int eight(void) { return 8; }\n")  # into the cache folder
    library = compiling.load("int eight(void) { return 8; }\n")
    assert loaded() > 0
    eight = library.eight
    del library
    gc.collect()
    # a function holds its library
    assert loaded() > 0
    assert eight() == 8
    del eight
    gc.collect()
    assert loaded() == 0


@needs_compiler
def test_first_compiles_in_two_threads_both_succeed(tmp_path, monkeypatch):
    monkeypatch.setenv("NEUROSTEROID_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(compiling, "_OWN", [])
    genuine, together, found = compiling.tempfile.TemporaryDirectory, threading.Barrier(2, timeout=30.0), {}

    def slow(**named):
        time.sleep(0.2)  # long enough for the other thread to ask too
        return genuine(**named)

    monkeypatch.setattr(compiling.tempfile, "TemporaryDirectory", slow)

    def work(number):
        together.wait()
        found[number] = getattr(compiling.load(f"int f{number}(void) {{ return {number}; }}\n"), f"f{number}")()

    threads = [threading.Thread(target=work, args=[number]) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {1: 1, 2: 2}
    (folder,) = compiling._OWN
    folder.cleanup()


@needs_compiler
def test_a_failure_for_want_of_a_folder_is_not_remembered(tmp_path, monkeypatch):
    monkeypatch.setenv("NEUROSTEROID_CACHE", str(tmp_path / "cache"))
    genuine, text = compiling.compile_library, "int nine(void) { return 9; }\n"

    def gone(text, path, flags):
        shutil.rmtree(path.parent.parent)
        genuine(text, path, flags)

    monkeypatch.setattr(compiling, "compile_library", gone)
    with pytest.raises(compilers.CompilerError):
        compiling.load(text)
    monkeypatch.setattr(compiling, "compile_library", genuine)
    assert compiling.load(text).nine() == 9
