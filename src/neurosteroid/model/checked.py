"""Numbers of a user that must not be below zero, must be above it, or must be whole."""

from __future__ import annotations

import math
from numbers import Real

from neurosteroid import units
from neurosteroid.errors import InputError, is_whole


def positive(text: str, unit: str, where: str) -> float:
    """Return a quantity given as text in a unit, above zero."""
    return above_zero(units.parse(text, unit, where=where), where)


def above_zero(value: object, where: str) -> float:
    """Return a finite number that is above zero; anything else is refused."""
    found = _finite(value, where)
    if not found > 0:
        raise InputError(f"{found:g} is not above zero; give a positive number.", where=where)
    return found


def not_negative(value: object, where: str) -> float:
    """Return a finite number that is not below zero; anything else is refused."""
    found = _finite(value, where)
    if not found >= 0:
        raise InputError(f"{found:g} is below zero; give zero or more.", where=where)
    return found


def whole(value: object, where: str, least: int, most: int) -> int:
    """Return a whole number from `least` to `most`; anything else is refused."""
    if not is_whole(value):
        raise InputError(f"{value!r} is not a whole number; give one from {least} to {most}.", where=where)
    if not least <= value <= most:
        raise InputError(f"{value} is not from {least} to {most}.", where=where)
    return int(value)


def _finite(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise InputError(f"{value!r} is not a number; give one such as 1.5.", where=where)
    found = float(value)
    if not math.isfinite(found):
        raise InputError(f"{found:g} is not a finite number; give one such as 1.5.", where=where)
    return found
