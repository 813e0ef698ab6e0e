"""Neurosteroids of the pathway given into a vein as drugs: the same pool as what the body makes."""

from __future__ import annotations

from typing import Final

from neurosteroid.errors import WiringError
from neurosteroid.evidence import Ledger
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation

COMPOUNDS: Final = ("isoallopregnanolone", "pregnanolone", "tetrahydrodeoxycorticosterone")
"""Isoallopregnanolone is also sepranolone, pregnanolone eltanolone; their clearances are assumed (card `pathway`)."""


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return where doses of the compound enter."""
    if not isinstance(asked, str):
        raise WiringError(f"'neurosteroids' answers for compounds, not for {asked!r}.")
    return Contribution(dose_states={asked: {"intravenous": f"central.{asked}"}})


BODY: Final = Body(contribute=contribute, compounds=COMPOUNDS, requires=("pathway",))
