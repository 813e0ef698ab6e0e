"""Timetables: moments in order, as padded arrays that solvers walk through step by step."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.draft import Draft, lay_out
from neurosteroid.engine.epochs import Epochs
from neurosteroid.engine.records import Record
from neurosteroid.engine.sensitivity.motion import TimelineSlopes, join_slopes, lay_out_slopes
from neurosteroid.engine.steady import SteadyDoses, chosen_steady, join_steady
from neurosteroid.engine.system import System

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]
Kind = TypeVar("Kind", bound=np.generic)


@final
@dataclass(frozen=True, eq=False)
class Timeline:
    """What happens to P people in K steps; each step is a stretch of time and then an action at its end.

    The order at the end of a step is reset, steady state, bolus. People with fewer steps are padded with empty ones.
    What all people share is held once, as a read-only array whose rows are one row (its first stride is 0), so the
    memory of people who share a schedule does not grow with its length.

    Attributes:
        start: (P,) h, where the states have their initial values.
        start_epoch: (P,) whose covariates hold there.
        times: (P, K) h, ends of the steps, not decreasing.
        inputs: indexes of the q states that receive doses.
        levels: (P, L, q) infusion rates that occur; state unit per h. Any strides.
        level: (P, K + 1) index into `levels` during each step, and after the last one.
        doses: (P, B, q) amounts that are added at once.
        dose: (P, K) index into `doses` at the end of each step, -1 for none.
        reset: (P, K) the epoch of the initial values to which the states return, -1 for no reset.
        steady: (P, K) index into `steady_doses`, -1 for none.
        steady_doses: the regimens.
        epoch: (P, K) index into `covariates` during each step.
        covariates: (P, E, k) values in each epoch.
        row_step: (P, R) the step whose end each row of output shows; -1 pads.
        row_epoch: (P, R) the epoch whose covariates each row shows.
        row_output: (P, R) index into the requested output times, -1 for rows that records made.
        row_record: (P, R) position in the person's records, -1 for requested output times.
        initial: (P, n) states at `start`, or None for the system's own; a reset returns to the system's own.
        slopes: derivatives of all this by parameters, when sensitivities are asked for.
    """

    start: Array
    start_epoch: Indexes
    times: Array
    inputs: tuple[int, ...]
    levels: Array
    level: Indexes
    doses: Array
    dose: Indexes
    reset: Indexes
    steady: Indexes
    steady_doses: SteadyDoses
    epoch: Indexes
    covariates: Array
    row_step: Indexes
    row_epoch: Indexes
    row_output: Indexes
    row_record: Indexes
    initial: Array | None = None
    slopes: TimelineSlopes | None = None

    @functools.cached_property
    def rates(self) -> Array:
        """(P, K + 1, q) infusion rate during each step, and after the last one; state unit per h."""
        one = one_for_all(self.levels, self.level)
        return for_all(np.take_along_axis(self.levels[one], self.level[one, :, None], axis=1), len(self.level))

    @functools.cached_property
    def boluses(self) -> Array:
        """(P, K, q) amount added at the end of each step."""
        one = one_for_all(self.doses, self.dose)
        doses = self.doses[one]
        given = np.concatenate([np.zeros((len(doses), 1, doses.shape[2])), doses], axis=1)
        return for_all(np.take_along_axis(given, self.dose[one, :, None] + 1, axis=1), len(self.dose))

    @functools.cached_property
    def spans(self) -> Array:
        """(P, K) length of each step, h."""
        one = one_for_all(self.times, self.start)
        return for_all(np.diff(self.times[one], axis=1, prepend=self.start[one, None]), len(self.times))

    @functools.cached_property
    def mask(self) -> NDArray[np.bool_]:
        """(P, R) which rows are real."""
        one = one_for_all(self.row_step)
        return for_all(np.asarray(self.row_step[one] >= 0), len(self.row_step))

    @functools.cached_property
    def row_times(self) -> Array:
        """(P, R) h, NaN where padded."""
        one = one_for_all(self.times, self.row_step)
        shown = self.row_step[one]
        found = np.take_along_axis(self.times[one], np.maximum(shown, 0), axis=1)
        return for_all(np.where(shown >= 0, found, np.nan), len(self.times))

    def part(self, people: slice) -> Timeline:
        """Return the timeline of some of the people, numbered from 0, without slopes; mostly views."""
        first, stop, _ = people.indices(len(self.start))
        arrays = {
            name: getattr(self, name)[first:stop] for name in self.__dataclass_fields__ if name not in _NOT_BY_PERSON
        }
        arrays["initial"] = None if self.initial is None else self.initial[first:stop]
        doses = self.steady_doses
        if len(doses):
            kept = np.flatnonzero((doses.person >= first) & (doses.person < stop))
            number = np.full(len(doses) + 1, -1, dtype=np.intp)
            number[kept] = np.arange(len(kept))
            # index -1 (none) reads the last entry, which is -1
            arrays["steady"] = number[arrays["steady"]]
            doses = chosen_steady(doses, kept)
            doses = replace(doses, person=doses.person - first)
        return Timeline(**arrays, inputs=self.inputs, steady_doses=doses)


_NOT_BY_PERSON = ("inputs", "steady_doses", "initial", "slopes")


def one_for_all(*arrays: NDArray[Kind] | Array | Indexes) -> slice:
    """Return the rows that have to be looked at: the first one if in every array all people share it."""
    return slice(0, 1) if all(array.strides[0] == 0 for array in arrays) else slice(None)


def for_all(array: NDArray[Kind], people: int) -> NDArray[Kind]:
    """Return an array with a row for each of the people; one row is shown to all without being copied."""
    return np.broadcast_to(array, (people, *array.shape[1:])) if len(array) != people or people == 1 else array


def starting_from(timeline: Timeline, states: Array) -> Timeline:
    """Return a timeline that begins with given states (P, n) instead of the system's initial values.

    The beginning becomes an epoch of its own, with the covariates that hold there, so that resets find the system's
    initial values in theirs.
    """
    people, epochs, _ = timeline.covariates.shape
    here = timeline.covariates[np.arange(people), timeline.start_epoch]
    return replace(
        timeline,
        start_epoch=np.full(people, epochs, dtype=np.intp),
        covariates=np.concatenate([timeline.covariates, here[:, None, :]], axis=1),
        initial=states,
    )


def initial_states(system: System, timeline: Timeline, parameters: Array) -> Array:
    """Return the states at the beginning of each epoch (P, E, n): given ones where the timeline has them."""
    people, epochs, _ = timeline.covariates.shape
    found = system.initial(np.repeat(parameters, epochs, axis=0), timeline.covariates.reshape(people * epochs, -1))
    states = np.array(found, dtype=np.float64).reshape(people, epochs, len(system.state_names))
    if timeline.initial is not None:
        states[np.arange(people), timeline.start_epoch] = timeline.initial
    return states


def assemble(
    draft: Draft,
    begin: Array,
    records: Sequence[Record],
    epochs: Epochs,
    *,
    moments: Mapping[int, int],
    steady: Sequence[tuple[int, SteadyDoses]],
) -> Timeline:
    """Put the moments of a draft into arrays, in the order in which each person meets them.

    Args:
        draft: of G people who share a schedule.
        begin: (G,) time of the initial values, h.
        records: the schedule.
        epochs: its covariates.
        moments: record position to moment, for records that act on the states or make a row.
        steady: moment and regimens of the steady-state records.
    """
    layout = lay_out(draft)
    people, steps = draft.people, layout.times.shape[1]
    # (W, K): one row where the order of moments is the same for all
    place = layout.places
    ways = np.arange(len(place))
    inputs = tuple(sorted({bolus[1] for bolus in draft.boluses} | {infusion[2] for infusion in draft.infusions}))
    doses, dose = _given_at_once(draft, place, inputs)
    levels, level = _given_over_time(draft, place, inputs)
    reset = np.full((len(place), steps), -1, dtype=np.intp)
    for position, moment in moments.items():
        if records[position].is_reset:
            reset[ways, place[:, moment]] = epochs.of_record(position)
    steady_index = np.full((people if steady else 1, steps), -1, dtype=np.intp)
    for number, (moment, _) in enumerate(steady):
        everyone = np.arange(people)
        steady_index[everyone, np.broadcast_to(place[:, moment], people)] = number * people + everyone
    # A step lies in the epoch that follows the breaks before its end.
    broken = np.sort(place[:, [moments[position] for position in epochs.breaks]], axis=1)
    epoch = (broken[:, None, :] < np.arange(steps)[None, :, None]).sum(axis=2, dtype=np.intp)
    times = np.atleast_2d(draft.outputs)[: len(place)]
    outputs = range(len(draft.times), len(draft.times) + times.shape[-1])
    rows = [position for position, record in enumerate(records) if record.makes_row]
    row_moments = np.array([*(moments[position] for position in rows), *outputs], dtype=np.intp)
    row_place = place[:, row_moments]
    in_order = np.argsort(row_place, axis=1)
    at_outputs = np.broadcast_to(epochs.at_times(times), (len(place), times.shape[-1]))
    at_records = np.array([epochs.of_record(position) for position in rows], dtype=np.intp)
    row_epoch = np.concatenate([np.broadcast_to(at_records, (len(place), len(rows))), at_outputs], axis=1)
    row_output = np.array([*(-1 for _ in rows), *range(len(outputs))], dtype=np.intp)
    row_record = np.array([*rows, *(-1 for _ in outputs)], dtype=np.intp)
    return Timeline(
        start=begin,
        start_epoch=for_all(epochs.at_times(begin[one_for_all(begin)]), people),
        times=for_all(layout.times, people),
        inputs=inputs,
        levels=for_all(levels, people),
        level=for_all(level, people),
        doses=for_all(doses, people),
        dose=for_all(dose, people),
        reset=for_all(reset, people),
        steady=for_all(steady_index, people),
        steady_doses=join_steady([part for _, part in steady]),
        epoch=for_all(epoch, people),
        covariates=epochs.values,
        row_step=for_all(np.take_along_axis(row_place, in_order, axis=1), people),
        row_epoch=for_all(np.take_along_axis(row_epoch, in_order, axis=1).astype(np.intp), people),
        row_output=for_all(row_output[in_order], people),
        row_record=for_all(row_record[in_order], people),
        slopes=lay_out_slopes(draft, layout.places, inputs),
    )


def _given_at_once(draft: Draft, place: Indexes, inputs: Sequence[int]) -> tuple[Array, Indexes]:
    """Return the boluses (G or 1, B, q), and which one the end of each step brings (W, K), -1 for none."""
    varied = any(np.ndim(amount) for _, _, amount in draft.boluses)
    doses = np.zeros((draft.people if varied else 1, len(draft.boluses), len(inputs)))
    dose = np.full(place.shape, -1, dtype=np.intp)
    for number, (moment, state, amount) in enumerate(draft.boluses):
        doses[:, number, inputs.index(state)] = amount
        dose[np.arange(len(place)), place[:, moment]] = number
    return doses, dose


def _given_over_time(draft: Draft, place: Indexes, inputs: Sequence[int]) -> tuple[Array, Indexes]:
    """Return the infusion rates that occur (G or 1, L, q), and which one runs in each step (W, K + 1).

    A new level begins where an infusion begins or ends. Rates are summed over the infusions that run, never
    subtracted, so nothing is left when the last one has ended.
    """
    infusions = draft.infusions
    first = place[:, [infusion[0] for infusion in infusions]]
    last = place[:, [infusion[1] for infusion in infusions]]
    # (W, L): the step with which each level begins; an infusion runs in the steps after `first` and up to `last`
    begins = np.sort(np.concatenate([np.zeros((len(place), 1), dtype=np.intp), first + 1, last + 1], axis=1), axis=1)
    if len(place) == 1:
        return _levels_in_common(draft, first[0], last[0], place.shape[1], inputs)
    opens = np.zeros((len(place), place.shape[1] + 2), dtype=np.intp)
    np.add.at(opens, (np.arange(len(place))[:, None], begins), 1)
    level = np.cumsum(opens[:, : place.shape[1] + 1], axis=1) - 1
    levels = np.zeros((draft.people, begins.shape[1], len(inputs)))
    for number, (_, _, state, rate) in enumerate(infusions):
        running = (begins > first[:, number, None]) & (begins <= last[:, number, None])
        levels[:, :, inputs.index(state)] += running * (np.asarray(rate)[..., None] if np.ndim(rate) else rate)
    return levels, level


def _levels_in_common(
    draft: Draft, first: Indexes, last: Indexes, steps: int, inputs: Sequence[int]
) -> tuple[Array, Indexes]:
    """Return rates (G or 1, L, q) and which one runs (1, K + 1) when all people have the same steps.

    Steps in which the same infusions run have one level. The rates of one level lie together in memory.
    """
    infusions, numbers = draft.infusions, np.arange(steps + 1)
    running = (numbers[:, None] > first) & (numbers[:, None] <= last)
    sets, level = np.unique(running, axis=0, return_inverse=True)
    varied = any(np.ndim(rate) for *_, rate in infusions)
    levels = np.zeros((len(sets), len(inputs), draft.people if varied else 1))
    for rates, together in zip(levels, sets, strict=True):
        filled: set[int] = set()
        for number in np.flatnonzero(together):
            _, _, state, rate = infusions[int(number)]
            column = inputs.index(state)
            rates[column] = rates[column] + rate if column in filled else rate
            filled.add(column)
    return np.moveaxis(levels, 2, 0), level.reshape(1, -1)


def join_timelines(parts: Sequence[Timeline], members: Sequence[Indexes], people: int) -> Timeline:
    """Put the timelines of several groups into one batch, padded to the longest."""
    steps = max(part.times.shape[1] for part in parts)
    rows = max(part.row_step.shape[1] for part in parts)
    epochs = max(part.covariates.shape[1] for part in parts)
    inputs = tuple(sorted({state for part in parts for state in part.inputs}))
    start, start_epoch = np.zeros(people), np.zeros(people, dtype=np.intp)
    times = np.zeros((people, steps))
    # the last level and no dose stand where a person's own steps have ended
    levels = np.zeros((people, max(part.levels.shape[1] for part in parts) + 1, len(inputs)))
    level = np.full((people, steps + 1), levels.shape[1] - 1, dtype=np.intp)
    doses = np.zeros((people, max(part.doses.shape[1] for part in parts), len(inputs)))
    dose = np.full((people, steps), -1, dtype=np.intp)
    reset, steady = (np.full((people, steps), -1, dtype=np.intp) for _ in range(2))
    epoch = np.zeros((people, steps), dtype=np.intp)
    covariates = np.zeros((people, epochs, parts[0].covariates.shape[2]))
    row_step, row_epoch, row_output, row_record = (
        np.full((people, rows), fill, dtype=np.intp) for fill in (-1, 0, -1, -1)
    )
    regimens: list[SteadyDoses] = []
    offset = 0
    for part, who in zip(parts, members, strict=True):
        count, shown, kept = part.times.shape[1], part.row_step.shape[1], part.covariates.shape[1]
        columns = np.array([inputs.index(state) for state in part.inputs], dtype=np.intp)
        start[who], start_epoch[who] = part.start, part.start_epoch
        times[who, :count] = part.times
        times[who, count:] = part.times[:, -1:] if count else part.start[:, None]
        for target, source in ((levels, part.levels), (doses, part.doses)):
            target[np.ix_(who, np.arange(source.shape[1]), columns)] = source
        level[who, : count + 1], dose[who, :count] = part.level, part.dose
        reset[who, :count] = part.reset
        steady[who, :count] = np.where(part.steady >= 0, part.steady + offset, -1)
        offset += len(part.steady_doses)
        regimens.append(replace(part.steady_doses, person=who[part.steady_doses.person]))
        epoch[who, :count], epoch[who, count:] = part.epoch, kept - 1
        covariates[who, :kept], covariates[who, kept:] = part.covariates, part.covariates[:, -1:]
        row_step[who, :shown], row_epoch[who, :shown] = part.row_step, part.row_epoch
        row_output[who, :shown], row_record[who, :shown] = part.row_output, part.row_record
    return Timeline(
        start=start,
        start_epoch=start_epoch,
        times=times,
        inputs=inputs,
        levels=levels,
        level=level,
        doses=doses,
        dose=dose,
        reset=reset,
        steady=steady,
        steady_doses=join_steady(regimens),
        epoch=epoch,
        covariates=covariates,
        row_step=row_step,
        row_epoch=row_epoch,
        row_output=row_output,
        row_record=row_record,
        slopes=join_slopes(
            [part.slopes for part in parts], members, [part.inputs for part in parts], inputs, (people, steps)
        ),
    )
