"""Gonads that do not cycle, as what they bring to a person's model."""

from __future__ import annotations

from neurosteroid.evidence import Ledger, library
from neurosteroid.model.contribution import Contribution
from neurosteroid.model.variability import CorrelatedNormal
from neurosteroid.physiology.steady_gonads import CARD, steady_gonads, steady_spreads


def adrenal_progesterone(ledger: Ledger) -> float:
    """Return the progesterone that the adrenal keeps up at rest, nmol/L; the pathway has it as a flow of its own."""
    return ledger.take(library().card("pathway", "physiology"), "progesterone_floor", "nmol/L")


def gonads(variant: str, ledger: Ledger, outputs: tuple[str, ...] = ()) -> Contribution:
    """Return steady gonads of one variant of the card 'steady-gonads'.

    Args:
        variant: of the card.
        ledger: records each number taken.
        outputs: to show beside those of the pools.
    """
    card = library().card(CARD)
    return Contribution(
        parts=steady_gonads(variant, ledger, elsewhere={"progesterone": adrenal_progesterone(ledger)}),
        outputs=outputs,
        later_effects=tuple(
            CorrelatedNormal((name,), ((sd**2,),)) for name, sd in steady_spreads(variant, ledger).items()
        ),
        limits=tuple(text for text in (card.note, card.variant(variant).note) if text),
    )
