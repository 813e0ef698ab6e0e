"""A concentration-response curve as a result: concentrations, open probability, its half-maximal concentration."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError
from neurosteroid.evidence import Ledger, library

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from neurosteroid.evidence import Number

Array = NDArray[np.float64]

_DECADES: Final = (-7.0, 7.0)
"""Where a curve is looked for, in decades around the affinity of its ligand: beyond both ends nothing changes."""
_GRID: Final = 2801
_LEAST_CHANGE: Final = 1e-9
"""Smallest change of open probability that counts as an effect; below it is rounding."""


@final
@dataclass(frozen=True, kw_only=True)
class Curve:
    """Open probability of one isoform against the concentration of one ligand.

    Attributes:
        receptor: what it is of, with its mutations.
        variant: of its card.
        ligand: on the axis.
        unit: of `concentrations`.
        at: ``"peak"`` or ``"steady state"``.
        background: what else is there, ligand name to its concentration in words.
        concentrations: (K,) in `unit`, ascending.
        open_probability: (K,).
        half_effective_concentration: half way from no ligand to the largest effect, in `unit`.
        without: open probability without the ligand.
        largest: open probability where the ligand's effect is largest.
        ledger: the numbers that took part.
        limits: what the card says against it.
    """

    receptor: str
    variant: str
    ligand: str
    unit: str
    at: str
    background: Mapping[str, str]
    concentrations: Array
    open_probability: Array
    half_effective_concentration: float
    without: float
    largest: float
    ledger: Ledger = field(repr=False)
    limits: tuple[str, ...] = ()

    @property
    def units(self) -> Mapping[str, str]:
        """Units of the arrays by name."""
        return {"concentrations": self.unit, "open_probability": "1"}

    @property
    def half_name(self) -> str:
        """What the half-effective concentration is called: ``EC50``, or ``IC50`` where the ligand closes channels."""
        return "EC50" if self.largest >= self.without else "IC50"

    @property
    def change(self) -> float:
        """Largest relative change of the open probability, negative where it falls; infinite from 0."""
        return self.largest / self.without - 1.0 if self.without > 0.0 else math.inf

    def to_frame(self) -> pd.DataFrame:
        """Return a table with one row a concentration; the unit stands in the column's name."""
        import pandas as pd

        columns = {f"{self.ligand} ({self.unit})": self.concentrations, "open probability": self.open_probability}
        return pd.DataFrame(columns)

    def plot(self) -> Figure:
        """Return the figure: log axis with its unit, half-maximal concentration marked, sources below."""
        import importlib

        # looked up by name: the receptors lie below the reports
        figure: Figure = importlib.import_module("neurosteroid.reports.receptor_figure").curve_figure([self])
        return figure

    def sources(self) -> tuple[tuple[Number, tuple[str, ...]], ...]:
        """Return every number that took part, with the references of its sources in plain text."""
        shelf = library().references
        return tuple(
            (number, tuple(shelf[key].plain() for key in number.source if key in shelf))
            for number in self.ledger.numbers
        )


def half_effective(probability: Callable[[Any], Array], scale: float, *, where: str) -> tuple[float, float, float]:
    """Return half-effective concentration, open probability without, and where the effect is largest.

    The half is taken on the rising limb: from no ligand to the largest departure from it, whether up or down. A curve
    that comes back, as when a steroid also desensitises, so has a half as an electrophysiologist would read it.

    Args:
        probability: of a concentration or an array of them.
        scale: a concentration of the order of the ligand's affinity.
        where: for the message.

    Raises:
        InputError: the ligand changes nothing.
    """
    from scipy.optimize import brentq

    exponents = np.linspace(*_DECADES, _GRID)
    values = probability(scale * 10**exponents)
    without = float(probability(0.0))
    place = int(np.argmax(np.abs(values - without)))
    largest = float(values[place])
    if abs(largest - without) < _LEAST_CHANGE:
        raise InputError("This changes the open probability nowhere, so it has no half-effective one.", where=where)
    middle = 0.5 * (without + largest)
    sign = np.sign(largest - without)
    first = int(np.argmax(sign * (values[: place + 1] - middle) >= 0))
    low = exponents[max(first - 1, 0)]

    def distance(exponent: float) -> float:
        return float(probability(scale * 10**exponent)) - middle

    root = float(brentq(distance, low, exponents[first], xtol=1e-13)) if first else low
    return scale * 10**root, without, largest
