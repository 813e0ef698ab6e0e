"""Running a circuit: the same seeds with and without what the steroid changes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.networks.native import Progress
from neurosteroid.engine.solvers.networks.network import Link, Network, NetworkCourse
from neurosteroid.engine.solvers.networks.solver import follow_networks
from neurosteroid.errors import InputError, SolverError, is_whole
from neurosteroid.evidence import Ledger
from neurosteroid.model.checked import positive
from neurosteroid.model.circuit_activity import CircuitActivity, Measured, Raster, Recorded
from neurosteroid.model.circuit_cells import EXCITATORY, OPEN, VOLTAGE, Cells, Multipliers
from neurosteroid.model.circuit_networks import network_of
from neurosteroid.model.circuit_protocol import CircuitProtocol
from neurosteroid.model.circuit_start import cycles
from neurosteroid.model.neuron_steroid import Synapse
from neurosteroid.model.spectra import spectrum, synchrony

Array = NDArray[np.float64]

WITH: Final = "with"
WITHOUT: Final = "without"

MOST_STEPS: Final = 10**9
"""Steps of all runs together that a call may ask for, about a day's work; a slip of the pen asks for more."""


@final
@dataclass(frozen=True, eq=False)
class Condition:
    """A circuit with its receptors in one state."""

    cells: tuple[Cells, ...]
    links: tuple[Link, ...]
    by: Multipliers


@final
@dataclass(frozen=True, eq=False)
class Circuit:
    """A network of cells, ready to run.

    Attributes:
        name: of its card.
        title: of its card.
        variant: of its card.
        steroid: concentration at all receptors, nmol/L.
        synapse: how inhibitory events are changed.
        protocol: how it is recorded.
        changed: the circuit with steroid or given multipliers.
        plain: the same without.
        ledger: the numbers that took part.
    """

    name: str
    title: str
    variant: str
    steroid: float
    synapse: Synapse
    protocol: CircuitProtocol
    changed: Condition
    plain: Condition
    ledger: Ledger

    @property
    def is_changed(self) -> bool:
        """Whether steroid or given multipliers change anything."""
        return self.changed.by != self.plain.by

    def run(
        self,
        duration: str = "60 s",
        seeds: int = 10,
        *,
        first_seed: int = 1,
        step: str | None = None,
        threads: int | None = None,
        method: str = "auto",
        beside: CircuitActivity | None = None,
        progress: Progress | None = None,
    ) -> CircuitActivity:
        """Run the circuit with every seed, and beside it the same circuit with the same seeds unchanged.

        A seed settles how cells differ, where on their cycles they start and when spikes come from outside; the two
        conditions share all of it. Results do not depend on the number of threads.

        Args:
            duration: that is recorded of each seed, after settling.
            seeds: how many.
            first_seed: the others follow it.
            step: of the solver, such as ``"0.025 ms"``; the card's when left out, which is the longest.
            threads: of the compiled code; by default one for each usable processor.
            method: ``auto``, ``networks`` (compiled C) or ``numpy``.
            beside: an activity of the same circuit with the same settings, whose runs without steroid are taken over.
            progress: called with (networks done, networks in all) as each is done.

        Raises:
            InputError: a duration, number of seeds or step that does not fit, or an activity of another circuit.
            SolverError: a state was no number.
        """
        kept, length, numbers = self.asked(duration, seeds, first_seed=first_seed, step=step)
        by = self.protocol
        settings = (self.name, self.variant, self.plain.by, self.plain.links, kept, length, tuple(numbers))
        if beside is not None and beside.without.settings != settings:
            raise InputError(
                "the activity beside is of another circuit, ambient GABA, duration, step or seeds; leave it out.",
                where="beside",
            )
        conditions = {WITH: self.changed} if self.is_changed else {}
        if beside is None:
            conditions[WITHOUT] = self.plain
        start = cycles(self.plain.cells, by, method)
        makers = [self._maker(condition, seed, start, kept) for condition in conditions.values() for seed in numbers]
        courses = follow_networks(
            makers,
            duration=kept,
            step=length,
            settle=by.settling,
            every=by.sampling,
            threshold=by.spike_threshold,
            fast=by.fast_slope,
            parts=by.fast_parts,
            keep_spikes=1e-3 * by.spikes_kept * min(by.raster / kept, 1.0),
            method=method,
            threads=threads,
            progress=progress,
        )
        for course, seed in zip(courses, [*numbers] * len(conditions), strict=True):
            if math.isfinite(course.failed):
                raise SolverError(
                    f"seed {seed} did not finish: by {course.failed:g} ms a state was no number; give a smaller step."
                )
        found = {
            name: Recorded(
                settings,
                tuple(_measured(self, condition, course) for course in courses[place * seeds : (place + 1) * seeds]),
                _raster(courses[place * seeds], by),
                courses[place * seeds].method,
            )
            for place, (name, condition) in enumerate(conditions.items())
        }
        if beside is not None:
            found[WITHOUT] = beside.without
        found.setdefault(WITH, found[WITHOUT])
        return CircuitActivity.of(self, duration=kept, step=length, seeds=tuple(numbers), recorded=found)

    def asked(
        self, duration: str, seeds: int, *, first_seed: int = 1, step: str | None = None
    ) -> tuple[float, float, range]:
        """Return what a run is asked for, checked: the length that is recorded and the step (ms), and the seeds.

        Raises:
            InputError: a duration, number of seeds or step that does not fit.
            UnitError: a duration or step that is no time.
        """
        by = self.protocol
        span = positive(duration, "ms", "duration")
        kept = round(span / by.sampling) * by.sampling
        if kept < by.window:
            raise InputError(
                f"{span:g} ms is shorter than one stretch of the spectrum, {by.window:g} ms; give a longer run.",
                where="duration",
            )
        if not (is_whole(seeds) and seeds >= 1):
            raise InputError(f"seeds is {seeds!r}; give a whole number, one or more.", where="seeds")
        if not (is_whole(first_seed) and first_seed >= 0):
            raise InputError(f"first_seed is {first_seed!r}; give a whole number, 0 or more.", where="first_seed")
        length = by.step if step is None else positive(step, "ms", "step")
        if (steps := seeds * (by.settling + kept) / length) > MOST_STEPS:
            raise InputError(
                f"{seeds} runs of {kept:g} ms in steps of {length:g} ms are {steps:.1g} steps of the network, more than"
                f" {MOST_STEPS:.0e}; give a shorter duration, fewer seeds or a longer step.",
                where="duration",
            )
        return kept, self._whole_step(length), range(first_seed, first_seed + seeds)

    def _whole_step(self, length: float) -> float:
        """Return a step of which sampling and settling are whole multiples, no longer than what was asked for."""
        by = self.protocol
        if length > by.step * (1.0 + 1e-9):
            raise InputError(
                f"{length:g} ms is longer than {by.step:g} ms, beyond which rates and rhythms hang on it; give less.",
                where="step",
            )
        return by.sampling / math.ceil(by.sampling / length - 1e-9)

    def _maker(self, condition: Condition, seed: int, start: Sequence[Array], kept: float) -> Callable[[], Network]:
        until = self.protocol.settling + kept
        return lambda: network_of(condition.cells, condition.links, seed, start, until)


def _measured(circuit: Circuit, condition: Condition, course: NetworkCourse) -> Measured:
    by = circuit.protocol
    span = 1e-3 * by.sampling * len(course.times)
    frequencies, density = spectrum(field_potential(condition, course), by.sampling, by.window)
    shown = frequencies <= by.highest_frequency
    rates, together = {}, {}
    for name, population in course.populations.items():
        rates[name] = float(population.spike_counts.mean() / span)
        together[name] = synchrony(population.means[VOLTAGE], population.variances_of_cells)
    return Measured(rates, together, frequencies[shown], density[shown])


def field_potential(condition: Condition, course: NetworkCourse) -> Array:
    """Return the proxy of the local field potential, uA/cm^2: recurrent synaptic currents of the excitatory cells.

        sum over links to excitatory cells of  | g s (V - E) |,  s and V the means of the populations

    As all synapses of a link are open alike, g s (V - E) is the mean over the cells of the currents. Its absolute value
    is the mean of the cells' absolute currents only while all cells are on one side of E; where some lie above it and
    some below, it is less. Spikes from outside and tonic conductances are left out.

    Source:
        Mazzoni et al., PLoS Comput Biol 2008;4:e1000239, for the sum of absolute synaptic currents.
    """
    excitatory = next(each for each in condition.cells if each.name == EXCITATORY)
    voltage = course.populations[EXCITATORY].means[VOLTAGE]
    values = dict(zip(excitatory.system.parameter_names, excitatory.system.parameter_defaults, strict=True))
    whole = np.zeros_like(voltage)
    for link in condition.links:
        if link.target == EXCITATORY:
            kind = "excitation" if link.source == EXCITATORY else "inhibition"
            driving = voltage - values[f"input.{kind}_reversal"]
            whole += np.abs(link.weight * course.populations[link.source].means[OPEN] * driving)
    return whole


def _raster(course: NetworkCourse, by: CircuitProtocol) -> dict[str, Raster]:
    found = {}
    for name, population in course.populations.items():
        shown = population.spike_times < by.settling + by.raster
        found[name] = Raster(
            population.spike_times[shown] - by.settling, population.spike_cells[shown], len(population.spike_counts)
        )
    return found
