"""From runs of a neuron to a polynomial through them, with more nodes until it holds; kept by content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError, SolverError
from neurosteroid.files import write_text
from neurosteroid.model.surface_grid import HELD_OUT, halton, nodes, place, scaled, through, value
from neurosteroid.model.surface_runs import STEP, Cell
from neurosteroid.places import cache_folder

Array = NDArray[np.float64]
Grid = tuple[int, int]

BOUND: Final = 0.002
"""Largest error of an interpolated excitability; grids grow until it holds."""
GRIDS: Final[tuple[Grid, ...]] = ((3, 3), (5, 3), (5, 5), (9, 5))
"""Numbers of nodes along tonic conductance and decay; those of one grid are among those of the next."""
_SEEDS: Final = (0, 1)
"""Of the trains of the surface, and of those that tell what other trains change."""
_EDITION: Final = 1
"""Raised when the way from runs to surface changes, so that kept surfaces are not read any more."""


@final
@dataclass(frozen=True, eq=False)
class Runs:
    """What was run: (K,) each.

    Attributes:
        tonic: nS.
        decay: multiplier.
        current: pA, at which the cell fires at the wanted rate.
        held_out: whether a run was kept from the polynomial.
    """

    tonic: Array
    decay: Array
    current: Array
    held_out: NDArray[np.bool_]


@final
@dataclass(frozen=True, eq=False)
class Fitted:
    """A polynomial and the runs behind it.

    Attributes:
        tonic: range, nS.
        decay: range of multipliers.
        coefficients: (p, q) of x^i y^j, with x and y from -1 to 1 over the ranges.
        reference: pA, current without steroid.
        runs: nodes and points between them.
        error: largest difference in excitability at those points.
        chance: largest change of excitability at the corners and middle with other trains.
    """

    tonic: tuple[float, float]
    decay: tuple[float, float]
    coefficients: Array
    reference: float
    runs: Runs
    error: float
    chance: float


def fitted(cell: Cell, tonic: float) -> Fitted:
    """Return the surface of a cell: from the cache, or computed and kept there.

    Args:
        cell: to run.
        tonic: nS, without steroid.

    Raises:
        SolverError: runs that do not reach the firing rate, or that no grid holds within the bound.
    """
    key = _key(cell, tonic)
    found = _kept(key)
    if found is None:
        found = compute(cell, tonic, BOUND)
        _keep(key, found)
    return found


def compute(cell: Cell, tonic: float, bound: float = BOUND) -> Fitted:
    """Return the surface of a cell from new runs.

    Args:
        cell: to run.
        tonic: nS, without steroid.
        bound: largest error at the points between the nodes.

    Raises:
        SolverError: as `fitted`.
    """
    ranges = ((0.0, cell.by.highest_tonic * tonic), cell.by.decays)
    reference, highest = cell.currents(np.array([tonic, ranges[0][1]]), np.ones(2)).tolist()
    runs = _Runs(cell, ranges, (reference, (highest - reference) / (ranges[0][1] - tonic)), tonic)
    usual = (place(tonic, ranges[0]), place(1.0, ranges[1]))
    between = list(zip(halton(2), halton(3), strict=True))
    for grid in GRIDS:
        points = [(x, y) for x in nodes(grid[0]) for y in nodes(grid[1])]
        current = runs(points + between)
        coefficients = through(current[: len(points)].reshape(grid))
        # 1 without steroid, to the last digit
        coefficients /= value(coefficients, *usual)
        surface = np.array([value(coefficients, x, y) for x, y in between])
        error = float(np.max(np.abs(1.0 / surface - reference / current[len(points) :])))
        if error <= bound:
            break
    else:
        raise SolverError(
            f"with {grid[0]} by {grid[1]} runs the surface is still off by {error:.2g} between them, above {bound:g}."
        )
    places = np.array(points + between)
    held_out = np.arange(len(places)) >= len(points)
    tonics, decays = (scaled(places[:, axis], ranges[axis]) for axis in (0, 1))
    return Fitted(
        tonic=ranges[0],
        decay=ranges[1],
        coefficients=coefficients,
        reference=reference,
        runs=Runs(tonics, decays, current, held_out),
        error=error,
        chance=_chance(usual, reference, runs),
    )


@final
class _Runs:
    """Currents at points of the square from -1 to 1; each point is run once.

    They are looked for near a straight line in the tonic conductance: its value without steroid, and its slope.
    """

    def __init__(
        self, cell: Cell, ranges: tuple[tuple[float, float], ...], line: tuple[float, float], tonic: float
    ) -> None:
        self.cell, self.ranges, self.line, self.tonic = cell, ranges, line, tonic
        self.known: dict[tuple[float, float], float] = {}

    def __call__(self, points: Iterable[tuple[float, float]]) -> Array:
        wanted = list(points)
        new = [point for point in dict.fromkeys(wanted) if point not in self.known]
        if new:
            found = self.anew(np.array(new), _SEEDS[0])
            self.known.update(zip(new, found.tolist(), strict=True))
        return np.array([self.known[point] for point in wanted])

    def anew(self, points: Array, seed: int) -> Array:
        """Return the currents (K,) at points (K, 2) with the trains of a seed."""
        tonic, decay = (scaled(points[:, axis], self.ranges[axis]) for axis in (0, 1))
        return self.cell.currents(tonic, decay, self.line[0] + self.line[1] * (tonic - self.tonic), seed)


def _chance(usual: tuple[float, float], reference: float, runs: _Runs) -> float:
    """Return how far excitability moves at the corners and middle when the synaptic events come at other times."""
    points = [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0), (0.0, 0.0)]
    other = runs.anew(np.array([*points, usual]), _SEEDS[1])
    return float(np.max(np.abs(other[-1] / other[:-1] - reference / runs(points))))


def _key(cell: Cell, tonic: float) -> str:
    """Return the content hash of a surface: equations and numbers of the cell, and how excitability is measured."""
    traced = cell.system.traced
    described: list[Any] = [
        _EDITION,
        repr(traced.tape),
        repr(traced.initial),
        list(cell.system.parameter_names),
        cell.parameters.tolist(),
        tonic,
        vars(cell.by),
        [STEP, cell.trains, BOUND, GRIDS, HELD_OUT, _SEEDS],
    ]
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()


def _kept(key: str) -> Fitted | None:
    """Return the surface kept under a hash, or None when there is none that can be read."""
    try:
        return _from_data(json.loads((cache_folder() / f"surface-{key}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(key: str, found: Fitted) -> None:
    """Keep a surface; a folder that cannot be written is passed over, as the cache only saves time."""
    runs = {name: values.tolist() for name, values in vars(found.runs).items()}
    data = {**vars(found), "coefficients": found.coefficients.tolist(), "runs": runs}
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        write_text(cache_folder() / f"surface-{key}.json", json.dumps(data))
    except (OSError, InputError):
        return


def _from_data(data: dict[str, Any]) -> Fitted:
    runs = data["runs"]
    return Fitted(
        tonic=tuple(data["tonic"]),
        decay=tuple(data["decay"]),
        coefficients=np.array(data["coefficients"], dtype=np.float64),
        reference=float(data["reference"]),
        runs=Runs(
            tonic=np.array(runs["tonic"], dtype=np.float64),
            decay=np.array(runs["decay"], dtype=np.float64),
            current=np.array(runs["current"], dtype=np.float64),
            held_out=np.array(runs["held_out"], dtype=np.bool_),
        ),
        error=float(data["error"]),
        chance=float(data["chance"]),
    )
