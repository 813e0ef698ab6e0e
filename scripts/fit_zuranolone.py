"""Fit zuranolone's absorption, disposition, enzymes and milk to published summary numbers.

    python scripts/fit_zuranolone.py            print the fit
    python scripts/fit_zuranolone.py --write    also write the numbers into pharmacokinetics/zuranolone.toml

Data: the results of role fit among those that the card's variant reproduces, each run as `verify` runs it. Free
parameters: as many, less those that a variant holds at a number of its own. No degree of freedom is left: a fit that
goes through all points tests nothing, and one that does not shows that the structure forbids it. Which rows move which
parameter stands on the card.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

import numpy as np
from fitting import Array, write_numbers

from neurosteroid.evidence import Card, Ledger, Reproduces, Role, library
from neurosteroid.studies.set_ups.medicines import SET_UPS

DRUG = "zuranolone"
VARIANTS = ("small-central", "large-central", "cyp3a4-alone")
HELD = {"cyp3a4-alone": ("other_induction",)}
"""Free parameters that a variant holds at the number on its card."""
POSITIVE = {
    "intrinsic_clearance": ("disposition", 26.0, "L/h"),
    "steady_state_volume": ("disposition", 340.0, "L"),
    "intercompartmental_clearance": ("disposition", 20.0, "L/h"),
    "release_rate": ("oral", 0.7, "1/h"),
    "absorption_rate": ("oral", 2.0, "1/h"),
    "fat_half": ("oral", 40.0, "kcal"),
    "milk_to_plasma": ("milk", 0.5, "1"),
    "other_induction": ("disposition", 1.0, "1"),
}
"""Free parameters above 0, fitted on the log scale: part, first guess, unit."""

SHARES = {
    "cyp3a4_share": ("disposition", 0.35),
    "absorbed_with_fat": ("oral", 0.7),
    "fasted_ratio": ("oral", 0.48),
    "slow_fasted": ("oral", 0.5),
}
"""Free parameters between 0 and 1, fitted on the logit scale: part, first guess."""

MEANINGS = {
    "intrinsic_clearance": "of plasma, at the reference weight",
    "intercompartmental_clearance": "at the reference weight",
    "central_volume": "at the reference weight",
    "peripheral_volume": "at the reference weight",
    "cyp3a4_share": "share of the intrinsic clearance",
    "release_rate": "rate of each of three stages between capsule and gut",
    "absorption_rate": "rate of absorption of what is dissolved",
    "absorbed_with_fat": "share of a capsule",
    "fasted_ratio": "share absorbed without food over that with very much fat",
    "slow_fasted": "share of what is absorbed",
    "fat_half": "energy of fat in the meal at half its effect",
    "other_induction": "rise of the routes other than CYP3A4 with an inducer over that of CYP3A4",
    "milk_to_plasma": "total concentration in milk over that in plasma",
}


def freed(variant: str) -> list[str]:
    """Return the names of the positive parameters that a variant leaves free."""
    return [name for name in POSITIVE if name not in HELD.get(variant, ())]


def start(variant: str) -> Array:
    shares = np.array([guess for _, guess in SHARES.values()])
    positive = [POSITIVE[name][1] for name in freed(variant)]
    return np.concatenate([np.log(positive), np.log(shares / (1 - shares))])


def numbers_of(free: Array, variant: str, central_share: float) -> dict[str, float]:
    """Return the card's numbers for a point of the fit."""
    names = freed(variant)
    positive = dict(zip(names, np.exp(free[: len(names)]), strict=True))
    shares = dict(zip(SHARES, 1 / (1 + np.exp(-free[len(names) :])), strict=True))
    volume = positive.pop("steady_state_volume")
    volumes = {"central_volume": central_share * volume, "peripheral_volume": (1 - central_share) * volume}
    return {name: float(value) for name, value in {**positive, **volumes, **shares}.items()}


def changes_of(numbers: Mapping[str, float]) -> dict[str, float]:
    part = {name: place for name, (place, *_) in {**POSITIVE, **SHARES}.items()}
    return {f"{part.get(name, 'disposition')}.{name}": value for name, value in numbers.items()}


def predicted(card: Card, variant: str, entry: Reproduces, numbers: Mapping[str, float]) -> float:
    return SET_UPS[entry.set_up](card, variant, entry, changes_of(numbers))


def fit(card: Card, variant: str) -> dict[str, float]:
    """Return the fitted numbers."""
    from scipy.optimize import least_squares

    share = Ledger().take(card, "central_share", "1", variant)
    rows = tuple(entry for entry in card.variant(variant).reproduces if entry.role is Role.FIT)

    def misses(free: Array) -> Array:
        numbers = numbers_of(free, variant, share)
        return np.array([np.log(predicted(card, variant, row, numbers) / row.observed.value) for row in rows])

    first = start(variant)
    solution = least_squares(misses, first, xtol=1e-9, ftol=1e-10, diff_step=1e-4, bounds=(first - 4, first + 4))
    return numbers_of(solution.x, variant, share)


def tables(card: Card, variant: str, numbers: Mapping[str, float]) -> dict[str, dict[str, object]]:
    """Return the number tables of the card."""
    units = {name: unit for name, (_, _, unit) in POSITIVE.items()}
    units |= {"central_volume": "L", "peripheral_volume": "L"}
    rows = [row for row in card.variant(variant).reproduces if row.role is Role.FIT]
    sources = sorted({key for row in rows for key in row.source})
    note = "scripts/fit_zuranolone.py: as many parameters as published summary numbers; see the note of the variant."
    return {
        name: {
            "value": value,
            "unit": units.get(name, "1"),
            "kind": MEANINGS[name],
            "source": sources,
            "status": "derived",
            "note": note,
        }
        for name, value in numbers.items()
    }


def main() -> None:
    card = library().card(DRUG, "pharmacokinetics")
    for variant in VARIANTS:
        numbers = fit(card, variant)
        print(variant)
        for name, value in numbers.items():
            print(f"  {name:30s} {value:.6g}")
        for row in card.variant(variant).reproduces:
            value, observed = predicted(card, variant, row, numbers), row.observed.value
            print(f"  {row.role!s:12s} {row.name:58s} {value:9.4g} {observed:9.4g} {value / observed:6.3f}")
        if "--write" in sys.argv:
            write_numbers(card, variant, tables(card, variant, numbers))


if __name__ == "__main__":
    main()
