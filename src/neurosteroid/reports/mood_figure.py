"""The figure of the rival explanations: how easily the principal cell fires against the level in serum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from neurosteroid.reports.palette import HAIRLINE, MUTED
from neurosteroid.reports.svg import drawing, inline_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from neurosteroid.model.mood.comparison import MoodComparison

_COLOURS: Final = ("#0a5c9e", "#b04a00", "#00705a", "#8c3f78", "#7a5c00")
_DASHES: Final = ("-", (0, (5, 1.6)), (0, (1.2, 1.2)))
_CLOSE: Final = 3.0
"""nmol/L up to which the lower panel looks closely."""


def mood_figure(comparison: MoodComparison) -> Figure:
    """Return two panels: all levels, and the low ones closely; the band is where mood was observed worst."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with drawing():
        figure = Figure(figsize=(7.2, 6.4), layout="constrained")
        FigureCanvasAgg(figure)
        whole, close = figure.subplots(2, 1)
        for axes in (whole, close):
            _lines(axes, comparison)
        whole.set_title(
            "Excitability of the principal cell by five explanations; up is worse mood, by assumption",
            loc="left",
            fontsize=8.5,
        )
        low, high = close.get_ylim()
        serum = comparison.recordings[0].columns["serum"]
        near = [found.columns["excitability"][serum <= _CLOSE] for found in comparison.recordings]
        close.set_xlim(0.0, min(_CLOSE, float(serum[-1])))
        if len(near[0]) > 1:
            low, high = min(map(min, near)), max(map(max, near))
            margin = 0.08 * (high - low)
            close.set_ylim(low - margin, high + margin)
        close.set_xlabel("allopregnanolone in serum (nmol/L)")
        handles, labels = whole.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower left", ncols=3, frameon=False, fontsize=7.5)
    return figure


def _lines(axes: Axes, comparison: MoodComparison) -> None:
    axes.axvspan(*comparison.window, color=HAIRLINE, linewidth=0, zorder=0)
    axes.axhline(0.0, color=MUTED, linewidth=0.6)
    seen: dict[str, int] = {}
    order: list[str] = []
    for each, found in zip(comparison.hypotheses, comparison.recordings, strict=True):
        serum, change = found.columns["serum"], found.columns["excitability"]
        if not each.variant and each.acts_on == "nothing":
            axes.plot(serum, change, color="#1c2430", linewidth=2.6, alpha=0.35, label="no hypothesis")
            continue
        if each.name not in order:
            order.append(each.name)
        dashes = _DASHES[seen.get(each.name, 0) % len(_DASHES)]
        seen[each.name] = seen.get(each.name, 0) + 1
        axes.plot(
            serum, change, color=_COLOURS[order.index(each.name) % len(_COLOURS)], linestyle=dashes, label=each.label
        )
    axes.set_ylabel("excitability (% of that at 0)")
    axes.set_xlim(0.0, float(comparison.recordings[0].columns["serum"][-1]))


def mood_svg(comparison: MoodComparison) -> str:
    """Return the comparison as a whole SVG file."""
    figure = mood_figure(comparison)
    width, height = figure.get_size_inches() * 96
    told = "; ".join(
        f"{each.label}: {found.scalars['shape']}, most excitable at {found.scalars['worst level']:.3g} nmol/L"
        for each, found in zip(comparison.hypotheses, comparison.recordings, strict=True)
    )
    element = inline_svg(figure, name="mood-hypotheses", title="Rival explanations of the mood curve", description=told)
    attributes = f'xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"'
    return element.replace("<svg ", f"<svg {attributes} ", 1) + "\n"
