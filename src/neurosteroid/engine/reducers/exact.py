"""Quantiles of few people: every value is kept, nothing is approximated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@final
@dataclass(eq=False)
class ExactQuantiles:
    """Quantiles of S series over people, from all their values; memory grows with the number of people.

    Attributes:
        series: S.
        error: the largest relative error of a quantile: 0.
    """

    series: int
    error: float = 0.0
    _kept: list[Array] = field(default_factory=list)

    def add(self, values: Array) -> None:
        """Add people: values (P, S); NaN is left out, and so is what is infinite."""
        self._kept.append(np.where(np.isfinite(values), values, np.nan).astype(np.float64))

    def merge(self, other: ExactQuantiles) -> None:
        """Add everybody whom another reducer holds."""
        self._kept += other._kept

    def quantiles(self, probabilities: Sequence[float]) -> Array:
        """Return quantiles (Q, S), straight between order statistics (type 7 of Hyndman and Fan); NaN of nobody."""
        columns = np.ascontiguousarray(np.concatenate([np.empty((0, self.series)), *self._kept]).T)
        columns.sort(axis=1)
        count = np.isfinite(columns).sum(axis=1)
        found = np.full((len(probabilities), self.series), np.nan)
        some = np.flatnonzero(count)
        for row, probability in enumerate(probabilities):
            place = probability * (count[some] - 1)
            below = np.floor(place).astype(np.intp)
            low, high = columns[some, below], columns[some, np.minimum(below + 1, count[some] - 1)]
            found[row, some] = low + (high - low) * (place - below)
        return found

    def packed(self) -> dict[str, NDArray[np.generic]]:
        """Return the reducer as plain arrays."""
        return {"values": np.concatenate([np.empty((0, self.series)), *self._kept])}

    @staticmethod
    def unpacked(series: int, arrays: Mapping[str, NDArray[np.generic]]) -> ExactQuantiles:
        """Return a reducer from what `packed` gave."""
        return ExactQuantiles(series, _kept=[np.asarray(arrays["values"], dtype=np.float64)])
