"""How excitable the principal cell of a preparation is, by what its receptors see and how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter
from neurosteroid.engine.maths import held
from neurosteroid.neurons.excitability import horner, read_rows


@final
@dataclass(frozen=True, kw_only=True)
class ExcitabilityAtLevel(AbstractPart):
    """Excitability of a cell: its rheobase without steroid over that at a level of steroid.

        u = X / (half + X)
        x = 2 u / highest_share - 1                                    held at the ends of its range
        y = 2 (expression - lowest) / (highest - lowest) - 1           likewise
        excitability = 1 / sum_ij c_ij x^i y^j

    X is the nominal concentration at the receptor and expression that of the tonic receptor. 1 without steroid; 0.8
    where the cell needs a quarter more current to fire. The sum is the polynomial through runs of the membrane models
    of the preparation, see `neurosteroid.model.mood.surface`; where expression cannot move there is one j.
    """

    half: float = parameter("nmol/L", "concentration at half of the range of u")
    highest_share: float = parameter("1", "u at the highest concentration of the runs")
    lowest_expression: float = parameter("1", "lowest surface expression of the runs")
    highest_expression: float = parameter("1", "highest surface expression of the runs")
    coefficients: str
    neuron: str
    isoform: str
    analyte: str = "allopregnanolone"

    needs = (
        Need("steroid", "receptor.{analyte}", "nmol/L"),
        Need("expression", "receptor.{isoform}.surface_expression", "1"),
    )
    gives = (Value("excitability", "neuron.{neuron}.excitability", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the excitability, 1 without steroid."""
        share = 1 - self.half / (self.half + given["steroid"])
        x = 2 * held(share, 0.0, self.highest_share) / self.highest_share - 1
        low, high = self.lowest_expression, self.highest_expression
        y = 2 * (held(given["expression"], low, high) - low) / (high - low) - 1
        return {"excitability": 1 / horner([horner(row, y) for row in read_rows(self.coefficients)], x)}
