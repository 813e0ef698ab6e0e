"""The pump: rates in mL/h and bags of diluted drug, for one person."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from neurosteroid.dosing.records import checked_weight, step_amount
from neurosteroid.dosing.steps import DoseStep, InfusionStep, Route
from neurosteroid.errors import EventError

if TYPE_CHECKING:
    from neurosteroid.dosing.protocol import Protocol

_ROUNDING: Final = 1e-9  # relative; a volume of exactly one bag must not become two by rounding


@final
@dataclass(frozen=True, kw_only=True)
class Dilution:
    """How the drug is put into bags.

    Args:
        concentration_mg_per_ml: of the bag, mg/mL.
        bag_ml: volume of one bag, mL.
        use_limit_h: how long a bag may hang at room temperature, h.

    Raises:
        EventError: a number is not finite and above 0.
    """

    concentration_mg_per_ml: float
    bag_ml: float
    use_limit_h: float

    def __post_init__(self) -> None:
        for key, value in vars(self).items():
            if not (math.isfinite(value) and value > 0):
                raise EventError(f"{value:g} is not possible; it must be above 0.", where=key)


@final
@dataclass(frozen=True)
class PumpStep:
    """One setting of the pump: from, until (h), rate (mL/h), volume (mL), volume since the start (mL)."""

    start_h: float
    until_h: float
    rate_ml_per_h: float
    volume_ml: float
    cumulative_ml: float


@final
@dataclass(frozen=True)
class PumpSchedule:
    """The pump settings of a protocol for one person, and the bags they need.

    A bag is hung when the pump first needs it. It is replaced when it is empty or when it has hung for the use limit,
    whichever comes first, and what is left in it is discarded; a bag that is due for replacement while nothing more
    flows is not replaced. Line priming is not counted.

    Args:
        weight_kg: of the person, kg; None when nothing scales with weight.
        steps: settings in order of time.
        bags_by_volume: volume / bag volume, rounded up.
        bags_by_time: length of the infusion (first start to last end) / use limit, rounded up.
        bag_times_h: when each bag is hung, h.
    """

    weight_kg: float | None
    steps: tuple[PumpStep, ...]
    bags_by_volume: int
    bags_by_time: int
    bag_times_h: tuple[float, ...]

    @property
    def volume_ml(self) -> float:
        """Everything infused, mL."""
        return self.steps[-1].cumulative_ml if self.steps else 0.0

    @property
    def bags(self) -> int:
        """Bags hung under the rule above; never fewer than `bags_by_volume`."""
        return len(self.bag_times_h)


def pump_schedule(
    protocol: Protocol,
    weight_kg: float | None = None,
    *,
    dilution: Dilution | None = None,
    molar_mass: float | None = None,
) -> PumpSchedule:
    """Return the pump rates and bags of a protocol for one person.

    rate (mL/h) = rate (mg/h) / concentration (mg/mL). At 1 mg/mL and 70 kg, 30 / 60 / 90 ug/kg/h are 2.1 / 4.2 / 6.3
    mL/h. Oral steps do not take the pump.

    Args:
        protocol: what is given.
        weight_kg: of the person, kg.
        dilution: the protocol's own when left out.
        molar_mass: g/mol, for rates in amount of substance.

    Raises:
        EventError: no dilution is known, the weight is missing or impossible, or a bolus is given (its volume is drawn
            from a vial, not from a bag).
    """
    dilution = dilution or protocol.dilution
    infusions = [step for step in protocol.steps if isinstance(step, InfusionStep)]
    if any(isinstance(step, DoseStep) and step.route is Route.INTRAVENOUS for step in protocol.steps):
        raise EventError(
            "this protocol gives an intravenous dose at once; pump rates exist for infusions. Write it as an infusion,"
            " such as '5 mg over 5 min'.",
            where=protocol.name,
        )
    weight = None if weight_kg is None else _one_weight(weight_kg, protocol.name)
    if not infusions:
        return PumpSchedule(weight, (), 0, 0, ())
    if dilution is None:
        raise EventError(
            "this protocol says nothing about its dilution. Give one: dilution=Dilution(concentration_mg_per_ml=...,"
            " bag_ml=..., use_limit_h=...), or that of a card: protocol('brexanolone-label').dilution.",
            where=protocol.name,
        )
    settings = []
    for step in infusions:
        volume = float(step_amount(step, weight, "mg", molar_mass, protocol.name)) / dilution.concentration_mg_per_ml
        settings += [(begin, end, volume) for begin, end in step.spans()]
    steps, total = [], 0.0
    for begin, end, volume in sorted(settings):
        total += volume
        steps.append(PumpStep(begin, end, volume / (end - begin), volume, total))
    hung = tuple(_hang(steps, dilution))
    by_time = _ceil((steps[-1].until_h - steps[0].start_h) / dilution.use_limit_h) if total > 0 else 0
    return PumpSchedule(weight, tuple(steps), _ceil(total / dilution.bag_ml), by_time, hung)


def bag_count(
    protocol: Protocol,
    weight_kg: float | None = None,
    *,
    dilution: Dilution | None = None,
    molar_mass: float | None = None,
) -> int:
    """Return how many bags a protocol needs for one person; see `PumpSchedule` for the rule.

    Raises:
        EventError: as `pump_schedule`.
    """
    return pump_schedule(protocol, weight_kg, dilution=dilution, molar_mass=molar_mass).bags


def _hang(steps: list[PumpStep], dilution: Dilution) -> list[float]:
    """Walk along the pump settings and return when each bag is hung."""
    times: list[float] = []
    left, expires = 0.0, -math.inf
    for step in steps:
        now = step.start_h
        while step.rate_ml_per_h > 0 and step.until_h - now > _ROUNDING * max(1.0, step.until_h):
            if left <= _ROUNDING * dilution.bag_ml or expires - now <= _ROUNDING * max(1.0, now):
                times.append(now)
                left, expires = dilution.bag_ml, now + dilution.use_limit_h
            empty = now + left / step.rate_ml_per_h
            pause = min(step.until_h, empty, expires)
            left -= (pause - now) * step.rate_ml_per_h
            now = pause
    return times


def _ceil(share: float) -> int:
    return math.ceil(share * (1 - _ROUNDING))


def _one_weight(weight_kg: float, name: str) -> float:
    weight = checked_weight(weight_kg, name, "ug/kg")
    if not isinstance(weight, float):
        raise EventError("pump rates are for one person; give one weight.", where=f"{name}: weight")
    return weight
