"""Whose depression score and sedation are calibrated, and what to say of everybody else."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from neurosteroid.dosing import Protocol
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.assembly import SHOWN
from neurosteroid.model.bodies import bodies
from neurosteroid.model.person import Person
from neurosteroid.model.states import AbstractState, Medication, Postpartum, Sex

OUTCOMES: Final = tuple(name for name in SHOWN if name.startswith(("mood.", "sedation.")))
"""What is felt: outputs of the model of the drug alone."""

_CALIBRATED: Final = (Postpartum,)
"""States in which the outcomes were fitted; a person without any state counts as one of those women."""

ONLY_DRUG: Final = (
    "HAM-D and sedation answer to the drug that is given, as they were fitted to trials of women with postpartum"
    " depression; her own allopregnanolone, which the hormone course shows, takes no part in them."
)


def followed(state: AbstractState) -> bool:
    """Return whether a part of the model follows a state."""
    return any(isinstance(state, body.states) for body in bodies().values())


def by_drug_alone(person: Person, protocols: tuple[Protocol, ...]) -> bool:
    """Return whether the model of allopregnanolone as a drug has all that a person and her protocols need."""
    quiet = all(isinstance(state, _CALIBRATED) and not followed(state) for state in person.states)
    return quiet and person.sex is Sex.FEMALE and len(protocols) == 1 and protocols[0].compound == ANALYTE


def uncalibrated(person: Person, protocols: tuple[Protocol, ...]) -> list[str]:
    """Return what keeps depression score and sedation from being calibrated, in words; nothing where they are."""
    found = [_called(state) for state in person.states if not isinstance(state, _CALIBRATED)]
    found += [protocol.compound for protocol in protocols if protocol.compound != ANALYTE]
    return list(dict.fromkeys(found)) + (["a man"] if person.sex is Sex.MALE else [])


def _called(state: AbstractState) -> str:
    """Return a state by its kind, and a medicine by its own name."""
    return state.name if isinstance(state, Medication) else type(state).__name__


def why_no_outcomes(person: Person, protocols: tuple[Protocol, ...], outputs: Collection[str]) -> str:
    """Return the sentence that says why outcomes are not among the outputs of a course."""
    return outcomes_left_out(", ".join(uncalibrated(person, protocols)), outputs)


def outcomes_left_out(what: str, outputs: Collection[str]) -> str:
    """Return that outcomes are left out because of what is named; sedation may be there by another model."""
    which, they = ("HAM-D is", "it is") if set(OUTCOMES) & set(outputs) else ("HAM-D and sedation are", "they are")
    return (
        f"{which} left out: {they} fitted to trials of brexanolone in women with postpartum depression,"
        f" and nothing here says what {they} with {what}."
    )
