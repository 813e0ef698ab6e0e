"""Men: testes and fat give a steady estradiol; progesterone is what the adrenal keeps up."""

from __future__ import annotations

from typing import Final

from neurosteroid.errors import unknown_name
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.gonads import gonads
from neurosteroid.model.states import Sex
from neurosteroid.physiology.steady_gonads import CARD

_MEN: Final = "men"
"""The variant of the card that is used, and the first word of the others that are of men."""


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return steady estradiol; it is asked for whenever the person is a man.

    Raises:
        UnknownNameError: a variant that is not of men.
    """
    chosen = situation.choice.men or _MEN
    offered = [name for name in library().card(CARD).variants if name.split("-")[0] == _MEN]
    if chosen not in offered:
        raise unknown_name("variant of 'steady-gonads' for men", chosen, offered, where="model.men")
    return gonads(chosen, ledger)


BODY: Final = Body(contribute=contribute, sex=Sex.MALE, requires=("pathway", "estradiol"))
