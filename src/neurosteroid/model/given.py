"""What one woman was given, and what rules did about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Dose, Protocol, Route
from neurosteroid.engine.rules import ActionLog, Programme, Rule
from neurosteroid.engine.rules import Given as GivenToMany
from neurosteroid.evidence import library

Array = NDArray[np.float64]

_BY_VEIN: Final[Mapping[int, Route]] = {}


@final
@dataclass(frozen=True)
class Action:
    """One line of the log.

    Attributes:
        time: h, when it was done.
        action: such as ``"hold"``.
        rule: its sentence.
        triggered: h, when the rule fired.
        value: of the watched port then, in `unit`.
        port: what was watched.
        unit: of the value.
        rate_before: what was being given, in `rate_unit`: the rate of the pump, or the amount of the next planned dose
            of a protocol of single doses; 0 while it is held or stopped, and when no dose is left.
        rate_after: the same after the action.
        rate_unit: such as ``"ug/kg/h"`` of a pump or ``"mg"`` of single doses; empty where nothing is planned.
        compound: whose protocol the rule belongs to.
        done: False where a stronger action at the same moment kept it from being done.
    """

    time: float
    action: str
    rule: str
    triggered: float
    value: float
    port: str
    unit: str
    rate_before: float
    rate_after: float
    rate_unit: str
    compound: str
    done: bool


@final
@dataclass(frozen=True, eq=False)
class Given:
    """What one woman was given.

    Attributes:
        times: (S + 1,) h; ``rates[i]`` was given from ``times[i]`` until ``times[i + 1]``.
        rates: (S,) of the pump, in `unit`.
        unit: such as ``"ug/kg/h"``.
        doses: single doses, planned ones and rescue doses.
        weight: kg.
        molar_mass: g/mol.
        activity: IU in a mass of the compound, IU/ug; None where its card has none.
    """

    times: Array
    rates: Array
    unit: str
    doses: tuple[Dose, ...]
    weight: float
    molar_mass: float
    activity: float | None = None

    def total(self, unit: str = "mg") -> float:
        """Return everything given: the integral of the rates and the sum of the doses.

        Raises:
            UnitError: the unit is no mass, amount of substance or IU, or IU and mass meet without an activity.
        """
        infused = 0.0
        if self.rates.any():
            infused = float((self.rates * np.diff(self.times)).sum()) * self._factor(self.unit, f"{unit}/h")
        return infused + sum(dose.amount * self._factor(dose.unit, unit) for dose in self.doses)

    def _factor(self, unit: str, wanted: str) -> float:
        plain, scaled = units.split_weight_scaled(unit)
        factor = units.convert_activity(1.0, plain, wanted, molar_mass=self.molar_mass, activity=self.activity)
        return factor * self.weight if scaled else factor


def activity_of(compound: str) -> float | None:
    """Return the IU in a mass of a compound, IU/ug; None where its card says nothing of it."""
    numbers = library().card(compound, "compounds").variant().numbers
    return numbers["activity"].to("IU/ug") if "activity" in numbers else None


def given_as_planned(
    protocol: Protocol, weight: float, molar_mass: float, until: float, activity: float | None = None
) -> Given:
    """Return what a protocol without rules gives up to an hour."""
    ladder = protocol.ladder()
    shown = ladder.times_h < until
    times = np.append(ladder.times_h[shown], until)
    doses = tuple(dose for dose in protocol.doses() if dose.time_h <= until)
    return Given(times, ladder.rates[shown], ladder.unit, doses, weight, molar_mass, activity)


def given_to(
    given: GivenToMany,
    programme: Programme,
    rules: tuple[Rule, ...],
    person: int,
    weight: float,
    molar_mass: float,
    routes: Mapping[int, Route] = _BY_VEIN,
    activity: float | None = None,
) -> Given:
    """Return what one of many women was given; `routes` says by which route doses enter a state, by its index."""
    times, rates = given.staircase(person)
    mine = given.dose_person == person
    doses = []
    columns = (given.dose_time, given.dose_amount, given.dose_rule, given.dose_state, given.dose_number)
    for time, amount, rule, state, number in zip(*(column[mine] for column in columns), strict=True):
        rescue = rules[rule].rescue if rule >= 0 else None
        unit = programme.doses[number].unit if rescue is None else rescue.unit
        doses.append(Dose(float(time), float(amount), unit, routes.get(int(state), Route.INTRAVENOUS)))
    return Given(times, rates, programme.unit, tuple(doses), weight, molar_mass, activity)


def unit_of_step(programme: Programme, dose: int) -> str:
    """Return the unit of what an `ActionLog` says is given: of the pump's rate, or of a planned dose."""
    if dose >= 0:
        return programme.doses[dose].unit
    return "" if programme.state is None else programme.unit


def actions_of(
    log: ActionLog,
    programmes: Sequence[Programme],
    compounds: Sequence[str],
    rules: tuple[Rule, ...],
    units_of: dict[str, str],
    person: int,
) -> tuple[Action, ...]:
    """Return the log of one of many women; `compounds` says what each programme gives."""
    mine = log.of(person)
    found = []
    for place in range(len(mine)):
        rule = rules[mine.rule[place]]
        found.append(
            Action(
                time=float(mine.time[place]),
                action=str(rule.action),
                rule=rule.name,
                triggered=float(mine.triggered[place]),
                value=float(mine.value[place]),
                port=rule.condition.port,
                unit=units_of[rule.condition.port],
                rate_before=float(mine.rate_before[place]),
                rate_after=float(mine.rate_after[place]),
                rate_unit=unit_of_step(programmes[rule.programme], int(mine.dose[place])),
                compound=compounds[rule.programme],
                done=bool(mine.done[place]),
            )
        )
    return tuple(found)
