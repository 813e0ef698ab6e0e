"""The figure of a circuit: spectra with and without steroid, how they differ, and spikes of the first seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from neurosteroid.model.circuit_words import FEW
from neurosteroid.reports.palette import MUTED, TEXT
from neurosteroid.reports.svg import drawing, inline_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from neurosteroid.model.circuit_activity import CircuitActivity, Raster

_SIZE: Final = (7.0, 6.0)
"""Inches: two columns of a journal."""
_WITH: Final = "#b04a00"
_WITHOUT: Final = "#33506b"
_POPULATIONS: Final = ("#0a5c9e", "#b04a00", "#00705a")
_LINE: Final = 112
"""Letters of the small print in one line."""
_LEFT: Final = 0.105
_NUMBER: Final = 0.16
"""Share of the width of the axis of changes that a number and its distance to the next one take."""
_BESIDE: Final = 10.0
"""How far the axis of a spectrum of few seeds goes beyond the curves, as a factor."""
_SUPERSCRIPT: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def circuit_figure(found: CircuitActivity) -> Figure:
    """Return a matplotlib figure of a circuit."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    changed = _changed(found)
    with drawing():
        figure = Figure(figsize=_SIZE)
        FigureCanvasAgg(figure)
        title, _, setting = found.title.partition(", ")
        lines = _wrapped(f"{setting}.")
        figure.text(_LEFT, 0.967, title, weight="bold", fontsize=9, color=TEXT, va="top")
        figure.text(_LEFT, 0.939, "\n".join(lines), fontsize=7.2, color=MUTED, va="top", linespacing=1.35)
        top = 0.912 - 0.024 * len(lines)
        axes = figure.add_axes((_LEFT, top - 0.34, 0.53 if changed else 0.87, 0.34))
        _spectra(axes, found, changed=changed)
        if changed:
            _changes(figure.add_axes((0.755, top - 0.34, 0.22, 0.34)), found)
        below = top - 0.34 - 0.115
        names = ("without", "with") if changed else ("without",)
        height = (below - 0.085 - 0.055 * (len(names) - 1)) / len(names)
        for place, name in enumerate(names):
            low = below - (place + 1) * height - 0.055 * place
            _raster(figure.add_axes((_LEFT, low, 0.87, height)), found, name, last=place == len(names) - 1)
    return figure


def _changed(found: CircuitActivity) -> bool:
    return found.spectra["with"] is not found.spectra["without"] and not np.array_equal(
        found.spectra["with"], found.spectra["without"]
    )


def _spectra(axes: Axes, found: CircuitActivity, *, changed: bool) -> None:
    frequency = found.columns["frequency"]
    shown = frequency >= 1.0
    names = ("without", "with") if changed else ("without",)
    few = 1 < len(found.seeds) < FEW
    for name, colour in zip(names, (_WITHOUT, _WITH), strict=False):
        low, high = (found.columns[f"power {name}, {end}"][shown] for end in ("low", "high"))
        # an interval of few seeds spans decades, and says less of the rhythm than the seeds themselves
        if few:
            for seed in found.spectra[name]:
                axes.plot(frequency[shown], seed[shown], color=colour, linewidth=0.5, alpha=0.5)
        elif np.isfinite(low).all():
            axes.fill_between(frequency[shown], low, high, color=colour, alpha=0.25, linewidth=0)
        label = "with" if name == "with" else "without" if changed else "as it is"
        axes.plot(frequency[shown], found.columns[f"power {name}"][shown], color=colour, label=label, linewidth=1.1)
    axes.set_yscale("log")
    drawn = np.concatenate([found.columns[f"power {name}"][shown] for name in names])
    drawn = drawn[drawn > 0.0]
    if len(found.seeds) < FEW and drawn.size:
        axes.set_ylim(float(drawn.min()) / _BESIDE, float(drawn.max()) * _BESIDE)
    axes.yaxis.set_major_formatter(lambda value, _: power_of_ten(value))
    axes.set_xlim(1.0, float(frequency[-1]))
    axes.set_xlabel("frequency (Hz)")
    axes.set_ylabel("power of the field proxy ((µA/cm²)²/Hz)")
    if changed:
        axes.legend(frameon=False, loc="upper right", labelcolor="linecolor", handlelength=1.4, ncols=2)
    seeds = len(found.seeds)
    span = float(found.settings["duration"]) / 1e3
    told = (
        f"{seeds} seeds x {span:g} s, {'thin: each seed' if few else 'band: 95 %'}"
        if seeds > 1
        else f"1 seed x {span:g} s"
    )
    axes.text(0.02, 0.03, told, transform=axes.transAxes, fontsize=7, color=MUTED)


def _changes(axes: Axes, found: CircuitActivity) -> None:
    """Draw the change of each power, paired, as a ratio with its interval."""
    powers = [each for each in found.measures if each.relative]
    for place, each in enumerate(reversed(powers)):
        change = each.change
        if np.isfinite(change.low):
            axes.plot([change.low, change.high], [place, place], color=_WITH, linewidth=1.4)
        axes.plot([change.mean], [place], "o", color=_WITH, markersize=4)
    axes.axvline(1.0, color=MUTED, linewidth=0.8)
    axes.set_xscale("log")
    axes.set_yticks(range(len(powers)), [each.name.removesuffix(" power") for each in reversed(powers)])
    axes.set_ylim(-0.6, len(powers) - 0.4)
    ends = [end for each in powers for end in (each.change.low, each.change.high, each.change.mean) if np.isfinite(end)]
    low, high = min([*ends, 0.8]) / 1.1, max([*ends, 1.25]) * 1.1
    axes.set_xlim(low, high)
    ticks = ratio_ticks(low, high)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel("power, with over without")
    axes.grid(axis="y", visible=False)


def ratio_ticks(low: float, high: float) -> list[float]:
    """Return ticks of an axis of ratios from `low` to `high`: 1 first, and no two so close that their numbers meet."""
    room = _NUMBER * np.log(high / low)
    chosen: list[float] = []
    for tick in (1.0, 10.0, 0.1, 100.0, 0.01, 1000.0, 0.001, 2.0, 0.5, 5.0, 0.2):
        if low < tick < high and all(abs(np.log(tick / other)) >= room for other in chosen):
            chosen.append(tick)
    return sorted(chosen)


def _raster(axes: Axes, found: CircuitActivity, name: str, *, last: bool) -> None:
    base, marks = 0, []
    rasters: dict[str, Raster] = dict(reversed(list(found.rasters[name].items())))
    colours = dict(zip(found.rasters[name], _POPULATIONS, strict=False))
    for population, raster in rasters.items():
        axes.plot(raster.times, base + raster.cells, ".", color=colours[population], markersize=0.9, rasterized=True)
        marks.append((base + raster.count / 2, population, colours[population]))
        base += raster.count
        axes.axhline(base, color=MUTED, linewidth=0.4)
    axes.set_ylim(0, base)
    ends = [float(each.times.max()) for each in found.rasters["without"].values() if len(each.times)]
    axes.set_xlim(0, max([1.0, *ends]))
    axes.set_yticks([place for place, _, _ in marks], [population for _, population, _ in marks])
    for label, (_, _, colour) in zip(axes.get_yticklabels(), marks, strict=True):
        label.set_color(colour)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False)
    changed = _changed(found)
    told = f"first seed, {name}" if changed else "first seed"
    axes.text(1.0, 1.02, told, transform=axes.transAxes, fontsize=7, color=MUTED, ha="right", va="bottom")
    if last:
        axes.set_xlabel("time (ms)")
    else:
        axes.tick_params(axis="x", labelbottom=False)


def power_of_ten(value: float) -> str:
    """Return a decade with its exponent raised, for the axis of a spectrum."""
    return "10" + f"{round(np.log10(value))}".translate(_SUPERSCRIPT)


def _wrapped(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, _LINE)


def circuit_svg(found: CircuitActivity) -> str:
    """Return a circuit's activity as a whole SVG file."""
    title, _, setting = found.title.partition(", ")
    told = "; ".join(
        f"{each.name} {each.without.mean:.3g} {each.unit if each.unit != '1' else ''} without,"
        f" {each.with_.mean:.3g} with".replace("  ", " ")
        .replace(" nan Hz", " none")
        .replace(" nan ", " none ")
        for each in found.measures
    )
    figure = circuit_figure(found)
    width, height = figure.get_size_inches() * 96
    element = inline_svg(figure, name="circuit", title=title, description=f"{setting}. {told}.")
    attributes = f'xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"'
    return element.replace("<svg ", f"<svg {attributes} ", 1) + "\n"
