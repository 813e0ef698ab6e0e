"""Gonads that do not cycle: steady levels after the menopause and in men."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, Value, parameter
from neurosteroid.engine.maths import exp
from neurosteroid.evidence import Ledger, library

CARD: Final = "physiology/steady-gonads"
STEROIDS: Final = ("estradiol", "progesterone")
SPREADS: Final = {
    "estradiol": "gonads_estradiol.eta_level",
    "progesterone": "gonads_progesterone.eta_level",
    "lh": "gonadotropins.eta_lh",
    "fsh": "gonadotropins.eta_fsh",
}
"""Hormone to the parameter by which people differ in it."""


@final
@dataclass(frozen=True, kw_only=True)
class SteadyGonad(AbstractPart):
    """A steroid that gonads, or tissues that live on their precursors, secrete at a steady rate.

        secretion = clearance.{analyte} (level - elsewhere) exp(eta_level)         nmol/h, outside to central

    `level` is the concentration that all sources together keep up at rest, `elsewhere` what those keep up that the body
    follows by themselves (the adrenal, for progesterone). A drug that changes the clearance then does not change the
    level of what is made: only a flow would say by how much, and no source gives one. People differ in what the gonads
    add, so nobody's secretion is below zero.
    """

    level: float = parameter("nmol/L", "concentration at rest")
    elsewhere: float = parameter("nmol/L", "concentration that other sources of the body keep up at rest", 0.0)
    eta_level: float = parameter("1", "the person's own deviation of ln of what the gonads keep up", 0.0)
    analyte: str

    needs = (Need("clearance", "clearance.{analyte}", "L/h"),)
    flows = (Flow("secretion", "nmol/h", source=OUTSIDE, target="central.{analyte}"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the secretion in nmol/h."""
        return {"secretion": given["clearance"] * (self.level - self.elsewhere) * exp(self.eta_level)}


@final
@dataclass(frozen=True, kw_only=True)
class SteadyGonadotropins(AbstractPart):
    """LH and FSH at steady levels: ``plasma.lh`` and ``plasma.fsh`` in IU/L; nothing feeds back on them.

    plasma.lh = lh exp(eta_lh),    plasma.fsh = fsh exp(eta_fsh)
    """

    lh: float = parameter("IU/L", "LH at rest")
    fsh: float = parameter("IU/L", "FSH at rest")
    eta_lh: float = parameter("1", "the person's own deviation of ln LH", 0.0)
    eta_fsh: float = parameter("1", "the person's own deviation of ln FSH", 0.0)

    gives = (Value("lh", "plasma.lh", "IU/L"), Value("fsh", "plasma.fsh", "IU/L"))

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return both in IU/L."""
        return {"lh": self.lh * exp(self.eta_lh), "fsh": self.fsh * exp(self.eta_fsh)}


def steady_spreads(variant: str, ledger: Ledger) -> dict[str, float]:
    """Return parameter to the standard deviation of its normal deviation between people, where the variant has one."""
    card = library().card(CARD)
    numbers = card.variant(variant).numbers
    return {
        name: ledger.take(card, key, "1", variant)
        for hormone, name in SPREADS.items()
        if hormone in numbers and (key := f"sd_{hormone}") in numbers
    }


def steady_gonads(
    variant: str, ledger: Ledger, *, elsewhere: Mapping[str, float] | None = None
) -> dict[str, AbstractPart]:
    """Return the parts of gonads that do not cycle, by name.

    Args:
        variant: of the card ``physiology/steady-gonads``, such as ``"menopause"`` or ``"men"``.
        ledger: records each number taken.
        elsewhere: steroid to the concentration (nmol/L) that the body's other sources keep up; where the card has no
            level for a steroid, these are all of it.

    Raises:
        UnknownNameError: no such variant.
    """
    card = library().card(CARD)
    numbers = card.variant(variant).numbers
    parts: dict[str, AbstractPart] = {}
    for steroid in STEROIDS:
        if steroid in numbers:
            molar_mass = ledger.take(library().card(steroid, "compounds"), "molar_mass", "g/mol")
            parts[f"gonads_{steroid}"] = SteadyGonad(
                level=ledger.take(card, steroid, "nmol/L", variant, molar_mass),
                elsewhere=(elsewhere or {}).get(steroid, 0.0),
                analyte=steroid,
            )
    if "lh" in numbers:
        levels = {name: ledger.take(card, name, "IU/L", variant) for name in ("lh", "fsh")}
        parts["gonadotropins"] = SteadyGonadotropins(**levels)
    return parts
