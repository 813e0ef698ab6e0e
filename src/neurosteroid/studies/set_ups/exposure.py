"""Exposure to brexanolone: the lactation study's infusion, the plateau, and the published population simulation."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Protocol, protocol
from neurosteroid.engine import System
from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Library, Reproduces, library
from neurosteroid.model import ANALYTE, ModelChoice, assemble, simulate_many
from neurosteroid.pharmacokinetics.areas import area
from neurosteroid.pharmacokinetics.noncompartmental import analyse_noncompartmental
from neurosteroid.studies.people import Population
from neurosteroid.studies.readings import read

Array = NDArray[np.float64]
_SEED: Final = 20
_PLASMA: Final = f"plasma.{ANALYTE}"
_STEP: Final = 0.25  # h; halving it moves no area by more than 1e-4
_FOLLOW_UP: Final = 96.0  # h after the infusion: more than seven half-lives


@final
@dataclass(frozen=True, eq=False)
class _Group:
    """Women, their plasma courses in ng/mL, their doses in ug, and what their disposition is by itself."""

    times: Array
    plasma: Array
    milk: Array
    terminal_half_life: Array
    dose: Array
    end: float


def _weights(text: str) -> tuple[int, float | None]:
    """Read ``typical-79.6-kg`` as one woman of that weight, ``geometric-mean-2000`` or ``2000`` as drawn women."""
    typical = re.fullmatch(r"typical-([\d.]+)-kg", text)
    if typical:
        return 1, float(typical.group(1))
    drawn = re.fullmatch(r"(?:geometric-mean-)?(\d+)", text)
    if drawn:
        return int(drawn.group(1)), None
    raise CardError(
        f"'{text}' is not a group of people; write 'typical-79.6-kg' or 'geometric-mean-2000'.", where="people"
    )


def _group(variant: str | None, people: str, protocol_name: str) -> _Group:
    return _group_of(library(), variant, people, protocol_name)


@functools.lru_cache(maxsize=16)
def _group_of(shelf: Library, variant: str | None, people: str, protocol_name: str) -> _Group:
    """Follow the women; kept as long as the library in use, `shelf`, is the same."""
    choice = ModelChoice(pharmacokinetics=variant)
    assembly = assemble(choice)
    count, weight = _weights(people)
    parameters: Mapping[str, Array] = {}
    weights = np.array([weight or 0.0])
    if weight is None:
        women = Population("postpartum", count, _SEED).draw(assembly, Ledger())
        weights, parameters = women.weight, women.parameters
    given = protocol(protocol_name)
    times = np.arange(0.0, given.end_h + _FOLLOW_UP + _STEP / 2, _STEP)
    names = (_PLASMA, f"milk.{ANALYTE}")
    courses = simulate_many(assembly, given, weights, times, parameters=parameters, outputs=names)
    plasma, milk = (
        units.convert(courses.values[name], units.CONCENTRATION, "ng/mL", molar_mass=assembly.molar_mass)
        for name in names
    )
    terminal = _terminal(assembly.system, weights, parameters)
    dose = np.broadcast_to(np.asarray(given.total_dose(weights, "ug")), weights.shape)
    return _Group(times, plasma, milk, terminal, dose, given.end_h)


def _terminal(system: System, weights: Array, parameters: Mapping[str, Array]) -> Array:
    """Return each woman's own terminal half-life in h: ln 2 over the smallest rate of her disposition matrix."""
    matrix, _ = system.matrix(system.parameters(len(weights), parameters), weights[:, None])
    rows = [system.state_names.index(f"{place}.{ANALYTE}") for place in ("central", "peripheral")]
    rates = -np.linalg.eigvals(matrix[np.ix_(range(len(weights)), rows, rows)]).real
    return np.log(2.0) / rates.min(axis=1)


def label_infusion(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return a noise-free exposure metric of the label infusion: one typical woman, or a geometric mean of many.

    Areas and the highest concentration come from a course every quarter of an hour; ``noncompartmental_half_life``
    from samples at the study's own times, by the written rule that leaves out everything up to the end of infusion;
    ``terminal_half_life`` is the model's own.
    """
    group = _group(variant, str(entry.arguments["people"]), "brexanolone-label")
    found = _metric(replace(group, plasma=read(entry, {ANALYTE: group.plasma}, ANALYTE, unit="ng/mL")), entry)
    return float(np.exp(np.mean(np.log(found))))


def _metric(group: _Group, entry: Reproduces) -> Array:
    metric = entry.metric
    interval = re.fullmatch(r"auc_(\d+)_(\d+)", metric)
    if interval:
        return np.asarray(area(group.times, group.plasma, float(interval.group(1)), float(interval.group(2))))
    if metric == "auc_inf":
        return analyse_noncompartmental(group.times, group.plasma, infusion_end=group.end).auc_infinity
    average = re.fullmatch(r"c_average_(\d+)_(\d+)", metric)
    if average:
        first, last = float(average.group(1)), float(average.group(2))
        return np.asarray(area(group.times, group.plasma, first, last) / (last - first))
    if metric == "c_max":
        return np.asarray(group.plasma.max(axis=1))
    if metric == "t_max":
        return group.times[group.plasma.argmax(axis=1)]
    if metric == "clearance":
        # dose over area; ng/mL is ug/L
        return group.dose / analyse_noncompartmental(group.times, group.plasma, infusion_end=group.end).auc_infinity
    if metric == "terminal_half_life":
        return group.terminal_half_life
    if metric == "noncompartmental_half_life":
        samples = [float(text) for text in str(entry.arguments["sampling_hours"]).split()]
        chosen = np.searchsorted(group.times, np.array(samples) - _STEP / 2)
        sampled = analyse_noncompartmental(group.times[chosen], group.plasma[:, chosen], infusion_end=group.end)
        return sampled.half_life
    if metric == "milk_to_plasma":
        late = int(np.searchsorted(group.times, group.end))
        return np.asarray(group.milk[:, late] / group.plasma[:, late])
    raise CardError(f"'{metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")


def steady_state(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the plateau of an endless infusion in the typical woman of the weight and rate in the arguments."""
    assembly = assemble(ModelChoice(pharmacokinetics=variant))
    weight = units.parse(str(entry.arguments["weight"]), units.WEIGHT)
    step = Protocol.parse(f"{entry.arguments['rate']} for 1 h", compound=ANALYTE).records(
        weight, assembly.molar_mass, assembly.dose_state
    )[0]
    endless = Record(time=0.0, state=assembly.dose_state, rate=step.amount, steady_state=1)
    solution = solve(
        assembly.system,
        [endless],
        parameters=assembly.system.parameters(1),
        covariates=np.array([[weight]]),
        output_times=[0.0],
    )
    plateau = solution.outputs([_PLASMA])[_PLASMA][0, 0]
    return float(units.convert(plateau, units.CONCENTRATION, entry.observed.unit, molar_mass=assembly.molar_mass))


def population_course(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return a median or percentile over drawn women, at an hour or of the area over an interval."""
    group = _group(variant, str(entry.arguments["people"]), str(entry.arguments["protocol"]))
    at_hour = re.fullmatch(r"(?:median|percentile_([\d.]+))_(\d+)_h", entry.metric)
    if at_hour:
        column = group.plasma[:, int(np.searchsorted(group.times, float(at_hour.group(2))))]
        return float(np.percentile(column, float(at_hour.group(1) or 50)))
    over = re.fullmatch(r"median_auc_(\d+)_(\d+)", entry.metric)
    if over:
        return float(np.median(area(group.times, group.plasma, float(over.group(1)), float(over.group(2)))))
    raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")


SET_UPS = {
    "brexanolone-label-infusion": label_infusion,
    "brexanolone-steady-state": steady_state,
    "brexanolone-population": population_course,
}
