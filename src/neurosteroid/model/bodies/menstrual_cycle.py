"""The menstrual cycle in a person: the ovary feeds the body's own pools, and what circulates feeds back."""

from __future__ import annotations

import functools
import math
from dataclasses import replace
from typing import Any, Final

from neurosteroid.engine import AbstractPart, Record
from neurosteroid.errors import WiringError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.consequences import BRAKE, PULSES, WITHOUT_BRAKE, consequence_limits, gnrh_brake
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.cycle_start import PERIMENOPAUSE, own_run_ins, settled_cycle
from neurosteroid.model.cycle_varying import varied
from neurosteroid.model.gonads import adrenal_progesterone
from neurosteroid.model.states import MenstrualCycle, Perimenopause
from neurosteroid.model.variability import CorrelatedNormal, Distribution
from neurosteroid.physiology.cycle import CARD, FOLLITROPIN, MENOTROPIN, cycle_parts, phase_days
from neurosteroid.physiology.cycle_atresia import ATRESIA, POSITIVE_FEEDBACK, without_surges
from neurosteroid.physiology.cycle_course import DAY
from neurosteroid.physiology.cycle_failure import LATE
from neurosteroid.physiology.cycle_variation import SPREADS, spreads

AGONIST, ANTAGONIST = "nafarelin", "cetrorelix"
HCG: Final = "choriogonadotropin-alfa"
MEDROXYPROGESTERONE, DYDROGESTERONE = "medroxyprogesterone", "dydrogesterone"
PROGESTINS: Final = (MEDROXYPROGESTERONE, DYDROGESTERONE)
FERTILITY: Final = (AGONIST, ANTAGONIST, FOLLITROPIN, MENOTROPIN, HCG, *PROGESTINS, "progesterone")
"""Compounds with which a cycle is steered or its luteal phase supported."""

EXTRAPOLATED: Final = (
    "Extrapolated: no published series of allopregnanolone during treatment for fertility was found, so neurosteroids"
    " under GnRH analogues and under luteal support are what the parts of the model make of each other, unmeasured."
)

WITHOUT_OVULATION: Final = (
    "Cycles without ovulation: from the menses before hour 0 on estradiol brings no surge of LH (loss of its positive"
    " feedback, as in anovulatory cycles of Weiss 2004, whose women were of older reproductive age), so no corpus"
    " luteum forms. It is one of many causes of anovulation. That the cohort then regresses, when and how fast, is"
    " assumed; FSH that is injected slows it in proportion, which is assumed, too. LH rises over the cycles towards"
    " 10 IU/L, as progesterone no longer brakes it: in anovulatory cycles it was higher in women of 25 to 58 years"
    " (O'Connor 2009), lower in regularly menstruating women (BioCycle, 2013)."
)

SOME_FAIL: Final = (
    "Cycles that fail in the transition: each with one and the same chance, whatever came before, by loss of the surge"
    " of LH and regression of the cohort as in cycles without ovulation. In women the share rises as the last"
    " menstruation comes near (the card 'menstrual-cycle' has figures of SWAN, 2017), and failed cycles come together;"
    " months without follicles, and bleeding, are not followed. After several failures in a row the model may take"
    " months to ovulate again. How far cycles differ in length is that of younger women."
)


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return the parts of the cycle and the run-in after which hour 0 stands at the day of the state."""
    if not isinstance(asked, MenstrualCycle | Perimenopause):
        raise WiringError("a state says which day of the cycle it is; nothing else can ask for it.", where="cycle")
    older = isinstance(asked, Perimenopause)
    ovulatory = isinstance(asked, Perimenopause) or asked.ovulatory
    variant = PERIMENOPAUSE if older else situation.choice.menstrual_cycle
    card = library().card(CARD)
    # the published basal secretion is all of the body's; what the adrenal gives is not counted twice
    elsewhere = {"progesterone": adrenal_progesterone(ledger)}
    records: tuple[Record, ...] = ()
    differing = Contribution()
    run_in, own = situation.run_in, None
    beyond: tuple[str, ...] = ()
    if not situation.probing:
        own = functools.partial(own_run_ins, day=asked.day, choice=situation.choice, older=older)
        first, period = settled_cycle(situation.person.weight, situation.choice, older)
        wanted = first + (asked.day - 1.0) * DAY
        beyond = _beyond(asked.day, period)
        run_in = wanted + max(0, math.ceil((situation.run_in - wanted) / period - 1e-9)) * period
        menses = (1.0 - asked.day) * DAY
        luteal = phase_days(variant).luteal_length * DAY
        records = () if ovulatory else without_surges(menses, period, period - luteal, situation.until)
        differing = varied(asked, variant, menses + period, period, situation.until, ledger)
    braking = _braking(situation.compounds, ledger)
    parts = braking | cycle_parts(
        variant,
        ledger,
        pools=False,
        elsewhere=elsewhere,
        agonist=AGONIST in situation.compounds,
        antagonist=ANTAGONIST in situation.compounds,
        follitropin=FOLLITROPIN in situation.compounds,
        hcg=HCG in situation.compounds,
        menotropin=MENOTROPIN in situation.compounds,
        feedback="feedback" if braking else "plasma",
        atresia=not ovulatory or LATE in differing.covariates,
    )
    slowed = gnrh_brake(situation.choice, ledger)
    if slowed:
        port: dict[str, Any] = {"pulses": WITHOUT_BRAKE}
        parts |= slowed | {PULSES: replace(parts[PULSES], **port)}
    return Contribution(
        parts=parts | dict(differing.parts),
        records=records + differing.records,
        covariates={
            **({} if LATE in differing.covariates else {POSITIVE_FEEDBACK: 1.0}),
            **({} if ovulatory else {ATRESIA: 0.0}),
            **differing.covariates,
        },
        outputs=("plasma.lh", "plasma.fsh", *((BRAKE,) if slowed else ())),
        effects=_effects(variant, ledger) + differing.effects,
        run_in=run_in,
        anchored=True,
        own_run_in=own,
        limits=(
            *(note for note in (card.note, card.variant(variant).note) if note),
            *(consequence_limits("gnrh-feedback") if slowed else ()),
            *(() if ovulatory else (WITHOUT_OVULATION,)),
            *beyond,
            *((SOME_FAIL,) if LATE in differing.covariates else ()),
            *((EXTRAPOLATED,) if set(FERTILITY) & set(situation.compounds) else ()),
        ),
    )


def _braking(compounds: tuple[str, ...], ledger: Ledger) -> dict[str, AbstractPart]:
    """Return the parts by which progestins that are given count as progesterone in the brain, as a chain."""
    card = library().card("progestins", "pharmacokinetics")
    given = [each for each in PROGESTINS if each in compounds]
    before, parts = "plasma", {}
    for compound in given:
        result = "feedback" if compound == given[-1] else f"feedback.{compound}"
        parts[f"cycle_{compound}"] = part_from_card(
            card, compound, ledger, kind="progestin-feedback", analyte=compound, before=before, result=result
        )
        before = result
    return parts


def _beyond(day: float, period: float) -> tuple[str, ...]:
    """Return what to say of a day that the typical woman's cycle of `period` h does not have."""
    length = period / DAY
    if day - 1.0 < length:
        return ()
    return (
        f"Cycle day {day:g} lies beyond her usual cycle of {length:.1f} days: days are counted from menses, so hour 0"
        f" is day {(day - 1.0) % length + 1.0:.1f} of a later cycle. A day below {length + 1.0:.0f} is in the first.",
    )


def _effects(variant: str | None, ledger: Ledger) -> tuple[Distribution, ...]:
    """Return how women differ in their cycles, where the variant says so."""
    if not set(SPREADS) <= set(library().card(CARD).variant(variant).numbers):
        return ()
    return tuple(CorrelatedNormal((name,), ((sd**2,),)) for name, sd in spreads(variant, ledger).items())


BODY: Final = Body(contribute=contribute, states=(MenstrualCycle, Perimenopause), requires=("pathway", "estradiol"))
