"""The numba solver of one system: its module on disk, and how Python hands a batch of people to it."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine import cache
from neurosteroid.engine.solvers.rosenbrock.engine import usable_processors
from neurosteroid.engine.solvers.rosenbrock.scalar import task as task_module
from neurosteroid.engine.solvers.rosenbrock.scalar.source import write_scalar_source
from neurosteroid.engine.solvers.rosenbrock.scalar.task import Task, task_of
from neurosteroid.engine.solvers.rosenbrock.tableau import TABLEAUX
from neurosteroid.engine.solvers.rosenbrock.task import Walked
from neurosteroid.engine.timetable import Timeline
from neurosteroid.engine.tracing import Traced
from neurosteroid.errors import MissingExtraError

Array = NDArray[np.float64]

PORTION: Final = 16
"""People a thread takes at a time; small, because some take longer than others."""


@final
@dataclass(frozen=True, eq=False)
class ScalarEngine:
    """A module whose functions numba compiles at their first call, or finds compiled beside the module."""

    module: ModuleType

    def walk(
        self,
        timeline: Timeline,
        parameters: Array,
        initial: Array,
        settled: Array,
        accounts: NDArray[np.bool_],
        tolerances: tuple[float, float],
        threads: int | None = None,
        *,
        most_attempts: int | None = None,
    ) -> Walked:
        """Follow P people through their timelines; arguments and result as of the compiled C, `engine.Engine.walk`."""
        task = task_of(timeline, parameters, initial, settled, accounts, tolerances, most_attempts)
        people = len(parameters)
        portions = range(0, people, PORTION)
        workers = max(min(threads or usable_processors(), len(portions)), 1)
        # Even one thread is not this one, so that Ctrl-C is heard.
        with ThreadPoolExecutor(workers, thread_name_prefix="rosenbrock") as pool:
            waiting = [pool.submit(self._portion, task, first, min(first + PORTION, people)) for first in portions]
            try:
                for item in waiting:
                    item.result()
            except BaseException:
                task.stop[0] = 1
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return Walked(task.states, task.outcome, task.reached, task.work)

    def _portion(self, task: Task, first: int, after: int) -> None:
        self.module.walk(task, first, after)


_ENGINES: dict[tuple[int, str], tuple[Traced, ScalarEngine]] = {}
_LOCK: Final = threading.Lock()


def scalar_engine_for(traced: Traced, method: str) -> ScalarEngine:
    """Return the numba solver of a traced system, kept for the life of the process.

    Args:
        traced: with a tape.
        method: a name of `TABLEAUX`.

    Raises:
        MissingExtraError: numba is not installed, or cannot be used.
    """
    if traced.tape is None:
        raise ValueError("this system has no tape")
    with _LOCK:
        key = (id(traced), method)
        if key not in _ENGINES:
            text = write_scalar_source(traced.tape, len(traced.states), TABLEAUX[method])
            _ENGINES[key] = (traced, ScalarEngine(_module(text)))
        return _ENGINES[key][1]


def _module(text: str) -> ModuleType:
    """Return the module of a text; where the cache folder cannot be written, in a folder of this process."""
    try:
        import numba
    except ImportError as error:
        raise MissingExtraError(f"numba cannot be used ({error}); pip install 'neurosteroid[numba]'.") from error
    structure = Path(task_module.__file__).read_text(encoding="utf-8")
    digest = hashlib.sha256(chr(0).join((text, structure, numba.__version__, np.__version__)).encode()).hexdigest()
    name = f"neurosteroid_{digest}"
    for folder in (cache.folder(), Path(_temporary_folder().name)):
        try:
            return _imported(name, _kept(folder / f"{name}.py", text))
        except (OSError, RuntimeError):
            # RuntimeError: numba finds no place beside the module for what it compiles.
            continue
    raise MissingExtraError("numba finds no folder for what it compiles; set NEUROSTEROID_CACHE to one you may write.")


def _kept(path: Path, text: str) -> Path:
    """Return the path of a text, written whole if it is not there; numba goes by the file's time, so it then stays."""
    try:
        if path.read_text(encoding="utf-8") == text:
            return path
    except (OSError, UnicodeDecodeError):
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, suffix=".part", delete=False) as file:
        temporary = Path(file.name)
        file.write(text)
    try:
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _imported(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise OSError(f"{path} is no module")
    module = importlib.util.module_from_spec(spec)
    # What numba keeps on disk names the module it came from.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@functools.cache
def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="neurosteroid-")
