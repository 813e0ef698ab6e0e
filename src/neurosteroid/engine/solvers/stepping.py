"""One stretch of the reference solver: SciPy's integrators taken step by step, watched, so that none runs for ever."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rate = Callable[[float, Array], Array]

MOST_CALLS: Final = 500_000
"""Evaluations of the rates in one stretch after which an integrator is given up (about a minute)."""

STALLED_CALLS: Final = 5000
"""An integrator that in this many evaluations ..."""

STALLED_SPAN: Final = 1e-12
"""... comes no further than this fraction of the time is given up sooner."""

LIFTED: Final = 50.0
"""A state below zero by no more than this many tolerances may be there by the integrator's error alone."""

DIFFERENCE: Final = 1e-8
"""Step of a difference, of 1 or of the state if that is larger: the root of double precision."""


@final
@dataclass(frozen=True, eq=False)
class Stretch:
    """What an integrator made of a stretch of time without events.

    Attributes:
        states: (T, n) at the times that were asked for; NaN after `reached`.
        reached: h.
        reason: a sentence why it ended before the last time, or None.
    """

    states: Array
    reached: float
    reason: str | None


class _StoppedError(Exception):
    """The watch has seen enough."""


@final
class _Watch:
    """Rates that are counted; they refuse when the integrator gets nowhere, or (`stops`) when they are not finite."""

    def __init__(self, derivative: Rate, start: float, *, stops: bool) -> None:
        self.derivative = derivative
        self.latest, self.calls, self.stalled = start, 0, 0
        self.stops, self.refused = stops, False

    def __call__(self, t: float, now: Array) -> Array:
        self.calls += 1
        if t > self.latest + STALLED_SPAN * abs(t):
            self.latest, self.stalled = t, 0
        else:
            self.stalled += 1
        if self.stalled > STALLED_CALLS:
            raise _StoppedError(
                "the integrator makes no progress; the states or their rates may jump or grow without bound."
            )
        if self.calls > MOST_CALLS:
            raise _StoppedError(f"the integrator needs more than {MOST_CALLS} evaluations between two events.")
        rates = self.derivative(t, now)
        self.refused = not np.isfinite(rates).all()
        if self.refused and self.stops:
            raise _StoppedError("the rates are not finite. Check the parameters.")
        return rates


def follow(
    derivative: Rate,
    jacobian: Rate,
    states: Array,
    start: float,
    times: Array,
    integrator: str,
    tolerances: tuple[float, float],
    largest: Array | None = None,
) -> Stretch:
    """Return the states at increasing times after `start`, h; every end but the last time is given with its reason.

    LSODA cannot step back from rates that are not finite, which it may meet by looking too far ahead; Radau goes on.

    Args:
        derivative: rates (n,) by time and states.
        jacobian: (n, n) by time and states.
        states: (n,) at `start`.
        start: h.
        times: (T,) h.
        integrator: name of SciPy's class.
        tolerances: relative and absolute.
        largest: (n,) sizes of the states so far, which are raised to those met here; None for those at `start`.
    """
    found = np.full((len(times), len(states)), np.nan)
    reached, reason = start, None
    met = np.abs(states) if largest is None else largest
    derivative, jacobian = _lifted(derivative, jacobian, met, tolerances)
    for name in dict.fromkeys((integrator, "Radau")):
        watch = _Watch(derivative, reached, stops=name != "Radau")
        first = int(np.searchsorted(times, reached, side="right"))
        slopes = _finite_slopes(derivative, jacobian)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            # SciPy warns as well as reporting failure; the report is enough.
            warnings.simplefilter("ignore")
            states, reached, reason = _step_on(
                watch, slopes, states, reached, (times[first:], found[first:]), name, tolerances
            )
        if not watch.refused:
            break
    return Stretch(found, reached, reason)


def _lifted(derivative: Rate, jacobian: Rate, largest: Array, tolerances: tuple[float, float]) -> tuple[Rate, Rate]:
    """Return rates and Jacobian that, where the rates are no numbers, take states just below zero as zero.

    A state that cannot be negative may be taken there by an integrator's error, and x^1.5 means nothing there. The
    course is the same for any rates that agree with these where no state is negative. What is taken as zero does
    not change the rates: with any other column in the Jacobian the integrators creep.
    """

    def low(now: Array) -> NDArray[np.bool_]:
        return (now < 0.0) & (-now <= LIFTED * (tolerances[1] + tolerances[0] * largest))

    def lifted(t: float, now: Array) -> Array:
        np.maximum(largest, np.abs(now), out=largest, where=np.isfinite(now))
        found = derivative(t, now)
        if np.isfinite(found).all():
            return found
        zero = low(now)
        return derivative(t, np.where(zero, 0.0, now)) if zero.any() else found

    def slopes(t: float, now: Array) -> Array:
        if np.isfinite(derivative(t, now)).all() or not (zero := low(now)).any():
            return jacobian(t, now)
        return np.where(zero, 0.0, jacobian(t, np.where(zero, 0.0, now)))

    return lifted, slopes


def _finite_slopes(derivative: Rate, jacobian: Rate) -> Rate:
    """Return the Jacobian with differences in the place of entries that are not finite.

    The derivative of x^p is written as p x^p / x, which is no number at x = 0, where many courses begin.
    """

    def slopes(t: float, now: Array) -> Array:
        found = np.array(jacobian(t, now))
        for column in np.flatnonzero(~np.isfinite(found).all(axis=0)):
            nudged = now.copy()
            nudged[column] += DIFFERENCE * max(1.0, abs(float(now[column])))
            change = (derivative(t, nudged) - derivative(t, now)) / (nudged[column] - now[column])
            found[:, column] = np.where(np.isfinite(found[:, column]), found[:, column], change)
        return found

    return slopes


def _step_on(
    watch: _Watch,
    jacobian: Rate,
    now: Array,
    reached: float,
    wanted: tuple[Array, Array],
    integrator: str,
    tolerances: tuple[float, float],
) -> tuple[Array, float, str | None]:
    """Fill the states (T, n) wanted at times (T,) as far as possible; return the last states, their time, and why."""
    import scipy.integrate

    times, found = wanted
    relative, absolute = tolerances
    shown = 0
    try:
        solver = getattr(scipy.integrate, integrator)(
            watch, reached, now, float(times[-1]), jac=jacobian, rtol=relative, atol=absolute
        )
        while solver.status == "running":
            message = solver.step()
            if solver.status == "failed":
                return now, reached, f"the integrator stopped ({str(message).strip().rstrip('.')})."
            if not np.isfinite(solver.y).all():
                return now, reached, "the states are no longer finite. Check the parameters."
            due = shown + int(np.searchsorted(times[shown:], solver.t, side="right"))
            if due > shown:
                found[shown:due] = solver.dense_output()(times[shown:due]).T
            now, reached, shown = np.array(solver.y), float(solver.t), due
    except _StoppedError as stopped:
        return now, reached, str(stopped)
    except (ValueError, np.linalg.LinAlgError, RuntimeError) as error:
        # Radau and BDF factorise a matrix, which refuses numbers that are not finite.
        return now, reached, f"the rates or their derivatives cannot be used ({error})."
    return now, reached, None
