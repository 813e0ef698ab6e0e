"""Find the exchange clearance of SBECD from its published half-life, clearance and volumes.

    python scripts/fit_sbecd.py            print it
    python scripts/fit_sbecd.py --write    also write it into pharmacokinetics/sbecd.toml

One number, one equation: the terminal half-life of two compartments.
"""

from __future__ import annotations

import sys

from fitting import write_numbers

from neurosteroid.evidence import Ledger, Role, library
from neurosteroid.pharmacokinetics.half_life import two_compartment_half_lives

KEY = "intercompartmental_clearance"


def main() -> None:
    from scipy.optimize import brentq

    card, ledger = library().card("sbecd", "pharmacokinetics"), Ledger()
    (row,) = [entry for entry in card.variant().reproduces if entry.role is Role.FIT]
    clearance = ledger.take(card, "clearance", "L/h")
    first, second = (ledger.take(card, f"{name}_volume", "L") for name in ("central", "peripheral"))

    def miss(exchange: float) -> float:
        return float(two_compartment_half_lives(clearance, first, exchange, second)[1]) - row.observed.value

    found = brentq(miss, 0.1, 100.0)
    print(f"{KEY} {found:.6g} L/h for a half-life of {row.observed.value:g} h")
    if "--write" in sys.argv:
        note = (
            "scripts/fit_sbecd.py: the exchange that gives the published half-life with the published clearance and"
            " volumes."
        )
        table = {"value": found, "unit": "L/h", "source": ["sbecd-hemodialysis"], "status": "derived", "note": note}
        write_numbers(card, "", {KEY: table})


if __name__ == "__main__":
    main()
