"""Fit the sedation thresholds and drug effect to the pooled brexanolone studies.

    python scripts/fit_sedation.py            print the fit
    python scripts/fit_sedation.py --write    also write the numbers into outcomes/sedation.toml

Free parameters: log odds of at least mild sedation without drug, and the largest drug effect on it. Data: two counts,
placebo and all brexanolone women together, by binomial likelihood. Two parameters on two data leave no degree of
freedom: the fit goes through both points and tests nothing. The two arms stand beside the prediction for that.

A woman keeps her place among women, so the chance that she is ever sedated within the treatment is the one at her
highest effect-site concentration. The thresholds of moderate and deep sedation follow from two shares on the card that
are assumptions: they are set so that these shares of the women on drug ever reach that level.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from fitting import Array, Women, draw_women, effect_courses, rows_to_fit, write_numbers

from neurosteroid.engine.maths import expit, logit
from neurosteroid.evidence import Card, Ledger, Row, library

WOMEN = 2048
STEP = 0.25
DRUG_ARMS = ("sedation_60", "sedation_90")


@dataclass(frozen=True)
class Fit:
    """Estimates with standard errors of (threshold_mild, maximum_drug_effect), and the two assumed thresholds."""

    estimate: Array
    error: Array
    threshold_moderate: float
    threshold_deep: float


def peaks(card: Card, women: Women) -> dict[str, tuple[Row, Array]]:
    """Return row and each woman's highest share of the full drug effect, C / (C + C50), by drug arm."""
    half = Ledger().take(card, "half_effect_concentration", "nmol/L")
    rows = {row.id: row for row in library().card("brexanolone-safety").rows if row.id in DRUG_ARMS}
    found = {}
    for name, row in rows.items():
        highest = effect_courses(card, None, row.protocol, women, STEP)[1].max(axis=1)
        found[name] = row, highest / (highest + half)
    return found


def ever(threshold: float, effect: float, share: Array) -> float:
    """Return the share of women who ever pass a threshold."""
    return float(np.mean(expit(threshold + effect * share)))


def pooled(threshold: float, effect: float, arms: dict[str, tuple[Row, Array]]) -> float:
    """Return the share of all women on drug who ever pass a threshold, arms weighted by their size."""
    sizes = np.array([row.n for row, _ in arms.values()], dtype=float)
    shares = np.array([ever(threshold, effect, share) for _, share in arms.values()])
    return float(sizes @ shares / sizes.sum())


def fit(card: Card, women: Women) -> tuple[Fit, dict[str, tuple[Row, Array]], tuple[Row, Row]]:
    """Return the maximum-likelihood fit: 2 parameters, 2 counts."""
    from scipy.optimize import brentq, minimize

    arms = peaks(card, women)
    (placebo,) = rows_to_fit("brexanolone-safety", id="sedation_placebo")
    (drug,) = rows_to_fit("brexanolone-safety", id="sedation_pooled")
    counts = np.array([placebo.events, drug.events], dtype=float)
    sizes = np.array([placebo.n, drug.n], dtype=float)

    def probabilities(free: Array) -> Array:
        return np.array([float(expit(free[0])), pooled(free[0], free[1], arms)])

    def loss(free: Array) -> float:
        p = probabilities(free)
        return float(-(counts * np.log(p) + (sizes - counts) * np.log(1 - p)).sum())

    solution = minimize(
        loss, np.array([logit(0.1), 1.0]), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}
    )
    nudge = 1e-5
    slopes = np.stack(
        [(probabilities(solution.x + d) - probabilities(solution.x - d)) / (2 * nudge) for d in nudge * np.eye(2)],
        axis=1,
    )
    p = probabilities(solution.x)
    information = slopes.T @ np.diag(sizes / (p * (1 - p))) @ slopes
    ledger = Ledger()

    def threshold(key: str) -> float:
        wanted = ledger.take(card, key, "1")
        return float(brentq(lambda value: pooled(value, solution.x[1], arms) - wanted, -20, 5))

    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    found = Fit(solution.x, errors, threshold("share_moderate"), threshold("share_deep"))
    return found, arms, (placebo, drug)


def report(found: Fit, arms: dict[str, tuple[Row, Array]], fitted: tuple[Row, Row]) -> None:
    threshold, effect = found.estimate
    print("2 free parameters, 2 data: no degree of freedom is left, both are met exactly")
    for name, value, error in zip(("threshold_mild", "maximum_drug_effect"), found.estimate, found.error, strict=True):
        print(f"  {name:24s} {value:8.4f}  standard error {error:.4f}")
    print(f"  {'threshold_moderate':24s} {found.threshold_moderate:8.4f}  from the assumed share of the card")
    print(f"  {'threshold_deep':24s} {found.threshold_deep:8.4f}  from the assumed share of the card")
    placebo, drug = fitted
    lines = [(placebo, float(expit(threshold))), (drug, pooled(threshold, effect, arms))]
    lines += [(row, ever(threshold, effect, share)) for row, share in arms.values()]
    for row, predicted in lines:
        print(
            f"  {row.arm:16s} {row.events:3d} of {row.n:3d} = {row.events / row.n:6.1%}   predicted {predicted:6.1%}"
            f"   role {row.role}"
        )
    print("  90 ug/kg/h showed less sedation than 60; a curve that rises with concentration cannot show it.")


def tables(card: Card, found: Fit) -> dict[str, dict[str, object]]:
    """Return the number tables of the card."""
    note = (
        "scripts/fit_sedation.py: binomial likelihood, 2 parameters on 2 counts (6 of 107 on placebo, 21 of 140 on "
        "brexanolone), no degree of freedom left. The spread is the standard error with the assumed numbers held fixed."
    )
    fitted = {
        "population": "studies 202A, 202B, 202C, postpartum depression",
        "source": ["zulresso-safety-page", "garafola2023"],
        "status": "derived",
        "note": note,
    }
    names = ("threshold_mild", "maximum_drug_effect")
    meanings = ("log odds of at least mild sedation without drug", "largest rise of the log odds by drug")
    found_tables: dict[str, dict[str, object]] = {
        name: {
            "value": float(value),
            "unit": "1",
            "spread": {"kind": "se", "value": float(error)},
            "kind": meaning,
            **fitted,
        }
        for name, meaning, value, error in zip(names, meanings, found.estimate, found.error, strict=True)
    }
    for level, value in (("moderate", found.threshold_moderate), ("deep", found.threshold_deep)):
        share = card.number(f"share_{level}")
        found_tables[f"threshold_{level}"] = {
            "value": value,
            "unit": "1",
            "kind": f"log odds of at least {level} sedation without drug",
            "status": "derived",
            "assumed": f"Rests on 'share_{level}', which is an assumption.",
            "note": f"scripts/fit_sedation.py: {share.value:.2g} of the women on brexanolone ever reach this level.",
        }
    return found_tables


def main() -> None:
    card = library().card("sedation")
    found, arms, fitted = fit(card, draw_women(WOMEN, further=0))
    report(found, arms, fitted)
    if "--write" in sys.argv[1:]:
        write_numbers(card, "", tables(card, found))
        print(f"  written to {card.path}")


if __name__ == "__main__":
    main()
