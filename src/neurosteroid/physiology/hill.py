"""Saturating responses: how strongly one quantity turns another up or down."""

from __future__ import annotations

from typing import Any

from neurosteroid.engine.maths import power


def rising(x: Any, threshold: Any, exponent: Any) -> Any:
    """Return x^n / (T^n + x^n): 0 for none, 1/2 at the threshold, 1 for plenty; x in the threshold's unit, x >= 0."""
    relative = power(x / threshold, exponent)
    return relative / (1 + relative)


def falling(x: Any, threshold: Any, exponent: Any) -> Any:
    """Return T^n / (T^n + x^n): 1 for none, 1/2 at the threshold, 0 for plenty; x in the threshold's unit, x >= 0."""
    return 1 / (1 + power(x / threshold, exponent))
