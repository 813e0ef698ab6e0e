"""Quantiles of any number of people from counts in bins: bounded memory, a stated error, merged by adding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Keys = NDArray[np.int64]

SMALLEST_EXPONENT: Final = -20
"""Values nearer to 0 than 2 to this power share one bin."""

Counts: TypeAlias = NDArray[np.unsignedinteger[Any]]
_Block: TypeAlias = tuple[slice, int, int]

_AT_ONCE: Final = 2**18  # bins that are searched together: they and their sums fit a cache
_FRACTION: Final = 52  # bits of the fraction of a double
_BIAS: Final = 1023
_NARROW: Final = 2**16 - 1
_WITHOUT_SIGN: Final = np.int64(0x7FFF_FFFF_FFFF_FFFF)


@final
@dataclass(eq=False)
class QuantileSketch:
    """Counts of S series of numbers in bins whose width is a fixed share of the number.

    A bin is named by the sign, the exponent and the first `bits` bits of the fraction of a double, so that finding it
    takes a shift and no logarithm. An order statistic is placed inside its bin by rank. It therefore lies within one
    bin width of the true one:

        |estimate - true| <= 2^-bits |true|,   or 2^-19 where |true| < 2^-20

    A quantile that lies between two of them inherits their errors, each by its share. Where they have one sign, as
    concentrations have, that is the same bound; where one is below zero and the other above, `true` is the larger one.

    The smallest and greatest values are kept as they are, so that a series in which all are equal is exact. Adding and
    merging are sums of whole numbers: their order cannot change the result.

    Attributes:
        series: S.
        bits: of the fraction that are kept.
    """

    series: int
    bits: int
    _first: Keys = field(init=False)
    _counts: Counts = field(init=False)
    _people: int = field(init=False)  # at least as many as any bin holds
    _lowest: Array = field(init=False)
    _highest: Array = field(init=False)

    def __post_init__(self) -> None:
        self._people = 0
        self._first = np.zeros(self.series, dtype=np.int64)
        self._counts = np.zeros((self.series, 0), dtype=np.uint16)
        self._lowest = np.full(self.series, np.inf)
        self._highest = np.full(self.series, -np.inf)

    @property
    def error(self) -> float:
        """Largest relative error of a quantile."""
        return float(2.0**-self.bits)

    def add(self, values: Array) -> None:
        """Add people: finite values (P, S); NaN is left out."""
        values = np.ascontiguousarray(values, dtype=np.float64)
        if not len(values):
            return
        low, high = values.min(axis=0), values.max(axis=0)
        known: NDArray[np.bool_] | None = None
        if not (np.isfinite(low) & np.isfinite(high)).all():
            known = np.isfinite(values)
            low = np.where(known, values, np.inf).min(axis=0)
            high = np.where(known, values, -np.inf).max(axis=0)
        seen = low <= high
        if not seen.any():
            return
        self._reach(low, high, seen)
        self._room_for(len(values))
        rows = np.arange(self.series) * self._counts.shape[1] - self._first
        flat = self._counts.reshape(-1)
        if known is None and (low == high).all():
            flat[self._keys(low) + rows] += flat.dtype.type(len(values))
            return
        places = self._keys(values, float(low[seen].min()))
        places += rows
        np.add.at(flat, places.reshape(-1) if known is None else places[known], flat.dtype.type(1))

    def merge(self, other: QuantileSketch, *, spent: bool = False) -> None:
        """Add everybody whom another sketch of the same series and bits has counted.

        Args:
            other: whose counts are added.
            spent: nobody needs the other one any more. Its table is taken where that saves a copy, and it is left
                empty.
        """
        if spent:
            # fewer counts are added to more of them, and the larger table stays where it is
            if other._people > self._people:
                self.__dict__, other.__dict__ = other.__dict__, self.__dict__
            self.merge(other)
            other.__post_init__()
            return
        seen = other._lowest <= other._highest
        if not seen.any():
            return
        if not (self._lowest <= self._highest).any():
            self._first, self._counts, self._people = other._first.copy(), other._counts.copy(), other._people
            self._lowest, self._highest = other._lowest.copy(), other._highest.copy()
            return
        self._reach(other._lowest, other._highest, seen)
        self._room_for(other._people)
        _add_rows(self._counts, other._counts, other._first - self._first, other._used())

    def quantiles(self, probabilities: Sequence[float]) -> Array:
        """Return estimates (Q, S) of the quantiles between order statistics (type 7); NaN of nobody."""
        wanted = np.asarray(probabilities, dtype=np.float64)
        found = np.full((len(wanted), self.series), np.nan)
        for rows, first, width in self._blocks():
            flat = self._counts[rows, first : first + width].reshape(-1)
            # the counts of all series in a row, so that one search finds the ranks of all of them; most bins are empty
            filled = np.flatnonzero(flat != 0)
            counts = flat[filled]
            reached = np.zeros(len(filled) + 1, dtype=np.int64)
            np.cumsum(counts, out=reached[1:])
            edges = reached[np.searchsorted(filled, np.arange(0, len(flat) + 1, width)), None]
            starts, ends = edges[:-1], edges[1:]
            some = np.flatnonzero(ends > starts)
            starts, people = starts[some], (ends - starts)[some]
            place = wanted * (people - 1)
            below = np.floor(place).astype(np.int64)
            ranks = np.concatenate([below, np.minimum(below + 1, people - 1)], axis=1)
            found_at = np.searchsorted(reached, ranks + starts, side="right") - 1
            before, inside, bins = reached[found_at] - starts, counts[found_at], filled[found_at]
            low, high = self._edges(self._first[rows][some, None] + first + bins - some[:, None] * width)
            ranked = low + (high - low) * ((ranks - before + 0.5) / inside)
            one, other = ranked[:, : len(wanted)], ranked[:, len(wanted) :]
            found[:, rows.start + some] = (one + (other - one) * (place - below)).T
        return np.clip(found, self._lowest, self._highest)

    def packed(self) -> dict[str, NDArray[np.generic]]:
        """Return the sketch as plain arrays, the empty bins left out."""
        places = np.concatenate([np.zeros(0, dtype=np.intp), *map(self._places, self._blocks())])
        return {
            "width": np.array(self._counts.shape[1]),
            "first": self._first,
            "lowest": self._lowest,
            "highest": self._highest,
            "places": places.astype(np.uint32),
            "counts": self._counts.reshape(-1)[places].astype(np.uint32),
        }

    @staticmethod
    def unpacked(series: int, bits: int, arrays: Mapping[str, NDArray[np.generic]]) -> QuantileSketch:
        """Return a sketch from what `packed` gave."""
        sketch = QuantileSketch(series, bits)
        width, found = int(arrays["width"]), np.asarray(arrays["counts"])
        places = np.asarray(arrays["places"], dtype=np.intp)
        if width and len(places):
            sketch._people = int(np.bincount(places // width, weights=found).max())
        counts = np.zeros(series * width, dtype=_dtype(sketch._people))
        counts[places] = found
        sketch._counts = counts.reshape(series, width)
        sketch._first = np.array(arrays["first"], dtype=np.int64)
        sketch._lowest = np.array(arrays["lowest"], dtype=np.float64)
        sketch._highest = np.array(arrays["highest"], dtype=np.float64)
        return sketch

    def __getstate__(self) -> dict[str, object]:
        """Return what is sent to another process: the bins that are not empty."""
        return {"series": self.series, "bits": self.bits, "arrays": self.packed()}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(QuantileSketch.unpacked(state["series"], state["bits"], state["arrays"]).__dict__)

    def _keys(self, values: Array, low: float = -np.inf) -> Keys:
        """Return the numbers of bins: 0 about zero, rising with the value; `low` is a lower limit of the values."""
        shift, base = np.int64(_FRACTION - self.bits), np.int64(((_BIAS + SMALLEST_EXPONENT) << self.bits) - 1)
        raw = values.view(np.int64)
        smallest = 2.0**SMALLEST_EXPONENT
        if low >= smallest:
            keys = raw >> shift
            keys -= base
            return keys
        keys = (raw & _WITHOUT_SIGN) >> shift
        keys -= base
        np.maximum(keys, 0, out=keys)
        if low < 0.0:
            np.negative(keys, out=keys, where=raw < 0)
        return keys

    def _edges(self, keys: Keys) -> tuple[Array, Array]:
        """Return the lower and upper limits of bins."""
        shift, base = np.int64(_FRACTION - self.bits), np.int64(((_BIAS + SMALLEST_EXPONENT) << self.bits) - 1)
        size = np.abs(keys)
        inner = np.where(size == 0, -(2.0**SMALLEST_EXPONENT), ((size + base) << shift).view(np.float64))
        outer = ((size + base + 1) << shift).view(np.float64)
        return np.where(keys < 0, -outer, inner), np.where(keys < 0, -inner, outer)

    def _places(self, block: _Block) -> NDArray[np.intp]:
        """Return where in the table the bins of a block that are not empty stand."""
        rows, first, width = block
        # of truth values numpy finds the few that are not 0 faster than of numbers
        row, column = np.divmod(np.flatnonzero(self._counts[rows, first : first + width] != 0), width)
        return (rows.start + row) * self._counts.shape[1] + first + column

    def _blocks(self) -> Iterator[_Block]:
        """Yield the used part of the table in pieces: rows that follow each other, the first column, how many."""
        begin, end = (limits.tolist() for limits in self._used())
        row = 0
        while row < self.series:
            first, last, after = begin[row], end[row], row + 1
            while after < self.series:
                low, high = min(first, begin[after]), max(last, end[after])
                if (after + 1 - row) * (high - low) > _AT_ONCE:
                    break
                first, last, after = low, high, after + 1
            if last > first:
                yield slice(row, after), first, last - first
            row = after

    def _used(self) -> tuple[Keys, Keys]:
        """Return the first column that is used in each series, and the one after the last."""
        seen = self._lowest <= self._highest
        least, most = (self._keys(np.where(seen, limit, 0.0)) for limit in (self._lowest, self._highest))
        return np.where(seen, least - self._first, 0), np.where(seen, most + 1 - self._first, 0)

    def _reach(self, low: Array, high: Array, seen: NDArray[np.bool_]) -> None:
        """Make room for values between two limits in the series that are seen."""
        if not (seen & ((low < self._lowest) | (high > self._highest))).any():
            return
        fresh = self._lowest > self._highest
        width, used_before = self._counts.shape[1], self._used()
        self._lowest = np.where(seen, np.minimum(self._lowest, low), self._lowest)
        self._highest = np.where(seen, np.maximum(self._highest, high), self._highest)
        least, most = (self._keys(np.where(seen, limit, 0.0)) for limit in (low, high))
        below, above = fresh | (least < self._first), fresh | (most >= self._first + width)
        if not (seen & (below | above)).any():
            return
        # half a doubling to spare on either side, so that the table is not moved at every new extreme
        spare = 1 << max(self.bits - 1, 0)
        first = np.where(seen & below, least - spare, self._first)
        last = self._keys(np.where(self._lowest <= self._highest, self._highest, 0.0))
        used = np.where(self._lowest <= self._highest, last + 1 - first, 0)
        counts = np.zeros((self.series, int(used.max()) + spare), dtype=self._counts.dtype)
        _add_rows(counts, self._counts, self._first - first, used_before)
        self._first, self._counts = first, counts

    def _room_for(self, people: int) -> None:
        """Make the bins wide enough to count so many more."""
        self._people += people
        if self._counts.dtype != _dtype(self._people):
            self._counts = self._counts.astype(_dtype(self._people))


def _dtype(people: int) -> type[np.uint16] | type[np.uint32]:
    """Return the numbers that count so many: the narrow ones halve the table of most parts of a study."""
    return np.uint16 if people <= _NARROW else np.uint32


def _add_rows(counts: Counts, others: Counts, shifts: Keys, used: tuple[Keys, Keys]) -> None:
    """Add the used columns of each row of a table to the same row of another, moved to the right."""
    for row, (shift, begin, end) in enumerate(zip(shifts.tolist(), used[0].tolist(), used[1].tolist(), strict=True)):
        if begin < end:
            counts[row, begin + shift : end + shift] += others[row, begin:end]
