"""The two libraries that CUDA takes: the driver's, and NVRTC, which compiles; both are found when asked for."""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from neurosteroid.errors import NeurosteroidError

EXTRA: Final = "pip install 'neurosteroid[gpu]'"

_WINDOWS: Final = sys.platform == "win32"
_DRIVERS: Final = ("nvcuda.dll",) if _WINDOWS else ("libcuda.so.1",)
_NVRTC: Final = ("nvrtc64_130_0.dll", "nvrtc64_120_0.dll") if _WINDOWS else ("libnvrtc.so.13", "libnvrtc.so.12")


class GpuError(NeurosteroidError):
    """No GPU can be used; the text is a sentence that says why."""


def load_driver() -> ctypes.CDLL:
    """Return the driver's library.

    Raises:
        GpuError: there is none.
    """
    for name in _DRIVERS:
        with contextlib.suppress(OSError):
            return ctypes.CDLL(name)
    raise GpuError(f"there is no NVIDIA driver here ({_DRIVERS[0]} cannot be loaded).")


def load_nvrtc() -> ctypes.CDLL:
    """Return NVRTC's library: of the Python package, of the toolkit in CUDA_PATH or CUDA_HOME, or of the system.

    Raises:
        GpuError: there is none.
    """
    for name in (*map(str, _files()), *_NVRTC):
        with contextlib.suppress(OSError):
            return ctypes.CDLL(name)
    raise GpuError(f"the compiler for GPUs, NVRTC, is not there; {EXTRA}.")


def _files() -> Iterator[Path]:
    """Yield where NVRTC may lie, of packages first."""
    found = importlib.util.find_spec("nvidia")
    packages = [Path(place) for place in (found.submodule_search_locations or ())] if found is not None else []
    folders = [place / name for place in packages for name in ("cuda_nvrtc", "cu13")]
    folders += [Path(os.environ[name]) for name in ("CUDA_PATH", "CUDA_HOME") if os.environ.get(name)]
    patterns = ("bin/nvrtc64_*_0.dll",) if _WINDOWS else ("lib/libnvrtc.so.*", "lib64/libnvrtc.so.*")
    for folder in folders:
        for pattern in patterns:
            yield from sorted(folder.glob(pattern), reverse=True)
