"""The menstrual cycle by itself: its period and peaks, phases, and what GnRH analogues do to it."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.engine import Record, System, solve
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Library, Reproduces, library
from neurosteroid.physiology.cycle import cycle_alone, phase_days
from neurosteroid.physiology.cycle_course import DAY, HORMONES, Cycle, last_cycle, surges
from neurosteroid.physiology.cycle_in_body import cycle_in_body
from neurosteroid.physiology.pathway import P4
from neurosteroid.studies.readings import read
from neurosteroid.studies.set_ups.pathway import body_at_rest

Array = NDArray[np.float64]
_DAYS: Final = 260.0
"""Nine cycles: the first ones settle from the documented initial values."""
_STEP: Final = 1.0  # h
_COUPLING: Final = "gonadotroph.coupling"
_FLARE: Final = 5.0 * DAY  # h, after which a peak of LH under an agonist is no flare
WINDOWS: Final[Mapping[str, tuple[str, float, float]]] = {
    "lh_peak": ("plasma.lh", -1.0, 1.0),
    "fsh_peak": ("plasma.fsh", -1.0, 1.0),
    "estradiol_preovulatory_peak": ("plasma.estradiol", -4.0, 1.0),
    "estradiol_luteal_peak": ("plasma.estradiol", 3.0, 12.0),
    "progesterone_luteal_peak": ("plasma.progesterone", 1.0, 14.0),
}
"""Peak to hormone and the days from the LH peak among which it is looked for."""


@functools.cache
def _system(shelf: Library, variant: str | None, in_body: bool) -> tuple[System, Array]:
    if in_body:
        return cycle_in_body(variant, agonist=True, antagonist=True)
    system = cycle_alone(variant, agonist=True, antagonist=True)
    return system, np.ones((1, len(system.covariate_names)))


@functools.lru_cache(maxsize=16)
def _courses(
    shelf: Library, variant: str | None, in_body: bool, dose: tuple[str, float, float, int] | None
) -> Mapping[str, Array]:
    """Return times (h) and hormones of the typical woman, kept as long as the library in use, `shelf`, is the same."""
    system, covariates = _system(shelf, variant, in_body)
    records = []
    if dose is not None:
        drug, amount, day, count = dose
        records = [Record(time=day * DAY, state=f"depot.{drug}", amount=amount, interval=DAY, additional=count - 1)]
    times = np.arange(0.0, _DAYS * DAY, _STEP)
    found = solve(
        system,
        records,
        parameters=system.parameters(1),
        covariates=covariates,
        output_times=times,
        start=0.0,
        outputs=(*HORMONES, _COUPLING) if _COUPLING in system.output_names else HORMONES,
    ).kept
    assert found is not None  # outputs were asked for
    return {"times": times, **{name: course[0] for name, course in found.items()}}


def _dose(entry: Reproduces) -> tuple[str, float, float, int] | None:
    if "drug" not in entry.arguments:
        return None
    amount = units.parse(str(entry.arguments["dose"]), "ug", where=f"{entry.name}: dose")
    return (
        str(entry.arguments["drug"]),
        amount,
        float(entry.arguments["from_day"]),
        int(float(entry.arguments["count"])),
    )


def in_unit(value: float, hormone: str, entry: Reproduces) -> float:
    """Return a level of a hormone as the assay of the observed row reads it, in the row's unit.

    Some assays of progesterone also read its metabolites, which the cycle by itself does not follow: they are those of
    a body in balance at this level.
    """
    steroid = hormone.removeprefix("plasma.")
    if steroid in ("lh", "fsh"):
        reading = read(entry, {steroid: value}, steroid, unit="IU/L")
        return float(units.convert(float(reading), "IU/L", entry.observed.unit))
    levels = body_at_rest().balance(value) if steroid == P4 and entry.assay is not None else {steroid: value}
    molar_mass = Ledger().take(library().card(steroid, "compounds"), "molar_mass", "g/mol")
    reading = read(entry, levels, steroid)
    return float(units.convert(float(reading), units.CONCENTRATION, entry.observed.unit, molar_mass=molar_mass))


def course(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return a metric of the settled cycle, or of the course under a daily drug.

    The cycle is alone with its published pools of estradiol and progesterone, or, with the argument in_body = "yes",
    in the pools of the body.

    Metrics of the settled cycle: ``period`` (d), the peaks of `WINDOWS` and their ``..._day`` from the LH peak (d),
    ``median_PHASE_HORMONE``, and ``median_days_HORMONE`` over the days in the arguments: ``from_cycle_day`` or
    ``from_lh_day`` to the end of ``until_cycle_day`` or ``until_lh_day`` (day 1 begins with the bleeding, LH day 0 is
    that of the LH peak). Under a drug (arguments drug, dose, from_day, count): ``next_surge_day``,
    ``surge_delay`` (d, against the undisturbed course), ``surge_after_day`` (the first of at least half of the
    undisturbed size after the last dose), ``days_to_surge_after`` that dose, ``lh_highest`` while it is given,
    ``progesterone_at_end`` and ``estradiol_at_end`` of it, a day after the last dose, ``surges`` while it is given, the
    flare left out, and ``coupling_left`` of gonadotrophs at the time ``after`` the first dose.
    """
    variant = str(entry.arguments["variant"]) if "variant" in entry.arguments else variant
    in_body = entry.arguments.get("in_body") == "yes"
    found = _courses(library(), variant, in_body, _dose(entry))
    if "drug" in entry.arguments:
        return _disturbed(found, _courses(library(), variant, in_body, None)["plasma.lh"], entry)
    cycle = last_cycle(found["times"], found, phase_days(variant).luteal_length)
    if cycle is None:
        raise CardError("this variant has no LH surges.", where=entry.name)
    return _settled(cycle, variant, entry)


def _settled(cycle: Cycle, variant: str | None, entry: Reproduces) -> float:
    metric = entry.metric
    if metric == "period":
        return float(units.convert(cycle.period, "day", entry.observed.unit))
    if metric.removesuffix("_day") in WINDOWS:
        hormone, first, last = WINDOWS[metric.removesuffix("_day")]
        value, day = cycle.highest(hormone, first, last)
        return day if metric.endswith("_day") else in_unit(value, hormone, entry)
    median = re.fullmatch(r"median_([a-z]+)_([a-z]+)", metric)
    if median and f"plasma.{median.group(2)}" in HORMONES:
        hormone, where = f"plasma.{median.group(2)}", phase_days(variant)
        if median.group(1) == "days":
            inside = cycle.between(*days_window(cycle, where.luteal_length, entry))
            return in_unit(float(np.median(cycle.courses[hormone][inside])), hormone, entry)
        return in_unit(cycle.median(hormone, median.group(1), where), hormone, entry)
    raise CardError(f"'{metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")


def days_window(cycle: Cycle, luteal_length: float, entry: Reproduces) -> tuple[float, float]:
    """Return the days in the arguments as days from the LH peak, which lies in the middle of its day."""
    menses = luteal_length - cycle.period

    def edge(end: str, days: float) -> float:
        for name, origin in ((f"{end}_cycle_day", menses - 1.0), (f"{end}_lh_day", -0.5)):
            if name in entry.arguments:
                return origin + float(entry.arguments[name]) + days
        raise CardError(f"no {end}_cycle_day and no {end}_lh_day.", where=f"{entry.name}: arguments")

    return edge("from", 0.0), edge("until", 1.0)


def _disturbed(found: Mapping[str, Array], usual: Array, entry: Reproduces) -> float:
    dose = _dose(entry)
    assert dose is not None  # only called under a drug
    times, lh = found["times"], found["plasma.lh"]
    first, last = dose[2] * DAY, (dose[2] + dose[3] - 1) * DAY
    peaks = surges(times, lh)
    given = (times >= first) & (times <= last + DAY)
    if entry.metric == "next_surge_day":
        return float(times[peaks[times[peaks] > first + DAY][0]]) / DAY
    if entry.metric == "surge_delay":
        usual_times = times[surges(times, usual)]
        before = usual_times[usual_times > first + DAY][0]
        return float(times[peaks[times[peaks] > first + DAY][0]] - before) / DAY
    if entry.metric in ("surge_after_day", "days_to_surge_after"):
        large = times[peaks[(times[peaks] > last + DAY) & (lh[peaks] > usual.max() / 2)]]
        if not large.size:
            raise CardError("no surge comes after the last dose while the course is followed.", where=entry.name)
        return float(large[0] - (last if entry.metric == "days_to_surge_after" else 0.0)) / DAY
    if entry.metric == "lh_highest":
        return float(lh[given].max())
    if entry.metric == "coupling_left" and _COUPLING in found:
        return float(np.interp(first + units.parse_span(str(entry.arguments["after"])), times, found[_COUPLING]))
    if entry.metric == "surges":
        return float(((times[peaks] > first + _FLARE) & (times[peaks] <= last + DAY)).sum())
    steroid, _, place = entry.metric.rpartition("_at_")
    if place == "end" and f"plasma.{steroid}" in HORMONES:
        return in_unit(float(found[f"plasma.{steroid}"][given][-1]), f"plasma.{steroid}", entry)
    raise CardError(f"'{entry.metric}' is not a metric of this set-up under a drug.", where=f"{entry.name}: metric")


SET_UPS = {"menstrual-cycle": course}
