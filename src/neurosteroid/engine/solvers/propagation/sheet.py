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
        cells: (P, stride) a person's values row after row; the rest of the stride has no meaning.
        whole_lines: whether each person's values begin at a cache line and may be written up to the end of one.
    """

    cells: Array
    whole_lines: bool

    def values(self, rows: int, width: int) -> Array:
        """Return (P, R, V), a view."""
        people, item = len(self.cells), self.cells.itemsize
        strides = (self.cells.strides[0], width * item, item)
        return np.lib.stride_tricks.as_strided(self.cells, (people, rows, width), strides)


def new_sheet(people: int, rows: int, width: int) -> Sheet:
    """Return a sheet of new memory whose strides are whole cache lines."""
    stride = -(-rows * width // LINE) * LINE
    raw = np.empty(people * stride + LINE)
    skipped = (-raw.ctypes.data // raw.itemsize) % LINE
    return Sheet(raw[skipped : skipped + people * stride].reshape(people, stride), True)


def sheet_on(buffer: Array, people: int, rows: int, width: int) -> Sheet:
    """Return a sheet on memory of the caller's.

    Args:
        buffer: of float64, in one piece.
        people, rows, width: P, R and V.

    Raises:
        InputError: the memory cannot be used or is too small; the message says how much is needed.
    """
    needed = people * (-(-rows * width // LINE) * LINE) + LINE
    usable = buffer.dtype == np.float64 and buffer.flags.c_contiguous and buffer.flags.writeable
    if not usable or buffer.size < needed:
        found = f"{buffer.size} of {buffer.dtype}" if usable else f"{buffer.dtype}, read-only or not in one piece"
        raise InputError(f"the buffer has {found}; {needed} numbers of float64 in one writable piece are needed.")
    raw = buffer.reshape(-1)
    stride = -(-rows * width // LINE) * LINE
    skipped = (-raw.ctypes.data // raw.itemsize) % LINE
    return Sheet(raw[skipped : skipped + people * stride].reshape(people, stride), True)
