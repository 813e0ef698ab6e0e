"""Binding in plasma outside pregnancy, from proteins and cortisol at rest."""

from __future__ import annotations

from neurosteroid import units
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Reproduces, library
from neurosteroid.model.catalogue import part_from_card


def at_rest(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the share of progesterone that is ``unbound`` or on ``globulin``, or that of ``unbound cortisol``.

    Arguments: total progesterone, and total cortisol where it is not the daily mean at rest.
    """
    part = part_from_card(card, variant, Ledger())
    mass = library().molar_mass("progesterone")
    rest = library().card("at-rest", "physiology")
    given = {
        "progesterone": units.parse(str(entry.arguments["progesterone"]), units.CONCENTRATION, molar_mass=mass),
        "cortisol": _cortisol(entry, rest),
        "cbg": rest.number("binding.cbg").to("nmol/L"),
        "albumin": rest.number("binding.albumin").to("nmol/L"),
    }
    found = part.values(0.0, {}, given)
    if entry.metric == "unbound cortisol":
        return float(units.convert(float(found["unbound_cortisol"]) / given["cortisol"], "1", entry.observed.unit))
    if f"{entry.metric}_share" not in found:
        raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    return float(units.convert(float(found[f"{entry.metric}_share"]), "1", entry.observed.unit))


def _cortisol(entry: Reproduces, rest: Card) -> float:
    if "cortisol" not in entry.arguments:
        return rest.number("plasma.cortisol").to("nmol/L")
    mass = library().molar_mass("cortisol")
    return float(units.parse(str(entry.arguments["cortisol"]), units.CONCENTRATION, molar_mass=mass))


SET_UPS = {"binding-at-rest": at_rest}
