"""Refit the menstrual cycle to the levels that women have outside the luteal phase.

    python scripts/fit_menstrual_cycle.py            print the fit
    python scripts/fit_menstrual_cycle.py --polish   start from the card's numbers instead of the search
    python scripts/fit_menstrual_cycle.py --write    also write the numbers into the variant 'refitted' of the card

The published model keeps progesterone at 0.6 nmol/L before ovulation, where 0.21 is measured, raises it only a day
after the LH peak, and has a surge of LH that is too high over a luteal level that is too low. Fitted are four medians
of one study (rows of role fit): progesterone in the follicular and in the ovulation phase, LH in the ovulation and in
the luteal phase. Its other five medians were printed while the widths below were tuned, so they count as
consistency, not as checks.

Held near the published model while this is done: height and day of the luteal progesterone peak, the rise to it,
height of the preovulatory estradiol peak, and every parameter (a penalty on its logarithm). The period is drawn to 28
days, the height of the surge weakly to an assumed one. Progesterone that does not come from the ovary is not fitted: it
is what the adrenal keeps up at rest on the card 'pathway'. The cycle is followed in the body's own pools of
progesterone and estradiol, where it is used.

The objective is a sum of squares: logarithms of ratios and differences in days, each over the width written beside it.
A seeded search over the whole range (differential evolution) is followed by least squares from its end.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from fitting import Array, rows_to_fit, write_numbers

from neurosteroid.engine import System, solve
from neurosteroid.evidence import Card, Ledger, library
from neurosteroid.physiology.cycle import CARD, cycle_parts, phase_days
from neurosteroid.physiology.cycle_course import DAY, HORMONES, Cycle, PhaseDays, last_cycle
from neurosteroid.physiology.cycle_in_body import cycle_in_body

VARIANT: Final = "refitted"
TIMES: Final = np.arange(0.0, 230.0 * DAY, 1.0)
FREE: Final[dict[str, tuple[str, float, float]]] = {
    "lh_release": ("cycle_lh", -1.0, 2.0),
    "lh_release_gnrh": ("cycle_lh", -1.5, 1.0),
    "lh_synthesis": ("cycle_lh", -1.0, 1.0),
    "recruitment": ("cycle_follicles", -1.0, 1.0),
    "lh_scale": ("cycle_follicles", -1.5, 0.5),
    "scar_luteinisation": ("cycle_corpus_luteum", -1.0, 1.0),
    "luteal_1_growth": ("cycle_corpus_luteum", -1.0, 1.0),
    "luteal_2_growth": ("cycle_corpus_luteum", -1.0, 1.0),
    "luteal_3_growth": ("cycle_corpus_luteum", -1.0, 1.5),
    "luteal_4_loss": ("cycle_corpus_luteum", -1.0, 1.5),
    "gnrh_luteal_threshold": ("cycle_corpus_luteum", -3.0, 0.5),
    "progesterone_luteal_4": ("cycle_ovary", -1.0, 1.5),
    "progesterone_preovulatory": ("cycle_ovary", -2.5, 4.5),
}
"""Parameter to its part and the range of its logarithm relative to the start."""
PREOVULATORY_START: Final = 1.0
"""Start of the one parameter that the published model lacks, as a multiple of estradiol's: what LH makes the
preovulatory follicle secrete of estradiol, in molar units."""
EARLIEST, LATEST = 6.3, 7.7
"""Days from the LH peak between which the luteal progesterone peak is free: inside the sixth to eighth asked for."""
PRIOR: Final = 0.7
"""Width of the penalty on the logarithm of a parameter relative to its start; the last parameter has no published value
and six times this width."""
PERIOD: Final = 28.0
"""Days to which the period is drawn: the middle of what is asked of the cycle."""
PENALTY: Final = 60.0
"""Each residual of a course that does not cycle."""


@dataclass(frozen=True)
class Problem:
    """The system with its start, the rows, and what is held near the published model."""

    system: System
    at_rest: Array
    start: Array
    places: list[int]
    medians: tuple[tuple[str, str, float], ...]
    anchors: Cycle
    surge: float
    phases: PhaseDays

    @property
    def units(self) -> dict[str, str]:
        """Unit of each free parameter, as its part has it."""
        parts = cycle_parts("published", pools=False)
        return {
            key: str(field.metadata["unit"])
            for key, (part, _, _) in FREE.items()
            for field in fields(parts[part])
            if field.name == key
        }

    def parameters(self, logs: Array) -> Array:
        """Return parameters (N, m) for logarithms (N, free) relative to the start."""
        found = np.repeat(self.start[None], len(logs), axis=0)
        found[:, self.places] *= np.exp(logs)
        return found

    def cycles(self, logs: Array) -> list[Cycle | None]:
        """Return the last cycle of each candidate."""
        kept = solve(
            self.system,
            parameters=self.parameters(logs),
            covariates=np.repeat(self.at_rest, len(logs), axis=0),
            output_times=TIMES,
            start=0.0,
            outputs=HORMONES,
        ).kept
        assert kept is not None
        found = []
        for row in range(len(logs)):
            courses = {name: course[row] for name, course in kept.items()}
            found.append(last_cycle(TIMES, courses, self.phases.luteal_length))
        return found

    def residuals(self, cycle: Cycle | None, logs: Array) -> Array:
        """Return what the sum of squares is made of."""
        prior = logs / PRIOR
        prior[-1] /= 6.0
        if cycle is None or not 20.0 < cycle.period < 40.0:
            return np.concatenate([np.full(len(self.medians) + 7, PENALTY), prior])
        ratios = [
            np.log(cycle.median(f"plasma.{hormone}", phase, self.phases) / value) / 0.1
            for hormone, phase, value in self.medians
        ]
        height, day = cycle.highest("plasma.progesterone", 1.0, 14.0)
        published, _ = self.anchors.highest("plasma.progesterone", 1.0, 14.0)
        estradiol, _ = cycle.highest("plasma.estradiol", -4.0, 1.0)
        wanted, _ = self.anchors.highest("plasma.estradiol", -4.0, 1.0)
        held = [
            (cycle.period - PERIOD) / 0.3,
            np.log(height / published) / 0.07,
            max(EARLIEST - day, 0.0, day - LATEST) / 0.1,
            np.log(estradiol / wanted) / 0.2,
            (half_rise(cycle) - half_rise(self.anchors)) / 0.25,
            np.log(next_day(cycle) / next_day(self.anchors)) / 0.3,
            np.log(cycle.highest("plasma.lh", -1.0, 1.0)[0] / self.surge) / 0.2,
        ]
        return np.concatenate([ratios, held, prior])


def half_rise(cycle: Cycle) -> float:
    """Return the day from the LH peak on which progesterone first passes half of its luteal peak."""
    height, day = cycle.highest("plasma.progesterone", 1.0, 14.0)
    rising = cycle.between(-2.0, day) & (cycle.courses["plasma.progesterone"] >= height / 2)
    return float(cycle.days[rising][0])


def next_day(cycle: Cycle) -> float:
    """Return progesterone one day after the LH peak, nmol/L."""
    return float(np.interp(1.0, cycle.days, cycle.courses["plasma.progesterone"]))


def problem(card: Card) -> Problem:
    """Return the problem as the cards state it."""
    ledger, phases = Ledger(), phase_days("published")
    system, at_rest = cycle_in_body("published")
    start = system.parameters(1)[0].copy()
    names = list(system.parameter_names)
    kept = solve(
        system, parameters=start[None], covariates=at_rest, output_times=TIMES, start=0.0, outputs=HORMONES
    ).kept
    assert kept is not None
    anchors = last_cycle(TIMES, {name: course[0] for name, course in kept.items()}, phases.luteal_length)
    assert anchors is not None
    start[names.index("cycle_ovary.progesterone_basal")] = basal(card)
    estradiol = start[names.index("cycle_ovary.estradiol_preovulatory")]
    start[names.index("cycle_ovary.progesterone_preovulatory")] = PREOVULATORY_START * estradiol
    rows = [
        row
        for phase in ("follicular", "ovulation", "luteal")
        for row in library().card("cycle-hormones").rows
        if row.study == "Anckaert 2021" and row.arm == phase and row.role == "fit"
    ]
    medians = []
    for row in rows:
        rows_to_fit("cycle-hormones", id=row.id)
        hormone = row.analyte or "lh"
        assert row.value is not None
        medians.append((hormone, row.arm, row.value))
    return Problem(
        system=system,
        at_rest=at_rest,
        start=start,
        places=[names.index(f"{part}.{key}") for key, (part, _, _) in FREE.items()],
        medians=tuple(medians),
        anchors=anchors,
        surge=ledger.take(card, "surge_height", "IU/L", "published"),
        phases=phases,
    )


def basal(card: Card) -> float:
    """Return production (nmol/L per h) of the published pool that keeps up what the adrenal keeps up at rest."""
    ledger = Ledger()
    clearance = ledger.take(card, "progesterone_clearance", "1/h", "published")
    return clearance * ledger.take(library().card("pathway", "physiology"), "progesterone_floor", "nmol/L")


def search(found: Problem, generations: int) -> Array:
    """Return the best logarithms of a seeded search over the whole range."""
    from scipy.optimize import differential_evolution

    def costs(columns: Array) -> Array:
        logs = columns.T
        cycles = found.cycles(logs)
        return np.array([np.sum(found.residuals(*pair) ** 2) for pair in zip(cycles, logs, strict=True)])

    bounds = [(low, high) for _, low, high in FREE.values()]
    return differential_evolution(
        costs,
        bounds,
        vectorized=True,
        updating="deferred",
        popsize=4,
        maxiter=generations,
        rng=1,
        polish=False,
        init="sobol",
    ).x


def from_card(found: Problem, card: Card) -> Array:
    """Return the logarithms of the numbers that the card has now."""
    now = [Ledger().take(card, key, found.units[key], VARIANT) for key, place in zip(FREE, found.places, strict=True)]
    return np.log(np.array(now) / found.start[found.places])


def polish(found: Problem, logs: Array) -> Array:
    """Return the end of a damped least-squares descent whose slopes are taken in one run of neighbours."""
    step, damping = 0.02, 1e-2
    best = found.residuals(found.cycles(logs[None])[0], logs.copy())
    for _ in range(25):
        neighbours = np.concatenate([logs + step * np.eye(len(logs)), logs - step * np.eye(len(logs))])
        values = [found.residuals(*pair) for pair in zip(found.cycles(neighbours), neighbours.copy(), strict=True)]
        slopes = (np.array(values[: len(logs)]) - np.array(values[len(logs) :])).T / (2 * step)
        normal = slopes.T @ slopes
        tries = [damping * 10.0**power for power in (-2, -1, 0, 1, 2)]
        moves = [np.linalg.solve(normal + each * np.diag(np.diag(normal)), -slopes.T @ best) for each in tries]
        trials = np.array([logs + move for move in moves])
        results = [found.residuals(*pair) for pair in zip(found.cycles(trials), trials.copy(), strict=True)]
        chosen = int(np.argmin([np.sum(result**2) for result in results]))
        gain = np.sum(best**2) - np.sum(results[chosen] ** 2)
        if gain < 1e-3:
            break
        logs, best, damping = trials[chosen], results[chosen], tries[chosen]
    return logs


def report(found: Problem, logs: Array) -> None:
    """Print the parameters, what was fitted, and what was held."""
    cycle = found.cycles(logs[None])[0]
    assert cycle is not None
    print(f"sum of squares {np.sum(found.residuals(cycle, logs.copy()) ** 2):.2f}")
    for key, ratio in zip(FREE, np.exp(logs), strict=True):
        print(f"  {key:28s} x {ratio:.4f}")
    for row in library().card("cycle-hormones").rows:
        if row.study == "Anckaert 2021" and row.value is not None:
            hormone = row.analyte or "lh"
            value = cycle.median(f"plasma.{hormone}", row.arm, found.phases)
            value *= 1e3 if hormone == "estradiol" else 1.0
            print(
                f"  {row.id:36s} {value:8.3f} observed {row.value:8.3f} ratio {value / row.value:.2f} role {row.role}"
            )
    print(f"  period {cycle.period:.2f} d, LH peak {cycle.highest('plasma.lh', -1, 1)[0]:.1f} IU/L")
    print("  progesterone peak {:.1f} nmol/L on day {:.2f}".format(*cycle.highest("plasma.progesterone", 1, 14)))
    print("  estradiol peak {:.3f} nmol/L on day {:.2f}".format(*cycle.highest("plasma.estradiol", -4, 1)))


def tables(card: Card, found: Problem, logs: Array) -> dict[str, dict[str, object]]:
    """Return the number tables of the variant."""
    values = found.parameters(logs[None])[0]
    shown: dict[str, dict[str, object]] = {}
    provenance: dict[str, object] = {"source": ["roeblitz2013", "anckaert2021"], "status": "derived"}
    for key, place, log in zip(FREE, found.places, logs, strict=True):
        unit = found.units[key]
        ratio = f"{np.exp(log):.3g} times " + (
            "what it secretes of estradiol" if key == "progesterone_preovulatory" else "the published value"
        )
        shown[key] = {
            "value": float(values[place]),
            "unit": unit,
            **provenance,
            "note": f"scripts/fit_menstrual_cycle.py: {ratio}.",
        }
    shown["progesterone_basal"] = {
        "value": basal(card),
        "unit": "nmol/L/h",
        "status": "derived",
        "assumed": "All progesterone that is not the ovary's is the adrenal's at rest, which is itself assumed.",
        "note": "scripts/fit_menstrual_cycle.py: 'progesterone_floor' of 'pathway' times the published clearance.",
    }
    return shown


def main() -> None:
    card = library().card(CARD)
    found = problem(card)
    begin = from_card(found, card) if "--polish" in sys.argv[1:] else search(found, generations=240)
    logs = polish(found, begin)
    report(found, logs)
    if "--write" in sys.argv[1:]:
        write_numbers(card, VARIANT, tables(card, found, logs))
        print(f"  written to {card.path}")


if __name__ == "__main__":
    main()
