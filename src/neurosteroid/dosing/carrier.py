"""What comes along with a drug in its vial, as a protocol of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from neurosteroid import units
from neurosteroid.dosing.protocol import Protocol
from neurosteroid.dosing.rules import RuleBook
from neurosteroid.dosing.steps import InfusionStep, Step
from neurosteroid.errors import EventError
from neurosteroid.evidence import Ledger, library

CARRIED: Final = {"allopregnanolone": ("sbecd", "mass_per_mass_of_brexanolone")}
"""Drug to the compound that carries it and the number of that card which says how much."""


def carrier(protocol: Protocol) -> Protocol:
    """Return the protocol of the carrier that is infused with a drug: the same steps, times mass over mass.

    Args:
        protocol: of the drug, doses in mass; its rules are left out, as the carrier has none of its own.

    Raises:
        EventError: nothing carries this drug, or a step is in amount of substance.
    """
    if protocol.compound not in CARRIED:
        raise EventError(
            f"no carrier of '{protocol.compound}' is known; {', '.join(CARRIED)} has one.", where=protocol.name
        )
    compound, key = CARRIED[protocol.compound]
    ledger = Ledger()
    ratio = ledger.take(library().card(compound, "compounds"), key, "1")
    steps: list[Step] = []
    for place, step in enumerate(protocol.steps):
        whole = units.split_weight_scaled(step.unit)[0]
        if not any(units.same_dimension(whole, example) for example in ("mg", "mg/h")):
            raise EventError(
                f"'{step.unit}' is an amount of substance; the carrier goes by mass. Give the drug in mg or ug.",
                where=f"{protocol.name}: steps[{place}]",
            )
        steps.append(
            replace(step, rate=step.rate * ratio)
            if isinstance(step, InfusionStep)
            else replace(step, amount=step.amount * ratio)
        )
    if protocol.ledger is not None:
        ledger.merge(protocol.ledger)
    return replace(
        protocol,
        name=f"{compound} with {protocol.name}",
        title=f"{compound.upper()} with {protocol.title}",
        compound=compound,
        steps=tuple(steps),
        ledger=ledger,
        dilution=None,
        rules=RuleBook(),
    )
