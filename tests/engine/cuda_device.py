"""The CUDA solver without a GPU: its very text compiled as C, and a driver that runs it thread after thread."""

import contextlib
import ctypes
import gc
import os
from pathlib import Path

from neurosteroid.engine.solvers.kept import Kept
from neurosteroid.engine.solvers.rosenbrock import compiling
from neurosteroid.engine.solvers.rosenbrock.cuda import engine
from neurosteroid.engine.solvers.rosenbrock.cuda.device import Device
from neurosteroid.engine.solvers.rosenbrock.task import Task

TEXT = Path(__file__).with_name("cuda_driver.c").read_text(encoding="utf-8")
FLAGS = (f"-DTASK_BYTES={ctypes.sizeof(Task)}", "-ldl")


def driver():
    """A driver's library of its own for each call would share its variables; this one is shared and set back."""
    return compiling.load(TEXT, FLAGS)


def number(library, name):
    """A variable of the driver, to be read and set by its `value`."""
    return ctypes.c_int64.in_dll(library, name)


@contextlib.contextmanager
def without_gpu(monkeypatch, **settings):
    """Let `method="cuda"` use the driver; yields its library. All memory must have been given back at the end.

    So must the code of all kernels, once nobody holds them.
    """
    library = driver()
    loaded = number(library, "modules").value
    before = {name: number(library, name).value for name in settings}
    for name, value in settings.items():
        number(library, name).value = value
    device = Device(library)
    monkeypatch.setattr(engine, "find_device", lambda: device)
    kept = Kept()
    monkeypatch.setattr(engine, "_ENGINES", kept)
    monkeypatch.setattr(engine, "image_for", lambda text, capability: image(text))
    try:
        yield library
        assert number(library, "pieces").value == 0
        for each in (kept, engine._ENGINES):
            each._made.clear()
        gc.collect()
        device.enter()
        assert number(library, "modules").value == loaded
    finally:
        for name, value in before.items():
            number(library, name).value = value


def image(text):
    """The path of the text compiled as C, which the driver takes for an image; little optimised, to be there soon."""
    return os.fsencode(compiling.load(text, ("-O1",))._name)
