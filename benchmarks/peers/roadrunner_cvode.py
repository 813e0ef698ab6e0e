"""libRoadRunner: an SBML model compiled to machine code, solved by CVODE, one person at a time."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.peers.serving import Problem, serve

roadrunner: Any = importlib.import_module("roadrunner")

PARAMETERS = ("k", "k12", "k21", "inflow")
RATES = {
    "central": "<apply><plus/><ci>inflow</ci><apply><times/><ci>k21</ci><ci>peripheral</ci></apply><apply><minus/>"
    "<apply><times/><apply><plus/><ci>k</ci><ci>k12</ci></apply><ci>central</ci></apply></apply></apply>",
    "peripheral": "<apply><minus/><apply><times/><ci>k12</ci><ci>central</ci></apply>"
    "<apply><times/><ci>k21</ci><ci>peripheral</ci></apply></apply>",
}


def sbml() -> str:
    """Return the model as SBML level 3: two rate rules and four parameters."""
    variables = [f'<parameter id="{name}" value="0" constant="false"/>' for name in (*RATES, *PARAMETERS)]
    rules = [
        f'<rateRule variable="{name}"><math xmlns="http://www.w3.org/1998/Math/MathML">{formula}</math></rateRule>'
        for name, formula in RATES.items()
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model id="infusion">'
        f"<listOfParameters>{''.join(variables)}</listOfParameters><listOfRules>{''.join(rules)}</listOfRules>"
        "</model></sbml>"
    )


def prepare(problem: Problem, tolerance: float) -> Callable[[], Any]:
    """Compile the model and return the run over all people; the integrator restarts at each rate change."""
    runner = roadrunner.RoadRunner(sbml())
    runner.setIntegrator("cvode")
    runner.timeCourseSelections = ["central"]
    times = problem["times"]
    step = times[1] - times[0]
    edges = [*problem["starts"], problem["ends"][-1], times[-1]]
    points = [round((end - start) / step) + 1 for start, end in itertools.pairwise(edges)]
    places = np.concatenate([[0], np.cumsum(np.array(points) - 1)])
    rates = np.column_stack([problem["rates"], np.zeros(len(problem["k"]))])
    scale = problem["rates"].max()

    def run() -> Any:
        found = np.zeros((len(rates), len(times)))
        runner.integrator.relative_tolerance = tolerance
        runner.integrator.absolute_tolerance = tolerance * 1e-3 * scale
        for person in range(len(rates)):
            runner.resetAll()
            for name in ("k", "k12", "k21"):
                runner.setValue(name, float(problem[name][person]))
            for place, count in enumerate(points):
                runner.setValue("inflow", float(rates[person, place]))
                part = runner.simulate(float(edges[place]), float(edges[place + 1]), count)
                found[person, places[place] : places[place + 1] + 1] = np.asarray(part)[:, 0]
        return found / problem["volume"][:, None]

    return run


if __name__ == "__main__":
    serve(f"libRoadRunner {version('libroadrunner')} (CVODE)", prepare)
