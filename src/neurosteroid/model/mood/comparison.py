"""The explanations side by side, and the levels at which mood was observed worst."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

from neurosteroid import units
from neurosteroid.errors import CardError
from neurosteroid.evidence import Ledger, Number, library
from neurosteroid.model.mood.hypotheses import LEVELS, MoodHypothesis, all_variants, read_levels, recorded
from neurosteroid.model.recording import Recording

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_OBSERVED: Final = ("mood-and-allopregnanolone", "andreen_worst_mood")


@final
@dataclass(frozen=True, eq=False)
class MoodComparison:
    """The reference and every explanation in every variant, side by side.

    Attributes:
        hypotheses: the reference first.
        recordings: what each predicts.
        window: levels between which mood was worst, nmol/L.
        ledger: the numbers that took part.
    """

    hypotheses: tuple[MoodHypothesis, ...]
    recordings: tuple[Recording, ...]
    window: tuple[float, float]
    ledger: Ledger

    def to_frame(self) -> pd.DataFrame:
        """Return excitability by level of serum, a column an explanation, with units in the headings."""
        import pandas as pd

        columns = {"serum (nmol/L)": self.recordings[0].columns["serum"]}
        for each, found in zip(self.hypotheses, self.recordings, strict=True):
            columns[f"{each.label} (percent)"] = found.columns["excitability"]
        return pd.DataFrame(columns)

    def plot(self) -> Figure:
        """Return a figure of excitability against the level in serum."""
        figure: Figure = importlib.import_module("neurosteroid.reports.mood_figure").mood_figure(self)
        return figure

    def sources(self) -> list[tuple[Number, str]]:
        """Return every number that took part, with its citation; empty for an assumed one."""
        references = library().references
        return [(number, "; ".join(references[key].plain() for key in number.source)) for number in self.ledger.numbers]

    def plain(self) -> dict[str, Any]:
        """Return everything but the ledger, for JSON."""
        return {
            "window": list(self.window),
            "predictions": [found.plain() for found in self.recordings],
            "assumed": [f"{number.card}.{number.key}" for number in self.ledger.assumed],
        }


def compare_mood_hypotheses(levels: Sequence[str] = LEVELS) -> MoodComparison:
    """Return the reference and every explanation in every variant at levels of allopregnanolone in serum.

    Args:
        levels: such as ``["0.5 nmol/L", "2 nmol/L"]``; 0 is added where it is missing.

    Raises:
        UnitError: a level without a unit or with a wrong one.
        InputError: no level, none above 0, or one below it.
    """
    asked = read_levels(levels)
    every = all_variants()
    found = [recorded(each, asked) for each in every]
    ledger = Ledger()
    for each in found:
        ledger.merge(each.ledger)
    return MoodComparison(tuple(every), tuple(found), worst_window(), ledger)


def worst_window() -> tuple[float, float]:
    """Return the levels between which mood was worst, nmol/L: an observation of the library, on its assay's own scale.

    Raises:
        CardError: the library has no such observation.
    """
    card = library().card(_OBSERVED[0], "observations")
    for row in card.rows:
        spread = row.spread
        if row.id == _OBSERVED[1] and spread is not None and spread.low is not None and spread.high is not None:
            low, high = (units.convert(end, row.unit, units.CONCENTRATION) for end in (spread.low, spread.high))
            return float(low), float(high)
    raise CardError(f"this card has no row '{_OBSERVED[1]}' with a range.", where=f"observations/{_OBSERVED[0]}.toml")
