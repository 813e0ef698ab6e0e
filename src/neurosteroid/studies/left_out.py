"""What a study leaves out of its tables, and why: nothing is missing without a word."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from neurosteroid.dosing import Arm
from neurosteroid.dosing.carrier import drugs
from neurosteroid.evidence import library
from neurosteroid.model import Person
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.calibration import outcomes_left_out, uncalibrated
from neurosteroid.model.states import AbstractState, Sex

_RECEPTOR: Final = "receptor."
_ANYONE: Final = "70 kg"  # what is calibrated does not depend on body weight


def why_no_outcomes(
    arms: Sequence[Arm],
    women: Sequence[AbstractState],
    outputs: Collection[str] = (),
    sex: Sex = Sex.FEMALE,
) -> str | None:
    """Return why depression score and sedation are in no arm, in a sentence that names arms; None where they are.

    They are left out of all arms as soon as one of them is not calibrated, so that arms are compared by the same.

    Args:
        arms: of the study.
        women: states of all women.
        outputs: of the study; sedation is among them where it is chosen by potency.
        sex: of all of them.
    """
    woman = Person(weight=_ANYONE, sex=sex, states=tuple(women))
    nothing = uncalibrated(woman, ())
    found: dict[str, list[str]] = {}
    for arm in arms:
        for what in uncalibrated(woman, arm.given):
            if what not in nothing:
                found.setdefault(what, []).append(arm.name)
    with_drugs = [f"{what} ({', '.join(dict.fromkeys(names))})" for what, names in found.items()]
    if not nothing and not with_drugs:
        return None
    with_states = [f"{', '.join(nothing)} (all arms)"] if nothing else []
    rest = (
        ""
        if nothing or {name for names in found.values() for name in names} == {arm.name for arm in arms}
        else (" The other arms have none either, as arms are compared by the same; run them in a study of their own.")
    )
    return outcomes_left_out(" or ".join([*with_states, *with_drugs]), outputs) + rest


def silent_receptors(arms: Sequence[Arm], outputs: Collection[str]) -> str | None:
    """Return which drugs act at receptors whose outputs do not answer to them, in a sentence; None where none does.

    Args:
        arms: of the study.
        outputs: of the study; those of receptors answer to allopregnanolone alone.
    """
    if not any(output.startswith(_RECEPTOR) for output in outputs):
        return None
    given = {each.compound: arm.name for arm in reversed(arms) for each in arm.given if each.compound != ANALYTE}
    acting = [f"{compound} ({name})" for compound, name in given.items() if _acts(compound)]
    if not acting:
        return None
    return (
        f"What {' and '.join(reversed(acting))} does at receptors is not followed: their open probability answers to"
        f" {ANALYTE} alone, and says nothing of that drug. 'neurosteroid receptor curve' draws its effect in vitro."
    )


def _acts(compound: str) -> bool:
    """Return whether any receptor card has an action of a compound."""
    cards = (library().card(name, "receptors") for name in library().names("receptors"))
    return any(
        key.startswith(f"{compound}.") for card in cards for each in card.variants.values() for key in each.numbers
    )


def empty_cells(arms: Sequence[Arm], made: Collection[str]) -> tuple[str, ...]:
    """Return why an arm has no exposure, no half-life or no dosing interval where others may, as sentences.

    Args:
        arms: of the study.
        made: names of the arms whose compound the body makes as well.
    """
    found: list[str] = []
    for arm in arms:
        name = f"'{arm.name}'"
        if len(drugs(arm)) > 1:
            found.append(f"{name} gives several compounds, and has no one exposure; each has a highest and mean level.")
        elif arm.card is not None:
            found.append(
                f"{name} is a treatment: of {arm.first.compound} highest and mean level are read, no exposure."
            )
        elif arm.name in made:
            found.append(f"{name}: the body makes {arm.first.compound} too, which never ends: no half-life is read.")
        if arm.rules and len(arm.given) == 1 and len(arm.first.doses()) > 1:
            found.append(f"{name}: rules change when doses are given, and a last dosing interval is not read.")
    return tuple(found)
