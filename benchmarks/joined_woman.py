"""A whole model as a study joins it: what states, stress, an enzyme inhibitor and a drug by mouth bring together."""

from __future__ import annotations

from typing import Final

import neurosteroid as ns
from benchmarks.ladder import Problem
from neurosteroid.dosing import Arm
from neurosteroid.engine.timeline import build_timelines
from neurosteroid.evidence import Ledger
from neurosteroid.model.body_course import dose_records
from neurosteroid.studies.task import Task

JOINED: Final = "A joined woman: postpartum, stressed, on zuranolone with itraconazole"
PEOPLE: Final = 250
SEED: Final = 3
UNTIL: Final = "14 day"
STEP: Final = "2 h"


def joined_woman(people: int = PEOPLE) -> tuple[Problem, str]:
    """Return what a study of these women solves, and what it is in words.

    Covariates change on the way: her delivery, the medicine, the stressor's beginning and end, the meal.
    """
    states = (
        ns.Postpartum(day=10),
        ns.Stress(chronic=1.5, events=[ns.Stressor("social stress test", at="30 h")]),
        ns.Medication(name="itraconazole", since="3 day", until="10 day"),
    )
    plan = ns.protocol("zuranolone-50")
    task = Task(
        population=ns.population("postpartum", size=people, seed=SEED),
        arms=(Arm(plan.name, plan.title, (plan,)),),
        model=ns.ModelChoice(),
        until=UNTIL,
        step=STEP,
        window=None,
        states=states,
    )
    joined = task.joined
    if joined is None:
        raise ValueError("these women were not joined")
    system = joined.system
    women = task.population.draw(task.assembly, Ledger(), range(people), joined)
    drawn = {name: women.parameters[name] for name in system.parameter_names if name in women.parameters}
    parameters = system.parameters(people, drawn)
    records = sorted([*joined.records, *dose_records(joined, plan, women.weight)], key=lambda record: record.time)
    timeline = build_timelines(
        system,
        records,
        parameters,
        joined.covariate_table(women.weight),
        task.times,
        start=-joined.run_in,
        covariate_rule="locf",
    )
    words = (
        f"What a study joins of {people} women ({len(drawn)} parameters differ between them) from day 10 after delivery"
        " on, under lasting stress and with a social stress test on the second day, who take zuranolone 50 mg with food"
        f" for 14 days and itraconazole from day 3 to day 10: {joined.run_in:g} h before hour 0, {UNTIL}s after it,"
        f" {timeline.covariates.shape[1]} epochs of covariates, {timeline.row_step.shape[1]} outputs of all states."
    )
    return Problem(system, timeline, parameters), words
