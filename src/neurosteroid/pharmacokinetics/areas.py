"""Areas under concentration-time curves by the linear-up log-down rule."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosteroid.errors import InputError
from neurosteroid.pharmacokinetics.profiles import Array, Profiles, read_profiles


def area(
    time: ArrayLike,
    concentration: ArrayLike,
    start: ArrayLike | None = None,
    stop: ArrayLike | None = None,
    *,
    lower_limit: float | None = None,
) -> NDArray[np.float64]:
    """Return the area under each curve between two times, by linear-up log-down.

    Between samples the curve is a straight line where it rises or meets 0, and an exponential where it falls, and
    the ends of the interval are interpolated by the same rule; so areas of adjoining intervals add up exactly.

        rising:   (c0 + c1) / 2 * (t1 - t0)
        falling:  (c0 - c1) / ln(c0 / c1) * (t1 - t0)

    Args:
        time: h, shape (K,) or (..., K).
        concentration: shape (..., K), any one unit.
        start: h, one or per person; the first usable sample by default.
        stop: h, one or per person; the last positive sample by default.
        lower_limit: lower limit of quantification; see `read_profiles`.

    Returns:
        Concentration unit times h, shape (...). NaN where the samples of a person do not span the interval.

    Raises:
        InputError: see `read_profiles`; or an interval that ends before it starts.

    Source:
        Gabrielsson and Weiner, Pharmacokinetic and Pharmacodynamic Data Analysis, 5th ed. (2016).
    """
    profiles = read_profiles(time, concentration, lower_limit=lower_limit)
    first = profiles.time[:, 0]
    begin = first if start is None else _each(start, profiles)
    end = last_positive_time(profiles) if stop is None else _each(stop, profiles)
    return profiles.restored(area_between(profiles, begin, end))


def average(
    time: ArrayLike, concentration: ArrayLike, start: ArrayLike, stop: ArrayLike, *, lower_limit: float | None = None
) -> NDArray[np.float64]:
    """Return the time-averaged concentration between two times: the `area` over the length of the interval.

    Raises:
        InputError: see `area`; or an interval of no length.
    """
    length = np.asarray(stop, dtype=float) - np.asarray(start, dtype=float)
    if np.any(length == 0):
        raise InputError("the interval has no length, so it has no average.", where="start, stop")
    return area(time, concentration, start, stop, lower_limit=lower_limit) / length


def last_positive_time(profiles: Profiles) -> Array:
    """Return the time of the last positive sample in h, shape (P,); the first sample where none is positive."""
    last = np.maximum(profiles.last_positive, 0)[:, None]
    found: Array = np.take_along_axis(profiles.time, last, axis=1)[:, 0]
    return found


def area_between(profiles: Profiles, start: Array, stop: Array) -> Array:
    """Return the area of each profile between two times, each of shape (P,).

    Raises:
        InputError: an interval that ends before it starts.
    """
    if np.any(stop < start):
        person = int(np.argmax(stop < start))
        raise InputError(
            f"the interval of person {person} ends at {stop[person]:g} h, before its start at {start[person]:g} h.",
            where="start, stop",
        )
    time, concentration = profiles.time, profiles.concentration
    t0, t1, c0, c1 = time[:, :-1], time[:, 1:], concentration[:, :-1], concentration[:, 1:]
    begin, end = np.clip(start[:, None], t0, t1), np.clip(stop[:, None], t0, t1)
    lasts = t1 > t0
    width = np.where(lasts, t1 - t0, 1.0)
    length = end - begin
    areas = (c1 - c0) / width
    areas *= ((begin - t0) + (end - t0)) / 2
    areas += c0
    areas *= length
    # only pieces that fall and take part need the exponential
    falling = (c1 < c0) & (c1 > 0) & lasts & (length > 0)
    if falling.any():
        high, low, piece = c0[falling], c1[falling], length[falling]
        # log1p and expm1 keep a fall of one part in 1e12 (a plateau) as exact as a steep one
        rate = np.log1p((high - low) / low) / width[falling]
        level = high * np.exp(-rate * (begin - t0)[falling])
        areas[falling] = level * -np.expm1(-rate * piece) / rate
    total: Array = areas.sum(axis=1)
    spanned = (profiles.count > 0) & (start >= time[:, 0]) & (stop <= time[:, -1])
    return np.where(spanned, total, np.nan)


def _each(moment: ArrayLike, profiles: Profiles) -> Array:
    values = np.asarray(moment, dtype=float)
    if not np.isfinite(values).all():
        raise InputError("the ends of an interval are finite times in h.", where="start, stop")
    if values.ndim:
        values = np.broadcast_to(values, profiles.shape).reshape(-1)
    return np.array(np.broadcast_to(values, profiles.count.shape))
