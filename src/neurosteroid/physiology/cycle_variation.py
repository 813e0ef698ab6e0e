"""How women differ in their cycles, and one woman's cycles from each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from neurosteroid.engine import EventKind, Record
from neurosteroid.evidence import Card, Ledger, library
from neurosteroid.physiology.cycle import CARD

SPREADS: Final = {
    "sd_pace": "cycle_follicles.eta_pace",
    "sd_lh_synthesis": "cycle_lh.eta_synthesis",
    "sd_estradiol": "cycle_ovary.eta_estradiol",
    "sd_progesterone": "cycle_ovary.eta_progesterone",
}
"""Number of the card to the parameter whose normal deviation between women has it as its standard deviation."""

PACE: Final = "cycle.pace"


def spreads(variant: str | None = None, ledger: Ledger | None = None, card: Card | None = None) -> dict[str, float]:
    """Return parameter to the standard deviation of its normal deviation between women; deviations are independent.

    Raises:
        UnknownNameError: no such variant, or one without these numbers.
    """
    ledger, card = ledger or Ledger(), card or library().card(CARD)
    return {parameter: ledger.take(card, key, "1", variant) for key, parameter in SPREADS.items()}


def pace_records(hours: Sequence[float], paces: Sequence[float]) -> tuple[Record, ...]:
    """Return records that give follicles a new pace (1 is the typical one) at some hours, such as each menses.

    Args:
        hours: of the course, at which a new cohort begins to grow.
        paces: one for each, above 0.
    """
    return tuple(
        Record(time=hour, evid=EventKind.OTHER, covariates={PACE: pace})
        for hour, pace in zip(hours, paces, strict=True)
    )
