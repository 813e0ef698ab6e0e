"""From C text to a loaded library: found in the cache, or compiled once and put there whole."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from neurosteroid.engine import cache
from neurosteroid.errors import NeurosteroidError

FLAGS: Final = ("-O3", "-std=gnu11", "-march=native", "-ffp-contract=fast", "-fno-math-errno", "-fno-trapping-math")
"""No -ffast-math: NaN and infinity must be seen. The last two give up only errno and floating-point traps."""

LINKING: Final = ("-shared", "-fPIC", "-Wno-psabi", "-lm")

TIMEOUT: Final = 600.0
"""Seconds after which a compiler is given up."""


class CompilerError(NeurosteroidError):
    """There is no C compiler, or it failed; the text is a sentence."""


def find_compiler() -> str:
    """Return the path of the C compiler: ``CC``, or the first of cc, gcc and clang on PATH.

    Raises:
        CompilerError: there is none.
    """
    chosen = os.environ.get("CC")
    for name in (chosen,) if chosen else ("cc", "gcc", "clang"):
        path = shutil.which(name)
        if path:
            return path
    looked = f"'{chosen}' (CC) is not" if chosen else "none of cc, gcc and clang is"
    raise CompilerError(f"{looked} on PATH; install gcc or clang for the fast solver.")


@functools.cache
def compiler_version(path: str) -> str:
    """Return the first line a compiler says about itself.

    Raises:
        CompilerError: it cannot be run.
    """
    try:
        found = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=TIMEOUT, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise CompilerError(f"the C compiler {path} cannot be run ({error}).") from error
    return found.stdout.partition("\n")[0]


@functools.cache
def processor() -> str:
    """Return what tells processors with different instructions apart; a cache folder may be shared by several."""
    lines = [platform.machine(), platform.processor()]
    try:
        known = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        known = []
    starts = ("flags", "Features", "model name", "CPU part")
    return "\n".join([*lines, *dict.fromkeys(line for line in known if line.startswith(starts))])


def library_path(text: str, folder: Path, flags: tuple[str, ...] = ()) -> Path:
    """Return where the library of a C text belongs: its name is the hash of text, compiler, flags and processor."""
    compiler = find_compiler()
    parts = (text, compiler_version(compiler), *FLAGS, *LINKING, *flags, processor())
    return folder / f"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}.so"


def load(text: str, flags: tuple[str, ...] = ()) -> ctypes.CDLL:
    """Return the loaded library of a C text, compiled if the cache does not have it.

    A cache folder that cannot be written is replaced by a temporary one for this process. Two processes that compile
    the same text at once each move a whole file into its place.

    Raises:
        CompilerError: there is no compiler, or it failed.
    """
    path = library_path(text, cache.folder(), flags)
    if not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _compile(text, path, flags)
        except OSError:
            path = library_path(text, _own_folder(), flags)
            if not path.exists():
                _compile(text, path, flags)
    try:
        return ctypes.CDLL(str(path))
    except OSError as error:
        raise CompilerError(f"the compiled solver {path} cannot be loaded ({error}). Delete that file.") from error


def _compile(text: str, path: Path, flags: tuple[str, ...]) -> None:
    """Compile into a temporary file beside its place and move it there.

    Raises:
        OSError: the folder cannot be written.
        CompilerError: the compiler failed.
    """
    compiler = find_compiler()
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    os.close(handle)
    temporary = Path(name)
    try:
        command = [compiler, *FLAGS, *flags, "-x", "c", "-", "-o", name, *LINKING]
        try:
            found = subprocess.run(command, input=text, capture_output=True, text=True, timeout=TIMEOUT, check=False)
        except (OSError, subprocess.SubprocessError) as error:
            raise CompilerError(f"the C compiler {compiler} cannot be run ({error}).") from error
        if found.returncode != 0 or not temporary.stat().st_size:
            lines = found.stderr.strip().splitlines()
            first = next((line for line in lines if "error" in line), lines[0] if lines else "no message")
            raise CompilerError(f"the C compiler {compiler} failed ({first.strip()}).")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@functools.cache
def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="neurosteroid-")


def _own_folder() -> Path:
    return Path(_temporary_folder().name)
