"""Find what the binding of cortisol at body temperature asks for: the globulin's constant, and the drive in pregnancy.

    python scripts/fit_binding.py            print both
    python scripts/fit_binding.py --write    also write them into physiology/binding.toml and physiology/stress.toml

Two numbers, two rows. The constant leaves the unbound share of dialysis at 37 degrees, with globulin and albumin of the
body at rest; progesterone outside the luteal phase takes none of the globulin:

    K = (bound to globulin / unbound) / (globulin - bound to globulin)

The drive in late pregnancy is the one with which the row of unbound cortisol in the third trimester comes out as
observed, in the set-up that the row claims.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from fitting import rows_to_fit, write_numbers

from neurosteroid import units
from neurosteroid.evidence import library, use_library
from neurosteroid.studies.set_ups.stress_in_pregnancy import axis

VARIANT = "body-temperature"


def nanomolar(text: str) -> float:
    """Return a concentration of cortisol in nmol/L."""
    mass = library().molar_mass("cortisol")
    return float(units.parse(text, units.CONCENTRATION, molar_mass=mass))


def constant() -> float:
    """Return the association constant with cortisol, L/umol."""
    card, rest = library().card("binding", "physiology"), library().card("at-rest", "physiology")
    (row,) = rows_to_fit("cortisol-binding", id="dialysis_unbound_share")
    assert row.value is not None
    assert row.claim is not None
    total = nanomolar(str(row.claim.arguments["cortisol"]))
    unbound = total * row.value / 100.0
    bound = total - unbound * (1.0 + card.number("cortisol_on_albumin", VARIANT).to("1"))
    return bound / unbound / (rest.number("binding.cbg").to("nmol/L") - bound) * 1e3


def drive() -> float:
    """Return the drive in late pregnancy, with the constant that stands on the card."""
    from scipy.optimize import brentq

    (row,) = rows_to_fit("cortisol-in-pregnancy", id="jung_unbound_third_trimester")
    entry, text = row.result(), Path(library().card("stress", "physiology").path).read_text(encoding="utf-8")

    def miss(trial: float) -> float:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "physiology" / "stress.toml"
            place.parent.mkdir()
            header = r"(\[variants\.published\.numbers\.pregnancy_highest\]\nvalue = )[\d.]+"
            place.write_text(re.sub(header, rf"\g<1>{trial!r}", text), encoding="utf-8")
            use_library(folder)
            return axis(library().card("stress", "physiology"), None, entry) - entry.observed.value

    try:
        return float(brentq(miss, 1.0, 3.0, xtol=1e-4))
    finally:
        use_library(None)


def main() -> None:
    write = "--write" in sys.argv[1:]
    found = constant()
    print(f"cbg_cortisol {found:.6g} L/umol")
    if write:
        table = {"value": found, "unit": "L/umol", "kind": "association constant", "source": ["cortisol-temperature"]}
        note = "scripts/fit_binding.py: one number on one row, dialysis at 37 degrees."
        card = library().card("binding", "physiology")
        write_numbers(card, VARIANT, {"cbg_cortisol": {**table, "status": "derived", "note": note}})
    found = drive()
    print(f"pregnancy_highest {found:.6g}")
    if write:
        card = library().card("stress", "physiology")
        was = card.number("pregnancy_highest")
        kept = {"kind": str(was.kind), "source": list(was.source), "status": "derived", "read_at": str(was.read_at)}
        note = "scripts/fit_binding.py: one number on one row, unbound cortisol 1.6 times that of controls in week 36."
        write_numbers(card, "published", {"pregnancy_highest": {"value": found, "unit": "1", **kept, "note": note}})


if __name__ == "__main__":
    main()
