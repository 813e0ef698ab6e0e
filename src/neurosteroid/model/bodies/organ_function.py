"""Impaired kidneys and liver: what they do to the drugs that are given, and what labels advise."""

from __future__ import annotations

from typing import Final

from neurosteroid.engine import AbstractPart
from neurosteroid.evidence import Card, Ledger, library
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.assembly import site_parts
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.medicines import CARDS
from neurosteroid.model.states import HepaticImpairment, RenalImpairment

_LIVER_CLEARS: Final = ("zuranolone", "ganaxolone")
_KIDNEY_TOO: Final = "zuranolone"
"""The one drug that the liver clears of which a label lowers the dose for the kidney."""

BOTH_ORGANS: Final = (
    "Impaired kidney and liver at once: what each leaves of the clearance of zuranolone is multiplied, which is"
    " assumed; no exposure with both was read, and the label speaks of each alone. The kidney acts through the liver,"
    " so the two may be one: exposure lies between that of the worse organ alone and this one, which is the highest."
)


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return filtration or liver function by class of impairment, for the drugs that are given."""
    card = library().card("organ-function", CARDS)
    given = situation.compounds
    limits: list[str] = []
    changes: dict[str, dict[str, float]] = {}
    parts: dict[str, AbstractPart] = {}
    if isinstance(asked, RenalImpairment):
        parts["renal-function"] = part_from_card(card, asked.severity, ledger, kind="renal-function")
        if _KIDNEY_TOO in given:
            parts["zuranolone-renal-function"] = _function(card, asked.severity, ledger, _KIDNEY_TOO, "renal", "kidney")
        if _KIDNEY_TOO in given and situation.state(HepaticImpairment) is not None:
            limits.append(BOTH_ORGANS)
        if asked.severity != "mild" and _KIDNEY_TOO in given:
            limits.append(
                "The exposure to zuranolone with impaired kidneys was not found: its clearance is lowered as the label"
                " lowers the dose."
            )
    elif isinstance(asked, HepaticImpairment):
        for drug in (name for name in _LIVER_CLEARS if name in given):
            parts[f"{drug}-function"] = _function(card, asked.severity, ledger, drug, "", "liver")
        binding = part_from_card(card, asked.severity, ledger, kind="binding-clearance-change", analyte=ANALYTE)
        parts["brexanolone-binding"] = binding
        # what enters brain is what plasma does not bind, so brain over total plasma rises with the unbound fraction
        link = vars(site_parts(situation.choice, Ledger())["brain_link"])["brain_to_plasma"]
        changes["brain_link"] = {"brain_to_plasma": link * float(vars(binding)["unbound_fraction_ratio"])}
        if asked.severity != "mild":
            limits.append(
                "Impaired liver: total allopregnanolone falls while its unbound part, and with it brain and receptor,"
                " rises: the direction is that of the brexanolone label, the size is assumed. Milk stays a share of"
                " total plasma."
            )
    return Contribution(parts=parts, changes=changes, limits=tuple(limits))


def _function(card: Card, severity: str, ledger: Ledger, drug: str, prefix: str, organ: str) -> AbstractPart:
    """Return the factor by which an impaired organ lowers what the liver clears of a drug."""
    key = "_".join(filter(None, (prefix, "function", drug)))
    return part_from_card(
        card,
        severity,
        ledger,
        kind="hepatic-function",
        keys={"function": key},
        analyte=drug,
        factor=f".by.{organ}",
    )


BODY: Final = Body(contribute=contribute, states=(RenalImpairment, HepaticImpairment), requires=("allopregnanolone",))
