"""Stacking: people whose lists of records differ in numbers only become one group with one number a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.records import DURATION_FROM_MODEL, RATE_FROM_MODEL, Amount, Record

Indexes = NDArray[np.intp]
Group = tuple[Sequence[Record], Indexes]
"""A schedule and the people who follow it."""

_SHAPE: Final = ("time", "evid", "state", "interval", "additional", "steady_state")
"""Fields of a record that people of one group share."""


def stacked(groups: Sequence[Group]) -> list[Group]:
    """Return groups of which those alike are put together; the first of their records gives the row in messages.

    Alike are schedules with the same times, kinds, states, intervals and further doses, and with the same kind of rate,
    duration and covariates. Schedules that carry one number a person already stay as they are, and so do steady states
    of different rows, which messages may have to name.
    """
    found: dict[object, list[Group]] = {}
    for number, (records, members) in enumerate(groups):
        signature = tuple(_signature(record) for record in records)
        found.setdefault(number if None in signature else signature, []).append((records, members))
    return [alike[0] if len(alike) == 1 else _together(alike) for alike in found.values()]


def _signature(record: Record) -> tuple[object, ...] | None:
    covariates = record.covariates or {}
    amount, rate, duration = record.amount, record.rate, record.duration
    if not (isinstance(amount, float | int) and isinstance(rate, float | int)):
        return None
    if not all(value is None or isinstance(value, float | int) for value in (duration, *covariates.values())):
        return None
    kind = rate if rate in (RATE_FROM_MODEL, DURATION_FROM_MODEL) else rate > 0.0
    row = record.row if record.steady_state else None
    return (*(getattr(record, name) for name in _SHAPE), amount > 0.0, kind, duration is None, tuple(covariates), row)


def _together(alike: Sequence[Group]) -> Group:
    members = np.concatenate([members for _, members in alike])
    order = np.argsort(members, kind="stable")
    counts = [len(members) for _, members in alike]

    def numbers(values: Sequence[Amount]) -> Amount:
        if all(value == values[0] for value in values):
            return values[0]
        return np.repeat(np.asarray(values, dtype=np.float64), counts)[order]

    records = []
    for ones in zip(*(schedule for schedule, _ in alike), strict=True):
        first = ones[0]
        covariates = {name: numbers([(one.covariates or {})[name] for one in ones]) for name in first.covariates or {}}
        duration = None if first.duration is None else numbers([one.duration or 0.0 for one in ones])
        records.append(
            replace(
                first,
                amount=numbers([one.amount for one in ones]),
                rate=numbers([one.rate for one in ones]),
                duration=duration,
                covariates=covariates or None,
            )
        )
    return records, members[order]
