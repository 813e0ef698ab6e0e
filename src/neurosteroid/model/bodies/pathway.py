"""The synthesis pathway in a person: progesterone, its reduced metabolites, their sulfates and the adrenal at rest."""

from __future__ import annotations

from typing import Final

from neurosteroid.engine import AbstractPart
from neurosteroid.errors import InputError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.assembly import site_parts
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.neuron_bridge import brings_link
from neurosteroid.model.variability import CorrelatedNormal
from neurosteroid.pharmacokinetics.brain_synthesis import BrainWithSynthesis, local_synthesis
from neurosteroid.physiology.pathway import DISPOSITION, FULL, pathway_parts, pathway_spreads

_SETTLED: Final = 240.0
"""h of run-in: about 19 of the slowest half-lives of the pathway, so what is left of the empty start is 2e-6."""

_UNBOUND: Final = ("unbound.progesterone", f"unbound.{ANALYTE}")

_LINK: Final = "brain_link"
_LOCAL: Final = "local_concentration"
_OWN: Final = "local-synthesis"
"""The variant of the card ``brain-link`` that holds what the brain makes itself."""


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return the parts of the pathway; allopregnanolone keeps the disposition that its own body brings.

    Its published clearance is net of what returns by oxidation and hydrolysis; that part of it which the pathway takes
    is set in the disposition.

    Raises:
        InputError: an explanation of the mood curve that brings a brain of its own.
    """
    if brings_link(situation.choice):
        raise InputError(
            f"excitability='{situation.choice.excitability}' brings a brain that makes allopregnanolone, and"
            " hormones of a state bring one that makes it by its enzymes. Follow the drug alone, without the state,"
            " or choose another explanation.",
            where="model: excitability",
        )
    brexanolone = library().card("brexanolone", "pharmacokinetics")
    disposition = part_from_card(brexanolone, situation.choice.pharmacokinetics, ledger, analyte=ANALYTE)
    parts = pathway_parts(ledger, disposition, variant=situation.choice.pathway)
    changed = parts.pop(DISPOSITION)
    card, binding = library().card("pathway", "physiology"), library().card("binding", "physiology")
    parts["pathway_binding"] = part_from_card(binding, None, ledger)
    parts["pathway_binding_allopregnanolone"] = part_from_card(
        binding,
        None,
        ledger,
        kind="albumin-binding",
        keys={"on_albumin": "allopregnanolone_on_albumin"},
        analyte=ANALYTE,
    )
    changes = {DISPOSITION: {"eliminated_share": float(vars(changed)["eliminated_share"])}}
    synthesis = library().card("brain-synthesis", "pharmacokinetics")
    chosen = situation.choice.brain_synthesis
    return Contribution(
        parts=parts | {"brain_synthesis": _brain_synthesis(situation, ledger)},
        instead={_LINK: _brain(situation)},
        changes=changes,
        outputs=(*(f"plasma.{analyte}" for analyte in FULL if analyte != ANALYTE), *_UNBOUND),
        later_effects=tuple(
            CorrelatedNormal((name,), ((sd**2,),))
            for name, sd in pathway_spreads(ledger, situation.choice.pathway).items()
        ),
        run_in=_SETTLED,
        limits=tuple(
            note
            for note in (
                card.note,
                card.variant(situation.choice.pathway).note,
                binding.note,
                synthesis.note,
                synthesis.variant(chosen).note,
            )
            if note
        ),
    )


def _own_is_seen(situation: Situation) -> bool:
    """Return whether the chosen link says itself that receptors see what the brain makes."""
    link = library().card("brain-link", "pharmacokinetics")
    return _LOCAL in link.variant(situation.choice.brain_link).numbers


def _brain_synthesis(situation: Situation, ledger: Ledger) -> AbstractPart:
    """Return what the brain makes: a body that makes allopregnanolone makes it there too."""
    link = library().card("brain-link", "pharmacokinetics")
    variant = situation.choice.brain_link if _own_is_seen(situation) else _OWN
    return local_synthesis(ledger.take(link, _LOCAL, "nmol/L", variant), situation.choice.brain_synthesis, ledger)


def _brain(situation: Situation) -> AbstractPart:
    """Return the chosen link with what the brain makes as an input; its numbers stand in the ledger already."""
    link = vars(site_parts(situation.choice, Ledger())[_LINK])
    return BrainWithSynthesis(
        brain_to_plasma=link["brain_to_plasma"],
        equilibration_half_life=link["equilibration_half_life"],
        receptor_to_brain=link["receptor_to_brain"],
        local_seen=1.0 if _own_is_seen(situation) else 0.0,
        analyte=ANALYTE,
    )


BODY: Final = Body(contribute=contribute, requires=("allopregnanolone",))
