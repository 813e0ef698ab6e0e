"""Acting: what is done at a moment, in which order, and what keeps it from being done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.rules.plan import SAME_MOMENT, Plan
from neurosteroid.engine.rules.programme import Clock
from neurosteroid.engine.rules.rule import OVERRULES, WHILE_PLANNED, ActionKind
from neurosteroid.engine.rules.standing import HELD, RUNNING, STOPPED, Standing
from neurosteroid.engine.rules.stretch import dose_amount, pump_rate

Array = NDArray[np.float64]

_Rate = Callable[[Plan, Standing, int, int], float]

ORDER: Final = {kind: place for place, kind in enumerate(ActionKind)}
"""The order of actions at one moment."""

MOST_AT_ONCE: Final = 50
"""Actions of one person within `AT_ONCE`: more than that is chatter."""

AT_ONCE: Final = 1e-6
"""Hours."""

MOST_ACTIONS: Final = 10_000
"""Actions of one person in all."""


@final
@dataclass(frozen=True)
class Entry:
    """One line of the log, times in h; see `ActionLog`."""

    person: int
    time: float
    rule: int
    triggered: float
    value: float
    rate_before: float
    rate_after: float
    dose: int
    done: bool


@final
@dataclass(eq=False)
class Diary:
    """What happened to P people, in the order in which it was settled.

    Attributes:
        entries: the log.
        rescues: (person, time, rule) of each rescue dose.
        failures: (person, time, reason).
        at_once: person to (time, count) of the actions at about one moment.
    """

    entries: list[Entry] = field(default_factory=list)
    rescues: list[tuple[int, float, int]] = field(default_factory=list)
    failures: list[tuple[int, float, str]] = field(default_factory=list)
    at_once: dict[int, tuple[float, int]] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


def act(plan: Plan, standing: Standing, diary: Diary, person: int, fired: list[int], values: Array) -> None:
    """Do what is due for one person at the time where she stands.

    Args:
        plan: of everybody.
        standing: of everybody; it is changed.
        diary: of everybody; it is written into.
        person: who.
        fired: the rules that fire now.
        values: (R,) the watched ports, by rule.
    """
    now = float(standing.time[person])
    for index in fired:
        rule = plan.rules[index]
        standing.armed[person, index] = False
        standing.due[person, index] = now + rule.delay
        standing.seen[person, index], standing.seen_at[person, index] = values[index], now
    due = [int(index) for index in np.flatnonzero(standing.due[person] <= now + SAME_MOMENT)]
    done: list[tuple[int, ActionKind]] = []
    kept_held = [
        standing.mode[person, place] == HELD and _asks_to_hold(plan, place, person, now, values)
        for place in range(len(plan.programmes))
    ]
    before = [_going_on(plan, standing, person, place, rate_until) for place in range(len(plan.programmes))]
    for index in sorted(due, key=lambda index: (ORDER[plan.rules[index].action], index)):
        rule = plan.rules[index]
        place = rule.programme
        standing.due[person, index] = np.inf
        seen, seen_at = float(standing.seen[person, index]), float(standing.seen_at[person, index])
        overruled = any(where == place and rule.action in OVERRULES.get(kind, ()) for where, kind in done)
        overruled |= kept_held[place] and rule.action is ActionKind.RESUME
        if not overruled:
            if not _do(plan, standing, diary, person, index):
                continue
            done.append((place, rule.action))
            standing.fired[person, index] += 1
            standing.ready[person, index] = seen_at + rule.cool_down if rule.cool_down > 0.0 else -np.inf
        after = _going_on(plan, standing, person, place, rate_now)
        dose = _next_dose(plan, standing, person, place)
        diary.entries.append(Entry(person, now, index, seen_at, seen, before[place], after, dose, not overruled))
        before[place] = after
    _count(standing, diary, person, now, len(due))


def _asks_to_hold(plan: Plan, programme: int, person: int, now: float, values: Array) -> bool:
    """Return whether the limit of any hold of a programme holds now; one that is on already does not fire again."""
    place = min(int(np.searchsorted(plan.common, now - SAME_MOMENT)), len(plan.common) - 1)
    visit = abs(plan.common[place] - now) <= SAME_MOMENT
    for index, rule in enumerate(plan.rules):
        if rule.action is not ActionKind.HOLD or rule.programme != programme:
            continue
        seen = rule.checks is None or (visit and bool(plan.seen(index, np.asarray(person), np.asarray(place))))
        if seen and rule.condition.when.holds(values[index : index + 1]).any():
            return True
    return False


def rate_now(plan: Plan, standing: Standing, person: int, place: int) -> float:
    """Return the rate of a programme's pump from now on, in its unit."""
    programme = plan.programmes[place]
    if standing.mode[person, place] != RUNNING or plan.pumps[place] < 0:
        return 0.0
    edges = np.asarray(programme.times, float) + standing.shift[person, place]
    edge = np.searchsorted(edges, standing.time[person] + SAME_MOMENT, side="right") - 1
    return float(pump_rate(programme, np.asarray(edge), standing.ceiling[person, place]))


def rate_until(plan: Plan, standing: Standing, person: int, place: int) -> float:
    """Return the rate of a programme's pump up to now: a step that begins at this moment has not been given yet."""
    programme = plan.programmes[place]
    if standing.mode[person, place] != RUNNING or plan.pumps[place] < 0:
        return 0.0
    edges = np.asarray(programme.times, float) + standing.shift[person, place]
    edge = np.searchsorted(edges, standing.time[person] - SAME_MOMENT, side="left") - 1
    return float(pump_rate(programme, np.asarray(edge), standing.ceiling[person, place]))


def present_level(plan: Plan, standing: Standing, person: int, place: int) -> int:
    """Return the step that is being given (of a pump) or comes next (of doses); the highest allowed when none is."""
    programme, ceiling = plan.programmes[place], int(standing.ceiling[person, place])
    if standing.mode[person, place] == HELD and standing.held_level[person, place] >= 0:
        return min(int(standing.held_level[person, place]), ceiling)
    if programme.by_doses:
        following = int(standing.next_dose[person, place])
        if following >= len(programme.doses):
            return ceiling
        given = float(dose_amount(programme, np.asarray(following), standing.ceiling[person, place]))
    else:
        given = rate_until(plan, standing, person, place)
    return int(np.searchsorted(programme.levels, given)) if given > 0.0 else ceiling


def _next_dose(plan: Plan, standing: Standing, person: int, place: int) -> int:
    """Return which dose of a programme without a pump comes next, its last one when none is left, -1 with a pump."""
    doses = plan.programmes[place].doses
    if plan.pumps[place] >= 0 or not doses:
        return -1
    return min(int(standing.next_dose[person, place]), len(doses) - 1)


def _going_on(plan: Plan, standing: Standing, person: int, place: int, rate: _Rate) -> float:
    """Return what a programme gives: the rate of its pump, or the amount of its next dose where it has no pump."""
    following = int(standing.next_dose[person, place])
    if _next_dose(plan, standing, person, place) < 0:
        return rate(plan, standing, person, place)
    programme = plan.programmes[place]
    if standing.mode[person, place] != RUNNING or following >= len(programme.doses):
        return 0.0
    return float(dose_amount(programme, np.asarray(following), standing.ceiling[person, place]))


def _do(plan: Plan, standing: Standing, diary: Diary, person: int, index: int) -> bool:
    """Do one action; return whether it changed anything that is still open."""
    rule = plan.rules[index]
    programme, one = plan.programmes[rule.programme], (person, rule.programme)
    mode, level = int(standing.mode[one]), present_level(plan, standing, *one)
    top, now = len(programme.levels) - 1, float(standing.time[person])
    over = _over(plan, standing, *one)
    if over and rule.action in WHILE_PLANNED:
        return False
    match rule.action:
        case ActionKind.STOP:
            if mode == STOPPED:
                return False
            standing.mode[one] = STOPPED
            # what was ordered before is not done any more
            standing.due[person, plan.acts_on == rule.programme] = np.inf
        case ActionKind.HOLD:
            if mode != RUNNING:
                return False
            standing.held_level[one], standing.held_at[one] = level, now
            standing.mode[one] = HELD
        case ActionKind.STEP_DOWN:
            if mode == STOPPED or standing.ceiling[one] <= 0:
                return False
            standing.ceiling[one] = max(min(level, int(standing.ceiling[one])) - 1, 0)
            if mode == HELD:
                standing.held_level[one] = standing.ceiling[one]
        case ActionKind.RESUME:
            if mode != HELD:
                return False
            if not rule.onward:
                standing.ceiling[one] = max(level - int(rule.lower), 0) if top >= 0 else top
            standing.mode[one] = RUNNING
            if programme.clock is Clock.WAITS:
                standing.shift[one] += now - standing.held_at[one]
        case ActionKind.TITRATE_UP:
            if mode != RUNNING or standing.ceiling[one] >= top:
                return False
            standing.ceiling[one] += 1
        case ActionKind.RESCUE:
            if mode == STOPPED or (mode == HELD and not over) or rule.rescue is None:
                return False
            amount = rule.rescue.amount * plan.rescue_factors[person, index]
            standing.states[person, plan.rescue_states[index]] += amount
            # what the dose itself has lifted beyond a limit is no rounding error
            standing.just[person] = False
            diary.rescues.append((person, now, index))
    return True


def _over(plan: Plan, standing: Standing, person: int, place: int) -> bool:
    """Return whether nothing more is planned: what would change the programme is pointless, and a hold has lapsed."""
    programme = plan.programmes[place]
    if standing.mode[person, place] == HELD and programme.clock is Clock.WAITS:
        return False
    finish = programme.end + standing.shift[person, place]
    # a dose that is due at the end is still to be given then
    margin = SAME_MOMENT if programme.doses else -SAME_MOMENT
    return bool(standing.time[person] > finish + margin)


def _count(standing: Standing, diary: Diary, person: int, now: float, number: int) -> None:
    """Give a person up whose rules act on and on."""
    began, at_once = diary.at_once.get(person, (-np.inf, 0))
    began, at_once = (began, at_once + number) if now - began <= AT_ONCE else (now, number)
    diary.at_once[person] = (began, at_once)
    diary.counts[person] = diary.counts.get(person, 0) + number
    if at_once > MOST_AT_ONCE or diary.counts[person] > MOST_ACTIONS:
        reason = (
            "the rules undo each other without end. Give them a gap: a limit further away for 'until' or for the"
            " resumption, a cool-down, a delay, or checks at intervals."
        )
        diary.failures.append((person, now, reason))
        standing.done[person] = True
