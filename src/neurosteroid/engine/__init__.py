"""Parts, wiring, events, solvers and courses; knows no biology."""

from neurosteroid.engine.part import AbstractPart
from neurosteroid.engine.ports import OUTSIDE, Covariate, Flow, Need, State, Value, parameter
from neurosteroid.engine.system import System, wire

__all__ = [
    "OUTSIDE",
    "AbstractPart",
    "Covariate",
    "Flow",
    "Need",
    "State",
    "System",
    "Value",
    "parameter",
    "wire",
]
