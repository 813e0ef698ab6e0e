"""Sheets: the memory into which rows of values are written, laid out so that cache lines can be stored whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError

Array = NDArray[np.float64]

LINE: Final = 8
"""Numbers in a cache line of 64 bytes."""


@final
@dataclass(frozen=True, eq=False)
class Sheet:
    """Memory for P people, R rows of V values each.

    Attributes:
        cells: (P, stride) a person's values row after row, beginning at a cache line; the rest of the stride, up to
            the end of one, has no meaning.
    """

    cells: Array

    def values(self, rows: int, width: int) -> Array:
        """Return (P, R, V), a view."""
        people, item = len(self.cells), self.cells.itemsize
        strides = (self.cells.strides[0], width * item, item)
        return np.lib.stride_tricks.as_strided(self.cells, (people, rows, width), strides)


def cells_needed(people: int, rows: int, width: int) -> int:
    """Return how many numbers a sheet for P people, R rows of V values takes, wherever its memory begins."""
    return people * _stride(rows, width) + LINE


def new_sheet(people: int, rows: int, width: int) -> Sheet:
    """Return a sheet of new memory."""
    return _sheet(np.empty(cells_needed(people, rows, width)), people, rows, width)


def sheet_on(buffer: Array, people: int, rows: int, width: int) -> Sheet:
    """Return a sheet on memory of the caller's.

    Args:
        buffer: of float64, in one piece.
        people: P.
        rows: R.
        width: V.

    Raises:
        InputError: the memory cannot be used or is too small; the message says how much is needed.
    """
    needed = cells_needed(people, rows, width)
    usable = buffer.dtype == np.float64 and buffer.flags.c_contiguous and buffer.flags.writeable
    if not usable or buffer.size < needed:
        found = f"{buffer.size} numbers" if usable else f"{buffer.dtype}, read-only or not in one piece"
        raise InputError(f"the buffer has {found}; {needed} numbers of float64 in one writable piece are needed.")
    return _sheet(buffer.reshape(-1), people, rows, width)


def _sheet(memory: Array, people: int, rows: int, width: int) -> Sheet:
    stride = _stride(rows, width)
    skipped = (-memory.ctypes.data // memory.itemsize) % LINE
    return Sheet(memory[skipped : skipped + people * stride].reshape(people, stride))


def _stride(rows: int, width: int) -> int:
    return -(-rows * width // LINE) * LINE
