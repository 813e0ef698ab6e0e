"""What drives the stress axis: the time of day, lasting and acute stress, and allopregnanolone as a brake."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter
from neurosteroid.engine.maths import cos, exp

_DAY: Final = 24.0  # h


@final
@dataclass(frozen=True, kw_only=True)
class CircadianDrive(AbstractPart):
    """The clock of the hypothalamus drives corticotropin-releasing hormone, whatever cortisol does.

        rhythm = level exp(a cos(2 pi (h - peak_a) / 24) + b cos(4 pi (h - peak_b) / 24)),    h = clock_at_start + t

    h is the time of day. Two harmonics let cortisol rise at night within a third of the day and fall over the rest; the
    exponential keeps the drive above 0. With a = b = 0 and level 1 the drive is 1, always.

    Source:
        That circadian rhythm enters the axis from outside: Hosseinichimeh et al., Mathematical Biosciences
        2015;268:52-65. The shape is chosen here and fitted to one day of serum cortisol (see the card).
    """

    first_amplitude: float = parameter("1", "a, of ln drive over 24 h")
    first_peak: float = parameter("h", "time of day at which the first harmonic is highest")
    second_amplitude: float = parameter("1", "b, of ln drive over 12 h")
    second_peak: float = parameter("h", "time of day at which the second harmonic is highest")
    level: float = parameter("1", "what brings the daily mean of cortisol to its baseline", 1.0)
    clock_at_start: float = parameter("h", "time of day at hour 0", 0.0)

    gives = (Value("rhythm", "hpa.rhythm", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the drive as a multiple of the one at rest."""
        hour = self.clock_at_start + t
        first = self.first_amplitude * cos(2 * math.pi * (hour - self.first_peak) / _DAY)
        second = self.second_amplitude * cos(4 * math.pi * (hour - self.second_peak) / _DAY)
        return {"rhythm": self.level * exp(first + second)}


@final
@dataclass(frozen=True, kw_only=True)
class AllopregnanoloneBrake(AbstractPart):
    """Allopregnanolone lowers the drive of corticotropin-releasing neurons, up to a share of it.

        brake = (1 - m C / (C + C_half)) / (1 - m C_rest / (C_rest + C_half))

    C is allopregnanolone in plasma (nmol/L), m < 1 the largest share; 1 at C_rest, the level of a body without ovarian
    or placental progesterone.

    Source:
        The sign: cortisol is lower in the luteal than in the follicular phase (meta-analysis, see the card). Nobody
        measured the strength in people.
    """

    largest_brake: float = parameter("1", "m, the largest share of the drive that it takes away")
    half_brake: float = parameter("nmol/L", "C_half, total plasma allopregnanolone at half of it")
    allopregnanolone_at_rest: float = parameter("nmol/L", "C_rest, at which the axis is stated")

    needs = (Need("allopregnanolone", "plasma.allopregnanolone", "nmol/L"),)
    gives = (Value("brake", "hpa.brake", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the factor on the drive, 1 at rest."""
        return {"brake": self._left(given["allopregnanolone"]) / self._left(self.allopregnanolone_at_rest)}

    def _left(self, concentration: Any) -> Any:
        return 1 - self.largest_brake * concentration / (concentration + self.half_brake)


@final
@dataclass(frozen=True, kw_only=True)
class StressDrive(AbstractPart):
    """Everything that asks the hypothalamus for corticotropin-releasing hormone.

        drive = brake (chronic rhythm + stressor exp(eta_stressor))

    `chronic` is 1 without lasting stress. A stressor adds the same at any time of day, in multiples of the drive at
    rest, so that it moves cortisol more, in relation, when the rhythm is low. People differ in how much.
    """

    eta_stressor: float = parameter("1", "the person's own deviation of ln of what a stressor adds", 0.0)

    needs = (
        Need("rhythm", "hpa.rhythm", "1"),
        Need("brake", "hpa.brake", "1"),
        Need("chronic", "stress.chronic", "1"),
        Need("stressor", "stress.hypothalamus", "1"),
    )
    gives = (Value("drive", "hpa.drive", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the drive as a multiple of the one at rest."""
        added = given["stressor"] * exp(self.eta_stressor)
        return {"drive": given["brake"] * (given["chronic"] * given["rhythm"] + added)}


@final
@dataclass(frozen=True, kw_only=True)
class PregnantStressDrive(AbstractPart):
    """As `StressDrive`, with the resting drive that pregnancy has made another.

    drive = brake (chronic rhythm pregnancy + stressor exp(eta_stressor))
    """

    eta_stressor: float = parameter("1", "the person's own deviation of ln of what a stressor adds", 0.0)

    needs = (*StressDrive.needs, Need("pregnancy", "hpa.pregnancy", "1"))
    gives = StressDrive.gives

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the drive as a multiple of the one at rest."""
        resting = given["chronic"] * given["rhythm"] * given["pregnancy"]
        return {"drive": given["brake"] * (resting + given["stressor"] * exp(self.eta_stressor))}
