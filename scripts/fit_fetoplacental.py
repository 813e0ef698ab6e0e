"""Fit what placenta and fetus give to the mother already reduced.

    python scripts/fit_fetoplacental.py            print the fit
    python scripts/fit_fetoplacental.py --write    also write the numbers into physiology/pregnancy.toml

Five shares of placental progesterone on five results: progesterone over 5alpha-dihydroprogesterone at weeks 35-41,
allopregnanolone at weeks 37-40, and the three ratios of its isomers. Plasma is linear in the shares, so one course
without them and one with each alone give them exactly; no degree of freedom is left. What the mother makes of
progesterone herself comes from the card of the pathway, and is not touched.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from fitting import Array, rows_to_fit, write_numbers

from neurosteroid.engine.solvers.choose import solve
from neurosteroid.evidence import Role, library
from neurosteroid.model import Person
from neurosteroid.model.contribution import Situation
from neurosteroid.model.gestation import FETOPLACENTAL
from neurosteroid.model.joining import Joined, join
from neurosteroid.model.states import Pregnancy

ROWS = "pregnancy-hormones"
WEEK_OF_ALLOPREGNANOLONE = 38.5
WEEK_OF_DIHYDROPROGESTERONE = 38.0
WEIGHT = "70 kg"
RATIOS = {
    "pregnanolone": "parizek_pregnanolone_over_allopregnanolone",
    "isoallopregnanolone": "parizek_isoallopregnanolone_over_allopregnanolone",
    "epipregnanolone": "parizek_epipregnanolone_over_allopregnanolone",
}


def levels(joined: Joined, shares: Array) -> dict[str, tuple[float, float]]:
    """Return plasma levels (nmol/L) of progesterone and the five steroids at both weeks."""
    names = [f"plasma.{name}" for name in ("progesterone", *FETOPLACENTAL)]
    changes = {f"fetoplacental_{name}.share_of_progesterone": x for name, x in zip(FETOPLACENTAL, shares, strict=True)}
    solution = solve(
        joined.system,
        [],
        parameters=joined.system.parameters(1, changes),
        covariates=joined.covariate_table(np.array([float(WEIGHT.split()[0])])),
        output_times=[0.0, (WEEK_OF_ALLOPREGNANOLONE - WEEK_OF_DIHYDROPROGESTERONE) * 168.0],
        covariate_rule="locf",
        start=-joined.run_in,
    )
    return {name.partition(".")[2]: (float(x[0, 0]), float(x[0, 1])) for name, x in solution.outputs(names).items()}


def shares() -> tuple[Array, dict[str, tuple[float, float]], dict[str, tuple[float, float]]]:
    """Return the five shares, and the levels without and with them."""
    woman = Person(weight=WEIGHT, states=[Pregnancy(week=WEEK_OF_DIHYDROPROGESTERONE)])
    joined = join(Situation(person=woman, clock=8.0, until=168.0))
    none = np.zeros(len(FETOPLACENTAL))
    base = levels(joined, none)
    unit = [levels(joined, row) for row in np.eye(len(FETOPLACENTAL))]
    dihydro, allo = FETOPLACENTAL[:2]
    (parker,) = [
        entry for entry in library().card("pregnancy", "physiology").variant().reproduces if entry.role is Role.FIT
    ]
    molar = library().card(dihydro, "compounds").number("molar_mass").value
    molar /= library().card("progesterone", "compounds").number("molar_mass").value
    wanted = base["progesterone"][0] / (float(parker.observed.value or 1.0) * molar)
    rows, ends = [[each[dihydro][0] - base[dihydro][0] for each in unit]], [wanted - base[dihydro][0]]
    (hellgren,) = rows_to_fit(ROWS, id="hellgren_not_depressed")
    target = float(hellgren.value or 0.0)
    rows.append([each[allo][1] - base[allo][1] for each in unit])
    ends.append(target - base[allo][1])
    for name, row in RATIOS.items():
        (found,) = rows_to_fit(ROWS, id=row)
        rows.append([each[name][1] - base[name][1] for each in unit])
        ends.append(float(found.value or 0.0) * target - base[name][1])
    found_shares = np.linalg.solve(np.array(rows), np.array(ends))
    return found_shares, base, levels(joined, found_shares)


def main() -> None:
    card = library().card("pregnancy", "physiology")
    found, base, fitted = shares()
    print(f"progesterone at week {WEEK_OF_ALLOPREGNANOLONE}: {fitted['progesterone'][1]:.4g} nmol/L")
    for name, share in zip(FETOPLACENTAL, found, strict=True):
        print(f"  {name:28s} share {share:.5g}; nmol/L without it {base[name][1]:.4g}, with it {fitted[name][1]:.4g}")
    if np.any(found < 0):
        print("  a share below 0: the mother makes more than was measured; nothing is written")
        sys.exit(1)
    if "--write" in sys.argv[1:]:
        tables: dict[str, dict[str, Any]] = {}
        for name, share in zip(FETOPLACENTAL, found, strict=True):
            number = card.number(f"share_{name}")
            tables[number.key] = {
                "value": float(share),
                "unit": "1",
                "kind": number.kind,
                "source": list(number.source),
                "status": "derived",
                "note": "scripts/fit_fetoplacental.py: five shares on five results, met exactly.",
            }
        write_numbers(card, "", tables)
        print("  written")


if __name__ == "__main__":
    main()
