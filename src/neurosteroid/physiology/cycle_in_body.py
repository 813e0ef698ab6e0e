"""The menstrual cycle in a body: its steroids enter the body's own pools, and the adrenal adds to progesterone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine import AbstractPart, Covariate, System, wire
from neurosteroid.evidence import Ledger, library
from neurosteroid.physiology.cycle import CardParts, at_rest, cycle_parts
from neurosteroid.physiology.pathway_flows import AdrenalSecretion
from neurosteroid.physiology.pathway_pools import SteroidPool
from neurosteroid.physiology.steady_gonads import steady_gonads

_BODY: Final = (
    Covariate("person.weight", "kg"),
    Covariate("body.plasma-volume-scale", "1"),
    Covariate("adrenal.drive", "1"),
    Covariate("activity.steroidogenesis", "1"),
)
_OWN: Final = ("clearance", "central_volume", "intercompartmental_clearance", "peripheral_volume")
_PATHWAY: Final = "physiology/pathway"
_ESTRADIOL: Final = "physiology/estradiol-disposition"


def cycle_in_body(
    variant: str | None = None, *, agonist: bool = False, antagonist: bool = False
) -> tuple[System, NDArray[np.float64]]:
    """Return the cycle on the pools of a woman of the reference weight, and the covariates (1, k) of her at rest.

    What becomes of progesterone beyond its pool is left out: its whole clearance leaves the system.

    Args:
        variant: of the card of the cycle; its default when None.
        agonist: whether the GnRH agonist nafarelin can be given.
        antagonist: whether the GnRH antagonist cetrorelix can be given.

    Raises:
        UnknownNameError: no such variant.
    """
    ledger = Ledger()
    elsewhere = adrenal_levels(ledger)
    parts = cycle_parts(variant, ledger, pools=False, agonist=agonist, antagonist=antagonist, elsewhere=elsewhere)
    return _wired({**body_pools(ledger), **parts}, (*_BODY, *at_rest(parts)), ledger)


def steady_in_body(variant: str) -> tuple[System, NDArray[np.float64]]:
    """Return gonads that do not cycle on the same pools, and the covariates (1, k) at rest.

    Raises:
        UnknownNameError: no such variant of the card ``physiology/steady-gonads``.
    """
    ledger = Ledger()
    parts = steady_gonads(variant, ledger, elsewhere=adrenal_levels(ledger))
    return _wired({**body_pools(ledger), **parts}, _BODY, ledger)


def adrenal_levels(ledger: Ledger) -> dict[str, float]:
    """Return steroid to the concentration (nmol/L) that the adrenal keeps up at rest."""
    return {"progesterone": ledger.take(library().card(_PATHWAY), "progesterone_floor", "nmol/L")}


def body_pools(ledger: Ledger) -> dict[str, AbstractPart]:
    """Return the pools of progesterone and estradiol, and what the adrenal adds to the former."""
    source = CardParts(library().card(_PATHWAY), None, ledger)
    progesterone = source.make(
        SteroidPool, {name: f"progesterone_{name}" for name in _OWN}, analyte="progesterone", eliminated_share=1.0
    )
    floor = adrenal_levels(ledger)["progesterone"]
    return {
        "progesterone": progesterone,
        "adrenal": AdrenalSecretion(production=floor * progesterone.clearance, analyte="progesterone"),
        "estradiol": CardParts(library().card(_ESTRADIOL), None, ledger).make(SteroidPool, analyte="estradiol"),
    }


def _wired(
    parts: Mapping[str, AbstractPart], covariates: Sequence[Covariate], ledger: Ledger
) -> tuple[System, NDArray[np.float64]]:
    system = wire(parts, covariates)
    weight = ledger.take(library().card(_PATHWAY), "reference_weight", "kg")
    values = {covariate.name: 1.0 for covariate in covariates} | {"person.weight": weight}
    return system, np.array([[values[name] for name in system.covariate_names]])
