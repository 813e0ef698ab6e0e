"""The infusion problem: two compartments, the five rates of the label, many women, and its closed form.

The closed form and what other engines get are worked out here from the parameters alone; nothing of the engine or of
the part's equations is used, so an error of theirs would show.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Protocol, protocol
from neurosteroid.dosing.steps import InfusionStep
from neurosteroid.engine import AbstractPart, Covariate, System, wire
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.catalogue import part_from_card

Array = NDArray[np.float64]
OUTPUT = f"plasma.{ANALYTE}"
OUTPUT_TIMES = np.linspace(0.0, 72.0, 145)
SEED = 20


@final
@dataclass(frozen=True, eq=False)
class Problem:
    """P women, T output times (h), J infusion steps.

    Attributes:
        system: the disposition part alone.
        label: the label protocol.
        molar_mass: g/mol.
        weights: (P,) kg.
        deviations: parameter name to (P,), the women's own deviations of clearance and central volume.
        times: (T,) h.
        starts, ends: (J,) h of each step; `ends[j]` is `starts[j + 1]`.
        rates: (P, J) nmol/h.
        k, k12, k21: (P,) rate constants, per h.
        volume: (P,) central volume, L.
    """

    system: System
    label: Protocol
    molar_mass: float
    weights: Array
    deviations: dict[str, Array]
    times: Array
    starts: Array
    ends: Array
    rates: Array
    k: Array
    k12: Array
    k21: Array
    volume: Array

    def save(self, path: Path) -> None:
        """Write what another engine needs, for a process of its own."""
        names = ("times", "starts", "ends", "rates", "k", "k12", "k21", "volume")
        np.savez(path, **{name: getattr(self, name) for name in names})


def make_problem(people: int) -> Problem:
    """Return the problem for some women, drawn around the population model of the card."""
    ledger = Ledger()
    card = library().card("brexanolone", "pharmacokinetics")
    part = part_from_card(card, "population", ledger, analyte=ANALYTE)
    random = np.random.default_rng(SEED)
    # any plausible spread serves a measurement; the study's own distributions are not needed
    weights = np.clip(random.lognormal(np.log(80.0), 0.25, people), 45.0, 150.0)
    deviations = {
        f"disposition.{name}": random.normal(0.0, 0.25, people) for name in ("eta_clearance", "eta_central_volume")
    }
    label = protocol("brexanolone-label")
    molar_mass = ledger.take(library().card(ANALYTE, "compounds"), "molar_mass", "g/mol")
    steps = [step for step in label.steps if isinstance(step, InfusionStep)]
    per_kilogram = [
        float(units.convert(step.rate, whole, f"{units.AMOUNT}/h", molar_mass=molar_mass))
        for step in steps
        for whole, _ in [units.split_weight_scaled(step.unit)]
    ]
    return Problem(
        system=wire({"disposition": part}, [Covariate("person.weight", units.WEIGHT)]),
        label=label,
        molar_mass=molar_mass,
        weights=weights,
        deviations=deviations,
        times=OUTPUT_TIMES,
        starts=np.array([step.start_h for step in steps]),
        ends=np.array([step.until_h for step in steps]),
        rates=weights[:, None] * np.array(per_kilogram),
        **_constants(part, weights, *deviations.values()),
    )


def _constants(part: AbstractPart, weights: Array, eta_clearance: Array, eta_volume: Array) -> dict[str, Array]:
    number = {name: float(value) for name, value in vars(part).items() if isinstance(value, float)}
    relative = weights / number["reference_weight"]
    flow, space = relative ** number["clearance_exponent"], relative ** number["volume_exponent"]
    volume = number["central_volume"] * space * np.exp(eta_volume)
    exchange = number["intercompartmental_clearance"] * flow
    return {
        "k": number["clearance"] * flow * np.exp(eta_clearance) / volume,
        "k12": exchange / volume,
        "k21": exchange / (number["peripheral_volume"] * space),
        "volume": volume,
    }


def closed_form(problem: Problem) -> Array:
    """Return plasma concentrations (P, T), nmol/L, as a sum over steps of two exponentials each.

    A step of rate R from s to e adds, for each exponent r with coefficient a, in the central compartment

        R a / r (1 - exp(-r min(t - s, e - s))) exp(-r max(t - e, 0)),    t > s

    in which no two near-equal numbers are subtracted.
    """
    total = problem.k + problem.k12 + problem.k21
    fast = 0.5 * (total + np.sqrt(total**2 - 4.0 * problem.k * problem.k21))
    slow = problem.k * problem.k21 / fast
    found = np.zeros((len(total), len(problem.times)))
    for exponent, other in ((fast, slow), (slow, fast)):
        share = (problem.k21 - exponent) / (other - exponent) / exponent
        for column, (start, end) in enumerate(zip(problem.starts, problem.ends, strict=True)):
            running = np.clip(problem.times - start, 0.0, end - start)
            after = np.maximum(problem.times - end, 0.0)
            grown = -np.expm1(-exponent[:, None] * running) * np.exp(-exponent[:, None] * after)
            found += (problem.rates[:, column] * share)[:, None] * grown
    return found / problem.volume[:, None]


def worst_error(found: Array, truth: Array) -> float:
    """Return the largest |found - truth| / (|truth| + 0.001 of the woman's highest) over women and times."""
    floor = 1e-3 * np.abs(truth).max(axis=1, keepdims=True)
    return float((np.abs(found - truth) / (np.abs(truth) + floor)).max())
