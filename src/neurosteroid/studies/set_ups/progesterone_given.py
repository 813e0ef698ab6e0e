"""Exposure to progesterone given: of the typical woman, or the mean over women who differ."""

from __future__ import annotations

import math
import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Reproduces, library
from neurosteroid.pharmacokinetics.areas import area
from neurosteroid.physiology.pathway import P4
from neurosteroid.studies.readings import read
from neurosteroid.studies.set_ups.progesterone import Given, follow
from neurosteroid.studies.set_ups.progesterone_women import DAY, kept

Array = NDArray[np.float64]
_GONE: Final = 240.0  # h after a dose: ten half-lives of the slowest depot
_LATE: Final = 48.0  # h after a dose: what is left falls by its slowest half-life
_ACROSS: Final = ("whole area over other route", "c_max over other route")
_PER_DOSE: Final = "area for its dose over other route"


def exposure(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return a metric of the course after the last dose, as the assay of the observed result reads it.

    Arguments: ``route``, ``dose`` such as ``"100 mg"``, ``days`` of one dose each, ``analyte`` (progesterone when left
    out), ``interval`` from dose to dose. A published arithmetic mean of women is held against that of the metric over
    women who differ as the variances of the route say, with ``of = "women"``, and one that was taken of their mean
    course against that, with ``of = "mean course"``; ``sampled`` such as ``"0, 1, 2, 3, 6, 8 h"`` leaves the hours at
    which blood was taken. All else is of the typical woman. With ``since = "first dose"`` hours are counted from that
    one, and ``window`` such as ``"96, 120 h"`` leaves the hours between two.

    Metrics: ``c_max``, ``t_max``, ``c_min``, ``mean`` of 24 h, ``auc_A_B``, ``rise_A_B`` (area over endogenous),
    ``at_H`` (level H hours after the last dose), ``terminal_half_life``, ``X over Y`` (whole areas above endogenous,
    of one dose), ``area for its dose over other route`` (areas of 24 h above endogenous, with ``other_route`` and
    ``other_dose``), ``whole area over other route``, ``c_max over other route``.
    """
    given = entry.arguments
    metric = entry.metric
    if metric == _PER_DOSE:
        return _availability(entry)
    if metric in _ACROSS:
        return _across(entry)
    if " over " in metric:
        course = _course(entry, until=_GONE)
        above, _, below = metric.partition(" over ")
        return _above(course, above) / _above(course, below)
    until = 72.0 if metric == "terminal_half_life" else DAY
    if metric.startswith("auc_"):
        until = max(until, float(metric.rpartition("_")[2]))
    course = _course(entry, until=until)
    analyte = str(given.get("analyte", P4))
    own = float(read(entry, course.endogenous, analyte))
    return float(_measured(entry, metric, course.hours, read(entry, course.plasma, analyte), own, analyte).mean())


def _course(entry: Reproduces, *, prefix: str = "", until: float) -> Given:
    """Return courses (N, K): the typical woman's alone, those of women who differ, or their mean; as sampled."""
    given = entry.arguments
    route, dose = str(given[f"{prefix}route"]), units.parse(str(given[f"{prefix}dose"]), "mg")
    days = int(float(given.get(f"{prefix}days", 1.0)))
    interval = units.parse_span(str(given.get("interval", "24 h")), where="interval")
    whose, first = given.get("of"), given.get("since") == "first dose"
    window = [float(each) for each in str(given.get("window", "")).removesuffix(" h").split(",") if each]
    until = max([until, *window])
    if whose is None:
        typical = follow(route, dose, days, until, interval=interval, since_first=first)
        course = Given(typical.hours, {key: each[None] for key, each in typical.plasma.items()}, typical.endogenous)
    elif whose in ("women", "mean course"):
        course = kept(library(), route, dose, days, until, interval, first)
    else:
        raise CardError(f"'{whose}' is not whose a result is: 'women' or 'mean course'.", where=f"{entry.name}: of")
    if whose == "mean course":
        means = {key: each.mean(axis=0, keepdims=True) for key, each in course.plasma.items()}
        course = Given(course.hours, means, course.endogenous)
    if window:
        inside = (course.hours >= window[0]) & (course.hours <= window[1])
        plasma = {key: each[:, inside] for key, each in course.plasma.items()}
        course = Given(course.hours[inside], plasma, course.endogenous)
    if "sampled" not in given:
        return course
    hours = np.array([float(each) for each in str(given["sampled"]).removesuffix(" h").split(",")])
    plasma = {
        key: np.array([np.interp(hours, course.hours, one) for one in each]) for key, each in course.plasma.items()
    }
    return Given(hours, plasma, course.endogenous)


def _measured(entry: Reproduces, metric: str, hours: Array, plasma: Array, own: float, analyte: str) -> Array:
    """Return a metric of each course (N, K), (N,), in the unit of the result."""
    unit, mass = entry.observed.unit, library().molar_mass(analyte)
    if metric == "t_max":
        return np.asarray(units.convert(hours[plasma.argmax(axis=1)], "h", unit))
    if metric == "terminal_half_life":
        late = (plasma - own)[:, hours >= _LATE]
        span = hours[-1] - hours[hours >= _LATE][0]
        return np.asarray(units.convert(math.log(2.0) * span / np.log(late[:, 0] / late[:, -1]), "h", unit))
    level: Array | None = None
    if metric in ("c_max", "c_min"):
        level = plasma.max(axis=1) if metric == "c_max" else plasma.min(axis=1)
    elif metric == "mean":
        level = np.asarray(area(hours, plasma, float(hours[0]), float(hours[0]) + DAY)) / DAY
    elif re.fullmatch(r"at_\d+", metric):
        level = np.array([np.interp(float(metric[3:]), hours, one) for one in plasma])
    if level is not None:
        return np.asarray(units.convert(level, units.CONCENTRATION, unit, molar_mass=mass))
    kind, *ends = metric.split("_")
    if kind not in ("auc", "rise") or len(ends) != 2:
        raise CardError(f"'{metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    begin, end = map(float, ends)
    whole = np.asarray(area(hours, plasma, begin, end))
    if kind == "rise":
        return np.asarray(units.convert(whole / (own * (end - begin)) - 1.0, "1", unit))
    return np.asarray(units.convert(whole, f"{units.CONCENTRATION} * h", unit, molar_mass=mass))


def _across(entry: Reproduces) -> float:
    """Return the whole area or the highest level above endogenous by one route over that by another, of these doses."""
    found = []
    whole = entry.metric == "whole area over other route"
    for prefix in ("", "other_"):
        course = _course(entry, prefix=prefix, until=_GONE if whole else DAY)
        above = _added(read(entry, course.plasma, P4), float(read(entry, course.endogenous, P4)))
        found.append(area(course.hours, above, 0.0, _GONE).mean() if whole else above.max(axis=1).mean())
    return float(units.convert(found[0] / found[1], "1", entry.observed.unit))


def _above(course: Given, analyte: str) -> float:
    over = _added(course.plasma[analyte], course.endogenous[analyte])
    return float(area(course.hours, over, 0.0, _GONE).mean())


def _added(plasma: Array, own: float) -> Array:
    """Return what stands above endogenous; late after a dose the error of an integration may be below it."""
    return np.maximum(plasma - own, 0.0)


def _availability(entry: Reproduces) -> float:
    """Return the area of 24 h over dose by one route over that by another, each as the assay reads it."""
    found = []
    for prefix in ("", "other_"):
        dose = units.parse(str(entry.arguments[f"{prefix}dose"]), "mg")
        course = _course(entry, prefix=prefix, until=DAY)
        # an assay that over-reads after an oral dose reads the metabolites of that dose
        plasma = read(entry, course.plasma, P4) if not prefix else course.plasma[P4]
        own = float(read(entry, course.endogenous, P4)) if not prefix else course.endogenous[P4]
        found.append(float(area(course.hours, plasma - own, 0.0, DAY).mean()) / dose)
    return float(units.convert(found[0] / found[1], "1", entry.observed.unit))


SET_UPS = {"progesterone-given": exposure}
