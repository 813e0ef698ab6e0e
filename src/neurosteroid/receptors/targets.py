"""Ways of acting at targets other than GABA-A receptors: one part for each, at one concentration of one steroid.

Every part reads ``receptor.{analyte}`` (nominal, as in the bath of a recording) and gives one share between 0 and 1.
A target is a card (kind ``targets``); its variants name the steroid, the way of acting and the numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter
from neurosteroid.engine.maths import power

_STEROID: Final = (Need("steroid", "receptor.{analyte}", "nmol/L"),)


def hill(concentration: Any, half: Any, exponent: Any) -> Any:
    """Return X^n / (K^n + X^n), written so that it is 0 at X = 0 and 1 far above K."""
    bound = power(concentration / half, exponent)
    return bound / (1 + bound)


@final
@dataclass(frozen=True, kw_only=True)
class HillInhibition(AbstractPart):
    """Inhibition of a channel or receptor.

        inhibition = largest X^n / (IC50^n + X^n)

    1 - inhibition of the response remains. The curve is that of the steady effect; how fast it comes is on the card.

    Source:
        The logistic curve by which pharmacologists report IC50 and Hill coefficient; see the target's card.
    """

    half_inhibition: float = parameter("nmol/L", "IC50, half-inhibiting concentration")
    hill: float = parameter("1", "n, Hill coefficient")
    largest_inhibition: float = parameter("1", "inhibition at saturation")
    target: str
    analyte: str = "allopregnanolone"

    needs = _STEROID
    gives = (Value("inhibition", "target.{target}.inhibition", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the share of the response that is taken away."""
        return {"inhibition": self.effect(given["steroid"])}

    def effect(self, concentration: Any) -> Any:
        """Return the inhibition at a concentration in nmol/L, any shape."""
        return self.largest_inhibition * hill(concentration, self.half_inhibition, self.hill)


@final
@dataclass(frozen=True, kw_only=True)
class HillActivation(AbstractPart):
    """Activation of a receptor as a share of the largest response to a full agonist.

        activation = largest X^n / (EC50^n + X^n)

    Source:
        The logistic curve by which pharmacologists report EC50 and Hill coefficient; see the target's card.
    """

    half_activation: float = parameter("nmol/L", "EC50, half-activating concentration")
    hill: float = parameter("1", "n, Hill coefficient")
    largest_activation: float = parameter("1", "activation at saturation")
    target: str
    analyte: str = "allopregnanolone"

    needs = _STEROID
    gives = (Value("activation", "target.{target}.activation", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the activation, 0 to 1."""
        return {"activation": self.effect(given["steroid"])}

    def effect(self, concentration: Any) -> Any:
        """Return the activation at a concentration in nmol/L, any shape."""
        return self.largest_activation * hill(concentration, self.half_activation, self.hill)


@final
@dataclass(frozen=True, kw_only=True)
class BindingOccupancy(AbstractPart):
    """Occupancy of a binding site by one ligand at equilibrium, without competitors.

        occupancy = X / (Kd + X)

    Binding is not yet an effect: whether it activates stands on the card.

    Source:
        The law of mass action for one site; see the target's card.
    """

    dissociation_constant: float = parameter("nmol/L", "Kd")
    target: str
    analyte: str = "allopregnanolone"

    needs = _STEROID
    gives = (Value("occupancy", "target.{target}.occupancy", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the occupied share of the sites."""
        return {"occupancy": self.effect(given["steroid"])}

    def effect(self, concentration: Any) -> Any:
        """Return the occupancy at a concentration in nmol/L, any shape."""
        return hill(concentration, self.dissociation_constant, 1)


@final
@dataclass(frozen=True, kw_only=True)
class RelativeOccupancy(AbstractPart):
    """Occupancy of a site of which only the affinity relative to a reference ligand is known.

        Kd        = reference / relative affinity
        occupancy = X / (Kd + X)

    Source:
        The law of mass action; relative binding affinities are ratios of half-displacing concentrations.
    """

    reference_dissociation: float = parameter("nmol/L", "Kd of the reference ligand")
    relative_affinity: float = parameter("1", "affinity over that of the reference")
    target: str
    analyte: str = "allopregnanolone"

    needs = _STEROID
    gives = (Value("occupancy", "target.{target}.occupancy", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the occupied share of the sites."""
        return {"occupancy": self.effect(given["steroid"])}

    def effect(self, concentration: Any) -> Any:
        """Return the occupancy at a concentration in nmol/L, any shape."""
        return hill(concentration, self.reference_dissociation / self.relative_affinity, 1)


Way = HillInhibition | HillActivation | BindingOccupancy | RelativeOccupancy
"""Every way of acting; `effect` is its curve."""

WAYS: Mapping[str, type[Way]] = {
    "hill-inhibition": HillInhibition,
    "hill-activation": HillActivation,
    "binding-occupancy": BindingOccupancy,
    "relative-occupancy": RelativeOccupancy,
}
"""The ways by the name that cards use."""
