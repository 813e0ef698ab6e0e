"""The figure of concentration-response curves: log axis with unit, half-effective concentrations marked, sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from neurosteroid.receptors.curve import Curve
from neurosteroid.reports import formats
from neurosteroid.reports.palette import MUTED, TEXT
from neurosteroid.reports.small_print import SIZE, small_print
from neurosteroid.reports.svg import drawing, inline_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS: Final = ("#0a5c9e", "#b04a00", "#00705a", "#8c3f78")
_DASHES: Final = ((0, ()), (0, (5, 1.6)), (0, (1.2, 1.2)), (0, (6, 1.4, 1.2, 1.4)))
_SIZE: Final = (5.6, 4.3)
"""Inches: one and a half columns of a journal."""
_LETTERS: Final = 98
"""Of the small print in one line."""
_HEADROOM: Final = 1.12
_ROOM_FOR_NAMES: Final = 1.35


def curve_figure(curves: Sequence[Curve]) -> Figure:
    """Return the figure of curves of one ligand; those drawn later stand for what a background adds.

    Args:
        curves: of one ligand, in one unit.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with drawing():
        figure = Figure(figsize=_SIZE)
        FigureCanvasAgg(figure)
        lines = small_print((curve.ledger for curve in curves), _LETTERS)
        low = 0.155 + 0.034 * len(lines)
        axes = figure.add_axes((0.115, low, 0.855, 0.9 - low))
        axes.set_xscale("log")
        falling = any(curve.half_name == "IC50" for curve in curves)  # such a curve begins where the names stand
        top = (_ROOM_FOR_NAMES if falling else _HEADROOM) * max(float(curve.open_probability.max()) for curve in curves)
        axes.set_ylim(0.0, top)
        _plain_decades(axes, curves)
        for place, curve in enumerate(curves):
            _draw(axes, curve, place, len(curves))
        first = curves[0]
        axes.set_xlabel(f"{first.ligand} ({formats.unit(first.unit)})")
        axes.set_ylabel(f"open probability, {first.at}")
        axes.legend(frameon=False, loc="upper left", handlelength=2.6, labelcolor="linecolor")
        title = f"{first.receptor}, {first.variant}" if first.variant else first.receptor
        figure.text(0.115, 0.945, title, weight="bold", color=TEXT, fontsize=9)
        for place, line in enumerate(reversed(lines)):
            figure.text(0.02, 0.014 + 0.034 * place, line, color=MUTED, fontsize=SIZE)
    return figure


def curve_svg(curves: Sequence[Curve]) -> str:
    """Return the figure as an ``<svg>`` element that stands by itself."""
    first = curves[0]
    halves = "; ".join(f"{name_of(curve)}: {curve.half_effective_concentration:.3g} {curve.unit}" for curve in curves)
    text = inline_svg(
        curve_figure(curves),
        name=f"curve-{first.receptor.split()[0]}",
        title=f"{first.ligand} at {first.receptor}",
        description=f"Open probability ({first.at}) against {first.ligand}. Half-effective concentrations: {halves}.",
    )
    return text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + "\n"


def name_of(curve: Curve) -> str:
    """Return what a curve is of, in words: its ligand alone, or with its background."""
    others = " and ".join(f"{formats.unit(amount)} {name}" for name, amount in curve.background.items())
    return f"with {others}" if others else f"{curve.ligand} alone"


def _draw(axes: Axes, curve: Curve, place: int, count: int) -> None:
    colour, dashes = _COLOURS[place % len(_COLOURS)], _DASHES[place % len(_DASHES)]
    axes.plot(curve.concentrations, curve.open_probability, color=colour, linestyle=dashes, label=name_of(curve))
    half = curve.half_effective_concentration
    height = 0.5 * (curve.without + curve.largest)
    axes.plot([half, half], [0.0, height], color=colour, linewidth=0.7, linestyle=(0, (2, 2)))
    axes.plot([half], [height], marker="o", markersize=4.5, color=colour, markerfacecolor="white", zorder=3)
    # labels to the left of curves that stand further left, so that they do not cross the next curve
    left = count > 1 and half == min(half, curve.half_effective_concentration) and place > 0
    axes.annotate(
        f"{curve.half_name.replace('50', '₅₀')} {half:.3g} {formats.unit(curve.unit)}",
        (half, height),
        xytext=(-7, 1) if left else (7, -3),
        textcoords="offset points",
        color=colour,
        ha="right" if left else "left",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
    )


def _plain_decades(axes: Axes, curves: Sequence[Curve]) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    ends = np.concatenate([curve.concentrations[[0, -1]] for curve in curves])
    axes.set_xlim(float(ends.min()), float(ends.max()))
    axes.xaxis.set_major_locator(LogLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
