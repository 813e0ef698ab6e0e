"""How far people differ in one parameter, where a card says so."""

from __future__ import annotations

from neurosteroid.evidence import Card, Ledger
from neurosteroid.model.variability import CorrelatedNormal


def own_deviation(
    card: Card, variant: str | None, ledger: Ledger, key: str, parameter: str
) -> tuple[CorrelatedNormal, ...]:
    """Return the normal distribution of one parameter with the variance of a card; nothing where it has none.

    Args:
        card: holds the variance.
        variant: of the card; its default when None.
        ledger: records the number.
        key: of the variance.
        parameter: that is drawn, such as ``"sbecd-disposition.eta_clearance"``.
    """
    if key not in card.variant(variant).numbers:
        return ()
    return (CorrelatedNormal((parameter,), ((ledger.take(card, key, "1", variant),),)),)
