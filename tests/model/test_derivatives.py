"""Every output of the whole model by every parameter, against differences."""

import numpy as np

from neurosteroid.dosing import protocol
from neurosteroid.engine import solve
from neurosteroid.model.assembly import assemble

WEIGHTS = np.array([60.0, 80.0, 100.0])
STEP = 1e-4


def test_every_output_by_every_parameter():
    assembly = assemble()
    system = assembly.system
    parameters = system.parameters(len(WEIGHTS))
    records = protocol("brexanolone-label").records(WEIGHTS, assembly.molar_mass, assembly.dose_state)
    given = {"covariates": WEIGHTS[:, None], "output_times": np.linspace(0.03, 96.0, 17), "start": 0.0}
    names, outputs = system.parameter_names, system.output_names
    solution = solve(system, records, parameters=parameters, **given, sensitivities=names).require_complete()
    found = solution.outputs_sensitivities(outputs)
    for place, name in enumerate(names):
        width = STEP * max(abs(float(parameters[0, place])), 0.01)

        def shown(times, place=place, width=width):
            moved = parameters.copy()
            moved[:, place] += times * width
            return solve(system, records, parameters=moved, **given).outputs(outputs)

        near, far = (shown(1), shown(-1)), (shown(2), shown(-2))
        for output in outputs:
            wanted = (8.0 * (near[0][output] - near[1][output]) - (far[0][output] - far[1][output])) / (12.0 * width)
            # Rounding of the course over the step; four-point differences err by the fourth power of it.
            noise = 1e-11 * np.abs(near[0][output]).max() / width
            error = np.abs(found[output][..., place] - wanted).max()
            assert error <= 1e-6 * np.abs(wanted).max() + noise, (name, output)
