"""Several influences on one value: independent ones multiply, inhibitors of one enzyme share its site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from neurosteroid.engine import AbstractPart
from neurosteroid.engine.product import Product
from neurosteroid.engine.wiring import filled
from neurosteroid.physiology.enzymes import OneSite

FACTOR: Final = ".by."
"""A value ``activity.cyp3a4.by.rifampin`` is one of the factors of ``activity.cyp3a4``."""

INHIBITOR: Final = ".against."
"""A value ``activity.steroidogenesis.against.trilostane`` is what one inhibitor leaves of that activity."""


def combined(parts: Mapping[str, AbstractPart]) -> dict[str, AbstractPart]:
    """Return the parts that put the influences on each value together.

    A value is what it is at rest, ``X.at-rest``, times each factor ``X.by.NAME``, times what all inhibitors
    ``X.against.NAME`` leave together, see `neurosteroid.physiology.enzymes.OneSite`.
    """
    given = [filled(part, value.name) for part in parts.values() for value in part.gives]
    chains: dict[str, AbstractPart] = {}
    for whole in dict.fromkeys(name.split(mark)[0] for mark in (FACTOR, INHIBITOR) for name in given if mark in name):
        inhibitors = [name for name in given if name.startswith(f"{whole}{INHIBITOR}")]
        held = inhibitors[0] if inhibitors else ""
        for place, name in enumerate(inhibitors[1:], start=2):
            result = f"{whole}.held.{place}"
            chains[f"one-site.{result}"] = OneSite(whole=result, one=held, other=name)
            held = result
        factors = [name for name in given if name.startswith(f"{whole}{FACTOR}")] + ([held] if held else [])
        left = f"{whole}.at-rest"
        for place, name in enumerate(factors):
            result = whole if place == len(factors) - 1 else f"{whole}.after.{place + 1}"
            chains[f"product.{result}"] = Product(whole=result, one=left, other=name)
            left = result
    return chains
