"""For each pair of explanations the experiment that parts them most, with what each predicts of it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neurosteroid import units
from neurosteroid.errors import InputError, unknown_name
from neurosteroid.evidence import Ledger, Number, library
from neurosteroid.model.checked import positive
from neurosteroid.model.mood.hypotheses import MoodHypothesis, mood_hypothesis, names
from neurosteroid.model.mood.manipulations import MANIPULATIONS, PERCENT, Manipulation, change

if TYPE_CHECKING:
    import pandas as pd


@final
@dataclass(frozen=True)
class SeparatingExperiment:
    """The experiment that parts two explanations most.

    Attributes:
        first, second: the explanations.
        manipulation: what is done.
        predictions: name of the explanation to its reading in both conditions, in the reading's unit.
        difference: by how much the two explanations differ in what the manipulation changes: percentage points, or mV.
        resolved: the smallest difference that some ten cells tell from none, in the same unit; assumed, see the card
            ``common-preparation``.
    """

    first: str
    second: str
    manipulation: Manipulation
    predictions: Mapping[str, tuple[float, float]]
    difference: float
    resolved: float

    @property
    def times_resolved(self) -> float:
        """How many times the difference is what can be resolved; below 1 the experiment parts nothing in practice."""
        return self.difference / self.resolved

    @property
    def unit(self) -> str:
        """Of the difference."""
        return "percentage points" if self.manipulation.unit == PERCENT else self.manipulation.unit


@final
@dataclass(frozen=True, eq=False)
class Separation:
    """Experiments for all pairs of explanations.

    Attributes:
        level: allopregnanolone, nmol/L: in serum, or in the bath of a slice.
        hypotheses: that were compared.
        table: what each manipulation gives with each explanation, by name of both, in the reading's unit.
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
                    row[f"{which}, {condition}"] = value
            told = {"unit": each.manipulation.unit, "difference": each.difference, "difference unit": each.unit}
            rows.append(row | told | {"times what is resolved": each.times_resolved})
        return rows

    def sources(self) -> list[tuple[Number, str]]:
        """Return every number that took part, with its citation; empty for an assumed one."""
        references = library().references
        return [(number, "; ".join(references[key].plain() for key in number.source)) for number in self.ledger.numbers]


def separating_experiments(at: str = "2 nmol/L", variants: Mapping[str, str] | None = None) -> Separation:
    """Return for each pair of explanations the one experiment that parts them most, with what both predict.

    Every manipulation is computed with every explanation. For a pair that one is taken whose effect, the reading in the
    second condition less that in the first, differs most between the two, measured by what can be resolved of it.

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
        usual = change(made, level)
        for manipulation in MANIPULATIONS:
            table[each.name, manipulation.name] = manipulation.measured(made, level, usual)
        ledger.merge(made.ledger)
    pairs = itertools.combinations((each.name for each in hypotheses), 2)
    best = tuple(_best(table, *pair, ledger) for pair in pairs)
    return Separation(level, hypotheses, table, best, ledger)


def _best(
    table: Mapping[tuple[str, str], tuple[float, float]], first: str, second: str, ledger: Ledger
) -> SeparatingExperiment:
    found = []
    for way in MANIPULATIONS:
        one, other = (table[name, way.name][1] - table[name, way.name][0] for name in (first, second))
        predictions = {name: table[name, way.name] for name in (first, second)}
        found.append(
            SeparatingExperiment(first, second, way, predictions, abs(one - other), way.quantity.resolved(ledger))
        )
    return found[int(np.argmax([each.times_resolved for each in found]))]
