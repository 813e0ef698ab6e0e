"""Arms of a study: read from its config, and written into one."""

from __future__ import annotations

from typing import Any

from neurosteroid import units
from neurosteroid.dosing import Arm, Protocol, arm_from, names_of_protocols, together
from neurosteroid.dosing.records import step_amount
from neurosteroid.errors import InputError, unknown_name
from neurosteroid.evidence import library
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.given import activity_of
from neurosteroid.studies.config import GivenChoice, ProtocolChoice, StudyConfig


def read_arms(config: StudyConfig) -> tuple[Arm, ...]:
    """Return the arms of a config: cards from the library, sentences read.

    Raises:
        InputError: a sentence that cannot be read, or protocols that cannot be given together; names the place.
        UnknownNameError: no such card.
    """
    return tuple(_arm(choice, f"protocols[{place}]") for place, choice in enumerate(config.protocols))


def read_protocols(config: StudyConfig) -> tuple[Protocol, ...]:
    """Return the protocols of a config, arm by arm.

    Raises:
        InputError, UnknownNameError: see `read_arms`.
    """
    return tuple(item for arm in read_arms(config) for item in arm.protocols)


def arm_table(arm: Arm) -> dict[str, Any]:
    """Return an arm as a config has it, such that reading it gives the same."""
    if arm.card is not None and arm == arm_from(arm.card):
        return {"card": arm.card}
    tables = [_table(item) for item in arm.protocols]
    return tables[0] if len(tables) == 1 and arm.name == arm.first.name else {"name": arm.name, "together": tables}


def _table(item: Protocol) -> dict[str, Any]:
    compound = {} if item.compound == ANALYTE else {"compound": item.compound}
    return {"name": item.name, "sentence": item.sentence()} | compound


def _arm(choice: ProtocolChoice, where: str) -> Arm:
    if choice.together:
        parts = [_given(each, f"{where}.together[{place}]") for place, each in enumerate(choice.together)]
        return together(parts, choice.name, where=f"{where}.together")
    return _given(choice, where)


def _given(choice: GivenChoice | ProtocolChoice, where: str) -> Arm:
    arm = _planned(choice, where)
    return arm if not choice.rules else arm_from(_with_rules(arm, choice, where))


def _planned(choice: GivenChoice | ProtocolChoice, where: str) -> Arm:
    if choice.card is not None:
        if choice.card not in (names := names_of_protocols()):
            raise unknown_name("protocol", choice.card, names, where=f"{where}.card")
        return arm_from(choice.card, where=f"{where}.card")
    compound = choice.compound or ANALYTE
    item = Protocol.parse(str(choice.sentence), compound, name=choice.name, where=f"{where}.sentence")
    _check_amounts(item, f"{where}.sentence")
    return arm_from(item)


def _check_amounts(item: Protocol, where: str) -> None:
    """Refuse a dose that cannot become an amount of its compound, before anything is computed or written.

    Raises:
        UnitError: it is in IU, and the card of the compound does not say how much activity a mass has.
    """
    mass, activity = library().molar_mass(item.compound), activity_of(item.compound)
    for step in item.steps:
        # a weight of 1 kg: whether units fit does not depend on it
        step_amount(step, 1.0, units.AMOUNT, mass, where, activity)


def _with_rules(arm: Arm, choice: GivenChoice | ProtocolChoice, where: str) -> Protocol:
    if len(arm.protocols) > 1:
        cards = ", ".join(f"'{each.name}'" for each in arm.protocols)
        raise InputError(
            f"'{arm.name}' gives several compounds, and a rule belongs to one of them. List its protocols ({cards})"
            " under 'together', and give rules to the one that they change.",
            where=f"{where}.rules",
        )
    item = arm.first
    for number, text in enumerate(choice.rules):
        name = choice.name or (item.name if number else f"{item.name}, with rules")
        try:
            item = item.with_rule(text, name)
        except InputError as error:
            place = " ".join(filter(None, [f"{where}.rules[{number}]", error.where]))
            raise type(error)(error.message, where=place) from None
    return item
