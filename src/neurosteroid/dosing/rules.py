"""Rules of a protocol: what is watched and what is then done, in the words of a protocol; no model is known here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import final

from neurosteroid.dosing.steps import ADVERBS, Route
from neurosteroid.engine.rules import ActionKind, Clock, Relation


@final
@dataclass(frozen=True)
class Threshold:
    """A limit as it is written: a number with its unit, or the name of a level.

    Attributes:
        relation: such as ``>=``.
        value: the number; 0 when a level is named.
        unit: of the number; ``"1"`` for a pure number.
        level: name of a level of the port, such as ``"moderate"``.
    """

    relation: Relation
    value: float = 0.0
    unit: str = "1"
    level: str | None = None

    def sentence(self) -> str:
        """Return it as it is read."""
        if self.level is not None:
            return f"{self.relation} {self.level}"
        return f"{self.relation} {number_text(self.value)}{'' if self.unit == '1' else f' {self.unit}'}"


@final
@dataclass(frozen=True)
class CheckSeries:
    """Scheduled assessments.

    Attributes:
        every_h: h between checks.
        awake: whether they are made in waking hours only.
        hours: times of day (h) of waking and going to sleep; None: those of the model's people.
        missed: share of checks that are missed by chance.
    """

    every_h: float
    awake: bool = False
    hours: tuple[float, float] | None = None
    missed: float = 0.0

    def sentence(self) -> str:
        """Return it as it is read."""
        said = f"checked every {number_text(self.every_h)} h"
        if self.awake:
            said += " while awake"
        if self.hours is not None:
            said += f" from {clock_text(self.hours[0])} to {clock_text(self.hours[1])}"
        return said + (f" missing {number_text(100.0 * self.missed)} %" if self.missed else "")


@final
@dataclass(frozen=True)
class DosingRule:
    """One rule as it is written.

    Attributes:
        action: what is done.
        port: what is watched: an output of the model, its short name, or an event.
        when: the limit; None for an event.
        until: hysteresis, see the page on rules.
        checks: when it is looked at; None: continuously.
        lower: a resumption is one step lower.
        onward: a resumption is as programmed: the highest step allowed is the one before the hold.
        amount, unit, route: of a rescue dose.
        delay_h: from firing to doing, h.
        maximum: how often it may fire for one person; None without end.
        cool_down_h: h after firing in which it does not fire again.
    """

    action: ActionKind
    port: str
    when: Threshold | None
    until: Threshold | None = None
    checks: CheckSeries | None = None
    lower: bool = False
    amount: float = 0.0
    unit: str = ""
    route: Route | None = None
    delay_h: float = 0.0
    maximum: int | None = None
    cool_down_h: float = 0.0
    onward: bool = False

    def sentence(self) -> str:
        """Return the sentence that reads back into this rule."""
        words = [self._verb(), "when", self.port]
        if self.when is not None:
            words.append(self.when.sentence())
        if self.until is not None:
            words += ["until", self.until.sentence()]
        said = [" ".join(words)]
        if self.checks is not None:
            said.append(self.checks.sentence())
        if self.delay_h:
            said.append(f"after {number_text(self.delay_h)} h")
        if self.maximum is not None:
            said.append(f"at most {self.maximum} times")
        if self.cool_down_h:
            said.append(f"not again within {number_text(self.cool_down_h)} h")
        return ", ".join(said)

    def _verb(self) -> str:
        if self.action is ActionKind.RESCUE:
            adverb = ADVERBS[self.route or Route.INTRAVENOUS]
            return f"give {number_text(self.amount)} {self.unit} {adverb}"
        if self.action is ActionKind.RESUME:
            if self.onward:
                return "resume as programmed"
            return "resume one step lower" if self.lower else "resume at the same step"
        return str(self.action)


@final
@dataclass(frozen=True)
class RuleBook:
    """The rules of a protocol, in the order that breaks ties.

    Attributes:
        rules: none: the protocol is given as it is.
        clock: what a hold does to the rest of the programme.
        lowest_first: whether the programme begins at its lowest step, to be titrated up.
        clock_said: whether the clock was written down, and so overrides an earlier one.
    """

    rules: tuple[DosingRule, ...] = ()
    clock: Clock = Clock.CONTINUES
    lowest_first: bool = False
    clock_said: bool = field(default=False, compare=False, repr=False)

    def __bool__(self) -> bool:
        return bool(self.rules) or self.lowest_first

    def sentence(self) -> str:
        """Return the sentence that reads back into these rules."""
        said = [rule.sentence() for rule in self.rules]
        if self.lowest_first:
            said.append("begin at the lowest step")
        if self.clock is not Clock.CONTINUES:
            said.append(f"the clock {self.clock}")
        return "; ".join(said)

    def joined(self, more: RuleBook) -> RuleBook:
        """Return these rules and then more; of two clocks the later one that was written down holds."""
        later = more.clock_said or more.clock is not Clock.CONTINUES
        clock = more.clock if later else self.clock
        rules = (*self.rules, *(rule for rule in more.rules if rule not in self.rules))
        return replace(
            self,
            rules=rules,
            clock=clock,
            lowest_first=self.lowest_first or more.lowest_first,
            clock_said=self.clock_said or later,
        )


def number_text(number: float) -> str:
    """Return a number as it reads back bit for bit, without a needless point."""
    return repr(float(number)).removesuffix(".0")


def clock_text(hour: float) -> str:
    """Return a time of day such as ``07:30``."""
    minutes = round(hour * 60.0)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
