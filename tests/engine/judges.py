"""Who judges a random course: SciPy's integrators with tight tolerances, or compiled code that they confirm."""

import itertools

import numpy as np

from neurosteroid.engine import Tolerances, solve
from neurosteroid.engine.solvers.convergence import PROMISE

FLOOR = 1e-3
"""Absolute tolerance as a fraction of the relative one: states below it are not promised anything."""

TIGHT = (1e-11, 1e-9)
"""Relative tolerances of SciPy's integrators, in the order in which they are tried."""

TIGHTEST = (1e-11, 1e-12)
"""Relative tolerances of compiled code, which have to agree."""


def tolerances(relative, integrator="LSODA"):
    return Tolerances(relative, FLOOR * relative, integrator)


def errors(found, right):
    """Return the largest errors (P, n) of states (P, R, n), as fractions of each state's maximum."""
    largest = np.maximum(np.nanmax(np.abs(right), axis=1), FLOOR)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(right))
    return np.nanmax(np.abs(found - right), axis=1, initial=0.0) / largest


def judge(system, records, parameters, **given):
    """Return one person's course (1, R, n), or None where nobody can tell, and a word on how it was found.

    The first that comes to the end of: LSODA and Radau with tight tolerances; both with less tight ones. If none does,
    compiled code with two tolerances, when its courses agree with each other and with each of the four as far as
    that came.

    Args:
        system: any.
        records: her schedule.
        parameters: (1, m).
        given: more arguments of `solve`.
    """
    given = {"parameters": parameters, **given}
    parts = []
    for relative, integrator in itertools.product(TIGHT, ("LSODA", "Radau")):
        found = solve(system, records, **given, method="reference", tolerances=tolerances(relative, integrator))
        if not found.failures:
            return found.states, f"{integrator} at {relative:g}"
        parts.append(found)
    near, nearer = (solve(system, records, **given, tolerances=tolerances(relative)) for relative in TIGHTEST)
    reached = max(part.failures[0].time for part in parts)
    if near.failures or nearer.failures:
        return None, f"nobody beyond {reached:g} h: {parts[0].failures[0].reason}"
    bounds = [(near, PROMISE * TIGHTEST[0]), *((part, PROMISE * TIGHT[1]) for part in parts)]
    for other, bound in bounds:
        come = ~np.isnan(other.states).any(axis=2)[0]
        if (errors(other.states[:, come], nearer.states[:, come]) > bound).any():
            return None, "nobody: compiled code with tight tolerances disagrees"
    return nearer.states, f"rosenbrock, and SciPy until {reached:g} h"
