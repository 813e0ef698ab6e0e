"""What the generated part of a module gives to the walker; no such file exists, see `source.py`."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

STATES: Final[int]
FIXED: Final[int]
ORDER: Final[int]
GAMMA: Final[float]
A: Final[Array]
C: Final[Array]
NODES: Final[Array]
TIMES: Final[Array]
DENSE: Final[Array]
ROWS: Final[Whole]
COLUMNS: Final[Whole]
PIVOTS: Final[Whole]
PIVOT_SLOTS: Final[Whole]
DIVISION_ENDS: Final[Whole]
DIVISION_ROWS: Final[Whole]
DIVISION_SLOTS: Final[Whole]
UPDATE_ENDS: Final[Whole]
UPDATES: Final[Whole]
LATER_ENDS: Final[Whole]
LATER_COLUMNS: Final[Whole]
LATER_SLOTS: Final[Whole]
SLOT_ENTRIES: Final[Whole]

def prepare(p: Array, u: Array, fixed: Array) -> None: ...
def slope(t: float, y: Array, fixed: Array, f: Array) -> None: ...
def linearise(t: float, y: Array, fixed: Array, f: Array, ft: Array, jacobian: Array) -> None: ...
