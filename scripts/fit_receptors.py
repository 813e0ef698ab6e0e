"""Solve or fit the constants of the receptor isoforms from the published results that their cards claim as fitted.

    python scripts/fit_receptors.py            print each fit: free numbers against results, values, what is on the card
    python scripts/fit_receptors.py --write    also write the values into the cards
    python scripts/fit_receptors.py --draws N  draws of the parametric bootstrap (200)

Each fit changes a few numbers of cards and predicts the results of role `fit` through the same set-ups that
`neurosteroid verify` runs, so that nothing is computed twice in two ways. Residuals are differences of logarithms over
the relative standard error; a result without a standard error, or with one below 5 %, counts with 5 %. Where there are
as many free numbers as results the fit is a solution, and its results prove nothing; its interval is that of the
published standard errors, carried through, and where a result has none there is no interval and the print says so.
Where there are fewer free numbers, the interval is that of a parametric bootstrap: results drawn from their standard
errors and fitted again.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError
from neurosteroid.evidence import Card, Reproduces, Role, library, standard_error
from neurosteroid.studies.verification import _set_ups

Array = NDArray[np.float64]
Place = tuple[str, str, str]
"""Card, variant and key of a number."""
LEAST_ERROR = 0.05
"""Relative error below which no result counts more: cells, solutions and clamps are no better."""
ROUNDED = 1e-5
"""Relative difference below which the card holds the value already, with as many digits as were thought right."""
NORMAL = 1.959964
"""Standard deviations to either side that hold 95 % of a normal distribution."""
WIDEST = 6.0
"""Natural logarithms that a number may move to either side of where it starts."""


@dataclass(frozen=True)
class Fit:
    """Numbers that are free, each perhaps on several cards, against results of role fit: (card, variant, name)."""

    title: str
    free: Mapping[str, Sequence[Place]]
    results: Sequence[tuple[str, str, str]]


def act(card: str, variant: str, ligand: str, site: str, *quantities: str) -> dict[str, list[Place]]:
    return {f"{ligand} {each}": [(card, variant, f"{ligand}.{site}.{each}")] for each in quantities}


def gaba(variant: str, *, efficacy: bool = False) -> Fit:
    keys = ("affinity", "efficacy_ratio") if efficacy else ("affinity",)
    names = ["half-maximal GABA concentration" + (", HEK cells" if variant == "hek" else "")]
    names += ["largest open probability with GABA"] * efficacy
    return Fit(
        f"GABA at a1b2g2, {variant}",
        act("a1b2g2", variant, "GABA", "agonist", *keys),
        [("a1b2g2", variant, name) for name in names],
    )


DIRECT = ("direct activation by etomidate, half-maximal", "direct activation by etomidate, share of the GABA maximum")
BOTH = ("affinity", "efficacy_ratio")
POTENTIATION = "potentiation of saturating GABA by 1 umol/L allopregnanolone"
FITTED = (("a1b3", ""), ("a1b2g2", "fitted-steroid"), ("a4b2d", "fitted-steroid"))

FITS = (
    gaba("oocyte", efficacy=True),
    gaba("hek"),
    gaba("concatemer"),
    Fit(
        "etomidate at a1b2g2, L 8000",
        act("a1b2g2", "oocyte", "etomidate", "etomidate", *BOTH),
        [("a1b2g2", "oocyte", name) for name in DIRECT],
    ),
    Fit(
        "etomidate at a1b2g2, L 20000",
        act("a1b2g2", "high-closed-ratio", "etomidate", "etomidate", *BOTH),
        [("a1b2g2", "high-closed-ratio", name) for name in DIRECT],
    ),
    Fit(
        "alfaxalone at a1b2g2",
        {f"alfaxalone {each}": [("a1b2g2", "concatemer", f"alfaxalone.steroid.{each}")] for each in BOTH},
        [
            ("a1b2g2", "concatemer", "closed over open with 1 umol/L alfaxalone"),
            ("a1b2g2", "concatemer", "increase of open probability by 1.9 umol/L alfaxalone"),
        ],
    ),
    Fit(
        "pentobarbital at a1b2g2",
        {f"pentobarbital {each}": [("a1b2g2", "concatemer", f"pentobarbital.barbiturate.{each}")] for each in BOTH},
        [("a1b2g2", "concatemer", f"closed over open with {amount} umol/L pentobarbital") for amount in (100, 200)],
    ),
    Fit(
        "propofol at a1b2g2",
        {
            "propofol efficacy_ratio": [
                ("a1b2g2", "concatemer", f"propofol.{site}.efficacy_ratio") for site in ("etomidate", "barbiturate")
            ]
        },
        [
            *(("a1b2g2", "concatemer", f"closed over open with {x} umol/L propofol") for x in (5, 10, 20)),
            ("a1b2g2", "concatemer", "increase of open probability by 5.2 umol/L propofol"),
        ],
    ),
    Fit(
        "pentobarbital at a4b2d",
        act("a4b2d", "low-ambient-gaba", "pentobarbital", "barbiturate", "efficacy_ratio"),
        [
            ("a4b2d", "low-ambient-gaba", "potentiation of saturating GABA by 100 umol/L pentobarbital"),
            ("a4b2d", "low-ambient-gaba", "direct activation by 1 mmol/L pentobarbital over saturating GABA"),
        ],
    ),
    Fit(
        "gating of a1b3",
        {
            "GABA efficacy_ratio": [
                ("a1b3", "", f"{ligand}.agonist.efficacy_ratio") for ligand in ("GABA", "muscimol")
            ],
            "open_desensitised_ratio": [("a1b3", "", "open_desensitised_ratio")],
            "muscimol affinity": [("a1b3", "", "muscimol.agonist.affinity")],
            "isoallopregnanolone desensitised_ratio": [
                ("a1b3", "", f"isoallopregnanolone.steroid-{site}-desensitising.desensitised_ratio")
                for site in ("alpha", "beta")
            ],
        },
        [
            ("a1b3", "", "peak open probability, 1 mmol/L GABA"),
            ("a1b3", "", "steady open probability, 1 mmol/L GABA"),
            ("a1b3", "", "peak open probability, 20 nmol/L muscimol"),
            ("a1b3", "", "steady open probability, with 3 umol/L isoallopregnanolone"),
        ],
    ),
    Fit(
        "allopregnanolone, one affinity and one efficacy for all isoforms",
        {
            f"allopregnanolone {each}": [
                (card, variant, f"allopregnanolone.steroid.{each}") for card, variant in FITTED
            ]
            for each in BOTH
        },
        [
            ("a4b2d", "fitted-steroid", POTENTIATION),
            ("a1b3", "", "muscimol binding, half-enhancing allopregnanolone"),
            ("a1b3", "", "muscimol binding, half-enhancing allopregnanolone, b3Y284F"),
        ],
    ),
)
"""In this order: a fit may rest on the numbers of one above it."""


class Cards:
    """The cards as the fits have changed them so far."""

    def __init__(self) -> None:
        self.held = {name: library().card(name, "receptors") for name in ("a1b2g2", "a1b3", "a4b2d")}

    def number(self, place: Place) -> float:
        """Return what a number is now."""
        card, variant, key = place
        return self.held[card].number(key, variant).value

    def changed(self, values: Mapping[Place, float]) -> dict[str, Card]:
        """Return the cards with other values."""
        found = dict(self.held)
        for (card, variant, key), value in values.items():
            numbers = dict(found[card].variant(variant).numbers)
            numbers[key] = replace(numbers[key], value=value)
            variants = dict(found[card].variants)
            variants[variant] = replace(variants[variant], numbers=numbers)
            found[card] = replace(found[card], variants=variants)
        return found


def entry(cards: Cards, place: tuple[str, str, str]) -> Reproduces:
    """Return a claimed result of role fit; the results of etomidate stand on the default variant.

    Raises:
        InputError: no such result, or one that is kept for checking.
    """
    card, variant, name = place
    shelf = cards.held[card]
    for label in (variant, shelf.default):
        for each in shelf.variant(label).reproduces:
            if each.name == name:
                if each.role is not Role.FIT:
                    raise InputError(f"'{name}' has role {each.role}; only results of role fit are fitted.", where=card)
                return each
    raise InputError(f"no result '{name}'.", where=f"{card}[{variant}]")


def run(fit: Fit, cards: Cards, observed: Array, entries: Sequence[Reproduces]) -> tuple[Array, Array]:
    """Return the free numbers and the residuals for results as observed."""
    from scipy.optimize import least_squares

    start = np.log([cards.number(places[0]) for places in fit.free.values()])
    errors = np.array(
        [
            max((standard_error(each.observed.spread) or 0.0) / (each.observed.value or 1.0), LEAST_ERROR)
            for each in entries
        ]
    )

    def residuals(logs: Array) -> Array:
        values = {
            place: float(np.exp(log)) for log, places in zip(logs, fit.free.values(), strict=True) for place in places
        }
        changed = cards.changed(values)
        predicted = [
            _set_ups()[each.set_up](changed[card], variant or None, each)
            for (card, variant, _), each in zip(fit.results, entries, strict=True)
        ]
        return np.asarray(np.log(np.array(predicted) / observed) / errors)

    found = least_squares(residuals, start, bounds=(start - WIDEST, start + WIDEST), xtol=1e-12, ftol=1e-12)
    return np.exp(found.x), residuals(found.x)


def bootstrap(fit: Fit, cards: Cards, entries: Sequence[Reproduces], draws: int) -> Array:
    """Return the 95 % intervals (P, 2) of the free numbers, results drawn from their standard errors."""
    random = np.random.default_rng(1)
    values = np.array([each.observed.value for each in entries], dtype=float)
    errors = np.array([standard_error(each.observed.spread) or 0.0 for each in entries])
    found = []
    while len(found) < draws:
        drawn = values + errors * random.standard_normal(len(values))
        if np.all(drawn > 0):
            found.append(run(fit, cards, drawn, entries)[0])
    return np.quantile(np.array(found), [0.025, 0.975], axis=0).T


def propagated(fit: Fit, cards: Cards, entries: Sequence[Reproduces], solution: Array) -> Array | None:
    """Return the 95 % intervals (P, 2) of a solved fit: published standard errors, carried through its equations.

    Each result is moved by one standard error to either side and the equations are solved again; half the difference of
    logarithms is what it adds, and results are independent. None where a result was published without one.
    """
    errors = [standard_error(each.observed.spread) for each in entries]
    if any(error is None for error in errors):
        return None
    values, variance = np.array([each.observed.value for each in entries], dtype=float), np.zeros(len(solution))
    for place, error in enumerate(errors):
        factor = np.ones(len(values))
        factor[place] = np.exp(error / values[place])
        high, low = (run(fit, cards, values * by, entries)[0] for by in (factor, 1.0 / factor))
        variance += (np.log(high / low) / 2.0) ** 2
    wide = NORMAL * np.sqrt(variance)
    return np.stack([solution * np.exp(-wide), solution * np.exp(wide)], axis=1)


def without_error(entries: Sequence[Reproduces]) -> str:
    """Return what is said of a solved fit without an interval: which results have no standard error."""
    names = [each.name for each in entries if standard_error(each.observed.spread) is None]
    said = "; ".join(f"{each.name} ({_spread(each)})" for each in entries if each.name in names)
    return f"  no interval: no SE published for {said}"


def _spread(each: Reproduces) -> str:
    spread = each.observed.spread
    return "no spread" if spread is None else f"{spread.kind} only"


def write(cards: Cards, values: Mapping[Place, float]) -> None:
    """Write values into the files, each in its own table, and leave all else as it is."""
    for (card, variant, key), value in values.items():
        if abs(value / cards.number((card, variant, key)) - 1) < ROUNDED:
            continue
        path = Path(cards.held[card].path)
        prefix = f"variants.{variant}." if variant else ""
        name = f'"{key}"' if "." in key else key
        # a variant that inherits the number has no table for it; the one it extends is written
        for head in (f"[{prefix}numbers.{name}]\n", f"[variants.{cards.held[card].default}.numbers.{name}]\n"):
            text = path.read_text(encoding="utf-8")
            if head in text:
                before, after = text.split(head, 1)
                draft = path.with_suffix(".draft")
                draft.write_text(before + head + re.sub(r"value = .*", f"value = {value:.6g}", after, count=1))
                draft.replace(path)
                break


def main() -> None:
    draws = int(sys.argv[sys.argv.index("--draws") + 1]) if "--draws" in sys.argv else 200
    cards = Cards()
    for fit in FITS:
        entries = [entry(cards, place) for place in fit.results]
        observed = np.array([each.observed.value for each in entries], dtype=float)
        values, residuals = run(fit, cards, observed, entries)
        free, results = len(fit.free), len(entries)
        print(f"\n{fit.title}: {free} free against {results} results{' (solved)' if free == results else ''}")
        solve = propagated(fit, cards, entries, values) if free == results else None
        intervals = bootstrap(fit, cards, entries, draws) if free < results else solve
        for at, (name, places) in enumerate(fit.free.items()):
            interval = "" if intervals is None else f"   95 % {intervals[at, 0]:.4g} to {intervals[at, 1]:.4g}"
            print(f"  {name:<40} {values[at]:<12.6g} on the card {cards.number(places[0]):<12.6g}{interval}")
        if intervals is None:
            print(without_error(entries))
        for each, residual in zip(entries, residuals, strict=True):
            print(f"    {each.name:<70} {each.observed.value:g} {each.observed.unit}: {residual:+.2f} relative errors")
        settled = {
            place: float(value) for value, places in zip(values, fit.free.values(), strict=True) for place in places
        }
        if "--write" in sys.argv:
            write(cards, settled)
        cards.held = cards.changed(settled)


if __name__ == "__main__":
    main()
