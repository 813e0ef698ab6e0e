"""Medicines on the enzymes of the synthesis pathway, taken from one hour to another."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Final

from neurosteroid.engine import AbstractPart, EventKind, Record
from neurosteroid.errors import InputError, WiringError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.states import Medication
from neurosteroid.model.states.combining import way_out
from neurosteroid.physiology.inhibitors import CARD, exposure_part, inhibitor_parts

MEDICINES: Final = (
    "dutasteride",
    "dutasteride-2.5-mg",
    "finasteride",
    "fluoxetine",
    "fluoxetine-oxidation",
    "fluoxetine-no-effect",
    "trilostane",
    "trilostane-adrenal",
    "epostane",
    "epostane-100-mg",
    "epostane-600-mg-daily",
)
"""Variants of the card ``enzyme-inhibitors``."""

_SUBSTANCES: Final = {
    "dutasteride-2.5-mg": "dutasteride",
    "fluoxetine-oxidation": "fluoxetine",
    "fluoxetine-no-effect": "fluoxetine",
    "trilostane-adrenal": "trilostane",
    "epostane-100-mg": "epostane",
    "epostane-600-mg-daily": "epostane",
}
"""Variants that are another dose or reading of a medicine."""


def substance(name: str) -> str:
    """Return the medicine of which a name is a dose or a reading; its own name where it is none of these."""
    return _SUBSTANCES.get(name, name)


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return the parts of one medicine and when it is taken; its first span brings the records of all."""
    if not isinstance(asked, Medication):
        raise WiringError(f"'enzyme_medicines' answers for medicines, not for {asked!r}.")
    spans = [each for each in situation.person.all_of(Medication) if each.name == asked.name]
    if asked is not spans[0]:
        return Contribution()
    _check_not_twice(situation)
    covariate = f"medication.{asked.name}"
    changes = [(each.begins, 1.0) for each in spans]
    changes += [(each.ends, 0.0) for each in spans if each.ends is not None]
    acts = inhibitor_parts(asked.name, ledger)
    parts: dict[str, AbstractPart] = {f"medication-{asked.name}": exposure_part(asked.name, ledger)}
    parts |= {f"{asked.name}_on_{enzyme}": part for enzyme, part in acts.items()}
    card = library().card(CARD, "physiology")
    return Contribution(
        parts=parts,
        covariates={covariate: 0.0},
        # an end and a beginning at one hour are one going on: the beginning comes last
        records=tuple(
            Record(time=time, evid=EventKind.OTHER, covariates={covariate: taken}) for time, taken in sorted(changes)
        ),
        outputs=tuple(f"activity.{enzyme}" for enzyme in acts),
        limits=tuple(note for note in (card.note, card.variant(asked.name).note) if note),
    )


def _check_not_twice(situation: Situation) -> None:
    """Refuse two doses or readings of one medicine at one time, whose effects would multiply.

    Raises:
        InputError: there are two.
    """
    taken = [each for each in situation.person.all_of(Medication) if each.name in MEDICINES]
    for one, other in combinations(sorted(taken, key=lambda each: each.begins), 2):
        same = substance(one.name) == substance(other.name)
        if same and (math.inf if one.ends is None else one.ends) > other.begins:
            raise InputError(
                f"'{one.name}' and '{other.name}' are one medicine, in two doses or two readings, and their effects"
                f" would multiply; {way_out(one, other)}.",
                where="Person.states",
            )


BODY: Final = Body(contribute=contribute, medications=MEDICINES, requires=("pathway",))
