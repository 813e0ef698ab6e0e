"""CYP3A4 in a person who takes something that induces or inhibits it."""

from __future__ import annotations

from typing import Final

from neurosteroid.evidence import Ledger
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.medicines import enzyme_part


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return the enzyme, at rest at the beginning; the medicines are those of 'cyp3a4_medicines'."""
    return Contribution(
        parts={"cyp3a4": enzyme_part(ledger)},
        outputs=("activity.cyp3a4", "activity.cyp3a4-gut"),
    )


BODY: Final = Body(contribute=contribute)
