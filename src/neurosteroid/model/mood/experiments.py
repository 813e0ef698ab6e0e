"""For each pair of explanations the experiment that parts them most, with what each predicts of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from neurosteroid import units
from neurosteroid.errors import InputError, unknown_name
from neurosteroid.evidence import Ledger, Number, library
from neurosteroid.model.checked import positive
from neurosteroid.model.mood.hypotheses import MoodHypothesis, mood_hypothesis, names
from neurosteroid.model.mood.preparation import COMMON, KIND, Preparation
from neurosteroid.model.mood.run import (
    held_conductances,
    read_out,
    with_held_chloride,
    without_interneuron_delta,
    without_local_synthesis,
)

if TYPE_CHECKING:
    import pandas as pd


@final
@dataclass(frozen=True)
class Manipulation:
    """Something that a laboratory can do, and what is measured with and without it.

    Attributes:
        name: of it.
        doing: what is done, in words.
        reading: what is measured, in percent.
        conditions: the two that are compared, in words.
        measured: returns the reading in both, for a preparation, a level (nmol/L), and the excitability at that level
            without the manipulation (percent).
    """

    name: str
    doing: str
    reading: str
    conditions: tuple[str, str]
    measured: Callable[[Preparation, float, float], tuple[float, float]]


@final
@dataclass(frozen=True)
class SeparatingExperiment:
    """The experiment that parts two explanations most.

    Attributes:
        first, second: the explanations.
        manipulation: what is done.
        predictions: name of the explanation to its reading in both conditions, percent.
        difference: by how much the two explanations differ in what the manipulation changes, percentage points.
    """

    first: str
    second: str
    manipulation: Manipulation
    predictions: Mapping[str, tuple[float, float]]
    difference: float


@final
@dataclass(frozen=True, eq=False)
class Separation:
    """Experiments for all pairs of explanations.

    Attributes:
        level: allopregnanolone, nmol/L: in serum, or in the bath of a slice.
        hypotheses: that were compared.
        table: what each manipulation gives with each explanation, percent, by name of both.
        experiments: the best for each pair.
        ledger: the numbers that took part.
    """

    level: float
    hypotheses: tuple[MoodHypothesis, ...]
    table: Mapping[tuple[str, str], tuple[float, float]]
    experiments: tuple[SeparatingExperiment, ...]
    ledger: Ledger

    def to_frame(self) -> pd.DataFrame:
        """Return the experiments as a table, a row a pair."""
        import pandas as pd

        return pd.DataFrame(self.plain())

    def plain(self) -> list[dict[str, Any]]:
        """Return the experiments as plain data, for JSON."""
        rows = []
        for each in self.experiments:
            row: dict[str, Any] = {
                "first": each.first,
                "second": each.second,
                "manipulation": each.manipulation.name,
                "doing": each.manipulation.doing,
                "reading": each.manipulation.reading,
            }
            for which, name in (("first", each.first), ("second", each.second)):
                for condition, value in zip(each.manipulation.conditions, each.predictions[name], strict=True):
                    row[f"{which} (percent), {condition}"] = value
            rows.append(row | {"difference (percentage points)": each.difference})
        return rows

    def sources(self) -> list[tuple[Number, str]]:
        """Return every number that took part, with its citation; empty for an assumed one."""
        references = library().references
        return [(number, "; ".join(references[key].plain() for key in number.source)) for number in self.ledger.numbers]


def _change(made: Preparation, level: float, exposure: float | None = None) -> float:
    return float(read_out(made, [0.0, level], exposure=exposure).excitability[1])


def _held_potential(made: Preparation, level: float, usual: float) -> tuple[float, float]:
    inward, outward = held_conductances(made, [0.0, level])
    return 100.0 * float(inward[1] / inward[0] - 1), 100.0 * float(outward[1] / outward[0] - 1)


def _knocked_out(made: Preparation, level: float, usual: float) -> tuple[float, float]:
    return usual, _change(without_interneuron_delta(made), level)


def _held_chloride(made: Preparation, level: float, usual: float) -> tuple[float, float]:
    held = with_held_chloride(made)
    return usual, usual if held is made else _change(held, level)


def _days(made: Preparation, level: float, usual: float) -> tuple[float, float]:
    return _change(made, level, made.ledger.take(library().card(COMMON, KIND), "acute", "h")), usual


def _inhibited(made: Preparation, level: float, usual: float) -> tuple[float, float]:
    without = without_local_synthesis(made)
    if without is made:
        return 0.0, 0.0
    before, after = (read_out(each, [level]).rheobase[0] for each in (made, without))
    return 0.0, 100.0 * float(before / after - 1)


_STEROID: Final = "excitability of the principal cell at the level of steroid against none"

MANIPULATIONS: Final = (
    Manipulation(
        "holding potential",
        "hold the principal cell below and above its E_GABA",
        "tonic conductance of the principal cell at the level of steroid against none",
        ("inward current", "outward current"),
        _held_potential,
    ),
    Manipulation(
        "interneuron knock-out",
        "take delta out of the interneurons alone",
        _STEROID,
        ("wild type", "knock-out"),
        _knocked_out,
    ),
    Manipulation(
        "held chloride",
        "record with a perforated patch, then with a pipette that holds chloride where it rests without steroid",
        _STEROID,
        ("free chloride", "held chloride"),
        _held_chloride,
    ),
    Manipulation(
        "days of exposure",
        "keep the level for an hour, then for days",
        _STEROID,
        ("an hour", "days"),
        _days,
    ),
    Manipulation(
        "5alpha-reductase inhibitor",
        "inhibit 5alpha-reductase and hold serum at its level with allopregnanolone",
        "excitability of the principal cell at the level, against before the inhibitor",
        ("before", "with inhibitor"),
        _inhibited,
    ),
)
"""What a laboratory can do."""


def separating_experiments(at: str = "2 nmol/L", variants: Mapping[str, str] | None = None) -> Separation:
    """Return for each pair of explanations the one experiment that parts them most, with what both predict.

    Every manipulation is computed with every explanation. For a pair that one is taken whose effect, the reading in the
    second condition less that in the first, differs most between the two, in percentage points.

    Args:
        at: allopregnanolone in serum, or in the bath; such as ``"2 nmol/L"``.
        variants: name of an explanation to the variant of its card; the default one where left out.

    Raises:
        UnitError: a level without a unit or with a wrong one.
        InputError: a level that is not above 0.
        UnknownNameError: no such explanation or variant.
    """
    if not isinstance(variants or {}, Mapping):
        raise InputError(
            f"{variants!r} does not say whose variants; give such as {{'local-synthesis': 'yielding'}}.",
            where="variants",
        )
    level, chosen = positive(at, units.CONCENTRATION, "at"), dict(variants or {})
    for name in chosen:
        if name not in names():
            raise unknown_name("hypothesis", name, names(), where="variants")
    hypotheses = tuple(mood_hypothesis(name, chosen.get(name)) for name in names())
    if len(hypotheses) < 2:
        raise InputError("two explanations or more are needed.")
    ledger, table = Ledger(), {}
    for each in hypotheses:
        made = each.preparation()
        usual = _change(made, level)
        for manipulation in MANIPULATIONS:
            table[each.name, manipulation.name] = manipulation.measured(made, level, usual)
        ledger.merge(made.ledger)
    pairs = itertools.combinations((each.name for each in hypotheses), 2)
    return Separation(level, hypotheses, table, tuple(_best(table, *pair) for pair in pairs), ledger)


def _best(table: Mapping[tuple[str, str], tuple[float, float]], first: str, second: str) -> SeparatingExperiment:
    effects = [
        [table[name, each.name][1] - table[name, each.name][0] for name in (first, second)] for each in MANIPULATIONS
    ]
    apart = [abs(one - other) for one, other in effects]
    place = int(np.argmax(apart))
    best = MANIPULATIONS[place]
    return SeparatingExperiment(
        first, second, best, {name: table[name, best.name] for name in (first, second)}, apart[place]
    )
