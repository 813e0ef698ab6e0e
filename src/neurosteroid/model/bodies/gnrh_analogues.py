"""GnRH analogues given to a woman who cycles: an agonist (nafarelin) and an antagonist (cetrorelix)."""

from __future__ import annotations

from typing import Final

from neurosteroid.errors import InputError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.bodies.menstrual_cycle import AGONIST, ANTAGONIST
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.states import MenstrualCycle, Perimenopause


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return where the doses of one analogue go; its parts bind the receptors of the cycle, which brings them.

    Raises:
        InputError: a person without a cycle, in whom the analogues have no receptors to bind.
    """
    compound = str(asked)
    needs_cycle(compound, situation, "the GnRH receptors")
    note = library().card(compound, "compounds").note
    return Contribution(
        outputs=(f"plasma.{compound}",),
        limits=(note,) if note else (),
        dose_states={compound: {"subcutaneous": f"depot.{compound}"}},
    )


def needs_cycle(compound: str, situation: Situation, target: str) -> None:
    """Refuse a drug that acts on a part of the cycle when the person has none.

    Raises:
        InputError: a person without a cycle.
    """
    if not any(isinstance(state, MenstrualCycle | Perimenopause) for state in situation.person.states):
        raise InputError(
            f"'{compound}' acts on {target} of the menstrual cycle, and this person has no cycle. Give one,"
            " such as MenstrualCycle(day=1), or leave the drug out.",
            where="protocol",
        )


BODY: Final = Body(contribute=contribute, compounds=(AGONIST, ANTAGONIST))
