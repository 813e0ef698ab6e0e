"""How much of the outward current of a receptor a steroid leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class OutwardBlock(AbstractPart):
    """A steroid blocks the outward current of an isoform, whatever it does to the inward one.

        outward share = 1 - largest_block X / (X + half_block)

    It stands in the place of the potentiation while chloride flows in, not on top of it.

    Source:
        Shen et al., Nat Neurosci 2007;10:469-477, that it falls; neither the depth nor the slope was read.
    """

    largest_block: float = parameter("1", "share of the outward current that saturating steroid blocks")
    half_block: float = parameter("nmol/L", "steroid at half of the largest block")
    isoform: str
    analyte: str = "allopregnanolone"

    needs = (Need("steroid", "receptor.{analyte}", "nmol/L"),)
    gives = (Value("share", "receptor.{isoform}.outward_share", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the share of the outward current that is left."""
        steroid = given["steroid"]
        return {"share": 1 - self.largest_block * steroid / (steroid + self.half_block)}
