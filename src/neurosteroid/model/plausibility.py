"""What is possible but unlikely to be meant: body weights, doses and spans far from what the numbers come from.

Nothing is refused here. The limits stand on cards: the weights of the women studied (people), and the highest infusion
rate of the compound's label, or some times its highest single dose (the protocol that the compound's card names as
`label_protocol`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import InfusionStep, Protocol
from neurosteroid.evidence import library
from neurosteroid.model.given import activity_of
from neurosteroid.model.states.state import limit

Array = NDArray[np.float64]
_PEOPLE = "postpartum"
_HIGHEST = "highest_daily_dose"
"""Number of a compound that has no protocol of its label: injected once a day, so this is its highest dose."""
_ROUNDING = 1e-9  # share; a rate converted from other units may differ from the label's by rounding


class ImplausibleWarning(UserWarning):
    """Something that can be computed but is unlikely to be meant."""


def implausible(protocols: Sequence[Protocol], weights: Array) -> tuple[str, ...]:
    """Return a sentence for each thing about people and doses that is unlikely to be meant.

    Args:
        protocols: what is given.
        weights: (P,) kg.
    """
    found = [_weights(weights)]
    found += [_highest_rate(protocol, weights) for protocol in protocols]
    found += [_highest_dose(protocol, weights) for protocol in protocols]
    return tuple(text for text in found if text)


def too_short(protocols: Sequence[Protocol], until: float) -> tuple[str, ...]:
    """Return a sentence for each protocol that goes on after the follow-up has ended at `until` h."""
    return tuple(
        f"'{protocol.name}' lasts until {protocol.end_h:g} h, but the follow-up ends at {until:g} h: what is read at"
        f" the end of treatment is read at {until:g} h."
        for protocol in protocols
        if protocol.end_h > until * (1 + _ROUNDING)
    )


def all_outside(protocols: Sequence[Protocol], until: float) -> tuple[str, ...]:
    """Return a sentence for each protocol of which nothing is given before the follow-up ends at `until` h."""
    begins = [(each, _first(each)) for each in protocols if each.steps]
    return tuple(
        f"'{protocol.name}' gives its first dose at {first:g} h, but the follow-up ends at {until:g} h: nothing of it"
        " is given. Make the follow-up longer, or leave it out."
        for protocol, first in begins
        if first >= until
    )


def _first(protocol: Protocol) -> float:
    """Return the hour at which a protocol first gives something; infinite where it never does."""
    infused = protocol.ladder()
    rising = infused.times_h[: len(infused.rates)][infused.rates > 0]
    return float(min([*rising, *(dose.time_h for dose in protocol.doses())], default=np.inf))


def _weights(weights: Array) -> str:
    card = library().card(_PEOPLE, "people")
    low, high = (card.number(key).to(units.WEIGHT) for key in ("weight_lowest", "weight_highest"))
    outside = np.asarray(weights)[(weights < low) | (weights > high)]
    if outside.size == 0:
        return ""
    shown = f"{outside[0]:g} kg" if outside.size == 1 else f"{outside.min():g} to {outside.max():g} kg"
    return (
        f"a body weight of {shown} lies outside the {low:g} to {high:g} kg of the women behind the numbers: what scales"
        " with weight is extrapolated. Check the weight and its unit."
    )


def _highest_rate(protocol: Protocol, weights: Array) -> str:
    infusions = [(step.rate, step.unit) for step in protocol.steps if isinstance(step, InfusionStep)]
    return _above_label(protocol, infusions, "rate", weights)


def _highest_dose(protocol: Protocol, weights: Array) -> str:
    doses = [(step.amount, step.unit) for step in protocol.steps if not isinstance(step, InfusionStep)]
    return _above_label(protocol, doses, "amount", weights)


def _above_label(protocol: Protocol, given: Sequence[tuple[float, str]], key: str, weights: Array) -> str:
    """Return a sentence when the highest of some rates or doses is above, or far above, the highest of the label.

    Args:
        protocol: that gives them.
        given: (number, unit) of each.
        key: of the label's steps, ``rate`` or ``amount``.
        weights: (P,) kg; where one side scales with weight and the other does not, the person most above counts.
    """
    label = _label(protocol, key)
    if label is None or not given:
        return ""
    name, unit, highest = label
    mass = library().molar_mass(protocol.compound)
    plain, per_weight = units.split_weight_scaled(unit)

    def as_label(value: float, of: str) -> float:
        whole, scaled = units.split_weight_scaled(of)
        amount = value
        if units.same_dimension(whole, "ug") and units.same_dimension(plain, "IU"):
            amount = float(units.convert(value, whole, "ug")) * (activity_of(protocol.compound) or np.nan)
            whole = "IU"
        found = float(units.convert(amount, whole, plain, molar_mass=mass, where=protocol.name))
        if scaled == per_weight:
            return found
        return found * float(np.max(weights)) if scaled else found / float(np.min(weights))

    most = max(as_label(value, of) for value, of in given)
    what, times = ("rate", 1.0) if key == "rate" else ("dose", limit("highest_dose_over_label", "1"))
    if most <= times * highest * (1 + _ROUNDING):
        return ""
    return (
        f"'{protocol.name}' gives up to {most:.3g} {unit}, {most / highest:.3g} times the highest {what} of the label"
        f" ({highest:g} {unit}, card {name}). Check the {what} and its unit."
    )


def _label(protocol: Protocol, key: str) -> tuple[str, str, float] | None:
    """Return name, unit and highest rate or amount of the label of a protocol's compound, if its card names one."""
    shelf = library()
    if protocol.compound not in shelf.names("compounds"):
        return None
    compound = shelf.card(protocol.compound, "compounds").variant()
    if key == "amount" and _HIGHEST in compound.numbers:
        highest_dose = compound.numbers[_HIGHEST]
        return f"compounds/{protocol.compound}", highest_dose.unit, highest_dose.value
    name = compound.settings.get("label_protocol")
    found = [] if name is None else [getattr(step, key) for step in shelf.card(name, "protocols").steps]
    known = [number for number in found if number is not None]
    if name is None or not known:
        return None
    highest = max(known, key=lambda number: number.to(known[0].unit))
    return name, highest.unit, highest.value
