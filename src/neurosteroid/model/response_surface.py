"""The response surface of a neuron: its excitability against tonic conductance and decay of synaptic events."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosteroid import units
from neurosteroid.errors import InputError
from neurosteroid.evidence import Choice, Ledger, Library, Number, library
from neurosteroid.model.checked import not_negative
from neurosteroid.model.neuron import neuron
from neurosteroid.model.neuron_experiments import CHLORIDE
from neurosteroid.model.recording import Recording
from neurosteroid.model.surface_fit import Fitted, fitted
from neurosteroid.model.surface_runs import TRAINS, Cell, Drive, drive
from neurosteroid.neurons.excitability import horner

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

_DRAWN: Final = 101
"""Tonic conductances of a figure."""
_AXES: Final = ("tonic_dependent", "tonic_independent", "tonic_multiplier", "amplitude_multiplier", "decay_multiplier")
"""Parameters of the part ``gaba`` that the surface sets itself."""


@final
@dataclass(frozen=True, eq=False)
class ResponseSurface:
    """Excitability of a neuron, from runs of it.

        excitability(g, m) = I(g_0, 1) / I(g, m)

    I(g, m) is the injected current at which the cell fires at `drive.rate` while synaptic GABA events arrive at random,
    with a tonic conductance g and the decay time of the events m times the usual; g_0 is the tonic conductance of its
    card without steroid. So 1 is the cell without steroid, and 0.8 a cell that needs a quarter more current.

    I is the polynomial through runs at the nodes of a Chebyshev grid, over its value at (g_0, 1). More nodes are taken
    until the excitability of runs between the nodes, which are not fitted, comes out within the bound.

    Attributes:
        name: of the neuron's card.
        variant: of it.
        tonic: g_0, nS.
        drive: how excitability is measured.
        fit: runs, coefficients, range and errors.
        ledger: the numbers that took part.
    """

    name: str
    variant: str
    tonic: float
    drive: Drive
    fit: Fitted
    ledger: Ledger

    @property
    def error(self) -> float:
        """Largest difference between surface and runs at points between the nodes, of an excitability near 1."""
        return self.fit.error

    @property
    def chance(self) -> float:
        """Largest change of excitability at the corners and middle with other times of the synaptic events."""
        return self.fit.chance

    @property
    def highest_tonic(self) -> float:
        """End of the range of tonic conductance, nS; it begins at 0."""
        return self.fit.tonic[1]

    def excitability(self, tonic: str | None = None, decay: float = 1.0) -> float:
        """Return the excitability, 1 without steroid.

        Args:
            tonic: tonic conductance, such as ``"1 nS"``; that of the card when left out.
            decay: multiplier of the decay time of synaptic events.

        Raises:
            UnitError: no conductance.
            InputError: a conductance or decay below zero, or outside the range of the surface.
        """
        level = self.tonic if tonic is None else not_negative(units.parse(tonic, "nS", where="tonic"), "tonic")
        return float(self.at(level, decay))

    def at(self, tonic: ArrayLike, decay: ArrayLike = 1.0) -> Array:
        """Return the excitability at tonic conductances (nS) and decay multipliers, of any shapes that broadcast.

        Raises:
            InputError: a point outside the range of the surface.
        """
        found = (np.asarray(tonic, dtype=float), np.asarray(decay, dtype=float))
        for values, (low, high), name, unit in zip(
            found, (self.fit.tonic, self.fit.decay), ("tonic", "decay"), (" nS", ""), strict=True
        ):
            outside = values[~((values >= low) & (values <= high))]
            if outside.size:
                raise InputError(
                    f"{outside.flat[0]:g}{unit} lies outside the surface of '{self.name}', which reaches from"
                    f" {low:g} to {high:g}{unit}. Give a value inside, or run the cell itself: ns.neuron(...).fi().",
                    where=name,
                )
        x, y = (
            2.0 * (values - low) / (high - low) - 1.0
            for values, (low, high) in zip(found, (self.fit.tonic, self.fit.decay), strict=True)
        )
        return np.asarray(1.0 / horner([horner(row, y) for row in self.fit.coefficients], x))

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each run: where, the current it took, excitability by it and by the surface, and its use."""
        import pandas as pd

        runs = self.fit.runs
        return pd.DataFrame(
            {
                "tonic conductance (nS)": runs.tonic,
                "decay multiplier": runs.decay,
                "current (pA)": runs.current,
                "excitability": self.fit.reference / runs.current,
                "surface": self.at(runs.tonic, runs.decay),
                "use": np.where(runs.held_out, "held out", "node"),
            }
        )

    def recording(self) -> Recording:
        """Return excitability against tonic conductance at four decays, with the errors, for tables and figures."""
        tonic = np.linspace(*self.fit.tonic, _DRAWN)
        decays = (self.fit.decay[0], 1.0, 2.0, self.fit.decay[1])
        columns = {"tonic conductance": tonic} | {f"decay x{each:g}": self.at(tonic, each) for each in decays}
        runs = self.fit.runs
        scalars: dict[str, float | str] = {
            "current without steroid": self.fit.reference,
            "tonic conductance without steroid": self.tonic,
            "firing rate": self.drive.rate,
            "event rate": self.drive.event_rate,
            "interpolation error": self.error,
            "change with other event times": self.chance,
            "nodes": float(np.sum(~runs.held_out)),
            "held out": float(np.sum(runs.held_out)),
        }
        kinds = dict(zip(scalars, ("pA", "nS", "Hz", "Hz", "1", "1", "1", "1"), strict=True))
        named = {"tonic conductance": "nS", **dict.fromkeys(list(columns)[1:], "1"), **kinds}
        title = f"Excitability against tonic conductance: {self.name} ({self.variant})"
        return Recording("surface", title, columns, scalars, named, self.ledger, (self.words,))

    @property
    def words(self) -> str:
        """What a reader must know of the surface, in a sentence or two."""
        runs = self.fit.runs
        return (
            f"Excitability of '{self.name}' is the current for {self.drive.rate:g} spikes a second without steroid over"
            f" that with it, with {self.drive.event_rate:g} synaptic events a second. The surface goes through"
            f" {np.sum(~runs.held_out)} runs; at {np.sum(runs.held_out)} runs between them it is off by at most"
            f" {self.error:.2g}, and other times of the events change it by at most {self.chance:.2g}."
        )

    def plot(self) -> Figure:
        """Return a figure: excitability against tonic conductance at four decays."""
        return self.recording().plot()

    def sources(self) -> list[tuple[Number, str]]:
        """Return every number that took part, with its citation; empty for an assumed one."""
        return self.recording().sources()

    def plain(self) -> Mapping[str, Any]:
        """Return everything but the ledger, for JSON."""
        return self.recording().plain() | {"runs": self.to_frame().to_dict("list")}


def response_surface(name: str, variant: str | None = None, *, event_rate: str | None = None) -> ResponseSurface:
    """Return the response surface of a neuron; it is computed once and kept in the cache folder.

    Args:
        name: of a neuron's card, such as ``"dentate-granule"``.
        variant: of that card; its default when left out.
        event_rate: of synaptic events, such as ``"20 Hz"``; that of the card ``experiments`` when left out.

    Raises:
        UnknownNameError: no such neuron or variant.
        InputError: a neuron whose chloride moves, so that its excitability depends on time, or a rate below zero.
        SolverError: runs that do not reach the firing rate, or that no grid holds within the bound.
    """
    for given, where in ((name, "name"), (variant, "variant"), (event_rate, "event_rate")):
        # before they are looked up among what is kept, which takes text only
        if not (isinstance(given, str) or (given is None and where != "name")):
            raise InputError(f"{given!r} is no text.", where=where)
    return _surface(name, variant, event_rate, library())


@functools.lru_cache(maxsize=16)
def _surface(name: str, variant: str | None, event_rate: str | None, shelf: Library) -> ResponseSurface:
    """Return it; kept for the life of a process as long as the library in use (`shelf`) is the same."""
    cell = neuron(name, variant)
    if CHLORIDE in cell.system.state_names:
        raise InputError(
            f"chloride of '{cell.name}' ({cell.variant}) moves, so its excitability depends on time as well and has no"
            " surface. Choose a variant that holds chloride, or run the cell itself: ns.neuron(...).fi().",
            where="variant",
        )
    ledger = Ledger()
    ledger.merge(cell.ledger)
    by = drive(ledger)
    if event_rate is not None:
        given = not_negative(units.parse(event_rate, "1/s", where="event_rate"), "event_rate")
        by = Drive(**{**vars(by), "event_rate": given})
    names = [f"gaba.{each}" for each in _AXES]
    values = dict(zip(cell.system.parameter_names, cell.parameters.tolist(), strict=True))
    tonic = values["gaba.tonic_independent"] + values["gaba.tonic_dependent"]
    neutral = cell.parameters.copy()
    for each in names:
        neutral[cell.system.parameter_names.index(each)] = float(each.endswith("multiplier"))
    # without events all trains are the same
    trains = TRAINS if by.event_rate else 1
    fit = fitted(Cell(cell.system, neutral, by, trains), tonic)
    ledger.choose(
        Choice(
            f"{name} ({cell.variant}): response surface",
            f"current for {by.rate:g} spikes a second over {trains} trains of synaptic events",
            "What counts as excitability, and the drive at which it is measured, are definitions.",
        )
    )
    return ResponseSurface(cell.name, cell.variant, tonic, by, fit, ledger)
