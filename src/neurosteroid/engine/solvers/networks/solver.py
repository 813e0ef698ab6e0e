"""Following networks in fixed steps: the way in, with its checks.

A step of length h, with all that moves one state at a time (voltages) standing at its beginning:

    1. gates, which are affine in themselves and do not name each other, move exactly by h with the rest held;
    2. states that jump are set, each in the step in which its time falls;
    3. what populations give each other is taken from the gates, now in the middle of the step, and held;
    4. all else moves by h, one state at a time up and down, with gates and inputs held.

So a network without jumps is followed to second order in h, as single cells are (`neurosteroid.engine.solvers.gates`);
a jump comes up to half a step early or late.

The state that moves last, a voltage, has a slope j, the derivative of its rate by itself. In a spike h j is of the
order of one, and the error of the step large: it changes how high and how long a spike is, and with it all that a
spike sets going. A cell with |j| > `fast` in this step or the one before is therefore followed through the step
again, from its beginning and with the same inputs, in `parts` steps of h / parts. As `fast` does not hang on h, the
order stays the second.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from typing import Final

from neurosteroid.engine.solvers.gates.solver import whole_steps
from neurosteroid.engine.solvers.networks.by_numpy import walk_numpy
from neurosteroid.engine.solvers.networks.native import Progress, walk_native
from neurosteroid.engine.solvers.networks.network import Network, NetworkCourse
from neurosteroid.engine.solvers.networks.plan import Plan, plan
from neurosteroid.engine.solvers.rosenbrock.compilers import CompilerError
from neurosteroid.errors import InputError, is_whole

METHODS: Final = ("auto", "networks", "numpy")
"""``networks`` is compiled C; ``numpy`` the same steps without a compiler; ``auto`` the first that works here."""

_LOG: Final = logging.getLogger("neurosteroid")


def follow_networks(
    networks: Sequence[Callable[[], Network]],
    *,
    duration: float,
    step: float,
    settle: float = 0.0,
    every: float | None = None,
    threshold: float = 0.0,
    keep_spikes: float = 0.0,
    fast: float = math.inf,
    parts: int = 1,
    method: str = "auto",
    threads: int | None = None,
    progress: Progress | None = None,
) -> list[NetworkCourse]:
    """Follow networks, each for `settle` and then for `duration`, in the time unit of the rates.

    Args:
        networks: each makes one when its turn comes, so that not all stand in memory at once.
        duration: what is kept, a whole number of steps.
        step: length of a step; halve it to see whether it is small enough.
        settle: time before anything is kept, a whole number of steps or 0.
        every: time between rows, a whole number of steps; `duration` when None.
        threshold: of spikes, in the unit of the watched state.
        keep_spikes: spikes of a cell and unit of time for which room is made; later ones are counted only.
        fast: slope of the last state of a cell, of either sign and per unit of time, above which it goes through a
            step in parts; infinite for never.
        parts: how many.
        method: one of `METHODS`.
        threads: of the compiled code, each with networks of its own; by default one for each usable processor.
        progress: called with (networks done, networks in all) as each is done.

    Raises:
        InputError: lengths or methods that do not fit, or a network that does not fit together.
        UnknownNameError: a population or state that is not there.
        CompilerError: ``networks`` asked for where it cannot be compiled.
    """
    if method not in METHODS:
        raise InputError(f"No method '{method}'. Methods: {', '.join(METHODS)}.")
    if threads is not None and not (is_whole(threads) and threads >= 1):
        raise InputError(f"threads is {threads!r}; give 1 or more, or leave it out for one a processor.")
    if not (is_whole(parts) and parts >= 1):
        raise InputError(f"parts is {parts!r}; give a whole number, 1 or more.")
    if not fast > 0.0:
        raise InputError(f"fast is {fast!r}; give a slope above zero, or leave it out.")
    kept = whole_steps(duration, step, "duration")
    before = whole_steps(settle, step, "settle") if settle else 0
    stride = kept if every is None else whole_steps(every, step, "every")

    def planned(make: Callable[[], Network]) -> Callable[[], Plan]:
        return lambda: plan(
            make(),
            steps=before + kept,
            settle=before,
            every=stride,
            step=float(step),
            threshold=float(threshold),
            keep_spikes=keep_spikes,
            fast=float(fast) if parts > 1 else math.inf,
            parts=parts,
        )

    plans = [planned(make) for make in networks]
    if method != "numpy":
        try:
            return walk_native(plans, threads, progress)
        except CompilerError as error:
            if method == "networks":
                raise
            _LOG.warning("numpy was used instead of compiled C, and is much slower: %s", error.message)
    courses = []
    for make in plans:
        courses.append(walk_numpy(make()))
        if progress is not None:
            progress(len(courses), len(plans))
    return courses
