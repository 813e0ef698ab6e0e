"""Fit the HAM-D17 parameters to the three arms of study 202B.

    python scripts/fit_hamd17.py            print the fit of every variant
    python scripts/fit_hamd17.py --write    also write the numbers into outcomes/hamd17.toml

Free parameters: full placebo response, largest drug effect, and the spread of the response between women (logit
scale). Data: three mean changes at 60 h with their standard errors, and the three standard deviations of change that
follow from them, SE * sqrt(n). The standard errors of least-squares means share one residual variance, so the three
standard deviations say little more than one would, they hold rating error as well as differences between women, and
the degrees of freedom are an upper bound. The half-effect concentration and the time constants cannot be learnt from
these rows; they are assumed on the card, one variant for each half-effect concentration.

The published means are least-squares means, adjusted to one baseline; so all arms start from the card's common one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from fitting import Array, Women, draw_women, effect_courses, rows_to_fit, write_numbers

from neurosteroid.evidence import Card, Ledger, Row, library
from neurosteroid.model.assembly import baseline_distribution, mood_copula
from neurosteroid.outcomes.hamd17 import HamiltonDepression

WOMEN = 2048
STEP = 1.0
FREE = ("placebo_improvement", "maximum_drug_effect", "improvement_sd")
MEANING = (
    "full placebo response, logit scale",
    "largest drug effect, logit scale",
    "standard deviation between women of the response, logit scale",
)


@dataclass(frozen=True)
class Arm:
    """One arm: its published row and the effect in each woman then: nmol/L, or a share of her excitability."""

    row: Row
    effect: Array

    @property
    def sd(self) -> float:
        """Standard deviation of change between women, SE * sqrt(n)."""
        return float(self.row.spread.value * np.sqrt(self.row.n))


@dataclass(frozen=True)
class Fit:
    """Estimates and standard errors in the order of `FREE`, and predicted means and SDs by arm."""

    estimate: Array
    error: Array
    means: Array
    sds: Array
    chi_squared: float


def arms_of(card: Card, variant: str, women: Women) -> tuple[Arm, ...]:
    """Return the arms of the study with exposures of the drawn women."""
    found = []
    for row in rows_to_fit("hummingbird-202b", quantity="HAM-D17 change from baseline"):
        times, effect = effect_courses(card, variant, row.protocol, women, STEP)
        at_visit = effect[:, np.searchsorted(times, row.time)] if times[-1] >= row.time else effect[:, -1] * 0.0
        found.append(Arm(row, at_visit))
    return tuple(found)


def changes(card: Card, variant: str, women: Women, arm: Arm, free: Array) -> Array:
    """Return the change of each woman in points."""
    ledger = Ledger()

    def take(key: str, unit: str = "1") -> float:
        return ledger.take(card, key, unit, variant)

    # the distributions of the model: of the score at baseline, and of what the response goes with
    draws = mood_copula(card, variant, ledger).values(women.draws)
    part = HamiltonDepression(
        baseline=baseline_distribution(card, variant, ledger).values(draws[:, 2:3])[:, 0],
        highest_score=take("highest_score"),
        placebo_improvement=free[0],
        placebo_time_constant=take("placebo_time_constant", "h"),
        placebo_shape=take("placebo_shape"),
        maximum_drug_effect=free[1],
        half_effect_concentration=take("half_effect_concentration", "nmol/L"),
        eta_improvement=free[2] * _normal_deviate(draws[:, 3]),
    )
    return np.asarray(part.values(arm.row.time, {}, {"effect": arm.effect})["change"])


def fit(card: Card, variant: str, women: Women) -> tuple[Fit, tuple[Arm, ...]]:
    """Return the weighted least-squares fit: 3 parameters, 6 data, see `fitted`."""
    arms = arms_of(card, variant, women)
    return fitted(arms, lambda arm, free: changes(card, variant, women, arm, free), np.ones(len(FREE))), arms


def fitted(arms: tuple[Arm, ...], change: Callable[[Arm, Array], Array], scale: Array) -> Fit:
    """Return the fit of `change` to means and standard deviations of the arms; what is free is near 1 over `scale`.

    Means are weighted by their standard error, standard deviations by sd / sqrt(2 (n - 1)).
    """
    from scipy.optimize import least_squares

    means = np.array([arm.row.value for arm in arms])
    mean_errors = np.array([arm.row.spread.value for arm in arms])
    sds = np.array([arm.sd for arm in arms])
    sd_errors = sds / np.sqrt(2.0 * (np.array([arm.row.n for arm in arms]) - 1))

    def moments(free: Array) -> tuple[Array, Array]:
        found = [change(arm, free * scale) for arm in arms]
        return np.array([item.mean() for item in found]), np.array([item.std() for item in found])

    def residuals(free: Array) -> Array:
        predicted_means, predicted_sds = moments(free)
        return np.concatenate(((predicted_means - means) / mean_errors, (predicted_sds - sds) / sd_errors))

    solution = least_squares(residuals, np.array([1.0, 0.5, 1.0]), xtol=1e-12, ftol=1e-12, gtol=1e-12)
    covariance = np.linalg.inv(solution.jac.T @ solution.jac)
    predicted_means, predicted_sds = moments(solution.x)
    errors = np.sqrt(np.diag(covariance)) * np.abs(scale)
    return Fit(solution.x * scale, errors, predicted_means, predicted_sds, float(2 * solution.cost))


def report(variant: str, found: Fit, arms: tuple[Arm, ...]) -> None:
    print(
        f"\nvariant {variant}: 3 free parameters, 6 data, chi-squared {found.chi_squared:.2f} "
        "on at most 3 degrees of freedom"
    )
    for name, value, error in zip(FREE, found.estimate, found.error, strict=True):
        print(f"  {name:24s} {value:8.4f}  standard error {error:.4f}")
    print(
        f"  {'arm':12s} {'median effect':>16s} {'observed':>8s} {'SE':>5s} {'predicted':>10s} {'z':>6s}"
        "    SD observed/predicted"
    )
    for arm, mean, sd in zip(arms, found.means, found.sds, strict=True):
        z = (mean - arm.row.value) / arm.row.spread.value
        print(
            f"  {arm.row.arm:12s} {np.median(arm.effect):9.0f} nmol/L {arm.row.value:8.1f} {arm.row.spread.value:5.1f}"
            f" {mean:10.2f} {z:6.2f}    {arm.sd:.1f}/{sd:.1f}"
        )
    print("  60 ug/kg/h did better than 90 in the study; a curve that rises with concentration cannot show it.")


def tables(found: Fit) -> dict[str, dict[str, object]]:
    """Return the number tables of the card."""
    note = (
        "scripts/fit_hamd17.py: weighted least squares of 3 parameters on 6 data of study 202B (mean change at 60 h "
        f"and its standard deviation in 3 arms), chi-squared {found.chi_squared:.1f} on 3 degrees of freedom "
        "at most, as the three standard errors share one analysis of the trial. "
        "The spread is the standard error of the fit with the assumed numbers held fixed."
    )
    return {
        name: {
            "value": float(value),
            "unit": "1",
            "spread": {"kind": "se", "value": float(error)},
            "kind": meaning,
            "population": "study 202B, severe postpartum depression, n = 122",
            "source": "zulresso-label",
            "status": "derived",
            "note": note,
        }
        for name, meaning, value, error in zip(FREE, MEANING, found.estimate, found.error, strict=True)
    }


def _normal_deviate(probabilities: Array) -> Array:
    from scipy.special import ndtri

    return np.asarray(ndtri(probabilities))


def main() -> None:
    card = library().card("hamd17")
    women = draw_women(WOMEN, further=2)
    for variant in card.variants:
        found, arms = fit(card, variant, women)
        report(variant, found, arms)
        if "--write" in sys.argv[1:]:
            write_numbers(card, variant, tables(found))
            print(f"  written to {card.path}")


if __name__ == "__main__":
    main()
