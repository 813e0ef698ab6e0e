"""This package's solvers on the infusion problem, and the closed form as something that can be timed."""

from __future__ import annotations

import time
from typing import final

import numpy as np
from numpy.typing import NDArray

from benchmarks.problem import OUTPUT, Problem, closed_form
from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.exact import solve_exact
from neurosteroid.engine.solvers.reference import solve_reference
from neurosteroid.engine.timeline import build_timelines
from neurosteroid.model.analyte import ANALYTE

Array = NDArray[np.float64]


@final
class ExactInStages:
    """The exact solver with one output kept, its stages timed apart."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.found: Array = np.empty(0)
        self.stages: dict[str, list[float]] = {"records and timeline": [], "solving": []}

    def run(self) -> float:
        """Follow everybody once and return the wall time, s."""
        problem = self.problem
        marks = [time.perf_counter()]
        parameters = problem.system.parameters(len(problem.weights), problem.deviations)
        records = problem.label.records(problem.weights, problem.molar_mass, f"central.{ANALYTE}")
        timeline = build_timelines(
            problem.system, records, parameters, problem.weights[:, None], problem.times, start=0.0
        )
        marks.append(time.perf_counter())
        self.found = solve_exact(problem.system, timeline, parameters, outputs=[OUTPUT]).outputs([OUTPUT])[OUTPUT]
        marks.append(time.perf_counter())
        for stage, spent in zip(self.stages.values(), np.diff(marks), strict=True):
            stage.append(float(spent))
        return marks[-1] - marks[0]


@final
class ExactOwnRates:
    """The exact solver when every woman has a list of records of her own, as an imported dataset gives them."""

    def __init__(self, problem: Problem, people: int) -> None:
        self.problem = problem
        self.people = people
        self.found: Array = np.empty(0)

    def run(self) -> float:
        """Follow the first women once and return the wall time, s."""
        problem, who = self.problem, slice(self.people)
        began = time.perf_counter()
        deviations = {name: values[who] for name, values in problem.deviations.items()}
        parameters = problem.system.parameters(self.people, deviations)
        schedules: list[list[Record]] = [
            problem.label.records(float(weight), problem.molar_mass, f"central.{ANALYTE}")
            for weight in problem.weights[who]
        ]
        covariates = problem.weights[who, None]
        timeline = build_timelines(problem.system, schedules, parameters, covariates, problem.times, start=0.0)
        self.found = solve_exact(problem.system, timeline, parameters, outputs=[OUTPUT]).outputs([OUTPUT])[OUTPUT]
        return time.perf_counter() - began


@final
class Reference:
    """The SciPy reference solver, at its own tolerances."""

    def __init__(self, problem: Problem, people: int) -> None:
        self.problem = problem
        self.people = people
        self.found: Array = np.empty(0)

    def run(self) -> float:
        """Follow the first women once and return the wall time, s."""
        problem, who = self.problem, slice(self.people)
        began = time.perf_counter()
        deviations = {name: values[who] for name, values in problem.deviations.items()}
        parameters = problem.system.parameters(self.people, deviations)
        records = problem.label.records(problem.weights[who], problem.molar_mass, f"central.{ANALYTE}")
        covariates = problem.weights[who, None]
        timeline = build_timelines(problem.system, records, parameters, covariates, problem.times, start=0.0)
        self.found = solve_reference(problem.system, timeline, parameters).outputs([OUTPUT])[OUTPUT]
        return time.perf_counter() - began


@final
class ClosedForm:
    """The closed form: what the arithmetic alone costs, without events, outputs or checks."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.found: Array = np.empty(0)

    def run(self) -> float:
        """Work out everybody's concentrations and return the wall time, s."""
        began = time.perf_counter()
        self.found = closed_form(self.problem)
        return time.perf_counter() - began
