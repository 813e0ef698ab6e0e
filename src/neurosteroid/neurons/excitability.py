"""A neuron inside the whole-person model: what its receptors give it, and how excitable its runs say it then is.

Membranes move in milliseconds and a person in hours, so the neuron is not integrated with her. Its runs are done
beforehand, over a rectangle of tonic conductance and decay of synaptic events, and a polynomial goes through them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter
from neurosteroid.engine.maths import held

_DECAY = Need("decay", "neuron.{neuron}.decay_multiplier", "1")


def horner(coefficients: Sequence[Any], x: Any) -> Any:
    """Return c_0 + c_1 x + c_2 x^2 + ..., for numbers, arrays and symbols."""
    *others, result = coefficients
    for each in reversed(others):
        result = each + x * result
    return result


def written(rows: Sequence[Sequence[float]]) -> str:
    """Return rows of coefficients as the text that a part holds; every digit is kept."""
    return "; ".join(" ".join(repr(float(each)) for each in row) for row in rows)


def read_rows(text: str) -> list[list[float]]:
    """Return the rows that `written` made a text of."""
    return [[float(each) for each in row.split()] for row in text.split(";")]


@final
@dataclass(frozen=True, kw_only=True)
class TonicConductance(AbstractPart):
    """Tonic GABA-A conductance of a neuron in a person.

        tonic = independent + dependent multiplier expression

    The part that ambient GABA opens grows with what a steroid makes of open probability and with the number of
    receptors at the surface; the part that needs no GABA is left alone, as in `neurosteroid.neurons.gaba`.
    """

    dependent: float = parameter("nS", "tonic conductance that ambient GABA opens, without steroid")
    independent: float = parameter("nS", "tonic conductance of receptors that open without GABA")
    neuron: str
    isoform: str

    needs = (
        Need("multiplier", "neuron.{neuron}.tonic_multiplier", "1"),
        Need("expression", "receptor.{isoform}.surface_expression", "1"),
    )
    gives = (Value("tonic", "neuron.{neuron}.tonic_conductance", "nS"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the conductance in nS."""
        return {"tonic": self.independent + self.dependent * given["multiplier"] * given["expression"]}


@final
@dataclass(frozen=True, kw_only=True)
class SynapticDecay(AbstractPart):
    """Multiplier of the decay time of synaptic events, as a scheme of receptor kinetics answers with a steroid.

        u     = 1 - K / (K + X)
        decay = 1 / (c_0 + c_1 u + c_2 u^2 + ...)

    The coefficients go through runs of the scheme at several concentrations; K is the concentration of half of the
    effect on its rate constants. One coefficient of 1 stands for a steroid that leaves synaptic events alone.
    """

    half: float = parameter("nmol/L", "K")
    coefficients: str
    neuron: str
    analyte: str = "allopregnanolone"

    needs = (Need("steroid", "receptor.{analyte}", "nmol/L"),)
    gives = (Value("decay", "neuron.{neuron}.decay_multiplier", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the multiplier, 1 without steroid."""
        (row,) = read_rows(self.coefficients)
        return {"decay": 1 / horner(row, 1 - self.half / (self.half + given["steroid"]))}


@final
@dataclass(frozen=True, kw_only=True)
class Excitability(AbstractPart):
    """Excitability of a neuron: current for a stated firing rate without steroid over that with it.

        x = 2 (tonic - lowest) / (highest - lowest) - 1        tonic conductance, held at the ends of its range
        y = 2 (decay - shortest) / (longest - shortest) - 1    decay multiplier, likewise
        excitability = 1 / sum_ij c_ij x^i y^j

    1 without steroid; 0.8 where the neuron needs a quarter more current to fire as fast. The sum is the polynomial
    through runs of the neuron at the nodes of a grid, see `neurosteroid.model.response_surface`, so it has every
    derivative inside the range. Beyond it the value of the edge stands.
    """

    lowest_tonic: float = parameter("nS", "lowest tonic conductance of the runs")
    highest_tonic: float = parameter("nS", "highest tonic conductance of the runs")
    shortest_decay: float = parameter("1", "lowest decay multiplier of the runs")
    longest_decay: float = parameter("1", "highest decay multiplier of the runs")
    coefficients: str
    neuron: str

    needs = (Need("tonic", "neuron.{neuron}.tonic_conductance", "nS"), _DECAY)
    gives = (Value("excitability", "neuron.{neuron}.excitability", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the excitability, 1 without steroid."""
        x = _on_range(given["tonic"], self.lowest_tonic, self.highest_tonic)
        y = _on_range(given["decay"], self.shortest_decay, self.longest_decay)
        return {"excitability": 1 / horner([horner(row, y) for row in read_rows(self.coefficients)], x)}


def _on_range(value: Any, low: Any, high: Any) -> Any:
    return 2 * (held(value, low, high) - low) / (high - low) - 1
