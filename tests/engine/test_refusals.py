"""Records without meaning are refused: the message names the row, what was found and what to do."""

import numpy as np
import pytest

from neurosteroid.engine.records import EventKind, Record
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.errors import EventError, InputError, SolverError
from tests.engine.doubles import WEIGHT, Oral, Saturable

ALONE = {
    "unknown-evid": ({"evid": 5}, "EVID 5 is not known here; allowed: 0 observation"),
    "time-not-finite": ({"time": np.inf}, "time is inf"),
    "time-not-a-number": ({"time": "8:00"}, "time is '8:00'"),
    "negative-amount": ({"amount": -1.0}, "amount -1.0 is negative"),
    "negative-amount-of-one-person": ({"amount": np.array([1.0, -1.0])}, "is negative"),
    "amount-not-finite": ({"amount": np.nan}, "amount is nan; it must be a finite number"),
    "amount-is-text": ({"amount": "100"}, "amount is '100'"),
    "zero-bolus": ({"amount": 0.0}, "a dose of amount 0 gives nothing"),
    "zero-infusion": ({"amount": 0.0, "rate": 5.0}, "a dose of amount 0 gives nothing"),
    "unknown-rate-code": ({"rate": -3.0}, r"RATE is above 0, 0 for a bolus, -1"),
    "rate-code-of-one-person": ({"rate": np.array([5.0, -1.0])}, "the codes hold for everybody"),
    "bolus-and-infusion-in-one": ({"rate": np.array([5.0, 0.0])}, "some people have rate 0"),
    "rate-not-finite": ({"rate": np.inf}, "rate is inf"),
    "rate-and-duration": ({"rate": 5.0, "duration": 2.0}, "both rate and duration"),
    "duration-zero": ({"duration": 0.0}, "longer than 0 h"),
    "negative-interval": ({"interval": -8.0}, "interval -8 h is negative"),
    "negative-addl": ({"additional": -1, "interval": 8.0}, "additional is -1"),
    "fractional-addl": ({"additional": 1.5, "interval": 8.0}, "additional is 1.5"),
    "addl-without-interval": ({"additional": 3}, "3 additional doses but no interval"),
    "ss-without-interval": ({"steady_state": 1}, "needs II above 0"),
    "ss-without-amount": ({"steady_state": 1, "interval": 8.0, "amount": 0.0}, "needs an amount above 0"),
    "unknown-ss": ({"steady_state": 3, "interval": 8.0}, "steady_state 3 is not known here"),
    "constant-infusion-with-addl": (
        {"steady_state": 1, "amount": 0.0, "rate": 5.0, "additional": 2},
        "2 additional doses but no interval",
    ),
    "constant-infusion-by-duration": (
        {"steady_state": 1, "amount": 0.0, "duration": 5.0},
        "has a rate, not a duration",
    ),
    "constant-infusion-rate-minus-2": ({"steady_state": 1, "amount": 0.0, "rate": -2.0}, "has a rate, not a duration"),
    "ss2-of-nothing": ({"steady_state": 2, "amount": 0.0}, "adds nothing"),
    "dose-without-state": ({"state": None}, "needs the name of the state"),
    "observation-with-amount": ({"evid": 0}, "EVID 0 gives no dose, yet amount is set"),
    "reset-with-rate": ({"evid": 3, "amount": 0.0, "rate": 5.0}, "EVID 3 gives no dose, yet rate is set"),
    "other-with-ss": ({"evid": 2, "amount": 0.0, "steady_state": 1}, "EVID 2 gives no dose, yet steady_state is set"),
    "covariate-not-finite": ({"covariates": {"weight": np.nan}}, "covariate 'weight' is nan"),
}


@pytest.mark.parametrize("name", ALONE)
def test_record(name):
    fields, message = ALONE[name]
    with pytest.raises(EventError, match=message) as caught:
        Record(**({"time": 1.0, "evid": 1, "state": "central", "amount": 100.0, "row": 41} | fields))
    assert caught.value.where.startswith("row 41")


def run(records, system=None, people=1, **changes):
    system = system or Oral()
    parameters = system.parameters(people, **changes) if isinstance(system, Oral) else np.array([[10.0, 50.0]])
    covariates = np.repeat(WEIGHT, people, axis=0) if isinstance(system, Oral) else np.zeros((1, 0))
    return solve(system, records, parameters=parameters, covariates=covariates, output_times=[0.0, 50.0])


def dose(**changes):
    return Record(**({"time": 1.0, "evid": 1, "state": "central", "amount": 100.0, "row": 41} | changes))


STEADY = {"interval": 8.0, "steady_state": 1}
WITH_SYSTEM = {
    "unknown-state": ([dose(state="centrl")], {}, r"No state 'centrl' to dose\. Did you mean 'central'"),
    "dosed-account": ([dose(state="left")], {}, "only collects what left"),
    "rate-minus-1-undeclared": ([dose(rate=-1.0)], {}, "RATE=-1 takes 'central.infusion_rate' from the model"),
    "rate-minus-2-undeclared": ([dose(rate=-2.0)], {}, "RATE=-2 takes 'central.infusion_duration'"),
    "rate-zero-from-model": (
        [dose(rate=-1.0)],
        {"system": Oral(("infusion_rate",)), "infusion_rate": 0.0},
        "'central.infusion_rate' is 0 for person 0 .* above 0",
    ),
    "negative-lag": ([dose()], {"system": Oral(("lag",)), "lag": -1.0}, "'central.lag' is -1"),
    "bioavailability-not-finite": (
        [dose()],
        {"system": Oral(("bioavailability",)), "bioavailability": np.nan},
        "'central.bioavailability' is nan",
    ),
    "time-goes-back": ([dose(time=2.0), dose(row=42)], {}, "time goes back from 2 h"),
    "array-of-another-length": ([dose(amount=np.ones(3))], {"people": 2}, r"amount has shape \(3,\), but 2 people"),
    "infusion-shorter-than-times-can-tell": (
        [dose(rate=1e15)],
        {},
        "infusion lasts 1e-13 h; times closer than .* count as one",
    ),
    "modelled-duration-shorter-than-times-can-tell": (
        [dose(rate=-2.0, **STEADY)],
        {"system": Oral(("infusion_duration",)), "infusion_duration": 1e-13},
        "infusion lasts 1e-13 h",
    ),
    "ss2-not-linear": ([dose(**STEADY | {"steady_state": 2})], {"system": Saturable()}, "only for linear systems"),
    "ss-time-dependent": ([dose(**STEADY)], {"system": Saturable(time_dependent=True)}, "name the time"),
    "ss-never-settles": ([dose(**STEADY)], {"k": 0.0}, "no steady state: 'p?e?r?i?p?h?e?r?a?l?c?e?n?t?r?a?l?' keeps"),
    "constant-infusion-never-settles": ([dose(amount=0.0, rate=5.0, steady_state=1)], {"k": 0.0}, "no steady state"),
    "ss-grows": ([dose(**STEADY)], {"k": -0.1}, "grows by itself"),
}


@pytest.mark.parametrize("name", WITH_SYSTEM)
def test_record_in_a_system(name):
    records, changes, message = WITH_SYSTEM[name]
    with pytest.raises(EventError, match=message) as caught:
        run(records, **changes)
    assert caught.value.where.startswith(f"row {records[-1].row}")


def test_exact_refuses_what_is_not_linear():
    with pytest.raises(SolverError, match="needs a linear system"):
        solve(Saturable(), [], parameters=np.array([[10.0, 50.0]]), method="exact")


def test_a_start_that_is_no_time_and_nobody_are_refused():
    with pytest.raises(InputError, match="start is nan h"):
        solve(Oral(), [], parameters=Oral().parameters(1), covariates=WEIGHT, output_times=[1.0], start=np.nan)
    with pytest.raises(InputError, match="nobody to follow"):
        solve(Oral(), [], parameters=Oral().parameters(0), covariates=WEIGHT[:0])


def test_unusable_numbers_without_any_row_are_still_reported():
    found = solve(Oral(), [], parameters=Oral().parameters(1, k=np.nan), covariates=WEIGHT)
    assert [failure.person for failure in found.failures] == [0]


def test_zero_amount_for_some_people_is_nothing_for_them():
    solution = run([dose(amount=np.array([0.0, 100.0]), rate=20.0)], people=2)
    assert solution.states[0].max() == 0.0
    assert solution.states[1].max() > 0.0


def test_event_kinds_have_the_usual_codes():
    assert [kind.name for kind in EventKind] == ["OBSERVATION", "DOSE", "OTHER", "RESET", "RESET_AND_DOSE"]
    assert [int(kind) for kind in EventKind] == [0, 1, 2, 3, 4]
