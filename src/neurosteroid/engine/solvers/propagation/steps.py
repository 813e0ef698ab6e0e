"""Steps as the propagation meets them: lengths freed of rounding, and stretches of steps that repeat."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.timetable import Timeline, for_all, one_for_all

Array = NDArray[np.float64]

_SHARED: Final = ("start", "start_epoch", "times", "level", "dose", "reset", "epoch", "row_step", "row_epoch")


def shares_steps(timeline: Timeline) -> bool:
    """Return whether all people have the same steps and rows; amounts, rates and covariates may be their own."""
    if len(timeline.start) == 1:
        return True
    return bool(timeline.mask[0].all()) and all(getattr(timeline, name).strides[0] == 0 for name in _SHARED)


def rounded_spans(timeline: Timeline) -> Array:
    """Return (P, K) lengths of the steps, h, with all times rounded to the last place of a person's latest row.

    Steps that are meant to be equal, 0.1 h say, then have two lengths or three instead of one each, and their sum does
    not drift. Nobody else has a part in it.
    """
    one = one_for_all(timeline.times, timeline.start, timeline.row_step)
    start, times = timeline.start[one, None], timeline.times[one]
    if not times.size:
        return timeline.spans
    seen = np.where(timeline.mask[one], timeline.row_times[one], -np.inf).max(axis=1, initial=-np.inf)[:, None]
    latest = np.maximum(np.abs(start), np.where(np.isfinite(seen), np.abs(seen), 0.0))
    # where nothing is seen after 0 h, what follows has no rows
    unit = np.spacing(np.where(latest > 0.0, latest, np.maximum(np.abs(times[:, -1:]), 1.0)))
    wholes = np.rint(np.concatenate([start, times], axis=1) / unit)
    return for_all(np.diff(wholes, axis=1) * unit, len(timeline.start))


def repeats(timeline: Timeline) -> NDArray[np.int64]:
    """Return for each step (K,) of people who share steps how many further ones repeat it.

    They have its length, covariates and rates, nothing happens at their ends, and each has one row.
    """
    steps = timeline.times.shape[1]
    spans = rounded_spans(timeline)[0]
    acts = (timeline.reset[0] >= 0) | (timeline.dose[0] >= 0)
    if len(timeline.steady_doses):
        acts |= (timeline.steady >= 0).any(axis=0)
    shown = timeline.row_step[0]
    rows = np.bincount(shown, minlength=steps)[:steps]
    changed = np.concatenate([[True], np.diff(timeline.row_epoch[0]) != 0]) if len(shown) else np.zeros(0, bool)
    new_epoch = np.zeros(steps, dtype=bool)
    new_epoch[shown[changed]] = True
    same = (rows == 1) & ~acts & ~new_epoch & (spans != 0.0)
    for values in (spans, timeline.epoch[0], timeline.level[0, :steps]):
        same[1:] &= values[1:] == values[:-1]
    same[:1] = False
    # the distance to the next step that does not repeat the one before it
    ends = np.append(np.flatnonzero(~same), steps)
    following = ends[np.searchsorted(ends, np.arange(steps), side="right")]
    return np.asarray(following - np.arange(steps) - 1, dtype=np.int64)
