"""What is read off a current: peak, rise, decay, and the exponentials that are fitted to it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError, is_whole

Array = NDArray[np.float64]
Course = Callable[[Array], Array]
"""Open probability (K,) at times (K,), ms."""

MOST_COMPONENTS: Final = 4
_FINE: Final = 64  # points between which a maximum or a crossing is looked for again
_NODES, _INTERVALS, _FIRST = 8, 24, 1e-6  # of the quadrature; the first interval as a share of the whole
_STARTS: Final = (0.2, 0.5)  # where on the logarithmic axis the shortest time constant is first looked for
_SEEN: Final = 0.05  # of the largest distance from where a course ends; what is closer looks like one line
_MARGIN: Final = 1.1  # by which more is drawn than moves
_LEAST_SHOWN: Final = 20.0  # ms behind the last pulse that are always drawn
_ROUNDS: Final = 3  # each narrows the place of a maximum thirtyfold; its height is then known to rounding


@final
@dataclass(frozen=True, eq=False)
class ExponentialFit:
    """A sum of exponentials fitted by least squares: ``plateau + sum_i amplitude_i exp(-t / tau_i)``.

    Attributes:
        time_constants: (m,) ms, ascending.
        amplitudes: (m,) at the beginning of the fit.
        plateau: what is left in the end.
        residual: root mean square of what the fit leaves, over the value at the beginning.
    """

    time_constants: Array
    amplitudes: Array
    plateau: float
    residual: float

    @property
    def fractions(self) -> Array:
        """(m,) amplitudes as shares of their sum."""
        return np.asarray(self.amplitudes / self.amplitudes.sum(), dtype=np.float64)

    @property
    def weighted(self) -> float:
        """The time constant weighted by amplitude, sum of fraction_i tau_i, ms."""
        return float(self.fractions @ self.time_constants)


def fit_exponentials(times: Array, values: Array, components: int, *, plateau: bool) -> ExponentialFit:
    """Fit a sum of exponentials to a decay.

    Amplitudes and plateau are linear: for each set of time constants they follow by linear least squares, none below
    0, so only the time constants are searched for (variable projection). A time constant longer than the record is not
    looked for, since the record could not tell it from a plateau.

    Args:
        times: (K,) ms, since the beginning of the decay.
        values: (K,).
        components: how many exponentials.
        plateau: whether a constant is fitted too; else it decays to 0.

    Raises:
        InputError: no such number of components, or fewer points than numbers to fit.
    """
    from scipy.optimize import least_squares, nnls

    if not is_whole(components) or not 1 <= components <= MOST_COMPONENTS:
        raise InputError(
            f"{components!r} exponentials are not fitted; ask for 1 to {MOST_COMPONENTS}.", where="components"
        )
    if len(times) <= 2 * components + plateau:
        raise InputError(f"{len(times)} points are too few for {components} exponentials; take smaller steps.")

    def columns(logarithms: Array) -> Array:
        decays = np.exp(-times[:, None] / np.exp(logarithms))
        return np.hstack([decays, np.ones((len(times), 1))]) if plateau else decays

    def left(logarithms: Array) -> Array:
        basis = columns(logarithms)
        return np.asarray(basis @ nnls(basis, values)[0] - values, dtype=np.float64)

    shortest, longest = float(np.log(times[1] - times[0])), float(np.log(times[-1] - times[0]))
    firsts = (shortest + (longest - shortest) * np.linspace(share, 0.95, components) for share in _STARTS)
    tried = [least_squares(left, first, bounds=(shortest, longest), xtol=1e-10, ftol=1e-12) for first in firsts]
    best = min(tried, key=lambda found: float(found.cost))
    order = np.argsort(best.x)
    basis = columns(best.x)
    amplitudes = nnls(basis, values)[0]
    residual = float(np.sqrt(np.mean(best.fun**2)) / (abs(values[0]) or 1.0))
    return ExponentialFit(
        np.exp(best.x)[order], amplitudes[:components][order], float(amplitudes[-1]) if plateau else 0.0, residual
    )


def peak(course: Course, begin: float, end: float, points: Array) -> tuple[float, float]:
    """Return time and height of the highest value between two times, found to rounding.

    Args:
        course: what is looked at, exact at any time.
        begin: ms.
        end: ms.
        points: (K,) ms at which to look first, so close together that one peak lies between neighbours.
    """
    at = np.unique(np.concatenate([[begin, end], points[(points > begin) & (points < end)]]))
    for _ in range(1 + _ROUNDS):
        values = course(at)
        top = int(np.argmax(values))
        low, high = float(at[max(top - 1, 0)]), float(at[min(top + 1, len(at) - 1)])
        best = float(at[top]), float(values[top])
        at = np.unique(np.concatenate([np.linspace(low, high, _FINE), [best[0]]]))
    return best


def faded(times: Array, values: Array, at_end: float, last: float) -> float:
    """Return until when a course is worth drawing, ms: behind the last edge, and until it is close to where it ends.

    Args:
        times: (K,) ms.
        values: (K,).
        at_end: value in the end.
        last: ms, where the last pulse ends.
    """
    away = np.abs(values - at_end)
    moving = np.flatnonzero(away > _SEEN * away.max()) if away.max() > 0.0 else np.zeros(1, dtype=int)
    fades = float(times[min(int(moving[-1]) + 1, len(times) - 1)])
    return float(min(times[-1], max(last + _LEAST_SHOWN, _MARGIN * fades)))


def crossing(course: Course, level: float, begin: float, end: float) -> float:
    """Return the first time at which a rising course reaches a level, ms."""
    for _ in range(_ROUNDS):
        at = np.linspace(begin, end, _FINE)
        values = course(at)
        above = int(np.argmax(values >= level))
        if above == 0:
            return begin
        begin, end = float(at[above - 1]), float(at[above])
        low, high = float(values[above - 1]), float(values[above])
    return begin + (end - begin) * (level - low) / (high - low)


def hill(concentrations: Array, values: Array) -> tuple[float, float, float]:
    """Return half-effective concentration, Hill slope and maximum fitted to a dose-response curve (K,)."""
    from scipy.optimize import least_squares

    scale = float(values.max())

    def left(x: Array) -> Array:
        powered = np.exp(x[1] * (np.log(concentrations) - x[0]))
        return np.asarray(np.exp(x[2]) * powered / (1.0 + powered) - values / scale, dtype=np.float64)

    middle = float(np.log(concentrations[int(np.argmin(np.abs(values - scale / 2)))]))
    found = least_squares(left, [middle, 1.5, 0.0])
    return float(np.exp(found.x[0])), float(found.x[1]), float(np.exp(found.x[2]) * scale)


def integral(course: Course, edges: Array) -> float:
    """Return the integral of a course that is smooth between edges (S + 1,), ms, by Gauss quadrature.

    Intervals grow by a constant factor behind each edge, where the course changes fastest.
    """
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    total = 0.0
    for begin, end in itertools.pairwise(edges):
        ends = begin + (end - begin) * np.concatenate([[0.0], np.geomspace(_FIRST, 1.0, _INTERVALS)])
        half, middle = 0.5 * np.diff(ends), 0.5 * (ends[1:] + ends[:-1])
        at = (middle[:, None] + half[:, None] * nodes).ravel()
        total += float((half[:, None] * weights).ravel() @ course(at))
    return total
