"""Women who differ in their menstrual cycles: cycle lengths, and how far levels of a phase spread."""

from __future__ import annotations

import functools
import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine import solve
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Library, Reproduces, library
from neurosteroid.physiology.cycle import phase_days
from neurosteroid.physiology.cycle_course import DAY, HORMONES, Cycle, last_cycle
from neurosteroid.physiology.cycle_in_body import cycle_in_body
from neurosteroid.physiology.cycle_variation import spreads
from neurosteroid.studies.set_ups.cycle import in_unit

Array = NDArray[np.float64]
_DAYS: Final = 230.0
_STEP: Final = 1.0  # h


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


def women(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return a metric over drawn women, each with her own settled cycle.

    Argument: people, a power of two. Metrics: ``cycle_length_mean``, ``cycle_length_sd`` (d),
    ``percentile_P_PHASE_HORMONE`` over women of their medians of the phase, ``share_without_surge``.
    """
    found = _women(library(), variant, int(float(entry.arguments["people"])))
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
    raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")


SET_UPS = {"menstrual-cycle-women": women}
