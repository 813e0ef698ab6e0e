"""Experiments on targets other than GABA-A receptors: what a card's curve says at one concentration."""

from __future__ import annotations

from neurosteroid import units
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Reproduces
from neurosteroid.receptors.actions import UNIT, curves
from neurosteroid.receptors.targets import RelativeOccupancy

_STEPS = 200  # halvings of the range in which a concentration is looked for
_RANGE = (1e-9, 1e12)  # nmol/L
_SATURATING = 1e60  # nmol/L: so far above any constant that even a Hill coefficient of 0.4 has come to its end


def target_curve(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return a feature of the one curve of a target's variant.

    ``half effect``: the concentration at which the curve is half of its value at saturation, by halving a range;
    ``remaining``: 1 - effect at the argument ``steroid``; ``effect``: the effect there; ``relative affinity``: over the
    reference ligand.
    """
    where = f"{card.kind}/{card.name}.toml"
    found = curves(card, variant, Ledger())
    if len(found) != 1:
        raise CardError("this set-up needs a variant with one curve.", where=where)
    (curve,) = found
    unit = entry.observed.unit
    if entry.metric == "half effect":
        low, high = _RANGE
        wanted = float(curve.effect(_SATURATING)) / 2
        for _ in range(_STEPS):
            middle = (low * high) ** 0.5
            low, high = (low, middle) if float(curve.effect(middle)) >= wanted else (middle, high)
        return float(units.convert(high, UNIT, unit))
    if entry.metric in ("remaining", "effect"):
        effect = float(curve.effect(units.parse(str(entry.arguments["steroid"]), UNIT)))
        return float(units.convert(effect if entry.metric == "effect" else 1 - effect, "1", unit))
    if entry.metric == "relative affinity" and isinstance(curve, RelativeOccupancy):
        return float(units.convert(curve.relative_affinity, "1", unit))
    raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")


SET_UPS = {"target-curve": target_curve}
