"""From C text to a loaded library: found in the cache, or compiled once and put there whole."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import os
import platform
import shutil
import sys
import tempfile
import threading
import weakref
from pathlib import Path
from typing import Final

from neurosteroid.engine import cache
from neurosteroid.engine.solvers.rosenbrock.compilers import (
    FLAGS,
    LINKING,
    CompilerError,
    compile_library,
    compiler_version,
    find_compiler,
)

__all__ = ["CompilerError", "load"]

_FAILED: Final[dict[tuple[str, tuple[str, ...]], str]] = {}
"""What a compiler said about a text it could not compile; it is not asked again."""


@functools.cache
def processor() -> str:
    """Return what tells processors with different instructions apart; a cache folder may be shared by several."""
    lines = [platform.system(), platform.machine(), platform.processor()]
    try:
        known = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        known = []
    starts = ("flags", "Features", "model name", "CPU part")
    return "\n".join([*lines, *dict.fromkeys(line for line in known if line.startswith(starts))])


def load(text: str, flags: tuple[str, ...] = ()) -> ctypes.CDLL:
    """Return the loaded library of a C text, compiled if the cache does not have it.

    The name of a kept library is three hashes: of text, flags and processor; of the compiler; of its own bytes. So a
    damaged one is not loaded but made again, and one that any compiler made is good enough where there is none. Two
    processes that compile the same text at once each move a whole file into its place. A cache folder that cannot be
    written, is full, or does not let libraries be loaded is passed over: then the library serves this process only.

    Raises:
        CompilerError: the library is not kept, and there is no compiler, or it failed.
    """
    key = _hash("\0".join((text, *FLAGS, *LINKING, *flags, processor())).encode())
    try:
        command = find_compiler()
        compiler = _hash(chr(0).join((*command[1:], compiler_version(command))).encode())
    except CompilerError:
        found = _kept(key, "*")
        if found is None:
            raise
        return found
    found = _kept(key, compiler)
    return found if found is not None else _compiled(text, flags, f"{key}-{compiler}", command)


def _kept(key: str, compiler: str) -> ctypes.CDLL | None:
    """Return a library of the cache that is whole and can be loaded."""
    with contextlib.suppress(OSError):
        for path in sorted(cache.folder().glob(f"{key}-{compiler}-*.so")):
            with contextlib.suppress(OSError):
                if path.stem.rpartition("-")[2] == _hash(path.read_bytes()):
                    return _loaded(path)
                path.unlink()
    return None


def _compiled(text: str, flags: tuple[str, ...], name: str, command: tuple[str, ...]) -> ctypes.CDLL:
    """Return a library just compiled in this process's own folder, after leaving a copy in the cache."""
    if (name, command) in _FAILED:
        raise CompilerError(_FAILED[name, command])
    try:
        # in a folder of its own: another thread may compile the same text
        path = Path(tempfile.mkdtemp(dir=_own_folder())) / f"{name}.so"
        compile_library(text, path, flags)
        library = _loaded(path)
    except CompilerError as error:
        if path.parent.is_dir():
            _FAILED[name, command] = error.message
        raise
    except OSError as error:
        advice = "Set TMPDIR to a folder that can be written and from which libraries can be loaded."
        raise CompilerError(f"the compiled solver cannot be loaded ({error}). {advice}") from error
    with contextlib.suppress(OSError):
        _keep(path, f"{name}-{_hash(path.read_bytes())}.so")
    return library


def _keep(path: Path, name: str) -> None:
    """Copy a file into the cache, in one move."""
    folder = cache.folder()
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
    os.close(handle)
    try:
        shutil.copyfile(path, temporary)
        Path(temporary).replace(folder / name)
    finally:
        Path(temporary).unlink(missing_ok=True)


_OWN: Final[list[tempfile.TemporaryDirectory[str]]] = []
_LOCK: Final = threading.Lock()


def _own_folder() -> str:
    """Return the folder of this process, made when it is not there; threads that ask at once get the same one."""
    with _LOCK:
        if not _OWN or not Path(_OWN[-1].name).is_dir():
            _OWN.append(tempfile.TemporaryDirectory(prefix="neurosteroid-"))
        return _OWN[-1].name


def _loaded(path: Path) -> ctypes.CDLL:
    """Return a library that is unloaded when nobody holds it or a function of it any more.

    Raises:
        OSError: it cannot be loaded.
    """
    library = ctypes.CDLL(str(path))
    if sys.platform != "win32":
        import _ctypes

        # not at the end of the process, where a thread may still be in it
        weakref.finalize(library, _ctypes.dlclose, library._handle).atexit = False
    return library


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]
