"""Neurosteroids of the pathway given as drugs, into a vein or under the skin: the same pool as what the body makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from neurosteroid.errors import WiringError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation

COMPOUNDS: Final = ("isoallopregnanolone", "pregnanolone", "tetrahydrodeoxycorticosterone")
"""Isoallopregnanolone is also sepranolone, pregnanolone eltanolone; their clearances are assumed (card `pathway`)."""

SKIN: Final[Mapping[str, str]] = {"isoallopregnanolone": "sepranolone"}
"""Compounds that are also injected under the skin, and the card of their depot."""


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return where doses of the compound enter."""
    if not isinstance(asked, str):
        raise WiringError(f"'neurosteroids' answers for compounds, not for {asked!r}.")
    routes = {"intravenous": f"central.{asked}"}
    if asked not in SKIN:
        return Contribution(dose_states={asked: routes})
    card = library().card(SKIN[asked], "pharmacokinetics")
    depot = part_from_card(card, situation.choice.sepranolone, ledger, analyte=asked)
    return Contribution(
        parts={f"{asked}_under_the_skin": depot},
        dose_states={asked: {**routes, "subcutaneous": f"depot.subcutaneous.{asked}"}},
        limits=(card.note,) if card.note else (),
    )


BODY: Final = Body(contribute=contribute, compounds=COMPOUNDS, requires=("pathway",))
