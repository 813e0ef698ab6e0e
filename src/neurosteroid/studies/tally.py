"""The tally: all that is kept of the women of a study, whatever their number."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.reducers import ExactQuantiles, Fold, QuantileSketch, join_moments, moments
from neurosteroid.model import SHOWN

Array = NDArray[np.float64]
Packed: TypeAlias = dict[str, NDArray[Any]]
Quantiles: TypeAlias = ExactQuantiles | QuantileSketch

LEVELS: Final = ("mild", "moderate", "deep")
"""Sedation levels from 1; the share of women at or above each is kept along time."""

EXAMPLES: Final = 3
"""Women whose whole courses are kept."""

FAILURES: Final = 1000
"""Sentences about women who did not finish; the others are counted."""

BAND_BITS: Final = 8
"""Fraction bits of the bins of bands: quantiles along time within 0.4 %."""

METRIC_BITS: Final = 12
"""Fraction bits of the bins of metrics: their quantiles within 0.025 %."""

Failed: TypeAlias = tuple[int, int, str]
"""Number of the woman, position of the protocol, what happened."""


@final
@dataclass(eq=False)
class Tally:
    """Sums, counts and examples of some batches of women; tallies of other batches can be merged in any order.

    Attributes:
        protocols: number of protocols.
        times: number K of output times.
        metrics: number M of metrics of all protocols together.
        exact: whether every value is kept, so that quantiles are exact.
        outputs: names of what is kept of each course.
        solver: which solver ran.
        unfinished: number of courses that failed.
    """

    protocols: int
    times: int
    metrics: int
    exact: bool
    outputs: tuple[str, ...] = SHOWN
    solver: str = ""
    unfinished: int = 0
    _failures: list[Failed] = field(default_factory=list)
    _examples: dict[int, Array] = field(default_factory=dict)
    _sums: Fold = field(default_factory=lambda: Fold(np.add))
    _moments: Fold = field(default_factory=lambda: Fold(join_moments))
    _bands: dict[tuple[int, int], Quantiles] = field(init=False)
    _columns: Quantiles = field(init=False)

    def __post_init__(self) -> None:
        places = [(place, output) for place in range(self.protocols) for output in range(len(self.outputs))]
        self._bands = {place: _quantiles(self.times, BAND_BITS, exact=self.exact) for place in places}
        self._columns = _quantiles(self.metrics, METRIC_BITS, exact=self.exact)

    def add_courses(self, protocol: int, values: Mapping[str, Array], *, first: bool) -> Array:
        """Count the courses (P, K) of a batch under one protocol and return their sums, for `add_batch`.

        Args:
            protocol: its position.
            values: output name to (P, K).
            first: whether this is the first batch, which gives the examples.

        Returns:
            (outputs and levels, 1 + K): the number of women who have a value at every time, and their sums.
        """
        sums = np.zeros((len(self.outputs) + len(LEVELS), 1 + self.times))
        for output, name in enumerate(self.outputs):
            courses = values[name]
            total = courses.sum(axis=0)
            if not np.isfinite(total).all():
                courses = courses[np.isfinite(courses).all(axis=1)]
                total = courses.sum(axis=0)
            sums[output, 0], sums[output, 1:] = len(courses), total
            self._bands[protocol, output].add(courses)
            if name == "sedation.level":
                for rank in range(len(LEVELS)):
                    sums[len(self.outputs) + rank, 0] = len(courses)
                    sums[len(self.outputs) + rank, 1:] = np.count_nonzero(courses > rank + 0.5, axis=0)
        if first:
            self._examples[protocol] = np.stack([values[name][:EXAMPLES] for name in self.outputs])
        return sums

    def add_batch(self, batch: int, sums: Sequence[Array], metrics: Array, contrasts: Array) -> None:
        """Count a batch: the sums of each protocol, metrics (P, M) and differences between protocols (P, D)."""
        self._sums.add(batch, np.stack(sums))
        self._moments.add(batch, moments(np.concatenate([metrics, contrasts], axis=1)))
        self._columns.add(metrics)

    def add_failures(self, failures: Sequence[Failed]) -> None:
        """Count courses that failed; the sentences of the women with the lowest numbers are kept."""
        self.unfinished += len(failures)
        self._failures = sorted([*self._failures, *failures])[:FAILURES]

    def merge(self, other: Tally) -> None:
        """Add what another tally of the same study counted of other batches; the other one is spent."""
        self._sums.merge(other._sums)
        self._moments.merge(other._moments)
        for place, quantiles in self._bands.items():
            _merge(quantiles, other._bands[place])
        _merge(self._columns, other._columns)
        self._examples |= other._examples
        self._failures = sorted([*self._failures, *other._failures])[:FAILURES]
        self.unfinished += other.unfinished
        self.solver = self.solver or other.solver

    @property
    def failures(self) -> tuple[str, ...]:
        """Sentences about the courses that failed, in the order of the women."""
        beyond = self.unfinished - len(self._failures)
        more = (f"{beyond} more courses did not finish",) if beyond else ()
        return tuple(text for _, _, text in self._failures) + more

    @property
    def band_error(self) -> float:
        """Largest relative error of the quantiles along time."""
        return next(iter(self._bands.values())).error

    @property
    def metric_error(self) -> float:
        """Largest relative error of the quantiles of metrics."""
        return self._columns.error

    def means(self) -> Array:
        """Return means over the women, (protocols, outputs and levels, K); NaN of nobody."""
        total = self._sums.total()
        shape = (self.protocols, len(self.outputs) + len(LEVELS), self.times)
        if total is None:
            return np.full(shape, np.nan)
        count = total[:, :, :1]
        return np.where(count > 0, total[:, :, 1:] / np.maximum(count, 1.0), np.nan)

    def band(self, protocol: int, output: int, probabilities: Sequence[float]) -> Array:
        """Return quantiles (Q, K) over the women of one output under one protocol."""
        return self._bands[protocol, output].quantiles(probabilities)

    def metric_moments(self) -> Array:
        """Return count, mean and sum of squares (3, M + D) of metrics and of differences between protocols."""
        total = self._moments.total()
        return np.zeros((3, 0)) if total is None else total

    def metric_quantiles(self, probabilities: Sequence[float]) -> Array:
        """Return quantiles (Q, M) over the women of every metric."""
        return self._columns.quantiles(probabilities)

    def example(self, protocol: int, output: int) -> Array:
        """Return the courses (E, K) of the first women."""
        return self._examples[protocol][output]

    def packed(self) -> Packed:
        """Return the tally as plain arrays."""
        parts: dict[str, Mapping[str, NDArray[Any]]] = {
            "sums": self._sums.packed(),
            "moments": self._moments.packed(),
            "columns": self._columns.packed(),
            "examples": {str(place): array for place, array in self._examples.items()},
        }
        parts |= {f"band {place} {output}": band.packed() for (place, output), band in self._bands.items()}
        about = {"solver": self.solver, "unfinished": self.unfinished, "failures": self._failures}
        found: Packed = {f"{name}/{key}": array for name, part in parts.items() for key, array in part.items()}
        # as bytes: a text array would keep four bytes a letter and lose zeros at its end
        return found | {"about": np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)}

    def unpacked(self, arrays: Mapping[str, NDArray[Any]]) -> Tally:
        """Return a tally of the same study from what `packed` gave."""
        parts: dict[str, dict[str, NDArray[Any]]] = {}
        for name, array in arrays.items():
            head, _, key = name.rpartition("/")
            parts.setdefault(head, {})[key] = array
        about = json.loads(bytes(np.asarray(arrays["about"])).decode())
        found = Tally(
            self.protocols, self.times, self.metrics, self.exact, self.outputs, about["solver"], about["unfinished"]
        )
        found._failures = [(int(woman), int(place), str(text)) for woman, place, text in about["failures"]]
        found._examples = {int(key): array for key, array in parts.get("examples", {}).items()}
        found._sums = Fold.unpacked(np.add, parts.get("sums", {}))
        found._moments = Fold.unpacked(join_moments, parts.get("moments", {}))
        found._columns = _unpacked(self.metrics, METRIC_BITS, parts["columns"], exact=self.exact)
        for place, output in found._bands:
            band = _unpacked(self.times, BAND_BITS, parts[f"band {place} {output}"], exact=self.exact)
            found._bands[place, output] = band
        return found


def _quantiles(series: int, bits: int, *, exact: bool) -> Quantiles:
    return ExactQuantiles(series) if exact else QuantileSketch(series, bits)


def _unpacked(series: int, bits: int, arrays: Mapping[str, NDArray[Any]], *, exact: bool) -> Quantiles:
    return ExactQuantiles.unpacked(series, arrays) if exact else QuantileSketch.unpacked(series, bits, arrays)


def _merge(one: Quantiles, other: Quantiles) -> None:
    if isinstance(one, QuantileSketch):
        if isinstance(other, QuantileSketch):
            one.merge(other, spent=True)
            return
    elif isinstance(other, ExactQuantiles):
        one.merge(other)
        return
    raise TypeError("exact quantiles and sketches cannot be merged")
