"""Where an excitability curve turns: its shape on the levels run, and its highest point between them."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.model.mood.preparation import Preparation
from neurosteroid.model.mood.run import Readout, read_out

Array = NDArray[np.float64]

_RESOLUTION: Final = 1e-4
"""Percent: rises of excitability below it are those of the search for the rheobase."""
_NO_CURVE: Final = "no U"
_FINE: Final = 9
"""Levels run between the neighbours of the highest one."""
_DEGREE: Final = 4
"""Of the polynomial through them: low enough to even out the steps of the search for the rheobase."""
_DENSE: Final = 2001
"""Points at which the polynomial is read."""


def turn(serum: Array, excitability: Array) -> tuple[float, float, str]:
    """Return the level at which a cell is most excitable, how far above the higher end of the levels, and the shape.

    Args:
        serum: (K,) rising levels; the level returned is one of them.
        excitability: (K,) percent.
    """
    place = int(np.argmax(excitability))
    height = float(excitability[place] - max(excitability[0], excitability[-1]))
    if height > _RESOLUTION:
        return float(serum[place]), height, "U"
    if np.ptp(excitability) <= _RESOLUTION:
        return float(serum[place]), 0.0, "flat"
    rising = np.diff(excitability) > 0
    if rising.all() or not rising.any():
        return float(serum[place]), 0.0, f"{_NO_CURVE}, {'rises' if rising.all() else 'falls'} throughout"
    return float(serum[place]), 0.0, _NO_CURVE


def located(made: Preparation, found: Readout) -> tuple[float, float, str]:
    """Return what `turn` does, with the level of a U searched for between the levels that were run.

    Levels between the neighbours of the highest one are run, and the highest point of a polynomial through them is
    taken, so that the level does not hang on which ones were asked for.

    Args:
        made: the preparation of the run.
        found: the run; its first level is the reference.
    """
    serum, excitability = found.levels.serum, found.excitability
    worst, height, shape = turn(serum, excitability)
    if shape != "U":
        return worst, height, shape
    place = int(np.argmax(excitability))
    between = np.linspace(serum[place - 1], serum[place + 1], _FINE)
    finer = read_out(made, [float(serum[0]), *between.tolist()])
    return (*peak(between, finer.excitability[1:], max(excitability[0], excitability[-1])), shape)


def peak(serum: Array, excitability: Array, end: float) -> tuple[float, float]:
    """Return the level at the highest point of a smooth curve through levels near a turn, and its height above `end`.

    Args:
        serum: (K,) rising levels, five or more.
        excitability: (K,) percent.
        end: percent.
    """
    curve = np.polynomial.Polynomial.fit(serum, excitability, _DEGREE)
    dense = np.linspace(serum[0], serum[-1], _DENSE)
    values = curve(dense)
    place = int(np.argmax(values))
    return float(dense[place]), float(values[place] - end)
