"""What is counted for each woman: exposure, hours in a window, mood and sedation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.model.assembly import ANALYTE
from neurosteroid.pharmacokinetics.areas import area
from neurosteroid.pharmacokinetics.noncompartmental import analyse_noncompartmental

Array = NDArray[np.float64]
PLASMA_UNIT: Final = "ng/mL"
AREA_UNIT: Final = "ng*h/mL"


@final
@dataclass(frozen=True)
class Metric:
    """One number a woman.

    Attributes:
        name: column name.
        label: words for tables.
        unit: of the values.
        proportion: whether it is 0 or 1, so that tables show a share.
    """

    name: str
    label: str
    unit: str
    proportion: bool = False


@final
@dataclass(frozen=True)
class Scale:
    """What counts as success on the depression scale.

    Attributes:
        response_share: share of the baseline by which the score must fall.
        remission_score: highest score that counts as remission.
    """

    response_share: float
    remission_score: float


@final
@dataclass(frozen=True)
class Window:
    """A concentration window in ng/mL and its name."""

    label: str
    low: float
    high: float


def compute(
    times: Array, values: Mapping[str, Array], *, factor: float, scale: Scale, end: float, window: Window | None
) -> dict[Metric, Array]:
    """Return each metric for P women.

    Args:
        times: (K,) h.
        values: output name to (P, K).
        factor: ng/mL in one nmol/L.
        scale: what counts as response and remission.
        end: h at which treatment ends in the longest protocol; scores are read there, as the trials did.
        window: whose hours are counted, if any.
    """
    plasma = values[f"plasma.{ANALYTE}"] * factor
    found: dict[Metric, Array] = {}
    if np.any(plasma > 0):
        found |= _exposure(times, plasma, end)
    if window is not None:
        hours = hours_within(times, plasma, window.low, window.high)
        found[Metric("time_in_window", f"Hours with {window.label}", "h")] = hours
    return found | _outcomes(times, values, scale, end)


def hours_within(times: Array, values: Array, low: float, high: float) -> Array:
    """Return the hours (P,) at which values (P, K), straight between the times (K,), lie between two limits.

    An interval from a to b spends the share (min(b', high) - max(a', low)) / (b' - a') of its length inside, with a'
    the smaller and b' the larger of the two; so a crossing is placed where it falls, not at the next time.
    """
    lower, upper = np.minimum(values[:, :-1], values[:, 1:]), np.maximum(values[:, :-1], values[:, 1:])
    covered = np.maximum(np.minimum(upper, high) - np.maximum(lower, low), 0.0)
    flat = upper <= lower
    share = np.where(flat, (lower >= low) & (lower <= high), covered / np.where(flat, 1.0, upper - lower))
    return np.asarray(share @ np.diff(times))


def _exposure(times: Array, plasma: Array, end: float) -> dict[Metric, Array]:
    analysis = analyse_noncompartmental(times, plasma, infusion_end=end)
    until_end = area(times, plasma, 0.0, end)
    return {
        Metric("c_max", "Highest plasma concentration", PLASMA_UNIT): analysis.cmax,
        Metric("t_max", "Time of the highest concentration", "h"): analysis.tmax,
        Metric("auc_treatment", f"Plasma AUC 0 to {end:g} h", AREA_UNIT): until_end,
        Metric("c_average", f"Average plasma concentration 0 to {end:g} h", PLASMA_UNIT): until_end / end,
        Metric("auc_infinity", "Plasma AUC to infinity", AREA_UNIT): analysis.auc_infinity,
        Metric("half_life", "Terminal half-life, noncompartmental", "h"): analysis.half_life,
    }


def _outcomes(times: Array, values: Mapping[str, Array], scale: Scale, end: float) -> dict[Metric, Array]:
    at = int(np.searchsorted(times, end - 1e-9))
    score, change = values["mood.hamd17"], values["mood.hamd17_change"]
    baseline = score[:, 0] - change[:, 0]
    level = values["sedation.level"]
    halved = change[:, at] <= -scale.response_share * baseline
    remission = score[:, at] <= scale.remission_score
    lowest = f"{scale.remission_score:g}"
    found = {
        Metric("hamd17_change", f"HAM-D change at {end:g} h", "points"): change[:, at],
        Metric("hamd17_change_last", f"HAM-D change at {times[-1]:g} h", "points"): change[:, -1],
        Metric(
            "responder", f"Response at {end:g} h (fall by {scale.response_share:.0%})", "1", proportion=True
        ): halved,
        Metric("remission", f"Remission at {end:g} h (score {lowest} or less)", "1", proportion=True): remission,
        Metric("sedation_any", "Any sedation", "1", proportion=True): np.any(level >= 1, axis=1),
        Metric("sedation_moderate", "At least moderate sedation", "1", proportion=True): np.any(level >= 2, axis=1),
    }
    return {metric: np.asarray(column, float) for metric, column in found.items()}


def summarise(metric: Metric, column: Array) -> dict[str, float]:
    """Return n, mean, sd and quantiles of one metric over the women who have it; a share for a proportion."""
    known = column[np.isfinite(column)]
    n = len(known)
    if n == 0:
        return dict.fromkeys(("mean", "sd", "p05", "p50", "p95"), float("nan")) | {"n": 0}
    low, middle, high = (float("nan"),) * 3 if metric.proportion else np.quantile(known, (0.05, 0.5, 0.95))
    spread = float(known.std(ddof=1)) if n > 1 else float("nan")
    return {
        "n": n,
        "mean": float(known.mean()),
        "sd": spread,
        "p05": float(low),
        "p50": float(middle),
        "p95": float(high),
    }
