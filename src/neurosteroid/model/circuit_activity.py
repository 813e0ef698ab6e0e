"""What a circuit did: its spectrum with and without steroid, rates and synchrony, with intervals over seeds."""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import unknown_name
from neurosteroid.evidence import Ledger, Number, library
from neurosteroid.model.circuit_words import PROXY, SLOW, SYNCHRONY, assumptions, no_peaks, title_of, tonic_change
from neurosteroid.model.spectra import band_peak, band_power, mean_interval, ratio_interval

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from neurosteroid.model.circuit_experiment import Circuit

Array = NDArray[np.float64]

CONDITIONS: Final = ("with", "without")
_PROXY_UNIT: Final = "uA/cm^2"


@final
@dataclass(frozen=True, eq=False)
class Raster:
    """Spikes of one population: (S,) times (ms since recording began) and cells, of how many."""

    times: Array
    cells: NDArray[np.int64]
    count: int


@final
@dataclass(frozen=True, eq=False)
class Measured:
    """What one run of a circuit gives: rates (Hz) and synchrony by population, and the spectrum of the field."""

    rates: dict[str, float]
    synchrony: dict[str, float]
    frequencies: Array
    density: Array


@final
@dataclass(frozen=True, eq=False)
class Recorded:
    """A circuit in one condition with every seed.

    Attributes:
        settings: by which it is known whether two recordings go together.
        measured: of each seed.
        rasters: by population, of the first seed.
        method: of the solver.
    """

    settings: tuple[Any, ...]
    measured: tuple[Measured, ...]
    rasters: Mapping[str, Raster]
    method: str


@final
@dataclass(frozen=True, eq=False)
class Estimate:
    """A number over seeds: its mean with its interval; NaN ends for one seed, all NaN for a peak not in its band."""

    mean: float
    low: float
    high: float


@final
@dataclass(frozen=True, kw_only=True)
class Measure:
    """One measure of a circuit.

    Attributes:
        name: what it is.
        unit: of `with_` and `without`.
        with_: with steroid.
        without: without it, same seeds.
        change: of each seed, with over without (`relative`) or with minus without.
        relative: which of the two.
    """

    name: str
    unit: str
    with_: Estimate
    without: Estimate
    change: Estimate
    relative: bool


@final
@dataclass(frozen=True, eq=False)
class CircuitActivity:
    """The same circuit with and without steroid, seed by seed.

    Attributes:
        title: what was done, in words.
        columns: ``frequency`` and, for each condition, the spectrum of the field with its interval.
        units: of the columns.
        measures: rates, synchrony, powers and peaks.
        by_seed: measure name to condition to (n,) values, in the order of `seeds`.
        spectra: condition to (n, F).
        rasters: condition to population to the first spikes of the first seed.
        seeds: that were run.
        settings: duration (ms), step (ms), solver, and the multipliers.
        ledger: the numbers that took part.
        notes: sentences a reader needs.
        without: the recording without steroid, to put others beside.
    """

    title: str
    columns: Mapping[str, Array]
    units: Mapping[str, str]
    measures: tuple[Measure, ...]
    by_seed: Mapping[str, Mapping[str, Array]]
    spectra: Mapping[str, Array]
    rasters: Mapping[str, Mapping[str, Raster]]
    seeds: tuple[int, ...]
    settings: Mapping[str, float | str]
    ledger: Ledger
    notes: tuple[str, ...]
    without: Recorded

    @classmethod
    def of(
        cls,
        circuit: Circuit,
        *,
        duration: float,
        step: float,
        seeds: tuple[int, ...],
        recorded: Mapping[str, Recorded],
    ) -> CircuitActivity:
        """Make it from what was recorded in each condition."""
        by, without = circuit.protocol, recorded["without"]
        measured = {name: recorded[name].measured for name in CONDITIONS}
        frequencies = measured["without"][0].frequencies
        spectra = {name: np.stack([each.density for each in measured[name]]) for name in CONDITIONS}
        columns: dict[str, Array] = {"frequency": frequencies}
        units = {"frequency": "Hz"}
        for name in CONDITIONS:
            for end, values in zip(("", ", low", ", high"), ratio_interval(spectra[name], by.confidence), strict=True):
                columns[f"power {name}{end}"] = values
                units[f"power {name}{end}"] = f"({_PROXY_UNIT})^2/Hz"
        # A rate moves by one spike of one cell.
        grains = {each.name: 1e3 / (each.count * duration) for each in circuit.plain.cells}
        by_seed, kinds = _values(measured, spectra, frequencies, by.bands, grains)
        measures = tuple(_measure(name, kinds[name], by_seed[name], by.confidence) for name in by_seed)
        settings: dict[str, float | str] = {"duration": duration, "step": step, "solver": without.method}
        settings |= {f"tonic multiplier, {name}": value for name, value in tonic_change(circuit).items()}
        settings |= {f"tonic multiplier of ambient GABA, {name}": each for name, each in circuit.plain.by.tonic.items()}
        settings |= {"amplitude multiplier": circuit.synapse.amplitude, "decay multiplier": circuit.synapse.decay}
        slow = (SLOW,) if without.method == "numpy" else ()
        return cls(
            title=title_of(circuit),
            columns=columns,
            units=units,
            measures=measures,
            by_seed=by_seed,
            spectra=spectra,
            rasters={name: recorded[name].rasters for name in CONDITIONS},
            seeds=seeds,
            settings=settings,
            ledger=circuit.ledger,
            notes=(PROXY, SYNCHRONY, *assumptions(circuit, len(seeds)), *no_peaks(by_seed), *slow),
            without=without,
        )

    def __getitem__(self, name: str) -> Measure:
        """Return a measure by name, such as ``"theta power"``.

        Raises:
            UnknownNameError: no such measure; names what there is.
        """
        for each in self.measures:
            if each.name == name:
                return each
        raise unknown_name("measure", str(name), [each.name for each in self.measures])

    def to_frame(self) -> pd.DataFrame:
        """Return the spectra as a table, with units in the headings."""
        import pandas as pd

        return pd.DataFrame({f"{name} ({self.units[name]})": column for name, column in self.columns.items()})

    def measures_frame(self) -> pd.DataFrame:
        """Return the measures as a table, a row each."""
        import pandas as pd

        rows = []
        for each in self.measures:
            row: dict[str, Any] = {"measure": each.name, "unit": each.unit}
            for name, found in (("with", each.with_), ("without", each.without), ("change", each.change)):
                row |= {name: found.mean, f"{name}, low": found.low, f"{name}, high": found.high}
            rows.append(row | {"change is": "ratio" if each.relative else "difference"})
        return pd.DataFrame(rows)

    def plot(self) -> Figure:
        """Return a figure: spectra with intervals, and rasters of the first seed."""
        figure: Figure = importlib.import_module("neurosteroid.reports.circuit_figure").circuit_figure(self)
        return figure

    def sources(self) -> list[tuple[Number, str]]:
        """Return every number that took part, with its citation; empty for an assumed one."""
        references = library().references
        return [(number, "; ".join(references[key].plain() for key in number.source)) for number in self.ledger.numbers]

    def plain(self) -> dict[str, Any]:
        """Return everything but the ledger and the rasters, for JSON."""
        return {
            "kind": "circuit",
            "title": self.title,
            "seeds": list(self.seeds),
            "settings": dict(self.settings),
            "measures": [
                {
                    "name": each.name,
                    "unit": each.unit,
                    **{name: vars(found) for name, found in (("with", each.with_), ("without", each.without))},
                    "change": vars(each.change) | {"is": "ratio" if each.relative else "difference"},
                    "by_seed": dict(self.by_seed[each.name]),
                }
                for each in self.measures
            ],
            "units": dict(self.units),
            "columns": dict(self.columns),
            "notes": list(self.notes),
            "assumed": [f"{number.card}.{number.key}" for number in self.ledger.assumed],
        }


def _values(
    measured: Mapping[str, Sequence[Measured]],
    spectra: Mapping[str, Array],
    frequencies: Array,
    bands: Mapping[str, tuple[float, float]],
    grains: Mapping[str, float],
) -> tuple[dict[str, dict[str, Array]], dict[str, _Kind]]:
    """Return every measure by seed, and what kind of measure it is."""
    found: dict[str, dict[str, Array]] = {}
    kinds: dict[str, _Kind] = {}

    def put(
        name: str,
        unit: str,
        relative: bool,
        values: dict[str, Array],
        grain: float = 0.0,
        ends: tuple[float, float] = (0.0, math.inf),
    ) -> None:
        found[name], kinds[name] = values, _Kind(unit, relative, grain, ends)

    for population in measured["without"][0].rates:
        put(
            f"{population} rate",
            "Hz",
            False,
            {name: np.array([each.rates[population] for each in measured[name]]) for name in CONDITIONS},
            grains[population],
        )
    for population in measured["without"][0].synchrony:
        put(
            f"{population} synchrony",
            "1",
            False,
            {name: np.array([each.synchrony[population] for each in measured[name]]) for name in CONDITIONS},
            ends=(0.0, 1.0),
        )
    for band, ends in bands.items():
        powers = {name: np.asarray(band_power(frequencies, spectra[name], ends)) for name in CONDITIONS}
        peaks = {name: np.asarray(band_peak(frequencies, spectra[name], ends)) for name in CONDITIONS}
        put(f"{band} power", f"({_PROXY_UNIT})^2", True, powers)
        put(f"{band} peak", "Hz", False, peaks, float(frequencies[1] - frequencies[0]), ends)
    return found, kinds


@final
@dataclass(frozen=True)
class _Kind:
    """Unit of a measure, whether its change is a ratio, its grain (0 for none), and between what it lies."""

    unit: str
    relative: bool
    grain: float
    ends: tuple[float, float]

    def estimate(self, values: Array, confidence: float, ends: tuple[float, float]) -> Estimate:
        """Return the mean over seeds with an interval that goes no further than the ends."""
        if self.relative:
            return Estimate(*(float(each) for each in ratio_interval(values, confidence)))
        mean, low, high = (float(each) for each in mean_interval(values, confidence, self.grain))
        return Estimate(mean, *(float(np.clip(each, *ends)) for each in (low, high)))


def _measure(name: str, kind: _Kind, values: Mapping[str, Array], confidence: float) -> Measure:
    with_, without = values["with"], values["without"]
    with np.errstate(divide="ignore", invalid="ignore"):
        change = with_ / without if kind.relative else with_ - without
    widest = kind.ends[1] - kind.ends[0]
    return Measure(
        name=name,
        unit=kind.unit,
        with_=kind.estimate(with_, confidence, kind.ends),
        without=kind.estimate(without, confidence, kind.ends),
        change=kind.estimate(change, confidence, (-widest, widest)),
        relative=kind.relative,
    )
