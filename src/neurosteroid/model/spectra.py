"""Spectra of signals, powers and peaks in bands, and means over seeds with intervals.

    spectrum    Welch: the mean over half-overlapping Hann windows of the squared Fourier transform, as a density
    power       of a band, the spectrum times the distance of its frequencies, summed over the band; a band holds its
                lower end and not its upper one, so bands side by side share no frequency
    peak        the frequency of the band at which the spectrum is highest; none where that is the first or last one
                of the band, since the rhythm then lies beyond it or there is none
    mean        over seeds, x +- t sd / sqrt(n), Student's t of n - 1; of powers and spectra on their logarithms; half
                an interval is no less than half the grain of the measure, and it ends where the measure does: a rate
                at 0, a peak at the ends of its band, synchrony at 0 and 1
    synchrony   chi = sqrt( variance over time of the mean voltage / mean over cells of their variances over time ):
                1 when all cells move together, about 1 / sqrt(N) when N cells move alone

Source:
    Welch, IEEE Trans Audio Electroacoust 1967;15:70-73; Golomb and Rinzel, Physica D 1994;72:259-282.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def spectrum(signal: Array, sampling: float, window: float) -> tuple[Array, Array]:
    """Return frequencies (Hz) and densities (unit of the signal squared per Hz).

    Args:
        signal: (R,) at equal distances.
        sampling: the distance, ms.
        window: length of a stretch, ms; the whole signal where that is shorter.
    """
    from scipy.signal import welch

    length = min(round(window / sampling), len(signal))
    frequencies, density = welch(signal, 1e3 / sampling, window="hann", nperseg=length, noverlap=length // 2)
    return frequencies, density


def band_power(frequencies: Array, density: Array, band: tuple[float, float]) -> Any:
    """Return the power in a band, its upper end left out; density (..., F)."""
    inside = (frequencies >= band[0]) & (frequencies < band[1])
    return density[..., inside].sum(axis=-1) * (frequencies[1] - frequencies[0])


def band_peak(frequencies: Array, density: Array, band: tuple[float, float]) -> Any:
    """Return the frequency of the highest density within a band, Hz; density (..., F).

    NaN where that is the first or last frequency of the band: no peak stands in it.
    """
    inside = (frequencies >= band[0]) & (frequencies < band[1])
    place = np.argmax(density[..., inside], axis=-1)
    at_an_end = (place == 0) | (place == np.count_nonzero(inside) - 1)
    return np.where(at_an_end, np.nan, frequencies[inside][place])


def mean_interval(values: Array, confidence: float, grain: float = 0.0) -> tuple[Array, Array, Array]:
    """Return mean, lower and upper end over the first axis; the ends are NaN for one value.

    Values that come in steps can agree by their steps alone, and their standard deviation is then 0. So half the
    interval is never less than half a step.

    Args:
        values: (n, ...).
        confidence: of the interval.
        grain: the step that values come in: 1 / (cells * duration) of a rate, the distance of frequencies of a peak.
    """
    values = np.asarray(values, dtype=np.float64)
    count = len(values)
    mean = values.mean(axis=0)
    if count < 2:
        return mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan)
    from scipy.stats import t

    half = float(t.ppf(0.5 + 0.5 * confidence, count - 1)) * values.std(axis=0, ddof=1) / math.sqrt(count)
    half = np.maximum(half, 0.5 * grain)
    return mean, mean - half, mean + half


def ratio_interval(values: Array, confidence: float) -> tuple[Array, Array, Array]:
    """Return the same of positive values on their logarithms: the geometric mean and its interval."""
    with np.errstate(divide="ignore", invalid="ignore"):
        mean, low, high = mean_interval(np.log(values), confidence)
        return np.exp(mean), np.exp(low), np.exp(high)


def synchrony(mean_voltage: Array, variances: Array) -> float:
    """Return chi.

    Args:
        mean_voltage: (R,) over the cells.
        variances: (N,) of each cell's voltage over time.
    """
    # 1 by definition where all cells are one; rounding alone goes beyond
    return min(1.0, float(np.sqrt(mean_voltage.var() / variances.mean()))) if variances.mean() > 0.0 else math.nan
