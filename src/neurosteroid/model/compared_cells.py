"""Cells at several concentrations of a steroid, as rows: tonic current, membrane, synaptic current, firing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.evidence import Ledger, library
from neurosteroid.model.compared import Compared, Stage
from neurosteroid.model.neuron import neuron
from neurosteroid.model.neuron_definitions import ROOM
from neurosteroid.model.recording import Recording
from neurosteroid.receptors.actions import Evidence, weighed

Array = NDArray[np.float64]

HOLD: Final = "0 mV"
"""Where synaptic currents are recorded: far from the reversal, so that they are large and outward."""
POINTS: Final = 31
"""Currents of an f-I curve, up to three times the rheobase without steroid: steps of a tenth of it."""
_RATE: Final = "rate at {:g} times the rheobase without steroid"
_AT_REST: Final = (
    (Stage.TONIC, "tonic conductance", "tonic conductance"),
    (Stage.TONIC, "tonic current", "tonic current at rest, outward"),
    (Stage.MEMBRANE, "resting potential", "resting potential"),
    (Stage.MEMBRANE, "GABA reversal", "reversal of GABA-A currents"),
    (Stage.MEMBRANE, "input resistance", "input resistance"),
    (Stage.MEMBRANE, "regime", "what GABA does at rest"),
)
_EVENT: Final = (
    ("peak current", f"amplitude at {HOLD}"),
    ("time to 1/e", "time to 1/e of the peak"),
    ("charge", f"charge at {HOLD}"),
)


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class CellRecordings:
    """What was recorded from one cell.

    Attributes:
        name: of its card.
        title: for people.
        at_rest: (C,) by concentration, the first one without steroid.
        events: (C,) one synaptic event each.
        firing: (C,) f-I curves on the same currents.
        ledger: what all but the synaptic events rest on; these rest on a scheme too.
    """

    name: str
    title: str
    at_rest: tuple[Recording, ...]
    events: tuple[Recording, ...]
    firing: tuple[Recording, ...]
    ledger: Ledger


def record(
    name: str, concentrations: Sequence[float], synapse: str | None, hypothesis: str | None, ambient: str | None
) -> CellRecordings:
    """Return the recordings of a cell.

    Args:
        name: of the cell's card.
        concentrations: (C,) nmol/L, the first one 0.
        synapse: scheme that says what the steroid does to synaptic events; None for none.
        hypothesis: which of its rates the steroid changes.
        ambient: GABA around the cell.
    """
    cells = [
        neuron(name, steroid=f"{level!r} nmol/L", synapse=synapse, hypothesis=hypothesis, ambient=ambient)
        for level in concentrations
    ]
    plain = [neuron(name, steroid=f"{level!r} nmol/L", ambient=ambient) for level in concentrations]
    without = cells[0].fi(points=POINTS)
    top = f"{float(np.asarray(without['current'])[-1])!r} pA"
    return CellRecordings(
        name=name,
        title=library().card(name, ROOM).title,
        at_rest=tuple(cell.currents() for cell in cells),
        events=tuple(cell.ipsc(hold=HOLD) for cell in cells),
        firing=(without, *(cell.fi(up_to=top, points=POINTS) for cell in cells[1:])),
        ledger=merged(cell.ledger for cell in plain),
    )


def cell_rows(found: CellRecordings) -> Iterator[Compared]:
    """Yield the rows of a cell."""
    for stage, name, words in _AT_REST:
        yield _row(found, found.at_rest, stage, name, words)
    for name, words in _EVENT:
        yield _row(found, found.events, Stage.SYNAPSE, name, words)
    for name in ("rheobase", "gain"):
        yield _row(found, found.firing, Stage.FIRING, name, name)
    currents, twice = np.asarray(found.firing[0]["current"]), 2 * (POINTS - 1) // 3
    rates = np.array([np.asarray(each["rate"])[twice] for each in found.firing])
    multiple = float(currents[twice]) / float(found.firing[0].scalars["rheobase"])
    yield _numbers(found, found.firing, Stage.FIRING, _RATE.format(round(multiple, 6)), "Hz", rates)


def _row(found: CellRecordings, shown: Sequence[Recording], stage: Stage, name: str, words: str) -> Compared:
    values = [each.scalars[name] for each in shown]
    if isinstance(values[0], str):
        nothing = np.full(len(values), np.nan)
        return _numbers(found, shown, stage, words, "1", nothing, tuple(str(value) for value in values))
    return _numbers(found, shown, stage, words, shown[0].units[name], np.array(values, dtype=float))


def _numbers(
    found: CellRecordings,
    shown: Sequence[Recording],
    stage: Stage,
    quantity: str,
    unit: str,
    values: Array,
    words: tuple[str, ...] = (),
) -> Compared:
    ledger = merged(each.ledger for each in shown) if stage is Stage.SYNAPSE else found.ledger
    evidence = weighed(ledger.numbers)
    return Compared(
        stage=stage,
        what=found.name,
        title=found.title,
        quantity=quantity,
        unit=unit,
        values=values,
        lowest=values,
        highest=values,
        words=words,
        # a choice that is no number, such as a hypothesis, is an assumption too
        evidence=str(Evidence.PART_ASSUMED if evidence is Evidence.MEASURED and ledger.choices else evidence),
        ledger=ledger,
    )


def merged(ledgers: Iterable[Ledger]) -> Ledger:
    """Return one ledger with all that stands in several."""
    found = Ledger()
    for each in ledgers:
        found.merge(each)
    return found
