"""The picture of work against precision: what each engine costs a person, and the error that this buys."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

from benchmarks.ladder import Rung
from neurosteroid.reports.palette import MUTED, TEXT
from neurosteroid.reports.svg import drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

FILE: Final = Path(__file__).with_name("work-precision.svg")
OURS: Final = "neurosteroid"
WIDTH, HEIGHT = 8.4, 5.4
"""Inches; 806 pixels at 96 an inch, which is about what a page of the report is wide."""

_BLUES = ("#0a5c9e", "#4b8fca", "#0a5c9e")
_LINE, _DASHES = (0.0, ()), (0.0, (4.0, 1.6))
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_OTHERS = ("#b04a00", "#00705a", "#8c3f78", "#7a5c00")


@final
@dataclass(frozen=True)
class _Look:
    """How an engine is drawn: ours in blues with circles, others each in a colour and a shape."""

    colour: str
    marker: str
    dashes: tuple[float, tuple[float, ...]]
    width: float
    filled: bool


def draw(ladders: Mapping[str, Sequence[Rung]], people: int, file: Path) -> None:
    """Write the picture as SVG, the same bytes for the same numbers.

    Args:
        ladders: rungs of each engine, timed.
        people: whom engines follow that do not follow fewer.
        file: where to.
    """
    part = file.with_suffix(".part")
    with drawing():
        figure = _figure(ladders, people)
        figure.savefig(part, format="svg", metadata={"Date": None, "Creator": None})
    text = re.sub(r"[ \t]+$", "", part.read_text(encoding="utf-8"), flags=re.MULTILINE)
    part.write_text(text, encoding="utf-8")
    part.replace(file)


def _figure(ladders: Mapping[str, Sequence[Rung]], people: int) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT))
    FigureCanvasAgg(figure)
    rows = (len(ladders) + 1) // 2
    top = HEIGHT - 0.78 - 0.18 * rows
    axes = figure.add_axes((0.75 / WIDTH, 0.6 / HEIGHT, (WIDTH - 0.95) / WIDTH, (top - 0.6) / HEIGHT))
    axes.set_xscale("log")
    axes.set_yscale("log")
    lines = [
        _line(axes, _label(name, ladder, people), ladder, look)
        for (name, ladder), look in zip(ladders.items(), _looks(list(ladders)), strict=True)
    ]
    axes.set_xlabel("processor time a person (ms)")
    axes.set_ylabel("largest relative error (fraction)")
    _decades(axes)
    edge = 0.75 / WIDTH
    figure.text(
        edge, 1 - 0.22 / HEIGHT, "Work and precision, 25 states", weight="bold", size=10.0, color=TEXT, va="center"
    )
    figure.text(
        edge, 1 - 0.44 / HEIGHT, "Towards the lower left: less time and less error. Each point is one tolerance.",
        size=8.5, color=MUTED, va="center",
    )  # fmt: skip
    figure.legend(
        handles=lines, loc="upper left", bbox_to_anchor=(edge, 1 - 0.62 / HEIGHT), ncols=2, frameon=False,
        borderpad=0.0, borderaxespad=0.0, handlelength=3.2, columnspacing=2.4, labelspacing=0.45, labelcolor=TEXT,
    )  # fmt: skip
    return figure


def _line(axes: Axes, label: str, ladder: Sequence[Rung], look: _Look) -> Line2D:
    (line,) = axes.plot(
        [1e3 * rung.cost("cpu") for rung in ladder],
        [rung.error for rung in ladder],
        label=label,
        color=look.colour,
        linestyle=look.dashes,
        linewidth=look.width,
        marker=look.marker,
        markersize=5.0,
        markerfacecolor=look.colour if look.filled else "white",
        markeredgewidth=1.2,
    )
    return line


def _looks(names: Sequence[str]) -> Sequence[_Look]:
    own = [name for name in names if name.startswith(OURS)]
    found: list[_Look] = []
    for name in names:
        if name in own:
            place = own.index(name)
            dashes = _DASHES if place == 2 else _LINE
            found.append(_Look(_BLUES[place % 3], "o", dashes, 2.0 if place == 0 else 1.4, filled=place != 2))
        else:
            place = len(found) - len(own)
            found.append(_Look(_OTHERS[place % 4], "sD^v"[place % 4], _LINE, 1.4, filled=True))
    return found


def _label(name: str, ladder: Sequence[Rung], people: int) -> str:
    """Return an engine's name without the versions of what it is built with, and its people if they are few."""
    short = re.sub(r", (numba|jax) [\d.]+", "", name)
    timed = ladder[0].people
    return f"{short}, {timed} people" if timed is not None and timed < people else short


def _decades(axes: Axes) -> None:
    """Write one tick a decade: times as plain numbers, errors as powers of ten."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    for axis, shown in ((axes.xaxis, _plain), (axes.yaxis, _power)):
        axis.set_major_locator(LogLocator(numticks=20))
        axis.set_minor_locator(LogLocator(subs=range(2, 10), numticks=20))
        axis.set_minor_formatter(NullFormatter())
        axis.set_major_formatter(FuncFormatter(shown))
    axes.tick_params(which="minor", length=1.8, width=0.5)


def _plain(value: float, _: int) -> str:
    return f"{value:,g}"


def _power(value: float, _: int) -> str:
    return "10" + str(round(math.log10(value))).translate(_RAISED)
