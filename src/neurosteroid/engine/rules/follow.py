"""Following people under rules: solve ahead, find the first moment at which a rule acts, act, and go on from there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.rules.acting import Diary, act
from neurosteroid.engine.rules.corners import Changes, Corners, corners
from neurosteroid.engine.rules.followed import ActionLog, Followed, Given, joined
from neurosteroid.engine.rules.plan import SAME_MOMENT, Plan, lay_out_plan
from neurosteroid.engine.rules.programme import Clock, Programme
from neurosteroid.engine.rules.rule import Rule
from neurosteroid.engine.rules.scanning import Moments, first_moments
from neurosteroid.engine.rules.standing import HELD, Standing, stand_at_start
from neurosteroid.engine.rules.stretch import BOLUS, EDGE, OUTPUT, START, Method, Stretch, run_ahead
from neurosteroid.engine.rules.touching import further_looks
from neurosteroid.engine.rules.visits import Draws
from neurosteroid.engine.rules.windows import look_on
from neurosteroid.engine.solution import Failure
from neurosteroid.engine.solvers.choose import METHODS, checked_initial
from neurosteroid.engine.solvers.reference import Tolerances
from neurosteroid.engine.system import System
from neurosteroid.errors import InputError

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]

RESOLUTION: Final = 1.0 / 12.0
"""Hours between the looks at a continuous condition."""

MEMORY: Final = 128 * 2**20
"""Bytes of states held at once; people are worked on in groups of this size."""


def follow(
    system: System,
    programme: Programme | Sequence[Programme],
    rules: Sequence[Rule],
    *,
    parameters: Array,
    covariates: Array | None = None,
    changes: Array | Sequence[float] = (),
    initial: Array | None = None,
    output_times: Array | Sequence[float],
    until: float | None = None,
    clock: float = 0.0,
    resolution: float = RESOLUTION,
    draws: Draws | None = None,
    method: str = "auto",
    tolerances: Tolerances | None = None,
    threads: int | None = None,
) -> Followed:
    """Follow P people under one or several programmes and their rules, from hour 0.

    A continuous condition is looked at every `resolution` hours, at each change of rate and before and after each dose;
    where it has come to hold between two looks, the moment is located to 1e-11 h by solving again from the look before.
    A condition that holds for less than `resolution` between two looks is not seen. At one moment actions are done in
    the order of `ActionKind`, then in the order of the rules, and before the programme's own changes and doses. Each
    rule acts on its own programme and never touches another one.

    Args:
        system: with m parameters, k covariates and n states.
        programme: what is planned; or several, on one time axis.
        rules: each with a name of its own among those of its programme.
        parameters: (P, m).
        covariates: (P, k), or (P, E, k) in each of E epochs; may be left out when there are none.
        changes: (E - 1,) h above 0, rising, at which one epoch of covariates follows the other, for everybody.
        initial: (P, n) states at hour 0, to go on from where a solution stopped; by default the system's own.
        output_times: (K,) h, rising, from 0.
        until: h, end of follow-up; the last output time by default.
        clock: time of day at hour 0, h.
        resolution: h.
        draws: uniform draws for missed checks, see `Draws`; without them nobody misses a check by chance.
        method: as in `solve`.
        tolerances: as in `solve`.
        threads: as in `solve`.

    Raises:
        InputError, UnknownNameError, EventError: see `lay_out_plan` and `solve`.
    """
    parameters = np.asarray(parameters, dtype=np.float64)
    covariates = np.zeros((len(parameters), 0)) if covariates is None else np.asarray(covariates, dtype=np.float64)
    times = np.asarray(output_times, dtype=np.float64)
    if times.ndim != 1 or not len(times) or times[0] < 0.0 or np.any(np.diff(times) <= 0.0):
        raise InputError("output times must rise from 0 h; give at least one.")
    end = float(times[-1]) if until is None else float(until)
    if not np.isfinite(end) or end < times[-1]:
        raise InputError(f"until is {end:g} h; it must be finite and not before the last output time.")
    if not (np.isfinite(resolution) and resolution > 0.0):
        raise InputError(f"a resolution of {resolution:g} h is not possible; it is above 0 h.")
    if method not in METHODS:
        raise InputError(f"No method '{method}'. Methods: {', '.join(METHODS)}.")
    moments = np.asarray(changes, dtype=np.float64)
    if moments.ndim != 1 or np.any(np.diff(moments, prepend=0.0) <= 0.0):
        raise InputError("the hours at which covariates change rise, from above 0 h.", where="changes")
    if covariates.ndim == 2 and not len(moments):
        covariates = covariates[:, None, :]
    if covariates.shape != (len(parameters), len(moments) + 1, len(system.covariate_names)):
        wanted = f"({len(parameters)}, {len(moments) + 1}, {len(system.covariate_names)})"
        raise InputError(
            f"covariates have shape {covariates.shape}; {wanted} is needed, one row a person, and one an epoch in it."
        )
    if not len(parameters):
        raise InputError("there is nobody to follow; give parameters for at least one person.")
    if initial is not None:
        initial = checked_initial(system, initial, len(parameters))
    plan = lay_out_plan(
        system,
        (programme,) if isinstance(programme, Programme) else tuple(programme),
        rules,
        parameters=parameters,
        covariates=covariates,
        changes=moments,
        initial=initial,
        output_times=times,
        until=end,
        clock=clock,
        resolution=resolution,
        draws=draws,
    )
    how = Method(method, tolerances, threads)
    each = 8 * (len(plan.common) + len(times)) * (len(system.state_names) + 4)
    size = max(MEMORY // max(each, 1), 1)
    groups = [np.arange(first, min(first + size, plan.people)) for first in range(0, plan.people, size)]
    return _together(plan, times, groups, [_Walk(plan.of(group), how, len(times)).walk() for group in groups])


class _Walk:
    """Some people on their way; everything that is settled is kept here."""

    def __init__(self, plan: Plan, method: Method, outputs: int) -> None:
        self.plan, self.method = plan, method
        self.standing: Standing = stand_at_start(plan)
        self.diary = Diary()
        self.states = np.full((plan.people, outputs, len(plan.system.state_names)), np.nan)
        self.pieces: list[list[tuple[Indexes, Array, Array, Array]]] = [[] for _ in plan.programmes]
        self.doses: list[tuple[Indexes, Array, Indexes, Array]] = []
        self.changes: list[Changes] = []
        self.settings: tuple[str, dict[str, float]] = ("", {})
        self.notes: list[str] = []

    def walk(self) -> _Walk:
        """Follow everybody to the end."""
        while len(who := np.flatnonzero(~self.standing.done)):
            stretch = run_ahead(self.plan, self.standing, who, self.method)
            moments = first_moments(self.plan, self.standing, stretch, self.method)
            looks = further_looks(self.plan, self.standing, stretch, moments, self.method)
            if looks.times.size:
                stretch = run_ahead(self.plan, self.standing, who, self.method, looks.times)
                moments = first_moments(self.plan, self.standing, stretch, self.method)
            self.settings = (stretch.solution.method, dict(stretch.solution.tolerances))
            self.notes += [note for note in stretch.solution.notes if note not in self.notes]
            failed = self._fail(stretch, moments, looks.failures)
            self._keep(stretch, moments)
            self._advance(stretch, moments)
            acting = np.flatnonzero(moments.happens & ~failed)
            for place in acting.tolist():
                fired = np.flatnonzero(moments.fires[place]).tolist()
                act(self.plan, self.standing, self.diary, int(who[place]), fired, moments.values[place])
            after = self.standing.states[who[acting]]
            self.changes.append(Changes(who[acting], moments.time[acting], moments.states[acting], after))
            self.standing.done[who[~(moments.happens | moments.goes_on) | failed]] = True
            going = moments.goes_on & ~failed
            self.standing.near_time[who] = np.where(going[:, None], looks.last_time, -np.inf)
            self.standing.near_excess[who] = looks.last_excess
            look_on(self.plan, self.standing, who[acting], who[going])
        return self

    def _fail(self, stretch: Stretch, moments: Moments, unseen: Sequence[Failure]) -> NDArray[np.bool_]:
        """Write down who failed before anything happened to her, on her way or while it was looked at more closely."""
        failed = np.zeros(len(stretch.who), dtype=np.bool_)
        found = [*stretch.solution.failures, *moments.failures, *unseen]
        for failure in sorted(found, key=lambda each: each.time):
            place = failure.person
            to_the_end = not (moments.happens[place] or moments.goes_on[place])
            if not failed[place] and (to_the_end or failure.time <= moments.time[place]):
                failed[place] = True
                moments.time[place] = failure.time
                self.diary.failures.append((int(stretch.who[place]), failure.time, failure.reason))
        return failed

    def _keep(self, stretch: Stretch, moments: Moments) -> None:
        """Keep the output rows, the pump's rates and the doses up to each person's moment."""
        until = moments.time[:, None]
        shown = (stretch.kinds == OUTPUT) & (stretch.times <= until + SAME_MOMENT)
        person, row = np.nonzero(shown)
        self.states[stretch.who[person], stretch.numbers[person, row]] = stretch.states[person, row]
        changes = ((stretch.kinds == START) | (stretch.kinds == EDGE)) & (stretch.times < until)
        person, row = np.nonzero(changes)
        begin = stretch.times[person, row]
        last = np.append(person[1:] != person[:-1], True) if len(person) else np.zeros(0, dtype=np.bool_)
        end = np.where(last, moments.time[person], np.append(begin[1:], 0.0)[: len(begin)])
        lasting = end > begin
        rates = stretch.rates[person, np.minimum(row + 1, stretch.times.shape[1] - 1)]
        for pieces, rate in zip(self.pieces, rates.T, strict=True):
            pieces.append((stretch.who[person[lasting]], begin[lasting], end[lasting], rate[lasting]))
        place = np.arange(stretch.times.shape[1])
        person, row = np.nonzero((stretch.amounts > 0.0) & (place <= moments.row[:, None]) & (stretch.times <= until))
        number, amount = stretch.numbers[person, row], stretch.amounts[person, row]
        self.doses.append((stretch.who[person], stretch.times[person, row], number, amount))
        self.changes.append(_planned(self.plan, stretch, moments))

    def _advance(self, stretch: Stretch, moments: Moments) -> None:
        """Move everybody on to her moment."""
        who, standing = stretch.who, self.standing
        place = np.arange(stretch.times.shape[1])
        person, row = np.nonzero((stretch.kinds == BOLUS) & (place <= moments.row[:, None]))
        dose_of = self.plan.dose_of[stretch.numbers[person, row]] if len(person) else person
        passed = np.zeros((len(who), len(self.plan.programmes)), dtype=np.intp)
        np.add.at(passed, (person, dose_of), 1)
        clocks = [each.clock is Clock.WAITS for each in self.plan.programmes]
        standing.next_dose[who] += np.where((standing.mode[who] == HELD) & clocks, 0, passed)
        standing.time[who], standing.states[who], standing.armed[who] = moments.time, moments.states, moments.armed
        standing.read[who], standing.just[who] = moments.time, moments.fires

    def log(self) -> ActionLog:
        """Return the log, by person."""
        entries = sorted(self.diary.entries, key=lambda entry: entry.person)
        kinds = {"person": np.intp, "rule": np.intp, "dose": np.intp, "done": np.bool_}
        names = ("person", "time", "rule", "triggered", "value", "rate_before", "rate_after", "dose", "done")
        return ActionLog(
            **{
                name: np.array([getattr(entry, name) for entry in entries], dtype=kinds.get(name, np.float64))
                for name in names
            }
        )

    def given(self, programme: int) -> Given:
        """Return what was given by a programme, pieces of one rate joined."""
        plan = self.plan
        person, begin, end, rate = (np.concatenate(column) for column in zip(*self.pieces[programme], strict=True))
        order = np.lexsort((begin, person))
        person, begin, end, rate = person[order], begin[order], end[order], rate[order]
        opens = np.ones(len(person), dtype=np.bool_)
        opens[1:] = (person[1:] != person[:-1]) | (rate[1:] != rate[:-1])
        first = np.flatnonzero(opens)
        person, begin, rate, end = person[first], begin[first], rate[first], end[np.append(first[1:], len(end)) - 1]
        who, time, number, amount = (np.concatenate(column) for column in zip(*self.doses, strict=True))
        own = plan.dose_of[number] == programme if len(number) else np.zeros(0, dtype=np.bool_)
        who, time, number, amount = who[own], time[own], number[own], amount[own]
        if len(number):
            time = time - plan.dose_lags[who, number]
        extra = [item for item in self.diary.rescues if plan.rules[item[2]].programme == programme]
        rule = np.array([item[2] for item in extra], dtype=np.intp)
        doser = np.array([item[0] for item in extra], dtype=np.intp)
        rescue = np.array([dose.amount if (dose := plan.rules[index].rescue) else 0.0 for index in rule], dtype=float)
        people = np.concatenate([who, doser])
        entered = np.concatenate(
            [
                amount * plan.dose_factors[who, number] if len(who) else np.zeros(0),
                rescue * plan.rescue_factors[doser, rule] if len(rule) else np.zeros(0),
            ]
        )
        times = np.concatenate([time, [item[1] for item in extra]])
        order = np.lexsort((times, people))
        infused, dosed = np.zeros(plan.people), np.zeros(plan.people)
        np.add.at(infused, person, rate * (end - begin))
        np.add.at(dosed, people, entered)
        states = plan.dose_states[number] if len(number) else np.zeros(0, dtype=np.intp)
        return Given(
            person=person,
            begin=begin,
            end=end,
            rate=rate,
            dose_person=people[order],
            dose_time=times[order],
            dose_amount=np.concatenate([amount, rescue])[order],
            dose_rule=np.concatenate([np.full(len(who), -1, dtype=np.intp), rule])[order],
            dose_number=np.concatenate(
                [plan.dose_number[number] if len(number) else number, np.full(len(rule), -1, dtype=np.intp)]
            )[order],
            dose_state=np.concatenate([states, plan.rescue_states[rule]])[order],
            infused=infused * plan.pump_factors[:, programme],
            dosed=dosed,
        )


def _planned(plan: Plan, stretch: Stretch, moments: Moments) -> Changes:
    """Return where the programme changes what is given, up to each person's moment."""
    passed = np.arange(stretch.times.shape[1]) <= moments.row[:, None]
    coming = np.concatenate([stretch.rates[:, 1:], stretch.rates[:, -1:]], axis=1)
    bends = (stretch.kinds == EDGE) & (coming != stretch.rates).any(axis=2)
    person, row = np.nonzero(passed & (bends | (stretch.amounts > 0.0)))
    who, after = stretch.who[person], stretch.states[person, row]
    before = after.copy()
    dosed = np.flatnonzero(stretch.amounts[person, row] > 0.0)
    if len(dosed):
        number = stretch.numbers[person[dosed], row[dosed]]
        entered = stretch.amounts[person[dosed], row[dosed]] * plan.dose_factors[who[dosed], number]
        before[dosed, plan.dose_states[number]] -= entered
    return Changes(who, stretch.times[person, row], before, after)


def _together(plan: Plan, times: Array, groups: Sequence[Indexes], walks: Sequence[_Walk]) -> Followed:
    offsets = [int(group[0]) for group in groups]
    failures = [
        Failure(person + offset, time, reason)
        for walk, offset in zip(walks, offsets, strict=True)
        for person, time, reason in walk.diary.failures
    ]
    method, tolerances = walks[0].settings
    states = np.concatenate([walk.states for walk in walks])
    for failure in failures:
        states[failure.person, times >= failure.time] = np.nan
    return Followed(
        system=plan.system,
        programmes=plan.programmes,
        rules=plan.rules,
        parameters=plan.parameters,
        covariates=plan.covariates,
        changes=plan.changes,
        times=times,
        states=states,
        corners=joined([corners(walk.changes, times) for walk in walks], Corners, offsets),
        log=joined([walk.log() for walk in walks], ActionLog, offsets),
        each_given=tuple(
            joined([walk.given(place) for walk in walks], Given, offsets) for place in range(len(plan.programmes))
        ),
        failures=tuple(sorted(failures, key=lambda failure: failure.person)),
        method=method,
        tolerances=tolerances,
        notes=tuple(dict.fromkeys(note for walk in walks for note in walk.notes)),
    )
