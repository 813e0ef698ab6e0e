"""What the generated part of a module gives to the walker; no such file exists, see `source.py`."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STATES: Final[int]
FIXED: Final[int]
AHEAD: Final[int]

def prepare(p: Array, u: Array, fixed: Array) -> None: ...
def look_ahead(fixed: Array, ahead: Array, h: float) -> None: ...
def move_gates(t: float, y: Array, fixed: Array, ahead: Array, h: float) -> None: ...
def move_gates_half(t: float, y: Array, fixed: Array, ahead: Array, h: float) -> None: ...
def move_rest(t: float, y: Array, fixed: Array, h: float) -> None: ...
