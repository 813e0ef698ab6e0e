"""Rules: what is watched, when it is looked at, and what is then done to a programme of doses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError

Array = NDArray[np.float64]
Truth = NDArray[np.bool_]

MOST_CHECKS: Final = 100_000
"""Checks of one series; more are a slip of the keyboard."""


class Relation(StrEnum):
    """How a value stands to a limit."""

    AT_LEAST = ">="
    """the value is the limit or above it"""
    ABOVE = ">"
    """the value is above the limit"""
    AT_MOST = "<="
    """the value is the limit or below it"""
    BELOW = "<"
    """the value is below the limit"""

    @property
    def rising(self) -> bool:
        """Whether a value that rises comes to hold."""
        return self in (Relation.AT_LEAST, Relation.ABOVE)

    @property
    def inclusive(self) -> bool:
        """Whether the limit itself holds."""
        return self in (Relation.AT_LEAST, Relation.AT_MOST)


@final
@dataclass(frozen=True)
class Limit:
    """A relation and a number in the port's unit, such as ``>= 2``."""

    relation: Relation
    value: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise InputError(f"a limit of {self.value} is no number; give a finite one.")

    def holds(self, values: Array) -> Truth:
        """Return where the limit holds; NaN never does."""
        compare = {
            Relation.AT_LEAST: np.greater_equal,
            Relation.ABOVE: np.greater,
            Relation.AT_MOST: np.less_equal,
            Relation.BELOW: np.less,
        }[self.relation]
        return np.asarray(compare(values, self.value), dtype=np.bool_)

    def excess(self, values: Array) -> Array:
        """Return how far the values are beyond the limit, in the port's unit; negative on the side where it fails."""
        return (values - self.value) if self.relation.rising else (self.value - values)


@final
@dataclass(frozen=True)
class Condition:
    """A port that is watched; `until` is its hysteresis.

    Attributes:
        port: name of a value or state of the system.
        when: the limit at which the rule fires.
        until: once it has held, the rule is armed again only after this limit has held; None: once `when` fails.
        never_falls: the port cannot fall, as a cumulative hazard cannot. It then comes to hold once at most, so that
            nothing can pass unseen between two looks however far apart; the limit is one that a rising value meets.

    Raises:
        InputError: a value could fulfil both limits at once, or a port that never falls has another limit to meet.
    """

    port: str
    when: Limit
    until: Limit | None = None
    never_falls: bool = False

    def __post_init__(self) -> None:
        if self.never_falls and not (self.when.relation.rising and self.until is None):
            raise InputError(f"'{self.port}' never falls: it meets a limit of '>=' or '>', and no second one.")
        if self.until is None:
            return
        up = self.when.relation.rising
        gap = (self.when.value - self.until.value) * (1.0 if up else -1.0)
        touching = gap == 0.0 and self.when.relation.inclusive and self.until.relation.inclusive
        if self.until.relation.rising == up or gap < 0.0 or touching:
            raise InputError(
                f"'{self.port} {self.when.relation} {self.when.value:g}' until '{self.port} {self.until.relation}"
                f" {self.until.value:g}': both can hold at once. The second limit lies on the other side, such as"
                f" '{'<' if up else '>'} {self.when.value:g}'."
            )

    def released(self, values: Array) -> Truth:
        """Return where the rule is armed again."""
        if self.until is not None:
            return self.until.holds(values)
        return ~self.when.holds(values) & ~np.isnan(values)


@final
@dataclass(frozen=True)
class Checks:
    """A series of scheduled assessments: at ``first, first + every, ...`` h, only within waking hours.

    Two rules with equal checks share them: one visit, one chance to miss it.

    Attributes:
        every: h between checks.
        first: h of the first one; `every` when None.
        awake: times of day (h) of waking and going to sleep; a check that falls into the night is not made, and the
            rhythm goes on. None: checks are made day and night.
        missed: share of checks that are missed by chance, independently of each other.
        left_out: hours at which a check is missed for sure.

    Raises:
        InputError: an interval, share or time of day that is not possible.
    """

    every: float
    first: float | None = None
    awake: tuple[float, float] | None = None
    missed: float = 0.0
    left_out: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not (math.isfinite(self.every) and self.every > 0.0):
            raise InputError(f"checks every {self.every:g} h are not possible; the interval is above 0 h.")
        if self.first is not None and not (math.isfinite(self.first) and self.first >= 0.0):
            raise InputError(f"a first check at {self.first:g} h is not possible; it is at 0 h or later.")
        if not 0.0 <= self.missed <= 1.0:
            raise InputError(f"a share of {self.missed:g} missed checks is not possible; it is between 0 and 1.")
        if self.awake is not None:
            wake, sleep = self.awake
            if not (0.0 <= wake <= 24.0 and 0.0 <= sleep <= 24.0) or wake == sleep:
                raise InputError(f"awake from {wake:g} to {sleep:g} is not possible; give two times of day.")

    @property
    def series(self) -> str:
        """Name of the series, made of what decides when its checks fall, for the draws of missed ones."""
        return f"every {self.every!r} from {self.first!r} awake {self.awake!r}"

    def times(self, until: float, clock: float = 0.0) -> Array:
        """Return the times of the checks that are made or missed (C,), h, up to and with `until`.

        Args:
            until: h.
            clock: time of day at hour 0, h.

        Raises:
            InputError: there would be too many.
        """
        first = self.every if self.first is None else self.first
        if (until - first) / self.every > MOST_CHECKS:
            raise InputError(f"checks every {self.every:g} h up to {until:g} h are more than {MOST_CHECKS}.")
        count = max(math.floor((until - first) / self.every + 1e-9) + 1, 0)
        times: Array = first + self.every * np.arange(count, dtype=np.float64)
        if self.awake is None:
            return times
        wake, sleep = self.awake
        # rounded, so that a check at the hour of waking is made whatever the rounding of the sum
        since = np.round((times + clock - wake) % 24.0, 9) % 24.0
        # from 00:00 to 24:00 is the whole day
        return times[since <= ((sleep - wake) % 24.0 or 24.0)]

    def missing(self, times: Array, uniforms: Array | None, people: int) -> Truth:
        """Return (P, C) which checks each person misses; `uniforms` (P, C) decide, nobody misses any without them."""
        sure = np.zeros(len(times), dtype=np.bool_)
        for hour in self.left_out:
            sure |= np.abs(times - hour) < 1e-9
        chance = np.zeros((people, len(times)), dtype=np.bool_) if uniforms is None else uniforms < self.missed
        return np.asarray(chance | sure, dtype=np.bool_)


class ActionKind(StrEnum):
    """What a rule does; at one moment they come in this order."""

    STOP = "stop for good"
    """nothing is given any more, whatever any rule says later"""
    HOLD = "hold"
    """nothing is given until a rule resumes it"""
    STEP_DOWN = "step down"
    """not above the step below the present one"""
    RESUME = "resume"
    """after a hold: not above the step at which it was held, or the step below that one, or as programmed"""
    TITRATE_UP = "titrate up"
    """the highest step allowed becomes one higher; never above the programme"""
    RESCUE = "rescue dose"
    """a single dose beside the programme"""


OVERRULES: Final = {
    ActionKind.STOP: frozenset(ActionKind),
    ActionKind.HOLD: frozenset({ActionKind.RESUME, ActionKind.TITRATE_UP, ActionKind.RESCUE}),
    ActionKind.STEP_DOWN: frozenset({ActionKind.TITRATE_UP}),
}
"""What an action keeps from being done at the same moment."""


WHILE_PLANNED: Final = (ActionKind.HOLD, ActionKind.STEP_DOWN, ActionKind.RESUME, ActionKind.TITRATE_UP)
"""Actions that change nothing once nothing more is planned."""


@final
@dataclass(frozen=True, eq=False)
class RescueDose:
    """A single dose into a state; `scale` is state unit per unit of `amount`, one number or one per person (P,)."""

    amount: float
    unit: str
    state: str
    scale: float | Array = 1.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.amount) and self.amount > 0.0):
            raise InputError(f"a rescue dose of {self.amount:g} {self.unit} is not possible; it is above 0.")


@final
@dataclass(frozen=True, eq=False)
class Rule:
    """One rule of a programme.

    Attributes:
        name: for the log.
        condition: what is watched.
        action: what is done.
        checks: when it is looked at; None: all the time.
        lower: a resumption goes to the step below the one at which it was held.
        onward: a resumption goes on as programmed: the highest step allowed is the one before the hold.
        rescue: the dose of a rescue rule.
        delay: h from firing until it is done; what has been ordered is done even if the condition has gone.
        maximum: how often it may fire for one person; None: as often as it holds.
        cool_down: h after firing in which it does not fire again.
        programme: position of the programme that it acts on, where there are several; it never touches another one.

    Raises:
        InputError: numbers that are not possible, or a rescue rule without a dose.
    """

    name: str
    condition: Condition
    action: ActionKind
    checks: Checks | None = None
    lower: bool = False
    onward: bool = False
    rescue: RescueDose | None = None
    delay: float = 0.0
    maximum: int | None = None
    cool_down: float = 0.0
    programme: int = 0

    def __post_init__(self) -> None:
        for what, value in (("delay", self.delay), ("cool-down", self.cool_down)):
            if not (math.isfinite(value) and value >= 0.0):
                raise InputError(f"a {what} of {value:g} h is not possible; it is 0 h or more.", where=self.name)
        if self.maximum is not None and self.maximum < 1:
            raise InputError(f"at most {self.maximum} times; give 1 or more, or leave the rule out.", where=self.name)
        if (self.rescue is not None) != (self.action is ActionKind.RESCUE):
            raise InputError("a rescue rule has a dose, and no other rule has one.", where=self.name)
        if self.lower and self.action is not ActionKind.RESUME:
            raise InputError("only a resumption goes to a lower step; use 'step down'.", where=self.name)
        if self.onward and (self.lower or self.action is not ActionKind.RESUME):
            raise InputError("only a resumption goes on as programmed, and then not one step lower.", where=self.name)

    @property
    def by_episode(self) -> bool:
        """Whether it fires once an episode (continuous, or with `until`) rather than at every check that holds."""
        return self.checks is None or self.condition.until is not None

    @property
    def watched_closely(self) -> bool:
        """Whether looks must be close together for nothing to pass unseen: continuous, on a port that can turn back.

        A rescue dose is looked at closely too, as a hold that lapses decides on it between two looks.
        """
        return self.checks is None and (not self.condition.never_falls or self.action is ActionKind.RESCUE)
