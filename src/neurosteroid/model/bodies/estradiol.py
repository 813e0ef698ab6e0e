"""Estradiol: one pool for what ovary and placenta make."""

from __future__ import annotations

from typing import Final

from neurosteroid.evidence import Ledger
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.gestation import estradiol_parts


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return the pool; what enters it comes from the states that require it."""
    return Contribution(parts=estradiol_parts(ledger), outputs=("plasma.estradiol",))


BODY: Final = Body(contribute=contribute)
