"""Advice on a person and what is given: what labels say, and what medicines do that the model does not follow.

Each advice is a variant of a card of kind ``advice``: its settings say when it applies, its note says it, its numbers
and source stand with it. One that applies is among the limits of a course and of a study; with ``warn = "yes"`` it is a
warning too.

Settings, all of which must hold where they are written: ``given`` (one of these compounds), ``protocols`` (one of these
is given), ``rules = "yes"`` (by a protocol that has rules), ``medications`` (one of these is taken), ``renal`` and
``hepatic`` (impaired in one of these classes), ``states`` (in one of these), ``unless`` (in none of these), ``bodies =
"yes"`` (a state with hormones of its own).
Numbers: ``highest_dose``, above which it applies; ``cycle_day`` of hour 0, beside which it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, final

from neurosteroid import units
from neurosteroid.dosing import Arm, InfusionStep, Protocol
from neurosteroid.evidence import Variant, library
from neurosteroid.model.states import AbstractState, HepaticImpairment, Medication, RenalImpairment

KIND: Final = "advice"
_HALF_A_DAY: Final = 0.5  # days by which hour 0 may stand beside the day that a protocol counts from
_MASS: Final = "mg"
_BODILESS: Final = (Medication, RenalImpairment, HepaticImpairment)
"""States that bring no hormones of their own."""


@final
@dataclass(frozen=True)
class Advice:
    """One sentence that applies, whether it is a warning, and the title of what the card says."""

    text: str
    warns: bool
    title: str = ""


def advice(arms: Iterable[Arm], states: Sequence[AbstractState]) -> tuple[Advice, ...]:
    """Return what cards advise of what arms give to people in states, each sentence once.

    Args:
        arms: what is given.
        states: of the person, or of all people of a study.
    """
    shelf, found = library(), list[Advice]()
    if KIND not in shelf.kinds():
        return ()
    for arm in arms:
        for card in shelf.cards(KIND):
            for variant in card.variants.values():
                found += _applying(variant, arm, states)
    return tuple(dict.fromkeys(found))


def warned(arms: Iterable[Arm], states: Sequence[AbstractState]) -> tuple[str, ...]:
    """Return the sentences of `advice` that are warnings."""
    return tuple(each.text for each in advice(arms, states) if each.warns)


def advised(arms: Iterable[Arm], states: Sequence[AbstractState]) -> tuple[str, ...]:
    """Return all sentences of `advice`."""
    return tuple(each.text for each in advice(arms, states))


def advice_by_arms(arms: Sequence[Arm], states: Sequence[AbstractState]) -> tuple[tuple[Advice, tuple[str, ...]], ...]:
    """Return what `advice` returns of all arms of a study, each with the names of the arms that it is for."""
    found: dict[Advice, list[str]] = {}
    for arm in arms:
        for each in advice([arm], states):
            found.setdefault(each, []).append(arm.name)
    return tuple((each, tuple(names)) for each, names in found.items())


def _applying(variant: Variant, arm: Arm, states: Sequence[AbstractState]) -> list[Advice]:
    if not _holds(variant, states):
        return []
    wanted = _named(variant, "medications")
    taken = [each.name for each in states if isinstance(each, Medication) and each.name in wanted]
    medications: Sequence[str] = list(dict.fromkeys(taken)) if "medications" in variant.settings else ("",)
    protocols: Sequence[Protocol | None] = [None]
    if {"given", "protocols"} & set(variant.settings):
        protocols = [each for each in arm.given if _is_meant(variant, each)]
    return [
        Advice(_said(variant, medication, protocol), variant.settings.get("warn") == "yes", variant.title)
        for medication in medications
        for protocol in protocols
    ]


def _holds(variant: Variant, states: Sequence[AbstractState]) -> bool:
    """Return whether the states are those that an advice is for."""
    names = {state.NAME for state in states}
    impaired = {
        "renal": {state.severity for state in states if isinstance(state, RenalImpairment)},
        "hepatic": {state.severity for state in states if isinstance(state, HepaticImpairment)},
    }
    for key, classes in impaired.items():
        if key in variant.settings and not classes & set(_named(variant, key)):
            return False
    if "states" in variant.settings and not names & set(_named(variant, "states")):
        return False
    if "bodies" in variant.settings and all(isinstance(state, _BODILESS) for state in states):
        return False
    if names & set(_named(variant, "unless")):
        return False
    if "cycle_day" in variant.numbers:
        day = variant.numbers["cycle_day"].to("day")
        return any(abs(getattr(state, "day", day) - day) > _HALF_A_DAY for state in states)
    return True


def _is_meant(variant: Variant, protocol: Protocol) -> bool:
    if protocol.compound not in _named(variant, "given", protocol.compound):
        return False
    if protocol.name not in _named(variant, "protocols", protocol.name):
        return False
    if variant.settings.get("rules") == "yes" and not protocol.rules:
        return False
    highest = variant.numbers.get("highest_dose")
    return highest is None or any(dose > highest.to(_MASS) for dose in _doses(protocol))


def _doses(protocol: Protocol) -> list[float]:
    """Return the single doses of a protocol in mg, without those that scale with weight."""
    steps = [step for step in protocol.steps if not isinstance(step, InfusionStep)]
    mass = library().molar_mass(protocol.compound)
    plain = [step for step in steps if not units.split_weight_scaled(step.unit)[1]]
    return [float(units.convert(step.amount, step.unit, _MASS, molar_mass=mass)) for step in plain]


def _named(variant: Variant, key: str, otherwise: str = "") -> list[str]:
    return [word.strip() for word in variant.settings.get(key, otherwise).split(",")]


def _said(variant: Variant, medication: str, protocol: Protocol | None) -> str:
    text = variant.note or variant.title
    words = {"medication": medication}
    if protocol is not None:
        words |= {"compound": protocol.compound, "protocol": protocol.name}
    words |= {key: f"{number.value:g} {number.unit}" for key, number in variant.numbers.items()}
    words |= {"cycle_day": f"{variant.numbers['cycle_day'].value:g}"} if "cycle_day" in variant.numbers else {}
    said = text.format(**words)
    return said[0].upper() + said[1:]
