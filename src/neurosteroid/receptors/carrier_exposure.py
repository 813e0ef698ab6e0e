"""How much KCC2 exposure to a steroid leaves in a membrane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class CarrierExposure(AbstractPart):
    """Exposure to a steroid takes away a share of KCC2, at rest with the exposure.

        carrier share = 1 - largest_loss X / (X + half_loss)

    No study that measured KCC2 against allopregnanolone was found: both numbers are assumptions wherever it is used.
    ``largest_loss`` 0 leaves KCC2 alone.
    """

    largest_loss: float = parameter("1", "share of KCC2 that saturating exposure takes away")
    half_loss: float = parameter("nmol/L", "exposure at half of the largest loss")
    analyte: str = "allopregnanolone"

    needs = (Need("steroid", "receptor.{analyte}", "nmol/L"),)
    gives = (Value("share", "chloride.carrier_share", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the share of KCC2 that is left."""
        steroid = given["steroid"]
        return {"share": 1 - self.largest_loss * steroid / (steroid + self.half_loss)}
