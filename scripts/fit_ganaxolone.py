"""Fit ganaxolone's disposition and absorption to the few published figures.

    python scripts/fit_ganaxolone.py            print the fit
    python scripts/fit_ganaxolone.py --write    also write the numbers into pharmacokinetics/ganaxolone.toml

Data: the results of role fit of each variant, and four figures of the label that stand on the card as numbers:
half-life and peak time, read, and area and highest concentration with a high-fat meal over none, recalled. As many
free parameters as figures: no degree of freedom is left, and nothing is tested. Where both doses by vein are fitted,
the exchange with tissue is free too.

Two numbers of the enzymes then follow from two rows of observed areas: the share of CYP3A4 from that with
itraconazole, and what inducers do to the other routes from that with rifampin. Neither moves anything without them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

import numpy as np
from fitting import Array, rows_to_fit, write_numbers

from neurosteroid.evidence import Card, Compare, Comparison, Ledger, Observed, Reproduces, Role, Status, library
from neurosteroid.studies.set_ups.intravenous import SET_UPS as BY_VEIN
from neurosteroid.studies.set_ups.medicines import SET_UPS as BY_MOUTH

DRUG = "ganaxolone"
VARIANTS = ("dose-10", "dose-30", "ten-in-an-hour")
FREE = {
    "intrinsic_clearance": ("disposition", 100.0, "L/h", "of plasma, at the reference weight"),
    "central_volume": ("disposition", 100.0, "L", "at the reference weight"),
    "peripheral_volume": ("disposition", 900.0, "L", "at the reference weight"),
    "release_rate": ("oral", 2.0, "1/h", "rate of each of three stages between suspension and gut"),
    "fasted_ratio": ("oral", 0.5, "1", "share absorbed without food over that with very much fat"),
    "slow_fasted": ("oral", 0.5, "1", "share of what is absorbed that dissolves late"),
}
"""Free parameters: part, first guess, unit, meaning; the two shares on the logit scale, the others on the log scale."""
EXCHANGE = {"intercompartmental_clearance": ("disposition", 50.0, "L/h", "at the reference weight")}
"""Free in a variant that is fitted to two doses by vein."""

SHARES = ("fasted_ratio", "slow_fasted")
MEALS = {"dose": "300 mg", "meal": "high-fat", "over": "fasted"}
LABEL = {
    "terminal_half_life": ("terminal_half_life", {"dose": "300 mg", "meal": "moderate-fat"}),
    "peak_time": ("t_max", {"dose": "300 mg", "meal": "moderate-fat"}),
    "food_area_ratio": ("auc_last_ratio", MEALS),
    "food_c_max_ratio": ("c_max_ratio", MEALS),
}
"""Figure of the label on the card to the metric of a single dose by mouth that it is held against."""


def free_of(variant: str) -> dict[str, tuple[str, float, str, str]]:
    """Return the free parameters of a variant."""
    return FREE | EXCHANGE if variant == "ten-in-an-hour" else FREE


def targets(card: Card, variant: str) -> tuple[Reproduces, ...]:
    """Return everything that is fitted, as results to be brought out."""
    label = tuple(
        Reproduces(
            name=key,
            set_up="oral-single-dose",
            metric=metric,
            arguments=arguments,
            observed=Observed(value=card.number(key, variant).value, unit=card.number(key, variant).unit),
            compare=Compare(kind=Comparison.RELATIVE, tolerance=0.01),
            role=Role.FIT,
            status=Status.DERIVED,
            note="A figure of the label on the card.",
        )
        for key, (metric, arguments) in LABEL.items()
    )
    return label + tuple(row for row in card.variant(variant).reproduces if row.role is Role.FIT)


def numbers_of(variant: str, free: Array) -> dict[str, float]:
    """Return the card's numbers for a point of the fit."""
    return {
        name: float(1 / (1 + np.exp(-value)) if name in SHARES else np.exp(value))
        for name, value in zip(free_of(variant), free, strict=True)
    }


def predicted(card: Card, variant: str, entry: Reproduces, numbers: Mapping[str, float]) -> float:
    changes = {f"{free_of(variant)[name][0]}.{name}": value for name, value in numbers.items()}
    set_up = {**BY_VEIN, **BY_MOUTH}[entry.set_up]
    return set_up(card, variant, entry, changes)


def fit(card: Card, variant: str) -> dict[str, float]:
    """Return the fitted numbers."""
    from scipy.optimize import least_squares

    rows = targets(card, variant)
    free = free_of(variant)
    guesses = np.array([guess for _, guess, _, _ in free.values()])
    logit = np.array([name in SHARES for name in free])
    first = np.where(logit, np.log(guesses / np.where(logit, 1 - guesses, 1.0)), np.log(guesses))

    def misses(point: Array) -> Array:
        numbers = numbers_of(variant, point)
        return np.array(
            [np.log(predicted(card, variant, row, numbers) / (row.observed.value or np.nan)) for row in rows]
        )

    solution = least_squares(misses, first, xtol=1e-9, ftol=1e-10, diff_step=1e-4, bounds=(first - 5, first + 5))
    return numbers_of(variant, solution.x)


def enzymes(card: Card, variant: str) -> dict[str, float]:
    """Return the share of CYP3A4, and the rise of the other routes with inducers over that of CYP3A4."""
    from scipy.optimize import brentq

    found: dict[str, float] = {}
    for name, row in (("cyp3a4_share", "itraconazole_auc_inf"), ("other_induction", "rifampin_auc_inf")):
        entry = rows_to_fit("ganaxolone-pharmacokinetics", id=row)[0].result()

        def miss(trial: float, name: str = name, entry: Reproduces = entry) -> float:
            changes = {f"disposition.{key}": value for key, value in {**found, name: trial}.items()}
            return BY_MOUTH[entry.set_up](card, variant, entry, changes) - (entry.observed.value or np.nan)

        found[name] = float(brentq(miss, 0.0, 0.99 if name == "cyp3a4_share" else 5.0, xtol=1e-5))
    return found


def enzyme_tables(found: Mapping[str, float]) -> dict[str, dict[str, object]]:
    """Return their number tables."""
    kinds = {
        "cyp3a4_share": ("share of the intrinsic clearance", ["drugs-com-ganaxolone-ritonavir"]),
        "other_induction": (
            "rise of the routes other than CYP3A4 with an inducer over that of CYP3A4",
            ["drugs-com-ganaxolone-rifampin"],
        ),
    }
    note = "scripts/fit_ganaxolone.py: one number on one row, the area with {}."
    drugs = {"cyp3a4_share": "itraconazole", "other_induction": "rifampin"}
    return {
        name: {
            "value": value,
            "unit": "1",
            "kind": kinds[name][0],
            "source": kinds[name][1],
            "status": "derived",
            "note": note.format(drugs[name]),
        }
        for name, value in found.items()
    }


def tables(variant: str, numbers: Mapping[str, float]) -> dict[str, dict[str, object]]:
    """Return the number tables of the card."""
    reason = "Rests on the recalled effect of food and on the assumed numbers of this variant."
    count = {6: "six", 7: "seven"}[len(numbers)]
    note = f"scripts/fit_ganaxolone.py: {count} parameters through {count} figures, two of them recalled."
    free = free_of(variant)
    return {
        name: {
            "value": value,
            "unit": free[name][2],
            "kind": free[name][3],
            "source": ["gasior2024", "monaghan1997", "ztalmy-label"],
            "status": "derived",
            "assumed": reason,
            "note": note,
        }
        for name, value in numbers.items()
    }


def main() -> None:
    card, ledger = library().card(DRUG, "pharmacokinetics"), Ledger()
    for variant in VARIANTS:
        for key in LABEL:
            ledger.record(card.number(key, variant))
        numbers = fit(card, variant)
        print(variant)
        for name, value in numbers.items():
            print(f"  {name:30s} {value:.6g}")
        for row in (*targets(card, variant)[: len(LABEL)], *card.variant(variant).reproduces):
            value, observed = predicted(card, variant, row, numbers), row.observed.value or np.nan
            print(f"  {row.role!s:12s} {row.name:58s} {value:9.4g} {observed:9.4g} {value / observed:6.3f}")
        if "--write" in sys.argv:
            write_numbers(card, variant, tables(variant, numbers))
    found = enzymes(card, VARIANTS[0])
    print("enzymes", {name: float(f"{value:.6g}") for name, value in found.items()})
    if "--write" in sys.argv:
        write_numbers(library().card(DRUG, "pharmacokinetics"), VARIANTS[0], enzyme_tables(found))
    print(f"{len(ledger.assumed)} of the numbers fitted to are recalled")


if __name__ == "__main__":
    main()
