"""Excitability of the principal cell against what its receptors see, by an explanation of the mood curve.

The runs of `neurosteroid.model.mood.run` are done beforehand and a polynomial goes through them, so that the model of a
person can read them at any hour.
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosteroid.errors import InputError, SolverError
from neurosteroid.evidence import Ledger, Library, library
from neurosteroid.files import write_text
from neurosteroid.model.mood.cells import STEP
from neurosteroid.model.mood.preparation import PLAIN, Preparation, common, preparation
from neurosteroid.model.mood.run import events_at, levels_at, multiplied, rheobases_with
from neurosteroid.model.surface_grid import halton, nodes, scaled, through, value
from neurosteroid.neurons.excitability import horner
from neurosteroid.places import cache_folder
from neurosteroid.receptors.adaptation import ConstantExpression

Array = NDArray[np.float64]

HALF: Final = 100.0
"""nmol/L; the runs stand on X / (X + HALF), so that a tenth of them lie below 10 nmol/L and a tenth above 1 umol/L."""
HIGHEST: Final = 1000.0
"""nmol/L; four times what the label infusion holds. Above it interneurons with delta fall silent: a corner."""
EXPRESSION: Final = (0.3, 3.0)
"""Of the tonic receptor, where an explanation moves it; the readings of its card stay inside in the usual person."""
BOUND: Final = 2e-5
"""Largest error of an interpolated excitability."""
_GRIDS: Final = (9, 17, 33)
"""Nodes along the concentration; those of one grid are among those of the next."""
_EXPRESSIONS: Final = 5
"""Nodes along expression: the current is nearly a straight line in conductance."""
_EDITION: Final = 1
"""Raised when the way from runs to surface changes, so that kept surfaces are not read any more."""


@final
@dataclass(frozen=True, eq=False)
class PrincipalSurface:
    """Excitability of the principal cell of a preparation, from runs of it.

        excitability(X, e) = rheobase(0, 1) / rheobase(X, e)

    X is the nominal concentration at the receptor, e the surface expression of the tonic receptor.

    Attributes:
        name: of the explanation, or ``"none"``.
        variant: of its card.
        isoform: of the tonic receptor.
        coefficients: (p, q) of x^i y^j of 1 / excitability; see `ExcitabilityAtLevel`.
        error: largest difference in excitability between surface and runs that it does not go through.
        runs: how many it goes through.
        held_out: how many others there were.
        ledger: the numbers that took part.
    """

    name: str
    variant: str
    isoform: str
    coefficients: Array
    error: float
    runs: int
    held_out: int
    ledger: Ledger

    @property
    def words(self) -> str:
        """What a reader must know of the surface, in a sentence or two."""
        which = "without an explanation" if self.name == PLAIN else f"by '{self.name}' ({self.variant})"
        moving = "" if self.coefficients.shape[1] == 1 else f" and expression from {EXPRESSION[0]} to {EXPRESSION[1]}"
        return (
            f"Excitability of the principal cell {which} is its rheobase without steroid over that with it. The surface"
            f" goes through {self.runs} runs from 0 to {HIGHEST:g} nmol/L at the receptor{moving}; at {self.held_out}"
            f" runs between them it is off by at most {self.error:.2g}. Beyond them the edge stands."
        )

    def at(self, receptor: ArrayLike, expression: ArrayLike = 1.0) -> Array:
        """Return the excitability at concentrations at the receptor (nmol/L) and expressions, 1 without steroid."""
        level = np.clip(np.asarray(receptor, dtype=float), 0.0, HIGHEST)
        x = 2.0 * level / (level + HALF) / HIGHEST_SHARE - 1.0
        y = 2.0 * (np.clip(expression, *EXPRESSION) - EXPRESSION[0]) / (EXPRESSION[1] - EXPRESSION[0]) - 1.0
        return np.asarray(1.0 / horner([horner(row, y) for row in self.coefficients], x))


HIGHEST_SHARE: Final = HIGHEST / (HIGHEST + HALF)
"""Of X / (X + HALF)."""


def principal_surface(name: str = PLAIN, variant: str | None = None) -> PrincipalSurface:
    """Return the surface of an explanation; it is computed once and kept in the cache folder.

    Args:
        name: of a card of kind ``hypotheses``, or ``"none"``.
        variant: of that card; its default when None.

    Raises:
        UnknownNameError: no such explanation or variant.
        SolverError: runs that no grid holds within the bound.
    """
    return _surface(name, variant, library())


@functools.lru_cache(maxsize=32)
def _surface(name: str, variant: str | None, shelf: Library) -> PrincipalSurface:
    """Return it; kept for the life of a process as long as the library in use (`shelf`) is the same."""
    made = preparation(name, variant)
    key = _key(made)
    found = _kept(key)
    if found is None:
        found = _computed(made)
        _keep(key, found)
    coefficients, error, runs, held_out = found
    said = "" if name == PLAIN else variant or shelf.card(name, "hypotheses").default or "-"
    return PrincipalSurface(
        name, said, made.principal.receptor, np.array(coefficients), error, runs, held_out, made.ledger
    )


Found = tuple[list[list[float]], float, int, int]
"""Coefficients, error, and numbers of runs."""


def _computed(made: Preparation) -> Found:
    """Return the polynomial through runs, with more of them until it holds."""
    moving = not isinstance(made.slow["expression"], ConstantExpression)
    known: dict[tuple[float, float], float] = {}

    def ratios(points: list[tuple[float, float]]) -> Array:
        """Return rheobases over that without steroid, at points of the square; each is run once."""
        if new := [point for point in dict.fromkeys(points) if point not in known]:
            places = np.array(new)
            share = np.clip(scaled(places[:, 0], (0.0, HIGHEST_SHARE)), 0.0, HIGHEST_SHARE)
            expression = scaled(places[:, 1], EXPRESSION) if moving else np.ones(len(new))
            levels = levels_at(made, HALF * share / (1.0 - share), expression)
            known.update(zip(new, (rheobases_with(made, levels) / usual).tolist(), strict=True))
        return np.array([known[point] for point in points])

    usual = float(rheobases_with(made, levels_at(made, np.zeros(1), np.ones(1)))[0])
    other = nodes(_EXPRESSIONS) if moving else [0.0]
    between = list(zip(halton(2), halton(3) if moving else [0.0] * len(halton(2)), strict=True))
    without = (-1.0, 2.0 * (1.0 - EXPRESSION[0]) / (EXPRESSION[1] - EXPRESSION[0]) - 1.0 if moving else 0.0)
    for count in _GRIDS:
        points = [(x, y) for x in nodes(count) for y in other]
        coefficients = through(ratios(points).reshape(count, len(other)))
        # 1 without steroid, to the last digit
        coefficients /= value(coefficients, *without)
        read = np.array([value(coefficients, x, y) for x, y in between])
        error = float(np.max(np.abs(1.0 / read - 1.0 / ratios(between))))
        if error <= BOUND:
            return coefficients.tolist(), error, len(points), len(between)
    raise SolverError(f"with {_GRIDS[-1]} levels the surface is still off by {error:.2g} between them.")


def _key(made: Preparation) -> str:
    """Return the content hash of a surface: all equations and numbers that its runs rest on, and how they are done."""
    ledger, probe = made.ledger, np.array([0.0, HALF])
    cells = (made.principal, made.interneuron)
    setting = common(ledger)
    isoforms = {made.principal.receptor, made.interneuron_receptor} - {None}
    described: list[Any] = [
        [_EDITION, STEP, HALF, HIGHEST, EXPRESSION, BOUND, _GRIDS, _EXPRESSIONS],
        [repr(each.wired().traced.tape) for each in cells],
        [each.wired().parameter_defaults.tolist() for each in cells],
        [each.ambient(ledger) for each in cells],
        repr(sorted(vars(setting).items())),
        repr(sorted((role, repr(part)) for role, part in made.slow.items() if role != "link")),
        [made.interneuron_receptor, made.delta_share],
        # one reading of each link from the receptors, as its code and cards give it now
        [
            multiplied(str(isoform), cells[0].ambient(ledger), probe, ledger).tolist()
            for isoform in sorted(isoforms, key=str)
        ],
        [vars(events_at(level, setting.synapse, ledger)) for level in probe.tolist()],
    ]
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()


def _kept(key: str) -> Found | None:
    """Return the surface kept under a hash, or None when there is none that can be read."""
    try:
        data = json.loads((cache_folder() / f"principal-{key}.json").read_text(encoding="utf-8"))
        rows = [[float(each) for each in row] for row in data["coefficients"]]
        return rows, float(data["error"]), int(data["runs"]), int(data["held_out"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(key: str, found: Found) -> None:
    """Keep a surface; a folder that cannot be written is passed over, as the cache only saves time."""
    data = dict(zip(("coefficients", "error", "runs", "held_out"), found, strict=True))
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        write_text(cache_folder() / f"principal-{key}.json", json.dumps(data))
    except (OSError, InputError):
        return
