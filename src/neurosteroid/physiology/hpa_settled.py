"""Where the stress axis settles: gland masses at which every day is like the one before.

Gland masses move over weeks, hormones within hours. So a day is followed with the masses held, and the masses are moved
by Newton's method in their logarithms until both stimuli are 1 in the daily mean:

    mean(CRH at the pituitary) = 1,    mean(corticotropin at the adrenal) = 1

Without lasting stress the adrenal mass is 1 by definition and the level of the rhythm takes its place as unknown; then
the daily mean of cortisol is its baseline.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine import AbstractPart, Covariate, System, solve, wire
from neurosteroid.errors import SolverError
from neurosteroid.physiology.hpa_axis import (
    Corticotropin,
    Cortisol,
    GlandMass,
    GlucocorticoidFeedback,
    ReleasingHormone,
)
from neurosteroid.physiology.hpa_drive import AllopregnanoloneBrake, CircadianDrive, StressDrive
from neurosteroid.physiology.hpa_given import GivenReleasingHormone

Array = NDArray[np.float64]
Numbers = tuple[tuple[str, float], ...]

INPUTS: Final[Mapping[str, float]] = {
    "stress.chronic": 1.0,
    "stress.hypothalamus": 0.0,
    "stress.corticorelin": 0.0,
    "stress.adrenal": 0.0,
    "stress.glucocorticoid": 0.0,
    "activity.steroidogenesis": 1.0,
}
"""Covariates by which stress, tests and blocks of the adrenal's enzyme enter, with their values at rest."""

INPUT_UNITS: Final[Mapping[str, str]] = {**dict.fromkeys(INPUTS, "1"), "stress.corticorelin": "ug/kg/h"}
"""The units of those: multiples of what is there at rest, but for a hormone that is given as a dose."""

UNITS: Final[Mapping[str, str]] = {
    "crh_half_life": "h",
    "acth_half_life": "h",
    "cortisol_half_life": "h",
    "pituitary_half_life": "h",
    "adrenal_half_life": "h",
    "corticorelin_clearance": "L/h/kg",
    "corticorelin_volume": "L/kg",
    "corticorelin_fast_half_life": "h",
    "corticorelin_slow_half_life": "h",
    "corticorelin_largest": "1",
    "corticorelin_half_effect": "ug/L",
    "half_effect": "1",
    "steepness": "1",
    "first_amplitude": "1",
    "first_peak": "h",
    "second_amplitude": "1",
    "second_peak": "h",
    "largest_brake": "1",
    "half_brake": "nmol/L",
    "allopregnanolone_at_rest": "nmol/L",
    "acth_baseline": "pmol/L",
    "cortisol_baseline": "nmol/L",
}
"""Numbers of the card in the units of the parts."""

ALLO: Final = "plasma.allopregnanolone"
_STATES: Final = {
    "hpa_crh": "hpa.crh",
    "hpa_acth": "hpa.acth",
    "hpa_cortisol": "hpa.cortisol",
    "hpa_pituitary": "hpa.pituitary",
    "hpa_adrenal": "hpa.adrenal",
}
_GIVEN: Final = ("clearance", "volume", "fast_half_life", "slow_half_life", "largest", "half_effect")
_HELD: Final = 1e12  # h; with this half-life no mass moves within days
_SPIN: Final = 72.0  # h until a day repeats itself: fifty half-lives of cortisol
_SAMPLES: Final = 289  # of the day after, every 5 min
_STEP: Final = 1e-3  # of ln, for differences; the second-order error only slows Newton down
_CLOSE: Final = 1e-6  # of a daily mean; the solver's own error is of this size
_MOST_STEPS: Final = 20


@final
@dataclass(frozen=True)
class Settled:
    """The axis after months of the same days.

    Attributes:
        level: of the rhythm, such that the daily mean of cortisol without lasting stress is its baseline.
        start: part to its value at the time of day asked for.
    """

    level: float
    start: Mapping[str, float]


def axis(numbers: Mapping[str, float]) -> dict[str, AbstractPart]:
    """Return every part of the axis, at rest and at midnight; numbers as in `UNITS`."""
    n = numbers
    return {
        "hpa_rhythm": CircadianDrive(
            first_amplitude=n["first_amplitude"],
            first_peak=n["first_peak"],
            second_amplitude=n["second_amplitude"],
            second_peak=n["second_peak"],
        ),
        "hpa_brake": AllopregnanoloneBrake(
            largest_brake=n["largest_brake"],
            half_brake=n["half_brake"],
            allopregnanolone_at_rest=n["allopregnanolone_at_rest"],
        ),
        "hpa_drive": StressDrive(),
        "hpa_feedback": GlucocorticoidFeedback(half_effect=n["half_effect"], steepness=n["steepness"]),
        "hpa_given": GivenReleasingHormone(**{key: n[f"corticorelin_{key}"] for key in _GIVEN}),
        "hpa_crh": ReleasingHormone(half_life=n["crh_half_life"]),
        "hpa_acth": Corticotropin(half_life=n["acth_half_life"], baseline=n["acth_baseline"]),
        "hpa_cortisol": Cortisol(half_life=n["cortisol_half_life"], baseline=n["cortisol_baseline"]),
        "hpa_pituitary": GlandMass(half_life=n["pituitary_half_life"]),
        "hpa_adrenal": GlandMass(half_life=n["adrenal_half_life"], gland="adrenal", stimulus="hpa.acth_at_adrenal"),
    }


@functools.lru_cache(maxsize=64)
def settle(numbers: Numbers, chronic: float, clock: float) -> Settled:
    """Return where the axis is at a time of day, h, after months of a lasting drive and allopregnanolone at rest.

    Raises:
        SolverError: no balance was found.
    """
    if chronic <= 0:
        raise SolverError("without any drive the glands of the stress axis vanish and find no balance; give above 0.")
    day = _Day(dict(numbers), clock)
    swings = any(dict(numbers)[name] != 0 for name in ("first_amplitude", "second_amplitude"))
    level = _newton(day, np.zeros(2), 1.0, free=("level", "pituitary"))[0] if swings else 0.0
    guess = day.without_rhythm(chronic)
    pituitary, adrenal = _newton(day, guess, chronic, free=("pituitary", "adrenal"), level=level) if swings else guess
    end = day.follow(np.array([[level, pituitary, adrenal]]), chronic, end=True)
    return Settled(float(np.exp(level)), {name: float(end[state][0]) for name, state in _STATES.items()})


def _newton(day: _Day, guess: Array, chronic: float, *, free: tuple[str, str], level: float = 0.0) -> Array:
    """Return the two logarithms that bring both daily means to 1."""
    columns = [("level", "pituitary", "adrenal").index(name) for name in free]
    point = np.array(guess, dtype=np.float64)
    for _ in range(_MOST_STEPS):
        lanes = np.zeros((3, 3))
        lanes[:, 0] = level
        lanes[:, columns] = point + np.vstack([np.zeros(2), _STEP * np.eye(2)])
        means = day.stimuli(lanes, chronic)
        if np.abs(means[0] - 1).max() < _CLOSE:
            return point
        slopes = (means[1:] - means[0]).T / _STEP
        # at most a factor of e in one step, so that a far guess does not throw it out
        point = point - np.clip(np.linalg.solve(slopes, means[0] - 1), -1.0, 1.0)
    raise SolverError(f"the stress axis found no balance under a lasting drive of {chronic:g}; give one nearer to 1.")


@final
class _Day:
    """Days of the axis with its masses held."""

    def __init__(self, numbers: Mapping[str, float], clock: float) -> None:
        self._numbers, self._clock = numbers, clock
        self._system = _system()

    def _parameters(self, lanes: Array) -> Array:
        parts = axis(self._numbers)
        fields = {
            f"{name}.{field}": float(value)
            for name, part in parts.items()
            for field, value in vars(part).items()
            if isinstance(value, float | int)
        }
        return self._system.parameters(
            len(lanes),
            fields
            | {
                "hpa_rhythm.level": np.exp(lanes[:, 0]),
                "hpa_rhythm.clock_at_start": self._clock,
                "hpa_pituitary.at_start": np.exp(lanes[:, 1]),
                "hpa_adrenal.at_start": np.exp(lanes[:, 2]),
                "hpa_pituitary.half_life": _HELD,
                "hpa_adrenal.half_life": _HELD,
            },
        )

    def follow(self, lanes: Array, chronic: float, *, end: bool) -> dict[str, Array]:
        """Follow days from logarithms (P, 3) of level and masses; values (P, T) of the last day, or (P,) at its end."""
        times = np.array([_SPIN + 24.0]) if end else np.linspace(_SPIN, _SPIN + 24.0, _SAMPLES)
        covariates = {**INPUTS, "stress.chronic": chronic, ALLO: self._numbers["allopregnanolone_at_rest"]}
        row = np.array([[covariates[name] for name in self._system.covariate_names]])
        found = solve(
            self._system,
            parameters=self._parameters(lanes),
            covariates=np.repeat(row, len(lanes), axis=0),
            output_times=times,
            start=0.0,
        )
        if found.failures:
            raise SolverError(f"a day of the stress axis did not finish: {found.failures[0].reason}")
        names = (*_STATES.values(), "hpa.crh_at_pituitary", "hpa.acth_at_adrenal")
        return {name: values[:, 0] if end else values for name, values in found.outputs(names).items()}

    def stimuli(self, lanes: Array, chronic: float) -> Array:
        """Return the daily means (P, 2) of what stimulates pituitary and adrenal."""
        day = self.follow(lanes, chronic, end=False)
        # the day repeats itself, so the mean of even samples, its end left out, converges faster than any power
        return np.stack([day[name][:, :-1].mean(axis=1) for name in ("hpa.crh_at_pituitary", "hpa.acth_at_adrenal")], 1)

    def without_rhythm(self, chronic: float) -> Array:
        """Return the logarithms of both masses without a rhythm, exactly: CRH and corticotropin are 1 there.

        Then drive MR GR = 1 gives cortisol F, which is the adrenal mass, and pituitary = 1 / GR.
        """
        low, high = 0.0, max(chronic, 1.0)  # MR = 1 / F and GR falls with F, so F lies between 0 and the drive
        feedback = axis(self._numbers)["hpa_feedback"]
        for _ in range(200):  # bisection to the last bit
            middle = (low + high) / 2
            given = feedback.values(0.0, {}, {"cortisol": middle or 1e-300, "synthetic": 0.0})
            if chronic * given["mineralocorticoid"] * given["glucocorticoid"] > 1:
                low = middle
            else:
                high = middle
        given = feedback.values(0.0, {}, {"cortisol": high, "synthetic": 0.0})
        return np.log([1 / given["glucocorticoid"], high])


@functools.cache
def _system() -> System:
    """Wire the axis once; numbers come as parameters."""
    anything = dict.fromkeys(UNITS, 1.0)
    return wire(
        axis(anything), [*(Covariate(name, unit) for name, unit in INPUT_UNITS.items()), Covariate(ALLO, "nmol/L")]
    )
