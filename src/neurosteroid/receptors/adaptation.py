"""How many receptors are at the surface after days of exposure to a steroid, and after its withdrawal: rival readings.

Every part gives ``receptor.{isoform}.surface_expression``, relative to no exposure, and with it
``receptor.{isoform}.relative_conductance``: what the receptors conduct at one level of GABA, relative to before any
exposure. A tonic conductance is multiplied by the expression; the potentiation by the steroid that is there is a
second factor, which falls within hours of a withdrawal while the expression takes days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, State, Value, parameter
from neurosteroid.engine.maths import exp, log, power

_STEROID = Need("steroid", "receptor.{analyte}", "nmol/L")
_POTENTIATION = Need("potentiation", "receptor.{isoform}.potentiation", "1")
_EXPRESSION = Value("expression", "receptor.{isoform}.surface_expression", "1")
_CONDUCTANCE = Value("conductance", "receptor.{isoform}.relative_conductance", "1")


def exposure(concentration: Any, half: Any, exponent: Any) -> Any:
    """Return h(X) = X^n / (X50^n + X^n), the share of the largest signal."""
    bound = power(concentration / half, exponent)
    return bound / (1 + bound)


@final
@dataclass(frozen=True, kw_only=True)
class ConstantExpression(AbstractPart):
    """No adaptation.

    expression           = constant
    relative conductance = expression potentiation
    """

    expression: float = parameter("1", "surface expression relative to no exposure")
    isoform: str

    needs = (_POTENTIATION,)
    gives = (_EXPRESSION, _CONDUCTANCE)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return expression and relative conductance."""
        return {"expression": self.expression, "conductance": self.expression * given["potentiation"]}


@final
@dataclass(frozen=True, kw_only=True)
class TurnoverAdaptation(AbstractPart):
    """Receptors are put into the membrane at a constant rate; exposure to steroid speeds their removal.

        h(X)                 = X^n / (X50^n + X^n)
        trait                = sensitivity exp(eta)
        d expression / dt    = k (1 - (1 + trait m h(X)) expression)
        relative conductance = expression potentiation

    At rest expression is 1 / (1 + trait m h(X)). It falls with the time constant 1 / (k (1 + trait m h)) and comes back
    with 1 / k, so after a withdrawal it stays low while the steroid is already gone.

    Source:
        An indirect response with stimulated loss (the fourth of Dayneka, Garg and Jusko 1993); sizes from pregnant
        mice, see the isoform's card of kind `adaptation`.
    """

    turnover: float = parameter("1/h", "k, removal without steroid")
    largest_removal: float = parameter("1", "m, further removal at saturating steroid over k")
    half_exposure: float = parameter("nmol/L", "X50")
    exponent: float = parameter("1", "n")
    sensitivity: float = parameter("1", "trait over the usual person")
    eta_sensitivity: float = parameter("1", "deviation of a person's log trait", default=0.0)
    initial_expression: float = parameter("1", "expression at the start", default=1.0)
    isoform: str
    analyte: str = "allopregnanolone"

    states = (State("expression", "receptor.{isoform}.surface_expression", "1", initial="initial_expression"),)
    needs = (_STEROID, _POTENTIATION)
    gives = (_CONDUCTANCE,)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the relative conductance."""
        return {"conductance": state["expression"] * given["potentiation"]}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d expression / dt per h."""
        trait = self.sensitivity * exp(self.eta_sensitivity)
        removal = 1 + trait * self.largest_removal * exposure(given["steroid"], self.half_exposure, self.exponent)
        return {"expression": self.turnover * (1 - removal * state["expression"])}


@final
@dataclass(frozen=True, kw_only=True)
class HomeostaticAdaptation(AbstractPart):
    """Expression takes back a share of every change of open probability: a set point, reached in part.

        trait                = sensitivity exp(eta)
        d ln expression / dt = k (-trait c ln(potentiation / set point) - ln expression)
        relative conductance = expression potentiation

    At rest the relative conductance is set point^(trait c) potentiation^(1 - trait c): c = 1 would hold it, 0 leaves it
    alone.

    Source:
        The idea that expression holds inhibition constant, stated of pregnant mice (Maguire 2009); the share is solved
        from one level of expression, see the isoform's card of kind `adaptation`.
    """

    compensation: float = parameter("1", "c, share taken back on the logarithmic scale")
    set_point: float = parameter("1", "potentiation at which expression is 1")
    turnover: float = parameter("1/h", "k")
    sensitivity: float = parameter("1", "trait over the usual person")
    eta_sensitivity: float = parameter("1", "deviation of a person's log trait", default=0.0)
    isoform: str

    states = (State("logarithm", "receptor.{isoform}.log_surface_expression", "1"),)
    needs = (_POTENTIATION,)
    gives = (_EXPRESSION, _CONDUCTANCE)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return expression and relative conductance."""
        expression = exp(state["logarithm"])
        return {"expression": expression, "conductance": expression * given["potentiation"]}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d ln expression / dt per h."""
        trait = self.sensitivity * exp(self.eta_sensitivity)
        wanted = -trait * self.compensation * log(given["potentiation"] / self.set_point)
        return {"logarithm": self.turnover * (wanted - state["logarithm"])}


@final
@dataclass(frozen=True, kw_only=True)
class ChangeAdaptation(AbstractPart):
    """Expression rises for some days after a change of exposure in either direction, and not with its level.

        h(X)                 = X^n / (X50^n + X^n)
        trait                = sensitivity exp(eta)
        d accustomed / dt    = (k / 2) (h(X) - accustomed)
        d signal / dt        = k ((h(X) - accustomed)^2 - signal)
        d expression / dt    = k (1 + trait gain signal - expression)
        relative conductance = expression potentiation

    After a step of h by D the square falls as D^2 exp(-k t), so expression is 1 + trait gain D^2 (k t)^2 / 2 exp(-k t),
    highest at t = 2 / k.

    Source:
        The least number of equal stages that is up two- to threefold at two to three days and down at five to six; two
        points of alpha4 protein in rats, see the isoform's card of kind `adaptation`.
    """

    rate: float = parameter("1/h", "k, of every stage")
    gain: float = parameter("1", "rise of expression per unit of signal")
    half_exposure: float = parameter("nmol/L", "X50")
    exponent: float = parameter("1", "n")
    sensitivity: float = parameter("1", "trait over the usual person")
    eta_sensitivity: float = parameter("1", "deviation of a person's log trait", default=0.0)
    initial_expression: float = parameter("1", "expression at the start", default=1.0)
    isoform: str
    analyte: str = "allopregnanolone"

    states = (
        State("accustomed", "receptor.{isoform}.accustomed_exposure", "1"),
        State("signal", "receptor.{isoform}.change_signal", "1"),
        State("expression", "receptor.{isoform}.surface_expression", "1", initial="initial_expression"),
    )
    needs = (_STEROID, _POTENTIATION)
    gives = (_CONDUCTANCE,)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the relative conductance."""
        return {"conductance": state["expression"] * given["potentiation"]}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the three rates per h."""
        trait = self.sensitivity * exp(self.eta_sensitivity)
        change = exposure(given["steroid"], self.half_exposure, self.exponent) - state["accustomed"]
        return {
            "accustomed": self.rate / 2 * change,
            "signal": self.rate * (change**2 - state["signal"]),
            "expression": self.rate * (1 + trait * self.gain * state["signal"] - state["expression"]),
        }
