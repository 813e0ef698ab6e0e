"""Concentration-time profiles made ready for noncompartmental analysis: checked once, packed side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosteroid.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Profiles:
    """Profiles of P people, each with her usable points first and her last point repeated to fill the row.

    A repeated point has no width, so it adds nothing to an area.

    Attributes:
        time: h, shape (P, K), never falling along a row.
        concentration: any one concentration unit, shape (P, K), never negative.
        count: usable points of each person, shape (P,); 0 leaves her row NaN.
        shape: the shape of results, that of the concentrations without their last axis.
    """

    time: Array
    concentration: Array
    count: NDArray[np.int64]
    shape: tuple[int, ...]

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Which points are real and not repeated, shape (P, K)."""
        positions: NDArray[np.bool_] = np.arange(self.time.shape[1]) < self.count[:, None]
        return positions

    @property
    def last_positive(self) -> NDArray[np.int64]:
        """Position of the last positive point of each person, shape (P,); -1 where there is none."""
        positive = self.usable & (self.concentration > 0)
        last = self.time.shape[1] - 1 - np.argmax(positive[:, ::-1], axis=1)
        return np.where(positive.any(axis=1), last, -1)

    def restored(self, values: Any) -> NDArray[Any]:
        """Return per-person values in the shape the concentrations came in."""
        return np.asarray(values).reshape(self.shape)


def read_profiles(time: ArrayLike, concentration: ArrayLike, *, lower_limit: float | None = None) -> Profiles:
    """Check and pack profiles.

    NaN is a missing sample and is left out. A value below `lower_limit` (below quantification) counts as 0 before
    the person's first quantifiable value and is left out after it, the usual convention for single courses.

    Args:
        time: h, shape (K,) for everybody or (..., K).
        concentration: shape (..., K); any one concentration unit.
        lower_limit: lower limit of quantification in the same unit.

    Raises:
        InputError: shapes that do not fit, missing, infinite or unsorted times, a negative or infinite concentration.
    """
    values = np.asarray(concentration, dtype=float)
    if values.ndim == 0 or values.shape[-1] == 0:
        raise InputError("a profile needs at least one sample along its last axis.", where="concentration")
    try:
        times = np.broadcast_to(np.asarray(time, dtype=float), values.shape)
    except ValueError as error:
        raise InputError(
            f"times of shape {np.shape(time)} do not fit concentrations of shape {values.shape}; "
            "give one time for each sample, shared by all people or person by person.",
            where="time",
        ) from error
    rows, clock = values.reshape(-1, values.shape[-1]), times.reshape(-1, values.shape[-1])
    _check(clock, rows)
    if lower_limit is not None:
        rows = _without_unquantified(rows, lower_limit)
    missing = np.isnan(rows)
    if not missing.any():
        everything = np.full(len(rows), rows.shape[1], dtype=np.int64)
        return Profiles(np.array(clock), np.array(rows), everything, values.shape[:-1])
    order = np.argsort(missing, axis=1, kind="stable")
    count = (~missing).sum(axis=1)
    source = np.minimum(np.arange(rows.shape[1]), np.maximum(count - 1, 0)[:, None])
    order = np.take_along_axis(order, source, axis=1)
    return Profiles(
        np.take_along_axis(clock, order, axis=1), np.take_along_axis(rows, order, axis=1), count, values.shape[:-1]
    )


def _check(time: Array, concentration: Array) -> None:
    _refuse(~np.isfinite(time), time, "time", "times are finite numbers in h; leave a missing sample out as NaN")
    falling = np.zeros(time.shape, dtype=bool)
    falling[:, 1:] = np.diff(time, axis=1) <= 0
    _refuse(falling, time, "time", "times rise from sample to sample; sort them, and average duplicates")
    _refuse(concentration < 0, concentration, "concentration", "a concentration is 0 or more; use lower_limit for BLQ")
    _refuse(np.isinf(concentration), concentration, "concentration", "a concentration is finite, or NaN when missing")


def _refuse(wrong: NDArray[np.bool_], values: Array, what: str, rule: str) -> None:
    if wrong.any():
        person, sample = (int(index) for index in np.argwhere(wrong)[0])
        place = f"{what}[person {person}, sample {sample}]"
        raise InputError(f"found {values[person, sample]:g}; {rule}.", where=place)


def _without_unquantified(concentration: Array, lower_limit: float) -> Array:
    if not (np.isfinite(lower_limit) and lower_limit >= 0):
        raise InputError(f"found {lower_limit!r}; the limit of quantification is 0 or more.", where="lower_limit")
    quantified = concentration >= lower_limit
    seen = np.maximum.accumulate(quantified, axis=1)
    below = concentration < lower_limit
    return np.where(below, np.where(seen, np.nan, 0.0), concentration)
