"""Running moves with the fastest code that can be had here."""

from __future__ import annotations

import logging
from typing import Final

from neurosteroid.engine.solvers.gates.by_numpy import walk_numpy
from neurosteroid.engine.solvers.gates.job import Walk, Walked
from neurosteroid.engine.solvers.gates.native import walk_native
from neurosteroid.engine.solvers.gates.order import Moves
from neurosteroid.engine.solvers.gates.scalar.engine import walk_numba
from neurosteroid.engine.solvers.rosenbrock.compilers import CompilerError
from neurosteroid.errors import MissingExtraError

METHODS: Final = ("auto", "gates", "numba", "numpy")
"""``gates`` is compiled C, the others make the same steps without a compiler; ``auto`` is the first that works here."""

FAILED: Final = "a state was no number; a smaller step may help."
"""What is said of a cell that did not finish."""

_LOG: Final = logging.getLogger("neurosteroid")


def run(moves: Moves, walk: Walk, method: str, threads: int | None) -> tuple[Walked, str, list[str]]:
    """Return what a run gives, which code ran, and what is to be said about that.

    Args:
        moves: of the system.
        walk: of the cells.
        method: one of `METHODS`.
        threads: of compiled code.

    Raises:
        CompilerError: ``gates`` asked for where it cannot be compiled.
        MissingExtraError: ``numba`` asked for where it cannot be used.
    """
    if method == "numpy":
        return walk_numpy(moves, walk), "numpy", []
    if method == "numba":
        return walk_numba(moves, walk, threads), "numba", []
    try:
        return walk_native(moves, walk, threads), "gates", []
    except CompilerError as error:
        if method == "gates":
            raise
        why = error.message
    try:
        walked = walk_numba(moves, walk, threads)
        used, note = "numba", f"numba was used instead of compiled C, and is several times slower: {why}"
    except MissingExtraError as error:
        walked = walk_numpy(moves, walk)
        used, note = "numpy", f"numpy was used instead of compiled C, and is much slower: {why} Or: {error.message}"
    _LOG.warning(note)
    return walked, used, [note]
