"""The terminal phase of a concentration-time curve: which samples belong to it, and how fast it falls."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neurosteroid.pharmacokinetics.profiles import Array, Profiles

SMALLEST_WINDOW = 3
"""Points a regression needs before its adjusted R2 means anything."""

TIE = 1e-4
"""Adjusted R2 this close to the best is a tie, and ties go to more points (the convention of Phoenix and PKNCA)."""


class TerminalVerdict(enum.Enum):
    """What became of the search for a terminal phase; the value is the sentence a user reads."""

    FOUND = "terminal slope found"
    NO_DATA = "no sample above the limit of quantification; nothing to analyse"
    TOO_FEW_POINTS = "fewer than 3 positive samples after both tmax and the end of the infusion; sample for longer"
    NOT_FALLING = "concentrations do not fall after tmax and the end of the infusion; sample for longer"


@dataclass(frozen=True)
class TerminalPhase:
    """The log-linear end of each profile.

    Attributes:
        rate: terminal rate constant lambda-z, 1/h, shape (P,); NaN where there is none.
        adjusted_r_squared: of the regression, shape (P,).
        points: samples in the regression, shape (P,); 0 where there is none.
        first_time: time of the earliest of them, h, shape (P,).
        verdict: one `TerminalVerdict` a person.
    """

    rate: Array
    adjusted_r_squared: Array
    points: NDArray[np.int64]
    first_time: Array
    verdict: tuple[TerminalVerdict, ...]


def terminal_phase(profiles: Profiles, tmax: Array, infusion_end: Array) -> TerminalPhase:
    """Find the terminal slope of each profile by a written rule.

    Candidates are the positive samples strictly after both tmax and the end of the infusion: a sample drawn at the
    end of the infusion belongs to the input, not to the fall. Of all windows of the last 3 or more candidates the
    one with the best adjusted R2 of ln(concentration) on time is taken,

        adjusted R2 = 1 - (1 - R2) (n - 1) / (n - 2),

    windows within 1e-4 of the best are ties, and ties go to the window with most samples. The slope must be negative.

    Args:
        profiles: of P people.
        tmax: time of the highest sample, h, shape (P,).
        infusion_end: end of the last input, h, shape (P,).

    Source:
        Gabrielsson and Weiner, Pharmacokinetic and Pharmacodynamic Data Analysis, 5th ed. (2016); the tie rule is that
        of PKNCA (adj.r.squared.factor).
    """
    after = np.maximum(tmax, infusion_end)[:, None]
    candidate = profiles.usable & (profiles.concentration > 0) & (profiles.time > after)
    order = np.argsort(candidate, axis=1, kind="stable")
    time = np.take_along_axis(profiles.time, order, axis=1)
    level = np.log(np.take_along_axis(np.where(candidate, profiles.concentration, 1.0), order, axis=1))
    available = candidate.sum(axis=1)
    people, width = time.shape
    # samples of one person stand at the end of her row; nobody has a window longer than the most samples anyone has
    fits = max(int(available.max(initial=0)) - SMALLEST_WINDOW + 1, 0)
    slope, r_squared = _regressions(time, level, fits)
    points = np.arange(fits) + SMALLEST_WINDOW
    quality = np.where(available[:, None] >= points, 1 - (1 - r_squared) * (points - 1) / (points - 2), -np.inf)
    # Only windows that fall compete: a rising pair of samples at the end must not win by a good fit.
    quality = np.where(slope < 0, quality, -np.inf)
    best = quality.max(axis=1, initial=-np.inf)
    found = np.isfinite(best)
    tied = quality >= np.where(found, best, np.inf)[:, None] - TIE
    chosen = np.where(found, fits - 1 - np.argmax(tied[:, ::-1], axis=1), 0) if fits else np.zeros(people, dtype=int)
    rows, taken = np.arange(people), np.where(found, chosen + SMALLEST_WINDOW, 0)
    if not fits:
        slope, quality = np.full((people, 1), np.nan), np.full((people, 1), np.nan)
    return TerminalPhase(
        rate=np.where(found, -slope[rows, chosen], np.nan),
        adjusted_r_squared=np.where(found, quality[rows, chosen], np.nan),
        points=taken,
        first_time=np.where(found, time[rows, np.minimum(width - taken, width - 1)], np.nan),
        verdict=tuple(
            _verdict(bool(has), int(number), bool(falls))
            for has, number, falls in zip(profiles.last_positive >= 0, available, found, strict=True)
        ),
    )


def _regressions(time: Array, level: Array, fits: int) -> tuple[Array, Array]:
    """Return slope and R2 (P, F) of least squares through the last 3, 4, ... samples of each row.

    Running sums from the last sample backwards give every window in one pass. Both axes are counted from the last
    sample, which keeps the sums as small as the window itself and loses no digits to the height of the curve.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        x, y = ((column[:, ::-1] - column[:, -1:])[:, : fits + SMALLEST_WINDOW - 1] for column in (time, level))
        count = np.arange(1, x.shape[1] + 1)
        sum_x, sum_y = np.cumsum(x, axis=1), np.cumsum(y, axis=1)
        xx = np.cumsum(x * x, axis=1) - sum_x * sum_x / count
        xy = np.cumsum(x * y, axis=1) - sum_x * sum_y / count
        yy = np.cumsum(y * y, axis=1) - sum_y * sum_y / count
        first = SMALLEST_WINDOW - 1
        xx, xy, yy = xx[:, first:], xy[:, first:], yy[:, first:]
        slope = xy / np.where(xx > 0, xx, np.nan)
        return slope, np.minimum(xy * slope / np.where(yy > 0, yy, np.nan), 1.0)


def _verdict(has_data: bool, points: int, falls: bool) -> TerminalVerdict:
    if falls:
        return TerminalVerdict.FOUND
    if not has_data:
        return TerminalVerdict.NO_DATA
    return TerminalVerdict.TOO_FEW_POINTS if points < SMALLEST_WINDOW else TerminalVerdict.NOT_FALLING
