"""Brain and cerebrospinal fluid at rest, total and free."""

from __future__ import annotations

from typing import Final

from neurosteroid import units
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Reproduces, library
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.studies.readings import read

_TISSUE: Final = "brain-tissue"
_OWN: Final = "local-synthesis"  # the variant that holds what a brain makes itself
_DENSITY: Final = "1 kg/L"  # the convention of the link: tissue per kg is tissue per litre


def at_rest(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return ``brain`` (mass per mass of tissue) or ``csf`` at a constant plasma concentration of the arguments.

    The argument ``link`` names a variant of the card ``brain-link``; left out, it is what a person has: the default,
    with what her own brain makes.
    """
    link, tissue = library().card("brain-link"), library().card(_TISSUE)
    variant_of_link = str(entry.arguments["link"]) if "link" in entry.arguments else None
    mass = library().molar_mass(ANALYTE)
    plasma = units.parse(str(entry.arguments["plasma"]), units.CONCENTRATION)
    brain = link.number("brain_to_plasma", variant_of_link).to("1") * plasma
    own = variant_of_link or _OWN
    if "local_concentration" in link.variant(own).numbers:
        brain += link.number("local_concentration", own).to(units.CONCENTRATION)
    if entry.metric == "brain":
        per_volume = float(units.convert(brain, units.CONCENTRATION, "ng/mL", molar_mass=mass))
        return per_volume / units.parse(_DENSITY, "g/mL")
    if entry.metric == "csf":
        free = tissue.number("unbound_fraction", ANALYTE).to("1") * brain
        reading = float(read(entry, {ANALYTE: free}, ANALYTE))
        return float(units.convert(reading, units.CONCENTRATION, entry.observed.unit, molar_mass=mass))
    raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")


def passive_exchange(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the free fraction in plasma at which free brain equals free plasma."""
    ratio = library().card("brain-link").number("brain_to_plasma").to("1")
    return ratio * card.number("unbound_fraction", variant).to("1")


SET_UPS = {"brain-at-rest": at_rest, "brain-passive-exchange": passive_exchange}
