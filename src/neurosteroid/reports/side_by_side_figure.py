"""The figure of one steroid at several concentrations: receptors, other targets, cells and circuits in one sheet."""

from __future__ import annotations

import itertools
import re
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.model.compared import Compared, Stage
from neurosteroid.model.compared_cells import merged
from neurosteroid.model.side_by_side import SideBySide
from neurosteroid.receptors.gaba_rows import FAMILY
from neurosteroid.reports import formats
from neurosteroid.reports.axes import titled
from neurosteroid.reports.circuit_figure import power_of_ten
from neurosteroid.reports.levels_axes import COLOURS, WIDTH, around, beside, inside, plain, points
from neurosteroid.reports.palette import MUTED, TEXT
from neurosteroid.reports.small_print import SIZE, small_print
from neurosteroid.reports.svg import drawing, inline_svg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

_CELLS: Final = (("o", "-"), ("s", (0, (5, 1.6))), ("^", (0, (1.2, 1.2))), ("D", (0, (6, 1.4, 1.2, 1.4))))
_NAMED: Final = ("a1b3", "a1b2d", "a4b2d", "a1b2g2", "rho1")
"""Isoforms drawn with their name: of synapses, of tonic currents, the best measured one, the least sensitive one."""
_OTHERS: Final[dict[str, Any]] = {"color": "#aab3bd", "linewidth": 0.7, "zorder": 2}
_LEFT, _RIGHT, _TOP = 0.62, 0.2, 0.86  # inches
_HEIGHTS: Final = (2.15, 1.75, 1.75)
_ABOVE: Final = 0.62  # of a row, for its titles and the axis of the one above
_BETWEEN: Final = 0.74  # panels of a row
_FOR_NAMES: Final = 0.4  # more between the panels of the first row, whose lines have names at their ends
_FOR_TITLES: Final = 1.32  # at the right of that row, for names of targets
_LETTERS: Final = 215
_LINE: Final = 0.115  # inches from line to line of the small print
_AXIS: Final = (1.0, 1e4)  # nmol/L
_BAND: Final = (2.0, 90.0)  # Hz of a spectrum that are drawn
_FOR_POPULATIONS: Final = 0.5  # of a panel, for names of circuits with populations
_SHORTEST: Final = 4  # letters of a name that is not cut
_EVENT: Final = 60.0  # ms of a synaptic event that are drawn
_GREEK: Final = {"a": "α", "b": "β", "g": "γ", "d": "δ"}


def side_by_side_figure(found: SideBySide) -> Figure:
    """Return the figure: from the receptor at the top left to firing at the bottom right, a colour a concentration."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    lines = small_print([found.ledger], _LETTERS)
    shares: list[tuple[float, ...]] = [(1.18, 1.0), (1.0, 1.0, 1.0), (1.0,) * (1 + len(found.cells))]
    shares += [(1.0,) * (len(found.circuits) + 2)] * bool(found.circuits)
    heights = (*_HEIGHTS, _HEIGHTS[-1])[: len(shares)]
    height = _TOP + sum(each + _ABOVE for each in heights) + _LINE * (len(lines) + 1)
    with drawing():
        figure = Figure(figsize=(WIDTH, height))
        FigureCanvasAgg(figure)
        _head(figure, found, height)
        top = height - _TOP
        rows: list[list[Axes]] = []
        for each, share in zip(heights, shares, strict=True):
            rows.append(_row(figure, top, each, share, height, names=not rows))
            top -= each + _ABOVE
        letters = iter(ascii_lowercase)
        _receptors(rows[0][0], found, next(letters))
        _targets(rows[0][1], found, next(letters))
        _across(rows[1][0], found, "tonic current at rest, outward", next(letters), "Tonic current at rest")
        _across(rows[1][1], found, "input resistance", next(letters), "Input resistance", relative=True)
        _potentials(rows[1][2], found, next(letters))
        _events(rows[2][0], found, next(letters))
        for axes, place in zip(rows[2][1:], range(len(found.cells)), strict=True):
            _firing(axes, found, place, next(letters))
        if found.circuits:
            _circuits(rows[3], found, letters)
        _foot(figure, lines, height)
    return figure


def side_by_side_svg(found: SideBySide) -> str:
    """Return the figure as an ``<svg>`` element that stands by itself."""
    heads = ", ".join(found.heads[1:])
    text = inline_svg(
        side_by_side_figure(found),
        name=f"levels-{found.steroid}",
        title=f"{found.steroid} from receptor to firing at {heads}",
        description=_description(found),
    )
    return text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + "\n"


def greek(name: str) -> str:
    """Return the name of an isoform as it is printed: ``a4b2d`` becomes α4β2δ."""
    if name.startswith("rho"):
        return name.replace("rho", "ρ")
    return re.sub("[abgd]", lambda letter: _GREEK[letter[0]], name)


def _description(found: SideBySide) -> str:
    parts = []
    for row in found.rows:
        if row.quantity in ("rheobase", "tonic conductance"):
            values = ", ".join(f"{value:.3g}" for value in row.values)
            parts.append(f"{row.quantity} of {row.what}: {values} {row.unit}")
    return f"Without steroid and at each concentration, {'; '.join(parts)}."


def _head(figure: Figure, found: SideBySide, height: float) -> None:
    name = f"{found.steroid[:1].upper()}{found.steroid[1:]}"
    up, end = 1 - 0.24 / height, "the rhythm of a circuit" if found.circuits else "the firing of a cell"
    figure.text(_LEFT / WIDTH, up, f"{name}, from the receptor to {end}", weight="bold", fontsize=11, color=TEXT)
    place = _LEFT
    for head, colour in zip(found.heads, COLOURS, strict=False):
        text = formats.sentence("without steroid" if head == "without" else head)
        down = 1 - 0.5 / height
        figure.text(place / WIDTH, down, "●", color=colour, fontsize=10, va="center")
        figure.text((place + 0.17) / WIDTH, down, text, color=TEXT, fontsize=8.6, va="center")
        place += 0.5 + 0.074 * len(text)
    note = "nominal concentrations at the receptor"
    figure.text(place / WIDTH, 1 - 0.5 / height, note, color=MUTED, fontsize=8, va="center")


def _row(
    figure: Figure, top: float, tall: float, shares: Sequence[float], height: float, *, names: bool
) -> list[Axes]:  # fmt: skip
    """Return the panels of a row whose upper end is `top` inches above the bottom.

    Args:
        figure: to draw on.
        top: inches.
        tall: inches.
        shares: of the width, one a panel.
        height: of the figure, inches.
        names: whether lines have names beside their ends.
    """
    between, right = (_BETWEEN + _FOR_NAMES, _FOR_TITLES) if names else (_BETWEEN, _RIGHT)
    room = WIDTH - _LEFT - right - between * (len(shares) - 1)
    left, found = _LEFT, []
    for share in shares:
        wide = room * share / sum(shares)
        found.append(figure.add_axes((left / WIDTH, (top - tall) / height, wide / WIDTH, tall / height)))
        left += wide + between
    return found


def _concentrations(axes: Axes, found: SideBySide) -> None:
    """Make the horizontal axis that of concentrations, with a line at each that was asked for."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.set_xscale("log")
    levels = found.concentrations[1:]
    axes.set_xlim(min(_AXIS[0], 0.5 * levels.min()), max(_AXIS[1], 2 * levels.max()))
    axes.xaxis.set_major_locator(LogLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: formats.number(value, 1)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.grid(axis="x", visible=False)
    for level, colour in zip(levels, COLOURS[1:], strict=False):
        axes.axvline(level, color=colour, linewidth=1.0, alpha=0.55, zorder=0)
    axes.set_xlabel(f"{found.steroid} (nmol/L)")


def _receptors(axes: Axes, found: SideBySide, letter: str) -> None:
    _concentrations(axes, found)
    low, high = axes.get_xlim()
    levels = np.geomspace(low, high, 161)
    ends: dict[str, tuple[float, str]] = {}
    for each in found.panel.actions:
        if each.family != FAMILY or not each.curves:
            continue
        named = each.target in _NAMED
        fold = 1.0 + each.effect(levels)[0]
        look: dict[str, Any] = {"color": TEXT, "linewidth": 1.4, "zorder": 3} if named else _OTHERS
        axes.plot(levels, fold, **look)
        if named:
            ends[greek(each.target)] = float(fold[-1]), TEXT
            for level, colour in zip(found.concentrations[1:], COLOURS[1:], strict=False):
                at = 1.0 + float(each.effect(np.array([level]))[0][0])
                axes.plot([level], [at], marker="o", markersize=4, color=colour, zorder=4)
    axes.set_yscale("log")
    axes.set_ylim(0.93, 32)
    plain(axes, (1, 2, 5, 10, 20))
    beside(axes, ends)
    titled(axes, f"{letter}  GABA-A receptors", note=_share(found, Stage.RECEPTOR))
    axes.set_ylabel("open probability, fold")


def _targets(axes: Axes, found: SideBySide, letter: str) -> None:
    _concentrations(axes, found)
    low, high = axes.get_xlim()
    levels = np.geomspace(low, high, 161)
    looks = iter(((0, ()), (0, (5, 1.6)), (0, (1.2, 1.2))))
    ends: dict[str, tuple[float, str]] = {}
    fills = iter(_FILLS)
    for each in found.panel.actions:
        if each.family == FAMILY or not each.curves:
            continue
        least, most = (100 * end for end in each.effect(levels))
        if len(each.curves) > 1:
            fill = next(fills, _FILLS[0])
            axes.fill_between(levels, least, most, color=fill, alpha=0.22, linewidth=0)
            axes.plot(levels, most, color=fill, linewidth=0.8)
            ends[_SHORT.get(each.target, each.title)] = float(most[-1]), _DARKER.get(fill, fill)
        else:
            axes.plot(levels, least, color=TEXT, linestyle=next(looks, "-"), linewidth=1.3)
            ends[_SHORT.get(each.target, each.title)] = float(least[-1]), TEXT
    criterion = 100 * found.panel.criterion
    axes.axhline(criterion, color=MUTED, linewidth=0.7, linestyle=(0, (2, 2)))
    axes.annotate(
        f"{criterion:g} %: counts (assumed)", (low, criterion), xytext=(3, 2), textcoords="offset points", color=MUTED,
        fontsize=7,
    )  # fmt: skip
    axes.set_ylim(0, 105)
    beside(axes, ends)
    axes.set_ylabel("% of the full effect")
    titled(axes, f"{letter}  Other targets", note=f"{_share(found, Stage.OTHER_TARGET)}; washes: bounds")


def _share(found: SideBySide, stage: Stage, what: str | None = None, *, short: bool = False) -> str:
    """Return how many of the numbers behind a panel are assumed."""
    ledger = merged(row.ledger for row in found.at(stage, what))
    if short:
        return f"{len(ledger.assumed)}/{len(ledger.numbers)} assumed"
    return f"{len(ledger.assumed)} of {len(ledger.numbers)} numbers assumed"


_FILLS: Final = ("#5a6472", "#b9a06a", "#7d8fb3")
_DARKER: Final = {"#b9a06a": "#6e5a24", "#7d8fb3": "#3f5480"}
"""Of a wash, so that a name in it can be read."""
_SHORT: Final = {
    "calcium-l-type": "L-type Ca²⁺ block",
    "nicotinic-alpha4-beta2": "nicotinic α4β2 block",
    "tgr5": "TGR5",
    "progesterone-receptor": "PR, through 5α-DHP",
}


def _columns(axes: Axes, found: SideBySide) -> Array:
    """Make the horizontal axis one place for each concentration."""
    places = np.arange(len(found.concentrations), dtype=float)
    axes.set_xticks(places, [formats.exact(float(value)) for value in found.concentrations])
    axes.set_xlabel(f"{found.steroid} (nmol/L)", loc="left")
    axes.set_xlim(-0.35, places[-1] + 0.35)
    axes.grid(axis="x", visible=False)
    return places


def _across(
    axes: Axes, found: SideBySide, quantity: str, letter: str, title: str, *, relative: bool = False
) -> None:  # fmt: skip
    places = _columns(axes, found)
    ends: dict[str, float] = {}
    rows = [row for row in found.rows if row.quantity == quantity]
    for row, (marker, dashes) in zip(rows, _CELLS, strict=False):
        values = 100 * row.relative() if relative else row.values
        points(axes, places, values, marker, dashes)
        ends[_cell(row)] = float(values[-1])
    axes.set_ylim(*around([float(value) for line in axes.lines for value in np.atleast_1d(line.get_ydata())], 0.08))
    inside(axes, ends)
    axes.set_ylabel("% of that without" if relative else f"{formats.unit(rows[0].unit)}, outward upwards")
    if not relative:
        axes.axhline(0, color="#9aa5b1", linewidth=0.6, zorder=1)
    titled(axes, f"{letter}  {title}", note=_share(found, rows[0].stage))


def _cell(row: Compared) -> str:
    return row.what.replace("dentate-", "").replace("-", " ")


def _potentials(axes: Axes, found: SideBySide, letter: str) -> None:
    places = _columns(axes, found)
    ends: dict[str, float] = {}
    rests: list[float] = []
    for cell, (marker, dashes) in zip(found.cells, _CELLS, strict=False):
        rows = {row.quantity: row for row in found.at(Stage.MEMBRANE, cell.name)}
        rest = rows["resting potential"].values
        points(axes, places, rest, marker, dashes)
        ends[_cell(rows["resting potential"])] = float(rest[-1])
        rests += rest.tolist()
    reversals: dict[float, list[str]] = {}
    for cell in found.cells:
        row = next(row for row in found.at(Stage.MEMBRANE, cell.name) if row.quantity.startswith("reversal"))
        reversals.setdefault(round(float(row.values[-1]), 1), []).append(_cell(row))
    axes.set_ylim(*around([*rests, *reversals], 0.14))
    for value, names in reversals.items():
        axes.axhline(value, color=MUTED, linewidth=0.9, linestyle=(0, (2, 2)))
        axes.annotate(
            f"GABA reversal, {' and '.join(names)}", (places[0] - 0.3, value), xytext=(0, 3),
            textcoords="offset points", color=MUTED, fontsize=7.2,
        )  # fmt: skip
    inside(axes, ends)
    axes.set_ylabel("mV")
    titled(axes, f"{letter}  Resting potential", note=_share(found, Stage.MEMBRANE))


def _events(axes: Axes, found: SideBySide, letter: str) -> None:
    cell = found.cells[0]
    for event, colour in zip(cell.events, COLOURS, strict=False):
        times, current = np.asarray(event["time"]), np.asarray(event["current"])
        shown = times <= _EVENT
        axes.plot(times[shown], current[shown], color=colour, linewidth=1.3)
    axes.set_xlim(0, _EVENT)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("time (ms)")
    axes.set_ylabel(f"pA at {cell.events[0].scalars['hold']:g} mV")
    titled(
        axes,
        f"{letter}  IPSC, {cell.name.replace('dentate-', '')}",
        note=_share(found, Stage.SYNAPSE, cell.name).replace(" numbers", ""),
    )


def _firing(axes: Axes, found: SideBySide, place: int, letter: str) -> None:
    cell = found.cells[place]
    for each, colour in zip(cell.firing, COLOURS, strict=False):
        axes.plot(np.asarray(each["current"]), np.asarray(each["rate"]), color=colour, linewidth=1.3)
    axes.set_xlim(0, float(np.asarray(cell.firing[0]["current"])[-1]))
    axes.set_ylim(bottom=0)
    axes.set_xlabel("injected current (pA)")
    axes.set_ylabel("Hz" if place else "firing rate (Hz)")
    words = cell.name.replace("dentate-", "").replace("-", " ")
    titled(axes, f"{letter}  f-I, {words}", note=_share(found, Stage.FIRING, cell.name, short=True))


def _circuits(panels: Sequence[Axes], found: SideBySide, letters: Iterator[str]) -> None:
    """Draw the spectrum of each circuit, then rates and synchrony of all their populations."""
    for axes, circuit in zip(panels, found.circuits, strict=False):
        shown = (circuit.frequencies >= _BAND[0]) & (circuit.frequencies <= _BAND[1])
        for spectrum, colour in zip(circuit.spectra, COLOURS, strict=False):
            axes.plot(circuit.frequencies[shown], spectrum[shown], color=colour, linewidth=1.1)
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda value, _: power_of_ten(value))
        axes.set_xlim(*_BAND)
        axes.set_xlabel("frequency (Hz)")
        axes.set_ylabel(f"power ({formats.unit(circuit.spectrum_unit).replace('^2', '²')})")
        note = _share(found, Stage.CIRCUIT, circuit.name, short=True)
        titled(axes, f"{next(letters)}  {circuit.name.capitalize()}", note=note)
    for axes, kind, words in zip(panels[len(found.circuits) :], ("rate", "synchrony"), ("Hz", "0 to 1"), strict=True):
        places = _columns(axes, found)
        ends: dict[str, float] = {}
        looks = itertools.cycle(_CELLS)
        for circuit in found.circuits:
            for name, each in circuit.measures.items():
                if name.endswith(f" {kind}"):
                    points(axes, places, each.mean, *next(looks))
                    axes.vlines(places, each.low, each.high, color="#9aa5b1", linewidth=0.9, zorder=1)
                    population = name.removesuffix(kind).strip()
                    ends[f"{_cut(circuit.name)} {_cut(population)}"] = float(each.mean[-1])
        axes.set_ylim(bottom=0)
        inside(axes, ends, _FOR_POPULATIONS)
        axes.set_ylabel(words)
        titled(axes, f"{next(letters)}  {'Firing rates' if kind == 'rate' else 'Synchrony'}")


def _cut(name: str) -> str:
    """Return a name as it fits into a narrow panel: ``exc.`` for ``excitatory``."""
    return name if len(name) <= _SHORTEST else f"{name[:3]}."


def _foot(figure: Figure, lines: Sequence[str], height: float) -> None:
    for place, line in enumerate(reversed(lines)):
        figure.text(0.02, (0.06 + _LINE * place) / height, line, color=MUTED, fontsize=SIZE)
