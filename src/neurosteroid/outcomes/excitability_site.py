"""An effect site of excitability: how much quieter a neuron is than it was, some time behind it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, State, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class ExcitabilitySite(AbstractPart):
    """The share of her own excitability that a woman has lost, followed with one delay.

        k = ln 2 / equilibration_half_life
        d relative / dt = k (excitability / own_excitability - relative)                1/h
        effect = 1 - relative

    `own_excitability` is that of the same woman before any treatment, so a level that she always had is no effect.
    An effect above 0 is a neuron that is quieter than it was, below 0 one that fires more easily. What is followed is
    the relative excitability, which cannot fall below zero as the effect can.

    Settings: `name` makes the value ``effect.{name}``; `source` is the excitability of a neuron, such as
    ``neuron.pyramidal.excitability``.

    Source:
        The delay is that of Sheiner et al., Clinical Pharmacology and Therapeutics 1979;25:358-371. That mood follows
        a relative loss of excitability is an assumption of this model.
    """

    equilibration_half_life: float = parameter("h", "half-life of the difference between effect site and source")
    own_excitability: float = parameter("1", "her excitability before treatment", 1.0)
    initial_relative: float = parameter("1", "relative excitability at the start", 1.0)
    name: str
    source: str

    states = (State("relative", "effect.{name}.relative_excitability", "1", initial="initial_relative"),)
    needs = (Need("excitability", "{source}", "1"),)
    gives = (Value("effect", "effect.{name}", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the effect, a share of her own excitability."""
        return {"effect": 1 - state["relative"]}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d relative / dt in 1/h."""
        relative = given["excitability"] / self.own_excitability
        return {"relative": math.log(2) / self.equilibration_half_life * (relative - state["relative"])}
