"""Every model that the library can make of a person: her states, what she is given, and when."""

import sys
from dataclasses import dataclass

import pytest

import neurosteroid as ns
from neurosteroid.engine import Record, System, Tolerances, solve
from neurosteroid.model import ModelChoice, output_times
from neurosteroid.model.bodies import bodies
from neurosteroid.model.body_course import simulate_body
from neurosteroid.model.contribution import Situation
from neurosteroid.model.joining import questions
from neurosteroid.studies.state_course import SHOWN_KINDS, shown_names, state_course

LONGEST = 21.0 * 24.0
"""h of a course that is compared where the menstrual cycle, the largest model, is in it: a surge and what follows."""

LARGE = 40
"""States of a system that holds the menstrual cycle."""

MORE = {
    "stress-in-pregnancy": ([ns.Pregnancy(week=30, delivery_week=32), ns.Stress(chronic=1.5)], "no-drug", "28 day"),
    "stress-then-delivery": (
        [ns.Pregnancy(week=39, delivery_week=39.2), ns.Stress(until="0 day")],
        "no-drug",
        "14 day",
    ),
    "adaptation": ([ns.ReceptorAdaptation(variant="homeostatic")], "brexanolone-label", "120 h"),
    "adaptation-in-pregnancy": (
        [ns.Pregnancy(week=39, delivery_week=39.5), ns.ReceptorAdaptation(variant="mouse-pregnancy")],
        "no-drug",
        "14 day",
    ),
    **{f"{name}": ([ns.Medication(name)], "zuranolone-30", "120 h") for name in ("ketoconazole", "rifampin")},
    **{f"{name}": ([ns.Medication(name)], "no-drug", "120 h") for name in ("dutasteride", "finasteride")},
    "isoallopregnanolone": ([], ns.Protocol.parse("0.05 mg/kg intravenously", "isoallopregnanolone"), "48 h"),
}
"""What no card shows: states and protocol, and how long."""


class _SeenError(Exception):
    """What a function was called with."""


def _asked(module, name, call):
    """Return what a function of a module is called with, before it does anything."""

    def seen(*given, **named):
        raise _SeenError(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules[module], name, seen)
        with pytest.raises(_SeenError) as caught:
            call()
    return caught.value.args


def names():
    """Return the names of all problems: each card of a state or medicine that is shown, and `MORE`."""
    return [*(f"{kind}/{name}" for kind in SHOWN_KINDS for name in shown_names(kind)), *MORE]


def person_of(name):
    """Return person, protocols, time of day at hour 0 and output times of a problem."""
    kind, _, card = name.partition("/")
    if card:
        module = "neurosteroid.studies.state_course"
        return _asked(module, "simulate_body", lambda: state_course(card, kind))[:4]
    states, protocol, until = MORE[name]
    plan = ns.protocol(protocol) if isinstance(protocol, str) else protocol
    return ns.Person(weight="70 kg", states=states), (plan,), "08:00", output_times(until)


def bodies_in(name):
    """Return the names of the bodies that a problem asks, of all in `bodies`."""
    person, protocols, _, times = person_of(name)
    compounds = tuple(dict.fromkeys(protocol.compound for protocol in protocols if protocol.steps))
    found = questions(Situation(person=person, compounds=compounds, clock=8.0, until=float(times[-1])))
    return {body for body, _ in found} & set(bodies())


@dataclass(frozen=True)
class Problem:
    """A system, what happens, and the arguments of `solve`."""

    system: System
    records: list[Record]
    given: dict

    def solve(self, method, tolerances=None):
        """Return its solution, of somebody who finished."""
        return solve(self.system, self.records, **self.given, method=method, tolerances=tolerances).require_complete()


def problem(name):
    """Return a problem from an hour before its first dose on; what was before is followed with tight tolerances."""
    person, protocols, start, times = person_of(name)

    def simulated():
        simulate_body(person, protocols, start, times, ModelChoice(), outcomes=False)

    joined, records, weights, times, parameters = _asked("neurosteroid.model.body_course", "solved", simulated)
    system, records = joined.system, sorted(records, key=lambda record: record.time)
    covariates, begin = joined.covariate_table(weights), max(-joined.run_in, -1.0)
    if len(system.state_names) > LARGE:
        times = times[times <= LONGEST]
    given = {"parameters": parameters, "covariate_rule": "locf"}
    # whoever has no history begins at her first dose
    before = [record for record in records if record.time <= begin] if begin > -joined.run_in else []
    assert not any(record.is_dose or record.is_reset for record in before)
    initial = None
    if begin > -joined.run_in:
        tight = {"start": -joined.run_in, "output_times": [begin], "tolerances": Tolerances(1e-11, 1e-13)}
        earlier = solve(system, before, **given, **tight, covariates=covariates).require_complete()
        initial = earlier.states[:, earlier.timeline.row_output[0] >= 0][:, 0]
    for record in before:
        for key, value in (record.covariates or {}).items():
            covariates[:, system.covariate_names.index(key)] = value
    given |= {"covariates": covariates, "start": begin, "initial": initial, "output_times": times}
    return Problem(system, [record for record in records if record not in before], given)
