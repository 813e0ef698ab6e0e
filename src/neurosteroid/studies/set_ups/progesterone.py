"""Progesterone given by mouth, vagina or injection to a woman whose own is that of the adrenal alone."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.engine import Covariate, System, wire
from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.evidence import Ledger, Library, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.pharmacokinetics.oil_depot import RELEASE, dosed_state
from neurosteroid.physiology.pathway import ACTIVITIES, ALLO, P4, pathway_parts

Array = NDArray[np.float64]
CARD: Final = "progesterone-routes"
ANALYTES: Final = (P4, ALLO, "pregnanolone", "5alpha-dihydroprogesterone")
_STEP: Final = 0.05  # h; a peak lies between two points at most this far apart
_AT_REST: Final = 2400.0  # h before the first dose, so that what the adrenal keeps up stands
_FREE: Final = ("person.weight", "body.plasma-volume-scale", "adrenal.drive")


@final
@dataclass(frozen=True, eq=False)
class Given:
    """Courses over the day after the last dose, nmol/L, and what there is without doses.

    Attributes:
        hours: (K,) since the last dose.
        plasma: analyte to (K,), or (N, K) of several people, true concentrations.
        endogenous: analyte to its level without doses.
    """

    hours: Array
    plasma: Mapping[str, Array]
    endogenous: Mapping[str, float]


@functools.lru_cache(maxsize=8)
def model(shelf: Library, route: str) -> tuple[System, Array]:
    """Wire pathway, depot and assay; return the system and its covariates at rest."""
    ledger = Ledger()
    disposition = part_from_card(shelf.card("brexanolone"), None, ledger, analyte=ALLO)
    card = shelf.card(CARD)
    parts = pathway_parts(ledger, disposition)
    parts["depot"] = part_from_card(card, route, ledger, route=route)
    if RELEASE in card.variant(route).numbers:
        parts["oil"] = part_from_card(card, route, ledger, kind="oil-depot", route=route)
    names = (*_FREE, *(f"activity.{enzyme}" for enzyme in ACTIVITIES))
    system = wire(parts, [Covariate(name, "kg" if name == "person.weight" else "1") for name in names])
    weight = shelf.card("pathway").number("reference_weight").to("kg")
    return system, np.array([[weight, *[1.0] * (len(names) - 1)]])


def dosed_into(route: str) -> str:
    """Return the state that doses by a route go to."""
    return dosed_state(route, library().card(CARD).variant(route).numbers)


def follow(
    route: str,
    dose_mg: float,
    days: int = 1,
    until: float = 24.0,
    changes: Mapping[str, float] | None = None,
    interval: float = 24.0,
    *,
    since_first: bool = False,
) -> Given:
    """Follow one dose a day for some days, the last one up to `until` hours.

    Args:
        route: variant of the card ``progesterone-routes``.
        dose_mg: of each dose, mg.
        days: how many doses.
        until: h after the last dose, or after the first.
        changes: parameters other than those of the cards, by name.
        interval: h from one dose to the next.
        since_first: whether hours are counted from the first dose, not from the last.
    """
    hours = np.arange(0.0, until + _STEP / 2, _STEP)
    found = courses(route, dose_mg, days, hours, changes or {}, interval, since_first=since_first, at_rest=_AT_REST)
    return replace(found, plasma={analyte: course[0] for analyte, course in found.plasma.items()})


def courses(
    route: str,
    dose_mg: float,
    days: int,
    hours: Array,
    changes: Mapping[str, float | Array],
    interval: float,
    *,
    since_first: bool,
    at_rest: float,
) -> Given:
    """Follow one person or several through one dose after the other.

    Args:
        route: variant of the card ``progesterone-routes``.
        dose_mg: of each dose, mg.
        days: how many doses.
        hours: (K,) since the last dose, or since the first.
        changes: parameter to its value, or its values (N,); those of the cards for the rest.
        interval: h from one dose to the next.
        since_first: whether hours are counted from the first dose, not from the last.
        at_rest: h before the first dose.

    Returns:
        Courses (N, K) of each analyte; true concentrations.
    """
    system, covariates = model(library(), route)
    amount = float(units.convert(dose_mg, "mg", "nmol", molar_mass=library().molar_mass(P4)))
    doses = Record(0.0, 1, dosed_into(route), amount, interval=interval, additional=days - 1)
    last = 0.0 if since_first else interval * (days - 1)
    count = max((np.size(each) for each in changes.values()), default=1)
    solution = solve(
        system,
        [doses],
        parameters=system.parameters(count, dict(changes)),
        covariates=np.repeat(covariates, count, axis=0),
        output_times=np.concatenate([[-1e-6], last + hours]),
        start=-at_rest,
    )
    names = {analyte: f"plasma.{analyte}" for analyte in ANALYTES}
    found = solution.outputs(list(names.values()))
    return Given(
        hours,
        {key: found[name][:, 1:] for key, name in names.items()},
        {key: float(found[name][0, 0]) for key, name in names.items()},
    )
