"""The figure of several treatments for fertility: the same hormones of each, from the trigger or the LH peak."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from neurosteroid.reports import axes as draw
from neurosteroid.reports.palette import MUTED, TEXT
from neurosteroid.reports.state_figure import title_of
from neurosteroid.reports.svg import drawing, inline_svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from neurosteroid.model import Course
    from neurosteroid.studies.state_course import StateCourse

_TRIGGER: Final = "choriogonadotropin-alfa"
_DAY: Final = 24.0  # h
_BEFORE, _AFTER = -14.0, 20.0  # days shown around the trigger
_LINES: Final = (
    ("#0a5c9e", (0, ())),
    ("#b04a00", (0, (5, 1.6))),
    ("#00705a", (0, (1.2, 1.2))),
    ("#8c3f78", (0, (6, 1.4, 1.2, 1.4))),
)
"""Colour and dashes of each treatment, so that they can be told apart without colour."""
_ROOM: Final = 1.15  # of the highest value


def trigger(course: Course) -> float:
    """Return the hour of the trigger of a course: its first dose of hCG, or its highest LH where none is given."""
    doses = [dose for protocol in course.protocols if protocol.compound == _TRIGGER for dose in protocol.doses()]
    if doses:
        return doses[0].time_h
    return float(course.times[np.argmax(course.values["plasma.lh"])])


def treatments_figure(shown: Sequence[StateCourse], outputs: Sequence[str]) -> Figure:
    """Return the figure of at most four treatments, one panel for each output, days from the trigger."""
    with drawing():
        figure, _, panels = draw.stack(0, [1.3] * len(outputs), labels=False)
        for axes, output in zip(panels, outputs, strict=True):
            highest = 0.0
            for each, (colour, dashes) in zip(shown, _LINES, strict=False):
                course = each.course
                days = (course.times - trigger(course)) / _DAY
                inside = (days >= _BEFORE) & (days <= _AFTER)
                values = course.values[output]
                axes.plot(days[inside], values[inside], color=colour, linestyle=dashes, label=each.card.title)
                highest = max(highest, float(values[inside].max()))
            axes.axvline(0.0, color=MUTED, linewidth=0.7, linestyle=(0, (2, 2)))
            axes.set_ylim(0.0, _ROOM * highest)
            draw.titled(axes, title_of(output))
            axes.set_ylabel(shown[0].course.units[output])
        draw.shared_axis(panels, _BEFORE, _AFTER, "days from the trigger, or from the LH peak of the natural cycle")
        panels[0].legend(loc="upper left", frameon=False, fontsize=7.6, labelcolor=TEXT, handlelength=3.2)
    return figure


def treatments_svg(shown: Sequence[StateCourse], outputs: Sequence[str]) -> str:
    """Return the figure as an ``<svg>`` element that stands by itself."""
    names = "; ".join(each.card.title for each in shown)
    text = inline_svg(
        treatments_figure(shown, outputs),
        name="treatments",
        title=f"{' and '.join(title_of(each) for each in outputs)} under treatments for fertility",
        description=f"Model courses, extrapolated: {names}.",
    )
    return text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + "\n"
