"""Hand-derived pharmacokinetics, independent of the engine: sums of exponentials and superposition of single doses.

A dose is (time, amount) or (time, amount, duration); a regimen for ever is written out as many past doses.
"""

from dataclasses import dataclass
from typing import final

import numpy as np


@final
@dataclass(frozen=True)
class Response:
    """What one unit put in at once leaves in a compartment: sum of a * exp(-rate * t), or a * t * exp(-rate * t)."""

    terms: tuple[tuple[float, float], ...]
    ramps: tuple[tuple[float, float], ...] = ()

    def bolus(self, since):
        """One unit, `since` h ago (negative: not yet)."""
        t = np.maximum(since, 0.0)
        found = sum(a * np.exp(-rate * t) for a, rate in self.terms)
        found = found + sum(a * t * np.exp(-rate * t) for a, rate in self.ramps)
        return np.where(since >= 0.0, found, 0.0)

    def infusion(self, since, duration):
        """One unit per h for `duration` h, begun `since` h ago.

        The integral of a exp(-r s) from t - D to t is a/r (1 - exp(-r D)) exp(-r (t - D)); nothing cancels in it.
        """
        run = np.clip(since, 0.0, duration)
        after = np.maximum(since - duration, 0.0)
        found = sum(a / rate * -np.expm1(-rate * run) * np.exp(-rate * after) for a, rate in self.terms)
        for a, rate in self.ramps:

            def primitive(t, a=a, rate=rate):
                return -a * np.exp(-rate * t) * (t / rate + 1.0 / rate**2)

            found = found + primitive(run + after) - primitive(after)
        return np.where(since >= 0.0, found, 0.0)

    def course(self, times, doses):
        """Amount at `times` after doses by superposition; a dose counts from its own time on."""
        total = np.zeros(np.shape(times))
        for time, amount, *duration in doses:
            since = np.asarray(times, float) - time
            if duration and duration[0] > 0.0:
                total = total + amount / duration[0] * self.infusion(since, duration[0])
            elif not duration:
                total = total + amount * self.bolus(since)
        return total


def one_compartment(k):
    """Amount in the compartment after a bolus into it."""
    return Response(((1.0, k),))


def one_compartment_oral(ka, k):
    """Amount in the central compartment after a bolus into the depot; ka may equal k."""
    if ka == k:
        return Response((), ((ka, k),))
    factor = ka / (ka - k)
    return Response(((factor, k), (-factor, ka)))


def hybrid_rates(k, k12, k21):
    """The two exponents of a two-compartment model."""
    total = k + k12 + k21
    alpha = 0.5 * (total + np.sqrt(total**2 - 4.0 * k * k21))
    return alpha, k * k21 / alpha


def two_compartment(k, k12, k21):
    """Amount in the central compartment after a bolus into it."""
    alpha, beta = hybrid_rates(k, k12, k21)
    return Response((((alpha - k21) / (alpha - beta), alpha), ((k21 - beta) / (alpha - beta), beta)))


def two_compartment_peripheral(k, k12, k21):
    """Amount in the peripheral compartment after a bolus into the central one."""
    alpha, beta = hybrid_rates(k, k12, k21)
    return Response(((k12 / (alpha - beta), beta), (-k12 / (alpha - beta), alpha)))


def two_compartment_oral(ka, k, k12, k21):
    """Amount in the central compartment after a bolus into the depot."""
    alpha, beta = hybrid_rates(k, k12, k21)
    return Response(
        (
            (ka * (k21 - alpha) / ((ka - alpha) * (beta - alpha)), alpha),
            (ka * (k21 - beta) / ((ka - beta) * (alpha - beta)), beta),
            (ka * (k21 - ka) / ((alpha - ka) * (beta - ka)), ka),
        )
    )


def depot(ka):
    """Amount left in the depot."""
    return Response(((1.0, ka),))


def past(time, interval, *dose, count=400):
    """The doses of a regimen for ever, up to and with the one at `time`."""
    return [(time - back * interval, *dose) for back in range(count)]
