"""Timetables: moments in order, as padded arrays that solvers walk through step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.draft import Draft, lay_out
from neurosteroid.engine.epochs import Epochs
from neurosteroid.engine.records import Record
from neurosteroid.engine.sensitivity.motion import TimelineSlopes, join_slopes, lay_out_slopes
from neurosteroid.engine.steady import SteadyDoses, join_steady
from neurosteroid.engine.system import System

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]


@final
@dataclass(frozen=True, eq=False)
class Timeline:
    """What happens to P people in K steps; each step is a stretch of time and then an action at its end.

    The order at the end of a step is reset, steady state, bolus. People with fewer steps are padded with empty ones.

    Attributes:
        start: (P,) h, where the states have their initial values.
        start_epoch: (P,) whose covariates hold there.
        times: (P, K) h, ends of the steps, not decreasing.
        inputs: indexes of the q states that receive doses.
        rates: (P, K + 1, q) infusion rate during each step, and after the last one; state unit per h.
        boluses: (P, K, q) amount added at the end of each step.
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
    rates: Array
    boluses: Array
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

    @property
    def spans(self) -> Array:
        """(P, K) length of each step, h."""
        return np.diff(self.times, axis=1, prepend=self.start[:, None])

    @property
    def mask(self) -> NDArray[np.bool_]:
        """(P, R) which rows are real."""
        return self.row_step >= 0

    @property
    def row_times(self) -> Array:
        """(P, R) h, NaN where padded."""
        return np.where(self.mask, np.take_along_axis(self.times, np.maximum(self.row_step, 0), axis=1), np.nan)


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
    everyone = np.arange(people)
    place = np.broadcast_to(layout.places, (people, steps))
    inputs = tuple(sorted({bolus[1] for bolus in draft.boluses} | {infusion[2] for infusion in draft.infusions}))
    column = {state: index for index, state in enumerate(inputs)}
    boluses = np.zeros((people, steps, len(inputs)))
    for moment, state, amount in draft.boluses:
        boluses[everyone, place[:, moment], column[state]] += amount
    rates = np.zeros((people, steps + 1, len(inputs)))
    for first, last, state, rate in draft.infusions:
        _add_rate(rates[:, :, column[state]], layout.places[:, first], layout.places[:, last], rate)
    reset = np.full((people, steps), -1, dtype=np.intp)
    for position, moment in moments.items():
        if records[position].is_reset:
            reset[everyone, place[:, moment]] = epochs.of_record(position)
    steady_index = np.full((people, steps), -1, dtype=np.intp)
    for number, (moment, _) in enumerate(steady):
        steady_index[everyone, place[:, moment]] = number * people + everyone
    # A step lies in the epoch that follows the breaks before its end.
    broken = np.sort(layout.places[:, [moments[position] for position in epochs.breaks]], axis=1)
    epoch = (broken[:, None, :] < np.arange(steps)[None, :, None]).sum(axis=2)
    times = draft.outputs
    outputs = range(len(draft.times), len(draft.times) + times.shape[-1])
    rows = [position for position, record in enumerate(records) if record.makes_row]
    row_moments = np.array([*(moments[position] for position in rows), *outputs], dtype=np.intp)
    in_order = np.argsort(place[:, row_moments], axis=1)
    kinds = np.broadcast_to(row_moments, (people, len(row_moments)))
    at_outputs = np.broadcast_to(epochs.at_times(times), (people, times.shape[-1]))
    at_records = np.array([epochs.of_record(position) for position in rows], dtype=np.intp)
    row_epoch = np.concatenate([np.broadcast_to(at_records, (people, len(rows))), at_outputs], axis=1)
    row_output = np.array([*(-1 for _ in rows), *range(len(outputs))], dtype=np.intp)
    row_record = np.array([*rows, *(-1 for _ in outputs)], dtype=np.intp)
    return Timeline(
        start=begin,
        start_epoch=epochs.at_times(begin),
        times=np.broadcast_to(layout.times, (people, steps)),
        inputs=inputs,
        rates=rates,
        boluses=boluses,
        reset=reset,
        steady=steady_index,
        steady_doses=join_steady([part for _, part in steady]),
        epoch=np.broadcast_to(epoch, (people, steps)).astype(np.intp),
        covariates=epochs.values,
        row_step=np.take_along_axis(np.take_along_axis(place, kinds, axis=1), in_order, axis=1),
        row_epoch=np.take_along_axis(row_epoch, in_order, axis=1).astype(np.intp),
        row_output=row_output[in_order],
        row_record=row_record[in_order],
        slopes=lay_out_slopes(draft, layout.places, inputs),
    )


def _add_rate(rates: Array, first: Indexes, last: Indexes, rate: float | Array) -> None:
    """Add an infusion to (G, K + 1) rates in the steps after place `first`, up to place `last`.

    Rates are summed over the infusions that run, never subtracted, so nothing is left when the last one has ended.
    """
    low, high = int(first.min()) + 1, int(last.max()) + 1
    if len(first) == 1:
        rates[:, low:high] += np.asarray(rate)[..., None] if np.ndim(rate) else rate
        return
    steps = np.arange(low, high)
    running = (steps > first[:, None]) & (steps <= last[:, None])
    rates[:, low:high] += running * (np.asarray(rate)[..., None] if np.ndim(rate) else rate)


def join_timelines(parts: Sequence[Timeline], members: Sequence[Indexes], people: int) -> Timeline:
    """Put the timelines of several groups into one batch, padded to the longest."""
    steps = max(part.times.shape[1] for part in parts)
    rows = max(part.row_step.shape[1] for part in parts)
    epochs = max(part.covariates.shape[1] for part in parts)
    inputs = tuple(sorted({state for part in parts for state in part.inputs}))
    start, start_epoch = np.zeros(people), np.zeros(people, dtype=np.intp)
    times = np.zeros((people, steps))
    rates, boluses = np.zeros((people, steps + 1, len(inputs))), np.zeros((people, steps, len(inputs)))
    reset, steady = (np.full((people, steps), -1, dtype=np.intp) for _ in range(2))
    epoch = np.zeros((people, steps), dtype=np.intp)
    covariates = np.zeros((people, epochs, parts[0].covariates.shape[2]))
    row_step, row_epoch, row_output, row_record = (
        np.full((people, rows), fill, dtype=np.intp) for fill in (-1, 0, -1, -1)
    )
    doses: list[SteadyDoses] = []
    offset = 0
    for part, who in zip(parts, members, strict=True):
        count, shown, kept = part.times.shape[1], part.row_step.shape[1], part.covariates.shape[1]
        columns = np.array([inputs.index(state) for state in part.inputs], dtype=np.intp)
        start[who], start_epoch[who] = part.start, part.start_epoch
        times[who, :count] = part.times
        times[who, count:] = part.times[:, -1:] if count else part.start[:, None]
        for target, source in ((rates, part.rates), (boluses, part.boluses)):
            target[np.ix_(who, np.arange(source.shape[1]), columns)] = source
        reset[who, :count] = part.reset
        steady[who, :count] = np.where(part.steady >= 0, part.steady + offset, -1)
        offset += len(part.steady_doses)
        doses.append(replace(part.steady_doses, person=who[part.steady_doses.person]))
        epoch[who, :count], epoch[who, count:] = part.epoch, kept - 1
        covariates[who, :kept], covariates[who, kept:] = part.covariates, part.covariates[:, -1:]
        row_step[who, :shown], row_epoch[who, :shown] = part.row_step, part.row_epoch
        row_output[who, :shown], row_record[who, :shown] = part.row_output, part.row_record
    return Timeline(
        start=start,
        start_epoch=start_epoch,
        times=times,
        inputs=inputs,
        rates=rates,
        boluses=boluses,
        reset=reset,
        steady=steady,
        steady_doses=join_steady(doses),
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
