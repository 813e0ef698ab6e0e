"""Fit corpus luteum and placenta to the rows on pregnancy that may be fitted.

    python scripts/fit_placenta.py            print the fit
    python scripts/fit_placenta.py --write    also write the numbers into physiology/placenta.toml and pregnancy.toml

Progesterone: least squares of ln ratio on five rows and on the week of the luteal-placental shift, where both sources
must be equal. Hormones turn over in hours and production changes over weeks, so a row says production = concentration
times clearance. Estradiol: two rows give the amount and the middle of the rise, its width is on the card; what the
corpus luteum makes is on the card too and falls as its progesterone does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from fitting import Array, rows_to_fit, write_numbers

from neurosteroid import units
from neurosteroid.engine.maths import expit
from neurosteroid.evidence import Card, Ledger, Row, library

ROWS = "pregnancy-hormones"
PROGESTERONE = {
    "johansson_1969_week_5_progesterone": 5.0,
    "johansson_1969_week_9_progesterone": 9.0,
    "western_australia_trial_week_14_17_progesterone": 15.5,
    "johansson_1969_week_32_progesterone": 32.0,
    "teoh_1973_week_term_progesterone": 39.5,
}
ESTRADIOL = {
    "western_australia_trial_week_14_17_estradiol": 15.5,
    "western_australia_trial_week_23_28_estradiol": 25.5,
}
Production = Callable[[Array, Array], Array]


def productions(rows: Mapping[str, float], analyte: str, clearance: float) -> tuple[Array, Array]:
    """Return weeks (R,) and the production (R,) in nmol/h that each row asks for."""
    mass = library().molar_mass(analyte)
    found = [rows_to_fit(ROWS, id=name)[0] for name in rows]
    return np.array(list(rows.values())), np.array([clearance * _nanomolar(row, mass) for row in found])


def _nanomolar(row: Row, mass: float) -> float:
    return float(units.convert(row.value, row.unit, "nmol/L", molar_mass=mass))


def fit_progesterone(card: Card, variant: str) -> tuple[Array, float, Array]:
    """Return estimates, the root mean square of ln ratio over the rows, and ln ratio of each row and of the shift."""
    from scipy.optimize import least_squares

    ledger = Ledger()
    clearance, width, shift = (
        ledger.take(card, key, unit, variant)
        for key, unit in (("fitted_clearance", "L/h"), ("width_of_fall", "week"), ("shift", "week"))
    )
    weeks, wanted = productions(PROGESTERONE, "progesterone", clearance)
    placental, start = _placental(card, variant, ledger)

    def luteal(free: Array, week: Array) -> Array:
        return np.exp(free[0]) * expit((free[1] - week) / width)

    def misses(free: Array) -> Array:
        made = luteal(free, weeks) + placental(free[2:], weeks)
        at_shift = np.array([shift])
        return np.append(np.log(made / wanted), np.log(luteal(free, at_shift) / placental(free[2:], at_shift)))

    solution = least_squares(misses, np.array([np.log(wanted[0]), shift, *start]), xtol=1e-14, ftol=1e-14)
    return solution.x, float(np.sqrt(np.mean(solution.fun[:-1] ** 2))), solution.fun


def _placental(card: Card, variant: str, ledger: Ledger) -> tuple[Production, Sequence[float]]:
    """Return placental production in nmol/h from free parameters and weeks, and where to start."""
    if variant == "sigmoid":
        return lambda free, week: np.exp(free[0]) * expit((week - free[1]) / np.exp(free[2])), (np.log(5e4), 28.0, 1.6)
    linear, quadratic, cubic = (
        ledger.take(card, key, f"mL/week**{power}", variant)
        for power, key in enumerate(("linear", "quadratic", "cubic"), start=1)
    )
    return lambda free, week: np.exp(free[0]) * week * (linear + week * (quadratic + week * cubic)), (np.log(60.0),)


def fit_estradiol(middle_of_fall: float, width_of_fall: float) -> tuple[float, float]:
    """Return the highest placental production in nmol/h and the middle of its rise in weeks: 2 numbers from 2 rows."""
    from scipy.optimize import brentq

    ledger, disposition = Ledger(), library().card("estradiol-disposition")
    weeks, wanted = productions(ESTRADIOL, "estradiol", ledger.take(disposition, "clearance", "L/h"))
    luteal = ledger.take(disposition, "production_luteal", "nmol/h")
    wanted = wanted - luteal * expit((middle_of_fall - weeks) / width_of_fall)
    width = ledger.take(library().card("pregnancy"), "estradiol_width_of_rise", "week")

    def ratio(middle: float) -> float:
        rise = expit((weeks - middle) / width)
        return float(rise[0] / rise[1] - wanted[0] / wanted[1])

    middle = float(brentq(ratio, 0.0, 40.0))
    return float(wanted[0] / expit((weeks[0] - middle) / width)), middle


def _table(card: Card, variant: str, key: str, value: float, note: str) -> dict[str, Any]:
    """Return the number's table with a new value and note, and all else as it stands on the card."""
    number = card.number(key, variant or None)
    table: dict[str, Any] = {"value": value, "unit": number.unit, "kind": number.kind, "source": list(number.source)}
    return {**table, "status": "derived", "note": note}


def main() -> None:
    card, pregnancy = library().card("placenta"), library().card("pregnancy")
    names = {
        "placental-volume": ("luteal_production", "middle_of_fall", "production_per_volume"),
        "sigmoid": ("luteal_production", "middle_of_fall", "highest_production", "middle_of_rise", "width_of_rise"),
    }
    written: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for variant, keys in names.items():
        free, error, misses = fit_progesterone(card, variant)
        logarithmic = ("luteal_production", "production_per_volume", "highest_production", "width_of_rise")
        values = {key: float(np.exp(x) if key in logarithmic else x) for key, x in zip(keys, free, strict=True)}
        print(f"{variant}: {len(keys)} parameters on {len(PROGESTERONE)} rows and the shift, rms ln ratio {error:.3f}")
        for key, value in values.items():
            print(f"  {key:24s} {value:.5g}")
        for name, miss in zip((*PROGESTERONE, "shift"), misses, strict=True):
            print(f"  {name:50s} predicted over observed {np.exp(miss):.3f}")
        note = (
            f"scripts/fit_placenta.py: {len(keys)} parameters on {len(PROGESTERONE)} rows and the shift, root mean "
            f"square of ln ratio {error:.2f}."
        )
        written["placenta", variant] = {key: _table(card, variant, key, x, note) for key, x in values.items()}
        if variant == card.default:
            highest, middle = fit_estradiol(values["middle_of_fall"], card.number("width_of_fall").to("week"))
    print(f"estradiol: highest production {highest:.5g} nmol/h, middle of rise {middle:.4g} weeks")
    note = "scripts/fit_placenta.py: 2 numbers on 2 rows, met exactly; the width is assumed."
    estradiol = {"estradiol_highest_production": highest, "estradiol_middle_of_rise": middle}
    written["pregnancy", ""] = {key: _table(pregnancy, "", key, x, note) for key, x in estradiol.items()}
    if "--write" in sys.argv[1:]:
        for (name, variant), tables in written.items():
            write_numbers(library().card(name, "physiology"), variant, tables)
        print("  written")


if __name__ == "__main__":
    main()
