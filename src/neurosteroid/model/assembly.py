"""The assembly: cards become parts, parts become one system, and what differs between women is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from neurosteroid import units
from neurosteroid.engine import AbstractPart, Covariate, System, wire
from neurosteroid.engine.random_events import RandomEvent
from neurosteroid.errors import CardError, unknown_name
from neurosteroid.evidence import Card, Ledger, library, shown_path
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.choice import ModelChoice
from neurosteroid.model.mood_driver import driven_by_neurons, expression_at_rest, with_her_own
from neurosteroid.model.neuron_bridge import Bridge, bridge
from neurosteroid.model.variability import Copula, CorrelatedNormal, Distribution, TruncatedNormal, Uniform, Unused

_CARDS: Final = {
    "brexanolone": "pharmacokinetics",
    "brain-link": "pharmacokinetics",
    "a1b2g2": "receptors",
    "a4b2d": "receptors",
    "hamd17": "outcomes",
    "sedation": "outcomes",
}
EVENTS: Final = ("hypoxia",)
"""Random events that rules may watch; each is a card of outcomes, and new ones are added at the end."""

WEIGHT: Final = Covariate("person.weight", units.WEIGHT)
SHOWN: Final = (
    f"plasma.{ANALYTE}",
    f"milk.{ANALYTE}",
    f"brain.{ANALYTE}",
    f"receptor.{ANALYTE}",
    "receptor.a1b2g2.open_probability",
    "receptor.a1b2g2.potentiation",
    "receptor.a4b2d.open_probability",
    "receptor.a4b2d.potentiation",
    "mood.hamd17",
    "mood.hamd17_change",
    "sedation.probability",
    "sedation.level",
)
"""The outputs a course keeps, in the order the molecule travels."""


@final
@dataclass(frozen=True, eq=False)
class Assembly:
    """The whole model of one analyte, ready to be solved for any number of women.

    Attributes:
        system: the wired parts.
        molar_mass: of the analyte, g/mol.
        dose_state: the state that intravenous doses enter.
        parameter_effects: distributions of parameters that differ between women, in the order they are drawn.
        event_effects: distributions of what happens to a woman by chance.
        residual_error: proportional error of a measured plasma concentration (a fraction), or None. No course here is
            measured, so it is not in the ledger; who applies it records it.
        response_share: share of the baseline by which a depression score must fall to count as response.
        remission_score: highest depression score that counts as remission.
        ledger: every number that took part.
        limits: what the cards say the model must not be used for, as sentences.
    """

    system: System
    molar_mass: float
    dose_state: str
    parameter_effects: tuple[Distribution, ...]
    event_effects: tuple[Distribution, ...]
    residual_error: float | None
    response_share: float
    remission_score: float
    ledger: Ledger
    limits: tuple[str, ...]


def assemble(choice: ModelChoice | None = None, *, accounts: bool = False, events: tuple[str, ...] = ()) -> Assembly:
    """Join the rooms into one model.

    Args:
        choice: which variant of each card; the defaults when None.
        accounts: also integrate what leaves the body, to check mass balance.
        events: random events that are followed as well, from `EVENTS`.

    Raises:
        UnknownNameError: a variant that its card does not have, or an event that is not known.
        CardError: a card that lacks a number its part needs.
    """
    choice = choice or ModelChoice()
    ledger = Ledger()
    cards = {name: library().card(name, kind) for name, kind in _CARDS.items()}
    compound = library().card(ANALYTE, "compounds")
    neurons = bridge(choice, ledger) if driven_by_neurons(choice) else Bridge()
    parts: dict[str, AbstractPart] = {
        **felt_parts(choice, neurons, ledger),
        "mood": _mood(cards["hamd17"], choice.mood, ledger),
        "sedation_site": _site(cards["sedation"], choice.sedation, ledger, "sedation", "effect-site"),
        "sedation": part_from_card(cards["sedation"], choice.sedation, ledger, signal="effect.sedation"),
    }
    for event in events:
        if event not in EVENTS:
            raise unknown_name("event", event, EVENTS)
        parts[f"{event}_hazard"] = part_from_card(library().card(event, "outcomes"), None, ledger, name=event)
        parts[event] = RandomEvent(name=event)
    return Assembly(
        system=wire(parts, [WEIGHT], accounts=accounts),
        molar_mass=ledger.take(compound, "molar_mass", "g/mol"),
        dose_state=f"central.{ANALYTE}",
        parameter_effects=(
            mood_copula(cards["hamd17"], choice.mood, ledger),
            *disposition_effects(cards["brexanolone"], choice.pharmacokinetics, ledger),
            *_mood_effects(cards["hamd17"], choice.mood, ledger),
        ),
        # an event keeps its place in the draws whether or not it is followed
        event_effects=(
            Uniform("sedation.sedation_draw"),
            *(Uniform(f"{event}.draw") if event in events else Unused(1) for event in EVENTS),
        ),
        residual_error=_residual_error(cards["brexanolone"], choice.pharmacokinetics),
        response_share=ledger.take(cards["hamd17"], "response_share", "1", choice.mood),
        remission_score=ledger.take(cards["hamd17"], "remission_score", "1", choice.mood),
        ledger=ledger,
        limits=(*_card_note(cards["brexanolone"]), *site_limits(choice), *outcome_limits(choice), *neurons.limits),
    )


def felt_parts(choice: ModelChoice, neurons: Bridge, ledger: Ledger) -> dict[str, AbstractPart]:
    """Return the parts from plasma to the effect that the depression score reads, by name.

    Args:
        choice: variants of the cards.
        neurons: what the score answers to; empty where it answers to a concentration.
        ledger: records the numbers.

    Raises:
        UnknownNameError: a variant that its card does not have.
        CardError: a card that lacks a number its part needs.
    """
    card, parts = library().card("hamd17", "outcomes"), {**site_parts(choice, ledger), **neurons.parts}
    if not neurons.parts:
        return {**parts, "mood_site": _site(card, choice.mood, ledger, "mood", "effect-site")}
    parts |= neurons.instead
    parts |= expression_at_rest(parts, ledger)
    return {**parts, "mood_site": with_her_own(_site(card, choice.mood, ledger, "mood", "excitability-site"), parts)}


def site_parts(choice: ModelChoice, ledger: Ledger) -> dict[str, AbstractPart]:
    """Return the parts that take allopregnanolone from plasma to milk, brain and receptors, by name.

    Raises:
        UnknownNameError: a variant that its card does not have.
        CardError: a card that lacks a number its part needs.
    """
    cards = {name: library().card(name, kind) for name, kind in _CARDS.items()}
    kinetics = choice.pharmacokinetics
    return {
        "disposition": part_from_card(cards["brexanolone"], kinetics, ledger, analyte=ANALYTE),
        "milk": part_from_card(cards["brexanolone"], kinetics, ledger, kind="milk-partition", analyte=ANALYTE),
        "brain_link": part_from_card(cards["brain-link"], choice.brain_link, ledger, analyte=ANALYTE),
        "gamma": part_from_card(cards["a1b2g2"], choice.gamma_receptor, ledger, isoform="a1b2g2", analyte=ANALYTE),
        "delta": part_from_card(cards["a4b2d"], choice.delta_receptor, ledger, isoform="a4b2d", analyte=ANALYTE),
    }


def _site(card: Card, variant: str | None, ledger: Ledger, name: str, kind: str) -> AbstractPart:
    source = card.variant(variant).settings.get("signal")
    if source is None:
        raise CardError(
            "the setting 'signal' is missing; write the output that acts, such as 'receptor.allopregnanolone'.",
            where=f"{shown_path(card.path)}: settings",
        )
    return part_from_card(card, variant, ledger, kind=kind, name=name, source=source)


def _mood(card: Card, variant: str | None, ledger: Ledger) -> AbstractPart:
    return part_from_card(card, variant, ledger, keys={"baseline": "baseline_mean"}, signal="effect.mood")


def disposition_effects(card: Card, variant: str | None, ledger: Ledger) -> tuple[Distribution, ...]:
    """Correlated log-normal spread of clearance and central volume; its draws stay unused where a variant has none."""
    numbers = card.variant(variant).numbers
    keys = ("variance_clearance", "covariance_clearance_central_volume", "variance_central_volume")
    if not all(key in numbers for key in keys):
        return (Unused(2),)
    clearance, both, volume = (ledger.take(card, key, "1", variant) for key in keys)
    names = ("disposition.eta_clearance", "disposition.eta_central_volume")
    return (CorrelatedNormal(names, ((clearance, both), (both, volume))),)


def mood_copula(card: Card, variant: str | None, ledger: Ledger) -> Copula:
    """Return how the response of mood goes with clearance and with the score at baseline, over the draws in order.

    The draws are those of clearance, central volume, baseline and response.
    """
    kinetics = ledger.take(card, "correlation_clearance_response", "1", variant)
    baseline = ledger.take(card, "correlation_baseline_response", "1", variant)
    return Copula(
        (
            (1.0, 0.0, 0.0, kinetics),
            (0.0, 1.0, 0.0, 0.0),
            (0.0, 0.0, 1.0, baseline),
            (kinetics, 0.0, baseline, 1.0),
        )
    )


def baseline_distribution(card: Card, variant: str | None, ledger: Ledger) -> TruncatedNormal:
    """Return the distribution of the depression score at baseline: normal, cut inside the ends of the scale.

    A score of 0 or of the maximum has no place on the logit scale.
    """
    keys = ("baseline_mean", "baseline_sd", "highest_score", "baseline_lowest_share", "baseline_highest_share")
    mean, sd, highest, low, high = (ledger.take(card, key, "1", variant) for key in keys)
    return TruncatedNormal("mood.baseline", mean, sd, low * highest, high * highest)


def _mood_effects(card: Card, variant: str | None, ledger: Ledger) -> tuple[Distribution, ...]:
    response = ledger.take(card, "improvement_sd", "1", variant)
    return (
        baseline_distribution(card, variant, ledger),
        CorrelatedNormal(("mood.eta_improvement",), ((response**2,),)),
    )


def _residual_error(card: Card, variant: str | None) -> float | None:
    number = card.variant(variant).numbers.get("proportional_error")
    return None if number is None else number.to("1")


def site_limits(choice: ModelChoice) -> tuple[str, ...]:
    """Return what the cards say against the parts of `site_parts`, whatever allopregnanolone is in the pool."""
    shelf = library()
    return (
        *_variant_notes(shelf.card("brexanolone", "pharmacokinetics"), choice.pharmacokinetics),
        *_notes(shelf.card("brain-link", "pharmacokinetics"), choice.brain_link),
        *_notes(shelf.card("a1b2g2", "receptors"), choice.gamma_receptor),
        *_notes(shelf.card("a4b2d", "receptors"), choice.delta_receptor),
    )


def outcome_limits(choice: ModelChoice) -> tuple[str, ...]:
    """Return what the cards say against depression score and sedation."""
    shelf = library()
    upstream = {"brexanolone": choice.pharmacokinetics, "brain-link": choice.brain_link}
    return (
        *_notes(shelf.card("hamd17", "outcomes"), choice.mood),
        *_notes(shelf.card("sedation", "outcomes"), choice.sedation),
        *_uncalibrated(tuple((shelf.card(name, "pharmacokinetics"), variant) for name, variant in upstream.items())),
    )


def _notes(card: Card, variant: str | None) -> tuple[str, ...]:
    return (*_card_note(card), *_variant_notes(card, variant))


def _card_note(card: Card) -> tuple[str, ...]:
    return (card.note,) if card.note else ()


def _variant_notes(card: Card, variant: str | None) -> tuple[str, ...]:
    note = card.variant(variant).note
    return (note,) if note else ()


def _uncalibrated(upstream: tuple[tuple[Card, str | None], ...]) -> tuple[str, ...]:
    """Return a limit where the outcomes read a signal other than the one that their parameters were fitted on."""
    other = [f"'{name}' of '{card.name}'" for card, name in upstream if card.variant(name) != card.variant()]
    if not other:
        return ()
    return (
        "HAM-D and sedation were fitted to their studies with the default variants of 'brexanolone' and 'brain-link' "
        f"and are not refitted to {' and '.join(other)}: the size of both effects is then not calibrated, and a small "
        "or large effect here says nothing for or against the variant.",
    )
