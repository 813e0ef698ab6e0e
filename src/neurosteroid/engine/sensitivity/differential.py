"""Derivatives of a system by chosen parameters, from the same generated programs that give its values."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.ports import dose_property_unit
from neurosteroid.engine.programs import Function
from neurosteroid.engine.sensitivity.dual import Dual
from neurosteroid.engine.system import System
from neurosteroid.errors import InputError, require_names, unknown_name
from neurosteroid.units import convert

Array = NDArray[np.float64]


@final
@dataclass(frozen=True, eq=False)
class Differential:
    """A system of n states with q of its m parameters chosen; all derivatives are exact (see `Dual`).

    Attributes:
        system: whose derivatives are taken.
        chosen: q positions in ``system.parameter_names``.
    """

    system: System
    chosen: tuple[int, ...]

    @property
    def count(self) -> int:
        """The number q of chosen parameters."""
        return len(self.chosen)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the chosen parameters."""
        return tuple(self.system.parameter_names[index] for index in self.chosen)

    def rates(
        self, t: Array | float, states: Array, slopes: Array, parameters: Array, covariates: Array
    ) -> tuple[Array, Array]:
        """Return the rates f (P, n), and d f / dp + J s (P, q, n) for state derivatives s (P, q, n)."""
        moving = [
            Dual(column, slope) for column, slope in zip(states.T, np.moveaxis(slopes, (2, 1), (0, 1)), strict=True)
        ]
        found = self._derivative(t, moving, self._seeded(parameters.T), covariates.T)
        return self._stack(found, states.shape[:1])

    def initial(self, parameters: Array, covariates: Array) -> tuple[Array, Array]:
        """Return the starting states (P, n) and their derivatives (P, q, n)."""
        found = self._initial(None, (), self._seeded(parameters.T), covariates.T)
        return self._stack(found, parameters.shape[:1])

    def matrix(self, parameters: Array, covariates: Array) -> tuple[Array, Array]:
        """Return dA / dp (P, q, n, n) and db / dp (P, q, n) of a linear system, d states / dt = A states + b."""
        people, n = len(parameters), len(self.system.state_names)
        seeded = self._seeded(parameters.T)
        _, constant = self._stack(self._constant(None, (), seeded, covariates.T), (people,))
        matrix = np.zeros((people, self.count, n, n))
        entries = self._jacobian(0.0, np.zeros((n, people)), seeded, covariates.T)
        for (row, column), entry in zip(self.system.traced.jacobian_places, entries, strict=True):
            matrix[:, :, row, column] = self._slope(entry, (people,)).T
        return matrix, constant

    def outputs(
        self, names: Sequence[str], t: Array, states: Array, slopes: Array, parameters: Array, covariates: Array
    ) -> dict[str, Array]:
        """Return the derivatives of named values and states along courses, name to (P, K, q).

        Args:
            names: from ``system.output_names``.
            t: (P, K) in h.
            states: (P, K, n).
            slopes: (P, K, q, n) their derivatives.
            parameters: (P, m).
            covariates: (P, K, k).
        """
        run = self.system.traced.output.function(tuple(self.system.output_index(name) for name in names))
        moving = [Dual(states[..., index], np.moveaxis(slopes[..., index], -1, 0)) for index in range(states.shape[-1])]
        found = run(t, moving, self._seeded(parameters.T[:, :, None]), np.moveaxis(covariates, -1, 0))
        shape = states.shape[:2]
        return {name: np.moveaxis(self._slope(item, shape), 0, -1) for name, item in zip(names, found, strict=True)}

    def dose_property(self, state: str, name: str, parameters: Array, covariates: Array) -> Dual | None:
        """Return a dose property of a state (P,) with its derivatives (q, P), or None when no part gives it."""
        full = f"{state}.{name}"
        if full not in self.system.output_names:
            return None
        run = self.system.traced.output.function((self.system.output_index(full),))
        (found,) = run(None, (), self._seeded(parameters.T), covariates.T)
        shape = parameters.shape[:1]
        unit, wanted = self.system.units[full], dose_property_unit(name, self.system.units[state])
        value = np.array(np.broadcast_to(found.value if isinstance(found, Dual) else found, shape), float)
        return Dual(convert(value, unit, wanted), convert(self._slope(found, shape), unit, wanted))

    def _seeded(self, columns: Array) -> list[Any]:
        """Return m parameters of which the chosen ones carry a derivative of 1 by themselves."""
        given: list[Any] = list(columns)
        ones = np.eye(self.count).reshape(self.count, self.count, *(1,) * (columns.ndim - 1))
        for place, index in enumerate(self.chosen):
            given[index] = Dual(columns[index], ones[place])
        return given

    def _slope(self, item: Any, shape: tuple[int, ...]) -> Array:
        """Return the derivatives (q, *shape) of one result."""
        slope = item.slope if isinstance(item, Dual) else np.zeros((self.count,))
        slope = slope.reshape(self.count, *(1,) * (len(shape) + 1 - slope.ndim), *slope.shape[1:])
        return np.array(np.broadcast_to(slope, (self.count, *shape)), float)

    def _stack(self, items: Sequence[Any], shape: tuple[int, ...]) -> tuple[Array, Array]:
        values = [item.value if isinstance(item, Dual) else np.asarray(item, float) for item in items]
        slopes = [self._slope(item, shape) for item in items]
        stacked = np.stack([np.broadcast_to(value, shape) for value in values], axis=-1)
        return stacked, np.moveaxis(np.stack(slopes, axis=-1), 0, 1)

    @functools.cached_property
    def _derivative(self) -> Function:
        return self.system.traced.derivative.function()

    @functools.cached_property
    def _initial(self) -> Function:
        return self.system.traced.initial.function()

    @functools.cached_property
    def _constant(self) -> Function:
        return self.system.traced.constant.function()

    @functools.cached_property
    def _jacobian(self) -> Function:
        return self.system.traced.jacobian.function()


def differential(system: System, names: Sequence[str]) -> Differential:
    """Return the derivatives of a system by named parameters.

    Raises:
        UnknownNameError: a name that is not a parameter.
        InputError: no name, one given twice, or one text in place of a list.
    """
    known = system.parameter_names
    require_names(names, "sensitivities")
    for name in names:
        if name not in known:
            raise unknown_name("parameter", name, known, where="sensitivities")
    if not names or len(set(names)) < len(names):
        raise InputError(
            f"sensitivities are {names!r}; give a list of different parameter names, such as [{known[0]!r}]."
            if known
            else "this system has no parameters to take sensitivities by."
        )
    return Differential(system, tuple(known.index(name) for name in names))
