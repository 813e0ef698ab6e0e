"""The decay of synaptic events against steroid, from runs of a scheme, as a polynomial that a part can hold."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Final, final

import numpy as np
from numpy.polynomial import polynomial

from neurosteroid import units
from neurosteroid.errors import SolverError
from neurosteroid.evidence import Ledger, Library, library
from neurosteroid.model.neuron_steroid import synapse_with
from neurosteroid.receptors.kinetics.steroid import CARD

_NODES: Final = 7
_LAST: Final = 0.99
"""Share of the whole effect up to which runs reach: at 99 times the half-effective concentration."""
_BOUND: Final = 1e-3
"""Largest relative error between the nodes."""


@final
@dataclass(frozen=True)
class Decay:
    """1 / decay multiplier as a polynomial in u = X / (K + X).

    Attributes:
        half: K, nmol/L.
        coefficients: of the powers of u.
        error: largest relative error between the nodes.
        origin: scheme and hypothesis.
        ledger: the numbers that took part.
    """

    half: float
    coefficients: tuple[float, ...]
    error: float
    origin: str
    ledger: Ledger = field(compare=False, repr=False)

    @property
    def words(self) -> str:
        """Where it comes from and how good it is."""
        return f"decay of synaptic events by {self.origin}, within {self.error:.1g} of runs of the scheme"


def decay_polynomial(scheme: str, hypothesis: str | None = None) -> Decay:
    """Return the decay multiplier of synaptic events against steroid.

    The polynomial goes through runs of the scheme at Chebyshev nodes and through 1 without steroid; its error is
    measured by runs between the nodes.

    Args:
        scheme: such as ``"jones-westbrook"``.
        hypothesis: which rates the steroid changes; the card's default when None.

    Raises:
        UnknownNameError: no such scheme or hypothesis.
        SolverError: a polynomial that is off by more than the bound between its nodes.
    """
    return _computed(scheme, hypothesis, library())


@functools.lru_cache(maxsize=16)
def _computed(scheme: str, hypothesis: str | None, shelf: Library) -> Decay:
    """Return it; kept as long as the library in use (`shelf`) is the same."""
    card, ledger = shelf.card(CARD, "schemes"), Ledger()
    half = ledger.take(card, "half_effective_concentration", units.CONCENTRATION, hypothesis)

    def inverse(shares: np.ndarray) -> np.ndarray:
        found = [synapse_with(half * u / (1.0 - u), scheme, hypothesis, 1.0, 1.0, ledger) for u in shares.tolist()]
        return np.array([1.0 / each.decay for each in found])

    nodes = _LAST * (1.0 - np.cos(np.pi * np.arange(_NODES) / (_NODES - 1))) / 2.0
    between = (nodes[1:] + nodes[:-1]) / 2.0
    runs = inverse(nodes)
    coefficients = np.linalg.solve(np.vander(nodes, increasing=True), runs)
    coefficients[0] = 1.0  # without steroid, where the run gives 1 but for rounding
    error = float(np.max(np.abs(polynomial.polyval(between, coefficients) / inverse(between) - 1.0)))
    if error > _BOUND:
        raise SolverError(f"a polynomial of degree {_NODES - 1} is off by {error:.2g} between runs of '{scheme}'.")
    origin = synapse_with(half, scheme, hypothesis, 1.0, 1.0, Ledger()).origin
    return Decay(half, tuple(coefficients.tolist()), error, origin, ledger)
