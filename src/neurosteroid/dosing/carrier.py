"""What comes along with a drug in its vial, as a protocol of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from neurosteroid import units
from neurosteroid.dosing.arm import Arm
from neurosteroid.dosing.protocol import Protocol
from neurosteroid.dosing.rules import RuleBook
from neurosteroid.dosing.steps import InfusionStep, Step
from neurosteroid.errors import EventError
from neurosteroid.evidence import Ledger, library

CARRIED: Final = {"allopregnanolone": ("sbecd", "mass_per_mass_of_brexanolone")}
"""Drug to the compound that carries it and the number of that card which says how much."""


CARRIERS: Final = frozenset(compound for compound, _ in CARRIED.values())
"""Compounds that come along with a drug."""


def drugs(arm: Arm) -> tuple[str, ...]:
    """Return the compounds of an arm without those that come along with another; all where there are no others."""
    return tuple(name for name in arm.compounds if name not in CARRIERS) or arm.compounds


def with_carriers(arm: Arm) -> Arm:
    """Return an arm with the carrier of each infused drug beside it, where it can go along.

    It cannot with a drug that rules change, whose changes it would not follow, nor with doses in amount of substance;
    one that the arm gives already stays as it is. The arm keeps its name.
    """
    alone = [each for each in arm.given if goes_along(each) and CARRIED[each.compound][0] not in arm.compounds]
    return replace(arm, protocols=(*arm.protocols, *map(carrier, alone))) if alone else arm


def goes_along(protocol: Protocol) -> bool:
    """Return whether a protocol gives a drug whose carrier can be given by the same steps."""
    if protocol.compound not in CARRIED or protocol.rules or not protocol.steps:
        return False
    return all(_by_mass(step) and (isinstance(step, InfusionStep) or _in_a_vein(protocol)) for step in protocol.steps)


def _by_mass(step: Step) -> bool:
    whole = units.split_weight_scaled(step.unit)[0]
    return any(units.same_dimension(whole, example) for example in ("mg", "mg/h"))


def _in_a_vein(protocol: Protocol) -> bool:
    return all(dose.route == "intravenous" for dose in protocol.doses())


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
        if not _by_mass(step):
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
