"""Figures of experiments on a neuron: f-I curve, synaptic current, chloride against KCC2, response surface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from neurosteroid.reports import formats
from neurosteroid.reports.palette import MUTED
from neurosteroid.reports.small_print import put_below, small_print
from neurosteroid.reports.svg import drawing, inline_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from neurosteroid.model.recording import Recording

_PANELS: Final = {
    "fi": (("rate", "last rate"),),
    "ipsc": (("current",), ("voltage",)),
    "chloride": (("GABA reversal", "chloride reversal", "voltage"), ("chloride",)),
    "hypothesis": (("excitability",), ("inward tonic multiplier", "outward tonic multiplier"), ("interneuron rate",)),
    "scan": (("worst level",), ("height",)),
}
"""Columns of each panel, by kind of experiment; all in one where none are named."""
_WORDS: Final = {
    "rate": "mean rate",
    "last rate": "rate of the last interval",
    "current": "current at {hold:.0f} mV",
    "voltage": "potential",
    "GABA reversal": "E_GABA",
    "chloride reversal": "E_Cl",
    "chloride": "chloride inside",
    "excitability": "excitability",
    "inward tonic multiplier": "tonic multiplier, inward",
    "outward tonic multiplier": "tonic multiplier, outward",
    "interneuron rate": "interneuron rate",
    "worst level": "worst level",
    "height": "height of the U",
}
_QUANTITIES: Final = {
    "fi": ("firing rate",),
    "chloride": ("potential", ""),
    "surface": ("excitability",),
    "mood": ("change of HAM-D",),
    "hypothesis": ("", "tonic multiplier", ""),
}
"""What the panels of several columns show."""
_LETTERS: Final = 126
"""Of the small print in one line."""
_AXES: Final = {
    "current": "injected current (pA)",
    "time": "time (ms)",
    "KCC2": "KCC2 conductance (µS/cm²)",
    "tonic conductance": "tonic GABA-A conductance (nS)",
    "serum": "allopregnanolone in serum (nmol/L)",
}
_COLOURS: Final = (
    "#0b6e99", "#c2571a", "#5a6570", "#2f7d4f", "#8a4fa3", "#b08900", "#d0457a", "#3aa6a6", "#000000"
)  # fmt: skip


def neuron_figure(found: Recording) -> Figure:
    """Return a matplotlib figure of an experiment."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    panels = _PANELS.get(found.kind, (tuple(found.columns)[1:],))
    with drawing():
        figure = Figure(figsize=(6.4, 1.5 + 2.1 * len(panels)), layout="constrained")
        FigureCanvasAgg(figure)
        rows = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
        quantities = _QUANTITIES.get(found.kind, ("",) * len(panels))
        for axes, names, quantity in zip(rows, panels, quantities, strict=True):
            _panel(axes, found, names, quantity)
        first = next(iter(found.columns))
        rows[-1].set_xlabel(_AXES.get(first, f"{first} ({found.units[first]})"))
        if found.kind == "mood":
            rows[-1].set_xscale("symlog", linthresh=1.0)
            rows[-1].xaxis.set_major_formatter("{x:g}")
        if found.kind == "scan":
            rows[-1].set_xscale("log")
        title, _, setting = found.title.partition(": ")
        settings = setting.replace("; ", "\n")
        rows[0].set_title(f"{title}\n{formats.sentence(settings).replace('^2', '²')}", loc="left", fontsize=8.5)
        put_below(figure, small_print([found.ledger], _LETTERS))
    return figure


def _panel(axes: Axes, found: Recording, names: tuple[str, ...], quantity: str) -> None:
    x = np.asarray(next(iter(found.columns.values())))
    marker = "o" if len(x) <= 60 else None
    for name, colour in zip(names, _COLOURS, strict=False):
        words = _WORDS.get(name, name).format(**{key: value for key, value in found.scalars.items() if key == "hold"})
        axes.plot(x, found.columns[name], color=colour, marker=marker, markersize=3, label=words)
    unit = found.units[names[0]]
    words = quantity or _WORDS[names[0]].format(hold=found.scalars.get("hold", 0.0))
    axes.set_ylabel(words if unit == "1" else f"{words} ({formats.unit(unit)})")
    if found.kind == "fi":
        rheobase = float(found.scalars["rheobase"])
        axes.axvline(rheobase, color=MUTED, linewidth=0.8, linestyle="--")
        axes.annotate(
            f"rheobase {rheobase:.3g} pA", (rheobase, 0.97), xycoords=("data", "axes fraction"), xytext=(-4, 0),
            textcoords="offset points", color=MUTED, va="top", ha="right",
        )  # fmt: skip
        axes.set_ylim(bottom=0.0)
    if len(names) > 1:
        axes.legend(frameon=False, loc="best" if found.kind != "fi" else "lower right")


def neuron_svg(found: Recording) -> str:
    """Return an experiment as a whole SVG file."""
    title, _, setting = found.title.partition(": ")
    told = ", ".join(
        f"{name} {value if isinstance(value, str) else f'{value:.3g} {found.units[name]}'}"
        for name, value in found.scalars.items()
    )
    figure = neuron_figure(found)
    width, height = figure.get_size_inches() * 96
    element = inline_svg(figure, name=f"neuron-{found.kind}", title=title, description=f"{setting}. {told}.")
    attributes = f'xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"'
    return element.replace("<svg ", f"<svg {attributes} ", 1) + "\n"
