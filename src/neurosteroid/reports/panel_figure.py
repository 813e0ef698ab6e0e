"""The figure of a receptor panel: targets by concentrations, what each does there, and how well that is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from neurosteroid.receptors.panel import ReceptorPanel, Verdict
from neurosteroid.receptors.panel_words import cell, concentration, reached
from neurosteroid.reports import formats
from neurosteroid.reports.palette import HAIRLINE, MUTED, TEXT
from neurosteroid.reports.svg import drawing, inline_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW, _HEAD, _FAMILY, _FOOT = 0.27, 0.62, 0.32, 0.98  # inches
_NAME, _WAY, _CELL, _FROM, _EVIDENCE = 2.75, 1.75, 1.12, 1.55, 1.25
_MARGIN: Final = 0.12
_INSET: Final = 0.03  # between neighbouring cells
_LEGEND_STEP: Final = 0.23


@final
@dataclass(frozen=True)
class _Paint:
    """How a verdict is drawn: fill, text, and a hatch or border so that it reads without colour."""

    fill: str
    text: str
    hatch: str | None = None
    dashed: bool = False


_PAINT: Final[Mapping[Verdict, _Paint]] = {
    Verdict.MATTERS: _Paint("#0a5c9e", "white"),
    Verdict.UNDECIDED: _Paint("#cfe0f0", TEXT, hatch="////"),
    Verdict.ACTS: _Paint("#e3d3e9", TEXT, hatch="xxx"),
    Verdict.SMALL: _Paint("#eef1f4", MUTED),
    Verdict.LITTLE: _Paint("white", MUTED),
    Verdict.UNKNOWN: _Paint("white", MUTED, dashed=True),
}


def panel_figure(panel: ReceptorPanel) -> Figure:
    """Return the figure of a panel: rows are targets by family, columns concentrations.

    A dark cell reaches the criterion, a pale one does not, a hatched one lies between bounds on both sides of it; a
    dashed frame is unknown. Beside the cells stand the concentration from which the effect counts and the evidence.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    families = list(dict.fromkeys(each.family for each in panel.actions))
    columns = len(panel.concentrations)
    width = 2 * _MARGIN + _NAME + _WAY + _CELL * columns + _FROM + _EVIDENCE
    height = _HEAD + _ROW * len(panel.actions) + _FAMILY * len(families) + _FOOT
    with drawing():
        figure = Figure(figsize=(width, height))
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        axes.axis("off")
        axes.grid(visible=False)
        _heads(axes, panel)
        top = _HEAD
        for family in families:
            top = _family(axes, panel, family, top, width)
        _foot(axes, panel, top + 0.24)
    return figure


def panel_svg(panel: ReceptorPanel) -> str:
    """Return the figure of a panel as an ``<svg>`` element that stands by itself."""
    text = inline_svg(
        panel_figure(panel),
        name=f"panel-{panel.steroid}",
        title=f"{panel.steroid} at its targets",
        description=_description(panel),
    )
    return text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + "\n"


def _description(panel: ReceptorPanel) -> str:
    by: dict[Verdict, list[str]] = {}
    for each, verdict in zip(panel.actions, panel.at_brain_levels, strict=True):
        by.setdefault(verdict, []).append(each.title)
    parts = [f"{verdict}: {', '.join(names)}" for verdict, names in by.items()]
    return f"At {concentration(panel.brain_levels[1])}, {'; '.join(parts)}."


def _left_of_cells() -> float:
    return _MARGIN + _NAME + _WAY


def _heads(axes: Axes, panel: ReceptorPanel) -> None:
    bold: dict[str, Any] = {"va": "bottom", "color": TEXT, "weight": "bold"}
    axes.text(_MARGIN, _HEAD - 0.08, panel.steroid, **bold | {"fontsize": 10})
    axes.text(_MARGIN + _NAME, _HEAD - 0.08, "effect", **bold)
    left = _left_of_cells()
    for place, value in enumerate(panel.concentrations):
        axes.text(
            left + _CELL * (place + 0.5),
            _HEAD - 0.08,
            formats.sentence(concentration(float(value))),
            ha="center",
            **bold,
        )
    after = left + _CELL * len(panel.concentrations)
    axes.text(after + 0.12, _HEAD - 0.08, f"{100 * panel.criterion:g} % from", **bold)
    axes.text(after + _FROM, _HEAD - 0.08, "evidence", **bold)
    low, high = panel.brain_levels
    inside = np.flatnonzero((panel.concentrations >= low) & (panel.concentrations <= high))
    # columns stand in the order they were asked for, so those of a brain may lie apart
    runs = [run for run in np.split(inside, np.flatnonzero(np.diff(inside) > 1) + 1) if run.size]
    named = max(runs, key=len, default=None)
    whose = "" if panel.steroid == panel.brain_levels_of else f" of {panel.brain_levels_of}"
    for run in runs:
        ends = left + _CELL * run[0] + 0.08, left + _CELL * (run[-1] + 1) - 0.08
        axes.plot(ends, [_HEAD - 0.29] * 2, color=MUTED, linewidth=0.8)
        if run is named:
            axes.text(sum(ends) / 2, _HEAD - 0.32, f"brain levels{whose}", ha="center", va="bottom", color=MUTED)


def _family(axes: Axes, panel: ReceptorPanel, family: str, top: float, width: float) -> float:
    """Draw the rows of a family from `top` down and return where they end."""
    axes.plot([_MARGIN, width - _MARGIN], [top + 0.04] * 2, color=HAIRLINE, linewidth=0.7)
    axes.text(_MARGIN, top + _FAMILY - 0.07, family, va="bottom", color=MUTED, weight="bold")
    top += _FAMILY
    after = _left_of_cells() + _CELL * len(panel.concentrations)
    for row, each in enumerate(panel.actions):
        if each.family != family:
            continue
        middle = top + _ROW / 2
        axes.text(_MARGIN + 0.1, middle, each.title, va="center", color=TEXT)
        way = "" if each.way == "effect" else each.way
        axes.text(_MARGIN + _NAME, middle, way, va="center", color=MUTED)
        for column, verdict in enumerate(panel.verdicts[row]):
            _cell(axes, _left_of_cells() + _CELL * column, top, cell(panel, row, column), verdict)
        axes.text(after + 0.12, middle, formats.sentence(reached(panel, row)), va="center", color=TEXT, fontsize=7.4)
        axes.text(after + _FROM, middle, str(each.evidence), va="center", color=TEXT)
        top += _ROW
    return top


def _cell(axes: Axes, left: float, top: float, text: str, verdict: Verdict, wide: float = _CELL) -> None:
    from matplotlib.patches import Rectangle

    paint = _PAINT[verdict]
    frame = Rectangle(
        (left + _INSET, top + _INSET),
        wide - 2 * _INSET,
        _ROW - 2 * _INSET,
        facecolor=paint.fill,
        edgecolor="#9aa5b1" if paint.hatch or paint.dashed else HAIRLINE,
        linewidth=0.6,
        linestyle=(0, (2, 1.6)) if paint.dashed else "solid",
        hatch=paint.hatch,
    )
    axes.add_patch(frame)
    pad: dict[str, Any] = {}
    if paint.hatch:  # the hatch must not run through the letters
        pad["bbox"] = {"facecolor": paint.fill, "edgecolor": "none", "pad": 1.0}
    axes.text(left + wide / 2, top + _ROW / 2, text, ha="center", va="center", color=paint.text, fontsize=7.6, **pad)


def _foot(axes: Axes, panel: ReceptorPanel, top: float) -> None:
    left = _MARGIN
    for verdict in Verdict:
        _cell(axes, left, top - _ROW / 2, "", verdict, wide=0.36)
        axes.text(left + 0.42, top, str(verdict), va="center", color=TEXT)
        left += 0.62 + 0.071 * len(str(verdict))
    share = f"{100 * panel.criterion:g} %"
    low, high = panel.brain_levels
    lines = (
        f"An effect counts from {share}, and brain holds {low:g} to {high:g} nmol/L of {panel.brain_levels_of}: both"
        " assumed. Concentrations are nominal. Two ends: what the evidence allows.",
        f"{len(panel.ledger.numbers)} numbers took part, {len(panel.ledger.assumed)} of them assumed. Open probability"
        " is the peak at a probe of GABA (on the isoform's card, or EC10), or the steady state where that is said.",
    )
    for place, line in enumerate(lines):
        axes.text(_MARGIN, top + _LEGEND_STEP * (place + 1.15), line, va="center", color=MUTED)
