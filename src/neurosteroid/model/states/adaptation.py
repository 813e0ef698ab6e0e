"""A person whose GABA-A receptors adapt to neurosteroids over days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from neurosteroid.errors import InputError, unknown_name
from neurosteroid.evidence import library
from neurosteroid.model.states.state import AbstractState, Axis, checked_number

CARDS = "adaptation"


@final
@dataclass(frozen=True)
class ReceptorAdaptation(AbstractState):
    """Receptor expression that follows exposure to neurosteroids; without this state it stays as it is.

    Args:
        variant: of the cards of kind ``adaptation``: ``"none"``, ``"mouse-pregnancy"``, ``"homeostatic"`` or
            ``"alpha4-exposure"``. An isoform whose card has no such variant does not adapt.
        sensitivity: her trait, as a multiple of the usual person's; 0 does not adapt.

    Raises:
        UnknownNameError: a variant that no card has.
        InputError: a sensitivity that is no number, or below 0.
    """

    NAME = "receptor-adaptation"
    AXIS = Axis.RECEPTORS

    variant: str = "none"
    sensitivity: float = 1.0

    def __post_init__(self) -> None:
        known = {name for card in library().cards(CARDS) for name in card.variants}
        if not isinstance(self.variant, str) or self.variant not in known:
            raise unknown_name("way to adapt", str(self.variant), sorted(known), where=self.place("variant"))
        where = self.place("sensitivity")
        if checked_number(self.sensitivity, where, such_as="1.5", what="times the usual sensitivity") < 0:
            raise InputError(f"{self.sensitivity} is below 0; 0 does not adapt, 1 is the usual person.", where=where)
