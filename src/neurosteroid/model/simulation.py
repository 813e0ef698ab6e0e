"""Many people and one protocol of the drug alone become courses; the hours at which courses are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Protocol
from neurosteroid.engine.reducers import Points
from neurosteroid.engine.rules import ActionLog, Followed, Programme, Rule, follow
from neurosteroid.engine.rules import Given as GivenToMany
from neurosteroid.engine.rules.visits import Draws
from neurosteroid.engine.solution import Failure, Solution
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.errors import InputError
from neurosteroid.evidence import Ledger
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.assembly import SHOWN, Assembly
from neurosteroid.model.dose_points import dose_points, split, with_points
from neurosteroid.model.ruled import compile_rules

Array = NDArray[np.float64]

_STEPS: Final = ((14.0, "30 min"), (31.0, "1 h"), (120.0, "2 h"))
"""Longest course in days for each distance: at most a thousand or two of times, and every day has its shape."""

_LONG_STEP: Final = "6 h"
_MOST_TIMES: Final = 20_000  # output times of one course
_DAY: Final = 24.0  # h
_UNITS: Final = (("day", _DAY), ("h", 1.0), ("min", 1 / 60), ("s", 1 / 3600))
_ROUNDING: Final = 1e-9  # share; spans converted from other units may differ by rounding
_SAME_TIME: Final = 1e-9  # h; sums of decimal hours differ from each other by rounding only


@final
@dataclass(frozen=True, eq=False)
class Courses:
    """What happens to P women under one protocol.

    Attributes:
        times: (K,) h.
        values: output name to (P, K), in the unit of the model; NaN from the time at which a woman failed.
        failures: who did not finish, when and why.
        solver: which solver ran, with its tolerances.
        programmes: what was planned, one for each protocol that gives something or has rules, when there are rules.
        rules: as the engine took them.
        actions: what they did, by woman.
        each_given: what was given by each programme, when there are rules.
        points: values beside the output times, where rules and doses act; None where there are none.
    """

    times: Array
    values: Mapping[str, Array]
    failures: tuple[Failure, ...]
    solver: str
    programmes: tuple[Programme, ...] = ()
    rules: tuple[Rule, ...] = ()
    actions: ActionLog | None = None
    each_given: tuple[GivenToMany, ...] = ()
    points: Points | None = None

    @property
    def given(self) -> GivenToMany | None:
        """What was given by the first programme, the only one in most cases; None without rules."""
        return next(iter(self.each_given), None)

    @property
    def moments(self) -> Array:
        """Hours at which rules acted and what is given to any of the women changes; none where rules did nothing."""
        if self.actions is None or not len(self.actions):
            return np.zeros(0)
        given = [hours for each in self.each_given for hours in (each.end, each.dose_time)]
        return np.concatenate([self.actions.time, *given])


def output_times(until: str, step: str | None = None) -> Array:
    """Return output times (K,) in h from 0 in even steps; the end is always among them.

    Args:
        until: end of the course, such as ``"96 h"``.
        step: distance of the times; by default that of `default_step`.

    Raises:
        InputError: a span that is not positive, a step longer than the course, or more than 20 000 times.
    """
    end = _above_zero(until, "until")
    width = min(units.parse_span(default_step(until)), end) if step is None else _above_zero(step, "step")
    if end / width > _MOST_TIMES:
        most, least = _in_words(_MOST_TIMES * width, np.floor), _in_words(end / _MOST_TIMES, np.ceil)
        raise InputError(
            f"'{until}' in steps of '{step or default_step(until)}' is {end / width:.0f} times; at most"
            f" {_MOST_TIMES} are kept. Shorten the follow-up to at most {most}, or give a longer step: step='{least}'.",
            where="until" if step is None else "step",
        )
    if width > end * (1 + _ROUNDING):
        raise InputError(
            f"'{step}' is longer than the whole follow-up of '{until}'; give a shorter one, or leave it out.",
            where="step",
        )
    count = int(np.floor(end / width + 1e-9))
    times = np.arange(count + 1, dtype=np.float64) * width
    return times if end - times[-1] < 1e-9 else np.concatenate([times, [end]])


def _above_zero(span: str, where: str) -> float:
    hours = units.parse_span(span, where=where)
    if hours <= 0:
        raise InputError(f"'{span}' is not possible; it must be above 0 h.", where=where)
    return hours


def _in_words(hours: float, rounded: Callable[[float], float]) -> str:
    """Return a span as a whole number of a unit in which it is at least 2."""
    name, length = next((each for each in _UNITS if hours >= 2 * each[1]), _UNITS[-1])
    return f"{rounded(hours / length):.0f} {name}"


def default_step(until: str) -> str:
    """Return the distance of output times when none is asked for: 30 min, and more in courses of weeks and months.

    Raises:
        UnitError: the span is none.
    """
    days = units.parse_span(until, where="until") / _DAY
    return next((step for longest, step in _STEPS if days <= longest), _LONG_STEP)


def dose_times(protocol: Protocol) -> Array:
    """Return the times, h, at which an infusion changes or a single dose is given, sorted.

    Concentrations have their corners there: output times that hold them give the highest concentration and the area
    whatever the distance of the others.
    """
    infused = protocol.ladder()
    changes = infused.times_h if infused.rates.any() else infused.times_h[:0]
    return np.unique(np.concatenate([changes, [dose.time_h for dose in protocol.doses()]]))


def with_times(times: Array, others: Array) -> Array:
    """Return rising output times (K,), h, with others added where none of them stands within a nanohour."""
    within = np.unique(others[(others > times[0]) & (others < times[-1])])
    after = np.searchsorted(times, within)
    apart = np.minimum(times[after] - within, within - times[after - 1])
    return np.sort(np.concatenate([times, within[apart > _SAME_TIME]]))


def simulate_many(
    assembly: Assembly,
    protocol: Protocol,
    weights: Array,
    times: Array,
    *,
    parameters: Mapping[str, Array] | None = None,
    outputs: tuple[str, ...] = SHOWN,
    clock: float = 8.0,
    draws: Draws | None = None,
    ledger: Ledger | None = None,
) -> Courses:
    """Follow P women through one protocol; a woman whose integration fails is reported and the others go on.

    Args:
        assembly: the model.
        protocol: what is given, from hour 0.
        weights: (P,) kg.
        times: (K,) h, rising, from 0.
        parameters: model parameter to (P,) values that differ from the typical ones.
        outputs: names of the values and states to keep.
        clock: time of day at hour 0, h; rules with checks while awake need it.
        draws: uniform draws for missed checks, each row from that woman's own stream; without them none is missed.
        ledger: records the numbers that rules need beyond their own.

    Raises:
        InputError: a protocol of another compound.
        EventError: a dose that this model cannot take, such as one by mouth, or a rule that it cannot follow.
        UnknownNameError: a parameter or output the model does not have.
    """
    if protocol.compound != ANALYTE:
        raise InputError(f"this model follows {ANALYTE}; it cannot take '{protocol.compound}'.", where=protocol.name)
    if protocol.rules:
        return _by_rules(assembly, protocol, weights, times, parameters, outputs, clock, draws, ledger)
    extra = dose_points((protocol,), times)
    solution = solve(
        assembly.system,
        protocol.records(weights, assembly.molar_mass, {"intravenous": assembly.dose_state}),
        parameters=assembly.system.parameters(len(weights), parameters),
        covariates=weights[:, None],
        output_times=with_points(times, extra),
        start=0.0,
    )
    values, points = split(times, extra, solution.outputs(outputs))
    return Courses(times, values, solution.failures, solver_text(solution), points=points)


def _by_rules(
    assembly: Assembly,
    protocol: Protocol,
    weights: Array,
    times: Array,
    parameters: Mapping[str, Array] | None,
    outputs: tuple[str, ...],
    clock: float,
    draws: Draws | None,
    ledger: Ledger | None,
) -> Courses:
    programme, rules = compile_rules(assembly, protocol, weights, ledger)
    followed = follow(
        assembly.system,
        programme,
        rules,
        parameters=assembly.system.parameters(len(weights), parameters),
        covariates=weights[:, None],
        output_times=times,
        clock=clock,
        draws=draws,
    )
    return Courses(
        times=times,
        values=followed.outputs(outputs),
        failures=followed.failures,
        solver=solver_text(followed),
        programmes=followed.programmes,
        rules=rules,
        actions=followed.log,
        each_given=followed.each_given,
        points=Points(followed.corners.person, followed.corners.time, followed.at_corners(outputs)),
    )


def solver_text(solution: Solution | Followed) -> str:
    """Return which solver ran, with its tolerances."""
    shown = ", ".join(f"{name} {value:g}" for name, value in solution.tolerances.items())
    return f"{solution.method} ({shown or 'state propagation between events, no tolerance'})"
