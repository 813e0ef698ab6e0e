"""What may follow from targets beside GABA-A receptors: hypotheses that act by port names and are off by default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter
from neurosteroid.receptors.targets import hill


@final
@dataclass(frozen=True, kw_only=True)
class GnrhBrake(AbstractPart):
    """A steroid that slows the pulses of GnRH beside what progesterone and estradiol do.

        factor    = 1 - largest X^n / (K^n + X^n)
        frequency = factor frequency without the brake

    It stands between the pulse generator, which then gives ``gnrh.frequency.without-brake``, and everything that reads
    ``gnrh.frequency``; no number of the generator changes.

    Source:
        A hypothesis; for and against it see the card `targets/gnrh-feedback`.
    """

    largest_slowing: float = parameter("1", "share of the pulses that is lost at saturation")
    half_slowing: float = parameter("nmol/L", "K, steroid at half of that")
    hill: float = parameter("1", "n")
    analyte: str = "allopregnanolone"

    needs = (
        Need("steroid", "receptor.{analyte}", "nmol/L"),
        Need("without", "gnrh.frequency.without-brake", "1/h"),
    )
    gives = (Value("factor", "gnrh.brake", "1"), Value("frequency", "gnrh.frequency", "1/h"))

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the factor and the frequency."""
        factor = 1 - self.largest_slowing * hill(given["steroid"], self.half_slowing, self.hill)
        return {"factor": factor, "frequency": factor * given["without"]}


@final
@dataclass(frozen=True, kw_only=True)
class Neuroprotection(AbstractPart):
    """Fewer stressed neurons die where a steroid activates a target.

        death ratio = 1 - largest activation

    The rate of programmed cell death relative to no steroid. Nothing in the model reads it; it is a signal to compare.

    Source:
        A hypothesis; see the card `targets/neuroprotection`.
    """

    largest_protection: float = parameter("1", "share of the deaths that full activation prevents")
    target: str

    needs = (Need("activation", "target.{target}.activation", "1"),)
    gives = (Value("ratio", "protection.death_ratio", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the death ratio, 1 without protection."""
        return {"ratio": 1 - self.largest_protection * given["activation"]}
