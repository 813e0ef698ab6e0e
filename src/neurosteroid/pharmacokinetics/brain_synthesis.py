"""Allopregnanolone that the brain makes itself by its enzymes, and the brain that holds it beside what blood brings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, State, Value, parameter
from neurosteroid.evidence import Ledger, library


@final
@dataclass(frozen=True, kw_only=True)
class LocalSynthesis(AbstractPart):
    """What a brain's own enzymes hold there, relative to what they hold when nothing acts on them.

        local = (local_concentration + from_progesterone * plasma.progesterone) * G      nmol/L
        G     = r g (1 - w f) / ((1 - w) (1 - f + f g) + w x (1 - f))

    The brain reduces its progesterone to 5alpha-dihydroprogesterone (activity r of 5alpha-reductase type 1) and that to
    allopregnanolone (activity g of the 3alpha-reductase), which is partly oxidised back (activity x):

        d D / dt = a r S + o x L - (h g + e) D
        d L / dt = h g D - (o x + l) L

    S is the substrate, D and L are the brain's own 5alpha-dihydroprogesterone and allopregnanolone. ``f = h / (h + e)``
    is the share of D that is reduced on, ``w = o / (o + l)`` the share of L that is oxidised back, both with all
    activities 1. G is L in balance over L in balance with all activities 1: tissue turns over in minutes, medicines act
    for weeks, so the balance is followed and not the two pools.

    Where all of D goes this way (f = 1) a faster 3alpha-reductase makes nothing more, G = r; where little does (f = 0)
    allopregnanolone follows it, G = r g / (1 - w + w x). ``from_progesterone`` is what the brain makes of progesterone
    that blood brings; what comes as allopregnanolone is in the link from plasma.

    Source:
        Balance of first-order steps; substrates are nM, Michaelis constants micromolar.
    """

    local_concentration: float = parameter("nmol/L", "what local synthesis holds in brain with all activities 1")
    reduced_on: float = parameter("1", "share of the brain's 5alpha-dihydroprogesterone that becomes allopregnanolone")
    oxidised_back: float = parameter("1", "share of the brain's own allopregnanolone that is oxidised back")
    from_progesterone: float = parameter("1", "allopregnanolone made in brain per progesterone in plasma")
    analyte: str = "allopregnanolone"

    needs = (
        Need("progesterone", "plasma.progesterone", "nmol/L"),
        Need("reductase", "activity.5alpha-reductase-1", "1"),
        Need("reduction", "activity.3alpha-hsd", "1"),
        Need("oxidation", "activity.3alpha-oxidase", "1"),
    )
    gives = (Value("local", "local.{analyte}", "nmol/L"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what local synthesis holds in brain, in nmol/L."""
        f, w = self.reduced_on, self.oxidised_back
        lost = (1 - w) * (1 - f + f * given["reduction"]) + w * (1 - f) * given["oxidation"]
        gain = given["reductase"] * given["reduction"] * (1 - w * f) / lost
        return {"local": (self.local_concentration + self.from_progesterone * given["progesterone"]) * gain}


def local_synthesis(held: float, variant: str | None, ledger: Ledger) -> LocalSynthesis:
    """Return what a brain makes, with the shares of the card ``brain-synthesis``.

    Args:
        held: nmol/L, what it holds of its own with all activities 1.
        variant: of the card.
        ledger: records each number taken.

    Raises:
        UnknownNameError: no such variant.
    """
    card = library().card("brain-synthesis", "pharmacokinetics")
    return LocalSynthesis(
        local_concentration=held,
        reduced_on=ledger.take(card, "reduced_on", "1", variant),
        oxidised_back=ledger.take(card, "oxidised_back", "1", variant),
        from_progesterone=ledger.take(card, "from_progesterone", "1", variant),
    )


@final
@dataclass(frozen=True, kw_only=True)
class BrainWithSynthesis(AbstractPart):
    """The link of `BrainLink` in a body that makes the steroid: what its brain makes follows its enzymes.

        k = ln 2 / equilibration_half_life
        d brain / dt = k (brain_to_plasma * plasma + local - brain)                   nmol/L per h
        receptor     = receptor_to_brain * (brain - (1 - local_seen) * local)         nmol/L

    ``local`` is given by `LocalSynthesis`; the rest are those of `BrainLink`. With ``local_seen`` 0 the receptor is
    stated from what blood brings alone, whatever the enzymes of the brain do.

    Source:
        Linear effect compartment, Sheiner et al., Clinical Pharmacology and Therapeutics 1979;25:358-371.
    """

    brain_to_plasma: float = parameter("1", "total brain to total plasma concentration at equilibrium")
    equilibration_half_life: float = parameter("h", "half-life of the difference between brain and plasma")
    local_seen: float = parameter("1", "share of what local synthesis holds that counts at the receptor")
    receptor_to_brain: float = parameter("1", "nominal concentration at the receptor to total brain concentration")
    analyte: str = "allopregnanolone"

    states = (State("brain", "brain.{analyte}", "nmol/L"),)
    needs = (Need("plasma", "plasma.{analyte}", "nmol/L"), Need("local", "local.{analyte}", "nmol/L"))
    gives = (Value("receptor", "receptor.{analyte}", "nmol/L"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the nominal concentration at the receptor in nmol/L."""
        return {"receptor": self.receptor_to_brain * (state["brain"] - (1 - self.local_seen) * given["local"])}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d brain / dt in nmol/L per h."""
        rate = math.log(2) / self.equilibration_half_life
        return {"brain": rate * (self.brain_to_plasma * given["plasma"] + given["local"] - state["brain"])}
