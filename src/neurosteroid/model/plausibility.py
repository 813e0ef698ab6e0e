"""What is possible but unlikely to be meant: body weights, doses and spans far from what the numbers come from.

Nothing is refused here. The limits stand on cards: the weights of the women studied (people), and the highest infusion
rate of the compound's label (the protocol that the compound's card names as `label_protocol`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import InfusionStep, Protocol
from neurosteroid.evidence import library

Array = NDArray[np.float64]
_PEOPLE = "postpartum"
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
    return tuple(text for text in found if text)


def too_short(protocols: Sequence[Protocol], until: float) -> tuple[str, ...]:
    """Return a sentence for each protocol that goes on after the follow-up has ended at `until` h."""
    return tuple(
        f"'{protocol.name}' lasts until {protocol.end_h:g} h, but the follow-up ends at {until:g} h: what is read at"
        f" the end of treatment is read at {until:g} h."
        for protocol in protocols
        if protocol.end_h > until * (1 + _ROUNDING)
    )


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
    label = _label(protocol)
    infusions = [step for step in protocol.steps if isinstance(step, InfusionStep)]
    if label is None or not infusions:
        return ""
    name, unit, highest = label
    mass = library().card(protocol.compound, "compounds").number("molar_mass").to("g/mol")
    plain = units.split_weight_scaled(unit)[0]

    def per_weight(step: InfusionStep) -> float:
        whole, scaled = units.split_weight_scaled(step.unit)
        rate = float(units.convert(step.rate, whole, plain, molar_mass=mass, where=protocol.name))
        return rate if scaled else rate / float(np.min(weights))

    rate = max(per_weight(step) for step in infusions)
    if rate <= highest * (1 + _ROUNDING):
        return ""
    return (
        f"'{protocol.name}' gives up to {rate:.3g} {unit}, {rate / highest:.3g} times the highest rate of the label"
        f" ({highest:g} {unit}, card {name}). Check the rate and its unit."
    )


def _label(protocol: Protocol) -> tuple[str, str, float] | None:
    """Return name, unit and highest weight-scaled rate of the label of a protocol's compound, if its card names one."""
    shelf = library()
    if protocol.compound not in shelf.names("compounds"):
        return None
    name = shelf.card(protocol.compound, "compounds").variant().settings.get("label_protocol")
    rates = [] if name is None else [step.rate for step in shelf.card(name, "protocols").steps]
    known = [rate for rate in rates if rate is not None and units.split_weight_scaled(rate.unit)[1]]
    if name is None or not known:
        return None
    highest = max(known, key=lambda rate: rate.to(known[0].unit))
    return name, highest.unit, highest.value
