"""How doses and the times of events move with chosen parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.records import DURATION_FROM_MODEL, RATE_FROM_MODEL, Record
from neurosteroid.engine.sensitivity.differential import Differential
from neurosteroid.engine.sensitivity.dual import Dual

if TYPE_CHECKING:
    from neurosteroid.engine.draft import Draft

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]


@final
@dataclass(frozen=True, eq=False)
class DoseSlopes:
    """Derivatives (q, G) of what a dosing record gives to G people; see `doses.Dose`."""

    amount: Array
    rate: Array
    duration: Array
    lag: Array


@final
@dataclass(eq=False)
class DraftSlopes:
    """Derivatives (q, G) beside the moments, boluses, infusions and regimens of a draft, in the same order."""

    count: int
    """The number q of parameters."""
    moments: dict[int, Array] = field(default_factory=dict)
    boluses: list[Array] = field(default_factory=list)
    infusions: list[Array] = field(default_factory=list)
    regimens: list[DoseSlopes] = field(default_factory=list)


@final
@dataclass(frozen=True, eq=False)
class TimelineSlopes:
    """Derivatives of a timeline by q parameters: P people, K steps, i dosed states, D regimens at steady state.

    The order of events does not change with the parameters: each event is moved past no other.

    Attributes:
        times: (P, K, q) of the ends of the steps.
        rates: (P, K + 1, i, q).
        boluses: (P, K, i, q).
        regimens: (D, q) of amount, rate, infused time (`SteadyDoses.rest`) and lag (minus that of `phase`).
    """

    times: Array
    rates: Array
    boluses: Array
    regimens: DoseSlopes


def dose_slopes(
    differential: Differential, record: Record, is_infusion: bool, parameters: Array, covariates: Array
) -> DoseSlopes:
    """Return the derivatives of what a dosing record gives to G people; the rules are those of `doses.read_dose`.

    Args:
        differential: of the system.
        record: that has been read and found good.
        is_infusion: whether it is given over time.
        parameters: (G, m).
        covariates: (G, k) at the record.
    """
    shape = (differential.count, len(parameters))
    zero = Dual(np.zeros(len(parameters)), np.zeros(shape))

    def given(name: str, default: float) -> Dual:
        found = differential.dose_property(str(record.state), name, parameters, covariates)
        return zero + default if found is None else found

    def coded(code: float) -> bool:
        return np.ndim(record.rate) == 0 and float(record.rate) == code

    amount, rate, duration, lag = zero, zero, zero, zero
    if record.state is not None and record.is_constant_infusion:
        rate = given("infusion_rate", 0.0) if coded(RATE_FROM_MODEL) else zero
    elif record.state is not None:
        amount, lag = given("bioavailability", 1.0) * record.amount, given("lag", 0.0)
        if record.duration is not None:
            rate = amount / record.duration
        elif coded(DURATION_FROM_MODEL):
            duration = given("infusion_duration", 0.0)
            rate = amount / duration
        elif is_infusion:
            rate = given("infusion_rate", 0.0) if coded(RATE_FROM_MODEL) else zero + record.rate
            duration = amount / rate
    wide = [np.array(np.broadcast_to(item.slope, shape)) for item in (amount, rate, duration, lag)]
    # A person whose rate is 0 in a record of infusions gets nothing.
    return DoseSlopes(*(np.where(np.isfinite(item), item, 0.0) for item in wide))


def lay_out_slopes(draft: Draft, places: Indexes, inputs: Sequence[int]) -> TimelineSlopes | None:
    """Return the derivatives of a draft in the order of its layout, or None when nobody asked for them.

    Args:
        draft: of G people.
        places: (1 or G, K) where each moment stands.
        inputs: dosed states.
    """
    slopes = draft.slopes
    if slopes is None:
        return None
    people, steps = draft.people, places.shape[1]
    place, everyone = np.broadcast_to(places, (people, steps)), np.arange(people)
    column = {state: index for index, state in enumerate(inputs)}
    count = slopes.count
    times = np.zeros((people, steps, count))
    for moment, moved in slopes.moments.items():
        if moved.any():
            times[everyone, place[:, moment]] = moved.T
    boluses = np.zeros((people, steps, len(inputs), count))
    for (moment, state, _), amount in zip(draft.boluses, slopes.boluses, strict=True):
        if amount.any():
            boluses[everyone, place[:, moment], column[state]] += amount.T
    rates = np.zeros((people, steps + 1, len(inputs), count))
    numbers = np.arange(steps + 1)
    for (first, last, state, _), rate in zip(draft.infusions, slopes.infusions, strict=True):
        if not rate.any():
            continue
        if len(places) == 1:
            rates[:, places[0, first] + 1 : places[0, last] + 1, column[state]] += rate.T[:, None, :]
            continue
        running = (numbers > place[:, first, None]) & (numbers <= place[:, last, None])
        rates[:, :, column[state]] += running[:, :, None] * rate.T[:, None, :]
    return TimelineSlopes(times, rates, boluses, _joined_regimens(slopes.regimens, count))


def join_slopes(
    parts: Sequence[TimelineSlopes | None],
    members: Sequence[Indexes],
    inputs: Sequence[tuple[int, ...]],
    together: tuple[int, ...],
    shape: tuple[int, int],
) -> TimelineSlopes | None:
    """Put the derivatives of several groups into one batch, padded to the longest.

    Args:
        parts: of each group.
        members: people of each group.
        inputs: dosed states of each group.
        together: dosed states of the batch.
        shape: people and steps of the batch.
    """
    known = [part for part in parts if part is not None]
    if not known:
        return None
    (people, steps), count = shape, known[0].times.shape[-1]
    times = np.zeros((people, steps, count))
    rates, boluses = (np.zeros((people, steps + more, len(together), count)) for more in (1, 0))
    for part, who, own in zip(known, members, inputs, strict=True):
        columns = np.array([together.index(state) for state in own], dtype=np.intp)
        times[who, : part.times.shape[1]] = part.times
        for target, source in ((rates, part.rates), (boluses, part.boluses)):
            target[np.ix_(who, np.arange(source.shape[1]), columns)] = source
    return TimelineSlopes(times, rates, boluses, _joined_regimens([part.regimens for part in known], count, axis=0))


def _joined_regimens(parts: Sequence[DoseSlopes], count: int, axis: int = 1) -> DoseSlopes:
    """Return the derivatives (D, q) of all regimens from those of several groups, (q, G) or (D, q)."""
    joined = []
    for name in ("amount", "rate", "duration", "lag"):
        found = [getattr(part, name) if axis == 0 else getattr(part, name).T for part in parts]
        joined.append(np.concatenate([np.zeros((0, count)), *found], axis=0))
    return DoseSlopes(*joined)
