"""What is counted for each woman: exposure, hours in a window, mood and sedation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.reducers import Points, first_time_within, hours_within, outlines
from neurosteroid.model.shown_units import shown_name
from neurosteroid.pharmacokinetics.areas import area
from neurosteroid.pharmacokinetics.noncompartmental import analyse_noncompartmental
from neurosteroid.studies.asked import Asked
from neurosteroid.studies.dosing_intervals import Repeated
from neurosteroid.studies.interval_metrics import interval_columns, interval_metrics
from neurosteroid.studies.metric import Metric

Array = NDArray[np.float64]
PLASMA_UNIT: Final = "ng/mL"
_ROUNDING: Final = 1e-6
"""Share of a course's highest value by which a solver may leave it below zero; what is further below is no rounding."""


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


@final
@dataclass(frozen=True)
class Analyte:
    """What is counted in plasma.

    Attributes:
        name: such as ``"progesterone"``.
        unit: in which it is shown.
        factor: that unit in one of the unit in which it is computed.
        assay: that reads it; empty where it is counted as it is.
    """

    name: str
    unit: str
    factor: float
    assay: str = ""

    def named(self, metrics: Iterable[Metric]) -> tuple[Metric, ...]:
        """Return metrics of it whose words name the assay."""
        if not self.assay:
            return tuple(metrics)
        return tuple(replace(each, label=f"{each.label}, by {self.assay}") for each in metrics)


@final
@dataclass(frozen=True)
class Measures:
    """What is counted in one arm.

    Attributes:
        exposure: the one compound that the arm gives, whose exposure is counted; None where it gives none or several.
        scale: what counts as response and remission.
        end: h at which treatment ends in the longest arm; scores are read there, as the trials did.
        last: h at which follow-up ends.
        window: whose hours are counted, if any.
        inside: what is looked for in the window, counted by mass; None where there is nothing of it.
        outcomes: whether depression score and sedation are there.
        followed: the body's own hormones, and the compounds where several are given, that are summed up.
        asked: what the study asks for beside.
        made: whether the body makes that compound as well: it then never ends, and has neither a half-life nor an area
            to infinity.
        repeated: dosing intervals of that compound, if it is given again and again.
    """

    exposure: Analyte | None
    scale: Scale
    end: float
    last: float
    window: Window | None = None
    inside: Analyte | None = None
    outcomes: bool = True
    followed: tuple[Analyte, ...] = ()
    asked: tuple[Asked, ...] = ()
    made: bool = False
    repeated: Repeated | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the outputs that `compute` reads."""
        plasma = [item for item in (self.exposure, self.inside if self.window else None, *self.followed) if item]
        return (
            *(f"plasma.{each.name}" for each in plasma),
            *(("mood.hamd17", "mood.hamd17_change", "sedation.level") if self.outcomes else ()),
            *(each.output for each in self.asked),
        )

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics, in the order of the columns of `compute`."""
        return (
            *self._exposure_metrics,
            *self._interval_metrics,
            *(self.inside.named(_window_metrics(self.window)) if self.window and self.inside is not None else ()),
            *(metric for each in self.followed for metric in each.named(_followed_metrics(each, self.last))),
            *(_outcome_metrics(self.scale, self.end, self.last) if self.outcomes else ()),
            *(Metric(each.name, each.label, each.unit) for each in self.asked),
        )

    @property
    def _interval_metrics(self) -> tuple[Metric, ...]:
        if self.exposure is None or self.repeated is None:
            return ()
        return self.exposure.named(interval_metrics(self.repeated, self.exposure.unit, made=self.made))

    @property
    def _exposure_metrics(self) -> tuple[Metric, ...]:
        if self.exposure is None:
            return ()
        return self.exposure.named(_exposure_metrics(self.end, self.exposure.unit, self.made))

    def compute(self, times: Array, values: Mapping[str, Array], points: Points | None = None) -> list[Array]:
        """Return each metric (P,) of P women.

        Args:
            times: (K,) h.
            values: output name to (P, K).
            points: values of single women beside the times, where their courses have corners of their own. Extremes,
                areas and hours in a window are then read from both; scores are read at times that all women share.
        """
        found = self._along(times, values)
        for own in outlines(times, values, points) if points is not None else ():
            for name, column in self._along(own.times, own.values).items():
                found[name][own.who] = column
        if self.outcomes:
            found |= _scores(times, values, self.scale, self.end)
        return [found[metric.name] for metric in self.metrics]

    def _along(self, times: Array, values: Mapping[str, Array]) -> dict[str, Array]:
        """Return what is read from whole courses, from times (K,) or (P, K)."""
        found: dict[str, Array] = {}
        if self.exposure is not None:
            exposed = _counted(values, self.exposure)
            found |= _exposure(times, exposed, self.end)
            if self.repeated is not None:
                found |= interval_columns(self.repeated, times, exposed)
        if self.window is not None and self.inside is not None:
            plasma, limits = _counted(values, self.inside), (self.window.low, self.window.high)
            found["time_in_window"] = hours_within(times, plasma, *limits)
            found["window_entry"] = first_time_within(times, plasma, *limits)
        for each in self.followed:
            course = _counted(values, each)
            found[f"{each.name}_highest"] = course.max(axis=1)
            found[f"{each.name}_mean"] = np.asarray(area(times, course, 0.0, self.last)) / self.last
        found |= {each.name: each.compute(times, values) for each in self.asked}
        return found | (_sedation(values["sedation.level"]) if self.outcomes else {})


def _exposure_metrics(end: float, unit: str, made: bool) -> tuple[Metric, ...]:
    substance, _, volume = unit.partition("/")
    per_time = f"{substance}*h/{volume}"
    whole = (
        Metric("auc_infinity", "Plasma AUC to infinity", per_time),
        Metric("half_life", "Terminal half-life, noncompartmental", "h"),
    )
    return (
        Metric("c_max", "Highest plasma concentration", unit),
        Metric("t_max", "Time of the highest concentration", "h"),
        Metric("auc_treatment", f"Plasma AUC 0 to {end:g} h", per_time),
        Metric("c_average", f"Average plasma concentration 0 to {end:g} h", unit),
        *(() if made else whole),
    )


def _counted(values: Mapping[str, Array], analyte: Analyte) -> Array:
    """Return the course of an analyte in plasma, in its unit, with what is below zero by rounding alone set to zero."""
    course = values[f"plasma.{analyte.name}"] * analyte.factor
    highest = np.max(np.abs(course), axis=1, keepdims=True, initial=0.0)
    return np.where((course < 0.0) & (course >= -_ROUNDING * highest), 0.0, course)


def _exposure(times: Array, plasma: Array, end: float) -> dict[str, Array]:
    analysis = analyse_noncompartmental(times, plasma, infusion_end=end)
    until_end = area(times, plasma, 0.0, end)
    return {
        "c_max": analysis.cmax,
        "t_max": analysis.tmax,
        "auc_treatment": until_end,
        "c_average": until_end / end,
        "auc_infinity": analysis.auc_infinity,
        "half_life": analysis.half_life,
    }


def _window_metrics(window: Window) -> tuple[Metric, ...]:
    return (
        Metric("time_in_window", f"Hours with {window.label}", "h"),
        Metric("window_entry", f"First hour with {window.label}", "h"),
    )


def _followed_metrics(analyte: Analyte, last: float) -> tuple[Metric, ...]:
    shown = shown_name(analyte.name)
    return (
        Metric(f"{analyte.name}_highest", f"Highest {shown} in plasma", analyte.unit),
        Metric(f"{analyte.name}_mean", f"Mean {shown} in plasma 0 to {last:g} h", analyte.unit),
    )


def _outcome_metrics(scale: Scale, end: float, last: float) -> tuple[Metric, ...]:
    fall, lowest = f"{scale.response_share:.0%}", f"{scale.remission_score:g}"
    return (
        Metric("hamd17_change", f"HAM-D change at {end:g} h", "points"),
        Metric("hamd17_change_last", f"HAM-D change at {last:g} h", "points"),
        Metric("responder", f"Response at {end:g} h (fall by {fall})", "1", proportion=True),
        Metric("remission", f"Remission at {end:g} h (score {lowest} or less)", "1", proportion=True),
        Metric("sedation_any", "Any sedation", "1", proportion=True),
        Metric("sedation_moderate", "At least moderate sedation", "1", proportion=True),
    )


def _scores(times: Array, values: Mapping[str, Array], scale: Scale, end: float) -> dict[str, Array]:
    at = int(np.searchsorted(times, end - 1e-9))
    score, change = values["mood.hamd17"], values["mood.hamd17_change"]
    baseline = score[:, 0] - change[:, 0]
    found = {
        "hamd17_change": change[:, at],
        "hamd17_change_last": change[:, -1],
        "responder": change[:, at] <= -scale.response_share * baseline,
        "remission": score[:, at] <= scale.remission_score,
    }
    return {name: np.asarray(column, float) for name, column in found.items()}


def _sedation(level: Array) -> dict[str, Array]:
    highest = level.max(axis=1)
    return {
        "sedation_any": np.asarray(highest >= 1, float),
        "sedation_moderate": np.asarray(highest >= 2, float),
    }
