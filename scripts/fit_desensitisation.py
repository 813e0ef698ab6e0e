"""Fit how gonadotrophs lose and regain their coupling under an agonist.

    python scripts/fit_desensitisation.py            print the fit
    python scripts/fit_desensitisation.py --write    also write the numbers into physiology/menstrual-cycle.toml

Loss and recovery on the two rows of role fit of observations/gnrh-agonist: what is left of the response two days
after the first dose of an agonist, and after three weeks. Both are followed through the whole model of the cycle, in
the pools of the body, with the dose of nafarelin in the rows: how far its complexes hold the receptors is what the
model says. Two numbers on two rows, met exactly; no degree of freedom is left.
"""

from __future__ import annotations

import sys

import numpy as np
from fitting import Array, rows_to_fit, write_numbers
from scipy.optimize import root

from neurosteroid import units
from neurosteroid.engine import Record, solve
from neurosteroid.evidence import Row, library
from neurosteroid.physiology.cycle_in_body import cycle_in_body

VARIANT = "refitted"
PART = "cycle_gonadotroph_coupling"
NUMBERS = ("uncoupling", "coupling_recovery")
ROWS = ("triptorelin_response_third_dose", "triptorelin_response_three_weeks")
COUPLING = "gonadotroph.coupling"
DAY = 24.0


def left(rows: tuple[Row, ...]) -> tuple[Array, Array]:
    """Return loss and recovery (1/h) that meet the rows, and the coupling left at each row's time with them."""
    system, covariates = cycle_in_body(VARIANT, agonist=True)
    card = library().card("physiology/menstrual-cycle")
    start = np.array([card.number(key, VARIANT).to("1/h") for key in NUMBERS])

    def coupling(logs: Array) -> Array:
        changes = {f"{PART}.{key}": value for key, value in zip(NUMBERS, np.exp(logs), strict=True)}
        found = []
        for row in rows:
            assert row.claim is not None  # only rows that are claimed have a role
            arguments = row.claim.arguments
            first = float(arguments["from_day"]) * DAY
            hour = first + units.parse_span(str(arguments["after"]))
            dose = Record(
                time=first,
                state=f"depot.{arguments['drug']}",
                amount=units.parse(str(arguments["dose"]), "ug"),
                interval=DAY,
                additional=int(float(arguments["count"])) - 1,
            )
            kept = solve(
                system,
                [dose],
                parameters=system.parameters(1, changes),
                covariates=covariates,
                output_times=[hour],
                start=0.0,
                outputs=(COUPLING,),
            ).kept
            found.append(float((kept or {})[COUPLING][0, -1]))
        return np.array(found)

    wanted = np.array([float(row.value or np.nan) for row in rows])
    fitted = root(lambda logs: np.log(coupling(logs) / wanted), np.log(start), tol=1e-8)
    if not fitted.success:
        print(f"no fit: {fitted.message}")
        sys.exit(1)
    return np.exp(fitted.x), coupling(fitted.x)


def main() -> None:
    rows = tuple(row for name in ROWS for row in rows_to_fit("gnrh-agonist", id=name))
    numbers, found = left(rows)
    for row, value in zip(rows, found, strict=True):
        print(f"  {row.id:40s} wanted {row.value}, found {value:.5f}")
    for key, value in zip(NUMBERS, numbers, strict=True):
        print(f"  {key:20s} {value:.5g} 1/h, half-life {np.log(2) / value / DAY:.3g} d")
    if "--write" in sys.argv[1:]:
        sources = sorted({source for row in rows for source in row.source})
        card = library().card("physiology/menstrual-cycle")
        tables = {
            key: {
                "value": float(value),
                "unit": "1/h",
                "population": card.number(key, VARIANT).population or "women",
                "source": sources,
                "status": "derived",
                "assumed": "What is left of LH and FSH is taken to be what is left of the coupling, though release is"
                " steep in GnRH; nafarelin stands for triptorelin, 5 ug for 5 ug a day and 100 ug a day for a depot.",
                "note": "scripts/fit_desensitisation.py: two numbers on two rows of observations/gnrh-agonist,"
                " met exactly.",
            }
            for key, value in zip(NUMBERS, numbers, strict=True)
        }
        write_numbers(card, VARIANT, tables)
        print("  written")


if __name__ == "__main__":
    main()
