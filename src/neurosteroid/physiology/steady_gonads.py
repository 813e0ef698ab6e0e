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


@final
@dataclass(frozen=True, kw_only=True)
class SteadyGonad(AbstractPart):
    """A steroid that gonads, or tissues that live on their precursors, secrete at a steady rate.

        secretion = clearance.{analyte} (level exp(eta_level) - elsewhere)         nmol/h, outside to central

    `level` is the concentration that all sources together keep up at rest, `elsewhere` what those keep up that the body
    follows by themselves (the adrenal, for progesterone). A drug that changes the clearance then does not change the
    level of what is made: only a flow would say by how much, and no source gives one.
    """

    level: float = parameter("nmol/L", "concentration at rest")
    elsewhere: float = parameter("nmol/L", "concentration that other sources of the body keep up at rest", 0.0)
    eta_level: float = parameter("1", "the person's own deviation of ln level", 0.0)
    analyte: str

    needs = (Need("clearance", "clearance.{analyte}", "L/h"),)
    flows = (Flow("secretion", "nmol/h", source=OUTSIDE, target="central.{analyte}"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the secretion in nmol/h."""
        return {"secretion": given["clearance"] * (self.level * exp(self.eta_level) - self.elsewhere)}


@final
@dataclass(frozen=True, kw_only=True)
class SteadyGonadotropins(AbstractPart):
    """LH and FSH at steady levels: ``plasma.lh`` and ``plasma.fsh`` in IU/L; nothing feeds back on them."""

    lh: float = parameter("IU/L", "LH at rest")
    fsh: float = parameter("IU/L", "FSH at rest")

    gives = (Value("lh", "plasma.lh", "IU/L"), Value("fsh", "plasma.fsh", "IU/L"))

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return both in IU/L."""
        return {"lh": self.lh, "fsh": self.fsh}


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
