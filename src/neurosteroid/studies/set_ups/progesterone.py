"""Progesterone given by mouth, vagina or injection to a woman whose own is that of the adrenal alone."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.engine import Covariate, System, wire
from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Library, Reproduces, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.pharmacokinetics.areas import area
from neurosteroid.pharmacokinetics.oil_depot import RELEASE, dosed_state
from neurosteroid.physiology.pathway import ACTIVITIES, ALLO, P4, pathway_parts
from neurosteroid.studies.readings import read

Array = NDArray[np.float64]
CARD: Final = "progesterone-routes"
ANALYTES: Final = (P4, ALLO, "pregnanolone", "5alpha-dihydroprogesterone")
_STEP: Final = 0.05  # h; a peak lies between two points at most this far apart
_AT_REST: Final = 2400.0  # h before the first dose, so that what the adrenal keeps up stands
_GONE: Final = 240.0  # h after a dose: ten half-lives of the slowest depot
_ACROSS: Final = ("whole area over other route", "c_max over other route")
_FREE: Final = ("person.weight", "body.plasma-volume-scale", "adrenal.drive")


@final
@dataclass(frozen=True, eq=False)
class Given:
    """Courses over the day after the last dose, nmol/L, and what there is without doses.

    Attributes:
        hours: (K,) since the last dose.
        plasma: analyte to (K,), true concentrations.
        endogenous: analyte to its level without doses.
    """

    hours: Array
    plasma: Mapping[str, Array]
    endogenous: Mapping[str, float]


@functools.lru_cache(maxsize=8)
def model(shelf: Library, route: str) -> tuple[System, Array]:
    """Wire pathway, depot and assay; return the system and its covariates at rest."""
    ledger = Ledger()
    disposition = part_from_card(shelf.card("brexanolone"), None, ledger, analyte=ALLO)
    card = shelf.card(CARD)
    parts = pathway_parts(ledger, disposition)
    parts["depot"] = part_from_card(card, route, ledger, route=route)
    if RELEASE in card.variant(route).numbers:
        parts["oil"] = part_from_card(card, route, ledger, kind="oil-depot", route=route)
    names = (*_FREE, *(f"activity.{enzyme}" for enzyme in ACTIVITIES))
    system = wire(parts, [Covariate(name, "kg" if name == "person.weight" else "1") for name in names])
    weight = shelf.card("pathway").number("reference_weight").to("kg")
    return system, np.array([[weight, *[1.0] * (len(names) - 1)]])


def dosed_into(route: str) -> str:
    """Return the state that doses by a route go to."""
    return dosed_state(route, library().card(CARD).variant(route).numbers)


def follow(
    route: str,
    dose_mg: float,
    days: int = 1,
    until: float = 24.0,
    changes: Mapping[str, float] | None = None,
    interval: float = 24.0,
) -> Given:
    """Follow one dose a day for some days, the last one up to `until` hours.

    Args:
        route: variant of the card ``progesterone-routes``.
        dose_mg: of each dose, mg.
        days: how many doses.
        until: h after the last dose.
        changes: parameters other than those of the cards, by name.
        interval: h from one dose to the next.
    """
    system, covariates = model(library(), route)
    mass = library().molar_mass(f"plasma.{P4}")
    amount = float(units.convert(dose_mg, "mg", "nmol", molar_mass=mass))
    doses = Record(0.0, 1, dosed_into(route), amount, interval=interval, additional=days - 1)
    last = interval * (days - 1)
    hours = np.arange(0.0, until + _STEP / 2, _STEP)
    parameters = system.parameters(1, changes)
    solution = solve(
        system,
        [doses],
        parameters=parameters,
        covariates=covariates,
        output_times=np.concatenate([[-1e-6], last + hours]),
        start=-_AT_REST,
    )
    names = {analyte: f"plasma.{analyte}" for analyte in ANALYTES}
    found = solution.outputs(list(names.values()))
    return Given(
        hours,
        {key: found[name][0, 1:] for key, name in names.items()},
        {key: float(found[name][0, 0]) for key, name in names.items()},
    )


def exposure(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return a metric of the course after the last dose, as the assay of the observed result reads it.

    Arguments: ``route``, ``dose`` such as ``"100 mg"``, ``days`` of one dose each, ``analyte`` (progesterone when left
    out). Metrics: ``c_max``, ``t_max``, ``mean`` of 24 h, ``auc_A_B``, ``rise_A_B`` (area over endogenous),
    ``at_H`` (level H hours after the last dose), ``terminal_half_life``, ``X over Y`` (whole areas above endogenous, of
    one dose), ``area for its dose over other route`` (areas of 24 h above endogenous, with ``other_route`` and
    ``other_dose``), ``whole area over other route``, ``c_max over other route``. ``interval`` is from dose to dose.
    """
    given = entry.arguments
    days, metric = int(float(given.get("days", 1.0))), entry.metric
    until = 72.0 if metric == "terminal_half_life" else _GONE if " over " in metric else 24.0
    if metric.startswith("auc_"):
        until = max(until, float(metric.rpartition("_")[2]))
    if metric == "area for its dose over other route":
        return _availability(entry, days)
    if metric in _ACROSS:
        return _across(entry, days)
    interval = units.parse_span(str(given.get("interval", "24 h")), where="interval")
    course = follow(str(given["route"]), units.parse(str(given["dose"]), "mg"), days, until, interval=interval)
    if " over " in metric:
        above, _, below = metric.partition(" over ")
        return _above(course, above) / _above(course, below)
    analyte, hours = str(given.get("analyte", P4)), course.hours
    plasma, own = read(entry, course.plasma, analyte), float(read(entry, course.endogenous, analyte))
    mass = library().molar_mass(analyte)
    if metric == "t_max":
        return float(units.convert(hours[int(plasma.argmax())], "h", entry.observed.unit))
    if metric == "terminal_half_life":
        late = (plasma - own)[hours >= 48.0]
        half_life = math.log(2.0) * 24.0 / math.log(late[0] / late[-1])
        return float(units.convert(half_life, "h", entry.observed.unit))
    if metric in ("c_max", "mean"):
        level = plasma.max() if metric == "c_max" else float(area(hours, plasma[None], 0.0, 24.0)[0]) / 24.0
        return float(units.convert(level, units.CONCENTRATION, entry.observed.unit, molar_mass=mass))
    if re.fullmatch(r"at_\d+", metric):
        level = float(np.interp(float(metric[3:]), hours, plasma))
        return float(units.convert(level, units.CONCENTRATION, entry.observed.unit, molar_mass=mass))
    kind, *ends = metric.split("_")
    if kind not in ("auc", "rise") or len(ends) != 2:
        raise CardError(f"'{metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    begin, end = map(float, ends)
    whole = float(area(hours, plasma[None], begin, end)[0])
    if kind == "rise":
        return float(units.convert(whole / (own * (end - begin)) - 1.0, "1", entry.observed.unit))
    return float(units.convert(whole, f"{units.CONCENTRATION} * h", entry.observed.unit, molar_mass=mass))


def _across(entry: Reproduces, days: int) -> float:
    """Return the whole area or the highest level above endogenous by one route over that by another, of these doses."""
    given, found = entry.arguments, []
    for prefix, count in (("", days), ("other_", 1)):
        dose, interval = units.parse(str(given[f"{prefix}dose"]), "mg"), str(given.get("interval", "24 h"))
        whole = entry.metric == "whole area over other route"
        span = units.parse_span(interval, where="interval")
        course = follow(str(given[f"{prefix}route"]), dose, count, _GONE if whole else 24.0, interval=span)
        above = read(entry, course.plasma, P4) - float(read(entry, course.endogenous, P4))
        found.append(float(area(course.hours, above[None], 0.0, _GONE)[0] if whole else above.max()))
    return float(units.convert(found[0] / found[1], "1", entry.observed.unit))


def _above(course: Given, analyte: str) -> float:
    over = course.plasma[analyte] - course.endogenous[analyte]
    return float(area(course.hours, over[None], 0.0, _GONE)[0])


def _availability(entry: Reproduces, days: int) -> float:
    """Return the area of 24 h over dose by one route over that by another, each as the assay reads it."""
    found = []
    for prefix in ("", "other_"):
        dose = units.parse(str(entry.arguments[f"{prefix}dose"]), "mg")
        course = follow(str(entry.arguments[f"{prefix}route"]), dose, days)
        # an assay that over-reads after an oral dose reads the metabolites of that dose
        plasma = read(entry, course.plasma, P4) if not prefix else course.plasma[P4]
        own = float(read(entry, course.endogenous, P4)) if not prefix else course.endogenous[P4]
        found.append(float(area(course.hours, (plasma - own)[None], 0.0, 24.0)[0]) / dose)
    return float(units.convert(found[0] / found[1], "1", entry.observed.unit))


SET_UPS = {"progesterone-given": exposure}
