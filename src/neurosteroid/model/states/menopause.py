"""The time after the last menstruation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from neurosteroid.model.states.state import AbstractState, Axis, Sex


@final
@dataclass(frozen=True)
class Menopause(AbstractState):
    """The time after the last menstruation."""

    NAME = "menopause"
    SEXES = (Sex.FEMALE,)
    AXIS = Axis.REPRODUCTION
    HORMONAL = True
