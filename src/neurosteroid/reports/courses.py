"""Courses along time: the protocols of a study with their bands, or one woman's course, on one time axis."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Arm
from neurosteroid.evidence import library
from neurosteroid.reports import axes as draw
from neurosteroid.reports import formats
from neurosteroid.reports.doses import draw_given, draw_what_is_given
from neurosteroid.reports.palette import MUTED, Look, looks
from neurosteroid.reports.panels import Panel, as_read, panels, study_panels
from neurosteroid.reports.svg import drawing
from neurosteroid.reports.who import who_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from neurosteroid.model import Course
    from neurosteroid.studies import Study

Array = NDArray[np.float64]
_BAR: Final = 0.075  # distance of neighbouring bars, as a share of the distance between ticks
_BARS_NOTE: Final = "bars: 5 to 95 % of {many} at that hour, one beside the other"


def study_figure(study: Study) -> Figure:
    """Return what the arms of a study are given above the 5, 50 and 95 % courses of its women, all on one time axis."""
    found = looks(study.arms)
    shown, many = study_panels(study), who_of(study.config.population.card).many
    until = max(float(band.times[-1]) for band in study.bands.values())
    with drawing():
        figure, ladders, below = draw.stack(len(study.arms), [panel.height for panel in shown], labels=True)
        _draw_ladders(ladders, study.arms, found, until)
        for axes, panel in zip(below, shown, strict=True):
            ends: dict[str, float] = {}
            for place, arm in enumerate(study.arms):
                band, look = study.bands[arm.name, panel.output], found[arm.name]
                middle = _in_unit(band.mean if band.p50 is None else band.p50, band.unit, panel)
                if band.p05 is not None and band.p95 is not None:
                    low, high = (_in_unit(edge, band.unit, panel) for edge in (band.p05, band.p95))
                    if panel.bars:
                        aside = (place - 0.5 * (len(study.arms) - 1)) * _BAR
                        draw.draw_bars(axes, band.times, low, high, look, aside)
                    else:
                        draw.draw_band(axes, band.times, low, high, look)
                draw.draw_line(axes, band.times, middle, look)
                ends[arm.name] = float(middle[-1])
            _finish(axes, panel, _BARS_NOTE.format(many=many) if panel.bars else "")
            if panel.second is None:
                draw.label_lines(axes, ends, found)
            else:
                draw.key(axes, found, f"median; band: 5 to 95 % of {many}")
        _mark_end(below, study.arms, until)
        draw.time_axis([*ladders, *below], until)
    return figure


def course_figure(course: Course) -> Figure:
    """Return the figure of one woman: her protocol as a dose ladder above what follows from it.

    Args:
        course: from `simulate`.

    Returns:
        A matplotlib figure that belongs to no window; save it with ``figure.savefig(...)``.
    """
    arm = Arm(" + ".join(each.name for each in course.protocols), course.protocol.title, course.protocols)
    found = looks([arm])
    look = found[arm.name]
    shown = as_read(panels(course.values), course.reading)
    until = float(course.times[-1])
    with drawing():
        figure, ladders, below = draw.stack(1, [panel.height for panel in shown], labels=False)
        _draw_ladders(ladders, [arm], found, until)
        if course.actions and len(arm.given) > 1:
            pairs = zip(course.protocols, course.each_given, strict=True)
            draw.draw_given_schedule(ladders[0], [given for each, given in pairs if each.steps])
        elif course.actions:
            draw_given(ladders[0], course.given, arm.first)
        for axes, panel in zip(below, shown, strict=True):
            values = _in_unit(course.values[panel.output], course.units[panel.output], panel)
            draw.draw_line(axes, course.times, values, look)
            _finish(axes, panel)
        _mark_end(below, [arm], until)
        draw.time_axis([*ladders, *below], until)
    return figure


def described(study: Study) -> str:
    """Return what the study's figure shows, in words for those who cannot see it."""
    names, people = ", ".join(arm.name for arm in study.arms), study.config.population
    outputs = "; ".join(panel.title for panel in study_panels(study))
    return (
        f"What is given in {names}, and below them, on the same time axis in hours, the median and the 5 to 95 % band "
        f"of {people.size} {who_of(people.card).many} in each arm: {outputs}. The numbers stand in the tables."
    )


def _draw_ladders(ladders: Sequence[Axes], arms: Sequence[Arm], found: Mapping[str, Look], until: float) -> None:
    for axes, arm in zip(ladders, arms, strict=True):
        look = found[arm.name]
        if len(arm.given) > 1:
            draw.draw_schedule(axes, arm.given, look, until)
        else:
            draw_what_is_given(axes, arm, arms, look, until)
        note = arm.title if arm.title != arm.name else ""
        draw.titled(axes, draw.shortened(arm.name, 40), look.colour, formats.sentence(draw.shortened(note, 80)))


def _in_unit(values: Array, unit: str, panel: Panel) -> Array:
    return units.convert(values, unit, panel.unit, molar_mass=library().molar_mass(panel.output), where=panel.output)


def _finish(axes: Axes, panel: Panel, note: str = "") -> None:
    draw.titled(axes, panel.title, note=note)
    axes.set_ylabel(panel.shown)
    if panel.from_zero:
        axes.set_ylim(bottom=0.0)
    if panel.second is not None:
        factor = float(units.convert(1.0, panel.unit, panel.second, molar_mass=library().molar_mass(panel.output)))
        forth, back = functools.partial(np.multiply, factor), functools.partial(np.multiply, 1 / factor)
        beside = axes.secondary_yaxis("right", functions=(forth, back))
        beside.set_ylabel(panel.second)
        beside.spines["right"].set_visible(True)


def _mark_end(below: Sequence[Axes], arms: Sequence[Arm], until: float) -> None:
    """Mark the end of treatment when all arms that give something end together."""
    ends = {round(arm.end_h, 6) for arm in arms if arm.given}
    if len(ends) != 1 or not below:
        return
    (end,) = ends
    if not 0 < end < until:
        return
    for axes in below:
        axes.axvline(end, color=MUTED, linewidth=0.7, linestyle=(0, (2, 2)))
    # the first panel has the key at its top
    infused = any(each.ladder().rates.any() for arm in arms for each in arm.given)
    below[min(1, len(below) - 1)].annotate(
        "end of treatment" if infused else "last dose", (end, 1), xytext=(4, -9), xycoords=("data", "axes fraction"),
        textcoords="offset points", color=MUTED, fontsize=7.6,
    )  # fmt: skip
