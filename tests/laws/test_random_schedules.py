"""Random schedules against the same schedules spelled out as single doses and superposed."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import solve
from tests.engine.closed_forms import depot, two_compartment, two_compartment_oral
from tests.engine.doubles import RATES, WEIGHT, Oral

INSIDE = depot(RATES["ka"])
FROM_DEPOT = two_compartment_oral(*(RATES[name] for name in ("ka", "k", "k12", "k21")))
FROM_CENTRAL = two_compartment(*(RATES[name] for name in ("k", "k12", "k21")))
GONE = 500.0
"""h after which nothing is left: the slowest mode here halves in 10 h."""


def quarters(low, high):
    """Times that are exact in binary, so that 'at the same time' means the same in both computations."""
    return st.integers(4 * low, 4 * high).map(lambda count: count / 4.0)


@st.composite
def doses(draw):
    """The fields of one dosing record, without its time."""
    found = {"evid": draw(st.sampled_from([1, 1, 1, 4])), "state": draw(st.sampled_from(["depot", "central"]))}
    found["amount"] = draw(st.sampled_from([8.0, 100.0, 1000.0]))
    found |= draw(
        st.sampled_from([{}, {"rate": 4.0}, {"rate": 64.0}, {"rate": -1.0}, {"rate": -2.0}, {"duration": 2.5}])
    )
    repeat = draw(st.sampled_from(["once", "further", "steady", "steady", "endless"]))
    if repeat == "endless":
        return found | {"amount": 0.0, "duration": None, "rate": 16.0, "steady_state": draw(st.sampled_from([1, 2]))}
    if repeat != "once":
        found |= {"interval": draw(quarters(2, 12)), "additional": draw(st.integers(0, 4))}
    if repeat == "further":
        found["additional"] += 1
    if repeat == "steady":
        found["steady_state"] = draw(st.sampled_from([1, 2]))
    return found


@st.composite
def schedules(draw):
    """Up to six records in order, doses and resets."""
    times = sorted(draw(st.lists(quarters(0, 40), min_size=1, max_size=6)))
    return [Record(time, 3) if draw(st.integers(0, 6)) == 0 else Record(time, **draw(doses())) for time in times]


def spelled_out(record, properties):
    """All single doses (time, amount, duration) of a record, also those that a steady state implies."""
    if record.steady_state and record.interval == 0.0:
        return [(record.time - 3000.0, 3000.0 * record.rate, 3000.0)]
    amount = properties["bioavailability"] * record.amount
    lasts = {0.0: None, -1.0: amount / properties["infusion_rate"], -2.0: properties["infusion_duration"]}
    duration = record.duration or (lasts[record.rate] if record.rate <= 0.0 else amount / record.rate)
    first = -int((GONE + (duration or 0.0)) / record.interval) if record.steady_state else 0
    entries = [record.time + properties["lag"] + k * record.interval for k in range(first, record.additional + 1)]
    return [(entry, amount) if duration is None else (entry, amount, duration) for entry in entries]


def expected(records, properties, times):
    """Depot and central amounts: superposition of what has been given since the last reset or SS=1."""
    standing = {"depot": [], "central": []}
    found = np.zeros((len(times), 2))
    for record in records:
        if record.evid in (3, 4) or record.steady_state == 1:
            standing = {"depot": [], "central": []}
        if record.evid != 3:
            standing[record.state] = standing[record.state] + spelled_out(record, properties)
        now = times >= record.time
        found[now, 0] = INSIDE.course(times[now], standing["depot"])
        found[now, 1] = FROM_DEPOT.course(times[now], standing["depot"])
        found[now, 1] += FROM_CENTRAL.course(times[now], standing["central"])
    return found


PROPERTIES = st.fixed_dictionaries(
    {
        "lag": st.sampled_from([0.0, 0.25, 1.5, 4.0, 13.0]),
        "bioavailability": st.sampled_from([1.0, 0.5, 1.25]),
        "infusion_rate": st.sampled_from([8.0, 128.0]),
        "infusion_duration": st.sampled_from([0.5, 20.0]),
    }
)


def check(records, properties, times, method, tolerance):
    system = Oral(declared=tuple(properties))
    times = np.array(sorted(times))
    solution = solve(
        system,
        records,
        parameters=system.parameters(**properties),
        covariates=WEIGHT,
        output_times=times,
        start=0.0,
        method=method,
    ).require_complete()
    wanted = expected(records, properties, times)
    atol = tolerance * max(wanted.max(), 1.0)
    np.testing.assert_allclose(solution.states[0, :, :2], wanted, rtol=0.0, atol=atol)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(schedules(), PROPERTIES, st.lists(quarters(0, 70), min_size=1, max_size=12))
def test_exact(records, properties, times):
    check(records, properties, times, "exact", 1e-9)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(schedules(), PROPERTIES, st.lists(quarters(0, 70), min_size=1, max_size=12))
def test_reference(records, properties, times):
    check(records, properties, times, "reference", 1e-7)


@pytest.mark.slow
@settings(max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck))
@given(schedules(), PROPERTIES, st.lists(quarters(0, 70), min_size=1, max_size=12))
def test_exact_at_length(records, properties, times):
    check(records, properties, times, "exact", 1e-9)
