"""Plans: programmes and their rules, looked up in a system and laid out as arrays over people."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.rules.programme import Programme
from neurosteroid.engine.rules.rule import Rule
from neurosteroid.engine.rules.visits import Draws, Visits, visits_of
from neurosteroid.engine.system import System
from neurosteroid.errors import EventError, InputError, unknown_name

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]
Truth = NDArray[np.bool_]

SAME_MOMENT: Final = 1e-9
"""Hours within which things happen at one moment."""


@final
@dataclass(frozen=True, eq=False)
class Plan:
    """What is given to P people and what may change it.

    There are G programmes with B edges and D doses in all, n states, R rules, and N common times.

    Attributes:
        system: that takes the doses.
        programmes: what is planned.
        rules: in the order that breaks ties.
        parameters: (P, m).
        covariates: (P, E, k) in each of E epochs.
        changes: (E - 1,) h, rising, at which one epoch follows the other, for everybody; all of them common times.
        pumps: (G,) indexes of the states of the infusions, -1 without one.
        pump_factors: (P, G) state unit per h that enters for one unit of each programme's rates.
        dose_states: (D,) indexes of the dosed states.
        dose_factors: (P, D) state unit that enters for one unit of each dose.
        dose_lags: (P, D) h from a dose until it enters; 0 for programmes with rules.
        rescue_states: (R,) index of the dosed state, -1 for rules that give nothing.
        rescue_factors: (P, R).
        ports: the different ports that are watched.
        port: (R,) index into `ports`.
        common: (N,) h, rising: output times, checks and, for rules that are watched closely, the grid of looks.
        outputs: (K,) places of the output times among the common times.
        visits: the different series of checks.
        series: (R,) index into `visits`, -1 for rules that are looked at all the time.
        horizon: h.
        initial: (P, n) states at hour 0, or None for the system's own.
    """

    system: System
    programmes: tuple[Programme, ...]
    rules: tuple[Rule, ...]
    parameters: Array
    covariates: Array
    changes: Array
    pumps: Indexes
    pump_factors: Array
    dose_states: Indexes
    dose_factors: Array
    dose_lags: Array
    rescue_states: Indexes
    rescue_factors: Array
    ports: tuple[str, ...]
    port: Indexes
    common: Array
    outputs: Indexes
    visits: tuple[Visits, ...]
    series: Indexes
    horizon: float
    initial: Array | None = None

    def of(self, who: Indexes) -> Plan:
        """Return the plan of some of the people."""
        names = ("parameters", "covariates", "pump_factors", "dose_factors", "dose_lags", "rescue_factors")
        initial = None if self.initial is None else self.initial[who]
        visits = tuple(each.of(who) for each in self.visits)
        return replace(self, initial=initial, visits=visits, **{name: getattr(self, name)[who] for name in names})

    def seen(self, rule: int, people: Indexes, number: Indexes) -> Truth:
        """Return where a rule is read, by a check that is not missed, at common times of given numbers; any shape."""
        return self.visits[self.series[rule]].made(people, number)

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
        """Indexes of the states that the programmes dose."""
        pumps = [int(pump) for pump in self.pumps if pump >= 0]
        return tuple(sorted({*pumps, *(int(state) for state in self.dose_states)}))

    @functools.cached_property
    def acts_on(self) -> Indexes:
        """(R,) the programme of each rule."""
        return np.array([rule.programme for rule in self.rules], dtype=np.intp)

    @functools.cached_property
    def edges(self) -> Array:
        """(B,) h, when the programmes change their rates, programme by programme."""
        return np.concatenate([np.asarray(each.times, dtype=np.float64) for each in self.programmes])

    @functools.cached_property
    def edge_of(self) -> Indexes:
        """(B,) the programme of each change of rate."""
        return np.repeat(np.arange(len(self.programmes)), [len(each.times) for each in self.programmes])

    @functools.cached_property
    def dose_times(self) -> Array:
        """(D,) h of the doses, programme by programme."""
        return np.array([dose.time for each in self.programmes for dose in each.doses], dtype=np.float64)

    @functools.cached_property
    def dose_of(self) -> Indexes:
        """(D,) the programme of each dose."""
        return np.repeat(np.arange(len(self.programmes)), [len(each.doses) for each in self.programmes])

    @functools.cached_property
    def dose_number(self) -> Indexes:
        """(D,) which of its programme's doses each one is."""
        return np.concatenate([np.arange(len(each.doses), dtype=np.intp) for each in self.programmes])

    @property
    def continuous(self) -> Truth:
        """(R,) which rules are looked at all the time."""
        return np.array([rule.checks is None for rule in self.rules], dtype=np.bool_)


def lay_out_plan(
    system: System,
    programmes: Sequence[Programme],
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
    """Look programmes and their rules up in a system; see `follow` for the arguments.

    Raises:
        UnknownNameError: a port or state that the system does not have, with close names.
        EventError: a state that cannot be dosed under rules.
        InputError: no programme, two rules of one name on one programme, a rule on a programme that is not there, or
            times that do not fit.
    """
    if not programmes:
        raise InputError("there is no programme; give one without rates and doses where nothing is planned.")
    names = [(rule.programme, rule.name) for rule in rules]
    for place, name in names:
        if names.count((place, name)) > 1:
            raise InputError(f"two rules are called '{name}'; give each a name of its own.", where="rules")
        if not 0 <= place < len(programmes):
            found = f"acts on programme {place}; there are {len(programmes)}, counted from 0."
            raise InputError(found, where=f"rule '{name}'")
    people = len(parameters)
    for rule in rules:
        if rule.condition.port not in system.output_names:
            raise unknown_name("port", rule.condition.port, system.output_names, where=f"rule '{rule.name}'")
    ports = tuple(dict.fromkeys(rule.condition.port for rule in rules))

    def entry(state: str, scale: float | Array, epochs: Sequence[int], *, fixed: bool = False) -> tuple[int, Array]:
        factor = np.broadcast_to(np.asarray(scale, float), (people,))
        if not fixed:
            for epoch in epochs:
                _refuse_lag(state, _lag(system, state, parameters, covariates[:, epoch]))
        found = [_fraction(system, state, parameters, covariates[:, epoch]) for epoch in epochs]
        if any(not np.array_equal(each, found[0]) for each in found):
            raise EventError(
                f"how much enters '{state}' changes with a covariate while it may be dosed at any time, which rules"
                " cannot follow. Leave the rules out, or what changes the covariate."
            )
        return _dosed(system, state), factor * found[0]

    always = range(covariates.shape[1])

    pumps = [
        (-1, np.zeros(people)) if each.state is None else entry(each.state, each.scale, always) for each in programmes
    ]
    # what enters of a planned dose is decided by what it is planned with, such as its meal
    every_dose = [dose for each in programmes for dose in each.doses]
    planned = np.searchsorted(changes, [dose.time + SAME_MOMENT for dose in every_dose], side="right").tolist()
    ruled = {rule.programme for rule in rules}
    # nothing holds or stops what is under way where there is no rule
    fixed = [place not in ruled for place, each in enumerate(programmes) for _ in each.doses]
    doses = [
        entry(dose.state, dose.scale, [epoch], fixed=free)
        for dose, epoch, free in zip(every_dose, planned, fixed, strict=True)
    ]
    lags = [
        _lag(system, dose.state, parameters, covariates[:, at]) for dose, at in zip(every_dose, planned, strict=True)
    ]
    given = [
        entry(rule.rescue.state, rule.rescue.scale, always) if rule.rescue else (-1, np.zeros(people)) for rule in rules
    ]
    series = list(dict.fromkeys(rule.checks for rule in rules if rule.checks is not None))
    hours = [checks.times(until, clock) for checks in series]
    looks = np.floor(until / resolution) + 1.0 if any(rule.watched_closely for rule in rules) else 0.0
    grid = np.arange(looks, dtype=np.float64) * resolution
    common, places = _merged([output_times, *hours, grid, changes])
    visits = [
        visits_of(checks, times, place, len(common), draws)
        for checks, times, place in zip(series, hours, places[1:], strict=False)
    ]
    return Plan(
        system=system,
        programmes=tuple(programmes),
        rules=tuple(rules),
        parameters=parameters,
        covariates=covariates,
        changes=common[places[-1]],
        pumps=np.array([state for state, _ in pumps], dtype=np.intp),
        pump_factors=_columns([factor for _, factor in pumps], people),
        dose_states=np.array([state for state, _ in doses], dtype=np.intp),
        dose_factors=_columns([factor for _, factor in doses], people),
        dose_lags=_in_order(programmes, _columns(lags, people)),
        rescue_states=np.array([state for state, _ in given], dtype=np.intp),
        rescue_factors=_columns([factor for _, factor in given], people),
        ports=ports,
        port=np.array([ports.index(rule.condition.port) for rule in rules], dtype=np.intp),
        common=common,
        outputs=places[0],
        visits=tuple(visits),
        series=np.array([-1 if rule.checks is None else series.index(rule.checks) for rule in rules], dtype=np.intp),
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


def _lag(system: System, state: str, parameters: Array, covariates: Array) -> Array:
    """Return the hours (P,) after which doses enter a state."""
    found = system.dose_property(state, "lag", parameters, covariates)
    return np.zeros(len(parameters)) if found is None else found


def _refuse_lag(state: str, lag: Array) -> None:
    if np.any(lag != 0.0):
        raise EventError(
            f"doses into '{state}' have a lag, and rules cannot act on what is under way. Let the delay be a state"
            " (a depot), or leave the rules out."
        )


def _in_order(programmes: Sequence[Programme], lags: Array) -> Array:
    """Return lags (P, D), refusing those by which a dose overtakes an earlier one of its programme."""
    first = 0
    for each in programmes:
        mine = slice(first, first + len(each.doses))
        enters = np.array([dose.time for dose in each.doses]) + lags[:, mine]
        if np.any(np.diff(enters, axis=1) < 0.0):
            raise EventError(
                "a dose has so much longer a lag than a later one of its programme that it enters after it, which is"
                " not followed beside rules. Give the two as programmes of their own."
            )
        first = mine.stop
    return lags


def _fraction(system: System, state: str, parameters: Array, covariates: Array) -> Array:
    """Return the bioavailability of a state (P,)."""
    found = system.dose_property(state, "bioavailability", parameters, covariates)
    return np.ones(len(parameters)) if found is None else found
