"""Steps to engine records: amounts in nmol for one weight or for many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from neurosteroid import units
from neurosteroid.dosing.meals import FAT, meal_fat
from neurosteroid.dosing.steps import InfusionStep, Route, Step
from neurosteroid.engine.records import Record
from neurosteroid.errors import EventError

if TYPE_CHECKING:
    from neurosteroid.dosing.protocol import Protocol, Weight


def protocol_records(
    protocol: Protocol,
    weight_kg: Weight | None,
    molar_mass: float,
    state: str | Mapping[str, str],
    activity: float | None = None,
) -> list[Record]:
    """Return one record per step of a protocol, in order of time.

    Infusions carry a fixed duration (a pump is set to a time), so bioavailability changes their rate. Repeated steps
    become one record with interval and additional doses. Steps that give nothing (rate or amount 0) make no record.
    A dose taken with a named meal carries the energy of its fat as the covariate ``meal.fat``, kcal, which holds until
    another record changes it: solve with ``covariate_rule="locf"``.

    Args:
        protocol: what is given.
        weight_kg: one number, or one per person (P,); None when nothing scales with weight.
        molar_mass: of the compound, g/mol.
        state: name of the dosed state, or one per route.
        activity: units of biological activity in a mass of the compound, IU/ug, for doses in IU.

    Raises:
        EventError: the weight is missing or impossible, or a route has no state.
        UnitError: a dose in IU of a compound whose activity is not known.
        UnknownNameError: no meal of that name.
    """
    records = []
    for step in protocol.steps:
        amount = step_amount(step, weight_kg, units.AMOUNT, molar_mass, protocol.name, activity)
        if not np.any(amount):
            continue
        records.append(
            Record(
                time=step.start_h,
                state=_state(protocol, step.route, state),
                amount=amount,
                duration=step.until_h - step.start_h if isinstance(step, InfusionStep) else None,
                interval=step.interval_h if step.count > 1 else 0.0,
                additional=step.count - 1,
                covariates=_covariates(step),
            )
        )
    return records


def _covariates(step: Step) -> dict[str, float] | None:
    if isinstance(step, InfusionStep) or step.meal is None:
        return None
    return {FAT: meal_fat(step.meal)}


def step_amount(
    step: Step,
    weight_kg: Weight | None,
    unit: str,
    molar_mass: float | None,
    name: str,
    activity: float | None = None,
) -> Weight:
    """Return what one infusion or dose of a step gives, in `unit`.

    Args:
        step: the step; its repeats are not counted.
        weight_kg: one number, or one per person (P,).
        unit: mass, amount of substance or IU.
        molar_mass: g/mol, when one has to become the other.
        name: of the protocol, for messages.
        activity: IU/ug, when IU have to become mass or amount of substance, or the other way round.

    Raises:
        EventError: the weight is missing or impossible.
        UnitError: mass and amount of substance meet without a molar mass, or IU and either without an activity.
    """
    whole, scaled = units.split_weight_scaled(step.unit)
    if isinstance(step, InfusionStep):
        rate = units.convert_activity(
            step.rate, whole, f"{unit}/h", molar_mass=molar_mass, activity=activity, where=name
        )
        amount = rate * (step.until_h - step.start_h)
    else:
        amount = units.convert_activity(step.amount, whole, unit, molar_mass=molar_mass, activity=activity, where=name)
    return amount * checked_weight(weight_kg, name, step.unit) if scaled else amount


def checked_weight(weight_kg: Weight | None, name: str, unit: str) -> Weight:
    """Return a weight that can be dosed by.

    Raises:
        EventError: it is missing, not a number, or not above 0 kg; names the person's place among many.
    """
    if weight_kg is None:
        raise EventError(
            f"this protocol doses by body weight ('{unit}') and no weight was given. Give one, such as '68 kg'.",
            where=f"{name}: weight",
        )
    try:
        weights = np.asarray(weight_kg, dtype=float)
    except (TypeError, ValueError):
        raise EventError(f"{weight_kg!r} is not a body weight in kg.", where=f"{name}: weight") from None
    wrong = ~(np.isfinite(weights) & (weights > 0))
    if weights.ndim > 1 or np.any(wrong):
        place = f" of person {int(np.argmax(wrong))}" if weights.ndim == 1 else ""
        found = (
            f"{float(weights[np.argmax(wrong)] if weights.ndim == 1 else weights):g} kg"
            if weights.ndim < 2
            else "a table"
        )
        raise EventError(
            f"{found}{place} is not possible; body weight is a finite number above 0 kg.", where=f"{name}: weight"
        )
    return weights if weights.ndim else float(weights)


def _state(protocol: Protocol, route: Route, state: str | Mapping[str, str]) -> str:
    if isinstance(state, str):
        if len(protocol.routes) > 1:
            raise EventError(
                f"doses enter by {' and '.join(protocol.routes)}, but only the state '{state}' was given. Give one"
                ' state per route: {"intravenous": ..., "oral": ...}.',
                where=protocol.name,
            )
        return state
    if route not in state:
        raise EventError(
            f"no state was given for {route} doses; given: {', '.join(state) or 'none'}. The model has no other"
            " route for this compound: write the dose for one of those.",
            where=protocol.name,
        )
    return state[route]
