"""Exact sensitivities by compiled code: each person and parameter is a person of a linear system twice as large."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.sensitivity.differential import Differential
from neurosteroid.engine.sensitivity.exact import LinearEquations, linear_equations, linear_steady_slopes
from neurosteroid.engine.sensitivity.motion import TimelineSlopes
from neurosteroid.engine.sensitivity.reference import parameter_scales
from neurosteroid.engine.solvers.propagation.engine import propagator_of_numbers
from neurosteroid.engine.solvers.propagation.sheet import new_sheet
from neurosteroid.engine.steady import KINDS, SteadyDoses
from neurosteroid.engine.timetable import Timeline, for_all, one_for_all

Array = NDArray[np.float64]
Kind = TypeVar("Kind", bound=np.generic)

_REPEATED: Final = (
    *("start", "start_epoch", "times", "level", "reset", "epoch", "covariates"),
    *("row_step", "row_epoch", "row_output", "row_record"),
)

MEMORY: Final = 64 * 2**20
"""Bytes of doses, equations and courses held at once; people are worked on in groups of this size."""


def propagated_slopes(
    differential: Differential, timeline: Timeline, parameters: Array, threads: int | None = None
) -> Array:
    """Return the derivatives of the states of a linear system at every row (P, R, q, n), by compiled propagation.

    With z = c s the pair (x, z) of one parameter is linear again,

        d x / dt = A x + b + R,    d z / dt = A z + c (dA x + db + dR)

    and an event that moves adds to z a number that the states do not change: for a bolus a into state i with rates
    R- before and R+ after it, c (da/dp + (R- - R+ - A a) dtau/dp).

    Args:
        differential: of the system.
        timeline: of P people, with slopes.
        parameters: (P, m).
        threads: that work at once; by default one for each processor this process may use.

    Raises:
        CompilerError: there is no compiled code here.
    """
    slopes = timeline.slopes
    if slopes is None:
        raise ValueError("the timeline has no slopes")
    people, rows = timeline.row_step.shape
    q, n = differential.count, len(differential.system.state_names)
    propagator = propagator_of_numbers(2 * n)
    scales = parameter_scales(differential, parameters)
    (states, settled), _ = linear_steady_slopes(differential, timeline, parameters)
    found = np.empty((people, rows, q, n))
    each = q * (2 * n * rows + (2 * n) ** 2 * timeline.covariates.shape[1] + 4 * n * (timeline.times.shape[1] + 1))
    chunk = max(int(MEMORY / (8 * each)), 1)
    for first in range(0, people, chunk):
        who = slice(first, min(first + chunk, people))
        part, scale = timeline.part(who), scales[who]
        own = (timeline.steady_doses.person >= who.start) & (timeline.steady_doses.person < who.stop)
        with np.errstate(all="ignore"):
            equations = linear_equations(differential, part, parameters[who])
        count = len(scale)
        of_each = settled[own] * scale[part.steady_doses.person][:, :, None]
        both = np.concatenate([np.repeat(states[own], q, axis=0), _flat(of_each)], axis=1)
        sheet = new_sheet(count * q, rows, 2 * n)
        propagator.walk(
            _paired(part, _some(slopes, who), equations, scale),
            np.zeros((count * q, 0)),
            _paired_equations(equations, scale),
            both,
            np.tile(differential.system.is_account, 2),
            sheet,
            threads,
        )
        walked = sheet.values(rows, 2 * n)[:, :, n:].reshape(count, q, rows, n)
        np.divide(np.swapaxes(walked, 1, 2), scale[:, None, :, None], out=found[who])
    if not timeline.mask[one_for_all(timeline.mask)].all():
        found[~timeline.mask] = np.nan
    return found


def _some(slopes: TimelineSlopes, who: slice) -> TimelineSlopes:
    return replace(slopes, times=slopes.times[who], rates=slopes.rates[who], boluses=slopes.boluses[who])


def _flat(array: Array) -> Array:
    """Return (X, q, ...) as (X q, ...)."""
    return array.reshape(array.shape[0] * array.shape[1], *array.shape[2:])


def _for_each(array: NDArray[Kind], count: int) -> NDArray[Kind]:
    """Return (P q, ...) with each person's row q times; one row that all share stays one."""
    if array.strides[0] == 0 or len(array) == 1:
        return np.broadcast_to(array[:1], (len(array) * count, *array.shape[1:]))
    return np.repeat(array, count, axis=0)


def _paired_equations(equations: LinearEquations, scale: Array) -> Array:
    """Return matrix, constant and initial states of the pairs as numbers, (P q, E, 4 n n + 4 n)."""
    people, epochs, n = equations.constant.shape
    q = scale.shape[1]
    matrix = np.zeros((people, q, epochs, 2 * n, 2 * n))
    constant, initial = np.zeros((2, people, q, epochs, 2 * n))
    by = scale[:, :, None, None]
    matrix[..., :n, :n] = matrix[..., n:, n:] = equations.matrix[:, None]
    matrix[..., n:, :n] = np.swapaxes(equations.matrix_slopes, 1, 2) * by[..., None]
    constant[..., :n], initial[..., :n] = equations.constant[:, None], equations.initial[:, None]
    constant[..., n:] = np.swapaxes(equations.constant_slopes, 1, 2) * by
    initial[..., n:] = np.swapaxes(equations.initial_slopes, 1, 2) * by
    flat = matrix.reshape(people, q, epochs, -1)
    return _flat(np.concatenate([flat, constant, initial], axis=3))


def _paired(timeline: Timeline, slopes: TimelineSlopes, equations: LinearEquations, scale: Array) -> Timeline:
    """Return the timeline of the pairs: doses enter x, their derivatives and what moves enters z."""
    people, q = scale.shape
    n, inputs = equations.constant.shape[2], np.array(timeline.inputs, dtype=np.intp)
    width, by = len(inputs), scale[:, None, :, None]
    # Rates and their derivatives change at the same steps: those of a level are those of a step that has it.
    size = timeline.levels.shape[1]
    level = timeline.level[one_for_all(timeline.level)]
    steps = np.stack([np.argmax(level == number, axis=1) for number in range(size)], axis=1)
    levels = np.zeros((people, q, size, width + n))
    levels[..., :width] = timeline.levels[:, None]
    rate_slopes = np.take_along_axis(slopes.rates, for_all(steps, people)[:, :, None, None], axis=1)
    levels[..., width + inputs] = np.swapaxes(np.swapaxes(rate_slopes, 2, 3) * by, 1, 2)
    acts = (timeline.dose >= 0).any(axis=0) | slopes.times.any(axis=(0, 2)) | slopes.boluses.any(axis=(0, 2, 3))
    acting = np.flatnonzero(acts)
    amounts = timeline.boluses[:, acting]
    doses = np.zeros((people, q, len(acting), width + n))
    doses[..., :width] = amounts[:, None]
    here = equations.matrix[np.arange(people)[:, None], timeline.epoch[:, acting]][..., inputs]
    pushed = -np.einsum("pkni,pki->pkn", here, amounts)
    pushed[:, :, inputs] += timeline.rates[:, acting] - timeline.rates[:, acting + 1]
    jumps = slopes.times[:, acting, :, None] * pushed[:, :, None, :]
    jumps[..., inputs] += np.swapaxes(slopes.boluses[:, acting], 2, 3)
    doses[..., width:] = np.swapaxes(jumps * by, 1, 2)
    dose = np.full((1, timeline.times.shape[1]), -1, dtype=np.intp)
    dose[0, acting] = np.arange(len(acting))
    steady = timeline.steady
    if len(timeline.steady_doses):
        numbers = np.where(steady[:, None] >= 0, steady[:, None] * q + np.arange(q)[:, None], -1)
        steady = numbers.reshape(people * q, -1)
    else:
        steady = _for_each(steady, q)
    repeated: dict[str, Any] = {name: _for_each(getattr(timeline, name), q) for name in _REPEATED}
    return replace(
        timeline,
        **repeated,
        inputs=(*timeline.inputs, *range(n, 2 * n)),
        levels=_flat(levels),
        doses=_flat(doses),
        dose=np.broadcast_to(dose, (people * q, dose.shape[1])),
        steady=steady,
        steady_doses=_repeated_doses(timeline.steady_doses, q),
        initial=None,
        slopes=None,
    )


def _repeated_doses(doses: SteadyDoses, count: int) -> SteadyDoses:
    arrays: dict[str, Any] = {name: np.repeat(getattr(doses, name), count) for name in KINDS}
    return SteadyDoses(**arrays, where=tuple(place for place in doses.where for _ in range(count)))
