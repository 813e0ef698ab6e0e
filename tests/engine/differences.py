"""Sensitivities by differences, the check of the analytic ones."""

import numpy as np

from neurosteroid.engine import solve


def by_differences(system, records, parameters, name, *, shown=None, step=1e-4, floor=0.1, **options):
    """Derivative of the states (P, R, n) by one parameter: four points, error step^4 and rounding / step.

    Args:
        name: of the parameter.
        shown: names of outputs to look at instead of the states.
        step: as a fraction of the parameter (of `floor`, if that is larger).
    """
    index = system.parameter_names.index(name)
    width = step * np.maximum(np.abs(parameters[:, index]), floor)

    def states(times):
        moved = parameters.copy()
        moved[:, index] += times * width
        found = solve(system, records, parameters=moved, **options).require_complete()
        return found.states if shown is None else np.stack(list(found.outputs(shown).values()), axis=-1)

    combined = 8.0 * (states(1) - states(-1)) - (states(2) - states(-2))
    return combined / (12.0 * width[:, None, None])


def one_sided(system, records, parameters, name, *, step=1e-5, **options):
    """Derivative of the states (P, R, n) from above, error step^2 (a negative step: from below)."""
    index = system.parameter_names.index(name)

    def states(times):
        moved = parameters.copy()
        moved[:, index] += times * step
        return solve(system, records, parameters=moved, **options).require_complete().states

    return (4.0 * states(1) - states(2) - 3.0 * states(0)) / (2.0 * step)


def assert_close(found, wanted, tolerance, noise):
    """Compare derivatives (P, R, n), each state against the largest of its own, and no closer than the noise.

    A state whose derivative is zero, or small beside the rounding of the differences, has only the noise to go by.
    """
    largest = np.abs(wanted).max(axis=(0, 1))
    error = np.abs(found - wanted).max(axis=(0, 1))
    assert np.isfinite(found).all()
    assert (error <= tolerance * largest + noise).all(), (error, largest)
