"""The figure of a state: its hormones under each other on the state's own axis, with the published values on them."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.evidence import Role, library
from neurosteroid.model.shown_units import shown_name
from neurosteroid.reports import axes as draw
from neurosteroid.reports.palette import MUTED, TEXT
from neurosteroid.reports.svg import drawing, inline_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from neurosteroid.studies.state_course import StateCourse
    from neurosteroid.studies.state_points import Point

_LINE: Final = "#0a5c9e"
_POINT: Final = "#b04a00"
_BY_MASS: Final = "ng/mL"
_AMOUNTS: Final = {"pg/mL": "pmol/L"}  # what stands beside a unit of mass; nmol/L beside the others
_SIGNS: Final = {"o": "●", "s": "■", "^": "▲"}
"""Marker of a study to the sign that stands for it in a note."""
_ACTIVITY: Final = "activity"
_ENZYMES: Final = {
    "3alpha-hsd": "3α-hydroxysteroid dehydrogenase",
    "5alpha-reductase-1": "5α-reductase type 1",
    "5alpha-reductase-2": "5α-reductase type 2",
    "cyp3a4": "CYP3A4",
    "cyp3a4-gut": "CYP3A4 of the gut wall",
}
"""Enzymes as the field writes them; others as their ports are called."""
_SAME_MOMENT: Final = 0.01  # share of the axis within which values would cover each other
_MARK: Final = 5.5  # points from one of them to the next
_LETTERS: Final = 150  # in a line above a panel
_LOW: Final = 0.02  # share of the time that may be lower than what a scale is chosen for, as before a first dose
_MOST_FOLDS: Final = 200.0  # largest over smallest value shown above which an axis is logarithmic
_LOWEST_SHARE: Final = 1e-4  # of the largest value; a logarithmic axis goes no lower


def state_figure(shown: StateCourse) -> Figure:
    """Return the figure of a state.

    Hollow points chose a number of the model, filled ones check it; bars are the published spread (a standard
    deviation, a standard error or a range, as the row says).
    """
    with drawing():
        figure, _, panels = draw.stack(0, [1.0] * len(shown.outputs), labels=False)
        for axes, output in zip(panels, shown.outputs, strict=True):
            values = shown.course.values[output]
            axes.plot(shown.places, values, color=_LINE)
            points = [point for point in shown.points if point.output == output]
            _draw_points(axes, points, float(shown.places[-1] - shown.places[0]))
            _scale(axes, values, points)
            title = title_of(output) + (f", as read by {shown.reading[output]}" if output in shown.reading else "")
            draw.titled(axes, title, note=_note(points, _LETTERS - len(title)))
            axes.set_ylabel(_quantity(output, shown.course.units[output]))
            _second_unit(axes, output, shown.course.units[output])
        if "hour" in shown.axis:
            draw.hour_ticks(panels[-1], float(shown.places[-1] - shown.places[0]))
        draw.shared_axis(panels, float(shown.places[0]), float(shown.places[-1]), shown.axis)
        _mark_records(panels, shown)
    return figure


def state_svg(shown: StateCourse) -> str:
    """Return the figure of a state as an ``<svg>`` element that stands by itself."""
    what = ", ".join(title_of(output) for output in shown.outputs)
    text = inline_svg(
        state_figure(shown),
        name=f"state-{shown.card.name}",
        title=shown.card.title,
        description=f"{what} against {shown.axis}; {len(shown.points)} published values as points.",
    )
    return text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + "\n"


def is_wide(values: NDArray[np.float64]) -> bool:
    """Return whether a course spans so many decades that it is shown on a logarithmic scale."""
    positive = values[values > 0]
    return positive.size > 0 and bool(positive.max() / np.quantile(positive, _LOW) > _MOST_FOLDS)


def title_of(output: str) -> str:
    """Return an output in words: ``plasma.lh`` is LH in plasma."""
    where, _, what = output.partition(".")
    if where == _ACTIVITY:
        return f"Activity of {_ENZYMES.get(what, what)} (1 is untreated)"
    name = shown_name(what).replace("alpha-", "α-").replace("beta-", "β-")
    place = f" in {where}" if where != "unbound" else ", unbound in plasma"
    return f"{name[:1].upper()}{name[1:]}{place}" if what else output


def _quantity(output: str, unit: str) -> str:
    """Return what stands beside an axis: the unit, or what a number without one counts."""
    return unit if unit != "1" else "times untreated" if output.startswith(f"{_ACTIVITY}.") else ""


def _draw_points(axes: Axes, points: Sequence[Point], span: float) -> None:
    """Draw published values; those of the same time stand beside each other, with one sign for each study."""
    signs = _signs(points)
    aside = _aside(points, span)
    taken: dict[tuple[float, float], int] = {}
    shared = Counter((point.place, point.until) for point in points if point.until is not None)
    for point in points:
        if point.is_time:
            _draw_time(axes, point, points)
            continue
        place = point.place
        if point.until is not None:
            window = (point.place, point.until)
            taken[window] = taken.get(window, 0) + 1
            place += (point.until - point.place) * taken[window] / (shared[window] + 1)
        _draw_value(axes, point, place, signs[point.study], aside.get(id(point), 0.0))
        if point.on_assay_scale:
            axes.plot(
                [point.predicted_place], [point.predicted], marker="x", markersize=5, color=_LINE, linestyle="none"
            )


def _aside(points: Sequence[Point], span: float) -> dict[int, float]:
    """Return how far aside each value of one moment is drawn, in points, where others are of the same moment."""
    moments: dict[int, list[Point]] = {}
    for point in points:
        if not point.is_time and point.until is None:
            moments.setdefault(round(point.place / (_SAME_MOMENT * span)), []).append(point)
    return {
        id(point): _MARK * (place - 0.5 * (len(found) - 1))
        for found in moments.values()
        for place, point in enumerate(found)
    }


def _draw_value(axes: Axes, point: Point, place: float, sign: str, aside: float) -> None:
    from matplotlib.transforms import ScaledTranslation

    figure = axes.get_figure()
    if figure is None:
        raise RuntimeError("these axes belong to no figure")
    beside = axes.transData + ScaledTranslation(aside / 72.0, 0.0, figure.dpi_scale_trans)
    if point.low is not None and point.high is not None:
        ends = [max(point.low, 0.0), point.high]
        axes.plot([place, place], ends, color=_POINT, linewidth=0.9, transform=beside)
        if point.value is None and point.until is not None:
            for end in (point.low, point.high):
                axes.plot([point.place, point.until], [end] * 2, color=_POINT, linewidth=0.6)
    if point.value is None:
        return
    if point.until is not None:
        axes.plot([point.place, point.until], [point.value] * 2, color=_POINT, linewidth=0.9)
    if point.earliest is not None and point.latest is not None:
        axes.plot([point.earliest, point.latest], [point.value] * 2, color=_POINT, linewidth=0.9)
    face = "white" if point.entry.role is Role.FIT else _POINT
    (drawn,) = axes.plot([place], [point.value], marker=sign, markersize=4.5, color=_POINT, transform=beside)
    drawn.set_markerfacecolor(face)
    drawn.set_zorder(3)


def _draw_time(axes: Axes, point: Point, points: Sequence[Point]) -> None:
    """Draw the time of a peak whose height nobody gave as a line; others stand at their heights."""
    if any(not each.is_time and each.place == point.place for each in points):
        return
    axes.axvline(point.place, color=_POINT, linewidth=0.9, linestyle=(0, (1, 1.5)))
    axes.annotate(
        "peak seen here", (point.place, 1), xytext=(4, -9), xycoords=("data", "axes fraction"),
        textcoords="offset points", color=_POINT, fontsize=7.6,
    )  # fmt: skip


def _signs(points: Sequence[Point]) -> dict[str, str]:
    """Return the sign of each study; all alike where there are more than signs."""
    studies = list(dict.fromkeys(point.study for point in points if not point.is_time))
    if len(studies) > len(_SIGNS):
        return dict.fromkeys(studies, next(iter(_SIGNS)))
    return dict(zip(studies, _SIGNS, strict=False))


def _scale(axes: Axes, values: NDArray[np.float64], points: list[Point]) -> None:
    levels = [point for point in points if not point.is_time]
    drawn = [each for point in levels for each in (point.value, point.predicted) if each]
    seen = [*values[values > 0].tolist(), *drawn]
    if is_wide(values):
        axes.set_yscale("log")
        _plain_ticks(axes)
        axes.set_ylim(max(0.5 * min(seen), max(seen) * _LOWEST_SHARE), 2 * max(seen))
    else:
        axes.set_ylim(0.0, 1.15 * max([*seen, *(point.high for point in levels if point.high)], default=1.0))


def _plain_ticks(axes: Axes) -> None:
    """Write a logarithmic axis with plain numbers at decades and nothing between."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.yaxis.set_major_locator(LogLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_locator(NullLocator())


def _note(points: list[Point], room: int) -> str:
    """Return how many points there are of each role, and the sign of each study as far as `room` letters reach."""
    drawn = [point for point in points if not point.is_time]
    words = {Role.CHECK: "to check", Role.CONSISTENCY: "for consistency", Role.FIT: "fitted (hollow)"}
    counts = Counter(point.entry.role for point in drawn)
    said = [f"{counts[role]} {word}" for role, word in words.items() if counts[role]]
    said += ["× read by the assay"] * any(point.on_assay_scale for point in drawn)
    signs = _signs(points)
    keys: list[list[str]] = [[]]
    if 0 < len(signs) <= len(_SIGNS):
        studies = [f"{_SIGNS[sign]} {study}" for study, sign in signs.items()]
        keys = [studies, [each.partition(", ")[0] for each in studies], []]
    texts = ["; ".join([*said, *each]) for each in keys]
    return next((text for text in texts if len(text) <= room), texts[-1])


def _second_unit(axes: Axes, output: str, unit: str) -> None:
    analyte = output.partition(".")[2]
    # a second logarithmic axis would lose its plain numbers when it is drawn
    if analyte not in library().names("compounds") or axes.get_yscale() == "log":
        return
    if not any(units.same_dimension(unit, known) for known in (units.CONCENTRATION, _BY_MASS)):
        return
    # the other way to count: by mass where amounts are shown, and the other way round
    molar = units.same_dimension(unit, units.CONCENTRATION)
    other = _BY_MASS if molar else _AMOUNTS.get(unit, units.CONCENTRATION)
    mass = library().molar_mass(analyte)
    factor = float(units.convert(1.0, unit, other, molar_mass=mass))
    beside = axes.secondary_yaxis(
        "right", functions=(functools.partial(np.multiply, factor), functools.partial(np.multiply, 1 / factor))
    )
    beside.set_ylabel(other)
    beside.spines["right"].set_visible(True)


def _mark_records(panels: list[Axes], shown: StateCourse) -> None:
    """Mark the delivery, and other events of states, by a dashed line."""
    for hour, what in shown.course.events:
        if shown.course.times[0] < hour < shown.course.times[-1]:
            place = float(np.interp(hour, shown.course.times, shown.places))
            for axes in panels:
                axes.axvline(place, color=MUTED, linewidth=0.7, linestyle=(0, (2, 2)))
            panels[0].annotate(
                what, (place, 1), xytext=(4, -9), xycoords=("data", "axes fraction"),
                textcoords="offset points", color=TEXT, fontsize=7.6,
            )  # fmt: skip
