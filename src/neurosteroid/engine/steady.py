"""Steady states: the course that a regimen repeats once it has been given for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.doses import Dose, add_entry, add_infusion
from neurosteroid.engine.draft import Draft, same_time

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]

SNAP: Final = 1e-12
"""A lag or infusion time this close to a whole number of intervals (as a fraction of one) is that number."""


@final
@dataclass(frozen=True, eq=False)
class SteadyDoses:
    """Regimens at steady state, one for each person and record that asks for one (D of them).

    A regimen repeats every `interval`. Counted from an entry of the dose, the rate is ``(whole + 1) * rate`` for the
    first `rest` hours of the interval and ``whole * rate`` for the others: infusions longer than the interval overlap.

    Attributes:
        person: (D,) in the batch.
        epoch: (D,) whose covariates hold.
        state: (D,) dosed, -1 for none.
        amount: (D,) of the bolus that enters at the start of each interval; 0 for infusions.
        rate: (D,) of one infusion, state unit per h.
        whole: (D,) infusions that run all the time.
        rest: (D,) hours of the interval in which one more runs.
        interval: (D,) h; 0 for an endless infusion, or no dose at all.
        phase: (D,) hours since the last entry at the moment of the record (a lag puts it inside the interval).
        adds: (D,) whether the steady state is added to the states (SS=2) or replaces them.
        where: D places of the records, for messages.
    """

    person: Indexes
    epoch: Indexes
    state: Indexes
    amount: Array
    rate: Array
    whole: Array
    rest: Array
    interval: Array
    phase: Array
    adds: NDArray[np.bool_]
    where: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.where)

    def pieces(self, index: int) -> tuple[tuple[float, float], ...]:
        """Return (hours, rate) over one interval of regimen `index`, from an entry to the next."""
        rate, whole = float(self.rate[index]), float(self.whole[index])
        rest, interval = float(self.rest[index]), float(self.interval[index])
        parts = ((rest, (whole + 1.0) * rate), (interval - rest, whole * rate))
        return tuple(part for part in parts if part[0] > 0.0)


KINDS: Final = {
    **dict.fromkeys(("person", "epoch", "state"), np.intp),
    **dict.fromkeys(("amount", "rate", "whole", "rest", "interval", "phase"), np.float64),
    "adds": np.bool_,
}
"""The array fields of `SteadyDoses` and their kinds."""


def add_steady(draft: Draft, dose: Dose, moment: int, epoch: int, horizon: float) -> SteadyDoses:
    """Add what a steady-state record brings after its moment to a draft, and return the regimens (one a person).

    With a lag the record stands between two entries (NONMEM: the cycle advanced by II - lag): doses already given but
    not yet arrived still come, at the lag modulo the interval and every interval until the record's own dose has
    entered. Infusions of the implied past doses run on to their ends. Then further doses follow.

    Args:
        draft: to add to.
        dose: of the record.
        moment: number of the record's moment.
        epoch: of the record.
        horizon: last moment anybody looks at, h.
    """
    people, record = draft.people, dose.record
    lag, duration = (np.broadcast_to(np.asarray(item, float), (people,)) for item in (dose.lag, dose.duration))
    interval = float(record.interval)
    intervals, left = _whole_and_rest(lag, interval)
    if interval > 0.0:
        _add_running(draft, dose, moment, left, horizon)
        last = intervals + int(record.additional)
        for ahead in range(int(last.max()) + 1):
            entry = record.time + left + ahead * interval
            if entry.min() > min(horizon, dose.stop) + same_time(horizon if np.isfinite(horizon) else 1.0):
                break
            given = (ahead <= last) & ((left > 0.0) | (ahead > 0))
            add_entry(draft, dose, entry, False, horizon, given)
    if draft.slopes is not None and dose.slopes is not None:
        draft.slopes.regimens.append(
            replace(dose.slopes, amount=np.zeros_like(dose.slopes.amount)) if dose.is_infusion else dose.slopes
        )
    whole, rest = _whole_and_rest(duration, interval)
    everyone = np.arange(people)
    return SteadyDoses(
        person=everyone,
        epoch=np.full(people, epoch),
        state=np.full(people, dose.state),
        amount=np.zeros(people) if dose.is_infusion else np.array(np.broadcast_to(dose.amount, people), float),
        rate=np.array(np.broadcast_to(dose.rate, people), float),
        whole=whole,
        rest=rest,
        interval=np.full(people, interval),
        phase=np.where(left > 0.0, interval - left, 0.0),
        adds=np.full(people, record.steady_state == 2),
        where=(record.where,) * people,
    )


def join_steady(parts: Sequence[SteadyDoses]) -> SteadyDoses:
    """Return several sets of regimens as one."""
    arrays: dict[str, Any] = {}
    for name, kind in KINDS.items():
        arrays[name] = np.concatenate([np.zeros(0, dtype=kind), *(getattr(part, name) for part in parts)])
    return SteadyDoses(**arrays, where=tuple(place for part in parts for place in part.where))


def chosen_steady(doses: SteadyDoses, which: Indexes) -> SteadyDoses:
    """Return some of the regimens."""
    arrays: dict[str, Any] = {name: getattr(doses, name)[which] for name in KINDS}
    return SteadyDoses(**arrays, where=tuple(doses.where[int(index)] for index in which))


def _add_running(draft: Draft, dose: Dose, moment: int, left: Array, horizon: float) -> None:
    """Add the infusions that run at the moment of the record: entries at it (no lag left) and before it."""
    if not dose.is_infusion:
        return
    record = dose.record
    longest = float(np.max(dose.duration))
    back = 0
    while back * record.interval - float(left.max()) < longest:
        end = record.time + left - back * record.interval + dose.duration
        running = (end > record.time + same_time(record.time)) & ((left == 0.0) | (back > 0))
        if running.any():
            add_infusion(draft, dose, moment, end, horizon, running)
        back += 1


def _whole_and_rest(span: Array, interval: float) -> tuple[Array, Array]:
    """Return the whole intervals in a span and what is left over (h)."""
    if interval == 0.0:
        return np.zeros_like(span), np.zeros_like(span)
    whole = np.floor(span / interval + SNAP)
    rest = span - whole * interval
    return whole, np.where(rest < SNAP * interval, 0.0, rest)
