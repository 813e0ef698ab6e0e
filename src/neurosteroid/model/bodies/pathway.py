"""The synthesis pathway in a person: progesterone, its reduced metabolites, their sulfates and the adrenal at rest."""

from __future__ import annotations

from typing import Final

from neurosteroid.evidence import Ledger, library
from neurosteroid.model.assembly import ANALYTE
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.physiology.pathway import DISPOSITION, FULL, pathway_parts

_SETTLED: Final = 240.0
"""h of run-in: about 19 of the slowest half-lives of the pathway, so what is left of the empty start is 2e-6."""

_UNBOUND: Final = ("unbound.progesterone", f"unbound.{ANALYTE}")

_LOCAL: Final = "local_concentration"
_OWN: Final = "local-synthesis"
"""The variant of the card ``brain-link`` that holds what the brain makes itself."""


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return the parts of the pathway; allopregnanolone keeps the disposition that its own body brings.

    Its published clearance is net of what returns by oxidation and hydrolysis; that part of it which the pathway takes
    is set in the disposition.
    """
    brexanolone = library().card("brexanolone", "pharmacokinetics")
    disposition = part_from_card(brexanolone, situation.choice.pharmacokinetics, ledger, analyte=ANALYTE)
    parts = pathway_parts(ledger, disposition)
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
    link = library().card("brain-link", "pharmacokinetics")
    if _LOCAL not in link.variant(situation.choice.brain_link).numbers:
        # a body that makes allopregnanolone makes it in the brain too; links with it say themselves what receptors see
        changes["brain_link"] = {_LOCAL: ledger.take(link, _LOCAL, "nmol/L", _OWN), "local_seen": 0.0}
    return Contribution(
        parts=parts,
        changes=changes,
        outputs=(*(f"plasma.{analyte}" for analyte in FULL if analyte != ANALYTE), *_UNBOUND),
        run_in=_SETTLED,
        limits=tuple(note for note in (card.note, card.variant().note, binding.note) if note),
    )


BODY: Final = Body(contribute=contribute, requires=("allopregnanolone",))
