"""From CUDA text to the image that a GPU runs: found in the cache, or compiled by NVRTC and put there."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
from typing import Final

from neurosteroid.engine import cache
from neurosteroid.engine.solvers.rosenbrock.cuda.libraries import GpuError, load_nvrtc
from neurosteroid.errors import InputError
from neurosteroid.files import writing

OPTIONS: Final = ("--device-as-default-execution-space", "--std=c++17")
"""Functions without a word about where they run are the GPU's, so that the text is C as well."""

LEAST: Final = (7, 0)
"""Compute capability below which the argument of a kernel cannot be read in place."""

Capability = tuple[int, int]


def image_for(text: str, capability: Capability) -> bytes:
    """Return the image of a text for GPUs of one compute capability.

    Raises:
        GpuError: it is not kept, and NVRTC is not there or refuses the text.
    """
    name = hashlib.sha256(chr(0).join((text, *OPTIONS, _name(capability))).encode()).hexdigest()[:32]
    found = _kept(name)
    if found is not None:
        return found
    image, _ = compile_image(load_nvrtc(), text, capability)
    with contextlib.suppress(OSError, InputError):
        folder = cache.folder()
        folder.mkdir(parents=True, exist_ok=True)
        with writing(folder / f"{name}-{_hash(image)}.cubin") as temporary:
            temporary.write_bytes(image)
    return image


def compile_image(
    library: ctypes.CDLL, text: str, capability: Capability, options: tuple[str, ...] = ()
) -> tuple[bytes, str]:
    """Return the image that NVRTC makes of a text, and what it says about it.

    The image is the GPU's own code, or for one newer than NVRTC, code for any later one.

    Args:
        library: NVRTC.
        text: CUDA.
        capability: major and minor compute capability.
        options: further ones of NVRTC.

    Raises:
        GpuError: NVRTC refuses it.
    """
    known = known_capabilities(library)
    exact = capability in known
    used = capability if exact else max((one for one in known if one < capability), default=capability)
    program = ctypes.c_void_p()
    _call(library, "nvrtcCreateProgram", ctypes.byref(program), text.encode(), b"solver.cu", 0, None, None)
    try:
        words = (f"--gpu-architecture={_name(used, exact=exact)}", *OPTIONS, *options)
        code = library.nvrtcCompileProgram(
            program, len(words), (ctypes.c_char_p * len(words))(*(word.encode() for word in words))
        )
        said = _text(library, "nvrtcGetProgramLog", program).rstrip(b"\0").decode(errors="replace")
        if code:
            line = next((line for line in said.splitlines() if "error" in line), f"code {code}").strip()
            raise GpuError(f"the compiler for GPUs refused the solver ({line}).")
        return _text(library, "nvrtcGetCUBIN" if exact else "nvrtcGetPTX", program), said
    finally:
        library.nvrtcDestroyProgram(ctypes.byref(program))


def known_capabilities(library: ctypes.CDLL) -> tuple[Capability, ...]:
    """Return the compute capabilities that NVRTC knows."""
    count = ctypes.c_int()
    _call(library, "nvrtcGetNumSupportedArchs", ctypes.byref(count))
    found = (ctypes.c_int * count.value)()
    _call(library, "nvrtcGetSupportedArchs", found)
    return tuple(divmod(number, 10) for number in found)


def _name(capability: Capability, *, exact: bool = True) -> str:
    return f"{'sm' if exact else 'compute'}_{capability[0]}{capability[1]}"


def _text(library: ctypes.CDLL, name: str, program: ctypes.c_void_p) -> bytes:
    size = ctypes.c_size_t()
    _call(library, f"{name}Size", program, ctypes.byref(size))
    found = ctypes.create_string_buffer(size.value)
    _call(library, name, program, found)
    return found.raw


def _call(library: ctypes.CDLL, name: str, *arguments: object) -> None:
    code = getattr(library, name)(*arguments)
    if code:
        raise GpuError(f"the compiler for GPUs failed ({name}, code {code}).")


def _kept(name: str) -> bytes | None:
    """Return an image of the cache that is whole."""
    with contextlib.suppress(OSError):
        for path in sorted(cache.folder().glob(f"{name}-*.cubin")):
            image = path.read_bytes()
            if path.stem.rpartition("-")[2] == _hash(image):
                return image
            path.unlink(missing_ok=True)
    return None


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]
