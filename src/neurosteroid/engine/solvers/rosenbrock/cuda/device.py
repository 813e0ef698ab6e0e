"""A GPU through the driver's own functions: memory, kernels, and waiting in a way that Ctrl-C ends."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import time
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.rosenbrock.cuda.compiler import LEAST
from neurosteroid.engine.solvers.rosenbrock.cuda.libraries import GpuError, load_driver

_Address = ctypes.c_uint64
_Handle = ctypes.c_void_p
_Size = ctypes.c_size_t
_Whole = ctypes.c_int

_FUNCTIONS: Final = {
    "cuInit": (ctypes.c_uint,),
    "cuGetErrorString": (_Whole, ctypes.c_void_p),
    "cuDeviceGetCount": (ctypes.c_void_p,),
    "cuDeviceGet": (ctypes.c_void_p, _Whole),
    "cuDeviceGetName": (ctypes.c_char_p, _Whole, _Whole),
    "cuDeviceGetAttribute": (ctypes.c_void_p, _Whole, _Whole),
    "cuDevicePrimaryCtxRetain": (ctypes.c_void_p, _Whole),
    "cuCtxSetCurrent": (_Handle,),
    "cuMemGetInfo_v2": (ctypes.c_void_p, ctypes.c_void_p),
    "cuMemAlloc_v2": (ctypes.c_void_p, _Size),
    "cuMemFree_v2": (_Address,),
    "cuMemcpyHtoD_v2": (_Address, ctypes.c_void_p, _Size),
    "cuMemcpyDtoD_v2": (_Address, _Address, _Size),
    "cuMemcpyDtoH_v2": (ctypes.c_void_p, _Address, _Size),
    "cuMemcpyHtoDAsync_v2": (_Address, ctypes.c_void_p, _Size, _Handle),
    "cuModuleLoadData": (ctypes.c_void_p, ctypes.c_char_p),
    "cuModuleUnload": (_Handle,),
    "cuModuleGetFunction": (ctypes.c_void_p, _Handle, ctypes.c_char_p),
    "cuFuncGetAttribute": (ctypes.c_void_p, _Whole, _Handle),
    "cuOccupancyMaxActiveBlocksPerMultiprocessor": (ctypes.c_void_p, _Handle, _Whole, _Size),
    "cuStreamCreate": (ctypes.c_void_p, ctypes.c_uint),
    "cuStreamQuery": (_Handle,),
    "cuStreamSynchronize": (_Handle,),
    "cuLaunchKernel": (_Handle, *(ctypes.c_uint,) * 7, _Handle, ctypes.c_void_p, ctypes.c_void_p),
}
"""What is called of the driver, with the kinds of arguments; all return a code, 0 for success. Source: cuda.h."""

_NOT_READY: Final = 600
_MULTIPROCESSORS, _MOST_RESIDENT, _MAJOR, _MINOR = 16, 39, 75, 76
_LOCAL_BYTES: Final = 3
_AFTER_COPIES, _AT_ONCE = 0, 1

WARP: Final = 32
"""Threads of a block: they share nothing, so a block is as small as the processor's own unit."""

LONGEST_NAP: Final = 0.005
"""Seconds between looks at whether the GPU is done."""


@final
@dataclass(frozen=True, eq=False)
class Kernel:
    """A function of the GPU.

    Attributes:
        handle: the driver's.
        blocks: of `WARP` threads that the whole GPU holds at once.
        local_bytes: of memory that the GPU keeps for the threads it can hold.
    """

    handle: ctypes.c_void_p
    blocks: int
    local_bytes: int


@final
class Device:
    """The first GPU that the driver shows (CUDA_VISIBLE_DEVICES chooses among several).

    Attributes:
        name: as its maker calls it.
        capability: major and minor compute capability.

    Raises:
        GpuError: there is none, or the driver fails.
    """

    def __init__(self, driver: ctypes.CDLL) -> None:
        self._driver = driver
        try:
            for name, kinds in _FUNCTIONS.items():
                getattr(driver, name).argtypes = kinds
        except AttributeError as error:
            raise GpuError(f"the NVIDIA driver is too old ({error}).") from error
        self.call("cuInit", 0)
        if not self._whole("cuDeviceGetCount"):
            raise GpuError("the NVIDIA driver shows no GPU.")
        self._ordinal = self._whole("cuDeviceGet", 0)
        text = ctypes.create_string_buffer(256)
        self.call("cuDeviceGetName", text, len(text), self._ordinal)
        self.name = text.value.decode(errors="replace")
        self.capability = (self._property(_MAJOR), self._property(_MINOR))
        if self.capability < LEAST:
            found, least = (".".join(map(str, pair)) for pair in (self.capability, LEAST))
            raise GpuError(f"'{self.name}' has compute capability {found}; {least} or above is needed.")
        self._processors = self._property(_MULTIPROCESSORS)
        self._resident = self._processors * self._property(_MOST_RESIDENT)
        self._context = self._handle("cuDevicePrimaryCtxRetain", self._ordinal)
        self._spent: deque[ctypes.c_void_p] = deque()
        self.enter()
        # Copies may still be under way when the driver comes back: kernels wait for them, words to a kernel do not.
        self._stream = self._handle("cuStreamCreate", _AFTER_COPIES)
        self._aside = self._handle("cuStreamCreate", _AT_ONCE)

    def enter(self) -> None:
        """Let this thread use the device, and give back the code of kernels that nobody holds any more.

        It is done here and not where a kernel is forgotten: that may be anywhere, in the midst of another call.
        """
        self.call("cuCtxSetCurrent", self._context)
        while self._spent:
            with contextlib.suppress(GpuError):
                self.call("cuModuleUnload", self._spent.popleft())

    def kernel(self, image: bytes, name: str) -> Kernel:
        """Return a function of a compiled image; the image is unloaded after the kernel is forgotten, see `enter`."""
        module = self._handle("cuModuleLoadData", image)
        try:
            handle = self._handle("cuModuleGetFunction", module, name.encode())
            local = self._whole("cuFuncGetAttribute", _LOCAL_BYTES, handle)
            blocks = self._whole("cuOccupancyMaxActiveBlocksPerMultiprocessor", handle, WARP, 0)
            if not blocks:
                raise GpuError(f"a thread of this model needs more than '{self.name}' has for one.")
        except GpuError:
            self._spent.append(module)
            raise
        kernel = Kernel(handle, blocks * self._processors, local * self._resident)
        weakref.finalize(kernel, self._spent.append, module).atexit = False
        return kernel

    def free_bytes(self) -> int:
        """Return how much memory is free."""
        free, whole = _Size(), _Size()
        self.call("cuMemGetInfo_v2", ctypes.byref(free), ctypes.byref(whole))
        return free.value

    @contextmanager
    def room(self) -> Iterator[Room]:
        """Yield memory that is given back at the end."""
        room = Room(self)
        try:
            yield room
        finally:
            room.give_back()

    def run(self, kernel: Kernel, argument: ctypes.Structure, people: int, stop: int) -> None:
        """Run a kernel to its end, with a thread for each of the people, or as many as the GPU holds.

        Args:
            kernel: whose threads take people until there are no more.
            argument: of the kernel.
            people: to be taken.
            stop: address of a flag (int32) that ends the kernel early; raised when this thread is interrupted.
        """
        pointers = (ctypes.c_void_p * 1)(ctypes.addressof(argument))
        blocks = min(-(-people // WARP), kernel.blocks)
        self.call("cuLaunchKernel", kernel.handle, blocks, 1, 1, WARP, 1, 1, 0, self._stream, pointers, None)
        try:
            nap = LONGEST_NAP / 100
            while (code := self._driver.cuStreamQuery(self._stream)) == _NOT_READY:
                time.sleep(nap)
                nap = min(2.0 * nap, LONGEST_NAP)
            self._check("the solver on the GPU", code)
        except BaseException:
            raised = ctypes.c_int32(1)
            with contextlib.suppress(GpuError):
                self.call("cuMemcpyHtoDAsync_v2", stop, ctypes.byref(raised), ctypes.sizeof(raised), self._aside)
                self.call("cuStreamSynchronize", self._aside)
                self.call("cuStreamSynchronize", self._stream)
            raise

    def _property(self, which: int) -> int:
        return self._whole("cuDeviceGetAttribute", which, self._ordinal)

    def _whole(self, name: str, *arguments: object) -> int:
        found = _Whole()
        self.call(name, ctypes.byref(found), *arguments)
        return found.value

    def _handle(self, name: str, *arguments: object) -> ctypes.c_void_p:
        found = _Handle()
        self.call(name, ctypes.byref(found), *arguments)
        return found

    def call(self, name: str, *arguments: object) -> None:
        """Call a function of the driver.

        Raises:
            GpuError: it failed.
        """
        self._check(name, getattr(self._driver, name)(*arguments))

    def _check(self, what: str, code: int) -> None:
        if code:
            said = ctypes.c_char_p()
            self._driver.cuGetErrorString(code, ctypes.byref(said))
            text = said.value.decode(errors="replace") if said.value else "no message"
            raise GpuError(f"{what} failed ({text}, code {code}).")


@final
class Room:
    """Memory of a device, taken piece by piece and given back at once."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._taken: list[int] = []

    def take(self, size: int) -> int:
        """Return the address of new memory; its content is anything."""
        found = _Address()
        self._device.call("cuMemAlloc_v2", ctypes.byref(found), max(size, 1))
        self._taken.append(found.value)
        return found.value

    def put(self, array: NDArray[Any]) -> int:
        """Return the address of a copy of an array; rows that are one and the same row are sent once."""
        if array.ndim and len(array) > 1 and array.strides[0] == 0:
            return self._repeat(np.ascontiguousarray(array[0]), len(array))
        whole = np.ascontiguousarray(array)
        address = self.take(whole.nbytes)
        if whole.nbytes:
            self._device.call("cuMemcpyHtoD_v2", address, whole.ctypes.data, whole.nbytes)
        return address

    def _repeat(self, row: NDArray[Any], count: int) -> int:
        """Send a row and let the GPU double what it has."""
        address, whole, filled = self.take(row.nbytes * count), row.nbytes * count, row.nbytes
        if whole:
            self._device.call("cuMemcpyHtoD_v2", address, row.ctypes.data, filled)
        while filled < whole:
            size = min(filled, whole - filled)
            self._device.call("cuMemcpyDtoD_v2", address + filled, address, size)
            filled += size
        return address

    def get(self, address: int, array: NDArray[Any]) -> None:
        """Fill a contiguous array from memory of the GPU."""
        if array.nbytes:
            self._device.call("cuMemcpyDtoH_v2", array.ctypes.data, address, array.nbytes)

    def give_back(self) -> None:
        """Let all of it go; what cannot be freed any more has gone with the context."""
        while self._taken:
            with contextlib.suppress(GpuError):
                self._device.call("cuMemFree_v2", self._taken.pop())


def find_device() -> Device:
    """Return this process's GPU; a process that was forked from one that used it is refused by the driver.

    Raises:
        GpuError: there is none that can be used.
    """
    found = _found(os.getpid())
    if isinstance(found, str):
        raise GpuError(found)
    return found


@functools.cache
def _found(process: int) -> Device | str:
    """Return the GPU of a process, or why there is none; looked for once."""
    try:
        return Device(load_driver())
    except GpuError as error:
        return error.message
