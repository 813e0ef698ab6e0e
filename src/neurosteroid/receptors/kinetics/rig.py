"""The protocols that a patch-clamp rig runs, on anything that can be followed exactly under pulses of agonist."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError, require_names
from neurosteroid.evidence import Ledger
from neurosteroid.receptors.kinetics import measures
from neurosteroid.receptors.kinetics.patch import Patch, read_patch
from neurosteroid.receptors.kinetics.propagation import propagate, propagate_along
from neurosteroid.receptors.kinetics.results import NOTHING, DoseResponse, Jump, PairedPulses, Relaxation, merged
from neurosteroid.receptors.kinetics.sampling import sampled, search
from neurosteroid.receptors.kinetics.stimulus import (
    SATURATING,
    Pulse,
    Stimulus,
    concentration,
    one_pulse,
    read_pulses,
    span,
    stimulus,
)  # fmt: skip

Array = NDArray[np.float64]

_DECADES: Final = (-6.0, 6.0)  # of umol/L, between which the half-effective concentration lies
_UNMOVED: Final = 1e-14  # of the fastest eigenvalue, below which one is 0 but for rounding
_TIGHT: Final = 1200  # steps in which a decaying concentration is followed, over thirty of its time constants


@final
@dataclass(frozen=True)
class Followed:
    """A run.

    Attributes:
        occupancies: (K, n) at any times (K,), ms.
        agonist: (K,) at any times.
        edges: where its pieces begin and end, ms.
        command: (C,) ms and (C,) umol/L, the points between which the agonist is drawn as straight lines.
    """

    occupancies: Callable[[Array], Array]
    agonist: Callable[[Array], Array]
    edges: Array
    command: tuple[Array, Array]


class AbstractRig:
    """Protocols; what they are run on gives the states and follows them."""

    name: str
    variant: str
    steroid: Any
    factors: Mapping[str, float]
    ledger: Ledger

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the n states."""
        raise NotImplementedError

    @property
    def is_open(self) -> Array:
        """(n,) 1 for each conducting state, 0 for the others."""
        raise NotImplementedError

    def matrices(self, levels: Array) -> Array:
        """Return Q (M, n, n) at concentrations (M,), umol/L."""
        raise NotImplementedError

    def settled(self, level: float) -> Array:
        """Return the occupancies (n,) at steady state."""
        raise NotImplementedError

    def follow(self, given: Stimulus, times: Array, start: Array | None = None) -> Array:
        """Return the occupancies (K, n) at times (K,), ms."""
        raise NotImplementedError

    @property
    def label(self) -> str:
        """Name and variant, which rate constants were multiplied by hand, and what steroid is there."""
        plain = f"{self.name}[{self.variant}]" if self.variant else self.name
        if self.factors:
            plain += f" ({', '.join(f'{rate} x {factor:g}' for rate, factor in self.factors.items())})"
        return plain if self.steroid is None else f"{plain} with {self.steroid}"

    def jump(
        self,
        pulse: str = "1 mmol/L for 1 ms",
        *,
        background: str = "0 umol/L",
        until: str | None = None,
        step: str = "0.2 ms",
        patch: Patch | None = None,
    ) -> Jump:
        """Return the answer to one or more square pulses of agonist; receptors have settled in the background before.

        Args:
            pulse: such as ``"1 mmol/L for 1 ms"`` (at 10 ms) or ``"1 mmol/L for 1 ms at 5 ms; ... at 60 ms"``.
            background: concentration before, between and after pulses.
            until: end of the run; by default 1 s after the last pulse.
            step: between samples; the numbers themselves do not depend on it.
            patch: channels, conductance and driving force of the current; those of the card ``patch`` when None.

        Raises:
            InputError: a pulse outside the run or on top of another, a negative concentration, too many samples.
            UnitError: a text that is no quantity, or of another dimension.
        """
        if patch is not None and not isinstance(patch, Patch):
            raise InputError(f"{patch!r} is no patch; make one with read_patch(channels=50).", where="patch")
        pulses = read_pulses(pulse, start=10.0)
        end = pulses[-1].end + 1000.0 if until is None else span(until, where="until")
        given = stimulus(pulses, concentration(background, where="background"), end)
        onsets = np.array([each.start for each in pulses])
        command = np.repeat(given.edges, 2)[1:-1], np.repeat(given.levels, 2)
        followed = Followed(lambda times: self.follow(given, times), given.at, given.edges, command)
        return self._answer(followed, onsets, span(step, where="step"), patch or read_patch(), whole=until is not None)

    def _answer(self, followed: Followed, onsets: Array, step: float, patch: Patch, *, whole: bool) -> Jump:
        end = float(followed.edges[-1])
        times = sampled(end, step)
        occupancies = followed.occupancies(times)
        opened = occupancies @ self.is_open

        def course(at: Array) -> Array:
            return np.asarray(followed.occupancies(at) @ self.is_open, dtype=np.float64)

        found = [
            measures.peak(course, begin, until, search(followed.edges, begin, until))
            for begin, until in zip(onsets, [*onsets[1:], end], strict=True)
        ]
        begin, top = float(onsets[0]), found[0][0]
        before, at_end = (float(course(np.array([at]))[0]) for at in (begin, end))
        above, rise = found[0][1] - before, float("nan")
        if above > NOTHING * found[0][1]:
            low, high = (before + share * above for share in (0.1, 0.9))
            rise = measures.crossing(course, high, begin, top) - measures.crossing(course, low, begin, top)
        return Jump(
            scheme=self.label,
            ledger=merged(self.ledger, patch.ledger),
            times=times,
            agonist=followed.agonist(times),
            open_probability=opened,
            current=patch.current(opened),
            occupancies=occupancies,
            states=self.states,
            onsets=onsets,
            peaks=np.array([height for _, height in found]),
            peak_times=np.array([at for at, _ in found]) - onsets,
            before=before,
            at_end=at_end,
            end=end,
            command_times=followed.command[0],
            command=followed.command[1],
            shown_until=end if whole else measures.faded(times, opened, at_end, float(followed.edges[-2])),
            rise=rise,
            area=measures.integral(lambda at: course(at) - before, followed.edges[followed.edges >= begin]),
        )

    def deactivation(
        self, pulse: str = "1 mmol/L for 1 ms", *, until: str = "500 ms", components: int = 2, step: str = "0.1 ms"
    ) -> Relaxation:
        """Return the decay of the current after a pulse, and the exponentials fitted from its peak, or the pulse's end.

        Args:
            pulse: one; the decay begins where it ends, or later at the peak.
            until: end of the run.
            components: exponentials that are fitted, down to 0.
            step: between samples of the fit.

        Raises:
            InputError: see `jump`; several pulses, or one that opens nothing.
        """
        single = one_pulse(pulse)
        given = stimulus([single], 0.0, span(until, where="until"))
        course, end = self._course(given), float(given.edges[-1])
        top, height = measures.peak(course, single.start, end, search(given.edges, single.start, end))
        _opening(height, "pulse")
        begin = max(single.end, top)
        times = sampled(end - begin, span(step, where="step"))
        values = course(begin + times)
        fit = measures.fit_exponentials(times, values, components, plateau=False)
        return self._relaxation("deactivation", times, values, fit, 0.0, height)

    def desensitisation(
        self, agonist: str = "1 mmol/L", duration: str = "4 s", *, components: int = 3, step: str | None = None
    ) -> Relaxation:
        """Return the decay of the current during constant agonist, and the exponentials fitted from its peak.

        Args:
            agonist: concentration.
            duration: of the pulse.
            components: exponentials that are fitted, down to a plateau.
            step: between samples of the fit; by default 4000 samples.

        Raises:
            InputError: see `jump`; a concentration that opens nothing.
        """
        level, length = concentration(agonist, where="agonist"), span(duration, where="duration")
        given = stimulus([Pulse(level, 0.0, length)], 0.0, length)
        course = self._course(given)
        top, height = measures.peak(course, 0.0, length, search(given.edges, 0.0, length))
        _opening(height, "agonist")
        times = sampled(length - top, length / 4000.0 if step is None else span(step, where="step"))
        values = course(top + times)
        fit = measures.fit_exponentials(times, values, components, plateau=True)
        return self._relaxation("desensitisation", times, values, fit, level, height)

    def paired_pulses(
        self, pulse: str = "1 mmol/L for 1 ms", intervals: Sequence[str] = ("10 ms", "30 ms", "100 ms", "300 ms", "1 s")
    ) -> PairedPulses:
        """Return the second of two equal pulses against the first, at each interval between them.

        Args:
            pulse: one.
            intervals: from the end of the first to the beginning of the second.

        Raises:
            InputError: see `jump`; no interval, several pulses in one, or one that opens nothing.
        """
        return self._pairs(pulse, intervals)

    def recovery(
        self,
        conditioning: str = "1 mmol/L for 500 ms",
        intervals: Sequence[str] = ("10 ms", "30 ms", "100 ms", "300 ms", "1 s", "3 s", "10 s"),
        test: str = "1 mmol/L for 10 ms",
    ) -> PairedPulses:
        """Return how a short test pulse finds the receptors recovered from desensitisation by a long pulse."""
        return self._pairs(conditioning, intervals, test)

    def _pairs(self, pulse: str, intervals: Sequence[str], test: str | None = None) -> PairedPulses:
        if isinstance(intervals, str) or not intervals:
            raise InputError(f"{intervals!r} is not a list of intervals; give e.g. ['10 ms', '100 ms'].")
        first = one_pulse(pulse)
        second = first if test is None else one_pulse(test, where="test")
        lengths = [span(each, where="intervals", zero=True) for each in intervals]
        tail = 0.0 if test is not None else 10.0  # the current may still rise when a brief pulse ends
        conditioned = stimulus([first], 0.0, first.end + tail)
        _, height = measures.peak(
            self._course(conditioned), 0.0, first.end + tail, search(conditioned.edges, 0.0, first.end + tail)
        )
        _opening(height, "pulse")
        at_end = self.follow(stimulus([first], 0.0, first.end + 1.0), np.array([first.end]))[0]
        heights, left = [], []
        for length in lengths:
            begin = first.end + length
            length_of_test = second.end - second.start
            pair = stimulus(
                [first, Pulse(second.concentration, begin, begin + length_of_test)], 0.0, begin + length_of_test + 10.0
            )
            course = self._course(pair)
            open_before = float(course(np.array([begin]))[0])
            end = float(pair.edges[-1])
            heights.append(measures.peak(course, begin, end, search(pair.edges, begin, end))[1] - open_before)
            left.append(open_before)
        return PairedPulses(
            scheme=self.label,
            ledger=self.ledger,
            intervals=np.array(lengths),
            first=height,
            second=np.array(heights),
            left=np.array(left),
            lost=float("nan") if test is None else 1.0 - float(at_end @ self.is_open) / height,
        )

    def dose_response(self, agonist: Sequence[str] | None = None, *, duration: str = "500 ms") -> DoseResponse:
        """Return peak and steady state against concentration, half-effective concentration and Hill slope of the peak.

        Args:
            agonist: concentrations above 0; by default 25 from 0.1 umol/L to 10 mmol/L.
            duration: of each jump, long enough for the current to peak; a low concentration that has no peak within it
                counts with its steady state.

        Raises:
            InputError: a concentration that is not above 0, or none; a scheme that nothing opens.
        """
        require_names(agonist, "agonist", where="agonist")
        texts = [f"{each:.6g} umol/L" for each in np.geomspace(0.1, 1e4, 25)] if agonist is None else list(agonist)
        levels = np.array([concentration(each, where="agonist") for each in texts])
        if not len(levels) or levels.min() <= 0.0:
            raise InputError("a dose-response curve needs concentrations above 0.", where="agonist")
        length = span(duration, where="duration")
        peaks = np.array([self._peak_at(level, length) for level in levels])
        maximum = self._peak_at(SATURATING, length)
        _opening(maximum, "agonist")
        slope = measures.hill(levels, peaks)[1] if len(np.unique(levels)) > 2 and peaks.max() > 0.0 else float("nan")
        steady = np.array([float(self.settled(level) @ self.is_open) for level in levels])
        return DoseResponse(
            scheme=self.label,
            ledger=self.ledger,
            concentrations=levels,
            peaks=peaks,
            steady=steady,
            maximum=maximum,
            half_effective_concentration=self._half_effective(length, maximum),
            slope=slope,
        )

    def synaptic_pulse(
        self, peak: str = "1 mmol/L", decay: str = "0.1 ms", *, until: str = "200 ms", step: str = "0.1 ms",
        patch: Patch | None = None,
    ) -> Jump:  # fmt: skip
        """Return the answer to transmitter that jumps to a peak and falls exponentially, as in the cleft.

        Followed by Magnus' expansion over thirty time constants of the fall, and exactly, without agonist, after them.

        Args:
            peak: concentration at 0 ms.
            decay: time constant of its fall.
            until: end of the run.
            step: between samples.
            patch: see `jump`.

        Raises:
            InputError: a negative concentration, or a run that ends before the transmitter is gone.
        """
        high, tau = concentration(peak, where="peak"), span(decay, where="decay")
        end = span(until, where="until")
        gone = 30.0 * tau  # e^-30 is below rounding
        if gone >= end:
            raise InputError(
                f"the run ends at {end:g} ms, before transmitter with a time constant of {tau:g} ms is gone"
                f" ({gone:g} ms). Let it end later.",
                where="until",
            )

        def level(times: Array) -> Array:
            return np.asarray(high * np.exp(-times / tau), dtype=np.float64)

        fine = np.linspace(0.0, gone, _TIGHT + 1)
        early = propagate_along(self.matrices, level, self.settled(0.0), fine)
        empty = self.matrices(np.zeros(1))[None]

        def occupancies(times: Array) -> Array:
            found = np.empty((len(times), len(self.states)))
            late = times >= gone
            found[late] = propagate(empty, early[-1:], np.array([gone, end]), times[late])[0]
            for place in np.flatnonzero(~late):
                before = min(int(times[place] / gone * _TIGHT), _TIGHT - 1)
                ends = np.array([fine[before], times[place]])
                found[place] = propagate_along(self.matrices, level, early[before], ends)[-1]
            return found

        command = np.append(fine, end), np.append(level(fine), 0.0)
        followed = Followed(occupancies, level, np.array([0.0, gone, end]), command)
        return self._answer(followed, np.zeros(1), span(step, where="step"), patch or read_patch(), whole=True)

    def _course(self, given: Stimulus) -> measures.Course:
        def course(times: Array) -> Array:
            return np.asarray(self.follow(given, times) @ self.is_open, dtype=np.float64)

        return course

    def _peak_at(self, level: float, length: float) -> float:
        given = stimulus([Pulse(level, 0.0, length)], 0.0, length)
        top = measures.peak(self._course(given), 0.0, length, search(given.edges, 0.0, length))[1]
        return max(top, float(self.settled(level) @ self.is_open))

    def _half_effective(self, length: float, maximum: float) -> float:
        from scipy.optimize import brentq

        def above_half(decade: float) -> float:
            return self._peak_at(10.0**decade, length) - 0.5 * maximum

        if above_half(_DECADES[0]) > 0.0 or above_half(_DECADES[1]) < 0.0:
            return float("nan")
        return float(10.0 ** brentq(above_half, *_DECADES, xtol=1e-10))

    def _relaxation(
        self, kind: str, times: Array, values: Array, fit: measures.ExponentialFit, level: float, height: float
    ) -> Relaxation:
        values_of = np.linalg.eigvals(self.matrices(np.array([level]))[0])
        falling = np.sort(-values_of.real)[1:]
        return Relaxation(
            scheme=self.label,
            ledger=self.ledger,
            kind=kind,
            times=times,
            open_probability=values,
            fit=fit,
            spectrum=np.divide(1.0, falling, out=np.full(len(falling), np.inf), where=falling > _UNMOVED * falling[-1]),
            peak=height,
            extent=1.0 - float(values[-1]) / height,
        )


def _opening(height: float, where: str) -> None:
    if not height > 0.0:
        raise InputError("no channel opens, so there is no peak to compare with. Apply more agonist.", where=where)
