"""What the panels of several concentrations share: colours, plain ticks, points, and names beside lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.reports.axes import spread_apart
from neurosteroid.reports.palette import TEXT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]

COLOURS: Final = ("#66707c", "#2f9bd0", "#0a4f8c", "#8c3f78", "#c2571a", "#00705a", "#7a5c00")
"""Of the concentrations, without steroid first: what the body makes in blues, what is given in warm colours."""
WIDTH: Final = 10.8
"""Inches, of the sheet."""


def plain(axes: Axes, ticks: Sequence[float]) -> None:
    """Write a vertical axis with these plain numbers and nothing between."""
    from matplotlib.ticker import NullLocator

    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.yaxis.set_minor_locator(NullLocator())


def _height(axes: Axes) -> float:
    """Return the height of a panel in inches."""
    box = axes.get_window_extent()
    return float(box.height / box.width * axes.get_position().width) * WIDTH


def beside(axes: Axes, ends: dict[str, tuple[float, str]]) -> None:
    """Write names beside the right ends of lines, by value and colour, moved apart where they would overlap."""
    tall = _height(axes)
    names = sorted(ends, key=lambda name: ends[name][0])
    scale = axes.transData + axes.transAxes.inverted()
    x = axes.get_xlim()[1]
    wanted = np.array([scale.transform((x, ends[name][0]))[1] * tall for name in names])
    for name, place in zip(names, spread_apart(wanted, 0.14, tall), strict=True):
        axes.annotate(
            name, (1, place / tall), xycoords="axes fraction", xytext=(4, 0), textcoords="offset points",
            va="center", color=ends[name][1], fontsize=7.8, annotation_clip=False,
        )  # fmt: skip


def points(axes: Axes, places: Array, values: Array, marker: str, dashes: Any, *, hollow: bool = False) -> None:
    """Draw values as markers in the colours of their concentrations, with a grey line through them."""
    axes.plot(places, values, color="#9aa5b1", linewidth=0.9, linestyle=dashes, zorder=2)
    for place, value, colour in zip(places, values, COLOURS, strict=False):
        face = "white" if hollow else colour
        axes.plot([place], [value], marker=marker, markersize=4.6, color=colour, markerfacecolor=face, zorder=3)


def inside(axes: Axes, ends: dict[str, float], room: float = 0.34) -> None:
    """Leave room, a share of what is there, at the right of a panel, and write names there."""
    low, high = axes.get_xlim()
    axes.set_xlim(low, high + room * (high - low))
    _named_at(axes, ends, high)


def _named_at(axes: Axes, ends: dict[str, float], x: float) -> None:
    tall = _height(axes)
    bottom, top = axes.get_ylim()
    names = sorted(ends, key=lambda name: ends[name])
    wanted = np.array([(ends[name] - bottom) / (top - bottom) * tall for name in names])
    for name, place in zip(names, spread_apart(wanted, 0.14, tall), strict=True):
        axes.annotate(name, (x, bottom + (top - bottom) * place / tall), va="center", color=TEXT, fontsize=7.6)


def around(values: Sequence[float], share: float) -> tuple[float, float]:
    """Return limits that leave a share of the range free at both ends."""
    low, high = min(values), max(values)
    room = share * ((high - low) or 1.0)
    return low - room, high + room
