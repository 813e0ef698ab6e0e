"""Doses: one dosing record becomes boluses and infusions, with lag, bioavailability and further doses."""

from __future__ import annotations

import difflib
import functools
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.draft import GENERATED, LAST, Draft, record_rank, same_time, shared
from neurosteroid.engine.records import DURATION_FROM_MODEL, RATE_FROM_MODEL, Record
from neurosteroid.engine.sensitivity.motion import DoseSlopes
from neurosteroid.engine.system import System

Array = NDArray[np.float64]
Truth = bool | np.bool_ | NDArray[np.bool_]


@final
@dataclass(frozen=True, eq=False)
class Dose:
    """A dosing record with the properties of its state put in; each number is shared or one per person (G,).

    Attributes:
        record: where it came from.
        position: of the record in its list.
        state: index of the dosed state, or -1 (no dose: the undosed steady state).
        amount: what reaches the state, bioavailability * AMT.
        rate: state unit per h; 0 for a bolus.
        duration: h; 0 for a bolus.
        lag: h.
        stop: time at which a later reset or SS=1 cancels it, h.
        stop_position: position of that later record.
        slopes: derivatives of amount, rate, duration and lag, when sensitivities are asked for.
    """

    record: Record
    position: int
    state: int
    amount: float | Array
    rate: float | Array
    duration: float | Array
    lag: float | Array
    stop: float
    stop_position: int
    slopes: DoseSlopes | None = None

    @functools.cached_property
    def is_infusion(self) -> bool:
        """Whether it is given over time, if anything is given at all."""
        return bool(np.any(np.asarray(self.duration) > 0.0) or np.any(np.asarray(self.rate) > 0.0))

    def require_lasting(self, horizon: float) -> None:
        """Refuse an infusion whose beginning and end would be one time among times up to the horizon (h).

        Raises:
            EventError: naming the record and the duration.
        """
        shortest = float(np.max(same_time(horizon, self.record.time, self.record.interval)))
        lasting = np.atleast_1d(self.duration)
        if np.any(short := (lasting > 0.0) & (lasting <= shortest)):
            raise self.record.refuse(
                f"the infusion lasts {lasting[np.argmax(short)]:g} h; times closer than {shortest:g} h count as one"
                " here. Give it as a bolus (rate 0), or correct amount, rate or duration."
            )


def read_dose(
    system: System, record: Record, position: int, stopper: tuple[float, int], parameters: Array, covariates: Array
) -> Dose:
    """Return what a dosing record gives to G people.

    Args:
        system: whose states are dosed and whose parts may give dose properties.
        record: of EVID 1 or 4.
        position: of the record in its list.
        stopper: time and position of the later record that cancels it, (inf, -1) if none.
        parameters: (G, m).
        covariates: (G, k) at the record.

    Raises:
        EventError: an unknown state, a property that the record needs and nobody gives, or one without meaning.
    """
    _require_steady_state_allowed(system, record)
    if record.state is None:
        return Dose(record, position, -1, 0.0, 0.0, 0.0, 0.0, *stopper)
    state = state_index(system, record)

    def given(name: str, default: float | None, *, above_zero: bool = False) -> float | Array:
        found = system.dose_property(str(record.state), name, parameters, covariates)
        if found is not None:
            value = shared(found)
        elif default is not None:
            value = default
        else:
            raise record.refuse(
                f"RATE={record.rate:g} takes '{record.state}.{name}' from the model, but no part gives it."
                " Add a part that does, or give the rate or duration on the record."
            )
        low = np.asarray(value) <= 0.0 if above_zero else np.asarray(value) < 0.0
        if np.any(low) or not np.all(np.isfinite(value)):
            person = int(np.argmax(np.atleast_1d(low | ~np.isfinite(value))))
            bad = np.atleast_1d(value)[person]
            least = "above 0" if above_zero else "0 or more"
            raise record.refuse(
                f"'{record.state}.{name}' is {bad:g} for person {person} of this schedule; it must be {least}."
            )
        return value

    lag = given("lag", 0.0)
    if record.is_constant_infusion:
        constant = given("infusion_rate", None, above_zero=True) if _codes(record, RATE_FROM_MODEL) else record.rate
        return Dose(record, position, state, 0.0, constant, 0.0, 0.0, *stopper)
    fraction = given("bioavailability", 1.0)
    amount = record.amount if isinstance(fraction, float) and fraction == 1.0 else np.multiply(fraction, record.amount)
    rate: float | Array = 0.0
    duration: float | Array = 0.0
    if record.duration is not None:
        duration = record.duration
        rate = np.asarray(amount) / np.asarray(duration)
    elif _codes(record, DURATION_FROM_MODEL):
        duration = given("infusion_duration", None, above_zero=True)
        rate = np.asarray(amount) / np.asarray(duration)
    elif np.any(np.asarray(record.rate) != 0.0):
        rate = given("infusion_rate", None, above_zero=True) if _codes(record, RATE_FROM_MODEL) else record.rate
        duration = np.asarray(amount) / np.asarray(rate)
    return Dose(record, position, state, shared(amount), shared(rate), shared(duration), lag, *stopper)


def add_transient(draft: Draft, dose: Dose, horizon: float) -> None:
    """Add a dose and its further doses to a draft, up to the horizon (the last moment anybody looks at)."""
    record = dose.record
    for further in range(int(record.additional) + 1):
        entry = np.add(record.time + further * record.interval, dose.lag)
        if np.min(entry) > min(horizon, dose.stop) + same_time(horizon if np.isfinite(horizon) else 1.0):
            return
        own = further == 0 and np.asarray(dose.lag) == 0.0
        add_entry(draft, dose, entry, own, horizon)


def add_entry(draft: Draft, dose: Dose, entry: float | Array, own: Truth, horizon: float, given: Truth = True) -> None:
    """Add one entry of a dose.

    Args:
        draft: to add to.
        dose: what enters.
        entry: time at which it enters or begins to enter, h, shared or (G,).
        own: where true it happens in the place of its record, otherwise before records at the same time.
        horizon: infusions are followed up to here, h.
        given: where false the person gets nothing (the entry stands for other people of the group).
    """
    cancelled = np.asarray(entry) > dose.stop + same_time(dose.stop if np.isfinite(dose.stop) else 1.0)
    counts = np.logical_and(given, ~cancelled)
    if not np.any(counts):
        return
    time = np.minimum(entry, dose.stop)
    rank = np.where(own, record_rank(dose.position, 2), GENERATED)
    moment = draft.add(time, rank)
    if draft.slopes is not None and dose.slopes is not None:
        draft.slopes.moments[moment] = np.where(counts, dose.slopes.lag, 0.0)
    if dose.is_infusion:
        add_infusion(draft, dose, moment, np.add(entry, dose.duration), horizon, counts)
        return
    draft.boluses.append((moment, dose.state, _where(counts, dose.amount)))
    if draft.slopes is not None and dose.slopes is not None:
        draft.slopes.boluses.append(np.where(counts, dose.slopes.amount, 0.0))


def add_infusion(draft: Draft, dose: Dose, start: int, end: float | Array, horizon: float, given: Truth) -> None:
    """Add an infusion from a moment to an end time (h), cut where a later record cancels it."""
    cut = np.asarray(end) > dose.stop
    unseen = np.minimum(end, dose.stop) > horizon
    rank = np.where(cut, record_rank(dose.stop_position, 0), GENERATED)
    finish = np.maximum(np.minimum(np.minimum(end, dose.stop), horizon), draft.times[start])
    # An infusion of nothing (F = 0) ends when it begins, and not before.
    rank = np.where(finish <= draft.times[start], np.maximum(rank, draft.ranks[start]), rank)
    moment = draft.add(finish, np.where(unseen, LAST, rank))
    draft.infusions.append((start, moment, dose.state, _where(given, dose.rate)))
    if draft.slopes is not None and dose.slopes is not None:
        draft.slopes.moments[moment] = np.where(cut | unseen, 0.0, dose.slopes.lag + dose.slopes.duration)
        draft.slopes.infusions.append(np.where(given, dose.slopes.rate, 0.0))


def _where(given: Truth, value: float | Array) -> float | Array:
    """Return a value for those to whom it is given, and 0 for the others."""
    return value if np.all(given) else shared(np.where(given, value, 0.0))


def state_index(system: System, record: Record) -> int:
    """Return the index of the dosed state.

    Raises:
        EventError: no such state, or one that only collects what left the system.
    """
    names = system.state_names
    if record.state not in names:
        close = difflib.get_close_matches(str(record.state), names, n=3)
        hint = f" Did you mean {' or '.join(repr(name) for name in close)}?" if close else ""
        raise record.refuse(f"No state '{record.state}' to dose.{hint} States: {', '.join(names)}.")
    index = names.index(str(record.state))
    if system.is_account[index]:
        raise record.refuse(f"'{record.state}' only collects what left the system; it cannot be dosed.")
    return index


def _codes(record: Record, code: float) -> bool:
    return np.ndim(record.rate) == 0 and float(record.rate) == code


def _require_steady_state_allowed(system: System, record: Record) -> None:
    if record.steady_state == 0:
        return
    if system.time_dependent:
        raise record.refuse(
            "this system's equations name the time, so no regimen brings it to a steady state."
            " Give the past doses as records, or leave the time-dependent part out."
        )
    if record.steady_state == 2 and not system.linear:
        raise record.refuse(
            "SS=2 adds a steady state to the states, which holds only for linear systems, and this one is not."
            " Use SS=1, or give the past doses as records."
        )
