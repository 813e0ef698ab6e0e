"""Timelines: the records of many people, checked, expanded and put in order."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.doses import add_transient, read_dose
from neurosteroid.engine.draft import Draft, record_rank
from neurosteroid.engine.epochs import CovariateRule, epochs_of
from neurosteroid.engine.records import Record
from neurosteroid.engine.sensitivity.motion import DraftSlopes, dose_slopes
from neurosteroid.engine.stacking import Group, stacked
from neurosteroid.engine.steady import SteadyDoses, add_steady
from neurosteroid.engine.system import System
from neurosteroid.engine.timetable import Timeline, assemble, join_timelines
from neurosteroid.errors import EventError, InputError

if TYPE_CHECKING:
    from neurosteroid.engine.sensitivity.differential import Differential

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]
Schedule = Sequence[Record]


def build_timelines(
    system: System,
    schedules: Schedule | Sequence[Schedule],
    parameters: Array,
    covariates: Array,
    output_times: Array | Sequence[float] = (),
    *,
    covariate_rule: CovariateRule = "nocb",
    start: float | Array | None = None,
    differential: Differential | None = None,
) -> Timeline:
    """Turn records into timelines.

    Args:
        system: whose states are dosed.
        schedules: one list of records that all P people share (amounts may be arrays (P,)), or P lists.
            People whose lists are the same object, or differ only in amounts, rates, durations and values of
            covariates, are expanded together.
        parameters: (P, m).
        covariates: (P, k) values where no record says otherwise; NaN where records must.
        output_times: (T,) for everybody or (P, T), h, not decreasing; a row shows the states after everything that
            happens at its time.
        covariate_rule: see `CovariateRule`.
        start: time of the initial values, h, for everybody or one per person (P,); by default each person's first
            record or output time.
        differential: of the system by the parameters for which the timeline gets slopes, None for none.

    Raises:
        EventError: a record without meaning for this system; the message names its row and the reason.
        InputError: shapes or output times that do not fit.
    """
    parameters, covariates = np.asarray(parameters, float), np.asarray(covariates, float)
    people = len(parameters)
    times = _output_times(output_times, people)
    if start is not None and np.shape(start) not in ((), (people,)):
        raise InputError(f"start has shape {np.shape(start)}; give one time for everybody or ({people},).")
    if covariates.shape != (people, len(system.covariate_names)):
        wanted = f"({people}, {len(system.covariate_names)})"
        raise InputError(f"covariates have shape {covariates.shape}; {wanted} is needed, one row a person.")
    groups = _groups(schedules, people)

    def build(groups: Sequence[Group]) -> Timeline:
        parts = []
        for records, members in groups:
            # a list of positions makes copies; everybody in order needs none
            who = slice(None) if len(members) == people else members
            own = times if times.ndim == 1 else times[who]
            begin = start if start is None or np.ndim(start) == 0 else np.asarray(start, float)[who]
            given = (parameters[who], covariates[who], own, covariate_rule, begin, differential)
            parts.append(_build(system, records, *given))
        return parts[0] if len(parts) == 1 else join_timelines(parts, [members for _, members in groups], people)

    together = stacked(groups)
    if len(together) == len(groups):
        return build(groups)
    try:
        return build(together)
    except EventError:
        # said once more by the person's own records, so that the message names her row
        return build(groups)


def _build(
    system: System,
    records: Schedule,
    parameters: Array,
    baseline: Array,
    times: Array,
    rule: CovariateRule,
    start: float | Array | None,
    differential: Differential | None,
) -> Timeline:
    """Return the timeline of G people who share a schedule, numbered 0 to G - 1."""
    people = len(parameters)
    _check_records(records, people)
    epochs = epochs_of(system.covariate_names, baseline, records, rule)
    draft = Draft(people, times, slopes=None if differential is None else DraftSlopes(differential.count))
    horizon = max([*(record.time for record in records[-1:]), *times[..., -1:].flat], default=0.0)
    moments: dict[int, int] = {}
    steady: list[tuple[int, SteadyDoses]] = []
    for position, record in enumerate(records):
        if record.makes_row or record.is_reset or record.steady_state or position in epochs.breaks:
            moments[position] = draft.add(record.time, record_rank(position))
        if record.is_dose:
            epoch = epochs.of_record(position)
            stopper = _stopper(records, position)
            dose = read_dose(system, record, position, stopper, parameters, epochs.values[:, epoch])
            dose.require_lasting(horizon)
            if differential is not None:
                found = dose_slopes(differential, record, dose.is_infusion, parameters, epochs.values[:, epoch])
                dose = replace(dose, slopes=found)
            if record.steady_state:
                steady.append((moments[position], add_steady(draft, dose, moments[position], epoch, horizon)))
            else:
                add_transient(draft, dose, horizon)
    begin = _begin(records, times, start, people)
    return assemble(draft, begin, records, epochs, moments=moments, steady=steady)


def _begin(records: Schedule, times: Array, start: float | Array | None, people: int) -> Array:
    """Return (G,) the time of the initial values, h."""
    firsts = [record.time for record in records[:1]] + ([times[..., 0]] if times.shape[-1] else [])
    first = functools.reduce(np.minimum, firsts) if firsts else 0.0
    if start is not None:
        begin = np.asarray(start, float)
        if not np.all(finite := np.isfinite(begin)):
            raise InputError(f"start is {float(begin[~finite][0]):g} h; it must be a finite time.")
        if firsts and np.any(early := first < begin):
            person = int(np.argmax(np.broadcast_to(early, (people,))))
            latest, seen = (float(np.broadcast_to(item, (people,))[person]) for item in (begin, first))
            raise InputError(f"start is {latest:g} h, but there is a record or output time at {seen:g} h.")
        first = begin
    return np.broadcast_to(np.asarray(first, dtype=np.float64), (people,))


def own_schedules(schedules: Schedule | Sequence[Schedule], people: int) -> list[Schedule] | None:
    """Return the schedules of P people who have one each, None when all share one.

    Raises:
        InputError: their number is not that of the people, or records stand beside lists of records.
    """
    lists = [item for item in schedules if not isinstance(item, Record)]
    if not lists:
        return None
    if len(lists) < len(schedules):
        raise InputError("records and lists of records stand side by side; give one list of records, or only lists.")
    if len(lists) != people:
        raise InputError(f"{len(lists)} schedules for {people} people; give one list of records for all, or one each.")
    return lists


def _groups(schedules: Schedule | Sequence[Schedule], people: int) -> list[tuple[Schedule, Indexes]]:
    """Return each distinct schedule with the people who follow it."""
    lists = own_schedules(schedules, people)
    if lists is None:
        return [([item for item in schedules if isinstance(item, Record)], np.arange(people))]
    found: dict[int, tuple[Schedule, list[int]]] = {}
    for person, records in enumerate(lists):
        found.setdefault(id(records), (records, []))[1].append(person)
    return [(records, np.array(members)) for records, members in found.values()]


def _output_times(output_times: Array | Sequence[float], people: int) -> Array:
    times = np.asarray(output_times, dtype=np.float64)
    if times.ndim not in (1, 2) or (times.ndim == 2 and len(times) != people):
        raise InputError(f"output times have shape {times.shape}; give (T,) for everybody or ({people}, T).")
    if not np.all(np.isfinite(times)) or np.any(np.diff(times, axis=-1) < 0.0):
        raise InputError("output times must be finite and must not decrease.")
    return times


def _check_records(records: Schedule, people: int) -> None:
    """Refuse times that go back, and arrays that are not one value a person."""
    for earlier, later in itertools.pairwise(records):
        if later.time < earlier.time:
            raise later.refuse(
                f"time goes back from {earlier.time:g} h. Sort the records; a new occasion that starts its clock again"
                " needs later times, or a person of its own."
            )
    for record in records:
        fields = {"amount": record.amount, "rate": record.rate, **(record.covariates or {})}
        fields |= {} if record.duration is None else {"duration": record.duration}
        for name, value in fields.items():
            if np.ndim(value) and np.shape(value) != (people,):
                raise record.refuse(f"{name} has shape {np.shape(value)}, but {people} people share this schedule.")


def _stopper(records: Schedule, position: int) -> tuple[float, int]:
    """Return time and position of the next record that cancels what this one has set going, or (inf, -1)."""
    for later in range(position + 1, len(records)):
        if records[later].cancels:
            return records[later].time, later
    return np.inf, -1


__all__ = ["Schedule", "Timeline", "build_timelines", "own_schedules"]
