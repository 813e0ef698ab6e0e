"""A steroid at several concentrations, side by side: receptors, targets, cells, circuits, and what each rests on."""

from __future__ import annotations

import dataclasses
import importlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError, require_names, unknown_name
from neurosteroid.evidence import Ledger, Number, library
from neurosteroid.model.circuit import circuit_names
from neurosteroid.model.compared import Compared, Paired, Stage
from neurosteroid.model.compared_cells import CellRecordings, cell_rows, merged, record
from neurosteroid.model.compared_circuits import CircuitLevels, check_circuit, circuit_rows, run_circuit
from neurosteroid.model.compared_receptors import receptor_rows, target_rows
from neurosteroid.model.neuron import neuron_names
from neurosteroid.model.neuron_steroid import STEROID
from neurosteroid.receptors.panel import ReceptorPanel, receptor_panel
from neurosteroid.receptors.panel_words import concentration
from neurosteroid.receptors.synonyms import named_by

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

CONCENTRATIONS: Final = ("5 nmol/L", "50 nmol/L", "220 nmol/L", "3 umol/L")
"""Usual in brain, highest that the body makes, plasma in an infusion of 90 ug/kg/h, and where other targets begin."""
CELLS: Final = ("dentate-granule", "pyramidal", "fast-spiking")
SYNAPSE: Final = "jones-westbrook"
DURATION: Final = "10 s"
SEEDS: Final = 5
_WITHOUT: Final = "0 nmol/L"


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class SideBySide:
    """What a steroid does from receptor to cell and circuit, at each concentration.

    Attributes:
        steroid: name of its compound.
        concentrations: (C,) nmol/L, nominal at the receptor; the first one is 0.
        rows: every quantity, in the order of `Stage`.
        panel: every target at the same concentrations.
        cells: the recordings that the rows of cells were read from.
        circuits: what the rows of circuits were read from; none unless they were asked for.
        ledger: every number that took part.
    """

    steroid: str
    concentrations: Array
    rows: tuple[Compared, ...]
    panel: ReceptorPanel
    cells: tuple[CellRecordings, ...]
    ledger: Ledger
    circuits: tuple[CircuitLevels, ...] = ()

    @property
    def heads(self) -> tuple[str, ...]:
        """The concentrations in words: ``without``, ``5 nmol/L``, ``3 umol/L``."""
        return ("without", *(concentration(float(value)) for value in self.concentrations[1:]))

    @property
    def units(self) -> dict[str, str]:
        """Unit of the concentrations; each row has its own."""
        return {"concentrations": "nmol/L"}

    def with_circuits(self, levels: Sequence[CircuitLevels]) -> SideBySide:
        """Return the same with circuits that were run at the same concentrations.

        Raises:
            InputError: a circuit at other concentrations.
        """
        for each in levels:
            if each.concentrations.tolist() != self.concentrations.tolist():
                raise InputError(
                    f"'{each.name}' was run at {each.concentrations.tolist()} nmol/L, and not at"
                    f" {self.concentrations.tolist()}.",
                    where="circuits",
                )
        rows = (*self.rows, *(row for each in levels for row in circuit_rows(each)))
        return dataclasses.replace(
            self, rows=rows, circuits=(*self.circuits, *levels), ledger=merged(row.ledger for row in rows)
        )

    def at(self, stage: Stage | str, what: str | None = None) -> tuple[Compared, ...]:
        """Return the rows of a stage, of one receptor, target or cell when named.

        Raises:
            UnknownNameError: no such stage, or nothing of that name in it.
        """
        stages = tuple(dict.fromkeys(str(row.stage) for row in self.rows))
        if str(stage) not in stages:
            raise unknown_name("stage", stage, stages)
        rows = tuple(row for row in self.rows if row.stage == stage)
        known = tuple(dict.fromkeys(row.what for row in rows))
        if what is not None and what not in known:
            raise unknown_name(str(stage), what, known)
        return tuple(row for row in rows if what in (None, row.what))

    def columns(self) -> dict[str, list[Any]]:
        """Return one row for each quantity and concentration, as columns."""
        places = [(row, place) for row in self.rows for place in range(len(self.concentrations))]
        return {
            "stage": [str(row.stage) for row, _ in places],
            "what": [row.what for row, _ in places],
            "quantity": [row.quantity for row, _ in places],
            "unit": [row.unit for row, _ in places],
            "concentration (nmol/L)": [float(self.concentrations[place]) for _, place in places],
            "value": [float(row.values[place]) for row, place in places],
            "lowest": [float(row.lowest[place]) for row, place in places],
            "highest": [float(row.highest[place]) for row, place in places],
            "change": [_paired(row, "mean", place) for row, place in places],
            "change, lowest": [_paired(row, "lowest", place) for row, place in places],
            "change, highest": [_paired(row, "highest", place) for row, place in places],
            "change is": [_kind(row.paired) for row, _ in places],
            "word": [row.words[place] if row.words else "" for row, place in places],
            "evidence": [row.evidence for row, _ in places],
            "numbers": [len(row.ledger.numbers) for row, _ in places],
            "assumed": [len(row.ledger.assumed) for row, _ in places],
            "sources": ["; ".join(row.ledger.sources) for row, _ in places],
        }

    def to_frame(self) -> pandas.DataFrame:
        """Return a data frame with a row for each quantity and concentration; changes by seed are those of circuits."""
        import pandas as pd

        frame = pd.DataFrame(self.columns())
        frame.attrs["units"] = self.units
        return frame

    def plot(self) -> Figure:
        """Return the figure of all stages; the reports room draws it."""
        module = importlib.import_module("neurosteroid.reports.side_by_side_figure")
        figure: Figure = module.side_by_side_figure(self)
        return figure

    def sources(self) -> list[tuple[Number, str]]:
        """Return every number that took part, with its citations in plain text."""
        references = library().references
        return [(number, "; ".join(references[key].plain() for key in number.source)) for number in self.ledger.numbers]


def _paired(row: Compared, end: str, place: int) -> float:
    return math.nan if row.paired is None else float(getattr(row.paired, end)[place])


def _kind(paired: Paired | None) -> str:
    if paired is None:
        return ""
    return "ratio" if paired.ratio else "difference"


def side_by_side(
    steroid: str = STEROID,
    at: Sequence[str] = CONCENTRATIONS,
    *,
    cells: Sequence[str] = CELLS,
    circuits: Sequence[str] = (),
    duration: str | None = None,
    seeds: int | None = None,
    synapse: str | None = SYNAPSE,
    hypothesis: str | None = None,
    ambient: str | None = None,
) -> SideBySide:
    """Return what a steroid does at several concentrations, from receptors to circuits, beside no steroid.

    Concentrations are nominal at the receptor, as in the bath of a recording; what reaches a receptor in a brain is
    another question. Cells know allopregnanolone alone; other steroids have their receptor panel.

    Args:
        steroid: ``"allopregnanolone"``, or a synonym of it.
        at: concentrations with their units, above 0.
        cells: names of neurons.
        circuits: names of circuits, which take minutes; none when left out.
        duration: of circuits, that is recorded of each seed; 10 s when left out.
        seeds: of circuits, how many; 5 when left out.
        synapse: scheme that says what the steroid does to synaptic events; None for the tonic conductance only.
        hypothesis: which rates of the scheme the steroid changes; the card's default when left out.
        ambient: GABA around the cells; each card's own when left out.

    Raises:
        UnknownNameError: a steroid, neuron, scheme or hypothesis that nothing carries.
        InputError: no concentration, one that is not above 0, the same one twice, no cell, or settings of circuits
            without a circuit.
        UnitError: a concentration without a unit, or with one that is none of a concentration.
    """
    name = named_by(steroid, (STEROID,)) if isinstance(steroid, str) else None
    if name is None:
        raise unknown_name("steroid that cells know", steroid, (STEROID,), where="side_by_side")
    require_names(at, "at", where="at")
    require_names(cells, "cells", where="cells")
    at, cells = tuple(() if at is None else at), tuple(() if cells is None else cells)
    if not cells:
        raise InputError("there is no cell; name at least one, such as 'dentate-granule'.", where="cells")
    for each in cells:
        if each not in neuron_names():
            raise unknown_name("neuron", each, neuron_names(), where="cells")
    require_names(circuits, "circuits", where="circuits")
    circuits = tuple(circuits or ())
    for each in circuits:
        if each not in circuit_names():
            raise unknown_name("circuit", each, circuit_names(), where="circuits")
    if not circuits and (duration is not None or seeds is not None):
        raise InputError(
            "duration and seeds are those of circuits, and none is named; name one or leave them out.",
            where="duration" if duration is not None else "seeds",
        )
    # by itself first, so that what is wrong with a concentration is told by its own place
    for place, level in enumerate(receptor_panel(name, at).concentrations):
        if not level > 0:
            raise InputError(f"'{at[place]}' is not above 0; without steroid is shown anyway.", where=f"at[{place}]")
    panel = receptor_panel(name, [_WITHOUT, *at])
    levels = panel.concentrations
    span, count = DURATION if duration is None else duration, SEEDS if seeds is None else seeds
    for each in circuits:
        check_circuit(each, levels.tolist(), span, count, synapse=synapse, hypothesis=hypothesis, ambient=ambient)
    recorded = tuple(record(each, levels.tolist(), synapse, hypothesis, ambient) for each in dict.fromkeys(cells))
    rows = [*receptor_rows(panel), *target_rows(panel), *(row for each in recorded for row in cell_rows(each))]
    ordered = tuple(sorted(rows, key=lambda row: tuple(Stage).index(row.stage)))
    found = SideBySide(
        steroid=name,
        concentrations=levels,
        rows=ordered,
        panel=panel,
        cells=recorded,
        ledger=merged(row.ledger for row in ordered),
    )
    return found.with_circuits(
        [
            run_circuit(each, levels.tolist(), span, count, synapse=synapse, hypothesis=hypothesis, ambient=ambient)
            for each in dict.fromkeys(circuits)
        ]
    )
