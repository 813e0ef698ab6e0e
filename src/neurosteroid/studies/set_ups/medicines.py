"""Exposure to drugs taken by mouth: single doses, once daily, with another drug, with a meal, and in milk."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing.meals import meal_fat
from neurosteroid.engine import Covariate, Record, System, solve, wire
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Library, Reproduces, library
from neurosteroid.model.medicines import DISSOLVED_STATE, ORAL_STATE, enzyme_part, medicine_parts, perpetrator_part
from neurosteroid.pharmacokinetics.half_life import two_compartment_half_lives

Array = NDArray[np.float64]
Changes = Mapping[str, float]
"""Model parameter, as ``part.field`` without the drug's name in front, to a value other than the card's."""

_DAY: Final = 24.0
_FOLLOW_UP: Final = 480.0  # h after the last dose: more than twenty half-lives, so nothing is left to extrapolate
_AT_REST: Final = (("activity", ""), ("activity", "-gut"), ("induction", ""))
_FINE, _COARSE = 0.05, 0.5  # h, within 24 h of a dose and later; halving both moves no metric by more than 1e-3
_LAST_SAMPLE: Final = 96.0  # h after a dose, where a study gives an area to its last sample and not its time
_CLOSE: Final = 0.05  # an area this near to the last one counts as that of the steady state


@final
@dataclass(frozen=True, kw_only=True)
class Regimen:
    """How a typical person takes a drug.

    Attributes:
        dose: of one intake, mg.
        meal: name of a meal of the card 'meals'.
        form: capsule, or solution.
        count: intakes.
        interval: h from one to the next.
        perpetrator: what else is taken, from `since` to `until`, h from the first intake; nothing when empty.
    """

    dose: float
    meal: str = "moderate-fat"
    form: str = "capsule"
    count: int = 1
    interval: float = _DAY
    perpetrator: str = ""
    since: float = 0.0
    until: float = 0.0


@final
@dataclass(frozen=True, eq=False)
class OralCourse:
    """Plasma (ng/mL) and, where known, milk (ng/mL) over times in h; the disposition's own half-life and volume, L."""

    times: Array
    plasma: Array
    milk: Array | None
    terminal_half_life: float
    volume: float
    weight: float

    def area(self, start: float, stop: float) -> float:
        """Return the area under plasma between two of the times, ng*h/mL."""
        inside = (self.times >= start - _FINE / 2) & (self.times <= stop + _FINE / 2)
        return float(np.trapezoid(self.plasma[inside], self.times[inside]))

    def peak(self, start: float, stop: float) -> tuple[float, float]:
        """Return time (h after start) and height of the highest plasma concentration, by a parabola at the top."""
        inside = np.flatnonzero((self.times >= start - _FINE / 2) & (self.times <= stop + _FINE / 2))
        top = int(inside[np.argmax(self.plasma[inside])])
        if top in (inside[0], inside[-1]):
            return float(self.times[top] - start), float(self.plasma[top])
        before, at, after = self.plasma[top - 1 : top + 2]
        shift = 0.5 * (before - after) / (before - 2 * at + after)
        return float(self.times[top] + shift * _FINE - start), float(at - 0.25 * (before - after) * shift)


@functools.lru_cache(maxsize=32)
def medicine_system(shelf: Library, drug: str, variant: str | None, perpetrator: str) -> tuple[System, float]:
    """Return the wired parts of a drug and its molar mass; kept as long as the library in use is the same."""
    ledger = Ledger()
    parts = medicine_parts(drug, variant, ledger)
    covariates = [
        Covariate("person.weight", "kg"),
        Covariate("meal.fat", "kcal"),
        Covariate(f"hepatic.function.{drug}", "1"),
    ]
    if perpetrator:
        parts |= {"cyp3a4": enzyme_part(ledger), "perpetrator": perpetrator_part(perpetrator, ledger)}
        covariates.append(Covariate(f"medication.{perpetrator}", "1"))
    else:
        covariates += [Covariate(f"{port}.cyp3a4{place}", "1") for port, place in _AT_REST]
    return wire(parts, covariates), ledger.take(shelf.card(drug, "compounds"), "molar_mass", "g/mol")


def oral_course(drug: str, variant: str | None, regimen: Regimen, changes: Changes | None = None) -> OralCourse:
    """Follow a person of the card's reference weight through a regimen.

    Args:
        drug: name of its compound and of its card of pharmacokinetics.
        variant: of that card.
        regimen: what is taken.
        changes: parameters to try instead of the card's, for fits.
    """
    system, molar_mass = medicine_system(library(), drug, variant, regimen.perpetrator)
    weight = float(system.parameters(1)[0, system.parameter_names.index(f"{drug}-disposition.reference_weight")])
    fat = meal_fat(regimen.meal)
    known = {"person.weight": weight, "meal.fat": fat}
    start, records = 0.0, []
    if regimen.perpetrator:
        covariate = f"medication.{regimen.perpetrator}"
        start = min(regimen.since, 0.0)
        known[covariate] = np.nan
        records = [Record(time=at, evid=2, covariates={covariate: taken}) for at, taken in
                   ((regimen.since, 1.0), (regimen.until, 0.0))]  # fmt: skip
    state = (DISSOLVED_STATE if regimen.form == "solution" else ORAL_STATE).format(drug)
    amount = float(units.convert(regimen.dose, "mg", units.AMOUNT, molar_mass=molar_mass))
    records.append(
        Record(time=0.0, state=state, amount=amount, interval=regimen.interval, additional=regimen.count - 1)
    )
    last = max(regimen.interval * regimen.count, _DAY)
    times = np.concatenate([np.arange(round(last / _FINE)) * _FINE, np.arange(last, last + _FOLLOW_UP, _COARSE)])
    wanted = [name for name in (f"plasma.{drug}", f"milk.{drug}") if name in system.output_names]
    parameters = system.parameters(1, {f"{drug}-{name}": value for name, value in (changes or {}).items()})
    solution = solve(
        system,
        sorted(records, key=lambda record: record.time),
        parameters=parameters,
        covariates=np.array([[known.get(name, 1.0) for name in system.covariate_names]]),
        output_times=times,
        start=start,
        covariate_rule="locf",
    )
    # records that change a covariate make rows of their own, some beside an output time
    rows, keep = np.unique(solution.times[0], return_index=True)
    keep = keep[rows >= 0.0]
    found = {
        name: units.convert(values[0, keep], units.CONCENTRATION, "ng/mL", molar_mass=molar_mass)
        for name, values in solution.outputs(wanted).items()
    }
    return OralCourse(
        rows[rows >= 0.0],
        found[f"plasma.{drug}"],
        found.get(f"milk.{drug}"),
        *_terminal(system, parameters, drug),
        weight,
    )


def _terminal(system: System, parameters: Array, drug: str) -> tuple[float, float]:
    """Return the terminal half-life (h) of the drug's disposition at rest and its volume in steady state (L)."""
    row = dict(zip(system.parameter_names, parameters[0], strict=True))
    flow, intrinsic, first, exchange, second = (
        row[f"{drug}-disposition.{key}"]
        for key in (
            "hepatic_plasma_flow",
            "intrinsic_clearance",
            "central_volume",
            "intercompartmental_clearance",
            "peripheral_volume",
        )
    )
    clearance = flow * intrinsic / (flow + intrinsic)
    return float(two_compartment_half_lives(clearance, first, exchange, second)[1]), float(first + second)


def _regimen(entry: Reproduces, count: int = 1, other: Mapping[str, str] | None = None) -> Regimen:
    given = {**{key: str(value) for key, value in entry.arguments.items()}, **(other or {})}
    return Regimen(
        dose=float(units.parse(given["dose"], "mg")),
        meal=given["meal"],
        form=given.get("form", "capsule"),
        count=count,
    )


def single_dose(card: Card, variant: str | None, entry: Reproduces, changes: Changes | None = None) -> float:
    """Return a metric of one dose, or its ratio to that with the meal in ``over`` or the dose in ``over_dose``."""
    regimen = _regimen(entry)
    course = oral_course(card.name, variant, regimen, changes)
    metric = entry.metric.removesuffix("_ratio")
    value = _single(course, regimen, metric, entry)
    if not entry.metric.endswith("_ratio"):
        return value
    given = entry.arguments
    other = {key: str(given[name]) for key, name in (("meal", "over"), ("dose", "over_dose")) if name in given}
    reference = _regimen(entry, other=other)
    return value / _single(oral_course(card.name, variant, reference, changes), reference, metric, entry)


def _single(course: OralCourse, regimen: Regimen, metric: str, entry: Reproduces) -> float:
    end = float(course.times[-1])
    if metric == "auc_inf":
        return course.area(0.0, end)
    if metric == "auc_last":
        return course.area(0.0, _LAST_SAMPLE)
    if metric == "c_max":
        return course.peak(0.0, end)[1]
    if metric == "t_max":
        return course.peak(0.0, end)[0]
    if metric == "terminal_half_life":
        return course.terminal_half_life
    if metric == "steady_state_volume":
        return course.volume
    clearance = 1e3 * regimen.dose / course.area(0.0, end)  # mg over ng*h/mL is 1000 L/h
    if metric == "apparent_clearance":
        return clearance
    if metric == "apparent_volume":
        return clearance * course.terminal_half_life / float(np.log(2.0))
    raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")


def regular(card: Card, variant: str | None, entry: Reproduces, changes: Changes | None = None) -> float:
    """Return how area or highest concentration accumulates over the ``days`` of the arguments, or when it stays.

    ``effective_half_life`` is that of one compartment whose area would accumulate as much (h).
    Intakes are 24 h apart, or by the ``interval`` of the arguments.
    """
    interval = units.parse_span(str(entry.arguments.get("interval", "24 h")), where="interval")
    count = round(float(str(entry.arguments["days"])) * _DAY / interval)
    course = oral_course(card.name, variant, replace(_regimen(entry, count), interval=interval), changes)
    areas = np.array([course.area(each * interval, (each + 1) * interval) for each in range(count)])
    if entry.metric == "area_accumulation":
        return float(areas[-1] / areas[0])
    if entry.metric == "effective_half_life":  # of one compartment that accumulates as much
        return float(-interval * np.log(2.0) / np.log(1.0 - areas[0] / areas[-1]))
    if entry.metric == "peak_accumulation":
        first, last = (course.peak(each * interval, (each + 1) * interval)[1] for each in (0, count - 1))
        return last / first
    if entry.metric == "peak":
        return course.peak((count - 1) * interval, count * interval)[1]
    if entry.metric == "days_to_steady_state":
        return float(1 + np.argmax(areas >= (1 - _CLOSE) * areas[-1])) * interval / _DAY
    raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")


def with_perpetrator(card: Card, variant: str | None, entry: Reproduces, changes: Changes | None = None) -> float:
    """Return a metric of one dose while or after another drug is taken, over that of the dose alone."""
    alone = _regimen(entry)
    since, until = (units.parse_span(str(entry.arguments[key]), where=key) for key in ("since", "until"))
    both = replace(alone, perpetrator=str(entry.arguments["perpetrator"]), since=since, until=until)
    metric = entry.metric.removesuffix("_ratio")
    first, second = (
        _single(oral_course(card.name, variant, regimen, changes), regimen, metric, entry) for regimen in (both, alone)
    )
    return first / second


def relative_infant_dose(card: Card, variant: str | None, entry: Reproduces, changes: Changes | None = None) -> float:
    """Return what a child takes in with milk per kg over what the mother does, percent, on the last of the days.

    Milk is given as ``intake`` per kg of the child, or as ``milk`` a day and the weight of the ``infant``.
    """
    given = entry.arguments
    count = int(float(str(given["days"])))
    regimen = _regimen(entry, count)
    course = oral_course(card.name, variant, regimen, changes)
    if course.milk is None:
        raise CardError("the card has no 'milk_to_plasma'.", where=f"{card.kind}/{card.name}.toml")
    day = (course.times >= (count - 1) * _DAY - _FINE / 2) & (course.times <= count * _DAY + _FINE / 2)
    average = float(np.trapezoid(course.milk[day], course.times[day])) / _DAY  # ng/mL
    per_kg = re.fullmatch(r"([\d.]+) mL/kg", str(given.get("intake", "")))
    if per_kg:
        intake = float(per_kg.group(1))
    else:
        volume, infant = units.parse(str(given["milk"]), "mL"), units.parse(str(given["infant"]), units.WEIGHT)
        intake = volume / infant
    infant_dose = average * intake * 1e-6  # ng/mL times mL/kg is ng/kg
    return 100.0 * infant_dose / (regimen.dose / course.weight)


SET_UPS = {
    "oral-single-dose": single_dose,
    "oral-once-daily": regular,
    "oral-with-perpetrator": with_perpetrator,
    "relative-infant-dose": relative_infant_dose,
}
