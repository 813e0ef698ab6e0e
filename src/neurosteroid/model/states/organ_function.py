"""Kidneys and liver that do less than usual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from neurosteroid.errors import unknown_name
from neurosteroid.model.states.state import AbstractState, Axis

RENAL: Final = ("mild", "moderate", "severe", "end-stage")
HEPATIC: Final = ("mild", "moderate", "severe")


@final
@dataclass(frozen=True)
class RenalImpairment(AbstractState):
    """Kidneys that filter less.

    Args:
        severity: one of `RENAL`, as labels class it.

    Raises:
        UnknownNameError: another word.
    """

    NAME = "renal-impairment"
    AXIS = Axis.KIDNEY

    severity: str

    def __post_init__(self) -> None:
        if self.severity not in RENAL:
            raise unknown_name("severity", self.severity, RENAL, where=self.place("severity"))


@final
@dataclass(frozen=True)
class HepaticImpairment(AbstractState):
    """A liver that clears less.

    Args:
        severity: one of `HEPATIC`: Child-Pugh A, B, C.

    Raises:
        UnknownNameError: another word.
    """

    NAME = "hepatic-impairment"
    AXIS = Axis.LIVER

    severity: str

    def __post_init__(self) -> None:
        if self.severity not in HEPATIC:
            raise unknown_name("severity", self.severity, HEPATIC, where=self.place("severity"))
