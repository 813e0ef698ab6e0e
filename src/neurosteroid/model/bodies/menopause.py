"""The time after the menopause: steady hormones of ovaries that no longer cycle."""

from __future__ import annotations

from typing import Final

from neurosteroid.evidence import Ledger
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.gonads import gonads
from neurosteroid.model.states import Menopause


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return steady estradiol, LH and FSH; progesterone is what the adrenal keeps up."""
    return gonads("menopause", ledger, outputs=("plasma.lh", "plasma.fsh"))


BODY: Final = Body(contribute=contribute, states=(Menopause,), requires=("pathway", "estradiol"))
