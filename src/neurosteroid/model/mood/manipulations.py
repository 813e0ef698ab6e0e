"""What a laboratory can do to tell explanations apart: each with what is done, what is read, and what it can resolve.

Excitability of the principal cell stands at the end of all that an explanation does, where its mark has grown small.
Closer to where each acts are direct read-outs: the tonic conductance of either cell, the rate of the interneurons, and
E_GABA.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.evidence import Ledger, library
from neurosteroid.model.mood.preparation import COMMON, KIND, Preparation
from neurosteroid.model.mood.run import (
    held_conductances,
    interneurons_at,
    reversals_at,
    rheobases_at,
    with_held_chloride,
    without_interneuron_delta,
    without_local_synthesis,
)

PERCENT: Final = "percent"
MILLIVOLT: Final = "mV"


@final
@dataclass(frozen=True)
class Quantity:
    """What is read.

    Attributes:
        key: of the number on the common preparation's card that says what some ten cells resolve.
        unit: of the reading, ``"percent"`` or ``"mV"``.
    """

    key: str
    unit: str = PERCENT

    def resolved(self, ledger: Ledger) -> float:
        """Return the smallest difference that is told from none, in the unit of the reading."""
        card = library().card(COMMON, KIND)
        if self.unit == PERCENT:
            return 100.0 * ledger.take(card, self.key, "1")
        return ledger.take(card, self.key, self.unit)


EXCITABILITY: Final = Quantity("resolved_excitability")
CONDUCTANCE: Final = Quantity("resolved_conductance")
RATE: Final = Quantity("resolved_rate")
REVERSAL: Final = Quantity("resolved_reversal", MILLIVOLT)


@final
@dataclass(frozen=True)
class Manipulation:
    """Something that a laboratory can do, and what is measured with and without it.

    Attributes:
        name: of it.
        doing: what is done, in words.
        reading: what is measured, in words.
        quantity: what it is, with its unit and what can be resolved.
        conditions: the two that are compared, in words.
        measured: returns the reading in both, for a preparation, a level (nmol/L), and the excitability at that level
            without the manipulation (percent).
    """

    name: str
    doing: str
    reading: str
    quantity: Quantity
    conditions: tuple[str, str]
    measured: Callable[[Preparation, float, float], tuple[float, float]]

    @property
    def unit(self) -> str:
        """Of the reading."""
        return self.quantity.unit


def change(made: Preparation, level: float, exposure: float | None = None) -> float:
    """Return the excitability (percent) at a level against none."""
    return _percent(1.0 / rheobases_at(made, [0.0, level], exposure=exposure))


def _percent(values: Sequence[float] | NDArray[np.float64]) -> float:
    """Return the second value over the first, less 1, in percent; 0 where there is nothing."""
    first, second = (float(each) for each in values)
    return 100.0 * (second / first - 1.0) if first else 0.0


def _acute(made: Preparation) -> float:
    return made.ledger.take(library().card(COMMON, KIND), "acute", "h")


def _held_potential(made: Preparation, level: float, usual: float) -> tuple[float, float]:
    inward, outward = held_conductances(made, [0.0, level])
    return _percent(inward), _percent(outward)


def _conductance_over_days(made: Preparation, level: float, usual: float) -> tuple[float, float]:
    early, late = (held_conductances(made, [0.0, level], exposure=each)[0] for each in (_acute(made), None))
    return _percent(early), _percent(late)


def _interneuron(which: int) -> Callable[[Preparation, float, float], tuple[float, float]]:
    def measured(made: Preparation, level: float, usual: float) -> tuple[float, float]:
        both = (made, without_interneuron_delta(made))
        wild, without = (_percent(interneurons_at(each, [0.0, level])[which]) for each in both)
        return wild, without

    return measured


def _reversal(made: Preparation, level: float, usual: float) -> tuple[float, float]:
    before, after = reversals_at(made, [0.0, level])
    return 0.0, float(after - before)


def _knocked_out(made: Preparation, level: float, usual: float) -> tuple[float, float]:
    return usual, change(without_interneuron_delta(made), level)


def _held_chloride(made: Preparation, level: float, usual: float) -> tuple[float, float]:
    held = with_held_chloride(made)
    return usual, usual if held is made else change(held, level)


def _days(made: Preparation, level: float, usual: float) -> tuple[float, float]:
    return change(made, level, _acute(made)), usual


def _inhibited(made: Preparation, level: float, usual: float) -> tuple[float, float]:
    without = without_local_synthesis(made)
    if without is made:
        return 0.0, 0.0
    return 0.0, _percent([1.0 / rheobases_at(each, [level])[0] for each in (made, without)])


def _conductance_inhibited(made: Preparation, level: float, usual: float) -> tuple[float, float]:
    without = without_local_synthesis(made)
    if without is made:
        return 0.0, 0.0
    return 0.0, _percent([held_conductances(each, [level])[0][0] for each in (made, without)])


_STEROID: Final = "excitability of the principal cell at the level of steroid against none"
_TONIC: Final = "tonic conductance of the principal cell at the level of steroid against none"
_GENOTYPES: Final = ("wild type", "knock-out")
_TIMES: Final = ("an hour", "days")
_INHIBITOR: Final = ("before", "with inhibitor")
_TAKEN_OUT: Final = "take delta out of the interneurons alone"
_KEPT: Final = "keep the level for an hour, then for days"
_STOPPED: Final = "inhibit 5alpha-reductase and hold serum at its level with allopregnanolone"

MANIPULATIONS: Final = (
    Manipulation(
        "holding potential",
        "hold the principal cell below and above its E_GABA",
        _TONIC,
        CONDUCTANCE,
        ("inward current", "outward current"),
        _held_potential,
    ),
    Manipulation("days of exposure, conductance", _KEPT, _TONIC, CONDUCTANCE, _TIMES, _conductance_over_days),
    Manipulation(
        "interneuron knock-out, conductance",
        f"{_TAKEN_OUT}, and hold one of them",
        "tonic conductance of an interneuron at the level of steroid against none",
        CONDUCTANCE,
        _GENOTYPES,
        _interneuron(0),
    ),
    Manipulation(
        "interneuron knock-out, firing",
        f"{_TAKEN_OUT}, and record them",
        "rate of the driven interneurons at the level of steroid against none",
        RATE,
        _GENOTYPES,
        _interneuron(1),
    ),
    Manipulation(
        "reversal potential",
        "record the principal cell with a perforated patch",
        "shift of E_GABA at rest",
        REVERSAL,
        ("none", "at the level"),
        _reversal,
    ),
    Manipulation(
        "5alpha-reductase inhibitor, conductance",
        _STOPPED,
        "tonic conductance of the principal cell at the level, against before the inhibitor",
        CONDUCTANCE,
        _INHIBITOR,
        _conductance_inhibited,
    ),
    Manipulation("interneuron knock-out", _TAKEN_OUT, _STEROID, EXCITABILITY, _GENOTYPES, _knocked_out),
    Manipulation(
        "held chloride",
        "record with a perforated patch, then with a pipette that holds chloride where it rests without steroid",
        _STEROID,
        EXCITABILITY,
        ("free chloride", "held chloride"),
        _held_chloride,
    ),
    Manipulation("days of exposure", _KEPT, _STEROID, EXCITABILITY, _TIMES, _days),
    Manipulation(
        "5alpha-reductase inhibitor",
        _STOPPED,
        "excitability of the principal cell at the level, against before the inhibitor",
        EXCITABILITY,
        _INHIBITOR,
        _inhibited,
    ),
)
"""What a laboratory can do; the first of several that are as good is taken."""
