"""Parts, wiring, events, solvers and courses; knows no biology."""

from neurosteroid.engine.part import AbstractPart
from neurosteroid.engine.ports import OUTSIDE, Covariate, Flow, Need, State, Value, parameter
from neurosteroid.engine.records import EventKind, Record
from neurosteroid.engine.reducers import (
    ExactQuantiles,
    Fold,
    QuantileSketch,
    first_time_within,
    hours_within,
    join_moments,
    moments,
    within_span,
)
from neurosteroid.engine.solution import Failure, Solution
from neurosteroid.engine.solvers.blocks import solve_in_blocks
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.engine.solvers.convergence import Doubt, confirm
from neurosteroid.engine.solvers.reference import Tolerances
from neurosteroid.engine.system import System, wire

__all__ = [
    "OUTSIDE",
    "AbstractPart",
    "Covariate",
    "Doubt",
    "EventKind",
    "ExactQuantiles",
    "Failure",
    "Flow",
    "Fold",
    "Need",
    "QuantileSketch",
    "Record",
    "Solution",
    "State",
    "System",
    "Tolerances",
    "Value",
    "confirm",
    "first_time_within",
    "hours_within",
    "join_moments",
    "moments",
    "parameter",
    "solve",
    "solve_in_blocks",
    "wire",
    "within_span",
]
