"""Who was studied: histograms of weight and age, and what was drawn for each woman."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.reports import formats
from neurosteroid.reports.axes import WIDTH, titled
from neurosteroid.reports.palette import MUTED
from neurosteroid.reports.svg import drawing
from neurosteroid.reports.uses import is_used
from neurosteroid.reports.who import who_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from neurosteroid.studies import Study

_HISTOGRAMS: Final = ("weight", "age")
_WORDS: Final[Mapping[str, str]] = {
    "weight": "Body weight",
    "age": "Age",
    "disposition.eta_clearance": "Own deviation of clearance (natural logarithm)",
    "disposition.eta_central_volume": "Own deviation of the central volume (natural logarithm)",
    "mood.baseline": "HAM-D17 before treatment",
    "mood.eta_improvement": "Own deviation of the response (logit scale)",
    "sedation.sedation_draw": "Place among {many} for sedation (0 to 1)",
}


@final
@dataclass(frozen=True)
class Spread:
    """How one number lies among the women, written for a table."""

    label: str
    unit: str
    n: int
    median: str
    middle: str
    whole: str


def spreads(study: Study) -> list[Spread]:
    """Return a row for weight, age and what was drawn for the women and is used: median, 5 to 95 %, least to most."""
    rows, many = [], who_of(study.config.population.card).many
    for name, column in study.people.columns.items():
        if name == "person" or not is_used(study, name):
            continue
        values = np.asarray(column, dtype=float)
        known = values[np.isfinite(values)]
        if len(known) == 0:
            continue
        low, median, high = np.quantile(known, (0.05, 0.5, 0.95))
        rows.append(
            Spread(
                label=_WORDS.get(name, name).format(many=many),
                unit=formats.unit(study.people.units.get(name, "1")),
                n=len(known),
                median=formats.number(float(median)),
                middle=formats.interval(float(low), float(high)),
                whole=formats.interval(float(known.min()), float(known.max())),
            )
        )
    return rows


def people_figure(study: Study) -> Figure | None:
    """Return histograms of the women's weight and age, or None when there are too few women to draw one."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    if study.config.population.size < 10:
        return None
    with drawing():
        figure = Figure(figsize=(WIDTH, 2.1))
        FigureCanvasAgg(figure)
        for place, name in enumerate(_HISTOGRAMS):
            axes = figure.add_axes(((0.72 + place * 5.1) / WIDTH, 0.25, 4.3 / WIDTH, 0.6))
            values = np.asarray(study.people.columns[name], dtype=float)
            axes.hist(values, bins=_edges(values).tolist(), color="#9aa5b1", edgecolor="white", linewidth=0.6)
            titled(axes, _WORDS[name])
            axes.set_xlabel(f"{_WORDS[name].lower()} ({study.people.units.get(name, '1')})")
            axes.set_ylabel(who_of(study.config.population.card).many)
            axes.grid(axis="x", visible=False)
            median = float(np.median(values))
            axes.axvline(median, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)))
            axes.annotate(
                f"median {formats.number(median)}",
                (median, 1),
                xytext=(4, -2),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                va="top",
                color=MUTED,
            )
    return figure


def _edges(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return bin edges on round numbers, about fifteen bins."""
    span = float(values.max() - values.min()) or 1.0
    raw = span / 15
    scale = 10.0 ** np.floor(np.log10(raw))
    width = scale * next(step for step in (1, 2, 5, 10) if raw <= step * scale)
    first = np.floor(values.min() / width) * width
    return np.asarray(np.arange(first, values.max() + 1.001 * width, width), dtype=float)
