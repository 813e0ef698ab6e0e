"""Figures of a scheme's protocols, as an electrophysiologist prints them: agonist on top, current or curve below."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from neurosteroid.errors import InputError
from neurosteroid.evidence import library
from neurosteroid.receptors.kinetics.results import DoseResponse, Jump, Noise, PairedPulses, Relaxation
from neurosteroid.receptors.kinetics.single_channel import Recording
from neurosteroid.reports.palette import TEXT
from neurosteroid.reports.small_print import put_below, small_print
from neurosteroid.reports.svg import drawing, inline_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS: Final = ("#0a5c9e", "#b04a00", "#00705a", "#8c3f78")
_WIDTH: Final = 6.4
_LETTERS: Final = 126  # of the small print in one line
_TITLE: Final = 92  # of the title
_SCHEMES: Final = "schemes"
_RATES: Final = "steroid-on-rates"
_WITH: Final = " with "  # before the steroid in a result's name
_SHOWN: Final = 400.0  # ms of a single-channel record that are drawn
_BINS: Final = 10  # in a decade of dwell times


def figure_of(result: Any) -> Figure:
    """Return the figure of one result."""
    return figure_of_all([result])


def figure_of_all(results: Sequence[Any]) -> Figure:
    """Return the figure of results of one kind, such as a jump without and with steroid.

    Raises:
        InputError: a result that has no figure, or results of several kinds.
    """
    kinds = {type(result) for result in results}
    if len(kinds) != 1 or next(iter(kinds)) not in _DRAWN:
        raise InputError("give results of one kind that a protocol returned, such as two jumps.", where="figure")
    with drawing():
        figure = _DRAWN[next(iter(kinds))](results)
        figure.axes[0].set_title(_title(results), loc="left", fontsize=8.5)
        put_below(figure, small_print((each.ledger for each in results), _LETTERS))
        return figure


def kinetics_svg(results: Sequence[Any]) -> str:
    """Return the figure as an ``<svg>`` element that stands by itself."""
    names = "; ".join(dict.fromkeys(result.scheme for result in results))
    kind = type(results[0]).__name__
    text = inline_svg(
        figure_of_all(results), name=f"kinetics-{kind.lower()}", title=f"{kind}: {names}", description=_SAYS[kind]
    )
    return text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + "\n"


def _title(results: Sequence[Any]) -> str:
    """Return what was done, and on which receptors: by the title of their card where it is in the library."""
    cards = library().names(_SCHEMES)
    told = []
    for base in dict.fromkeys(_base(each) for each in results):
        name, _, more = base.partition("[")
        told.append(f"{library().card(name, _SCHEMES).title}{f', {more}'.replace(']', '')}" if name in cards else base)
    lines = [line for each in told for line in textwrap.wrap(each.rstrip(", "), _TITLE)]
    return "\n".join([_WHAT[type(results[0]).__name__], *lines])


def _base(result: Any) -> str:
    """Return the scheme with its variant and the rates multiplied by hand, without steroid."""
    return str(result.scheme).partition(_WITH)[0]


def _condition(result: Any, *, several: bool) -> str:
    """Return what is said of one result beside others: the steroid, and the scheme where the others have another."""
    steroid, _, hypothesis = str(result.scheme).partition(_WITH)[2].partition(" (")
    said = "without steroid"
    if steroid:
        acts = library().card(_RATES, _SCHEMES).variants.get(hypothesis.rstrip(")"))
        why = "" if acts is None else f" (assumed: {acts.title[:1].lower()}{acts.title[1:]})"
        said = f"with {steroid}{why}"
    return f"{_base(result)}, {said}" if several else said


def _figure(heights: Sequence[float], *, shared: bool) -> tuple[Figure, list[Axes]]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH, 1.2 + 2.1 * sum(heights)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(len(heights), 1, sharex=shared, squeeze=False, height_ratios=heights)[:, 0]
    return figure, list(axes)


def _named(axes: Axes, results: Sequence[Any], *, left: bool = False) -> None:
    """Write the names, in colour: below the axes' top where they leave room."""
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], color=colour) for _, colour in zip(results, _COLOURS, strict=False)]
    several = len({_base(result) for result in results}) > 1
    if len(results) == 1 and _WITH not in results[0].scheme:
        return
    axes.legend(
        lines,
        [_condition(result, several=several) for result in results],
        loc="upper left" if left else "upper right",
        frameon=False,
        labelcolor=list(_COLOURS),
    )


def _decades(axes: Axes) -> None:
    """Make the horizontal axis logarithmic, with plain numbers at decades and nothing between."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())


def _jumps(results: Sequence[Jump]) -> Figure:
    figure, (top, bottom) = _figure((0.35, 1.3), shared=True)
    top.plot(results[0].command_times, results[0].command, color=TEXT, linewidth=1.1)
    top.set_ylabel("GABA\n(µmol/L)")
    top.set_ylim(bottom=0)
    for result, colour in zip(results, _COLOURS, strict=False):
        # samples may miss where a brief pulse begins and where the current peaks
        times = np.concatenate([result.times, result.onsets[:1], result.onsets + result.peak_times])
        opened = np.concatenate([result.open_probability, [result.before], result.peaks])
        order = np.argsort(times, kind="stable")
        bottom.plot(times[order], opened[order], color=colour)
    bottom.set_ylabel("open probability")
    bottom.set_xlabel("time (ms)")
    bottom.set_xlim(0.0, max(result.shown_until for result in results))
    bottom.set_ylim(0, 1.25 * max(float(result.open_probability.max()) for result in results))
    _named(bottom, results)
    return figure


def _relaxations(results: Sequence[Relaxation]) -> Figure:
    figure, (axes,) = _figure((1.3,), shared=False)
    for result, colour in zip(results, _COLOURS, strict=False):
        columns = result.columns()
        axes.plot(columns["time"], columns["open_probability"], color=colour, linewidth=3.0, alpha=0.35)
        axes.plot(columns["time"], columns["fitted"], color=TEXT, linestyle=(0, (3, 1.5)), linewidth=1.0)
    axes.set_xlabel(f"time since the {'peak' if results[0].kind == 'desensitisation' else 'end of the pulse'} (ms)")
    axes.set_ylabel("open probability")
    axes.set_ylim(bottom=0)
    _named(axes, results)
    return figure


def _pairs(results: Sequence[PairedPulses]) -> Figure:
    figure, (axes,) = _figure((1.3,), shared=False)
    for result, colour in zip(results, _COLOURS, strict=False):
        axes.plot(result.intervals, result.ratio, color=colour, marker="o", markersize=3.5)
    _decades(axes)
    axes.set_ylim(0, 1.3)
    axes.set_xlabel("interval (ms)")
    axes.set_ylabel("second over first peak")
    _named(axes, results, left=True)
    return figure


def _dose_responses(results: Sequence[DoseResponse]) -> Figure:
    figure, (axes,) = _figure((1.3,), shared=False)
    for result, colour in zip(results, _COLOURS, strict=False):
        axes.plot(result.concentrations, result.peaks, color=colour)
        axes.plot(result.concentrations, result.steady, color=colour, linestyle=(0, (4, 1.6)))
        axes.plot([result.half_effective_concentration], [0.5 * result.maximum], "o", color=colour, markersize=4)
    axes.set_ylim(0, 1.3 * max(result.maximum for result in results))
    _decades(axes)
    axes.set_xlabel("GABA (µmol/L)")
    axes.set_ylabel("open probability: peak, and (dashed)\nin the end")
    _named(axes, results, left=True)
    return figure


def _noises(results: Sequence[Noise]) -> Figure:
    figure, (axes,) = _figure((1.4,), shared=False)
    for result, colour in zip(results, _COLOURS, strict=False):
        axes.plot(np.abs(result.mean), result.variance, ".", color=colour, markersize=2.5, alpha=0.6)
        mean = np.linspace(0.0, abs(result.unitary) * result.channels, 200)
        axes.plot(mean, abs(result.unitary) * mean - mean**2 / result.channels, color=colour, linewidth=1.0)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("mean current (pA)")
    axes.set_ylabel("variance (pA²)")
    _named(axes, results)
    return figure


def _recordings(results: Sequence[Recording]) -> Figure:
    (result,) = results[:1]
    figure, (trace, opened, shut) = _figure((0.4, 0.9, 0.9), shared=False)
    ends = np.append(result.starts, result.length)
    begin = float(result.starts[result.is_open][0])  # a channel may be desensitised for seconds before that
    steps = np.append(result.is_open, result.is_open[-1])
    trace.plot(ends - begin, steps, color=_COLOURS[0], drawstyle="steps-post", linewidth=0.7)
    trace.set_ylim(-0.15, 1.15)
    trace.set_yticks([0, 1], ["shut", "open"])
    trace.set_xlim(-0.02 * _SHOWN, _SHOWN)
    trace.set_xlabel("time since the first opening (ms)")
    for axes, times, theory, name in (
        (opened, result.open_times, result.open_theory, "open time (ms)"),
        (shut, result.shut_times, result.shut_theory, "shut time (ms)"),
    ):
        edges = np.logspace(-2, np.log10(max(float(times.max()), 10.0)) + 0.1, 4 * _BINS)
        axes.stairs(np.histogram(times, edges)[0], edges, fill=True, color="#c9d6e3")
        wanted = len(times) * -np.diff(theory.longer_than(edges))
        axes.plot(np.sqrt(edges[1:] * edges[:-1]), wanted, color=_COLOURS[1], linewidth=1.1)
        _decades(axes)
        axes.set_xlabel(name)
        axes.set_ylabel("count")
    return figure


_DRAWN: Final[dict[type, Callable[[Sequence[Any]], Figure]]] = {
    Jump: _jumps,
    Relaxation: _relaxations,
    PairedPulses: _pairs,
    DoseResponse: _dose_responses,
    Noise: _noises,
    Recording: _recordings,
}
_WHAT: Final = {
    "Jump": "Open probability after pulses of GABA",
    "Relaxation": "How open probability relaxes",
    "PairedPulses": "Recovery between two pulses of GABA",
    "DoseResponse": "Open probability against the concentration of GABA",
    "Noise": "Noise of the current against its mean",
    "Recording": "One channel, and how long it stays open and shut",
}
_SAYS: Final = {
    "Jump": "Agonist above, open probability below, against time.",
    "Relaxation": "Open probability against time, and the fitted sum of exponentials, dashed.",
    "PairedPulses": "Peak of the second pulse over that of the first against the interval between them.",
    "DoseResponse": "Peak open probability, and dashed that in the end, against concentration; the point is half.",
    "Noise": "Variance against mean current, and the parabola fitted to them.",
    "Recording": "The beginning of the record, and histograms of open and shut times with the theory as lines.",
}
