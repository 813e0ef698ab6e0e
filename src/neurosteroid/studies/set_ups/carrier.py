"""SBECD, the carrier of brexanolone, with healthy and with impaired kidneys."""

from __future__ import annotations

from typing import Final

import numpy as np

from neurosteroid import units
from neurosteroid.dosing import Protocol, protocol
from neurosteroid.dosing.carrier import carrier
from neurosteroid.engine import Covariate, System, solve, wire
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Reproduces, library
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.pharmacokinetics.half_life import two_compartment_half_lives

_NAME: Final = "sbecd"
_FOLLOW_UP: Final = 480.0  # h after the infusion: more than twenty half-lives with severe impairment
_STEP: Final = 0.25  # h; halving it moves no ratio by 1e-3


def _system(card: Card, variant: str | None) -> System:
    part = part_from_card(card, variant, Ledger(), analyte=_NAME)
    return wire({_NAME: part}, [Covariate("person.weight", "kg"), Covariate("renal.gfr", "mL/min")])


def half_life(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the terminal half-life at the filtration rate of the arguments, h, at the reference weight."""
    system = _system(card, variant)
    row = dict(zip(system.parameter_names, system.parameters(1)[0], strict=True))
    gfr = units.parse(str(entry.arguments["gfr"]), "mL/min")
    keys = ("central_volume", "intercompartmental_clearance", "peripheral_volume")
    clearance = row[f"{_NAME}.clearance"] * gfr / row[f"{_NAME}.reference_gfr"]
    return float(two_compartment_half_lives(clearance, *(row[f"{_NAME}.{key}"] for key in keys))[1])


def with_brexanolone(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return area or highest concentration of SBECD in renal impairment over that with healthy kidneys.

    The carrier's protocol is that of brexanolone in the arguments, a card or a sentence, times its mass in the vial.
    """
    given = str(entry.arguments["protocol"])
    known = given in library().names("protocols")
    plan = carrier(protocol(given) if known else Protocol.parse(given, compound=ANALYTE))
    weight = units.parse(str(entry.arguments["weight"]), units.WEIGHT)
    system = _system(card, variant)
    function = library().card("organ-function", "pharmacokinetics")
    rates = (
        function.number("gfr", str(entry.arguments["severity"])).to("mL/min"),
        library().card("at-rest", "physiology").number("renal.gfr").to("mL/min"),
    )
    order = {"person.weight": [weight, weight], "renal.gfr": list(rates)}
    mass = library().card(_NAME, "compounds").number("molar_mass").to("g/mol")
    times = np.arange(0.0, plan.end_h + _FOLLOW_UP, _STEP)
    solution = solve(
        system,
        plan.records(weight, mass, f"central.{_NAME}"),
        parameters=system.parameters(2),
        covariates=np.array([order[name] for name in system.covariate_names]).T,
        output_times=times,
        start=0.0,
    )
    plasma = solution.outputs([f"plasma.{_NAME}"])[f"plasma.{_NAME}"]
    if entry.metric == "auc_inf_ratio":
        found = np.trapezoid(plasma, times, axis=1)
    elif entry.metric == "c_max_ratio":
        found = plasma.max(axis=1)
    else:
        raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    return float(found[0] / found[1])


SET_UPS = {"sbecd-half-life": half_life, "sbecd-with-brexanolone": with_brexanolone}
