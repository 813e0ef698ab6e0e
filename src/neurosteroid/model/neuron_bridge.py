"""The bridge from a person's receptors to the excitability of her neurons; off unless a variant is chosen.

    receptor.<isoform>.open_probability -> neuron.<neuron>.tonic_multiplier -> neuron.<neuron>.tonic_conductance
    receptor.allopregnanolone           -> neuron.<neuron>.decay_multiplier
    both                                -> neuron.<neuron>.excitability

It is the link of `neurosteroid.model.neuron_steroid`, written as parts: the multipliers are the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, final

import numpy as np

from neurosteroid.engine import AbstractPart
from neurosteroid.errors import CardError, InputError
from neurosteroid.evidence import Choice, Ledger, library, shown_path
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.choice import ModelChoice
from neurosteroid.model.contribution import SETTLED
from neurosteroid.model.neuron_definitions import ROOM
from neurosteroid.neurons.excitability import Excitability, SynapticDecay, TonicConductance, written
from neurosteroid.neurons.excitability_at_level import ExcitabilityAtLevel
from neurosteroid.pharmacokinetics.brain import BrainLink
from neurosteroid.receptors.adaptation import ConstantExpression
from neurosteroid.receptors.ambient import SteadyPotentiation
from neurosteroid.receptors.coagonist import MonodWymanChangeux
from neurosteroid.receptors.isoform import PEAK, STEADY, Receptor, receptor

if TYPE_CHECKING:
    from neurosteroid.model.response_surface import ResponseSurface

CARD: Final = "excitability"
OUTPUTS: Final = ("tonic_conductance", "decay_multiplier", "excitability")
"""What a course shows of each neuron."""

EXPLANATION: Final = "explanation"
"""Setting of a variant that reads the principal cell of the common preparation: which explanation of the mood curve."""
_NONE: Final = "none"
"""The explanation of a principal cell without any."""
PRINCIPAL: Final = "principal"
"""The name of that cell in ports."""

_GABA: Final = "GABA"
_STEROID_SITE: Final = "steroid"
_THERE: Final = {"a1b2g2": "gamma_receptor", "a4b2d": "delta_receptor"}
"""Isoforms that the model of a person has anyhow, and the choice of their variants."""


@final
@dataclass(frozen=True)
class Bridge:
    """What the neurons that are followed bring to a person; all empty when none is.

    Attributes:
        parts: name to part.
        outputs: what a course shows of them.
        limits: what must be known of them, as sentences.
        instead: part of the person to the part that an explanation of the mood curve puts in its place.
        run_in: h in which what moves over days settles.
        expression: whether an explanation moves the expression of a receptor.
    """

    parts: dict[str, AbstractPart] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    instead: dict[str, AbstractPart] = field(default_factory=dict)
    run_in: float = 0.0
    expression: bool = False


def follows_neurons(choice: ModelChoice) -> bool:
    """Return whether the chosen variant of the card follows any neuron.

    Raises:
        UnknownNameError: a variant that the card does not have.
    """
    return library().card(CARD, ROOM).variant(choice.excitability).part is not None


def with_neurons(compounds: tuple[str, ...], choice: ModelChoice) -> tuple[str, ...]:
    """Return the compounds to follow: allopregnanolone too where neurons are, since they read its receptors."""
    return tuple(dict.fromkeys((*compounds, ANALYTE))) if follows_neurons(choice) else compounds


def brings_link(choice: ModelChoice) -> bool:
    """Return whether the chosen variant brings a link from plasma to the receptor of its own.

    Raises:
        UnknownNameError: a variant that the card does not have.
    """
    chosen = library().card(CARD, ROOM).variant(choice.excitability).settings
    name = chosen.get(EXPLANATION, _NONE)
    if name == _NONE:
        return False
    return "link" in library().card(name, "hypotheses").variant(chosen.get("explanation_variant")).settings


def bridge(choice: ModelChoice, ledger: Ledger) -> Bridge:
    """Return what follows from the receptors for the chosen neurons.

    Args:
        choice: of variants; `excitability` names that of the card.
        ledger: records the numbers.

    Raises:
        UnknownNameError: a variant that the card does not have, or a neuron or scheme that no card is of.
        CardError: a receptor whose steroid acts in a way that the bridge cannot carry.
    """
    card = library().card(CARD, ROOM)
    chosen = card.variant(choice.excitability)
    if chosen.part is None:
        return Bridge()
    limits = [note for note in (card.note, chosen.note) if note]
    if EXPLANATION in chosen.settings:
        return _explained(chosen.settings, choice, limits, ledger)
    # cells, schemes and their solvers, which who follows no neuron need not wait for
    from neurosteroid.model.response_surface import response_surface

    parts: dict[str, AbstractPart] = {}
    names = chosen.settings["neurons"].split()
    for name in names:
        surface = response_surface(name)
        parts |= _neuron(surface, choice, chosen.settings, ledger)
        limits.append(
            f"{surface.words} Tonic conductances above {surface.highest_tonic:g} nS and decays outside"
            f" {surface.fit.decay[0]:g} to {surface.fit.decay[1]:g} have the excitability of the edge."
        )
    return Bridge(parts, tuple(f"neuron.{name}.{what}" for name in names for what in OUTPUTS), tuple(limits))


def _explained(settings: Mapping[str, str], choice: ModelChoice, limits: list[str], ledger: Ledger) -> Bridge:
    """Return the principal cell of the common preparation, with an explanation of the mood curve or without any."""
    from neurosteroid.model.mood.preparation import preparation
    from neurosteroid.model.mood.surface import EXPRESSION, HALF, HIGHEST_SHARE, principal_surface

    name, variant = settings[EXPLANATION], settings.get("explanation_variant")
    made, surface = preparation(name, variant), principal_surface(name, variant)
    ledger.merge(made.ledger)
    ledger.merge(surface.ledger)
    parts: dict[str, AbstractPart] = {
        f"neuron_{PRINCIPAL}": ExcitabilityAtLevel(
            half=HALF,
            highest_share=HIGHEST_SHARE,
            lowest_expression=EXPRESSION[0],
            highest_expression=EXPRESSION[1],
            coefficients=written(surface.coefficients.tolist()),
            neuron=PRINCIPAL,
            isoform=surface.isoform,
            analyte=ANALYTE,
        )
    }
    expression, link, run_in = made.slow["expression"], made.slow["link"], 0.0
    moving = not isinstance(expression, ConstantExpression)
    if moving:
        parts[f"neuron_{PRINCIPAL}_expression"] = expression
        run_in = SETTLED / min(
            float(getattr(expression, key)) for key in ("turnover", "rate") if hasattr(expression, key)
        )
    instead = {} if isinstance(link, BrainLink) else {"brain_link": link}
    if instead and choice.brain_link is not None:
        raise InputError(
            f"the explanation '{name}' brings a link from plasma to the receptor of its own; leave brain_link"
            f" ('{choice.brain_link}') out.",
            where="model: brain_link",
        )
    if choice.delta_receptor is not None:
        limits.append(
            f"The principal cell has the default variant of '{surface.isoform}', not '{choice.delta_receptor}': its"
            " runs are those of the common preparation."
        )
    return Bridge(
        parts,
        (f"neuron.{PRINCIPAL}.excitability",),
        (*limits, surface.words),
        instead=instead,
        run_in=run_in,
        expression=moving,
    )


def _neuron(
    surface: ResponseSurface, choice: ModelChoice, settings: Mapping[str, str], ledger: Ledger
) -> dict[str, AbstractPart]:
    name = surface.name
    ledger.merge(surface.ledger)
    card = library().card("gaba-input", ROOM)
    variant = library().card(name, ROOM).variant(surface.variant).settings["gaba_input"]
    isoform = card.variant(variant).settings["receptor"]
    ambient = ledger.take(card, "ambient", "umol/L", variant)
    own = receptor(isoform, getattr(choice, _THERE[isoform]) if isoform in _THERE else None)
    parts: dict[str, AbstractPart] = {}
    probe = ledger.take(own.card, "gaba_concentration", "umol/L", own.variant or None)
    if isoform not in _THERE:
        parts[f"receptor_{isoform}"] = _gating(own, probe, ledger)
    key = name.replace("-", "_")
    return parts | {
        f"neuron_{key}_potentiation": _potentiation(own, name, probe, ambient, ledger),
        f"neuron_{key}_tonic": TonicConductance(
            dependent=ledger.take(card, "tonic_dependent", "nS", variant),
            independent=ledger.take(card, "tonic_independent", "nS", variant),
            neuron=name,
            isoform=isoform,
        ),
        f"neuron_{key}_decay": _decay(name, settings, ledger),
        f"neuron_{key}": Excitability(
            lowest_tonic=surface.fit.tonic[0],
            highest_tonic=surface.fit.tonic[1],
            shortest_decay=surface.fit.decay[0],
            longest_decay=surface.fit.decay[1],
            coefficients=written(surface.fit.coefficients.tolist()),
            neuron=name,
        ),
    }


def _gating(own: Receptor, probe: float, ledger: Ledger) -> MonodWymanChangeux:
    """Return an isoform that the model of a person does not have anyhow."""
    ledger.merge(own.taken((_GABA, ANALYTE), PEAK))
    (gaba,) = own.actions[_GABA]
    steroid = next(each for each in own.actions[ANALYTE] if each.site == _STEROID_SITE)
    return MonodWymanChangeux(
        closed_open_ratio=own.closed_open_ratio,
        gaba_affinity=gaba.affinity,
        gaba_efficacy_ratio=gaba.efficacy_ratio,
        gaba_sites=own.sites[gaba.site],
        steroid_affinity=steroid.affinity,
        steroid_efficacy_ratio=steroid.efficacy_ratio,
        steroid_sites=own.sites[steroid.site],
        gaba_concentration=probe,
        isoform=own.name,
        analyte=ANALYTE,
    )


def _potentiation(own: Receptor, name: str, probe: float, ambient: float, ledger: Ledger) -> SteadyPotentiation:
    at = PEAK if own.open_desensitised_ratio is None else STEADY
    ledger.merge(own.taken((_GABA, ANALYTE), at))
    states = own.states({_GABA: np.array([probe, ambient])})
    numbers = {
        "gaba_ratio": float(states.closing[1] / states.closing[0]),
        "closing": float(states.closing[1]),
    }
    if at == STEADY:
        numbers["desensitised"] = float(states.desensitising[1])
        acting = [each for each in own.actions[ANALYTE] if each.desensitised_ratio != 1.0]
        if len(acting) > 1:
            raise CardError(
                f"{ANALYTE} desensitises at {len(acting)} sites; the bridge to neurons carries one.",
                where=shown_path(own.card.path),
            )
        for each in acting:
            numbers["active_affinity"] = each.affinity * each.efficacy_ratio
            numbers["desensitised_affinity"] = numbers["active_affinity"] * each.desensitised_ratio
            numbers["desensitising_sites"] = own.sites[each.site]
    return SteadyPotentiation(neuron=name, isoform=own.name, analyte=ANALYTE, **numbers)


def _decay(name: str, settings: Mapping[str, str], ledger: Ledger) -> SynapticDecay:
    scheme = settings.get("synapse")
    if scheme is None:
        return SynapticDecay(half=1.0, coefficients="1.0", neuron=name, analyte=ANALYTE)
    from neurosteroid.model.surface_decay import decay_polynomial

    found = decay_polynomial(scheme, settings.get("hypothesis"))
    ledger.merge(found.ledger)
    ledger.choose(
        Choice(f"neuron.{name}.decay_multiplier", found.words, "Which rates a steroid changes is a hypothesis.")
    )
    return SynapticDecay(half=found.half, coefficients=written([found.coefficients]), neuron=name, analyte=ANALYTE)
