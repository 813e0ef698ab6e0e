"""One event of a graded synapse: how long its transmitter must last for a given time to peak, and how high it goes.

    q = exp(-t / tau_q)
    ds/dt = q (1 - s) / tau_rise - s / tau_decay,  s(0) = 0

as after a spike that fills the cleft at once. Times in ms.

Source:
    Boergers, An Introduction to Modeling Neuronal Dynamics, 2017, chapter 20, and its programs (tau_d_q_function.m).
"""

from __future__ import annotations

import functools
import math
from typing import Final

from neurosteroid.errors import InputError

_PARTS: Final = 50
"""Steps of the classical Runge-Kutta method within the shortest of the three times; good to six digits or more."""
_HALVINGS: Final = 45
_RANGE: Final = (1e-3, 1e3)
"""Factors of the rise between which the time of the transmitter is looked for."""


@functools.cache
def removal_time(rise: float, decay: float, peak_time: float) -> float:
    """Return tau_q for which s peaks at `peak_time`.

    Raises:
        InputError: no tau_q does that.
    """
    low, high = (factor * rise for factor in _RANGE)
    if not event_peak(rise, decay, low)[0] < peak_time < event_peak(rise, decay, high)[0]:
        raise InputError(
            f"no transmitter makes a synapse with a rise of {rise:g} ms and a decay of {decay:g} ms peak after"
            f" {peak_time:g} ms; give another time to peak."
        )
    for _ in range(_HALVINGS):
        middle = math.sqrt(low * high)
        if event_peak(rise, decay, middle)[0] < peak_time:
            low = middle
        else:
            high = middle
    return math.sqrt(low * high)


@functools.cache
def event_peak(rise: float, decay: float, removal: float) -> tuple[float, float]:
    """Return when s peaks (ms) and how high."""

    def slope(t: float, s: float) -> float:
        return math.exp(-t / removal) * (1.0 - s) / rise - s / decay

    h = min(rise, decay, removal) / _PARTS
    t = s = 0.0
    now = slope(0.0, 0.0)
    while True:
        h_now = max(h, t / _PARTS)
        second = slope(t + 0.5 * h_now, s + 0.5 * h_now * now)
        third = slope(t + 0.5 * h_now, s + 0.5 * h_now * second)
        fourth = slope(t + h_now, s + h_now * third)
        after = s + h_now / 6.0 * (now + 2.0 * second + 2.0 * third + fourth)
        next_slope = slope(t + h_now, after)
        if next_slope <= 0.0:
            share = now / (now - next_slope)
            return t + share * h_now, s + 0.5 * share * h_now * now
        t, s, now = t + h_now, after, next_slope
