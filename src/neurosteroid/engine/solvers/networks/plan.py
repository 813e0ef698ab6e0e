"""From a network to numbers and indexes, checked once: what both the compiled and the numpy walk are given."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.gates.order import Moves, plan_moves
from neurosteroid.engine.solvers.networks.network import Network, Population
from neurosteroid.engine.system import System
from neurosteroid.errors import InputError, SolverError, unknown_name

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@final
@dataclass(frozen=True)
class Kind:
    """How the cells of one population move.

    Attributes:
        moves: of its system.
        gates: states that move together.
        rest: states that move one at a time.
        states, parameters: how many.
    """

    moves: Moves
    gates: tuple[int, ...]
    rest: tuple[int, ...]
    states: int
    parameters: int


@final
@dataclass(frozen=True, eq=False)
class JumpList:
    """Jumps of one state of one population; `steps` rise."""

    population: int
    state: int
    value: float
    steps: Whole
    cells: Whole


@final
@dataclass(frozen=True, eq=False)
class Plan:
    """One run.

    Attributes:
        kinds: of each population.
        populations: as given.
        watched: state of each population.
        recorded: (q,) states of each population.
        links: (L, 4) source, state, target, input.
        weights: (L,).
        jumps: from outside.
        steps, settle, every: number of steps, of those before anything is kept, and between rows.
        step, threshold: length of a step and level of spikes.
        fast, parts: slope of the last state above which a cell is fast, and into what its steps are parted.
        most_spikes: that are kept of a population.
    """

    kinds: tuple[Kind, ...]
    populations: tuple[Population, ...]
    watched: tuple[int, ...]
    recorded: tuple[Whole, ...]
    links: Whole
    weights: Array
    jumps: tuple[JumpList, ...]
    steps: int
    settle: int
    every: int
    step: float
    threshold: float
    fast: float
    parts: int
    most_spikes: tuple[int, ...]

    @property
    def rows(self) -> int:
        """Number of recorded rows."""
        return (self.steps - self.settle) // self.every


def plan(
    network: Network,
    *,
    steps: int,
    settle: int,
    every: int,
    step: float,
    threshold: float,
    keep_spikes: float,
    fast: float = math.inf,
    parts: int = 1,
) -> Plan:
    """Return the plan of a run.

    Args:
        network: what runs.
        steps: number of steps, settling included.
        settle: steps before anything is kept.
        every: steps between rows.
        step: length of a step.
        threshold: level of spikes.
        keep_spikes: spikes of a cell and unit of time for which room is made.
        fast: slope of the last state, of either sign, above which a cell is fast.
        parts: of a step of a fast cell.

    Raises:
        UnknownNameError: a population or state that is not there.
        InputError: shapes that do not fit, an input that moves by itself, jumps out of order.
        SolverError: a system with a function that has no native form.
    """
    names = [each.name for each in network.populations]
    if len(set(names)) != len(names) or not names:
        raise InputError(f"populations are {', '.join(names) or 'missing'}; give one or more, each its own name.")
    inputs = {(names.index(_known(link.target, names)), link.input) for link in network.links}
    kinds = tuple(
        _kind(each, {state for place, state in inputs if names[place] == each.name}) for each in network.populations
    )
    links = np.array(
        [
            (
                names.index(_known(link.source, names)),
                _state(network.populations[names.index(link.source)].system, link.state),
                names.index(link.target),
                _state(network.populations[names.index(link.target)].system, link.input),
            )
            for link in network.links
        ],
        dtype=np.int64,
    ).reshape(-1, 4)
    jumps = []
    for each in network.jumps:
        place = names.index(_known(each.population, names))
        population = network.populations[place]
        if np.any(np.diff(each.times) < 0) or len(each.times) != len(each.cells):
            raise InputError(f"jumps of '{each.population}' need rising times and one cell for each.")
        if len(each.cells) and not (each.cells.min() >= 0 and each.cells.max() < len(population.initial)):
            raise InputError(f"jumps name cells that '{each.population}' does not have.")
        when = np.floor(each.times / step).astype(np.int64)
        inside = (when >= 0) & (when < steps)
        jumps.append(
            JumpList(
                place,
                _state(population.system, each.state),
                float(each.value),
                np.ascontiguousarray(when[inside]),
                np.ascontiguousarray(each.cells[inside], dtype=np.int64),
            )
        )
    span = (steps - settle) * step
    return Plan(
        kinds=kinds,
        populations=network.populations,
        watched=tuple(_state(each.system, each.watch) for each in network.populations),
        recorded=tuple(
            np.array([_state(each.system, name) for name in each.record], dtype=np.int64)
            for each in network.populations
        ),
        links=links,
        weights=np.array([link.weight for link in network.links], dtype=np.float64),
        jumps=tuple(jumps),
        steps=steps,
        settle=settle,
        every=every,
        step=step,
        threshold=threshold,
        fast=fast,
        parts=parts,
        most_spikes=tuple(int(np.ceil(keep_spikes * span * len(each.initial))) for each in network.populations),
    )


def _kind(population: Population, inputs: set[str]) -> Kind:
    system = population.system
    tape = system.traced.tape
    if tape is None:
        raise SolverError(
            "a function in these equations has no native form; write them with neurosteroid.engine.maths."
        )
    if system.covariate_names:
        raise InputError(f"'{population.name}' has covariates, {', '.join(system.covariate_names)}; make them states.")
    shape = (len(population.initial), len(system.state_names))
    if population.initial.shape != shape or not shape[0]:
        raise InputError(f"'{population.name}': initial has shape {population.initial.shape}; {shape} is needed.")
    if population.parameters.shape != (len(system.parameter_names),):
        wanted = f"({len(system.parameter_names)},)"
        raise InputError(
            f"'{population.name}': parameters have shape {population.parameters.shape}; {wanted} is needed."
        )
    moves = plan_moves(tape)
    still = {state for state in range(shape[1]) if _is_zero(tape.operations[tape.results[state]])}
    for name in inputs:
        if _state(system, name) not in still:
            raise InputError(f"'{population.name}': the input '{name}' moves by itself; its rate must be 0.")
    return Kind(
        moves,
        tuple(state for state in moves.gates if state not in still),
        tuple(state for state in moves.rest if state not in still),
        shape[1],
        len(system.parameter_names),
    )


def _is_zero(operation: tuple[object, ...]) -> bool:
    return operation[0] == "number" and operation[1] == 0


def _known(name: str, names: list[str]) -> str:
    if name not in names:
        raise unknown_name("population", name, names)
    return name


def _state(system: System, name: str) -> int:
    if name not in system.state_names:
        raise unknown_name("state", name, system.state_names)
    return system.state_names.index(name)
