"""Oil in muscle: the drug leaves the oil before it leaves the muscle."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from neurosteroid.engine import AbstractPart, Flow, State, parameter

RELEASE: Final = "release_half_life"
"""Number of a route's variant on the card ``progesterone-routes`` by which it is in oil."""


def dosed_state(route: str, numbers: Container[str]) -> str:
    """Return the state that doses by a route go to: the oil where the route's variant is in one, else the depot."""
    return f"{'oil' if RELEASE in numbers else 'depot'}.{route}.progesterone"


@final
@dataclass(frozen=True, kw_only=True)
class OilDepot(AbstractPart):
    """What is injected in oil passes to the depot from which it is absorbed.

        release = ln 2 / release_half_life * oil        nmol/h, oil to depot

    Two first-order steps one after the other, of which plasma does not tell the order: with one alone a level is
    highest soon after the injection, whatever its half-life. Doses go to ``oil.{route}.progesterone``, and from there
    to ``depot.{route}.progesterone`` of `ProgesteroneDepot`.
    """

    release_half_life: float = parameter("h", "half-life of the drug in the oil")
    route: str = "intramuscular"

    states = (State("oil", "oil.{route}.progesterone", "nmol"),)
    flows = (Flow("release", "nmol/h", source="oil.{route}.progesterone", target="depot.{route}.progesterone"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the release in nmol/h."""
        return {"release": math.log(2) / self.release_half_life * state["oil"]}
