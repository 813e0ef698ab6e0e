"""Metrics of repeated doses: the last dosing interval in follow-up, and how it compares with the first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neurosteroid.studies.dosing_intervals import Repeated
from neurosteroid.studies.metric import Metric

Array = NDArray[np.float64]


def interval_metrics(repeated: Repeated, unit: str, *, made: bool) -> tuple[Metric, ...]:
    """Return the metrics of repeated doses; what the body makes as well has no accumulation.

    Args:
        repeated: dosing intervals.
        unit: of concentrations.
        made: whether the body makes the compound.
    """
    ratio = Metric("accumulation", "Accumulation: AUC of the last dosing interval over that of the first", "1")
    return (
        Metric("c_max_interval", "Highest plasma concentration in the last dosing interval", unit),
        Metric("t_max_interval", "Time of that after the dose", "h"),
        Metric("c_average_interval", "Average plasma concentration in the last dosing interval", unit),
        Metric("c_trough", "Trough at the end of the last dosing interval", unit),
        *((ratio,) if repeated.alike and not made else ()),
    )


def interval_columns(repeated: Repeated, times: Array, course: Array) -> dict[str, Array]:
    """Return each of these metrics (P,) of courses (P, K) at times (K,) or (P, K)."""
    first = repeated.first.compute(times, course)["c_average"]
    last = repeated.last.compute(times, course)
    return {
        "c_max_interval": last["c_max"],
        "t_max_interval": last["t_max"],
        "c_average_interval": last["c_average"],
        "c_trough": last["c_trough"],
        "accumulation": np.where(first > 0.0, last["c_average"] / np.where(first > 0.0, first, 1.0), np.nan),
    }
