"""Hours at which a course is looked at after doses that are absorbed, so that none of their peaks is passed by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.dosing import Protocol, Route

Array = NDArray[np.float64]

_AFTER: Final = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 16.0, 20.0, 24.0, 36.0, 48.0, 72.0)
"""Hours after a dose: half hours where absorption is fast, further apart where curves are flat. All are times of a grid
of half hours, which gets none of them added."""

MOST: Final = 3000
"""Hours that are added at most; of more doses each second hour is left out, then each second of those, and so on."""


def absorption_times(protocols: Sequence[Protocol], until: float) -> Array:
    """Return hours (C,), rising and at most `until`, after each dose that is absorbed and up to the next one.

    Doses into a vein have their peak at once, and infusions at the end of a step: they need none.
    """
    found = np.zeros(0)
    for every in (1, 2, 4, 8, len(_AFTER)):
        found = np.unique(
            np.concatenate([np.zeros(0), *(_of(each, until, _AFTER[::-every][::-1]) for each in protocols)])
        )
        if len(found) <= MOST:
            return found
    return found[:0]


def _of(protocol: Protocol, until: float, after: Sequence[float]) -> Array:
    given = np.unique([dose.time_h for dose in protocol.doses() if dose.route is not Route.INTRAVENOUS])
    following = np.append(given[1:], np.inf)
    hours = given[:, None] + np.array(after)
    return np.asarray(hours[(hours < following[:, None]) & (hours <= until)])
