"""Plans: a programme and its rules, looked up in a system and laid out as arrays over people."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.rules.programme import Programme
from neurosteroid.engine.rules.rule import Rule
from neurosteroid.engine.system import System
from neurosteroid.errors import EventError, InputError, unknown_name

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]
Truth = NDArray[np.bool_]

Draws = Callable[[str, int], Array]
"""Called with the name of a series of checks and a count; returns the first `count` uniform draws (P, count) of that
series, each row from that person's own stream. What it returns depends on nothing else, so that neither a longer
follow-up nor other rules change which checks are missed."""

SAME_MOMENT: Final = 1e-9
"""Hours within which things happen at one moment."""


@final
@dataclass(frozen=True, eq=False)
class Plan:
    """What is given to P people and what may change it; n states, R rules, B edges, D doses, N common times.

    Attributes:
        system: that takes the doses.
        programme: what is planned.
        rules: in the order that breaks ties.
        parameters: (P, m).
        covariates: (P, E, k) in each of E epochs.
        changes: (E - 1,) h, rising, at which one epoch follows the other, for everybody; all of them common times.
        pump: index of the state of the infusion, -1 without one.
        pump_factor: (P,) state unit per h that enters for one unit of the programme's rates.
        dose_states: (D,) indexes of the dosed states.
        dose_factors: (P, D) state unit that enters for one unit of each dose.
        rescue_states: (R,) index of the dosed state, -1 for rules that give nothing.
        rescue_factors: (P, R).
        ports: the different ports that are watched.
        port: (R,) index into `ports`.
        common: (N,) h, rising: output times, checks and, for rules that are watched closely, the grid of looks.
        outputs: (K,) places of the output times among the common times.
        checked: (P, R, N) where each rule is read by a check that is not missed.
        horizon: h.
        initial: (P, n) states at hour 0, or None for the system's own.
    """

    system: System
    programme: Programme
    rules: tuple[Rule, ...]
    parameters: Array
    covariates: Array
    changes: Array
    pump: int
    pump_factor: Array
    dose_states: Indexes
    dose_factors: Array
    rescue_states: Indexes
    rescue_factors: Array
    ports: tuple[str, ...]
    port: Indexes
    common: Array
    outputs: Indexes
    checked: Truth
    horizon: float
    initial: Array | None = None

    def of(self, who: Indexes) -> Plan:
        """Return the plan of some of the people."""
        names = ("parameters", "covariates", "pump_factor", "dose_factors", "rescue_factors", "checked")
        initial = None if self.initial is None else self.initial[who]
        return replace(self, initial=initial, **{name: getattr(self, name)[who] for name in names})

    @property
    def people(self) -> int:
        """Number of people."""
        return len(self.parameters)

    def epochs(self, times: Array) -> Indexes:
        """Return the epoch that holds from each time on; any shape."""
        return np.searchsorted(self.changes, times + SAME_MOMENT, side="right").astype(np.intp)

    def epochs_until(self, times: Array) -> Indexes:
        """Return the epoch that holds until each time; any shape."""
        return np.searchsorted(self.changes, times - SAME_MOMENT, side="left").astype(np.intp)

    @property
    def inputs(self) -> tuple[int, ...]:
        """Indexes of the states that the programme doses."""
        return tuple(sorted({*([self.pump] if self.pump >= 0 else []), *(int(state) for state in self.dose_states)}))

    @property
    def continuous(self) -> Truth:
        """(R,) which rules are looked at all the time."""
        return np.array([rule.checks is None for rule in self.rules], dtype=np.bool_)


def lay_out_plan(
    system: System,
    programme: Programme,
    rules: Sequence[Rule],
    *,
    parameters: Array,
    covariates: Array,
    changes: Array,
    output_times: Array,
    until: float,
    clock: float,
    resolution: float,
    draws: Draws | None,
    initial: Array | None = None,
) -> Plan:
    """Look a programme and its rules up in a system; see `follow` for the arguments.

    Raises:
        UnknownNameError: a port or state that the system does not have, with close names.
        EventError: a state that cannot be dosed under rules.
        InputError: two rules of one name, or times that do not fit.
    """
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"two rules are called '{name}'; give each a name of its own.", where="rules")
    people = len(parameters)
    for rule in rules:
        if rule.condition.port not in system.output_names:
            raise unknown_name("port", rule.condition.port, system.output_names, where=f"rule '{rule.name}'")
    ports = tuple(dict.fromkeys(rule.condition.port for rule in rules))

    def entry(state: str, scale: float | Array, epochs: Sequence[int]) -> tuple[int, Array]:
        factor = np.broadcast_to(np.asarray(scale, float), (people,))
        found = [_fraction(system, state, parameters, covariates[:, epoch]) for epoch in epochs]
        if any(not np.array_equal(each, found[0]) for each in found):
            raise EventError(
                f"how much enters '{state}' changes with a covariate while it may be dosed at any time, which rules"
                " cannot follow. Leave the rules out, or what changes the covariate."
            )
        return _dosed(system, state), factor * found[0]

    always = range(covariates.shape[1])

    pump, pump_factor = (-1, np.zeros(people))
    if programme.state is not None:
        pump, pump_factor = entry(programme.state, programme.scale, always)
    # what enters of a planned dose is decided by what it is planned with, such as its meal
    planned = np.searchsorted(changes, [dose.time + SAME_MOMENT for dose in programme.doses], side="right").tolist()
    doses = [entry(dose.state, dose.scale, [epoch]) for dose, epoch in zip(programme.doses, planned, strict=True)]
    given = [
        entry(rule.rescue.state, rule.rescue.scale, always) if rule.rescue else (-1, np.zeros(people)) for rule in rules
    ]
    series = list(dict.fromkeys(rule.checks for rule in rules if rule.checks is not None))
    visits = [checks.times(until, clock) for checks in series]
    looks = np.floor(until / resolution) + 1.0 if any(rule.watched_closely for rule in rules) else 0.0
    grid = np.arange(looks, dtype=np.float64) * resolution
    common, places = _merged([output_times, *visits, grid, changes])
    checked = np.zeros((people, len(rules), len(common)), dtype=np.bool_)
    for checks, times, place in zip(series, visits, places[1:], strict=False):
        uniforms = draws(checks.series, len(times)) if draws is not None and checks.missed > 0.0 else None
        made = ~checks.missing(times, uniforms, people)
        for index, rule in enumerate(rules):
            if rule.checks == checks:
                checked[:, index, place] = made
    return Plan(
        system=system,
        programme=programme,
        rules=tuple(rules),
        parameters=parameters,
        covariates=covariates,
        changes=common[places[-1]],
        pump=pump,
        pump_factor=pump_factor,
        dose_states=np.array([state for state, _ in doses], dtype=np.intp),
        dose_factors=_columns([factor for _, factor in doses], people),
        rescue_states=np.array([state for state, _ in given], dtype=np.intp),
        rescue_factors=_columns([factor for _, factor in given], people),
        ports=ports,
        port=np.array([ports.index(rule.condition.port) for rule in rules], dtype=np.intp),
        common=common,
        outputs=places[0],
        checked=checked,
        horizon=until,
        initial=initial,
    )


def _columns(factors: Sequence[Array], people: int) -> Array:
    return np.stack(factors, axis=1) if factors else np.zeros((people, 0))


def _merged(times: Sequence[Array]) -> tuple[Array, list[Indexes]]:
    """Return all times as one rising list, in which times of one moment are one, and where each of them stands."""
    joined = np.concatenate([np.zeros(0), *times])
    order = np.argsort(joined, kind="stable")
    opens = np.diff(joined[order], prepend=-np.inf) > SAME_MOMENT
    place = np.empty(len(joined), dtype=np.intp)
    place[order] = np.cumsum(opens) - 1
    # the first list wins: output times keep their own rounding
    merged = np.full(int(opens.sum()), np.nan)
    for index in range(len(joined) - 1, -1, -1):
        merged[place[index]] = joined[index]
    ends = np.cumsum([0, *(len(item) for item in times)])
    return merged, [place[first:last] for first, last in itertools.pairwise(ends)]


def _dosed(system: System, state: str) -> int:
    if state not in system.state_names:
        raise unknown_name("state", state, system.state_names)
    index = system.state_names.index(state)
    if system.is_account[index]:
        raise EventError(f"'{state}' only collects what left the system; it cannot be dosed.")
    return index


def _fraction(system: System, state: str, parameters: Array, covariates: Array) -> Array:
    """Return the bioavailability of a state (P,).

    Raises:
        EventError: the state has a lag: what is under way could then not be held or stopped.
    """
    lag = system.dose_property(state, "lag", parameters, covariates)
    if lag is not None and np.any(lag != 0.0):
        raise EventError(
            f"doses into '{state}' have a lag, and rules cannot act on what is under way. Let the delay be a state"
            " (a depot), or leave the rules out."
        )
    found = system.dose_property(state, "bioavailability", parameters, covariates)
    return np.ones(len(parameters)) if found is None else found
