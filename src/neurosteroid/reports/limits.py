"""What a report must not be taken for: what the cards say, and what holds for every study of this model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from neurosteroid import units
from neurosteroid.evidence import library
from neurosteroid.model import implausible, other_day, too_short, unlikely_states
from neurosteroid.model.advice import advised
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.sexes import sex_of
from neurosteroid.model.states import Sex, read_states
from neurosteroid.reports import formats
from neurosteroid.reports.uses import gives, infuses, reads_outcomes
from neurosteroid.reports.who import who_of

if TYPE_CHECKING:
    from neurosteroid.reports.tables import CardUse
    from neurosteroid.studies import Study

_KINETIC_EFFECTS: Final = ("disposition.eta_clearance", "disposition.eta_central_volume")
_BANDS: Final = (
    "The bands are people, not uncertainty.",
    "They show how people differ when every parameter is taken at its published or assumed value. How well those "
    "values are known, and how exactly a laboratory measures, is not in them.",
)
_DRUG_ALONE: Final = (
    "The body's own steroid is left out.",
    "The women of this study are in no state that makes allopregnanolone: what is shown is the drug alone, and a "
    "woman without drug has none. 'states' in the study file adds ovary, placenta and adrenal.",
)
_NO_LOSS: Final = "Loss of consciousness, the reason why the drug is given under watch, is not predicted."


def study_warnings(study: Study) -> tuple[str, ...]:
    """Return what about the women, the doses and the follow-up of a study is unlikely to be meant, as sentences."""
    weights, ages = (np.asarray(study.people.columns[name], dtype=float) for name in ("weight", "age"))
    until = units.parse_span(study.config.time.until)
    women = read_states(study.config.states)
    states = unlikely_states(women, ages, until, where="states", drawn_from=study.config.population.card)
    days = other_day(study.arms, women)
    plausible = (*implausible(study.protocols, weights), *too_short(study.protocols, until), *days, *states)
    return tuple(dict.fromkeys((*plausible, *study.advice_against)))


def limits(study: Study, used: Sequence[CardUse]) -> list[tuple[str, str]]:
    """Return the limits as (what in a few words, the sentences), the most important first."""
    titles = _titles_of_notes()
    # men are followed with their own hormones whatever their states
    own = [] if study.config.states or sex_of(study.config.population.card) is Sex.MALE else [_DRUG_ALONE]
    # advice stands at the top, with its arms
    said = set(advised(study.arms, study.config.women))
    texts = [text for text in dict.fromkeys(study.limits) if text not in said]
    cards = [(f"{titles.get(text, 'Model')}.", formats.sentence(text)) for text in texts]
    told = [(f"{title}.", text) for title, text in study.titled_advice]
    return [
        *told,
        validation(used, outcomes=reads_outcomes(study)),
        *alike(study),
        _BANDS,
        *own,
        to_plan(study),
        *on_sedation(study),
        *cards,
    ]


def on_sedation(study: Study) -> list[tuple[str, str]]:
    """Return what to hold of rules that act on sedation, where there are such rules."""
    watched = {rule.port.split(".")[0] for protocol in study.protocols for rule in protocol.rules.rules}
    if "sedation" not in watched:
        return []
    who = who_of(study.config.population.card)
    return [
        (
            "Rules act on a coarse model of sedation.",
            f"It fixes each {who.one}'s place among {who.many} for the whole course. Some are sedated without any "
            "drug: a rule holds them at the first look, and the level never falls, so that nothing resumes them. "
            f"Others are held and resumed again and again. How many {who.many} a rule on sedation holds is a property "
            "of this model, not a prediction.",
        )
    ]


def to_plan(study: Study) -> tuple[str, str]:
    """Return what is taken to go to plan: everything, or all but what rules change."""
    # single doses are not held either, but no pump gives them
    infused, brexanolone = infuses(study), gives(study, ANALYTE)
    end = f" {_NO_LOSS}" if brexanolone else ""
    if ruled(study):
        pump = "No pump fails and nobody" if infused else "Nobody"
        one = who_of(study.config.population.card).one
        return (
            "Everything but what the rules change goes to plan.",
            f"Rules act on each {one}'s own course exactly as they are written; dose ladders and total doses in the "
            f"tables are those planned. {pump} leaves the study.{end}",
        )
    held = "no dose is held for sedation" if brexanolone or reads_outcomes(study) else "no dose is missed"
    given = f"Each infusion runs to its end: {held}, no pump stops" if infused else f"Each dose is as planned: {held}"
    if not any(arm.given for arm in study.arms):
        return "Everything goes to plan.", "Nobody leaves the study."
    return "Everything goes to plan.", f"{given}, nobody leaves the study.{end}"


def ruled(study: Study) -> bool:
    """Whether rules may change what is given under any protocol."""
    return any(bool(protocol.rules) for protocol in study.protocols)


def alike(study: Study) -> list[tuple[str, str]]:
    """Return that women of one weight have one course in plasma, where the chosen variant makes them so."""
    if any(name in study.people.columns for name in _KINETIC_EFFECTS):
        return []
    variant, many = study.config.model.pharmacokinetics, who_of(study.config.population.card).many
    return [
        (
            f"{many.capitalize()} of one weight are alike in plasma.",
            f"The variant '{variant}' of the pharmacokinetics states no variability between {many}. Bands of "
            "concentration then show body weight alone, and close where dose and clearance scale with weight alike; "
            f"real {many} differ more.",
        )
    ]


def validation(used: Sequence[CardUse], *, outcomes: bool = True) -> tuple[str, str]:
    """Return how many published results stand behind the numbers used, and how few of them are checks.

    Args:
        used: cards whose numbers took part.
        outcomes: whether the study reads depression score or sedation.
    """
    fit, consistency, check = (sum(use.roles[place] for use in used) for place in range(3))
    fitted = (
        f"The cards used here claim {fit + consistency + check} published results. {fit} of them were used to choose "
        f"parameters and {consistency} come from studies inside the source's own fit, were compared before they "
        f"were declared, or changed the model by their miss; {check} are independent checks."
    )
    if check == 0:
        either = " No dose-response of mood or sedation is validated either." if outcomes else ""
        return "Nothing here is validated.", f"{fitted}{either}"
    unless = " No dose-response of mood or sedation is validated by them unless it is named there." if outcomes else ""
    return (
        "How far this was checked.",
        f"{fitted} 'neurosteroid verify' prints each with its ratio and verdict, misses too.{unless}",
    )


def _titles_of_notes() -> dict[str, str]:
    found = {}
    for card in library().cards():
        for variant in card.variants.values():
            found.update({note: card.title for note in (card.note, variant.note) if note})
    return found
