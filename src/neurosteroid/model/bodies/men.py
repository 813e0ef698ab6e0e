"""Men: testes and fat give a steady estradiol; progesterone is what the adrenal keeps up."""

from __future__ import annotations

from typing import Final

from neurosteroid.evidence import Ledger
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.gonads import gonads
from neurosteroid.model.states import Sex

_MEN: Final = "men"
"""The variant of the card ``steady-gonads`` that is used where none is chosen."""


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return steady estradiol; it is asked for whenever the person is a man."""
    return gonads(situation.choice.men or _MEN, ledger)


BODY: Final = Body(contribute=contribute, sex=Sex.MALE, requires=("pathway", "estradiol"))
