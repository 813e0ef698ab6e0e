"""An effect site: where an outcome reads a concentration, some time behind it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, State, parameter


@final
@dataclass(frozen=True, kw_only=True)
class EffectSite(AbstractPart):
    """A concentration that follows its source with one delay and reaches it at equilibrium.

        k = ln 2 / equilibration_half_life
        d effect / dt = k (source - effect)          nmol/L per h

    Settings: `name` makes the state ``effect.{name}``; `source` is any port in nmol/L, such as
    ``plasma.allopregnanolone``. Concentrations here are source-equivalent, so an outcome's half-effect concentration
    can be read on the scale of its source.

    Source:
        Sheiner et al., Clinical Pharmacology and Therapeutics 1979;25:358-371.
    """

    equilibration_half_life: float = parameter("h", "half-life of the difference between effect site and source")
    name: str
    source: str

    states = (State("effect", "effect.{name}", "nmol/L"),)
    needs = (Need("source", "{source}", "nmol/L"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d effect / dt in nmol/L per h."""
        return {"effect": math.log(2) / self.equilibration_half_life * (given["source"] - state["effect"])}
