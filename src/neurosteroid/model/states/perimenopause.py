"""The years before the last menstruation, with cycles that fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from neurosteroid.model.states.state import AbstractState, Axis, Sex


@final
@dataclass(frozen=True)
class Perimenopause(AbstractState):
    """The years before the last menstruation, with cycles that fail."""

    NAME = "perimenopause"
    SEXES = (Sex.FEMALE,)
    AXIS = Axis.REPRODUCTION
    HORMONAL = True
