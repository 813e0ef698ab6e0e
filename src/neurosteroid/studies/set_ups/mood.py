"""Where mood would be worst by an explanation of its U-shaped curve."""

from __future__ import annotations

from neurosteroid import units
from neurosteroid.errors import unknown_name
from neurosteroid.evidence import Card, Reproduces
from neurosteroid.model.mood.hypotheses import mood_hypothesis

_METRICS = ("worst level",)


def worst_level(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the level in serum, from 0 to 10 nmol/L, at which the principal cell fires most easily.

    Where it turns the level is searched for between those run; 0 or the highest where excitability
    only falls or only rises.
    """
    if entry.metric not in _METRICS:
        raise unknown_name("metric", entry.metric, _METRICS, where=entry.name)
    found = mood_hypothesis(card.name, variant).predict()
    return float(units.convert(float(found.scalars["worst level"]), "nmol/L", entry.observed.unit))


SET_UPS = {"mood-worst-level": worst_level}
