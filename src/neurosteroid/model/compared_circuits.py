"""Circuits at several concentrations of a steroid, as rows: rates, synchrony and rhythms with intervals over seeds."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.evidence import Ledger
from neurosteroid.model.circuit import circuit
from neurosteroid.model.circuit_activity import CircuitActivity
from neurosteroid.model.compared import Compared, Paired, Stage
from neurosteroid.receptors.actions import Evidence, weighed

Array = NDArray[np.float64]

_ENDS: Final = ("mean", "low", "high")
_KEPT: Final = (*_ENDS, "change_mean", "change_low", "change_high")


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class Measured:
    """One measure of a circuit at every concentration.

    Attributes:
        unit: of it.
        mean: (C,) over seeds.
        low: (C,) of the interval of the mean.
        high: (C,) of the same.
        change_mean: (C,) of each seed against the same seed without steroid, then over seeds; NaN without steroid.
        change_low: (C,) of the interval of that.
        change_high: (C,) of the same.
        relative: whether the change is a ratio, with over without; else it is a difference.
    """

    unit: str
    mean: Array
    low: Array
    high: Array
    change_mean: Array
    change_low: Array
    change_high: Array
    relative: bool

    @property
    def paired(self) -> Paired:
        """The change."""
        return Paired(self.change_mean, self.change_low, self.change_high, self.relative)


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class CircuitLevels:
    """A circuit at every concentration, with the same seeds.

    Attributes:
        name: of its card.
        title: for people.
        concentrations: (C,) nmol/L, the first one 0.
        duration: s that were recorded of each seed.
        seeds: how many.
        measures: by name.
        frequencies: (F,) Hz.
        spectra: (C, F) of the field proxy.
        spectrum_unit: of them.
        ledger: the numbers that took part.
    """

    name: str
    title: str
    concentrations: Array
    duration: float
    seeds: int
    measures: Mapping[str, Measured]
    frequencies: Array
    spectra: Array
    spectrum_unit: str
    ledger: Ledger

    def plain(self) -> dict[str, Any]:
        """Return all of it for JSON, with the value of every number that took part."""
        return {
            "name": self.name,
            "title": self.title,
            "concentrations": self.concentrations.tolist(),
            "duration": self.duration,
            "seeds": self.seeds,
            "measures": {
                name: {
                    "unit": each.unit,
                    "relative": each.relative,
                    **{end: _kept(getattr(each, end)) for end in _KEPT},
                }
                for name, each in self.measures.items()
            },
            "frequencies": _kept(self.frequencies),
            "spectra": [_kept(each) for each in self.spectra],
            "spectrum_unit": self.spectrum_unit,
            "numbers": rests_on(self.ledger),
        }


def run_circuit(
    name: str,
    concentrations: Sequence[float],
    duration: str,
    seeds: int,
    *,
    threads: int | None = None,
    progress: Callable[[float, int, int], None] | None = None,
    keep: Callable[[CircuitLevels], None] | None = None,
    **settings: Any,
) -> CircuitLevels:
    """Return a circuit at every concentration; without steroid it is run once.

    Args:
        name: of its card.
        concentrations: (C,) nmol/L, the first one 0.
        duration: that is recorded of each seed.
        seeds: how many; every concentration has the same.
        threads: of the solver.
        progress: called with (concentration, networks done, networks in all at it).
        keep: called with what there is as each concentration is done, so that a long run can be stopped.
        settings: ``synapse``, ``hypothesis``, ``ambient`` as a circuit takes them.
    """
    runs: list[CircuitActivity] = []
    for level in concentrations[1:]:
        told = None if progress is None else functools.partial(progress, level)
        beside = runs[0] if runs else None
        made = circuit(name, f"{level!r} nmol/L", **settings)
        runs.append(made.run(duration, seeds, threads=threads, beside=beside, progress=told))
        found = _levels(name, concentrations[: 1 + len(runs)], runs)
        if keep is not None:
            keep(found)
    return found


def check_circuit(name: str, concentrations: Sequence[float], duration: str, seeds: int, **settings: Any) -> None:
    """Refuse before anything runs what `run_circuit` would refuse; its arguments."""
    for level in concentrations[1:]:
        circuit(name, f"{level!r} nmol/L", **settings).asked(duration, seeds)


def _levels(name: str, concentrations: Sequence[float], runs: Sequence[CircuitActivity]) -> CircuitLevels:
    first, ledger = runs[0], Ledger()
    for run in runs:
        ledger.merge(run.ledger)
    measures = {}
    for each in first.measures:
        values = [each.without, *(run[each.name].with_ for run in runs)]
        mean, low, high = (np.array([getattr(one, end) for one in values]) for end in _ENDS)
        changes = [run[each.name].change for run in runs]
        change = {f"change_{end}": np.array([np.nan, *(getattr(one, end) for one in changes)]) for end in _ENDS}
        measures[each.name] = Measured(unit=each.unit, mean=mean, low=low, high=high, relative=each.relative, **change)
    return CircuitLevels(
        name=name,
        title=circuit(name).title,
        concentrations=np.array(concentrations, dtype=float),
        duration=1e-3 * float(first.settings["duration"]),
        seeds=len(first.seeds),
        measures=measures,
        frequencies=first.columns["frequency"],
        spectra=np.stack([first.columns["power without"], *(run.columns["power with"] for run in runs)]),
        spectrum_unit=first.units["power without"],
        ledger=ledger,
    )


def read_levels(data: Mapping[str, Any], **settings: Any) -> CircuitLevels:
    """Return what `CircuitLevels.plain` wrote; the numbers that took part are taken from the cards again."""
    ledger = Ledger()
    for level in data["concentrations"][1:]:
        ledger.merge(circuit(data["name"], f"{level!r} nmol/L", **settings).ledger)
    return CircuitLevels(
        name=data["name"],
        title=data["title"],
        concentrations=np.array(data["concentrations"]),
        duration=data["duration"],
        seeds=data["seeds"],
        measures={
            name: Measured(
                unit=each["unit"],
                relative=each["relative"],
                **{end: np.array(each[end], dtype=float) for end in _KEPT},
            )
            for name, each in data["measures"].items()
        },
        frequencies=np.array(data["frequencies"]),
        spectra=np.array(data["spectra"]),
        spectrum_unit=data["spectrum_unit"],
        ledger=ledger,
    )


def _kept(values: Array) -> list[float | None]:
    """Return numbers of five digits for a file; None where there is none."""
    return [float(f"{value:.5g}") if np.isfinite(value) else None for value in values]


def rests_on(ledger: Ledger) -> dict[str, float]:
    """Return the value of every number by its place, by which kept results are known to be out of date."""
    return {number.where: number.value for number in sorted(ledger.numbers, key=lambda each: each.where)}


def circuit_rows(found: CircuitLevels) -> Iterator[Compared]:
    """Yield the rows of a circuit."""
    evidence = weighed(found.ledger.numbers)
    for name, each in found.measures.items():
        yield Compared(
            stage=Stage.CIRCUIT,
            what=found.name,
            title=found.title,
            quantity=name,
            unit=each.unit,
            values=each.mean,
            lowest=each.low,
            highest=each.high,
            evidence=str(Evidence.PART_ASSUMED if evidence is Evidence.MEASURED and found.ledger.choices else evidence),
            ledger=found.ledger,
            note=f"{found.seeds} seeds of {found.duration:g} s; the interval is that of the mean over seeds.",
            paired=each.paired,
        )
