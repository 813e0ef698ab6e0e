"""Allopregnanolone where it goes: one pool of what is infused and what the body makes, and the receptors it meets."""

from __future__ import annotations

from typing import Final

from neurosteroid.errors import InputError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.assembly import SHOWN, disposition_effects, site_limits, site_parts
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.consequences import DEATHS, consequence_limits, neuroprotection
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.neuron_bridge import bridge
from neurosteroid.model.states.adaptation import ReceptorAdaptation

_OUTCOMES: Final = ("mood.", "sedation.")


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return disposition, milk, brain and receptors; see `neurosteroid.model.assembly`, whose parts these are."""
    outputs = tuple(name for name in SHOWN if not name.startswith(_OUTCOMES))
    if not situation.person.breastfeeding:
        outputs = tuple(name for name in outputs if not name.startswith("milk."))
    card = library().card("brexanolone", "pharmacokinetics")
    tissue = library().card("brain-tissue", "pharmacokinetics")
    free = part_from_card(tissue, ANALYTE, ledger, kind="unbound-brain", analyte=ANALYTE)
    protection = neuroprotection(situation.choice, ledger)
    neurons = bridge(situation.choice, ledger)
    if neurons.expression and situation.state(ReceptorAdaptation) is not None:
        raise InputError(
            f"the explanation in excitability='{situation.choice.excitability}' moves the expression of receptors, and"
            " so does the state ReceptorAdaptation; leave one of them out.",
            where="Person.states",
        )
    return Contribution(
        parts={**site_parts(situation.choice, ledger), "unbound_brain": free, **protection, **neurons.parts},
        outputs=(
            *outputs,
            f"unbound_brain.{ANALYTE}",
            f"csf.{ANALYTE}",
            *((DEATHS,) if protection else ()),
            *neurons.outputs,
        ),
        instead=neurons.instead,
        run_in=neurons.run_in,
        effects=disposition_effects(card, situation.choice.pharmacokinetics, ledger),
        limits=(
            *site_limits(situation.choice),
            *(consequence_limits("neuroprotection") if protection else ()),
            *neurons.limits,
        ),
        dose_states={ANALYTE: {"intravenous": f"central.{ANALYTE}"}},
    )


BODY: Final = Body(contribute=contribute, compounds=(ANALYTE,))
