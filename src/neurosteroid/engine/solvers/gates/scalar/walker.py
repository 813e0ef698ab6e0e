"""The walk of walk.c for one cell at a time, in the part of Python that numba compiles.

Never imported: its text is put in front of what is generated for a system (model.pyi), and the two are kept as one
module, so that numba can keep what it compiled. Keep it in step with walk.c.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from neurosteroid.engine.solvers.gates.scalar.task import Array, Task

if TYPE_CHECKING:
    from neurosteroid.engine.solvers.gates.scalar.model import (
        AHEAD,
        FIXED,
        STATES,
        look_ahead,
        move_gates,
        move_gates_half,
        move_rest,
        prepare,
    )

compiled = njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})

LOOK = 64
"""Steps between looks for states that are no numbers."""


@compiled
def reach(slope: float, h: float) -> float:
    """Return how far a rate of one carries in h, as in moves.h."""
    z = h * slope
    return h * (1.0 + 0.5 * z) if abs(z) < 1e-5 else (math.exp(z) - 1.0) / slope


@compiled
def reach_near(slope: float, h: float) -> float:
    """Return the same with the exponential in its Pade form."""
    z = h * slope
    z2 = z * z
    return (h + (h / 60.0) * z2) / (1.0 + 0.1 * z2 - z * (0.5 + (1.0 / 120.0) * z2))


@compiled
def record(task: Task, cell: int, row: int, y: Array) -> None:
    """Keep a row."""
    for index in range(len(task.kept)):
        task.courses[cell, row, index] = y[task.kept[index]]


@compiled
def fire(task: Task, cell: int, before: float, after: float, time: float) -> None:
    """Note a spike if there is one."""
    if before < task.threshold and after >= task.threshold:
        place = task.spike_count[cell]
        task.spike_count[cell] += 1
        if place < task.most_spikes:
            share = (task.threshold - before) / (after - before)
            task.spikes[cell, place] = time + share * task.step


@compiled
def look(task: Task, cell: int, y: Array, time: float) -> None:
    """Note by when a state was no number."""
    doubt = 0.0
    for value in y:
        doubt += value - value
    if doubt != 0.0 and not task.failed[cell] <= time:
        task.failed[cell] = time


@compiled
def walk(task: Task, first: int, after: int) -> None:
    """Follow cells from `first` to before `after`."""
    y, shown = np.empty(STATES), np.empty(STATES)
    fixed, ahead = np.empty(FIXED), np.empty(AHEAD)
    h, events = task.step, task.event_step.shape[1]
    for cell in range(first, after):
        if task.stop[0] != 0:
            return
        for index in range(STATES):
            y[index] = task.initial[cell, index]
        prepare(task.parameters[cell], task.covariates[cell], fixed)
        look_ahead(fixed, ahead, h)
        waiting = row = until_row = 0
        for step in range(task.steps):
            now = task.start + step * h
            acts = waiting < events and task.event_step[cell, waiting] <= step
            records = until_row == 0
            until_row = (task.every if records else until_row) - 1
            # The gates are half a step behind: they were moved by the middle of the step before.
            if step == 0 or acts:
                if step > 0:
                    move_gates_half(now, y, fixed, ahead, h)
                while waiting < events and task.event_step[cell, waiting] <= step:
                    y[task.event_state[cell, waiting]] += task.event_amount[cell, waiting]
                    waiting += 1
                if records:
                    record(task, cell, row, y)
                move_gates_half(now, y, fixed, ahead, h)
            else:
                if records:
                    for index in range(STATES):
                        shown[index] = y[index]
                    move_gates_half(now, shown, fixed, ahead, h)
                    record(task, cell, row, shown)
                move_gates(now, y, fixed, ahead, h)
            row += 1 if records else 0
            before = y[task.watched]
            move_rest(now + 0.5 * h, y, fixed, h)
            fire(task, cell, before, y[task.watched], now)
            if step % LOOK == LOOK - 1:
                look(task, cell, y, now + h)
        end = task.start + task.steps * h
        move_gates_half(end, y, fixed, ahead, h)
        look(task, cell, y, end)
        if until_row == 0:
            record(task, cell, row, y)
