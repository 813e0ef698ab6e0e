"""Summaries: a tally becomes the tables and bands of a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.model import Assembly
from neurosteroid.studies.metric import Metric
from neurosteroid.studies.parts import contrasted
from neurosteroid.studies.results import Band
from neurosteroid.studies.tables import Table
from neurosteroid.studies.tally import LEVELS, Tally
from neurosteroid.studies.task import Task

Array = NDArray[np.float64]

QUANTILES: Final = (0.05, 0.5, 0.95)
_NOTHING: Final = float("nan")


def bands(task: Task, assembly: Assembly, tally: Tally) -> dict[tuple[str, str], Band]:
    """Return (protocol, output) to its band, and the shares of women at or above each sedation level."""
    means = tally.means()
    found: dict[tuple[str, str], Band] = {}
    for place, arm in enumerate(task.arms):
        for output, name in enumerate(task.outputs):
            low, middle, high = tally.band(place, output, QUANTILES)
            unit, mean = task.units[name], means[place, output]
            found[arm.name, name] = Band(task.times, mean, low, middle, high, unit, tally.band_error)
        for rank, level in enumerate(LEVELS if "sedation.level" in task.outputs else ()):
            share = means[place, len(task.outputs) + rank]
            found[arm.name, f"sedation.at_least_{level}"] = Band(task.times, share, None, None, None, "1")
    return found


def examples(task: Task, tally: Tally) -> dict[tuple[str, str], Array]:
    """Return (protocol, output) to the courses (E, K) of the first few women."""
    return {
        (arm.name, name): tally.example(place, output)
        for place, arm in enumerate(task.arms)
        for output, name in enumerate(task.outputs)
    }


def summary(task: Task, assembly: Assembly, tally: Tally) -> Table:
    """Return n, mean, sd and quantiles of every metric over the women who have it; a share for a proportion."""
    columns = [
        (arm.name, metric)
        for arm, measure in zip(task.arms, task.measures(assembly), strict=True)
        for metric in measure.metrics
    ]
    moments, quantiles = tally.metric_moments(), tally.metric_quantiles(QUANTILES)
    rows = [
        {"protocol": name, "metric": metric.name, "label": metric.label, "unit": metric.unit}
        | {"proportion": metric.proportion}
        | _summarised(metric, moments[:, column], quantiles[:, column], tally.metric_error)
        for column, (name, metric) in enumerate(columns)
    ]
    return _table("one metric under one protocol", rows)


def contrasts(task: Task, assembly: Assembly, tally: Tally) -> Table:
    """Return mean differences to the first protocol that gives nothing, woman by woman; empty without one."""
    measures = task.measures(assembly)
    known = {metric.name: metric for measure in measures for metric in measure.metrics}
    pairs = contrasted(task, measures)
    moments = tally.metric_moments()[:, tally.metrics :]
    rows: list[dict[str, object]] = []
    for column, (place, name) in enumerate(pairs):
        metric, n = known[name], int(moments[0, column])
        rows.append(
            {"protocol": task.arms[place].name, "reference": task.arms[task.reference or 0].name}
            | {"metric": name, "label": metric.label, "unit": metric.unit, "proportion": metric.proportion}
            | {"n": n, "mean_difference": float(moments[1, column]) if n else _NOTHING}
        )
    return _table("difference to the protocol without drug, in the same women", rows)


def _summarised(metric: Metric, moments: Array, quantiles: Array, error: float) -> dict[str, object]:
    n = int(moments[0])
    low, middle, high = (_NOTHING,) * 3 if metric.proportion else quantiles.tolist()
    return {
        "n": n,
        "mean": float(moments[1]) if n else _NOTHING,
        "sd": float(np.sqrt(moments[2] / (n - 1))) if n > 1 else _NOTHING,
        "p05": low,
        "p50": middle,
        "p95": high,
        "quantile_error": _NOTHING if metric.proportion else error,
    }


def _table(title: str, rows: Sequence[Mapping[str, object]]) -> Table:
    names = list(rows[0]) if rows else []
    return Table(title, {name: [row[name] for row in rows] for name in names})
