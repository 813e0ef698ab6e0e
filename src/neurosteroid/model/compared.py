"""One quantity at several concentrations of a steroid, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.evidence import Ledger

Array = NDArray[np.float64]


class Stage(StrEnum):
    """Where on the way from a molecule to a circuit a quantity stands, in this order."""

    RECEPTOR = "GABA-A receptor"
    OTHER_TARGET = "other target"
    TONIC = "tonic current"
    MEMBRANE = "membrane"
    SYNAPSE = "synaptic current"
    FIRING = "firing"
    CIRCUIT = "circuit"


@final
@dataclass(frozen=True, eq=False)
class Paired:
    """A change against the same seed without steroid, then over seeds; NaN without steroid.

    Attributes:
        mean: (C,) at the concentrations.
        lowest: (C,) of the interval of the mean.
        highest: (C,) of the same.
        ratio: whether it is with over without; else it is with minus without.
    """

    mean: Array
    lowest: Array
    highest: Array
    ratio: bool


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class Compared:
    """A row.

    Attributes:
        stage: where it stands.
        what: the receptor, target, cell or circuit, by the name of its card.
        title: of it, for people.
        quantity: in words.
        unit: of the numbers; ``"1"`` for a share or a ratio.
        values: (C,) at the concentrations, the first one without steroid; the middle where there is an interval, NaN
            where nothing is known.
        lowest: (C,) the lower end of what the evidence or repetition allows; `values` where that is one number.
        highest: (C,) the upper end.
        words: (C,) what stands in the place of numbers, such as ``"shunting"``; empty where numbers say it.
        evidence: how well it is known, in the words of the receptor panel.
        ledger: the numbers it rests on.
        note: what a reader must know besides.
        paired: the change by seed, of what was run with several.
    """

    stage: Stage
    what: str
    title: str
    quantity: str
    unit: str
    values: Array
    lowest: Array
    highest: Array
    words: tuple[str, ...] = ()
    evidence: str
    ledger: Ledger
    note: str = ""
    paired: Paired | None = None

    def relative(self) -> Array:
        """Return the values over that without steroid (C,); NaN where that is 0 or unknown."""
        first = float(self.values[0])
        return self.values / first if first else np.full_like(self.values, np.nan)
