"""Panels stacked on one time axis: where they stand, dose ladders, lines and bands, and labels beside the lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.dosing import Protocol
from neurosteroid.model import Given
from neurosteroid.reports.palette import HAIRLINE, MUTED, TEXT, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

WIDTH: Final = 10.8
"""Inches; shown at 96 pixels an inch, so that 8 points are about 11 pixels."""
_LEFT, _TOP, _BOTTOM = 0.72, 0.12, 0.52
_LABEL = 0.52  # from the left edge of the panels to the foot of their labels
_NO_LABELS, _LABELS = 0.7, 1.6  # inches kept at the right
_LADDER, _PANEL, _GAP = 0.62, 1.42, 0.42
_KEYS_IN_A_ROW, _ROOM_FOR_KEYS = 3, 1.45  # names of 40 letters; share of the height that two lines of type take
GRID: Final = "_grid"
"""Label of the lines of the time axis in panels that do not draw its ticks; matplotlib keeps it out of legends."""
_GRID, _BELOW = 0.5, 0.5  # width of grid lines, and their order: below all else
_UNDER_PLANNED = 0.3  # rows by which what was given stands below what was planned
_INTERVALS = 4  # between the numbers beside a panel, at most
_LINE_HEIGHT = 0.165  # inches from one label to the next


def stack(ladders: int, panels: Sequence[float], *, labels: bool) -> tuple[Figure, list[Axes], list[Axes]]:
    """Return a figure with ladder axes above panel axes, all on one time axis.

    Args:
        ladders: how many.
        panels: height of each panel, in heights of an ordinary one.
        labels: whether to keep room for labels at the right.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    right = _LABELS if labels else _NO_LABELS
    heights = [_LADDER] * ladders + [_PANEL * each for each in panels]
    height = _TOP + _BOTTOM + sum(heights) + _GAP * len(heights)
    figure = Figure(figsize=(WIDTH, height))
    FigureCanvasAgg(figure)
    found: list[Axes] = []
    top = height - _TOP
    for each in heights:
        top -= _GAP * 0.6
        place = (_LEFT / WIDTH, (top - each) / height, (WIDTH - _LEFT - right) / WIDTH, each / height)
        found.append(figure.add_axes(place, sharex=found[0] if found else None))
        top -= each + _GAP * 0.4
    for axes in found[:-1]:
        # `shared_axis` draws their grid in one piece: ticks that show nothing else were a third of a report's cost
        axes.xaxis.set_visible(False)
    for axes in found:
        # few numbers read best in low panels, and each costs as much to draw as a course
        axes.yaxis.set_major_locator(MaxNLocator(_INTERVALS, steps=[1, 2, 2.5, 5, 10]))
        # one place for all labels of the left edge; else each is measured against the numbers beside it
        axes.yaxis.set_label_coords(-_LABEL / (WIDTH - _LEFT - right), 0.5)
    return figure, found[:ladders], found[ladders:]


def time_axis(axes: Sequence[Axes], until: float) -> None:
    """Set the shared time axis in h, with ticks that fall on half days or days where the span allows."""
    hour_ticks(axes[-1], until)
    shared_axis(axes, 0.0, until, "time since the start of treatment (h)")


def hour_ticks(axes: Axes, until: float) -> None:
    """Put the ticks of an axis of so many hours on parts of a day, days or weeks."""
    from matplotlib.ticker import MultipleLocator

    axes.xaxis.set_major_locator(MultipleLocator(tick_step(until)))


def shared_axis(axes: Sequence[Axes], begin: float, end: float, title: str) -> None:
    """Set the ends and title of the axis that stacked panels share, with the lines of its ticks in all of them.

    Args:
        axes: of all panels from top to bottom; the locator of the lowest is final.
        begin: left end.
        end: right end.
        title: what the axis shows, with its unit.
    """
    from matplotlib.collections import LineCollection

    axes[-1].set_xlim(begin, end)
    axes[-1].set_xlabel(title)
    inside = [float(tick) for tick in axes[-1].get_xticks() if begin <= tick <= end]
    lines = [[(tick, 0.0), (tick, 1.0)] for tick in inside]
    for each in axes[:-1]:
        across = each.get_xaxis_transform()
        grid = LineCollection(lines, colors=HAIRLINE, linewidths=_GRID, zorder=_BELOW, transform=across, label=GRID)
        each.add_collection(grid, autolim=False)


def tick_step(until: float) -> float:
    """Return h from tick to tick: about eight to twelve, at parts of a day, then at whole days and weeks."""
    return next((each for each in (1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 672) if until / each <= 12), until / 8)


def titled(axes: Axes, title: str, colour: str = TEXT, note: str = "") -> None:
    """Write a panel's title above its left edge, with a muted note after it."""
    written = axes.annotate(
        title, (0, 1), xytext=(0, 4), xycoords="axes fraction", textcoords="offset points", color=colour, weight="bold"
    )
    if note:
        axes.annotate(
            note, (1, 0), xytext=(8, 0), xycoords=written, textcoords="offset points", color=MUTED, va="bottom"
        )


def draw_schedule(axes: Axes, given: Sequence[Protocol], look: Look, until: float) -> None:
    """Draw when each of several compounds is given: a row a compound, its doses as marks, its name after the last."""
    for row, protocol in enumerate(given):
        at = [dose.time_h for dose in protocol.doses() if dose.time_h <= until]
        ladder = protocol.ladder()
        spans = [
            (begin, min(end, until))
            for begin, end, rate in zip(ladder.times_h[:-1], ladder.times_h[1:], ladder.rates[:-1], strict=True)
            if rate > 0 and begin < until
        ]
        axes.plot(at, [-row] * len(at), linestyle="none", marker="|", markersize=5, color=look.colour)
        for begin, end in spans:
            axes.plot([begin, end], [-row, -row], color=look.colour, linewidth=2.2)
        last = max([*at, *(end for _, end in spans)], default=0.0)
        axes.annotate(
            protocol.compound, (last, -row), xytext=(5, 0), textcoords="offset points", va="center",
            color=look.colour, fontsize=7.0, annotation_clip=False,
        )  # fmt: skip
    axes.set_ylim(-len(given) + 0.4, 0.6)
    axes.set_yticks([])
    axes.grid(axis="y", visible=False)


def draw_given_schedule(axes: Axes, given: Sequence[Given]) -> None:
    """Draw when each of several compounds was given, under the rows of `draw_schedule`."""
    for row, each in enumerate(given):
        place = -row - _UNDER_PLANNED
        at = [dose.time_h for dose in each.doses]
        axes.plot(at, [place] * len(at), linestyle="none", marker="|", markersize=5, color=TEXT)
        for begin, end, rate in zip(each.times[:-1], each.times[1:], each.rates, strict=True):
            if rate > 0.0:
                axes.plot([begin, end], [place, place], color=TEXT, linewidth=1.1)
    axes.annotate(
        "dark: given, after the rules", (1, 0), xytext=(-4, 3), xycoords="axes fraction",
        textcoords="offset points", color=MUTED, fontsize=7.6, ha="right",
    )  # fmt: skip


def draw_line(axes: Axes, times: Array, values: Array, look: Look) -> None:
    """Draw one course (K,)."""
    axes.plot(times, values, color=look.colour, linestyle=look.dashes)


def draw_band(axes: Axes, times: Array, low: Array, high: Array, look: Look) -> None:
    """Draw the 5 to 95 % band (K,) as a wash with thin edges."""
    axes.fill_between(times, low, high, color=look.colour, alpha=0.08, linewidth=0)
    for edge in (low, high):
        axes.plot(times, edge, color=look.colour, linewidth=0.5, alpha=0.55)


def draw_bars(axes: Axes, times: Array, low: Array, high: Array, look: Look, place: float) -> None:
    """Draw the 5 to 95 % range (K,) as a bar at each tick, moved aside so that protocols stand beside each other.

    Args:
        axes: to draw on.
        times: (K,) h.
        low: lower end of the range (K,).
        high: upper end of the range (K,).
        look: of the protocol.
        place: how far aside, as a share of the distance between ticks.
    """
    step = tick_step(float(times[-1]))
    # bars at the start and at the end would stand half outside
    at = np.arange(step, float(times[-1]) - 0.5 * step, step)
    at = at if len(at) else np.array([0.5 * float(times[-1])])
    ends = np.interp(at, times, low), np.interp(at, times, high)
    axes.vlines(at + place * step, *ends, color=look.colour, linewidth=1.1, alpha=0.75)
    for edge in ends:
        axes.plot(at + place * step, edge, linestyle="none", marker="_", markersize=4, color=look.colour)


def label_lines(axes: Axes, ends: Mapping[str, float], found: Mapping[str, Look]) -> None:
    """Write each line's name beside its right end, moved apart where they would overlap, with a thin leader.

    Args:
        axes: whose limits are final.
        ends: name to the value at the right edge.
        found: name to look.
    """
    low, high = axes.get_ylim()
    box = axes.get_window_extent()
    height = float(box.height / box.width) * _width_in_inches(axes)
    names = sorted(ends, key=lambda name: ends[name])
    wanted = np.array([(ends[name] - low) / (high - low) * height for name in names])
    places = spread_apart(wanted, _LINE_HEIGHT, height)
    inch = 1.0 / _width_in_inches(axes)
    for name, from_, to in zip(names, wanted, places, strict=True):
        colour = found[name].colour
        line: dict[str, Any] = {"transform": axes.transAxes, "clip_on": False, "linewidth": 0.5, "color": colour}
        axes.plot([1 + 0.04 * inch, 1 + 0.18 * inch], [from_ / height, to / height], **line)
        at = (1 + 0.22 * inch, to / height)
        axes.annotate(shortened(name), at, xycoords="axes fraction", va="center", color=colour, annotation_clip=False)


def _width_in_inches(axes: Axes) -> float:
    return float(axes.get_position().width) * WIDTH


def key(axes: Axes, found: Mapping[str, Look], title: str) -> None:
    """Write the names with a piece of their line inside a panel: in a row above what is drawn, if they fit in one."""
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], color=look.colour, linestyle=look.dashes) for look in found.values()]
    colours = [look.colour for look in found.values()]
    names = [shortened(name, 40) for name in found]
    row = len(names) <= _KEYS_IN_A_ROW
    if row:
        axes.set_ylim(top=axes.get_ylim()[1] * _ROOM_FOR_KEYS)
    axes.legend(
        lines,
        names,
        title=title,
        labelcolor=colours,
        frameon=False,
        loc="upper left" if row else "best",
        ncols=len(names) if row else 1,
        handlelength=2.6,
        alignment="left",
    )


def shortened(name: str, most: int = 20) -> str:
    """Return a name that fits the margin."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def spread_apart(wanted: Array, distance: float, height: float) -> Array:
    """Return positions at least `distance` apart and near the wanted ones, inside 0 to `height` where they fit.

    Args:
        wanted: (N,) ascending.
        distance: least distance between neighbours.
        height: of the room.
    """
    if len(wanted) == 0:
        return wanted
    # pool neighbours that collide into blocks that stand around their mean, as in isotonic regression
    blocks: list[list[float]] = []
    for index, value in enumerate(wanted):
        blocks.append([float(value) - index * distance, 1.0])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, count = blocks.pop()
            before, number = blocks.pop()
            blocks.append([(mean * count + before * number) / (count + number), count + number])
    offsets = np.concatenate([np.full(int(count), mean) for mean, count in blocks])
    highest = max(0.0, height - distance * (len(wanted) - 1))
    return np.asarray(np.clip(offsets, 0.0, highest) + distance * np.arange(len(wanted)), dtype=float)
