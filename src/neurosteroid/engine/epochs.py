"""Epochs: stretches of time over which a person's covariates are constant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.draft import same_time
from neurosteroid.engine.records import Amount, Record
from neurosteroid.errors import EventError, unknown_name

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]

CovariateRule = Literal["nocb", "locf"]
"""How a record's covariates fill the time between records.

``nocb`` (NONMEM): they hold over the interval that ends at the record; ``locf``: from the record onwards.
"""


@final
@dataclass(frozen=True, eq=False)
class Epochs:
    """Covariates of G people who share a schedule, in E epochs; C records carry covariates.

    Attributes:
        values: (G, E, k).
        carriers: (C,) positions of the carrying records in the schedule.
        times: (C,) their times, h.
        epochs: (C,) the epoch that holds at each of them.
        breaks: positions of the carriers after which the next epoch begins (E - 1 of them).
        rule: see `CovariateRule`.
    """

    values: Array
    carriers: Indexes
    times: Array
    epochs: Indexes
    breaks: tuple[int, ...]
    rule: CovariateRule

    def of_record(self, position: int) -> int:
        """Return the epoch whose covariates hold at a record."""
        if self.rule == "nocb":
            return self._at(int(np.searchsorted(self.carriers, position, side="left")))
        return self._at(int(np.searchsorted(self.carriers, position, side="right")) - 1)

    def at_times(self, times: Array) -> Indexes:
        """Return the epoch at output times of any shape; at the time of a carrying record its values hold."""
        if not len(self.carriers):
            return np.zeros(times.shape, dtype=np.intp)
        gap = float(np.max(same_time(self.times, np.max(np.abs(times), initial=0.0))))
        latest = np.searchsorted(self.times, times + gap, side="right") - 1
        if self.rule == "locf":
            return np.where(latest >= 0, self.epochs[latest], 0)
        following = np.minimum(np.searchsorted(self.times, times, side="left"), len(self.times) - 1)
        at_record = (latest >= 0) & (np.abs(self.times[latest] - times) <= gap)
        return self.epochs[np.where(at_record, latest, following)]

    def _at(self, carrier: int) -> int:
        if carrier < 0 or not len(self.carriers):
            return 0
        return int(self.epochs[min(carrier, len(self.carriers) - 1)])


def epochs_of(names: Sequence[str], baseline: Array, records: Sequence[Record], rule: CovariateRule) -> Epochs:
    """Return the epochs of people who share a schedule.

    Args:
        names: the k covariates of the system.
        baseline: (G, k) values that hold where no record says otherwise; NaN where records must.
        records: their schedule, in order.
        rule: see `CovariateRule`.

    Raises:
        EventError: an unknown covariate, or one that neither `baseline` nor any record gives.
    """
    carriers = [place for place, record in enumerate(records) if record.covariates]
    # With locf the baseline holds before the first carrier, and is an epoch of its own.
    ahead = int(rule == "locf" and bool(carriers))
    count = max(len(carriers) + ahead, 1)
    values = np.repeat(baseline[:, None, :], count, axis=1)
    for name in dict.fromkeys(name for place in carriers for name in records[place].covariates or {}):
        given = [(index, records[place].covariates or {}) for index, place in enumerate(carriers)]
        chosen = [(index, found[name]) for index, found in given if name in found]
        if name not in names:
            raise EventError(
                unknown_name("covariate", name, names).message, where=records[carriers[chosen[0][0]]].where
            )
        _fill(values[:, :, list(names).index(name)], chosen, rule)
    if np.isnan(values).any():
        missing = names[int(np.argwhere(np.isnan(values))[0, 2])]
        raise EventError(f"covariate '{missing}' has no value; give it for the person, or on the records.")
    changes = (values[:, 1:] != values[:, :-1]).any(axis=(0, 2))
    number = np.concatenate([[0], np.cumsum(changes)]).astype(np.intp)
    kept = np.concatenate([[True], changes])
    places = np.array(carriers, dtype=np.intp)
    breaks = tuple(int(place) for place, change in zip(places, changes, strict=False) if change)
    times = np.array([records[place].time for place in carriers], dtype=np.float64)
    return Epochs(values[:, kept], places, times, number[ahead : ahead + len(carriers)], breaks, rule)


def _fill(column: Array, given: Sequence[tuple[int, Amount]], rule: CovariateRule) -> None:
    """Write one covariate into (G, E): the carrier at or after each epoch (nocb), or at or before it (locf)."""
    if rule == "nocb":
        last, latest = given[-1]
        column[:, last + 1 :] = _upright(latest)
        for index, value in reversed(given):
            column[:, : index + 1] = _upright(value)
        return
    first, earliest = given[0]
    before = column[:, : first + 1]
    before[...] = np.where(np.isnan(before), _upright(earliest), before)
    for index, value in given:
        column[:, index + 1 :] = _upright(value)


def _upright(value: Amount) -> Array:
    """Return a value so that it spreads over (G, E)."""
    return np.atleast_1d(np.asarray(value, dtype=np.float64))[:, None]
