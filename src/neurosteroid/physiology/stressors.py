"""Acute stressors and tests of the stress axis, and lasting stress, as covariates that hold from record to record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, final

from neurosteroid.engine import EventKind, Record
from neurosteroid.errors import unknown_name
from neurosteroid.evidence import Ledger, library
from neurosteroid.physiology.hpa_settled import INPUT_UNITS, INPUTS

CARD: Final = "stressors"
CHRONIC: Final = "stress.chronic"


@final
@dataclass(frozen=True)
class Push:
    """One input of the axis, raised for a while.

    Attributes:
        covariate: which of `neurosteroid.physiology.hpa_settled.INPUTS`.
        strength: what it adds, in multiples of what is there at rest; of a hormone given by dose, ug/kg/h.
        begins, ends: h.
    """

    covariate: str
    strength: float
    begins: float
    ends: float


def variant_of(name: str, where: str) -> str:
    """Return the variant of the card ``physiology/stressors`` that a stressor's name means.

    Raises:
        UnknownNameError: no such stressor.
    """
    card = library().card(CARD, "physiology")
    variant = "-".join(name.split()).lower()
    if variant not in card.variants:
        raise unknown_name("stressor", name, (each.replace("-", " ") for each in card.variants), where=where)
    return variant


def stressor(name: str, hour: float, ledger: Ledger, where: str = "Stressor.name") -> Push:
    """Return a stressor of the card ``physiology/stressors`` that begins at an hour.

    Args:
        name: of its variant; spaces may stand for hyphens.
        hour: when it begins, h.
        ledger: records its numbers.
        where: what a message names.

    Raises:
        UnknownNameError: no such stressor.
    """
    card, variant = library().card(CARD, "physiology"), variant_of(name, where)
    into = str(card.variant(variant).settings["input"])
    length = ledger.take(card, "length", "h", variant)
    strength = ledger.take(card, "strength", INPUT_UNITS[into], variant)
    return Push(into, strength, hour, hour + length)


def records(pushes: Iterable[Push], chronic: Sequence[tuple[float, float]] = ()) -> tuple[Record, ...]:
    """Return records that set the inputs wherever one of them changes; what overlaps adds up.

    Args:
        pushes: stressors and tests.
        chronic: (hour, lasting drive from then on), by time.
    """
    pushed = tuple(pushes)
    found = [Record(time=hour, evid=EventKind.OTHER, covariates={CHRONIC: drive}) for hour, drive in chronic]
    for covariate in dict.fromkeys(push.covariate for push in pushed):
        mine = [push for push in pushed if push.covariate == covariate]
        for hour in sorted({end for push in mine for end in (push.begins, push.ends)}):
            sum_of = sum(push.strength for push in mine if push.begins <= hour < push.ends)
            value = INPUTS[covariate] + sum_of
            found.append(Record(time=hour, evid=EventKind.OTHER, covariates={covariate: value}))
    return tuple(sorted(found, key=lambda record: record.time))
