"""What the protocols give: frozen records of arrays with their units, as tables, figures and sources."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.evidence import Ledger
from neurosteroid.receptors.kinetics.measures import ExponentialFit

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

NOTHING: Final = 1e-9
"""Share of a peak below which a difference is rounding."""


def merged(*ledgers: Ledger) -> Ledger:
    """Return one ledger with the numbers of several."""
    found = Ledger()
    for each in ledgers:
        found.merge(each)
    return found


@dataclass(frozen=True, eq=False, kw_only=True)
class AbstractResult:
    """What every result can do.

    Attributes:
        scheme: name and variant, and the changed rate constants and the steroid where there are any.
        ledger: the card numbers that took part.
    """

    units: ClassVar[Mapping[str, str]] = {}
    scheme: str
    ledger: Ledger

    def columns(self) -> dict[str, Array]:
        """Return the table's columns by name, of one length."""
        raise NotImplementedError

    def to_frame(self) -> pd.DataFrame:
        """Return the table as a pandas frame; ``.attrs["units"]`` holds the units of its columns."""
        import pandas as pd

        frame = pd.DataFrame(self.columns())
        frame.attrs["units"] = {name: self.units[name] for name in frame.columns if name in self.units}
        return frame

    def plot(self) -> Any:
        """Return a matplotlib figure."""
        return importlib.import_module("neurosteroid.reports.kinetics_figure").figure_of(self)

    def sources(self) -> list[tuple[Any, str]]:
        """Return (number, citation) of every card number that took part."""
        from neurosteroid.receptors.kinetics.markov import cited

        return cited(self.ledger)


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class Jump(AbstractResult):
    """The answer to pulses of agonist.

    Attributes:
        times: (K,) ms.
        agonist: (K,) umol/L.
        open_probability: (K,).
        current: (K,) pA, of the patch of the card ``patch``, unless one was given.
        occupancies: (K, n) share of receptors in each state.
        states: names of the n states.
        onsets: (J,) ms, beginnings of the pulses.
        peaks: (J,) highest open probability after each onset and before the next one.
        peak_times: (J,) ms after the onset.
        before: open probability at the first onset: what the background keeps open.
        at_end: open probability at the end of the run, which the last sample may come before.
        end: ms, of the run.
        command_times: (C,) ms, of the points between which the agonist is drawn, however brief a pulse is.
        command: (C,) umol/L there.
        shown_until: ms, where a figure ends: the end that was asked for, or where the course of a run of usual length
            has come close to its end.
        rise: from 10 to 90 % of the way from there to the first peak, ms; NaN where the pulse raises nothing.
        area: integral of the open probability above `before`, from the first onset to the end of the run, ms.
    """

    units: ClassVar[Mapping[str, str]] = {"time": "ms", "agonist": "umol/L", "open_probability": "1", "current": "pA"}
    times: Array
    agonist: Array
    open_probability: Array
    current: Array
    occupancies: Array
    states: tuple[str, ...]
    onsets: Array
    peaks: Array
    peak_times: Array
    before: float
    at_end: float
    end: float
    command_times: Array
    command: Array
    shown_until: float
    rise: float
    area: float

    @property
    def peak(self) -> float:
        """Highest open probability after the first onset."""
        return float(self.peaks[0])

    @property
    def area_over_peak(self) -> float:
        """Time constant of a single exponential of the same peak and area, both above `before`, ms.

        NaN where the pulse raises nothing.
        """
        above = self.peak - self.before
        return self.area / above if above > NOTHING * self.peak else float("nan")

    def columns(self) -> dict[str, Array]:
        """Return time, agonist, open probability, current and every state."""
        return {
            "time": self.times,
            "agonist": self.agonist,
            "open_probability": self.open_probability,
            "current": self.current,
            **dict(zip(self.states, self.occupancies.T, strict=True)),
        }


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class Relaxation(AbstractResult):
    """A decay and the exponentials fitted to it: deactivation after a pulse, or desensitisation during one.

    Attributes:
        kind: ``"deactivation"`` or ``"desensitisation"``.
        times: (K,) ms since the beginning of the decay.
        open_probability: (K,).
        fit: least squares.
        spectrum: (n - 1,) ms, the time constants that the rate matrix has at this concentration, descending; infinite
            for what a rate of 0 keeps apart.
        peak: highest open probability.
        extent: share of the peak that is lost at the end.
    """

    units: ClassVar[Mapping[str, str]] = {"time": "ms", "open_probability": "1", "fitted": "1"}
    kind: str
    times: Array
    open_probability: Array
    fit: ExponentialFit
    spectrum: Array
    peak: float
    extent: float

    def columns(self) -> dict[str, Array]:
        """Return time, open probability and what was fitted."""
        parts = self.fit.amplitudes * np.exp(-self.times[:, None] / self.fit.time_constants)
        return {
            "time": self.times,
            "open_probability": self.open_probability,
            "fitted": parts.sum(axis=1) + self.fit.plateau,
        }


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class PairedPulses(AbstractResult):
    """Two pulses at a growing distance: how far the second one finds the receptors recovered.

    Attributes:
        intervals: (K,) ms from the end of the first pulse to the beginning of the second.
        first: peak of the first pulse.
        second: (K,) peak of the second one, above what was open before it.
        ratio: (K,) second over first.
        left: (K,) still open when the second pulse begins.
        lost: share of the first peak that is lost at the end of a conditioning pulse; NaN for brief pulses.
        recovered: (K,) ``1 - (1 - (second + left) / first) / lost``: 0 right after the pulse, 1 in the end; NaN where
            nothing was lost.
    """

    units: ClassVar[Mapping[str, str]] = {
        "interval": "ms",
        "second_peak": "1",
        "ratio": "1",
        "left_open": "1",
        "recovered": "1",
    }
    intervals: Array
    first: float
    second: Array
    left: Array
    lost: float

    @property
    def ratio(self) -> Array:
        """(K,) second over first."""
        return self.second / self.first

    @property
    def recovered(self) -> Array:
        """(K,) share of what was lost in a conditioning pulse that is back; NaN for brief pulses, or nothing lost."""
        if not self.lost > NOTHING:
            return np.full(len(self.intervals), np.nan)
        return np.asarray(1.0 - (1.0 - (self.second + self.left) / self.first) / self.lost, dtype=np.float64)

    def columns(self) -> dict[str, Array]:
        """Return intervals, second peaks, ratios and what is recovered."""
        return {
            "interval": self.intervals,
            "second_peak": self.second,
            "ratio": self.ratio,
            "left_open": self.left,
            "recovered": self.recovered,
        }


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class DoseResponse(AbstractResult):
    """Peak and steady state against concentration.

    Attributes:
        concentrations: (K,) umol/L.
        peaks: (K,) highest open probability after a jump to each.
        steady: (K,) open probability in the end.
        maximum: peak at saturation, the limit of high concentration.
        half_effective_concentration: umol/L, at which the peak is half the maximum; NaN where it is more already at
            1e-6 umol/L, or less still at 1e6.
        slope: Hill slope of a fit to the peaks; NaN for fewer than three different concentrations.
    """

    units: ClassVar[Mapping[str, str]] = {"agonist": "umol/L", "peak": "1", "steady_state": "1"}
    concentrations: Array
    peaks: Array
    steady: Array
    maximum: float
    half_effective_concentration: float
    slope: float

    def columns(self) -> dict[str, Array]:
        """Return concentrations, peaks and steady states."""
        return {"agonist": self.concentrations, "peak": self.peaks, "steady_state": self.steady}


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class Noise(AbstractResult):
    """Variance against mean of many sweeps of the same few channels, and the parabola through it.

        variance = i mean - mean^2 / N,    i the current of one channel, N their number.

    Attributes:
        times: (K,) ms.
        mean: (K,) pA, over sweeps.
        variance: (K,) pA^2, unbiased.
        expected_mean, expected_variance: (K,), of N independent channels with the exact open probability.
        unitary: fitted i, pA.
        channels: fitted N.
        largest_open_probability: highest mean over i N.
    """

    units: ClassVar[Mapping[str, str]] = {
        "time": "ms", "mean": "pA", "variance": "pA**2", "expected_mean": "pA", "expected_variance": "pA**2",
    }  # fmt: skip
    times: Array
    mean: Array
    variance: Array
    expected_mean: Array
    expected_variance: Array
    unitary: float
    channels: float
    sweeps: int

    @property
    def largest_open_probability(self) -> float:
        """Highest mean over what all channels would carry."""
        return float(np.abs(self.mean).max() / abs(self.unitary * self.channels))

    def columns(self) -> dict[str, Array]:
        """Return time, mean and variance, and what independent channels would give."""
        return {
            "time": self.times,
            "mean": self.mean,
            "variance": self.variance,
            "expected_mean": self.expected_mean,
            "expected_variance": self.expected_variance,
        }
