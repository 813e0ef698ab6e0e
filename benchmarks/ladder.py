"""Work against precision: what engines need for the same achieved error, measured in alternation."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import final

import numpy as np
from numpy.typing import NDArray

from benchmarks.equations import equations_text
from neurosteroid.engine import System
from neurosteroid.engine.solvers.rosenbrock.engine import Engine
from neurosteroid.engine.solvers.rosenbrock.task import acting_steps
from neurosteroid.engine.timetable import Timeline

Array = NDArray[np.float64]
ABSOLUTE = 0.1
"""Absolute over relative tolerance, for every engine."""


@final
@dataclass(frozen=True, eq=False)
class Problem:
    """P people who follow one timeline each, all states out.

    Attributes:
        system: n states.
        timeline: R rows a person.
        parameters: (P, m).
    """

    system: System
    timeline: Timeline
    parameters: Array

    @property
    def covariates(self) -> Array:
        """(P, k) at the start; where they change, only peers that read the epochs can follow."""
        timeline = self.timeline
        return timeline.covariates[np.arange(len(timeline.covariates)), timeline.start_epoch]

    @property
    def initial(self) -> Array:
        """(P, n)."""
        return self.system.initial(self.parameters, self.covariates)

    def save(self, path: Path) -> None:
        """Write what another engine needs, for a process of its own."""
        timeline = self.timeline
        if self.system.traced.tape is None:
            raise ValueError("this system has no tape")
        np.savez(
            path,
            equations=equations_text(self.system.traced.tape),
            parameters=self.parameters,
            covariates=self.covariates,
            epoch_covariates=timeline.covariates,
            epoch=timeline.epoch,
            initial=self.initial,
            inputs=np.array(timeline.inputs, dtype=np.int64),
            acts=acting_steps(timeline),
            start=timeline.start,
            times=timeline.times,
            rates=timeline.rates,
            boluses=timeline.boluses,
            row_step=timeline.row_step,
        )

    def walk(self, engine: Engine, tolerance: float) -> tuple[Array, NDArray[np.int64]]:
        """Follow everybody with a compiled solver of ours; return states (P, R, n) and (P, 2) attempts and steps."""
        epochs = self.timeline.covariates.shape[1]
        walked = engine.walk(
            self.timeline,
            self.parameters,
            # nobody is reset, so that the first epoch's serve for all
            np.repeat(self.initial[:, None, :], epochs, axis=1),
            np.zeros((0, len(self.system.state_names))),
            self.system.is_account,
            (tolerance, ABSOLUTE * tolerance),
        )
        return walked.states, walked.work


def worst_error(found: Array, truth: Array) -> float:
    """Return the largest |found - truth| / (|truth| + 0.001 max|truth|), the maximum over each person's own times."""
    floor = 1e-3 * np.abs(truth).max(axis=1, keepdims=True)
    return float((np.abs(found - truth) / (np.abs(truth) + floor)).max())


@final
@dataclass(eq=False)
class Rung:
    """One engine at one tolerance, and what each round cost.

    Attributes:
        tolerance: relative.
        run: follows everybody once and returns wall and cpu seconds a person.
        error: reached.
        limit: cpu seconds a person that the counted operations would take at the processor's peak, None if not counted.
        people: timed in a round, None for all.
        rounds: that it takes part in, None for all.
        wall, cpu: seconds a person, one for each round.
    """

    tolerance: float
    run: Callable[[], tuple[float, float]]
    error: float
    limit: float | None = None
    people: int | None = None
    rounds: int | None = None
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def cost(self, kind: str) -> float:
        """Return the median of `kind`, which is wall or cpu."""
        return median(getattr(self, kind))


def climb(ladders: Sequence[Sequence[Rung]], repeats: int) -> None:
    """Run every rung of every ladder in turn, round after round, so that a busy moment hits all alike."""
    for turn in range(repeats):
        for rungs in itertools.zip_longest(*ladders):
            for rung in rungs:
                if rung is not None and (rung.rounds is None or turn < rung.rounds):
                    wall, cpu = rung.run()
                    rung.wall.append(wall)
                    rung.cpu.append(cpu)


def cost_at(ladder: Sequence[Rung], error: float, kind: str) -> float | None:
    """Return the cost (`kind` is wall or cpu) at an error, log over log between two rungs; None outside the ladder."""
    for left, right in itertools.pairwise(ladder):
        if right.error <= error <= left.error:
            part = np.log(error / left.error) / np.log(right.error / left.error)
            return float(left.cost(kind) ** (1.0 - part) * right.cost(kind) ** part)
    return None
