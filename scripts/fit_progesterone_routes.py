"""Fit the depots of progesterone to what may be fitted, and print the numbers for the card progesterone-routes.

    python scripts/fit_progesterone_routes.py

Published means of women are met by the mean over women who differ, so the typical woman and the variances of a route
are found together. By mouth, 100 mg: lag from the mean tmax; unchanged share from the mean peak by mass spectrometry
(2 to 3 ng/mL, the middle); 5alpha-share from equal areas of allopregnanolone and progesterone; 5beta-share from the
ratio of pregnanolone to allopregnanolone of the pathway; variances of availability and of absorption from the standard
deviations of area and peak time over their means. Vaginal tablet of 50 mg, on the scale of its assay: half-life of the
depot, lag and share from terminal half-life, mean tmax and mean peak; variances of availability and lag from the
standard deviations of peak and peak time. Injected into muscle: one half-life of its two steps from the peak after
10 mg, a geometric mean; variance of absorption from the standard deviation of the peak over its mean after 90 mg.
Suppository: half-life of the depot and highest uptake from peak and area of 100 mg and area of 200 mg; that
uptake stands on the card for every form in the vagina, and is not fitted again. Capsule in the vagina: half-life of the
depot and share from peak and area of a day after 100 mg. Gel: share from the mean at steady state, half-life of the
depot from the peak, lag from tmax after 90 mg. Under the skin: half-life of the depot from the peak after 25 mg; its
share is read.
Levels rise with shares, so each is a ratio or a small fixed point; tmax is met to the step of the course.
"""

from __future__ import annotations

import math

import numpy as np

from neurosteroid.evidence import library
from neurosteroid.observation.assay_scale import observe
from neurosteroid.studies.set_ups.progesterone import ALLO, P4, Given, follow
from neurosteroid.studies.set_ups.progesterone_spread import measured
from neurosteroid.studies.set_ups.progesterone_women import deviations, women
from neurosteroid.units import convert

CARD = "progesterone-routes"
DEPOT = "depot.absorption_half_life"
OIL = "oil.release_half_life"


def observed(card: str, row: str) -> float:
    """Return the value of a row that may be fitted."""
    found = next(item for item in library().card(card).rows if item.id == row)
    if found.role != "fit" or found.value is None:
        raise SystemExit(f"{row} is not a value to be fitted")
    return found.value


def reproduced(variant: str, name: str, unit: str) -> float:
    """Return what a card of routes says was seen, in a unit, where it may be fitted."""
    found = next(item for item in library().card(CARD).variant(variant).reproduces if item.name == name)
    if found.role != "fit" or found.observed.value is None:
        raise SystemExit(f"{name} is not a value to be fitted")
    mass = library().molar_mass(f"plasma.{P4}")
    return float(convert(found.observed.value, found.observed.unit, unit, molar_mass=mass))


def above(course: Given, analyte: str) -> float:
    """Return the area over endogenous, nmol/L h."""
    return float(np.trapezoid(course.plasma[analyte] - course.endogenous[analyte], course.hours))


def by_mouth() -> dict[str, float]:
    """Return the numbers of the oral depot and its variances; its half-life stays as on the card."""
    peak = reproduced("oral", "peak by mass spectrometry after 100 mg", "nmol/L")
    ratio = library().card("pathway").number("pregnanolone_ratio").to("1")
    changes = {"depot.lag": 0.5, "depot.share_progesterone": 0.01, "depot.share_dihydro_5alpha": 0.03}
    changes |= {"depot.share_dihydro_5beta": 0.015}
    variances = dict.fromkeys(ORAL, 0.5)
    for _ in range(12):
        variances = spread("oral", "progesterone-by-mouth", ORAL, 100.0, 5, changes=changes, start=variances)
        mean = women("oral", 100.0, 5, changes | deviations("oral", variances))
        top = mean.plasma[P4].argmax(axis=1)
        changes["depot.lag"] += observed("progesterone-by-mouth", "label_100_mg_t_max") - mean.hours[top].mean()
        changes["depot.share_progesterone"] *= peak / mean.plasma[P4].max(axis=1).mean()
        course = follow("oral", 100.0, 5, changes=changes)
        changes["depot.share_dihydro_5alpha"] *= above(course, P4) / above(course, ALLO)
        changes["depot.share_dihydro_5beta"] *= ratio * above(course, ALLO) / above(course, "pregnanolone")
    return {key: float(value) for key, value in changes.items()} | variances


def vaginal() -> dict[str, float]:
    """Return the numbers of the vaginal tablet and its variances."""
    card = "progesterone-vaginal"
    terminal = reproduced("vaginal", "terminal half-life after 50 mg", "h")
    changes = {DEPOT: 10.0, "depot.lag": 1.5, "depot.share_progesterone": 0.25}
    variances = dict.fromkeys(VAGINAL, 0.5)
    for _ in range(30):
        course = follow("vaginal", 50.0, until=72.0, changes=changes)
        late = (course.plasma[P4] - course.endogenous[P4])[course.hours >= 48.0]
        half_life = math.log(2.0) * 24.0 / math.log(late[0] / late[-1])
        changes[DEPOT] *= (terminal / half_life) ** 1.5
        variances = spread("vaginal", card, VAGINAL, 50.0, 1, "immunoassay", changes=changes, start=variances)
        mean = women("vaginal", 50.0, 1, changes | deviations("vaginal", variances))
        read = observe(mean.plasma, P4, "immunoassay", "Levy", unit="nmol/L")
        changes["depot.lag"] *= observed(card, "tablet_50_mg_t_max") / mean.hours[read.argmax(axis=1)].mean()
        changes["depot.share_progesterone"] *= observed(card, "tablet_50_mg_c_max") / read.max(axis=1).mean()
    return {key: float(value) for key, value in changes.items()} | variances


def intramuscular() -> dict[str, float]:
    """Return the one half-life of both steps in muscle, out of the oil and out of the depot."""
    from scipy.optimize import brentq

    mass = library().molar_mass(f"plasma.{P4}")
    peak = convert(observed("progesterone-injected", "label_10_mg_c_max"), "ng/mL", "nmol/L", molar_mass=mass)

    def miss(half_life: float) -> float:
        course = follow("intramuscular", 10.0, changes={DEPOT: half_life, OIL: half_life})
        return float(observe(course.plasma, P4, "immunoassay", unit="nmol/L").max() - peak)

    found = float(brentq(miss, 1.0, 48.0, xtol=1e-4))
    steps, start = {DEPOT: found, OIL: found}, {"variance_absorption": 1.0}
    return steps | spread(
        "intramuscular", "progesterone-injected", MUSCLE, 90.0, 1, "immunoassay", changes=steps, start=start
    )


def capsule() -> dict[str, float]:
    """Return half-life and share of the capsule in the vagina."""
    from scipy.optimize import brentq

    peak, day = (observed("progesterone-vaginal", f"capsule_100_mg_{what}") for what in ("c_max", "auc_0_24"))
    mass = library().molar_mass(f"plasma.{P4}")
    wanted = convert(peak, "ng/mL", "nmol/L", molar_mass=mass)
    share = 0.1

    def seen(half_life: float) -> tuple[float, float]:
        course = follow("vaginal-capsule", 100.0, changes={DEPOT: half_life, "depot.share_progesterone": share})
        read = observe(course.plasma, P4, "immunoassay", unit="nmol/L")
        return float(read.max()), float(np.trapezoid(read, course.hours))

    for _ in range(30):
        half_life = float(brentq(lambda trial: seen(trial)[1] / seen(trial)[0] - day / peak, 0.5, 48.0, xtol=1e-4))
        share *= wanted / seen(half_life)[0]
    return {DEPOT: half_life, "depot.share_progesterone": share}


def gel() -> dict[str, float]:
    """Return the numbers of the gel in the vagina."""
    what = {
        key: observed("progesterone-vaginal", f"gel_{key}") for key in ("90_mg_c_max", "90_mg_t_max", "once_daily_mean")
    }
    mass = library().molar_mass(f"plasma.{P4}")
    peak, mean = (convert(what[key], "ng/mL", "nmol/L", molar_mass=mass) for key in ("90_mg_c_max", "once_daily_mean"))
    changes = {DEPOT: 4.0, "depot.lag": 3.0, "depot.share_progesterone": 0.16}
    for _ in range(40):
        once, daily = (follow("vaginal-gel", 90.0, days, changes=changes) for days in (1, 5))
        first, last = (observe(course.plasma, P4, "immunoassay", unit="nmol/L") for course in (once, daily))
        changes[DEPOT] *= float(first.max() / peak)
        changes["depot.lag"] += what["90_mg_t_max"] - once.hours[first.argmax()]
        changes["depot.share_progesterone"] *= float(mean / (np.trapezoid(last, daily.hours) / 24.0))
    return {key: float(value) for key, value in changes.items()}


def suppository() -> dict[str, float]:
    """Return half-life and highest uptake of the suppository, of which all of a small dose arrives."""
    from scipy.optimize import least_squares

    card, mass = "progesterone-vaginal", library().molar_mass(f"plasma.{P4}")
    rows = (
        ("archer_100_mg_c_max", 100.0, 1),
        ("archer_100_mg_auc_0_24", 100.0, 1),
        ("archer_200_mg_auc_0_24", 200.0, 14),
    )
    wanted = [convert(observed(card, row), "ng/mL", "nmol/L", molar_mass=mass) for row, _, _ in rows]

    def miss(logs: np.ndarray) -> list[float]:
        changes = dict(zip((DEPOT, "depot.highest_uptake"), np.exp(logs), strict=True))
        found = []
        for row, dose, days in rows:
            course = follow("vaginal-suppository", dose, days, changes=changes)
            read = observe(course.plasma, P4, "immunoassay", unit="nmol/L")
            found.append(float(read.max() if row.endswith("c_max") else np.trapezoid(read, course.hours)))
        return [math.log(each / target) for each, target in zip(found, wanted, strict=True)]

    found = least_squares(miss, np.log([2.0, 6e3]), diff_step=1e-3)
    return {DEPOT: float(np.exp(found.x[0])), "depot.highest_uptake": float(np.exp(found.x[1]))}


def subcutaneous() -> dict[str, float]:
    """Return the half-life of the depot under the skin."""
    from scipy.optimize import brentq

    mass = library().molar_mass(f"plasma.{P4}")
    peak = convert(observed("progesterone-injected", "subcutaneous_25_mg_c_max"), "ng/mL", "nmol/L", molar_mass=mass)

    def miss(half_life: float) -> float:
        course = follow("subcutaneous", 25.0, changes={DEPOT: half_life})
        return float(observe(course.plasma, P4, "immunoassay", unit="nmol/L").max() - peak)

    return {DEPOT: float(brentq(miss, 0.05, 48.0, xtol=1e-4))}


def spread(
    route: str,
    card: str,
    wanted: dict[str, tuple[str, str]],
    dose: float,
    days: int,
    assay: str | None = None,
    *,
    changes: dict[str, float],
    start: dict[str, float],
    fixed: dict[str, float] | None = None,
) -> dict[str, float]:
    """Return the variances between women with which the coefficients of variation of a route come out.

    Args:
        route: variant of the card.
        card: of the observed rows.
        wanted: variance to be found to (row, measure of it), one each.
        dose: of the rows, mg.
        days: of one dose each.
        assay: that read the rows, where it adds a blank; a factor leaves a coefficient of variation as it is.
        changes: parameters of the typical woman.
        start: variances to begin with.
        fixed: variances that are not to be found.
    """
    from scipy.optimize import least_squares

    targets = [observed(card, row) / 100.0 for row, _ in wanted.values()]

    def miss(logs: np.ndarray) -> list[float]:
        variances = dict(zip(wanted, np.exp(logs), strict=True)) | (fixed or {})
        course = women(route, dose, days, changes | deviations(route, variances))
        plasma = course.plasma[P4] if assay is None else observe(course.plasma, P4, assay, unit="nmol/L")
        values = [measured(course.hours, plasma, what) for _, what in wanted.values()]
        return [math.log(each.std() / each.mean() / target) for each, target in zip(values, targets, strict=True)]

    begin = np.log([start[key] for key in wanted])
    found = least_squares(miss, begin, bounds=(math.log(1e-3), math.log(9.0)), diff_step=1e-2, xtol=1e-5)
    return {key: float(value) for key, value in zip(wanted, np.exp(found.x), strict=True)}


def with_a_lag_of_her_own(absorption: float, changes: dict[str, float]) -> dict[str, float]:
    """Return the variances by mouth where one of the lag takes the place of some of that of absorption.

    With them the peak's coefficient of variation that they bring, %; nothing of it is on the card.

    Args:
        absorption: variance of absorption that is left.
        changes: parameters of the typical woman.
    """
    wanted = {"variance_availability": ORAL["variance_availability"], "variance_lag": ORAL["variance_absorption"]}
    fixed = {"variance_absorption": absorption}
    start = {"variance_availability": 0.56, "variance_lag": 0.8}
    found = spread("oral", "progesterone-by-mouth", wanted, 100.0, 5, changes=changes, start=start, fixed=fixed)
    peaks = women("oral", 100.0, 5, changes | deviations("oral", found | fixed)).plasma[P4].max(axis=1)
    return found | fixed | {"c_max_cv": float(100.0 * peaks.std() / peaks.mean())}


ORAL = {
    "variance_availability": ("label_100_mg_auc_0_10_cv", "auc_0_10"),
    "variance_absorption": ("label_100_mg_t_max_cv", "t_max"),
}
MUSCLE = {"variance_absorption": ("crinone_study_90_mg_c_max_cv", "c_max")}
VAGINAL = {
    "variance_availability": ("tablet_50_mg_c_max_cv", "c_max"),
    "variance_lag": ("tablet_50_mg_t_max_cv", "t_max"),
}


if __name__ == "__main__":
    fitted = [("suppository", suppository()), ("oral", by_mouth()), ("vaginal", vaginal())]
    typical = {key: value for key, value in fitted[1][1].items() if key.startswith("depot.")}
    fitted += [("lag tried", with_a_lag_of_her_own(left, typical)) for left in (1.5, 1e-3)]
    fitted += [("muscle", intramuscular()), ("capsule", capsule()), ("gel", gel()), ("skin", subcutaneous())]
    for title, numbers in fitted:
        for name, value in numbers.items():
            print(f"{title:11} {name:32} {value:.4g}")
