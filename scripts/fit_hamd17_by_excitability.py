"""Fit the depression scores that answer to neurons: one slope each, and what every HAM-D model fits beside it.

    python scripts/fit_hamd17_by_excitability.py            prints the fits
    python scripts/fit_hamd17_by_excitability.py --write    and writes them into the card hamd17
    python scripts/fit_hamd17_by_excitability.py --write by-outward-block

Rows, women and weights are those of scripts/fit_hamd17.py: mean change at 60 h and its standard deviation in the three
arms of study 202B, 3 free parameters against 6 data. Two of the three are the placebo response and its spread, which
the default model has too; the third is the slope, in the place of the largest drug effect. The default model also
assumes a concentration of half the effect; here nothing more is assumed of the drug, as its course with concentration
comes from runs of membrane models. Each woman's effect is that of the model itself, solved for her.
"""

from __future__ import annotations

import sys

import numpy as np
from fit_hamd17 import WOMEN, Arm, Fit, fitted
from fitting import Array, Women, draw_women, rows_to_fit, write_numbers

from neurosteroid.dosing import protocol
from neurosteroid.evidence import Card, Ledger, library
from neurosteroid.model import ModelChoice, assemble, simulate_many
from neurosteroid.model.assembly import baseline_distribution, mood_copula
from neurosteroid.model.choice import DRIVER
from neurosteroid.outcomes.hamilton_by_excitability import HamiltonByExcitability

FREE = ("placebo_improvement", "slope", "improvement_sd")
MEANING = (
    "full placebo response, logit scale",
    "improvement on the logit scale per share of her own excitability that is lost",
    "standard deviation between women of the response, logit scale",
)
LEAST = 1e-4
"""Share of excitability: a loss below it is that of the search for a rheobase, and no slope can be fitted to it."""


def driven_variants(card: Card) -> tuple[str, ...]:
    """Return the variants whose drug effect comes from neurons."""
    return tuple(name for name, each in card.variants.items() if DRIVER in each.settings)


def arms_of(variant: str, women: Women) -> tuple[Arm, ...]:
    """Return the arms of the study with the effect in each drawn woman, from the model itself."""
    assembly = assemble(ModelChoice(mood=variant))
    found = []
    for row in rows_to_fit("hummingbird-202b", quantity="HAM-D17 change from baseline"):
        given = protocol(row.protocol)
        effect = np.zeros(len(women.weight))
        if given.steps:
            courses = simulate_many(
                assembly,
                given,
                women.weight,
                np.array([0.0, row.time]),
                parameters=women.parameters,
                outputs=("effect.mood",),
            )
            effect = courses.values["effect.mood"][:, -1]
        found.append(Arm(row, effect))
    return tuple(found)


def changes(card: Card, variant: str, women: Women, arm: Arm, free: Array) -> Array:
    """Return the change of each woman in points."""
    from scipy.special import ndtri

    ledger = Ledger()

    def take(key: str, unit: str = "1") -> float:
        return ledger.take(card, key, unit, variant)

    draws = mood_copula(card, variant, ledger).values(women.draws)
    part = HamiltonByExcitability(
        baseline=baseline_distribution(card, variant, ledger).values(draws[:, 2:3])[:, 0],
        highest_score=take("highest_score"),
        placebo_improvement=free[0],
        placebo_time_constant=take("placebo_time_constant", "h"),
        placebo_shape=take("placebo_shape"),
        slope=free[1],
        eta_improvement=free[2] * np.asarray(ndtri(draws[:, 3])),
    )
    return np.asarray(part.values(arm.row.time, {}, {"effect": arm.effect})["change"])


def fit(card: Card, variant: str, women: Women) -> tuple[Fit, tuple[Arm, ...]]:
    """Return the weighted least-squares fit: 3 parameters, 6 data, weighted as in scripts/fit_hamd17.py."""
    arms = arms_of(variant, women)
    # the slope is fitted in units of the mean loss of the drug arms, so that all three parameters are near 1
    unit = float(np.mean([arm.effect.mean() for arm in arms if arm.effect.any()]))
    if abs(unit) < LEAST:
        raise SystemExit(f"{variant}: the mean loss of excitability is {unit:.2g}; no slope can be fitted to it.")
    scale = np.array([1.0, 1.0 / unit, 1.0])
    return fitted(arms, lambda arm, free: changes(card, variant, women, arm, free), scale), arms


def report(variant: str, found: Fit, arms: tuple[Arm, ...]) -> None:
    print(
        f"\nvariant {variant}: 3 free parameters, 6 data, chi-squared {found.chi_squared:.2f} "
        "on at most 3 degrees of freedom"
    )
    for name, value, error in zip(FREE, found.estimate, found.error, strict=True):
        print(f"  {name:24s} {value:9.4f}  standard error {error:.4f}")
    print("  arm          loss of excitability  observed    SE  predicted      z    SD observed/predicted")
    for arm, mean, sd in zip(arms, found.means, found.sds, strict=True):
        z = (mean - arm.row.value) / arm.row.spread.value
        print(
            f"  {arm.row.arm:12s} {100 * np.median(arm.effect):17.3f} % {arm.row.value:9.1f}"
            f" {arm.row.spread.value:5.1f} {mean:10.2f} {z:6.2f}    {arm.sd:.1f}/{sd:.1f}"
        )


def tables(found: Fit) -> dict[str, dict[str, object]]:
    """Return the number tables of the card."""
    note = (
        "scripts/fit_hamd17_by_excitability.py: weighted least squares of 3 parameters on 6 data of study 202B (mean "
        f"change at 60 h and its standard deviation in 3 arms), chi-squared {found.chi_squared:.1f} on 3 degrees of "
        "freedom at most. The spread is the standard error of the fit with the assumed numbers held fixed."
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


def main() -> None:
    card = library().card("hamd17")
    women = draw_women(WOMEN, further=2)
    asked = [text for text in sys.argv[1:] if not text.startswith("--")]
    for variant in asked or driven_variants(card):
        found, arms = fit(card, variant, women)
        report(variant, found, arms)
        if "--write" in sys.argv[1:]:
            write_numbers(card, variant, tables(found))
            print(f"  written to {card.path}")


if __name__ == "__main__":
    main()
