"""People whose own lists of records differ in numbers only are expanded together, and nothing else changes."""

import numpy as np
import pytest

from neurosteroid.engine import timeline as timelines
from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.engine.stacking import stacked
from neurosteroid.engine.timeline import build_timelines
from neurosteroid.errors import EventError
from tests.engine.doubles import Oral

TIMES = np.linspace(0.0, 30.0, 31)


def own(person, *, late=False, rate=7.0):
    return [
        Record(0.0, 1, "central", 10.0 + person, duration=2.0 + person, row=f"a{person}"),
        Record(3.0, 1, "depot", 5.0 + person, interval=6.0, additional=2, covariates={"weight": 60.0 + person}),
        Record(9.0 + late, 1, "central", 20.0, rate=rate + person if rate > 0 else rate),
        Record(11.0, 0),
    ]


def test_stacked_people_have_the_timelines_they_have_alone():
    system = Oral(declared=("lag", "infusion_rate"))
    schedules = [own(0), own(1), own(2, late=True), own(3), own(4, rate=-1.0), own(5, late=True)]
    table = system.parameters(6, infusion_rate=3.0, lag=np.arange(6.0))
    given = {"parameters": table, "covariates": np.full((6, 1), 70.0), "output_times": TIMES}
    together = solve(system, schedules, **given)
    for person, records in enumerate(schedules):
        who = slice(person, person + 1)
        alone = solve(system, records, parameters=table[who], covariates=given["covariates"][who], output_times=TIMES)
        np.testing.assert_array_equal(together.states[person], alone.states[0])
        np.testing.assert_array_equal(together.rates[person], alone.rates[0])
        np.testing.assert_array_equal(together.covariates[person], alone.covariates[0])


def test_who_is_alike():
    groups = [
        (own(person, **how), np.array([person]))
        for person, how in enumerate([{}, {}, {"late": True}, {}, {"rate": -1.0}])
    ]
    found = [members.tolist() for _, members in stacked(groups)]
    assert found == [[0, 1, 3], [2], [4]]
    records, _ = stacked(groups)[0]
    np.testing.assert_array_equal(records[0].amount, [10.0, 11.0, 13.0])
    np.testing.assert_array_equal(records[0].duration, [2.0, 3.0, 5.0])
    np.testing.assert_array_equal(records[1].covariates["weight"], [60.0, 61.0, 63.0])
    assert records[2].amount == 20.0


def test_members_of_several_lists_keep_their_order():
    first, second = [Record(0.0, 1, "central", 1.0)], [Record(0.0, 1, "central", 2.0)]
    groups = [(first, np.array([0, 3])), (second, np.array([1, 2]))]
    ((records, members),) = stacked(groups)
    np.testing.assert_array_equal(members, [0, 1, 2, 3])
    np.testing.assert_array_equal(records[0].amount, [1.0, 2.0, 2.0, 1.0])


def test_arrays_and_steady_states_of_different_rows_stay_apart():
    shared = [Record(0.0, 1, "central", np.array([1.0, 2.0]))]
    steady = [[Record(0.0, 1, "central", 1.0, interval=8.0, steady_state=1, row=row)] for row in (1, 2, 1)]
    groups = [(shared, np.array([0, 1])), *((records, np.array([2 + index])) for index, records in enumerate(steady))]
    assert [members.tolist() for _, members in stacked(groups)] == [[0, 1], [2, 4], [3]]


def test_a_message_names_the_persons_own_row():
    system = Oral(declared=("infusion_rate",))
    schedules = [[Record(0.0, 1, "central", 5.0, rate=-1.0, row=f"row {person}")] for person in range(4)]
    table = system.parameters(4, infusion_rate=[1.0, 1.0, -2.0, 1.0])
    with pytest.raises(EventError, match="row 2"):
        build_timelines(system, schedules, table, np.full((4, 1), 70.0), TIMES)


def test_alike_people_are_expanded_once(monkeypatch):
    expanded = []
    build = timelines._build
    monkeypatch.setattr(timelines, "_build", lambda *given: expanded.append(1) or build(*given))
    build_timelines(Oral(), [own(person) for person in range(50)], Oral().parameters(50), np.full((50, 1), 70.0), TIMES)
    assert len(expanded) == 1
