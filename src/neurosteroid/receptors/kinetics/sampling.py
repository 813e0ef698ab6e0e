"""At which times a run is sampled, and where its peak is looked for."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError

Array = NDArray[np.float64]

_SEARCH: Final = 120  # points, closer together near an edge, at which a peak is first looked for
_SHORTEST: Final = 1e-6  # of the run, the first of them
_MOST_SAMPLES: Final = 2_000_000


def sampled(length: float, step: float) -> Array:
    """Return the sample times from 0 to a length, ms.

    Raises:
        InputError: more samples than anybody could look at.
    """
    if length / step > _MOST_SAMPLES:
        raise InputError(
            f"{length:g} ms in steps of {step:g} ms are {length / step:.3g} samples; at most {_MOST_SAMPLES} are made."
            " Take a longer step, or a shorter run.",
            where="step",
        )
    whole = int(length / step * (1.0 + 1e-12))  # a length of many steps may have been rounded down
    return np.asarray(np.minimum(step * np.arange(whole + 1), length), dtype=np.float64)


def search(edges: Array, begin: float, end: float) -> Array:
    """Return times between which a peak can be looked for: close together behind every edge."""
    away = (end - begin) * np.geomspace(_SHORTEST, 1.0, _SEARCH)
    return np.unique(np.concatenate([edge + away for edge in edges if begin <= edge < end] or [begin + away]))
