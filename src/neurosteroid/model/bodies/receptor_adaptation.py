"""Receptor adaptation in a person: how many receptors are at the surface after days of exposure and withdrawal."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from neurosteroid.engine import AbstractPart
from neurosteroid.errors import WiringError
from neurosteroid.evidence import Card, Ledger, library
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.contribution import SETTLED, Asked, Body, Contribution, Situation
from neurosteroid.model.states.adaptation import CARDS, ReceptorAdaptation
from neurosteroid.model.variability import CorrelatedNormal, Distribution

ISOFORMS: Final = {"a1b2g2": "gamma_adaptation", "a4b2d": "delta_adaptation"}
"""Isoforms of a person's model and the names of their parts."""

_SHOWN: Final = ("surface_expression", "relative_conductance")
_RATES: Final = ("turnover", "rate")


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return one part for each isoform, with her own sensitivity, and the run-in in which expression settles."""
    if not isinstance(asked, ReceptorAdaptation):
        raise WiringError("the state ReceptorAdaptation says how receptors adapt; nothing else can ask for it.")
    parts: dict[str, AbstractPart] = {}
    effects: list[Distribution] = []
    limits: list[str] = []
    run_in = 0.0
    for isoform, name in ISOFORMS.items():
        card = library().card(f"{isoform}-{CARDS}", CARDS)
        variant = asked.variant if asked.variant in card.variants else card.default
        part = _part(card, variant, isoform, asked.sensitivity, ledger)
        parts[name] = part
        if "sensitivity_sd_log" in card.variant(variant).numbers:
            sd = ledger.take(card, "sensitivity_sd_log", "1", variant)
            effects.append(CorrelatedNormal((f"{name}.eta_sensitivity",), ((sd**2,),)))
        slowest = min((getattr(part, key) for key in _RATES if hasattr(part, key)), default=None)
        run_in = max(run_in, 0.0 if slowest is None else SETTLED / slowest)
        limits += [note for note in (card.note, card.variant(variant).note) if note]
    return Contribution(
        parts=parts,
        outputs=tuple(f"receptor.{isoform}.{what}" for isoform in ISOFORMS for what in _SHOWN),
        effects=tuple(effects),
        run_in=run_in,
        limits=tuple(dict.fromkeys(limits)),
    )


def _part(card: Card, variant: str, isoform: str, sensitivity: float, ledger: Ledger) -> AbstractPart:
    kind = card.variant(variant).part or ""
    text: dict[str, str] = {"isoform": isoform}
    if kind in ("turnover-adaptation", "change-adaptation"):
        text["analyte"] = ANALYTE
    part = part_from_card(card, variant, ledger, kind=None, keys=None, **text)
    if not hasattr(part, "sensitivity"):
        return part
    own: dict[str, Any] = {"sensitivity": part.sensitivity * sensitivity}
    return dataclasses.replace(part, **own)


BODY: Final = Body(contribute=contribute, states=(ReceptorAdaptation,), requires=("allopregnanolone",))
