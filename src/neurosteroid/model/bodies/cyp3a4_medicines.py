"""Medicines that induce or inhibit CYP3A4, taken from one hour to another."""

from __future__ import annotations

from typing import Final

from neurosteroid.engine import EventKind, Record
from neurosteroid.errors import WiringError
from neurosteroid.evidence import Ledger
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.medicines import perpetrator_part
from neurosteroid.model.states import Medication

_RIFAMPIN: Final = "rifampin"
PERPETRATORS: Final = (_RIFAMPIN, "itraconazole", "ketoconazole", "fluconazole")
"""Names of cards of pharmacokinetics with the part 'cyp3a4-perpetrator'."""


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return the part of one medicine and when it is taken; its first span brings the records of all."""
    if not isinstance(asked, Medication):
        raise WiringError(f"'cyp3a4_medicines' answers for medicines, not for {asked!r}.")
    spans = [each for each in situation.person.all_of(Medication) if each.name == asked.name]
    if asked is not spans[0]:
        return Contribution()
    covariate = f"medication.{asked.name}"
    changes = [(each.begins, 1.0) for each in spans]
    changes += [(each.ends, 0.0) for each in spans if each.ends is not None]
    variant = situation.choice.rifampin if asked.name == _RIFAMPIN else None
    return Contribution(
        parts={f"medication-{asked.name}": perpetrator_part(asked.name, ledger, variant)},
        covariates={covariate: 0.0},
        # an end and a beginning at one hour are one going on: the beginning comes last
        records=tuple(
            Record(time=time, evid=EventKind.OTHER, covariates={covariate: taken}) for time, taken in sorted(changes)
        ),
    )


BODY: Final = Body(contribute=contribute, medications=PERPETRATORS, requires=("cyp3a4",))
