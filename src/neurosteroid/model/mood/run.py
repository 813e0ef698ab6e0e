"""From serum to the excitability of the principal cell: what all explanations share, computed from runs of neurons."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.engine import AbstractPart, Covariate, EventKind, Record, System, solve, wire
from neurosteroid.evidence import Ledger, library
from neurosteroid.evidence.lookup import Library
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.mood.cells import at_rest, rates, rheobases
from neurosteroid.model.mood.preparation import COMMON, KIND, Common, Preparation, common, wired
from neurosteroid.model.mood.preparation import cell as usual_cell
from neurosteroid.model.neuron_experiments import CHLORIDE, VOLTAGE
from neurosteroid.model.neuron_steroid import Synapse, synapse_with, tonic_multiplier
from neurosteroid.neurons.chloride import CarriedChloride, HeldChloride
from neurosteroid.neurons.gaba import GabaInput, unit_area
from neurosteroid.pharmacokinetics.yielding_synthesis import YieldingSynthesis

Array = NDArray[np.float64]

INTERNEURON_DELTA: Final = "interneuron-delta"


@final
@dataclass(frozen=True, eq=False)
class Levels:
    """What the slow parts make of K serum levels, each (K,).

    Attributes:
        serum: nmol/L.
        receptor: nominal concentration at the receptor, nmol/L.
        expression: of the tonic receptor, relative to no exposure.
        outward_share: of the outward tonic current that the steroid leaves; None where it knows no direction.
        carrier_share: of KCC2 that exposure leaves; 1 where nothing touches it.
    """

    serum: Array
    receptor: Array
    expression: Array
    outward_share: Array | None
    carrier_share: Array


@final
@dataclass(frozen=True, eq=False)
class Readout:
    """What the principal cell does at K serum levels, each (K,).

    Attributes:
        levels: from the slow parts.
        tonic_multiplier: of its tonic conductance while current flows inward.
        outward_multiplier: the same while current flows outward.
        interneuron_rate: Hz.
        synaptic_conductance: mean of the barrage, nS.
        chloride_reversal: E_GABA at rest, mV.
        rheobase: pA.
        rate: Hz, at the stated input.
    """

    levels: Levels
    tonic_multiplier: Array
    outward_multiplier: Array
    interneuron_rate: Array
    synaptic_conductance: Array
    reversal: Array
    rheobase: Array
    rate: Array

    @property
    def excitability(self) -> Array:
        """Rheobase at the first level over that at each, less 1, in percent: above 0 where the cell fires easily."""
        return 100.0 * (self.rheobase[0] / self.rheobase - 1.0)


def slow_levels(made: Preparation, serum: Sequence[float], exposure: float) -> Levels:
    """Return what the slow parts make of serum levels (nmol/L) that stood for `exposure` hours."""
    port = f"plasma.{ANALYTE}"
    system = wire(dict(made.slow), [Covariate(port, units.CONCENTRATION)])
    records = [
        [Record(time=time, evid=EventKind.OTHER, covariates={port: float(level)}) for time in (0.0, exposure)]
        for level in serum
    ]
    isoform = made.principal.receptor
    names = [f"receptor.{ANALYTE}", f"receptor.{isoform}.surface_expression"]
    block, carrier = f"receptor.{isoform}.outward_share", "chloride.carrier_share"
    names += [name for name, role in ((block, "outward block"), (carrier, "carrier")) if role in made.slow]
    done = solve(
        system, records, parameters=system.parameters(len(records)), output_times=[exposure], outputs=tuple(names)
    ).require_complete()
    found = {name: np.asarray((done.kept or {})[name])[:, -1] for name in names}
    return Levels(
        serum=np.array(serum, dtype=np.float64),
        receptor=found[names[0]],
        expression=found[names[1]],
        outward_share=found.get(block),
        carrier_share=found.get(carrier, np.ones(len(serum))),
    )


def multiplied(isoform: str, ambient: float, receptor: Array, ledger: Ledger) -> Array:
    """Return (K,) what steroid at the receptor (nmol/L) multiplies a tonic conductance by."""
    return np.array([tonic_multiplier(isoform, ambient, ambient, float(each), ledger)[0] for each in receptor])


def read_out(made: Preparation, serum: Sequence[float], *, exposure: float | None = None) -> Readout:
    """Return what the principal cell does at serum levels, the first of which is the reference.

    Args:
        made: the preparation.
        serum: nmol/L.
        exposure: h of each level before; the common preparation's when None.
    """
    setting = common(made.ledger)
    levels, at, rest = _standing(made, serum, exposure)
    system, parameters = at.system, at.parameters
    rheobase = rheobases(system, parameters, rest, setting.step_duration)
    drive = setting.principal_drive * float(rheobase[0])
    return Readout(
        levels=levels,
        tonic_multiplier=at.inward,
        outward_multiplier=at.outward,
        interneuron_rate=at.firing,
        synaptic_conductance=at.barrage,
        reversal=_outputs(at, rest, ["gaba.reversal"])["gaba.reversal"],
        rheobase=rheobase,
        rate=rates(system, parameters, rest, drive, setting.firing_duration),
    )


def rheobases_at(made: Preparation, serum: Sequence[float], *, exposure: float | None = None) -> Array:
    """Return (K,) the rheobases (pA) of `read_out`, and nothing else that it runs."""
    _, at, rest = _standing(made, serum, exposure)
    return rheobases(at.system, at.parameters, rest, common(made.ledger).step_duration)


def levels_at(made: Preparation, receptor: Array, expression: Array) -> Levels:
    """Return what stands at the membrane with K concentrations (nmol/L) and expressions of the tonic receptor.

    What the slow parts make of serum is left out; `serum` holds the concentrations at the receptor.
    """
    given = {"steroid": receptor}
    block, carrier = (made.slow.get(role) for role in ("outward block", "carrier"))
    return Levels(
        serum=receptor,
        receptor=receptor,
        expression=expression,
        outward_share=None if block is None else np.asarray(block.values(0.0, {}, given)["share"]),
        carrier_share=np.ones(len(receptor))
        if carrier is None
        else np.asarray(carrier.values(0.0, {}, given)["share"]),
    )


def rheobases_with(made: Preparation, levels: Levels) -> Array:
    """Return (K,) the rheobases (pA) of the principal cell with what stands at its membrane."""
    setting = common(made.ledger)
    at = _principal(made, levels, setting)
    rest = at_rest(at.system, at.parameters, made.principal.name)
    return rheobases(at.system, at.parameters, rest, setting.step_duration)


def reversals_at(made: Preparation, serum: Sequence[float]) -> Array:
    """Return (K,) E_GABA at rest (mV), that of `read_out`."""
    _, at, rest = _standing(made, serum, None)
    return _outputs(at, rest, ["gaba.reversal"])["gaba.reversal"]


def _standing(made: Preparation, serum: Sequence[float], exposure: float | None) -> tuple[Levels, _Set, Array]:
    """Return what the slow parts make of the levels, the principal cell there, and the (K, n) states where it rests."""
    setting = common(made.ledger)
    levels = slow_levels(made, serum, setting.exposure if exposure is None else exposure)
    at = _principal(made, levels, setting)
    return levels, at, at_rest(at.system, at.parameters, made.principal.name)


def _outputs(at: _Set, states: Array, names: Sequence[str]) -> dict[str, Array]:
    """Return outputs (K,) of the principal cell by name, in states (K, n)."""
    cells = len(states)
    found = at.system.outputs(
        list(names), np.zeros((cells, 1)), states[:, None], at.parameters, np.zeros((cells, 1, 0))
    )
    return {name: values[:, 0] for name, values in found.items()}


def interneurons_at(made: Preparation, serum: Sequence[float]) -> tuple[Array, Array]:
    """Return (K,) the tonic conductance (nS) of an interneuron at serum levels, and the rate (Hz) at which it fires."""
    setting = common(made.ledger)
    levels, gaba = slow_levels(made, serum, setting.exposure), made.interneuron.parts["gaba"]
    dependent, independent = (float(getattr(gaba, key)) for key in ("tonic_dependent", "tonic_independent"))
    tonic = independent + dependent * _interneuron_multipliers(made, levels)
    return tonic, _interneurons(made, levels, setting)


def _interneuron_multipliers(made: Preparation, levels: Levels) -> Array:
    """Return (K,) what the steroid multiplies the interneurons' tonic conductance by."""
    if made.interneuron_receptor is None:
        return np.ones(len(levels.receptor))
    ambient = made.interneuron.ambient(made.ledger)
    felt = multiplied(made.interneuron_receptor, ambient, levels.receptor, made.ledger)
    return 1 + made.delta_share * (felt - 1)


def _interneurons(made: Preparation, levels: Levels, setting: Common) -> Array:
    """Return the firing rate (Hz) of the interneurons at each level; their drive is that without steroid."""
    cell = made.interneuron
    drive = setting.interneuron_drive * _usual_rheobase(cell.name, setting.step_duration, library())
    # cells that are alike are run once
    alike, place = np.unique(_interneuron_multipliers(made, levels), return_inverse=True)
    return np.array(_driven(tuple(cell.parts.items()), cell.name, tuple(alike), drive, setting.firing_duration))[place]


@functools.lru_cache(maxsize=64)
def _driven(
    parts: tuple[tuple[str, AbstractPart], ...],
    name: str,
    multipliers: tuple[float, ...],
    drive: float,
    duration: float,
) -> tuple[float, ...]:
    """Return the firing rates (Hz) of a driven cell; most explanations leave it as it is, so it is kept."""
    system = wired(parts)
    parameters = system.parameters(len(multipliers), {"gaba.tonic_multiplier": np.array(multipliers)})
    return tuple(rates(system, parameters, at_rest(system, parameters, name), drive, duration).tolist())


@functools.lru_cache(maxsize=8)
def _usual_rheobase(name: str, duration: float, shelf: Library) -> float:
    """Return the rheobase (pA) of a cell as its card has it; kept for the library at hand."""
    system = usual_cell(name, Ledger()).wired()
    parameters = system.parameters(1)
    return float(rheobases(system, parameters, at_rest(system, parameters, name), duration)[0])


def _barrage(made: Preparation, levels: Levels, firing: Array, setting: Common) -> Array:
    """Return the mean conductance (nS) of the barrage: number, rate and area of one event."""
    gaba = made.principal.parts["gaba"]
    peak, rise, decay = (float(getattr(gaba, key)) for key in ("synaptic_conductance", "rise", "decay"))
    areas = []
    for level in levels.receptor:
        changed = events_at(float(level), setting.synapse, made.ledger)
        areas.append(peak * changed.amplitude * unit_area(rise, decay * changed.decay))
    return setting.interneurons * firing / 1e3 * np.array(areas)


def events_at(level: float, scheme: str, ledger: Ledger) -> Synapse:
    """Return what a steroid level (nmol/L) at the receptor does to synaptic events, by a scheme."""
    changed, taken = _events(level, scheme, library())
    ledger.merge(taken)
    return changed


@functools.lru_cache(maxsize=256)
def _events(level: float, scheme: str, shelf: Library) -> tuple[Synapse, Ledger]:
    """Return what a steroid level does to synaptic events, and the numbers of it; kept for the library at hand."""
    ledger = Ledger()
    return synapse_with(level, scheme, None, 1.0, 1.0, ledger), ledger


@final
@dataclass(frozen=True, eq=False)
class _Set:
    """The principal cell at K levels: its system, (K, m) parameters, and what they came from."""

    system: System
    parameters: Array
    inward: Array
    outward: Array
    firing: Array
    barrage: Array


def _principal(made: Preparation, levels: Levels, setting: Common) -> _Set:
    """Return the principal cell at each level; the barrage enters as its mean."""
    ledger, system = made.ledger, made.principal.wired()
    inward = multiplied(made.principal.receptor, made.principal.ambient(ledger), levels.receptor, ledger)
    inward = inward * levels.expression
    outward = inward if levels.outward_share is None else levels.outward_share * levels.expression
    firing = _interneurons(made, levels, setting)
    barrage = _barrage(made, levels, firing, setting)
    own = dict(zip(system.parameter_names, system.parameter_defaults.tolist(), strict=True))
    changes: dict[str, float | Array] = {
        "gaba.tonic_multiplier": inward,
        "gaba.tonic_independent": own["gaba.tonic_independent"] + barrage,
    }
    if "gaba.outward_multiplier" in own:
        changes["gaba.outward_multiplier"] = outward
    if "chloride.carrier_rate" in own:
        changes["chloride.carrier_rate"] = own["chloride.carrier_rate"] * levels.carrier_share
    return _Set(system, system.parameters(len(inward), changes), inward, outward, firing, barrage)


def held_conductances(
    made: Preparation, serum: Sequence[float], *, exposure: float | None = None
) -> tuple[Array, Array]:
    """Return the tonic conductance (nS) at serum levels, held below and above E_GABA: inward and outward current.

    Without the barrage; chloride stands where it rests.

    Args:
        made: the preparation.
        serum: nmol/L.
        exposure: h of each level before; the common preparation's when None.
    """
    _, at, rest = _standing(made, serum, exposure)
    distance = made.ledger.take(library().card(COMMON, KIND), "hold_distance", "mV")
    reversal = _outputs(at, rest, ["gaba.reversal"])["gaba.reversal"]
    found = []
    for side in (-distance, distance):
        held = rest.copy()
        held[:, at.system.state_names.index(VOLTAGE)] = reversal + side
        found.append(_outputs(at, held, ["gaba.tonic_conductance"])["gaba.tonic_conductance"] - at.barrage)
    return found[0], found[1]


def without_local_synthesis(made: Preparation) -> Preparation:
    """Return it with a 5alpha-reductase inhibitor in the brain: nothing is made there, whatever serum holds."""
    link = made.slow["link"]
    if isinstance(link, YieldingSynthesis):
        return replace(made, slow={**made.slow, "link": replace(link, local_concentration=0.0)})
    return made


def without_interneuron_delta(made: Preparation) -> Preparation:
    """Return it with the delta receptors of the interneurons knocked out, whether the steroid reached them or not."""
    gaba = made.interneuron.parts["gaba"]
    if not isinstance(gaba, GabaInput):
        return made
    share = made.ledger.take(library().card(INTERNEURON_DELTA, KIND), "delta_share", "1")
    left = replace(gaba, tonic_dependent=gaba.tonic_dependent * (1 - share))
    parts = {**made.interneuron.parts, "gaba": left}
    return replace(made, interneuron=replace(made.interneuron, parts=parts), interneuron_receptor=None)


def with_held_chloride(made: Preparation) -> Preparation:
    """Return it with the chloride of the principal cell held by the pipette where it rests without steroid in serum."""
    chloride = made.principal.parts["chloride"]
    if not isinstance(chloride, CarriedChloride):
        return made
    _, at, rest = _standing(made, [0.0], None)
    held = HeldChloride(
        chloride_outside=chloride.chloride_outside,
        chloride_inside=float(rest[0, at.system.state_names.index(CHLORIDE)]),
        bicarbonate_outside=chloride.bicarbonate_outside,
        bicarbonate_inside=chloride.bicarbonate_inside,
        permeability_ratio=chloride.permeability_ratio,
        temperature=chloride.temperature,
    )
    return replace(made, principal=replace(made.principal, parts={**made.principal.parts, "chloride": held}))
