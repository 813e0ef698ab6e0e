"""Numbers of a user that must not be below zero, or must be above it."""

from __future__ import annotations

from neurosteroid import units
from neurosteroid.errors import InputError


def positive(text: str, unit: str, where: str) -> float:
    """Return a quantity given as text in a unit, above zero."""
    return above_zero(units.parse(text, unit, where=where), where)


def above_zero(value: float, where: str) -> float:
    """Return a number that is above zero; others are refused."""
    if not value > 0:
        raise InputError(f"{value:g} is not above zero; give a positive number.", where=where)
    return value


def not_negative(value: float, where: str) -> float:
    """Return a number that is not below zero; others are refused."""
    if not value >= 0:
        raise InputError(f"{value:g} is below zero; give zero or more.", where=where)
    return value
