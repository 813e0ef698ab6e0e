"""What every state of a person shares: its name, who can be in it, and the axis on which it excludes others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from numbers import Real
from typing import ClassVar, Final

from neurosteroid import units
from neurosteroid.errors import InputError
from neurosteroid.evidence import library

LIMITS: Final = "state-limits"
"""The card of what can be meant."""


class Sex(StrEnum):
    """What gonads a person has."""

    FEMALE = "female"
    """ovaries"""
    MALE = "male"
    """testes"""


class Axis(StrEnum):
    """Two states on one axis are two places on one line: nobody stands on both."""

    REPRODUCTION = "reproduction"
    """cycle, pregnancy, the time after delivery, menopause"""
    STRESS = "stress"
    """the stress axis"""
    KIDNEY = "kidney"
    """function of the kidneys"""
    LIVER = "liver"
    """function of the liver"""
    RECEPTORS = "receptors"
    """how receptors adapt"""


@dataclass(frozen=True)
class AbstractState:
    """Something a person is in; subclasses are final frozen dataclasses that check what they are given.

    Attributes:
        NAME: how configurations and commands call it, such as ``"menstrual-cycle"``.
        SEXES: who can be in it.
        AXIS: at most one state of a person lies on an axis; None where several of a kind go together.
        HORMONAL: whether it says what her body makes, so that hormone courses belong to it.
    """

    NAME: ClassVar[str]
    SEXES: ClassVar[tuple[Sex, ...]] = tuple(Sex)
    AXIS: ClassVar[Axis | None] = None
    HORMONAL: ClassVar[bool] = False

    def place(self, field: str) -> str:
        """Return how messages name a field of this state."""
        return f"{type(self).__name__}.{field}"


def checked_number(value: object, where: str, *, such_as: str, what: str) -> float:
    """Return a finite number.

    Raises:
        InputError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        raise InputError(f"{value!r} is not a number of {what}, such as {such_as}.", where=where)
    return float(value)


def checked_truth(value: object, where: str) -> None:
    """Refuse what is neither True nor False.

    Raises:
        InputError: it is neither.
    """
    if not isinstance(value, bool):
        raise InputError(f"{value!r} is not True or False.", where=where)


def checked_hours(text: object, where: str) -> float:
    """Return a time with its unit, such as ``"-7 day"``, in h.

    Raises:
        InputError: it is no text, or its unit is missing, unknown or no time.
    """
    if not isinstance(text, str):
        raise InputError(f"{text!r} is not a time with its unit; write it like '-7 day' or '10 h'.", where=where)
    return units.parse_span(text, where=where)


def limit(key: str, unit: str) -> float:
    """Return the bound of what can be meant, from the card 'state-limits'."""
    return library().card(LIMITS, "physiology").number(key).to(unit)
