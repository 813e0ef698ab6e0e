"""Fit the rhythm of the stress axis and the strengths of three tests to the rows that may be fitted.

    python scripts/fit_stress.py            print the fit
    python scripts/fit_stress.py --write    also write the numbers into physiology/stress.toml and stressors.toml

Rhythm: 4 numbers (two amplitudes of ln drive and their times of day) to 4 figures of a day of cortisol: highest over
lowest, the times of both, and the fall in the afternoon. Means over the day: the highest cortisol, and basal
corticotropin in the morning. Ovine releasing hormone: its largest effect and the concentration at half of it to one
response and the half-maximal dose. Strengths: one figure each. All are met as closely as the equations allow.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from fitting import Array, rows_to_fit, write_numbers

from neurosteroid.engine import Covariate, solve, wire
from neurosteroid.evidence import Ledger, library
from neurosteroid.physiology.hpa_settled import ALLO, INPUT_UNITS, INPUTS, UNITS, axis, settle
from neurosteroid.physiology.stressors import Push, records

ROWS = "stress-axis"
RHYTHM = ("first_amplitude", "first_peak", "second_amplitude", "second_peak")
MINUTE = 1 / 60.0


def value(row: str) -> float:
    """Return the observed value of a row that may be fitted."""
    found = rows_to_fit(ROWS, id=row)[0].value
    assert found is not None  # points, not ranges
    return float(found)


def course(numbers: dict[str, float], clock: float, push: Push | None, until: float) -> tuple[Array, Array, Array]:
    """Return times (h), corticotropin and cortisol over their means, from a time of day on."""
    parts = axis(numbers)
    settled = settle(tuple(numbers.items()), 1.0, clock)
    names = [*(Covariate(name, unit) for name, unit in INPUT_UNITS.items()), Covariate(ALLO, "nmol/L")]
    system = wire(parts, names)
    changes: dict[str, float | Array] = {f"{name}.at_start": start for name, start in settled.start.items()}
    changes |= {"hpa_rhythm.level": settled.level, "hpa_rhythm.clock_at_start": clock}
    covariates = {**INPUTS, ALLO: numbers["allopregnanolone_at_rest"]}
    times = np.arange(0.0, until, MINUTE)
    found = solve(
        system,
        records([push] if push else []),
        parameters=system.parameters(1, changes),
        covariates=np.array([[covariates[name] for name in system.covariate_names]]),
        covariate_rule="locf",
        output_times=times,
        start=0.0,
    )
    rows = np.searchsorted(found.times[0], times + 1e-9, side="right") - 1
    values = found.outputs(["hpa.acth", "hpa.cortisol"])
    return times, values["hpa.acth"][0, rows], values["hpa.cortisol"][0, rows]


def extreme(times: Array, values: Array, sign: float) -> tuple[float, float]:
    """Return place and value of the highest (1) or lowest (-1) point, from the parabola through its three samples."""
    at = int((sign * values)[1:-1].argmax()) + 1
    below, here, above = values[at - 1 : at + 2]
    shift = (below - above) / (2 * (below - 2 * here + above))
    return float(times[at] + shift * MINUTE), float(here - (below - above) * shift / 4)


def fit_rhythm(numbers: dict[str, float]) -> dict[str, float]:
    """Return the four numbers of the rhythm."""
    from scipy.optimize import least_squares

    wanted = [
        np.log(value("highest_cortisol_of_the_day") / value("lowest_cortisol_of_the_day")),
        value("time_of_highest_cortisol"),
        value("time_of_lowest_cortisol"),
        value("fall_of_cortisol_in_the_afternoon") / 100,
    ]

    def misses(free: Array) -> Array:
        now = numbers | dict(zip(RHYTHM, free.tolist(), strict=True))
        times, _, cortisol = course(now, 12.0, None, 24.0 + 2 * MINUTE)
        top, low = extreme(times, cortisol, 1.0), extreme(times, cortisol, -1.0)
        fall = 1 - np.sqrt(np.interp(5.0, times, cortisol) / np.interp(3.0, times, cortisol))
        found = [np.log(top[1] / low[1]), (12.0 + top[0]) % 24.0, low[0], fall]
        # one hour, a fifth of the afternoon's fall and a factor of e weigh alike
        return (np.array(found) - np.array(wanted)) * np.array([1.0, 1.0, 1.0, 1 / 0.014])

    solution = least_squares(misses, np.array([1.5, 7.0, 0.3, 7.0]), diff_step=1e-3, xtol=1e-10)
    print("rhythm: misses (ln ratio, h, h, fifths of the fall)", np.round(solution.fun, 4))
    return dict(zip(RHYTHM, solution.x.tolist(), strict=True))


def fit_strength(
    numbers: dict[str, float], covariate: str, length: float, clock: float, row: str, at: float | None, hormone: str
) -> float:
    """Return the strength that brings out a row: `at` hours after the start, or the highest where `at` is None."""
    from scipy.optimize import brentq

    def miss(strength: float) -> float:
        _, acth, cortisol = course(numbers, clock, Push(covariate, strength, 0.0, length), 3.0)
        values = cortisol if hormone == "cortisol" else acth
        found = values.max() if at is None else values[round(at / MINUTE)]
        return float(found / values[0] - value(row))

    return float(brentq(miss, 0.01, 100.0, xtol=1e-6))


def fit_given(numbers: dict[str, float]) -> dict[str, float]:
    """Return the largest effect of the ovine releasing hormone and the concentration at half of it.

    Two rows: the highest corticotropin of the test's samples over before, and half of the largest rise at 0.55 ug/kg.
    """
    from scipy.optimize import root

    test, ledger = library().card("stressors", "physiology"), Ledger()
    rate, length = (
        ledger.take(test, key, unit, "crh-test") for key, unit in (("strength", "ug/kg/h"), ("length", "h"))
    )
    samples = [15, 30, 45, 60]  # minutes, which are rows of the course

    def misses(logs: Array) -> list[float]:
        now = numbers | {
            "corticorelin_largest": float(np.exp(logs[0])),
            "corticorelin_half_effect": float(np.exp(logs[1])),
        }

        def acth(clock: float, dose: float) -> Array:
            return course(now, clock, Push("stress.corticorelin", dose * rate, 0.0, length), 2.0)[1]

        tested, half, most = acth(9.0, 1.0), acth(16.0, 0.55), acth(16.0, 30.0)
        share = (half.max() - half[0]) / (most.max() - most[0])
        return [
            tested[samples].max() / tested[0] - value("crh_test_corticotropin"),
            share - value("crh_half_maximal_dose"),
        ]

    found = root(misses, np.log([6.0, 5.0]), options={"eps": 1e-4})
    print("releasing hormone: misses", np.round(found.fun, 6))
    return dict(zip(("corticorelin_largest", "corticorelin_half_effect"), np.exp(found.x).tolist(), strict=True))


def table(card: str, variant: str, key: str, found: float, note: str) -> dict[str, Any]:
    """Return the number's table with a new value and note, and all else as it stands on the card."""
    number = library().card(card, "physiology").number(key, variant)
    kept = {"kind": number.kind} if number.kind else {}
    return {
        "value": found,
        "unit": number.unit,
        **kept,
        "source": list(number.source),
        "status": "derived",
        "note": note,
    }


def main() -> None:
    card, stressors, ledger = (
        library().card("stress", "physiology"),
        library().card("stressors", "physiology"),
        Ledger(),
    )
    numbers = {name: ledger.take(card, name, unit) for name, unit in UNITS.items()}
    rhythm = fit_rhythm(numbers)
    numbers |= rhythm
    times, acth, cortisol = course(numbers, 0.0, None, 24.0)
    mass = library().molar_mass("cortisol")
    nanomolar = rows_to_fit(ROWS, id="highest_cortisol_of_the_day")[0]
    assert nanomolar.unit == "ug/dL"
    baselines = {
        "cortisol_baseline": value("highest_cortisol_of_the_day") * 1e4 / mass / float(cortisol.max()),
        "acth_baseline": value("basal_corticotropin_in_the_morning") / float(np.interp(8.5, times, acth)),
    }
    strengths = {}
    given = fit_given(numbers)
    numbers |= given
    for variant, row, clock, at, hormone in (
        ("acth-test", "acth_test_cortisol_60_min", 8.5, 1.0, "cortisol"),
        ("social-stress-test", "social_stress_test_cortisol", 16.0, None, "cortisol"),
    ):
        length = ledger.take(stressors, "length", "h", variant)
        covariate = stressors.variant(variant).settings["input"]
        strengths[variant] = fit_strength(numbers, covariate, length, clock, row, at, hormone)
    for key, found in {**rhythm, **baselines, **given, **strengths}.items():
        print(f"  {key:20s} {found:.6g}")
    if "--write" not in sys.argv[1:]:
        return
    of_day = "scripts/fit_stress.py: 4 numbers on 4 figures of a day of cortisol."
    write_numbers(card, "retimed", {key: table("stress", "retimed", key, x, of_day) for key, x in rhythm.items()})
    notes = {
        "cortisol_baseline": "scripts/fit_stress.py: the highest cortisol of the day over its ratio to the daily mean.",
        "acth_baseline": "scripts/fit_stress.py: 4 pmol/L at 08:30 over the ratio of that hour to the daily mean.",
    }
    notes |= dict.fromkeys(given, "scripts/fit_stress.py: two numbers on two rows, met exactly.")
    means = {key: table("stress", "published", key, x, notes[key]) for key, x in {**baselines, **given}.items()}
    write_numbers(library().card("stress", "physiology"), "published", means)
    for variant, strength in strengths.items():
        note = "scripts/fit_stress.py: one number on one row, met exactly."
        write_numbers(
            library().card("stressors", "physiology"),
            variant,
            {"strength": table("stressors", variant, "strength", strength, note)},
        )
    print("  written")


if __name__ == "__main__":
    main()
