"""The walk of walk.c for one person at a time, in the part of Python that numba compiles.

Never imported: its text is put in front of the constants and functions that are generated for a system (model.pyi), and
the two are kept as one module, so that numba can keep what it compiled. Keep it in step with walk.c.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from neurosteroid.engine.solvers.rosenbrock.scalar.task import Array, Task

if TYPE_CHECKING:
    from neurosteroid.engine.solvers.rosenbrock.scalar.model import (
        COLUMNS,
        DENSE,
        DIVISION_ENDS,
        DIVISION_ROWS,
        DIVISION_SLOTS,
        FIXED,
        GAMMA,
        LATER_COLUMNS,
        LATER_ENDS,
        LATER_SLOTS,
        NODES,
        ORDER,
        PIVOT_SLOTS,
        PIVOTS,
        ROWS,
        SLOT_ENTRIES,
        STATES,
        TIMES,
        UPDATE_ENDS,
        UPDATES,
        A,
        C,
        linearise,
        prepare,
        slope,
    )

compiled = njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})

DONE, STUCK, NOT_FINITE, TOO_MANY, UNSETTLED = 0, 1, 2, 3, 4
"""Outcomes, as in walk.c."""


class Room(NamedTuple):
    """Memory of one thread: what a step is computed in."""

    y: Array
    reached: Array
    change: Array
    bend: Array
    inflow: Array
    fixed: Array
    f: Array
    ft: Array
    jacobian: Array
    lu: Array
    stage: Array
    bends: Array


@compiled
def put(target: Array, source: Array) -> None:
    """Copy; assignment to a slice would take numba long to compile."""
    for i in range(len(target)):
        target[i] = source[i]


@compiled
def finite(x: Array) -> bool:
    """Return whether all numbers are finite."""
    poison = 0.0
    for value in x:
        poison += value * 0.0
    return poison == 0.0


@compiled
def norm(x: Array, y: Array, tolerances: Array) -> float:
    """Return the root mean square of x / (absolute + relative * |y|)."""
    total = 0.0
    for i in range(STATES):
        part = x[i] / (tolerances[1] + tolerances[0] * abs(y[i]))
        total += part * part
    return math.sqrt(total * (1.0 / STATES))


@compiled
def factor(jacobian: Array, diagonal: float, lu: Array) -> bool:
    """Eliminate (diagonal - Jacobian); return whether a pivot is far below the diagonal, or infinite."""
    for slot in range(len(SLOT_ENTRIES)):
        lu[slot] = -jacobian[SLOT_ENTRIES[slot]] if SLOT_ENTRIES[slot] >= 0 else 0.0
    for slot in PIVOT_SLOTS:
        lu[slot] += diagonal
    smallest, largest = diagonal, diagonal
    division, update = 0, 0
    for k in range(STATES):
        pivot = lu[PIVOT_SLOTS[k]]
        smallest = abs(pivot) if abs(pivot) < smallest else smallest
        largest = abs(pivot) if abs(pivot) > largest else largest
        inverse = 1.0 / pivot
        lu[PIVOT_SLOTS[k]] = inverse
        while division < DIVISION_ENDS[k]:
            lu[DIVISION_SLOTS[division]] *= inverse
            division += 1
        while update < UPDATE_ENDS[k]:
            lu[UPDATES[update]] -= lu[UPDATES[update + 1]] * lu[UPDATES[update + 2]]
            update += 3
    return not (smallest >= 1e-6 * diagonal and largest <= np.finfo(np.float64).max)


@compiled
def solve(lu: Array, b: Array) -> None:
    """Replace b by the solution."""
    division = 0
    for k in range(STATES):
        while division < DIVISION_ENDS[k]:
            b[DIVISION_ROWS[division]] -= lu[DIVISION_SLOTS[division]] * b[PIVOTS[k]]
            division += 1
    later = len(LATER_COLUMNS) - 1
    for k in range(STATES - 1, -1, -1):
        first = LATER_ENDS[k - 1] if k > 0 else 0
        total = b[PIVOTS[k]]
        while later >= first:
            total -= lu[LATER_SLOTS[later]] * b[LATER_COLUMNS[later]]
            later -= 1
        b[PIVOTS[k]] = total * lu[PIVOT_SLOTS[k]]


@compiled
def lift(tolerances: Array, room: Room, lifted: Array) -> None:
    """Copy the reached states, those just below zero put back to zero (walk.c says which and why)."""
    for i in range(STATES):
        y, reached = room.y[i], room.reached[i]
        allowed = math.sqrt(STATES) * (tolerances[1] + tolerances[0] * y)
        lifted[i] = 0.0 if y >= 0.0 and reached < 0.0 and -reached <= allowed else reached


@compiled
def attempt(t: float, h: float, tolerances: Array, grazes: bool, room: Room) -> None:
    """Compute all stages of a step and the states it would reach."""
    y, u, stage = room.y, room.reached, room.stage
    inverse = 1.0 / h
    for s in range(len(NODES)):
        for i in range(STATES):
            u[i] = y[i]
            room.change[i] = 0.0
        for j in range(s):
            for i in range(STATES):
                u[i] += A[s, j] * stage[j, i]
                room.change[i] += C[s, j] * stage[j, i]
        if s == 0:
            put(stage[0], room.f)
        else:
            if grazes:
                lift(tolerances, room, room.bend)
            slope(t + NODES[s] * h, room.bend if grazes else u, room.fixed, stage[s])
            for i in range(STATES):
                stage[s, i] += room.inflow[i]
        for i in range(STATES):
            stage[s, i] += inverse * room.change[i] + TIMES[s] * h * room.ft[i]
        solve(room.lu, stage[s])
    for i in range(STATES):
        u[i] += stage[len(NODES) - 1, i]


@compiled
def first_step(task: Task, left: float, room: Room) -> float:
    """Return a fraction, fixed by the tolerance, of the time in which the rates change by themselves."""
    bend = room.bend
    put(bend, room.ft)
    for place in range(len(ROWS)):
        bend[ROWS[place]] += room.jacobian[place] * room.f[COLUMNS[place]]
    part = 0.5 * task.tolerances[0] ** (1.0 / (ORDER + 1))
    h = part * norm(room.f, room.y, task.tolerances) / norm(bend, room.y, task.tolerances)
    return h if 0.0 < h < left else left


@compiled
def act(task: Task, person: int, step: int, y: Array) -> bool:
    """Reset, then steady state, then bolus; return whether the states can be used."""
    epoch, regimen = task.reset[person, step], task.steady[person, step]
    if epoch >= 0:
        put(y, task.initial[person, epoch])
    if regimen >= 0:
        for i in range(STATES):
            found = task.settled[regimen, i]
            if not math.isfinite(found):
                return False
            if task.accounts[i] == 0:
                y[i] = found + (y[i] if task.adds[regimen] != 0 else 0.0)
    for j in range(len(task.input_states)):
        y[task.input_states[j]] += task.boluses[person, step, j]
    return True


@compiled
def enter(task: Task, person: int, start: int, t: float, row: int, y: Array) -> tuple[int, int, int, int]:
    """Go on from step `start` to the next stretch that has a length.

    Return its first and its last step, the next row, and DONE, UNSETTLED, or -1 when there is such a stretch.
    """
    times, row_step = task.times[person], task.row_step[person]
    steps, rows, step = len(times), len(row_step), start
    while row < rows and row_step[row] >= 0 and step < steps:
        last = step
        while last + 1 < steps and task.acts[person, last] == 0:
            last += 1
        while row < rows and 0 <= row_step[row] < last and times[row_step[row]] <= t:
            put(task.states[person, row], y)
            row += 1
        if times[last] > t:
            return step, last, row, -1
        if not act(task, person, last, y):
            return step, last, row, UNSETTLED
        while row < rows and row_step[row] == last:
            put(task.states[person, row], y)
            row += 1
        step = last + 1
    return step, step, row, DONE


@compiled
def prepare_stretch(task: Task, person: int, step: int, room: Room) -> None:
    """Take the infusions and covariates of a step."""
    for i in range(STATES):
        room.inflow[i] = 0.0
    for j in range(len(task.input_states)):
        room.inflow[task.input_states[j]] = task.rates[person, step, j]
    prepare(task.parameters[person], task.covariates[person, task.epoch[person, step]], room.fixed)


@compiled
def show_inside(task: Task, person: int, row: int, last: int, t: float, h: float, until: float, room: Room) -> int:
    """Write the rows inside an accepted step, by its polynomial; return the next row."""
    times, row_step = task.times[person], task.row_step[person]
    known = False
    while row < len(row_step) and 0 <= row_step[row] < last:
        due = times[row_step[row]]
        if due > t + h or due >= until:
            break
        if not known:
            for m in range(len(DENSE)):
                for i in range(STATES):
                    room.bends[m, i] = 0.0
                for j in range(len(NODES)):
                    for i in range(STATES):
                        room.bends[m, i] += DENSE[m, j] * room.stage[j, i]
            known = True
        part = (due - t) / h
        for i in range(STATES):
            inner = room.bends[len(DENSE) - 1, i]
            for m in range(len(DENSE) - 2, -1, -1):
                inner = room.bends[m, i] + part * inner
            task.states[person, row, i] = room.y[i] + part * ((room.reached[i] - room.y[i]) + (1.0 - part) * inner)
        row += 1
    return row


@compiled
def is_lost(t: float, tolerances: Array, room: Room) -> bool:
    """Return whether states that a step took below zero have no rates, even when put back to zero (see walk.c)."""
    y, reached, f = room.y, room.reached, room.bend
    fallen = False
    for i in range(STATES):
        fallen = fallen or (reached[i] < 0.0 and y[i] >= 0.0)
    if not fallen:
        return False
    slope(t, reached, room.fixed, f)
    if finite(f):
        return False
    lift(tolerances, room, reached)
    slope(t, reached, room.fixed, f)
    return not finite(f)


@compiled
def follow(task: Task, person: int, room: Room) -> tuple[int, float]:
    """Follow one person to the end; return the outcome and the time reached."""
    y, reached, tolerances = room.y, room.reached, task.tolerances
    t = task.start[person]
    put(y, task.initial[person, task.start_epoch[person]])
    if not finite(y):
        return NOT_FINITE, t
    step, last, row, outcome = enter(task, person, 0, t, 0, y)
    attempts, accepted = 0, 0
    while outcome < 0 and task.stop[0] == 0:
        prepare_stretch(task, person, step, room)
        until, fresh, held, grazes = task.times[person, last], True, False, False
        next_h, last_h, last_error = 1.0, 1.0, 1e3
        while t < until:
            linearise(t, y, room.fixed, room.f, room.ft, room.jacobian)
            for i in range(STATES):
                room.f[i] += room.inflow[i]
            left = until - t
            if fresh:
                next_h, fresh = first_step(task, left, room), False
            # The last step ends where the stretch ends; the one before it is shortened, so that no tiny step is left.
            ends = next_h * 1.01 >= left
            h = left if ends else (0.5 * left if next_h * 2.0 > left else next_h)
            weak = factor(room.jacobian, (1.0 / h) * (1.0 / GAMMA), room.lu)
            attempt(t, h, tolerances, grazes, room)
            squared = 0.0
            for i in range(STATES):
                size = abs(y[i]) if abs(y[i]) > abs(reached[i]) else abs(reached[i])
                part = room.stage[len(NODES) - 1, i] / (tolerances[1] + tolerances[0] * size)
                squared += part * part
            squared *= 1.0 / STATES
            known = finite(reached) and squared == squared
            good = known and squared <= 1.0 and not weak
            good = good and not is_lost(t + h, tolerances, room)
            grazes = grazes or not known
            level = math.log(max(squared, 1e-20)) * (0.5 / ORDER) if known else 0.0
            grown = min(0.9 * math.exp(-level), 6.0)
            if good:
                grown = min(grown, 0.9 * (h / last_h) * math.exp(last_error - 2.0 * level))
            grown = max(grown, 0.1) if known and not weak else 0.1
            if (held or not good) and grown > 1.0:
                grown = 1.0
            if not good and grown > 0.9:
                grown = 0.5
            attempts += 1
            if good:
                accepted += 1
                # A step that was shortened says nothing against the longer one.
                next_h = max(h * grown, next_h) if h < next_h else h * grown
                last_h, last_error, held = h, max(level, math.log(1e-2) / ORDER), False
                row = show_inside(task, person, row, last, t, h, until, room)
                t = until if ends else t + h
                put(y, reached)
                continue
            next_h, held = h * grown, True
            if next_h <= 1e-15 * max(abs(t), h) or attempts > task.most_attempts[0] or not known:
                if not (finite(room.f) and finite(room.jacobian)):
                    outcome = NOT_FINITE
                elif next_h <= 1e-15 * max(abs(t), h):
                    outcome = STUCK
                elif attempts > task.most_attempts[0]:
                    outcome = TOO_MANY
                if outcome >= 0:
                    break
        if outcome < 0:
            step, last, row, outcome = enter(task, person, last, t, row, y)
    task.work[person, 0], task.work[person, 1] = attempts, accepted
    return outcome if outcome >= 0 else TOO_MANY, t


@compiled
def walk(task: Task, first: int, after: int) -> None:
    """Follow the people from `first` up to `after`; several threads may do so with different people."""
    room = Room(
        np.zeros(STATES),
        np.zeros(STATES),
        np.zeros(STATES),
        np.zeros(STATES),
        np.zeros(STATES),
        np.zeros(FIXED),
        np.zeros(STATES),
        np.zeros(STATES),
        np.zeros(len(ROWS)),
        np.zeros(len(SLOT_ENTRIES)),
        np.zeros((len(NODES), STATES)),
        np.zeros((len(DENSE), STATES)),
    )
    for person in range(first, after):
        task.outcome[person], task.reached[person] = follow(task, person, room)
