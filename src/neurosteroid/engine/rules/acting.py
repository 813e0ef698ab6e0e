"""Acting: what is done at a moment, in which order, and what keeps it from being done."""

from __future__ import annotations

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
    """One line of the log: rates are in the programme's unit, times in h; see `ActionLog`."""

    person: int
    time: float
    rule: int
    triggered: float
    value: float
    rate_before: float
    rate_after: float
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
    done: list[ActionKind] = []
    kept_held = standing.mode[person] == HELD and _asks_to_hold(plan, person, now, values)
    before = rate_until(plan, standing, person)
    for index in sorted(due, key=lambda index: (ORDER[plan.rules[index].action], index)):
        rule = plan.rules[index]
        standing.due[person, index] = np.inf
        seen, seen_at = float(standing.seen[person, index]), float(standing.seen_at[person, index])
        overruled = any(rule.action in OVERRULES.get(kind, ()) for kind in done)
        overruled |= kept_held and rule.action is ActionKind.RESUME
        if not overruled:
            if not _do(plan, standing, diary, person, index):
                continue
            done.append(rule.action)
            standing.fired[person, index] += 1
            standing.ready[person, index] = seen_at + rule.cool_down if rule.cool_down > 0.0 else -np.inf
        after = rate_now(plan, standing, person)
        diary.entries.append(Entry(person, now, index, seen_at, seen, before, after, not overruled))
        before = after
    _count(standing, diary, person, now, len(due))


def _asks_to_hold(plan: Plan, person: int, now: float, values: Array) -> bool:
    """Return whether the limit of any hold is seen to hold now; a hold that is on already does not fire again."""
    place = min(int(np.searchsorted(plan.common, now - SAME_MOMENT)), len(plan.common) - 1)
    visit = abs(plan.common[place] - now) <= SAME_MOMENT
    for index, rule in enumerate(plan.rules):
        seen = rule.checks is None or (visit and plan.checked[person, index, place])
        if rule.action is ActionKind.HOLD and seen and rule.condition.when.holds(values[index : index + 1]).any():
            return True
    return False


def rate_now(plan: Plan, standing: Standing, person: int) -> float:
    """Return the pump's rate from now on, in the programme's unit."""
    if standing.mode[person] != RUNNING or plan.pump < 0:
        return 0.0
    edges = np.asarray(plan.programme.times, float) + standing.shift[person]
    edge = np.searchsorted(edges, standing.time[person] + SAME_MOMENT, side="right") - 1
    return float(pump_rate(plan, np.asarray(edge), standing.ceiling[person]))


def rate_until(plan: Plan, standing: Standing, person: int) -> float:
    """Return the pump's rate up to now: a step that begins at this moment has not been given yet."""
    if standing.mode[person] != RUNNING or plan.pump < 0:
        return 0.0
    edges = np.asarray(plan.programme.times, float) + standing.shift[person]
    edge = np.searchsorted(edges, standing.time[person] - SAME_MOMENT, side="left") - 1
    return float(pump_rate(plan, np.asarray(edge), standing.ceiling[person]))


def present_level(plan: Plan, standing: Standing, person: int) -> int:
    """Return the step that is being given (of a pump) or comes next (of doses); the highest allowed when none is."""
    ceiling = int(standing.ceiling[person])
    if standing.mode[person] == HELD and standing.held_level[person] >= 0:
        return min(int(standing.held_level[person]), ceiling)
    if plan.programme.by_doses:
        following = int(standing.next_dose[person])
        if following >= len(plan.programme.doses):
            return ceiling
        given = float(dose_amount(plan, np.asarray(following), standing.ceiling[person]))
    else:
        given = rate_until(plan, standing, person)
    return int(np.searchsorted(plan.programme.levels, given)) if given > 0.0 else ceiling


def _do(plan: Plan, standing: Standing, diary: Diary, person: int, index: int) -> bool:
    """Do one action; return whether it changed anything that is still open."""
    rule, mode, level = plan.rules[index], int(standing.mode[person]), present_level(plan, standing, person)
    top, now = len(plan.programme.levels) - 1, float(standing.time[person])
    over = _over(plan, standing, person)
    if over and rule.action in WHILE_PLANNED:
        return False
    match rule.action:
        case ActionKind.STOP:
            if mode == STOPPED:
                return False
            standing.mode[person] = STOPPED
            # what was ordered before is not done any more
            standing.due[person] = np.inf
        case ActionKind.HOLD:
            if mode != RUNNING:
                return False
            standing.held_level[person], standing.held_at[person] = level, now
            standing.mode[person] = HELD
        case ActionKind.STEP_DOWN:
            if mode == STOPPED or standing.ceiling[person] <= 0:
                return False
            standing.ceiling[person] = max(min(level, int(standing.ceiling[person])) - 1, 0)
            if mode == HELD:
                standing.held_level[person] = standing.ceiling[person]
        case ActionKind.RESUME:
            if mode != HELD:
                return False
            if not rule.onward:
                standing.ceiling[person] = max(level - int(rule.lower), 0) if top >= 0 else top
            standing.mode[person] = RUNNING
            if plan.programme.clock is Clock.WAITS:
                standing.shift[person] += now - standing.held_at[person]
        case ActionKind.TITRATE_UP:
            if mode != RUNNING or standing.ceiling[person] >= top:
                return False
            standing.ceiling[person] += 1
        case ActionKind.RESCUE:
            if mode == STOPPED or (mode == HELD and not over) or rule.rescue is None:
                return False
            amount = rule.rescue.amount * plan.rescue_factors[person, index]
            standing.states[person, plan.rescue_states[index]] += amount
            # what the dose itself has lifted beyond a limit is no rounding error
            standing.just[person] = False
            diary.rescues.append((person, now, index))
    return True


def _over(plan: Plan, standing: Standing, person: int) -> bool:
    """Return whether nothing more is planned: what would change the programme is pointless, and a hold has lapsed."""
    if standing.mode[person] == HELD and plan.programme.clock is Clock.WAITS:
        return False
    finish = plan.programme.end + standing.shift[person]
    # a dose that is due at the end is still to be given then
    margin = SAME_MOMENT if plan.programme.doses else -SAME_MOMENT
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
