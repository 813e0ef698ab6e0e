"""Women who differ in their menstrual cycles: cycle lengths, and how far levels of a phase spread."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine import Record, System, solve
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Library, Reproduces, library
from neurosteroid.physiology.cycle import CARD, phase_days
from neurosteroid.physiology.cycle_course import DAY, HORMONES, Cycle, last_cycle, surges
from neurosteroid.physiology.cycle_in_body import cycle_in_body
from neurosteroid.physiology.cycle_variation import WITHIN, drawn_deviations, pace_records, spreads
from neurosteroid.physiology.pathway import P4
from neurosteroid.studies.readings import read
from neurosteroid.studies.set_ups.cycle import in_unit
from neurosteroid.studies.set_ups.pathway import body_at_rest

Array = NDArray[np.float64]
_DAYS: Final = 230.0
_STEP: Final = 1.0  # h
_SETTLED_DAYS: Final = 180.0  # of the typical woman, whose cycles then are alike to a tenth of a day
_LONG: Final = 2.0  # periods beyond the last drawn cohort, so that the drawn cycles have ended
_SEVEN_DAYS: Final = 7.0  # the difference that the study counts


@functools.lru_cache(maxsize=4)
def _women(shelf: Library, variant: str | None, count: int) -> tuple[Cycle | None, ...]:
    """Return each woman's last cycle, None where she has none; kept as long as the library in use is the same."""
    from scipy.stats import norm, qmc

    system, at_rest = cycle_in_body(variant)
    wanted = spreads(variant)
    # the sequence holds multiples of 1 / count, 0 among them; half a step moves it inside (0, 1)
    uniform = qmc.Sobol(len(wanted), scramble=False).random(count) + 0.5 / count
    drawn = {name: sd * norm.ppf(uniform[:, place]) for place, (name, sd) in enumerate(wanted.items())}
    times = np.arange(0.0, _DAYS * DAY, _STEP)
    found = solve(
        system,
        parameters=system.parameters(count, drawn),
        covariates=np.repeat(at_rest, count, axis=0),
        output_times=times,
        start=0.0,
        outputs=HORMONES,
    ).kept
    assert found is not None  # outputs were asked for
    luteal = phase_days(variant).luteal_length
    return tuple(
        last_cycle(times, {name: course[woman] for name, course in found.items()}, luteal) for woman in range(count)
    )


@functools.lru_cache(maxsize=4)
def _lengths(shelf: Library, variant: str | None, count: int, cycles: int) -> tuple[Array, ...]:
    """Return the lengths (d) of some cycles of each of many women who differ only from one cycle to the next.

    Every woman is the typical one, whose settled cycles are alike; from then on each of her cohorts has a pace of its
    own, drawn from the stream of her number. Lengths are from LH peak to LH peak, the first one left out, because only
    part of it is of the drawn pace.
    """
    system, at_rest = cycle_in_body(variant)
    sd = Ledger().take(library().card(CARD), WITHIN, "1", variant)
    plain = _peaks(system, at_rest, [()], _SETTLED_DAYS * DAY)[0]
    period = float(np.diff(plain)[-1])
    first = plain[-2] + phase_days(variant).luteal_length * DAY
    hours = [float(first + period * place) for place in range(cycles + 2)]
    records = [pace_records(hours, np.exp(drawn_deviations(woman, len(hours), sd)).tolist()) for woman in range(count)]
    until = hours[-1] + _LONG * period
    peaks = _peaks(system, np.repeat(at_rest, count, axis=0), records, until)
    return tuple(np.diff(found[found > hours[0]])[:cycles] / DAY for found in peaks)


def _peaks(system: System, covariates: Array, records: Sequence[Sequence[Record]], until: float) -> list[Array]:
    """Return the hours of each woman's LH peaks."""
    times = np.arange(0.0, until, 2 * _STEP)
    found = solve(
        system,
        [list(each) for each in records],
        parameters=system.parameters(len(records)),
        covariates=covariates,
        covariate_rule="locf",
        output_times=times,
        start=0.0,
        outputs=("plasma.lh",),
    )
    kept = found.kept
    assert kept is not None  # outputs were asked for
    rows = [np.interp(times, hours, lh) for hours, lh in zip(found.times, kept["plasma.lh"], strict=True)]
    return [times[surges(times, lh)] for lh in rows]


def women(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return a metric over drawn women, each with her own settled cycle.

    Arguments: people, a power of two; cycles, for several of each woman. Metrics of several cycles:
    ``cycle_length_sd_within`` (d, of one woman's cycles, root of the mean variance), ``share_with_range_above_7`` (of
    women whose longest and shortest differ by more than 7 days). Else: ``cycle_length_mean``, ``cycle_length_sd`` (d),
    ``percentile_P_PHASE_HORMONE`` over women of their medians of the phase, ``share_without_surge``, and
    ``mean_PHASE_X/Y``, the mean of the ratio of two steroids of the pathway in balance with her progesterone, at a
    random time of the phase.
    """
    count = int(float(entry.arguments["people"]))
    if "cycles" in entry.arguments:
        lengths = _lengths(library(), variant, count, int(float(entry.arguments["cycles"])))
        if entry.metric == "cycle_length_sd_within":
            return float(np.sqrt(np.mean([each.var(ddof=1) for each in lengths])))
        if entry.metric == "share_with_range_above_7":
            return float(np.mean([np.ptp(each) > _SEVEN_DAYS for each in lengths]))
        raise CardError(f"'{entry.metric}' is no metric of several cycles.", where=f"{entry.name}: metric")
    found = _women(library(), variant, count)
    cycles = [cycle for cycle in found if cycle is not None]
    if entry.metric == "share_without_surge":
        return 1.0 - len(cycles) / len(found)
    periods = np.array([cycle.period for cycle in cycles])
    if entry.metric == "cycle_length_mean":
        return float(periods.mean())
    if entry.metric == "cycle_length_sd":
        return float(periods.std(ddof=1))
    asked = re.fullmatch(r"percentile_(\d+)_([a-z]+)_([a-z]+)", entry.metric)
    if asked and f"plasma.{asked.group(3)}" in HORMONES:
        hormone = f"plasma.{asked.group(3)}"
        medians = [cycle.median(hormone, asked.group(2), phase_days(variant)) for cycle in cycles]
        return in_unit(float(np.percentile(medians, float(asked.group(1)))), hormone, entry)
    ratio = re.fullmatch(r"mean_([a-z]+)_([0-9a-z-]+)/([0-9a-z-]+)", entry.metric)
    if ratio:
        return _mean_ratio(cycles, variant, entry, *ratio.groups())
    raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")


def _mean_ratio(
    cycles: Sequence[Cycle], variant: str | None, entry: Reproduces, phase: str, above: str, below: str
) -> float:
    """Return the mean over women of the ratio of two steroids (nmol/L per nmol/L) at a random time of the phase."""
    # the pathway is linear, so its balances at two levels of progesterone give those at all
    low, high = (body_at_rest().balance(level) for level in (1.0, 2.0))
    found = []
    for cycle in cycles:
        inside = cycle.between(*cycle.phase(phase, phase_days(variant)))
        progesterone = cycle.courses[f"plasma.{P4}"][inside]
        levels = {name: value + (progesterone - 1.0) * (high[name] - value) for name, value in low.items()}
        if above not in levels or below not in levels:
            raise CardError(f"'{above}' and '{below}' are not both followed.", where=f"{entry.name}: metric")
        found.append(float((read(entry, levels, above) / read(entry, levels, below)).mean()))
    return float(np.mean(found))


SET_UPS = {"menstrual-cycle-women": women}
