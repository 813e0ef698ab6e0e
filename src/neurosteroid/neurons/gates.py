"""Rates of gates: the three forms that membrane models are written in; plain arithmetic.

With x = (V - midpoint) / slope:

    linoid       amplitude x / (1 - exp(-x))        amplitude at x = 0
    exponential  amplitude exp(x)
    sigmoid      amplitude / (1 + exp(-x))

A negative slope turns a form round. Voltages in mV, rates in 1/ms.

Source:
    Hodgkin and Huxley, J Physiol 1952;117:500-544, for the forms.
"""

from __future__ import annotations

from typing import Any, Final

from neurosteroid.engine.maths import exp, less, where

_SMALL: Final = 1e-6
"""|x| below which x / (1 - exp(-x)) is taken from its series, 1 + x / 2, good to 1e-13."""


def linoid(voltage: Any, amplitude: Any, midpoint: Any, slope: Any) -> Any:
    """Return amplitude x / (1 - exp(-x))."""
    x = (voltage - midpoint) / slope
    near = less(x * x, _SMALL**2)
    away = where(near, 1.0, x)
    return amplitude * where(near, 1 + x / 2, away / (1 - exp(-away)))


def exponential(voltage: Any, amplitude: Any, midpoint: Any, slope: Any) -> Any:
    """Return amplitude exp(x)."""
    return amplitude * exp((voltage - midpoint) / slope)


def sigmoid(voltage: Any, amplitude: Any, midpoint: Any, slope: Any) -> Any:
    """Return amplitude / (1 + exp(-x))."""
    return amplitude / (1 + exp(-(voltage - midpoint) / slope))
