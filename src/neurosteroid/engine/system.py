"""The system: wired parts as functions of arrays over people. It is the only thing solvers see."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine import cache
from neurosteroid.engine.part import AbstractPart, parameter_fields
from neurosteroid.engine.ports import Covariate, dose_property_unit
from neurosteroid.engine.programs import Function
from neurosteroid.engine.solvers.kept import Kept
from neurosteroid.engine.tracing import Traced, trace, written
from neurosteroid.engine.wiring import Wired, join
from neurosteroid.errors import WiringError, require_names, unknown_name
from neurosteroid.units import convert

Array = NDArray[np.float64]

_TRACED: Final[Kept[Traced]] = Kept(most=32)
"""Traced systems by hash and cache folder, some hundred kB each, for who follows one person after another."""


@dataclass(frozen=True, eq=False)
class System:
    """Wired parts; P people, n states, m parameters, k covariates; time in h.

    Attributes:
        traced: names, units and generated programs.
        parameter_defaults: (m,) the values the parts were made with.
        joined: the parts, joined when somebody asks for them.
    """

    traced: Traced
    parameter_defaults: Array
    joined: Callable[[], Wired]

    @functools.cached_property
    def equations(self) -> tuple[tuple[str, str], ...]:
        """(left side, right side) of every value and state in full names, for people to read.

        No solver needs them, and printing takes a good part of the time in which a system is made: they are written
        when they are asked for.
        """
        return written(self.joined())

    @property
    def state_names(self) -> tuple[str, ...]:
        """Names of the n states."""
        return tuple(name for name, _ in self.traced.states)

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Names of the m parameters, each ``part.field``."""
        return tuple(name for name, _ in self.traced.parameters)

    @property
    def covariate_names(self) -> tuple[str, ...]:
        """Names of the k covariates."""
        return tuple(name for name, _ in self.traced.covariates)

    @functools.cached_property
    def units(self) -> Mapping[str, str]:
        """Unit of every state, value, covariate and parameter by name."""
        traced = self.traced
        return dict((*traced.parameters, *traced.covariates, *traced.outputs))

    @property
    def output_names(self) -> tuple[str, ...]:
        """Names of all values and states that can be asked for."""
        return tuple(name for name, _ in self.traced.outputs)

    @property
    def linear(self) -> bool:
        """Whether the right-hand side is affine in the states with coefficients free of time."""
        return self.traced.linear

    @property
    def time_dependent(self) -> bool:
        """Whether the right-hand side names the time."""
        return self.traced.time_dependent

    @functools.cached_property
    def is_account(self) -> NDArray[np.bool_]:
        """(n,) which states only collect what left the system."""
        return np.array(self.traced.accounts, dtype=bool)

    def parameters(self, people: int, changes: Mapping[str, float | Array] | None = None) -> Array:
        """Return the parameter array (P, m): defaults, with named columns replaced by numbers or (P,) arrays.

        Raises:
            UnknownNameError: a name that is not a parameter.
        """
        table = np.tile(self.parameter_defaults, (people, 1))
        for name, value in (changes or {}).items():
            if name not in self._parameter_index:
                raise unknown_name("parameter", name, self.parameter_names)
            table[:, self._parameter_index[name]] = value
        return table

    def initial(self, parameters: Array, covariates: Array) -> Array:
        """Return the starting states (P, n)."""
        return _stack(self._initial(None, (), parameters.T, covariates.T), parameters.shape[:1])

    def derivative(self, t: Array | float, states: Array, parameters: Array, covariates: Array) -> Array:
        """Return d states / dt (P, n), in state unit per h."""
        return _stack(self._derivative(t, states.T, parameters.T, covariates.T), states.shape[:1])

    def jacobian(self, t: Array | float, states: Array, parameters: Array, covariates: Array) -> Array:
        """Return the derivative of each rate (row) by each state (column), (P, n, n), per h."""
        people, count = states.shape
        matrix = np.zeros((people, count, count))
        entries = self._jacobian(t, states.T, parameters.T, covariates.T)
        for (row, column), entry in zip(self.traced.jacobian_places, entries, strict=True):
            matrix[:, row, column] = entry
        return matrix

    def matrix(self, parameters: Array, covariates: Array) -> tuple[Array, Array]:
        """Return A (P, n, n) and b (P, n) of a linear system, d states / dt = A states + b.

        Raises:
            WiringError: the system is not linear.
        """
        if not self.linear:
            raise WiringError("This system is not linear in its states; it has no constant matrix.")
        zeros = np.zeros((len(parameters), len(self.traced.states)))
        b = _stack(self._constant(None, (), parameters.T, covariates.T), parameters.shape[:1])
        return self.jacobian(0.0, zeros, parameters, covariates), b

    def outputs(
        self, names: Sequence[str], t: Array, states: Array, parameters: Array, covariates: Array
    ) -> dict[str, Array]:
        """Return the named values and states along courses.

        Args:
            names: from `output_names`.
            t: (P, K) in h.
            states: (P, K, n).
            parameters: (P, m).
            covariates: (P, K, k).

        Returns:
            name to (P, K) array in the port's unit.

        Raises:
            UnknownNameError: a name that is neither a value nor a state.
            InputError: one text in place of a list.
        """
        require_names(names, "outputs")
        run = self._output(tuple(self.output_index(name) for name in names))
        found = run(t, np.moveaxis(states, -1, 0), parameters.T[:, :, None], np.moveaxis(covariates, -1, 0))
        shape = states.shape[:2]
        return {name: np.array(np.broadcast_to(item, shape), float) for name, item in zip(names, found, strict=True)}

    def dose_property(self, state: str, name: str, parameters: Array, covariates: Array) -> Array | None:
        """Return a dose property of a state (P,), such as its lag, or None when no part gives it.

        Lags and durations are in h, an infusion rate is in state unit per h, whatever the port's own unit.
        """
        index = self._output_index.get(f"{state}.{name}")
        if index is None:
            return None
        (found,) = self._output((index,))(None, (), parameters.T, covariates.T)
        given = np.array(np.broadcast_to(found, parameters.shape[:1]), float)
        return convert(given, self.units[f"{state}.{name}"], dose_property_unit(name, self.units[state]))

    def output_index(self, name: str) -> int:
        """Return the position of an output, or raise UnknownNameError with close matches."""
        if name not in self._output_index:
            raise unknown_name("output", name, self.output_names)
        return self._output_index[name]

    @functools.cached_property
    def _output_index(self) -> dict[str, int]:
        return {name: index for index, (name, _) in enumerate(self.traced.outputs)}

    @functools.cached_property
    def _parameter_index(self) -> dict[str, int]:
        return {name: index for index, (name, _) in enumerate(self.traced.parameters)}

    @functools.cached_property
    def _initial(self) -> Function:
        return self.traced.initial.function()

    @functools.cached_property
    def _derivative(self) -> Function:
        return self.traced.derivative.function()

    @functools.cached_property
    def _jacobian(self) -> Function:
        return self.traced.jacobian.function()

    @functools.cached_property
    def _constant(self) -> Function:
        return self.traced.constant.function()

    @functools.cached_property
    def _outputs(self) -> dict[tuple[int, ...], Function]:
        return {}

    def _output(self, indexes: tuple[int, ...]) -> Function:
        if indexes not in self._outputs:
            self._outputs[indexes] = self.traced.output.function(indexes)
        return self._outputs[indexes]


def _stack(items: Sequence[Array | float], shape: tuple[int, ...]) -> Array:
    return np.stack([np.broadcast_to(np.asarray(item, float), shape) for item in items], axis=-1)


def _traced(name: str, joined: Callable[[], Wired]) -> Traced:
    """Return the traced system of a name from the cache folder, or trace it and keep it there."""
    traced = cache.load(name)
    if traced is None:
        traced = trace(joined())
        cache.save(name, traced)
    return traced


def wire(parts: Mapping[str, AbstractPart], covariates: Sequence[Covariate] = (), *, accounts: bool = False) -> System:
    """Join parts by port name into a system.

    Args:
        parts: name to part; a parameter is then called ``name.field``.
        covariates: what the person brings.
        accounts: also integrate what flows outside, as states ``outside.<unit>``, to check mass balance.

    Raises:
        WiringError: ports without or with two givers, units that do not fit, rings of values.
    """
    joined = functools.partial(join, dict(parts), tuple(covariates), accounts=accounts)
    name = cache.key(parts, covariates, accounts=accounts)
    traced = trace(joined()) if name is None else _TRACED.get((name, cache.folder()), lambda: _traced(name, joined))
    defaults = [getattr(part, field.name) for part in parts.values() for field in parameter_fields(part)]
    return System(traced, np.array(defaults, dtype=float), joined)
