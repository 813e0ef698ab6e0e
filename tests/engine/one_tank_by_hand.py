"""Rules on one tank followed by hand: one person, exponentials and logarithms, no looks; what `follow` is held to.

Written from docs/rules.md alone. Between two things that happen the tank goes straight towards its plateau, so that the
time at which a limit is met is a logarithm, and nothing can pass unseen.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from neurosteroid.engine.rules import ActionKind, Clock
from neurosteroid.engine.rules.rule import Limit, Relation

SAME = 1e-9
"""Hours within which things happen at one moment."""

BEYOND = 1e-13
"""Share of a limit by which it is passed where it is met."""

ORDER = list(ActionKind)
OVERRULED_BY_HOLD = (ActionKind.RESUME, ActionKind.TITRATE_UP, ActionKind.RESCUE)
OF_THE_PROGRAMME = (ActionKind.HOLD, ActionKind.STEP_DOWN, ActionKind.RESUME, ActionKind.TITRATE_UP)


@dataclass
class Watch:
    """Where one rule stands."""

    armed: bool = True
    fired: int = 0
    ready: float = -math.inf
    due: float = math.inf
    seen: tuple[float, float] = (math.nan, math.nan)
    """value and time at which it fired"""


@dataclass
class Woman:
    """One person under a programme and rules, from an empty tank at hour 0.

    Attributes:
        programme, rules: what is planned.
        rate: of the tank, 1/h.
        visits: for each rule the hours of its checks that are made; None where it is watched all the time.
        end: h.
    """

    programme: object
    rules: list
    rate: float
    visits: list
    end: float
    time: float = 0.0
    level: float = 0.0
    mode: str = "running"
    shift: float = 0.0
    held_at: float = 0.0
    held_step: int = -1
    ceiling: int = -1
    dose: int = 0
    log: list = field(default_factory=list)
    """(time, rule, triggered, value, rate before, rate after, done)"""
    doses: list = field(default_factory=list)
    """(time, what entered)"""
    failed: bool = False
    earlier: float = 0.0
    """time of what happened before this moment"""

    def follow(self):
        """Go to the end, or to where the rules undo each other."""
        self.watches = [Watch() for _ in self.rules]
        first = self.programme.first_level
        self.ceiling = len(self.programme.levels) - 1 if first is None else first
        self.acts = []
        while True:
            self._at_this_moment()
            if self.failed or self.time >= self.end:
                return self
            self._go_on()

    # what is given

    def step_rate(self, just_before):
        """Return the pump's rate right after, or until, this moment."""
        if self.mode != "running":
            return 0.0
        found = 0.0
        for begin, rate in zip(self.programme.times, self.programme.rates, strict=True):
            begin += self.shift
            if begin < self.time - SAME or (not just_before and begin <= self.time + SAME):
                found = rate
        return self.limited(found) if not self.programme.by_doses else 0.0

    def shown(self, just_before):
        """Return what the log says is given: the pump's rate, or the next dose where there is no pump."""
        if self.programme.state is not None or not self.programme.doses:
            return self.step_rate(just_before)
        if self.mode != "running" or self.dose >= len(self.programme.doses):
            return 0.0
        amount = self.programme.doses[self.dose].amount
        return self.limited(amount) if self.programme.by_doses else amount

    def limited(self, wanted):
        """Return a rate or amount, not above the highest step allowed."""
        levels = self.programme.levels
        return min(wanted, levels[self.ceiling]) if len(levels) else wanted

    @property
    def finish(self):
        """Hour after which nothing is planned."""
        waits = self.mode == "held" and self.programme.clock is Clock.WAITS
        return math.inf if waits else self.programme.end + self.shift

    @property
    def present_step(self):
        """The step being given, or of the next dose."""
        if self.mode == "held" and self.held_step >= 0:
            return min(self.held_step, self.ceiling)
        if self.programme.by_doses:
            if self.dose >= len(self.programme.doses):
                return self.ceiling
            given = self.limited(self.programme.doses[self.dose].amount)
        else:
            given = self.step_rate(just_before=True)
        return int(np.searchsorted(self.programme.levels, given)) if given > 0.0 else self.ceiling

    # what happens at one moment

    def _at_this_moment(self):
        checks_open = [
            index
            for index, visits in enumerate(self.visits)
            if visits is not None and any(abs(self.time - visit) <= SAME for visit in visits)
        ]
        at_visit, just = checks_open, set()
        while True:
            before = self.shown(just_before=True)
            fired = self._fired(checks_open, just)
            checks_open = []
            due = [index for index, watch in enumerate(self.watches) if watch.due <= self.time + SAME]
            just = set(fired)
            if fired or due:
                self._act(fired, due, before, at_visit)
                if self.failed:
                    return
                continue
            if not self._give_next_dose():
                return
            just = set()

    def _give_next_dose(self):
        """Give or lose the next dose that is due; return whether there was one."""
        if self.dose >= len(self.programme.doses):
            return False
        planned = self.programme.doses[self.dose]
        if planned.time + self.shift > self.time + SAME:
            return False
        if self.mode == "held" and self.programme.clock is Clock.WAITS:
            return False
        amount = planned.amount
        if self.programme.by_doses:
            amount = self.limited(amount)
        self.dose += 1
        if self.mode == "running" and amount > 0.0:
            self.level += amount * planned.scale
            self.doses.append((self.time, amount * planned.scale))
        return True

    def _possible(self, rule, watch):
        if not math.isinf(watch.due) or (rule.maximum is not None and watch.fired >= rule.maximum):
            return False
        top = len(self.programme.levels) - 1
        match rule.action:
            case ActionKind.HOLD:
                can = self.mode == "running"
            case ActionKind.STEP_DOWN:
                can = self.mode != "stopped" and self.ceiling > 0
            case ActionKind.RESUME:
                can = self.mode == "held"
            case ActionKind.TITRATE_UP:
                can = self.mode == "running" and self.ceiling < top
            case ActionKind.RESCUE:
                return self.mode == "running" or (self.mode == "held" and self.time >= self.finish - SAME)
            case _:
                return self.mode != "stopped"
        if rule.action is ActionKind.STOP:
            return can
        # a dose that is due at the end is still to be given then; a limit that comes to hold before it is before it
        before = self.time if rule.checks is not None else self.earlier
        return can and before < self.finish + (SAME if self.programme.doses else 0.0)

    def _fired(self, checks_open, just):
        """Return which rules fire now, and keep what was seen."""
        fired, wasted = [], []
        for index, (rule, watch) in enumerate(zip(self.rules, self.watches, strict=True)):
            if rule.checks is not None and index not in checks_open:
                continue
            holds = bool(rule.condition.when.holds(np.array([self.level]))[0])
            ready = self.time >= watch.ready - 0.5 * SAME
            if holds and ready and (watch.armed or not rule.by_episode):
                if self._possible(rule, watch):
                    fired.append(index)
                else:
                    wasted.append(index)
                watch.armed = False
            elif not holds and index not in just and bool(rule.condition.released(np.array([self.level]))[0]):
                watch.armed = True
        if fired or any(watch.due <= self.time + SAME for watch in self.watches):
            # a limit that is watched all the time is read once more after what is done at its own moment
            for index in wasted:
                self.watches[index].armed = self.rules[index].checks is None
        return fired

    def _act(self, fired, due, before, at_visit):
        now = self.time
        held_already = self.mode == "held"
        asks_to_hold = any(
            rule.action is ActionKind.HOLD
            and (rule.checks is None or index in at_visit)
            and (bool(rule.condition.when.holds(np.array([self.level]))[0]) or index in fired)
            for index, rule in enumerate(self.rules)
        )
        for index in fired:
            watch = self.watches[index]
            watch.due, watch.seen = now + self.rules[index].delay, (self.level, now)
        due = [index for index, watch in enumerate(self.watches) if watch.due <= now + SAME]
        done = []
        for index in sorted(due, key=lambda each: (ORDER.index(self.rules[each].action), each)):
            rule, watch = self.rules[index], self.watches[index]
            watch.due = math.inf
            overruled = (
                ActionKind.STOP in done
                or (ActionKind.HOLD in done and rule.action in OVERRULED_BY_HOLD)
                or (ActionKind.STEP_DOWN in done and rule.action is ActionKind.TITRATE_UP)
                or (held_already and asks_to_hold and rule.action is ActionKind.RESUME)
            )
            if not overruled:
                if not self._do(rule):
                    continue
                done.append(rule.action)
                watch.fired += 1
                watch.ready = watch.seen[1] + rule.cool_down if rule.cool_down > 0.0 else -math.inf
            after = self.shown(just_before=False)
            self.log.append((now, index, watch.seen[1], watch.seen[0], before, after, not overruled))
            before = after
        self.acts += [now] * len(due)
        self.failed = sum(1 for act in self.acts if now - act <= 1e-6) > 50

    def _do(self, rule):
        """Do one action; return whether it meant anything."""
        waits = self.programme.clock is Clock.WAITS
        over = not (self.mode == "held" and waits) and self.time > self.programme.end + self.shift + (
            SAME if self.programme.doses else -SAME
        )
        if rule.action in OF_THE_PROGRAMME and over:
            return False
        step = self.present_step
        match rule.action:
            case ActionKind.STOP:
                if self.mode == "stopped":
                    return False
                self.mode = "stopped"
                for watch in self.watches:
                    watch.due = math.inf
            case ActionKind.HOLD:
                if self.mode != "running":
                    return False
                self.mode, self.held_at, self.held_step = "held", self.time, step
            case ActionKind.STEP_DOWN:
                if self.mode == "stopped" or self.ceiling <= 0:
                    return False
                self.ceiling = max(min(step, self.ceiling) - 1, 0)
                if self.mode == "held":
                    self.held_step = self.ceiling
            case ActionKind.RESUME:
                if self.mode != "held":
                    return False
                if not rule.onward and len(self.programme.levels):
                    self.ceiling = max(step - (1 if rule.lower else 0), 0)
                self.mode = "running"
                if waits:
                    self.shift += self.time - self.held_at
            case ActionKind.TITRATE_UP:
                if self.mode != "running" or self.ceiling >= len(self.programme.levels) - 1:
                    return False
                self.ceiling += 1
            case ActionKind.RESCUE:
                if self.mode == "stopped" or (self.mode == "held" and not over):
                    return False
                self.level += rule.rescue.amount * rule.rescue.scale
                self.doses.append((self.time, rule.rescue.amount * rule.rescue.scale))
        return True

    # the way to the next moment

    def _go_on(self):
        inflow = self.step_rate(just_before=False) * (self.programme.scale if self.programme.state else 0.0)
        plateau = inflow / self.rate
        times = [self.end]
        times += [begin + self.shift for begin in self.programme.times]
        if not (self.mode == "held" and self.programme.clock is Clock.WAITS):
            times += [dose.time + self.shift for dose in self.programme.doses[self.dose :]]
        for watch, visits in zip(self.watches, self.visits, strict=True):
            times += [watch.due, watch.ready, *(visits or [])]
        following = min(each for each in times if each > self.time + SAME)
        meets, released = {}, {}
        for index, (rule, watch) in enumerate(zip(self.rules, self.watches, strict=True)):
            if rule.checks is not None:
                continue
            condition = rule.condition
            if watch.armed or bool(condition.released(np.array([self.level]))[0]):
                released[index] = self.time
            elif condition.until is not None:
                released[index] = self._meeting(condition.until, plateau, following)
            else:
                released[index] = self._failing(condition.when, plateau, following)
            at = self._meeting(condition.when, plateau, following)
            if at >= released[index] and at >= watch.ready - SAME:
                meets[index] = at
        first = min([following, *meets.values()])
        self.earlier = self.time
        self.level = plateau + (self.level - plateau) * math.exp(-self.rate * (first - self.time))
        self.time = first
        met = [index for index, at in meets.items() if at <= first + SAME]
        for index, at in released.items():
            self.watches[index].armed |= at <= first + SAME
        for index in met:
            # a shade beyond, where the limit holds whether or not it holds itself
            self.level = self.rules[index].condition.when.value * (1.0 + BEYOND * np.sign(plateau - self.level))

    def _holds(self, limit):
        return bool(limit.holds(np.array([self.level]))[0])

    def _meeting(self, limit, plateau, following):
        """Return when a limit that does not hold now comes to hold before `following`; infinite if it does not."""
        if limit is None or self._holds(limit):
            return math.inf
        rising = limit.relation in (Relation.AT_LEAST, Relation.ABOVE)
        if (plateau > self.level) != rising or plateau == self.level:
            return math.inf
        share = (limit.value - plateau) / (self.level - plateau)
        if not 0.0 < share < 1.0:
            return self.time if share >= 1.0 else math.inf
        at = self.time - math.log(share) / self.rate
        return at if at <= following + SAME else math.inf

    def _failing(self, limit, plateau, following):
        """Return when a limit that holds now fails before `following`; infinite if it does not."""
        opposite = {">=": "<", ">": "<=", "<=": ">", "<": ">="}[limit.relation]
        return self._meeting(Limit(Relation(opposite), limit.value), plateau, following)
